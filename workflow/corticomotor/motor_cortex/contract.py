"""What the file of a circuit holds: variables, dimensions and units."""

from corticomotor.runtime.contracts import Contract, Variable

_NEURON = ("1", "neuron of the circuit")


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
            "initial_state": Variable(("neuron",), "Hz", "activation at movement onset"),
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
