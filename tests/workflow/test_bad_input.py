"""What is wrong with the settings or the recording is said in one line, before any job starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from harness import TINY, Checkout, merged
from scipy.io import savemat

# Fits the settings below: muscle, time (at 1 kHz), reach.
SHAPE = (3, 250, 2)
CONSTRAINED = ("constrained",)


@pytest.fixture(scope="module")
def folder(checkout: Checkout) -> Path:
    """Folder with recordings, most of them bad."""
    folder = checkout.folder("bad-input")
    emg = np.random.default_rng(0).random(SHAPE)
    savemat(folder / "good.mat", {"emg": emg})
    good = (folder / "good.mat").read_bytes()
    (folder / "truncated.mat").write_bytes(good[: len(good) // 2])
    savemat(folder / "flat.mat", {"emg": emg[0]})
    savemat(folder / "few.mat", {"emg": emg[:, :, :1]})
    savemat(folder / "short.mat", {"emg": emg[:, :150]})
    emg[1, 100, 1] = np.nan
    savemat(folder / "nan.mat", {"emg": emg})
    return folder


def recorded(file: str) -> dict[str, Any]:
    return {"emg": {"source": "recorded", "recording": {"path": file, "variable": "emg"}}}


@pytest.mark.parametrize(
    ("changes", "setting", "words"),
    [
        ({"network": {"epoch": 3}}, "network.epoch", ["no such setting", "did you mean epochs?"]),
        (
            {"circuit": {"neurons": -30}},
            "circuit.neurons",
            ["expected a whole number of at least 10", "found -30"],
        ),
        (
            {"sample": {"neuron_fraction": 1.2}},
            "sample.neuron_fraction",
            ["expected a number above 0 and at most 1", "found 1.2"],
        ),
        (
            {"sample": {"muscle_fraction": 0}},
            "sample.muscle_fraction",
            ["expected a number above 0 and at most 1", "found 0"],
        ),
        (
            {"network": {"units": 10**12}},
            "network.units",
            ["expected a whole number of at least 10 and at most 20000", "found 1000000000000"],
        ),
        ({"network": {True: 2}}, "network: ", ["expected names that are text", "found true"]),
        (recorded("{x}.mat"), "emg.recording.path", ["expected a path without braces"]),
        (recorded("none.mat"), "emg.recording.path", ["expected a file", "found none"]),
        (recorded("truncated.mat"), "emg.recording.path", ["expected an intact .mat", "found"]),
        (
            recorded("flat.mat"),
            "emg.recording.variable",
            ["expected an array with the dimensions muscle × time × reach", "shape (250, 2)"],
        ),
        (recorded("few.mat"), "emg.reaches", ["expected", "found"]),
        (recorded("short.mat"), "emg.recording", ["expected", "found"]),
        (recorded("nan.mat"), "emg.recording", ["expected", "finite", "found"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_input_ends_the_run_with_one_line(
    checkout: Checkout, folder: Path, changes: dict[str, Any], setting: str, words: list[str]
) -> None:
    config = checkout.config(folder, merged(TINY, {"constrained": changes}))
    file = changes.get("emg", {}).get("recording", {}).get("path", "")

    outcome = checkout.quick_run(folder, config, "--cores", "1", targets=CONSTRAINED).expect(1)

    lines = [line for line in outcome.output.splitlines() if f"constrained.{setting}" in line]
    assert len(lines) == 1, outcome.output
    for word in (*words, file):
        assert word in lines[0]
    assert "Traceback" not in outcome.output
    assert not (folder / "results").exists()


def test_good_recording_is_accepted(checkout: Checkout, folder: Path) -> None:
    config = checkout.config(folder, merged(TINY, {"constrained": recorded("good.mat")}))

    assert "constrained/emg/replicate-1" in checkout.plan(folder, config, CONSTRAINED)


def test_a_setting_given_twice_is_told_with_both_lines(checkout: Checkout, folder: Path) -> None:
    config = folder / "twice.yaml"
    config.write_text("constrained:\n  network:\n    gain: 1.1\n    epochs: 2\n    gain: 1.4\n")

    outcome = checkout.quick_run(folder, config, "--cores", "1", targets=CONSTRAINED).expect(1)

    told = [line for line in outcome.output.splitlines() if "constrained.network.gain" in line]
    assert len(told) == 1, outcome.output
    assert "found it in line 3 and in line 5" in told[0]
    assert "Traceback" not in outcome.output


def test_raw_emg_is_warned_of_before_any_work(checkout: Checkout, folder: Path) -> None:
    time_s = np.arange(SHAPE[1]) / 1000
    phase = np.random.default_rng(1).uniform(0, 2 * np.pi, (SHAPE[0], 1, SHAPE[2]))
    savemat(folder / "raw.mat", {"emg": np.sin(2 * np.pi * 80 * time_s[:, np.newaxis] + phase)})
    config = checkout.config(folder, merged(TINY, {"constrained": recorded("raw.mat")}))

    outcome = checkout.quick_run(folder, config, "--dry-run", targets=CONSTRAINED).expect()

    (told,) = [line for line in outcome.output.splitlines() if line.startswith("warning: ")]
    assert told.startswith("warning: constrained.emg.recording.path: expected envelopes")


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("results/sweeps/nosuch.h5", "No rule to produce results/sweeps/nosuch.h5"),
        ("results/figures/sweeps/nosuch.svg", "No rule to produce results/figures/sweeps/nosuch.s"),
        (
            "results/motifs/library/step/session-7/replicate-1.h5",
            "InputError: session-7: expected a session of the library, from 1 to 1",
        ),
        (
            "results/figures/motifs/chain_none.svg",
            "InputError: chain_none: expected a figure of motifs (chain_",
        ),
    ],
)
def test_a_target_that_nothing_makes_is_named(
    checkout: Checkout, folder: Path, target: str, words: str
) -> None:
    config = checkout.config(folder, TINY)

    outcome = checkout.quick_run(folder, config, "--dry-run", targets=[target]).expect(1)

    assert len([line for line in outcome.output.splitlines() if words in line]) == 1, outcome.output
    assert not (folder / "results").exists()
