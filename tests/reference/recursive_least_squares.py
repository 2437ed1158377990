"""Least squares, sample by sample and all at once."""

from __future__ import annotations

import numpy as np
from scipy.linalg import blas

from corticomotor.arrays import Array


class RankOneRecursiveLeastSquares:
    """The textbook recursion, one sample at a time (Haykin, Adaptive Filter Theory)."""

    def __init__(self, initial_weights: Array, regularisation: float) -> None:
        self.weights = initial_weights.copy()
        self.inverse_correlation = np.eye(initial_weights.shape[1]) / regularisation

    def update(self, regressors: Array, target: Array) -> Array:
        """Fit one sample, regressors (regressor,) and target (output,); its error before."""
        projected = self.inverse_correlation @ regressors
        gain = projected / (1 + regressors @ projected)
        error: Array = self.weights @ regressors - target
        self.inverse_correlation -= np.outer(gain, projected)
        self.weights -= np.outer(error, gain)
        return error


class InPlaceRecursiveLeastSquares:
    """The same recursion as fast as BLAS goes one sample at a time.

    P and W are stacked: one product of the stack with the regressors and one outer product, which
    changes it in place, make an update.
    """

    def __init__(self, initial_weights: Array, regularisation: float) -> None:
        self._regressors = initial_weights.shape[1]
        self._stack = np.asfortranarray(
            np.concatenate([np.eye(self._regressors) / regularisation, initial_weights])
        )

    @property
    def weights(self) -> Array:
        """Current weights (output, regressor)."""
        return self._stack[self._regressors :]

    def update(self, regressors: Array, target: Array) -> Array:
        """Fit one sample, regressors (regressor,) and target (output,); its error before."""
        change = blas.dgemv(1.0, self._stack, regressors)
        projected = change[: self._regressors]
        gain = projected / (1 + regressors @ projected)
        change[self._regressors :] -= target
        self._stack = blas.dger(-1.0, change, gain, a=self._stack, overwrite_a=1)
        error: Array = change[self._regressors :]
        return error


def ridge_around(
    initial_weights: Array, regressors: Array, targets: Array, regularisation: float
) -> Array:
    """Weights (output, regressor) that minimise their cost over all samples, in closed form.

    The cost is |R W^T - targets|^2 + regularisation |W - initial_weights|^2 with R (sample,
    regressor) and targets (sample, output).
    """
    correlation = regressors.T @ regressors + regularisation * np.eye(regressors.shape[1])
    residual = targets - regressors @ initial_weights.T
    return initial_weights + np.linalg.solve(correlation, regressors.T @ residual).T


def ridge_by_augmentation(regressors: Array, targets: Array, penalty: float) -> Array:
    """Weights (regressor, output) by least squares on samples extended by the penalty."""
    width = regressors.shape[1]
    rows = np.concatenate([regressors, np.sqrt(penalty) * np.eye(width)])
    values = np.concatenate([targets, np.zeros((width, targets.shape[1]))])
    return np.linalg.lstsq(rows, values, rcond=None)[0]
