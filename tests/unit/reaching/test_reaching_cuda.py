"""Sequence models and agents on a CUDA device: as on the CPU, and twice the same."""

import numpy as np
import pytest
import torch
from harness import TINY

from corticomotor.runtime.seeding import stream
from corticomotor.studies.reaching.agents.actor_critic import train_control
from corticomotor.studies.reaching.agents.deep_q import train_deep_q
from corticomotor.studies.reaching.sequence.learning import train_sequence_model
from corticomotor.studies.reaching.settings import Reaching
from corticomotor.studies.reaching.settings.sequence import Phases

SETTINGS = Reaching.model_validate(
    {
        "tests": {"count": 12, "shown": 3},
        "training": {"batch": 8, "looks": 1, "look_reaches": 12, "device": "cuda"},
        "deep_q": TINY["reaching"]["deep_q"] | {"device": "cuda"},
        "control": TINY["reaching"]["control"] | {"device": "cuda", "test_reaches": 60},
    }
)

needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")


def rng(name):
    return stream(1, name, 1)


def parameters_of(kind, settings=SETTINGS):
    if kind in ("sac", "td3"):
        found = train_control(kind, settings.control, settings.task, settings.tests, rng=rng)
    elif kind == "deep_q":
        found = train_deep_q(settings.deep_q.runs.pixels, settings.deep_q, rng=rng)
    else:
        model = getattr(settings.models, kind)
        phases = Phases(before=6, under=3, after=2, control=True)
        short = model.model_copy(update={"units": 8, "phases": phases})
        found = train_sequence_model(kind, settings, short, rng=rng)
    return np.asarray(found["parameters"])


@needs_cuda
@pytest.mark.parametrize("kind", ["standard", "standard_deep", "positions", "accelerations"])
def test_a_sequence_model_learns_on_cuda_as_on_the_cpu(kind):
    on_cpu = SETTINGS.model_copy(
        update={"training": SETTINGS.training.model_copy(update={"device": "cpu"})}
    )
    np.testing.assert_allclose(parameters_of(kind), parameters_of(kind, on_cpu), rtol=0, atol=1e-3)


@needs_cuda
@pytest.mark.parametrize("kind", ["standard", "positions", "deep_q", "sac", "td3"])
def test_training_on_cuda_gives_the_same_bytes_twice(kind):
    assert parameters_of(kind).tobytes() == parameters_of(kind).tobytes()
