"""Reports from long loops: lines in a job's log and, at a terminal, a bar."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Never, Protocol, Self, TextIO

if TYPE_CHECKING:
    from tqdm import tqdm

_INTERVAL_S = 2.0


class StepReport(Protocol):
    """What a loop calls after a step (counted from 1) with the figures worth watching."""

    def __call__(self, step: int, /, **measures: float) -> None:
        """Take note of a step."""


def silent(step: int, /, **measures: float) -> None:
    """Report nothing."""


def shifted(report: StepReport, before: int) -> StepReport:
    """Report steps that come after those of other loops.

    Args:
        report: of all loops together.
        before: steps of those before.
    """

    def later(step: int, /, **measures: float) -> None:
        report(before + step, **measures)

    return later


class Progress:
    """Report a loop to a log, at most every two seconds and at the end, and to a terminal.

    Use it as a context; within, it is a `StepReport`.

    Args:
        total: number of steps.
        unit: what a step is, such as "iteration".
        log: where the lines go.
        description: what the loop does; begins the lines.
        name: whose loop it is; begins the bar.
        clock: seconds that only rise.
    """

    def __init__(
        self,
        total: int,
        unit: str,
        log: TextIO,
        description: str = "",
        name: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._total = total
        self._unit = unit
        self._log = log
        self._description = description
        self._name = name
        self._clock = clock
        self._due = -float("inf")
        self._unwritten = ""
        self._bar: tqdm[Never] | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from tqdm import tqdm

            title = ": ".join(filter(None, (self._name, self._description)))
            self._bar = tqdm(total=self._total, desc=title, unit=self._unit, leave=False)
        return self

    def __call__(self, step: int, /, **measures: float) -> None:
        """Take note of a step."""
        figures = [f"{name.replace('_', ' ')} {value:.4g}" for name, value in measures.items()]
        where = f"{self._unit} {step}/{self._total}"
        line = ": ".join(filter(None, (self._description, where)))
        self._unwritten = "  ".join([line, *figures])
        if self._clock() >= self._due:
            self._write()
        if self._bar is not None:
            self._bar.set_postfix_str("  ".join(figures), refresh=False)
            self._bar.update(step - self._bar.n)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # A loop that fails tells by its last line how far it came.
        self._write()
        if self._bar is not None:
            self._bar.close()

    def _write(self) -> None:
        if self._unwritten:
            self._log.write(self._unwritten + "\n")
            self._unwritten = ""
            self._due = self._clock() + _INTERVAL_S
