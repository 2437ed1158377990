"""Step motifs sample by sample, after the text of the motor-motif paper, appendix A.2.2."""

import math

import numpy as np

DT = 0.1
SHORTEST, LONGEST, DURATION, PAUSE, WARM_UP = 50, 500, 1000, 50, 200


def step_motif(rng: np.random.Generator) -> tuple[list[float], list[float], list[int]]:
    """Return a motif, the process z below it, and the ends of its steps."""
    gamma = 3 * math.sqrt(2)
    process = []
    z = 0.0
    for _ in range(WARM_UP + DURATION):
        z += DT * (-z + gamma / math.sqrt(DT) * rng.standard_normal())
        process.append(z)
    process = process[WARM_UP:]
    ends: list[int] = []
    while True:
        interval = int(rng.integers(SHORTEST, LONGEST + 1))
        if sum(np.diff([0, *ends])) + interval >= DURATION:
            break
        ends.append((ends[-1] if ends else 0) + interval)
    # The paper leaves open what comes between its last interval and the pause.
    ends.append(DURATION)
    motif = []
    for start, end in zip([0, *ends], ends, strict=False):
        average = sum(process[start:end]) / (end - start)
        motif.extend([average] * (end - start))
    motif[0] = 0.0
    return motif + [0.0] * PAUSE, process, ends
