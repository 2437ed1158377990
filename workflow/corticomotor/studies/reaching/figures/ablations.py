"""Errors of the published models and of each with one thing changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from corticomotor.plotting import artists, style
from corticomotor.studies.reaching.figures import marks
from corticomotor.studies.reaching.measures import force_error, free_error, kinematics_error
from corticomotor.studies.reaching.palette import NETWORKS

Replicates = Sequence[xr.Dataset]
_STANDARD = (
    *("standard", "standard_no_dropout", "standard_no_dense", "standard_neither"),
    *("standard_tanh", "standard_gru", "standard_deep"),
)
# Those that do not see their hand, for comparison, and those that do.
_FEEDBACK = (
    *("standard", "standard_deep"),
    *("positions_0", "positions_1", "positions_2", "positions", "positions_8"),
    *("positions_relu", "positions_tanh", "accelerations"),
)
_ROW_MM, _AROUND_MM = 4.6, 26.0


@style.styled
def ablations(networks: Mapping[str, Replicates]) -> Figure:
    """Errors of standard models (A, B) and of feedback models (C, D).

    Args:
        networks: sequence models by name, see `contracts.SEQUENCE`. Those that never learned under
            the force are left out of D.
    """
    standard, feedback = (
        [name for name in family if name in networks] for family in (_STANDARD, _FEEDBACK)
    )
    height = _AROUND_MM + _ROW_MM * (len(standard) + len(feedback))
    figure = style.new_figure(height)
    above, below = figure.subplots(
        2, 2, sharey="row", squeeze=False, height_ratios=(len(standard), len(feedback))
    )
    for (left, right), names in ((above, standard), (below, feedback)):
        for row, name in enumerate(names):
            marks.sample(left, row, [free_error(each) for each in networks[name]], NETWORKS[name])
        marks.rows(left, [NETWORKS[name].label for name in names])
        right.tick_params(axis="y", length=0, labelleft=False)
        right.spines["left"].set_visible(False)
        right.grid(axis="y", color=style.PALE, linewidth=0.4)
    for row, name in enumerate(standard):
        errors = [kinematics_error(each, "velocity") for each in networks[name]]
        marks.sample(above[1], row, errors, NETWORKS[name])
    for row, name in enumerate(feedback):
        if "under" in networks[name][0]["phase"].values:
            errors = [force_error(each) for each in networks[name]]
            marks.sample(below[1], row, errors, NETWORKS[name])
    _label(above[0], "end error (%), no force")
    _label(above[1], "error of velocity, no force")
    _label(below[0], "end error (%), no force")
    _label(below[1], "end error (%), force")
    style.letter_panels([*above, *below])
    return figure


def _label(ax: Axes, text: str) -> None:
    ax.set_xlabel(text)
    artists.logarithmic(ax, "x")
