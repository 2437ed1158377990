"""What a run would cost before it is started, from records of earlier jobs."""

from corticomotor.planning.measured import Measured, read_measured, write_measured
from corticomotor.planning.plans import Plan, RuleTotal, longest_chain, plan_of
from corticomotor.planning.records import Cost, Estimates, Job, Record, read_records
from corticomotor.planning.text import describe

__all__ = [
    "Cost",
    "Estimates",
    "Job",
    "Measured",
    "Plan",
    "Record",
    "RuleTotal",
    "describe",
    "longest_chain",
    "plan_of",
    "read_measured",
    "read_records",
    "write_measured",
]
