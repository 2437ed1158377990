"""All settings together: what can be read, what is refused, and the files that are generated."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from pydantic import BaseModel

from corticomotor.commands import settings as command
from corticomotor.registry import all_studies
from corticomotor.runtime.errors import InputError
from corticomotor.settings import generate
from corticomotor.settings.loading import load
from corticomotor.settings.root import as_config, changed, compose
from corticomotor.settings.sweeps import Range, Sweep
from corticomotor.study.blocks import Block
from study_examples import TOY, ToyNetworks

CONFIG = Path(__file__).parents[2] / "config"
STUDIES = all_studies()
MODEL = compose(STUDIES)
TOY_MODEL = compose({"toy": TOY})


def nested(setting: str, value: Any) -> dict[str, Any]:
    """A config that holds one setting, given by its dotted name."""
    name, _, rest = setting.partition(".")
    return {name: nested(rest, value) if rest else value}


def messages(config: Any, model: Any = MODEL) -> list[str]:
    with pytest.raises(InputError) as caught:
        load(model, config)
    return str(caught.value).split("\n")


def is_block(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Block)


def blocks(block: type[Block]) -> Iterator[type[Block]]:
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


CLASSES = list(
    dict.fromkeys(block for study in STUDIES.values() for block in blocks(study.settings))
)
DEFAULTS = dict(leaves(as_config(MODEL())))
BLOCKS = list(inner_blocks(as_config(MODEL())))
SIZE = "a whole number of at least 1 and at most 20000"
BLOCK_NAMES = "|".join([*STUDIES, "sweep"])


# The generated files


def test_committed_files_are_what_the_settings_generate():
    command.main(["--check", "--folder", str(CONFIG)])


def test_check_names_each_file_that_differs(tmp_path):
    command.main(["--folder", str(tmp_path)])
    command.main(["--check", "--folder", str(tmp_path)])
    default = tmp_path / "default.yaml"
    default.write_text(default.read_text().replace("seed: 1", "seed: 2"))
    (tmp_path / "schema.json").unlink()
    with pytest.raises(SystemExit, match=r"^[^\n]*default\.yaml and [^\n]*schema\.json: [^\n]*$"):
        command.main(["--check", "--folder", str(tmp_path)])
    assert "seed: 2" in default.read_text()


def test_generating_without_a_config_folder_says_so(tmp_path):
    with pytest.raises(SystemExit, match=r"nowhere: expected the folder of the config files"):
        command.main(["--folder", str(tmp_path / "nowhere")])


def test_default_yaml_spells_out_every_setting():
    written = yaml.safe_load(generate.default_yaml(MODEL))
    assert dict(leaves(written)) == DEFAULTS
    # Text such as 1e-5, which YAML does not read as a number, would differ here.
    assert json.dumps(written) == json.dumps(as_config(MODEL()))
    assert load(MODEL, written) == MODEL()


def test_default_yaml_explains_every_setting():
    text = generate.default_yaml(MODEL)
    words = " ".join(re.sub(r"\n *# ", " ", text).split())
    for block in blocks(MODEL):
        for field in block.model_fields.values():
            # What a block is for stands with its field where one kind of block serves several.
            explanation = field.description or field.annotation.__doc__
            assert " ".join(explanation.split()) in words
    assert max(map(len, text.splitlines())) <= generate.COLUMNS


def test_schema_accepts_the_defaults_and_refuses_typing_errors():
    schema = json.loads(generate.schema_json(MODEL))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$id"]
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid(as_config(MODEL()))
    assert validator.is_valid({})
    for setting in DEFAULTS:
        assert not validator.is_valid(nested(setting + "s", 1))
        assert not validator.is_valid(nested(setting, {}))


def test_smoke_overrides_only_what_differs():
    config = yaml.safe_load((CONFIG / "smoke.yaml").read_text())
    smoke = load(MODEL, config).constrained
    assert [name for name, value in leaves(config) if DEFAULTS.get(name, ...) == value] == []
    assert round(smoke.sample.muscle_fraction * smoke.emg.muscles) >= 2


# The classes


@pytest.mark.parametrize("block", CLASSES, ids=lambda block: block.__name__)
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
    assert len(block.__bases__) == 1
    assert block.__bases__[0] in (Block, *CLASSES)


def test_the_name_of_a_settings_class_is_that_of_no_other():
    names = [block.__name__ for block in (Sweep, Range, *CLASSES)]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("block", CLASSES, ids=lambda block: block.__name__)
def test_every_setting_is_documented_and_has_a_default(block):
    assert block.__doc__
    for name, field in block.model_fields.items():
        assert not field.is_required()
        assert field.description or issubclass(field.annotation, Block), name


def test_settings_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        MODEL().constrained.emg.muscles = 3  # type: ignore[misc]


# A study that is none of the real ones


def test_a_study_has_a_block_and_its_sweeps_beside_the_seed():
    settings = TOY_MODEL()
    assert list(as_config(settings)) == ["seed", "sweep", "toy"]
    assert settings.of("toy") == settings.toy == TOY.settings()
    assert list(settings.sweep) == ["loops"]
    assert settings.sweep["loops"].vary == {"toy.module.loops": [1, 5]}


def test_settings_of_several_studies_stand_in_their_order():
    both = compose({"toy": TOY, **STUDIES})
    assert list(as_config(both())) == ["seed", "sweep", "toy", *STUDIES]
    # Composing leaves other compositions alone.
    assert list(MODEL().sweep) == [name for each in STUDIES.values() for name in each.sweeps]
    assert list(TOY_MODEL.studies) == ["toy"]


def test_a_part_of_a_block_leaves_the_rest_as_it_is_there():
    read = load(TOY_MODEL, {"toy": {"networks": {"deep": {"gain": "2"}}}}).toy.networks
    assert read == ToyNetworks(deep=ToyNetworks().deep.model_copy(update={"gain": 2.0}))


def test_conflicts_are_told_with_the_name_of_the_study():
    assert messages({"toy": {"module": {"loops": 41}}}, TOY_MODEL) == [
        "toy.module.loops: expected at most 40 (toy.networks.deep.units), found 41"
    ]


def test_what_a_sweep_may_ask_for_the_experiment_may_not():
    assert messages({"toy": {"signal": {"noise": 0}}}, TOY_MODEL) == [
        "toy.signal.noise: expected some noise, found 0.0"
    ]
    mine = {"vary": {"toy.signal.noise": [0, 1]}, "networks": ["plain"]}
    assert load(TOY_MODEL, {"sweep": {"mine": mine}})


def test_settings_are_changed_by_their_paths():
    settings = TOY_MODEL()
    other = changed(settings, {"toy.networks.deep.units": 9, "seed": 3})
    assert (other.toy.networks.deep.units, other.seed) == (9, 3)
    assert (settings.toy.networks.deep.units, settings.seed) == (40, 1)
    with pytest.raises(InputError, match=r"^toy\.module\.loops: expected at most 4 \(toy"):
        changed(settings, {"toy.networks.deep.units": 4})
    with pytest.raises(InputError, match=r"^toy\.networks\.deep\.units: expected a whole number"):
        changed(settings, {"toy.networks.deep.units": 0})


def test_files_are_generated_for_whatever_studies_there_are():
    written = yaml.safe_load(generate.default_yaml(TOY_MODEL))
    assert written == as_config(TOY_MODEL())
    schema = jsonschema.Draft202012Validator(json.loads(generate.schema_json(TOY_MODEL)))
    assert schema.is_valid(written)
    assert not schema.is_valid({"constrained": {}})


# Reading a config


def test_an_empty_config_gives_the_defaults():
    # pydantic takes defaults as they are: reading them back checks them.
    assert load(MODEL, {}) == load(MODEL, as_config(MODEL())) == MODEL()


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
        assert repr(as_config(load(MODEL, nested(setting, same)))) == repr(as_config(MODEL()))


def test_whole_numbers_in_lists_become_decimal():
    read = load(MODEL, nested("constrained.generalisation.initial_noise", [0, 1])).constrained
    assert repr(read.generalisation.initial_noise) == "[0.0, 1.0]"


@pytest.mark.parametrize(
    ("text", "number"),
    [("1e-5", 1e-5), ("1E-5", 1e-5), ("2.5e+1", 25.0), ("3", 3.0), (".5", 0.5), ("+1.", 1.0)],
)
def test_text_that_spells_a_number_is_that_number(text, number):
    ridge = load(
        MODEL, nested("constrained.gain_learning.ridge", text)
    ).constrained.gain_learning.ridge
    assert repr(ridge) == repr(number)


def test_yaml_reads_scientific_notation_as_text_and_load_as_a_number():
    config = yaml.safe_load("constrained: {gain_learning: {ridge: 1e-6}}")
    assert config["constrained"]["gain_learning"]["ridge"] == "1e-6"
    assert load(MODEL, config).constrained.gain_learning.ridge == 1e-6


@pytest.mark.parametrize(
    "config",
    [
        as_config(MODEL()),
        nested("constrained.emg", {"muscles": 2, "recording": {"path": "12", "muscles": [3, 0]}}),
    ],
)
def test_all_settings_can_come_as_text(config):
    # Snakemake reads --config block='{…}' with this loader, which leaves every scalar a text.
    text = yaml.load(json.dumps(config), yaml.BaseLoader)
    assert all(isinstance(value, str | list) for _, value in leaves(text))
    assert load(MODEL, text) == load(MODEL, config)


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
        ("constrained.emg.muscles", -1, f"expected {SIZE}, found -1"),
        ("constrained.emg.muscles", "ten", f"expected {SIZE}, found 'ten'"),
        ("constrained.emg.muscles", "3.0", f"expected {SIZE}, found '3.0'"),
        (
            "constrained.emg.muscles",
            {"a": 1},
            f"expected {SIZE}, found a block of settings",
        ),
        ("constrained.emg.source", "both", "expected one of synthetic, recorded, found 'both'"),
        ("constrained.emg.recording.path", 3, "expected text, found 3"),
        (
            "constrained.emg.recording.muscles",
            [0, -1],
            "expected strongest or a list, each item a whole number of at least 0 and at most "
            "10000000, found [0, -1]",
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
        (
            "constrained.circuit.units",
            "no such setting (did you mean constrained.network.units or "
            "constrained.search.ranges.units?)",
        ),
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
            "(did you mean constrained.emg.muscles or constrained.emg.recording.muscles "
            "or 2 more?)",
        ),
        ("constrained.emg.reaches2.x", "no such setting (did you mean reaches?)"),
        ("zzz", "no such setting"),
    ],
)
def test_an_unknown_setting(setting, problem):
    named = setting.removesuffix(".x")
    assert messages(nested(setting, 1)) == [f"{named}: {problem}"]


@pytest.mark.parametrize("name", ["two\nlines", "", "a.b"])
def test_a_strange_name(name):
    for config, path in [({name: 1}, ""), ({"constrained": {name: 1}}, "constrained.")]:
        [line] = messages(config)
        assert line.startswith(path)
        assert line.endswith(": no such setting")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (1, "1"),
        (1.5, "1.5"),
        (None, "nothing"),
        (True, "true (YAML reads yes, no, on and off so)"),
        ((1, 2), "(1, 2)"),
    ],
)
def test_a_name_that_is_no_text(name, found):
    for config, path in [
        ({name: 1}, "config"),
        ({"constrained": {name: 1}}, "constrained"),
        ({"sweep": {name: None}}, "sweep"),
        ({"sweep": {"mine": {"vary": {name: [1]}}}}, "sweep.mine.vary"),
    ]:
        assert messages(config) == [f"{path}: expected names that are text, found {found}"]


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
            read = load(MODEL, nested(setting, value))
        except InputError as error:
            for line in str(error).split("\n"):
                assert len(line.splitlines()) == 1
                assert re.match(rf"(seed|({BLOCK_NAMES})\b[\w.\[\]']*): \S", line)
        else:
            assert load(MODEL, json.loads(json.dumps(as_config(read)))) == read
