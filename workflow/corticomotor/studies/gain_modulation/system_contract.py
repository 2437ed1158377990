"""What files hold of the circuit whose gains they hold: enough to make its movements again."""

from __future__ import annotations

from collections.abc import Sequence

from corticomotor.motor_cortex.contract import CIRCUIT_NONLINEARITY
from corticomotor.runtime.contracts import Variable
from corticomotor.study.notes import notes

SENDER = {"presynaptic_neuron": ("1", "neuron that sends")}


def system_variables(
    readouts: Sequence[str] = (), states: Sequence[str] = ()
) -> dict[str, Variable]:
    """Give the variables that `system.described` fills.

    Args:
        readouts: dimensions of what has a readout of its own.
        states: dimensions of what begins in a state of its own.
    """
    return {
        "weights": Variable(("neuron", "presynaptic_neuron"), "1", "synaptic weight W"),
        "initial_state": Variable((*states, "neuron"), "Hz", "activation at movement onset"),
        "readout": Variable((*readouts, "neuron"), "1/Hz", "readout weight c"),
        "readout_offset": Variable(tuple(readouts), "1", "muscle activity y0 of a circuit at rest"),
        "time_constant": Variable((), "s", "time constant tau of the neurons"),
        "baseline_rate": Variable((), "Hz", "firing rate at rest"),
        "max_rate": Variable((), "Hz", "largest firing rate"),
    }


SYSTEM_NOTES = notes(
    equation=(
        "tau dx/dt = -x + W r, r = f(g x), y = y0 + c.r, without input: W is weights, g gains, "
        "c readout, y0 readout_offset, tau time_constant, y output"
    ),
    integration=(
        "three steps of Runge-Kutta's method of fourth order, then a predictor by Adams and "
        "Bashforth and a corrector by Adams and Moulton, both of fourth order, with the spacing "
        "of time as the step, in single precision: x' = x + dt/24 (55 s0 - 59 s1 + 37 s2 - 9 s3), "
        "x(t + dt) = x + dt/24 (9 s' + 19 s0 - 5 s1 + s2), where s0 is dx/dt at t, s1, s2 and s3 "
        "are those of the steps before, and s' is dx/dt at x'"
    ),
    nonlinearity=CIRCUIT_NONLINEARITY,
    input="none: gains tell movements apart, and initial states where there are several",
    initial_state="x = initial_state at time 0, movement onset",
    noise="none in outputs but where the name says noisy or noise",
    gains=(
        "without unit: slope of a neuron's rate over its activation x at rest; 1 before learning, "
        "which leaves weights as they are"
    ),
)
