"""Named random streams: each stage and replicate draws from its own."""

import hashlib
import json
from operator import index

import numpy as np


def stream(seed: int, stage: str, replicate: int = 0) -> np.random.Generator:
    """Return the random stream (PCG64) of one stage and replicate.

    A stream depends on its own three names only, so that another replicate or another stage
    never changes its numbers.
    """
    # hash() differs between processes; JSON keeps ("a1", 1) and ("a", 11) apart.
    name = json.dumps([index(seed), stage, index(replicate)])
    entropy = int.from_bytes(hashlib.sha256(name.encode()).digest(), "big")
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))
