"""Random search over the settings that FF and FFH share."""

from typing import Any

import numpy as np

from corticomotor.settings.constrained import Network, SearchRanges


def draw_candidate(
    rng: np.random.Generator, network: dict[str, Any], ranges: SearchRanges
) -> Network:
    """Settings of `network` with the searched ones drawn log-uniformly from their ranges."""
    drawn = {
        name: float(np.exp(rng.uniform(np.log(low), np.log(high)))) for name, (low, high) in ranges
    }
    return Network.model_validate(network | drawn)
