"""What the stages of the motor-motifs study make, with the settings that they declare alone."""

from functools import cache, partial

import numpy as np
import pytest
from scipy.linalg import expm

from corticomotor.runtime import store
from corticomotor.runtime.seeding import stream
from corticomotor.runtime.stage_settings import StageSettings
from corticomotor.studies.motifs.chains import chain_of_networks
from corticomotor.studies.motifs.connectivity import draw_connectivity
from corticomotor.studies.motifs.difficulty import fit_motifs
from corticomotor.studies.motifs.evaluation import errors_from_random
from corticomotor.studies.motifs.forgetting import forgetting
from corticomotor.studies.motifs.library import draw_motifs
from corticomotor.studies.motifs.loading import NetworkParts, trained_network
from corticomotor.studies.motifs.network_evaluation import evaluate_network
from corticomotor.studies.motifs.preparatory_module import train_preparatory_module
from corticomotor.studies.motifs.settings import Motifs
from corticomotor.studies.motifs.study import STUDY
from corticomotor.studies.motifs.targets import targets_of
from corticomotor.studies.motifs.thalamocortical import build_and_test
from corticomotor.studies.motifs.training import train_on_motifs, train_on_pairs
from corticomotor.study.stage import selected
from file_examples import alone

SMALL = Motifs(
    library={
        "sessions": [2, 1],
        "duration": 12.0,
        "longest_step": 6.0,
        "warm_up": 2.0,
        "oscillatory": {"units": 50},
    },
    dynamics={"noise": 0.0},
    training={"device": "cpu", "precision": "float32"},
    preparation={"loops": 3, "trials": 2, "iterations": 3, "trial_duration": 8.0},
    networks={
        name: {"architecture": name.removesuffix("_prepared"), "units": 12, "max_iterations": 4}
        | {"prepared": name.endswith("_prepared")}
        for name in (
            "additive",
            "additive_prepared",
            "multiplicative",
            "multiplicative_prepared",
            "control",
            "two_input",
        )
    },
    thalamocortical={
        "neurons": 14,
        "exponentials": 4,
        "loops": 4,
        "fit_starts": 2,
        "loop_starts": 1,
        "loop_iterations": 5,
        "preparatory_iterations": 10,
    },
    evaluation={"repetitions": 2, "starts": 2},
    difficulty={"exponentials": [2, 5]},
    forgetting={"iterations": 4},
    pairs={"iterations": 4, "trials": 3},
).model_dump(mode="json")
NETWORKS = ("additive", "additive_prepared", "multiplicative_prepared", "control", "two_input")
STEPS, MOTIFS, UNITS = 170, 3, 12


def rng(purpose):
    return stream(7, purpose, 1)


def settings(stage):
    """What a stage's job gets; it raises on anything else."""
    return StageSettings(stage, selected(STUDY.stage(stage), SMALL))


def kept(stage, result):
    """A result as later stages read it; it raises unless it is what the contract says."""
    return store.dataset(STUDY.stage(stage).contract, result)


@cache
def motifs(kind="step"):
    view = settings(f"library/{kind}/session-1")
    return [
        kept(
            f"library/{kind}/session-1",
            draw_motifs(rng, kind, numbers, view.library, view.dynamics.dt),
        )
        for numbers in ([1, 2], [3])
    ]


@cache
def connectivity():
    units = np.arange(UNITS)
    drawn = draw_connectivity(rng("connectivity"), UNITS)
    return kept(
        f"connectivity/units-{UNITS}", vars(drawn) | {"unit": units, "presynaptic_unit": units}
    )


@cache
def module():
    stage = "preparation/units-12-gain-1.4-loops-3"
    view = settings(stage)
    return kept(
        stage,
        train_preparatory_module(
            rng,
            connectivity(),
            view.preparation,
            gain=1.4,
            loops=3,
            dt=view.dynamics.dt,
            device=view.training.device,
        ),
    )


def parts(stage, name, sessions=()):
    network = getattr(settings(stage).networks, name)
    return NetworkParts(
        network, connectivity(), [module()] if network.prepared else [], list(sessions)
    )


