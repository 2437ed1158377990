"""Networks of motor motifs step by step, as the paper writes them, with gradients by torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from corticomotor.arrays import Array
from corticomotor.studies.motifs.architectures import FixedCircuit

# Threads cost more than they save on small tensors.
torch.set_num_threads(1)


@dataclass(frozen=True)
class PlainNetwork:
    """A network with everything in it that motifs share.

    Attributes:
        architecture: additive, multiplicative, two_input or control.
        weights: g J (unit, presynaptic unit).
        readout: w (unit,).
        preparatory_loops: U V^T (unit, presynaptic unit), or None.
        motif_steps: steps of a motif.
        preparation_steps: steps of a motif in which it is prepared.
        dt: Euler step in time constants.
    """

    architecture: str
    weights: Tensor
    readout: Tensor
    preparatory_loops: Tensor | None
    motif_steps: int
    preparation_steps: int
    dt: float

    def rates(
        self,
        parameters: Mapping[str, Tensor],
        chains: Tensor,
        initial_state: Tensor,
        noise: Sequence[Tensor] | Tensor | None = None,
    ) -> Tensor:
        """Rates at the start and after each step (step + 1, trial, unit).

        Args:
            parameters: of the motifs (motif, unit), and shared ones.
            chains: motifs one after the other (position, trial).
            initial_state: x (trial, unit).
            noise: added after each step (step, trial, unit).
        """
        state = initial_state
        rates = [torch.tanh(state)]
        for motifs in chains:
            for step in range(self.motif_steps):
                recurrent, own_input = self._now(parameters, motifs, rates[-1], step)
                state = state + self.dt * (-state + recurrent + own_input)
                if noise is not None:
                    state = state + noise[len(rates) - 1]
                rates.append(torch.tanh(state))
        return torch.stack(rates)

    def _now(
        self, parameters: Mapping[str, Tensor], motifs: Tensor, rates: Tensor, step: int
    ) -> tuple[Tensor, Tensor]:
        """Recurrent and motif-specific input (trial, unit) in a step of the motif."""
        own_input = parameters["input"][motifs]
        preparing = step < self.preparation_steps
        if self.architecture == "two_input":
            if preparing:
                own_input = parameters["preparatory_input"][motifs]
            return rates @ self.weights.T, own_input
        module = self.preparatory_loops
        if module is not None and preparing:
            return rates @ (self.weights + module).T, own_input
        if self.architecture == "control":
            return rates @ parameters["weights"].T, own_input
        recurrent = rates @ self.weights.T
        if self.architecture == "multiplicative":
            right = parameters["loop_right_vector"][motifs]
            left = parameters["loop_left_vector"][motifs]
            recurrent = recurrent + (rates * right).sum(1, keepdim=True) * left
            if module is not None:
                own_input = torch.zeros_like(own_input)
        return recurrent, own_input

    def errors(
        self,
        parameters: Mapping[str, Tensor],
        chains: Tensor,
        targets: Tensor,
        initial_state: Tensor,
        noise: Sequence[Tensor] | Tensor | None = None,
    ) -> Tensor:
        """Mean squared error of each trial's output (trial,) for targets (motif, step)."""
        rates = self.rates(parameters, chains, initial_state, noise)
        output = rates[1:] @ parameters.get("readout", self.readout)
        wanted = torch.cat([targets[motifs] for motifs in chains], dim=1).T
        return ((output - wanted) ** 2).mean(0)


def plain_version(circuit: FixedCircuit, dt: float) -> PlainNetwork:
    """Return the plain network of a circuit."""
    prepared = circuit.preparatory_weights
    return PlainNetwork(
        architecture=circuit.architecture,
        weights=circuit.weights,
        readout=circuit.readout,
        preparatory_loops=None if prepared is None else prepared - circuit.weights,
        motif_steps=circuit.motif_steps,
        preparation_steps=circuit.preparation_steps,
        dt=dt,
    )


@dataclass(frozen=True)
class PlainTraining:
    """What a training did.

    Attributes:
        parameters: after it.
        errors: of each trial before each update (iteration, trial).
        norms: of each trial's gradient before it was clipped (iteration, trial).
    """

    parameters: dict[str, Array]
    errors: Array
    norms: Array


