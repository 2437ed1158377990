"""After a killed job or a killed run the same command finishes the work, with the same bytes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from harness import TINY, Checkout, kill_job, merged, results

# Some seconds of training: enough to be hit in the middle.
EPOCHS = 4000
LONG = merged(TINY, {"constrained": {"network": {"epochs": EPOCHS}}})
NETWORK = "results/constrained/networks/FF/replicate-1.h5"
LOG = "results/logs/constrained/networks/FF/replicate-1.log"
FINISHED_BEFORE = [
    f"results/constrained/{stage}/replicate-1.h5"
    for stage in ("emg", "circuit", "sample", "ground_truth")
]


@pytest.fixture(scope="module")
def undisturbed(checkout: Checkout, whole_run: Path) -> Path:
    """Folder of a run that nobody interrupts."""
    folder = checkout.folder("undisturbed", copy_of=whole_run)
    checkout.run(folder, checkout.config(folder, LONG), "--cores", "1", targets=[NETWORK]).expect()
    return folder


def start_and_wait_for_training(checkout: Checkout, folder: Path) -> subprocess.Popen[str]:
    process = checkout.start(folder, folder / "settings.yaml", "--cores", "2", targets=[NETWORK])
    log = folder / LOG
    while not (log.exists() and f"epoch 1/{EPOCHS} " in log.read_text(encoding="utf-8")):
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.02)
    return process


def finish(checkout: Checkout, folder: Path) -> list[str]:
    """Run again, plainly; give the rules that it ran."""
    again = checkout.run(
        folder, folder / "settings.yaml", "--cores", "2", targets=[NETWORK]
    ).expect()
    return re.findall(r"^Finished jobid: \d+ \(Rule: (\w+)\)$", again.output, re.M)


def left_over(folder: Path) -> list[Path]:
    """Temporary files among the results, and marks of half-done jobs."""
    incomplete = (folder / ".snakemake" / "incomplete").iterdir()
    return [*(folder / "results").rglob("*.tmp"), *(folder / "results").rglob(".*"), *incomplete]


def test_killed_job(checkout: Checkout, whole_run: Path, undisturbed: Path) -> None:
    folder = checkout.folder("killed-job", copy_of=whole_run)
    checkout.config(folder, LONG)

    with start_and_wait_for_training(checkout, folder) as run:
        output = kill_job(run, "train_network.py")
    assert "train_network.py' died with <Signals.SIGKILL: 9>" in output
    assert not (folder / NETWORK).exists()

    assert finish(checkout, folder) == ["constrained_networks_FF"]
    assert results(folder, ".h5") == results(undisturbed, ".h5")
    assert left_over(folder) == []


def test_interrupt_from_the_keyboard(checkout: Checkout, undisturbed: Path) -> None:
    folder = checkout.folder("interrupted")
    checkout.config(folder, LONG)

    with start_and_wait_for_training(checkout, folder) as run:
        os.killpg(run.pid, signal.SIGINT)
        run.communicate()
    assert run.returncode != 0
    assert not (folder / NETWORK).exists()
    before = {name: (folder / name).stat().st_mtime_ns for name in FINISHED_BEFORE}

    assert finish(checkout, folder) == ["constrained_networks_FF"]
    assert {name: (folder / name).stat().st_mtime_ns for name in FINISHED_BEFORE} == before
    for name in (*FINISHED_BEFORE, NETWORK):
        assert (folder / name).read_bytes() == (undisturbed / name).read_bytes()
    assert left_over(folder) == []


def test_killed_run_leaves_no_lock_but_a_living_one_does(
    checkout: Checkout, whole_run: Path, undisturbed: Path
) -> None:
    folder = checkout.folder("killed-run", copy_of=whole_run)
    config = checkout.config(folder, LONG)

    with start_and_wait_for_training(checkout, folder) as run:
        # It lives, but must not end before the other has looked.
        os.killpg(run.pid, signal.SIGSTOP)
        second = checkout.quick_run(folder, config, "--cores", "1", targets=[NETWORK])
        assert run.poll() is None
        # As by a power cut, or when the terminal is closed.
        os.killpg(run.pid, signal.SIGKILL)
        run.communicate()
    assert "Directory cannot be locked" in second.expect(1).output
    assert any((folder / ".snakemake" / "locks").iterdir())

    assert finish(checkout, folder) == ["constrained_networks_FF"]
    assert results(folder, ".h5") == results(undisturbed, ".h5")
    assert left_over(folder) == []
