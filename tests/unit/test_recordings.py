import pickle
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray
import yaml
from scipy.io import netcdf_file, savemat

from corticomotor.motor_cortex.movements import time_grid
from corticomotor.motor_cortex.recordings import (
    DoubtfulRecordingWarning,
    read_recording,
    recorded_emg,
    resample_recording,
)
from corticomotor.motor_cortex.settings import Emg, Recording
from corticomotor.runtime.errors import InputError, settings_named

MONKEY = Path(__file__).parents[3] / "shared/data/monkey_reach_emg.mat"
MATLAB_HEADER = b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM"


def settings(path="emg.h5", *, step_ms=2.5, **recording):
    recording = {"variable": "emg", "dimensions": ["reach", "time", "muscle"], **recording}
    return Emg(
        source="recorded",
        reaches=3,
        muscles=len(recording.get("muscles", [1, 3])),
        duration_ms=50.0,
        step_ms=step_ms,
        recording=Recording(path=str(path), **recording),
    )


def bursts(reaches=3, samples=120, muscles=4):
    """Smooth activity with another size, place and offset for each reach and muscle."""
    rng = np.random.default_rng(0)
    shape = (reaches, 1, muscles)
    time = np.arange(samples)[:, None] - rng.uniform(30, 90, shape)
    size = np.array([0.5, 3.0, 1.0, 2.0])[:muscles] * rng.uniform(0.8, 1.2, shape)
    return size * np.exp(-((time / 25) ** 2)) + rng.uniform(-1, 1, shape)


def write_h5(path, array, name="emg"):
    with h5py.File(path, "w") as file:
        file[name] = array


def write_mat73(path, array, name="emg", matlab_class="double"):
    """As MATLAB does: a header before the HDF5 content, the dimensions in reverse."""
    with h5py.File(path, "w", userblock_size=512) as file:
        file[name] = np.transpose(array)
        if matlab_class:
            file[name].attrs["MATLAB_class"] = np.bytes_(matlab_class)
    with path.open("r+b") as file:
        file.write(MATLAB_HEADER)


def write_csv(path, array, clock="sample", rate_hz=1.0, labels=None):
    reaches, samples, muscles = array.shape
    lines = [",".join(["reach", clock, *(f"m{k}" for k in range(muscles))])]
    for reach, label in enumerate(labels or range(reaches)):
        for k in range(samples):
            now = k if clock == "sample" else f"{k / rate_hz:.6f}"
            lines.append(",".join([str(label), str(now), *map(repr, array[reach, k].tolist())]))
    path.write_text("\n".join(lines) + "\n")


def write_nc(path, array, dimensions=("reach", "time", "muscle"), **encoding):
    data = xarray.Dataset({"emg": (dimensions, array)})
    data.to_netcdf(path, engine="h5netcdf", encoding={"emg": encoding})


# Reading


def test_all_formats_give_the_same_array(tmp_path):
    array = bursts()
    savemat(tmp_path / "a.mat", {"other": 1.0, "emg": array}, do_compression=True)
    write_mat73(tmp_path / "b.mat", array)
    write_h5(tmp_path / "c.h5", array)
    write_nc(tmp_path / "d.nc", array)
    write_csv(tmp_path / "e.csv", array)
    write_h5(tmp_path / "c.hdf5", array)
    write_csv(tmp_path / "f.CSV", array, clock="time_s", rate_hz=1000.0, labels=["b", "a", "c"])
    for path in sorted(tmp_path.iterdir()):
        emg = settings(path.name)
        found = read_recording(emg.recording, tmp_path).values
        np.testing.assert_array_equal(found, array, path.name)
    results = [recorded_emg(settings(path.name), tmp_path) for path in tmp_path.iterdir()]
    for activity, muscles in results[1:]:
        np.testing.assert_array_equal(activity, results[0][0])
        np.testing.assert_array_equal(muscles, results[0][1])


@pytest.mark.parametrize(
    "dimensions",
    [["muscle", "time", "reach"], ["time", "reach", "muscle"], ["muscle", "reach", "time"]],
)
def test_dimensions_tell_the_order_in_each_format(tmp_path, dimensions):
    array = bursts()
    stored = np.transpose(array, [["reach", "time", "muscle"].index(d) for d in dimensions])
    savemat(tmp_path / "a.mat", {"emg": stored})
    write_mat73(tmp_path / "b.mat", stored)
    write_h5(tmp_path / "c.h5", stored)
    write_nc(tmp_path / "d.nc", stored, dimensions)
    for path in tmp_path.iterdir():
        recording = settings(path.name, dimensions=dimensions).recording
        np.testing.assert_array_equal(read_recording(recording, tmp_path).values, array, path.name)


