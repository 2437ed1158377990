"""Steps of tau dx/dt = -x + c(x), where c is the current into the units."""

from collections.abc import Callable

from corticomotor.arrays import Array

# What going back through `rk4_step` takes: the weight of each stage's change of x in the step, and
# in the x at which the next stage looks.
STAGE_WEIGHTS = (1 / 6, 1 / 3, 1 / 3, 1 / 6)
NEXT_STAGE_WEIGHTS = (1 / 2, 1 / 2, 1.0)


def euler_step(state: Array, current: Array, rate: float) -> None:
    """Take a step of Euler's method, in place.

    Args:
        state: x, of any shape.
        current: c(x), of the same shape.
        rate: step over time constant.
    """
    state += _change(state, current, rate)


def rk4_step(state: Array, current: Callable[[int, Array], Array], rate: float) -> None:
    """Take a step of Runge-Kutta's method of fourth order, in place.

    Args:
        state: x, of any shape.
        current: gives c(x) for the number of a stage, from 0, and the x at which the stage looks;
            whoever goes back through the step keeps both.
        rate: step over time constant.
    """
    first = _change(state, current(0, state), rate)
    middle = state + 0.5 * first
    second = _change(middle, current(1, middle), rate)
    middle = state + 0.5 * second
    third = _change(middle, current(2, middle), rate)
    end = state + third
    fourth = _change(end, current(3, end), rate)
    state += (first + 2 * (second + third) + fourth) / 6


def _change(state: Array, current: Array, rate: float) -> Array:
    """Change of x in a step that the slope at this x holds for."""
    change = current - state
    change *= rate
    return change
