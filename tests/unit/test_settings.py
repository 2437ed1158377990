import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from pydantic import BaseModel

from corticomotor.runtime.errors import InputError
from corticomotor.settings import generate
from corticomotor.settings.base import Block
from corticomotor.settings.loading import load
from corticomotor.settings.root import Settings, as_config

CONFIG = Path(__file__).parents[2] / "config"


def nested(setting: str, value: Any) -> dict[str, Any]:
    """A config that holds one setting, given by its dotted name."""
    name, _, rest = setting.partition(".")
    return {name: nested(rest, value) if rest else value}


def messages(config: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        load(config)
    return str(caught.value).split("\n")


def is_block(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Block)


def blocks(block: type[Block] = Settings) -> Iterator[type[Block]]:
    yield block
    for annotation in dict.fromkeys(field.annotation for field in block.model_fields.values()):
        if is_block(annotation):
            yield from blocks(annotation)


def leaves(config: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in config.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


def inner_blocks(config: dict[str, Any], path: str = "") -> Iterator[str]:
    for name, value in config.items():
        if isinstance(value, dict):
            yield f"{path}{name}"
            yield from inner_blocks(value, f"{path}{name}.")


DEFAULTS = dict(leaves(as_config(Settings())))
BLOCKS = list(inner_blocks(as_config(Settings())))


# The generated files


def test_committed_files_are_what_the_settings_generate():
    generate.main(["--check", "--folder", str(CONFIG)])


def test_check_names_each_file_that_differs(tmp_path):
    generate.main(["--folder", str(tmp_path)])
    generate.main(["--check", "--folder", str(tmp_path)])
    default = tmp_path / "default.yaml"
    default.write_text(default.read_text().replace("seed: 1", "seed: 2"))
    (tmp_path / "schema.json").unlink()
    with pytest.raises(SystemExit, match=r"^[^\n]*default\.yaml and [^\n]*schema\.json: [^\n]*$"):
        generate.main(["--check", "--folder", str(tmp_path)])
    assert "seed: 2" in default.read_text()


def test_generating_without_a_config_folder_says_so(tmp_path):
    with pytest.raises(SystemExit, match=r"nowhere: expected the folder of the config files"):
        generate.main(["--folder", str(tmp_path / "nowhere")])


def test_default_yaml_spells_out_every_setting():
    written = yaml.safe_load(generate.default_yaml())
    assert dict(leaves(written)) == DEFAULTS
    # Text such as 1e-5, which YAML does not read as a number, would differ here.
    assert json.dumps(written) == json.dumps(as_config(Settings()))
    assert load(written) == Settings()


def test_default_yaml_explains_every_setting():
    text = generate.default_yaml()
    words = " ".join(re.sub(r"\n *# ", " ", text).split())
    for block in blocks():
        for field in block.model_fields.values():
            # What a block is for stands with its field where one kind of block serves several.
            explanation = field.description or field.annotation.__doc__
            assert " ".join(explanation.split()) in words
    assert max(map(len, text.splitlines())) <= generate.COLUMNS


def test_schema_accepts_the_defaults_and_refuses_typing_errors():
    schema = json.loads(generate.schema_json())
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$id"]
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid(as_config(Settings()))
    assert validator.is_valid({})
    for setting in DEFAULTS:
        assert not validator.is_valid(nested(setting + "s", 1))
        assert not validator.is_valid(nested(setting, {}))


def test_smoke_overrides_only_what_differs():
    config = yaml.safe_load((CONFIG / "smoke.yaml").read_text())
    smoke = load(config).constrained
    assert [name for name, value in leaves(config) if DEFAULTS.get(name, ...) == value] == []
    assert round(smoke.sample.muscle_fraction * smoke.emg.muscles) >= 2


# The classes


@pytest.mark.parametrize("block", [*blocks()], ids=lambda block: block.__name__)
def test_settings_classes_hold_only_values_and_validators(block):
    # The code fingerprints leave the settings out: what is computed here reruns no job.
    decorators = block.__pydantic_decorators__
    validators = {*decorators.field_validators, *decorators.model_validators}
    own = {
        name
        for name in vars(block)
        if not re.fullmatch(r"__\w+__|_abc_impl", name) and not hasattr(BaseModel, name)
    }
    assert own == validators
    assert all(name.startswith("_") for name in validators)
    assert not decorators.computed_fields
    assert block.__bases__ == (Block,)


@pytest.mark.parametrize("block", [*blocks()], ids=lambda block: block.__name__)
def test_every_setting_is_documented_and_has_a_default(block):
    assert block.__doc__
    for name, field in block.model_fields.items():
        assert not field.is_required()
        assert field.description or issubclass(field.annotation, Block), name


def test_settings_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        Settings().constrained.emg.muscles = 3  # type: ignore[misc]


# Reading a config


def test_an_empty_config_gives_the_defaults():
    # pydantic takes defaults as they are: reading them back checks them.
    assert load({}) == load(as_config(Settings())) == Settings()


@pytest.mark.parametrize(
    ("setting", "number"),
    [
        (name, round(value))
        for name, value in DEFAULTS.items()
        if isinstance(value, float) and value.is_integer()
    ],
)
def test_whole_and_decimal_numbers_give_the_same_params(setting, number):
    for same in (number, str(number), f"{number}.0", f"{number}e0"):
        assert repr(as_config(load(nested(setting, same)))) == repr(as_config(Settings()))


def test_whole_numbers_in_lists_become_decimal():
    read = load(nested("constrained.generalisation.initial_noise", [0, 1])).constrained
    assert repr(read.generalisation.initial_noise) == "[0.0, 1.0]"


@pytest.mark.parametrize(
    ("text", "number"),
    [("1e-5", 1e-5), ("1E-5", 1e-5), ("2.5e+1", 25.0), ("3", 3.0), (".5", 0.5), ("+1.", 1.0)],
)
def test_text_that_spells_a_number_is_that_number(text, number):
    ridge = load(nested("constrained.gain_learning.ridge", text)).constrained.gain_learning.ridge
    assert repr(ridge) == repr(number)


def test_yaml_reads_scientific_notation_as_text_and_load_as_a_number():
    config = yaml.safe_load("constrained: {gain_learning: {ridge: 1e-6}}")
    assert config["constrained"]["gain_learning"]["ridge"] == "1e-6"
    assert load(config).constrained.gain_learning.ridge == 1e-6


@pytest.mark.parametrize(
    "config",
    [
        as_config(Settings()),
        nested("constrained.emg", {"muscles": 2, "recording": {"path": "12", "muscles": [3, 0]}}),
    ],
)
def test_all_settings_can_come_as_text(config):
    # Snakemake reads --config block='{…}' with this loader, which leaves every scalar a text.
    text = yaml.load(json.dumps(config), yaml.BaseLoader)
    assert all(isinstance(value, str | list) for _, value in leaves(text))
    assert load(text) == load(config)


def test_everything_that_is_wrong_is_told():
    config = {
        "seed": -1,
        "constrained": {"emg": {"muscles": 0, "reaches": 1}, "sample": {"fraction": 1}},
    }
    assert [line.split(":")[0] for line in messages(config)] == [
        "seed",
        "constrained.emg.reaches",
        "constrained.emg.muscles",
        "constrained.sample.fraction",
    ]


@pytest.mark.parametrize(
    ("setting", "value", "problem"),
    [
        ("seed", -1, "expected a whole number of at least 0, found -1"),
        ("seed", None, "expected a whole number of at least 0, found nothing"),
        ("seed", 1.5, "expected a whole number of at least 0, found 1.5"),
        ("seed", True, "expected a whole number of at least 0, found true"),
        ("seed", 10**19, f"expected a number between 1e-18 and 1e18 in size, found {10**19}"),
        pytest.param(
            "seed",
            1 << 99999,
            "expected a number between 1e-18 and 1e18 in size, found a huge number",
            id="huge",
        ),
        ("constrained", None, "expected a block of settings, found nothing"),
        ("constrained.emg", [1], "expected a block of settings, found [1]"),
        ("constrained.emg.muscles", -1, "expected a whole number of at least 1, found -1"),
        ("constrained.emg.muscles", "ten", "expected a whole number of at least 1, found 'ten'"),
        ("constrained.emg.muscles", "3.0", "expected a whole number of at least 1, found '3.0'"),
        (
            "constrained.emg.muscles",
            {"a": 1},
            "expected a whole number of at least 1, found a block of settings",
        ),
        ("constrained.emg.source", "both", "expected one of synthetic, recorded, found 'both'"),
        ("constrained.emg.recording.path", 3, "expected text, found 3"),
        (
            "constrained.emg.recording.muscles",
            [0, -1],
            "expected strongest or a list, each item a whole number of at least 0, found [0, -1]",
        ),
        ("constrained.emg.step_ms", 0, "expected a number above 0, found 0"),
        (
            "constrained.emg.step_ms",
            1e-300,
            "expected a number between 1e-18 and 1e18 in size, found 1e-300",
        ),
        ("constrained.emg.step_ms", float("nan"), "expected a number above 0, found nan"),
        (
            "constrained.circuit.momentum",
            1.0,
            "expected a number of at least 0 and below 1, found 1.0",
        ),
        ("constrained.network.compensate_lag", "maybe", "expected true or false, found 'maybe'"),
        ("constrained.network.gain", "a\nb", "expected a number above 0, found 'a\\nb'"),
        (
            "motifs.evaluation.interrupted_at",
            0.5,
            "expected a list, each item a number above 0 and at most 1, found 0.5",
        ),
        (
            "motifs.evaluation.interrupted_at[1]",
            [0.5, "2"],
            "expected a number above 0 and at most 1, found 2.0",
        ),
    ],
)
def test_a_bad_value(setting, value, problem):
    assert messages(nested(setting.split("[")[0], value)) == [f"{setting}: {problem}"]


@pytest.mark.parametrize("config", [None, [], "constrained", 3])
def test_a_config_that_is_no_block(config):
    [line] = messages(config)
    assert line.startswith("config: expected a block of settings, found ")


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ("constrianed", "no such setting (did you mean constrained?)"),
        ("constrained.emg.reachs", "no such setting (did you mean reaches?)"),
        (
            "constrained.circuit.inital_state_scale",
            "no such setting (did you mean initial_state_scale?)",
        ),
        ("constrained.circuit.units", "no such setting (did you mean constrained.network.units?)"),
        (
            "motifs.training.iterations",
            "no such setting (did you mean motifs.preparation.iterations or "
            "motifs.pairs.iterations or motifs.forgetting.iterations?)",
        ),
        (
            "motifs.evaluation.trials",
            "no such setting (did you mean motifs.preparation.trials or motifs.pairs.trials?)",
        ),
        (
            "motifs.networks.units",
            "no such setting (did you mean motifs.networks.additive.units or "
            "motifs.networks.additive_prepared.units or 9 more?)",
        ),
        ("motifs.networks.additve", "no such setting (did you mean additive?)"),
        (
            "muscles",
            "no such setting "
            "(did you mean constrained.emg.muscles or constrained.emg.recording.muscles?)",
        ),
        ("constrained.emg.reaches2.x", "no such setting (did you mean reaches?)"),
        ("zzz", "no such setting"),
    ],
)
def test_an_unknown_setting(setting, problem):
    named = setting.removesuffix(".x")
    assert messages(nested(setting, 1)) == [f"{named}: {problem}"]


