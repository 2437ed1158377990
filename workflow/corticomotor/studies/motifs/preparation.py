"""The preparatory module: loops that bring a network to rest from any state (A.5.1).

Trained once for a connectivity, before any motif.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from corticomotor.arrays import Array
from corticomotor.dynamics.devices import compute_device
from corticomotor.dynamics.switching import Simulator, Window, rollout
from corticomotor.learning.torch_adam import TorchAdam
from corticomotor.runtime.checkpoints import Checkpoint, State, generator_state, restored_generator
from corticomotor.runtime.errors import DivergenceError
from corticomotor.runtime.progress import StepReport, silent

if TYPE_CHECKING:
    from corticomotor.studies.motifs.settings import Device, Preparation

# Of Adam. With the usual 0.999 the rates left after 7 tau are twice as high.
_BETA = 0.9


@dataclass(frozen=True)
class PreparatoryModule:
    """Loops U V^T (P of them) for one connectivity.

    Attributes:
        left_vectors: U (unit, loop).
        right_vectors: V (unit, loop).
        cost: what training minimises, mean over trials (iteration,).
    """

    left_vectors: Array
    right_vectors: Array
    cost: Array


def initial_loops(rng: np.random.Generator, units: int, loops: int, settings: Preparation) -> Array:
    """Draw U and V before training.

    Args:
        rng: draws them.
        units, loops: how many.
        settings: their scale.

    Returns:
        (2, unit, loop).
    """
    scale = np.sqrt(settings.initial_scale / np.sqrt(loops * units))
    drawn: Array = scale * rng.standard_normal((2, units, loops))
    return drawn


def train_module(
    rng: np.random.Generator,
    weights: Array,
    readout: Array,
    initial: Array,
    settings: Preparation,
    *,
    dt: float,
    device: Device,
    report: StepReport = silent,
    checkpoint: Checkpoint | None = None,
    dtype: torch.dtype = torch.float32,
) -> PreparatoryModule:
    """Bring the rates to rest from standard normal states, without input.

    The cost is the sum over steps of |r|^2 (A.5.1) + beta N (dz/dt)^2 (equation 3), with the rates
    r, the readout z = w^T r, time in time constants and `settings.roughness_penalty` for beta.
    Without its second part the module brings the directions that it reads to rest at once. In the
    states that motifs end in these cancel the others in the readout, which then jumps.

    Args:
        rng: draws the starts.
        weights: g J (unit, presynaptic unit).
        readout: w (unit,).
        initial: U and V before training (2, unit, loop).
        settings: of the module.
        dt: integration step in time constants.
        device: where to compute.
        report: called after each iteration with the cost.
        checkpoint: continues a training that was killed, with the same result.
        dtype: float32, or float64 for tests.

    Raises:
        DivergenceError: the cost is not finite.
        InputError: the device does not exist.
    """
    where = compute_device(device)
    learner = _ModuleLearner(weights, readout, initial, settings, dt, dtype, where)
    if checkpoint is not None and (state := checkpoint.load()) is not None:
        rng = learner.resume(state)
    while learner.iteration < settings.iterations:
        cost = learner.iterate(rng)
        report(learner.iteration, cost=cost)
        if checkpoint is not None:
            checkpoint.save_if_due(lambda: learner.state(rng))
    return learner.result()


class _ModuleLearner:
    """The state of a training: loops, Adam's moments and costs."""

    def __init__(
        self,
        weights: Array,
        readout: Array,
        initial: Array,
        settings: Preparation,
        dt: float,
        dtype: torch.dtype,
        device: torch.device,
    ) -> None:
        def moved(array: Array) -> Tensor:
            return torch.as_tensor(array).to(device=device, dtype=dtype, copy=True)

        self._weights, self._readout = moved(weights), moved(readout)
        # U and V in one tensor: Adam treats them alike.
        self._pair = moved(initial)
        self._adam = TorchAdam(self._pair, _BETA)
        self._settings = settings
        self._dt = dt
        self._steps = round(settings.trial_duration / dt)
        self._simulator = Simulator(
            self._steps, settings.trials, len(weights), dt, dtype=dtype, device=device
        )
        self._costs: list[float] = []

    @property
    def iteration(self) -> int:
        """Number of iterations done."""
        return len(self._costs)

    def iterate(self, rng: np.random.Generator) -> float:
        """Do one iteration; give the cost before it."""
        cost, gradient = self._gradient(rng)
        if not np.isfinite(cost):
            raise DivergenceError(
                f"the preparatory module diverged in iteration {self.iteration + 1} "
                "(try a lower preparation.learning_rate)"
            )
        falling = 0.5 * (1 + np.cos(np.pi * self.iteration / self._settings.iterations))
        self._costs.append(cost)
        change = self._adam.step(gradient, self.iteration)
        self._pair -= self._settings.learning_rate * falling * change
        return cost

    def _gradient(self, rng: np.random.Generator) -> tuple[float, Tensor]:
        """Cost of a minibatch, and its gradient by U and V."""
        trials, units = self._settings.trials, len(self._weights)
        left_vectors, right_vectors = self._pair
        windows = [Window(self._steps, self._weights + left_vectors @ right_vectors.T)]
        start = torch.as_tensor(rng.standard_normal((trials, units))).to(self._pair)
        rates, _ = self._simulator.run(windows, start)
        speed = (rates @ self._readout).diff(dim=0) / self._dt
        weight = self._settings.roughness_penalty * units
        cost = float(rates[1:].square().sum() + weight * speed.square().sum()) / trials
        # By the output after each step: it ends one change and begins the next.
        by_output = speed.clone()
        by_output[:-1] -= speed[1:]
        by_output *= weight / self._dt
        by_rates = 2 / trials * (rates[1:] + by_output[:, :, None] * self._readout)

        def add_rate_gradient(step: int, total: Tensor) -> None:
            total.add_(by_rates[step - 1])

        by_weights = self._simulator.gradient(windows, add_rate_gradient)[0].weights()
        return cost, torch.stack([by_weights @ right_vectors, by_weights.T @ left_vectors])

    def state(self, rng: np.random.Generator) -> State:
        """All that a killed training needs to continue."""
        arrays = {name: tensor.cpu().numpy() for name, tensor in self._tensors().items()}
        return State(arrays, {"costs": self._costs, "rng": generator_state(rng)})

    def resume(self, state: State) -> np.random.Generator:
        """Continue where a state was taken; give its random stream."""
        for name, tensor in self._tensors().items():
            tensor.copy_(torch.as_tensor(state.arrays[name]))
        self._costs = list(state.values["costs"])
        return restored_generator(state.values["rng"])

    def _tensors(self) -> dict[str, Tensor]:
        return {"pair": self._pair, "mean": self._adam.mean, "square": self._adam.square}

    def result(self) -> PreparatoryModule:
        """Give what was learned."""
        left_vectors, right_vectors = self._pair.cpu().numpy().astype(np.float64)
        return PreparatoryModule(left_vectors, right_vectors, np.array(self._costs))


def rate_norms(weights: Array, initial_states: Array, *, steps: int, dt: float) -> Array:
    """Norm of the rates at the start and after each step, without input or noise.

    Args:
        weights: all recurrent weights (unit, presynaptic unit).
        initial_states: x (trial, unit).
        steps: number of steps.
        dt: integration step in time constants.

    Returns:
        (step + 1, trial).
    """
    states = torch.as_tensor(initial_states)
    result = rollout(
        [Window(steps, torch.as_tensor(weights))], states, states.new_zeros(len(weights)), dt
    )
    start = np.linalg.norm(np.tanh(initial_states), axis=1)
    return np.vstack([start, result.rate_norm.numpy()])