def learned_in(name, part, sessions):
    stage = f"networks/{name}/{part}"
    view = settings(stage)
    return kept(
        stage,
        train_on_motifs(
            name,
            parts(stage, name),
            sessions,
            view.training,
            view.dynamics,
            preparation_duration=view.preparation.duration,
            rng=rng,
        ),
    )


@cache
def trained(name):
    if name == "control":
        return [learned_in(name, "all-sessions", motifs())]
    return [
        learned_in(name, f"session-{number}", [session])
        for number, session in enumerate(motifs(), start=1)
    ]


def root_mean_square(values, axis=-1):
    return np.sqrt(np.mean(values**2, axis=axis))


close = partial(np.testing.assert_allclose, rtol=1e-5, atol=1e-6)


def test_motifs_are_fitted_by_each_number_of_exponentials():
    stage = "exponentials/oscillatory"
    view = settings(stage)
    counts = view.difficulty.exponentials
    seen = []
    result = fit_motifs(rng, motifs("oscillatory"), counts, view.thalamocortical, seen.append)
    found = kept(stage, result)

    assert seen == [1, 2, 3, 4, 5, 6]
    target, approximation = found["target"].values, found["approximation"].values
    close(
        found["error"].values,
        root_mean_square(approximation - target) / root_mean_square(target),
    )
    few, many = found["error"].values
    assert few.mean() > many.mean()


def test_a_module_comes_with_its_spectra_and_what_it_leaves_of_the_rates():
    found = module()
    weights = 1.4 * connectivity()["weights"].values
    loops = found["left_vectors"].values @ found["right_vectors"].values.T

    for case, matrix in {"_without": weights, "": weights + loops}.items():
        real, imaginary = (
            found[f"eigenvalue_{part}{case}"].values for part in ("real", "imaginary")
        )
        close(np.sort_complex(real + 1j * imaginary), np.sort_complex(np.linalg.eigvals(matrix)))
    # Another connectivity of the same gain, with the same loops.
    foreign = found["eigenvalue_real_foreign"].values
    assert not np.allclose(np.sort(foreign), np.sort(found["eigenvalue_real"].values))
    starts = [found[f"rate_norm{case}"].values[0] for case in ("", "_without", "_untrained")]
    assert np.ptp(starts, axis=0).max() == 0
    assert found["time"].values[-1] == pytest.approx(8.0)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_is_tested_as_it_was_trained(name):
    stage = f"evaluation/{name}"
    view = settings(stage)
    given = STUDY.stage(stage).given(StageSettings("all", SMALL), {"network": name})
    found = kept(
        stage,
        evaluate_network(
            rng("tests"),
            parts(stage, name, trained(name)),
            motifs(),
            view.dynamics,
            preparation_duration=view.preparation.duration,
            device=view.training.device,
            repetitions=view.evaluation.repetitions,
            starts=view.evaluation.starts,
            **given,
        ),
    )

    shared = trained(name)[0]["shared_unit"].size
    assert shared == (UNITS if name == "control" else 0)
    assert found["target"].shape == (MOTIFS, STEPS)
    deviation = found["random_output"].values - found["target"].values[:, None]
    close(found["random_error"].values[0], root_mean_square(deviation))
    across = found["transition_output"].values - found["target"].values
    close(found["transition_error"].values[0, -1], root_mean_square(across))


def run_again(file, notes, motif, x):
    """A motif of a network's file from a state x (unit,), as the notes in the file say."""
    assert notes["integration"].startswith("forward Euler")
    own = dict(zip(file["parameter"], file["motif_parameters"][:, motif], strict=True))
    loop = np.outer(own["loop_left_vector"], own["loop_right_vector"]) if len(own) == 3 else 0
    module = file["preparatory_left_vectors"] @ file["preparatory_right_vectors"].T
    late = np.zeros(UNITS) if len(file["loop"]) and len(own) == 3 else own["input"]
    output = []
    for time in file["time"] - file["step"]:
        preparing = time < file["preparation"] - file["step"] / 2
        weights = file["weights"] + (module if preparing else loop)
        b = own.get("preparatory_input", own["input"]) if preparing else late
        x = x + file["step"] * (-x + weights @ np.tanh(x) + b)
        output.append(file["readout"] @ np.tanh(x))
    return np.array(output), x


