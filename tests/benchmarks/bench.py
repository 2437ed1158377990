"""Time the project's algorithms beside plain versions of the same (tests/reference).

    python tests/benchmarks/bench.py          # minutes; writes results/benchmarks/speed.json
    python tests/benchmarks/bench.py --quick  # seconds, on small networks; writes nothing

What is measured is CPU time on one thread, which other work on the machine hardly disturbs. Both
sides of a comparison take turns in one run, so that a change of clock speed meets both.
"""
# ruff: noqa: E402 (numpy reads the number of threads when it is imported)

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any, Literal

# Before the first import of numpy, which reads them.
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

import numpy as np
import torch

from corticomotor import circuits
from corticomotor.arrays import Array
from corticomotor.dynamics import AsymmetricTanh
from corticomotor.dynamics.devices import products
from corticomotor.dynamics.switching import NoisePool, Simulator
from corticomotor.dynamics.trials import Circuits, Trials
from corticomotor.learning.full_force import FullForceTargets, target_currents, train_full_force
from corticomotor.learning.gain_learning import GainTask, learn_gains
from corticomotor.learning.movements import nonnegative_readout
from corticomotor.learning.readout import normalised_error
from corticomotor.learning.recursive_least_squares import BlockRecursiveLeastSquares
from corticomotor.learning.rules import GradientRule
from corticomotor.motor_cortex.ground_truth import gain_task
from corticomotor.motor_cortex.movements import gaussian_process_emg, time_grid
from corticomotor.motor_cortex.settings import Circuit, Emg, GainLearning, ReachingCircuit
from corticomotor.motor_cortex.timing import resample, trial_times
from corticomotor.studies.constrained.hints import hint_current, hint_signals
from corticomotor.studies.constrained.networks import (
    ReachingTask,
    activation_scale,
    reaching_task,
    run_network,
)
from corticomotor.studies.constrained.sampling import observed_count
from corticomotor.studies.constrained.settings import Constrained, FullForceNetwork
from corticomotor.studies.motifs.architectures import FixedCircuit
from corticomotor.studies.motifs.connectivity import draw_connectivity
from corticomotor.studies.reaching.fields import field_of
from corticomotor.studies.reaching.reaches import ideal_reaches, random_cues, random_targets
from corticomotor.studies.reaching.sequence.evaluation import batch_of
from corticomotor.studies.reaching.sequence.networks import network_of
from corticomotor.studies.reaching.sequence.parameters import initial_parameters, layout_of
from corticomotor.studies.reaching.settings.sequence import (
    SequenceModel,
    SequenceModels,
    SequenceTraining,
)
from corticomotor.studies.reaching.settings.task import ReachTask
from reference.full_force import train_one_at_a_time
from reference.gain_simulations import outputs_one_at_a_time
from reference.gain_training import learn_gains_by_autograd
from reference.motif_network import plain_version
from reference.reaching_sequence import force_of, move_with_feedback
from reference.recursive_least_squares import (
    InPlaceRecursiveLeastSquares,
    RankOneRecursiveLeastSquares,
)
from reference.stability_optimised import plain_descent

SETTINGS = Constrained()
QUICK = Constrained(
    emg=Emg(reaches=4),
    # As in config/smoke.yaml: a small circuit needs denser excitation and smaller steps.
    circuit=ReachingCircuit(
        neurons=60, connection_probability=0.2, initial_spectral_radius=5.0, learning_rate=10.0
    ),
    gain_learning=GainLearning(iterations=50),
    network=FullForceNetwork(units=100, epochs=8),
)


@dataclass(frozen=True)
class Timing:
    """CPU seconds of the project's version and of the reference, and what they were spent on."""

    seconds: float
    reference_seconds: float
    what: str

    @property
    def ratio(self) -> float:
        """How many times faster the project's version is."""
        return self.reference_seconds / self.seconds


