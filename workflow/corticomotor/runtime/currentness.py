"""Which results are current: those whose records say what would be used now."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from corticomotor.runtime.provenance import identity_of
from corticomotor.runtime.records import Record

AJob = TypeVar("AJob", bound=Hashable)


@dataclass(frozen=True)
class Planned(Generic[AJob]):
    """A job as it would run now.

    Attributes:
        outputs: paths of its files.
        inputs: paths of what it reads, by the names of the inputs.
        made: of `provenance.made_with`.
        makers: jobs that make its inputs, by path; those from outside have none.
    """

    outputs: Sequence[str]
    inputs: Mapping[str, Sequence[str]]
    made: Mapping[str, Any]
    makers: Mapping[str, AJob] = field(default_factory=dict)


class Currentness(Generic[AJob]):
    """Compares what files say of themselves with the jobs that would make them now.

    Args:
        record: gives what the file at a path says, None without one.
        planned: gives a job as it would run now.
    """

    def __init__(
        self, record: Callable[[str], Record | None], planned: Callable[[AJob], Planned[AJob]]
    ) -> None:
        self._record, self._planned = record, planned
        self._identities: dict[AJob, str] = {}

    def reason(self, job: AJob) -> str:
        """Say why a job must run again: empty if its files are current, or if it has none yet.

        Files of it that are missing are no reason of this kind.
        """
        planned = self._planned(job)
        for path in planned.outputs:
            record = self._record(path)
            if record is None:
                continue
            if difference := self._difference(record.made, planned):
                return f"{path}: {difference}"
        return ""

    def identity(self, job: AJob) -> str:
        """Identity of what a job would make now, down to the files from outside.

        What is gone cannot be compared by content. It counts as it was when it would be made
        again in the same way.
        """
        if job not in self._identities:
            planned = self._planned(job)
            identities = {
                name: [self._identity_of(path, planned) for path in paths]
                for name, paths in planned.inputs.items()
            }
            self._identities[job] = identity_of(planned.made, identities)
        return self._identities[job]

    def _identity_of(self, path: str, planned: Planned[AJob]) -> str:
        if path in planned.makers:
            return self.identity(planned.makers[path])
        record = self._record(path)
        return record.identity if record else ""

    def _difference(self, made: Mapping[str, Any], planned: Planned[AJob]) -> str:
        if found := difference(made, planned.made):
            return found
        inputs = made.get("inputs", {})
        if inputs.keys() != planned.inputs.keys():
            return "other inputs"
        for name, paths in planned.inputs.items():
            if len(inputs[name]) != len(paths):
                return f"other inputs {name}"
            for path, (digest, identity) in zip(paths, inputs[name], strict=True):
                record = self._record(path)
                if record is None:
                    same = self._identity_of(path, planned) == identity
                else:
                    same = record.digest == digest
                if not same:
                    return f"{path} is not what it was made from"
        return ""


def difference(made: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Say how what a file was made with, but for its inputs, differs from what would be used now.

    Args:
        made: provenance that the file tells.
        now: of `provenance.made_with`.

    Returns:
        The first difference, or nothing.
    """
    if not made:
        return "damaged, or not made by this workflow"
    for name, expected in now.items():
        then = made.get(name)
        if name == "versions":
            # Recorded are those of more packages than count.
            then = {package: (then or {}).get(package) for package in expected}
            then = {package: str(text or "").partition("+")[0] for package, text in then.items()}
        if then != expected:
            return _words(name, then, expected)
    return ""


def _words(name: str, then: Any, now: Any) -> str:
    """Say what differs: the first setting or package, or that something does."""
    if name in ("code", "told"):
        return "its code changed" if name == "code" else "what it is told changed"
    path, before, after = _first_difference(name, then, now)
    return f"{path.removeprefix('settings.')} {_shown(before)} -> {_shown(after)}"


def _first_difference(path: str, then: Any, now: Any) -> tuple[str, Any, Any]:
    if isinstance(then, dict) and isinstance(now, dict):
        for name in [*now, *then]:
            if then.get(name) != now.get(name) or (name in then) != (name in now):
                return _first_difference(f"{path}.{name}", then.get(name), now.get(name))
    return path, then, now


def _shown(value: Any, most: int = 60) -> str:
    text = "none" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= most else f"{text[: most - 1]}…"
