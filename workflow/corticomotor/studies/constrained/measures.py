"""How well a network reproduces the circuit: one number for each question."""

import numpy as np
import xarray as xr

from corticomotor.studies.constrained.comparison import component_correlations, unobserved_r2
from corticomotor.studies.constrained.timing import resample


def network_measures(truth: xr.Dataset, network: xr.Dataset, components: int) -> dict[str, float]:
    """Measure one network of one replicate.

    Args:
        truth: the circuit, see `contracts.GROUND_TRUTH`.
        network: FF or FFH, see `contracts.NETWORK`.
        components: principal components that enter; of fewer units, as many as those.

    Returns:
        The variables of `contracts.MEASURES`. Unobserved are the neurons that gave this network
        no hints: for FF all. Their R² is missing if there are none.
    """
    circuit = truth["rates"].values
    rates = resample(
        network["rates"].values.astype(float), network["time"].values, truth["time"].values
    )
    unobserved = np.setdiff1d(truth["neuron"].values, network["neuron"].values)
    kept = min(components, rates.shape[-1])
    return {
        "mean_canonical_correlation": float(
            component_correlations(circuit, rates, components).mean()
        ),
        "emg_error": float(network["emg_error"]),
        "unobserved_r2": (
            unobserved_r2(circuit, rates, unobserved, kept) if unobserved.size else np.nan
        ),
    }
