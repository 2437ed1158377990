"""Settings of the study of a decay."""

from corticomotor.study.blocks import Block, Count, NonNegative, Positive, Replicates


class DecaySignal(Block):
    """A noisy exponential decay."""

    samples: Count = 20
    """how many"""
    time_constant: Positive = 5.0
    """in samples"""
    noise: NonNegative = 0.01
    """standard deviation"""


class Decay(Block):
    """Decays and curves that fit them."""

    replicates: Replicates = Replicates()
    signal: DecaySignal = DecaySignal()
