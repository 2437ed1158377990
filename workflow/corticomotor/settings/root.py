"""All settings together: the checks across blocks, and the way from and to a plain config."""

import difflib
import re
import reprlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from corticomotor.errors import InputError
from corticomotor.settings.base import Block
from corticomotor.settings.constrained import Constrained
from corticomotor.settings.motifs import Motifs, motif_conflicts


class Settings(Block):
    """The settings of all studies."""

    seed: Annotated[int, Field(ge=0)] = 1
    """root of all random streams"""
    constrained: Constrained = Constrained()
    motifs: Motifs = Motifs()

    @model_validator(mode="after")
    def _blocks_fit_each_other(self) -> Self:
        problems = [
            *(f"constrained.{problem}" for problem in _conflicts(self.constrained)),
            *(f"motifs.{problem}" for problem in motif_conflicts(self.motifs)),
        ]
        if problems:
            raise ValueError("\n".join(problems))
        return self


def load(config: Mapping[str, Any]) -> Settings:
    """Read the settings from a plain config, as it comes from YAML and the command line.

    What the config leaves out has its default. Text that spells a number, `true` or `false` is
    read as such where a setting expects it: YAML takes 1e-5 (without a dot) for text, and
    Snakemake passes everything inside `--config block='{…}'` as text.

    Raises:
        InputError: with one line per problem, naming the setting, what was expected and found.
    """
    if not isinstance(config, Mapping):
        raise InputError(f"config: expected a block of settings, found {_shown(config)}")
    # A network's block has defaults of its own, which differ from those of its kind of block.
    values = _merged(as_config(Settings()), _read(_schema(), dict(config), ""))
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        lines = [_line(detail, values) for detail in error.errors()]
        # A setting with alternatives fails once for each of them, with the same line.
        raise InputError("\n".join(dict.fromkeys(lines))) from None


def as_config(settings: Settings) -> dict[str, Any]:
    """Give the settings as plain JSON-able values, all defaults filled in; `load` reads them."""
    return settings.model_dump(mode="json")


