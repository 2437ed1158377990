"""Deep Q-networks that reach to random targets on a grid."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from stable_baselines3.common.logger import Logger

from corticomotor.dynamics.devices import compute_device
from corticomotor.runtime.progress import StepReport, silent
from corticomotor.studies.reaching.agents.deep_q_looks import Looks
from corticomotor.studies.reaching.agents.deep_q_tests import measure, tested_network
from corticomotor.studies.reaching.agents.parameters import flat_parameters
from corticomotor.studies.reaching.agents.q_network import Convolutions, GreedyDQN, GridPolicy
from corticomotor.studies.reaching.agents.replay import GridReplay
from corticomotor.studies.reaching.environments.grid_reaches import GridReaches
from corticomotor.studies.reaching.grid import king_grid

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from corticomotor.studies.reaching.settings.agents import DeepQ, DeepQRun

# Targets of a test while learning, to each of which the hand starts from everywhere.
_LOOK_TARGETS: dict[str, int] = {"parameters": 64, "pixels": 16}


def train_deep_q(
    run: DeepQRun,
    settings: DeepQ,
    *,
    rng: Callable[[str], np.random.Generator],
    report: StepReport = silent,
) -> dict[str, ArrayLike]:
    """Train a Q-network and test it on all pairs of hand and target.

    Nothing is discounted. The training cannot be continued: Stable-Baselines3 keeps no state that
    would give the same numbers. A job that was killed begins anew.

    Args:
        run: what the agent sees, how the radius shrinks, whether there is a force, and how long.
        settings: what all runs share.
        rng: gives the random stream of a purpose.
        report: called with the moves so far.

    Returns:
        What `contracts.DEEP_Q` says.

    Raises:
        DivergenceError: the loss left the finite numbers.
        InputError: there is no device as the settings want it.

    Source: Sun & Plitt, section 4 (DQN), figure 4.
    """
    grid = king_grid(settings.grid, force=run.force)
    targets = rng("reaching/deep_q/looks").permutation(grid.squares)[: _LOOK_TARGETS[run.view]]
    reaches = GridReaches(
        rng("reaching/deep_q/reaches"),
        grid,
        run.view,
        count=settings.grids,
        longest=settings.longest,
        radius=run.radii[0],
    )
    model = _agent(run, settings, reaches, rng)
    looks = Looks(grid, np.sort(targets), run, settings, report)
    before = flat_parameters(tested_network(model))
    model.learn(run.frames, callback=looks, log_interval=run.frames + 1)
    found = measure(tested_network(model), grid, run, settings, rng("reaching/deep_q/shown"))
    return looks.found() | found | {"initial_parameters": before}


def _agent(
    run: DeepQRun,
    settings: DeepQ,
    reaches: GridReaches,
    rng: Callable[[str], np.random.Generator],
) -> GreedyDQN:
    """Make an agent that has learned nothing."""
    policy: dict[str, Any] = {
        "layer_norm": run.layer_norm,
        "value_unit": run.value_unit,
        "net_arch": [settings.hidden, settings.hidden],
        "optimizer_kwargs": {"fused": True},
    }
    if run.view == "pixels":
        policy |= {
            "features_extractor_class": Convolutions,
            "features_extractor_kwargs": {"channels": list(settings.channels)},
        }
    model = GreedyDQN(
        GridPolicy,
        reaches,
        rng=rng("reaching/deep_q/exploration"),
        learning_rate=settings.learning_rate,
        buffer_size=settings.memory,
        learning_starts=settings.exploration_frames,
        batch_size=settings.batch,
        gamma=1.0,
        tau=settings.target_rate,
        target_update_interval=settings.grids,
        train_freq=1,
        gradient_steps=run.updates,
        exploration_initial_eps=settings.exploration,
        exploration_final_eps=settings.exploration,
        replay_buffer_class=GridReplay,
        replay_buffer_kwargs={
            "reaches": reaches,
            "settings": run,
            "rng": rng("reaching/deep_q/replay"),
        },
        policy_kwargs=policy,
        # The weights come from the global generator of torch, which this seeds.
        seed=int(rng("reaching/deep_q/weights").integers(2**31)),
        device=compute_device(settings.device),
    )
    model.set_logger(Logger(folder=None, output_formats=[]))
    return model
