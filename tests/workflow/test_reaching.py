"""The reaching study: what reruns after a change, killed trainings, equal bytes, bad input."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import reaching_jobs as reaching
from harness import (
    ALL,
    TINY,
    Checkout,
    finished_jobs,
    frequent_states,
    kill_job,
    matching,
    merged,
    results,
)
from reaching_jobs import deep_q, figures, sequence

REACHING = ("reaching",)


def plan_with(
    checkout: Checkout, folder: Path, changes: dict[str, Any], targets: Sequence[str] = REACHING
) -> set[str]:
    """Jobs of a dry run with changed settings of the study."""
    config = checkout.config(checkout.root, merged(TINY, {"reaching": changes}))
    return checkout.plan(folder, config, targets)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # It is drawn in the workspace, too.
        (
            {"task": {"field": {"force": [-4.0, 0.0]}}},
            reaching.SEQUENCES | reaching.CONTROL,
        ),
        ({"task": {"time_constant": 2.5}}, reaching.SEQUENCES | figures("task")),
        ({"tests": {"count": 11}}, reaching.SEQUENCES),
        ({"training": {"batch": 5}}, reaching.SEQUENCES),
        ({"models": {"standard_gru": {"dropout": 0.2}}}, sequence("standard_gru")),
        ({"models": {"standard": {"phases": {"longer": 4}}}}, sequence("standard")),
        ({"models": {"positions": {"dropout": 0.2}}}, sequence("positions")),
        ({"tabular": {"episodes": 21}}, reaching.TABULAR),
        ({"deep_q": {"batch": 9}}, reaching.DEEP_Q),
        ({"deep_q": {"runs": {"pixels": {"frames": 120}}}}, deep_q("pixels")),
        ({"control": {"bonus": 0.4}}, reaching.CONTROL),
        # It is counted in the figure and in the report.
        (
            {"control": {"tolerance": 4.0}},
            reaching.CONTROL,
        ),
        ({"population": {"components": 2}}, reaching.POPULATION),
        ({"population": {"cortex": {"emg": {"smoothness_ms": 40.0}}}}, reaching.SYNTHETIC),
        ({"population": {"cortex": {"emg": {"step_ms": 2.5}}}}, reaching.EMG),
        ({"population": {"cortex": {"circuit": {"momentum": 0.8}}}}, reaching.CIRCUIT),
        ({"population": {"cortex": {"dynamics": {"max_rate_hz": 90.0}}}}, reaching.TRUTH),
    ],
    ids=lambda value: (
        "+".join(f"{k}.{j}" for k in value for j in value[k]) if isinstance(value, dict) else ""
    ),
)
def test_edited_setting(
    checkout: Checkout, whole_run: Path, changes: dict[str, Any], expected: set[str]
) -> None:
    # The study alone; that others stay as they are is tested below.
    planned = plan_with(checkout, whole_run, changes)

    assert planned == matching(expected, finished_jobs(whole_run))


def test_another_buffer_length_leaves_all_other_models_alone(
    checkout: Checkout, whole_run: Path
) -> None:
    changes = {"models": {"positions": {"buffer_length": 5}}}
    planned = plan_with(checkout, whole_run, changes, ALL)

    # 4 differs from the config now and lies elsewhere; the table of the sweep is what it was.
    own = {
        "reaching/sequence/positions/replicate-1",
        "reaching/population/positions/replicate-1",
    }
    drawn = sequence("positions") - {"reaching/*sequence/positions/*"} - reaching.MEASURES
    expected = own | drawn | reaching.REPORT
    assert planned == matching(expected, finished_jobs(whole_run))


def test_another_seed_of_an_agent_runs_its_own_job(checkout: Checkout, whole_run: Path) -> None:
    changes = {"deep_q": {"runs": {"pixels": {"seeds": 2}}}}
    planned = plan_with(checkout, whole_run, changes)

    assert planned == {"reaching/deep_q/pixels/replicate-2"} | figures("deep_q") | reaching.REPORT


def test_without_a_recording_there_is_one_circuit(checkout: Checkout, whole_run: Path) -> None:
    changes = {"population": {"cortex": {"emg": {"recording": {"path": ""}}}}}

    planned = plan_with(checkout, whole_run, changes)

    assert planned == matching(reaching.POPULATION, finished_jobs(whole_run))


def test_another_replicate_runs_its_own_jobs_and_the_gatherings(
    checkout: Checkout, whole_run: Path
) -> None:
    planned = plan_with(checkout, whole_run, {"replicates": {"count": 2}}, ALL)

    jobs = reaching.jobs_of(replicates=2)
    own = {job for job in jobs - finished_jobs(whole_run)}
    gatherings = matching(reaching.MEASURES | reaching.FIGURES | reaching.ANIMATIONS, jobs)
    # Deep Q-networks have seeds of their own.
    assert planned == own | gatherings - figures("deep_q", "stages")


def test_report_figures_and_animation_are_published(whole_run: Path) -> None:
    report = (whole_run / "results" / "reaching_report.pdf").read_bytes()
    drawn = {path.stem for path in (whole_run / "results/figures/reaching").glob("*.svg")}
    moving = (whole_run / "results/figures/reaching/reaches.gif").read_bytes()

    pages = re.search(rb"/Type */Pages */Count ([0-9]+)", report)
    assert pages is not None
    assert int(pages[1]) >= 8
    assert figures(*drawn) == {job for job in reaching.jobs_of() if "/figures/" in job}
    # More than one frame, and it begins anew.
    assert moving.startswith(b"GIF89a")
    assert moving.count(b"\x00\x21\xf9\x04") > 10
    assert b"NETSCAPE2.0" in moving


def test_one_job_at_a_time_gives_the_same_bytes(checkout: Checkout, whole_run: Path) -> None:
    folder = checkout.folder("reaching-one-at-a-time")
    by_replicate = (
        *("sequence/standard", "sequence/positions", "tabular", "deep_q/parameters"),
        *("deep_q/pixels", "control/sac", "control/td3", "population/positions"),
    )
    targets = [f"results/reaching/{stage}/replicate-1.h5" for stage in by_replicate]

    checkout.run(folder, checkout.config(folder, TINY), "--cores", "1", targets=targets).expect()

    expected = results(whole_run, ".h5")
    found = results(folder, ".h5")
    assert len(found) == 13
    assert [name for name in found if found[name] != expected[name]] == []


def test_the_circuit_is_that_of_the_main_job(checkout: Checkout, whole_run: Path) -> None:
    # The same settings, under another study.
    constrained = {name: TINY["constrained"][name] for name in ("emg", "circuit", "gain_learning")}
    changes = {"tests": {"directions": 2}, "population": {"cortex": constrained}}
    unrecorded = {"population": {"cortex": {"emg": {"recording": {"path": ""}}}}}
    config = merged(merged(TINY, {"reaching": changes}), {"reaching": unrecorded})
    folder = checkout.folder("circuit-of-the-main-job")
    targets = ["results/reaching/cortex/synthetic/ground_truth/replicate-1.h5"]

    checkout.run(folder, checkout.config(folder, config), "--cores", "2", targets=targets).expect()

    main_job = whole_run / "results/constrained/ground_truth/replicate-1.h5"
    with h5py.File(folder / targets[0]) as found, h5py.File(main_job) as expected:
        for name in ("rates", "gains", "emg"):
            assert np.array_equal(found[name], expected[name])


# ---------------------------------------------------------------- interruptions

# A second of training or two.
LONG = merged(
    TINY,
    {
        "reaching": {
            "models": {
                "standard": {"phases": {"before": 150, "under": 50, "longer": 40}},
                "positions": {"phases": {"before": 100, "under": 50}},
            }
        }
    },
)


def result_of(model: str) -> str:
    return f"results/reaching/sequence/{model}/replicate-1.h5"


@pytest.mark.parametrize("model", ["standard", "positions"])
def test_killed_training_continues_to_the_same_bytes(checkout: Checkout, model: str) -> None:
    undisturbed, folder = (checkout.folder(f"{name}-{model}") for name in ("long", "killed"))
    config = checkout.config(folder, LONG)
    log = folder / f"results/logs/reaching/sequence/{model}/replicate-1.log"
    state = folder / f"results/checkpoints/reaching/sequence/{model}/replicate-1.before.h5"

    with frequent_states(checkout):
        options = ("--cores", "1")
        checkout.run(undisturbed, config, *options, targets=[result_of(model)]).expect()
        with checkout.start(folder, config, *options, targets=[result_of(model)]) as run:
            while not state.exists():
                assert run.poll() is None, run.communicate()[0]
                time.sleep(0.02)
            kill_job(run, "train_sequence_model.py")
        assert not (folder / result_of(model)).exists()
        checkout.run(folder, config, *options, targets=[result_of(model)]).expect()

    # It went on from the state rather than from the start.
    first = re.search(r"iteration (\d+)/", log.read_text(encoding="utf-8"))
    assert first is not None
    assert int(first[1]) > 1
    assert results(folder, ".h5") == results(undisturbed, ".h5")


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"task": {"field": {"y": [-10.0, 40.0]}}},
            "reaching.task.field: the region contains the start of all reaches, (0, 0): "
            "x [-1000.0, 1000.0], y [-10.0, 40.0]",
        ),
        (
            {"tabular": {"goal": [8, 5]}},
            "reaching.tabular: goal: expected row and column within 0 to 4, found [8, 5]",
        ),
        (
            {"models": {"positions": {"buffer_length": 76}}},
            "reaching.models.positions.buffer_length: expected at most reaching.task.steps (75), "
            "found 76",
        ),
        (
            {"deep_q": {"runs": {"parameters": {"radii": [4, 2]}}}},
            "reaching.deep_q.runs.parameters: radii: expected a schedule that ends with exact hits "
            "(0), found [4, 2]",
        ),
        (
            {"task": {"steps": 70}},
            "reaching.task: steps: expected at least 75, so that the latest reach ends, found 70",
        ),
    ],
    ids=["start-in-field", "goal", "buffer", "radii", "steps"],
)
def test_bad_input_ends_the_run_with_one_line(
    checkout: Checkout, changes: dict[str, Any], line: str
) -> None:
    folder = checkout.root.parent
    config = checkout.config(folder, merged(TINY, {"reaching": changes}))

    outcome = checkout.quick_run(folder, config, "--cores", "1", targets=REACHING).expect(1)

    found = [each for each in outcome.output.splitlines() if "reaching." in each]
    assert found == [line]
    assert "Traceback" not in outcome.output
    assert not (folder / "results").exists()
