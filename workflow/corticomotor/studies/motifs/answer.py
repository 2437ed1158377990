"""What the motor-motifs study found, in sentences that follow the numbers."""

from collections.abc import Mapping
from typing import Any

from corticomotor.studies.motifs.palette import NETWORKS

# What the paper's networks have, where a smaller experiment may have less.
_PAPER = {
    "networks.additive_large.units": 1000,
    "networks.additive.max_iterations": 3000,
    "replicates.count": 5,
    "pairs.iterations": 3000,
    "preparation.iterations": 1000,
}
# Fewer failed transitions than this part are few.
_FEW = 0.05
_SMALLEST_P = 0.001
# Comparisons, and what is over what in them; of networks one by one, or of a single pair.
_COMPARISONS = {
    "transition_over_random": "error after other motifs over that from random states",
    "preparation_over_none_random_squared_error": "squared error from random states with the "
    "module over that without",
    "preparation_over_none_transition_rmse": "error after other motifs with the module over that "
    "without",
    "interrupted_over_random": "error after interrupted motifs over that from random states",
    "two_input_over_preparation_transition_rmse": "error after other motifs with two inputs over "
    "that with the module",
    "two_input_over_preparation_interrupted_rmse": "error after interrupted motifs with two inputs "
    "over that with the module",
}


def answer(summary: Mapping[str, Any]) -> tuple[str, str]:
    """Say in two sentences what preparation does to transitions, and to single motifs.

    Verdicts follow the interval over networks; with a single network, the number.
    """
    plain = summary["transition_over_random"]["additive"]
    prepared = summary["transition_over_random"]["additive_prepared"]
    failed = {
        which: found["mean"] for which, found in summary["failed_transitions"]["additive"].items()
    }
    across = summary["preparation_over_none_transition_rmse"]["additive"]
    alone = summary["preparation_over_none_random_squared_error"]["additive"]
    networks = across["networks"]
    if _told(across) < 0 and prepared["mean"] < plain["mean"]:
        verdict = (
            f"Motifs that a network learned one by one chain "
            f"{'in any order' if failed['with'] < _FEW else 'better'} if a preparatory module "
            f"begins each"
        )
    elif _told(across) > 0 or prepared["mean"] >= plain["mean"]:
        verdict = "The preparatory module does not help motifs to chain here"
    else:
        verdict = (
            f"{networks} networks leave open whether a preparatory module helps motifs to chain"
        )
    first = (
        f"{verdict}: with it {_percent(failed['with'])} of untrained transitions fail, without it "
        f"{_percent(failed['none'])}; the error after other motifs is {prepared['mean']:.2f} times "
        f"that from random states{_in_brackets(prepared)} with it and {plain['mean']:.2f} times"
        f"{_in_brackets(plain)} without."
    )
    second = (
        f"With it the squared error of single motifs is {alone['mean']:.2f} times that without"
        f"{_in_brackets(alone)}, and the error of transitions {across['mean']:.2f} times"
        f"{_in_brackets(across)}: additive networks, {summary['motifs']} step motifs, "
        f"{summary['replicates']} replicate{'s' * (summary['replicates'] > 1)}."
    )
    return first, second


def left_open(summary: Mapping[str, Any]) -> str:
    """Name the ratios that networks do not tell from 1, and how many would."""
    networks = summary["replicates"]
    if networks == 1:
        return "A single network says nothing about others: no ratio has an interval."
    found = [named for key in _COMPARISONS if (named := _named(key, summary[key]))]
    if not found:
        return f"All ratios are told from 1 by {networks} networks."
    return (
        f"{networks} networks do not tell these ratios from 1 (in brackets how many would, four "
        f"times of five, if ratio and spread are as found): {'; '.join(found)}."
    )


def preset(sizes: Mapping[str, int]) -> str:
    """Say how large the experiment is, and what one of the paper's size would add.

    Args:
        sizes: settings by their paths in the study; all that `_PAPER` has.
    """
    smaller = [
        f"{path} {sizes[path]} instead of {published}"
        for path, published in _PAPER.items()
        if sizes[path] < published
    ]
    if not smaller:
        return "The experiment has the size of the paper's (config/paper.yaml or larger)."
    return (
        "The experiment is smaller than the paper's: "
        + "; ".join(smaller)
        + ". The settings of config/paper.yaml add these, the whole sweep of gains over all pairs "
        "of motifs and longer training, which takes days on one core."
    )


def probability(found: Mapping[str, Any]) -> str:
    """P over networks; with a single network that of its motifs.

    Args:
        found: attributes of a `Ratio`.
    """
    p = found["p_by_replicate"][0] if found["p"] is None else found["p"]
    return f"p < {_SMALLEST_P}" if p < _SMALLEST_P else f"p = {p:.2g}"


def _named(key: str, found: Mapping[str, Any]) -> str:
    """A comparison, of one pair or network by network, as far as it is left open."""
    by_network = {"": found} if "mean" in found else found
    parts = [
        f"{NETWORKS[network].label if network else ''} {each['mean']:.2f} ({_needed(each)})"
        for network, each in by_network.items()
        if _told(each) == 0
    ]
    return f"{_COMPARISONS[key]}: {', '.join(part.strip() for part in parts)}" if parts else ""


def _told(found: Mapping[str, Any]) -> int:
    """−1 or 1 where a ratio is told from 1, by its interval or in a single network by itself."""
    low, high = found["interval"] or [found["mean"]] * 2
    return int(low > 1) - int(high < 1)


def _needed(found: Mapping[str, Any]) -> str:
    count = found["networks_needed"]
    return "more than 1000" if count is None else f"about {count}"


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.2g} %" if 0 < fraction < 0.1 else f"{100 * fraction:.0f} %"


def _in_brackets(found: Mapping[str, Any]) -> str:
    if found["interval"] is None:
        return f" (one network, over its motifs {probability(found)})"
    low, high = found["interval"]
    return (
        f" (95 % interval over {found['networks']} networks {low:.2f} to {high:.2f}, "
        f"{probability(found)})"
    )
