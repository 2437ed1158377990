"""Networks are run again from their files and the notes in them alone, by a few lines of numpy."""

import re
from functools import cache

import numpy as np
import pytest

from corticomotor import registry
from corticomotor.motor_cortex.circuit import build_circuit
from corticomotor.motor_cortex.emg import target_emg
from corticomotor.motor_cortex.ground_truth import learn_ground_truth
from corticomotor.motor_cortex.initial_states import reach_initial_states
from corticomotor.runtime.seeding import stream
from corticomotor.runtime.store import dataset
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.networks import train_on_sample
from corticomotor.studies.constrained.sampling import draw_sample
from corticomotor.studies.motifs.architectures import MOTIF_PARAMETERS
from examples import NEURONS, in_a_job, small_constrained
from file_examples import alone


def rng(name):
    return stream(3, name, 1)


def settings(**network):
    network = {"units": 40, "epochs": 8} | network
    return in_a_job(small_constrained(gain_learning={"iterations": 5}, network=network))


@cache
def circuit():
    return dataset(contracts.CIRCUIT, build_circuit(rng("circuit"), settings().circuit))


@cache
def truth():
    given = settings()
    targets = dataset(contracts.EMG, target_emg(rng("emg"), given.emg))
    states = reach_initial_states(rng("x"), circuit(), reaches=4, modes=3, reach_fraction=0.5)
    learned = learn_ground_truth(
        rng("gains"), circuit(), targets, states, given.dynamics, given.gain_learning
    )
    return dataset(contracts.GROUND_TRUTH, learned)


def trained(neuron_fraction, **network):
    sample = draw_sample(rng, neurons=NEURONS, muscles=4)
    found = train_on_sample(
        truth(),
        dataset(contracts.SAMPLE, sample),
        settings(**network).network,
        neuron_fraction=neuron_fraction,
        muscle_fraction=0.5,
        on_circle=False,
        rng=rng,
    )
    return dataset(contracts.NETWORK, found)


close = pytest.approx


def euler(file, weights, drive, held=None):
    """tau dx/dt = -x + W tanh(x) + drive (reach, time, unit) from rest; units may be held at x."""
    rate = (file["time"][1] - file["time"][0]) / file["time_constant"]
    x = np.zeros((len(drive), drive.shape[2]))
    rates = []
    for step in range(drive.shape[1]):
        if held is not None:
            x[:, : held.shape[2]] = held[:, step]
        rates.append(np.tanh(x))
        x = x + rate * (-x + rates[-1] @ weights.T + drive[:, step])
    return np.stack(rates, axis=1)


def pulses(file):
    on = (file["time"] < 0).astype(float)
    return file["pulse_weights"].T[:, None, :] * on[:, None]


@pytest.mark.parametrize("neuron_fraction", [0.0, 0.3])
def test_a_constrained_network_runs_again_from_its_file(tmp_path, neuron_fraction):
    file, notes = alone(tmp_path / "a.h5", contracts.NETWORK, trained(neuron_fraction))
    rates = euler(file, file["weights"], pulses(file))
    assert rates == close(file["rates"], abs=1e-5)
    assert rates @ file["readout"].T == close(file["emg"], abs=1e-5)
    assert notes["integration"].startswith("forward Euler")
    assert file["pulse_weights"].shape == (40, 4)
    assert len(file["neuron"]) == round(neuron_fraction * NEURONS)
    moving = file["time"] >= 0
    assert 0 < np.count_nonzero(moving) < len(moving)
    deviation, target = (file["emg"] - file["emg_target"])[:, moving], file["emg_target"][:, moving]
    assert (deviation**2).sum() / (target**2).sum() == close(float(file["emg_error"]), rel=1e-9)
    # Without what it learned it does not move so.
    before = euler(file, file["initial_weights"], pulses(file))
    assert np.abs(before - rates).max() > 0.1


