"""A dead run's lock goes; any other stays."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from corticomotor.runtime import processes
from corticomotor.runtime.errors import InputError
from corticomotor.runtime.locks import release_stale_lock


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


def earlier(number: int) -> str:
    """Name a process that had the number before."""
    machine, _, start = processes.name_of(number).split(".")
    boot, _ = start.split("-")
    return f"{machine}.{number}.{boot}-1"


def test_lock_of_dead_run_goes_with_its_note(state: Path) -> None:
    with process("-c", WAIT) as number:
        note = state / "runs" / processes.name_of(number)
        note.touch()

    release_stale_lock(state)

    assert not (state / "locks").exists()
    assert not note.exists()


def test_lock_of_living_run_stays(state: Path) -> None:
    with process("-c", WAIT) as number:
        (state / "runs" / processes.name_of(number)).touch()
        (state / "runs" / earlier(number)).touch()
        release_stale_lock(state)

    assert (state / "locks" / "0.output.lock").exists()


def test_number_used_again_by_a_younger_process_is_dead(state: Path) -> None:
    with process("-c", WAIT) as number:
        (state / "runs" / earlier(number)).touch()
        release_stale_lock(state)

    assert not (state / "locks").exists()


def test_lock_of_another_machine_stays(state: Path) -> None:
    (state / "runs" / "another-machine.1.4e8b687a-0").touch()

    release_stale_lock(state)

    assert (state / "locks" / "0.output.lock").exists()


@pytest.mark.parametrize(
    "stray", [".nfs000000000012", ".DS_Store", "a.b.c.d", "host.12.1700000000"]
)
def test_stray_files_are_no_runs(state: Path, stray: str) -> None:
    (state / "runs" / stray).touch()

    release_stale_lock(state)
    assert (state / "locks" / "0.output.lock").exists()

    (state / "runs" / earlier(os.getpid())).touch()
    release_stale_lock(state)
    assert not (state / "locks").exists()
    assert (state / "runs" / stray).exists()


def test_a_step_of_the_clock_frees_no_lock(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with process("-c", WAIT) as number:
        (state / "runs" / processes.name_of(number)).touch()
        # What psutil tells of births goes by the clock.
        monkeypatch.setattr(psutil.Process, "create_time", lambda self: time.time() + 3600)
        monkeypatch.setattr(psutil, "boot_time", lambda: time.time())
        release_stale_lock(state)

    assert (state / "locks" / "0.output.lock").exists()


def test_a_process_that_nobody_buried_is_dead() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        name = processes.name_of(child.pid)
        assert processes.may_be_alive(name)
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert not processes.may_be_alive(name)


def test_lock_of_unknown_origin_stays(state: Path) -> None:
    release_stale_lock(state)

    assert (state / "locks" / "0.output.lock").exists()


def test_lock_stays_while_an_orphaned_job_runs(state: Path) -> None:
    with process("-c", WAIT) as number:
        note = state / "runs" / processes.name_of(number)
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


def test_a_read_only_checkout_is_told_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(InputError) as caught:
        release_stale_lock(tmp_path / ".snakemake")
    assert str(caught.value) == (
        f"{tmp_path}/.snakemake: expected to be written, found that the disk refuses it: "
        "Read-only file system"
    )
