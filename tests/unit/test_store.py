import os
import signal
import subprocess
import sys
import textwrap

import h5py
import numpy as np
import pytest
import xarray as xr

from corticomotor.runtime import store
from corticomotor.runtime.contracts import Contract, Variable
from corticomotor.runtime.errors import DivergenceError, InputError

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
COORDINATES = {
    "neuron": np.arange(0, 240, 2),
    "time": np.arange(100) / 400,
    "network": ["FF", "FFH"],
}
PROVENANCE = {
    "settings": {"seed": 1, "circuit": {"neurons": 200, "baseline_rate_hz": 20.0}},
    "seed": 1,
    "replicate": 3,
    "code": "0123456789abcdef",
    "versions": {"numpy": "2.4", "python": "3.11"},
    "inputs": {"emg": "fedcba9876543210", "replicates": ["a", "b"]},
}


def values(**changed):
    rng = np.random.default_rng(0)
    return {
        "rate": rng.normal(size=(120, 100)),
        "eigenvalue": rng.normal(size=120) + 1j * rng.normal(size=120),
        "inhibitory": rng.random(120) < 0.5,
        "correlation": np.array([0.5, np.nan], dtype=np.float32),
        "iterations": 7,
        "label": ["free", "Höhe ✓"],
    } | changed


def circuit(**changed):
    return store.dataset(CIRCUIT, values(**changed), COORDINATES)


def changed_contract(**changed):
    return Contract(CIRCUIT.stage, {**CIRCUIT.variables, **changed}, CIRCUIT.coordinates)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "results" / "circuit" / "replicate-3.h5"


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
    assert built["rate"].dims == ("neuron", "time")
    assert built["rate"].attrs == {"units": "Hz", "long_name": "firing rate"}
    assert built["time"].attrs == {"units": "s", "long_name": "time from movement onset"}
    assert list(built.coords) == ["neuron", "time", "network"]


@pytest.mark.parametrize(
    ("changed", "coordinates", "message"),
    [
        ({"rate": np.zeros((100, 120))}, {}, r"rate .* shape \(120, 100\) .* found \(100, 120\)"),
        ({"rate": np.zeros(120)}, {}, r"rate .* shape \(120, 100\) .* found \(120,\)"),
        ({"iterations": [7]}, {}, r"iterations .* shape \(\) .* found \(1,\)"),
        ({"gain": 1.0}, {}, r"expected \['correlation', .* found .*'gain'"),
        ({}, {"time": np.zeros((100, 1))}, r"time .* shape \(100,\) .* found \(100, 1\)"),
        ({}, {"muscle": [1]}, r"expected \['network', 'neuron', 'time'\], found .*'muscle'"),
        ({"label": np.array(["a", 1], dtype=object)}, {}, "label must hold .* found object"),
        ({"inhibitory": np.zeros(120, np.float16)}, {}, "inhibitory must hold .* found float16"),
    ],
)
def test_dataset_refuses_what_does_not_fit(changed, coordinates, message):
    with pytest.raises(ValueError, match=f"circuit: {message}"):
        store.dataset(CIRCUIT, values(**changed), COORDINATES | coordinates)


@pytest.mark.parametrize("part", ["values", "coordinates"])
def test_dataset_refuses_a_missing_name(part):
    given = {"values": values(), "coordinates": dict(COORDINATES)}
    del given[part][min(given[part])]
    with pytest.raises(ValueError, match="circuit: expected "):
        store.dataset(CIRCUIT, **given)


def test_contract_needs_a_coordinate_for_each_dimension():
    with pytest.raises(ValueError, match=r"circuit: gain has the dimensions \('muscle',\)"):
        changed_contract(gain=Variable(("muscle",), "1", "gain"))
    with pytest.raises(ValueError, match="circuit: time has the dimensions"):
        changed_contract(time=Variable(("time",), "1", "a variable named like a dimension"))


