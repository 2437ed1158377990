"""One job of the workflow, as its script sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TextIO, TypeVar

from corticomotor.runtime import store
from corticomotor.runtime.checkpoints import Checkpoint, checkpoint_path
from corticomotor.runtime.contracts import Contract, contract_of
from corticomotor.runtime.progress import Progress
from corticomotor.runtime.provenance import made_with, provenance, told_wildcards
from corticomotor.runtime.records import record_of
from corticomotor.runtime.seeding import stream
from corticomotor.runtime.stage_settings import StageSettings
from corticomotor.runtime.versions import package_versions

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr
    from numpy.typing import ArrayLike

# Under this name a job's params hold the contract of what it writes.
RESULT = "result"

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
        provenance: what its files say of how they were made.
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
    provenance: dict[str, Any]
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
        return Checkpoint(checkpoint_path(self.log.name), self.provenance)

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
        store.write(self.output[0], store.dataset(contract, values), contract, self.provenance)

    def contract(self, name: str) -> Contract:
        """Give the contract of an input, or of the result."""
        return contract_of(self.contracts[name])


def job_of(snakemake: Any, log: TextIO) -> Job[Any]:
    """Give the job of the object that Snakemake gives to a script.

    Its inputs are digested now, before they are read: one that changes later counts as changed.
    """
    params, wildcards = snakemake.params, dict(snakemake.wildcards.items())
    declared = params.get("settings", {})
    made = made_with(dict(params.items()), wildcards)
    return Job(
        name=name_of(snakemake),
        settings=StageSettings(snakemake.rule, declared),
        declared=declared,
        given=params.get("given", {}),
        wildcards=told_wildcards(wildcards),
        contracts=params.get("contracts", {}),
        seed=made["seed"],
        replicate=made["replicate"],
        replicates=list(params.get("replicates", [])),
        provenance=provenance(
            made,
            package_versions(),
            {name: _digests(files) for name, files in snakemake.input.items()},
        ),
        params=params,
        input=snakemake.input,
        output=snakemake.output,
        log=log,
    )


def name_of(snakemake: Any) -> str:
    """Name a job by its rule and its replicate, for messages."""
    replicate = snakemake.wildcards.get("replicate")
    return snakemake.rule if replicate is None else f"{snakemake.rule}, replicate {replicate}"


def _listed(files: str | list[str]) -> list[str]:
    return [files] if isinstance(files, str) else list(files)


def _digests(files: str | list[str]) -> list[tuple[str, str]]:
    records = [record_of(Path(file)) for file in _listed(files)]
    return [(record.digest, record.identity) for record in records]
