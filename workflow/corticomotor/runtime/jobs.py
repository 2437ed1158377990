"""What every script of the workflow does around its own work: log, errors, seeds, provenance.

A script is one function of a `Job`, handed to `run`. What a job is told stands in the params of its
rule, which `corticomotor.wiring` makes from the declaration of its stage.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TextIO, TypeVar

from corticomotor.runtime import store
from corticomotor.runtime.checkpoints import Checkpoint, identity_of
from corticomotor.runtime.contracts import Contract, contract_of
from corticomotor.runtime.errors import DivergenceError, InputError
from corticomotor.runtime.files import opened_log
from corticomotor.runtime.progress import Progress
from corticomotor.runtime.provenance import content_digest, package_versions
from corticomotor.runtime.seeding import stream
from corticomotor.runtime.stage_settings import StageSettings, UndeclaredSettingError

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr
    from numpy.typing import ArrayLike

COST_PREFIX = "cost "
# Under this name a job's params hold the contract of what it writes.
RESULT = "result"
_CHECKPOINT_INTERVAL_S = 5.0

Settings = TypeVar("Settings")


@dataclass(frozen=True)
class Job(Generic[Settings]):
    """One job of the workflow, as its script sees it.

    Attributes:
        name: the rule and its replicate, for messages.
        settings: what the stage declares of its study's settings, by attribute.
        declared: the same as plain values, with the seed.
        given: what tells it apart from other jobs of its script.
        wildcards: parts of its files' names.
        contracts: of its inputs by their names, and of its result, as plain values.
        seed: root of all random streams.
        replicate: its number; 0 where a rule has no replicates.
        replicates: numbers of those whose results it gathers.
        code: fingerprint of the script and the modules that it runs.
        params: all that its rule was told.
        input: input files by the names of the stages that they come from.
        output: named output files.
        log: text that a person reads afterwards.
    """

    name: str
    settings: Settings
    declared: dict[str, Any]
    given: dict[str, Any]
    wildcards: dict[str, str]
    contracts: dict[str, Any]
    seed: int
    replicate: int
    replicates: list[int]
    code: str
    params: Any
    input: Any
    output: Any
    log: TextIO

    def rng(self, purpose: str) -> np.random.Generator:
        """Return the random stream of a purpose in this job's replicate."""
        return stream(self.seed, purpose, self.replicate)

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
        told = {"given": self.given, "wildcards": self.wildcards}
        return {
            "settings": self.declared | {name: value for name, value in told.items() if value},
            "seed": self.seed,
            "replicate": self.replicate,
            "code": self.code,
            "versions": package_versions(),
            "inputs": {name: _digests(files) for name, files in self.input.items()},
        }

    def read(self, name: str) -> store.Dataset:
        """Read the result of an earlier stage, by the name of the input."""
        (dataset,) = self.read_all(name)
        return dataset

    def read_all(self, name: str) -> list[store.Dataset]:
        """Read the results of an earlier stage: of all replicates, or however many there are."""
        return store.read_all(_listed(self.input[name]), self.contract(name))

    def shown(self) -> dict[str, Any]:
        """Read all inputs that have a contract, as a figure or a report is handed them.

        Returns:
            For each contract's name a dataset of xarray, or a list of them; where inputs are named
            `<name>/<key>`, a mapping from keys to these.
        """
        found: dict[str, Any] = {}
        for name in self.contracts.keys() - {RESULT}:
            parts = [each for each in dict(self.input.items()) if each.startswith(f"{name}/")]
            found[name] = (
                {each.removeprefix(f"{name}/"): self._shown(each, name) for each in parts}
                if parts
                else self._shown(name, name)
            )
        return found

    def _shown(self, name: str, contract: str) -> xr.Dataset | list[xr.Dataset]:
        files, expected = self.input[name], self.contract(contract)
        if isinstance(files, str):
            return store.read(files, expected).to_xarray()
        return [store.read(file, expected).to_xarray() for file in files]

    def write(self, result: object, **more: ArrayLike) -> None:
        """Write the stage's result, with this job's provenance.

        Args:
            result: a mapping or a dataclass with the variables and coordinates of the contract.
            more: further ones.
        """
        values = dict(result if isinstance(result, Mapping) else vars(result)) | more
        contract = self.contract(RESULT)
        store.write(self.output[0], store.dataset(contract, values), contract, self.provenance())

    def contract(self, name: str) -> Contract:
        """Give the contract of an input, or of the result."""
        return contract_of(self.contracts[name])


def run(snakemake: Any, work: Callable[[Job[Any]], None]) -> None:
    """Do a script's work, with warnings and tracebacks in its log, and one line per user error.

    It ends the process, if that is the script's.

    Args:
        snakemake: the object that Snakemake gives to a script.
        work: the script's own part.

    Raises:
        SystemExit: with status 1 when the work failed.
    """
    with (
        opened_log(snakemake.log[0]) as log,
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
        except (InputError, DivergenceError, UndeclaredSettingError) as error:
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
        log.write(COST_PREFIX + json.dumps(_cost(snakemake)) + "\n")
    if getattr(sys.modules["__main__"], "snakemake", None) is snakemake:
        # All is written. Taking torch and its kin apart would cost up to a second a job.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _checkpoint_path(log: TextIO) -> Path:
    """`results/checkpoints/<job>.h5` for `results/logs/<job>.log`."""
    results, _, job = log.name.rpartition("logs/")
    return Path(f"{results}checkpoints/{job}").with_suffix(".h5")


def _cost(snakemake: Any) -> dict[str, str | float]:
    """What this process took since it started, its imports included, and for which work."""
    # Slow to import for what else a job does.
    import psutil

    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "rule": snakemake.rule,
        "work": snakemake.resources.get("work", 0),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "wall_seconds": round(time.time() - psutil.Process().create_time(), 2),
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
    replicate = snakemake.wildcards.get("replicate")
    return snakemake.rule if replicate is None else f"{snakemake.rule}, replicate {replicate}"


def _job(snakemake: Any, log: TextIO) -> Job[Any]:
    params, wildcards = snakemake.params, dict(snakemake.wildcards.items())
    declared = params.get("settings", {})
    return Job(
        name=_name(snakemake),
        settings=StageSettings(snakemake.rule, declared),
        declared=declared,
        given=params.get("given", {}),
        wildcards={
            name: value
            for name, value in wildcards.items()
            if name not in ("overrides", "replicate")
        },
        contracts=params.get("contracts", {}),
        seed=declared.get("seed", 0),
        replicate=int(wildcards.get("replicate", 0)),
        replicates=list(params.get("replicates", [])),
        code=params.code,
        params=params,
        input=snakemake.input,
        output=snakemake.output,
        log=log,
    )


def _listed(files: str | list[str]) -> list[str]:
    return [files] if isinstance(files, str) else list(files)


def _digests(files: str | list[str]) -> str | list[str]:
    return content_digest(files) if isinstance(files, str) else [content_digest(f) for f in files]
