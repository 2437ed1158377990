"""The methods of Snakemake's that are replaced: what they do is tested in runs of the workflow."""

import re
from pathlib import Path

import pytest
import snakemake
from snakemake.exceptions import WorkflowError

import reruns

REPOSITORY = Path(__file__).parents[2]


def test_the_snakemake_here_is_the_one_whose_methods_are_known():
    pinned = re.search(
        r'"snakemake(?:\[\w+\])?==([^"]+)"',
        (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"),
    )
    assert pinned is not None
    assert snakemake.__version__ == pinned[1], (
        "another Snakemake: read what changed in the methods that workflow/reruns.py replaces, and "
        "run tests/workflow/test_current.py, before pinning it in pyproject.toml"
    )
    reruns.check_snakemake()


@pytest.mark.parametrize("method", list(reruns.REPLACED), ids=lambda each: each[1])
def test_another_signature_ends_in_one_line(monkeypatch, method):
    changed = reruns.REPLACED | {method: "self job more"}
    monkeypatch.setattr(reruns, "REPLACED", changed)
    with pytest.raises(WorkflowError, match=rf"\.{method[1]}\(self job more\): not as expected"):
        reruns.check_snakemake()


def test_a_method_that_is_gone_ends_in_one_line(monkeypatch):
    owner, name = next(iter(reruns.REPLACED))
    monkeypatch.setitem(reruns.ORIGINAL, (owner, name), None)
    with pytest.raises(WorkflowError, match=rf"\.{name}\(.*found none"):
        reruns.check_snakemake()
