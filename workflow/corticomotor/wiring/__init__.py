"""From the records of studies to what Snakemake's rules need: paths, inputs, params and resources.

Typed and tested as the rest of the package; knows nothing of Snakemake but that functions of
wildcards give inputs and params.
"""

from corticomotor.wiring.publications import FigureRule, ReportRule
from corticomotor.wiring.results import Results
from corticomotor.wiring.stages import StageRule
from corticomotor.wiring.sweeps import SweepRules
from corticomotor.wiring.workflow import StudyRules, check_files, wire

__all__ = [
    "FigureRule",
    "ReportRule",
    "Results",
    "StageRule",
    "StudyRules",
    "SweepRules",
    "check_files",
    "wire",
]
