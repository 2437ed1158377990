import hashlib
import io
import os
import signal
import struct
import subprocess
import sys
import textwrap
from dataclasses import FrozenInstanceError, replace

import h5py
import numpy as np
import pytest
import xarray as xr

from corticomotor.runtime import sealing, store
from corticomotor.runtime.contracts import Contract, Variable, contract_of
from corticomotor.runtime.errors import DivergenceError, InputError
from corticomotor.runtime.files import remove_leftovers

CIRCUIT = Contract(
    "circuit",
    {
        "rate": Variable(("neuron", "time"), "Hz", "firing rate"),
        "eigenvalue": Variable(("neuron",), "1", "eigenvalue of W"),
        "inhibitory": Variable(("neuron",), "1", "whether a neuron is inhibitory"),
        "correlation": Variable(("network",), "1", "canonical correlation", may_be_missing=True),
        "iterations": Variable((), "1", "iterations done"),
        "label": Variable(("network",), "1", "what to print"),
    },
    {
        "neuron": ("1", "neuron number"),
        "time": ("s", "time from movement onset"),
        "network": ("1", "kind of network"),
    },
)
PROVENANCE = {
    "settings": {"seed": 1, "circuit": {"neurons": 200, "baseline_rate_hz": 20.0}},
    "seed": 1,
    "replicate": 3,
    "code": "0123456789abcdef",
    "told": "89abcdef01234567",
    "versions": {"numpy": "2.4", "python": "3.11"},
    "inputs": {"emg": [["fedcba9876543210", "01"]], "replicates": [["a", "1"], ["b", "2"]]},
    "identity": "76543210fedcba98",
}


def values(**changed):
    rng = np.random.default_rng(0)
    return {
        "neuron": np.arange(0, 240, 2),
        "time": np.arange(100) / 400,
        "network": ["FF", "FFH"],
        "rate": rng.normal(size=(120, 100)),
        "eigenvalue": rng.normal(size=120) + 1j * rng.normal(size=120),
        "inhibitory": rng.random(120) < 0.5,
        "correlation": np.array([0.5, np.nan], dtype=np.float32),
        "iterations": 7,
        "label": ["free", "Höhe ✓"],
    } | changed


def circuit(**changed):
    return store.dataset(CIRCUIT, values(**changed))


def changed_contract(**changed):
    return Contract(CIRCUIT.stage, {**CIRCUIT.variables, **changed}, CIRCUIT.coordinates)


def assert_equal(found, expected):
    assert set(found) == set(expected)
    for name, array in found.items():
        other = expected[name]
        assert (array.dims, array.units) == (other.dims, other.units), name
        assert array.long_name == other.long_name, name
        assert array.values.dtype == other.values.dtype, name
        np.testing.assert_array_equal(array.values, other.values, strict=True)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "results" / "circuit" / "replicate-3.h5"


def test_notes_are_attributes_of_the_file(path):
    told = {"equation": "x' = -x + W tanh(x)", "integration": "forward Euler"}
    contract = Contract("circuit", CIRCUIT.variables, CIRCUIT.coordinates, told)

    store.write(path, circuit(), contract, PROVENANCE)

    assert contract_of(contract.as_values()) == contract
    with xr.open_dataset(path, engine="h5netcdf") as found:
        assert {name: found.attrs[name] for name in told} == told
    assert_equal(store.read(path, contract), circuit())


def test_notes_do_not_hide_what_a_file_was_made_with():
    with pytest.raises(ValueError, match="settings"):
        Contract("circuit", CIRCUIT.variables, CIRCUIT.coordinates, {"settings": "none"})


@pytest.fixture
def written(path):
    store.write(path, circuit(), CIRCUIT, PROVENANCE)
    return path


def refusal(path, contract=CIRCUIT):
    with pytest.raises(InputError) as caught:
        store.read(path, contract)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{path}: expected a file of stage circuit, found ")
    return message.partition(", found ")[2]


def test_dataset_takes_names_and_units_from_the_contract():
    built = circuit()
    rate, time = built["rate"], built["time"]
    assert (rate.dims, rate.units, rate.long_name) == (("neuron", "time"), "Hz", "firing rate")
    assert (time.dims, time.units, time.long_name) == (("time",), "s", "time from movement onset")
    assert list(built) == list(CIRCUIT.layout)
    assert built.sizes == {"neuron": 120, "time": 100, "network": 2}