def main() -> None:
    """Measure, print a table and write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small networks; write nothing")
    quick = parser.parse_args().quick
    timings = measure(QUICK if quick else SETTINGS)
    timings |= time_motif_step(units=60, steps=100, trials=20) if quick else time_motif_step()
    timings["feedback_iteration"] = (
        time_feedback_iteration(units=20, reaches=4) if quick else time_feedback_iteration()
    )
    print(f"{'':34}{'seconds':>10}{'reference':>12}{'ratio':>8}")
    for name, timing in timings.items():
        print(
            f"{name:34}{timing.seconds:10.4g}{timing.reference_seconds:12.4g}"
            f"{timing.ratio:8.3g}  {timing.what}"
        )
    if not quick:
        path = ROOT / "results" / "benchmarks" / "speed.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {
            name: {
                "seconds": timing.seconds,
                "reference_seconds": timing.reference_seconds,
                "ratio": timing.ratio,
            }
            for name, timing in timings.items()
        }
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def measure(settings: Constrained) -> dict[str, Timing]:
    """All timings, each stage on the results of the one before."""
    weights, timings = time_circuit(settings.circuit)
    task = circuit_task(settings, weights)
    timings["gain_iteration"] = time_gains(task)
    timings["gain_simulations"] = time_simulations(settings, weights)
    report("full_force: learning the ground truth")
    learning = settings.gain_learning
    rule = GradientRule(learning.learning_rate)
    gains = learn_gains(task, rule, iterations=learning.iterations).gains
    rates = task.rates(gains)
    timings |= time_least_squares(settings)
    timings["full_force"] = time_full_force(settings, rates, task.readout(rates)[1])
    return timings


def time_circuit(circuit: Circuit) -> tuple[Array, dict[str, Timing]]:
    """Build a stability-optimised circuit by both ways, from the same random weights."""
    excitatory = circuits.excitatory_count(circuit.neurons, circuit.excitatory_fraction)
    start = circuits.sparse_balanced_weights(
        np.random.default_rng(0),
        neurons=circuit.neurons,
        excitatory=excitatory,
        connection_probability=circuit.connection_probability,
        spectral_radius=circuit.initial_spectral_radius,
        inhibition_ratio=circuit.inhibition_ratio,
    )

    def build() -> circuits.StabilityOptimisation:
        return circuits.stability_optimised_weights(
            start,
            excitatory=excitatory,
            inhibition_ratio=circuit.inhibition_ratio,
            inhibitory_density=circuit.inhibitory_density,
            target_abscissa=circuit.target_abscissa,
            learning_rate=circuit.learning_rate,
            momentum=circuit.momentum,
            shift_factor=circuit.shift_factor,
            shift_margin=circuit.shift_margin,
            max_iterations=circuit.max_iterations,
        )

    turns, reference_seconds = [], 0.0
    descent = plain_descent(
        start,
        excitatory=excitatory,
        inhibition_ratio=circuit.inhibition_ratio,
        inhibitory_density=circuit.inhibitory_density,
    )
    abscissa = np.inf
    iteration = 0
    while abscissa > circuit.target_abscissa:
        if iteration % 300 == 0:
            turns.append(seconds(build))
            report(f"circuit: plain descent: iteration {iteration}, abscissa {abscissa:.3f}")
        begin = process_time()
        _, abscissa = next(descent)
        reference_seconds += process_time() - begin
        iteration += 1
    result = build()
    ours, iterations = median(turns), len(result.abscissa)
    what = f"{circuit.neurons} neurons to a spectral abscissa of {circuit.target_abscissa}"
    return result.weights, {
        "soc_construction": Timing(
            ours, reference_seconds, f"{what}, in {iterations} against {iteration} iterations"
        ),
        "soc_iteration": Timing(
            ours / iterations, reference_seconds / iteration, "one iteration of the same"
        ),
    }


def circuit_task(settings: Constrained, weights: Array) -> GainTask:
    """Put the circuit before EMG of the study, on the grid of gain learning."""
    emg, circuit = settings.emg, settings.circuit
    step_ms = settings.gain_learning.training_step_ms
    return gain_task(
        settings.dynamics,
        settings.gain_learning,
        weights=weights,
        excitatory=circuits.excitatory_count(circuit.neurons, circuit.excitatory_fraction),
        initial_states=np.tile(
            circuits.preferred_initial_state(weights, circuit.initial_state_scale), (emg.reaches, 1)
        ),
        emg=gaussian_process_emg(
            np.random.default_rng(1),
            reaches=emg.reaches,
            muscles=emg.muscles,
            time_s=time_grid(emg.duration_ms, step_ms),
            envelope_ms=emg.envelope_ms,
            smoothness_ms=emg.smoothness_ms,
        ),
        step_ms=step_ms,
    )


def time_gains(task: GainTask) -> Timing:
    """Descend by hand-written gradients and by those of torch."""
    iterations = 10
    ours, reference = take_turns(
        lambda: learn_gains(task, GradientRule(0.01), iterations=iterations),
        lambda: learn_gains_by_autograd(task, iterations=iterations, learning_rate=0.01),
    )
    what = "one iteration of gain learning, against torch's autograd in the same precision"
    return Timing(ours / iterations, reference / iterations, what)


# Of outputs, as a part of their standard deviation: what both sides keep to as cheaply as they can.
LARGEST_ERROR = 1e-3


def time_simulations(settings: Constrained, weights: Array, patterns: int = 100) -> Timing:
    """Simulate gain patterns all at once and one at a time, one as accurate as the other.

    Ours takes the longest steps, from 6.25 ms, and the general solver the loosest tolerance.
    """
    dynamics, emg, circuit = settings.dynamics, settings.emg, settings.circuit
    network = Circuits(
        weights,
        dynamics.time_constant_ms,
        AsymmetricTanh(dynamics.baseline_rate_hz, dynamics.max_rate_hz),
    )
    state = circuits.preferred_initial_state(weights, circuit.initial_state_scale)
    rng = np.random.default_rng(3)
    gains = 1 + 0.1 * rng.standard_normal((patterns, len(weights)))

    def simulator(steps: int) -> Trials:
        return Trials(network, steps=steps, step_ms=emg.duration_ms / steps)

    time_s = time_grid(emg.duration_ms, emg.duration_ms / 80)
    readout = nonnegative_readout(
        simulator(80).rates(state, np.ones((1, len(weights))))[:, 0],
        gaussian_process_emg(
            rng,
            reaches=1,
            muscles=1,
            time_s=time_s,
            envelope_ms=emg.envelope_ms,
            smoothness_ms=emg.smoothness_ms,
        )[0, :, 0],
        excitatory=circuits.excitatory_count(len(weights), circuit.excitatory_fraction),
        ridge=0.01,
    )

    def at_once(steps: int) -> Array:
        return simulator(steps).outputs(state, gains, readout.weights, readout.offset)

    def one_at_a_time(steps: int, tolerance: float) -> Array:
        times = np.linspace(0.0, emg.duration_ms, steps + 1)
        return outputs_one_at_a_time(network, state, gains, readout, times, tolerance=tolerance)

    @cache
    def exact_outputs(steps: int) -> Array:
        return one_at_a_time(steps, 1e-9)

    def largest_error(outputs: Array) -> float:
        exact = exact_outputs(len(outputs) - 1)
        return float(np.max(np.abs(outputs - exact) / exact.std(axis=0)))

    def first_accurate(works: Iterable[Callable[[], Array]]) -> tuple[Callable[[], Array], float]:
        for work in works:
            error = largest_error(work())
            if error < LARGEST_ERROR:
                return work, error
        raise RuntimeError(f"gain_simulations: no error is below {LARGEST_ERROR}")

    ours, our_error = first_accurate(partial(at_once, steps) for steps in (80, 100, 125, 160, 200))
    steps = len(ours()) - 1
    tolerances = 3e-4 * 0.9 ** np.arange(30)
    reference, reference_error = first_accurate(
        partial(one_at_a_time, steps, tolerance) for tolerance in tolerances
    )
    what = (
        f"{patterns} gain patterns of {len(weights)} neurons, {steps} steps, outputs off by at "
        f"most {our_error:.2g} of their standard deviation, against SciPy's RK45 one at a time, "
        f"off by {reference_error:.2g}"
    )
    seconds, reference_seconds = take_turns(ours, reference)
    return Timing(seconds, reference_seconds, what)


def time_least_squares(settings: Constrained) -> dict[str, Timing]:
    """Fit the samples of one time step, all trials at once and one at a time."""
    units, trials = settings.network.units, settings.network.copies * settings.emg.reaches
    precision = settings.network.weights_precision
    outputs, blocks = units + 4, 100
    rng = np.random.default_rng(2)
    start = rng.standard_normal((outputs, units))
    regressors = np.tanh(rng.standard_normal((blocks, trials, units)))
    targets = rng.standard_normal((blocks, trials, outputs))
    factor = rng.standard_normal((1500, 1500))

    def at_once() -> None:
        learner = BlockRecursiveLeastSquares(start, 1.0, precision)
        for block in zip(regressors, targets, strict=True):
            learner.update(*block)

    def one_at_a_time(learner: RankOneRecursiveLeastSquares | InPlaceRecursiveLeastSquares) -> None:
        for block in zip(regressors, targets, strict=True):
            for sample in zip(*block, strict=True):
                learner.update(*sample)

    ours, plain, in_place, product = take_turns(
        at_once,
        lambda: one_at_a_time(RankOneRecursiveLeastSquares(start, 1.0)),
        lambda: one_at_a_time(InPlaceRecursiveLeastSquares(start, 1.0)),
        lambda: factor @ factor,
    )
    # P and W are each multiplied by the samples and changed along as many directions. Nominally:
    # half of the change of P is saved, since P is symmetric.
    operations = blocks * 4 * (units + outputs) * units * trials
    product *= operations / (2 * len(factor) ** 3)
    what = f"recursive least squares, {trials} samples of {units} units, weights in {precision}"
    return {
        name: Timing(ours / blocks, reference / blocks, f"{what}, against {other}")
        for name, reference, other in [
            ("block_rls", plain, "one at a time"),
            ("block_rls_in_place", in_place, "one at a time in place"),
            ("block_rls_products", product, "as many operations in a large product in float64"),
        ]
    }


# What the study asks of its networks at the least.
ACCURATE = 0.01
SEEDS = 5


def time_full_force(settings: Constrained, rates: Array, emg: Array) -> Timing:
    """Train the hint-constrained network by both ways until its EMG is accurate.

    Errors fluctuate between epochs, so several networks are trained and their times summed up.
    """
    network = settings.network
    seconds, epochs = np.zeros(2), np.zeros(2, dtype=int)
    for seed in range(SEEDS):
        task, targets = network_task(settings, rates, emg, seed)
        training: dict[str, Any] = {
            "initial_weights": task.weights,
            "currents": targets.currents,
            "outputs": task.emg,
            "inputs": task.inputs,
            "time_constant_ms": network.time_constant_ms,
            "step_ms": network.step_ms,
            "update_probability": network.update_probability,
            "regularisation": network.regularisation,
            "noise": network.training_noise * activation_scale(targets.rates),
        }
        for count in range(1, network.epochs + 1):
            begin = process_time()
            trained = train_full_force(
                np.random.default_rng(seed),
                epochs=count,
                copies=network.copies,
                weights_precision=network.weights_precision,
                **training,
            )
            elapsed = process_time() - begin
            if emg_error(task, network, trained.weights, trained.readout) <= ACCURATE:
                break
        seconds[0] += elapsed
        epochs[0] += count

        one_at_a_time = train_one_at_a_time(
            np.random.default_rng(seed), epochs=network.epochs, **training
        )
        for _ in range(network.epochs):
            begin = process_time()
            epoch = next(one_at_a_time)
            seconds[1] += process_time() - begin
            epochs[1] += 1
            if emg_error(task, network, epoch.weights, epoch.readout) <= ACCURATE:
                break
        report(
            f"full_force: network {seed + 1}/{SEEDS}: EMG error of {100 * ACCURATE:g} % after "
            f"{seconds[0]:.2f} s, one at a time {seconds[1]:.2f} s so far"
        )
    what = (
        f"{network.units} units to an EMG error of {100 * ACCURATE:g} %, mean of {SEEDS} networks, "
        f"in {epochs[0] / SEEDS:g} against {epochs[1] / SEEDS:g} epochs"
    )
    return Timing(seconds[0] / SEEDS, seconds[1] / SEEDS, what)


def emg_error(
    task: ReachingTask, network: FullForceNetwork, weights: Array, readout: Array
) -> float:
    """Normalised error of the EMG of a network that runs freely."""
    moving = task.times >= 0
    output = run_network(weights, task.inputs, network) @ readout.T
    return normalised_error(output[moving], task.emg[moving])


def network_task(
    settings: Constrained, rates: Array, emg: Array, seed: int
) -> tuple[ReachingTask, FullForceTargets]:
    """Task of the network, and what it must reproduce, with hints."""
    network = settings.network
    times = trial_times(
        pulse_ms=network.pulse_ms, duration_ms=settings.emg.duration_ms, step_ms=network.step_ms
    )
    grid = time_grid(settings.emg.duration_ms, settings.gain_learning.training_step_ms)
    rates, emg = (resample(values, grid, times[times >= 0]) for values in (rates, emg))
    muscles = observed_count(emg.shape[2], settings.sample.muscle_fraction)
    neurons = observed_count(rates.shape[2], settings.sample.neuron_fraction)
    rng = np.random.default_rng([4, seed])
    task = reaching_task(rng, network, times, emg[..., :muscles], on_circle=False)
    observed = rng.permutation(rates.shape[2])[:neurons]
    hints = hint_signals(rates[..., observed], times, network.hint_scaling)
    extra = task.emg_current + hint_current(rng, network, hints)[1]
    targets = target_currents(
        task.weights,
        task.inputs,
        extra,
        time_constant_ms=network.time_constant_ms,
        step_ms=network.step_ms,
    )
    return task, targets


def time_motif_step(units: int = 300, steps: int = 1050, trials: int = 90) -> dict[str, Timing]:
    """Go through a motif and back, for the gradient of an additive network, in float32."""
    motifs = 10
    rng = np.random.default_rng(5)
    cpu = torch.device("cpu")

    def tensor(values: Array) -> torch.Tensor:
        return torch.as_tensor(values, dtype=torch.float32)

    connectivity = draw_connectivity(rng, units)
    circuit = FixedCircuit(
        architecture="additive",
        weights=tensor(1.4 * connectivity.weights),
        readout=tensor(connectivity.readout),
        preparatory_weights=None,
        motif_steps=steps,
        preparation_steps=0,
    )
    dt = 0.1
    inputs = tensor(0.3 * rng.standard_normal((motifs, units)))
    targets = tensor(rng.standard_normal((motifs, steps)))
    start = tensor(rng.standard_normal((trials, units)))
    pool = NoisePool(rng, 0.001, dtype=torch.float32, device=cpu)
    simulator = Simulator(steps, trials, units, dt, dtype=torch.float32, device=cpu)
    rows = torch.arange(trials) % motifs
    shape = torch.Size((trials, units))

    def by_hand(precision: Literal["float32", "bfloat16"]) -> torch.Tensor:
        """Output (step, trial)."""
        with products(precision, units, cpu):
            windows = circuit.windows({"input": inputs}, rows)
            noise = pool.draw(np.random.default_rng(6), steps, shape)
            rates, _ = simulator.run(windows, start, noise)
            output = rates[1:] @ circuit.readout
            slopes = (2 / steps * (output - targets[rows].T))[:, :, None].unbind()

            def add_rate_gradient(step: int, total: torch.Tensor) -> None:
                total.addcmul_(slopes[step - 1], circuit.readout)

            simulator.gradient(windows, add_rate_gradient)
        return output

    plain = plain_version(circuit, dt)

    def by_autograd(noise: list[torch.Tensor]) -> None:
        learned = inputs.clone().requires_grad_()
        errors = plain.errors({"input": learned}, rows[None], targets, start, noise)
        errors.sum().backward()  # type: ignore[no-untyped-call]

    def by_autograd_with_pool() -> None:
        noise = pool.draw(np.random.default_rng(6), steps, shape)
        assert noise is not None
        by_autograd(noise)

    product = torch.empty(shape)

    def products_alone() -> None:
        for _ in range(2 * steps):
            torch.mm(start, circuit.weights, out=product)

    ours, autograd, with_pool, alone, rounded = take_turns(
        lambda: by_hand("float32"),
        lambda: by_autograd([0.001 * torch.randn(shape) for _ in range(steps)]),
        by_autograd_with_pool,
        products_alone,
        lambda: by_hand("bfloat16"),
    )
    deviation = by_hand("float32") - by_hand("bfloat16")
    error = float(deviation.square().mean().sqrt())
    what = f"gradient of {trials} trials of {steps} steps, {units} units"
    return {
        "bptt_step_vs_autograd": Timing(
            ours, autograd, f"{what}, against torch's autograd with freshly drawn noise"
        ),
        "bptt_step_vs_autograd_with_pool": Timing(
            ours, with_pool, f"{what}, against torch's autograd with noise from our pool"
        ),
        "bptt_step_vs_products": Timing(ours, alone, f"{what}, against its matrix products alone"),
        "bptt_step_bfloat16": Timing(
            rounded,
            autograd,
            f"{what}, against torch's autograd in float32; outputs change by {error:.1g} (RMS)",
        ),
    }


def time_feedback_iteration(units: int = 128, reaches: int = 32) -> Timing:
    """Error and gradient of reaches that see their last positions, under the force, in float32."""
    task, training = ReachTask(), SequenceTraining(device="cpu")
    chosen = {"units": units, "dropout": 0.0}
    model = SequenceModel(**(dict(SequenceModels().positions) | chosen))
    rng = np.random.default_rng(7)
    parameters = torch.as_tensor(initial_parameters(rng, model), dtype=torch.float32)
    drawn = ideal_reaches(random_targets(rng, reaches), random_cues(rng, reaches, task), task)
    batch = batch_of(drawn, field_of(task.field), None, parameters)
    network = network_of(model, training)
    masks = [torch.ones(len(batch.inputs), reaches, units)] * (model.dense_before + 1)
    assert batch.push is not None
    force = force_of(batch.push.field, batch.push.strength)

    def by_autograd() -> torch.Tensor:
        vector = parameters.clone().requires_grad_()
        parts = layout_of(model).parts(vector)
        moved = move_with_feedback(model, parts, batch.inputs, force, masks)
        deviation = moved - batch.ideal[..., : moved.shape[-1]]
        error = deviation.square().mean() + training.absolute_weight * deviation.abs().mean()
        error.backward()  # type: ignore[no-untyped-call]
        assert vector.grad is not None
        return vector.grad

    def by_hand() -> torch.Tensor:
        return network.error_and_gradient(parameters, batch, rng)[1]

    ours, autograd = take_turns(by_hand, by_autograd)
    expected = by_autograd()
    error = float((by_hand() - expected).norm() / expected.norm())
    return Timing(
        ours,
        autograd,
        f"gradient of {reaches} reaches of {len(batch.inputs)} steps with feedback, {units} units, "
        f"against torch's autograd; gradients differ by {error:.1g}",
    )


def take_turns(*works: Callable[[], object], rounds: int = 5) -> list[float]:
    """Median CPU seconds of each, run by turns after a first run that does not count."""
    turns = [[seconds(work) for work in works] for _ in range(rounds + 1)][1:]
    return [median(each) for each in zip(*turns, strict=True)]


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds that the work takes."""
    begin = process_time()
    work()
    return process_time() - begin


def report(line: str) -> None:
    """Tell what is going on."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
