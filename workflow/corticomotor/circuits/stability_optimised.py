"""Stability-optimised circuits: inhibition that tames a strongly connected random network."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import lapack

from corticomotor.arrays import Array
from corticomotor.circuits.gramians import shifted_gramians
from corticomotor.runtime.errors import DivergenceError
from corticomotor.runtime.progress import StepReport, silent

# A plateau is so many iterations in which the lowest abscissa falls by less than this fraction.
PLATEAU = 100
_PROGRESS = 0.005
# On it, a mean above so many times the lowest abscissa tells steps that are too long; so much
# shorter ones follow.
_THROWN = 1.25
_SHORTER = 0.25
# Part of what is missing that has to be gained in as many iterations, and in how many times as many
# from how many times the target on: where little is missing, patience is cheap.
_GAIN = 0.05
_PATIENCE = 4
_NEAR = 1.5


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

    A plateau is 100 iterations in which the lowest abscissa so far falls by less than 0.5 %. Where
    steps are too long and throw the abscissa about there, by 25 % on average, the descent restarts
    from the weights of the lowest one with a quarter of the learning rate. Where the 100
    iterations after a plateau, or 400 from 1.5 times the target on, gain less than a twentieth of
    what is missing, the descent has failed.

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
        DivergenceError: the target is not reached within `max_iterations`, or the descent ends on
            a plateau before.

    Source: Vanbiervliet et al., SIAM Journal on Optimization 20:156 (2009); Hennequin, Vogels &
    Gerstner, Neuron 82:1394 (2014).
    """
    weights = np.array(initial_weights, order="F")
    constrain = _InhibitoryConstraints(weights, excitatory, inhibition_ratio, inhibitory_density)
    velocity = np.zeros_like(weights[:, excitatory:])
    descent = _Descent(target_abscissa)
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
        descent.note(abscissa, weights[:, excitatory:])
        if descent.has_failed:
            raise DivergenceError(_plateau(history, target_abscissa, weights))
        if descent.is_on_plateau:
            best = descent.count_anew()
            if np.mean(history[-PLATEAU:]) > _THROWN * min(history):
                learning_rate *= _SHORTER
                velocity[:] = 0.0
                weights[:, excitatory:] = best
                continue
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


class _Descent:
    """The lowest abscissa so far, the inhibition that had it, and whether it still falls."""

    def __init__(self, target: float) -> None:
        self._target = target
        self._inhibition = np.empty(0)
        # The lowest abscissa now, at the last progress, and on the last plateau.
        self._lowest = self._marked = self._on_plateau = np.inf
        self._since_progress = self._since_plateau = 0

    def note(self, abscissa: float, inhibition: Array) -> None:
        """Take note of one iteration."""
        self._since_progress += 1
        self._since_plateau += 1
        if abscissa < self._lowest:
            self._lowest, self._inhibition = abscissa, inhibition.copy()
        if self._lowest < (1 - _PROGRESS) * self._marked:
            self._marked, self._since_progress = self._lowest, 0

    @property
    def is_on_plateau(self) -> bool:
        return self._since_progress >= self._patience

    @property
    def has_failed(self) -> bool:
        gain, missing = self._on_plateau - self._lowest, self._on_plateau - self._target
        return self._since_plateau >= self._patience and gain < _GAIN * missing

    def count_anew(self) -> Array:
        """Leave a plateau; gives the inhibition of the lowest abscissa."""
        self._on_plateau, self._since_progress, self._since_plateau = self._lowest, 0, 0
        return self._inhibition

    @property
    def _patience(self) -> int:
        first, near = np.isinf(self._on_plateau), self._lowest <= _NEAR * self._target
        return _PATIENCE * PLATEAU if near and not first else PLATEAU


def _plateau(abscissa: list[float], target: float, weights: Array) -> str:
    """Say where the descent has ended, and what to change."""
    row_sum = round(float(weights.sum()) / len(weights), 2) + 0.0  # no -0
    return (
        f"stability optimisation: spectral abscissa no lower than {min(abscissa):.3g} and no more "
        f"falling after {len(abscissa) - 1} iterations, expected at most {target}: lower "
        "circuit.excitatory_fraction or raise circuit.inhibition_ratio, so that the mean row sum "
        f"of the weights, {row_sum:g}, is further below 0, or raise circuit.inhibitory_density or "
        "circuit.target_abscissa, or lower circuit.learning_rate"
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
