"""Exact recursive least squares on blocks of simultaneous samples."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import blas, lapack

from corticomotor.arrays import Array
from corticomotor.runtime.errors import DivergenceError

Precision = Literal["float64", "float32"]


class BlockRecursiveLeastSquares:
    """Linear maps from common regressors to many outputs, refined sample block by sample block.

    After any number of updates the weights minimise
    sum |W r - target|^2 + regularisation |W - W_0|^2 over all samples seen. That minimum does not
    depend on the order of the samples, so the samples of all trials at one time step enter as one
    update of rank `block`; the result equals one-at-a-time updates.

    With the innovation A = I + R P R^T = L L^T of a block R (sample, regressor) and the errors E
    before it, the columns of V = P R^T L^-T give both changes: P -= V V^T, which is made and kept
    in one triangle, and W -= (L^-1 E)^T V^T.

    Args:
        initial_weights: W_0 (output, regressor).
        regularisation: inverse of the diagonal of P at the start.
        weights_precision: of W. P is in double precision always: its small eigenvalues are what
            thousands of updates leave of a large one.

    Source: Haykin, Adaptive Filter Theory, on the matrix inversion lemma.
    """

    def __init__(
        self,
        initial_weights: Array,
        regularisation: float,
        weights_precision: Precision = "float64",
    ) -> None:
        regressors = initial_weights.shape[1]
        # In Fortran's order, so that BLAS changes them in place.
        self._triangle = np.asfortranarray(np.eye(regressors) / regularisation)
        self._weights: NDArray[np.floating] = np.array(
            initial_weights, dtype=weights_precision, order="F"
        )
        self._gemm = blas.get_blas_funcs("gemm", dtype=self._weights.dtype)

    @property
    def weights(self) -> Array:
        """Copy of the current weights (output, regressor)."""
        return self._weights.astype(np.float64)

    @property
    def inverse_correlation(self) -> Array:
        """P (regressor, regressor): inverse of the regularised correlation matrix."""
        return np.tril(self._triangle) + np.tril(self._triangle, -1).T

    def predict(self, regressors: Array) -> NDArray[np.floating]:
        """Outputs W r (sample, output) of regressors (sample, regressor)."""
        return regressors.astype(self._weights.dtype, copy=False) @ self._weights.T

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
        before = self.predict(regressors) - targets
        projected = blas.dsymm(1.0, self._triangle, regressors.T, lower=1).T
        innovation = projected @ regressors.T
        innovation.flat[:: len(innovation) + 1] += 1.0
        factor, info = lapack.dpotrf(innovation, lower=1, clean=1)
        if info != 0:
            raise DivergenceError(
                "recursive least squares: the inverse correlation matrix is no longer positive "
                "definite: raise network.regularisation"
            )
        # Products with the small inverse are cheaper than solves with this many columns.
        inverse, _ = lapack.dtrtri(factor, lower=1)
        directions = inverse @ projected
        errors = inverse @ before
        self._triangle = blas.dsyrk(
            -1.0, directions.T, beta=1.0, c=self._triangle, lower=1, overwrite_c=1
        )
        kind = self._weights.dtype
        self._weights = self._gemm(
            -1.0,
            errors.astype(kind, copy=False).T,
            directions.astype(kind, copy=False).T,
            trans_b=1,
            beta=1.0,
            c=self._weights,
            overwrite_c=1,
        )
        return before, inverse.T @ errors
