"""What every script of the workflow does around its own work: log, errors, seeds, provenance.

A rule passes `params: settings=<dict with "seed">, code=<fingerprint>` and, if it has replicates,
`replicate="<number>"`. Its script is one function of a `Job`, handed to `run`.
"""

import json
import os
import resource
import sys
import traceback
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import ArrayLike

from corticomotor.runtime import store
from corticomotor.runtime.checkpoints import Checkpoint, identity_of
from corticomotor.runtime.contracts import Contract
from corticomotor.runtime.errors import DivergenceError, InputError
from corticomotor.runtime.progress import Progress
from corticomotor.runtime.provenance import content_digest, package_versions
from corticomotor.runtime.seeding import stream

COST_PREFIX = "cost "
_CHECKPOINT_INTERVAL_S = 5.0


@dataclass(frozen=True)
class Job:
    """One job of the workflow, as its script sees it.

    Attributes:
        name: the rule and its replicate, for messages.
        settings: the rule's settings and the seed, plain values.
        seed: root of all random streams.
        replicate: its number; 0 where a rule has no replicates.
        code: fingerprint of the script and the modules that it runs.
        input: named input files.
        output: named output files.
        threads: number of threads granted.
        log: text that a person reads afterwards.
    """

    name: str
    settings: dict[str, Any]
    seed: int
    replicate: int
    code: str
    input: Any
    output: Any
    threads: int
    log: TextIO

    def rng(self, stage: str) -> np.random.Generator:
        """Return the random stream of a stage in this job's replicate."""
        return stream(self.seed, stage, self.replicate)

    def progress(self, total: int, unit: str, description: str = "") -> Progress:
        """Return the context in which a loop of `total` steps reports to log and terminal."""
        return Progress(total, unit, self.log, description=description, name=self.name)

    def checkpoint(self) -> Checkpoint:
        """Return where a long training keeps its state; it goes when the job has ended well."""
        return Checkpoint(
            _checkpoint_path(self.log),
            identity_of(self.provenance()),
            interval_s=_CHECKPOINT_INTERVAL_S,
        )

    def provenance(self) -> dict[str, Any]:
        """Return what `store.write` records: settings, seed, code, versions and input digests.

        An input that is a list of files gives a list of digests.
        """
        return {
            "settings": self.settings,
            "seed": self.seed,
            "replicate": self.replicate,
            "code": self.code,
            "versions": package_versions(),
            "inputs": {name: _digests(files) for name, files in self.input.items()},
        }

    def write(
        self,
        path: str | Path,
        contract: Contract,
        values: Mapping[str, ArrayLike],
        coordinates: Mapping[str, ArrayLike],
    ) -> None:
        """Write a stage's result with this job's provenance (`store.dataset`, `store.write`)."""
        dataset = store.dataset(contract, values, coordinates)
        store.write(path, dataset, contract, self.provenance())


def run(snakemake: Any, work: Callable[[Job], None]) -> None:
    """Do a script's work, with warnings and tracebacks in its log, and one line per user error.

    It ends the process, if that is the script's.

    Args:
        snakemake: the object that Snakemake gives to a script.
        work: the script's own part.

    Raises:
        SystemExit: with status 1 when the work failed.
    """
    with (
        Path(snakemake.log[0]).open("w", encoding="utf-8", buffering=1) as log,
        warnings.catch_warnings(),
    ):

        def show(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            log.write(warnings.formatwarning(message, category, filename, lineno, line))

        warnings.showwarning = show
        try:
            work(_job(snakemake, log))
            # Whatever state it holds is of no more use.
            Checkpoint(_checkpoint_path(log), identity="").remove()
        except (InputError, DivergenceError) as error:
            traceback.print_exc(file=log)
            message = " ".join(str(error).splitlines())
            sys.stderr.write(f"error: {_name(snakemake)}: {message} (log: {snakemake.log[0]})\n")
            raise SystemExit(1) from error
        except KeyboardInterrupt as error:
            log.write("interrupted\n")
            raise SystemExit(130) from error
        except Exception as error:
            traceback.print_exc(file=log)
            traceback.print_exc(file=sys.stderr)
            raise SystemExit(1) from error
        log.write(COST_PREFIX + json.dumps(_cost()) + "\n")
    if getattr(sys.modules["__main__"], "snakemake", None) is snakemake:
        # All is written. Taking torch and its kin apart would cost up to a second a job.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _checkpoint_path(log: TextIO) -> Path:
    """`results/checkpoints/<job>.h5` for `results/logs/<job>.log`."""
    results, _, job = log.name.rpartition("logs/")
    return Path(f"{results}checkpoints/{job}").with_suffix(".h5")


def _cost() -> dict[str, float]:
    """CPU time and peak memory of this process since it started, its imports included.

    Snakemake's benchmarks sample a job every half second and miss much of a short one.
    """
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_memory_mb": round(_peak_memory_kb(usage.ru_maxrss) / 1024, 1),
    }


def _peak_memory_kb(otherwise: int) -> int:
    """Peak resident memory of this program, where the system tells.

    The maximum that `getrusage` gives includes Snakemake's own before it started this program.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0])
    except (OSError, IndexError):
        return otherwise


def _name(snakemake: Any) -> str:
    replicate = getattr(snakemake.params, "replicate", None)
    return snakemake.rule if replicate is None else f"{snakemake.rule}, replicate {replicate}"


def _job(snakemake: Any, log: TextIO) -> Job:
    params = snakemake.params
    replicate = getattr(params, "replicate", None)
    return Job(
        name=_name(snakemake),
        settings=params.settings,
        seed=params.settings["seed"],
        replicate=0 if replicate is None else int(replicate),
        code=params.code,
        input=snakemake.input,
        output=snakemake.output,
        threads=snakemake.threads,
        log=log,
    )


def _digests(files: str | list[str]) -> str | list[str]:
    return content_digest(files) if isinstance(files, str) else [content_digest(f) for f in files]
