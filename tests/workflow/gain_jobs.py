"""Jobs of the gain-modulation study: names, and patterns of a stage and all downstream of it."""

from __future__ import annotations

from harness import TINY

_SETTINGS = TINY["gain_modulation"]
NEURONS, SPEED_NEURONS = _SETTINGS["circuit"]["neurons"], _SETTINGS["speed"]["neurons"]
SIZES = _SETTINGS["sizes"]["neurons"]
BASELINES = _SETTINGS["primitives"]["baseline_rates_hz"]
# The stages on speed, and the figures that show each.
SHOWN_IN = {
    "slow": ("slow", "by_reward"),
    "slow_and_scaled": ("slow",),
    "by_reward": ("by_reward",),
    "initial_conditions": ("initial_conditions",),
    "seven_speeds": ("seven_speeds",),
    "shape_and_speed": ("shape_and_speed",),
}


def figures(*names: str) -> set[str]:
    """Jobs that draw these figures."""
    return {f"gain_modulation/figures/{name}" for name in names}


REPORT = {"gain_modulation/report"}
SWEEP_FIGURE = {"sweeps/reward_perturbation-figure"} | REPORT
SWEEP = {"sweeps/reward_perturbation"} | SWEEP_FIGURE


def _measured(name: str) -> set[str]:
    return {f"gain_modulation/*measures/{name}"} | SWEEP


MEASURES = _measured("*")
NEW_MOVEMENT = (
    {"gain_modulation/*new_movement/*"} | figures("new_movement", "rates") | _measured("reward")
)
ALTERNATIVES = (
    {"gain_modulation/alternatives/*"} | figures("alternatives") | _measured("gradient") | REPORT
)
GROUPS = {"gain_modulation/groups/*"} | figures("groups") | REPORT
IN_SIZES = {"gain_modulation/sizes/*"} | figures("sizes") | REPORT
PRIMITIVES = {"gain_modulation/primitives/*"} | figures("primitives", "libraries") | REPORT


def speed(*names: str) -> set[str]:
    """Experiments on speed and all downstream of them."""
    return set().union(
        REPORT,
        *({f"gain_modulation/speed/{name}/*"} | figures(*SHOWN_IN[name]) for name in names),
        _measured("slow") if "slow" in names else set(),
    )


BY_REWARD = speed("by_reward")
SPEED = speed(*SHOWN_IN)
# What runs on circuits of the usual number of neurons, and on those of all sizes.
OF_CIRCUIT = NEW_MOVEMENT | ALTERNATIVES | GROUPS | PRIMITIVES
FAST = OF_CIRCUIT | IN_SIZES
LEARNED = FAST | SPEED
CIRCUITS = {"gain_modulation/circuits/*"} | LEARNED
# What the seed is behind, and what is drawn from the record alone.
RESULTS = CIRCUITS
FIGURES = figures("*") | REPORT
EVERYTHING = RESULTS | FIGURES


def at(perturbation: float) -> str:
    """Overrides of what is made with another perturbation than the configured one."""
    return f"reward.perturbation={perturbation}/"


def jobs_of(replicates: int = 1, overrides: tuple[str, ...] = ("", at(0.01))) -> set[str]:
    """Names of all jobs behind the study's publications."""
    numbers = range(1, replicates + 1)
    stages = (
        *(f"circuits/{neurons}-neurons" for neurons in {NEURONS, SPEED_NEURONS, *SIZES}),
        *(f"{each}new_movement" for each in overrides),
        *("alternatives", "groups"),
        *(f"sizes/{neurons}-neurons" for neurons in SIZES),
        *(f"primitives/baseline-{baseline}-hz" for baseline in BASELINES),
        # All circuits are measured, though the figures and the report show the first.
        "speed/slow",
    )
    on_the_first = [f"speed/{name}" for name in SHOWN_IN]
    drawn = figures(
        *("new_movement", "rates", "alternatives", "groups", "sizes", "primitives", "libraries"),
        *("slow", "by_reward", "initial_conditions", "seven_speeds", "shape_and_speed", "stages"),
    )
    return {
        *(f"gain_modulation/{stage}/replicate-{k}" for stage in stages for k in numbers),
        *(f"gain_modulation/{stage}/replicate-1" for stage in on_the_first),
        *(f"gain_modulation/{each}measures/reward" for each in overrides),
        *("gain_modulation/measures/gradient", "gain_modulation/measures/slow"),
        *(SWEEP | drawn),
    }
