import numpy as np
import pytest
import torch

from corticomotor.runtime import store
from corticomotor.runtime.checkpoints import Checkpoint
from corticomotor.runtime.errors import DivergenceError
from corticomotor.runtime.seeding import stream
from corticomotor.studies.reaching import contracts
from corticomotor.studies.reaching.sequence.learning import train_sequence_model
from corticomotor.studies.reaching.sequence.networks import Network
from corticomotor.studies.reaching.sequence.phases import iterations_of, phases_of
from corticomotor.studies.reaching.sequence.training import (
    Course,
    look_iterations,
    rate_at,
    train_phase,
)
from corticomotor.studies.reaching.settings import Reaching, task
from corticomotor.studies.reaching.settings.sequence import Phases, SequenceModel, SequenceTraining
from corticomotor.studies.reaching.settings.task import ForceField, ReachTask

torch.set_num_threads(1)

TASK = ReachTask(steps=60, target_step=6, longest_delay=4, reaction_steps=10)
EVERYTHING = Phases(before=4, under=3, after=2, control=True, longer=5)


def settings_of(*, reaches=TASK, **training):
    return Reaching(
        task=reaches,
        tests=task.TestReaches(count=12, shown=3, directions=4),
        training=SequenceTraining(
            **{"batch": 4, "looks": 2, "warm_up": 2, "look_reaches": 12, "device": "cpu"} | training
        ),
    )


def model_of(**changes):
    return SequenceModel(
        **{"architecture": "feedback", "units": 6, "cell": "gru", "phases": EVERYTHING} | changes
    )


def trained(model=None, settings=None, *, replicate=1, **options):
    return train_sequence_model(
        "positions",
        settings or settings_of(),
        model or model_of(),
        rng=lambda name: stream(3, name, replicate),
        **options,
    )


def of_phase(found, name, variable):
    return np.asarray(found[variable][found["phase"].index(name)])


# Phases


def test_phases_follow_from_those_that_they_begin_with():
    phases = {phase.name: phase for phase in phases_of(model_of(later_rates=[0.5, 0.2]))}
    told = {name: (each.start, each.iterations, each.forced) for name, each in phases.items()}
    assert told == {
        "before": ("untrained", 4, False),
        "under": ("before", 3, True),
        "after": ("under", 2, False),
        "control_under": ("before", 3, False),
        "control_after": ("control_under", 2, False),
        "longer": ("before", 5, True),
    }
    assert {name: each.rate for name, each in phases.items()} == {
        "before": 1.0,
        "under": 0.5,
        "after": 0.2,
        "control_under": 0.5,
        "control_after": 0.2,
        "longer": 0.5,
    }
    # A control differs by the force alone.
    for name in ("under", "after"):
        assert phases[name].reaches == phases[f"control_{name}"].reaches
    assert iterations_of(model_of()) == 19


def test_a_model_that_never_meets_the_force_has_one_phase():
    model = model_of(phases=Phases(before=7, control=True))
    assert [phase.name for phase in phases_of(model)] == ["before"]
    assert iterations_of(model) == 7


# One phase


def test_looks_are_evenly_spaced_from_the_first_to_the_last_iteration():
    assert look_iterations(300, 4) == [0, 75, 150, 225, 300]
    assert look_iterations(2, 4) == [0, 0, 1, 2, 2]


def test_rate_rises_and_falls():
    training = SequenceTraining(warm_up=20, last_rate=0.1)
    rates = np.array([rate_at(iteration, 200, training) for iteration in range(1, 201)])
    assert (np.diff(rates[:20]) > 0).all()
    assert (np.diff(rates[20:]) < 0).all()
    assert rates[0] == pytest.approx(1 / 21)
    assert rates[109] == pytest.approx(0.55)
    assert rates[-1] == pytest.approx(0.1)
    # A short phase is not all warming up.
    assert rate_at(3, 8, training) < 1 < 3 * rate_at(2, 8, training)


class Bowl(Network):
    """Its error is half the square of its parameters."""

    def __init__(self, scale=1.0):
        self.scale, self.drawn = scale, []

    def move(self, parameters, batch):
        raise NotImplementedError

    def error_and_gradient(self, parameters, batch, rng):
        self.drawn.append((batch, rng.integers(1000)))
        return self.scale * parameters.square().sum() / 2, self.scale * parameters


def bowl_course(iterations, learning_rate=0.1):
    return Course(
        draw=lambda rng, like: int(rng.integers(1000)),
        look=lambda parameters: parameters.numpy().astype(float).copy(),
        iterations=iterations,
        learning_rate=learning_rate,
        name="before",
        advice="try another bowl",
    )


def in_bowl(network, iterations, *, training=None, start=(3.0, -4.0), **options):
    return train_phase(
        network,
        torch.tensor(start, dtype=torch.float64),
        bowl_course(iterations),
        training or SequenceTraining(looks=iterations, warm_up=1, largest_gradient=1.0),
        reaches_rng=np.random.default_rng(1),
        dropout_rng=np.random.default_rng(2),
        **options,
    )


def test_parameters_follow_adam_on_clipped_gradients():
    training = SequenceTraining(looks=12, warm_up=3, largest_gradient=2.0)
    end, looks = in_bowl(Bowl(), 12, training=training)
    value, mean, square = np.array([3.0, -4.0]), np.zeros(2), np.zeros(2)
    for iteration in range(1, 13):
        np.testing.assert_allclose(looks[iteration - 1], value, rtol=1e-12)
        gradient = value * min(1, 2.0 / np.linalg.norm(value))
        mean, square = 0.9 * mean + 0.1 * gradient, 0.9 * square + 0.1 * gradient**2
        unbiased = 1 - 0.9**iteration
        change = mean / unbiased / (np.sqrt(square / unbiased) + 1e-8)
        value = value - 0.1 * rate_at(iteration, 12, training) * change
    np.testing.assert_allclose(end.numpy(), value, rtol=1e-12)
    np.testing.assert_allclose(looks[12], value, rtol=1e-12)