@pytest.mark.parametrize("dtype", ["int16", "uint8", "float32", ">f8"])
def test_other_number_types(tmp_path, dtype):
    array = (20 * bursts() + 30).astype(dtype)
    savemat(tmp_path / "a.mat", {"emg": array})
    write_h5(tmp_path / "b.h5", array)
    for name in ("a.mat", "b.h5"):
        found = read_recording(settings(name).recording, tmp_path).values
        assert found.dtype == np.float64
        np.testing.assert_array_equal(found, array.astype(float))


def test_a_variable_in_a_group(tmp_path):
    write_h5(tmp_path / "emg.h5", bursts(), "session/left/emg")
    recording = settings(variable="session/left/emg").recording
    np.testing.assert_array_equal(read_recording(recording, tmp_path).values, bursts())


def test_other_names_of_dimensions_are_accepted(tmp_path):
    write_nc(tmp_path / "emg.nc", bursts(), ("condition", "time", "channel"))
    found = read_recording(settings("emg.nc").recording, tmp_path).values
    np.testing.assert_array_equal(found, bursts())


def test_packed_netcdf_numbers_are_unpacked(tmp_path):
    packing = {"dtype": "int16", "scale_factor": -0.001, "add_offset": 2.0, "_FillValue": -32768}
    write_nc(tmp_path / "emg.nc", bursts(), **packing)
    found = read_recording(settings("emg.nc").recording, tmp_path).values
    np.testing.assert_allclose(found, bursts(), atol=0.00051)


@pytest.mark.parametrize("write", [write_mat73, lambda path, x: savemat(path, {"emg": x})])
def test_one_muscle_from_matlab_which_drops_the_last_dimension(tmp_path, write):
    array = bursts()[:, :, 0]
    write(tmp_path / "emg.mat", array.T)
    recording = settings("emg.mat", dimensions=["time", "reach", "muscle"]).recording
    found = read_recording(recording, tmp_path).values
    np.testing.assert_array_equal(found, array[:, :, None])


def test_the_home_folder_in_a_path(tmp_path, monkeypatch):
    write_h5(tmp_path / "emg.h5", bursts())
    monkeypatch.setenv("HOME", str(tmp_path))
    recorded_emg(settings("~/emg.h5"), tmp_path / "elsewhere")


def test_blank_rows_of_a_spreadsheet(tmp_path):
    write_csv(tmp_path / "emg.csv", bursts())
    with (tmp_path / "emg.csv").open("a") as file:
        file.write("\n,,,,,\n  , ,,,,\n")
    found = read_recording(settings("emg.csv").recording, tmp_path).values
    np.testing.assert_array_equal(found, bursts())


def trials(path, begins, counts, clock, step):
    """Samples that tell where they lie: the time on the clock, in steps."""
    lines = [f"reach,{clock},m0,m1"]
    for reach, (begin, count) in enumerate(zip(begins, counts, strict=True)):
        lines += [
            f"{reach},{k * step:.6f},{np.sin(k / 20 + reach)},{np.cos(k / 20)}"
            for k in begin + np.arange(count)
        ]
    path.write_text("\n".join(lines))


@pytest.mark.parametrize(("clock", "step"), [("sample", 1), ("time_s", 0.001)])
def test_trials_that_begin_and_end_at_different_times(tmp_path, clock, step):
    trials(tmp_path / "a.csv", [-40, -50, -40], [130, 140, 260], clock, step)
    trials(tmp_path / "b.csv", [0, 0, 0], [90, 90, 90], clock, step)
    found = read_recording(settings("a.csv").recording, tmp_path)
    assert found.begin_ms == pytest.approx(-50.0)
    assert found.values.shape == (3, 270, 2)
    np.testing.assert_array_equal(np.isfinite(found.values).sum(axis=1)[:, 0], [130, 140, 260])
    emg = {"muscles": [0, 1], "step_ms": 1.0}
    first, _ = recorded_emg(settings("a.csv", start_ms=30.0, **emg), tmp_path)
    second, _ = recorded_emg(settings("b.csv", start_ms=30.0, **emg), tmp_path)
    np.testing.assert_allclose(first, second, atol=1e-12)
    with pytest.raises(InputError, match="reach 0, muscle 0, sample 140, from where on reach 0"):
        recorded_emg(settings("a.csv", start_ms=60.0), tmp_path)


def test_a_window_before_the_clock_begins(tmp_path):
    trials(tmp_path / "a.csv", [40, 40, 40], [130, 140, 130], "sample", 1)
    recorded_emg(settings("a.csv", start_ms=40.0, muscles=[0, 1]), tmp_path)
    with pytest.raises(InputError, match=r"start_ms: .* 39 to 89 ms .* begins at 40 ms"):
        recorded_emg(settings("a.csv", start_ms=39.0, muscles=[0, 1]), tmp_path)


def test_the_rate_that_the_clock_has_is_named(tmp_path):
    write_csv(tmp_path / "emg.csv", bursts(samples=4000), "time_s", 1925.926)
    with pytest.raises(InputError, match=r"sampling_rate_hz: expected 1925\.926, .*found 1926 "):
        recorded_emg(settings("emg.csv", sampling_rate_hz=1926.0), tmp_path)
    recorded_emg(settings("emg.csv", sampling_rate_hz=1925.926), tmp_path)


