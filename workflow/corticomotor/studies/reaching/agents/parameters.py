"""Weights and biases of a network as one array, as files hold them."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from corticomotor.studies.reaching.parts import shape_text


def flat_parameters(network: nn.Module) -> NDArray[np.float32]:
    """All weights and biases in the order of the state dict (parameter,)."""
    flat = [each.detach().cpu().reshape(-1) for each in network.state_dict().values()]
    found: NDArray[np.float32] = torch.cat(flat).numpy()
    return found


def described(network: nn.Module) -> dict[str, list[str]]:
    """Name the parts of `flat_parameters` and their shapes; PyTorch has outputs first."""
    parts = network.state_dict()
    return {
        "part": list(parts),
        "part_shape": [shape_text(each.shape) for each in parts.values()],
    }
