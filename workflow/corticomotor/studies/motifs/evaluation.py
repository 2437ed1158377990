"""Tests of trained networks: motifs from random states, and after other motifs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from corticomotor.arrays import Array
from corticomotor.runtime.progress import StepReport, silent
from corticomotor.studies.motifs.rollout import Outputs, Rollout, RolloutNetwork

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
    network: RolloutNetwork,
    targets: Array,
    *,
    repetitions: int,
    starts: int,
    initial_std: float,
    interrupted_at: Sequence[float] = (1.0,),
    initial_noise: Sequence[float] = (),
    rng: np.random.Generator,
    report: StepReport = silent,
) -> Outcome:
    """Test a network on each motif from random states and after each other motif.

    Args:
        network: the network.
        targets: desired outputs (motif, step).
        repetitions: how often every test is run.
        starts: random starts of each motif.
        initial_std: standard deviation of the random states, as in training.
        interrupted_at: parts of the first motif after which the second begins; the last is 1.0.
        initial_noise: more standard deviations of random states to test.
        rng: draws states and noise.
        report: called after each repetition.

    Raises:
        DivergenceError: the network's activity is not finite.
    """
    tests = _Tests(
        network,
        targets,
        rng,
        starts=starts,
        initial_std=initial_std,
        interrupted_at=interrupted_at,
        initial_noise=initial_noise,
    )
    outcomes = []
    for repetition in range(repetitions):
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
    network: RolloutNetwork,
    targets: Array,
    *,
    starts: int,
    initial_std: float,
    rng: np.random.Generator,
) -> Array:
    """Test a network on each motif from random states alone.

    Args:
        network, targets, starts, initial_std: see `evaluate`.
        rng: draws states and noise.

    Returns:
        Root mean squared error of each motif (motif,).

    Raises:
        DivergenceError: the network's activity is not finite.
    """
    tests = _Tests(network, targets, rng, starts=starts, initial_std=initial_std)
    errors: Array = tests.from_random(initial_std)[0].mean(1)
    return errors


class _Tests:
    def __init__(
        self,
        network: RolloutNetwork,
        targets: Array,
        rng: np.random.Generator,
        *,
        starts: int,
        initial_std: float,
        interrupted_at: Sequence[float] = (),
        initial_noise: Sequence[float] = (),
    ) -> None:
        self._network = network
        self._targets = targets
        self._rng = rng
        self._starts = starts
        self._initial_std = initial_std
        self._interrupted_at = interrupted_at
        self._initial_noise = initial_noise
        self._motifs = np.arange(len(targets))

    def repetition(self) -> Outcome:
        """All tests once."""
        steps = self._network.motif_steps
        fractions = self._interrupted_at
        watched = [max(1, round(fraction * steps)) for fraction in fractions]
        error, output, states = self.from_random(self._initial_std, [*watched, steps])
        after = [self._after_others(each) for each in states[:-1]]
        noisy = [self.from_random(std)[:2] for std in self._initial_noise]
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

        Args:
            initial_std: their standard deviation.
            watched: numbers of steps after which the state is wanted.

        Returns:
            Root mean squared errors (motif, start), outputs (motif, start, step), and the states
            after watched numbers of steps (watched, motif and start, unit).
        """
        starts = self._starts
        motifs = np.repeat(self._motifs, starts)
        states = initial_std * self._rng.standard_normal((len(motifs), self._network.units))
        rollout = self._network.rollout(motifs[None], states, self._rng, watched)
        error, output = self._compare(rollout, motifs)
        return (
            error.reshape(-1, starts),
            output.reshape(len(self._motifs), starts, -1),
            rollout.states,
        )

    def _after_others(self, states: Array) -> tuple[Array, Outputs]:
        """Produce every motif after each other one.

        Args:
            states: where the first motifs were left (motif and start, unit).

        Returns:
            Root mean squared errors (first motif, motif) and outputs (first motif, motif, step),
            NaN for a motif after itself.
        """
        count = len(self._motifs)
        pairs = np.array([(a, b) for a in self._motifs for b in self._motifs if a != b])
        starts = self._starts
        chosen = self._rng.integers(starts, size=len(pairs))
        rollout = self._network.rollout(
            pairs[None, :, 1], states[pairs[:, 0] * starts + chosen], self._rng
        )
        error, output = self._compare(rollout, pairs[:, 1])
        errors = np.full((count, count), np.nan)
        outputs = np.full((count, count, output.shape[1]), np.nan, dtype=np.float32)
        errors[tuple(pairs.T)] = error
        outputs[tuple(pairs.T)] = output
        return errors, outputs

    def _compare(self, rollout: Rollout, motifs: NDArray[np.int64]) -> tuple[Array, Outputs]:
        """Root mean squared error (trial,) and output (trial, step)."""
        output: Outputs = rollout.output.T
        error: Array = np.sqrt(np.mean((output - self._targets[motifs]) ** 2, axis=1))
        return error, output
