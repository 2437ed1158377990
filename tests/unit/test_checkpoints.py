import io
import json
import os
import signal
import subprocess
import sys
from functools import partial

import h5py
import numpy as np
import pytest

from corticomotor.runtime import sealing
from corticomotor.runtime.checkpoints import (
    Checkpoint,
    State,
    generator_state,
    restored_generator,
)
from corticomotor.runtime.errors import InputError
from corticomotor.runtime.provenance import value_digest

PROVENANCE = {
    "settings": {"seed": 1, "training": {"rate": 0.01, "sessions": [10, 5]}},
    "seed": 1,
    "replicate": 3,
    "code": "0123456789abcdef",
    "told": "89abcdef01234567",
    "versions": {"numpy": "2.4", "python": "3.11"},
    "inputs": {"emg": [["fedcba9876543210", "01"]], "replicates": [["a", "1"], ["b", "2"]]},
    "identity": "76543210fedcba98",
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "results" / "motifs" / "[additive] *.checkpoint"


@pytest.fixture
def checkpoint(path):
    return Checkpoint(path, PROVENANCE)


def state(iteration=0):
    return State({"x": np.arange(5) + iteration}, {"iteration": iteration})


@pytest.mark.parametrize("code", "?bhilqBHILQefdFD")
def test_arrays_come_back_byte_for_byte(checkpoint, code):
    rng = np.random.default_rng(0)
    size = np.dtype(code).itemsize
    # Random bytes hold every kind of NaN too.
    content = rng.bytes(24 * size) if code != "?" else rng.integers(0, 2, 24, np.uint8).tobytes()
    array = np.frombuffer(content, code).reshape(2, 3, 4)
    checkpoint.save(State({"x": array}, {}))
    found = checkpoint.load().arrays["x"]
    assert (found.dtype, found.shape) == (array.dtype, array.shape)
    assert found.tobytes() == array.tobytes()


def test_scalars_empty_arrays_and_names_come_back(checkpoint):
    arrays = {
        "scalar": np.array(np.float32(0.1)),
        "mean/weights": np.arange(3.0),
        "empty": np.zeros((0, 3), np.float32),
        "big-endian": np.arange(3, dtype=">i4"),
        "a/Höhe ✓\n": np.array(True),
        "mean/input": np.array([1, 2]),
    }
    checkpoint.save(State(arrays, {}))
    found = checkpoint.load().arrays
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        assert isinstance(found[name], np.ndarray), name
        assert found[name].dtype == array.dtype, name
        assert found[name].shape == array.shape, name
        assert found[name].tobytes() == array.tobytes(), name
        assert found[name].flags.writeable, name


def test_transposed_array_comes_back_in_c_order(checkpoint):
    array = np.arange(6.0).reshape(2, 3).T
    checkpoint.save(State({"x": array, "strided": np.arange(10)[::2]}, {}))
    found = checkpoint.load().arrays
    np.testing.assert_array_equal(found["x"], array)
    np.testing.assert_array_equal(found["strided"], [0, 2, 4, 6, 8])
    assert found["x"].flags.c_contiguous
    assert not array.flags.c_contiguous


def test_file_is_hdf5_that_other_programs_read(checkpoint, path):
    checkpoint.save(State({"mean/weights": np.arange(3.0)}, {"iteration": 7}))
    with h5py.File(path) as file:
        assert file["mean/weights"][1] == 1.0
        assert json.loads(file.attrs["header"])["values"] == {"iteration": 7}


def test_values_come_back_exactly(checkpoint):
    values = {
        "large": 2**128 - 1,
        "negative": -(10**400),
        "floats": [0.1, 1e-320, -0.0, 1.7976931348623157e308, float("inf")],
        "nested": {"b": None, "a": [True, "Höhe\n✓", {}]},
        "identity": "not the file's",
        "long": "x" * 100_000,
    }
    checkpoint.save(State({}, values))
    found = checkpoint.load().values
    # repr tells 1 from 1.0 and from True, 0.0 from -0.0, and the order of names.
    assert repr(found) == repr(values)


def test_latest_state_is_the_one_that_counts(checkpoint, path):
    checkpoint.save(state(1))
    checkpoint.save(state(2))
    assert checkpoint.load().values == {"iteration": 2}
    assert list(path.parent.iterdir()) == [path]


def test_same_state_gives_the_same_bytes(checkpoint, path, tmp_path):
    checkpoint.save(state(1))
    other = Checkpoint(tmp_path / "other", PROVENANCE)
    other.save(state(1))
    assert (tmp_path / "other").read_bytes() == path.read_bytes()


# What is not loaded


def test_there_is_none_before_the_first(checkpoint, path):
    assert checkpoint.load() is None
    assert not path.parent.exists()


@pytest.mark.parametrize("name", PROVENANCE)
def test_state_of_another_job_is_none(checkpoint, path, name):
    checkpoint.save(state())
    assert Checkpoint(path, PROVENANCE | {name: "another"}).load() is None
    assert Checkpoint(path, dict(reversed(PROVENANCE.items()))).load() is not None


@pytest.mark.parametrize("kept", [0, 5, 100, -72, -1])
def test_truncated_file_is_none(checkpoint, path, kept):
    checkpoint.save(state())
    path.write_bytes(path.read_bytes()[:kept])
    assert checkpoint.load() is None


def test_any_flipped_bit_gives_none(checkpoint, path):
    checkpoint.save(state())
    content = path.read_bytes()
    for position in range(len(content)):
        damaged = bytearray(content)
        damaged[position] ^= 1 << (position % 8)
        path.write_bytes(damaged)
        assert checkpoint.load() is None, position


def hdf5(header=None):
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        if header is not None:
            file.attrs["header"] = header
        sealing.add_seal(file)
    return sealing.sealed(content.getvalue())


SEAL = f"sha256 of this file, its own digits as zeros: {0:064}".encode()
OWN = {"identity": value_digest(PROVENANCE), "arrays": [], "values": {}}


@pytest.mark.parametrize(
    "content",
    [
        sealing.sealed(SEAL),
        sealing.sealed(b"\x89HDF\r\n\x1a\n" + SEAL),
        hdf5(),
        hdf5(1),
        hdf5("[1]"),
        hdf5("{}"),
        hdf5("not JSON"),
        hdf5(json.dumps(OWN | {"arrays": ["x"]})),
    ],
)
def test_sealed_file_of_another_kind_is_none(checkpoint, path, content):
    path.parent.mkdir(parents=True)
    assert sealing.problem(content) == ""
    path.write_bytes(content)
    assert checkpoint.load() is None


def test_sealed_file_with_its_own_header_is_loaded(checkpoint, path):
    # Else the files above might be refused for another reason.
    path.parent.mkdir(parents=True)
    path.write_bytes(hdf5(json.dumps(OWN)))
    assert checkpoint.load() == State({}, {})


def test_hdf5_never_sees_damaged_bytes(checkpoint, path, monkeypatch):
    checkpoint.save(state())
    seen = []

    class Seen(h5py.File):
        def __init__(self, *arguments, **options):
            seen.append(arguments)
            super().__init__(*arguments, **options)

    monkeypatch.setattr(h5py, "File", Seen)
    assert checkpoint.load() is not None
    assert len(seen) == 1
    content = path.read_bytes()
    path.write_bytes(content[:50] + bytes([content[50] ^ 1]) + content[51:])
    assert checkpoint.load() is None
    assert len(seen) == 1


def test_file_that_is_no_checkpoint_or_a_folder_is_none(checkpoint, path):
    path.mkdir(parents=True)
    assert checkpoint.load() is None
    path.rmdir()
    path.write_bytes(b"time,rate\n0,1\n")
    assert checkpoint.load() is None


@pytest.mark.parametrize(
    "array",
    [np.array([{}]), np.array(["text"], dtype=object), np.array(["text"]), np.zeros(1, "M8[s]")],
)
def test_array_of_no_numbers_is_refused_and_leaves_the_old(checkpoint, array):
    checkpoint.save(state(1))
    with pytest.raises(TypeError, match="x: expected an array of numbers, found"):
        checkpoint.save(State({"x": array}, {}))
    assert checkpoint.load().values == {"iteration": 1}


def test_value_that_is_not_json_is_refused_and_leaves_the_old(checkpoint):
    checkpoint.save(state(1))
    with pytest.raises(TypeError):
        checkpoint.save(State({}, {"array": np.zeros(2)}))
    assert checkpoint.load().values == {"iteration": 1}


# When it is saved


def test_is_saved_once_an_interval(path):
    time_s = 100.0
    checkpoint = Checkpoint(path, PROVENANCE, interval_s=30.0, clock=lambda: time_s)
    asked = []

    def current():
        asked.append(time_s)
        return state(len(asked))

    saved = 0
    for now_s in (100.0, 129.9, 130.0, 131.0, 159.9, 175.0, 190.0, 204.9, 205.0):
        time_s = now_s
        saved += checkpoint.save_if_due(current)
    assert asked == [130.0, 175.0, 205.0]
    assert saved == 3
    assert checkpoint.load().values == {"iteration": 3}


def test_interval_starts_when_the_file_is_written(path):
    time_s = 0.0

    def slow():
        nonlocal time_s
        time_s += 100.0
        return state()

    checkpoint = Checkpoint(path, PROVENANCE, interval_s=30.0, clock=lambda: time_s)
    time_s = 30.0
    assert checkpoint.save_if_due(slow)
    time_s += 29.0
    assert not checkpoint.save_if_due(slow)
    time_s += 1.0
    assert checkpoint.save_if_due(slow)


# Interrupted and removed


def test_failed_write_leaves_the_old_file_and_nothing_else(checkpoint, path, monkeypatch):
    checkpoint.save(state(1))

    def full_disk(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(InputError, match="No space left"):
        checkpoint.save(state(2))
    assert list(path.parent.iterdir()) == [path]
    assert checkpoint.load().values == {"iteration": 1}


WRITER = """
import os, sys, time
sys.path[:0] = sys.argv[2:]
import test_checkpoints as t
def blocked(descriptor):
    print("written, not renamed", flush=True)
    time.sleep(60)
os.fsync = blocked
t.Checkpoint(sys.argv[1], t.PROVENANCE).save(t.state(2))
"""


def test_killed_write_leaves_the_old_file_and_remove_clears_up(checkpoint, path):
    checkpoint.save(state(1))
    neighbour = path.with_name("multiplicative.checkpoint")
    Checkpoint(neighbour, PROVENANCE).save(state())
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, path, os.path.dirname(__file__), *sys.path],
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout.readline() == "written, not renamed\n"
        writer.send_signal(signal.SIGKILL)
    assert len(list(path.parent.iterdir())) == 3
    assert checkpoint.load().values == {"iteration": 1}
    checkpoint.remove()
    assert list(path.parent.iterdir()) == [neighbour]
    assert checkpoint.load() is None


def test_remove_of_nothing_is_no_error(checkpoint):
    checkpoint.remove()


# Random streams


def test_restored_generator_continues_the_stream(checkpoint):
    rng = np.random.Generator(np.random.PCG64(5))
    rng.normal(size=7)
    # Draws half of a 64-bit number: the other half waits for the next call.
    rng.integers(0, 10, dtype=np.uint32)
    assert rng.bit_generator.state["has_uint32"] == 1
    checkpoint.save(State({}, {"rng": generator_state(rng)}))
    restored = restored_generator(checkpoint.load().values["rng"])
    for draw in (
        lambda generator: generator.integers(0, 10, 3, dtype=np.uint32),
        lambda generator: generator.standard_normal(1000, dtype=np.float32),
        lambda generator: generator.permutation(50),
    ):
        assert draw(restored).tobytes() == draw(rng).tobytes()
    assert generator_state(restored) == generator_state(rng)


def test_state_of_a_generator_does_not_move_with_it():
    rng = np.random.Generator(np.random.PCG64(5))
    before = generator_state(rng)
    first = rng.random()
    assert restored_generator(before).random() == first
    assert restored_generator(before).random() == first


def test_generator_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="expected a PCG64 generator, found MT19937"):
        generator_state(np.random.Generator(np.random.MT19937(1)))


