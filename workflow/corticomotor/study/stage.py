"""Stages: one declaration each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from corticomotor.study.names import Chooser, SettingsView, Wildcards, filled, within

if TYPE_CHECKING:
    from corticomotor.runtime.contracts import Contract


@dataclass(frozen=True)
class Upstream:
    """Results of an earlier stage that settings choose.

    Attributes:
        name: of the input.
        stage: name with wildcards, such as `library/{kind}/session-{session}`.
        each: values of its wildcards for each file, from settings and the job's own wildcards;
            a value for `replicate` takes the file of another replicate than the job's.
        reads: settings that choose; they move results, but are not handed to the job.
    """

    name: str
    stage: str
    each: Chooser
    reads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stage:
    """One script, its result, and all that the result depends on.

    Attributes:
        name: folder of its results below the study; may hold wildcards, such as {network}.
        script: file in the study's folder of scripts, without the suffix; with a slash, such as
            `motor_cortex/build_circuit`, a path below the folder of all scripts, for what studies
            share.
        contract: what its result holds.
        reads: settings or blocks of the study that its job gets; the seed goes without saying.
        after: stages whose results it reads; of all replicates if it has none itself.
        except_for: settings in these blocks that its job does not get.
        idle: paths of settings that, as others are, make no difference, such as those of a method
            that is not chosen: its job does not get them either.
        given: constants that tell stages of the same script apart, or a function that derives
            values from settings and wildcards.
        given_from: settings that this function reads; they move results, but are not handed on.
        per_replicate: whether each replicate has a result of its own.
        files: paths of files from outside that it reads, from its settings.
        check: raises InputError if these files are not what its settings ask for.
        work: how much there is to do, in any unit, from settings and wildcards: what a job costs
            is learned from records as a start-up and a constant times this.
        resources: what a cluster must reserve beyond the profile's defaults; numbers, or functions
            of the study's settings.
        label: its box in the graph of the study's stages; stages that share one are one box.
        network: whose colour the box has.
    """

    name: str
    script: str
    contract: Contract
    reads: tuple[str, ...] = ()
    after: tuple[str | Upstream, ...] = ()
    except_for: tuple[str, ...] = ()
    idle: Callable[[SettingsView, Wildcards], Sequence[str]] | None = None
    given: Mapping[str, Any] | Callable[[SettingsView, Wildcards], Mapping[str, Any]] = field(
        default_factory=dict
    )
    given_from: tuple[str, ...] = ()
    per_replicate: bool = True
    files: Callable[[SettingsView], Sequence[str]] | None = None
    check: Callable[[SettingsView], None] | None = None
    work: Callable[[SettingsView, Wildcards], float] | None = None
    resources: Mapping[str, int | Callable[[SettingsView], int]] = field(default_factory=dict)
    label: str = ""
    network: str = ""

    @property
    def path(self) -> str:
        """Where a result lies below the study and the overrides, without a suffix."""
        return f"{self.name}/replicate-{{replicate}}" if self.per_replicate else self.name

    @property
    def upstream(self) -> dict[str, str]:
        """Names of its inputs -> names of the stages that they come from."""
        return {
            each if isinstance(each, str) else each.name: (
                each if isinstance(each, str) else each.stage
            )
            for each in self.after
        }

    def may_read(self, setting: str) -> bool:
        """Whether its job gets a setting, by its path below the study."""
        return setting == "seed" or (
            not within(setting, self.except_for) and within(setting, self.reads)
        )

    def named(self, values: Wildcards) -> Stage:
        """Give the stage with wildcards in its name filled in, in what it reads as well."""

        def fill(text: str) -> str:
            return filled(text, values)

        return replace(
            self,
            name=fill(self.name),
            reads=tuple(map(fill, self.reads)),
            after=tuple(
                replace(each, stage=fill(each.stage), reads=tuple(map(fill, each.reads)))
                if isinstance(each, Upstream)
                else fill(each)
                for each in self.after
            ),
            except_for=tuple(map(fill, self.except_for)),
            given_from=tuple(map(fill, self.given_from)),
        )


def selected(stage: Stage, settings: Mapping[str, Any], idle: Sequence[str] = ()) -> dict[str, Any]:
    """What a stage's job gets of its study's settings: only what it declares, block by block.

    Args:
        stage: wildcards in its name filled in.
        settings: of its study.
        idle: settings or blocks that it does not get as others are.
    """

    def wanted(path: str) -> bool:
        return stage.may_read(path) and not within(path, idle)

    return dict(_selected(wanted, settings, ""))


def chosen_from(reads: Sequence[str], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of some paths or blocks, block by block."""
    return dict(_selected(lambda path: within(path, reads), settings, ""))


def _selected(
    wanted: Callable[[str], bool], block: Mapping[str, Any], above: str
) -> Iterator[tuple[str, Any]]:
    for name, value in block.items():
        path = f"{above}{name}"
        if isinstance(value, Mapping):
            if inner := dict(_selected(wanted, value, f"{path}.")):
                yield name, inner
        elif wanted(path):
            yield name, value