def test_padding_behind_the_window_is_welcome(tmp_path):
    array = bursts(samples=200)
    array[0, 150:], array[1, 170:] = np.nan, np.nan
    write_h5(tmp_path / "emg.h5", array)
    activity, _ = recorded_emg(settings(start_ms=30.0), tmp_path)
    assert np.isfinite(activity).all()


def test_a_file_sends_no_control_characters_to_the_terminal(tmp_path):
    write_h5(tmp_path / "emg.h5", bursts(), name="\x1b[2Jemg")
    with pytest.raises(InputError) as caught:
        recorded_emg(settings(), tmp_path)
    assert "(\\x1b[2Jemg)" in str(caught.value)
    assert str(caught.value).isprintable()


# What is doubtful


def raw_emg(samples=200):
    """Noise between 20 and 200 Hz at 1 kHz, as large as an envelope."""
    rng = np.random.default_rng(0)
    spectrum = np.fft.rfft(rng.standard_normal((3, samples, 4)), axis=1)
    frequency = np.fft.rfftfreq(samples, 0.001)
    spectrum[:, (frequency < 20) | (frequency > 200)] = 0
    return np.fft.irfft(spectrum, samples, axis=1)


def test_raw_emg_is_warned_of_in_one_line(tmp_path):
    write_h5(tmp_path / "emg.h5", raw_emg())
    with pytest.warns(DoubtfulRecordingWarning, match="is it raw EMG") as caught:
        recorded_emg(settings(), tmp_path)
    (warning,) = caught
    message = str(warning.message)
    assert message.startswith("recording.path: expected envelopes")
    assert message.splitlines() == [message]
    assert str(tmp_path / "emg.h5") in message


@pytest.mark.parametrize("noise", [0.0, 0.02])
def test_envelopes_are_not_warned_of(tmp_path, noise, recwarn):
    rng = np.random.default_rng(1)
    array = bursts(samples=200)
    write_h5(tmp_path / "emg.h5", array + noise * rng.standard_normal(array.shape))
    recorded_emg(settings(), tmp_path)
    assert not recwarn


def test_a_rate_that_could_be_in_khz(tmp_path):
    write_h5(tmp_path / "emg.h5", bursts(samples=30))
    with pytest.warns(DoubtfulRecordingWarning, match="found 30: is it in kHz?"):
        recorded_emg(settings(sampling_rate_hz=30.0), tmp_path)
    with pytest.raises(InputError, match=r"sampling_rate_hz: .* found 1: is it in kHz?"):
        recorded_emg(settings(sampling_rate_hz=1.0), tmp_path)


def test_absolute_paths_ignore_the_base(tmp_path):
    write_h5(tmp_path / "emg.h5", bursts())
    recorded_emg(settings(str(tmp_path / "emg.h5")), tmp_path / "elsewhere")
    recorded_emg(settings(str(tmp_path / "emg.h5")))


def test_a_csv_from_a_spreadsheet(tmp_path):
    write_csv(tmp_path / "emg.csv", bursts(), labels=["left, up", "right", "down"])
    text = (tmp_path / "emg.csv").read_text().replace("left, up", '"left, up"')
    (tmp_path / "emg.csv").write_bytes(("\ufeff" + text.replace("\n", "\r\n") + "\r\n").encode())
    found = read_recording(settings("emg.csv").recording, tmp_path).values
    np.testing.assert_array_equal(found, bursts())


def test_the_examples_of_the_readme(tmp_path):
    readme = (Path(__file__).parents[2] / "data/README.md").read_text()
    example = {kind: readme.split(f"```{kind}\n")[1].split("```")[0] for kind in ("yaml", "csv")}
    emg = Emg.model_validate(yaml.safe_load(example["yaml"])["constrained"]["emg"])
    assert emg.recording.variable == "emg"
    (tmp_path / "emg.csv").write_text(example["csv"])
    found = read_recording(settings("emg.csv").recording, tmp_path).values
    np.testing.assert_array_equal(found[1], [[0.11, 0.98], [0.10, 1.01]])


def run_example(heading, folder, given=None):
    """Run a piece of data/README.md and give the recording it wrote."""
    (folder / "data").mkdir()
    readme = (Path(__file__).parents[2] / "data/README.md").read_text()
    code = readme.split(f"### {heading}")[1].split("```python\n")[1].split("```")[0]
    exec(code, given or {})
    return folder / "data/reaches.h5"


