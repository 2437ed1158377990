"""Real Snakemake runs of a copy of the workflow, at a size that takes seconds."""

from __future__ import annotations

import compileall
import json
import os
import py_compile
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import psutil
import yaml

REPOSITORY = Path(__file__).parents[2]
# Of four reaches of three muscles.
RECORDING = str(REPOSITORY / "tests/recordings/reaches.csv")
# All jobs of it take longer to start than to work.
TINY: dict[str, Any] = {
    "sweep": {
        "observed_fraction": {"vary": {"constrained.sample.neuron_fraction": [0.3, 0.5]}},
        "loops": {
            "vary": {"motifs.preparation.loops": [2, 3]},
            "networks": ["additive_module", "multiplicative_module"],
        },
        "loops_of_a_network": {
            "vary": {"motifs.preparation.loops": [2, 3]},
            "networks": ["multiplicative_prepared"],
        },
        "reward_perturbation": {
            "vary": {"gain_modulation.reward.perturbation": [0.001, 0.01]},
            "networks": ["reward", "gradient", "slow"],
        },
        "buffer_length": {
            "vary": {"reaching.models.positions.buffer_length": [4, 3]},
            "networks": ["positions"],
        },
    },
    "constrained": {
        "replicates": {"count": 2},
        "emg": {
            "reaches": 2,
            "muscles": 3,
            "duration_ms": 200.0,
            "step_ms": 5.0,
            "smoothness_ms": 30.0,
        },
        "circuit": {
            "neurons": 30,
            "connection_probability": 0.3,
            "initial_spectral_radius": 2.0,
            "target_abscissa": 0.5,
            "learning_rate": 2.0,
        },
        "gain_learning": {"iterations": 5},
        "network": {"units": 30, "epochs": 2, "step_ms": 5.0, "pulse_ms": 20.0},
        "similarity": {"components": 3, "surrogates": 2, "splits": 2},
        "generalisation": {"initial_noise": [0.0, 0.1], "step_noise": [0.0, 0.1], "trials": 1},
        "directions": {"reach_fractions": [0.0, 0.5], "pulse_noise": [0.1], "iterations": 2},
    },
    "motifs": {
        "replicates": {"count": 1},
        "library": {
            "sessions": [2],
            "duration": 10.0,
            "pause": 1.0,
            "shortest_step": 2.0,
            "longest_step": 5.0,
            "warm_up": 1.0,
            "oscillatory": {"units": 50, "ramp": 2.0},
        },
        "chains": [[2, 1, 2]],
        "difficulty": {"exponentials": [2]},
        "preparation": {
            "duration": 2.0,
            "loops": 3,
            "trial_duration": 7.0,
            "trials": 2,
            "iterations": 3,
        },
        "networks": {
            **{
                name: {"units": 12, "starts": 2, "max_iterations": 8}
                for name in (
                    *("additive", "additive_prepared", "multiplicative"),
                    *("multiplicative_prepared", "control", "two_input", "additive_oscillatory"),
                    *("additive_oscillatory_prepared", "additive_wide", "additive_origin"),
                )
            },
            "additive_large": {"units": 14, "starts": 2, "max_iterations": 8},
        },
        "pairs": {
            "additive_gains": [1.4],
            "multiplicative_gains": [1.4],
            "loop_gains": [1.5],
            "control_gains": [1.4],
            "iterations": 2,
            "trials": 2,
        },
        "forgetting": {"iterations": 2},
        "evaluation": {
            "repetitions": 1,
            "starts": 2,
            "interrupted_at": [0.7, 1.0],
            "initial_noise": [0.0, 1.0],
        },
        "thalamocortical": {
            "neurons": 12,
            "exponentials": 2,
            "loops": 4,
            "fit_starts": 3,
            "loop_starts": 1,
            "loop_iterations": 3,
            "preparatory_iterations": 5,
        },
    },
    "gain_modulation": {
        "replicates": {"count": 1},
        "circuit": {
            "neurons": 30,
            "connection_probability": 0.3,
            "initial_spectral_radius": 2.0,
            "target_abscissa": 0.5,
            "learning_rate": 2.0,
        },
        "movement": {"duration_ms": 200.0, "step_ms": 10.0},
        "new_movement": {
            "sessions": 2,
            "iterations": 4,
            "groups": [5, 2],
            "noise_db": [10.0],
            "noise_samples": 3,
        },
        "alternatives": {"movements": 2, "iterations": 3},
        "groups": {
            "movements": 2,
            "novel": 1,
            "counts": [5, 2],
            "iterations": 4,
            "pattern_iterations": 3,
        },
        "sizes": {"neurons": [30, 40], "groups": [2, 5], "movements": 2, "iterations": 3},
        "primitives": {
            "baseline_rates_hz": [20.0, 5.0],
            "patterns": 4,
            "iterations": 3,
            "sizes": [1, 3],
            "libraries": 3,
            "novel": 3,
        },
        "speed": {
            "neurons": 40,
            "groups": 5,
            "factor": 2.0,
            "step_ms": 10.0,
            "movements": 2,
            "sessions": 2,
            "iterations": 3,
            "noise_samples": 2,
            "reward": {
                "movements": 2,
                "iterations": 4,
                "gradual_iterations": 2,
                "gradual_factors": [1.5, 2.0],
            },
            "initial_conditions": {"counts": [1, 2], "sessions": 1, "iterations": 3},
            "seven_speeds": {"speeds": 3, "sessions": 1, "iterations": 3},
            "shape_and_speed": {
                "members": 3,
                "sizes": [2, 3],
                "libraries": 2,
                "novel": 4,
                "iterations": 3,
                "mixtures": 2,
            },
        },
    },
    "reaching": {
        "replicates": {"count": 1},
        "task": {"steps": 75},
        "tests": {"count": 10, "directions": 4, "shown": 2},
        "models": {
            name: {"units": 6, "phases": phases}
            for names, phases in (
                (
                    ("standard",),
                    {"before": 3, "under": 2, "after": 2, "control": True, "longer": 3},
                ),
                (
                    ("positions", "accelerations"),
                    {"before": 3, "under": 2, "after": 2, "control": True},
                ),
                (
                    (
                        *("standard_deep", "positions_0", "positions_1"),
                        *("positions_2", "positions_8"),
                    ),
                    {"before": 3, "under": 2},
                ),
                (
                    (
                        *("standard_no_dropout", "standard_no_dense", "standard_neither"),
                        *("standard_tanh", "standard_gru"),
                        *("positions_relu", "positions_tanh"),
                    ),
                    {"before": 3},
                ),
            )
            for name in names
        },
        "training": {"batch": 4, "looks": 2, "warm_up": 1},
        "tabular": {"grid": {"size": 5, "field_rows": [1, 2]}, "goal": [4, 2], "episodes": 20},
        "deep_q": {
            "grid": {"size": 5, "field_rows": [2, 3]},
            "longest": 10,
            "grids": 4,
            "hidden": 8,
            "channels": [2, 2],
            "batch": 8,
            "memory": 100,
            "exploration_frames": 20,
            "shrink_frames": 8,
            "look_frames": 40,
            "runs": {
                "parameters": {"radii": [2, 0], "frames": 80, "seeds": 2, "updates": 1},
                "parameters_exact": {"frames": 80, "seeds": 2, "updates": 1},
                "parameters_scaled": {"frames": 80, "seeds": 1},
                "parameters_force": {"radii": [2, 0], "frames": 80, "seeds": 1},
                "pixels": {"radii": [2, 0], "frames": 80, "seeds": 1},
                "pixels_exact": {"frames": 80, "seeds": 0},
                "pixels_hindsight": {"frames": 80, "seeds": 1},
            },
        },
        "control": {
            "agents": {"sac": [40, 40, 40], "td3": [40, 40, 40]},
            "hidden": 8,
            "batch": 8,
            "memory": 100,
            "reaches": 4,
            "updates": 1,
            "random_steps": 8,
            "looks": 1,
            "test_reaches": 10,
        },
        "population": {
            "components": 3,
            "surrogates": 2,
            "assignments": 2,
            "splits": 2,
            "cortex": {
                "circuit": {
                    "neurons": 30,
                    "connection_probability": 0.3,
                    "initial_spectral_radius": 2.0,
                    "target_abscissa": 0.5,
                    "learning_rate": 2.0,
                },
                "gain_learning": {"iterations": 3},
                "emg": {
                    "reaches": 4,
                    "muscles": 3,
                    "duration_ms": 200.0,
                    "step_ms": 5.0,
                    "recording": {"path": RECORDING, "sampling_rate_hz": 200.0},
                },
            },
        },
    },
}

