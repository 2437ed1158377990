"""Recorded EMG: read from the usual formats and brought onto the time grid of the simulation.

No reader here unpickles. The formats are described in data/README.md.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
from scipy.interpolate import CubicSpline
from scipy.io import loadmat, whosmat
from scipy.signal import fftconvolve, firwin, kaiserord

from corticomotor.arrays import Array, IntArray
from corticomotor.motor_cortex.movements import time_grid
from corticomotor.runtime.errors import InputError

if TYPE_CHECKING:
    from corticomotor.motor_cortex.settings import Emg, Recording

_DIMENSIONS = ("reach", "time", "muscle")
_MATLAB_NUMBERS = {"double", "single"} | {f"{u}int{n}" for u in ("", "u") for n in (8, 16, 32, 64)}
_STOPBAND_DB = 100.0
# Numbers up to here have squares that do not overflow; beyond, they mark missing values or damage.
_LARGEST = 1e100


def recorded_emg(emg: Emg, base: Path | None = None) -> tuple[Array, IntArray]:
    """Take the movement out of a recording, as EMG targets.

    The window of `emg.duration_ms` from `recording.start_ms` on is resampled to steps of
    `emg.step_ms`; each reach and muscle loses its value at the window's start; each muscle is
    divided by its standard deviation over reaches and time. The strongest muscles are those with
    the largest standard deviation before that division.

    Args:
        emg: settings, `emg.recording` among them.
        base: where a relative path counts from, by default the working directory.

    Returns:
        EMG (reach, time, muscle), without unit, and the muscles' numbers in the recording
        (muscle,).

    Raises:
        InputError: something is wrong with the file or the settings.
    """
    file = _file(emg.recording, base)
    samples = read_recording(emg.recording, base)
    muscles = _candidates(emg, samples, file)
    activity = _window(emg, samples[:, :, muscles], muscles, file)
    level = np.abs(activity).max(axis=(0, 1))
    activity = activity - activity[:, :1]
    strength = activity.std(axis=(0, 1))
    if emg.recording.muscles == "strongest":
        strongest = np.sort(np.argsort(-strength, kind="stable")[: emg.muscles])
        activity, muscles = activity[:, :, strongest], muscles[strongest]
        strength, level = strength[strongest], level[strongest]
    silent = muscles[strength <= 1e-9 * level]
    if silent.size:
        found = f"muscle {_listed(silent)} constant"
        if emg.recording.muscles == "strongest":
            found += f" among the strongest {emg.muscles}"
        raise _fault("recording.muscles", "muscles that vary in the window", found, file)
    return activity / strength, muscles


def read_recording(recording: Recording, base: Path | None = None) -> Array:
    """Read the whole recording.

    Args:
        recording: settings.
        base: see `recorded_emg`.

    Returns:
        (reach, time, muscle), in the file's own unit.

    Raises:
        InputError: there is no such file or variable, or it is not an array of numbers with
            three dimensions.
    """
    file = _file(recording, base)
    if not file.exists():
        raise _fault("recording.path", "a file", f"none at {file.absolute()}", file)
    if not file.is_file():
        kind = "a directory" if file.is_dir() else "something that is not a plain file"
        raise _fault("recording.path", "a file", kind, file)
    suffix = file.suffix.lower()
    if suffix not in (".mat", ".h5", ".nc", ".csv"):
        found = f"the suffix {suffix!r}"
        if suffix in (".npy", ".npz"):
            found += ", which is not read because it can hold pickled code"
        raise _fault("recording.path", "a .mat, .h5, .nc or .csv file", found, file)
    try:
        if suffix == ".csv":
            return _read_csv(file, recording)
        if suffix == ".mat":
            array = _matlab_array(file, recording.variable)
        else:
            array = _hdf5_array(file, recording)
    except InputError:
        raise
    except Exception as error:  # the parsers meet damage in many ways: zlib, HDF5, memory, …
        found = f"one that cannot be read: {type(error).__name__}: {error}"
        raise _fault("recording.path", f"an intact {suffix} file", found, file) from error
    if array.ndim != 3:
        raise _fault(
            "recording.variable",
            f"an array with the dimensions {' × '.join(recording.dimensions)}",
            f"{recording.variable!r} of shape {array.shape}",
            file,
        )
    order = sorted(range(3), key=lambda axis: _DIMENSIONS.index(recording.dimensions[axis]))
    return np.ascontiguousarray(array.transpose(order))


def resample_recording(signal: Array, positions: Array) -> Array:
    """Evaluate a signal at evenly spaced positions on and between its samples.

    Positions that lie further apart than the samples get a low-passed signal: without phase shift,
    flat up to half of their Nyquist frequency, 100 dB down from that on. Cubic splines do the rest.

    Args:
        signal: (reach, sample, muscle).
        positions: in samples, counted from 0 (time,).

    Returns:
        (reach, time, muscle).
    """
    stride = positions[1] - positions[0]
    if stride > 1 + 1e-9:
        signal = _low_pass(signal, 1 / stride)
    return np.asarray(CubicSpline(np.arange(signal.shape[1]), signal, axis=1)(positions))


def _low_pass(signal: Array, stop: float) -> Array:
    """Keep frequencies up to stop/2 and none above `stop`, in units of the Nyquist frequency."""
    order, beta = kaiserord(_STOPBAND_DB, stop / 2)
    half = -(-order // 2)
    taps = firwin(2 * half + 1, 0.75 * stop, window=("kaiser", beta))
    # Odd reflection goes on with the value and the slope at the ends, so they neither jump nor ring
    # where the recording has no more samples.
    around = np.pad(signal, ((0, 0), (half, half), (0, 0)), mode="reflect", reflect_type="odd")
    return np.asarray(fftconvolve(around, taps[None, :, None], mode="valid", axes=1))


def _candidates(emg: Emg, samples: Array, file: Path) -> IntArray:
    """Numbers of the muscles to look at, once the recording has the reaches and muscles asked."""
    reaches, _, muscles = samples.shape
    shape = f"shape reach × time × muscle = {samples.shape}"
    if reaches != emg.reaches:
        raise _fault("reaches", f"{emg.reaches} reaches", f"{reaches} ({shape})", file)
    if emg.recording.muscles == "strongest":
        if muscles < emg.muscles:
            expected = f"at least {emg.muscles} muscles"
            raise _fault("muscles", expected, f"{muscles} ({shape})", file)
        return np.arange(muscles)
    listed = np.array(emg.recording.muscles, dtype=np.int64)
    if listed.max() >= muscles:
        expected = f"muscle numbers from 0 to {muscles - 1}"
        raise _fault("recording.muscles", expected, f"{listed.max()} ({shape})", file)
    return listed


def _window(emg: Emg, samples: Array, muscles: IntArray, file: Path) -> Array:
    """Cut out the movement (reach, time, muscle) on the grid of the simulation."""
    recording = emg.recording
    start_ms, rate_khz = recording.start_ms, recording.sampling_rate_hz / 1000
    positions = (start_ms + 1000 * time_grid(emg.duration_ms, emg.step_ms)) * rate_khz
    # A position that misses a sample by rounding alone does not need the next one.
    first = int(np.floor(positions[0] + 1e-6))
    last = int(np.ceil(positions[-1] - 1e-6))
    count = samples.shape[1]
    if last >= count:
        raise _fault(
            "recording.start_ms",
            f"a window of {start_ms:g} to {start_ms + emg.duration_ms:g} ms inside the recording, "
            f"that is at least {last + 1} samples at {recording.sampling_rate_hz:g} Hz",
            f"{count} samples",
            file,
        )
    finite = np.abs(samples) < _LARGEST
    if not finite[:, first : last + 1].all():
        reach, sample, muscle = np.argwhere(~finite[:, first : last + 1])[0]
        value = samples[reach, first + sample, muscle]
        found = f"{value} at reach {reach}, muscle {muscles[muscle]}, sample {first + sample}"
        raise _fault(
            "recording.path", f"finite numbers below {_LARGEST:g} in the window", found, file
        )
    # Samples beyond the window serve the filter and the splines, as far as there are good ones.
    gaps = np.flatnonzero(~finite.all(axis=(0, 2)))
    margin = int(np.ceil(20 * max(1.0, emg.step_ms * rate_khz)))
    begin = max(first - margin, int(gaps[gaps < first].max(initial=-1)) + 1)
    end = min(last + margin + 1, int(gaps[gaps > last].min(initial=count)))
    return resample_recording(samples[:, begin:end], positions - begin)


def _read_csv(file: Path, recording: Recording) -> Array:
    def fault(expected: str, found: str) -> InputError:
        return _fault("recording.path", expected, found, file)

    with file.open(newline="", encoding="utf-8-sig") as lines:
        rows = csv.reader(lines)
        header = [name.strip() for name in next(rows, [])]
        clock, names = header[1:2], header[2:]
        if header[:1] != ["reach"] or clock not in (["time_s"], ["sample"]) or not names:
            raise fault(
                "the columns reach, then time_s or sample, then one for each muscle",
                _listed(header) or "no header",
            )
        if len({*names, "reach", "time_s", "sample"}) != len(names) + 3:
            raise fault("muscle columns with names of their own", _listed(names))
        by_reach: dict[str, list[list[float]]] = {}
        for row in rows:
            if not row:
                continue
            if len(row) != len(header):
                expected = f"{len(header)} cells in each line"
                raise fault(expected, f"{len(row)} in line {rows.line_num}")
            reach = row[0].strip()
            if not reach:
                raise fault("a reach in each line", f"none in line {rows.line_num}")
            try:
                values = [float(cell) for cell in row[1:]]
            except ValueError:
                column = [_is_number(cell) for cell in row[1:]].index(False) + 1
                where = f"in line {rows.line_num}, column {header[column]!r}"
                found = f"{row[column].strip() or 'none'} {where}"
                raise fault("a number in each cell", found) from None
            by_reach.setdefault(reach, []).append(values)
    if not by_reach:
        raise fault("lines of samples below the header", "none")
    counts = {reach: len(values) for reach, values in by_reach.items()}
    if len(set(counts.values())) > 1:
        fewest, most = min(counts, key=counts.__getitem__), max(counts, key=counts.__getitem__)
        raise fault(
            "as many samples for each reach",
            f"{counts[fewest]} for {fewest!r} and {counts[most]} for {most!r}",
        )
    table = np.array(list(by_reach.values()))
    in_samples = table[:, :, 0] * (recording.sampling_rate_hz if clock == ["time_s"] else 1.0)
    # A tenth of a sample leaves room for times that were rounded when they were written.
    astray = np.argwhere(~(np.abs(in_samples - np.arange(table.shape[1])) <= 0.1))
    if astray.size:
        number, sample = astray[0]
        rule = (
            f"time_s to run 0, 1/rate, 2/rate … at sampling_rate_hz = "
            f"{recording.sampling_rate_hz:g} for each reach"
            if clock == ["time_s"]
            else "sample to run 0, 1, 2 … for each reach"
        )
        found = f"{table[number, sample, 0]:g} at sample {sample} of {list(by_reach)[number]!r}"
        raise fault(rule, found)
    return table[:, :, 1:]


def _matlab_array(file: Path, variable: str) -> Array:
    if h5py.is_hdf5(file):
        return _matlab73_array(file, variable)
    classes = {name: kind for name, _, kind in whosmat(file, appendmat=False)}
    if variable not in classes:
        raise _no_variable(variable, classes, file)
    # Cells, structs and objects are refused by their header, before any of them is built.
    if classes[variable] not in _MATLAB_NUMBERS:
        raise _not_numbers(variable, f"the class {classes[variable]}", file)
    content = loadmat(file, appendmat=False, variable_names=[variable])
    return _numbers(content[variable], file, variable)


def _matlab73_array(file: Path, variable: str) -> Array:
    with h5py.File(file, "r") as content:
        dataset = _dataset(content, variable, file)
        matlab_class = np.asarray(dataset.attrs.get("MATLAB_class", "")).astype(str).item()
        if matlab_class not in _MATLAB_NUMBERS:
            found = f"the class {matlab_class!r} in its attribute MATLAB_class"
            raise _not_numbers(variable, found, file)
        # MATLAB stores the first dimension fastest: HDF5 shows them in reverse.
        return _numbers(dataset[...], file, variable).transpose()


def _hdf5_array(file: Path, recording: Recording) -> Array:
    if not h5py.is_hdf5(file):
        found = "another format (netCDF-3 is not read) or a damaged file"
        raise _fault("recording.path", "an HDF5 or netCDF-4 file", found, file)
    with h5py.File(file, "r") as content:
        dataset = _dataset(content, recording.variable, file)
        names = [Path(scales[0].name or "").name if len(scales) else "" for scales in dataset.dims]
        if len(names) == 3 and any(
            name in _DIMENSIONS and name != said
            for name, said in zip(names, recording.dimensions, strict=True)
        ):
            raise _fault(
                "recording.dimensions",
                f"the names that the file gives, {_listed(names)}",
                _listed(recording.dimensions),
                file,
            )
        stored = dataset[...]
        array = _numbers(stored, file, recording.variable)
        # How netCDF files mark missing values and pack numbers: CF conventions, 2.5.1 and 8.1.
        for marker in ("_FillValue", "missing_value"):
            if marker in dataset.attrs:
                array[np.isin(stored, dataset.attrs[marker])] = np.nan
        scale, offset = dataset.attrs.get("scale_factor", 1.0), dataset.attrs.get("add_offset", 0.0)
        return np.asarray(array * scale + offset)


def _dataset(content: Any, variable: str, file: Path) -> Any:
    found = content.get(variable) if variable else None
    if isinstance(found, h5py.Dataset):
        return found
    names: list[str] = []
    content.visititems(
        lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None
    )
    raise _no_variable(variable, names, file)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _numbers(stored: Any, file: Path, variable: str) -> Array:
    stored = np.asarray(stored)
    if stored.dtype.kind not in "iuf":
        raise _not_numbers(variable, f"the type {stored.dtype}", file)
    return np.asarray(stored, dtype=np.float64)


def _file(recording: Recording, base: Path | None) -> Path:
    return (base or Path()) / recording.path


def _no_variable(variable: str, names: Iterable[str], file: Path) -> InputError:
    expected = f"one of the file's arrays ({_listed(names) or 'it has none'})"
    return _fault("recording.variable", expected, repr(variable), file)


def _not_numbers(variable: str, found: str, file: Path) -> InputError:
    return _fault("recording.variable", f"{variable!r} to be real numbers", found, file)


def _listed(names: Iterable[object]) -> str:
    shown = [str(name) for name in names]
    return ", ".join(shown[:20] + (["…"] if len(shown) > 20 else []))


def _fault(setting: str, expected: str, found: str, file: Path) -> InputError:
    message = f"{setting}: expected {expected}, found {found} ({file})"
    return InputError(" ".join(message.split()))
