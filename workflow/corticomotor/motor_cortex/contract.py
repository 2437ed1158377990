"""What the files of a circuit and of what it learns hold: variables, dimensions and units."""

from corticomotor.runtime.contracts import Contract, Variable

_REACH = ("1", "reach")
_TIME = ("s", "time from movement onset")
_NEURON = ("1", "neuron of the circuit")
_MUSCLE = ("1", "muscle")


def emg_contract(study: str) -> Contract:
    """Give the contract of what a circuit is to produce, named after a study."""
    return Contract(
        stage=f"{study}/emg",
        coordinates={"reach": _REACH, "time": _TIME, "muscle": _MUSCLE},
        variables={
            "emg": Variable(
                ("reach", "time", "muscle"), "1", "muscle activity in standard deviations"
            )
        },
    )


def circuit_contract(study: str) -> Contract:
    """Give the contract of the circuit of one study, after which it is named."""
    return Contract(
        stage=f"{study}/circuit",
        coordinates={
            "neuron": _NEURON,
            "presynaptic_neuron": _NEURON,
            "eigenvalue": ("1", "eigenvalue"),
            "iteration": ("1", "iteration of stability optimisation"),
        },
        variables={
            "weights": Variable(("neuron", "presynaptic_neuron"), "1", "synaptic weight"),
            "initial_state": Variable(("neuron",), "Hz", "state that evokes the largest transient"),
            "excitatory": Variable(("neuron",), "1", "1 for excitatory neurons"),
            "initial_eigenvalue_real": Variable(
                ("eigenvalue",), "1", "real part of the eigenvalues before optimisation"
            ),
            "initial_eigenvalue_imaginary": Variable(
                ("eigenvalue",), "1", "imaginary part of the eigenvalues before optimisation"
            ),
            "eigenvalue_real": Variable(("eigenvalue",), "1", "real part of the eigenvalues"),
            "eigenvalue_imaginary": Variable(
                ("eigenvalue",), "1", "imaginary part of the eigenvalues"
            ),
            "spectral_abscissa": Variable(
                ("iteration",), "1", "largest real part of the eigenvalues"
            ),
        },
    )


def ground_truth_contract(study: str) -> Contract:
    """Give the contract of a circuit that has learned to produce EMG, named after a study."""
    return Contract(
        stage=f"{study}/ground_truth",
        coordinates={
            "reach": _REACH,
            "time": _TIME,
            "neuron": _NEURON,
            "muscle": _MUSCLE,
            "iteration": ("1", "iteration of gain learning"),
        },
        variables={
            "initial_states": Variable(
                ("reach", "neuron"), "Hz", "activation at the onset of each reach"
            ),
            "gains": Variable(("reach", "neuron"), "1", "neuronal gain"),
            "readout": Variable(("neuron", "muscle"), "1/Hz", "readout weight"),
            "rates": Variable(("reach", "time", "neuron"), "Hz", "firing rate above baseline"),
            "emg": Variable(
                ("reach", "time", "muscle"), "1", "muscle activity driven by the circuit"
            ),
            "emg_target": Variable(("reach", "time", "muscle"), "1", "desired muscle activity"),
            "emg_error": Variable((), "1", "normalised error of the muscle activity"),
            "learning_error": Variable(("iteration",), "1", "normalised error while learning"),
        },
    )
