"""Sweeps: where their results lie, what they share, and what comes out."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from harness import TINY, Checkout, merged, results

ONE_REPLICATE = merged(TINY, {"constrained": {"replicates": {"count": 1}}})


def swept(vary: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Make an experiment with one sweep and no other."""
    only = dict.fromkeys(TINY["sweep"]) | {"mine": {"vary": vary, **more}}
    return merged(ONE_REPLICATE, {"sweep": only})


def test_each_stage_lies_where_the_settings_before_it_differ(checkout: Checkout) -> None:
    folder = checkout.folder("overrides")
    # One setting of each stage, in the order of the stages.
    values = {
        "constrained.circuit.momentum": 0.8,
        "constrained.dynamics.max_rate_hz": 90.0,
        "constrained.network.epochs": 3,
        "constrained.sample.neuron_fraction": 0.5,
        "constrained.similarity.components": 2,
    }
    settings = swept({path: [value] for path, value in values.items()})

    planned = checkout.plan(folder, checkout.config(folder, settings), ["sweeps"])

    circuit = "circuit.momentum=0.8"
    truth = f"{circuit}+dynamics.max_rate_hz=90.0"
    free = f"{truth}+network.epochs=3"
    hinted = f"{free}+sample.neuron_fraction=0.5"
    assert planned == {
        "constrained/emg/replicate-1",
        "constrained/sample/replicate-1",
        f"constrained/{circuit}/circuit/replicate-1",
        f"constrained/{truth}/ground_truth/replicate-1",
        f"constrained/{free}/networks/FF/replicate-1",
        f"constrained/{hinted}/networks/FFH/replicate-1",
        f"constrained/{free}+similarity.components=2/measures/FF",
        f"constrained/{hinted}+similarity.components=2/measures/FFH",
        *("sweeps/mine", "sweeps/mine-figure"),
    }


def test_motifs_share_what_no_setting_of_the_sweep_touches(checkout: Checkout) -> None:
    folder = checkout.folder("motif-overrides")
    settings = swept(
        {"motifs.preparation.loops": [2, 3], "motifs.preparation.duration": [1.0, 2.0]},
        networks=["multiplicative_prepared", "additive"],
    )

    planned = checkout.plan(folder, checkout.config(folder, settings), ["sweeps"])

    # As configured: 3 loops for 2 time constants.
    all_overrides = {"", "preparation.loops=2/", "preparation.duration=1.0/"} | {
        "preparation.duration=1.0+preparation.loops=2/"
    }
    networks = ("multiplicative_prepared", "additive")
    assert planned == {
        "motifs/library/step/session-1/replicate-1",
        "motifs/connectivity/units-12/replicate-1",
        *(f"motifs/preparation/units-12-gain-1.4-loops-{n}/replicate-1" for n in (2, 3)),
        *(
            f"motifs/{overrides}{job}"
            for overrides in all_overrides
            for name in networks
            for job in (
                f"networks/{name}/session-1/replicate-1",
                f"evaluation/{name}/replicate-1",
                f"measures/{name}",
            )
        ),
        *("sweeps/mine", "sweeps/mine-figure"),
    }


def test_what_a_sweep_measures_lies_where_its_own_settings_differ(checkout: Checkout) -> None:
    folder = checkout.folder("gain-overrides")
    settings = swept(
        {"gain_modulation.reward.memory": [0.3, 0.5], "gain_modulation.readout.ridge": [0.0, 1e-4]},
        networks=["reward", "gradient", "slow"],
    )

    planned = checkout.plan(folder, checkout.config(folder, settings), ["sweeps"])

    # As configured: a memory of 0.3 and a ridge of 1e-4. Slow movements know neither.
    ridge = "readout.ridge=0.0"
    memory = ("", "reward.memory=0.5/", f"{ridge}/", f"{ridge}+reward.memory=0.5/")
    assert planned == {
        *(f"gain_modulation/circuits/{neurons}-neurons/replicate-1" for neurons in (30, 40)),
        *(f"gain_modulation/{each}new_movement/replicate-1" for each in memory),
        *(f"gain_modulation/{each}measures/reward" for each in memory),
        *(f"gain_modulation/{each}alternatives/replicate-1" for each in ("", f"{ridge}/")),
        *(f"gain_modulation/{each}measures/gradient" for each in ("", f"{ridge}/")),
        *("gain_modulation/speed/slow/replicate-1", "gain_modulation/measures/slow"),
        *("sweeps/mine", "sweeps/mine-figure"),
    }


