"""The record of a study."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from corticomotor.runtime.errors import InputError
from corticomotor.study.names import Wildcards, within
from corticomotor.study.publications import Figure, Report
from corticomotor.study.stage import Stage, Upstream

if TYPE_CHECKING:
    from corticomotor.study.blocks import Block
    from corticomotor.study.looks import Measure, Network


@dataclass(frozen=True)
class Paper:
    """What a study reproduces.

    Attributes:
        authors, title: as it is cited; a title in brackets is ours.
        year: None where the text has none.
        reproduced: in a sentence or two, what of it is here and what differs.
        link: where it is found, if anywhere.
    """

    authors: str
    title: str
    year: int | None
    reproduced: str
    link: str = ""

    def __str__(self) -> str:
        """The citation, in a line."""
        link = f" {self.link}" if self.link else ""
        return f"{self.authors} ({self.year or 'undated'}). {self.title}.{link}"


@dataclass(frozen=True)
class Study:
    """A study. The registry has all that there are.

    Attributes:
        name: of its folders and its block of settings.
        title: for people.
        paper: what it reproduces.
        settings: model of its block of settings, with a `replicates.count`.
        conflicts: what blocks ask of each other and do not get, each in a line.
        stages: in the order of work.
        report: see `Report`.
        networks: what is compared, by name; every figure takes labels and colours from here.
        measures: quantities that sweeps measure, by their names in the results of the stages
            `measures/…`.
        figures: in the order of the report.
        animations: what moves, drawn like figures, each to a GIF.
        measured: names that may take the place of {network} in `measures/{network}`.
        always_measured: those that sweeps measure unless they name others.
        sweeps: sweeps in the default config, by name.
        experiment_conflicts: likewise, for what a sweep may ask for but not the experiment.
        wildcards: regular expressions of the wildcards in its stages' names.
    """

    name: str
    title: str
    paper: Paper
    settings: type[Block]
    conflicts: Callable[[Any], Iterable[str]]
    stages: tuple[Stage, ...]
    report: Report
    networks: Mapping[str, Network]
    measures: Mapping[str, Measure] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    animations: tuple[Figure, ...] = ()
    measured: tuple[str, ...] = ()
    always_measured: tuple[str, ...] = ()
    sweeps: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    experiment_conflicts: Callable[[Any], Iterable[str]] = lambda settings: ()
    wildcards: Mapping[str, str] = field(default_factory=dict)

    def _declared(self, name: str) -> tuple[Stage, Wildcards]:
        """Give a stage as it is declared, and the values of its wildcards in a name."""
        if name in self._by_name:
            return self._by_name[name], {}
        for stage in self.stages:
            if found := re.fullmatch(self._pattern(stage.name), name):
                return stage, found.groupdict()
        raise KeyError(f"{self.name} has no stage {name}; it has {', '.join(self._by_name)}")

    @cached_property
    def _by_name(self) -> dict[str, Stage]:
        return {stage.name: stage for stage in self.stages}

    def stage(self, name: str) -> Stage:
        """Find a stage by its name, or by one with wildcards filled in, such as `networks/FF`.

        Raises:
            KeyError: the study has no such stage.
        """
        stage, values = self._declared(name)
        return stage.named(values) if values else stage

    def behind(self, names: Iterable[str]) -> set[str]:
        """Names, as declared, of stages and of all that come before them."""
        pending = list(dict.fromkeys(names))
        found = set()
        for name in pending:
            stage, values = self._declared(name)
            found.add(stage.name)
            upstream = stage.named(values).upstream.values()
            pending += [earlier for earlier in upstream if earlier not in pending]
        return found

    def figure(self, name: str) -> tuple[Figure, Wildcards]:
        """Find a figure or animation by the name of its files, with the values of its wildcards.

        Raises:
            InputError: the study has no such figure.
        """
        for figure in (*self.figures, *self.animations):
            if found := re.fullmatch(self._pattern(figure.name), name):
                return figure, found.groupdict()
        known = ", ".join(figure.name for figure in (*self.figures, *self.animations))
        raise InputError(f"{name}: expected a figure of {self.name} ({known}), found none")

    def measures_of(self, network: str) -> Stage:
        """The stage that measures a network, for sweeps."""
        return self.stage(f"measures/{network}")

    def depends_on(self, name: str, setting: str) -> bool:
        """Whether a stage, or one before it, reads a setting, by its path below the study."""
        known = self._depends
        if (name, setting) not in known:
            stage = self.stage(name)
            known[name, setting] = (
                stage.may_read(setting)
                or within(setting, stage.given_from)
                or any(self._passes_on(earlier, setting) for earlier in stage.after)
            )
        return known[name, setting]

    @cached_property
    def _depends(self) -> dict[tuple[str, str], bool]:
        return {}

    def _passes_on(self, earlier: str | Upstream, setting: str) -> bool:
        if isinstance(earlier, str):
            return self.depends_on(earlier, setting)
        return within(setting, earlier.reads) or self.depends_on(earlier.stage, setting)

    def _pattern(self, name: str) -> str:
        """Regular expression of a name with wildcards, some of which may still be open."""
        return re.sub(
            r"\\\{(\w+)\\\}",
            lambda found: rf"(?P<{found[1]}>{self.wildcards.get(found[1], '[^/]+')}|\{{\w+\}})",
            re.escape(name),
        )