@pytest.mark.parametrize("name", [*NETWORKS, "multiplicative"])
def test_a_network_runs_again_from_its_file(tmp_path, name):
    files = [
        alone(tmp_path / f"{place}.h5", STUDY.stage(f"networks/{name}/session-1").contract, each)
        for place, each in enumerate(trained(name))
    ]
    view = settings(f"evaluation/{name}")
    network = trained_network(
        parts(f"evaluation/{name}", name, trained(name)),
        targets_of(motifs()),
        view.dynamics,
        preparation_duration=view.preparation.duration,
        device="cpu",
    )
    start = np.random.default_rng(0).standard_normal((1, UNITS))
    expected = network.rollout(np.array([[1], [0]]), start, rng("none")).output[:, 0]
    file, notes = files[0]
    first, state = run_again(file, notes, 1, start[0])
    np.testing.assert_allclose(expected[:STEPS], first, atol=2e-5)
    np.testing.assert_allclose(expected[STEPS:], run_again(file, notes, 0, state)[0], atol=2e-5)
    np.testing.assert_array_equal(file["target"][:2], motifs()[0]["output"].values)


@pytest.mark.parametrize("name", ["control", "multiplicative_prepared"])
def test_a_network_holds_what_it_was_before_it_learned(name):
    file = trained(name)[0]
    weights = (1.4 * connectivity()["weights"].values).astype(np.float32)
    readout = connectivity()["readout"].values.astype(np.float32)
    change = file["motif_parameters"].values - file["initial_motif_parameters"].values
    # Four iterations of Adam at a rate that rises to 0.004.
    assert 0 < np.abs(change).max() < 0.02
    if name == "control":
        np.testing.assert_array_equal(file["initial_weights"].values, weights)
        np.testing.assert_array_equal(file["initial_readout"].values, readout)
        assert 0 < np.abs(file["weights"].values - weights).max() < 0.02
        assert 0 < np.abs(file["readout"].values - readout).max() < 0.02
    else:
        assert file["initial_weights"].values.size == 0
        np.testing.assert_array_equal(file["weights"].values, weights)
        loops = file["initial_motif_parameters"].values[1:]
        assert np.linalg.norm(loops, axis=2).mean() == pytest.approx(1.5, rel=0.3)
        for side in ("left", "right"):
            close(file[f"preparatory_{side}_vectors"].values, module()[f"{side}_vectors"].values)


def test_a_module_runs_again_from_its_file(tmp_path):
    contract = STUDY.stage("preparation/units-12-gain-1.4-loops-3").contract
    file, notes = alone(tmp_path / "a.h5", contract, module())
    assert notes["integration"].startswith("forward Euler")
    step = file["time"][1] - file["time"][0]
    starts = rng("motifs/preparation/12/3/tests").standard_normal((8, UNITS))
    assert np.abs(file["left_vectors"] - file["initial_left_vectors"]).max() > 0
    for before, norm in {"": "rate_norm", "initial_": "rate_norm_untrained"}.items():
        u, v = (file[f"{before}{side}_vectors"].astype(float) for side in ("left", "right"))
        x, found = starts, []
        for _ in file["time"]:
            found.append(np.linalg.norm(np.tanh(x), axis=1))
            x = x + step * (-x + np.tanh(x) @ (file["weights"] + u @ v.T).T)
        np.testing.assert_allclose(found, file[norm], atol=2e-5)


@pytest.mark.parametrize("architecture", ["additive", "multiplicative", "control"])
def test_pairs_are_learned_at_a_gain_of_their_own(architecture):
    stage = f"pairs/{architecture}-gain-1.2-loops-0.5"
    view = settings(stage)
    network = getattr(view.networks, architecture).changed(
        gain=1.2,
        loop_gain=0.5,
        starts=view.pairs.trials,
        max_iterations=view.pairs.iterations,
    )
    found = kept(
        stage,
        train_on_pairs(
            NetworkParts(network, connectivity()), motifs(), view.training, view.dynamics, rng=rng
        ),
    )

    assert found["iteration"].values.tolist() == [1, 2, 3, 4]
    assert float(found["least_error"]) == found["training_error"].values.min()
    assert str(found["architecture"].values) == architecture
    assert (float(found["gain"]), float(found["loop_gain"])) == (1.2, 0.5)


