"""What each stage's file holds: variables, dimensions and units."""

from corticomotor.runtime.contracts import Contract, Variable
from corticomotor.studies.motifs import notes

_MOTIF = ("1", "motif, by its number from 1")
_FIRST_MOTIF = ("1", "motif produced before, by its number from 1")
_TIME = ("tau", "time from the start of the motif in time constants")
_UNIT = ("1", "unit of the network")
_PRESYNAPTIC_UNIT = ("1", "unit that sends")
_LOOP = ("1", "loop of the preparatory module")
_ITERATION = ("1", "iteration of training, from 1")
_TRIAL = ("1", "trial")
_REPETITION = ("1", "repetition of the test")
_START = ("1", "random start")
_EIGENVALUE = ("1", "eigenvalue")

LIBRARY = Contract(
    stage="motifs/library",
    coordinates={"motif": _MOTIF, "time": _TIME},
    variables={"output": Variable(("motif", "time"), "1", "desired output")},
)

EXPONENTIALS = Contract(
    stage="motifs/exponentials",
    coordinates={"exponentials": ("1", "number of exponentials"), "motif": _MOTIF, "time": _TIME},
    variables={
        "target": Variable(("motif", "time"), "1", "motif"),
        "approximation": Variable(
            ("exponentials", "motif", "time"), "1", "fitted sum of complex exponentials"
        ),
        "error": Variable(
            ("exponentials", "motif"),
            "1",
            "root mean squared error over the motif's root mean square",
        ),
    },
)

CONNECTIVITY = Contract(
    stage="motifs/connectivity",
    coordinates={"unit": _UNIT, "presynaptic_unit": _PRESYNAPTIC_UNIT},
    variables={
        "weights": Variable(("unit", "presynaptic_unit"), "1", "weight, before the gain"),
        "readout": Variable(("unit",), "1", "readout weight"),
    },
    notes=notes.CONNECTIVITY,
)

PREPARATORY_MODULE = Contract(
    stage="motifs/preparatory_module",
    coordinates={
        "unit": _UNIT,
        "presynaptic_unit": _PRESYNAPTIC_UNIT,
        "loop": _LOOP,
        "iteration": _ITERATION,
        "eigenvalue": _EIGENVALUE,
        "trial": _TRIAL,
        "time": ("tau", "time from a random state in time constants"),
    },
    variables={
        "left_vectors": Variable(("unit", "loop"), "1", "weight U from the loops to the network"),
        "right_vectors": Variable(("unit", "loop"), "1", "weight V from the network to the loops"),
        "initial_left_vectors": Variable(("unit", "loop"), "1", "weight U before training"),
        "initial_right_vectors": Variable(("unit", "loop"), "1", "weight V before training"),
        "weights": Variable(
            ("unit", "presynaptic_unit"), "1", "recurrent weight g J of the network"
        ),
        "cost": Variable(("iteration",), "1", "cost of training: see train_module"),
        "rate_norm_without": Variable(
            ("time", "trial"), "1", "norm of the rates without the module"
        ),
        "rate_norm_untrained": Variable(
            ("time", "trial"), "1", "norm of the rates with the module before training"
        ),
        "rate_norm": Variable(("time", "trial"), "1", "norm of the rates with the module"),
        "eigenvalue_real_without": Variable(
            ("eigenvalue",), "1", "real part of the eigenvalues of g J"
        ),
        "eigenvalue_imaginary_without": Variable(
            ("eigenvalue",), "1", "imaginary part of the eigenvalues of g J"
        ),
        "eigenvalue_real": Variable(
            ("eigenvalue",), "1", "real part of the eigenvalues of g J + U V^T"
        ),
        "eigenvalue_imaginary": Variable(
            ("eigenvalue",), "1", "imaginary part of the eigenvalues of g J + U V^T"
        ),
        "eigenvalue_real_foreign": Variable(
            ("eigenvalue",), "1", "real part of the eigenvalues with another random J"
        ),
        "eigenvalue_imaginary_foreign": Variable(
            ("eigenvalue",), "1", "imaginary part of the eigenvalues with another random J"
        ),
    },
    notes=notes.PREPARATORY_MODULE,
)

