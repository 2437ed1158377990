from dataclasses import replace

import numpy as np
import pytest
import torch

from corticomotor.studies.reaching.fields import Field
from corticomotor.studies.reaching.reaches import RATE, ideal_reaches, random_cues, random_targets
from corticomotor.studies.reaching.sequence.dropout import dropout_masks
from corticomotor.studies.reaching.sequence.evaluation import batch_of
from corticomotor.studies.reaching.sequence.hand import scaled_basis
from corticomotor.studies.reaching.sequence.movements import Push
from corticomotor.studies.reaching.sequence.networks import network_of
from corticomotor.studies.reaching.sequence.parameters import initial_parameters, layout_of
from corticomotor.studies.reaching.sequence.recurrence import recurrence
from corticomotor.studies.reaching.settings.sequence import SequenceModel, SequenceTraining
from corticomotor.studies.reaching.settings.task import ReachTask
from reference.reaching_sequence import (
    force_of,
    move_with_feedback,
    network_output,
    pushed,
    scaled_past,
)

# An untrained hand comes into this band and leaves it.
BAND = Field(x=(-20.0, 20.0), y=(-0.3, 0.05), force=(-0.7, 0.3), curl=0.0)
CURL = Field(x=(np.inf, -np.inf), y=(np.inf, -np.inf), force=(0.0, 0.0), curl=0.4)
FIELDS = pytest.mark.parametrize("field", [None, BAND, CURL], ids=["none", "band", "curl"])
CELLS = pytest.mark.parametrize("cell", ["relu", "tanh", "gru"])
TRAINING = SequenceTraining(absolute_weight=0.05, device="cpu")
TASK = ReachTask(steps=60, target_step=6, longest_delay=4, reaction_steps=10)
REACHES = 5


