"""A dead run's lock goes; any other stays."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from corticomotor.runtime.locks import release_stale_lock

HOST = socket.gethostname()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Snakemake's folder with a lock in it."""
    (tmp_path / "locks").mkdir()
    (tmp_path / "locks" / "0.output.lock").write_text("results/a.h5\n")
    (tmp_path / "runs").mkdir()
    return tmp_path


@contextmanager
def process(*arguments: str) -> Iterator[int]:
    """Give the number of a Python process that lives for as long as the context."""
    wait = [sys.executable, *arguments]
    with subprocess.Popen(wait, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()  # it has started
        yield child.pid
        child.communicate()


WAIT = "import sys; print(flush=True); sys.stdin.read()"


def birth(number: int) -> int:
    return round(float(psutil.Process(number).create_time()))


def test_lock_of_dead_run_goes_with_its_note(state: Path) -> None:
    with process("-c", WAIT) as number:
        note = state / "runs" / f"{HOST}.{number}.{birth(number)}"
        note.touch()

    release_stale_lock(state)

    assert not (state / "locks").exists()
    assert not note.exists()


def test_lock_of_living_run_stays(state: Path) -> None:
    with process("-c", WAIT) as number:
        (state / "runs" / f"{HOST}.{number}.{birth(number)}").touch()
        (state / "runs" / f"{HOST}.{number}.{birth(number) - 1000}").touch()
        release_stale_lock(state)

    assert (state / "locks" / "0.output.lock").exists()


def test_number_used_again_by_a_younger_process_is_dead(state: Path) -> None:
    with process("-c", WAIT) as number:
        (state / "runs" / f"{HOST}.{number}.{birth(number) - 1000}").touch()
        release_stale_lock(state)

    assert not (state / "locks").exists()


def test_lock_of_another_machine_stays(state: Path) -> None:
    (state / "runs" / f"other.{HOST}.1.0").touch()

    release_stale_lock(state)

    assert (state / "locks" / "0.output.lock").exists()


def test_lock_of_unknown_origin_stays(state: Path) -> None:
    release_stale_lock(state)

    assert (state / "locks" / "0.output.lock").exists()


def test_lock_stays_while_an_orphaned_job_runs(state: Path) -> None:
    with process("-c", WAIT) as number:
        note = state / "runs" / f"{HOST}.{number}.{birth(number)}"
        note.touch()
    script = state / "scripts" / "tmp1.train_network.py"
    script.parent.mkdir()
    script.write_text(WAIT)

    with process(str(script)):
        release_stale_lock(state)
        assert (state / "locks" / "0.output.lock").exists()
    release_stale_lock(state)
    assert not (state / "locks").exists()


def test_note_of_a_run_goes_when_it_ends(tmp_path: Path) -> None:
    program = (
        "import os, pathlib; from corticomotor.runtime.locks import release_stale_lock\n"
        "release_stale_lock(pathlib.Path('.snakemake'))\n"
        "print(len(list(pathlib.Path('.snakemake/runs').iterdir()))); os.chdir('/')"
    )
    package = str(Path(__file__).parents[2] / "workflow")
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": package},
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout.split() == ["1"]
    assert not list((tmp_path / ".snakemake" / "runs").iterdir())
