"""Results are changed, lost, copied or made with other packages: only what is current is kept."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import constrained_jobs as constrained
import gain_jobs as gains
import h5py
import motif_jobs as motifs
import pytest
import reaching_jobs as reaching
from constrained_jobs import figures
from harness import TINY, Checkout, finished_jobs, matching, merged, preserved, results

CIRCUIT = "results/constrained/circuit/replicate-1.h5"
NETWORK = "results/constrained/networks/FF/replicate-1.h5"
REPORT = "results/cca_report.pdf"
Change = Callable[[Path], None]


@contextmanager
def in_place(path: Path) -> Iterator[None]:
    """Bring a file back afterwards, with its time; a deleted one as well."""
    with preserved(path):
        status = path.stat()
        yield
        if path.exists():
            # As `cp -p`, `rsync -a` and `touch -r` do.
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def planned(checkout: Checkout, run: Path, *targets: str) -> set[str]:
    return checkout.plan(run, run / "settings.yaml", *([targets] if targets else []))


def of_circuit(replicate: int) -> set[str]:
    return {f"constrained/circuit/replicate-{replicate}"} | constrained.circuit_of(replicate)


# ---------------------------------------------------------------- bytes


def _another_replicate(path: Path) -> None:
    path.write_bytes(path.with_name("replicate-2.h5").read_bytes())


def _flipped_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _of_another_program(path: Path) -> None:
    path.unlink()
    with h5py.File(path, "w") as file:
        file["weights"] = 1.0


def _no_longer_hdf5(path: Path) -> None:
    path.write_text("gone", encoding="utf-8")


def _edited_with_hdf5(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file["weights"][0, 1] += 1.0


@pytest.mark.parametrize(
    "change",
    [
        _another_replicate,
        _flipped_bit,
        _cut_short,
        _of_another_program,
        _no_longer_hdf5,
        _edited_with_hdf5,
    ],
)
def test_other_bytes_under_an_old_time_are_made_again(
    checkout: Checkout, whole_run: Path, change: Change
) -> None:
    circuit = whole_run / CIRCUIT
    with in_place(circuit):
        change(circuit)
        found = planned(checkout, whole_run)

    assert found == matching(of_circuit(1), finished_jobs(whole_run))


def _renamed_over(path: Path) -> None:
    part = path.with_name("part")
    shutil.copy2(path, part)
    part.replace(path)


def _opened_to_write(path: Path) -> None:
    for mode in ("a", "r+"):
        with h5py.File(path, mode) as file:
            file["weights"][()]


def _touched(path: Path) -> None:
    path.touch()


def _of_the_future(path: Path) -> None:
    os.utime(path, (time.time() + 1e7, time.time() + 1e7))


@pytest.mark.parametrize("change", [_renamed_over, _opened_to_write, _touched, _of_the_future])
def test_the_same_data_are_current(checkout: Checkout, whole_run: Path, change: Change) -> None:
    with preserved(whole_run / CIRCUIT):
        change(whole_run / CIRCUIT)
        assert planned(checkout, whole_run) == set()


def test_a_circuit_of_another_study_is_made_again(checkout: Checkout, whole_run: Path) -> None:
    circuit = whole_run / "results/gain_modulation/circuits/30-neurons/replicate-1.h5"
    with in_place(circuit):
        circuit.write_bytes((whole_run / CIRCUIT).read_bytes())
        found = planned(checkout, whole_run)

    own = {"gain_modulation/circuits/30-neurons/*", "gain_modulation/sizes/30-neurons/*"}
    expected = own | gains.OF_CIRCUIT | gains.figures("sizes")
    assert found == matching(expected, finished_jobs(whole_run))


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (REPORT, constrained.REPORT),
        ("results/cca_summary.json", constrained.REPORT),
        ("results/figures/constrained/circuit.svg", figures("circuit") | constrained.REPORT),
        ("results/figures/motifs/errors.pdf", motifs.figures("errors") | motifs.REPORT),
        ("results/sweeps/loops.csv", {"sweeps/loops", "sweeps/loops-figure"} | motifs.REPORT),
        ("results/sweeps/loops.h5", {"sweeps/loops", "sweeps/loops-figure"} | motifs.REPORT),
        ("results/figures/gain_modulation/groups.svg", gains.figures("groups") | gains.REPORT),
        ("results/sweeps/reward_perturbation.csv", gains.SWEEP),
        ("results/figures/reaching/reaches.gif", reaching.ANIMATIONS),
    ],
)
@pytest.mark.parametrize("change", [Path.unlink, _no_longer_hdf5])
def test_publications_that_are_gone_or_foreign_are_made_again(
    checkout: Checkout, whole_run: Path, published: str, expected: set[str], change: Change
) -> None:
    with in_place(whole_run / published):
        change(whole_run / published)
        assert planned(checkout, whole_run) == expected


@pytest.mark.parametrize("change", [Path.unlink, _no_longer_hdf5])
def test_a_figure_that_nothing_tells_of_is_drawn_again(
    checkout: Checkout, whole_run: Path, change: Change
) -> None:
    told = whole_run / "results/provenance/figures/constrained/circuit.pdf.json"
    with in_place(told):
        change(told)
        assert planned(checkout, whole_run) == figures("circuit") | constrained.REPORT


# ---------------------------------------------------------------- what is gone


def test_intermediates_that_are_gone_need_not_come_back(
    checkout: Checkout, whole_run: Path
) -> None:
    folder = checkout.folder("without-intermediates", copy_of=whole_run)
    shutil.rmtree(folder / ".snakemake")
    for path in (folder / "results/constrained").rglob("*.h5"):
        path.unlink()
    other = checkout.config(
        checkout.root, merged(TINY, {"constrained": {"gain_learning": {"iterations": 6}}})
    )

    assert planned(checkout, folder) == set()
    # What the changed ones read comes back, and so does what the report reads beside them.
    needed = {f"constrained/{stage}/*" for stage in ("emg", "circuit", "sample")}
    expected = matching(constrained.TRUTH | needed, finished_jobs(folder))
    assert checkout.plan(folder, other) == expected


def test_results_in_a_deeper_folder_are_current(checkout: Checkout, whole_run: Path) -> None:
    deeper = checkout.folder("deeper/and/deeper", copy_of=whole_run)

    assert planned(checkout, deeper) == set()


def test_memory_of_other_results_is_nothing(checkout: Checkout, whole_run: Path) -> None:
    folder = checkout.folder("other-memory", copy_of=whole_run)
    records = folder / ".snakemake/records.json"
    found = json.loads(records.read_text(encoding="utf-8"))
    # All that it remembers, under the names of others.
    names = list(found["files"])
    found["files"] = dict(zip(names, reversed(found["files"].values()), strict=True))
    records.write_text(json.dumps(found), encoding="utf-8")
    shutil.rmtree(folder / ".snakemake/metadata", ignore_errors=True)

    assert planned(checkout, folder) == set()


# ---------------------------------------------------------------- packages


@contextmanager
def installed(checkout: Checkout, **versions: str) -> Iterator[None]:
    """Have the workflow find other versions of packages."""
    path = checkout.root / "workflow/corticomotor/runtime/versions.py"
    with preserved(path):
        text = path.read_text(encoding="utf-8")
        line = "        return version(package)\n"
        assert text.count(line) == 1
        told = f"        return {versions!r}.get(package) or version(package)\n"
        path.write_text(text.replace(line, told), encoding="utf-8")
        yield


STUDIES = (constrained, motifs, gains, reaching)
EVERYTHING = set().union(*(study.EVERYTHING for study in STUDIES))
REPORTS = set().union(*(study.REPORT for study in STUDIES))


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ({"numpy": "99.0"}, EVERYTHING),
        (
            {"typst": "99.0"},
            set().union(*(s.REPORT for s in (constrained, motifs, gains, reaching))),
        ),
        ({"gymnasium": "99.0"}, reaching.DEEP_Q | reaching.CONTROL),
        # They carry data, and shape none.
        ({"h5py": "99.0", "xarray": "99.0", "snakemake": "99.0"}, set()),
    ],
    ids=["numpy", "typst", "gymnasium", "carriers"],
)
def test_another_version_of_a_package_counts_for_what_imports_it(
    checkout: Checkout, whole_run: Path, versions: dict[str, str], expected: set[str]
) -> None:
    with installed(checkout, **versions):
        found = planned(checkout, whole_run)

    assert found == matching(expected, finished_jobs(whole_run))


def test_another_build_of_a_package_does_not_count(checkout: Checkout, whole_run: Path) -> None:
    import torch

    with installed(checkout, torch=f"{torch.__version__.partition('+')[0]}+other"):
        assert planned(checkout, whole_run) == set()


# ---------------------------------------------------------------- runs


def ran(checkout: Checkout, folder: Path, settings: dict[str, Any] = TINY) -> set[str]:
    """Run everything of the first study; give the jobs that ran."""
    logs = folder / "results/logs"
    before = {path: path.stat().st_mtime_ns for path in logs.rglob("*.log")}
    config = checkout.config(folder, settings)
    outcome = checkout.run(folder, config, "--cores", "2", targets=["constrained"]).expect()
    done, total = re.findall(r"^(\d+) of (\d+) steps", outcome.output, re.M)[-1]
    assert done == total
    assert checkout.plan(folder, config, ["constrained"]) == set()
    return {
        str(path.relative_to(logs).with_suffix(""))
        for path in logs.rglob("*.log")
        if before.get(path) != path.stat().st_mtime_ns
    }


def test_code_that_gives_the_same_data_costs_its_own_stage(
    checkout: Checkout, whole_run: Path
) -> None:
    folder = checkout.folder("same-data", copy_of=whole_run)
    expected = results(folder, ".pdf", ".svg")
    module = checkout.root / "workflow/corticomotor/studies/constrained/likeness.py"
    with preserved(module):
        text = module.read_text(encoding="utf-8")
        module.write_text(f"{text}\n_NOTHING_NEW = True\n", encoding="utf-8")
        found = ran(checkout, folder)
        assert results(folder, ".pdf", ".svg") == expected

    of_its_own = {"constrained/similarity/*", "constrained/*measures/*"}
    assert found == matching(of_its_own, finished_jobs(folder))


def test_a_damaged_result_is_made_again_and_spares_its_readers(
    checkout: Checkout, whole_run: Path
) -> None:
    folder = checkout.folder("healed", copy_of=whole_run)
    expected = results(folder, ".h5")
    _flipped_bit(folder / CIRCUIT)

    assert ran(checkout, folder) == {"constrained/circuit/replicate-1"}
    assert results(folder, ".h5") == expected


def test_results_and_recordings_of_the_future_hinder_nothing(
    checkout: Checkout, whole_run: Path
) -> None:
    folder = checkout.copied("of-the-future", whole_run)
    future = time.time() + 1e6
    for path in (folder / "results").rglob("*.h5"):
        os.utime(path, (future, future))
    splits = merged(TINY, {"constrained": {"similarity": {"splits": 3}}})

    assert ran(checkout, folder, splits) == matching(constrained.SIMILARITY, finished_jobs(folder))


def test_touching_makes_no_result_current(checkout: Checkout, whole_run: Path) -> None:
    folder = checkout.folder("touched", copy_of=whole_run)
    other = checkout.config(folder, merged(TINY, {"constrained": {"similarity": {"splits": 3}}}))
    checkout.run(folder, other, "--cores", "1", "--touch", targets=["constrained"]).expect()

    expected = matching(constrained.SIMILARITY, finished_jobs(folder))
    assert checkout.plan(folder, other) == expected


def test_the_reason_is_told(checkout: Checkout, whole_run: Path) -> None:
    other = checkout.config(
        checkout.root, merged(TINY, {"constrained": {"similarity": {"splits": 3}}})
    )
    arguments = ("--dry-run", "--quiet", "host")
    outcome = checkout.quick_run(whole_run, other, *arguments, targets=["constrained"]).expect()

    told = {line for line in outcome.output.splitlines() if "similarity.splits" in line}
    assert told == {
        "    reason: Params have changed since last execution: "
        f"results/constrained/similarity/replicate-{number}.h5: similarity.splits 2 -> 3"
        for number in (1, 2)
    }


def test_an_answer_of_other_settings_is_not_told(checkout: Checkout, whole_run: Path) -> None:
    def answer(config: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                *(sys.executable, "-m", "corticomotor.commands.answer", "results"),
                *("--study", "constrained", "--configfile", str(config)),
            ],
            cwd=whole_run,
            env=checkout.environment | {"PYTHONPATH": str(checkout.root / "workflow")},
            capture_output=True,
            text=True,
            check=False,
        )

    current = answer(whole_run / "settings.yaml")
    changes = {"constrained": {"network": {"gain": 1.1}}}
    other = answer(checkout.config(checkout.root, merged(TINY, changes)))

    assert current.returncode == 0
    assert "The report: results/cca_report.pdf" in current.stdout
    assert (other.returncode, other.stdout) == (1, "")
    assert "network.gain 1.3 -> 1.1" in other.stderr