# Targets: what all studies publish, and all sweeps; a study's name stands for what it publishes.
ALL = ("all",)


@dataclass(frozen=True)
class Outcome:
    """Exit status of Snakemake and all that it printed."""

    status: int
    output: str

    @property
    def jobs(self) -> set[str]:
        """Jobs of a dry run or of a run that shows its rules, by the paths of their logs.

        Such as `constrained/networks/FF/replicate-1`, `constrained/figures/circuit` or `sweeps/x`.
        """
        logs = re.findall(r"^    log: results/logs/(\S+)\.log$", self.output, re.M)
        assert len(logs) == len(set(logs)), logs
        return set(logs)

    def expect(self, status: int = 0) -> Outcome:
        """Fail, with all that Snakemake printed, unless it ended with this status."""
        assert self.status == status, self.output
        return self


class Checkout:
    """A copy of the workflow, which tests may edit, and runs of it in folders beside."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "checkout"
        self._runs = folder / "runs"
        for name in ("workflow", "config", "profiles", "envs"):
            shutil.copytree(
                REPOSITORY / name,
                self.root / name,
                symlinks=True,
                ignore=shutil.ignore_patterns("__pycache__"),
            )
        shutil.copy2(REPOSITORY / "Snakefile", self.root)
        # Compiled once, and checked by content: tests edit files and set their times.
        compileall.compile_dir(
            self.root / "workflow",
            quiet=1,
            invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH,
        )
        self.environment = {
            **os.environ,
            "PYTHONDONTWRITEBYTECODE": "1",
            # Snakemake gives these to jobs; here they keep its own process small.
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        self._server: subprocess.Popen[str] | None = None

    def folder(self, name: str, copy_of: Path | None = None) -> Path:
        """Make a folder to run in, empty or with the results and the memory of another run."""
        folder = self._runs / name
        if copy_of is None:
            folder.mkdir(parents=True)
        else:
            shutil.copytree(copy_of, folder, symlinks=True)
        return folder

    def copied(self, name: str, copy_of: Path) -> Path:
        """Make a folder with the results of another run, without its memory and its times.

        Some results are older than what they were made from, and some lie in the future.
        """
        folder = self.folder(name, copy_of)
        shutil.rmtree(folder / ".snakemake")
        files = sorted(path for path in (folder / "results").rglob("*") if path.is_file())
        now, rng = time.time(), random.Random(0)
        for path in files:
            moment = now + rng.uniform(-1e6, 1e5)
            os.utime(path, (moment, moment))
        return folder

    def config(self, folder: Path, settings: Mapping[str, Any]) -> Path:
        """Write settings to a file in a folder."""
        path = folder / "settings.yaml"
        path.write_text(yaml.safe_dump(dict(settings), sort_keys=False), encoding="utf-8")
        return path

    def start(
        self,
        folder: Path,
        config: Path,
        *arguments: str,
        targets: Sequence[str],
    ) -> subprocess.Popen[str]:
        """Start Snakemake as a user does, in a process group of its own."""
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "snakemake"),
                *_command_line(folder, config, arguments, targets),
            ],
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=_heed_interrupts,
        )

    def run(
        self,
        folder: Path,
        config: Path,
        *arguments: str,
        targets: Sequence[str],
    ) -> Outcome:
        """Run Snakemake as a user does and wait for it."""
        with self.start(folder, config, *arguments, targets=targets) as process:
            output, _ = process.communicate()
        return Outcome(process.returncode, output)

    def quick_run(
        self,
        folder: Path,
        config: Path,
        *arguments: str,
        targets: Sequence[str],
    ) -> Outcome:
        """Run the same command line in a fork: for what ends before the first job starts."""
        if self._server is None:
            self._server = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("snakemake_server.py"))],
                cwd=self.root,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        output = self.root.parent / "output.txt"
        request = {
            "arguments": _command_line(folder, config, arguments, targets),
            "output": str(output),
        }
        self._server.stdin.write(json.dumps(request) + "\n")
        self._server.stdin.flush()
        status = int(self._server.stdout.readline())
        return Outcome(status, output.read_text(encoding="utf-8"))

    def plan(self, folder: Path, config: Path, targets: Sequence[str] = ALL) -> set[str]:
        """Names of the jobs that a dry run would start."""
        # The profile hides the rules; here they are what matters.
        arguments = ("--dry-run", "--quiet", "host")
        return self.quick_run(folder, config, *arguments, targets=targets).expect().jobs

    def close(self) -> None:
        """End the server."""
        if self._server is not None:
            self._server.communicate()


def _heed_interrupts() -> None:
    # A shell lets what it starts in the background ignore them, and that is inherited.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _command_line(
    folder: Path, config: Path, arguments: Sequence[str], targets: Sequence[str]
) -> list[str]:
    return ["--directory", str(folder), "--configfile", str(config), *arguments, "--", *targets]


def kill_job(run: subprocess.Popen[str], script: str) -> str:
    """Kill the only job of a script in a run; give what the run then printed until its end."""
    jobs = [
        process
        for process in psutil.Process(run.pid).children(recursive=True)
        if process.cmdline()[-1].endswith(f".{script}")
    ]
    assert len(jobs) == 1
    jobs[0].kill()
    output, _ = run.communicate()
    assert run.returncode != 0
    return output


@contextmanager
def preserved(*paths: Path) -> Iterator[None]:
    """Bring files back afterwards, their times included."""
    before = [(path, path.read_bytes(), path.stat()) for path in paths]
    try:
        yield
    finally:
        for path, content, status in before:
            path.write_bytes(content)
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@contextmanager
def frequent_states(checkout: Checkout) -> Iterator[None]:
    """Let jobs keep their states several times a second: that training need not take longer."""
    path = checkout.root / "workflow/corticomotor/runtime/checkpoints.py"
    with preserved(path):
        text = path.read_text(encoding="utf-8")
        edited = re.sub(r"(?m)^(_INTERVAL_S) = .+$", r"\1 = 0.2", text)
        assert edited != text
        path.write_text(edited, encoding="utf-8")
        yield


def merged(settings: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with changes: blocks are merged, all else is replaced."""
    return {
        **settings,
        **{
            name: merged(settings.get(name, {}), value) if isinstance(value, Mapping) else value
            for name, value in changes.items()
        },
    }


def finished_jobs(folder: Path) -> set[str]:
    """Names of the jobs of a run (see `Outcome.jobs`), by the logs that they left."""
    logs = folder / "results" / "logs"
    return {str(path.relative_to(logs).with_suffix("")) for path in logs.rglob("*.log")}


def matching(patterns: set[str], jobs: set[str]) -> set[str]:
    """Jobs that match a pattern; each pattern must match one."""
    found = {pattern: {job for job in jobs if fnmatch(job, pattern)} for pattern in patterns}
    assert all(found.values()), found
    return set().union(*found.values())


def results(folder: Path, *suffixes: str) -> dict[str, bytes]:
    """Content of all results with these suffixes, by path."""
    found = sorted((folder / "results").rglob("*"))
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in found
        if path.suffix in suffixes
    }