def test_dataset_is_a_mapping_to_arrays_that_numpy_takes():
    built = circuit()
    rate = built["rate"]
    assert "rate" in built
    assert "gain" not in built
    assert len(built) == len(CIRCUIT.layout)
    assert (rate.shape, rate.size, len(rate)) == ((120, 100), 12000, 120)
    assert rate.sizes == {"neuron": 120, "time": 100}
    assert np.asarray(rate) is rate.values
    assert np.asarray(rate, dtype=np.float32).dtype == np.float32
    copied = np.array(rate)
    assert np.array_equal(copied, rate.values)
    assert not np.shares_memory(copied, rate.values)
    assert (int(built["iterations"]), float(built["iterations"])) == (7, 7.0)


def test_dataset_refuses_changes():
    built = circuit()
    with pytest.raises(TypeError, match="item assignment"):
        built["rate"] = built["time"]
    with pytest.raises(FrozenInstanceError):
        built["rate"].units = "kHz"


def test_xarray_gets_everything():
    built = circuit()
    found = built.to_xarray()
    assert list(found.coords) == list(CIRCUIT.coordinates)
    assert list(found.data_vars) == list(CIRCUIT.variables)
    for name, array in built.items():
        assert found[name].dims == array.dims
        assert found[name].attrs == {"units": array.units, "long_name": array.long_name}
        np.testing.assert_array_equal(found[name].values, array.values, strict=True)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"rate": np.zeros((100, 120))}, r"rate .* shape \(120, 100\) .* found \(100, 120\)"),
        ({"rate": np.zeros(120)}, r"rate .* shape \(120, 100\) .* found \(120,\)"),
        ({"iterations": [7]}, r"iterations .* shape \(\) .* found \(1,\)"),
        ({"gain": 1.0}, r"expected \['correlation', .* found .*'gain'"),
        ({"time": np.zeros((100, 1))}, r"time .* shape \(100,\) .* found \(100, 1\)"),
        ({"muscle": [1]}, r"expected \[.*'network', 'neuron', .*\], found .*'muscle'"),
        ({"label": np.array(["a", 1], dtype=object)}, "label must hold .* found object"),
        ({"inhibitory": np.zeros(120, np.float16)}, "inhibitory must hold .* found float16"),
    ],
)
def test_dataset_refuses_what_does_not_fit(changed, message):
    with pytest.raises(ValueError, match=f"circuit: {message}"):
        circuit(**changed)


@pytest.mark.parametrize("name", ["rate", "time"])
def test_dataset_refuses_a_missing_name(name):
    given = values()
    del given[name]
    with pytest.raises(ValueError, match="circuit: expected "):
        store.dataset(CIRCUIT, given)


def test_contract_needs_a_coordinate_for_each_dimension():
    with pytest.raises(ValueError, match=r"circuit: gain has the dimensions \('muscle',\)"):
        changed_contract(gain=Variable(("muscle",), "1", "gain"))
    with pytest.raises(ValueError, match="circuit: time has the dimensions"):
        changed_contract(time=Variable(("time",), "1", "a variable named like a dimension"))


def test_round_trip_keeps_everything(written):
    assert_equal(store.read(written, CIRCUIT), circuit())
    assert not list(written.parent.glob(".*"))


@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (3, 0), (5,), (2, 3), (30, 50, 10)])
@pytest.mark.parametrize("dtype", ["?", "i1", "u2", "i4", "i8", "f4", "f8", "c8", "c16", "U3"])
def test_every_type_and_shape_round_trips(path, dtype, shape):
    dims = ("a", "b", "c")[: len(shape)]
    contract = Contract(
        "any", {"x": Variable(dims, "1", "x")}, {dim: ("1", f"axis {dim}") for dim in dims}
    )
    drawn = np.random.default_rng(0).integers(0, 100, shape)
    axes = {dim: np.arange(length) for dim, length in zip(dims, shape, strict=True)}
    built = store.dataset(contract, axes | {"x": drawn.astype(dtype)})
    store.write(path, built, contract, PROVENANCE)
    found = store.read(path, contract)
    if dtype == "U3":
        dtype = "U2" if drawn.size else "U1"  # text is as wide as it must be
    assert found["x"].values.dtype == dtype
    assert found.sizes == dict(zip(dims, shape, strict=True))
    np.testing.assert_array_equal(found["x"].values, built["x"].values)
    with xr.open_dataset(path) as by_xarray:
        xr.testing.assert_identical(by_xarray.drop_attrs(deep=False), built.to_xarray())
        assert by_xarray["x"].dtype == dtype


