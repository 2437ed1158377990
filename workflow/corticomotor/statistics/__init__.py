"""Intervals and tests over replicates."""

from corticomotor.statistics.comparisons import (
    PairedTest,
    RatioOfMeans,
    paired_test,
    ratio_of_means,
)
from corticomotor.statistics.intervals import mean_interval, replicates_needed
from corticomotor.statistics.merits import Merit, compared, figure_of_merit, finite, resampled

__all__ = [
    "Merit",
    "PairedTest",
    "RatioOfMeans",
    "compared",
    "figure_of_merit",
    "finite",
    "mean_interval",
    "paired_test",
    "ratio_of_means",
    "replicates_needed",
    "resampled",
]
