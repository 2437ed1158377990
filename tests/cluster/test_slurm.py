"""The smoke preset on a real Slurm, with a killed training and a controller that restarts."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil
import pytest
from harness import Checkout, results
from slurm import Slurm, missing

from corticomotor.runtime.jobs import COST_PREFIX

if (why := missing()) is not None:
    pytest.skip(f"Slurm was not tested: {why}", allow_module_level=True)

Found = TypeVar("Found")

SLURM = (
    *("--workflow-profile", "workflow/profiles/slurm"),
    *("--slurm-status-command", "squeue"),
    *("--slurm-init-seconds-before-status-checks", "2"),
)
# For a run that hangs; one on two cores takes a third of it.
LIMIT_SECONDS = 1200
# Slurm's commands wait for about ten.
SECONDS_WITHOUT_CONTROLLER = 3


class Run:
    """Snakemake as a user calls it, with what it prints so far."""

    def __init__(
        self, checkout: Checkout, environment: dict[str, str], folder: Path, *options: str
    ) -> None:
        self._output = folder / "output.txt"
        self.folder = folder
        arguments = ("--configfile", "config/smoke.yaml", "--directory", str(folder), *options)
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "snakemake", *arguments],
                cwd=checkout.root,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        return self._output.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, what: Callable[[], Found | None]) -> Found:
        """Wait until something is there in the run, and give it."""
        end = time.monotonic() + LIMIT_SECONDS
        while not (found := what()):
            assert self._process.poll() is None, self.output
            assert time.monotonic() < end, self.output
            time.sleep(0.1)
        return found

    def finish(self) -> str:
        """Wait for a good end; give all that was printed."""
        try:
            status: int | None = self._process.wait(LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            if self._process.poll() is None:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        assert status == 0, self.output
        return self.output


@dataclass(frozen=True)
class Disturbed:
    """A run on Slurm, what was finished when a job was killed, and what Slurm knew at the end."""

    folder: Path
    output: str
    finished_before: dict[str, int]
    states: Counter[str]


def finished(log: Path) -> bool:
    """Whether a job has come to the end of its log."""
    lines = log.read_text(encoding="utf-8").splitlines()
    return bool(lines) and lines[-1].startswith(COST_PREFIX)


def finished_jobs(folder: Path) -> dict[str, int]:
    """Times of the logs of jobs that have finished: each job writes its own anew."""
    return {
        str(log.relative_to(folder)): log.stat().st_mtime_ns
        for log in sorted((folder / "results" / "logs").rglob("*.log"))
        if finished(log)
    }


def training(slurm: Slurm, folder: Path) -> psutil.Process | None:
    """A script in the midst of its training, in a later task of an array: see the profile."""
    for process in slurm.processes():
        try:
            if not process.cmdline()[-1].endswith(".train_motifs.py"):
                continue
            # The profile takes a later task's number away.
            array = {"SLURM_ARRAY_JOB_ID", "SLURM_ARRAY_TASK_ID"} & process.environ().keys()
            calls = " ".join(word for parent in process.parents() for word in parent.cmdline())
        except (psutil.Error, IndexError):
            continue  # it has ended
        job = re.search(r"motifs_networks:overrides=([^,]*),network=(\w+),part=([\w-]+)", calls)
        if job is None:
            continue  # likewise
        overrides, network, part = job.groups()
        logs = folder / "results" / "logs" / "motifs" / f"{overrides}networks"
        log = logs / network / part / "replicate-1.log"
        in_its_midst = log.exists() and log.stat().st_size > 0 and not finished(log)
        if array == {"SLURM_ARRAY_JOB_ID"} and in_its_midst:
            return process
    return None


def submissions(output: str) -> Counter[str]:
    """How often each of Snakemake's jobs was submitted."""
    single = re.findall(r"^Job (\d+) has been submitted with SLURM jobid", output, re.M)
    arrays = re.findall(r"^Submitted array job with Snakemake IDs ([\d,]+) and", output, re.M)
    return Counter([*single, *(job for array in arrays for job in array.split(","))])


@pytest.fixture(scope="module")
def disturbed(checkout: Checkout, slurm: Slurm, cluster_environment: dict[str, str]) -> Disturbed:
    """A run in which one training is killed and the controller is gone for a while."""
    run = Run(checkout, cluster_environment, checkout.folder("slurm"), *SLURM)
    networks = run.folder / "results" / "motifs" / "networks"
    # The array's first tasks have ended by then.
    run.wait_for(lambda: len(list(networks.rglob("*.h5"))) >= 3)
    victim = run.wait_for(lambda: training(slurm, run.folder))
    finished_before = finished_jobs(run.folder)
    victim.kill()
    slurm.stop_controller()
    time.sleep(SECONDS_WITHOUT_CONTROLLER)
    slurm.start_controller()
    output = run.finish()
    states = slurm.command("squeue", "--noheader", "--states=all", "--format=%T").split()
    return Disturbed(run.folder, output, finished_before, Counter(states))


@pytest.fixture(scope="module")
def local(checkout: Checkout, disturbed: Disturbed) -> Path:
    """Folder of the same run without a cluster."""
    run = Run(checkout, checkout.environment, checkout.folder("local"), "--cores", "2")
    run.finish()
    return run.folder


def test_killed_job_alone_is_computed_again(disturbed: Disturbed) -> None:
    assert len(disturbed.finished_before) >= 10
    after = finished_jobs(disturbed.folder)
    assert {name: after[name] for name in disturbed.finished_before} == disturbed.finished_before

    again = {job: count for job, count in submissions(disturbed.output).items() if count > 1}
    assert list(again.values()) == [2]
    restarted = re.findall(r"^Trying to restart job (\d+)\.$", disturbed.output, re.M)
    assert set(restarted) == set(again)
    assert disturbed.states["FAILED"] == 1
    assert set(disturbed.states) == {"COMPLETED", "FAILED"}
    assert disturbed.states["COMPLETED"] == len(submissions(disturbed.output))


def test_jobs_that_are_ready_together_are_one_array(disturbed: Disturbed) -> None:
    tasks = re.findall(r"^Submitted array job .* task IDs are 1-(\d+)\.$", disturbed.output, re.M)
    counts = [int(count) for count in tasks]

    # How many are ready together depends on what ended before, but for those at the start: four
    # connectivities, two of each stage of a replicate ...
    assert max(counts) >= 4
    assert sum(counts) >= 20
    assert len(counts) <= sum(counts) / 2


def test_results_are_those_of_a_local_run_to_the_byte(disturbed: Disturbed, local: Path) -> None:
    for suffix in (".h5", ".csv", ".svg"):
        found, expected = results(disturbed.folder, suffix), results(local, suffix)
        assert found.keys() == expected.keys()
        assert [name for name in expected if found[name] != expected[name]] == []
    assert len(results(local, ".h5")) > 40
    assert len(results(local, ".svg")) > 10


def test_second_call_finds_nothing_to_be_done(
    checkout: Checkout, cluster_environment: dict[str, str], disturbed: Disturbed
) -> None:
    before = finished_jobs(disturbed.folder)

    on_slurm = Run(checkout, cluster_environment, disturbed.folder, *SLURM).finish()
    # Nor does a local call.
    locally = Run(checkout, checkout.environment, disturbed.folder, "--cores", "2").finish()

    assert "Nothing to be done" in on_slurm
    assert "Nothing to be done" in locally
    assert finished_jobs(disturbed.folder) == before