def test_text_coordinate_without_entries_round_trips(path):
    none = Contract("none", {"x": Variable(("muscle",), "1", "x")}, {"muscle": ("1", "muscle")})
    built = store.dataset(none, {"x": np.zeros(0), "muscle": np.array([], dtype=str)})
    store.write(path, built, none, PROVENANCE)
    assert_equal(store.read(path, none), built)


def test_file_is_what_xarray_would_write(written, tmp_path):
    other = tmp_path / "xarray.h5"
    circuit().to_xarray().assign_attrs(stage="circuit", seed=1).to_netcdf(
        other, engine="h5netcdf", encoding={name: {"_FillValue": None} for name in CIRCUIT.layout}
    )
    with xr.open_dataset(written) as found, xr.open_dataset(other) as expected:
        xr.testing.assert_identical(found.drop_attrs(deep=False), expected.drop_attrs(deep=False))
        assert {name: found.attrs[name] for name in expected.attrs} == expected.attrs
        assert list(found.data_vars) == list(expected.data_vars)
        assert list(found.coords) == list(expected.coords)
        for name in CIRCUIT.layout:
            assert found[name].dtype == expected[name].dtype, name
    with h5py.File(written) as found, h5py.File(other) as expected:
        assert_equal_stored(found, expected)


def assert_equal_stored(found, expected):
    for name in CIRCUIT.layout:
        one, other = found[name], expected[name]
        assert (one.dtype, one.is_scale) == (other.dtype, other.is_scale), name
        np.testing.assert_array_equal(one[()], other[()], strict=True)
        scales = [[scale.name for scale in dim.values()] for dim in one.dims]
        assert scales == [[scale.name for scale in dim.values()] for dim in other.dims], name
        attributes = [
            {key: each.attrs[key] for key in ("units", "long_name", "dtype") if key in each.attrs}
            for each in (one, other)
        ]
        assert attributes[0] == attributes[1], name


def test_result_is_in_memory(written):
    found = store.read(written, CIRCUIT)
    written.unlink()
    assert np.array_equal(found["rate"], values()["rate"])


def test_attributes_tell_the_provenance(written):
    found = store.attributes(written)
    assert len(found.pop("data")) == 16
    assert found == {"stage": "circuit"} | PROVENANCE


def test_plain_xarray_and_h5py_read_the_file(written):
    with xr.open_dataset(written) as found:
        assert found.drop_attrs(deep=False).identical(circuit().to_xarray())
        assert found.attrs["seed"] == 1
    with h5py.File(written) as file:
        assert np.array_equal(file["rate"][:], values()["rate"])
        assert file["rate"].attrs["units"] == "Hz"
        assert file["network"].asstr()[:].tolist() == ["FF", "FFH"]
        assert file["rate"].dims[1][0].name == "/time"


def test_large_variables_are_compressed_and_small_ones_are_not(written):
    with h5py.File(written) as file:
        assert (file["rate"].compression, file["rate"].shuffle) == ("gzip", True)
        assert file["eigenvalue"].compression is None


def test_same_content_gives_the_same_bytes_in_another_process(written, tmp_path):
    code = """
        import sys, time
        import numpy as np
        sys.path[:0] = sys.argv[2:]
        import test_store as t
        given = t.values()
        given = dict(reversed(given.items())) | {"rate": np.asfortranarray(given["rate"])}
        provenance = {k: dict(reversed(v.items())) if isinstance(v, dict) else v
                      for k, v in reversed(t.PROVENANCE.items())}
        time.sleep(1.1)  # file formats count in seconds
        built = t.store.dataset(t.CIRCUIT, given)
        t.store.write(sys.argv[1], built, t.CIRCUIT, provenance)
    """
    other = tmp_path / "other.h5"
    # Fills fresh memory with a pattern: bytes that nothing has set would show.
    environment = os.environ | {"MALLOC_PERTURB_": "85", "PYTHONHASHSEED": "1"}
    subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), other, os.path.dirname(__file__), *sys.path],
        env=environment,
        check=True,
    )
    assert other.read_bytes() == written.read_bytes()


def test_written_dataset_can_be_read_and_written_again(written, tmp_path):
    store.write(tmp_path / "again.h5", store.read(written, CIRCUIT), CIRCUIT, PROVENANCE)
    assert (tmp_path / "again.h5").read_bytes() == written.read_bytes()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_non_finite_values_are_refused(path, value):
    rate = values()["rate"]
    rate[3, 4] = value
    with pytest.raises(
        DivergenceError, match=r"stage circuit: 1 of 12000 values of rate .*/replicate-3\.h5"
    ):
        store.write(path, circuit(rate=rate), CIRCUIT, PROVENANCE)
    assert not path.exists()