@pytest.fixture(autouse=True)
def _in_float64():
    """So that a truth value times a number is as exact as all else."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def model_of(**changes):
    return SequenceModel(**{"units": 7, "dropout": 0.3} | changes)


def setting(model, field, *, seed=0, unlike=True):
    """Parameters and reaches in float64; forces differ between reaches, or not."""
    rng = np.random.default_rng(seed)
    parameters = torch.as_tensor(initial_parameters(rng, model))
    reaches = ideal_reaches(random_targets(rng, REACHES), random_cues(rng, REACHES, TASK), TASK)
    strength = rng.uniform(0, 2, REACHES) if unlike else None
    return parameters, batch_of(reaches, field, strength, parameters)


def plain_masks(model, batch, rng):
    """The masks that a network draws, for all steps and reaches."""
    steps, units = len(batch.inputs), model.units
    feedback = model.architecture == "feedback"
    alike = batch.alike if feedback else 0
    places = model.dense_before + 1
    stretches = [(alike, 1)] * bool(alike) + [(steps - alike, REACHES)]
    drawn = [
        dropout_masks(rng, model.dropout, places, (length, reaches, units), batch.inputs)
        or [torch.ones(length, reaches, units).to(batch.inputs)] * places
        for length, reaches in stretches
    ]
    return [
        torch.cat([part.expand(-1, REACHES, -1) for part in parts])
        for parts in zip(*drawn, strict=True)
    ]


def plain_kinematics(model, parts, batch, masks, *, on_ideal_path=False):
    """Kinematics as by the plain loops, of which feedback models give the position alone."""
    force = force_of(batch.push.field, batch.push.strength) if batch.push else lambda *_: 0.0
    if model.architecture == "feedback":
        return move_with_feedback(model, parts, batch.inputs, force, masks)
    planned, _ = network_output(model, parts, batch.inputs, masks)
    if batch.push is None:
        return planned
    return pushed(planned, batch.ideal, force, on_ideal_path)


def plain_error_and_gradient(model, parameters, batch, masks, **options):
    vector = parameters.clone().requires_grad_()
    found = plain_kinematics(model, layout_of(model).parts(vector), batch, masks, **options)
    deviation = found - batch.ideal[..., : found.shape[-1]]
    error = deviation.square().mean() + TRAINING.absolute_weight * deviation.abs().mean()
    error.backward()
    return error.detach(), vector.grad


def assert_as_plain(model, parameters, batch, *, training=TRAINING, **options):
    """Error, gradient and movements are those of the plain loops, differentiated by torch."""
    network = network_of(model, training)
    masks = plain_masks(model, batch, np.random.default_rng(9))
    expected_error, expected = plain_error_and_gradient(model, parameters, batch, masks, **options)
    scale = float(expected.abs().max())
    # Again, with a tape that has been used.
    for _ in range(2):
        error, gradient = network.error_and_gradient(parameters, batch, np.random.default_rng(9))
        assert float(error) == pytest.approx(float(expected_error), rel=1e-12)
        torch.testing.assert_close(gradient, expected, rtol=0, atol=1e-9 * scale)
    ones = [torch.ones_like(mask) for mask in masks]
    with torch.no_grad():
        moved = plain_kinematics(model, layout_of(model).parts(parameters), batch, ones, **options)
    kinematics = network.move(parameters, batch).kinematics
    torch.testing.assert_close(kinematics[..., : moved.shape[-1]], moved, rtol=0, atol=1e-10)


@FIELDS
@CELLS
@pytest.mark.parametrize(
    ("buffer", "length"),
    [("positions", 0), ("positions", 1), ("positions", 4), ("accelerations", 3)],
)
def test_feedback_models_have_the_gradient_of_plain_loops(cell, buffer, length, field):
    model = model_of(
        architecture="feedback", cell=cell, buffer=buffer, buffer_length=length, dense_before=2
    )
    parameters, batch = setting(model, field)
    assert batch.alike == (0 if field else TASK.target_step)
    assert_as_plain(model, parameters, batch)


@pytest.mark.parametrize(
    "changes",
    [
        {"dense_before": 0, "dense_after": 0},
        {"dense_before": 1, "dense_after": 2},
        {"dropout": 0.0},
        # More of the past than there are steps before reaches differ.
        {"buffer_length": 11},
        {"buffer": "accelerations", "buffer_length": 11, "dense_before": 0},
    ],
)
def test_feedback_models_of_other_layers_have_it_too_where_reaches_begin_alike(changes):
    model = model_of(**{"architecture": "feedback", "cell": "gru", "dense_before": 1} | changes)
    parameters, batch = setting(model, CURL, unlike=False)
    assert batch.alike == TASK.target_step
    assert_as_plain(model, parameters, batch)


@FIELDS
@CELLS
def test_standard_models_have_the_gradient_of_plain_loops(cell, field):
    model = model_of(cell=cell, dense_before=1 if cell == "gru" else 0)
    assert_as_plain(model, *setting(model, field))


@pytest.mark.parametrize("field", [BAND, CURL], ids=["band", "curl"])
def test_a_force_on_the_ideal_path_does_not_depend_on_the_hand(field):
    model = model_of(dense_after=0)
    training = SequenceTraining(**dict(TRAINING) | {"force_from": "ideal"})
    assert_as_plain(model, *setting(model, field), training=training, on_ideal_path=True)


def test_reaches_that_begin_alike_move_as_one_by_one():
    model = model_of(architecture="feedback", cell="gru", dense_before=2)
    parameters, batch = setting(model, BAND, unlike=False)
    network = network_of(model, TRAINING)
    together, apart = (network.move(parameters, each) for each in (batch, replace(batch, alike=0)))
    torch.testing.assert_close(together.kinematics, apart.kinematics, rtol=0, atol=1e-12)
    torch.testing.assert_close(together.rates, apart.rates, rtol=0, atol=1e-12)


def test_hands_of_feedback_models_obey_their_accelerations():
    model = model_of(architecture="feedback", cell="gru", dense_before=2)
    parameters, batch = setting(model, BAND)
    kinematics = network_of(model, TRAINING).move(parameters, batch).kinematics
    position, velocity, acceleration = kinematics.split(2, dim=-1)
    torch.testing.assert_close(velocity, acceleration.cumsum(0) / RATE, rtol=0, atol=1e-10)
    torch.testing.assert_close(position, velocity.cumsum(0) / RATE, rtol=0, atol=1e-10)


@CELLS
def test_activity_is_that_of_the_layers_of_torch(cell):
    units, steps, inputs = 6, 9, 3
    rng = np.random.default_rng(5)
    model = model_of(units=units, cell=cell)
    parts = layout_of(model).parts(torch.as_tensor(initial_parameters(rng, model)))
    seen = torch.as_tensor(rng.standard_normal((steps, REACHES, inputs)))
    layer = recurrence(cell, steps, REACHES, units, seen)
    layer.use(parts)
    layer.incoming.copy_(seen @ parts["incoming/weights"] + parts["incoming/bias"])
    layer.run()
    if cell == "gru":
        theirs = torch.nn.GRU(inputs, units, dtype=torch.float64)
        candidate, reset, update = parts["incoming/weights"].split(units, dim=1)
        bias = parts["incoming/bias"].split(units)
        incoming = torch.cat([reset, update, candidate], dim=1), torch.cat([*bias[1:], bias[0]])
        recurrent_bias = torch.cat([torch.zeros(2 * units), parts["recurrent/bias"]])
    else:
        theirs = torch.nn.RNN(inputs, units, nonlinearity=cell, dtype=torch.float64)
        incoming = parts["incoming/weights"], parts["incoming/bias"]
        recurrent_bias = torch.zeros(units)
    with torch.no_grad():
        theirs.weight_ih_l0.copy_(incoming[0].T)
        theirs.bias_ih_l0.copy_(incoming[1])
        theirs.weight_hh_l0.copy_(parts["recurrent/weights"].T)
        theirs.bias_hh_l0.copy_(recurrent_bias)
        expected, _ = theirs(seen)
    torch.testing.assert_close(layer.rates[1:], expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("length", [1, 2, 3, 8])
def test_buffers_of_positions_hold_the_same_in_units_of_one_size(length):
    rng = np.random.default_rng(6)
    like = torch.zeros((), dtype=torch.float64)
    basis = scaled_basis(length, like)
    # Nothing is lost.
    assert torch.linalg.matrix_rank(basis) == 2 * length
    positions = [torch.as_tensor(rng.standard_normal((4, 2))) for _ in range(length)]
    expected = torch.cat(scaled_past(positions), dim=1)
    torch.testing.assert_close(torch.cat(positions, dim=1) @ basis, expected)


def test_pushes_are_those_of_the_field():
    rng = np.random.default_rng(7)
    position, velocity = (torch.as_tensor(rng.uniform(-1, 1, (200, 2))) for _ in range(2))
    strength = torch.as_tensor(rng.uniform(-1, 2, 200))
    both = Field(x=(-0.5, 0.7), y=(0.1, 0.6), force=(-0.7, 0.3), curl=0.4)
    for field in (both, BAND, CURL):
        expected = force_of(field, strength)(position, velocity)
        found = Push(field, strength).acceleration(position, velocity)
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-7)
        some = slice(3, 9)
        part = Push(field, strength).part(some).acceleration(position[some], velocity[some])
        assert torch.equal(part, found[some])


def test_dropout_leaves_out_its_part_and_keeps_the_mean():
    rng = np.random.default_rng(8)
    first, second = dropout_masks(rng, 0.3, 2, (100, 20, 50), torch.zeros(()))
    assert not torch.equal(first, second)
    assert first.unique().tolist() == pytest.approx([0.0, 1 / 0.7])
    # Four standard errors of 100,000 units.
    assert float((first == 0).float().mean()) == pytest.approx(0.3, abs=0.006)
    assert dropout_masks(rng, 0.0, 2, (3, 4, 5), torch.zeros(())) is None


def test_models_that_differ_in_one_thing_begin_with_the_same_random_numbers():
    layouts = {}
    for dropout in (0.0, 0.3):
        model = model_of(dropout=dropout)
        vector = initial_parameters(np.random.default_rng(2), model)
        layouts[dropout] = layout_of(model).parts(torch.as_tensor(vector))
    for name, values in layouts[0.0].items():
        assert torch.equal(values, layouts[0.3][name])
        # All sizes but those of the biases begin with a weight for each of 7 units.
        assert 0.5 * 7**-0.5 < float(values.abs().max()) <= 7**-0.5


def test_a_rectified_layer_with_feedback_begins_near_the_identity():
    model = model_of(architecture="feedback", cell="relu")
    vector = torch.as_tensor(initial_parameters(np.random.default_rng(2), model))
    weights = layout_of(model).parts(vector)["recurrent/weights"]
    torch.testing.assert_close(
        weights, 0.9 * torch.eye(7, dtype=torch.float64), rtol=0, atol=0.1 / 7**0.5
    )
