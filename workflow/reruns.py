"""Which jobs Snakemake runs: those whose files are not current, by what the files say themselves.

Snakemake decides by times, and by its memory of earlier runs in .snakemake. Times lie after a copy
or a step of the clock; the memory gets lost, or belongs to other files; and neither notices a file
that was exchanged with its time kept, nor another version of a package. The files say all that is
needed (`corticomotor.runtime.currentness`), but Snakemake has no public way to ask them: its plan
is made after the Snakefile was read, from methods of its own. So these few are replaced, in one
version of Snakemake that pyproject.toml pins, and only where their signatures are the known ones.

What is replaced: whether params changed (the answer is whether the job's files are current), all
other questions about the memory, whether inputs are newer, and the refusal of outputs that look
older than inputs. When a job has run, readers of its files for which nothing changed are spared.
"""

from __future__ import annotations

import atexit
import inspect
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# First, for Snakemake's modules import each other in a circle.
import snakemake.api  # noqa: F401
from snakemake.dag import DAG
from snakemake.exceptions import WorkflowError
from snakemake.io import _IOFile
from snakemake.logging import logger
from snakemake.persistence import ParamsChange, PersistenceBase
from snakemake.settings.types import RerunTrigger
from snakemake.workflow import Workflow

from corticomotor.runtime.currentness import Currentness, Planned
from corticomotor.runtime.provenance import made_with
from corticomotor.runtime.remembered import RememberedRecords

# The methods that are replaced, and their parameters.
REPLACED = {
    (PersistenceBase, "params_changed"): "self job file",
    (PersistenceBase, "has_metadata"): "self job",
    (PersistenceBase, "has_outdated_metadata"): "self job",
    (PersistenceBase, "incomplete"): "self job",
    (_IOFile, "is_newer"): "self time",
    (DAG, "check_output_mtime"): "self job expanded_output",
    (DAG, "finish"): "self job update_checkpoint_dependencies",
    (Workflow, "log_provenance_info"): "self",
}
ORIGINAL: dict[tuple[type, str], Any] = {key: getattr(*key, None) for key in REPLACED}


class _Change(ParamsChange):  # type: ignore[misc] # Snakemake has no types
    """Why a job runs again, in the place of the params that changed."""

    def __str__(self) -> str:
        return ", ".join(sorted(self.only_new)) or "nothing"


def decide_by_records(workflow: Workflow, remembered: Path) -> None:
    """Have this process's Snakemake run a job again if and only if its files are not current.

    Args:
        workflow: of the Snakefile that is being read.
        remembered: file that remembers what results say, for fast plans.

    Raises:
        WorkflowError: this is another Snakemake than the known one.
    """
    check_snakemake()
    # Jobs on a cluster come by here as well: their clock may be another one.
    _replace(DAG, "check_output_mtime", _nothing)
    if not workflow.is_main_process:
        return
    records = RememberedRecords(remembered)
    atexit.register(records.save)
    current = Currentness(records, _planned)

    def params_changed(self: Any, job: Any, file: str | None = None) -> ParamsChange:
        reason = current.reason(job) if job.output else ""
        return _Change(set(), {reason}, set(job.output)) if reason else ParamsChange()

    async def finish(self: Any, job: Any, update_checkpoint_dependencies: bool = True) -> bool:
        ready = await ORIGINAL[DAG, "finish"](self, job, update_checkpoint_dependencies)
        if self.workflow.dryrun or self.workflow.touch:
            return ready
        for reader in _spared(self, job, current):
            self.register_running({reader})
            # The count of all jobs, of which Snakemake tells how many are done.
            self._len -= 1
            ready |= await self.finish(reader)
        return ready

    _replace(PersistenceBase, "params_changed", params_changed)
    _replace(PersistenceBase, "has_metadata", lambda self, job: True)
    _replace(PersistenceBase, "has_outdated_metadata", lambda self, job: False)
    _replace(PersistenceBase, "incomplete", _nothing)
    _replace(_IOFile, "is_newer", _nothing)
    _replace(DAG, "finish", finish)
    # Its hints are about times and memory.
    _replace(Workflow, "log_provenance_info", lambda self: None)
    _replace(
        Workflow,
        "rerun_triggers",
        property(lambda self: frozenset({RerunTrigger.PARAMS})),
    )


def check_snakemake() -> None:
    """Check that the methods to replace are the known ones.

    Raises:
        WorkflowError: one is not.
    """
    for (owner, name), expected in REPLACED.items():
        original = ORIGINAL[owner, name]
        found = " ".join(inspect.signature(original).parameters) if original else "none"
        if found != expected:
            raise WorkflowError(
                f"{owner.__name__}.{name}({expected}): not as expected in this Snakemake (found "
                f"{found}): install the version that envs/requirements.lock pins"
            )


def _replace(owner: type, name: str, replacement: object) -> None:
    setattr(owner, name, replacement)


async def _nothing(*arguments: object) -> list[str]:
    return []


def _planned(job: Any) -> Planned[Any]:
    """A job of Snakemake's as its records are compared with."""
    inputs = {
        name: [str(files)] if isinstance(files, str) else [str(file) for file in files]
        for name, files in job.input.items()
    }
    makers = {
        str(file): maker for maker, files in job.dag.dependencies[job].items() for file in files
    }
    made = made_with(dict(job.params.items()), dict(job.wildcards.items()))
    return Planned([str(file) for file in job.output], inputs, made, makers)


def _spared(dag: Any, job: Any, current: Currentness[Any]) -> Iterator[Any]:
    """Readers of what a job made that need not run: it is what they were made from."""
    finished = list(job) if job.is_group() else [job]
    for each in finished:
        if each.output and (reason := current.reason(each)):
            # With other packages on another node, say: it would run again at each call.
            logger.error(f"made, but not as planned: {reason}")
            return
    for each in finished:
        for reader in list(dag.depending[each]):
            if reader in dag.ready_jobs and _needs_nothing(dag, reader, current):
                yield reader


def _needs_nothing(dag: Any, job: Any, current: Currentness[Any]) -> bool:
    reason = dag.reason(job)
    return (
        bool(job.output)
        and not (reason.forced or reason.missing_output)
        and all(os.path.exists(file) for file in job.output)
        and not current.reason(job)
    )
