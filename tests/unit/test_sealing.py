import io

import h5py
import numpy as np
import pytest
import xarray as xr

from corticomotor.runtime import store
from corticomotor.runtime.checkpoints import Checkpoint, State
from corticomotor.runtime.contracts import Contract, Variable
from corticomotor.runtime.sealing import ATTRIBUTE, add_seal, problem, sealed

MARK = b"sha256 of this file, its own digits as zeros: "
SEAL = MARK + b"0" * 64
FOREIGN = "cut short or made by another program"
DAMAGED = "damaged: its SHA-256 does not match"
PROVENANCE = {
    **{"settings": {"seed": 1, "gain": 1.3}, "versions": {"numpy": "2.4"}, "seed": 1},
    **{"replicate": 3, "code": "c", "told": "t", "identity": "i"},
    "inputs": {"emg": [["d", "i"]] * 30},
}


def contract(notes):
    return Contract(
        "toy",
        {
            "x": Variable(("time", "muscle"), "mV", "EMG"),
            "label": Variable(("muscle",), "1", "what to print"),
        },
        {"time": ("s", "time"), "muscle": ("1", "muscle")},
        {f"note_{number}": f"x' = -x + {number} W tanh(x)" for number in range(notes)},
    )


def values(length=3):
    muscles = [f"Höhe {number} ✓" for number in range(length)]
    x = np.random.default_rng(0).normal(size=(100, length))
    return {"time": np.arange(100) / 4, "muscle": muscles, "x": x, "label": muscles}


def result(path, notes=0, length=3):
    written = contract(notes)
    store.write(path, store.dataset(written, values(length)), written, PROVENANCE)
    return path


def checkpoint(path, arrays=3):
    state = State({f"a/{k}": np.arange(5.0) for k in range(arrays)}, {"text": "x" * 100})
    Checkpoint(path, PROVENANCE).save(state)
    return path


def hdf5(seals=1, attributes=0, **options):
    content = io.BytesIO()
    with h5py.File(content, "w", **options) as file:
        for number in range(attributes):
            file.attrs[f"a{number}"] = number
        for number in range(seals):
            file.attrs[f"{ATTRIBUTE}{number or ''}"] = SEAL.decode()
    return content.getvalue()


# Damage


def test_every_changed_byte_is_a_problem(tmp_path):
    content = result(tmp_path / "a.h5", length=1).read_bytes()
    assert problem(content) == ""
    begin = content.index(MARK)
    end = begin + len(SEAL)
    rng = np.random.default_rng(0)
    for position in range(len(content)):
        damaged = bytearray(content)
        damaged[position] ^= int(rng.integers(1, 256))
        expected = (DAMAGED, FOREIGN) if begin <= position < end else (DAMAGED,)
        assert problem(bytes(damaged)) in expected, position


@pytest.mark.parametrize("digit", b"0123456789abcdefABCDEF \n\0")
def test_every_other_digit_is_a_problem(digit):
    content = sealed(b"before" + SEAL + b"after")
    begin = content.index(MARK) + len(MARK)
    for position in range(begin, begin + 64):
        changed = content[:position] + bytes([digit]) + content[position + 1 :]
        assert (problem(changed) == "") is (content[position] == digit), position


@pytest.mark.parametrize("kind", [result, checkpoint])
def test_a_file_that_is_cut_or_longer_is_a_problem(tmp_path, kind):
    content = kind(tmp_path / "a.h5").read_bytes()
    for kept in range(0, len(content), 37):
        assert problem(content[:kept]), kept
    assert problem(content[:-1]) == problem(content + b"\0") == DAMAGED
    assert problem(content[1:]) == problem(b"\0" + content) == DAMAGED


@pytest.mark.parametrize("content", [b"", b"time,rate\n", SEAL[:-1], hdf5(seals=0), MARK * 3])
def test_a_file_without_a_seal_is_of_another_program(content):
    assert problem(content) == FOREIGN


def test_an_empty_seal_is_no_seal():
    assert problem(SEAL) == problem(hdf5()) == DAMAGED


# Sealing


