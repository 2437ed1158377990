"""What sequence models get and give, as schemes."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from corticomotor.plotting import style
from corticomotor.studies.reaching.figures import looks
from corticomotor.study.looks import Network

# Places from left to right of what follows on each other, and their height.
_INPUT, _NETWORK, _OUTPUT, _SUM, _HAND = 0.7, 3.0, 5.9, 7.9, 9.4
_MIDDLE, _TOP, _BELOW = 1.9, 3.3, 0.35
# Half the width and height of the network's box.
_BOX = (0.95, 0.75)
_TEXT: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 7}


def scheme(ax: Axes, network: Network, output: str, feedback: str = "") -> None:
    """Draw a model: its inputs, what it puts out, where the force acts, and what it sees.

    Args:
        ax: where; its axis is switched off.
        network: its looks.
        output: of the network.
        feedback: what it sees of the hand, if anything.
    """
    ax.set(xlim=(-0.1, 10.0), ylim=(-0.1, 3.6), xticks=[], yticks=[])
    ax.axis("off")
    width, height = _BOX
    box = FancyBboxPatch(
        (_NETWORK - width, _MIDDLE - height),
        2 * width,
        2 * height,
        boxstyle="round,pad=0,rounding_size=0.25",
        facecolor="white",
        edgecolor=network.color,
        linewidth=1.4,
    )
    ax.add_patch(box)
    ax.text(_INPUT, _MIDDLE, "target\ngo cue", **_TEXT)
    ax.text(_NETWORK, _MIDDLE, "recurrent\nnetwork", **_TEXT)
    ax.text(_OUTPUT, _MIDDLE, output, **_TEXT)
    ax.text(_SUM, _MIDDLE, "+", **_TEXT | {"fontsize": 9})
    ax.text(_SUM, _TOP, "force", color=looks.FORCE, **_TEXT)
    ax.text(_HAND, _MIDDLE, "hand", **_TEXT)
    _arrow(ax, (_INPUT + 0.75, _MIDDLE), (_NETWORK - width, _MIDDLE))
    _arrow(ax, (_NETWORK + width, _MIDDLE), (_OUTPUT - 1.1, _MIDDLE))
    _arrow(ax, (_OUTPUT + 1.1, _MIDDLE), (_SUM - 0.2, _MIDDLE))
    _arrow(ax, (_SUM + 0.2, _MIDDLE), (_HAND - 0.5, _MIDDLE))
    _arrow(ax, (_SUM, _TOP - 0.35), (_SUM, _MIDDLE + 0.3), looks.FORCE)
    if feedback:
        ax.plot([_HAND, _HAND, _NETWORK], [_MIDDLE - 0.4, _BELOW, _BELOW], color=style.INK, lw=0.8)
        _arrow(ax, (_NETWORK, _BELOW), (_NETWORK, _MIDDLE - height))
        middle = (_NETWORK + _HAND) / 2
        ax.text(middle, _BELOW, feedback, backgroundcolor="white", **_TEXT)


def _arrow(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], color: str = style.INK
) -> None:
    look = {"arrowstyle": "-|>", "color": color, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", xy=end, xytext=start, arrowprops=look)
