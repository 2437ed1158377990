"""What the files of experiments on the speed of movements hold: variables, dimensions and units."""

from corticomotor.runtime.contracts import Contract, Variable
from corticomotor.studies.gain_modulation.system_contract import (
    SENDER,
    SYSTEM_NOTES,
    system_variables,
)

_NEURON = ("1", "neuron of the circuit")
_SESSION = ("1", "training session, from 1")
_ITERATION = ("1", "iteration of learning, from 1")
_MOVEMENT = ("1", "movement, from 1")
_SLOW_TIME = ("s", "time from onset of the slow movement")
_FAST_TIME = ("s", "time from onset of the fast movement")
_GROUP = ("1", "group of neurons that share a gain")
_PART = ("1", "eigenvalues of the dynamics linearised around rest, W diag(g) - I")

SLOW_MOVEMENTS = Contract(
    stage="gain_modulation/speed/slow",
    coordinates={
        "movement": _MOVEMENT,
        "session": _SESSION,
        "iteration": _ITERATION,
        "group": _GROUP,
        "neuron": _NEURON,
        "fast_time": _FAST_TIME,
        "time": _SLOW_TIME,
        "eigenvalue": _PART,
        "sample": ("1", "sample of noise"),
        **SENDER,
    },
    variables={
        **system_variables(readouts=("movement",)),
        "fast_movement": Variable(("movement", "fast_time"), "1", "muscle activity, fast"),
        "readout_error": Variable(
            ("movement",), "1", "error of the readout on the fast movement that it was fitted to"
        ),
        "target": Variable(("movement", "time"), "1", "desired muscle activity, slow"),
        "start_error": Variable(("movement",), "1", "error before learning"),
        "error": Variable(
            ("movement", "session", "iteration"), "1", "squared error over the target's variance"
        ),
        "best_error": Variable(("movement", "session"), "1", "smallest error of a session"),
        "best_session": Variable(("movement",), "1", "session with the smallest error"),
        "group_gains": Variable(("movement", "session", "group"), "1", "gains at that error"),
        "gains": Variable(("movement", "neuron"), "1", "gains in the best session"),
        "output": Variable(("movement", "time"), "1", "muscle activity in the best session"),
        "largest_real_part": Variable(
            ("movement",), "1", "largest real part of the eigenvalues of W diag(g) - I"
        ),
        "eigenvalue_real_before": Variable(("eigenvalue",), "1", "real parts at gains of 1"),
        "eigenvalue_imaginary_before": Variable(
            ("eigenvalue",), "1", "imaginary parts at gains of 1"
        ),
        "eigenvalue_real": Variable(("eigenvalue",), "1", "real parts, first movement learned"),
        "eigenvalue_imaginary": Variable(
            ("eigenvalue",), "1", "imaginary parts, first movement learned"
        ),
        "noisy_output": Variable(
            ("sample", "time"), "1", "muscle activity, first movement, noise in the initial state"
        ),
    },
    notes=SYSTEM_NOTES,
)

SLOW_BY_REWARD = Contract(
    stage="gain_modulation/speed/by_reward",
    coordinates={
        "start": ("1", "where learning starts"),
        "movement": _MOVEMENT,
        "iteration": _ITERATION,
        "gradual_iteration": ("1", "iteration while movements become slower, from 1"),
        "time": _SLOW_TIME,
        "neuron": _NEURON,
        **SENDER,
    },
    variables={
        **system_variables(readouts=("movement",)),
        "target": Variable(("movement", "time"), "1", "desired muscle activity, slow"),
        "start_error": Variable(("movement",), "1", "error at gains of 1"),
        "warm_start_error": Variable(("movement",), "1", "error at the other movement's pattern"),
        "error": Variable(("movement", "iteration"), "1", "error from gains of 1"),
        "gradual_error": Variable(
            ("movement", "gradual_iteration"), "1", "error at the present duration"
        ),
        "gradual_factor": Variable(
            ("gradual_iteration",), "1", "present duration over that of the fast movement"
        ),
        "warm_error": Variable(
            ("movement", "iteration"), "1", "error from another movement's slow pattern"
        ),
        "best_error": Variable(("start", "movement"), "1", "smallest error at the full duration"),
        "gains": Variable(("start", "movement", "neuron"), "1", "gains at that error"),
        "base_gains": Variable(("neuron",), "1", "the other movement's slow pattern"),
        "output": Variable(("start", "movement", "time"), "1", "muscle activity at that error"),
    },
    notes=SYSTEM_NOTES,
)

