"""What each stage's file holds: variables, dimensions and units."""

from corticomotor.motor_cortex.contract import (
    circuit_contract,
    emg_contract,
    ground_truth_contract,
)
from corticomotor.runtime.contracts import Contract, Variable
from corticomotor.study.notes import notes

_REACH = ("1", "reach")
_TIME = ("s", "time from movement onset")
_NEURON = ("1", "neuron of the circuit")
_MUSCLE = ("1", "muscle")
_UNIT = ("1", "unit of the trained network")
_COMPONENT = ("1", "component, from 1")
_NETWORK = ("1", "kind of network")

EMG = emg_contract("constrained")
CIRCUIT = circuit_contract("constrained")
GROUND_TRUTH = ground_truth_contract("constrained")

SAMPLE = Contract(
    stage="constrained/sample",
    coordinates={
        "neuron_rank": ("1", "position in the sampling order"),
        "muscle_rank": ("1", "position in the sampling order"),
    },
    variables={
        "neuron_order": Variable(("neuron_rank",), "1", "neuron found at this rank"),
        "muscle_order": Variable(("muscle_rank",), "1", "muscle found at this rank"),
    },
)

NETWORK = Contract(
    stage="constrained/network",
    coordinates={
        "reach": _REACH,
        "time": _TIME,
        "unit": _UNIT,
        "presynaptic_unit": _UNIT,
        "muscle": ("1", "observed muscle"),
        "neuron": ("1", "observed neuron that gives hints; none for FF"),
        "epoch": ("1", "epoch of training"),
    },
    variables={
        "weights": Variable(("unit", "presynaptic_unit"), "1", "recurrent weight W"),
        "initial_weights": Variable(
            ("unit", "presynaptic_unit"),
            "1",
            "recurrent weight W0 before training, and of the target-generating network",
        ),
        "readout": Variable(("muscle", "unit"), "1", "readout weight C"),
        "pulse_weights": Variable(("unit", "reach"), "1", "input B during the pulse"),
        "emg_weights": Variable(
            ("unit", "muscle"), "1", "weight F of emg_target in the target-generating network"
        ),
        "hint_weights": Variable(
            ("unit", "neuron"), "1", "weight H of the hints in the target-generating network"
        ),
        "hints": Variable(
            ("reach", "time", "neuron"), "1", "hint h, as it enters the target-generating network"
        ),
        "clamped": Variable(
            (), "1", "1 if hints hold units of the target-generating network, 0 if H weighs them"
        ),
        "time_constant": Variable((), "s", "time constant tau of the units"),
        "rates": Variable(("reach", "time", "unit"), "1", "rate of the trained network"),
        "target_rates": Variable(
            ("reach", "time", "unit"), "1", "rate of the target-generating network"
        ),
        "emg": Variable(("reach", "time", "muscle"), "1", "muscle activity of the network"),
        "emg_target": Variable(("reach", "time", "muscle"), "1", "desired muscle activity"),
        "emg_error": Variable((), "1", "normalised error of the muscle activity"),
        "emg_error_by_reach": Variable(("reach",), "1", "normalised error of each reach"),
        "training_error": Variable(("epoch",), "1", "normalised error while training"),
    },
    notes=notes(
        equation=(
            "tau dx/dt = -x + W r + B u(t), r = tanh(x), y = C r, without biases: W is weights, "
            "B pulse_weights, C readout, tau time_constant, r rates, y emg"
        ),
        integration=(
            "forward Euler: x(t + dt) = x(t) + dt/tau (-x(t) + W r(t) + B u(t)), where dt is the "
            "spacing of time (setting network.step_ms)"
        ),
        nonlinearity="r = tanh(x): activations x and rates r have no unit",
        input=(
            "u is 1 for the reach in question while time < 0 (the pulse), and 0 from time 0, "
            "movement onset, on"
        ),
        initial_state="x = 0 at the first time",
        noise="none in rates and emg; while training see setting network.training_noise",
        target_network=(
            "the target-generating network obeys tau dx/dt = -x + W0 r + B u(t) + F f(t) + H h(t), "
            "integrated likewise from x = 0: W0 is initial_weights, F emg_weights, f emg_target, "
            "H hint_weights, h hints, r target_rates; if clamped is 1, the first units have x = "
            "h(t) instead, one unit for each neuron"
        ),
        training=(
            "full-FORCE from W = W0 and C = 0: weights - initial_weights is what training changed"
        ),
    ),
)

