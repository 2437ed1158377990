"""The settings in a job: what its stage declares, and nothing else."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping
from typing import Any, NoReturn, Self


class UndeclaredSettingError(RuntimeError):
    """A job read a setting that its stage does not declare.

    No AttributeError: a lookup with a default must not take the default instead.
    """


class StageSettings:
    """A frozen view of settings by attribute, such as `settings.network.gain`.

    It has no defaults: those lie in the study's models, which made the values. A stage's code is
    typed by these models, and runs without importing them.

    Args:
        reader: who reads them, for messages.
        values: settings by name; a block within a block is a view as well.
        path: of this block, with a dot at its end.
    """

    def __init__(self, reader: str, values: Mapping[str, Any], path: str = "") -> None:
        vars(self).update(
            {
                name: StageSettings(reader, value, f"{path}{name}.")
                if isinstance(value, Mapping)
                else value
                for name, value in values.items()
            },
            _origin=(reader, path),
        )

    def __iter__(self) -> Iterator[str]:
        """Names in this block."""
        return (name for name in vars(self) if name != "_origin")

    def items(self) -> ItemsView[str, Any]:
        """Names and values of this block."""
        return {name: vars(self)[name] for name in self}.items()

    def changed(self, **values: Any) -> Self:
        """Give a copy with other values of some settings, or with settings that were not declared.

        The stage itself decides these.
        """
        reader, path = vars(self)["_origin"]
        return type(self)(reader, dict(self.items()) | values, path)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        reader, path = vars(self)["_origin"]
        raise UndeclaredSettingError(
            f"{reader} reads the setting {path}{name}, which its stage does not declare"
        )

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"settings are frozen: {name}")
