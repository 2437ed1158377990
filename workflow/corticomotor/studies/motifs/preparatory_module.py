"""The preparatory module of one connectivity, and how it brings its network to rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from corticomotor.arrays import Array
from corticomotor.runtime.checkpoints import Checkpoint
from corticomotor.runtime.progress import StepReport, silent
from corticomotor.studies.motifs.connectivity import connectivity_of, draw_connectivity
from corticomotor.studies.motifs.preparation import initial_loops, rate_norms, train_module

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.runtime.store import Dataset
    from corticomotor.studies.motifs.settings import Device, Preparation

_TRIALS = 8


def train_preparatory_module(
    rng: Callable[[str], np.random.Generator],
    drawn: Dataset,
    settings: Preparation,
    *,
    gain: float,
    loops: int,
    dt: float,
    device: Device,
    report: StepReport = silent,
    checkpoint: Checkpoint | None = None,
) -> dict[str, ArrayLike]:
    """Train a module, and test it with its own connectivity and with another random one.

    Args:
        rng: gives the random stream of a purpose.
        drawn: J and w (`contracts.CONNECTIVITY`).
        settings: of the module; its number of loops is given apart.
        gain: g of the recurrent weights.
        loops: number of loops P.
        dt, device, report, checkpoint: see `preparation.train_module`.

    Returns:
        What `contracts.PREPARATORY_MODULE` says.
    """
    connectivity = connectivity_of(drawn)
    weights, units = gain * connectivity.weights, len(connectivity.readout)
    steps = round(settings.trial_duration / dt)
    stage = f"motifs/preparation/{units}/{loops}"
    before = initial_loops(rng(stage), units, loops, settings)
    module = train_module(
        rng(f"{stage}/training"),
        weights,
        connectivity.readout,
        before,
        settings,
        dt=dt,
        device=device,
        report=report,
        checkpoint=checkpoint,
    )
    trained = module.left_vectors @ module.right_vectors.T
    tests = rng(f"{stage}/tests")
    states = tests.standard_normal((_TRIALS, units))
    foreign = gain * draw_connectivity(tests, units).weights
    norms = {
        "rate_norm_without": weights,
        "rate_norm_untrained": weights + before[0] @ before[1].T,
        "rate_norm": weights + trained,
    }
    return {
        "unit": np.arange(units),
        "presynaptic_unit": np.arange(units),
        "loop": np.arange(loops),
        "iteration": range(1, settings.iterations + 1),
        "eigenvalue": np.arange(units),
        "trial": np.arange(_TRIALS),
        "time": dt * np.arange(steps + 1),
        **vars(module),
        # As training has them.
        "weights": weights.astype(np.float32),
        "initial_left_vectors": before[0].astype(np.float32),
        "initial_right_vectors": before[1].astype(np.float32),
        **{name: rate_norms(each, states, steps=steps, dt=dt) for name, each in norms.items()},
        **_eigenvalues({"_without": weights, "": weights + trained, "_foreign": foreign + trained}),
    }


def _eigenvalues(cases: Mapping[str, Array]) -> dict[str, ArrayLike]:
    """Eigenvalues of each case's weights, as the variables of the file have them."""
    found: dict[str, ArrayLike] = {}
    for case, weights in cases.items():
        values = np.linalg.eigvals(weights)
        found[f"eigenvalue_real{case}"] = values.real
        found[f"eigenvalue_imaginary{case}"] = values.imag
    return found
