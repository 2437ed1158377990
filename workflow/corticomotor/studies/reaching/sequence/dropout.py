"""Dropout with masks that come from a stream of numpy: the same on every device."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

# Random numbers of 16 bits are drawn fastest; the rate is right to one part in 65536.
_LEVELS = 1 << 16


def dropout_masks(
    rng: np.random.Generator, rate: float, count: int, shape: tuple[int, ...], like: Tensor
) -> list[Tensor] | None:
    """Draw factors by which to multiply activity.

    Args:
        rng: draws which units are left out.
        rate: part of them.
        count: how many masks.
        shape: of each.
        like: a tensor of the type and device that they should have.

    Returns:
        Masks with 0 where a unit is left out and 1 / (1 - rate) elsewhere, or None without dropout.
    """
    if not rate:
        return None
    scale = 1 / (1 - rate)
    least = round(rate * _LEVELS)
    drawn = (rng.integers(0, _LEVELS, shape, dtype=np.uint16) >= least for _ in range(count))
    return [torch.from_numpy(kept).to(like.device).to(like.dtype).mul_(scale) for kept in drawn]
