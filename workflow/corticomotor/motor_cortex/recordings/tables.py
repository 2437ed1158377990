"""Recordings as tables in CSV files."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from corticomotor.arrays import Array, IntArray
from corticomotor.motor_cortex.recordings.faults import fault, listed
from corticomotor.motor_cortex.recordings.samples import Samples
from corticomotor.runtime.errors import InputError

# In samples: leaves room for times that were rounded when they were written.
_ROUNDING = 0.1


def read_table(file: Path, sampling_rate_hz: float) -> Samples:
    """Read a table of samples.

    Reaches may begin and end at different times, and are NaN where they have no samples.

    Raises:
        InputError: the table is not what data/README.md says.
    """
    with file.open(newline="", encoding="utf-8-sig") as lines:
        rows = csv.reader(lines)
        header = [name.strip() for name in next(rows, [])]
        _check_header(header, file)
        by_reach: dict[str, list[list[float]]] = {}
        for reach, cells in _values(rows, header, file):
            by_reach.setdefault(reach, []).append(cells)
    if not by_reach:
        raise _table_fault("lines of samples below the header", "none", file)
    tables = {reach: np.array(lines) for reach, lines in by_reach.items()}
    clock = header[1]
    begins = [
        _first_sample(table[:, 0], clock, sampling_rate_hz, reach, file)
        for reach, table in tables.items()
    ]
    values = _side_by_side(list(tables.values()), begins, list(tables), file)
    return Samples(values, begin_ms=min(begins) * 1000 / sampling_rate_hz)


def _check_header(header: list[str], file: Path) -> None:
    clock, names = header[1:2], header[2:]
    if header[:1] != ["reach"] or clock not in (["time_s"], ["sample"]) or not names:
        raise _table_fault(
            "the columns reach, then time_s or sample, then one for each muscle",
            listed(header) or "no header",
            file,
        )
    if len({*names, "reach", "time_s", "sample"}) != len(names) + 3:
        raise _table_fault("muscle columns with names of their own", listed(names), file)


def _values(rows: Any, header: list[str], file: Path) -> Iterator[tuple[str, list[float]]]:
    """Give the reach and the numbers of each line that is not blank."""
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        line = f"line {rows.line_num}"
        if len(row) != len(header):
            raise _table_fault(f"{len(header)} cells in each line", f"{len(row)} in {line}", file)
        reach = row[0].strip()
        if not reach:
            raise _table_fault("a reach in each line", f"none in {line}", file)
        values = []
        for name, cell in zip(header[1:], row[1:], strict=True):
            try:
                values.append(_number(cell))
            except ValueError:
                found = f"{cell.strip() or 'none'} in {line}, column {name!r}"
                raise _table_fault("a number in each cell", found, file) from None
        yield reach, values


def _number(cell: str) -> float:
    # Python takes 1_0 for ten, and digits of other scripts.
    if "_" in cell or not cell.isascii():
        raise ValueError(cell)
    return float(cell)


def _first_sample(clock: Array, name: str, rate_hz: float, reach: str, file: Path) -> float:
    """Find where a reach begins on its clock, in samples, once the clock is seen to run evenly."""
    in_samples = clock * (rate_hz if name == "time_s" else 1.0)
    astray = _astray(in_samples)
    if astray.size == 0:
        return float(in_samples[0])
    if name == "time_s" and len(clock) > 2 and clock[-1] > clock[0]:
        own_rate_hz = (len(clock) - 1) / (clock[-1] - clock[0])
        if _astray(clock * own_rate_hz).size == 0:
            expected = f"{own_rate_hz:.7g}, the rate of the clock time_s of {reach!r}"
            raise fault("recording.sampling_rate_hz", expected, f"{rate_hz:.7g}", file)
    rule = (
        f"time_s to run in steps of 1/rate at sampling_rate_hz = {rate_hz:.7g} for each reach"
        if name == "time_s"
        else "sample to run in steps of 1 for each reach"
    )
    raise _table_fault(rule, f"{clock[astray[0]]:g} at sample {astray[0]} of {reach!r}", file)


def _astray(in_samples: Array) -> IntArray:
    """Find the samples whose time is not one step after that of the sample before."""
    steps = in_samples - in_samples[0] - np.arange(in_samples.size)
    return np.flatnonzero(~(np.abs(steps) <= _ROUNDING))


def _side_by_side(
    tables: list[Array], begins: list[float], reaches: list[str], file: Path
) -> Array:
    """Put reaches on one clock (reach, time, muscle), NaN where one has no samples."""
    offsets = np.array(begins) - min(begins)
    shifts = np.round(offsets).astype(int)
    apart = np.flatnonzero(np.abs(offsets - shifts) > _ROUNDING)
    if apart.size:
        expected = "clocks of the reaches that differ by whole samples"
        found = f"{offsets[apart[0]]:.3g} samples for {reaches[apart[0]]!r}"
        raise _table_fault(expected, found, file)
    ends = shifts + [len(table) for table in tables]
    if shifts.max() >= ends.min():
        late, early = reaches[int(shifts.argmax())], reaches[int(ends.argmin())]
        expected = "clocks of the reaches that have times in common"
        raise _table_fault(expected, f"{early!r} to end before {late!r} begins", file)
    array = np.full((len(tables), int(ends.max()), tables[0].shape[1] - 1), np.nan)
    for reach, (table, shift, end) in enumerate(zip(tables, shifts, ends, strict=True)):
        array[reach, shift:end] = table[:, 1:]
    return array


def _table_fault(expected: str, found: str, file: Path) -> InputError:
    return fault("recording.path", expected, found, file)
