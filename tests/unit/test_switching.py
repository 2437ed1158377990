from dataclasses import replace

import numpy as np
import pytest
import torch

from corticomotor.dynamics import RateNetwork, Tanh, simulate
from corticomotor.dynamics.devices import compute_device, products
from corticomotor.dynamics.switching import Loop, NoisePool, Simulator, Window, rollout
from corticomotor.runtime.errors import DivergenceError, InputError
from motif_examples import ARCHITECTURES, DT, small_circuit, small_parameters, tensors
from reference.motif_network import plain_version

CPU = torch.device("cpu")
CASES = [(architecture, prepared) for architecture in ARCHITECTURES for prepared in (False, True)]
ONE = np.array([[0, 1, 0]])
TWO = np.array([[0, 1, 2], [2, 0, 1]])
each_case = pytest.mark.parametrize(("architecture", "prepared"), CASES)
each_chain = pytest.mark.parametrize("chains", [ONE, TWO], ids=["one motif", "two motifs"])


@pytest.fixture
def rng():
    return np.random.default_rng(7)


class Trials:
    """A few noisy trials of a small circuit, in both versions."""

    def __init__(self, rng, architecture, prepared, chains, device=CPU):
        on_cpu = small_circuit(architecture, prepared=prepared)
        self.plain = plain_version(on_cpu, DT)
        prepared_weights = on_cpu.preparatory_weights
        self.circuit = replace(
            on_cpu,
            weights=on_cpu.weights.to(device),
            preparatory_weights=(None if prepared_weights is None else prepared_weights.to(device)),
        )
        self.parameters = tensors(small_parameters(on_cpu, motifs=3))
        self.chains = torch.tensor(chains)
        self.units = len(on_cpu.readout)
        self.steps = len(chains) * on_cpu.motif_steps
        self.start = torch.tensor(rng.standard_normal((chains.shape[1], self.units)))
        self.noise = torch.tensor(
            0.1 * rng.standard_normal((self.steps, chains.shape[1], self.units))
        )
        on_device = {name: value.to(device) for name, value in self.parameters.items()}
        self.by_motif = [
            self.circuit.windows(on_device, motifs) for motifs in self.chains.to(device)
        ]
        self.windows = [window for windows in self.by_motif for window in windows]
        self.simulator = Simulator(
            self.steps,
            chains.shape[1],
            self.units,
            DT,
            dtype=torch.float64,
            device=device,
        )
        self.device = device

    def run(self):
        noise = list(self.noise.to(self.device))
        return self.simulator.run(self.windows, self.start.to(self.device), noise)

    def gradient(self, slopes):
        """Of each motif of the chain by each trial's parameters."""
        slopes = slopes.to(self.device)
        gradients = self.simulator.gradient(
            self.windows, lambda step, total: total.add_(slopes[step])
        )
        each = len(self.by_motif[0])
        return [
            self.circuit.gradient_by_trial(gradients[place : place + each])
            for place in range(0, len(gradients), each)
        ], gradients

    def plain_rates(self, parameters, trial=slice(None)):
        return self.plain.rates(
            parameters, self.chains[:, trial], self.start[trial], self.noise[:, trial]
        )


# Forward


@each_case
@each_chain
def test_rates_are_those_of_the_plain_version(rng, architecture, prepared, chains):
    trials = Trials(rng, architecture, prepared, chains)
    rates, final = trials.run()
    expected = trials.plain_rates(trials.parameters)
    torch.testing.assert_close(rates, expected, rtol=1e-12, atol=1e-13)
    torch.testing.assert_close(torch.tanh(final), expected[-1], rtol=1e-12, atol=1e-13)


