"""The settings in a job: what its stage declares, and nothing else."""

from __future__ import annotations

import copy
import pickle

import pytest

from corticomotor.runtime.stage_settings import StageSettings, UndeclaredSettingError

VALUES = {"seed": 1, "network": {"gain": 1.3, "hints": {"mode": "clamp"}}, "chains": [[1, 2]]}


@pytest.fixture
def settings():
    return StageSettings("constrained_networks_FF", VALUES)


def test_settings_are_read_by_their_names(settings):
    assert settings.network.gain == 1.3
    assert settings.network.hints.mode == "clamp"
    assert settings.chains == [[1, 2]]


def test_a_block_is_a_mapping_of_its_names(settings):
    assert list(settings) == ["seed", "network", "chains"]
    assert dict(settings.network.hints.items()) == {"mode": "clamp"}
    assert [name for name, _ in settings.network.items()] == ["gain", "hints"]


@pytest.mark.parametrize(
    ("read", "path"),
    [
        (lambda settings: settings.network.epochs, "network.epochs"),
        (lambda settings: settings.network.hints.strength, "network.hints.strength"),
        (lambda settings: settings.circuit.neurons, "circuit"),
        (lambda settings: getattr(settings.network, "two words"), "network.two words"),
    ],
)
def test_what_is_not_declared_names_itself_and_who_reads_it(settings, read, path):
    with pytest.raises(UndeclaredSettingError) as caught:
        read(settings)
    assert str(caught.value) == (
        f"constrained_networks_FF reads the setting {path}, which its stage does not declare"
    )


def test_no_default_is_taken_instead(settings):
    with pytest.raises(UndeclaredSettingError, match=r"network\.epochs"):
        getattr(settings.network, "epochs", 18)
    with pytest.raises(UndeclaredSettingError, match="circuit"):
        hasattr(settings, "circuit")


def test_settings_are_frozen(settings):
    with pytest.raises(AttributeError, match="settings are frozen: gain"):
        settings.network.gain = 2.0
    with pytest.raises(AttributeError, match="settings are frozen: epochs"):
        settings.network.epochs = 2
    assert settings.network.gain == 1.3


def test_a_copy_may_have_other_values_and_more_of_them(settings):
    changed = settings.network.changed(gain=2.0, starts=3)
    assert (changed.gain, changed.starts, changed.hints.mode) == (2.0, 3, "clamp")
    assert settings.network.gain == 1.3
    with pytest.raises(UndeclaredSettingError, match=r"constrained_networks_FF .* network\.epochs"):
        changed.epochs  # noqa: B018
    with pytest.raises(UndeclaredSettingError, match=r"network\.hints\.strength"):
        changed.hints.strength  # noqa: B018
    with pytest.raises(UndeclaredSettingError, match=r"network\.starts"):
        settings.network.starts  # noqa: B018


def test_a_view_can_be_copied_and_handed_to_other_processes(settings):
    for other in (copy.deepcopy(settings), pickle.loads(pickle.dumps(settings))):
        assert other.network.gain == 1.3
        with pytest.raises(UndeclaredSettingError, match=r"network\.epochs"):
            other.network.epochs  # noqa: B018
