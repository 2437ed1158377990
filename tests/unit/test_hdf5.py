import ctypes
import io
import os
import sys

import h5py
import numpy as np
import pytest

from corticomotor.motor_cortex.recordings import read_recording
from corticomotor.motor_cortex.settings import Recording
from corticomotor.runtime import hdf5, sealing, store
from corticomotor.runtime.contracts import Contract, Variable
from corticomotor.runtime.errors import InputError

SHAPE = (3, 40, 2)
SECRET = np.random.default_rng(0).random(SHAPE)
STAGE = Contract(
    "any",
    {"emg": Variable(("reach", "time", "muscle"), "1", "EMG")},
    {name: ("1", name) for name in ("reach", "time", "muscle")},
)
PROVENANCE = {
    **{"settings": {}, "versions": {}, "inputs": {}, "seed": 1, "replicate": 1},
    **{"code": "x", "told": "y", "identity": "z"},
}


class Watch:
    """Tells whether files were opened, by whatever library (inotify)."""

    IN_ACCESS, IN_OPEN = 0x1, 0x20

    def __init__(self, *paths):
        libc = ctypes.CDLL(None, use_errno=True)
        self._events = libc.inotify_init1(os.O_NONBLOCK)
        for path in paths:
            wanted = self.IN_ACCESS | self.IN_OPEN
            assert libc.inotify_add_watch(self._events, os.fsencode(path), wanted) > 0

    def anything(self):
        try:
            return bool(os.read(self._events, 4096))
        except BlockingIOError:
            return False

    def close(self):
        os.close(self._events)


@pytest.fixture
def outside(tmp_path):
    """Folder with files that nobody may open."""
    folder = tmp_path / "outside"
    folder.mkdir()
    with h5py.File(folder / "emg.h5", "w") as file:
        file.create_dataset("emg", data=SECRET, maxshape=(None, 40, 2))
    for name in ("emg.raw", "emg-0.h5"):
        (folder / name).write_bytes(
            SECRET.tobytes() if name == "emg.raw" else (folder / "emg.h5").read_bytes()
        )
    return folder


@pytest.fixture
def watch(outside):
    if not sys.platform.startswith("linux"):
        pytest.skip("who opens a file is told by inotify, which Linux has")
    found = Watch(*outside.iterdir())
    yield found
    found.close()


def external_storage(file, name, outside):
    raw = [(str(outside / "emg.raw"), 0, SECRET.nbytes)]
    file.create_dataset(name, shape=SHAPE, dtype="f8", external=raw)


def external_link(file, name, outside):
    file[name] = h5py.ExternalLink(str(outside / "emg.h5"), "/emg")


def soft_link_to_an_external_one(file, name, outside):
    external_link(file, "elsewhere", outside)
    file[name] = h5py.SoftLink("soft")
    file["soft"] = h5py.SoftLink("/elsewhere")


def soft_link_to_external_storage(file, name, outside):
    external_storage(file, "elsewhere", outside)
    file[name] = h5py.SoftLink(".//elsewhere")


def soft_link_into_an_external_group(file, name, outside):
    file["elsewhere"] = h5py.ExternalLink(str(outside / "emg.h5"), "/")
    file[name] = h5py.SoftLink("/elsewhere/emg")


def hard_link_to_external_storage(file, name, outside):
    external_storage(file, "elsewhere", outside)
    file[name] = file["elsewhere"]


def virtual_dataset(file, name, outside):
    layout = h5py.VirtualLayout(SHAPE, "f8")
    layout[:] = h5py.VirtualSource(str(outside / "emg.h5"), "emg", SHAPE)
    file.create_virtual_dataset(name, layout)


def virtual_dataset_without_end(file, name, outside):
    most = (None, *SHAPE[1:])
    layout = h5py.VirtualLayout(SHAPE, "f8", maxshape=most)
    source = h5py.VirtualSource(str(outside / "emg.h5"), "emg", SHAPE, maxshape=most)
    layout[0 : h5py.h5s.UNLIMITED] = source[0 : h5py.h5s.UNLIMITED]
    file.create_virtual_dataset(name, layout)