def test_learning_in_turn_is_compared_with_learning_together():
    view = settings("forgetting")
    control = parts("forgetting", "control", trained("control"))
    found = kept(
        "forgetting",
        forgetting(
            control,
            motifs(),
            view.training,
            view.dynamics,
            iterations=view.forgetting.iterations,
            starts=view.evaluation.starts,
            rng=rng,
        ),
    )

    targets = targets_of(motifs())
    together = errors_from_random(
        trained_network(control, targets, view.dynamics, preparation_duration=0.0, device="cpu"),
        targets.output,
        starts=2,
        initial_std=1.0,
        rng=rng("motifs/forgetting/tests"),
    )
    assert found["together_error"].values.tolist() == together.tolist()
    assert found["error"].shape == (MOTIFS, MOTIFS)
    assert (found["error"].values != together).all()


def test_the_analytic_model_is_tested_without_interruptions():
    view = settings("thalamocortical")
    found = kept(
        "thalamocortical",
        build_and_test(
            rng,
            motifs(),
            view.thalamocortical,
            dt=view.dynamics.dt,
            preparation_duration=view.preparation.duration,
            repetitions=view.evaluation.repetitions,
            starts=view.evaluation.starts,
        ),
    )

    across = found["transition_output"].values - found["target"].values
    close(found["transition_error"].values[0], root_mean_square(across))
    assert np.isnan(found["approximation"].values[:, :50]).all()
    assert np.isfinite(found["approximation"].values[:, 50:]).all()
    assert found["relaxation_time"].values[-1] == pytest.approx(5.0)

    file = {name: array.values for name, array in found.items()}
    cortex = file["gain"] * (file["weights"] - np.eye(14))
    prepare = cortex + file["preparatory_left_vectors"] @ file["preparatory_right_vectors"].T
    step = file["time"][1] - file["time"][0]
    starts = rng("motifs/thalamocortical/tests").standard_normal((MOTIFS, 2, 14))
    for motif, (u, v, ready) in enumerate(
        zip(file["loop_left_vector"], file["loop_right_vector"], file["initial_state"], strict=True)
    ):
        relax, execute = expm(step * prepare), expm(step * (cortex + np.outer(u, v)))
        x, output = starts[motif], []
        for time in file["time"] - step:
            preparing = time < file["preparation"] - step / 2
            x = ready + (x - ready) @ relax.T if preparing else x @ execute.T
            output.append(x @ file["readout"])
        np.testing.assert_allclose(np.transpose(output), file["random_output"][motif], atol=1e-4)


def test_a_chain_is_produced_by_each_network_from_the_same_state():
    stage, chain = "chains/3-1-3", [3, 1, 3]
    view = settings(stage)
    networks = {
        name: parts(stage, name, trained(name)) for name in ("additive", "additive_prepared")
    }
    produce = partial(
        chain_of_networks,
        rng,
        chain,
        motifs=motifs(),
        dynamics=view.dynamics,
        preparation_duration=view.preparation.duration,
        device=view.training.device,
    )
    found = kept(stage, produce(networks))

    targets = np.concatenate([session["output"].values for session in motifs()])
    target = targets[[2, 0, 2]]
    assert found["target"].values.tolist() == target.ravel().tolist()
    deviation = found["output"].values.reshape(2, 3, STEPS) - target
    close(found["error"].values, root_mean_square(deviation))
    close(found["start"].values, [0, 17, 34])
    close(found["time"].values[[0, -1]], [0.1, 51])
    alone = kept(stage, produce({"additive_prepared": networks["additive_prepared"]}))
    assert alone["output"].values[0].tolist() == found["output"].values[1].tolist()
