"""All settings together, and the checks across blocks."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from corticomotor.runtime.errors import InputError
from corticomotor.settings import messages
from corticomotor.settings.base import Block
from corticomotor.settings.sweeps import Sweep
from corticomotor.studies.constrained.settings import Constrained, constrained_conflicts
from corticomotor.studies.motifs.settings import Motifs, motif_conflicts


class Settings(Block):
    """The settings of all studies."""

    seed: Annotated[int, Field(ge=0)] = 1
    """root of all random streams"""
    sweep: dict[str, Sweep | None] = {
        "observed_fraction": Sweep(
            title="How many neurons must be recorded?",
            vary={"constrained.sample.neuron_fraction": [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0]},
        )
    }
    """Sweeps by name: in each, settings take several values, and everything else stays as
    configured. The settings are given by their paths, and their values as a list or as {first,
    last, count, spacing}; several settings combine by product or zip. null leaves a sweep out."""
    constrained: Constrained = Constrained()
    motifs: Motifs = Motifs()

    @model_validator(mode="after")
    def _blocks_fit_each_other(self) -> Self:
        problems = [
            *(f"constrained.{problem}" for problem in constrained_conflicts(self.constrained)),
            *(f"motifs.{problem}" for problem in motif_conflicts(self.motifs)),
        ]
        if problems:
            raise ValueError("\n".join(problems))
        return self


def changed(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """Give the settings with some of them changed, by their paths.

    Raises:
        InputError: see `validated`.
    """
    values = as_config(settings)
    for path, value in changes.items():
        *blocks, name = path.split(".")
        block = values
        for above in blocks:
            block = block[above]
        block[name] = value
    return validated(values)


@cache
def value_type(path: str) -> TypeAdapter[Any]:
    """Give what checks a value of one setting, and turns it into the form that settings hold."""
    *blocks, name = path.split(".")
    block: type[BaseModel] = Settings
    for above in blocks:
        inner = block.model_fields[above].annotation
        assert isinstance(inner, type)
        assert issubclass(inner, BaseModel)
        block = inner
    field = block.model_fields[name]
    checked: Any = Annotated[field.annotation, Field(), *field.metadata]
    return TypeAdapter(checked, config=ConfigDict(strict=True, allow_inf_nan=False))


def as_config(settings: Settings) -> dict[str, Any]:
    """Give the settings as plain JSON-able values, all defaults filled in."""
    return settings.model_dump(mode="json")


@cache
def schema() -> dict[str, Any]:
    """Give the JSON schema of all settings, without references."""
    return messages.schema_of(Settings)


def validated(values: dict[str, Any]) -> Settings:
    """Give the settings of a config that leaves nothing out.

    Raises:
        InputError: with one line per problem, naming the setting, what was expected and found.
    """
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        lines = [messages.line(detail, schema(), values) for detail in error.errors()]
        # A setting with alternatives fails once for each of them, with the same line or none.
        raise InputError("\n".join(dict.fromkeys(filter(None, lines)))) from None
