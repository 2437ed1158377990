"""The preparatory module: loops that bring a network to rest from any state (A.5.1).

Trained once for a connectivity, before any motif.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from corticomotor.arrays import Array
from corticomotor.dynamics.devices import compute_device
from corticomotor.dynamics.switching import Simulator, Window, produce
from corticomotor.errors import DivergenceError
from corticomotor.progress import Report, silent
from corticomotor.settings.motifs import Device, Preparation

# Adam's memory of both moments. With the usual 0.999 for the second, one of the rare spikes of the
# gradient slows down all that follows: the rates left after 7 tau are then twice as high.
_MEMORY = 0.9


@dataclass(frozen=True)
class PreparatoryModule:
    """Loops U V^T (P of them) for one connectivity.

    Attributes:
        feedback: U (unit, loop).
        reading: V (unit, loop).
        cost: what training minimises, mean over trials (iteration,).
    """

    feedback: Array
    reading: Array
    cost: Array


def initial_loops(rng: np.random.Generator, units: int, loops: int, settings: Preparation) -> Array:
    """Draw U and V before training (2, unit, loop)."""
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
    step_tau: float,
    device: Device,
    report: Report = silent,
    dtype: torch.dtype = torch.float32,
) -> PreparatoryModule:
    """Bring the rates to rest from standard normal states, without input.

    The cost is the sum over steps of |r|^2 (A.5.1) + beta N (dz/dt)^2 (equation 3), with the rates
    r, the readout z = w^T r, time in time constants and `settings.smoothness` for beta. Without
    its second part the module moves some directions of a state much faster than others. Where these
    cancel each other in the readout, as in the states that motifs end in, the readout then leaps.

    Args:
        rng: draws the starts.
        weights: g J (unit, presynaptic unit).
        readout: w (unit,).
        initial: U and V before training (2, unit, loop).
        settings: of the module.
        step_tau: integration step in time constants.
        device: where to compute.
        report: called after each iteration with the cost.
        dtype: float32, or float64 for tests.

    Raises:
        DivergenceError: the cost is not finite.
    """
    units = len(weights)
    steps = round(settings.trial_tau / step_tau)
    where = compute_device(device)

    def moved(array: Array) -> Tensor:
        return torch.as_tensor(array).to(device=where, dtype=dtype, copy=True)

    # U and V in one tensor: Adam treats them alike.
    pair = moved(initial)
    mean, square = torch.zeros_like(pair), torch.zeros_like(pair)
    recurrent, output_weights = moved(weights), moved(readout)
    simulator = Simulator(steps, settings.trials, units, step_tau, dtype=dtype, device=where)
    cost = np.empty(settings.iterations)
    for iteration in range(settings.iterations):
        feedback, reading = pair
        windows = [Window(steps, recurrent + feedback @ reading.T)]
        rates, _ = simulator.run(windows, moved(rng.standard_normal((settings.trials, units))))
        speed = (rates @ output_weights).diff(dim=0) / step_tau
        roughness = settings.smoothness * units * speed.square().sum()
        cost[iteration] = float(rates[1:].square().sum() + roughness) / settings.trials
        if not np.isfinite(cost[iteration]):
            raise DivergenceError(
                f"the preparatory module diverged in iteration {iteration + 1} "
                "(try a lower preparation.learning_rate)"
            )
        # By the output after each step: it ends one change and begins the next.
        by_output = speed.clone()
        by_output[:-1] -= speed[1:]
        by_output *= settings.smoothness * units / step_tau
        by_rates = 2 / settings.trials * (rates[1:] + by_output[:, :, None] * output_weights)

        def add_rate_gradient(step: int, total: Tensor, by_rates: Tensor = by_rates) -> None:
            total.add_(by_rates[step - 1])

        by_weights = simulator.gradient(windows, add_rate_gradient)[0].weights()
        gradient = torch.stack([by_weights @ reading, by_weights.T @ feedback])
        mean.mul_(_MEMORY).add_(gradient, alpha=1 - _MEMORY)
        square.mul_(_MEMORY).addcmul_(gradient, gradient, value=1 - _MEMORY)
        correction = 1 - _MEMORY ** (iteration + 1)
        falling = 0.5 * (1 + np.cos(np.pi * iteration / settings.iterations))
        change = (mean / correction) / ((square / correction).sqrt() + 1e-8)
        pair -= settings.learning_rate * falling * change
        report(iteration + 1, cost=cost[iteration])
    feedback, reading = pair.cpu().numpy().astype(np.float64)
    return PreparatoryModule(feedback, reading, cost)


def rate_norms(weights: Array, initial_states: Array, *, steps: int, step_tau: float) -> Array:
    """Norm of the rates at the start and after each step, without input or noise.

    Args:
        weights: all recurrent weights (unit, presynaptic unit).
        initial_states: x (trial, unit).
        steps: number of steps.
        step_tau: integration step in time constants.

    Returns:
        (step + 1, trial).
    """
    states = torch.as_tensor(initial_states)
    production = produce(
        [Window(steps, torch.as_tensor(weights))], states, states.new_zeros(len(weights)), step_tau
    )
    start = np.linalg.norm(np.tanh(initial_states), axis=1)
    return np.vstack([start, production.rate_norm.numpy()])
