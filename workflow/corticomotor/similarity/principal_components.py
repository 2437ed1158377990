"""Principal components of a population."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from corticomotor.arrays import Array
from corticomotor.runtime.errors import InputError
from corticomotor.similarity._samples import NEGLIGIBLE, as_rates, centred


@dataclass(frozen=True)
class PrincipalComponents:
    """The leading principal components of a population.

    Attributes:
        mean: the average over samples, in the unit of the rates (neuron,).
        components: orthonormal rows in order of decreasing variance; in each, the loading of
            largest magnitude is positive (component, neuron).
        variance_explained: fractions of the total variance of all components, also of those that
            were not kept (min(sample, neuron),).
    """

    mean: Array
    components: Array
    variance_explained: Array

    @property
    def rank(self) -> int:
        """How many components hold 1e-8 of the variance or more: the others are rounding."""
        leading = self.variance_explained[: len(self.components)]
        return int(np.count_nonzero(leading >= NEGLIGIBLE))

    def project(self, rates: ArrayLike) -> Array:
        """Project rates onto the components.

        Args:
            rates: (..., neuron).

        Returns:
            Scores (..., component), in the unit of the rates; 0 beyond the rank.
        """
        scores: Array = (as_rates(rates) - self.mean) @ self.components.T
        scores[..., self.rank :] = 0.0
        return scores


def principal_components(rates: ArrayLike, components: int) -> PrincipalComponents:
    """Find the leading principal components of a population.

    Args:
        rates: (..., neuron); leading axes are samples.
        components: how many.

    Raises:
        InputError: the rates are not finite, do not vary, or have fewer dimensions than
            `components`.
    """
    rates = as_rates(rates)
    deviation = centred(rates)
    available = min(deviation.shape)
    if not 1 <= components <= available:
        raise InputError(
            f"components: expected 1 to {available} (the smaller of {deviation.shape[0]} samples "
            f"and {deviation.shape[1]} neurons), found {components}"
        )
    variances, axes = _principal_axes(deviation)
    if variances[0] == 0:
        raise InputError("principal components: expected rates that vary, found constant rates")
    kept = axes[:components]
    largest = np.abs(kept).argmax(axis=1)
    signs = np.sign(kept[np.arange(components), largest])
    return PrincipalComponents(
        mean=rates.reshape(-1, rates.shape[-1]).mean(axis=0),
        components=kept * signs[:, np.newaxis],
        variance_explained=variances / variances.sum(),
    )


def _principal_axes(deviation: Array) -> tuple[Array, Array]:
    """Sums of squares along all principal axes (component,), and the axes (component, neuron)."""
    samples, neurons = deviation.shape
    if samples < neurons:
        _, singular_values, axes = np.linalg.svd(deviation, full_matrices=False)
        return singular_values**2, axes
    # A quarter of the time of a singular value decomposition. Rounding hides directions with less
    # than 1e-16 of the largest variance, far below what surrogates leave out.
    variances, columns = np.linalg.eigh(deviation.T @ deviation)
    return np.clip(variances[::-1], 0, None), columns.T[::-1]
