"""Environments to reach in, for Gymnasium; importing this registers them."""

from gymnasium import register

# Moves that a reach may take on the grid before it is given up.
_GRID_MOVES = 50
# Decisions of a reach with continuous actions.
_DECISIONS = 25

register(
    "corticomotor/GridReach-v0",
    entry_point="corticomotor.studies.reaching.environments.grid:GridReach",
    max_episode_steps=_GRID_MOVES,
)
register(
    "corticomotor/ControlReach-v0",
    entry_point="corticomotor.studies.reaching.environments.control:ControlReach",
    max_episode_steps=_DECISIONS,
)
