"""Datasets of the reaching study for its figures, made from its contracts, small but plausible."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import xarray as xr

from corticomotor.arrays import Array
from corticomotor.studies.reaching import contracts
from corticomotor.studies.reaching.choices import AGENTS, COMPARED, MODELS, RUNS
from corticomotor.studies.reaching.reaches import ideal_reaches
from figure_examples import filled

FIELD: dict[str, Any] = {
    "kind": "region",
    "x": [-1000.0, 1000.0],
    "y": [10.0, 40.0],
    "force": [-5.0, 0.0],
    "curl": 0.2,
    "variation": "none",
}
TASK: dict[str, Any] = {
    "steps": 100,
    "target_step": 20,
    "longest_delay": 10,
    "cue_steps": 5,
    "reaction_steps": 15,
    "time_constant": 3.0,
    "field": FIELD,
}
SOLVED, TOLERANCE = 0.95, 3.0
TESTS, SHOWN, LOOKS, UNITS, SIZE = 60, 24, 6, 10, 5
DIRECTIONS = 2 * np.pi * np.arange(8) / 8
OFF_ON = ["off", "on"]
_TURNS = ["before", "under", "after"]
_PHASES = {
    "standard": ["untrained", *_TURNS, "control_under", "control_after", "longer"],
    "positions": ["untrained", *_TURNS, "control_under", "control_after"],
    "accelerations": ["untrained", *_TURNS, "control_under", "control_after"],
    "standard_deep": ["untrained", "before", "under"],
} | {f"positions_{length}": ["untrained", "before", "under"] for length in (0, 1, 2, 8)}
# Percent by which the force takes hands away at the end, in each phase with the field on.
_PUSHED = {"standard": 86.0, "positions": 45.0, "accelerations": 95.0}
_LEFT = {"standard": 0.14, "positions": 0.05, "accelerations": 0.12}


def phases_of(model: str) -> list[str]:
    """Phases that a model trains in."""
    return _PHASES.get(model, ["untrained", "before"])


def sequence(model: str, seed: int, tests: int = TESTS, shown: int = SHOWN) -> xr.Dataset:
    """What a sequence model did, see `contracts.SEQUENCE`."""
    rng = np.random.default_rng(seed)
    phases = phases_of(model)
    task = SimpleNamespace(**TASK)
    # Models of a replicate are tested on the same reaches.
    shared = np.random.default_rng(seed % 100)
    targets, aims = shared.uniform(-50, 50, (tests, 2)), shared.uniform(-50, 50, (shown, 2))
    cue = shared.integers(20, 30, tests)
    ideal = ideal_reaches(aims / 50, np.full(shown, 25), task)  # type: ignore[arg-type]
    kinematics = np.stack([ideal.position, ideal.velocity, ideal.acceleration])
    crosses = (targets[:, 1] > FIELD["y"][0]).astype(float)
    pushed = np.array([[_shift(model, phase, field) for field in OFF_ON] for phase in phases])
    small = rng.lognormal(0.5, 0.4, (len(phases), 2, tests))
    end_error = np.where(crosses > 0, small + np.abs(pushed)[..., np.newaxis], small)
    end_error[0] = rng.uniform(20, 60, (2, tests))
    in_field = (aims[:, 1] > FIELD["y"][0]).astype(float)
    growth = np.clip((np.arange(task.steps) - 45) / 55, 0, 1) ** 2
    away = in_field[:, np.newaxis] * growth
    hand = 50 * ideal.position.transpose(1, 0, 2) + rng.normal(
        0, 0.6, (len(phases), 2, shown, 1, 2)
    )
    hand[..., 0] -= pushed[:, :, np.newaxis, np.newaxis] * away
    hand[0] = 0.05 * hand[0]
    output = kinematics[:, :, 0] + rng.normal(0, 0.02, (len(phases), 2, 3, task.steps, 2))
    looks = np.geomspace(1, 0.05, LOOKS)
    start = np.array([30 if phase == "before" else 10 for phase in phases])[:, np.newaxis]
    course = start * looks * rng.uniform(0.8, 1.2, (len(phases), LOOKS)) + 1
    axes = {
        "phase": phases, "field": OFF_ON, "look": range(LOOKS), "test": range(tests),
        "shown": range(shown), "direction": DIRECTIONS, "time": range(task.steps),
        "axis": ["x", "y"], "unit": range(UNITS), "parameter": range(4),
        "quantity": ["position", "velocity", "acceleration"], "part": ["output/bias"],
        "input": range(3), "end": ["first", "last"],
    }  # fmt: skip
    return filled(
        contracts.SEQUENCE,
        seed,
        axes,
        iterations=[_iterations(phase) for phase in phases],
        look_iteration=[np.linspace(0, _iterations(phase), LOOKS) for phase in phases],
        look_error=course,
        look_crossing_error=2 * course,
        target=targets,
        cue=cue,
        crosses=crosses,
        end_error=end_error,
        shown_target=aims,
        hand=hand,
        output=output,
        ideal=kinematics[:, :, 0],
    )


def _iterations(phase: str) -> float:
    return {"untrained": 0.0, "before": 300.0, "longer": 900.0}.get(phase, 200.0)


def _shift(model: str, phase: str, field: str) -> float:
    """Percent by which hands end too far left."""
    most = _PUSHED.get(model, 60.0)
    left = _LEFT.get(model, 0.1)
    learned = phase in ("under", "longer")
    if field == "on":
        return left * most if learned else most
    return -0.8 * most if learned else 0.0


def tabular(seed: int, shown: int = 6) -> xr.Dataset:
    """What an agent with a table learned, see `contracts.TABULAR`."""
    rng = np.random.default_rng(seed)
    goal, episodes = np.array([SIZE - 1, 2]), 40
    rows, columns = np.mgrid[:SIZE, :SIZE]
    fewest = np.maximum(np.abs(rows - goal[0]), np.abs(columns - goal[1])).astype(float)
    optimal = np.stack([fewest, fewest + (columns > goal[1])])
    path = np.full((2, shown, SIZE + 1, 2), np.nan)
    for field in range(2):
        for each in range(shown):
            start = np.array([0, each % SIZE])
            moves = int(fewest[tuple(start)])
            between = np.linspace(0, 1, moves + 1)[:, np.newaxis]
            path[field, each, : moves + 1] = np.rint(start + between * (goal - start))
    axes = {
        "field": OFF_ON, "episode": range(1, episodes + 1), "look": range(LOOKS),
        "row": range(SIZE), "column": range(SIZE), "action": range(8), "shown": range(shown),
        "move": range(SIZE + 1), "axis": ["row", "column"], "end": ["first", "last"],
    }  # fmt: skip
    optimal_part = np.linspace(0, 1, LOOKS) ** rng.uniform(0.3, 1, (2, 1))
    return filled(
        contracts.TABULAR,
        seed,
        axes,
        look_episode=[0, 2, 4, 10, 20, episodes],
        look_optimal=optimal_part,
        look_regret=20 * (1 - optimal_part),
        moves=optimal,
        optimal_moves=optimal,
        path=path,
        goal=goal,
        field_rows=[1, 2],
    )


def deep_q(run: str, seed: int, shown: int = 6) -> xr.Dataset:
    """What a deep Q-network learned, see `contracts.DEEP_Q`."""
    rng = np.random.default_rng(seed)
    square = np.stack(np.mgrid[:SIZE, :SIZE], axis=-1).reshape(-1, 2)
    fewest = np.abs(square[:, np.newaxis] - square).max(axis=-1).astype(float)
    missed = rng.random(fewest.shape) < (0.3 if run.startswith("pixels") else 0.0)
    moves = np.where(missed, np.nan, fewest + (rng.random(fewest.shape) < 0.2))
    moves[fewest == 0] = 0
    four = (SIZE,) * 4
    targets = rng.integers(0, SIZE, (shown, 2))
    path = np.full((shown, SIZE, 2), np.nan)
    for each, target in enumerate(targets):
        path[each, :3] = np.rint(np.linspace([0, 0], target, 3))
    frames = np.linspace(0, 120_000, LOOKS)
    success = np.clip(np.linspace(0, 1.2, LOOKS) * rng.uniform(0.8, 1), 0, 1)
    if run == "pixels_exact":
        success *= 0.2
    solved = np.flatnonzero(success >= SOLVED)
    axes = {
        "look": range(LOOKS), "hand_row": range(SIZE), "hand_column": range(SIZE),
        "target_row": range(SIZE), "target_column": range(SIZE), "shown": range(shown),
        "move": range(SIZE), "axis": ["row", "column"], "end": ["first", "last"],
        "parameter": range(4), "part": ["bias"],
    }  # fmt: skip
    return filled(
        contracts.DEEP_Q,
        seed,
        axes,
        look_frame=frames,
        look_success=success,
        frames_to_solved=frames[solved[0]] if solved.size else np.nan,
        moves=moves.reshape(four),
        optimal_moves=fewest.reshape(four),
        path=path,
        shown_target=targets,
        field_rows=[2, 3],
    )


def control(agent: str, seed: int, tests: int = TESTS, shown: int = SHOWN) -> xr.Dataset:
    """What an agent with continuous actions did, see `contracts.CONTROL`."""
    rng = np.random.default_rng(seed + 100 * (agent == "td3"))
    phases = ["baseline", "adaptation", "washout"]
    steps = 51
    targets = rng.uniform(-50, 50, (tests, 2))
    aims = rng.uniform(-50, 50, (shown, 2))
    course = np.clip(np.linspace(0, 2, steps), 0, 1)[:, np.newaxis]
    bow = np.sin(np.pi * np.clip(np.linspace(0, 2, steps), 0, 1))
    push = np.array([[0.0, -12.0], [9.0, -3.0], [1.0, -11.0]])
    hand = np.broadcast_to(aims[:, np.newaxis] * course, (3, 2, shown, steps, 2)).copy()
    inside = (aims[:, 1] > FIELD["y"][0]).astype(float)
    hand[..., 0] += push[:, :, np.newaxis, np.newaxis] * inside[:, np.newaxis] * bow
    looks = np.linspace(0, 1, LOOKS)
    hits = np.stack([np.stack([0.5 + 0.5 * looks, 0.3 + 0.2 * looks], axis=-1)] * 3)
    hits[1] = hits[1][:, ::-1]
    end_error = rng.lognormal(0, 0.5, (3, 2, tests)) + np.abs(push)[..., np.newaxis] / 4
    axes = {
        "phase": phases, "field": OFF_ON, "look": range(LOOKS), "test": range(tests),
        "shown": range(shown), "time": range(steps), "axis": ["x", "y"], "parameter": range(4),
        "part": ["bias"], "end": ["first", "last"],
    }  # fmt: skip
    length = 4_000.0 if agent == "sac" else 6_000.0
    return filled(
        contracts.CONTROL,
        seed,
        axes,
        look_step=np.stack([length * looks] * 3),
        look_success=hits,
        look_crossing_success=hits * rng.uniform(0.9, 1),
        look_deviation=-push[:, np.newaxis, :] * (1.3 - looks)[:, np.newaxis] + rng.normal(0, 0.3),
        target=targets,
        crosses=(targets[:, 1] > FIELD["y"][0]).astype(float),
        end_error=end_error,
        shown_target=aims,
        hand=hand,
    )


def population(model: str, seed: int, circuits: int = 2) -> xr.Dataset:
    """What the hidden activity of a model is like, see `contracts.POPULATION`."""
    rng = np.random.default_rng(seed + 100 * len(model))
    phases = phases_of(model)
    steps, components = 41, 6
    axes = {
        "phase": phases, "other_phase": phases, "circuit": ["synthetic", "recorded"][:circuits],
        "component": range(1, components + 1), "surrogate": range(1, 6),
        "assignment": range(1, 6), "split": range(1, 4), "direction": DIRECTIONS,
        "time": range(steps), "unit": range(UNITS),
    }  # fmt: skip
    explained = 0.5 ** np.arange(1, components + 1)
    count = len(phases)
    return filled(
        contracts.POPULATION,
        seed,
        axes,
        explained_variance=np.stack([explained] * count),
        score=_courses(rng, count, steps, components) * 3 * explained,
        peri_event=_courses(rng, count, steps, UNITS),
        captured_variance=0.8 + 0.2 * np.eye(count),
        cue_change=rng.normal(0, 1, (count, UNITS)),
        turning_points=rng.uniform(0, 3, (count, UNITS)),
    )


def _courses(rng: np.random.Generator, phases: int, steps: int, units: int) -> Array:
    """Courses that come and stay, tuned to directions (phase, direction, time, unit)."""
    preferred = rng.uniform(0, 2 * np.pi, (phases, 1, 1, units))
    tuning = np.cos(DIRECTIONS[:, np.newaxis, np.newaxis] - preferred)
    course = 1 / (1 + np.exp(-(np.arange(steps) - rng.uniform(5, 25, (units, 1))) / 3)).T
    found: Array = tuning * course + 0.5 * course
    return found


def arguments(replicates: int = 2, shown: int = SHOWN) -> Mapping[str, Mapping[str, Any]]:
    """Name of each figure -> what it is drawn from."""
    seeds = range(replicates)
    networks = {name: [sequence(name, 100 * row + seed, shown=shown) for seed in seeds]
                for row, name in enumerate(MODELS)}  # fmt: skip
    compared = {name: networks[name] for name in COMPARED}
    populations = {name: [population(name, seed) for seed in seeds] for name in COMPARED}
    return {
        "task": {"networks": compared, "task": TASK},
        "trajectories": {"networks": compared, "field": FIELD},
        "kinematics": {"networks": compared},
        "learning": {"networks": compared},
        "ablations": {"networks": networks},
        "tabular": {"tables": [tabular(seed) for seed in seeds]},
        "deep_q": {
            "runs": {run: [deep_q(run, 10 * row + seed) for seed in seeds]
                     for row, run in enumerate(RUNS)},
            "solved_at": SOLVED,
        },
        "control": {
            "agents": {agent: [control(agent, seed, shown=shown) for seed in seeds]
                       for agent in AGENTS},
            "field": FIELD,
            "tolerance": TOLERANCE,
        },
        "units": {"populations": populations},
        "population": {"populations": populations},
    }  # fmt: skip
