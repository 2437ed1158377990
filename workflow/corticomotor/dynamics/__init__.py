"""The simulator of rate networks, and back-propagation through it."""

from corticomotor.dynamics.backpropagation import GainTape, gain_gradient, record_gain_tape
from corticomotor.dynamics.integration import euler_step
from corticomotor.dynamics.nonlinearities import AsymmetricTanh, Nonlinearity, Tanh
from corticomotor.dynamics.simulator import RateNetwork, simulate

__all__ = [
    "AsymmetricTanh",
    "GainTape",
    "Nonlinearity",
    "RateNetwork",
    "Tanh",
    "euler_step",
    "gain_gradient",
    "record_gain_tape",
    "simulate",
]
