"""A decay, and polynomials that fit it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from corticomotor.studies.decay.settings import DecaySignal
    from numpy.typing import ArrayLike

    from corticomotor.runtime.store import Dataset


def draw_signal(rng: np.random.Generator, settings: DecaySignal) -> dict[str, ArrayLike]:
    """Draw a decay with noise."""
    sample = np.arange(settings.samples)
    decay = np.exp(-sample / settings.time_constant)
    return {
        "signal": decay + settings.noise * rng.standard_normal(settings.samples),
        "sample": sample,
    }


def fit(signal: Dataset, degree: int) -> dict[str, ArrayLike]:
    """Fit a polynomial."""
    sample, values = signal["sample"].values, signal["signal"].values
    fitted = np.polynomial.Polynomial.fit(sample, values, degree)(sample)
    return {"fitted": fitted, "error": np.sqrt(np.mean((fitted - values) ** 2)), "sample": sample}


def measure(fits: Sequence[Dataset]) -> dict[str, ArrayLike]:
    """Give the error of a curve in all replicates."""
    return {"error": [float(each["error"]) for each in fits]}
