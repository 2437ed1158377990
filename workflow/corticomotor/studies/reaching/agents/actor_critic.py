"""Agents with continuous actions that meet a force field, get used to it, and lose it again.

Stable-Baselines3 trains them. Its memory of transitions is not kept on disk: a training that is
killed starts anew. It draws from the global generators of numpy and torch, which are seeded here,
from the stream that is handed in.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from stable_baselines3 import SAC, TD3
from stable_baselines3.common.logger import Logger
from stable_baselines3.common.noise import NormalActionNoise

from corticomotor.arrays import Array
from corticomotor.dynamics.devices import compute_device
from corticomotor.runtime.errors import DivergenceError, InputError
from corticomotor.runtime.progress import StepReport, shifted, silent
from corticomotor.studies.reaching.agents.control_tests import (
    Flags,
    Performance,
    crossing_lines,
    perform,
)
from corticomotor.studies.reaching.agents.parameters import described, flat_parameters
from corticomotor.studies.reaching.environments.control import ControlReaches
from corticomotor.studies.reaching.fields import field_of, trial_strengths
from corticomotor.studies.reaching.hand import Rules
from corticomotor.studies.reaching.reaches import HALF_WORKSPACE, random_targets

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from corticomotor.studies.reaching.settings.agents import Control
    from corticomotor.studies.reaching.settings.task import ReachTask, TestReaches

Agent = Literal["sac", "td3"]
PHASES = ("baseline", "adaptation", "washout")
# In which the field is there.
_ON = (False, True, False)


@dataclass(frozen=True)
class Tests:
    """Reaches on which an agent is tested, without noise, the field off and on.

    Attributes:
        targets: those that are counted, then those that are only shown (reach, 2).
        counted: how many are counted.
        crosses: which straight lines of these cross the field (counted reach,).
        rules: of the movement.
        settings: of the agents.
    """

    targets: Array
    counted: int
    crosses: Flags
    rules: Rules
    settings: Control

    def of(self, model: SAC | TD3) -> tuple[Performance, Performance]:
        """Test an agent with the field off, then with the field on."""

        def act(seen: NDArray[np.float32]) -> NDArray[Any]:
            return model.predict(seen, deterministic=True)[0]

        off, on = (
            perform(act, self.targets, self.rules, self.settings.decisions, on=on)
            for on in (False, True)
        )
        return off, on

    def summary(self, performance: Performance) -> tuple[float, float, float]:
        """Part of reaches that hit, of those that cross the field, and deviation of the latter."""
        hits = performance.end_error[: self.counted] <= self.settings.tolerance
        deviation = performance.deviation[: self.counted]
        return (
            float(np.mean(hits)),
            float(np.mean(hits[self.crosses])),
            float(np.mean(deviation[self.crosses])),
        )


@dataclass(frozen=True)
class Phase:
    """What became of an agent in a phase.

    Attributes:
        steps: decisions of the phase before each look (look,).
        looks: part of reaches that hit, of those that cross the field, and deviation of the latter,
            with the field off and on (look, field, 3).
        last: performance at the end, with the field off and on.
        parameters: of the actor, in the order of its state dict (parameter,).
    """

    steps: list[int]
    looks: list[list[tuple[float, float, float]]]
    last: tuple[Performance, Performance]
    parameters: NDArray[np.float32]


def train_control(
    agent: Agent,
    settings: Control,
    task: ReachTask,
    tests: TestReaches,
    *,
    rng: Callable[[str], np.random.Generator],
    report: StepReport = silent,
) -> dict[str, ArrayLike]:
    """Train an agent without the field, under it, and without it again.

    Its memory of transitions begins anew with each phase, since old ones have another field.
    All tests are made with the field off and on. So reaches with the field off, while the agent
    lives in it, are its catch trials, whose errors are mirror images of what the field did.

    Args:
        agent: kind of agent.
        settings: of the agents.
        task: gives the field.
        tests: gives how many trajectories are kept.
        rng: gives the random stream of a purpose.
        report: called with the decisions so far.

    Returns:
        What `contracts.CONTROL` says.

    Raises:
        DivergenceError: the losses left the finite numbers.
        InputError: no test reach crosses the field.
    """
    rules = _rules(settings, task)
    examination = _tests(rng("reaching/control/tests"), settings, tests.shown, rules)
    stream = rng(f"reaching/control/{agent}")

    def env(on: bool) -> ControlReaches:
        def strengths(rng: np.random.Generator, count: int) -> Array:
            return trial_strengths(rng, task.field, count) if on else np.zeros(count)

        return ControlReaches(stream, rules, settings.reaches, settings.decisions, strengths)

    model = _model(agent, settings, env(on=False), seed=int(stream.integers(2**31)))
    phases, before, untrained = [], 0, flat_parameters(model.actor)
    for on, steps in zip(_ON, getattr(settings.agents, agent), strict=True):
        model.set_env(env(on), force_reset=True)
        phases.append(_live(model, steps, examination, on=on, report=shifted(report, before)))
        before += steps
    return {
        **_as_contract(phases, examination),
        **described(model.actor),
        **rules.field.described(),
        "initial_parameters": untrained,
        "action_steps": rules.action_steps,
        "strongest_action": rules.strongest,
    }


def _rules(settings: Control, task: ReachTask) -> Rules:
    return Rules(
        field=field_of(task.field, settings.field_strength),
        action_steps=settings.action_steps,
        strongest=settings.strongest,
        effort=settings.effort,
        bonus=settings.bonus,
        tolerance=settings.tolerance / HALF_WORKSPACE,
    )


def _tests(rng: np.random.Generator, settings: Control, shown: int, rules: Rules) -> Tests:
    targets = random_targets(rng, settings.test_reaches + shown)
    crosses = crossing_lines(targets[: settings.test_reaches], rules.field)
    if not crosses.any():
        raise InputError(
            f"control.test_reaches: expected so many that some cross the field, found "
            f"{settings.test_reaches} of which none does (reaching.task.field)"
        )
    return Tests(targets, settings.test_reaches, crosses, rules, settings)


def _model(agent: Agent, settings: Control, env: ControlReaches, seed: int) -> SAC | TD3:
    shared: dict[str, Any] = {
        "learning_rate": settings.learning_rate,
        "buffer_size": settings.memory,
        "learning_starts": settings.random_steps,
        "batch_size": settings.batch,
        "tau": settings.target_rate,
        "gamma": settings.discount,
        "train_freq": 1,
        "gradient_steps": settings.updates,
        "policy_kwargs": {
            "net_arch": [settings.hidden, settings.hidden],
            # Networks are so small that calls cost more than arithmetic.
            "optimizer_kwargs": {"fused": True},
        },
        "device": compute_device(settings.device),
        "seed": seed,
    }
    model: SAC | TD3
    if agent == "sac":
        model = SAC("MlpPolicy", env, **shared)
    else:
        noise = NormalActionNoise(np.zeros(2), np.full(2, settings.action_noise))
        model = TD3("MlpPolicy", env, action_noise=noise, **shared)
    # The default one leaves folders behind.
    model.set_logger(Logger(folder=None, output_formats=[]))
    return model


def _live(model: SAC | TD3, steps: int, tests: Tests, *, on: bool, report: StepReport) -> Phase:
    """Let an agent learn in a phase, with the field that its environment has."""
    assert model.replay_buffer is not None
    model.replay_buffer.reset()
    before = model.num_timesteps
    at, looks = [], []
    # The field is learned soon: looks are closer together at the beginning.
    course = np.linspace(0.0, 1.0, tests.settings.looks + 1) ** 2
    for look in np.rint(steps * course).astype(int).tolist():
        left = before + look - model.num_timesteps
        model.learn(max(left, 0), reset_num_timesteps=False, log_interval=sys.maxsize)
        _check(model)
        last = tests.of(model)
        at.append(model.num_timesteps - before)
        looks.append([tests.summary(each) for each in last])
        hits, crossing_hits, deviation = looks[-1][on]
        report(look, hits=hits, crossing_hits=crossing_hits, deviation=deviation)
    return Phase(at, looks, last, flat_parameters(model.actor))


def _check(model: SAC | TD3) -> None:
    losses = {
        name: value
        for name, value in model.logger.name_to_value.items()
        if name.endswith("_loss") and not np.isfinite(value)
    }
    if losses:
        raise DivergenceError(
            f"the losses of the agent are not finite after {model.num_timesteps} decisions: "
            "lower reaching.control.learning_rate"
        )


def _as_contract(phases: list[Phase], tests: Tests) -> dict[str, ArrayLike]:
    counted = tests.counted

    def ends(name: str) -> Array:
        return np.array([[getattr(each, name) for each in phase.last] for phase in phases])

    looks = np.array([phase.looks for phase in phases])
    way = ends("way")
    parameters = np.stack([phase.parameters for phase in phases])
    return {
        "phase": list(PHASES),
        "field": ["off", "on"],
        "look": np.arange(looks.shape[1]),
        "test": np.arange(counted),
        "shown": np.arange(len(tests.targets) - counted),
        "time": np.arange(way.shape[2]),
        "axis": ["x", "y"],
        "parameter": np.arange(parameters.shape[1]),
        "look_step": [phase.steps for phase in phases],
        "look_success": looks[..., 0],
        "look_crossing_success": looks[..., 1],
        "look_deviation": looks[..., 2],
        "target": HALF_WORKSPACE * tests.targets[:counted],
        "crosses": tests.crosses.astype(int),
        "end_error": ends("end_error")[..., :counted],
        "end_speed": ends("end_speed")[..., :counted],
        "deviation": ends("deviation")[..., :counted],
        "shown_target": HALF_WORKSPACE * tests.targets[counted:],
        "hand": np.moveaxis(way[..., counted:, :], 2, 3),
        "parameters": parameters,
    }
