"""Datasets of the gain-modulation study for its figures, made from its contracts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from corticomotor.studies.gain_modulation import contracts
from corticomotor.studies.gain_modulation.groups import cells, name_of
from corticomotor.studies.gain_modulation.seven_speeds import WAYS as SPEED_WAYS
from corticomotor.studies.gain_modulation.slow_by_reward import STARTS
from figure_examples import filled

NEURONS, ITERATIONS, MOVEMENTS = 12, 30, 4
STATED, FRACTION = 0.5, 0.5
TIME, SLOW_TIME = np.linspace(0, 0.5, 11), np.linspace(0, 2.5, 21)
_ITERATION = range(1, ITERATIONS + 1)
_ALTERNATIVES = ("gains", "initial state", "all weights", "rank-one change")
_SPEED: dict[str, Any] = {
    "time": SLOW_TIME, "fast_time": TIME, "neuron": range(NEURONS), "eigenvalue": range(NEURONS),
    "group": range(5), "sample": range(1, 4), "iteration": _ITERATION,
    "movement": range(1, MOVEMENTS + 1),
}  # fmt: skip


def learned(dataset: xr.Dataset) -> xr.Dataset:
    """Let the errors of a dataset fall, and the smallest ones be those."""
    falling = np.geomspace(1, 0.1, ITERATIONS)
    dataset["error"] = dataset["error"] * falling
    dataset["best_error"] = dataset["error"].min("iteration")
    return dataset


def new_movement(seed: int) -> xr.Dataset:
    axes = {
        "groups": [NEURONS, 6, 2], "session": range(1, 6), "iteration": _ITERATION, "time": TIME,
        "neuron": range(NEURONS), "pattern": range(6),
        "statistic": ["mean", "standard deviation"], "snr": [4.0, 10.0, 20.0],
    }  # fmt: skip
    return learned(filled(contracts.NEW_MOVEMENT, seed, axes))


def alternatives(seed: int) -> xr.Dataset:
    axes = _SPEED | {"way": _ALTERNATIVES, "time": TIME}
    return learned(filled(contracts.ALTERNATIVES, seed, axes))


def groups(seed: int, trained: int = 3) -> xr.Dataset:
    names = [name_of(*each) for each in cells(NEURONS, [6, 4, 2])]
    axes = _SPEED | {
        "grouping": names, "trained": range(1, trained + 1), "session": [1, 2], "time": TIME,
    }  # fmt: skip
    found = learned(filled(contracts.GROUPS, seed, axes, start_error=np.full(MOVEMENTS, 0.9)))
    # Own groups exist for trained movements alone.
    novel = found["grouping"].str.startswith("own") & (found["movement"] > trained)
    return found.assign({name: found[name].where(~novel) for name in ("error", "best_error")})


def sizes(seed: int, neurons: int) -> xr.Dataset:
    axes = _SPEED | {
        "groups": [2, 6, neurons], "session": [1], "neuron": range(neurons), "time": TIME,
    }  # fmt: skip
    return learned(filled(contracts.SIZES, seed, axes))


def primitives(seed: int) -> xr.Dataset:
    axes = {
        "pattern": range(1, 13), "neuron": range(NEURONS), "time": TIME, "size": [1, 2, 5, 10],
        "library": range(1, 7), "novel": range(1, 9),
    }  # fmt: skip
    return filled(contracts.PRIMITIVES, seed, axes, example_novel=[1, 2, 3, 4])


def slow(seed: int, sessions: int) -> xr.Dataset:
    axes = _SPEED | {"session": range(1, sessions + 1)}
    found = learned(filled(contracts.SLOW_MOVEMENTS, seed, axes))
    found["best_session"] = found["best_error"].argmin("session") + 1
    return found


def by_reward(seed: int) -> xr.Dataset:
    axes = _SPEED | {
        "start": STARTS, "gradual_iteration": range(1, 13),
        "movement": [1, 2],
    }  # fmt: skip
    factors = np.repeat([1.5, 3.0, 5.0], 4)
    return filled(contracts.SLOW_BY_REWARD, seed, axes, gradual_factor=factors)


def initial_conditions(seed: int) -> xr.Dataset:
    axes = _SPEED | {"count": [1, 2, 3], "session": range(1, 4), "state": range(1, 4)}
    return filled(contracts.INITIAL_CONDITIONS, seed, axes, example_count=2)


def seven_speeds(seed: int) -> xr.Dataset:
    speeds = np.linspace(1, 0.2, 4)
    axes = _SPEED | {"way": SPEED_WAYS, "session": [1, 2], "speed": speeds, "movement": [1, 2]}
    found = filled(contracts.SEVEN_SPEEDS, seed, axes)
    found["target"] = found["target"].where(found["time"] * found["speed"] <= 0.5 + 1e-9)
    return found


def shape_and_speed(seed: int) -> xr.Dataset:
    axes = _SPEED | {
        "speed": ["fast", "slow"], "member": range(1, 7), "size": [2, 4, 6],
        "library": range(1, 4), "novel": range(1, 9), "quartile": [25, 50, 75],
    }  # fmt: skip
    return filled(contracts.SHAPE_AND_SPEED, seed, axes)


def arguments(circuits: int = 2) -> Mapping[str, Mapping[str, Any]]:
    """Name of each figure -> what it is drawn from."""
    seeds = range(circuits)
    measured = {
        str(neurons): [sizes(neurons + seed, neurons) for seed in seeds] for neurons in (8, 12)
    }
    rates = {rate: [primitives(10 * row + seed) for seed in seeds] for row, rate in enumerate(
        ("20.0", "5.0"))}  # fmt: skip
    gradients = [slow(seed, 2) for seed in seeds]
    movements = [new_movement(seed) for seed in seeds]
    return {
        "new_movement": {"circuits": movements},
        "rates": {"circuits": movements},
        "alternatives": {"circuits": [alternatives(seed) for seed in seeds]},
        "groups": {"circuits": [groups(seed) for seed in seeds], "iterations": ITERATIONS},
        "sizes": {
            "circuits": measured, "stated_error": STATED, "excitatory_fraction": FRACTION,
        },
        "primitives": {"rates": rates},
        "libraries": {"rates": rates},
        "slow": {"slow": gradients, "scaled": [slow(10 + seed, 1) for seed in seeds]},
        "by_reward": {"by_reward": [by_reward(seed) for seed in seeds], "slow": gradients},
        "initial_conditions": {"initial_conditions": [initial_conditions(seed) for seed in seeds]},
        "seven_speeds": {"seven_speeds": [seven_speeds(seed) for seed in seeds]},
        "shape_and_speed": {"shape_and_speed": [shape_and_speed(seed) for seed in seeds]},
    }  # fmt: skip
