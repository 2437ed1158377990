"""The thalamocortical model: linear dynamics that switch between preparation and execution."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import linalg

from corticomotor.arrays import Array, IntArray
from corticomotor.runtime.errors import InputError
from corticomotor.runtime.progress import Report, silent
from corticomotor.studies.motifs.settings.thalamocortical import Thalamocortical
from corticomotor.studies.motifs.thalamocortical.execution import initial_state, noise_robust_loop
from corticomotor.studies.motifs.thalamocortical.exponentials import ComplexArray, fit_exponentials
from corticomotor.studies.motifs.thalamocortical.preparation import preparatory_weights


@dataclass(frozen=True)
class ThalamocorticalModel:
    """A linear cortex with a thalamic loop for each motif and a module for all preparations.

    tau dx/dt = J_prep x + c in preparation and (g (J - I) + u v^T) x in execution.

    Attributes:
        gain: g.
        weights: J (neuron, presynaptic neuron).
        readout: w (neuron,).
        preparatory_feedback, preparatory_reading: U and V (neuron, loop).
        preparatory_input: c (motif, neuron).
        loop_feedback, loop_reading: u and v (motif, neuron).
        eigenvalues, amplitudes: of the exponentials that stand for each motif (motif, exponential).
        step_tau: time step.
        preparation_steps, execution_steps: of each motif.
    """

    gain: float
    weights: Array
    readout: Array
    preparatory_feedback: Array
    preparatory_reading: Array
    preparatory_input: Array
    loop_feedback: Array
    loop_reading: Array
    eigenvalues: ComplexArray
    amplitudes: ComplexArray
    step_tau: float
    preparation_steps: int
    execution_steps: int

    @property
    def cortical_dynamics(self) -> Array:
        """Dynamics g (J - I) of the cortex alone (neuron, presynaptic neuron)."""
        return _cortical_dynamics(self.gain, self.weights)

    @property
    def preparatory_dynamics(self) -> Array:
        """Dynamics J_prep = g (J - I) + U V^T (neuron, presynaptic neuron)."""
        return self.cortical_dynamics + self.preparatory_feedback @ self.preparatory_reading.T

    def motif_dynamics(self, motif: int) -> Array:
        """Dynamics g (J - I) + u v^T during a motif (neuron, presynaptic neuron)."""
        loop = np.outer(self.loop_feedback[motif], self.loop_reading[motif])
        return self.cortical_dynamics + loop

    @property
    def initial_states(self) -> Array:
        """Steady states of preparation (motif, neuron), from which motifs are executed."""
        states = np.linalg.solve(self.preparatory_dynamics, -self.preparatory_input.T).T
        return np.asarray(states, dtype=np.float64)


def build_model(
    rng: np.random.Generator,
    targets: Array,
    step_tau: float,
    preparation_tau: float,
    settings: Thalamocortical,
    report: Report = silent,
) -> ThalamocorticalModel:
    """Set all weights of a model that produces the motifs.

    Args:
        rng: draws the cortex and the starts of searches; each motif has a stream of its own.
        targets: (motif, time); the first sample is one step after the beginning of preparation.
        step_tau: time step.
        preparation_tau: length of the preparation with which each motif begins.
        settings: of the model.
        report: called with 1 after the preparatory weights, and then after each motif with the
            root mean square error of its fit by exponentials.

    Raises:
        InputError: preparation is not a whole number of steps or longer than the motif.
        DivergenceError: no fit of a motif obeys the constraints.
    """
    preparation_steps = _preparation_steps(preparation_tau, step_tau, targets.shape[1])
    execution_steps = targets.shape[1] - preparation_steps
    scale = 1 / np.sqrt(settings.neurons)
    weights = scale * rng.standard_normal((settings.neurons, settings.neurons))
    readout = scale * rng.standard_normal(settings.neurons)
    dynamics = _cortical_dynamics(settings.gain, weights)

    feedback, reading = preparatory_weights(rng, dynamics, readout, settings)
    preparatory_dynamics = dynamics + feedback @ reading.T
    report(1)

    times_tau = step_tau * np.arange(1, execution_steps + 1)
    motifs, loops, inputs = [], [], []
    for number, (target, motif_rng) in enumerate(
        zip(targets[:, preparation_steps:], rng.spawn(len(targets)), strict=True)
    ):
        motif = fit_exponentials(motif_rng, target, times_tau, settings)
        loop = noise_robust_loop(motif_rng, dynamics, readout, motif, times_tau[-1], settings)
        state = initial_state(dynamics, loop[0], readout, motif)
        motifs.append(motif)
        loops.append(loop)
        inputs.append(-preparatory_dynamics @ state)
        error = np.sqrt(np.mean((motif(times_tau) - target) ** 2))
        report(number + 2, fit_error=float(error))
    loop_feedback, loop_reading = np.moveaxis(np.array(loops), 1, 0)
    return ThalamocorticalModel(
        gain=settings.gain,
        weights=weights,
        readout=readout,
        preparatory_feedback=feedback,
        preparatory_reading=reading,
        preparatory_input=np.array(inputs),
        loop_feedback=loop_feedback,
        loop_reading=loop_reading,
        eigenvalues=np.array([motif.eigenvalues for motif in motifs]),
        amplitudes=np.array([motif.amplitudes for motif in motifs]),
        step_tau=step_tau,
        preparation_steps=preparation_steps,
        execution_steps=execution_steps,
    )


@dataclass(frozen=True)
class Production:
    """What a model does after each step of a sequence of motifs.

    Attributes:
        readout: (time, trial).
        states: x (time, trial, neuron).
    """

    readout: Array
    states: Array


def produce(model: ThalamocorticalModel, motifs: IntArray, initial_states: Array) -> Production:
    """Produce sequences of motifs, without noise, by the exact solution of the linear dynamics.

    Args:
        model: the model.
        motifs: which motif (counted from 0) comes when in each trial (trial, place).
        initial_states: x before the first step (trial, neuron).
    """
    steps = model.preparation_steps + model.execution_steps
    trials, places = motifs.shape
    states = np.empty((places * steps, trials, len(model.weights)))
    relax = _propagator(model.preparatory_dynamics, model.step_tau)
    steady = model.initial_states
    execute = {
        motif: _propagator(model.motif_dynamics(motif), model.step_tau)
        for motif in np.unique(motifs).tolist()
    }
    for motif, place, rows in _together(motifs):
        before = initial_states if place == 0 else states[place * steps - 1]
        distance = _propagate(relax, before[rows] - steady[motif], model.preparation_steps)
        prepared = steady[motif] + distance
        executed = _propagate(execute[motif], prepared[-1], model.execution_steps)
        states[place * steps : (place + 1) * steps, rows] = np.concatenate([prepared, executed])
    return Production(states @ model.readout, states)


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
    relax = _propagator(model.preparatory_dynamics, model.step_tau)
    distance = _propagate(relax, start, model.preparation_steps)
    norms: Array = np.linalg.norm(np.concatenate([start[np.newaxis], distance]), axis=2)
    return norms


def _cortical_dynamics(gain: float, weights: Array) -> Array:
    return gain * (weights - np.eye(len(weights)))


def _preparation_steps(preparation_tau: float, step_tau: float, steps: int) -> int:
    preparation_steps = round(preparation_tau / step_tau)
    if abs(preparation_tau - preparation_steps * step_tau) > 1e-9 * preparation_tau:
        raise InputError(
            f"motifs.preparation.duration_tau: expected a whole number of steps of {step_tau} "
            f"(motifs.dynamics.step_tau), found {preparation_tau}"
        )
    if not 0 < preparation_steps < steps:
        raise InputError(
            f"motifs.preparation.duration_tau: expected at least a step of {step_tau} and less "
            f"than a motif's {steps * step_tau:g}, found {preparation_tau}"
        )
    return preparation_steps


def _together(motifs: IntArray) -> Iterator[tuple[int, int, IntArray]]:
    """Each place in turn, each motif there, and the trials that produce it."""
    for place, column in enumerate(motifs.T):
        for motif in np.unique(column).tolist():
            yield motif, place, np.flatnonzero(column == motif)


def _propagator(dynamics: Array, step_tau: float) -> Array:
    """exp(A dt) for one step (neuron, presynaptic neuron)."""
    propagator: Array = linalg.expm(step_tau * dynamics)
    return propagator


def _propagate(propagator: Array, start: Array, steps: int) -> Array:
    """States (step, trial, neuron) after each step from the start (trial, neuron)."""
    states = np.empty((steps, *start.shape))
    state = start
    for step in range(steps):
        state = state @ propagator.T
        states[step] = state
    return states
