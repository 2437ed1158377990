"""The thalamocortical model: linear dynamics that switch between preparation and execution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg

from corticomotor.arrays import Array, IntArray
from corticomotor.runtime.errors import InputError
from corticomotor.runtime.progress import StepReport, silent
from corticomotor.studies.motifs.thalamocortical.execution import initial_state, noise_robust_loop
from corticomotor.studies.motifs.thalamocortical.exponentials import ComplexArray, fit_exponentials
from corticomotor.studies.motifs.thalamocortical.preparation import preparatory_weights

if TYPE_CHECKING:
    from corticomotor.studies.motifs.settings.thalamocortical import Thalamocortical


@dataclass(frozen=True)
class ThalamocorticalModel:
    """A linear cortex with a thalamic loop for each motif and a module for all preparations.

    tau dx/dt = J_prep x + c in preparation and (g (J - I) + u v^T) x in execution.

    Attributes:
        gain: g.
        weights: J (neuron, presynaptic neuron).
        readout: w (neuron,).
        preparatory_left_vectors, preparatory_right_vectors: U and V (neuron, loop).
        preparatory_input: c (motif, neuron).
        loop_left_vectors, loop_right_vectors: u and v (motif, neuron).
        eigenvalues, amplitudes: of the exponentials that stand for each motif (motif, exponential).
        dt: integration step in time constants.
        preparation_steps, execution_steps: of each motif.
    """

    gain: float
    weights: Array
    readout: Array
    preparatory_left_vectors: Array
    preparatory_right_vectors: Array
    preparatory_input: Array
    loop_left_vectors: Array
    loop_right_vectors: Array
    eigenvalues: ComplexArray
    amplitudes: ComplexArray
    dt: float
    preparation_steps: int
    execution_steps: int

    @property
    def cortical_dynamics(self) -> Array:
        """Dynamics g (J - I) of the cortex alone (neuron, presynaptic neuron)."""
        return _cortical_dynamics(self.gain, self.weights)

    @property
    def preparatory_dynamics(self) -> Array:
        """Dynamics J_prep = g (J - I) + U V^T (neuron, presynaptic neuron)."""
        return (
            self.cortical_dynamics
            + self.preparatory_left_vectors @ self.preparatory_right_vectors.T
        )

    def motif_dynamics(self, motif: int) -> Array:
        """Dynamics g (J - I) + u v^T during a motif (neuron, presynaptic neuron)."""
        loop = np.outer(self.loop_left_vectors[motif], self.loop_right_vectors[motif])
        return self.cortical_dynamics + loop

    @property
    def initial_states(self) -> Array:
        """Steady states of preparation (motif, neuron), from which motifs are executed."""
        states = np.linalg.solve(self.preparatory_dynamics, -self.preparatory_input.T).T
        return np.asarray(states, dtype=np.float64)


def build_model(
    rng: np.random.Generator,
    targets: Array,
    dt: float,
    preparation_duration: float,
    settings: Thalamocortical,
    report: StepReport = silent,
) -> ThalamocorticalModel:
    """Set all weights of a model that produces the motifs.

    Args:
        rng: draws the cortex and the starts of searches; each motif has a stream of its own.
        targets: (motif, time); the first sample is one step after the beginning of preparation.
        dt: integration step in time constants.
        preparation_duration: length of the preparation with which each motif begins, in time
            constants.
        settings: of the model.
        report: called with 1 after the preparatory weights, and then after each motif with the
            root mean square error of its fit by exponentials.

    Raises:
        InputError: preparation is not a whole number of steps or longer than the motif.
        DivergenceError: no fit of a motif obeys the constraints.
    """
    preparation_steps = _preparation_steps(preparation_duration, dt, targets.shape[1])
    execution_steps = targets.shape[1] - preparation_steps
    scale = 1 / np.sqrt(settings.neurons)
    weights = scale * rng.standard_normal((settings.neurons, settings.neurons))
    readout = scale * rng.standard_normal(settings.neurons)
    dynamics = _cortical_dynamics(settings.gain, weights)

    left_vectors, right_vectors = preparatory_weights(rng, dynamics, readout, settings)
    preparatory_dynamics = dynamics + left_vectors @ right_vectors.T
    report(1)

    times = dt * np.arange(1, execution_steps + 1)
    motifs, loops, inputs = [], [], []
    for number, (target, motif_rng) in enumerate(
        zip(targets[:, preparation_steps:], rng.spawn(len(targets)), strict=True)
    ):
        motif = fit_exponentials(motif_rng, target, times, settings.exponentials, settings)
        loop = noise_robust_loop(motif_rng, dynamics, readout, motif, times[-1], settings)
        state = initial_state(dynamics, loop[0], readout, motif)
        motifs.append(motif)
        loops.append(loop)
        inputs.append(-preparatory_dynamics @ state)
        error = np.sqrt(np.mean((motif(times) - target) ** 2))
        report(number + 2, fit_error=float(error))
    loop_left_vectors, loop_right_vectors = np.moveaxis(np.array(loops), 1, 0)
    return ThalamocorticalModel(
        gain=settings.gain,
        weights=weights,
        readout=readout,
        preparatory_left_vectors=left_vectors,
        preparatory_right_vectors=right_vectors,
        preparatory_input=np.array(inputs),
        loop_left_vectors=loop_left_vectors,
        loop_right_vectors=loop_right_vectors,
        eigenvalues=np.array([motif.eigenvalues for motif in motifs]),
        amplitudes=np.array([motif.amplitudes for motif in motifs]),
        dt=dt,
        preparation_steps=preparation_steps,
        execution_steps=execution_steps,
    )


@dataclass(frozen=True)
class LinearRollout:
    """What a model does after each step of a sequence of motifs.

    Attributes:
        readout: (time, trial).
        states: x (time, trial, neuron).
    """

    readout: Array
    states: Array


def rollout(model: ThalamocorticalModel, motifs: IntArray, initial_states: Array) -> LinearRollout:
    """Produce sequences of motifs, without noise, by the exact solution of the linear dynamics.

    Args:
        model: the model.
        motifs: which motif (counted from 0) comes when in each trial (trial, place).
        initial_states: x before the first step (trial, neuron).
    """
    steps = model.preparation_steps + model.execution_steps
    trials, places = motifs.shape
    states = np.empty((places * steps, trials, len(model.weights)))
    relax = _propagator(model.preparatory_dynamics, model.dt)
    steady = model.initial_states
    execute = {
        motif: _propagator(model.motif_dynamics(motif), model.dt)
        for motif in np.unique(motifs).tolist()
    }
    for motif, place, rows in _together(motifs):
        before = initial_states if place == 0 else states[place * steps - 1]
        distance = _propagate(relax, before[rows] - steady[motif], model.preparation_steps)
        prepared = steady[motif] + distance
        executed = _propagate(execute[motif], prepared[-1], model.execution_steps)
        states[place * steps : (place + 1) * steps, rows] = np.concatenate([prepared, executed])
    return LinearRollout(states @ model.readout, states)


def preparatory_eigenvalues(model: ThalamocorticalModel) -> tuple[ComplexArray, ComplexArray]:
    """Eigenvalues per tau without and with the preparatory module, each (neuron,)."""
    without = np.linalg.eigvals(model.cortical_dynamics).astype(np.complex128)
    return without, np.linalg.eigvals(model.preparatory_dynamics).astype(np.complex128)


def distance_to_steady_state(
    model: ThalamocorticalModel, rng: np.random.Generator, trials: int
) -> Array:
    """Norm of x minus its steady state at the start and after each step of a preparation.

    Preparation brings all differences down alike, whatever the motif.

    Args:
        model: the model.
        rng: draws standard normal differences at the start.
        trials: how many.

    Returns:
        (step + 1, trial).
    """
    start = rng.standard_normal((trials, len(model.weights)))
    relax = _propagator(model.preparatory_dynamics, model.dt)
    distance = _propagate(relax, start, model.preparation_steps)
    norms: Array = np.linalg.norm(np.concatenate([start[np.newaxis], distance]), axis=2)
    return norms


def _cortical_dynamics(gain: float, weights: Array) -> Array:
    return gain * (weights - np.eye(len(weights)))


def _preparation_steps(preparation_duration: float, dt: float, steps: int) -> int:
    preparation_steps = round(preparation_duration / dt)
    if abs(preparation_duration - preparation_steps * dt) > 1e-9 * preparation_duration:
        raise InputError(
            f"motifs.preparation.duration: expected a whole number of steps of {dt} "
            f"(motifs.dynamics.dt), found {preparation_duration}"
        )
    if not 0 < preparation_steps < steps:
        raise InputError(
            f"motifs.preparation.duration: expected at least a step of {dt} and less "
            f"than a motif's {steps * dt:g}, found {preparation_duration}"
        )
    return preparation_steps


def _together(motifs: IntArray) -> Iterator[tuple[int, int, IntArray]]:
    """Each place in turn, each motif there, and the trials that produce it."""
    for place, column in enumerate(motifs.T):
        for motif in np.unique(column).tolist():
            yield motif, place, np.flatnonzero(column == motif)


def _propagator(dynamics: Array, dt: float) -> Array:
    """exp(A dt) for one step (neuron, presynaptic neuron)."""
    propagator: Array = linalg.expm(dt * dynamics)
    return propagator


def _propagate(propagator: Array, start: Array, steps: int) -> Array:
    """States (step, trial, neuron) after each step from the start (trial, neuron)."""
    states = np.empty((steps, *start.shape))
    state = start
    for step in range(steps):
        state = state @ propagator.T
        states[step] = state
    return states
