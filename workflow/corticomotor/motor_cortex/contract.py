"""What the files of a circuit and of what it learns hold: variables, dimensions and units."""

from corticomotor.runtime.contracts import Contract, Variable
from corticomotor.study.notes import ORDER, notes

_REACH = ("1", "reach")
_TIME = ("s", "time from movement onset")
_NEURON = ("1", "neuron of the circuit")
_MUSCLE = ("1", "muscle")

_EQUATION = "tau dx/dt = -x + W r, r = f(g x), without input"
CIRCUIT_NONLINEARITY = (
    "f(y) = r0 tanh(y / r0) for y < 0 and (rmax - r0) tanh(y / (rmax - r0)) for y >= 0, in Hz "
    "above the baseline rate: r0 is baseline_rate, rmax max_rate; x in Hz"
)


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
            "weights": Variable(("neuron", "presynaptic_neuron"), "1", "synaptic weight W"),
            "initial_weights": Variable(
                ("neuron", "presynaptic_neuron"), "1", "synaptic weight before optimisation"
            ),
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
        notes={
            "equation": f"{_EQUATION}: W is weights; around rest f(y) = y, so that rest is stable "
            "at gains g of 1 if the real parts of W's eigenvalues are below 1",
            "initial_state": "x = initial_state evokes the largest transient",
            "order": ORDER,
            "training": "weights - initial_weights is what optimising the stability changed",
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
            "presynaptic_neuron": _NEURON,
            "muscle": _MUSCLE,
            "iteration": ("1", "iteration of gain learning"),
        },
        variables={
            "weights": Variable(("neuron", "presynaptic_neuron"), "1", "synaptic weight W"),
            "time_constant": Variable((), "s", "time constant tau of the neurons"),
            "baseline_rate": Variable((), "Hz", "firing rate at rest"),
            "max_rate": Variable((), "Hz", "largest firing rate"),
            "initial_states": Variable(
                ("reach", "neuron"), "Hz", "activation at the onset of each reach"
            ),
            "gains": Variable(("reach", "neuron"), "1", "neuronal gain g"),
            "readout": Variable(("muscle", "neuron"), "1/Hz", "readout weight C"),
            "rates": Variable(("reach", "time", "neuron"), "Hz", "firing rate above baseline"),
            "emg": Variable(
                ("reach", "time", "muscle"), "1", "muscle activity driven by the circuit"
            ),
            "emg_target": Variable(("reach", "time", "muscle"), "1", "desired muscle activity"),
            "emg_error": Variable((), "1", "normalised error of the muscle activity"),
            "learning_error": Variable(("iteration",), "1", "normalised error while learning"),
        },
        notes=notes(
            equation=(
                f"{_EQUATION}, y = C r: W is weights, C readout, g gains, tau time_constant, r "
                "rates, y emg"
            ),
            integration=(
                "Runge-Kutta of fourth order with the spacing of time as its step; steps while "
                "learning are longer (see settings)"
            ),
            nonlinearity=CIRCUIT_NONLINEARITY,
            input="none: the initial state is all that tells a reach, beside its gains",
            initial_state="x = initial_states at time 0, movement onset",
            noise="none",
            gains=(
                "without unit: slope of a neuron's rate over its activation x at rest; 1 before "
                "learning, which changes gains and readout alone, not the weights"
            ),
        ),
    )