def test_wrong_dataset_or_provenance_is_not_written(path):
    less = store.Dataset({name: array for name, array in circuit().items() if name != "rate"})
    with pytest.raises(ValueError, match="stage circuit: rate missing"):
        store.write(path, less, CIRCUIT, PROVENANCE)
    with pytest.raises(ValueError, match=r"provenance must hold .*'code'.* found"):
        store.write(path, circuit(), CIRCUIT, {"seed": 1})
    assert not path.parent.exists()


def test_failed_write_leaves_the_old_file_and_nothing_else(written, monkeypatch):
    before = written.read_bytes()

    def full_disk(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(InputError, match="No space left"):
        store.write(written, circuit(iterations=8), CIRCUIT, PROVENANCE)
    assert list(written.parent.iterdir()) == [written]
    assert written.read_bytes() == before


WRITER = """
import os, sys, time
sys.path[:0] = sys.argv[2:]
import test_store as t
def blocked(descriptor):
    print("written, not renamed", flush=True)
    time.sleep(60)
os.fsync = blocked
t.store.write(sys.argv[1], t.circuit(iterations=8), t.CIRCUIT, t.PROVENANCE)
"""


@pytest.mark.parametrize("old", [True, False])
def test_killed_write_leaves_the_old_file_or_none(path, old):
    if old:
        store.write(path, circuit(), CIRCUIT, PROVENANCE)
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, path, os.path.dirname(__file__), *sys.path],
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout.readline() == "written, not renamed\n"
        assert len(list(path.parent.glob(f".{path.name}.*.{writer.pid}.*.tmp"))) == 1
        remove_leftovers(path.parent.parent)
        assert len(list(path.parent.glob(".*.tmp"))) == 1
        writer.send_signal(signal.SIGKILL)
    if old:
        assert int(store.read(path, CIRCUIT)["iterations"]) == 7
    else:
        assert refusal(path) == "nothing there"
    # What the killed job left hinders nobody, and goes at the next start.
    store.write(path, circuit(iterations=9), CIRCUIT, PROVENANCE)
    assert int(store.read(path, CIRCUIT)["iterations"]) == 9
    assert len(list(path.parent.glob(".*.tmp"))) == 1
    remove_leftovers(path.parent.parent)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_missing_file_is_named(path):
    assert refusal(path) == "nothing there"


def test_folder_is_named(path):
    path.mkdir(parents=True)
    assert refusal(path) == "that it cannot be read: Is a directory"


@pytest.mark.parametrize("content", [b"", b"\x89HDF", b"time,rate\n0,1\n"])
def test_file_that_is_not_hdf5_is_named(written, content):
    written.write_bytes(content)
    assert refusal(written) == "one that is not HDF5"


# The seal may be in what is left of a file, or not.
NOT_AS_SEALED = (
    "one that is damaged: its SHA-256 does not match: delete it to have it made again",
    "one that is cut short or made by another program: delete it to have it made again",
)


@pytest.mark.parametrize("kept", [8, 100, 5000, -5000, -73, -72, -1])
def test_truncated_file_is_named(written, kept):
    written.write_bytes(written.read_bytes()[:kept])
    assert refusal(written) in NOT_AS_SEALED


def test_file_with_more_at_its_end_is_named(written):
    written.write_bytes(written.read_bytes() + b"\0")
    assert refusal(written) == NOT_AS_SEALED[0]


def test_file_of_another_program_is_named(path):
    path.parent.mkdir(parents=True)
    circuit().to_xarray().to_netcdf(path, engine="h5netcdf")
    assert (
        refusal(path)
        == "one that is cut short or made by another program: delete it to have it made again"
    )


def test_any_flipped_bit_is_found(written):
    content = written.read_bytes()
    rng = np.random.default_rng(0)
    # All positions of a smaller file: test_sealing.
    for position in [8, len(content) - 1, *rng.integers(8, len(content), 200)]:
        damaged = bytearray(content)
        damaged[position] ^= 1 << int(rng.integers(8))
        written.write_bytes(damaged)
        assert refusal(written) in NOT_AS_SEALED


def test_file_of_another_stage_is_named(path):
    other = Contract("emg", CIRCUIT.variables, CIRCUIT.coordinates)
    store.write(path, circuit(), other, PROVENANCE)
    assert refusal(path) == "stage emg"


