"""Gain learning by automatic differentiation."""

from __future__ import annotations

import numpy as np
import torch

from corticomotor.arrays import Array
from corticomotor.dynamics import AsymmetricTanh, RateNetwork
from corticomotor.learning.gain_learning import GainTask

# Threads cost more than they save on small tensors.
torch.set_num_threads(1)


def simulate_tensor(
    network: RateNetwork,
    initial_states: Array,
    gains: torch.Tensor,
    *,
    steps: int,
    step_ms: float,
) -> torch.Tensor:
    """Rates (steps + 1, trial, neuron) by RK4 for states and gains (trial, neuron)."""
    nonlinearity = network.nonlinearity
    assert isinstance(nonlinearity, AsymmetricTanh)
    low = nonlinearity.baseline_rate_hz
    high = nonlinearity.max_rate_hz - low
    weights = torch.from_numpy(np.array(network.weights))
    step = step_ms / network.time_constant_ms

    def activate(state: torch.Tensor) -> torch.Tensor:
        activation = gains * state
        return torch.where(
            activation < 0, low * torch.tanh(activation / low), high * torch.tanh(activation / high)
        )

    def slope(state: torch.Tensor) -> torch.Tensor:
        return activate(state) @ weights.T - state

    state = torch.from_numpy(np.array(initial_states))
    rates = [activate(state)]
    for _ in range(steps):
        first = slope(state)
        second = slope(state + step / 2 * first)
        third = slope(state + step / 2 * second)
        fourth = slope(state + step * third)
        state = state + step / 6 * (first + 2 * second + 2 * third + fourth)
        rates.append(activate(state))
    return torch.stack(rates)


def ridge(rates: torch.Tensor, targets: torch.Tensor, penalty: float) -> torch.Tensor:
    """Readout (neuron, muscle) of rates (sample, neuron) by the regularised normal equations."""
    power = rates.T @ rates
    penalty = penalty * float(torch.trace(power)) / len(power)
    identity = torch.eye(len(power), dtype=power.dtype)
    return torch.linalg.solve(power + penalty * identity, rates.T @ targets)


def learn_gains_by_autograd(
    task: GainTask, *, iterations: int, learning_rate: float
) -> tuple[Array, Array]:
    """Gains (reach, neuron) and the error of each iteration; the readout is not differentiated."""
    targets = torch.from_numpy(np.swapaxes(task.emg, 0, 1).copy())
    gains = torch.ones(
        (len(task.emg), len(task.network.weights)), dtype=torch.float64, requires_grad=True
    )
    optimiser = torch.optim.Adam([gains], lr=learning_rate, eps=1e-12)
    errors = np.empty(iterations)
    for iteration in range(iterations):
        optimiser.zero_grad()
        rates = simulate_tensor(
            task.network,
            task.initial_states,
            gains,
            steps=task.steps,
            step_ms=task.step_ms,
        )[..., : task.readout_neurons]
        with torch.no_grad():
            readout = ridge(
                rates.reshape(-1, rates.shape[-1]),
                targets.reshape(-1, targets.shape[-1]),
                task.ridge,
            )
        error = torch.sum((rates @ readout - targets) ** 2) / torch.sum(targets**2)
        error.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        errors[iteration] = error.item()
    return gains.detach().numpy(), errors
