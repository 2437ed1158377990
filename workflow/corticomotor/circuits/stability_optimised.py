"""Stability-optimised circuits: inhibition that tames a strongly connected random network."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import lapack

from corticomotor.arrays import Array
from corticomotor.circuits.gramians import shifted_gramians
from corticomotor.runtime.errors import DivergenceError
from corticomotor.runtime.progress import StepReport, silent


@dataclass(frozen=True)
class StabilityOptimisation:
    """Outcome of `stability_optimised_weights`.

    Attributes:
        weights: (neuron, presynaptic neuron) after optimisation.
        initial_eigenvalues, eigenvalues: complex (neuron,) before and after.
        abscissa: spectral abscissa (iteration,), from the first to the last network.
    """

    weights: Array
    initial_eigenvalues: np.ndarray[tuple[int], np.dtype[np.complex128]]
    eigenvalues: np.ndarray[tuple[int], np.dtype[np.complex128]]
    abscissa: Array


def stability_optimised_weights(
    initial_weights: Array,
    *,
    excitatory: int,
    inhibition_ratio: float,
    inhibitory_density: float,
    target_abscissa: float,
    learning_rate: float,
    momentum: float,
    shift_factor: float,
    shift_margin: float,
    max_iterations: int,
    report: StepReport = silent,
) -> StabilityOptimisation:
    """Move the inhibitory weights until the circuit's spectral abscissa is small.

    Descends the smoothed spectral abscissa, whose gradient is Q P / tr(Q P) with the Gramians of
    W - sI, under these constraints: inhibitory weights stay non-positive, the mean inhibitory
    weight onto excitatory and onto inhibitory neurons is `inhibition_ratio` times the mean
    excitatory one, only the strongest `inhibitory_density` of them exist, and no neuron connects
    to itself. Heavy-ball momentum needs a tenth of the iterations of the published plain descent.

    Args:
        initial_weights: (neuron, presynaptic neuron), excitatory columns first.
        excitatory: number of excitatory neurons.
        inhibition_ratio, inhibitory_density: of the constraints.
        target_abscissa: spectral abscissa at which the descent ends.
        learning_rate, momentum: of the descent.
        shift_factor, shift_margin: s is the abscissa times the factor or plus the margin,
            whichever is more.
        max_iterations: after which the descent has failed.
        report: called with the iteration and the spectral abscissa.

    Raises:
        DivergenceError: the target is not reached within `max_iterations`.

    Source: Vanbiervliet et al., SIAM Journal on Optimization 20:156 (2009); Hennequin, Vogels &
    Gerstner, Neuron 82:1394 (2014).
    """
    weights = np.array(initial_weights, order="F")
    constrain = _InhibitoryConstraints(weights, excitatory, inhibition_ratio, inhibitory_density)
    velocity = np.zeros_like(weights[:, excitatory:])
    history: list[float] = []
    for iteration in range(max_iterations + 1):
        schur_form, basis, eigenvalues = _real_schur(weights)
        if iteration == 0:
            initial_eigenvalues = eigenvalues
        abscissa = float(eigenvalues.real.max())
        history.append(abscissa)
        report(iteration, spectral_abscissa=abscissa)
        if abscissa <= target_abscissa:
            return StabilityOptimisation(
                weights, initial_eigenvalues, eigenvalues, np.array(history)
            )
        shift = max(shift_factor * abscissa, abscissa + shift_margin)
        observability, controllability = shifted_gramians(schur_form, shift)
        product = observability @ controllability
        product /= np.trace(product)
        # Only the inhibitory columns move: rotate no more than those back from the Schur basis.
        gradient = basis @ (product @ basis[excitatory:].T)
        velocity = momentum * velocity - learning_rate * gradient
        weights[:, excitatory:] = constrain(weights[:, excitatory:] + velocity)
    raise DivergenceError(
        f"stability optimisation: spectral abscissa {history[-1]:.3g} after {max_iterations} "
        f"iterations, expected at most {target_abscissa}: lower circuit.learning_rate or raise "
        "circuit.max_iterations"
    )


class _InhibitoryConstraints:
    """Projection of the inhibitory columns (neuron, inhibitory neuron) onto what is allowed."""

    def __init__(self, weights: Array, excitatory: int, ratio: float, density: float) -> None:
        self._blocks = (slice(0, excitatory), slice(excitatory, None))
        self._means = [-ratio * weights[block, :excitatory].mean() for block in self._blocks]
        inhibitory = len(weights) - excitatory
        self._kept = max(1, round(density * len(weights) * inhibitory))
        self._own = (excitatory + np.arange(inhibitory), np.arange(inhibitory))

    def __call__(self, inhibition: Array) -> Array:
        inhibition = np.minimum(inhibition, 0.0)
        inhibition[self._own] = 0.0
        weakest_kept = np.partition(inhibition, self._kept - 1, axis=None)[self._kept - 1]
        inhibition[inhibition > weakest_kept] = 0.0
        # Last, so that the ratio holds for what is left: scaling undoes no other constraint.
        for block, mean in zip(self._blocks, self._means, strict=True):
            present = inhibition[block].mean()
            if present == 0:
                raise DivergenceError(
                    "stability optimisation: a population lost all its inhibition: raise "
                    "circuit.inhibitory_density or lower circuit.learning_rate"
                )
            inhibition[block] *= mean / present
        return inhibition


def _real_schur(
    matrix: Array,
) -> tuple[Array, Array, np.ndarray[tuple[int], np.dtype[np.complex128]]]:
    """Real Schur form T, basis Z and eigenvalues, all from one factorisation."""
    form, _, real, imaginary, basis, _, info = lapack.dgees(
        lambda *_: False, matrix, lwork=64 * len(matrix)
    )
    if info != 0:
        raise DivergenceError(
            "stability optimisation: the Schur form did not converge: lower circuit.learning_rate"
        )
    return form, basis, real + 1j * imaginary
