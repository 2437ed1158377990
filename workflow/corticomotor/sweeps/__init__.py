"""Sweeps: settings varied by their paths, and what was measured at each combination, a point."""

from corticomotor.sweeps.arrangement import Arrangement, arrange
from corticomotor.sweeps.summary import describe, summary_of
from corticomotor.sweeps.table import contract, measures_contract, tabulate, write_csv
from corticomotor.sweeps.values import decoded, encoded, shown

__all__ = [
    "Arrangement",
    "arrange",
    "contract",
    "decoded",
    "describe",
    "encoded",
    "measures_contract",
    "shown",
    "summary_of",
    "tabulate",
    "write_csv",
]
