"""Slow, plain versions of the similarity measures."""

from __future__ import annotations

import numpy as np
from scipy.linalg import eigh
from scipy.optimize import minimize

from corticomotor.arrays import Array


def canonical_correlations_by_eigenproblem(a: Array, b: Array) -> Array:
    """Canonical correlations of a (sample, p) and b (sample, q) by their definition.

    Stationary points of w_aᵀ S_ab w_b under w_aᵀ S_aa w_a = w_bᵀ S_bb w_b = 1 solve
    S_ab S_bb⁻¹ S_ba w = ρ² S_aa w.
    """
    s_aa, s_bb = np.cov(a.T), np.cov(b.T)
    s_ab = np.cov(a.T, b.T)[: a.shape[1], a.shape[1] :]
    squares = eigh(s_ab @ np.linalg.inv(s_bb) @ s_ab.T, s_aa, eigvals_only=True)[::-1]
    count = min(a.shape[1], b.shape[1])
    return np.sqrt(np.clip(squares[:count], 0, 1))


def largest_correlation_by_search(
    rng: np.random.Generator, a: Array, b: Array, starts: int = 6
) -> float:
    """Largest correlation of any weighted sum of a with any of b, climbed to from many starts."""
    width = a.shape[1]

    def negative_correlation(weights: Array) -> float:
        return -float(np.corrcoef(a @ weights[:width], b @ weights[width:])[0, 1])

    guesses = rng.normal(size=(starts, width + b.shape[1]))
    return -min(minimize(negative_correlation, guess, tol=1e-8).fun for guess in guesses)


def procrustes_angle_by_search(a: Array, b: Array, steps: int) -> float:
    """Smallest angle between centred, normalised a and b (sample, 2) over rotations of the plane.

    Tries `steps` rotations, each with and without reflection.
    """
    a_unit, b_unit = ((x - x.mean(axis=0)) for x in (a, b))
    a_unit, b_unit = a_unit / np.linalg.norm(a_unit), b_unit / np.linalg.norm(b_unit)
    best = np.pi
    for angle in np.linspace(0, 2 * np.pi, steps, endpoint=False):
        cos, sin = np.cos(angle), np.sin(angle)
        for second_row in ([-sin, cos], [sin, -cos]):
            overlap = np.sum(a_unit * (b_unit @ np.array([[cos, sin], second_row])))
            best = min(best, float(np.arccos(overlap)))
    return best


def cross_validated_r2_by_loops(predictors: Array, rates: Array) -> tuple[float, list[float]]:
    """R² of the population and of each neuron, by normal equations, neuron by neuron."""
    reaches, times, neurons = rates.shape
    residuals, totals = [0.0] * neurons, [0.0] * neurons
    for neuron in range(neurons):
        for left_out in range(reaches):
            design, response = [], []
            for reach in range(reaches):
                if reach == left_out:
                    continue
                for time in range(times):
                    design.append([1.0, *predictors[reach, time]])
                    response.append(rates[reach, time, neuron])
            x, y = np.array(design), np.array(response)
            weights = np.linalg.solve(x.T @ x, x.T @ y)
            for time in range(times):
                predicted = weights[0] + weights[1:] @ predictors[left_out, time]
                residuals[neuron] += (rates[left_out, time, neuron] - predicted) ** 2
                totals[neuron] += (rates[left_out, time, neuron] - y.mean()) ** 2
    each = [1 - residual / total for residual, total in zip(residuals, totals, strict=True)]
    return 1 - sum(residuals) / sum(totals), each


def marginal_covariances(deviation: Array) -> tuple[Array, Array, Array]:
    """Sums of products across reaches, times and neurons of a tensor (reach, time, neuron)."""
    return (
        np.einsum("ctn,dtn->cd", deviation, deviation),
        np.einsum("ctn,cun->tu", deviation, deviation),
        np.einsum("ctn,ctm->nm", deviation, deviation),
    )