def _conflicts(study: Constrained) -> Iterator[str]:
    """Find what the blocks of the constrained study ask of each other and do not get."""
    emg, circuit, network, sample = study.emg, study.circuit, study.network, study.sample

    excitatory = round(circuit.excitatory_fraction * circuit.neurons)
    if not 1 <= excitatory < circuit.neurons:
        yield (
            "circuit.excitatory_fraction: expected at least one excitatory and one inhibitory "
            f"neuron of {circuit.neurons}, found {excitatory} excitatory"
        )
    if round(sample.muscle_fraction * emg.muscles) < 1:
        yield (
            "sample.muscle_fraction: expected at least one of the "
            f"{emg.muscles} muscles (constrained.emg.muscles), found {sample.muscle_fraction}"
        )

    if round(sample.neuron_fraction * circuit.neurons) == circuit.neurons:
        yield (
            "sample.neuron_fraction: expected some neurons to be left unobserved, "
            f"found {sample.neuron_fraction}"
        )
    if network.step_ms > network.time_constant_ms:
        yield (
            "network.step_ms: expected at most constrained.network.time_constant_ms "
            f"({network.time_constant_ms}), found {network.step_ms}"
        )

    fractions = study.sweep.observed_fractions
    for name, fraction in [
        ("sample.neuron_fraction", sample.neuron_fraction),
        *(("sweep.observed_fractions", fraction) for fraction in fractions),
    ]:
        observed = round(fraction * circuit.neurons)
        if observed < 1:
            yield (
                f"{name}: expected at least one of the "
                f"{circuit.neurons} neurons (constrained.circuit.neurons), found {fraction}"
            )
        if network.hint_mode == "clamp" and observed > network.units:
            yield (
                f"{name}: expected at most {network.units} neurons, one per unit to clamp "
                f"(constrained.network.units), found {fraction}, which is {observed} neurons"
            )
    counts = [round(fraction * circuit.neurons) for fraction in fractions]
    for index, count in enumerate(counts):
        if count in counts[:index]:
            yield (
                "sweep.observed_fractions: expected fractions with different numbers of neurons, "
                f"found {fractions[counts.index(count)]} and {fractions[index]} of "
                f"{circuit.neurons}"
            )

    # A duration of n steps gives n samples per reach; centring takes one dimension away.
    samples = emg.reaches * round(emg.duration_ms / emg.step_ms)
    for largest, reason in [
        (circuit.neurons // 2, "half of constrained.circuit.neurons"),
        (network.units, "constrained.network.units"),
        (samples - 1, "one less than the samples of constrained.emg"),
    ]:
        if study.similarity.components > largest:
            yield (
                f"similarity.components: expected at most {largest} ({reason}), "
                f"found {study.similarity.components}"
            )

    for name, length in [
        ("emg.duration_ms", emg.duration_ms),
        ("network.pulse_ms", network.pulse_ms),
    ]:
        if not _is_multiple(length, network.step_ms):
            yield (
                f"network.step_ms: expected a whole number of steps in constrained.{name} "
                f"({length}), found {network.step_ms}"
            )
    training_step_ms = study.gain_learning.training_step_ms
    if not _is_multiple(training_step_ms, emg.step_ms):
        yield (
            "gain_learning.training_step_ms: expected a whole multiple of "
            f"constrained.emg.step_ms ({emg.step_ms}), found {training_step_ms}"
        )
    if not _is_multiple(emg.duration_ms, training_step_ms):
        yield (
            "gain_learning.training_step_ms: expected a whole number of steps in "
            f"constrained.emg.duration_ms ({emg.duration_ms}), found {training_step_ms}"
        )


def _merged(defaults: Any, values: Any) -> Any:
    """Lay values over defaults, block by block."""
    if not (isinstance(defaults, dict) and isinstance(values, dict)):
        return values
    return defaults | {name: _merged(defaults.get(name), value) for name, value in values.items()}


def _is_multiple(length: float, step: float) -> bool:
    steps = length / step
    return round(steps) >= 1 and abs(steps - round(steps)) <= 1e-9 * steps


# From here on, a JSON schema tells what is expected: it is the same for all kinds of settings.


@cache
def _schema() -> dict[str, Any]:
    """Give the schema of the settings, each reference replaced by what it refers to."""
    schema = Settings.model_json_schema()
    definitions = schema.pop("$defs")

    def resolve(node: Any) -> Any:
        if isinstance(node, list):
            return [resolve(item) for item in node]
        if isinstance(node, dict) and "$ref" in node:
            return resolve(definitions[node["$ref"].removeprefix("#/$defs/")])
        if isinstance(node, dict):
            return {key: resolve(item) for key, item in node.items()}
        return node

    return {key: resolve(item) for key, item in schema.items()}


def _read(schema: dict[str, Any], value: Any, path: str) -> Any:
    """Turn text into the numbers and truth values that the schema expects."""
    if isinstance(value, dict):
        settings = schema.get("properties", {})
        return {
            name: _read(settings[name], item, _below(path, name)) if name in settings else item
            for name, item in value.items()
        }
    kinds = [schema, *schema.get("anyOf", [])]
    items = next((kind["items"] for kind in kinds if "items" in kind), None)
    if isinstance(value, list) and items:
        return [_read(items, item, f"{path}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, str):
        value = _from_text(value, {kind.get("type") for kind in kinds})
    if isinstance(value, int | float) and (abs(value) > 1e18 or 0 < abs(value) < 1e-18):
        # Beyond these, ratios and products of settings could leave the range of floats.
        raise InputError(
            f"{path}: expected a number between 1e-18 and 1e18 in size, found {_shown(value)}"
        )
    return value


def _from_text(text: str, kinds: set[str | None]) -> str | float | bool:
    if "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    if "integer" in kinds and re.fullmatch(r"[-+]?[0-9]{1,20}", text):
        return int(text)
    if "number" in kinds and re.fullmatch(
        r"[-+]?([0-9]+\.?|[0-9]*\.[0-9]+)(e[-+]?[0-9]+)?", text, re.I
    ):
        return float(text)
    return text


def _line(detail: ErrorDetails, values: dict[str, Any]) -> str:
    """Say one of pydantic's errors in one line."""
    *above, last = detail["loc"] or ("",)
    unknown = detail["type"] in ("extra_forbidden", "invalid_key")
    schema: dict[str, Any] = _schema()
    value: Any = values
    path = ""
    # Steps that are neither names nor positions tell alternatives of one setting apart.
    for step in above if unknown else detail["loc"]:
        if step in schema.get("properties", {}):
            schema, value, path = schema["properties"][step], value[step], _below(path, step)
        elif "items" in schema:
            schema, value, path = schema["items"], value[step], f"{path}[{step}]"
    if unknown:
        name = last if str(last).isidentifier() else _shown(last)
        return f"{_below(path, name)}: no such setting{_suggestion(str(last), schema, path)}"
    if detail["type"] == "value_error":
        problem = str(detail["ctx"]["error"])
        return f"{path}: {problem}" if path else problem
    return f"{path}: expected {_expected(schema)}, found {_shown(value)}"


def _below(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)


def _suggestion(name: str, block: dict[str, Any], path: str) -> str:
    """Find the name in the block that looks most alike, else the same name in nearby blocks."""
    alike = difflib.get_close_matches(name, block["properties"], n=1)
    if not alike:
        near = path.split(".")

        def blocks_shared(found: str) -> int:
            return sum(a == b for a, b in zip(found.split("."), near, strict=False))

        elsewhere = [found for found in _paths(_schema(), "") if found.split(".")[-1] == name]
        nearest = max(map(blocks_shared, elsewhere), default=0)
        alike = [found for found in elsewhere if blocks_shared(found) == nearest]
        # All networks have the same settings.
        if len(alike) > 3:
            alike = [*alike[:2], f"{len(alike) - 2} more"]
    return f" (did you mean {' or '.join(alike)}?)" if alike else ""


def _paths(schema: dict[str, Any], path: str) -> Iterator[str]:
    for name, setting in schema.get("properties", {}).items():
        yield _below(path, name)
        yield from _paths(setting, _below(path, name))


def _expected(schema: dict[str, Any]) -> str:
    """Say what the schema of one setting asks for."""
    match schema:
        case {"anyOf": kinds}:
            return " or ".join(_expected(kind) for kind in kinds)
        case {"const": word}:
            return str(word)
        case {"enum": words}:
            return f"one of {', '.join(words)}"
        case {"type": "array", "items": items}:
            return f"a list, each item {_expected(items)}"
        case {"type": "integer" | "number" as kind}:
            bounds = {
                "minimum": "at least",
                "exclusiveMinimum": "above",
                "maximum": "at most",
                "exclusiveMaximum": "below",
            }
            limits = [f"{words} {schema[key]}" for key, words in bounds.items() if key in schema]
            noun = "a whole number" if kind == "integer" else "a number"
            return f"{noun} {' and '.join(limits)}".replace("number at", "number of at").rstrip()
        case {"type": "boolean"}:
            return "true or false"
        case {"type": "string"}:
            return "text"
        case _:
            return "a block of settings"


def _shown(value: object) -> str:
    """Show any value in one short line."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a block of settings"
    try:
        return " ".join(_short.repr(value).split())
    except ValueError:  # Python does not print integers of thousands of digits.
        return "a huge number"


_short = reprlib.Repr()
_short.maxlist, _short.maxstring, _short.maxother = 12, 80, 80
