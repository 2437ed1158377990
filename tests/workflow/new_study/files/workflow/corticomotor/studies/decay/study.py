"""The record of the study of a decay."""

from __future__ import annotations

from collections.abc import Iterator

from corticomotor.studies.decay.palette import NETWORKS
from corticomotor.studies.decay.settings import Decay

from corticomotor.runtime.contracts import Contract, Variable
from corticomotor.study.looks import Measure
from corticomotor.study.names import SettingsView, Wildcards
from corticomotor.study.publications import Figure, Report, Shown
from corticomotor.study.record import Paper, Study
from corticomotor.study.stage import Stage

_SAMPLE = {"sample": ("1", "sample")}
SIGNAL = Contract("decay/signal", {"signal": Variable(("sample",), "1", "signal")}, _SAMPLE)
FIT = Contract(
    "decay/fit",
    {"fitted": Variable(("sample",), "1", "curve"), "error": Variable((), "1", "error")},
    _SAMPLE,
)
MEASURES = Contract(
    "decay/measures",
    {"error": Variable(("replicate",), "1", "error")},
    {"replicate": ("1", "replicate")},
)
_DEGREES = {"line": 1, "parabola": 2}


def _curves(settings: SettingsView, wildcards: Wildcards) -> Iterator[dict[str, str]]:
    for name in NETWORKS:
        yield {"network": name}


def _degree(settings: SettingsView, wildcards: Wildcards) -> dict[str, int]:
    return {"degree": _DEGREES[wildcards["network"]]}


def _conflicts(study: Decay) -> Iterator[str]:
    if study.signal.samples < 4:
        yield f"signal.samples: expected at least 4, found {study.signal.samples}"


STUDY = Study(
    name="decay",
    title="A decay",
    paper=Paper("A. Author", "Decays", 2001, "All of it."),
    settings=Decay,
    conflicts=_conflicts,
    stages=(
        Stage("signal", "draw_signal", SIGNAL, reads=("signal",), label="signal"),
        Stage(
            "fits/{network}",
            "fit_signal",
            FIT,
            after=("signal",),
            given=_degree,
            label="fits",
            network="line",
        ),
        Stage(
            "measures/{network}",
            "measure_fit",
            MEASURES,
            after=("fits/{network}",),
            per_replicate=False,
        ),
    ),
    figures=(
        Figure(
            "fits",
            "Fits",
            "Curves over a signal.",
            draw="fits:fits",
            shows={
                "signal": Shown("signal", "first"),
                "fits": Shown("fits/{network}", "first", each=_curves, by="network"),
            },
            reads={"time_constant": "signal.time_constant"},
        ),
    ),
    report=Report(
        "decay_report",
        summarise="summary:summarise",
        shows={"fits": Shown("fits/{network}", each=_curves, by="network")},
        question="Which curve fits?",
    ),
    networks=NETWORKS,
    measures={"error": Measure("error")},
    measured=("line", "parabola"),
    always_measured=("line", "parabola"),
    sweeps={"noise": {"title": "Does noise matter?", "vary": {"decay.signal.noise": [0.01, 0.1]}}},
    wildcards={"network": "line|parabola"},
)
