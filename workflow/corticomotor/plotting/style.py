"""The look of every figure in the project: sizes, fonts, colours, and how figures are saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from corticomotor.runtime.files import replaced

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

Color = tuple[float, float, float]

# Width of the text block of a report on A4.
TEXT_WIDTH_MM = 160.0

INK = "#2B2B2B"
# Greys, from dark to light: lines that mark a level, what stands back, what lies below all else.
LEVEL = "#6B6B6B"
FAINT = "#9A9A9A"
PALE = "#DADADA"
_TEXT = ".15"

_PARAMETERS: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.labelpad": 2.5,
    "axes.labelsize": 8,
    "axes.linewidth": 0.6,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlepad": 4,
    "axes.titlesize": 8,
    "figure.constrained_layout.h_pad": 0.03,
    "figure.constrained_layout.w_pad": 0.03,
    "figure.constrained_layout.hspace": 0.04,
    "figure.constrained_layout.wspace": 0.04,
    "figure.dpi": 100,
    "figure.labelsize": 8,
    # Comes with matplotlib, so a figure looks the same on every machine.
    "font.family": ["DejaVu Sans"],
    "font.size": 8,
    "legend.borderaxespad": 0.3,
    "legend.columnspacing": 1.4,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "legend.handlelength": 1.5,
    "legend.handletextpad": 0.5,
    "lines.linewidth": 1.2,
    "lines.markersize": 3.5,
    "lines.solid_capstyle": "round",
    "mathtext.fontset": "dejavusans",
    "patch.edgecolor": "white",
    "patch.force_edgecolor": True,
    "pdf.fonttype": 42,
    "savefig.dpi": 300,
    "svg.fonttype": "path",
    # Else element identifiers in SVG files are random.
    "svg.hashsalt": "corticomotor",
    "text.color": _TEXT,
    "xtick.color": _TEXT,
    "xtick.labelsize": 7,
    "ytick.color": _TEXT,
    "ytick.labelsize": 7,
    **{
        f"{axis}tick.{which}.{what}": value
        for axis in "xy"
        for which, size, width in (("major", 2.5, 0.6), ("minor", 1.5, 0.4))
        for what, value in (("size", size), ("width", width), ("pad", 2.0))
    },
}

# Creation dates and program versions would change the bytes of an unchanged figure.
_METADATA: dict[str, dict[str, None]] = {
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
}


@contextmanager
def applied() -> Iterator[None]:
    """Context in which matplotlib draws in the project's style, and nobody else does."""
    with mpl.rc_context(_PARAMETERS):
        yield


def styled(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Let a function draw in the project's style."""

    @wraps(function)
    def draw(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        with applied():
            return function(*args, **kwargs)

    return draw


def new_figure(height_mm: float, width_mm: float = TEXT_WIDTH_MM) -> Figure:
    """Empty figure of a printed size; its axes arrange themselves without overlap."""
    return Figure(figsize=(width_mm / 25.4, height_mm / 25.4), layout="constrained")


def letter_panels(axes: Sequence[Axes]) -> None:
    """Letter the panels of a figure, from A on."""
    for index, ax in enumerate(axes):
        ax.set_title(chr(ord("A") + index), loc="left", fontsize=10, fontweight="bold")


def blended(colors: Sequence[str], count: int) -> list[Color]:
    """So many colours from the first to the last of some, through those between."""
    blend = LinearSegmentedColormap.from_list("blend", list(colors))
    return [(red, green, blue) for red, green, blue, _ in blend(np.linspace(0, 1, count)).tolist()]


def save(figure: Figure, *paths: str | Path) -> None:
    """Write a figure to files, each in the format of its suffix: .pdf, .svg or .png.

    A file appears whole or not at all; the same figure gives the same bytes. Its axes are arranged
    once, and the same in all files.

    Raises:
        ValueError: the suffix is none of these.
    """
    targets = [Path(path) for path in paths]
    for path in targets:
        if path.suffix[1:] not in _METADATA:
            raise ValueError(f"{path}: expected the suffix .pdf, .svg or .png")
    with applied():
        _arrange(figure)
        for path in targets:
            kind = path.suffix[1:]
            with replaced(path) as temporary:
                figure.savefig(temporary, format=kind, metadata=_METADATA[kind])


def _arrange(figure: Figure) -> None:
    """Settle where the axes lie."""
    figure.draw_without_rendering()
    # Another layout would start from this one and move the axes by a hair.
    figure.set_layout_engine("none")
    for ax in figure.axes:
        # The solver's last digits vary from run to run, and identifiers in SVG files with them. The
        # shift keeps positions that are simple fractions away from where rounding turns.
        bounds = np.array(ax.get_position(original=True).bounds) + np.pi * 1e-7
        ax.set_position(tuple(np.round(bounds, 6)))
