"""Where torch computes, and with which products."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import torch

from corticomotor.runtime.errors import InputError

# Below this many units a call of oneDNN's product costs more than it saves.
_WORTHWHILE_UNITS = 200


def compute_device(name: Literal["auto", "cpu", "cuda"]) -> torch.device:
    """Return the device of a setting.

    Args:
        name: the setting; `auto` is a CUDA device if there is one.

    Raises:
        InputError: there is no CUDA device, and one was asked for.
    """
    available = torch.cuda.is_available()
    if name == "cuda" and not available:
        raise InputError("device: expected a CUDA device, found none (auto or cpu run without one)")
    return torch.device("cuda" if available and name != "cpu" else "cpu")


@contextmanager
def products(
    precision: Literal["auto", "float32", "bfloat16"], units: int, device: torch.device
) -> Iterator[None]:
    """Within this context, products of float32 matrices may round their factors to bfloat16.

    Sums stay in float32. On CPUs this takes oneDNN's products in place of MKL's, and those round
    only where a matrix unit (AMX) gains by it; elsewhere they are float32 products too, twice as
    fast on AMD.

    Args:
        precision: `auto` rounds on CPUs with instructions for bfloat16, for networks that are large
            enough to gain.
        units: of the network.
        device: where it computes.
    """
    on_gpu = device.type == "cuda"
    settings: Any = (torch.backends.cuda if on_gpu else torch.backends.mkldnn).matmul
    fast = precision == "bfloat16" or (
        precision == "auto" and not on_gpu and units >= _WORTHWHILE_UNITS and _has_bfloat16()
    )
    rounded = "tf32" if on_gpu else "bf16"
    before = settings.fp32_precision
    settings.fp32_precision = rounded if fast else "ieee"
    try:
        yield
    finally:
        settings.fp32_precision = before


def _has_bfloat16() -> bool:
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))
