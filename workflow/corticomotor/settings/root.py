"""All settings together: those of the studies that are handed in, the seed and the sweeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    create_model,
    model_validator,
)

from corticomotor.runtime.errors import InputError
from corticomotor.settings import messages
from corticomotor.settings.sweeps import Sweep
from corticomotor.study.blocks import Block
from corticomotor.study.record import Study


class Settings(Block):
    """The settings of all studies, a block for each; see `compose`."""

    studies: ClassVar[Mapping[str, Study]] = {}

    seed: Annotated[int, Field(ge=0)] = 1
    """root of all random streams"""
    sweep: dict[str, Sweep | None] = {}
    """Sweeps by name: in each, settings take several values, and everything else stays as
    configured. The settings are given by their paths, and their values as a list or as {first,
    last, count, spacing}; several settings combine by product or zip, at most 1,000 times. null
    leaves a sweep out."""

    def of(self, study: str) -> Any:
        """The block of a study."""
        return getattr(self, study)

    @model_validator(mode="after")
    def _blocks_fit_each_other(self) -> Self:
        # Of several problems with one setting the first: they often have one reason.
        problems: dict[str, str] = {}
        for name, study in self.studies.items():
            for problem in study.conflicts(self.of(name)):
                line = f"{name}.{problem}"
                problems.setdefault(line.partition(": ")[0], line)
        if problems:
            raise ValueError("\n".join(problems.values()))
        return self


def compose(studies: Mapping[str, Study]) -> type[Settings]:
    """Give the model of all settings, with a block and the default sweeps of each study."""
    blocks: dict[str, Any] = {
        name: (study.settings, study.settings()) for name, study in studies.items()
    }
    model = create_model("Settings", __base__=Settings, __doc__=Settings.__doc__, **blocks)
    model.studies = studies
    sweeps = {
        name: Sweep.model_validate(sweep)
        for study in studies.values()
        for name, sweep in study.sweeps.items()
    }
    model.model_fields["sweep"].default = sweeps
    model.model_rebuild(force=True)
    return model


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
    return validated(type(settings), values)


@cache
def value_type(model: type[Settings], path: str) -> TypeAdapter[Any]:
    """Give what checks a value of one setting, and turns it into the form that settings hold."""
    *blocks, name = path.split(".")
    block: type[BaseModel] = model
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
def schema(model: type[Settings]) -> dict[str, Any]:
    """Give the JSON schema of all settings, without references."""
    return messages.schema_of(model)


def validated(model: type[Settings], values: Mapping[str, Any]) -> Settings:
    """Give the settings of a config that leaves nothing out.

    Raises:
        InputError: with one line per problem, naming the setting, what was expected and found.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        lines = [messages.line(detail, schema(model), values) for detail in error.errors()]
        # A setting with alternatives fails once for each of them, with the same line or none.
        raise InputError("\n".join(dict.fromkeys(filter(None, lines)))) from None


def experiment_problems(settings: Settings) -> Iterable[str]:
    """Find what a sweep may ask for, but not the experiment itself."""
    for name, study in settings.studies.items():
        for problem in study.experiment_conflicts(settings.of(name)):
            yield f"{name}.{problem}"
