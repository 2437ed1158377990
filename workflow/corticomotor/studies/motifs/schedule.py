"""When a motif has converged: the rule by which training slows down and stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corticomotor.arrays import Array

if TYPE_CHECKING:
    from corticomotor.studies.motifs.settings import Training

_STEADY = -1


class Schedule:
    """Learning rates over the iterations: warm-up, steady, decay, done; for each learner alone.

    A learner leaves the steady phase once its mean error over a while is no longer lower, by
    `least_improvement`, than over the same while before, and at the latest when just the decay
    fits in before `max_iterations`. Its rate then falls by a cosine.

    Args:
        settings: of training.
        max_iterations: after which all learners are done.
        learners: how many (motifs with parameters of their own, or 1 where motifs share some).
    """

    def __init__(self, settings: Training, max_iterations: int, learners: int) -> None:
        self._settings = settings
        self._decay = max(1, round(settings.decay * max_iterations))
        self._patience = max(1, round(settings.patience * max_iterations))
        self._last_steady = max_iterations - self._decay
        self.steady_until: NDArray[np.int64] = np.full(learners, _STEADY)
        if self._last_steady == 0:
            self.steady_until[:] = 0

    def active(self, iteration: int) -> NDArray[np.bool_]:
        """Tell which learners learn in this iteration, counted from 1."""
        return (self.steady_until == _STEADY) | (iteration <= self.steady_until + self._decay)

    def rates(self, iteration: int) -> Array:
        """Learning rate of each learner in this iteration; 0 for those that are done."""
        passed = np.where(self.steady_until == _STEADY, 0, iteration - self.steady_until)
        falling = 0.5 * (1 + np.cos(np.pi * np.minimum(passed / (self._decay + 1), 1)))
        warm = min(1.0, iteration / self._settings.warm_up)
        rates: Array = self._settings.learning_rate * warm * falling
        return rates

    def note(self, errors: Array) -> None:
        """Decide after an iteration, given all errors so far (iteration, learner)."""
        iteration = len(errors)
        for learner in np.flatnonzero(self.steady_until == _STEADY):
            if iteration >= self._last_steady or self._converged(errors[:, learner]):
                self.steady_until[learner] = iteration

    def _converged(self, errors: Array) -> bool:
        patience = self._patience
        if len(errors) < 2 * patience + self._settings.warm_up:
            return False
        before, now = errors[-2 * patience : -patience].mean(), errors[-patience:].mean()
        return bool(now > (1 - self._settings.least_improvement) * before)