INITIAL_CONDITIONS = Contract(
    stage="gain_modulation/speed/initial_conditions",
    coordinates={
        "count": ("1", "number of initial states"),
        "session": _SESSION,
        "iteration": _ITERATION,
        "state": ("1", "initial state, from 1, with a movement of its own"),
        "time": _SLOW_TIME,
        "neuron": _NEURON,
        **SENDER,
    },
    variables={
        **system_variables(states=("state",)),
        "example_gains": Variable(("neuron",), "1", "gains of the example"),
        "target": Variable(("state", "time"), "1", "desired muscle activity, slow"),
        "start_error": Variable(("count",), "1", "error before learning, mean over states"),
        "readout_error": Variable(
            ("count",), "1", "error of the readout on the fast movements, mean over states"
        ),
        "error": Variable(
            ("count", "session", "iteration"),
            "1",
            "squared error over the variance, mean of states",
        ),
        "best_error": Variable(("count", "session"), "1", "smallest error of a session"),
        "example_count": Variable((), "1", "number of initial states of the example"),
        "example_output": Variable(
            ("state", "time"), "1", "muscle activity in its best session", may_be_missing=True
        ),
    },
    notes=SYSTEM_NOTES,
)

SEVEN_SPEEDS = Contract(
    stage="gain_modulation/speed/seven_speeds",
    coordinates={
        "way": ("1", "how the patterns of all speeds are found"),
        "session": _SESSION,
        "iteration": _ITERATION,
        "speed": ("1", "speed over that of the fast movement"),
        "group": _GROUP,
        "movement": _MOVEMENT,
        "time": _SLOW_TIME,
        "neuron": _NEURON,
        **SENDER,
    },
    variables={
        **system_variables(readouts=("way", "session"), states=("movement",)),
        "neuron_group": Variable(("session", "neuron"), "1", "group of each neuron"),
        "target": Variable(
            ("speed", "movement", "time"),
            "1",
            "desired muscle activity, none when it is over",
            may_be_missing=True,
        ),
        "start_error": Variable(("speed",), "1", "error at gains of 1, mean over movements"),
        "training_error": Variable(
            ("way", "session", "iteration"), "1", "mean error over the speeds in the loss"
        ),
        "error": Variable(
            ("way", "session", "speed"), "1", "squared error over the variance, mean of movements"
        ),
        "group_gains": Variable(("way", "session", "speed", "group"), "1", "gains at each speed"),
        "output": Variable(
            ("way", "speed", "movement", "time"), "1", "muscle activity in the first session"
        ),
    },
    notes=SYSTEM_NOTES,
)

SHAPE_AND_SPEED = Contract(
    stage="gain_modulation/speed/shape_and_speed",
    coordinates={
        "speed": ("1", "speed of movements"),
        "member": ("1", "pattern of the library, from 1"),
        "neuron": _NEURON,
        "size": ("1", "number of gain patterns that are combined"),
        "library": ("1", "library of gain patterns, from 1"),
        "novel": ("1", "novel movement, from 1"),
        "quartile": ("%", "of the output errors of fast movements, largest libraries"),
        "fast_time": _FAST_TIME,
        "time": _SLOW_TIME,
        **SENDER,
    },
    variables={
        **system_variables(),
        "base_gains": Variable(("neuron",), "1", "slow pattern from which slow ones are learned"),
        "base_error": Variable((), "1", "its error"),
        "gains": Variable(("speed", "member", "neuron"), "1", "learned patterns"),
        "member_error": Variable(("speed", "member"), "1", "smallest error of learning"),
        "fit_error": Variable(
            ("speed", "size", "library", "novel"),
            "1",
            "error of the combination of the library's muscle activities; coefficients are those "
            "that fit the fast movement",
        ),
        "output_error": Variable(
            ("speed", "size", "library", "novel"),
            "1",
            "error of the muscle activity at the same combination of gains",
        ),
        "example": Variable(("quartile",), "1", "novel movement of the example"),
        **{
            f"example_{speed}_{what}": Variable(
                ("quartile", time), "1", f"{text}, {speed} movement"
            )
            for speed, time in (("fast", "fast_time"), ("slow", "time"))
            for what, text in (
                ("target", "desired muscle activity"),
                ("fit", "combination of activities"),
                ("output", "muscle activity at the combined gains"),
            )
        },
    },
    notes=SYSTEM_NOTES,
)
