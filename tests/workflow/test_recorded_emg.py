"""A recording in place of synthetic EMG goes through the whole chain, and its content counts."""

from __future__ import annotations

import os
from pathlib import Path

import constrained_jobs as constrained
import h5py
import numpy as np
import pytest
from harness import TINY, Checkout, finished_jobs, merged, preserved

SETTINGS = merged(
    TINY,
    {
        # One replicate and no sweep: also the smallest experiment there is.
        "sweep": {"observed_fraction": None},
        "constrained": {
            "replicates": {"count": 1},
            "emg": {"source": "recorded", "recording": {"path": "data/reaches.csv"}},
        },
    },
)
CONSTRAINED = ("constrained",)
STRENGTHS = np.array([1.0, 0.1, 3.0, 2.0])


def write_recording(path: Path, seed: int) -> None:
    """Write smooth bursts of four muscles in two reaches, 250 samples at 1 kHz."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(250) / 1000
    lines = ["reach,time_s,deltoid,triceps,biceps,brachialis"]
    for reach in ("left", "right"):
        onsets = rng.uniform(0.05, 0.15, len(STRENGTHS))
        bursts = STRENGTHS * np.exp(-(((time_s[:, None] - onsets) / 0.04) ** 2))
        lines += [
            ",".join([reach, f"{time:.3f}", *(f"{value:.6f}" for value in row)])
            for time, row in zip(time_s, bursts, strict=True)
        ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def recorded_run(checkout: Checkout) -> Path:
    """Folder of a whole run on a recording."""
    folder = checkout.folder("recorded")
    (folder / "data").mkdir()
    write_recording(folder / "data" / "reaches.csv", seed=1)
    config = checkout.config(folder, SETTINGS)
    checkout.run(folder, config, "--cores", "2", targets=CONSTRAINED).expect()
    return folder


def test_whole_chain(recorded_run: Path) -> None:
    with h5py.File(recorded_run / "results/constrained/emg/replicate-1.h5") as file:
        assert list(file["muscle"][...]) == [0, 2, 3]
        assert file["emg"].shape == (2, 41, 3)
    with h5py.File(recorded_run / "results/constrained/ground_truth/replicate-1.h5") as file:
        assert list(file["muscle"][...]) == [0, 2, 3]
    assert (recorded_run / "results/cca_report.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("older", [False, True], ids=["newer", "older"])
def test_another_content_reruns_all_that_read_it(
    checkout: Checkout, recorded_run: Path, older: bool
) -> None:
    recording = recorded_run / "data" / "reaches.csv"
    config = recorded_run / "settings.yaml"
    with preserved(recording):
        write_recording(recording, seed=2)
        if older:
            # Another recording, moved to the place of the first.
            os.utime(recording, (0, 0))
        planned = checkout.plan(recorded_run, config, CONSTRAINED)

    jobs = finished_jobs(recorded_run)
    stages = ("circuit", "sample", "directions")
    untouched = {f"constrained/{stage}/replicate-1" for stage in stages}
    assert planned == jobs - untouched - constrained.figures("stages", "directions")


def test_touched_recording_reruns_nothing(checkout: Checkout, recorded_run: Path) -> None:
    recording = recorded_run / "data" / "reaches.csv"
    with preserved(recording):
        os.utime(recording)
        planned = checkout.plan(recorded_run, recorded_run / "settings.yaml", CONSTRAINED)

    assert planned == set()
