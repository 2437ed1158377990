"""Versions of the packages that results depend on."""

import platform
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from corticomotor.runtime.errors import InputError

# Those that shape what results hold, by the names under which they are imported. What only carries
# it (h5py, xarray) or runs the jobs (snakemake, Python) is recorded too, but reruns nothing.
_COUNTED = {
    "numpy": "numpy",
    "scipy": "scipy",
    "torch": "torch",
    "gymnasium": "gymnasium",
    "stable_baselines3": "stable-baselines3",
    "pandas": "pandas",
    "matplotlib": "matplotlib",
    "seaborn": "seaborn",
    "PIL": "pillow",
    "typst": "typst",
}
_RECORDED = ("corticomotor", "h5py", "snakemake", "xarray", *_COUNTED.values())
_PIN = re.compile(r"^[\s-]*([A-Za-z0-9_.-]+)==([^\s;]+)", re.MULTILINE)
_SEPARATORS = re.compile(r"[-_.]+")


def package_versions() -> dict[str, str]:
    """Return the versions of Python and of the installed packages that are recorded."""
    found = {package: _version(package) for package in _RECORDED}
    return {"python": platform.python_version()} | {
        package: text for package, text in found.items() if text
    }


def counted_versions(
    imported: Iterable[str], pins: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the versions of packages whose change reruns what imports them.

    Which build of a version it is, such as +cpu, does not count.

    Args:
        imported: names of imported packages, of others as well.
        pins: versions where jobs run, by the names of packages; those installed here unless said.
    """
    packages = sorted(_COUNTED[name] for name in imported if name in _COUNTED)
    found = {name: (pins or {}).get(name) or _version(name) for name in packages}
    return {name: text.partition("+")[0] for name, text in found.items()}


def pinned_versions(environment: Path) -> dict[str, str]:
    """Return the versions that an environment file pins (`- package==version`).

    Names of packages are in the one spelling that they share: lower case, with hyphens.

    Raises:
        InputError: it cannot be read.
    """
    try:
        text = environment.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{environment}: expected the pinned environment, found {error}") from None
    return {_SEPARATORS.sub("-", name).lower(): pin for name, pin in _PIN.findall(text)}


@cache
def _version(package: str) -> str:
    """The installed version, or nothing."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
