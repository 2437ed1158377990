"""The record of the gain-modulation study."""

from __future__ import annotations

from corticomotor.studies.gain_modulation.palette import NETWORKS
from corticomotor.studies.gain_modulation.publications import FIGURES, REPORT
from corticomotor.studies.gain_modulation.settings import GainModulation, conflicts
from corticomotor.studies.gain_modulation.stages import MEASURED, STAGES
from corticomotor.study.looks import Measure
from corticomotor.study.names import NUMBER
from corticomotor.study.record import Paper, Study

STUDY = Study(
    name="gain_modulation",
    title="Gain modulation",
    paper=Paper(
        authors="Stroud JP, Porter MA, Hennequin G, Vogels TP",
        title="Motor primitives in space and time via targeted gain modulation in cortical "
        "networks",
        year=2018,
        reproduced="The experiments of its figures and of all supplementary captions are here, on "
        "circuits of our own. The text that we have is the abstract and these captions: constants "
        "that they do not give are ours, and the settings say why.",
        link="Nature Neuroscience 21:1774. doi:10.1038/s41593-018-0276-0.",
    ),
    settings=GainModulation,
    conflicts=conflicts,
    stages=STAGES,
    figures=FIGURES,
    report=REPORT,
    networks=NETWORKS,
    measures={
        "error_left": Measure("error over that before learning", may_be_logarithmic=True),
    },
    measured=tuple(MEASURED),
    always_measured=("reward", "gradient"),
    wildcards={"neurons": "[1-9][0-9]+", "baseline": NUMBER},
)
