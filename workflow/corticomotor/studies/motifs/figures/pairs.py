"""Networks that learn all pairs of motifs, over their gains."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from corticomotor.plotting import style
from corticomotor.studies.motifs.palette import NETWORKS

# (architecture, gain, loop gain) -> smallest error in training of each network; the loop gain is 0
# without loops.
_Errors = Mapping[tuple[str, float, float], Sequence[float]]

_PANELS = ("additive", "multiplicative")
_CONTROL = "control"
_WITH_LOOPS = ("multiplicative",)
# Networks with larger loop gains are darker, up to this.
_DARKEST = "#7A3300"
# Distance between the dots of networks with the same gain, in parts of the range of gains.
_DODGE = 0.025


@style.styled
def pairs(pairs: Sequence[xr.Dataset]) -> Figure:
    """Errors of additive (A) and multiplicative networks (B) over the gain, and of the control.

    Args:
        pairs: of all architectures, gains and replicates, see `contracts.PAIRS`; architectures are
            additive, multiplicative and control.
    """
    errors = _by_settings(pairs)
    figure = style.new_figure(height_mm=85)
    axes = figure.subplots(1, 2, sharex=True, sharey=True)
    gains = sorted({gain for _, gain, _ in errors})
    dodge = _DODGE * ((gains[-1] - gains[0]) or 1.0)
    for ax, architecture in zip(axes, _PANELS, strict=True):
        loop_gains = sorted({key[2] for key in errors if key[0] == architecture})
        lines = [*((architecture, loop_gain) for loop_gain in loop_gains), (_CONTROL, 0.0)]
        shades = style.blended([NETWORKS[architecture].color, _DARKEST], len(loop_gains))
        colors = [*shades, NETWORKS[_CONTROL].color]
        for index, (line, color) in enumerate(zip(lines, colors, strict=True)):
            shift = dodge * (index - len(loop_gains) / 2)
            _draw(ax, _course(errors, *line), shift, _label(*line), color)
        ax.legend(loc="lower right", bbox_to_anchor=(1, 1), fontsize=7)
        ax.set_xticks(gains)
        ax.set_xlim(gains[0] - 4 * dodge, gains[-1] + 4 * dodge)
        ax.set_xlabel("gain g of the recurrent weights")
    axes[0].set_ylabel("RMSE over all pairs of motifs")
    style.letter_panels(axes)
    return figure


def _by_settings(pairs: Sequence[xr.Dataset]) -> _Errors:
    errors: dict[tuple[str, float, float], list[float]] = {}
    for each in pairs:
        architecture = str(each["architecture"].item())
        loop_gain = float(each["loop_gain"]) if architecture in _WITH_LOOPS else 0.0
        key = (architecture, float(each["gain"]), loop_gain)
        errors.setdefault(key, []).append(float(each["least_error"]))
    return errors


def _course(errors: _Errors, architecture: str, loop_gain: float) -> dict[float, Sequence[float]]:
    """Gain -> error of each replicate, in the order of gains."""
    found = {
        gain: values
        for (kind, gain, its_loop_gain), values in errors.items()
        if (kind, its_loop_gain) == (architecture, loop_gain)
    }
    return dict(sorted(found.items()))


def _label(architecture: str, loop_gain: float) -> str:
    return NETWORKS[architecture].label + (f", loop gain {loop_gain:g}" if loop_gain else "")


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