@pytest.mark.parametrize(
    ("contract", "found"),
    [
        (changed_contract(gain=Variable((), "1", "gain")), "gain missing"),
        (
            Contract("circuit", {}, CIRCUIT.coordinates),
            "correlation, eigenvalue, inhibitory, iterations, label, rate not expected",
        ),
        (
            changed_contract(rate=Variable(("time", "neuron"), "Hz", "rate")),
            "rate must have the dimensions ('time', 'neuron'), found ('neuron', 'time')",
        ),
        (
            changed_contract(rate=Variable(("neuron", "time"), "kHz", "rate")),
            "rate must be in units of kHz, found Hz",
        ),
        (
            Contract("circuit", CIRCUIT.variables, {**CIRCUIT.coordinates, "time": ("ms", "t")}),
            "time must be in units of ms, found s",
        ),
    ],
)
def test_file_of_another_layout_is_named(written, contract, found):
    assert refusal(written, contract) == f"another layout: {found}"


def test_attributes_refuse_the_same_files(written):
    written.write_bytes(written.read_bytes()[:-1])
    with pytest.raises(InputError, match="expected the file of a stage, found one that is dam"):
        store.attributes(written)


# The digest of what a file holds


def digest(path, contract=CIRCUIT, provenance=PROVENANCE, **changed):
    store.write(path, store.dataset(contract, values(**changed)), contract, provenance)
    return store.attributes(path)["data"]


@pytest.mark.parametrize("name", PROVENANCE)
def test_the_digest_is_the_same_however_a_file_was_made(path, name):
    other = {"settings": {}, "versions": {}, "inputs": {}, "seed": 2, "replicate": 4}
    provenance = PROVENANCE | {name: other.get(name, "another")}
    before = digest(path)
    content = path.read_bytes()
    assert digest(path, provenance=provenance) == before
    assert path.read_bytes() != content


@pytest.mark.parametrize(
    "changed",
    [
        {"rate": np.asfortranarray(values()["rate"])},
        {"rate": values()["rate"].T.copy().T},
        {"rate": np.stack([values()["rate"]] * 2, axis=-1)[..., 0]},
        {"rate": values()["rate"][::-1].copy()[::-1]},
        {"rate": values()["rate"].tolist()},
        {"label": np.array(["free", "Höhe ✓"], dtype="U50")},
        {"label": np.array(["free", "Höhe ✓"], dtype="U50")[::-1].copy()[::-1]},
        {"inhibitory": values()["inhibitory"].tolist()},
        {"iterations": np.array(7)},
    ],
)
def test_the_digest_is_of_values_however_they_lie_in_memory(path, changed):
    assert digest(path, **changed) == digest(path)


def test_the_digest_of_a_dataset_made_elsewhere_is_the_same(path):
    rate = circuit()["rate"]
    transposed = replace(rate, values=np.asfortranarray(rate.values))
    built = store.Dataset({**circuit(), "rate": transposed})
    assert built["rate"].values.flags.f_contiguous
    store.write(path, built, CIRCUIT, PROVENANCE)
    assert store.attributes(path)["data"] == digest(path)


def test_the_digest_is_the_same_after_reading(written, tmp_path):
    store.write(tmp_path / "again.h5", store.read(written, CIRCUIT), CIRCUIT, PROVENANCE)
    assert store.attributes(tmp_path / "again.h5")["data"] == store.attributes(written)["data"]


def with_one(name, index, value):
    array = np.array(values()[name])
    array[index] = value
    return {name: array}


@pytest.mark.parametrize(
    "changed",
    [
        with_one("rate", (119, 99), np.nextafter(values()["rate"][-1, -1], 1)),
        with_one("rate", (0, 0), -0.0),
        with_one("eigenvalue", 5, 1j),
        with_one("inhibitory", 7, not values()["inhibitory"][7]),
        with_one("correlation", 0, np.nan),
        with_one("time", 0, 1e-9),
        {"neuron": np.arange(1, 241, 2)},
        {"network": ["FF", "FFI"]},
        {"network": ["FFH", "FF"]},
        {"label": ["free", "Höhe  ✓"]},
        {"label": ["freeH", "öhe ✓"]},
        {"label": ["", "freeHöhe ✓"]},
        {"iterations": 8},
        # Other types of the same values.
        {"iterations": np.int32(7)},
        {"iterations": 7.0},
        {"iterations": np.array(7, dtype=">i8")},
        {"correlation": np.array([0.5, np.nan])},
        {"inhibitory": values()["inhibitory"].astype(np.int8)},
        {"network": [1, 2]},
        # Another shape of the same bytes.
        {"rate": values()["rate"].reshape(100, 120), "neuron": np.arange(0, 200, 2)}
        | {"time": np.arange(120) / 400, "eigenvalue": np.zeros(100), "inhibitory": [False] * 100},
    ],
)
def test_any_other_value_or_type_has_another_digest(path, changed):
    assert digest(path, **changed) != digest(path)