def train_plainly(
    network: PlainNetwork,
    parameters: Mapping[str, Array],
    targets: Array,
    iterations: Sequence[tuple[Array, Array]],
    learning_rates: Sequence[float],
    *,
    beta: float,
    largest: float,
) -> PlainTraining:
    """Train trial by trial without noise.

    Args:
        network: what stays fixed.
        parameters: before training.
        targets: (motif, step).
        iterations: chains (position, trial) and initial states (trial, unit) of each.
        learning_rates: of each iteration.
        beta: both of Adam's decay rates.
        largest: norm to which the gradient of a trial, by all parameters, is clipped.
    """
    wanted = torch.tensor(targets)
    learned = {name: torch.tensor(value).requires_grad_() for name, value in parameters.items()}
    optimiser = torch.optim.Adam(learned.values(), betas=(beta, beta), eps=1e-8)
    errors, norms = [], []
    for (chains, starts), learning_rate in zip(iterations, learning_rates, strict=True):
        total = {name: torch.zeros_like(parameter) for name, parameter in learned.items()}
        for trial in range(chains.shape[1]):
            motifs = torch.tensor(chains[:, trial, None])
            start = torch.tensor(starts[trial, None])
            error = network.errors(learned, motifs, wanted, start).sum()
            gradient = dict(
                zip(
                    learned,
                    torch.autograd.grad(error, list(learned.values()), materialize_grads=True),
                    strict=True,
                )
            )
            norm = float(sum((part**2).sum() for part in gradient.values())) ** 0.5
            for name, part in gradient.items():
                part = part * min(1.0, largest / norm)
                if name in ("weights", "readout"):
                    total[name] += part / chains.shape[1]
                else:
                    for motif in chains[:, trial]:
                        total[name][motif] += part[motif] / np.sum(chains == motif)
            errors.append(error.item())
            norms.append(norm)
        for name, parameter in learned.items():
            parameter.grad = total[name]
        optimiser.param_groups[0]["lr"] = learning_rate
        optimiser.step()
    return PlainTraining(
        {name: parameter.detach().numpy() for name, parameter in learned.items()},
        np.reshape(errors, (len(iterations), -1)),
        np.reshape(norms, (len(iterations), -1)),
    )


def train_module_plainly(
    weights: Array,
    readout: Array,
    initial: Array,
    starts: Sequence[Array],
    learning_rates: Sequence[float],
    *,
    steps: int,
    dt: float,
    beta: float,
    roughness_penalty: float,
) -> tuple[Array, Array]:
    """Loops after training (2, unit, loop), and the cost of each iteration.

    Args:
        weights: g J (unit, presynaptic unit).
        readout: w (unit,).
        initial: U and V (2, unit, loop).
        starts: states x of each iteration (trial, unit).
        learning_rates: of each iteration.
        steps: of a trial.
        dt: Euler step in time constants.
        beta: both of Adam's decay rates.
        roughness_penalty: beta of equation 3.
    """
    pair = torch.tensor(initial).requires_grad_()
    fixed = torch.tensor(weights)
    output_weights = torch.tensor(readout)
    optimiser = torch.optim.Adam([pair], betas=(beta, beta), eps=1e-8)
    costs = []
    for start, learning_rate in zip(starts, learning_rates, strict=True):
        optimiser.zero_grad()
        state = torch.tensor(start)
        cost = torch.zeros((), dtype=state.dtype)
        for _ in range(steps):
            before = torch.tanh(state)
            through_module = torch.tanh(state) @ pair[1] @ pair[0].T
            state = state + dt * (-state + torch.tanh(state) @ fixed.T + through_module)
            rates = torch.tanh(state)
            speed = (rates - before) @ output_weights / dt
            roughness = roughness_penalty * len(weights) * (speed**2).sum()
            cost = cost + ((rates**2).sum() + roughness) / len(start)
        cost.backward()  # type: ignore[no-untyped-call]
        optimiser.param_groups[0]["lr"] = learning_rate
        optimiser.step()
        costs.append(cost.item())
    return pair.detach().numpy(), np.array(costs)