def test_round_trip_keeps_everything(written):
    found = store.read(written, CIRCUIT)
    expected = circuit()
    assert found.drop_attrs(deep=False).identical(expected)
    for name in expected.variables:
        assert found[name].dtype == expected[name].dtype, name
    assert not list(written.parent.glob(".*"))


def test_result_is_in_memory(written):
    found = store.read(written, CIRCUIT)
    written.unlink()
    assert np.array_equal(found["rate"], values()["rate"])


def test_attributes_tell_the_provenance(written):
    assert store.attributes(written) == {"stage": "circuit"} | PROVENANCE


def test_empty_dimension_round_trips(path):
    none = Contract("none", {"x": Variable(("muscle",), "1", "x")}, {"muscle": ("1", "muscle")})
    built = store.dataset(none, {"x": np.zeros(0)}, {"muscle": np.arange(0)})
    store.write(path, built, none, PROVENANCE)
    assert store.read(path, none)["x"].shape == (0,)


def test_plain_xarray_and_h5py_read_the_file(written):
    with xr.open_dataset(written) as found:
        assert found.drop_attrs(deep=False).identical(circuit())
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
        built = t.store.dataset(t.CIRCUIT, given, dict(reversed(t.COORDINATES.items())))
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
    with pytest.raises(ValueError, match="stage circuit: rate missing"):
        store.write(path, circuit().drop_vars("rate"), CIRCUIT, PROVENANCE)
    with pytest.raises(ValueError, match=r"provenance must hold .*'code'.* found"):
        store.write(path, circuit(), CIRCUIT, {"seed": 1})
    assert not path.parent.exists()


def test_failed_write_leaves_the_old_file_and_nothing_else(written, monkeypatch):
    before = written.read_bytes()

    def full_disk(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
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
        assert len(list(path.parent.glob(f".{path.name}.{writer.pid}.tmp"))) == 1
        writer.send_signal(signal.SIGKILL)
    if old:
        assert int(store.read(path, CIRCUIT)["iterations"]) == 7
    else:
        assert refusal(path) == "nothing there"
    # What the killed job left hinders nobody.
    store.write(path, circuit(iterations=9), CIRCUIT, PROVENANCE)
    assert int(store.read(path, CIRCUIT)["iterations"]) == 9


def test_missing_file_is_named(path):
    assert refusal(path) == "nothing there"


def test_folder_is_named(path):
    path.mkdir(parents=True)
    assert refusal(path) == "that it cannot be read: Is a directory"


@pytest.mark.parametrize("content", [b"", b"\x89HDF", b"time,rate\n0,1\n"])
def test_file_that_is_not_hdf5_is_named(written, content):
    written.write_bytes(content)
    assert refusal(written) == "one that is not HDF5"


@pytest.mark.parametrize("kept", [8, 100, 5000, -73, -72, -1])
def test_truncated_file_is_named(written, kept):
    written.write_bytes(written.read_bytes()[:kept])
    assert (
        refusal(written)
        == "one that is cut short or made by another program: delete it to have it made again"
    )


def test_file_of_another_program_is_named(path):
    path.parent.mkdir(parents=True)
    circuit().to_netcdf(path, engine="h5netcdf")
    assert (
        refusal(path)
        == "one that is cut short or made by another program: delete it to have it made again"
    )


def test_any_flipped_bit_is_found(written):
    content = written.read_bytes()
    rng = np.random.default_rng(0)
    for position in [8, len(content) - 1, *rng.integers(8, len(content) - 72, 200)]:
        damaged = bytearray(content)
        damaged[position] ^= 1 << int(rng.integers(8))
        written.write_bytes(damaged)
        assert (
            refusal(written)
            == "one that is damaged: its SHA-256 does not match: delete it to have it made again"
        )


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
    with pytest.raises(InputError, match="expected the file of a stage, found one that is cut"):
        store.attributes(written)
