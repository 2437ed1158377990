from types import SimpleNamespace

import pytest

from corticomotor.motor_cortex.blocks import block_of, path_of
from corticomotor.runtime.errors import InputError, settings_named
from corticomotor.runtime.stage_settings import StageSettings, UndeclaredSettingError

EMG = {"reaches": 8, "source": "synthetic"}


def job(within, settings, **given):
    return SimpleNamespace(
        settings=StageSettings("stage", settings), given={"within": within, **given}
    )


@pytest.mark.parametrize(
    ("within", "settings"),
    [("toy", {"emg": EMG}), ("toy.population.cortex", {"population": {"cortex": {"emg": EMG}}})],
)
def test_a_block_is_found_within_its_study_or_within_a_block(within, settings):
    found = job(within, settings)
    assert dict(block_of(found, "emg").items()) == EMG
    assert path_of(found, "emg") == f"{within}.emg"


def test_what_a_stage_is_given_for_a_block_takes_the_place_of_its_values_alone():
    found = job("toy", {"emg": EMG, "circuit": {"seed": 1}}, emg={"source": "recorded"})
    assert dict(block_of(found, "emg").items()) == {"reaches": 8, "source": "recorded"}
    assert dict(block_of(found, "circuit").items()) == {"seed": 1}


def test_a_block_that_the_stage_does_not_declare_is_not_there():
    with pytest.raises(UndeclaredSettingError, match=r"population\.cortex"):
        block_of(job("toy.population.cortex", {"population": {"steps": 3}}), "emg")


def test_an_error_of_what_is_shared_names_the_setting_of_the_study():
    with (
        pytest.raises(InputError, match=r"^toy\.emg\.step_ms: expected 1$"),
        settings_named("toy.emg"),
    ):
        raise InputError("step_ms: expected 1")
