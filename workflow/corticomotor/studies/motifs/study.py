"""The record of the motor-motifs study."""

from __future__ import annotations

from corticomotor.studies.motifs.choices import WITH_MODULES
from corticomotor.studies.motifs.palette import NETWORKS
from corticomotor.studies.motifs.publications import FIGURES, REPORT
from corticomotor.studies.motifs.settings import Motifs, Networks, conflicts
from corticomotor.studies.motifs.stages import STAGES
from corticomotor.study.looks import Measure
from corticomotor.study.names import NUMBER
from corticomotor.study.record import Paper, Study

_TRAINED = tuple(Networks.model_fields)
_MODULES = tuple(f"{network.removesuffix('_prepared')}_module" for network in WITH_MODULES)

STUDY = Study(
    name="motifs",
    title="Motor motifs",
    paper=Paper(
        authors="Anonymous submission",
        title="Brain insights improve RNNs' accuracy and robustness for hierarchical control of "
        "continually learned autonomous motor motifs",
        year=None,
        reproduced="All its networks and tests are here, by default smaller and trained more "
        "briefly (config/paper.yaml has its sizes). Preparatory modules also keep the readout from "
        "jumping, which its nonlinear networks lack, and the analytic model's weights are bounded.",
    ),
    settings=Motifs,
    conflicts=conflicts,
    stages=STAGES,
    figures=FIGURES,
    report=REPORT,
    networks=NETWORKS,
    measures={
        "random_error": Measure("RMSE from random states", may_be_logarithmic=True),
        "transition_error": Measure("RMSE after other motifs", may_be_logarithmic=True),
        "failure_rate": Measure("failed transitions (%)", 100.0, least_top=5.0),
        "rate_norm": Measure("rate norm after preparation (%)", 100.0, may_be_logarithmic=True),
        "largest_real_part": Measure("largest real part"),
    },
    measured=(*_TRAINED, *_MODULES),
    sweeps={
        "loops": {
            "title": "How many loops does a preparatory module need?",
            "vary": {"motifs.preparation.loops": [1, 2, 5, 10, 20, 50]},
            "networks": ["multiplicative_module"],
        }
    },
    wildcards={
        "kind": "step|oscillatory",
        "session": "[1-9][0-9]*",
        "part": "session-[1-9][0-9]*|all-sessions",
        "network": "|".join(_TRAINED),
        "architecture": "additive|multiplicative|control",
        "units": "[1-9][0-9]*",
        "loops": "[1-9][0-9]*",
        "gain": NUMBER,
        "loop_gain": NUMBER,
        "chain": "[0-9]+(?:-[0-9]+)*",
    },
)
