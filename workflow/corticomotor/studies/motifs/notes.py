"""What files say of the networks in them, beside their numbers (see `study.notes`)."""

from corticomotor.study.notes import ORDER, notes

CONNECTIVITY = {
    "equation": "dx/dt = -x + g W r, r = tanh(x), y = w.r: W is weights, w readout; the gain g is "
    "a setting of the networks, which have g W in their files",
    "order": ORDER,
}

_TANH = "r = tanh(x): activations x and rates r have no unit"
_ANY_STATE = (
    "any state: a motif begins in the one in which the motif before ended; training begins each in "
    "normal numbers with the standard deviation of setting networks.<name>.initial_std"
)

NETWORK = notes(
    equation=(
        "dx/dt = -x + (W + u v^T) r + b, r = tanh(x), y = w.r, times in time constants tau: W is "
        "weights, w readout; b is input, u loop_left_vector and v loop_right_vector of the motif "
        "in motif_parameters (without these two there is no u v^T)"
    ),
    integration=(
        "forward Euler: x(t + step) = x(t) + step (-x(t) + (W + u v^T) r(t) + b) + noise; y is "
        "read after each step, at the times of target"
    ),
    nonlinearity=_TANH,
    input=(
        "while less than preparation has passed since a motif began, there is no u v^T, W + U V^T "
        "stands for W (U is preparatory_left_vectors, V preparatory_right_vectors, if there are "
        "loops), and b is preparatory_input where the motif has one, else input; from then on the "
        "equation holds as it is, but b = 0 if there are both U V^T and u v^T"
    ),
    initial_state=_ANY_STATE,
    noise=(
        "normal numbers of standard deviation step_noise, added to x after each step while "
        "training and testing"
    ),
    training=(
        "gradient descent on motif_parameters from initial_motif_parameters; where there are "
        "shared units also on weights and readout from initial_weights and initial_readout, "
        "which are W and w themselves in all other networks"
    ),
)

PREPARATORY_MODULE = notes(
    equation=(
        "dx/dt = -x + (W + U V^T) r, r = tanh(x), times in time constants tau: W is weights (g J), "
        "U left_vectors, V right_vectors"
    ),
    integration="forward Euler; its step is the spacing of time (setting dynamics.dt)",
    nonlinearity=_TANH,
    input="none",
    initial_state="standard normal numbers",
    noise="none",
    training=(
        "gradient descent on U and V from initial_left_vectors and initial_right_vectors; "
        "W stays as it is"
    ),
)

THALAMOCORTICAL = notes(
    equation=(
        "dx/dt = (g (J - 1) + U V^T) x + c in preparation and (g (J - 1) + u v^T) x after it, "
        "y = w.x, times in time constants tau: g is gain, J weights, U preparatory_left_vectors, "
        "V preparatory_right_vectors, u loop_left_vector, v loop_right_vector, w readout; "
        "c = -(g (J - 1) + U V^T) initial_state of the motif"
    ),
    integration="exact, by the matrix exponential of a step, the spacing of time",
    nonlinearity="none: the model is linear",
    input="c, while less than preparation has passed since a motif began",
    initial_state="any state; when preparation ends x is near the motif's initial_state",
    noise="none",
    training="none: loops follow from the eigenvalues that a motif asks for",
)
