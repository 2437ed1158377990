"""Exact recursive least squares on blocks of simultaneous samples."""

import numpy as np
from scipy.linalg import blas, lapack

from corticomotor.arrays import Array
from corticomotor.runtime.errors import DivergenceError


class BlockRecursiveLeastSquares:
    """Linear maps from common regressors to many outputs, refined sample block by sample block.

    After any number of updates the weights minimise
    sum |W r - target|^2 + regularisation |W - W_0|^2 over all samples seen. That minimum does not
    depend on the order of the samples, so the samples of all trials at one time step enter as one
    update of rank `block`; the result equals one-at-a-time updates. It costs two matrix products
    per block: the inverse correlation matrix P and the weights are stacked, since both are
    multiplied by the regressors and both change along the same directions.

    Args:
        initial_weights: W_0 (output, regressor).
        regularisation: inverse of the diagonal of P at the start.

    Source: Haykin, Adaptive Filter Theory, on the matrix inversion lemma.
    """

    def __init__(self, initial_weights: Array, regularisation: float) -> None:
        outputs, regressors = initial_weights.shape
        self._regressors = regressors
        self._stack = np.empty((regressors + outputs, regressors), order="F")
        self._stack[:regressors] = np.eye(regressors) / regularisation
        self._stack[regressors:] = initial_weights

    @property
    def weights(self) -> Array:
        """Current weights (output, regressor)."""
        return self._stack[self._regressors :]

    @property
    def inverse_correlation(self) -> Array:
        """P (regressor, regressor): inverse of the regularised correlation matrix."""
        return self._stack[: self._regressors]

    def update(self, regressors: Array, targets: Array) -> tuple[Array, Array]:
        """Fit one block of samples.

        Args:
            regressors: (sample, regressor).
            targets: (sample, output).

        Returns:
            Errors (sample, output) of the outputs before and after the update.

        Raises:
            DivergenceError: rounding has spoilt the inverse correlation matrix.
        """
        n = self._regressors
        left = (regressors @ self._stack.T).T
        innovation = regressors @ left[:n]
        innovation.flat[:: len(innovation) + 1] += 1.0
        left[n:] -= targets.T
        _, inverse, info = lapack.dposv(innovation, np.eye(len(innovation)))
        if info != 0:
            raise DivergenceError(
                "recursive least squares: the inverse correlation matrix is no longer positive "
                "definite: raise network.regularisation"
            )
        # Two small products with the inverse are cheaper than a solve with this many columns.
        right = inverse @ left.T
        self._stack = blas.dgemm(
            -1.0, left, right[:, :n], beta=1.0, c=self._stack, overwrite_c=True
        )
        return left[n:].T, right[:, n:]
