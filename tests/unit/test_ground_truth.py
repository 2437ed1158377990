from dataclasses import replace

import numpy as np
import pytest

from corticomotor.learning.readout import normalised_error
from corticomotor.motor_cortex.ground_truth import gain_task, learn_and_simulate
from corticomotor.motor_cortex.settings import GainLearning, NeuronDynamics, Reward
from examples import EXCITATORY, NEURONS, small_emg, small_task


def tasks(learning):
    fine = small_emg(step_ms=5.0)
    circuit = {
        "weights": small_task().network.weights,
        "excitatory": EXCITATORY,
        "initial_states": small_task().initial_states,
    }
    return {
        "training": gain_task(
            NeuronDynamics(), learning, emg=fine[:, ::2], step_ms=10.0, **circuit
        ),
        "final": gain_task(NeuronDynamics(), learning, emg=fine, step_ms=5.0, **circuit),
    }


@pytest.mark.parametrize(("readout", "neurons"), [("excitatory", EXCITATORY), ("all", NEURONS)])
def test_the_readout_sees_whom_the_settings_say(readout, neurons):
    learning = GainLearning(readout=readout)
    task = tasks(learning)["final"]
    assert task.readout_neurons == neurons
    assert task.network.time_constant_ms == 200.0
    truth = learn_and_simulate(
        np.random.default_rng(0), learning.model_copy(update={"iterations": 2}), **tasks(learning)
    )
    assert np.all(truth.readout[:, :neurons] != 0)
    assert np.all(truth.readout[:, neurons:] == 0)


@pytest.mark.parametrize(
    "learning",
    [
        GainLearning(iterations=30),
        GainLearning(method="reward", reward=Reward(iterations=30, perturbation=0.003)),
    ],
)
def test_the_result_is_that_of_the_fine_grid(learning):
    both = tasks(learning)
    truth = learn_and_simulate(np.random.default_rng(0), learning, **both)
    assert truth.rates.shape == (3, 51, NEURONS)
    assert truth.learned.errors.shape == (30,)
    np.testing.assert_array_equal(truth.rates, both["final"].rates(truth.learned.gains))
    np.testing.assert_allclose(truth.emg, truth.rates @ truth.readout.T, rtol=1e-9, atol=1e-12)
    assert truth.error == normalised_error(truth.emg, both["final"].emg)
    assert truth.error < truth.learned.errors[0]
    # The coarse grid is accurate enough to learn on.
    coarse = replace(both["training"], emg=both["training"].emg)
    error = normalised_error(coarse.readout(coarse.rates(truth.learned.gains))[1], coarse.emg)
    assert truth.error == pytest.approx(error, rel=0.1)
