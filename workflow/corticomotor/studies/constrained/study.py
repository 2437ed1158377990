"""The record of the constrained-dynamics study."""

from __future__ import annotations

from corticomotor.studies.constrained.conflicts import conflicts, experiment_conflicts
from corticomotor.studies.constrained.palette import NETWORKS
from corticomotor.studies.constrained.publications import FIGURES, REPORT
from corticomotor.studies.constrained.settings import Constrained
from corticomotor.studies.constrained.stages import STAGES
from corticomotor.study.looks import Measure
from corticomotor.study.record import Paper, Study

STUDY = Study(
    name="constrained",
    title="Constrained dynamics",
    paper=Paper(
        authors="Conference abstract",
        title="[Recurrent networks with internal dynamics constrained by a sample of neurons]",
        year=None,
        reproduced="The whole abstract is here: EMG from a Gaussian process, a stability-optimised "
        "circuit, full-FORCE with and without hints, canonical correlations. It gives sizes and "
        "fractions but no other constants: those are ours. Added are chance levels and noise "
        "ceilings, neurons that were never seen, perturbations, and other observed fractions.",
        link="Continued in arXiv:2005.02211 (2020).",
    ),
    settings=Constrained,
    conflicts=conflicts,
    experiment_conflicts=experiment_conflicts,
    stages=STAGES,
    figures=FIGURES,
    report=REPORT,
    networks=NETWORKS,
    measures={
        "mean_canonical_correlation": Measure("mean canonical correlation", top=1.03),
        "emg_error": Measure("error of muscle activity (%)", 100.0, may_be_logarithmic=True),
        "unobserved_r2": Measure("R² of unobserved neurons", top=1.03),
    },
    measured=("FF", "FFH"),
    always_measured=("FF", "FFH"),
    sweeps={
        "observed_fraction": {
            "title": "How many neurons must be recorded?",
            "vary": {"constrained.sample.neuron_fraction": [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0]},
        }
    },
    wildcards={"network": "FFH?", "candidate": "[0-9]+"},
)
