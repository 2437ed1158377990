"""Figures and reports: one declaration each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from corticomotor.study.names import Chooser


@dataclass(frozen=True)
class Shown:
    """Results of a stage that a figure or a report is made from, with the settings as configured.

    Attributes:
        stage: name, which may hold wildcards.
        replicates: `all` gives a list, `first` the result of replicate 1.
        each: values of the wildcards for each result, in the order in which they are handed on;
            without it the stage's wildcards are those of the figure. A value for `replicate` takes
            the result of that replicate alone.
        by: wildcard by whose values the results are told apart in a mapping; without it all are
            one list.
    """

    stage: str
    replicates: Literal["all", "first"] = "all"
    each: Chooser | None = None
    by: str = ""


@dataclass(frozen=True)
class Figure:
    """One figure of a study.

    Attributes:
        name: of its files; may hold wildcards, such as `performance_{network}`.
        title: in a word or two, for lists.
        caption: what to see in it.
        draw: function, as `module:name` below the study's figures, so that it is imported late.
        shows: results that it is drawn from, by the name of the argument.
        reads: settings that it shows, by the name of the argument.
        each: values of the wildcards in its name, for each figure that there is.
        on_request: whether neither the report nor the workflow as a whole asks for it.
    """

    name: str
    title: str
    caption: str
    draw: str
    shows: Mapping[str, Shown]
    reads: Mapping[str, str] = field(default_factory=dict)
    each: Chooser | None = None
    on_request: bool = False


@dataclass(frozen=True)
class Report:
    """The report of a study.

    Attributes:
        name: of its PDF; its template is `report.typ` in the study's folder of texts.
        summarise: function, as `module:name` below the study: gives the figures of merit, with the
            answer in sentences as `answer`, from a random stream and what is shown.
        shows: results that it is made from, by the name of the argument.
        reads: settings that it needs, by the name of the argument.
        question: which it answers; its heading.
        except_for: blocks of settings that it is not about.
    """

    name: str
    summarise: str
    shows: Mapping[str, Shown]
    question: str
    reads: Mapping[str, str] = field(default_factory=dict)
    except_for: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """Name of the JSON file of its figures of merit."""
        return f"{self.name.removesuffix('_report')}_summary"