def test_looks_that_fall_together_are_one():
    _, looks = in_bowl(Bowl(), 2, training=SequenceTraining(looks=4, warm_up=1))
    assert np.array_equal(looks[0], looks[1])
    assert np.array_equal(looks[3], looks[4])
    assert not np.array_equal(looks[2], looks[3])


@pytest.mark.parametrize("scale", [np.inf, np.nan])
def test_divergence_names_iteration_phase_and_setting(scale):
    with pytest.raises(DivergenceError, match=r"iteration 1 .*phase before.*try another bowl"):
        in_bowl(Bowl(scale), 3)


def test_a_model_that_diverges_names_its_learning_rate():
    model = model_of(learning_rate=1e30, phases=Phases(before=8))
    with pytest.raises(DivergenceError, match=r"reaching\.models\.positions\.learning_rate"):
        trained(model)


# Killed trainings


class Killed(Exception):
    pass


def killed_after(last):
    def report(step, /, **_):
        if step >= last:
            raise Killed

    return report


def same_bytes(found, expected):
    return all(
        np.asarray(found[name]).tobytes() == np.asarray(expected[name]).tobytes()
        for name in expected
    )


# In the first phase, in two of the later ones, and at the end of one.
@pytest.mark.parametrize("architecture", ["standard", "feedback"])
@pytest.mark.parametrize("kills", [[2], [6, 12], [4]])
def test_a_killed_training_goes_on_to_the_same_bytes(tmp_path, architecture, kills):
    model = model_of(architecture=architecture)
    undisturbed = trained(model)
    for last in kills:
        checkpoint = Checkpoint(tmp_path / "state.h5", "identity", interval_s=0)
        with pytest.raises(Killed):
            trained(model, checkpoint=checkpoint, report=killed_after(last))
    resumed = []
    continued = trained(
        model,
        checkpoint=Checkpoint(tmp_path / "state.h5", "identity", interval_s=0),
        report=lambda step, /, **_: resumed.append(step),
    )
    # The iteration in which it was killed was not saved.
    assert resumed[0] == kills[-1]
    assert resumed[-1] == iterations_of(model)
    assert same_bytes(continued, undisturbed)


# Models


@pytest.mark.parametrize("architecture", ["standard", "feedback"])
@pytest.mark.parametrize("kind", ["region", "curl"])
def test_results_are_what_the_contract_says(architecture, kind):
    reaches = ReachTask(**dict(TASK) | {"field": ForceField(kind=kind)})
    found = trained(model_of(architecture=architecture), settings_of(reaches=reaches))
    store.dataset(contracts.SEQUENCE, found)
    assert found["phase"][0] == "untrained"
    np.testing.assert_array_equal(of_phase(found, "longer", "look_iteration"), [0, 2, 5])
    # Where one phase ends the next begins, with its own field.
    end, begin = of_phase(found, "before", "end_error"), of_phase(found, "under", "look_error")
    assert np.median(end[1]) == pytest.approx(begin[0], rel=1e-6)
    last = of_phase(found, "under", "look_error")[-1]
    assert np.median(of_phase(found, "under", "end_error")[1]) == pytest.approx(last, rel=1e-6)


def test_the_same_seed_gives_the_same_bytes_and_another_replicate_does_not():
    first, second, other = trained(), trained(), trained(replicate=2)
    assert same_bytes(first, second)
    assert not np.array_equal(first["parameters"], other["parameters"])
    assert not np.array_equal(first["target"], other["target"])


def test_models_of_a_replicate_share_tests_and_reaches():
    found, asked = [], []
    for cell in ("gru", "relu"):
        names = []

        def rng(name, names=names):
            names.append(name)
            return stream(3, name, 1)

        found.append(train_sequence_model("any", settings_of(), model_of(cell=cell), rng=rng))
        asked.append(names)
    assert asked[0] == asked[1]
    for name in ("target", "cue"):
        np.testing.assert_array_equal(found[0][name], found[1][name])


def test_without_a_force_the_control_is_the_training_itself():
    reaches = ReachTask(**dict(TASK) | {"field": ForceField(force=[0.0, 0.0])})
    found = trained(settings=settings_of(reaches=reaches))
    for name in ("under", "after"):
        control = of_phase(found, f"control_{name}", "parameters")
        assert control.tobytes() == of_phase(found, name, "parameters").tobytes()


@pytest.mark.parametrize("architecture", ["standard", "feedback"])
def test_a_force_changes_what_is_learned(architecture):
    found = trained(model_of(architecture=architecture))
    under, control = (of_phase(found, name, "parameters") for name in ("under", "control_under"))
    assert not np.array_equal(under, control)


def test_a_model_with_feedback_learns_to_reach_and_to_withstand_the_force():
    model = model_of(
        units=32,
        dropout=0.0,
        dense_before=1,
        learning_rate=0.01,
        phases=Phases(before=90, under=60),
    )
    settings = settings_of(batch=16, looks=1, warm_up=10)
    found = trained(model, settings)
    untrained, before = (
        np.median(of_phase(found, name, "end_error")[0]) for name in ("untrained", "before")
    )
    assert before < 12 < 60 < untrained
    # Reaches that cross the field, before the force was there and afterwards.
    switched_on, under = (
        np.median(of_phase(found, name, "end_error")[1][found["crosses"] == 1])
        for name in ("before", "under")
    )
    assert under < 0.6 * switched_on
