"""The figure of a sweep."""

from corticomotor.plotting.sweeps.figure import sweep

__all__ = ["sweep"]