@pytest.mark.parametrize(
    "contract",
    [
        Contract("emg", CIRCUIT.variables, CIRCUIT.coordinates),
        *(
            Contract("circuit", CIRCUIT.variables | changed, CIRCUIT.coordinates)
            for changed in (
                {"rate": Variable(("neuron", "time"), "kHz", "firing rate")},
                {"rate": Variable(("neuron", "time"), "Hz", "rate")},
                {"label": Variable(("network",), "what to print", "1")},
            )
        ),
        *(
            Contract("circuit", CIRCUIT.variables, CIRCUIT.coordinates | changed)
            for changed in ({"time": ("ms", "time from movement onset")}, {"time": ("s", "time")})
        ),
    ],
)
def test_any_other_word_of_a_contract_has_another_digest(path, contract):
    assert digest(path, contract) != digest(path, CIRCUIT)


def test_notes_reach_no_job_that_reads_the_file_and_leave_the_digest(path):
    noted = Contract("circuit", CIRCUIT.variables, CIRCUIT.coordinates, {"equation": "x"})
    assert digest(path, noted) == digest(path, CIRCUIT)


SQUARE = {"a": ("1", "a"), "b": ("1", "b")}
EQUAL_AXES = {"a": np.arange(3), "b": np.arange(3), "x": np.ones((3, 3)), "y": np.ones(3)}


def square(path, variables, coordinates=SQUARE):
    contract = Contract("square", variables, coordinates)
    store.write(path, store.dataset(contract, EQUAL_AXES), contract, PROVENANCE)
    return store.attributes(path)["data"]


def test_other_dimensions_of_the_same_bytes_have_another_digest(path):
    found = {
        square(path, {"x": Variable(dims, "1", "x"), "y": Variable(own, "1", "x")})
        for dims in (("a", "b"), ("b", "a"))
        for own in (("a",), ("b",))
    }
    assert len(found) == 4


def test_other_names_of_the_same_bytes_have_another_digest(path):
    contracts = [
        Contract("any", {name: Variable((), "1", "a number")}, {}) for name in ("x", "y", "xy")
    ]
    found = set()
    for contract in contracts:
        [name] = contract.variables
        store.write(path, store.dataset(contract, {name: 1.0}), contract, PROVENANCE)
        found.add(store.attributes(path)["data"])
    assert len(found) == 3


def test_the_digest_of_given_values_stays_what_it_is(path):
    # Another one would have every reader of every result run again.
    one = Contract("one", {"x": Variable((), "1", "a number")}, {})
    store.write(path, store.dataset(one, {"x": 1.5}), one, PROVENANCE)
    text = '"one"' + '["x", "<f8", [], [], "1", "a number", 8]'
    expected = hashlib.sha256(text.encode() + struct.pack("<d", 1.5)).hexdigest()[:16]
    assert store.attributes(path)["data"] == expected


@pytest.mark.parametrize(
    "change",
    [
        {"told": None},
        {"data": None},
        {"identity": None},
        {"seed": None},
        {"settings": None},
        {"settings": "not JSON"},
        {"inputs": b"\xff"},
        {"seed": np.array([1, 2])},
        {"replicate": "text"},
        {"replicate": h5py.Empty("i8")},
        {"versions": np.arange(3)},
    ],
)
def test_a_sealed_file_without_its_provenance_is_refused(written, change):
    content = io.BytesIO(written.read_bytes())
    with h5py.File(content, "r+") as file:
        seal = file.attrs[sealing.ATTRIBUTE]
        for name, value in change.items():
            del file.attrs[name]
            if value is not None:
                file.attrs[name] = value
    digits = seal.rpartition(" ")[2].encode()
    written.write_bytes(sealing.sealed(content.getvalue().replace(digits, b"0" * 64)))
    with pytest.raises(InputError, match="the file of a stage, found one without its provenance"):
        store.attributes(written)