@pytest.fixture(scope="module")
def swept_run(checkout: Checkout) -> Path:
    """Folder of a whole run of a sweep over the seed and the gain."""
    folder = checkout.folder("swept")
    settings = swept({"seed": [1, 2], "constrained.network.gain": [1.0, 1.4]}, combine="zip")
    config = checkout.config(folder, settings)
    checkout.run(folder, config, "--cores", "2", targets=["sweeps"]).expect()
    return folder


def test_the_table_holds_what_the_same_settings_give_by_themselves(
    checkout: Checkout, swept_run: Path
) -> None:
    alone = checkout.folder("alone")
    changes = {"seed": 2, "constrained": {"network": {"gain": 1.4}}}
    settings = merged(swept({"constrained.network.gain": [1.4]}), changes)
    config = checkout.config(alone, settings)
    checkout.run(alone, config, "--cores", "2", targets=["sweeps"]).expect()

    with (
        xr.open_dataset(swept_run / "results/sweeps/mine.h5", engine="h5netcdf") as among,
        xr.open_dataset(alone / "results/sweeps/mine.h5", engine="h5netcdf") as single,
    ):
        assert among["seed"].values.tolist() == [1, 2]
        measures = [name for name in among.data_vars if "network" in among[name].dims]
        assert len(measures) == 3
        for name in measures:
            np.testing.assert_array_equal(
                among[name].sel(combination=2).values, single[name].sel(combination=1).values
            )
            assert (among[name].sel(combination=1) != among[name].sel(combination=2)).all()


def test_csv_and_hdf5_say_the_same(swept_run: Path) -> None:
    with (swept_run / "results/sweeps/mine.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with xr.open_dataset(swept_run / "results/sweeps/mine.h5", engine="h5netcdf") as table:
        assert len(rows) == table.sizes["combination"] * table.sizes["network"]
        for row in rows:
            at = table.sel(combination=int(row["combination"]), network=row["network"], replicate=1)
            assert float(row["network.gain"]) == at["network.gain"]
            assert float(row["emg_error"]) == at["emg_error"]
    assert (swept_run / "results/figures/sweeps/mine.svg").is_file()
    assert (swept_run / "results/figures/sweeps/mine.pdf").read_bytes().startswith(b"%PDF-")


def test_a_sweep_comes_out_the_same_on_one_core(checkout: Checkout, swept_run: Path) -> None:
    folder = checkout.folder("swept-again")
    config = swept_run / "settings.yaml"
    checkout.run(folder, config, "--cores", "1", targets=["sweeps"]).expect()

    assert results(folder, ".h5", ".csv", ".svg") == results(swept_run, ".h5", ".csv", ".svg")


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("results/sweeps/other.csv", "No rule to produce results/sweeps/other.csv"),
        (
            "results/constrained/network.gain=2.0/circuit/replicate-1.h5",
            "network.gain=2.0/: expected no such folder for circuit, which depends on no more of "
            "what is changed",
        ),
        (
            "results/constrained/network.gain=-1.0/networks/FF/replicate-1.h5",
            "constrained.network.gain: expected a number above 0, found -1.0",
        ),
    ],
)
def test_a_target_that_does_not_exist_is_said_in_one_line(
    checkout: Checkout, swept_run: Path, target: str, problem: str
) -> None:
    outcome = checkout.quick_run(
        swept_run, swept_run / "settings.yaml", "--dry-run", targets=[target]
    ).expect(1)

    assert problem in outcome.output


@pytest.mark.parametrize(
    ("vary", "problem"),
    [
        (
            {"constrained.network.gian": [1.0]},
            "sweep.mine.vary.constrained.network.gian: no such setting (did you mean gain?)",
        ),
        (
            {"constrained.network.gain": [1.0, "wide"]},
            "sweep.mine.vary.constrained.network.gain[1]: expected a number above 0, found 'wide'",
        ),
        (
            {"constrained.emg.source": ["recorded"], "constrained.emg.recording.path": ["no.mat"]},
            "constrained.emg.recording.path: expected a file",
        ),
    ],
    ids=["path", "value", "recording"],
)
def test_a_bad_sweep_ends_the_run_with_one_line(
    checkout: Checkout, vary: dict[str, Any], problem: str
) -> None:
    folder = checkout.root.parent
    config = checkout.config(folder, swept(vary))

    outcome = checkout.quick_run(folder, config, "--cores", "1", targets=["sweeps"]).expect(1)

    [line] = [line for line in outcome.output.splitlines() if "constrained." in line]
    assert problem in line
    assert "Traceback" not in outcome.output
    assert not (folder / "results").exists()