NETWORK = Contract(
    stage="motifs/network",
    coordinates={
        "motif": _MOTIF,
        "parameter": ("1", "vector of parameters that a motif has"),
        "unit": _UNIT,
        "shared_unit": ("1", "unit with trained weights that all motifs share; none for most"),
        "presynaptic_unit": _PRESYNAPTIC_UNIT,
        "loop": ("1", "loop of the preparatory module; none without it"),
        "iteration": _ITERATION,
        "time": _TIME,
    },
    variables={
        "motif_parameters": Variable(
            ("parameter", "motif", "unit"), "1", "learned parameters of the motifs"
        ),
        "initial_motif_parameters": Variable(
            ("parameter", "motif", "unit"), "1", "parameters of the motifs before training"
        ),
        "weights": Variable(
            ("unit", "presynaptic_unit"),
            "1",
            "recurrent weight W, with its gain; learned if shared",
        ),
        "readout": Variable(("unit",), "1", "readout weight w; learned if shared"),
        "initial_weights": Variable(
            ("shared_unit", "presynaptic_unit"), "1", "recurrent weight before training"
        ),
        "initial_readout": Variable(("shared_unit",), "1", "readout weight before training"),
        "preparatory_left_vectors": Variable(("unit", "loop"), "1", "weight U of the module"),
        "preparatory_right_vectors": Variable(("unit", "loop"), "1", "weight V of the module"),
        "preparation": Variable((), "tau", "length of the preparation of each motif; 0 without"),
        "step": Variable((), "tau", "integration step"),
        "step_noise": Variable((), "1", "standard deviation of the noise in each step"),
        "target": Variable(("motif", "time"), "1", "desired output"),
        "training_error": Variable(
            ("iteration", "motif"),
            "1",
            "mean squared error while training; missing after a motif was done",
            may_be_missing=True,
        ),
        "steady_until": Variable(
            ("motif",), "1", "iteration after which the motif's learning rate fell"
        ),
        "learned_parameters": Variable((), "1", "number of learned parameters"),
    },
    notes=notes.NETWORK,
)

EVALUATION = Contract(
    stage="motifs/evaluation",
    coordinates={
        "motif": _MOTIF,
        "first_motif": _FIRST_MOTIF,
        "repetition": _REPETITION,
        "start": _START,
        "interrupted_at": ("1", "part of the first motif after which the second began"),
        "initial_std": ("1", "standard deviation of the initial state"),
        "time": _TIME,
        "quantile": ("1", "quantile over units and starts"),
    },
    variables={
        "random_error": Variable(
            ("repetition", "motif", "start"), "1", "root mean squared error from random states"
        ),
        "transition_error": Variable(
            ("repetition", "interrupted_at", "first_motif", "motif"),
            "1",
            "root mean squared error after another motif; missing after itself",
            may_be_missing=True,
        ),
        "noise_error": Variable(
            ("repetition", "initial_std", "motif", "start"),
            "1",
            "root mean squared error from states of this standard deviation",
        ),
        "end_state_quantile": Variable(
            ("motif", "quantile"), "1", "quantile of the states at the end of a motif"
        ),
        "end_state_std": Variable(
            ("motif",), "1", "standard deviation of the states at the end of a motif"
        ),
        "target": Variable(("motif", "time"), "1", "desired output"),
        "random_output": Variable(("motif", "start", "time"), "1", "output from random states"),
        "transition_output": Variable(
            ("first_motif", "motif", "time"),
            "1",
            "output after another motif; missing after itself",
            may_be_missing=True,
        ),
        "interrupted_output": Variable(
            ("first_motif", "motif", "time"),
            "1",
            "output after 70 % of another motif, or what comes nearest; missing after itself",
            may_be_missing=True,
        ),
        "noise_output": Variable(
            ("initial_std", "motif", "start", "time"),
            "1",
            "output from states of this standard deviation",
        ),
    },
)

MEASURES = Contract(
    stage="motifs/measures",
    coordinates={"replicate": ("1", "replicate")},
    variables={
        "random_error": Variable(
            ("replicate",), "1", "root mean squared error from random states, mean over motifs"
        ),
        "transition_error": Variable(
            ("replicate",), "1", "root mean squared error after other motifs, mean over motifs"
        ),
        "failure_rate": Variable(("replicate",), "1", "fraction of transitions that failed"),
        "rate_norm": Variable(
            ("replicate",),
            "1",
            "norm of the rates after preparation over that at its start; missing without",
            may_be_missing=True,
        ),
    },
)

MODULE_MEASURES = Contract(
    stage="motifs/module_measures",
    coordinates={"replicate": ("1", "replicate")},
    variables={
        "rate_norm": Variable(
            ("replicate",), "1", "norm of the rates at 7 time constants over that at the start"
        ),
        "largest_real_part": Variable(
            ("replicate",), "1", "largest real part of the eigenvalues of g J + U V^T"
        ),
    },
)

PAIRS = Contract(
    stage="motifs/pairs",
    coordinates={"iteration": _ITERATION},
    variables={
        "training_error": Variable(
            ("iteration",), "1", "root mean squared error over pairs of motifs while training"
        ),
        "least_error": Variable((), "1", "smallest root mean squared error in training"),
        "architecture": Variable((), "1", "architecture of the network"),
        "gain": Variable((), "1", "gain of the recurrent weights"),
        "loop_gain": Variable((), "1", "initial norm of the loop vectors; 0 without loops"),
    },
)