def virtual_dataset_of_numbered_files(file, name, outside):
    space = h5py.h5s.create_simple(SHAPE, (h5py.h5s.UNLIMITED, *SHAPE[1:]))
    space.select_hyperslab((0, 0, 0), (h5py.h5s.UNLIMITED, 1, 1), SHAPE, SHAPE)
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    pattern = os.fsencode(outside / "emg-%b.h5")
    creation.set_virtual(space, pattern, b"emg", h5py.h5s.create_simple(SHAPE))
    h5py.h5d.create(file.id, name.encode(), h5py.h5t.IEEE_F64LE, space, creation)


MECHANISMS = {
    external_storage: ("external storage", "emg.raw"),
    external_link: ("an external link", "outside/emg.h5"),
    soft_link_to_an_external_one: ("an external link", "outside/emg.h5"),
    soft_link_to_external_storage: ("external storage", "emg.raw"),
    soft_link_into_an_external_group: ("an external link", "outside/emg.h5"),
    hard_link_to_external_storage: ("external storage", "emg.raw"),
    virtual_dataset: ("a virtual dataset", "other datasets"),
    virtual_dataset_without_end: ("a virtual dataset", "other datasets"),
    virtual_dataset_of_numbered_files: ("a virtual dataset", "other datasets"),
}
each_mechanism = pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda f: f.__name__)


def recording(path, variable="emg"):
    return Recording(path=str(path), variable=variable, dimensions=["reach", "time", "muscle"])


def leading_out(path, mechanism, outside):
    userblock = 512 if path.suffix == ".mat" else 0
    with h5py.File(path, "w", userblock_size=userblock) as file:
        file["own"] = SECRET
        mechanism(file, "emg", outside)
    if userblock:
        with path.open("r+b") as file:
            file.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM")


def refuse(path, expected, variable="emg"):
    with pytest.raises(InputError) as caught:
        read_recording(recording(path, variable))
    message = str(caught.value)
    assert message.splitlines() == [message]
    for part in ("recording.path: expected a file that holds its values itself", *expected):
        assert part in message
    assert str(path) in message


@each_mechanism
@pytest.mark.parametrize("name", ["emg.h5", "emg.hdf5", "emg.nc", "emg.mat"])
def test_no_recording_reads_another_file(tmp_path, outside, watch, mechanism, name):
    path = tmp_path / name
    leading_out(path, mechanism, outside)
    watch.anything()

    refuse(path, MECHANISMS[mechanism])

    assert not watch.anything()


@each_mechanism
def test_the_search_for_names_opens_no_other_file(tmp_path, outside, watch, mechanism):
    leading_out(tmp_path / "emg.h5", mechanism, outside)
    watch.anything()

    with pytest.raises(InputError, match=r"recording\.variable: .*own.*found 'nosuch'"):
        read_recording(recording(tmp_path / "emg.h5", "nosuch"))

    assert not watch.anything()


@pytest.mark.parametrize(
    "mechanism",
    [external_storage, external_link, virtual_dataset, virtual_dataset_of_numbered_files],
)
def test_the_traps_work(tmp_path, outside, watch, mechanism):
    # Who reads without looking gets what lies outside, and is seen.
    leading_out(tmp_path / "emg.h5", mechanism, outside)
    watch.anything()

    with h5py.File(tmp_path / "emg.h5") as file:
        np.testing.assert_array_equal(file["emg"][...], SECRET)

    assert watch.anything()


def test_a_path_through_an_external_group_is_refused(tmp_path, outside, watch):
    with h5py.File(tmp_path / "emg.h5", "w") as file:
        file["session"] = h5py.ExternalLink(str(outside / "emg.h5"), "/")

    refuse(tmp_path / "emg.h5", ["an external link", "outside/emg.h5"], "session/emg")

    assert not watch.anything()