def test_the_example_from_opensim(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for reach in range(8):
        time = np.sort(np.random.default_rng(reach).uniform(0.0, 1.0, 400))
        rows = [f"{t}\t{t + reach}\t{2 * t}" for t in [-0.01 * reach, *time, 1.5]]
        header = "controls\nversion=1\nnRows=402\nendheader\ntime\tdeltoid\tbiceps\n"
        (tmp_path / f"reach{reach}.sto").write_text(header + "\n".join(rows))
    path = run_example("From .sto", tmp_path)
    recording = settings(path, dimensions=["reach", "muscle", "time"]).recording
    found = read_recording(recording).values
    assert found.shape == (8, 1500, 2)
    time = np.arange(1500) / 1000
    np.testing.assert_allclose(found[3], np.stack([time + 3, 2 * time], axis=1), atol=1e-9)


def test_the_example_from_trials(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    reach, onset = [1, 0, 1], [300, 150, 250]
    envelopes = [np.arange(900.0)[:, None] - at + [0, 5] for at in onset]
    given = {"envelopes": envelopes, "reach": reach, "onset": onset}
    found = read_recording(settings(run_example("From trials", tmp_path, given)).recording).values
    assert found.shape == (2, 800, 2)
    np.testing.assert_array_equal(found[1, :, 1], np.arange(-200, 600) + 5)
    np.testing.assert_array_equal(np.isnan(found[0]).all(axis=1), np.arange(800) < 50)


# From the recording to the desired activity


def test_targets_start_at_zero_with_unit_standard_deviation(tmp_path):
    write_h5(tmp_path / "emg.h5", bursts())
    activity, muscles = recorded_emg(settings(start_ms=30.0), tmp_path)
    assert activity.shape == (3, 21, 2)
    assert muscles.tolist() == [1, 3]
    assert muscles.dtype == np.int64
    assert np.all(activity[:, 0] == 0.0)
    np.testing.assert_allclose(activity.std(axis=(0, 1)), 1.0, rtol=1e-12)


def test_unit_and_baseline_of_the_recording_do_not_matter(tmp_path):
    array = bursts()
    write_h5(tmp_path / "a.h5", array)
    write_h5(tmp_path / "b.h5", 1e-3 * array + np.arange(3.0)[:, None, None])
    first, muscles = recorded_emg(settings("a.h5", start_ms=20.0), tmp_path)
    second, same = recorded_emg(settings("b.h5", start_ms=20.0), tmp_path)
    np.testing.assert_allclose(first, second, atol=1e-10)
    assert np.array_equal(muscles, same)


def test_listed_muscles_keep_their_order(tmp_path):
    write_h5(tmp_path / "emg.h5", bursts())
    forward, _ = recorded_emg(settings(muscles=[0, 3]), tmp_path)
    backward, muscles = recorded_emg(settings(muscles=[3, 0]), tmp_path)
    assert muscles.tolist() == [3, 0]
    np.testing.assert_array_equal(backward, forward[:, :, ::-1])


def test_the_same_grid_gives_the_samples_themselves(tmp_path):
    array = bursts()
    write_h5(tmp_path / "emg.h5", array)
    emg = settings(muscles=[0, 1, 2, 3], step_ms=1.0, start_ms=30.0)
    activity, _ = recorded_emg(emg, tmp_path)
    expected = array[:, 30:81] - array[:, 30:31]
    np.testing.assert_allclose(activity, expected / expected.std(axis=(0, 1)), atol=1e-12)


def test_samples_beyond_the_window_serve_the_filter(tmp_path):
    array = bursts(samples=400)
    write_h5(tmp_path / "emg.h5", array)
    activity, _ = recorded_emg(settings(muscles=[0, 1, 2, 3], start_ms=61.0), tmp_path)
    expected = resample_recording(array, 61.0 + 2.5 * np.arange(21))
    expected -= expected[:, :1]
    np.testing.assert_allclose(activity, expected / expected.std(axis=(0, 1)), atol=1e-8)


@pytest.mark.parametrize("rate_hz", [150.0, 400.0, 1000.0, 1024.0, 30_000.0])
@pytest.mark.parametrize("start_ms", [700.0, 701.3])
def test_a_band_limited_sine_stays_that_sine(rate_hz, start_ms):
    # 7 Hz lies above nearly all of the power of an EMG envelope. The ripple of the filter is 1e-5;
    # the splines' error grows with the fourth power of frequency over rate, and counts at 150 Hz.
    def sine(time_s):
        return np.sin(2 * np.pi * 7 * time_s + 0.4)[None, :, None]

    at_s = start_ms / 1000 + time_grid(500.0, 2.5)
    signal = sine(np.arange(int(2 * rate_hz)) / rate_hz)
    found = resample_recording(signal, at_s * rate_hz)
    np.testing.assert_allclose(found, sine(at_s), atol=1e-4 if rate_hz < 400 else 1e-5)


def test_frequencies_beyond_the_grid_are_removed_not_folded():
    # On the 2.5 ms grid (Nyquist frequency 200 Hz) a tone of 390 Hz would become one of 10 Hz.
    time_s = np.arange(2000) / 1000
    slow = np.sin(2 * np.pi * 5 * time_s)
    tone = np.sin(2 * np.pi * 390 * time_s)
    positions = (0.7 + time_grid(500.0, 2.5)) * 1000
    clean, mixed = (resample_recording(x[None, :, None], positions) for x in (slow, slow + tone))
    assert np.abs(mixed - clean).max() < 2e-5
    folded = (slow + tone)[positions.round().astype(int)] - clean[0, :, 0]
    assert np.abs(folded).max() > 0.5


@pytest.mark.parametrize("stride", [0.3, 1.0, 2.5, 40.0])
def test_straight_lines_pass_even_at_the_ends_of_a_recording(stride):
    # A symmetric filter with odd reflection and a cubic spline are both exact for a line.
    positions = np.arange(11) * stride
    count = int(np.ceil(positions[-1] - 1e-9)) + 1
    line = (3.0 - 0.2 * np.arange(count))[None, :, None]
    np.testing.assert_allclose(
        resample_recording(line, positions)[0, :, 0], 3.0 - 0.2 * positions, atol=1e-11 * count
    )


def test_the_ends_of_a_recording_do_not_ring(tmp_path):
    array = bursts(samples=200)
    write_h5(tmp_path / "whole.h5", array)
    write_h5(tmp_path / "cut.h5", array[:, 75:126])
    whole, _ = recorded_emg(settings("whole.h5", muscles=[0, 1, 2, 3], start_ms=75.0), tmp_path)
    cut, _ = recorded_emg(settings("cut.h5", muscles=[0, 1, 2, 3]), tmp_path)
    assert np.abs(whole - cut).max() < 0.01


def test_a_gap_outside_the_window_does_no_harm(tmp_path):
    array = bursts(samples=200)
    write_h5(tmp_path / "whole.h5", array)
    array[0, 70, 1] = np.nan
    array[2, 130, 3] = np.inf
    write_h5(tmp_path / "gaps.h5", array)
    whole, _ = recorded_emg(settings("whole.h5", muscles=[0, 1, 2, 3], start_ms=75.0), tmp_path)
    gaps, _ = recorded_emg(settings("gaps.h5", muscles=[0, 1, 2, 3], start_ms=75.0), tmp_path)
    assert np.isfinite(gaps).all()
    assert np.abs(whole - gaps).max() < 0.01


def test_a_gap_in_a_muscle_that_is_not_listed_does_no_harm(tmp_path):
    array = bursts()
    array[0, 40, 1] = np.nan
    write_h5(tmp_path / "emg.h5", array)
    activity, _ = recorded_emg(settings(muscles=[0, 2], start_ms=30.0), tmp_path)
    assert np.isfinite(activity).all()
    with pytest.raises(InputError, match="nan at reach 0, muscle 1, sample 40"):
        recorded_emg(settings(start_ms=30.0), tmp_path)


def test_the_last_sample_can_end_the_window(tmp_path):
    write_h5(tmp_path / "emg.h5", bursts(samples=81))
    recorded_emg(settings(start_ms=30.0), tmp_path)
    with pytest.raises(InputError, match=r"at least 82 samples.*found 81 samples"):
        recorded_emg(settings(start_ms=30.1), tmp_path)


def test_the_monkey_recording():
    if not MONKEY.exists():
        pytest.skip("the reference recording monkey_reach_emg.mat is not at hand")
    emg = Emg(
        source="recorded",
        recording=Recording(
            path=str(MONKEY),
            variable="all_EMG",
            dimensions=["muscle", "time", "reach"],
            sampling_rate_hz=1000.0,
            start_ms=700.0,
        ),
    )
    assert read_recording(emg.recording).values.shape == (8, 3341, 13)
    activity, muscles = recorded_emg(emg)
    assert activity.shape == (8, 201, 10)
    assert muscles.tolist() == [0, 1, 2, 3, 5, 6, 8, 10, 11, 12]
    assert np.isfinite(activity).all()
    assert np.all(activity[:, 0] == 0.0)
    np.testing.assert_allclose(activity.std(axis=(0, 1)), 1.0, rtol=1e-12)


# Faults: each is one line that names the setting, what was expected, what was found, and the file


def spoil(**where):
    array = bursts()
    array[where["reach"], where["sample"], where["muscle"]] = where["value"]
    return array


def edit_csv(old, new):
    def write(path):
        write_csv(path, bursts(samples=60))
        text = path.read_text()
        assert text.count(old) == 1
        path.write_text(text.replace(old, new))

    return write


def truncate(write, keep):
    def cut(path):
        write(path)
        content = path.read_bytes()
        path.write_bytes(content[: int(keep * len(content))])

    return cut


def mat(compressed=False, **variables):
    return lambda path: savemat(path, variables, do_compression=compressed)


def h5(array, **more):
    return lambda path: write_h5(path, array, **more)


def scaled(factor):
    def write(path):
        write_h5(path, bursts())
        with h5py.File(path, "r+") as file:
            file["emg"].attrs["scale_factor"] = factor

    return write


def text(content):
    return lambda path: path.write_text(content)


def netcdf3(path):
    with netcdf_file(path, "w") as file:
        file.createDimension("reach", 3)


def nothing(path):
    pass


FIRST = repr(bursts(samples=60)[0, 0, 0].item())
CELLS = np.array([[[bursts()]]], dtype=object)
UNREADABLE = ["recording.path", "intact", "cannot be read"]

FAULTS = {
    "missing": ("gone.h5", nothing, {}, ["recording.path", "a file", "none at"]),
    "directory": ("dir.h5", Path.mkdir, {}, ["recording.path", "a file", "a directory"]),
    "suffix": ("emg.xlsx", text("x"), {}, ["recording.path", ".hdf5, .nc or .csv", "'.xlsx'"]),
    "no suffix": ("emg", text("x"), {}, ["recording.path", ".hdf5, .nc or .csv", "''"]),
    "npy": ("emg.npy", text("x"), {}, ["recording.path", ".mat, .h5", ".npy", "pickled"]),
    "npz": ("emg.npz", text("x"), {}, ["recording.path", ".mat, .h5", ".npz", "pickled"]),
    "empty .mat": ("emg.mat", text(""), {}, UNREADABLE),
    "not .mat": ("emg.mat", text("no MATLAB file\n" * 50), {}, UNREADABLE),
    "half .mat": ("emg.mat", truncate(mat(emg=bursts()), 0.5), {}, UNREADABLE),
    "half zipped .mat": ("emg.mat", truncate(mat(True, emg=bursts()), 0.5), {}, UNREADABLE),
    "half header": ("emg.mat", truncate(mat(emg=bursts()), 0.01), {}, UNREADABLE),
    "half .mat 7.3": (
        "emg.mat",
        truncate(lambda path: write_mat73(path, bursts()), 0.5),
        {},
        UNREADABLE,
    ),
    "half .h5": ("emg.h5", truncate(h5(bursts()), 0.5), {}, UNREADABLE),
    "empty .h5": ("emg.h5", text(""), {}, ["recording.path", "HDF5", "another format"]),
    "netCDF-3": ("emg.nc", netcdf3, {}, ["recording.path", "netCDF-4", "netCDF-3"]),
    "variable .mat": (
        "emg.mat",
        mat(all_EMG=bursts(), time=1.0),
        {},
        ["recording.variable", "all_EMG, time", "'emg'"],
    ),
    "variable .mat 7.3": (
        "emg.mat",
        lambda path: write_mat73(path, bursts(), "all_EMG"),
        {},
        ["recording.variable", "all_EMG", "'emg'"],
    ),
    "variable .h5": (
        "emg.h5",
        h5(bursts(), name="session/emg"),
        {},
        ["recording.variable", "session/emg", "'emg'"],
    ),
    "group": (
        "emg.h5",
        h5(bursts(), name="session/emg"),
        {"variable": "session"},
        ["recording.variable", "session/emg", "'session'"],
    ),
    "no variable": (
        "emg.h5",
        h5(bursts(), name="all\nEMG"),
        {"variable": ""},
        ["recording.variable", "all EMG", "''"],
    ),
    "two dimensions": (
        "emg.h5",
        h5(np.ones((3, 120))),
        {},
        ["recording.variable", "reach × time × muscle", "(3, 120)"],
    ),
    "four dimensions": (
        "emg.mat",
        mat(emg=np.ones((3, 120, 4, 2))),
        {},
        ["recording.variable", "reach × time × muscle", "(3, 120, 4, 2)"],
    ),
    "no dimensions": (
        "emg.h5",
        h5(h5py.Empty("f8")),
        {},
        ["recording.variable", "'emg'"],
    ),
    "names of dimensions": (
        "emg.nc",
        lambda path: write_nc(path, bursts(), ("muscle", "time", "reach")),
        {},
        ["recording.dimensions", "muscle, time, reach", "found reach, time, muscle"],
    ),
    "reaches": ("emg.h5", h5(bursts(5)), {}, ["emg.reaches", "3 reaches", "5", "(5, 120, 4)"]),
    "muscles": (
        "emg.h5",
        h5(bursts(muscles=1)),
        {},
        ["emg.muscles", "at least 2 muscles", "found 1", "(3, 120, 1)"],
    ),
    "listed": (
        "emg.h5",
        h5(bursts()),
        {"muscles": [0, 4]},
        ["recording.muscles", "from 0 to 3", "found 4"],
    ),
    "not a number": (
        "emg.h5",
        h5(spoil(reach=2, sample=33, muscle=1, value=np.nan)),
        {},
        ["recording.path", "finite", "nan at reach 2, muscle 1, sample 33"],
    ),
    "infinite, listed": (
        "emg.mat",
        mat(emg=spoil(reach=1, sample=0, muscle=3, value=-np.inf)),
        {"muscles": [0, 3]},
        ["recording.path", "finite", "-inf at reach 1, muscle 3, sample 0"],
    ),
    "overflow": (
        "emg.h5",
        h5(spoil(reach=1, sample=50, muscle=0, value=1.5e300)),
        {},
        ["recording.path", "finite", "1.5e+300 at reach 1, muscle 0, sample 50"],
    ),
    "missing value": (
        "emg.nc",
        lambda path: write_nc(
            path,
            spoil(reach=1, sample=5, muscle=3, value=np.nan),
            dtype="int16",
            scale_factor=0.001,
            _FillValue=-32768,
        ),
        {},
        ["recording.path", "finite", "nan at reach 1, muscle 3, sample 5"],
    ),
    "short": (
        "emg.h5",
        h5(bursts()),
        {"start_ms": 100.0},
        ["recording.start_ms", "100 to 150 ms", "151 samples at 1000 Hz", "found 120 samples"],
    ),
    "rate": (
        "emg.h5",
        h5(bursts()),
        {"sampling_rate_hz": 4000.0},
        ["recording.start_ms", "0 to 50 ms", "201 samples at 4000 Hz", "found 120 samples"],
    ),
    "constant": (
        "emg.h5",
        h5(np.where(np.arange(4) == 2, [[[0.1]], [[0.7]], [[2.3]]], bursts())),
        {"muscles": [1, 2]},
        ["recording.muscles", "vary in the window", "muscle 2 constant"],
    ),
    "silent": (
        "emg.h5",
        h5(np.where(np.arange(4) == 2, bursts(), [[[0.1]], [[0.7]], [[2.3]]])),
        {},
        ["recording.muscles", "vary", "muscle 0 constant among the strongest 2"],
    ),
    "cells": ("emg.mat", mat(emg=CELLS), {}, ["recording.variable", "real numbers", "class cell"]),
    "struct": (
        "emg.mat",
        mat(emg={"info": 1.0, "data": bursts()}),
        {},
        [
            "recording.variable",
            "real numbers",
            "class struct with the fields info, data",
            "load('emg.mat'); emg = emg.data; save('emg_array.mat', 'emg')",
        ],
    ),
    "structs": (
        "emg.mat",
        mat(emg=np.array([(bursts()[0],)] * 3, dtype=[("trial", object)])),
        {},
        ["real numbers", "with the fields trial", "; emg = cat(3, emg.trial); save("],
    ),
    "empty struct": (
        "emg.mat",
        mat(emg=np.zeros((0, 0), dtype=[("trial", object)])),
        {},
        ["recording.variable", "real numbers", "with the fields trial"],
    ),
    "two dimensions .mat": (
        "emg.mat",
        mat(emg=np.ones((4, 120))),
        {"dimensions": ["muscle", "time", "reach"]},
        ["recording.variable", "muscle × time × reach", "MATLAB drops a last dimension of 1"],
    ),
    "packed by muscle": (
        "emg.h5",
        scaled([0.1, 0.2, 0.3, 0.4]),
        {},
        ["recording.variable", "attribute scale_factor", "one number", "[0.1, 0.2, 0.3, 0.4]"],
    ),
    "packed by a word": ("emg.nc", scaled("mV"), {}, ["attribute scale_factor", "mV"]),
    "packed by nan": ("emg.nc", scaled(np.nan), {}, ["attribute scale_factor", "nan"]),
    "char": ("emg.mat", mat(emg="text"), {}, ["recording.variable", "real numbers", "class char"]),
    "logical": (
        "emg.mat",
        mat(emg=bursts() > 0),
        {},
        ["recording.variable", "real numbers", "class logical"],
    ),
    "complex": (
        "emg.mat",
        mat(emg=1j * bursts()),
        {},
        ["recording.variable", "real numbers", "type complex128"],
    ),
    "cells 7.3": (
        "emg.mat",
        lambda path: write_mat73(path, bursts(), matlab_class="cell"),
        {},
        ["recording.variable", "real numbers", "class cell", "emg = cat(3, emg{:}); save("],
    ),
    "not from MATLAB": (
        "emg.mat",
        lambda path: write_mat73(path, bursts(), matlab_class=None),
        {},
        ["recording.variable", "real numbers", "without MATLAB_class", "name it .h5"],
    ),
    "strings": (
        "emg.h5",
        h5(np.full((3, 120, 4), b"x")),
        {},
        ["recording.variable", "real numbers", "type |S1"],
    ),
    "booleans": (
        "emg.h5",
        h5(bursts() > 0),
        {},
        ["recording.variable", "real numbers", "type bool"],
    ),
    "header": (
        "emg.csv",
        text("reach;sample;m0\n0;0;1\n"),
        {},
        ["recording.path", "reach, then time_s or sample", "reach;sample;m0"],
    ),
    "empty .csv": ("emg.csv", text(""), {}, ["recording.path", "columns reach", "no header"]),
    "no muscles": ("emg.csv", text("reach,sample\n"), {}, ["recording.path", "columns reach"]),
    "no lines": ("emg.csv", text("reach,sample,m0\n"), {}, ["recording.path", "lines", "none"]),
    "two clocks": (
        "emg.csv",
        text("reach,sample,time_s,m0\n0,0,0,1\n"),
        {},
        ["recording.path", "names of their own", "time_s, m0"],
    ),
    "twin columns": (
        "emg.csv",
        text("reach,sample,m0,m0\n0,0,0,1\n"),
        {},
        ["recording.path", "names of their own", "m0, m0"],
    ),
    "ragged": (
        "emg.csv",
        edit_csv(f"\n0,0,{FIRST}", "\n0,0"),
        {},
        ["recording.path", "6 cells in each line", "5 in line 2"],
    ),
    "empty cell": (
        "emg.csv",
        edit_csv(FIRST, " "),
        {},
        ["recording.path", "a number in each cell", "none in line 2, column 'm0'"],
    ),
    "word": (
        "emg.csv",
        edit_csv(FIRST, "n/a"),
        {},
        ["recording.path", "a number in each cell", "n/a in line 2, column 'm0'"],
    ),
    "underscore": (
        "emg.csv",
        edit_csv(FIRST, "1_0"),
        {},
        ["recording.path", "a number in each cell", "1_0 in line 2, column 'm0'"],
    ),
    "digits of another script": (
        "emg.csv",
        edit_csv(FIRST, "١"),
        {},
        ["recording.path", "a number in each cell", "١ in line 2, column 'm0'"],
    ),
    "clocks apart": (
        "emg.csv",
        lambda path: trials(path, [0, 0, 500], [90, 90, 90], "sample", 1),
        {},
        ["recording.path", "times in common", "'0' to end before '2' begins"],
    ),
    "clocks half a sample apart": (
        "emg.csv",
        lambda path: trials(path, [0, 0.5, 0], [90, 90, 90], "sample", 1),
        {},
        ["recording.path", "differ by whole samples", "0.5 samples for '1'"],
    ),
    "no reach": (
        "emg.csv",
        edit_csv(f"\n0,0,{FIRST}", f"\n,0,{FIRST}"),
        {},
        ["recording.path", "a reach in each line", "none in line 2"],
    ),
    "unequal": (
        "emg.csv",
        edit_csv(f"\n0,0,{FIRST}", f"\n1,60,{FIRST}"),
        {},
        ["recording.path", "sample to run in steps of 1", "0 at sample 1 of '1'"],
    ),
    "reaches .csv": (
        "emg.csv",
        lambda path: write_csv(path, bursts(5)),
        {},
        ["emg.reaches", "3 reaches", "5"],
    ),
    "not a number .csv": (
        "emg.csv",
        edit_csv(FIRST, "nan"),
        {},
        ["recording.path", "finite", "nan at reach 0, muscle 0, sample 0"],
    ),
    "sample .csv": (
        "emg.csv",
        edit_csv(f"\n0,0,{FIRST}", f"\n0,1,{FIRST}"),
        {},
        ["recording.path", "sample to run in steps of 1", "1 at sample 1 of '0'"],
    ),
    "rate .csv": (
        "emg.csv",
        lambda path: write_csv(path, bursts(), "time_s", 500.0),
        {},
        ["recording.sampling_rate_hz", "500, the rate of the clock", "found 1000"],
    ),
    "bytes .csv": (
        "emg.csv",
        lambda path: path.write_bytes(b"reach,sample,m0\n\xff\xfe,0,0\n"),
        {},
        [*UNREADABLE, "utf-8"],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_one_clear_line(tmp_path, fault):
    name, write, changes, expected = FAULTS[fault]
    write(tmp_path / name)
    with pytest.raises(InputError) as caught, settings_named("constrained.emg"):
        recorded_emg(settings(name, **changes), tmp_path)
    message = str(caught.value)
    assert message.splitlines() == [message]
    assert message.startswith("constrained.emg.")
    for part in [*expected, "expected", "found", str(tmp_path / name)]:
        assert part in message


class Payload:
    def __init__(self, trap):
        self.trap = trap

    def __reduce__(self):
        return Path.touch, (self.trap,)


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".mat", ".h5", ".nc", ".csv", ".pkl"])
@pytest.mark.parametrize("container", ["npy", "pickle"])
def test_pickled_code_is_never_run(tmp_path, suffix, container):
    path, trap = tmp_path / f"emg{suffix}", tmp_path / "executed"
    with path.open("wb") as file:
        if container == "npy":
            np.lib.format.write_array(file, np.array([Payload(trap)], dtype=object))
        else:
            pickle.dump(Payload(trap), file)
    with pytest.raises(InputError, match=r"^recording\.path: "):
        recorded_emg(settings(path.name), tmp_path)
    assert not trap.exists()
    # The trap works: whoever unpickles falls into it.
    if container == "npy":
        np.load(path, allow_pickle=True)
    else:
        pickle.loads(path.read_bytes())
    assert trap.exists()
