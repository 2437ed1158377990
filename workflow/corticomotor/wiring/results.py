"""Where the results of a study lie, under whichever settings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from corticomotor.runtime.errors import InputError
from corticomotor.runtime.stage_settings import StageSettings
from corticomotor.settings.overrides import changes_of, folder_of
from corticomotor.settings.root import Settings, as_config, changed
from corticomotor.study.names import filled
from corticomotor.study.publications import Shown
from corticomotor.study.record import Study
from corticomotor.study.stage import Stage, Upstream, chosen_from

Wildcards = Mapping[str, str]
Paths = str | list[str]

_NOT_IN_NAMES = ("overrides", "replicate")


class Results:
    """The results of one study.

    Args:
        study: its record.
        settings: all settings, as configured.
    """

    def __init__(self, study: Study, settings: Settings) -> None:
        self.study, self.settings, self.config = study, settings, as_config(settings)
        self.changes = cache(self._changes)
        self.values = cache(self._values)

    @property
    def replicates(self) -> list[int]:
        """Numbers of all replicates."""
        return list(range(1, self.values("")["replicates"]["count"] + 1))

    def pattern(self, stage: Stage, overrides: str = "{overrides}") -> str:
        """Pattern of a stage's files."""
        return f"results/{self.study.name}/{overrides}{stage.path}.h5"

    def view(self, overrides: str = "") -> StageSettings:
        """All settings of the study by attribute, as the functions of its record take them."""
        return StageSettings(self.study.name, self.values(overrides))

    def job(self, stage: Stage, wildcards: Wildcards) -> tuple[Stage, str]:
        """Give the stage with a job's wildcards filled in, and the overrides.

        Raises:
            InputError: the overrides name settings on which the stage does not depend.
        """
        named, overrides = stage.named(own(wildcards)), wildcards.get("overrides", "")
        expected = self.folder(named.name, overrides)
        if expected != overrides:
            raise InputError(
                f"{overrides}: expected {expected or 'no such folder'} for {named.name}, "
                "which depends on no more of what is changed"
            )
        return named, overrides

    def folder(self, stage: str, overrides: str) -> str:
        """Overrides of a stage's results on which those under given overrides depend."""
        return folder_of(self.study, stage, self.changes(overrides), self.config)

    def under(self, stage: str, changes: Mapping[str, Any]) -> str:
        """File of a stage without replicates under changed settings, by their paths."""
        found = self.study.stage(stage)
        return self.pattern(found, folder_of(self.study, stage, changes, self.config))

    def files(self, stage: str, overrides: str, replicate: int | str | None) -> Paths:
        """Files of a stage on which those under overrides depend.

        Args:
            stage: its name, wildcards filled in.
            overrides: of the reader.
            replicate: the reader's; None for all, where the stage has any.
        """
        pattern = self.pattern(self.study.stage(stage), self.folder(stage, overrides))
        if "{replicate}" not in pattern:
            return pattern
        shared = stage in self.values("")["replicates"].get("shared", [])
        numbers = self.replicates if replicate is None else [replicate]
        found = [pattern.replace("{replicate}", str(1 if shared else number)) for number in numbers]
        return found if replicate is None else found[0]

    def upstream(
        self, stage: Stage, earlier: str | Upstream, overrides: str, wildcards: Wildcards
    ) -> Paths:
        """Files of an earlier stage that a job reads.

        Args:
            stage: the job's, wildcards filled in.
            earlier: one of those that it comes after.
            overrides: of the job.
            wildcards: of the job.
        """
        replicate = wildcards.get("replicate")
        if isinstance(earlier, str):
            return self.files(earlier, overrides, replicate)
        settings = StageSettings(
            f"{self.study.name}/{stage.name} (its input {earlier.name})",
            chosen_from(earlier.reads, self.values(overrides)),
        )
        found: list[str] = []
        for values in earlier.each(settings, own(wildcards)):
            texts = {name: str(value) for name, value in values.items()}
            paths = self.files(
                filled(earlier.stage, texts), overrides, texts.get("replicate", replicate)
            )
            found += [paths] if isinstance(paths, str) else paths
        return found

    def shown(self, shown: Mapping[str, Shown], wildcards: Wildcards) -> dict[str, Paths]:
        """Files that a figure or a report is made from, by the names of its arguments.

        Where an argument is a mapping, its files are named `<argument>/<key>`.
        """
        found: dict[str, Paths] = {}
        for argument, each in shown.items():
            replicate = 1 if each.replicates == "first" else None
            if each.each is None:
                found[argument] = self.files(filled(each.stage, wildcards), "", replicate)
                continue
            if not each.by:
                found[argument] = []
            for values in each.each(self.view(), wildcards):
                texts = {name: str(value) for name, value in values.items()}
                number = texts.get("replicate", replicate)
                paths = self.files(filled(each.stage, texts), "", number)
                listed = [paths] if isinstance(paths, str) else paths
                if each.by and "replicate" in texts:
                    key = f"{argument}/{texts[each.by]}"
                    found[key] = [*found.get(key, []), *listed]
                elif each.by:
                    found[f"{argument}/{texts[each.by]}"] = paths
                else:
                    found[argument] = [*found[argument], *listed]
        return found

    def contracts(self, stages: Mapping[str, str]) -> dict[str, Any]:
        """Contracts of stages, by the names of the inputs, as plain values."""
        return {
            name: self.study.stage(stage).contract.as_values() for name, stage in stages.items()
        }

    def _changes(self, overrides: str) -> dict[str, Any]:
        return changes_of(type(self.settings), self.study.name, overrides)

    def _values(self, overrides: str) -> dict[str, Any]:
        """The study's settings and the seed, with what the overrides name changed."""
        config = self.config
        if overrides:
            config = as_config(changed(self.settings, self.changes(overrides)))
        values: dict[str, Any] = config[self.study.name] | {"seed": config["seed"]}
        return values


def own(wildcards: Wildcards) -> dict[str, str]:
    """Wildcards in the name of a stage alone."""
    return {name: value for name, value in wildcards.items() if name not in _NOT_IN_NAMES}
