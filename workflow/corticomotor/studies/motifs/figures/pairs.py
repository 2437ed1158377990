"""Networks that learn all pairs of motifs, over their gains."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from corticomotor.plotting import style
from corticomotor.studies.motifs.figures.networks import COLORS, LABELS

Errors = Mapping[tuple[str, float, float], Sequence[float]]

_PANELS = ("additive", "multiplicative")
_CONTROL = "control"
# Networks with larger loop gains are darker, up to this.
_DARKEST = "#7A3300"
# Distance between the dots of networks with the same gain, in parts of the range of gains.
_DODGE = 0.025


@style.styled
def pairs(errors: Errors) -> Figure:
    """Errors of additive (A) and multiplicative networks (B) over the gain, and of the control.

    Args:
        errors: (architecture, gain, loop gain) -> smallest error in training of each replicate;
            architectures are additive, multiplicative and control, and the loop gain is 0 without
            loops.
    """
    figure = style.new_figure(height_mm=85)
    axes = figure.subplots(1, 2, sharex=True, sharey=True)
    gains = sorted({gain for _, gain, _ in errors})
    dodge = _DODGE * ((gains[-1] - gains[0]) or 1.0)
    for ax, architecture in zip(axes, _PANELS, strict=True):
        loop_gains = sorted({key[2] for key in errors if key[0] == architecture})
        lines = [*((architecture, loop_gain) for loop_gain in loop_gains), (_CONTROL, 0.0)]
        shades = sns.blend_palette([COLORS[architecture], _DARKEST], len(loop_gains))
        for place, (line, color) in enumerate(zip(lines, [*shades, COLORS[_CONTROL]], strict=True)):
            shift = dodge * (place - len(loop_gains) / 2)
            _draw(ax, _course(errors, *line), shift, _label(*line), color)
        ax.legend(loc="lower right", bbox_to_anchor=(1, 1), fontsize=7)
        ax.set_xticks(gains)
        ax.set_xlim(gains[0] - 4 * dodge, gains[-1] + 4 * dodge)
        ax.set_xlabel("gain g of the recurrent weights")
    axes[0].set_ylabel("RMSE over all pairs of motifs")
    style.letter_panels(axes)
    return figure


def _course(errors: Errors, architecture: str, loop_gain: float) -> dict[float, Sequence[float]]:
    """Gain -> error of each replicate, in the order of gains."""
    found = {
        gain: values
        for (kind, gain, its_loop_gain), values in errors.items()
        if (kind, its_loop_gain) == (architecture, loop_gain)
    }
    return dict(sorted(found.items()))


def _label(architecture: str, loop_gain: float) -> str:
    return LABELS[architecture] + (f", loop gain {loop_gain:g}" if loop_gain else "")


def _draw(
    ax: Axes,
    course: Mapping[float, Sequence[float]],
    shift: float,
    label: str,
    color: Any,
) -> None:
    """A line through the averages, and a dot for each network."""
    gains = np.array(list(course)) + shift
    means = [np.mean(each) for each in course.values()]
    ax.plot(gains, means, "_-", color=color, markersize=8, label=label)
    for gain, values in zip(gains, course.values(), strict=True):
        ax.plot(np.full(len(values), gain), values, "o", color=color, markersize=2.8, alpha=0.8)
