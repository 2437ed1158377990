import subprocess
import sys

import numpy as np
import pytest

from corticomotor.runtime.seeding import stream


def test_numbers_never_change():
    # Written down once: another value here would change every published result.
    draws = stream(20200101, "circuit", 3).integers(0, 1000, 6)
    assert draws.tolist() == [587, 18, 7, 916, 893, 760]


def test_is_the_same_in_every_process():
    code = "from corticomotor.runtime.seeding import stream; print(stream(7, 'emg', 2).random())"
    drawn = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert drawn == {f"{stream(7, 'emg', 2).random()}\n"}


def test_every_seed_stage_and_replicate_has_its_own_stream():
    names = [
        (seed, stage, replicate)
        for seed in (-1, 0, 1, 11, 2**64)
        for stage in ("", "a", "a1", "a1, 1", "1", "emg", "émg")
        for replicate in (0, 1, 11, 111)
    ]
    assert len({stream(*name).random() for name in names}) == len(names)


def test_neighbouring_streams_are_uncorrelated():
    draws = np.array([stream(0, "emg", replicate).normal(size=4000) for replicate in range(30)])
    off_diagonal = np.corrcoef(draws)[np.triu_indices(30, 1)]
    # 435 correlations of standard deviation 1/sqrt(4000): five of them is beyond chance.
    assert np.abs(off_diagonal).max() < 5 / np.sqrt(4000)


def test_draws_of_one_stream_do_not_move_another():
    first, second = stream(1, "emg"), stream(1, "circuit")
    first.random(1000)
    assert second.random() == stream(1, "circuit").random()


@pytest.mark.parametrize(("seed", "replicate"), [(1.5, 0), ("1", 0), (1, "3")])
def test_seed_and_replicate_are_integers(seed, replicate):
    with pytest.raises(TypeError):
        stream(seed, "emg", replicate)


def test_numpy_integers_are_integers():
    assert stream(np.int64(3), "emg", np.int32(1)).random() == stream(3, "emg", 1).random()
