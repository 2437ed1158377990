"""What the study found, in sentences that follow the numbers."""

from __future__ import annotations

from typing import Any

Summary = dict[str, Any]


def answer(summary: Summary) -> list[str]:
    """Say how like the circuit the constraint makes a network, how accurate and how robust."""
    return [
        _likeness(summary),
        _reach_dependent(summary),
        _undisturbed(summary),
        *_kicked(summary),
        *_unseen(summary),
        *_chosen(summary),
    ]


def _likeness(summary: Summary) -> str:
    correlation, observed = summary["mean_canonical_correlation"], summary["observed"]
    difference = correlation["difference"]
    sign = _sign(difference["mean"], difference["ci95"])
    verb = {1: "becomes more", -1: "becomes less", 0: "becomes neither more nor less"}[sign]
    return (
        f"A network forced to reproduce {observed['neurons']} of {observed['neurons_total']} "
        f"neurons {verb} like the circuit that they were sampled from than a free network: its "
        f"{observed['components']} leading components correlate with the circuit's at "
        f"{_number(correlation['ffh'])} on average (chance {_number(correlation['chance'])}, noise "
        f"ceiling {_number(correlation['noise_ceiling'])}), those of the free one at "
        f"{_number(correlation['ff'])} (chance {_number(correlation['chance_ff'])}), a difference "
        f"of {_number(difference['mean'])}{_in_brackets(difference)}"
        f"{_extremes(difference, summary['replicates'])}."
    )


def _extremes(difference: dict[str, Any], replicates: int) -> str:
    if replicates == 1:
        return " in a single replicate"
    low, high = difference["min"], difference["max"]
    if low > 0:
        return f" that is at least {_number(low)} in each of {replicates} replicates"
    return f" that is {_number(low)} to {_number(high)} in {replicates} replicates"


def _reach_dependent(summary: Summary) -> str:
    correlation = summary["reach_dependent"]["correlation"]
    return (
        "What is left without the mean over reaches correlates at "
        f"{_number(correlation['ffh'])} with the constraint (chance "
        f"{_number(correlation['chance'])}, noise ceiling {_number(correlation['ceiling'])}) and "
        f"{_number(correlation['ff'])} without (chance {_number(correlation['chance_ff'])})."
    )


def _undisturbed(summary: Summary) -> str:
    emg, error = summary["emg"], summary["emg_error"]
    what = (
        f"muscle activity, EMG recorded in {emg['file']},"
        if emg["source"] == "recorded"
        else "synthetic muscle activity"
    )
    worst = (
        ""
        if summary["replicates"] == 1
        else f", at most {_percent(error['ffh']['max'])} and {_percent(error['ff']['max'])}"
    )
    return (
        f"Undisturbed, the networks reproduce the {what} with an error of "
        f"{_compared(error['compared'])}{worst}."
    )


def _kicked(summary: Summary) -> list[str]:
    kick = summary["kick"]
    if kick is None:
        return []
    isotropic, leading = kick["isotropic"], kick["leading"]
    return [
        f"A kick at movement onset of {100 * kick['level']:g} % of the activity's standard "
        f"deviation leaves an error of {_compared(isotropic)}, and of {_compared(leading)} if it "
        f"lies within the {summary['observed']['components']} leading components; the circuit "
        f"itself errs by {_percent(isotropic['soc'])} and {_percent(leading['soc'])}."
    ]


def _unseen(summary: Summary) -> list[str]:
    """Of the reaches whose initial states differ as much as in the rest of the study, or nearly."""
    if not summary["directions"]:
        return []
    found = min(
        summary["directions"],
        key=lambda each: abs(each["reach_fraction"] - summary["reach_fraction"]),
    )
    # The circle has no recording.
    what = "muscle" if summary["emg"]["source"] == "synthetic" else "synthetic muscle"
    return [
        f"In directions between those that were learned, {what} activity errs by "
        f"{_compared(found['emg_error_unseen'])}, where the mean of the two neighbours' errs by "
        f"{_percent(found['neighbours_emg_error']['value'])}, and the prediction of the circuit's "
        f"rates by {_compared(found['dynamics_error_unseen'])}."
    ]


def _chosen(summary: Summary) -> list[str]:
    """Where the settings come from: no replicates of the report can be searched."""
    searched = summary["searched_replicates"]
    these = "these are others" if summary["replicates"] > 1 else "this is another"
    return [f"The default settings were chosen on {_replicates(searched)}; {these}."]


def _replicates(numbers: list[int]) -> str:
    ordered = sorted(numbers)
    if len(ordered) == 1:
        return f"replicate {ordered[0]}"
    if ordered == list(range(ordered[0], ordered[-1] + 1)):
        return f"replicates {ordered[0]}–{ordered[-1]}"
    return f"replicates {', '.join(map(str, ordered))}"


def _compared(pair: dict[str, Any]) -> str:
    """Errors of FFH and FF, and which is lower as far as the replicates tell."""
    numbers = (
        f"{_percent(pair['ffh']['value'])} with the constraint and "
        f"{_percent(pair['ff']['value'])} without"
    )
    difference = pair["difference"]
    if difference["n"] == 1:
        return numbers
    verdict = {1: "worse with it", -1: "better with it", 0: "not told apart"}
    return f"{numbers} ({verdict[_sign(difference['value'], difference['interval'])]})"


def _sign(value: float, interval: list[float] | None) -> int:
    """1 or −1 where a difference is told from 0; without an interval by the number alone."""
    low, high = interval if interval else (value, value)
    return int(low > 0) - int(high < 0)


def _in_brackets(difference: dict[str, Any]) -> str:
    if difference["ci95"] is None:
        return ""
    low, high = difference["ci95"]
    p = difference["p"]
    probability = "p < 0.001" if p < 0.001 else f"p = {p:.2g}"
    return f" (95 % interval {_number(low)} to {_number(high)}, {probability})"


def _number(value: float) -> str:
    # Adding zero takes the sign from what is rounded to zero.
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def _percent(fraction: float) -> str:
    """Two significant digits, and whole numbers from 100 % on."""
    percent = 100 * fraction
    # Closer to 100 the second digit would be a zero before the point.
    return f"{percent:.0f} %" if percent >= 99.5 else f"{percent:#.2g}".rstrip(".") + " %"