def test_rates_are_those_of_the_simulator_of_numpy(rng):
    units, steps = 9, 40
    weights = 1.4 * rng.standard_normal((units, units)) / 3
    left, right, start, drive = rng.standard_normal((4, 2, units))
    window = Window(
        steps,
        torch.tensor(weights),
        torch.tensor(drive),
        Loop(torch.tensor(left), torch.tensor(right)),
    )
    simulator = Simulator(steps, 2, units, 0.1, dtype=torch.float64, device=CPU)
    rates, _ = simulator.run([window], torch.tensor(start))
    for trial in range(2):
        expected = simulate(
            RateNetwork(weights + np.outer(left[trial], right[trial]), 1.0, Tanh()),
            start[trial, None],
            steps=steps,
            step_ms=0.1,
            method="euler",
            drive=np.broadcast_to(drive[trial], (steps, 1, units)),
        )
        np.testing.assert_allclose(rates[:, trial], expected[:, 0], rtol=1e-11, atol=1e-12)


def test_state_of_a_silent_network_leaks(rng):
    start = torch.tensor(rng.standard_normal((2, 3)))
    window = Window(5, torch.zeros(3, 3, dtype=torch.float64))
    simulator = Simulator(5, 2, 3, 0.1, dtype=torch.float64, device=CPU)
    _, final = simulator.run([window], start)
    torch.testing.assert_close(final, 0.9**5 * start, rtol=1e-14, atol=0)


def test_noise_is_added_to_the_state(rng):
    start, noise = torch.tensor(rng.standard_normal((2, 1, 3)))
    simulator = Simulator(1, 1, 3, 0.1, dtype=torch.float64, device=CPU)
    _, final = simulator.run([Window(1, torch.zeros(3, 3, dtype=torch.float64))], start, [noise])
    torch.testing.assert_close(final, 0.9 * start + noise, rtol=1e-14, atol=1e-15)


def test_arguments_are_left_as_they_were(rng):
    trials = Trials(rng, "multiplicative", True, TWO)
    before = trials.start.clone(), trials.noise.clone(), trials.parameters["input"].clone()
    trials.run()
    trials.gradient(torch.ones(trials.steps + 1, 3, trials.units))
    after = trials.start, trials.noise, trials.parameters["input"]
    for was, now in zip(before, after, strict=True):
        assert torch.equal(was, now)


# Gradients


def costs(trials, rates, kind, parameters):
    """Cost of each trial."""
    if kind == "rates":
        return (rates[1:] ** 2).sum((0, 2))
    output = rates[1:] @ parameters.get("readout", trials.plain.readout)
    wave = torch.sin(torch.arange(trials.steps, dtype=torch.float64))[:, None]
    return ((output - wave) ** 2).mean(0)


def slopes_of(trials, rates, kind):
    """Derivative of the costs by the rates."""
    leaf = rates.detach().clone().requires_grad_()
    costs(trials, leaf, kind, trials.parameters).sum().backward()
    return leaf.grad


def assert_close(found, expected):
    assert expected.abs().max() > 0
    assert (found - expected).norm() <= 1e-9 * expected.norm()


@each_case
@each_chain
@pytest.mark.parametrize("kind", ["readout", "rates"])
def test_gradients_of_trials_are_those_of_autograd(rng, architecture, prepared, chains, kind):
    trials = Trials(rng, architecture, prepared, chains)
    rates, _ = trials.run()
    found, _ = trials.gradient(slopes_of(trials, rates, kind))
    for trial in range(chains.shape[1]):
        only = slice(trial, trial + 1)
        leaves = {name: each.clone().requires_grad_() for name, each in trials.parameters.items()}
        plain_rates = trials.plain_rates(leaves, only)
        costs(trials, plain_rates, kind, leaves).sum().backward()
        for place, motif in enumerate(chains[:, trial]):
            for name, gradient in found[place].items():
                if name != "weights":
                    assert_close(gradient[trial], leaves[name].grad[motif])
        if architecture == "control":
            assert_close(sum(part["weights"][trial] for part in found), leaves["weights"].grad)