GOOD = generator_state(np.random.Generator(np.random.PCG64(5)))


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        [],
        None,
        {name: value for name, value in GOOD.items() if name != "state"},
        GOOD | {"bit_generator": "MT19937"},
        GOOD | {"bit_generator": "os.system"},
        GOOD | {"state": {"state": 1}},
        GOOD | {"state": {"state": "1", "inc": 3}},
        GOOD | {"state": {"state": 2**128, "inc": 3}},
        GOOD | {"state": {"state": -1, "inc": 3}},
        GOOD | {"has_uint32": 2**70},
        GOOD | {"uinteger": 0.5},
        GOOD | {"more": 1},
    ],
)
def test_wrong_state_of_a_generator_is_refused(wrong):
    with pytest.raises(InputError, match="expected the state of a PCG64 generator, found"):
        restored_generator(wrong)


def training(checkpoint, killed_after=None):
    """Twenty steps of a noisy float32 descent with momentum."""
    found = checkpoint.load()
    if found is None:
        rng = np.random.Generator(np.random.PCG64(1))
        weights, momentum, first = np.ones((4, 4), np.float32), np.zeros((4, 4), np.float32), 0
    else:
        rng = restored_generator(found.values["rng"])
        weights, momentum = found.arrays["weights"], found.arrays["momentum"]
        first = found.values["iteration"]
    for iteration in range(first, 20):
        if iteration == killed_after:
            return None
        noise = rng.standard_normal((4, 4), dtype=np.float32)
        momentum = np.float32(0.9) * momentum + np.tanh(weights @ noise)
        weights = weights - np.float32(0.1) * momentum
        arrays = {"weights": weights, "momentum": momentum}
        values = {"iteration": iteration + 1, "rng": generator_state(rng)}
        checkpoint.save_if_due(partial(State, arrays, values))
    return weights.tobytes()


def test_killed_training_ends_with_the_bytes_of_an_undisturbed_one(tmp_path):
    undisturbed = training(Checkpoint(tmp_path / "one", PROVENANCE))
    for _ in range(3):
        time_s = iter(range(1000))
        checkpoint = Checkpoint(tmp_path / "two", PROVENANCE, interval_s=4, clock=time_s.__next__)
        before = checkpoint.load()
        start = 0 if before is None else before.values["iteration"]
        assert training(checkpoint, start + 6) is None
        assert checkpoint.load().values["iteration"] > start
    assert training(Checkpoint(tmp_path / "two", PROVENANCE)) == undisturbed
