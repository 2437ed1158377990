"""Settings of the motor motifs that the networks of the motor-motif study learn.

Times are in units of the time constant tau of the networks' units.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from corticomotor.study.blocks import LARGEST_POPULATION, Block, Count, NonNegative, Positive


class Oscillatory(Block):
    """Oscillatory motifs: low-passed output of random networks in the chaotic regime."""

    units: Annotated[int, Field(ge=50, le=LARGEST_POPULATION)] = 300
    """size of the random network; each motif has its own"""
    gain: Annotated[float, Field(gt=1)] = 1.8
    """standard deviation of its weights times sqrt(units); large networks are chaotic above 1"""
    low_pass_time_constant: Positive = 2.0
    """time constant of the low-pass filter, in time constants tau of the units"""
    ramp: Positive = 5.0
    """time in which a motif rises from 0 at its start and falls to 0 before the pause, in time
    constants tau"""
    root_mean_square: Positive = 0.82
    """of each motif, pause included; 0.82 is that of the step motifs together"""


class Library(Block):
    """The motifs and how many are learned when."""

    sessions: Annotated[list[Count], Field(min_length=1)] = [10]
    """how many motifs are learned in each session; a number added at the end adds motifs and leaves
    the others as they are"""
    duration: Positive = 100.0
    """length of a motif without its pause, in time constants tau"""
    pause: Positive = 5.0
    """zeros at the end of a motif, in time constants tau"""
    warm_up: NonNegative = 20.0
    """time before a motif in which its random process forgets its start, in time constants tau"""
    shortest_step: Positive = 5.0
    """shortest time between the jumps of a step motif, in time constants tau; only the last step
    can be shorter"""
    longest_step: Positive = 50.0
    """longest time between the jumps of a step motif, in time constants tau"""
    step_standard_deviation: Positive = 3.0
    """of the Ornstein–Uhlenbeck process whose averages are the levels of step motifs"""
    oscillatory: Oscillatory = Oscillatory()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.longest_step < self.shortest_step:
            raise ValueError(
                f"longest_step must be at least shortest_step ({self.shortest_step}), "
                f"found {self.longest_step}"
            )
        if 2 * self.oscillatory.ramp > self.duration:
            raise ValueError(
                f"oscillatory.ramp must be at most half of duration ({self.duration}), "
                f"found {self.oscillatory.ramp}"
            )
        return self