@pytest.mark.parametrize("architecture", ["additive", "multiplicative"])
def test_gradients_of_weights_are_those_of_autograd(rng, architecture):
    trials = Trials(rng, architecture, True, TWO)
    rates, _ = trials.run()
    _, by_window = trials.gradient(slopes_of(trials, rates, "rates"))
    shared = trials.plain.weights.clone().requires_grad_()
    module = trials.plain.preparatory_loops.clone().requires_grad_()
    plain = replace(trials.plain, weights=shared, preparatory_loops=module)
    plain_rates = plain.rates(trials.parameters, trials.chains, trials.start, trials.noise)
    costs(trials, plain_rates, "rates", trials.parameters).sum().backward()
    preparing, producing = by_window[0::2], by_window[1::2]
    assert_close(sum(each.weights() for each in preparing), module.grad)
    assert_close(
        sum(each.weights_by_trial().sum(0) for each in [*preparing, *producing]), shared.grad
    )


def test_buffers_serve_again(rng):
    trials = Trials(rng, "multiplicative", True, TWO)
    rates, _ = trials.run()
    slopes = slopes_of(trials, rates, "rates")
    first = trials.gradient(slopes)[0]
    kept = [{name: part.clone() for name, part in gradient.items()} for gradient in first]
    trials.simulator.run(trials.windows, torch.zeros_like(trials.start))
    trials.gradient(torch.ones_like(slopes))
    trials.run()
    for before, after in zip(kept, trials.gradient(slopes)[0], strict=True):
        for name in before:
            assert torch.equal(before[name], after[name])


# Rollouts without what a gradient needs


@each_case
def test_a_rollout_is_that_of_a_run(rng, architecture, prepared):
    trials = Trials(rng, architecture, prepared, TWO)
    rates, final = trials.run()
    readout = torch.tensor(rng.standard_normal(trials.units))
    watched = [trials.steps, 0, 12, 5, 12]
    result = rollout(
        trials.windows,
        trials.start,
        readout,
        DT,
        noise=trials.noise,
        watched=watched,
    )
    close = {"rtol": 1e-13, "atol": 1e-14}
    torch.testing.assert_close(result.output, rates[1:] @ readout, **close)
    torch.testing.assert_close(result.rate_norm, rates[1:].norm(dim=2), **close)
    torch.testing.assert_close(torch.tanh(result.states), rates[watched], **close)
    torch.testing.assert_close(result.states[0], final, **close)
    torch.testing.assert_close(result.states[1], trials.start, **close)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_rollout_that_diverges_is_an_error(rng, value):
    drive = torch.zeros(2, 3, dtype=torch.float64)
    drive[1, 2] = value
    window = Window(4, torch.eye(3, dtype=torch.float64), drive)
    with pytest.raises(DivergenceError, match="activity is not finite"):
        rollout([window], torch.zeros_like(drive), torch.ones(3, dtype=torch.float64), DT)


# Noise


def pool(rng, standard_deviation, **options):
    return NoisePool(rng, standard_deviation, dtype=torch.float64, device=CPU, **options)


def test_noise_is_normal_with_the_deviation(rng):
    noise = torch.stack(pool(rng, 0.3, size=1 << 16).draw(rng, 200, torch.Size((5, 40))))
    assert noise.shape == (200, 5, 40)
    # Standard errors of 65,536 independent numbers: 0.4 % of the deviation for the mean.
    assert abs(float(noise.mean())) < 5 * 0.3 / np.sqrt(1 << 16)
    assert float(noise.std()) == pytest.approx(0.3, rel=0.02)
    kurtosis = float((noise**4).mean() / (noise**2).mean() ** 2)
    assert kurtosis == pytest.approx(3, rel=0.05)


def test_each_step_has_noise_from_another_place(rng):
    noise = pool(rng, 1.0).draw(rng, 50, torch.Size((2, 3)))
    assert len({float(each[0, 0]) for each in noise}) == 50


def test_noise_is_that_of_its_streams():
    def drawn(pool_seed, seed):
        made = pool(np.random.default_rng(pool_seed), 1.0, size=1000)
        return torch.stack(made.draw(np.random.default_rng(seed), 3, torch.Size((2, 3))))

    assert torch.equal(drawn(1, 2), drawn(1, 2))
    assert not torch.equal(drawn(1, 2), drawn(3, 2))
    assert not torch.equal(drawn(1, 2), drawn(1, 3))


