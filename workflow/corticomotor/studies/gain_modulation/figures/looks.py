"""Looks of what single figures compare beside `palette.NETWORKS`.

Hues of Okabe and Ito (2008) as there.
"""

from __future__ import annotations

from collections.abc import Sequence

from corticomotor.plotting.style import Color, blended
from corticomotor.studies.gain_modulation.palette import NETWORKS
from corticomotor.study.looks import Network

# By what the files of `alternatives` call them.
ALTERNATIVES = {
    "gains": Network("gains", "#2B2B2B"),
    "initial state": Network("initial state", "#0072B2", "s"),
    "all weights": Network("all weights", "#D55E00", "D"),
    "rank-one change": Network("rank-one change", "#009E73", "^"),
}
# By what the files of `by_reward` call the starts; gradients are beside them.
STARTS = {
    "gains of 1": Network("reward, from gains of 1", "#009E73"),
    "gradual slowing": Network("reward, slowing gradually", "#E69F00", "D"),
    "another slow movement": Network("reward, from another slow movement", "#56B4E9", "^"),
}
# By what the files of `seven_speeds` call them.
WAYS = {
    "path in the loss": Network("all speeds in the loss", "#009E73"),
    "ends alone": Network("ends alone in the loss", "#E69F00", "s"),
    "a pattern for each speed": Network("a pattern for each speed", "#6B6B6B", "D"),
}
# Of slow movements: with the amplitude of the fast one, and with that of the same path.
FIXED = Network("amplitude as fast", "#D55E00", "s")
SCALED = Network("amplitude scaled as well", "#E69F00", "D")
# Baseline rates, the main one first, and numbers of neurons in order.
BASELINE_COLORS = ("#0072B2", "#E69F00", "#B0508A", "#009E73")
# Where neurons are told apart.
EXCITATORY, INHIBITORY = "#D55E00", "#009E73"


def random_colors(count: int) -> list[Color]:
    """Shades of random groups, from the most groups to the fewest."""
    return blended(("#8A3A00", NETWORKS["random"].color, "#F7B58A"), count)


def ordered_colors(count: int) -> list[Color]:
    """Colours of numbers in their order, from small and pale to large and dark."""
    return blended(("#9AD0F0", "#0072B2", "#0B2545"), count)


def speed_colors(count: int) -> list[Color]:
    """Colours of speeds, from fast to slow."""
    return blended((NETWORKS["fast"].color, "#8C8C8C", NETWORKS["slow"].color), count)


def named(table: dict[str, Network], names: Sequence[str]) -> list[Network]:
    """Looks by name, in this order."""
    return [table[str(name)] for name in names]