FORGETTING = Contract(
    stage="motifs/forgetting",
    coordinates={
        "session": ("1", "number of motifs learned so far, one after the other"),
        "motif": _MOTIF,
    },
    variables={
        "error": Variable(
            ("session", "motif"),
            "1",
            "root mean squared error of each motif after each session, from random states",
        ),
        "together_error": Variable(
            ("motif",), "1", "root mean squared error when all motifs are learned together"
        ),
    },
)

CHAIN = Contract(
    stage="motifs/chain",
    coordinates={
        "network": ("1", "kind of network"),
        "position": ("1", "position in the chain, from 1"),
        "time": ("tau", "time from the start of the chain in time constants"),
    },
    variables={
        "motif": Variable(("position",), "1", "number of the motif at this position"),
        "start": Variable(("position",), "tau", "start of the motif at this position"),
        "preparation": Variable((), "tau", "length of the preparation of each motif"),
        "target": Variable(("time",), "1", "desired output"),
        "output": Variable(("network", "time"), "1", "output"),
        "rate_norm": Variable(("network", "time"), "1", "norm of the rates over sqrt(units)"),
        "error": Variable(
            ("network", "position"), "1", "root mean squared error of each motif in the chain"
        ),
    },
)

THALAMOCORTICAL = Contract(
    stage="motifs/thalamocortical",
    coordinates={
        "motif": _MOTIF,
        "first_motif": _FIRST_MOTIF,
        "repetition": _REPETITION,
        "start": _START,
        "time": _TIME,
        "exponential": ("1", "complex exponential of a motif's approximation"),
        "eigenvalue": _EIGENVALUE,
        "unit": _UNIT,
        "presynaptic_unit": _PRESYNAPTIC_UNIT,
        "loop": _LOOP,
        "relaxation_time": ("tau", "time since the preparation began in time constants"),
        "trial": _TRIAL,
    },
    variables={
        "random_error": Variable(
            ("repetition", "motif", "start"), "1", "root mean squared error from random states"
        ),
        "transition_error": Variable(
            ("repetition", "first_motif", "motif"),
            "1",
            "root mean squared error after another motif; missing after itself",
            may_be_missing=True,
        ),
        "target": Variable(("motif", "time"), "1", "desired output"),
        "approximation": Variable(
            ("motif", "time"),
            "1",
            "sum of complex exponentials fitted to the motif; missing in preparation",
            may_be_missing=True,
        ),
        "random_output": Variable(("motif", "start", "time"), "1", "output from random states"),
        "transition_output": Variable(
            ("first_motif", "motif", "time"),
            "1",
            "output after another motif; missing after itself",
            may_be_missing=True,
        ),
        "exponential_real": Variable(
            ("motif", "exponential"), "1/tau", "real part of the fitted eigenvalues"
        ),
        "exponential_imaginary": Variable(
            ("motif", "exponential"), "1/tau", "imaginary part of the fitted eigenvalues"
        ),
        "gain": Variable((), "1/tau", "gain g of the cortex"),
        "weights": Variable(("unit", "presynaptic_unit"), "1", "recurrent weight J"),
        "preparation": Variable((), "tau", "length of the preparation of each motif"),
        "loop_left_vector": Variable(("motif", "unit"), "1", "weight u of the motif's loop"),
        "loop_right_vector": Variable(("motif", "unit"), "1", "weight v of the motif's loop"),
        "initial_state": Variable(("motif", "unit"), "1", "state in which a motif should begin"),
        "readout": Variable(("unit",), "1", "readout weight"),
        "preparatory_left_vectors": Variable(("unit", "loop"), "1", "weight U of the module"),
        "preparatory_right_vectors": Variable(("unit", "loop"), "1", "weight V of the module"),
        "eigenvalue_real_without": Variable(
            ("eigenvalue",), "1/tau", "real part of the eigenvalues of g (J - I)"
        ),
        "eigenvalue_imaginary_without": Variable(
            ("eigenvalue",), "1/tau", "imaginary part of the eigenvalues of g (J - I)"
        ),
        "eigenvalue_real": Variable(
            ("eigenvalue",), "1/tau", "real part of the eigenvalues in preparation"
        ),
        "eigenvalue_imaginary": Variable(
            ("eigenvalue",), "1/tau", "imaginary part of the eigenvalues in preparation"
        ),
        "distance": Variable(
            ("relaxation_time", "trial"), "1", "distance to the steady state of the preparation"
        ),
    },
    notes=notes.THALAMOCORTICAL,
)
