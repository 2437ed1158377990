"""Where a job finds the settings of its circuit, whatever the study.

The `given` of a stage says so: `within` is the path of the block that holds `circuit`, `dynamics`,
`emg` and `gain_learning`, with the study in front; what it gives under the name of such a block
takes the place of the block's own values.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corticomotor.runtime.jobs import Job


def path_of(job: Job[Any], name: str) -> str:
    """Path of a block, such as `reaching.population.cortex.emg`."""
    return f"{job.given['within']}.{name}"


def block_of(job: Job[Any], name: str) -> Any:
    """Give a block of a job's settings, of the type in `motor_cortex.settings`."""
    _, *inner = path_of(job, name).split(".")
    return reduce(getattr, inner, job.settings).changed(**job.given.get(name, {}))
