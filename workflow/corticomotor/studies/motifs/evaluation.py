"""Tests of trained networks: motifs from random states, and after other motifs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from corticomotor.arrays import Array
from corticomotor.runtime.progress import Report, silent
from corticomotor.studies.motifs.production import Outputs, Produced, Producer
from corticomotor.studies.motifs.settings import Evaluation

QUANTILES = np.linspace(0.005, 0.995, 199)
_NEAREST_TO = 0.7


@dataclass(frozen=True)
class Outcome:
    """How a network did; the variables of `contracts.EVALUATION` of the same names."""

    random_error: Array
    transition_error: Array
    noise_error: Array
    end_state_quantile: Array
    end_state_std: Array
    random_output: Outputs
    transition_output: Outputs
    interrupted_output: Outputs
    noise_output: Outputs


def evaluate(
    network: Producer,
    targets: Array,
    settings: Evaluation,
    *,
    initial_std: float,
    rng: np.random.Generator,
    report: Report = silent,
) -> Outcome:
    """Test a network on each motif from random states and after each other motif.

    Args:
        network: the network.
        targets: desired outputs (motif, step).
        settings: `interrupted_at` ends with 1.0; `initial_noise` may be empty.
        initial_std: standard deviation of the random states, as in training.
        rng: draws states and noise.
        report: called after each repetition.

    Raises:
        DivergenceError: the network's activity is not finite.
    """
    tests = _Tests(network, targets, settings, initial_std, rng)
    outcomes = []
    for repetition in range(settings.repetitions):
        outcomes.append(tests.repetition())
        report(repetition + 1)
    first = outcomes[0]
    return replace(
        first,
        **{
            name: np.stack([getattr(each, name) for each in outcomes])
            for name in ("random_error", "transition_error", "noise_error")
        },
    )


def errors_from_random(
    network: Producer,
    targets: Array,
    *,
    starts: int,
    initial_std: float,
    rng: np.random.Generator,
) -> Array:
    """Root mean squared error of each motif from random states (motif,)."""
    settings = Evaluation(repetitions=1, starts=starts, interrupted_at=[], initial_noise=[])
    tests = _Tests(network, targets, settings, initial_std, rng)
    errors: Array = tests.from_random(initial_std)[0].mean(1)
    return errors


class _Tests:
    def __init__(
        self,
        network: Producer,
        targets: Array,
        settings: Evaluation,
        initial_std: float,
        rng: np.random.Generator,
    ) -> None:
        self._network = network
        self._targets = targets
        self._settings = settings
        self._initial_std = initial_std
        self._rng = rng
        self._motifs = np.arange(len(targets))

    def repetition(self) -> Outcome:
        """All tests once."""
        settings = self._settings
        steps = self._network.motif_steps
        fractions = settings.interrupted_at
        watched = [max(1, round(fraction * steps)) for fraction in fractions]
        error, output, states = self.from_random(self._initial_std, [*watched, steps])
        after = [self._after_others(each) for each in states[:-1]]
        noisy = [self.from_random(std)[:2] for std in settings.initial_noise]
        by_motif = states[-1].reshape(len(self._motifs), -1)
        nearest = int(np.argmin(np.abs(np.array(fractions) - _NEAREST_TO)))
        return Outcome(
            random_error=error,
            transition_error=np.stack([errors for errors, _ in after]),
            noise_error=np.array([each for each, _ in noisy]).reshape(-1, *error.shape),
            end_state_quantile=np.quantile(by_motif, QUANTILES, axis=1).T,
            end_state_std=by_motif.std(1),
            random_output=output,
            transition_output=after[-1][1],
            interrupted_output=after[nearest][1],
            noise_output=np.array([each for _, each in noisy], dtype=np.float32).reshape(
                -1, *output.shape
            ),
        )

    def from_random(
        self, initial_std: float, watched: Sequence[int] = ()
    ) -> tuple[Array, Outputs, Array]:
        """Produce every motif from random states.

        Returns:
            root mean squared errors (motif, start), outputs (motif, start, step), and the states
            after watched numbers of steps (watched, motif and start, unit).
        """
        starts = self._settings.starts
        motifs = np.repeat(self._motifs, starts)
        states = initial_std * self._rng.standard_normal((len(motifs), self._network.units))
        production = self._network.produce(motifs[None], states, self._rng, watched)
        error, output = self._compare(production, motifs)
        return (
            error.reshape(-1, starts),
            output.reshape(len(self._motifs), starts, -1),
            production.states,
        )

    def _after_others(self, states: Array) -> tuple[Array, Outputs]:
        """Produce every motif after each other one.

        Args:
            states: where the first motifs were left (motif and start, unit).

        Returns:
            root mean squared errors (first motif, motif) and outputs (first motif, motif, step),
            NaN for a motif after itself.
        """
        count = len(self._motifs)
        pairs = np.array([(a, b) for a in self._motifs for b in self._motifs if a != b])
        starts = self._settings.starts
        chosen = self._rng.integers(starts, size=len(pairs))
        production = self._network.produce(
            pairs[None, :, 1], states[pairs[:, 0] * starts + chosen], self._rng
        )
        error, output = self._compare(production, pairs[:, 1])
        errors = np.full((count, count), np.nan)
        outputs = np.full((count, count, output.shape[1]), np.nan, dtype=np.float32)
        errors[tuple(pairs.T)] = error
        outputs[tuple(pairs.T)] = output
        return errors, outputs

    def _compare(self, production: Produced, motifs: NDArray[np.int64]) -> tuple[Array, Outputs]:
        """Root mean squared error (trial,) and output (trial, step)."""
        output: Outputs = production.output.T
        error: Array = np.sqrt(np.mean((output - self._targets[motifs]) ** 2, axis=1))
        return error, output
