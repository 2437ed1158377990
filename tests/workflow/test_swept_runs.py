"""Sweeps: where their results lie, what they share, and what comes out."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from harness import TINY, Checkout, merged, results, settings_kept_from

ONE_REPLICATE = merged(TINY, {"constrained": {"replicates": {"count": 1}}})


def swept(vary: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Make an experiment with one sweep and no other."""
    only = {"observed_fraction": None, "loops": None, "mine": {"vary": vary, **more}}
    return merged(ONE_REPLICATE, {"sweep": only})


def test_each_stage_lies_where_the_settings_before_it_differ(checkout: Checkout) -> None:
    folder = checkout.folder("places")
    # One setting of each stage, in the order of the stages.
    point = {
        "constrained.circuit.momentum": 0.8,
        "constrained.dynamics.max_rate_hz": 90.0,
        "constrained.network.epochs": 3,
        "constrained.sample.neuron_fraction": 0.5,
        "constrained.similarity.components": 2,
    }
    settings = swept({path: [value] for path, value in point.items()})

    planned = checkout.plan(folder, checkout.config(folder, settings), ["sweeps"])

    circuit = "circuit.momentum=0.8"
    truth = f"{circuit}+dynamics.max_rate_hz=90.0"
    free = f"{truth}+network.epochs=3"
    hinted = f"{free}+sample.neuron_fraction=0.5"
    assert planned == {
        "make_emg/replicate-1",
        "draw_sample/replicate-1",
        f"build_circuit/{circuit}/replicate-1",
        f"learn_gains/{truth}/replicate-1",
        f"train_free/{free}/replicate-1",
        f"train_hinted/{hinted}/replicate-1",
        f"measure_network/{free}+similarity.components=2/FF",
        f"measure_network/{hinted}+similarity.components=2/FFH",
        "tabulate_sweep/mine",
        "plot_sweep/mine",
    }


def test_motifs_share_what_no_setting_of_the_sweep_touches(checkout: Checkout) -> None:
    folder = checkout.folder("motif-places")
    settings = swept(
        {"motifs.preparation.loops": [2, 3], "motifs.preparation.duration_tau": [1.0, 2.0]},
        networks=["multiplicative_prepared", "additive"],
    )

    planned = checkout.plan(folder, checkout.config(folder, settings), ["sweeps"])

    # As configured: 3 loops for 2 time constants.
    places = {"", "preparation.loops=2/", "preparation.duration_tau=1.0/"} | {
        "preparation.duration_tau=1.0+preparation.loops=2/"
    }
    networks = ("multiplicative_prepared", "additive")
    assert planned == {
        "make_motifs/step/lesson-1/replicate-1",
        "draw_connectivity/units-12/replicate-1",
        *(
            f"train_preparatory_module/units-12-gain-1.4-loops-{loops}/replicate-1"
            for loops in (2, 3)
        ),
        *(f"train_motifs/{p}{name}/lesson-1/replicate-1" for p in places for name in networks),
        *(f"evaluate_network/{p}{name}/replicate-1" for p in places for name in networks),
        *(f"measure_motif_network/{p}{name}" for p in places for name in networks),
        *("tabulate_sweep/mine", "plot_sweep/mine"),
    }


@pytest.mark.parametrize(
    "stage",
    [
        *("emg", "circuit", "ground_truth", "sample", "networks/FF", "networks/FFH"),
        *("similarity", "generalisation", "measures/FF"),
    ],
)
def test_a_stage_is_given_every_setting_that_it_is_declared_to_read(
    whole_run: Path, stage: str
) -> None:
    # Else its script would take the setting's default, whatever the config says.
    assert settings_kept_from("constrained", stage, whole_run) == []


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
                among[name].sel(point=2).values, single[name].sel(point=1).values
            )
            assert (among[name].sel(point=1) != among[name].sel(point=2)).all()


def test_csv_and_hdf5_say_the_same(swept_run: Path) -> None:
    with (swept_run / "results/sweeps/mine.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with xr.open_dataset(swept_run / "results/sweeps/mine.h5", engine="h5netcdf") as table:
        assert len(rows) == table.sizes["point"] * table.sizes["network"]
        for row in rows:
            at = table.sel(point=int(row["point"]), network=row["network"], replicate=1)
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
        ("results/sweeps/other.csv", "other: expected a sweep of the config (mine)"),
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