@pytest.mark.parametrize("name", [1, 1.5, None, True, (1, 2), "two\nlines", "", "a.b"])
def test_a_strange_name(name):
    for config, path in [({name: 1}, ""), ({"constrained": {name: 1}}, "constrained.")]:
        [line] = messages(config)
        assert line.startswith(path)
        assert line.endswith(": no such setting")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"circuit": {"excitatory_fraction": 0.001}},
            "constrained.circuit.excitatory_fraction: expected at least one excitatory and one "
            "inhibitory neuron of 200, found 0 excitatory",
        ),
        (
            {"circuit": {"excitatory_fraction": 0.999}},
            "constrained.circuit.excitatory_fraction: expected at least one excitatory and one "
            "inhibitory neuron of 200, found 200 excitatory",
        ),
        (
            {"sample": {"muscle_fraction": 0.05}},
            "constrained.sample.muscle_fraction: expected at least one of the 10 muscles "
            "(constrained.emg.muscles), found 0.05",
        ),
        (
            {"network": {"step_ms": 50}},
            "constrained.network.step_ms: expected at most constrained.network.time_constant_ms "
            "(40.0), found 50.0",
        ),
        (
            {"sample": {"neuron_fraction": 1.0}},
            "constrained.sample.neuron_fraction: expected some neurons to be left unobserved, "
            "found 1.0",
        ),
        (
            {"sample": {"neuron_fraction": 0.002}},
            "constrained.sample.neuron_fraction: expected at least one of the 200 neurons "
            "(constrained.circuit.neurons), found 0.002",
        ),
        (
            {"network": {"units": 50, "hint_mode": "clamp"}},
            "constrained.sample.neuron_fraction: expected at most 50 neurons, one per unit to "
            "clamp (constrained.network.units), found 0.3, which is 60 neurons",
        ),
        (
            {"similarity": {"components": 101}},
            "constrained.similarity.components: expected at most 100 (half of "
            "constrained.circuit.neurons), found 101",
        ),
        (
            {"similarity": {"components": 31}, "network": {"units": 30}},
            "constrained.similarity.components: expected at most 30 (constrained.network.units), "
            "found 31",
        ),
        (
            {
                "similarity": {"components": 20},
                "emg": {"reaches": 2, "duration_ms": 500, "step_ms": 50},
                "gain_learning": {"training_step_ms": 50},
            },
            "constrained.similarity.components: expected at most 19 (one less than the samples "
            "of constrained.emg), found 20",
        ),
        (
            {"network": {"step_ms": 10, "pulse_ms": 55}},
            "constrained.network.step_ms: expected a whole number of steps in "
            "constrained.network.pulse_ms (55.0), found 10.0",
        ),
        (
            {"network": {"step_ms": 3, "pulse_ms": 3}},
            "constrained.network.step_ms: expected a whole number of steps in "
            "constrained.emg.duration_ms (500.0), found 3.0",
        ),
        (
            {"network": {"step_ms": 100, "time_constant_ms": 200}},
            "constrained.network.step_ms: expected a whole number of steps in "
            "constrained.network.pulse_ms (50.0), found 100.0",
        ),
        (
            {"gain_learning": {"training_step_ms": 4}},
            "constrained.gain_learning.training_step_ms: expected a whole multiple of "
            "constrained.emg.step_ms (2.5), found 4.0",
        ),
        (
            {"gain_learning": {"training_step_ms": 7.5}},
            "constrained.gain_learning.training_step_ms: expected a whole number of steps in "
            "constrained.emg.duration_ms (500.0), found 7.5",
        ),
        (
            {"emg": {"duration_ms": 501}},
            "constrained.emg: duration_ms must be a whole number of at least 10 steps of 2.5 ms, "
            "found 501.0",
        ),
    ],
)
def test_settings_that_do_not_fit_each_other(changes, problem):
    assert messages({"constrained": changes}) == [problem]


