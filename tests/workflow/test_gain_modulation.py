"""The gain-modulation study: what reruns after a change, killed trainings, equal bytes."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gain_jobs as gains
import pytest
from gain_jobs import figures, speed
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

GAIN_MODULATION = ("gain_modulation",)


def plan_with(
    checkout: Checkout, folder: Path, changes: dict[str, Any], targets: Sequence[str] = ALL
) -> set[str]:
    """Jobs of a dry run with changed settings of the study."""
    config = checkout.config(checkout.root, merged(TINY, {"gain_modulation": changes}))
    return checkout.plan(folder, config, targets)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"circuit": {"momentum": 0.8}}, gains.CIRCUITS),
        ({"dynamics": {"max_rate_hz": 90.0}}, gains.LEARNED),
        # Primitives have baseline rates of their own.
        ({"dynamics": {"baseline_rate_hz": 15.0}}, gains.LEARNED - gains.PRIMITIVES | gains.REPORT),
        ({"movement": {"smoothness_ms": 40.0}}, gains.LEARNED),
        ({"readout": {"ridge": 0.01}}, gains.FAST),
        # Slow movements take a perturbation of their own, but no memory.
        (
            {"reward": {"memory": 0.5}},
            gains.NEW_MOVEMENT | gains.GROUPS | gains.BY_REWARD,
        ),
        ({"new_movement": {"iterations": 5}}, gains.NEW_MOVEMENT),
        ({"alternatives": {"rank_one_scale": 0.02}}, gains.ALTERNATIVES),
        ({"groups": {"pattern_iterations": 4}}, gains.GROUPS),
        ({"sizes": {"rate": 0.02}}, gains.IN_SIZES),
        # It is counted in the figure and in the report.
        ({"sizes": {"stated_error": 0.1}}, figures("sizes") | gains.REPORT),
        ({"primitives": {"libraries": 4}}, gains.PRIMITIVES),
        ({"speed": {"ridge": 0.01}}, gains.SPEED),
        (
            {"speed": {"iterations": 4}},
            speed("slow", "slow_and_scaled", "by_reward"),
        ),
        ({"speed": {"sessions": 3}}, speed("slow")),
        ({"speed": {"scaled_sessions": 2}}, speed("slow_and_scaled")),
        ({"speed": {"noise_db": 6.0}}, speed("slow", "slow_and_scaled")),
        # Gains of primitives are neuron-specific.
        ({"speed": {"groups": 4}}, gains.SPEED - speed("shape_and_speed") | gains.REPORT),
        ({"speed": {"reward": {"perturbation": 0.01}}}, speed("by_reward")),
        ({"speed": {"initial_conditions": {"sessions": 2}}}, speed("initial_conditions")),
        ({"speed": {"seven_speeds": {"rate": 0.07}}}, speed("seven_speeds")),
        ({"speed": {"shape_and_speed": {"pull": 0.1}}}, speed("shape_and_speed")),
    ],
    ids=lambda value: (
        "+".join(f"{k}.{j}" for k in value for j in value[k]) if isinstance(value, dict) else ""
    ),
)
def test_edited_setting(
    checkout: Checkout, whole_run: Path, changes: dict[str, Any], expected: set[str]
) -> None:
    # The study alone, which takes half as long; that others stay as they are is tested below.
    planned = plan_with(checkout, whole_run, changes, GAIN_MODULATION)

    assert planned == matching(expected, finished_jobs(whole_run))


def test_another_configured_perturbation_leaves_slow_movements_alone(
    checkout: Checkout, whole_run: Path
) -> None:
    planned = plan_with(checkout, whole_run, {"reward": {"perturbation": 0.003}})

    # 0.001 differs from the config now and lies elsewhere; the table of the sweep is what it was.
    own = {"gain_modulation/new_movement/replicate-1"}
    shown = figures("new_movement", "rates") | gains.GROUPS | gains.REPORT
    assert planned == matching(own | shown, finished_jobs(whole_run))


def test_another_number_of_neurons_runs_what_has_a_circuit_of_its_own(
    checkout: Checkout, whole_run: Path
) -> None:
    planned = plan_with(checkout, whole_run, {"circuit": {"neurons": 40}})

    # Circuits of 40 neurons are there, for other stages.
    assert planned == matching(gains.OF_CIRCUIT, finished_jobs(whole_run))


def test_another_size_runs_its_own_jobs(checkout: Checkout, whole_run: Path) -> None:
    planned = plan_with(checkout, whole_run, {"sizes": {"neurons": [30, 40, 50]}})

    own = {f"gain_modulation/{stage}/50-neurons/replicate-1" for stage in ("circuits", "sizes")}
    assert planned == own | figures("sizes") | gains.REPORT


def test_another_baseline_runs_its_own_jobs(checkout: Checkout, whole_run: Path) -> None:
    planned = plan_with(checkout, whole_run, {"primitives": {"baseline_rates_hz": [20.0, 10.0]}})

    own = {"gain_modulation/primitives/baseline-10.0-hz/replicate-1"}
    assert planned == own | figures("primitives", "libraries") | gains.REPORT


def test_another_replicate_runs_its_own_jobs_and_the_gatherings(
    checkout: Checkout, whole_run: Path
) -> None:
    planned = plan_with(checkout, whole_run, {"replicates": {"count": 2}})

    jobs = gains.jobs_of(replicates=2)
    own = {job for job in jobs if job.endswith("/replicate-2")}
    # Experiments on speed are those of the first circuit, but for what a sweep measures.
    of_all = ("new_movement", "rates", "alternatives", "groups", "sizes", "primitives", "libraries")
    gatherings = matching(gains.MEASURES, jobs) | figures(*of_all)
    assert planned == own | gatherings
    assert {job for job in own if "/speed/" in job} == {"gain_modulation/speed/slow/replicate-2"}


def test_report_and_figures_are_published(whole_run: Path) -> None:
    report = (whole_run / "results" / "gain_report.pdf").read_bytes()
    drawn = {path.stem for path in (whole_run / "results/figures/gain_modulation").glob("*.svg")}

    pages = re.search(rb"/Type */Pages */Count ([0-9]+)", report)
    assert pages is not None
    assert int(pages[1]) >= 8
    assert figures(*drawn) == {job for job in gains.jobs_of() if "/figures/" in job}


def test_one_job_at_a_time_gives_the_same_bytes(checkout: Checkout, whole_run: Path) -> None:
    folder = checkout.folder("gains-one-at-a-time")
    by_replicate = (
        *("new_movement", "alternatives", "groups", "sizes/40-neurons"),
        *("primitives/baseline-5.0-hz", "speed/by_reward", "speed/seven_speeds"),
    )
    targets = [f"results/gain_modulation/{stage}/replicate-1.h5" for stage in by_replicate]

    checkout.run(folder, checkout.config(folder, TINY), "--cores", "1", targets=targets).expect()

    expected = results(whole_run, ".h5")
    found = results(folder, ".h5")
    assert len(found) == 9
    assert [name for name in found if found[name] != expected[name]] == []


# ---------------------------------------------------------------- interruptions

# A second of training or two; what comes after it in the same job draws random numbers, too.
LONG = merged(
    TINY,
    {
        "gain_modulation": {
            "new_movement": {"iterations": 4000},
            "speed": {"reward": {"iterations": 4000}},
        }
    },
)
# The script of a training, and the part of it whose state is there first.
TRAININGS = {
    "new_movement": ("learn_new_movement.py", ""),
    "speed/by_reward": ("learn_slow_by_reward.py", ".at_once"),
}


def result_of(stage: str) -> str:
    return f"results/gain_modulation/{stage}/replicate-1.h5"


@pytest.fixture(scope="module")
def undisturbed(checkout: Checkout) -> Path:
    """Folder of long trainings that nobody interrupts."""
    folder = checkout.folder("long-gains")
    targets = [result_of(stage) for stage in TRAININGS]
    with frequent_states(checkout):
        config = checkout.config(folder, LONG)
        checkout.run(folder, config, "--cores", "2", targets=targets).expect()
    return folder


@pytest.mark.parametrize("stage", TRAININGS)
def test_killed_training_continues_to_the_same_bytes(
    checkout: Checkout, undisturbed: Path, stage: str
) -> None:
    folder = checkout.folder(f"killed-{Path(stage).name}")
    config = checkout.config(folder, LONG)
    script, part = TRAININGS[stage]
    log = folder / f"results/logs/gain_modulation/{stage}/replicate-1.log"
    states = folder / f"results/checkpoints/gain_modulation/{stage}"
    state = states / f"replicate-1{part}.h5"

    with frequent_states(checkout):
        with checkout.start(folder, config, "--cores", "1", targets=[result_of(stage)]) as run:
            while not state.exists():
                assert run.poll() is None, run.communicate()[0]
                time.sleep(0.02)
            kill_job(run, script)
        assert not (folder / result_of(stage)).exists()
        # None of a later part.
        assert [*states.glob("replicate-*.h5")] == [state]
        checkout.run(folder, config, "--cores", "1", targets=[result_of(stage)]).expect()

    # It went on from the state rather than from the start.
    first = re.search(r"iteration (\d+)/", log.read_text(encoding="utf-8"))
    assert first is not None
    assert int(first[1]) > 1
    found, expected = results(folder, ".h5"), results(undisturbed, ".h5")
    assert result_of(stage) in found
    assert [name for name in found if found[name] != expected[name]] == []


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"groups": {"counts": [7]}},
            "gain_modulation.groups.counts: expected divisors of 30 neurons, found 7",
        ),
        (
            {"speed": {"groups": 7}},
            "gain_modulation.speed.groups: expected divisors of 40 neurons, found 7",
        ),
        (
            {"primitives": {"sizes": [1, 5]}},
            "gain_modulation.primitives.sizes: expected at most 4 patterns in a library "
            "(gain_modulation.primitives.patterns), found 5",
        ),
        (
            {"speed": {"factor": 0.5}},
            "gain_modulation.speed.factor: expected a number of at least 1, found 0.5",
        ),
        (
            {"circuit": {"excitatory_fraction": 0.015}},
            "gain_modulation.circuit.excitatory_fraction: expected at least one excitatory and one "
            "inhibitory neuron of 30, found 0 excitatory",
        ),
        (
            {"movement": {"step_ms": 7.0}},
            "gain_modulation.movement.step_ms: expected 10 or more whole steps in 200 ms, found 7",
        ),
    ],
    ids=["groups", "speed-groups", "library", "factor", "excitatory", "steps"],
)
def test_bad_input_ends_the_run_with_one_line(
    checkout: Checkout, changes: dict[str, Any], line: str
) -> None:
    folder = checkout.root.parent
    config = checkout.config(folder, merged(TINY, {"gain_modulation": changes}))

    outcome = checkout.quick_run(folder, config, "--cores", "1", targets=GAIN_MODULATION).expect(1)

    found = [each for each in outcome.output.splitlines() if "gain_modulation." in each]
    assert found == [line]
    assert "Traceback" not in outcome.output
    assert not (folder / "results").exists()


def test_a_step_that_is_too_long_for_the_circuit_is_told_in_one_line(
    checkout: Checkout, whole_run: Path
) -> None:
    folder = checkout.folder("long-step", copy_of=whole_run)
    # What limits the step is known only from the circuit, and it is there.
    faster = {"gain_modulation": {"dynamics": {"time_constant_ms": 5.0}}}
    config = checkout.config(folder, merged(TINY, faster))
    result = "results/gain_modulation/new_movement/replicate-1.h5"

    outcome = checkout.run(folder, config, "--cores", "1", targets=[result]).expect(1)

    [line] = [each for each in outcome.output.splitlines() if each.startswith("error: ")]
    assert re.fullmatch(
        r"error: gain_modulation_new_movement, replicate 1: gain_modulation\.movement\.step_ms: "
        r"expected at most [\d.]+ ms for this circuit of 30 neurons, found 10\.0 \(log: .+\)",
        line,
    )
    assert "Traceback" not in outcome.output
    assert not (folder / result).exists()