SIMILARITY = Contract(
    stage="constrained/similarity",
    coordinates={
        "population": ("1", "SOC, and the networks compared with it"),
        "network": ("1", "network compared with the circuit"),
        "component": _COMPONENT,
        "surrogate": ("1", "surrogate circuit"),
        "split": ("1", "random split of the circuit into halves"),
        "unobserved_neuron": ("1", "neuron that FFH never saw"),
        "reach": _REACH,
        "time": _TIME,
        "variate": ("1", "canonical variate, from 1"),
    },
    variables={
        "variance_explained": Variable(
            ("population", "component"), "1", "fraction of variance explained"
        ),
        "canonical_correlation": Variable(
            ("network", "component"), "1", "canonical correlation with the circuit"
        ),
        "unobserved_canonical_correlation": Variable(
            ("network", "component"), "1", "canonical correlation with the unobserved neurons"
        ),
        "chance": Variable(
            ("network", "surrogate", "component"), "1", "canonical correlation with surrogates"
        ),
        "noise_ceiling": Variable(
            ("split", "component"), "1", "canonical correlation between halves of the circuit"
        ),
        "reach_dependent_variance": Variable(
            ("population",), "1", "fraction of variance left without the mean over reaches"
        ),
        "reach_dependent_correlation": Variable(
            ("network", "component"), "1", "canonical correlation of what depends on the reach"
        ),
        "reach_dependent_chance": Variable(
            ("network", "surrogate", "component"),
            "1",
            "canonical correlation with what depends on the reach in surrogates",
        ),
        "reach_dependent_ceiling": Variable(
            ("split", "component"),
            "1",
            "canonical correlation between halves of what depends on the reach in the circuit",
        ),
        "procrustes": Variable(("network",), "1", "Procrustes distance to the circuit"),
        "cka": Variable(("network",), "1", "linear centred kernel alignment with the circuit"),
        "unobserved_r2": Variable(
            ("network",), "1", "explained variance of the unobserved neurons"
        ),
        "unobserved_r2_cross_validated": Variable(
            ("network",), "1", "explained variance of the unobserved neurons in left-out reaches"
        ),
        "unobserved_r2_chance": Variable(
            ("network", "surrogate"), "1", "explained variance of the same neurons of surrogates"
        ),
        "unobserved_r2_ceiling": Variable(
            ("split",), "1", "explained variance of one half of the circuit by the other"
        ),
        "reach_dependent_r2": Variable(
            ("network",),
            "1",
            "explained variance of what depends on the reach in the unobserved neurons",
        ),
        "reach_dependent_r2_cross_validated": Variable(
            ("network",),
            "1",
            "explained variance of what depends on the reach in left-out reaches",
        ),
        "reach_dependent_r2_chance": Variable(
            ("network", "surrogate"), "1", "the same of surrogates, not cross-validated"
        ),
        "reach_dependent_r2_ceiling": Variable(
            ("split",), "1", "the same of one half of the circuit by the other"
        ),
        "unobserved_r2_by_neuron": Variable(
            ("network", "unobserved_neuron"), "1", "explained variance of each unobserved neuron"
        ),
        "circuit_variate": Variable(
            ("network", "reach", "time", "variate"), "1", "canonical variate of the circuit"
        ),
        "network_variate": Variable(
            ("network", "reach", "time", "variate"), "1", "canonical variate of the network"
        ),
    },
)

GENERALISATION = Contract(
    stage="constrained/generalisation",
    coordinates={
        "network": ("1", "the circuit, and networks"),
        "initial_noise": ("1", "kick at movement onset, relative to the activations"),
        "step_noise": ("s-0.5", "noise in each step, relative to the activations"),
        "time": _TIME,
    },
    variables={
        "emg_error_kick": Variable(
            ("network", "initial_noise"), "1", "normalised error of the muscle activity"
        ),
        "emg_error_leading_kick": Variable(
            ("network", "initial_noise"),
            "1",
            "normalised error of the muscle activity after kicks within the leading components",
        ),
        "emg_error_step_noise": Variable(
            ("network", "step_noise"), "1", "normalised error of the muscle activity"
        ),
        "growth_kick": Variable(
            ("network", "time"), "1", "deviation of the activations over that at onset"
        ),
        "growth_leading_kick": Variable(
            ("network", "time"),
            "1",
            "deviation over that at onset after kicks within the leading components",
        ),
    },
)

DIRECTIONS = Contract(
    stage="constrained/directions",
    coordinates={
        "reach_fraction": ("1", "part of the initial state's power that is the reach's own"),
        "network": _NETWORK,
        "pulse_noise": ("1", "noise in the pulse, relative to its root mean square"),
        "unseen_direction": ("rad", "direction between two that the networks learned"),
        "time": _TIME,
        "muscle": ("1", "observed muscle"),
    },
    variables={
        "circuit_emg_error": Variable(
            ("reach_fraction",), "1", "normalised error of the circuit's muscle activity"
        ),
        "neighbours_emg_error": Variable(
            ("reach_fraction",),
            "1",
            "normalised error of the mean of two neighbours in their place",
        ),
        "emg_error_trained": Variable(
            ("reach_fraction", "network"), "1", "normalised error in trained directions"
        ),
        "emg_error_unseen": Variable(
            ("reach_fraction", "network"), "1", "normalised error in unseen directions"
        ),
        "dynamics_error_unseen": Variable(
            ("reach_fraction", "network"), "1", "normalised error of the predicted circuit rates"
        ),
        "emg_error_pulse_noise": Variable(
            ("reach_fraction", "network", "pulse_noise"), "1", "normalised error in trained ones"
        ),
        "emg_unseen": Variable(
            ("reach_fraction", "network", "unseen_direction", "time", "muscle"),
            "1",
            "muscle activity of the network",
        ),
        "circuit_emg_unseen": Variable(
            ("reach_fraction", "unseen_direction", "time", "muscle"),
            "1",
            "muscle activity of the circuit",
        ),
        "neighbours_emg_unseen": Variable(
            ("reach_fraction", "unseen_direction", "time", "muscle"),
            "1",
            "mean of the circuit's muscle activity in the two neighbouring directions",
        ),
    },
)

MEASURES = Contract(
    stage="constrained/measures",
    coordinates={"replicate": ("1", "replicate")},
    variables={
        "mean_canonical_correlation": Variable(
            ("replicate",), "1", "canonical correlation with the circuit, mean over components"
        ),
        "emg_error": Variable(("replicate",), "1", "normalised error of the muscle activity"),
        "unobserved_r2": Variable(
            ("replicate",),
            "1",
            "explained variance of the neurons that gave no hints; missing if all did",
            may_be_missing=True,
        ),
    },
)
