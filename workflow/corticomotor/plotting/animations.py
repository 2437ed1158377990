"""What moves: animations in the project's style, and how they are saved."""

from __future__ import annotations

from pathlib import Path

from matplotlib.animation import FuncAnimation, PillowWriter

from corticomotor.plotting import style
from corticomotor.runtime.files import replaced

FRAMES_PER_SECOND = 20
# For screens.
_DOTS_PER_INCH = 120


def save(animation: FuncAnimation, path: str | Path) -> None:
    """Write an animation to a GIF that begins anew when it ends; the same one gives the same bytes.

    Raises:
        ValueError: the suffix is not .gif.
    """
    target = Path(path)
    if target.suffix != ".gif":
        raise ValueError(f"{target}: expected the suffix .gif")
    with style.applied(), replaced(target) as temporary:
        # The writer takes the format from the suffix.
        whole = temporary.with_suffix(".gif")
        animation.save(str(whole), writer=PillowWriter(fps=FRAMES_PER_SECOND), dpi=_DOTS_PER_INCH)
        whole.replace(temporary)
