import platform
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

from corticomotor.runtime import versions
from corticomotor.runtime.errors import InputError
from corticomotor.runtime.versions import counted_versions, package_versions, pinned_versions

ROOT = Path(__file__).parents[2]


@pytest.fixture
def installed(monkeypatch):
    """Packages by name, in the place of those that are installed."""
    found = {"numpy": "2.4.6", "torch": "2.9.0+cpu", "h5py": "3.16.0", "pillow": "12.0"}

    def version(package):
        if package not in found:
            raise metadata.PackageNotFoundError(package)
        return found[package]

    monkeypatch.setattr(versions, "version", version)
    versions._version.cache_clear()
    yield found
    versions._version.cache_clear()


def test_versions_are_those_installed():
    found = package_versions()
    assert found["numpy"] == np.__version__
    assert found["python"] == platform.python_version()
    assert {"corticomotor", "h5py", "snakemake"} <= found.keys()
    assert all(isinstance(version, str) for version in found.values())


def test_a_package_that_is_not_there_is_not_recorded(installed):
    assert package_versions().keys() == {"python", *installed}
    # With its build, which says on what a result was made.
    assert package_versions()["torch"] == "2.9.0+cpu"


def test_versions_count_of_what_is_imported(installed):
    assert counted_versions(["numpy"]) == {"numpy": "2.4.6"}
    assert counted_versions(["torch", "json", "numpy"]) == {"numpy": "2.4.6", "torch": "2.9.0"}
    assert counted_versions(iter(["json", "corticomotor", "h5py", "snakemake", "psutil"])) == {}
    # The name of a package is not always the one that it is imported by.
    assert counted_versions(["PIL"]) == {"pillow": "12.0"}
    assert counted_versions(["pillow"]) == {}


@pytest.mark.parametrize(
    ("version", "counts"),
    [("2.9.0+cpu", False), ("2.9.0+cu128", False), ("2.9.0", False), ("2.9.1+cpu", True)],
)
def test_the_build_of_a_version_does_not_count(installed, version, counts):
    before = counted_versions(["torch"])
    installed["torch"] = version
    versions._version.cache_clear()
    assert (counted_versions(["torch"]) != before) is counts


def test_a_pin_is_what_jobs_will_have(installed):
    pins = {"torch": "2.8.0+cu128", "scipy": "1.16"}
    assert counted_versions(["numpy", "torch"], pins) == {"numpy": "2.4.6", "torch": "2.8.0"}
    # It need not be installed here.
    assert counted_versions(["scipy"], pins) == {"scipy": "1.16"}


def test_pins_are_those_of_the_environment_file(tmp_path):
    path = tmp_path / "environment.yaml"
    path.write_text(
        "# numpy==1.0 in words\ndependencies:\n  - python=3.11\n  - pip\n  - pip:\n"
        "      - numpy==2.4.6\n      - stable_baselines3==2.7.1\n      - torch==2.9.0+cpu\n"
        "      - tomli==2.0 ; python_version < '3.11'\n      - a.b_C==1.0;x\n"
    )
    # The index spells some names in another way than others do.
    assert pinned_versions(path) == {
        "numpy": "2.4.6",
        "stable-baselines3": "2.7.1",
        "torch": "2.9.0+cpu",
        "tomli": "2.0",
        "a-b-c": "1.0",
    }


def test_every_version_that_counts_is_pinned():
    # Else jobs in conda's environment would be compared with what is installed elsewhere.
    pins = pinned_versions(ROOT / "envs/environment.yaml")
    assert set(versions._COUNTED.values()) <= pins.keys()
    # This file is about these very packages.
    found = counted_versions(versions._COUNTED, pins)
    assert found == {name: pins[name].partition("+")[0] for name in found}
    assert len(found) == len(versions._COUNTED)


@pytest.mark.parametrize("content", [None, b"numpy==2.4\xff"])
def test_an_environment_that_cannot_be_read_is_named(tmp_path, content):
    path = tmp_path / "environment.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"environment\.yaml: expected the pinned env") as caught:
        pinned_versions(path)
    assert "\n" not in str(caught.value)