def test_a_seal_changes_its_own_digits_alone():
    content = hdf5(attributes=3)
    found = sealed(content)
    begin = content.index(MARK) + len(MARK)
    assert problem(found) == ""
    assert len(found) == len(content)
    assert found[:begin] == content[:begin]
    assert found[begin + 64 :] == content[begin + 64 :]
    with h5py.File(io.BytesIO(found)) as file:
        assert file.attrs[ATTRIBUTE].encode() == found[begin - len(MARK) : begin + 64]


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"\x89HDF", MARK, SEAL[:-1]),
        *(SEAL + SEAL, SEAL + b"between" + sealed(SEAL), sealed(SEAL), MARK + b"1" * 64),
        *(hdf5(seals=0), hdf5(seals=2), sealed(hdf5())),
    ],
)
def test_one_empty_seal_is_needed(content):
    with pytest.raises(ValueError):  # noqa: PT011 # of whatever words: it is never a user's error
        sealed(content)


def test_what_looks_like_a_seal_in_a_result_is_refused(tmp_path):
    # It could be taken for the file's own.
    written = contract(0)
    fake = values() | {"label": [SEAL.decode()] * 3}
    with pytest.raises(ValueError, match="one empty seal"):
        store.write(tmp_path / "a.h5", store.dataset(written, fake), written, PROVENANCE)
    assert not (tmp_path / "a.h5").exists()


@pytest.mark.parametrize("attributes", [0, 7, 8, 9, 50])
@pytest.mark.parametrize("options", [{}, {"track_order": True}, {"libver": ("v110", "v110")}])
def test_the_seal_breaks_no_checksum_of_hdf5(attributes, options):
    # With more than eight attributes, HDF5 keeps them in a heap with checksums.
    content = sealed(hdf5(attributes=attributes, **options))
    with h5py.File(io.BytesIO(content)) as file:
        assert problem(content) == ""
        found = dict(file.attrs)
        assert found.pop(ATTRIBUTE).encode() in content
        assert found == {f"a{number}": number for number in range(attributes)}


def test_a_file_asks_for_its_seal():
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        file.attrs["more"] = "text"
        add_seal(file)
    assert problem(sealed(content.getvalue())) == ""


# Other programs


@pytest.mark.parametrize("mode", ["a", "r+", "r"])
@pytest.mark.parametrize("notes", range(21))
def test_opening_a_result_changes_no_byte(tmp_path, mode, notes):
    path = result(tmp_path / "a.h5", notes)
    content = path.read_bytes()
    assert problem(content) == ""
    with h5py.File(path, mode) as file:
        assert len(file.attrs) >= 11 + notes
    assert path.read_bytes() == content


@pytest.mark.parametrize("mode", ["a", "r+"])
@pytest.mark.parametrize("length", [1, 200, 3000])
def test_opening_a_large_result_changes_no_byte(tmp_path, mode, length):
    # Its text fills many heaps of HDF5.
    path = result(tmp_path / "a.h5", length=length)
    content = path.read_bytes()
    with h5py.File(path, mode) as file:
        assert file["label"].asstr()[-1] == f"Höhe {length - 1} ✓"
    assert path.read_bytes() == content
    assert problem(content) == ""


@pytest.mark.parametrize("mode", ["a", "r+"])
@pytest.mark.parametrize("arrays", [0, 1, 40])
def test_opening_a_checkpoint_changes_no_byte(tmp_path, mode, arrays):
    path = checkpoint(tmp_path / "a.h5", arrays)
    content = path.read_bytes()
    with h5py.File(path, mode):
        pass
    assert path.read_bytes() == content
    assert problem(content) == ""


def test_a_change_by_another_program_is_damage(tmp_path):
    path = result(tmp_path / "a.h5")
    with h5py.File(path, "a") as file:
        file["x"][0, 0] += 1
    assert problem(path.read_bytes()) == DAMAGED


@pytest.mark.parametrize("notes", [0, 3, 20])
@pytest.mark.parametrize("engine", ["h5netcdf", None])
def test_xarray_opens_a_sealed_result(tmp_path, notes, engine):
    path = result(tmp_path / "a.h5", notes)
    content = path.read_bytes()
    with xr.open_dataset(path, engine=engine) as found:
        assert found["muscle"].values.tolist() == values()["muscle"]
        np.testing.assert_array_equal(found["x"], values()["x"])
        assert found.attrs[ATTRIBUTE].startswith(MARK.decode())
        assert sum(name.startswith("note_") for name in found.attrs) == notes
    assert path.read_bytes() == content
