"""The record of the reaching study."""

from __future__ import annotations

from corticomotor.studies.reaching.choices import AGENTS, MEASURED, MODELS, RUNS
from corticomotor.studies.reaching.palette import NETWORKS
from corticomotor.studies.reaching.publications import ANIMATIONS, FIGURES, REPORT
from corticomotor.studies.reaching.settings import Reaching, conflicts, experiment_conflicts
from corticomotor.studies.reaching.stages import STAGES
from corticomotor.study.looks import Measure
from corticomotor.study.record import Paper, Study

STUDY = Study(
    name="reaching",
    title="Reaching",
    paper=Paper(
        authors="Sun X, Plitt MH",
        title="Learning neural representations of complex motor behavior with recurrent neural "
        "networks",
        year=None,
        reproduced="All its models and agents are here, trained more briefly by default "
        "(config/paper.yaml has its sizes), with a field that does not contain the start and acts "
        "where the hand is. Feedback of positions, exact optima, deep Q-networks under force, "
        "agents with continuous actions and the comparison with motor cortex are ours; the last "
        "two are what the authors name as their next steps.",
        link="Report, Stanford University.",
    ),
    settings=Reaching,
    conflicts=conflicts,
    experiment_conflicts=experiment_conflicts,
    stages=STAGES,
    figures=FIGURES,
    animations=ANIMATIONS,
    report=REPORT,
    networks=NETWORKS,
    measures={
        "free_error": Measure("end error without force (%)", may_be_logarithmic=True),
        "force_error": Measure("end error of crossing reaches (%)", may_be_logarithmic=True),
    },
    measured=MEASURED,
    always_measured=("standard", "positions"),
    wildcards={
        "model": "|".join(MODELS),
        "run": "|".join(RUNS),
        "agent": "|".join(AGENTS),
    },
)
