"""What files say of the networks in them, beside their numbers (see `study.notes`)."""

from corticomotor.study.notes import notes

_PARTS = (
    "parameters are the parts one after the other, each row by row: part_shape says outputs x "
    "inputs, or outputs for a bias"
)

SEQUENCE = notes(
    equation=(
        "in each step s = inputs; s = max(0, W s + b) for each part before/0, before/1, ...; then "
        "h(t) of A s + a (incoming), R (recurrent) and h(t-1); q = h(t); q = max(0, W q + b) for "
        "each part after/0, after/1, ...; y = O q + o (output). For cell relu or tanh h(t) = "
        "f(A s + a + R h(t-1)); for cell gru h(t) = (1 - z) n + z h(t-1) with r, z = "
        "sigmoid(A s + a + R h(t-1)) and n = tanh(A s + a + r (R h(t-1) + recurrent bias)), where "
        "rows of A and a are those of n, r, z, and rows of R those of r, z, n"
    ),
    integration=(
        "steps of time without a leak. The hand of a feedback network moves by v(t) = v(t-1) + "
        "(y(t) + force)/10, p(t) = p(t-1) + v(t)/10, where the force is that at p(t-1), v(t-1)"
    ),
    nonlinearity="f is max(0, x) for cell relu and tanh for cell tanh; no units",
    input=(
        "directed_input for the reaches of which rates are kept; a feedback network sees behind it "
        "what is past: for buffer positions p(t-1), v(t-1) and the accelerations up to "
        "t-1, latest first, as far as buffer_length positions tell them; for buffer accelerations "
        "the last buffer_length ones with the force, oldest first; x and y each"
    ),
    initial_state="h = 0, and the hand at rest at 0 and before, where its position was 0 too",
    noise="none in what is stored; units are left out (dropout) while training",
    output=(
        "architecture standard: x and y of position, velocity and acceleration; architecture "
        "feedback: x and y of the acceleration; lengths in halves of the workspace"
    ),
    force=(
        "field_force within the bounds field_x and field_y, both in halves of the workspace, plus "
        "field_curl times the velocity, turned to the left, in the phases under and longer. It "
        "does not act on a standard network, whose output it shifts"
    ),
    parameters=_PARTS,
    training="Adam; parameters of phase untrained are those from which all began",
)

DEEP_Q = notes(
    equation=(
        "for coordinates: q = W3 max(0, W2 max(0, W1 s + b1) + b2) + b3, a value for each of the "
        "eight moves in units of value_unit moves; weights and biases are the parts "
        "q_net.0, ... in their order, where parts of one dimension alone behind a bias are weight "
        "and bias of a normalisation (layer norm, epsilon 1e-5) of what the layer before puts out; "
        "for pixels two convolutions by kernels of 3 x 3 come first, each with max(0, .), on "
        "images times 5; the move with the largest q is made"
    ),
    integration="none: one move a step",
    nonlinearity="max(0, x)",
    input=(
        "coordinates: row and column of the hand, then of the target, from -1 (first) to 1 (last); "
        "pixels: two images of 0 with a 1 at the target and at the hand"
    ),
    initial_state="none",
    noise="none in tests",
    parameters=_PARTS.replace("outputs x inputs", "outputs x inputs (x rows x columns)"),
    training="from initial_parameters",
)

CONTROL = notes(
    equation=(
        "action = tanh(W3 max(0, W2 max(0, W1 s + b1) + b2) + b3), x and y: parts are latent_pi.0, "
        "latent_pi.2 and mu (SAC; what follows is for exploration alone) or mu.0, mu.2 and mu.4 "
        "(TD3)"
    ),
    integration=(
        "an action is held for some steps; in each v(t) = v(t-1) + (strongest action + force)/10, "
        "p(t) = p(t-1) + v(t)/10, with the force at p(t-1), v(t-1); walls stop the hand at 1.5"
    ),
    nonlinearity="max(0, x), and tanh for the action",
    input=(
        "s is p, v, target, 2 (target - p), x and y each, in halves of the workspace, cut at 1.5, "
        "6, 1 and 5 in size"
    ),
    initial_state="hand at rest at 0",
    noise="none in tests",
    parameters=_PARTS,
    training="from initial_parameters, before the first phase",
)
