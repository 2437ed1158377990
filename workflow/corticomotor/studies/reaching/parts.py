"""How files tell the shape of a part of a network's parameters."""

from collections.abc import Iterable


def shape_text(shape: Iterable[int]) -> str:
    """Write a shape, outputs first, such as `128 x 3`."""
    return " x ".join(map(str, shape))