def test_all_conflicts_are_told():
    changes = {"similarity": {"components": 400}, "sample": {"muscle_fraction": 0.01}}
    assert [line.split(":")[0] for line in messages({"constrained": changes})] == [
        "constrained.sample.muscle_fraction",
        "constrained.similarity.components",
        "constrained.similarity.components",
    ]


def test_limits_are_allowed():
    assert load(
        {
            "constrained": {
                "circuit": {"neurons": 20},
                "network": {"units": 20, "hint_mode": "clamp", "step_ms": 0.1},
                "similarity": {"components": 10},
                "gain_learning": {"training_step_ms": 500},
            }
        }
    )


def endless() -> list[Any]:
    item: list[Any] = []
    item.append(item)
    return item


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 0, -1, 7, 1 << 70, 1 << 99999, 0.5, -0.0, 1e308, 5e-324),
        *(float("nan"), float("inf"), "", "x", "1e999", "9" * 5000, "\u2028\n\r", b"1", object()),
        *([], [[]], [0.1, 0.1], ["strongest"], [{}], {}, {"": {}}, (1, 2), {1}, endless()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_any_config_gives_settings_or_an_error_of_one_line_per_problem(value):
    for setting in [*DEFAULTS, *BLOCKS]:
        try:
            read = load(nested(setting, value))
        except InputError as error:
            for line in str(error).split("\n"):
                assert len(line.splitlines()) == 1
                assert re.match(r"(seed|(constrained|motifs|sweep)\b[\w.\[\]']*): \S", line)
        else:
            assert load(json.loads(json.dumps(as_config(read)))) == read