@pytest.mark.parametrize(
    "network", [{}, {"compensate_lag": False}, {"hint_mode": "clamp", "hint_strength": 0.5}]
)
def test_the_network_that_gave_the_targets_runs_again_from_the_file(tmp_path, network):
    file, _ = alone(tmp_path / "a.h5", contracts.NETWORK, trained(0.3, **network))
    drive = pulses(file) + file["emg_target"] @ file["emg_weights"].T
    drive += file["hints"] @ file["hint_weights"].T
    held = file["hints"] if file["clamped"] else None
    assert bool(file["clamped"]) == ("hint_mode" in network)
    rates = euler(file, file["initial_weights"], drive, held)
    assert rates == close(file["target_rates"], abs=1e-5)
    assert np.ptp(file["hints"]) > 0.5


def test_the_initial_weights_are_those_from_which_training_began():
    # Least squares move each row of the weights within the span of the rates that they have seen.
    found = trained(0.0, epochs=1, update_probability=0.05, copies=1)
    change = found["weights"].values - found["initial_weights"].values
    sizes = np.linalg.svd(change, compute_uv=False)
    assert 1 < np.count_nonzero(sizes > 1e-4 * sizes[0]) <= 24
    kind = trained(0.0, epochs=1, weights_precision="float64")["initial_weights"].values.dtype
    assert (kind, found["initial_weights"].values.dtype) == (np.float64, np.float32)


def test_a_circuit_with_its_gains_runs_again_from_its_file(tmp_path):
    file, notes = alone(tmp_path / "a.h5", contracts.GROUND_TRUTH, truth())

    def f(y):
        scale = np.where(y < 0, file["baseline_rate"], file["max_rate"] - file["baseline_rate"])
        return scale * np.tanh(y / scale)

    def slope(x):
        return -x + f(file["gains"] * x) @ file["weights"].T

    h = (file["time"][1] - file["time"][0]) / file["time_constant"]
    x, rates = file["initial_states"], []
    for _ in file["time"]:
        rates.append(f(file["gains"] * x))
        k1 = slope(x)
        k2 = slope(x + h / 2 * k1)
        k3 = slope(x + h / 2 * k2)
        x = x + h / 6 * (k1 + 2 * k2 + 2 * k3 + slope(x + h * k3))
    found = np.stack(rates, axis=1)
    assert found == close(file["rates"], abs=1e-7)
    assert found @ file["readout"].T == close(file["emg"], abs=1e-7)
    assert notes["integration"].startswith("Runge-Kutta of fourth order")
    assert np.ptp(file["gains"]) > 0.01


def test_a_circuit_has_the_weights_from_which_it_was_optimised(tmp_path):
    file, _ = alone(tmp_path / "a.h5", contracts.CIRCUIT, circuit())
    eigenvalues = np.linalg.eigvals(file["initial_weights"])
    assert eigenvalues.real.max() == close(file["initial_eigenvalue_real"].max())
    excitatory = file["excitatory"].astype(bool)
    changed = file["weights"] != file["initial_weights"]
    assert not changed[:, excitatory].any()
    assert changed[:, ~excitatory].any()


CONTRACTS = [
    pytest.param(study, stage.contract, id=f"{study.name}/{stage.path}")
    for study in registry.all_studies().values()
    for stage in study.stages
]


@pytest.mark.parametrize(("study", "contract"), CONTRACTS)
def test_what_receives_comes_before_what_sends(study, contract):
    for name, variable in contract.variables.items():
        senders = [dim for dim in variable.dims if dim.startswith("presynaptic_")]
        assert [*variable.dims][-len(senders) :] == senders or not senders, name
        if name.endswith("readout") and variable.dims:
            assert variable.dims[-1] in ("unit", "neuron", "shared_unit"), name
        if name.endswith("weights"):
            assert variable.dims[-2] in ("unit", "neuron", "shared_unit"), name


@pytest.mark.parametrize(("study", "contract"), CONTRACTS)
def test_notes_speak_of_what_is_there(study, contract):
    parameters = {name for names in MOTIF_PARAMETERS.values() for name in names}
    for text in contract.notes.values():
        for path in re.findall(r"setting ([a-z_<>]+(?:\.[a-z_<>]+)+)", text):
            block = study.settings()
            for name in path.split("."):
                block = dict(block)[next(iter(dict(block))) if name == "<name>" else name]
        for name in re.findall(r"(?<![.\w])[a-z]+(?:_[a-z0-9]+)+(?![.\w])", text):
            assert name in {*contract.layout, *parameters}, name