def test_scales_that_could_lie_elsewhere_are_refused(tmp_path):
    # References of HDF5 1.12 can name another file; those of before cannot.
    with h5py.File(tmp_path / "emg.h5", "w") as file:
        file["emg"] = SECRET
        kind = h5py.h5t.vlen_create(h5py.h5t.STD_REF_DSETREG)
        space = h5py.h5s.create_simple((3,))
        h5py.h5a.create(file["emg"].id, b"DIMENSION_LIST", kind, space)

    refuse(tmp_path / "emg.h5", ["scales of 'emg'"])


def test_links_within_the_file_are_followed(tmp_path):
    with h5py.File(tmp_path / "emg.h5", "w") as file:
        file["data/session/emg"] = SECRET
        file["data/latest"] = h5py.SoftLink("session")
        file["first"] = h5py.SoftLink("/data/latest/./emg")
        file["twin"] = file["data/session/emg"]
    for name in ("first", "twin", "/data/latest/emg", "data//session/emg"):
        found = read_recording(recording(tmp_path / "emg.h5", name)).values
        np.testing.assert_array_equal(found, SECRET)


def test_soft_links_in_circles_and_to_nowhere(tmp_path):
    with h5py.File(tmp_path / "emg.h5", "w") as file:
        file["a"], file["b"] = h5py.SoftLink("/b"), h5py.SoftLink("/a")
        file["nowhere"] = h5py.SoftLink("/group/emg")

    refuse(tmp_path / "emg.h5", ["soft links at 'a' that lead on and on"], "a")
    with pytest.raises(InputError, match="'nowhere'"):
        read_recording(recording(tmp_path / "emg.h5", "nowhere"))


@each_mechanism
def test_no_result_reads_another_file(tmp_path, outside, watch, mechanism):
    path = tmp_path / "replicate-1.h5"
    axes = {name: np.arange(n) for name, n in zip(STAGE.coordinates, SHAPE, strict=True)}
    store.write(path, store.dataset(STAGE, {"emg": SECRET, **axes}), STAGE, PROVENANCE)
    changed = io.BytesIO(path.read_bytes())
    with h5py.File(changed, "r+") as file:
        seal = file.attrs[sealing.ATTRIBUTE]
        del file["emg"]
        mechanism(file, "emg", outside)
    # Anyone can seal a file.
    digits = seal.rpartition(" ")[2].encode()
    path.write_bytes(sealing.sealed(changed.getvalue().replace(digits, b"0" * len(digits))))
    watch.anything()

    with pytest.raises(InputError) as caught:
        store.read(path, STAGE)

    assert not watch.anything()
    message = str(caught.value)
    assert message.startswith(f"{path}: expected a file of stage any, found ")
    for part in MECHANISMS[mechanism]:
        assert part in message


@pytest.mark.parametrize("userblock", [0, 512, 1024, 8192])
def test_hdf5_is_known_by_its_bytes(tmp_path, userblock):
    with h5py.File(tmp_path / "a.h5", "w", userblock_size=userblock) as file:
        file["emg"] = SECRET
    content = (tmp_path / "a.h5").read_bytes()
    assert hdf5.is_hdf5(io.BytesIO(content))
    assert not hdf5.is_hdf5(io.BytesIO(content[:userblock]))
    assert not hdf5.is_hdf5(io.BytesIO(b"x" + content))


def test_a_recording_is_read_where_locks_fail(tmp_path):
    fcntl = pytest.importorskip("fcntl")
    leading_out(tmp_path / "emg.h5", lambda *_: None, tmp_path)
    with (tmp_path / "emg.h5").open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        found = read_recording(recording(tmp_path / "emg.h5", "own")).values
        np.testing.assert_array_equal(found, SECRET)
        with pytest.raises(BlockingIOError):
            h5py.File(tmp_path / "emg.h5", "r", locking=True)