def test_noise_of_a_step_must_fit_into_the_pool(rng):
    small = pool(rng, 1.0, size=100)
    assert len(small.draw(rng, 3, torch.Size((3, 33)))) == 3
    with pytest.raises(InputError, match="fewer than 100 trials times units, found 100 "):
        small.draw(rng, 3, torch.Size((4, 25)))


def test_no_noise_leaves_the_stream_where_noise_does(rng):
    streams = [np.random.default_rng(1) for _ in range(2)]
    assert pool(rng, 0.0).draw(streams[0], 5, torch.Size((2, 3))) is None
    assert pool(rng, 1.0).draw(streams[1], 5, torch.Size((2, 3))) is not None
    assert streams[0].random() == streams[1].random()


# Devices and products


def test_cuda_that_is_not_there_is_an_error(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(InputError, match="device: expected a CUDA device, found none"):
        compute_device("cuda")
    assert compute_device("auto") == compute_device("cpu") == CPU


def test_device_is_cuda_where_there_is_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert compute_device("auto") == compute_device("cuda") == torch.device("cuda")
    assert compute_device("cpu") == CPU


@pytest.mark.parametrize("before", ["none", "ieee", "bf16"])
def test_products_leave_the_precision_as_it_was(before):
    setting = torch.backends.mkldnn.matmul
    original = setting.fp32_precision
    try:
        setting.fp32_precision = before
        with products("bfloat16", 300, CPU):
            assert setting.fp32_precision == "bf16"
            with products("float32", 300, CPU):
                assert setting.fp32_precision == "ieee"
            assert setting.fp32_precision == "bf16"
        assert setting.fp32_precision == before
        with pytest.raises(KeyError), products("bfloat16", 300, CPU):
            raise KeyError
        assert setting.fp32_precision == before
    finally:
        setting.fp32_precision = original


@pytest.mark.parametrize(
    ("units", "instructions", "fast"),
    [
        (300, {"avx512_bf16": True, "amx_bf16": False}, True),
        (300, {"amx_bf16": True}, True),
        (300, {"avx2": True}, False),
        (100, {"avx512_bf16": True, "amx_bf16": True}, False),
    ],
)
def test_automatic_precision_depends_on_processor_and_size(monkeypatch, units, instructions, fast):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: instructions)
    with products("auto", units, CPU):
        assert torch.backends.mkldnn.matmul.fp32_precision == ("bf16" if fast else "ieee")


def test_coarser_products_change_rates_only_a_little(rng):
    units, steps = 256, 20
    weights = torch.tensor(rng.standard_normal((units, units)) / 16, dtype=torch.float32)
    start = torch.tensor(rng.standard_normal((32, units)), dtype=torch.float32)
    simulator = Simulator(steps, 32, units, 0.1, dtype=torch.float32, device=CPU)
    rates = {}
    for precision in ("float32", "bfloat16"):
        with products(precision, units, CPU):
            rates[precision] = simulator.run([Window(steps, weights)], start)[0].clone()
    change = (rates["bfloat16"] - rates["float32"]).norm() / rates["float32"].norm()
    # Each factor is rounded by at most 2^-9 of itself.
    assert change < 2**-8


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@each_case
def test_cuda_computes_the_same(architecture, prepared):
    found = []
    for device in (CPU, torch.device("cuda")):
        trials = Trials(np.random.default_rng(7), architecture, prepared, TWO, device)
        rates, final = trials.run()
        gradient = trials.gradient(torch.sin(rates.cpu()))[0]
        found.append([rates, final, *(part for each in gradient for part in each.values())])
    for on_cpu, on_cuda in zip(*found, strict=True):
        torch.testing.assert_close(on_cuda.cpu(), on_cpu, rtol=1e-10, atol=1e-12)
