"""What each stage's file holds: variables, dimensions and units."""

from corticomotor.motor_cortex.contract import circuit_contract
from corticomotor.runtime.contracts import Contract, Variable
from corticomotor.studies.gain_modulation.speed_contracts import (
    INITIAL_CONDITIONS,
    SEVEN_SPEEDS,
    SHAPE_AND_SPEED,
    SLOW_BY_REWARD,
    SLOW_MOVEMENTS,
)
from corticomotor.studies.gain_modulation.system_contract import (
    SENDER,
    SYSTEM_NOTES,
    system_variables,
)

__all__ = [
    "ALTERNATIVES",
    "CIRCUIT",
    "GROUPS",
    "INITIAL_CONDITIONS",
    "MEASURES",
    "NEW_MOVEMENT",
    "PRIMITIVES",
    "SEVEN_SPEEDS",
    "SHAPE_AND_SPEED",
    "SIZES",
    "SLOW_BY_REWARD",
    "SLOW_MOVEMENTS",
]

_TIME = ("s", "time from movement onset")
_NEURON = ("1", "neuron of the circuit")
_SESSION = ("1", "training session, from 1")
_ITERATION = ("1", "iteration of learning, from 1")
_MOVEMENT = ("1", "movement, from 1")
_GROUPS = ("1", "number of groups of neurons that share a gain")
_SNR = ("dB", "signal-to-noise ratio of the initial state")

CIRCUIT = circuit_contract("gain_modulation")

NEW_MOVEMENT = Contract(
    stage="gain_modulation/new_movement",
    coordinates={
        "groups": _GROUPS,
        "session": _SESSION,
        "iteration": _ITERATION,
        "time": _TIME,
        "neuron": _NEURON,
        "pattern": ("1", "gain pattern: 0 has gains of 1, others are learned, neuron by neuron"),
        "statistic": ("1", "over samples of noise"),
        "snr": _SNR,
        **SENDER,
    },
    variables={
        **system_variables(),
        "initial_movement": Variable(("time",), "1", "muscle activity that the readout was fitted"),
        "target": Variable(("time",), "1", "desired muscle activity"),
        "error": Variable(
            ("groups", "session", "iteration"), "1", "squared error over the target's variance"
        ),
        "best_error": Variable(("groups", "session"), "1", "smallest error of a session"),
        "gains": Variable(("groups", "session", "neuron"), "1", "gains with the smallest error"),
        "output": Variable(("groups", "session", "time"), "1", "muscle activity at these gains"),
        "rates": Variable(("pattern", "time", "neuron"), "Hz", "firing rate above baseline"),
        "target_correlation": Variable(
            ("pattern", "neuron"), "1", "Pearson correlation of a neuron's rate with the target"
        ),
        "abscissa": Variable(
            ("pattern",), "1", "largest real part of the eigenvalues of W diag(g)"
        ),
        "noise_deviation": Variable(
            ("statistic", "pattern", "snr"),
            "1",
            "squared deviation of the output from that without noise, over its variance",
        ),
    },
    notes=SYSTEM_NOTES,
)

ALTERNATIVES = Contract(
    stage="gain_modulation/alternatives",
    coordinates={
        "way": ("1", "parameters that are learned"),
        "movement": _MOVEMENT,
        "iteration": _ITERATION,
        "time": _TIME,
    },
    variables={
        "target": Variable(("movement", "time"), "1", "desired muscle activity"),
        "error": Variable(
            ("way", "movement", "iteration"), "1", "squared error over the target's variance"
        ),
        "best_error": Variable(("way", "movement"), "1", "smallest error"),
        "start_error": Variable(("movement",), "1", "error before learning"),
    },
)

