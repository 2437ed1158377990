"""Settings of the comparison of hidden activity with the circuit that stands for motor cortex."""

from typing import Annotated

from pydantic import Field

from corticomotor.motor_cortex.settings import Emg, GainLearning, NeuronDynamics, ReachingCircuit
from corticomotor.study.blocks import MOST_STEPS, Block, Several


class Cortex(Block):
    """The circuit of the main job: with its settings, it is the same circuit."""

    circuit: ReachingCircuit = ReachingCircuit()
    dynamics: NeuronDynamics = NeuronDynamics()
    gain_learning: GainLearning = GainLearning()
    emg: Emg = Emg()
    """what the circuit produces; a recording (`emg.recording.path`) gives a second circuit, whose
    reaches have true directions"""


class Population(Block):
    """How hidden activity is compared."""

    steps: Annotated[int, Field(ge=10, le=MOST_STEPS)] = 41
    """time steps from the go cue on"""
    components: Several = 10
    """principal components that enter canonical correlations"""
    surrogates: Several = 20
    """surrogates of the circuit for the chance level"""
    assignments: Several = 20
    """random assignments of directions to the circuit's reaches, likewise"""
    splits: Several = 20
    """random halves of the circuit, for the ceiling"""
    threshold: Annotated[float, Field(gt=0)] = 0.1
    """change of a unit's activity at the go cue, and its deviation between directions, from which
    it counts, over the standard deviation of the mean unit"""
    cortex: Cortex = Cortex()
