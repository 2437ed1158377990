"""Learning motifs by gradient descent through time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from corticomotor.arrays import Array
from corticomotor.dynamics.devices import compute_device, products
from corticomotor.dynamics.switching import NoisePool, Simulator
from corticomotor.learning.torch_adam import TorchAdam
from corticomotor.runtime.checkpoints import Checkpoint, State, generator_state, restored_generator
from corticomotor.runtime.errors import DivergenceError
from corticomotor.runtime.progress import StepReport, silent
from corticomotor.studies.motifs.architectures import (
    MOTIF_PARAMETERS,
    SHARED_PARAMETERS,
    FixedCircuit,
    Parameters,
)
from corticomotor.studies.motifs.courses import Course
from corticomotor.studies.motifs.schedule import Schedule

if TYPE_CHECKING:
    from corticomotor.studies.motifs.settings import NetworkDynamics, Training


@dataclass(frozen=True)
class Trained:
    """A trained network.

    Attributes:
        parameters: as given, after training.
        errors: mean squared error of each motif's trials before each update (iteration, motif);
            NaN where a motif had no trial, as when it was done.
        steady_until: iteration after which each motif's learning rate fell (motif,).
    """

    parameters: dict[str, Array]
    errors: Array
    steady_until: NDArray[np.int64]


def train(
    circuit: FixedCircuit,
    parameters: dict[str, Array],
    course: Course,
    settings: Training,
    dynamics: NetworkDynamics,
    *,
    rng: np.random.Generator,
    pool_rng: np.random.Generator,
    report: StepReport = silent,
    checkpoint: Checkpoint | None = None,
    dtype: torch.dtype = torch.float32,
) -> Trained:
    """Train a network's parameters by Adam on clipped gradients of single trials.

    Each trial's gradient, by all parameters that it touches, is clipped to a norm; a motif's
    gradient is the mean over its trials. So motifs with parameters of their own learn as if each
    were alone.

    Args:
        circuit: what stays fixed, on the CPU in any precision.
        parameters: before training (see `initial_parameters`).
        course: what to learn.
        settings: how.
        dynamics: of the network.
        rng: draws starts, trials and the places of noise.
        pool_rng: draws the pool of noise.
        report: called after each iteration with the root mean squared error.
        checkpoint: continues a training that was killed, with the same result.
        dtype: float32, or float64 for tests.

    Raises:
        DivergenceError: the error is not finite.
        InputError: the device does not exist.
    """
    device = compute_device(settings.device)
    learner = _MotifLearner(
        circuit, parameters, course, settings, dynamics, pool_rng, dtype, device
    )
    if checkpoint is not None and (state := checkpoint.load()) is not None:
        rng = learner.resume(state)
    with products(settings.precision, circuit.weights.shape[0], device):
        while learner.unfinished():
            error = learner.iterate(rng)
            report(learner.iteration, rmse=error, motifs=learner.learning().size)
            if checkpoint is not None:
                checkpoint.save_if_due(lambda: learner.state(rng))
    return learner.result()


class _MotifLearner:
    """The state of a training: parameters, Adam's moments, errors and schedule."""

    def __init__(
        self,
        circuit: FixedCircuit,
        parameters: dict[str, Array],
        course: Course,
        settings: Training,
        dynamics: NetworkDynamics,
        pool_rng: np.random.Generator,
        dtype: torch.dtype,
        device: torch.device,
    ) -> None:
        def moved(array: Array | Tensor) -> Tensor:
            return torch.as_tensor(array).to(device=device, dtype=dtype, copy=True)

        prepared = circuit.preparatory_weights
        self._circuit = replace(
            circuit,
            weights=moved(circuit.weights),
            readout=moved(circuit.readout),
            preparatory_weights=None if prepared is None else moved(prepared),
        )
        self._parameters = {name: moved(value) for name, value in parameters.items()}
        self._adam = {
            name: TorchAdam(each, settings.adam_beta) for name, each in self._parameters.items()
        }
        self._course = course
        self._settings = settings
        self._dynamics = dynamics
        self._targets = moved(course.targets)
        self._motifs = len(course.targets)
        self._schedule = Schedule(
            settings, course.max_iterations, self._motifs if course.separate else 1
        )
        self._errors = np.empty((0, self._motifs))
        self._pool = NoisePool(pool_rng, dynamics.noise, dtype=dtype, device=device)
        self._simulator: Simulator | None = None
        self._trials = 0

    @property
    def iteration(self) -> int:
        """Number of iterations done."""
        return len(self._errors)

    def learning(self) -> NDArray[np.int64]:
        """Motifs that learn in the next iteration."""
        active = self._schedule.active(self.iteration + 1)
        return np.flatnonzero(np.broadcast_to(active, self._motifs))

    def unfinished(self) -> bool:
        """Tell whether any motif still learns."""
        return self.iteration < self._course.max_iterations and self.learning().size > 0

    def iterate(self, rng: np.random.Generator) -> float:
        """Do one iteration; give the root mean squared error over its trials."""
        chains = self._course.draw(rng, self.learning())
        error, gradient = self._gradient(chains, rng)
        by_motif = np.full(self._motifs, np.nan)
        # An error counts for the motif that a trial ends with: the one that followed another.
        for motif in np.unique(chains[-1]):
            by_motif[motif] = error[chains[-1] == motif].mean()
        if not np.isfinite(error).all():
            raise DivergenceError(
                f"training diverged in iteration {self.iteration + 1}: the error is not finite "
                "(try a lower training.learning_rate or training.gradient_clip)"
            )
        self._errors = np.vstack([self._errors, by_motif])
        self._step(gradient)
        self._schedule.note(
            self._errors
            if self._course.separate
            else np.nanmean(self._errors, axis=1, keepdims=True)
        )
        return float(np.sqrt(error.mean()))

    def _gradient(
        self, chains: NDArray[np.int64], rng: np.random.Generator
    ) -> tuple[Array, Parameters]:
        """Mean squared error of each trial, and the clipped mean gradient of each parameter."""
        circuit, parameters = self._circuit, self._parameters
        positions, trials = chains.shape
        units = circuit.weights.shape[0]
        steps = positions * circuit.motif_steps
        simulator = self._simulator_for(steps, trials, units)

        start = self._course.initial_std * rng.standard_normal((trials, units))
        noise = self._pool.draw(rng, steps, torch.Size((trials, units)))
        rows = torch.as_tensor(chains, device=self._targets.device)
        windows = [circuit.windows(parameters, motifs) for motifs in rows]
        rates, final = simulator.run(
            [window for motif in windows for window in motif],
            torch.as_tensor(start).to(self._targets),
            noise,
        )
        readout = circuit.read_out(parameters)
        target = torch.cat([self._targets[motifs] for motifs in rows], dim=1).T
        deviation = torch.sub(rates[1:] @ readout, target)
        slopes = (2 / steps * deviation)[:, :, None].unbind()

        def add_rate_gradient(step: int, total: Tensor) -> None:
            total.addcmul_(slopes[step - 1], readout)

        gradients = simulator.gradient(
            [window for motif in windows for window in motif], add_rate_gradient
        )
        each = len(windows[0])
        by_position = [
            circuit.gradient_by_trial(gradients[place : place + each])
            for place in range(0, len(gradients), each)
        ]
        shared: Parameters = {}
        if SHARED_PARAMETERS[circuit.architecture]:
            # All motifs of a chain act on them: the norm of a trial is that of the sum.
            shared["weights"] = torch.stack([part.pop("weights") for part in by_position]).sum(0)
            shared["readout"] = torch.einsum("tb,tbi->bi", 2 / steps * deviation, rates[1:])
        *by_position, shared = _clipped([*by_position, shared], self._settings.gradient_clip)
        error = deviation.square().mean(0)
        # Rates are bounded, so a state that runs away does not show in the error.
        error[~torch.isfinite(final).all(1)] = torch.nan
        return (
            error.cpu().numpy().astype(np.float64),
            self._by_parameter(by_position, rows) | {name: shared[name].mean(0) for name in shared},
        )

    def _by_parameter(self, by_position: Sequence[Parameters], rows: Tensor) -> Parameters:
        """Mean over the trials that a motif is in."""
        share = torch.nn.functional.one_hot(rows, self._motifs).to(self._targets)
        share = share / share.sum((0, 1)).clamp(min=1)
        return {
            name: sum(
                (share[place].T @ gradient[name] for place, gradient in enumerate(by_position)),
                start=torch.zeros_like(self._parameters[name]),
            )
            for name in MOTIF_PARAMETERS[self._circuit.architecture]
        }

    def _step(self, gradient: Parameters) -> None:
        """Adam, with a rate for each motif."""
        # The errors hold this iteration's already.
        rates = torch.as_tensor(self._schedule.rates(self.iteration)).to(self._targets)
        for name, parameter in self._parameters.items():
            change = self._adam[name].step(gradient[name], self.iteration)
            parameter -= rates[:, None] * change if self._course.separate else rates * change

    def _simulator_for(self, steps: int, trials: int, units: int) -> Simulator:
        if self._simulator is None or trials != self._trials:
            self._trials = trials
            self._simulator = Simulator(
                steps,
                trials,
                units,
                self._dynamics.dt,
                dtype=self._targets.dtype,
                device=self._targets.device,
            )
        return self._simulator

    def state(self, rng: np.random.Generator) -> State:
        """All that a killed training needs to continue."""
        arrays = {
            f"{kind}/{name}": tensor.cpu().numpy()
            for kind, group in self._groups().items()
            for name, tensor in group.items()
        }
        arrays["errors"] = self._errors
        arrays["steady_until"] = self._schedule.steady_until
        return State(arrays, {"rng": generator_state(rng)})

    def resume(self, state: State) -> np.random.Generator:
        """Continue where a state was taken; give its random stream."""
        for kind, group in self._groups().items():
            for name, tensor in group.items():
                tensor.copy_(torch.as_tensor(state.arrays[f"{kind}/{name}"]))
        self._errors = np.array(state.arrays["errors"])
        self._schedule.steady_until = np.array(state.arrays["steady_until"])
        return restored_generator(state.values["rng"])

    def _groups(self) -> dict[str, Parameters]:
        return {
            "parameters": self._parameters,
            "mean": {name: each.mean for name, each in self._adam.items()},
            "square": {name: each.square for name, each in self._adam.items()},
        }

    def result(self) -> Trained:
        """Give what was learned."""
        return Trained(
            {name: each.cpu().numpy() for name, each in self._parameters.items()},
            self._errors,
            np.array(np.broadcast_to(self._schedule.steady_until, self._motifs)),
        )


def _clipped(gradients: Sequence[Parameters], largest: float) -> list[Parameters]:
    """Scale each trial's gradient so that its norm over all of these is at most `largest`."""
    parts = [part.flatten(1) for gradient in gradients for part in gradient.values()]
    norm = torch.sqrt(torch.stack([part.square().sum(1) for part in parts]).sum(0))
    factor = torch.clamp(largest / (norm + 1e-12), max=1)
    return [
        {name: part * factor.view(-1, *[1] * (part.dim() - 1)) for name, part in gradient.items()}
        for gradient in gradients
    ]