GROUPS = Contract(
    stage="gain_modulation/groups",
    coordinates={
        "grouping": ("1", "kind of groups and how many"),
        "movement": ("1", "movement, from 1; those after the trained ones are novel to the groups"),
        "trained": ("1", "movement for which groups are specialised"),
        "session": _SESSION,
        "iteration": _ITERATION,
        "time": _TIME,
        "neuron": _NEURON,
        **SENDER,
    },
    variables={
        **system_variables(),
        "target": Variable(("movement", "time"), "1", "desired muscle activity"),
        "start_error": Variable(("movement",), "1", "error before learning"),
        "error": Variable(
            ("grouping", "movement", "session", "iteration"),
            "1",
            "squared error over the target's variance; none for own groups of novel movements",
            may_be_missing=True,
        ),
        "best_error": Variable(
            ("grouping", "movement", "session"),
            "1",
            "smallest error of a session",
            may_be_missing=True,
        ),
        "pattern": Variable(
            ("trained", "neuron"), "1", "gains learned by gradients, by which neurons are grouped"
        ),
    },
    notes=SYSTEM_NOTES,
)

SIZES = Contract(
    stage="gain_modulation/sizes",
    coordinates={
        "groups": _GROUPS,
        "movement": _MOVEMENT,
        "session": _SESSION,
        "iteration": _ITERATION,
        "time": _TIME,
        "neuron": _NEURON,
        **SENDER,
    },
    variables={
        **system_variables(),
        "gains": Variable(
            ("groups", "movement", "session", "neuron"), "1", "gains with the smallest error"
        ),
        "target": Variable(("movement", "time"), "1", "desired muscle activity"),
        "start_error": Variable(("movement",), "1", "error before learning"),
        "readout_error": Variable((), "1", "error of the readout on its own movement"),
        "error": Variable(
            ("groups", "movement", "session", "iteration"),
            "1",
            "squared error over the target's variance",
        ),
        "best_error": Variable(("groups", "movement", "session"), "1", "smallest error"),
        "output": Variable(
            ("groups", "movement", "session", "time"), "1", "muscle activity at the smallest error"
        ),
        "rates": Variable(("time", "neuron"), "Hz", "firing rates at gains of 1"),
    },
    notes=SYSTEM_NOTES,
)

PRIMITIVES = Contract(
    stage="gain_modulation/primitives",
    coordinates={
        "pattern": ("1", "gain pattern, from 1"),
        "neuron": _NEURON,
        "time": _TIME,
        "size": ("1", "number of gain patterns that are combined"),
        "library": ("1", "library of gain patterns, from 1"),
        "novel": ("1", "novel movement, from 1"),
        **SENDER,
    },
    variables={
        **system_variables(),
        "target": Variable(("pattern", "time"), "1", "movement that a pattern was learned for"),
        "gains": Variable(("pattern", "neuron"), "1", "learned gains"),
        "error": Variable(("pattern",), "1", "smallest error of learning"),
        "output": Variable(("pattern", "time"), "1", "muscle activity at learned gains"),
        "random_output": Variable(
            ("pattern", "time"),
            "1",
            "muscle activity at gains drawn from a normal distribution like that of learned ones",
        ),
        "shuffled_output": Variable(
            ("pattern", "time"), "1", "muscle activity at learned gains, shuffled within a pattern"
        ),
        "novel_target": Variable(("novel", "time"), "1", "novel movement"),
        "fit_error": Variable(
            ("size", "library", "novel"),
            "1",
            "error of the best convex combination of a library's muscle activities",
        ),
        "output_error": Variable(
            ("size", "library", "novel"),
            "1",
            "error of the muscle activity at the same combination of the library's gains",
        ),
        "deviation": Variable(
            ("size", "library", "novel"),
            "1",
            "squared difference of these two activities, over the movement's variance",
        ),
        "example_novel": Variable(("size",), "1", "novel movement of the example"),
        "example_fit": Variable(
            ("size", "time"), "1", "best combination of activities for the median error"
        ),
        "example_output": Variable(("size", "time"), "1", "muscle activity that it gives"),
    },
    notes=SYSTEM_NOTES,
)

MEASURES = Contract(
    stage="gain_modulation/measures",
    coordinates={"replicate": ("1", "replicate")},
    variables={
        "error_left": Variable(
            ("replicate",), "1", "error after learning over that before, mean or median"
        )
    },
)
