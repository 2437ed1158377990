"""What sentences of all studies say of figures of merit: intervals, and what these leave open."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from corticomotor.statistics import Merit


def told(merit: Merit) -> int:
    """Side of no difference on which a comparison lies: −1, 1, or 0 where that is left open.

    Args:
        merit: see `statistics.compared`. A single replicate is told by its value.
    """
    if merit["value"] is None:
        return 0
    low, high = merit["interval"] or [merit["value"]] * 2
    return int(low > merit["none"]) - int(high < merit["none"])


def in_brackets(merit: Merit, form: Callable[[float], str], unit: str) -> str:
    """Interval and number of replicates, in brackets behind a value; nothing of a single one.

    Args:
        merit: a figure of merit.
        form: how numbers are written.
        unit: what a replicate is.
    """
    if merit["interval"] is None:
        return ""
    low, high = (form(end) for end in merit["interval"])
    return f" (95 % interval over {merit['n']} {unit}s {low} to {high})"


def left_open(comparisons: Mapping[str, Merit], unit: str) -> str:
    """Name the comparisons that replicates do not tell from no difference, and how many would.

    Args:
        comparisons: what is compared -> see `statistics.compared`.
        unit: what a replicate is.
    """
    several = {text: each for text, each in comparisons.items() if each["interval"] is not None}
    if not several:
        return f"A single {unit} says nothing about others: no number has an interval."
    found = [f"{text} ({_counts(each)})" for text, each in several.items() if told(each) == 0]
    if not found:
        return f"All comparisons over {unit}s are told from no difference."
    return (
        f"The {unit}s leave these open (in brackets how many there are, and how many would tell, "
        f"four times of five, if difference and spread are as found): {'; '.join(found)}. Spreads "
        f"of few {unit}s are known roughly alone, and so are these numbers."
    )


def _counts(merit: Merit) -> str:
    needed = merit["needed"]
    return f"{merit['n']} of {'more than 1000' if needed is None else f'about {needed}'}"
