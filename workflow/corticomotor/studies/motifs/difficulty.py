"""How hard motifs are: how many complex exponentials it takes to approximate them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.runtime.progress import StepReport, silent
from corticomotor.studies.motifs.targets import targets_of
from corticomotor.studies.motifs.thalamocortical.exponentials import fit_exponentials

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.runtime.store import Dataset
    from corticomotor.studies.motifs.settings.thalamocortical import Thalamocortical


def fit_motifs(
    rng: Callable[[str], np.random.Generator],
    motifs: Sequence[Dataset],
    counts: Sequence[int],
    settings: Thalamocortical,
    report: StepReport = silent,
) -> dict[str, ArrayLike]:
    """Fit each motif by sums of more and more exponentials.

    Args:
        rng: gives the random stream of a purpose.
        motifs: all sessions (`contracts.LIBRARY`).
        counts: numbers of exponentials.
        settings: constraints and starts of the fits.
        report: called after each fit.

    Returns:
        What `contracts.EXPONENTIALS` says.
    """
    targets = targets_of(motifs)
    fits = np.empty((len(counts), *targets.output.shape))
    done = 0
    for approximations, count in zip(fits, counts, strict=True):
        for row, number in enumerate(targets.numbers):
            fit = fit_exponentials(
                rng(f"motifs/exponentials/{count}/{number}"),
                targets.output[row],
                targets.times,
                count,
                settings,
            )
            approximations[row] = fit(targets.times)
            done += 1
            report(done)
    scale = np.sqrt(np.mean(targets.output**2, axis=1))
    return {
        "exponentials": counts,
        "motif": targets.numbers,
        "time": targets.times,
        "target": targets.output,
        "approximation": fits,
        "error": np.sqrt(np.mean((fits - targets.output) ** 2, axis=2)) / scale,
    }
