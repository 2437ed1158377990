import json
import subprocess
import sys

import pytest

# Each costs a short job more than its own work.
HEAVY = {"matplotlib", "pandas", "pydantic", "snakemake", "torch", "xarray"}


def imported_with(module):
    code = f"import {module}, json, sys; print(json.dumps(sorted(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": ":".join(filter(None, sys.path))},
        check=True,
        capture_output=True,
        text=True,
    )
    return set(json.loads(result.stdout))


@pytest.mark.parametrize("module", ["jobs", "store"])
def test_what_runs_around_a_stage_imports_nothing_heavy(module):
    imported = imported_with(f"corticomotor.runtime.{module}")
    assert "h5py" in imported
    assert not imported & HEAVY


@pytest.mark.parametrize(
    "module",
    [
        *("errors", "files", "locks", "contracts", "sealing", "seeding", "progress"),
        # What a plan needs to tell what is current.
        *("provenance", "fingerprint", "versions", "records", "remembered", "currentness"),
    ],
)
def test_the_rest_needs_no_hdf5_either(module):
    assert not imported_with(f"corticomotor.runtime.{module}") & (HEAVY | {"h5py", "scipy"})


@pytest.mark.parametrize("module", ["contracts", "currentness", "remembered"])
def test_declarations_and_plans_need_no_numpy(module):
    assert "numpy" not in imported_with(f"corticomotor.runtime.{module}")
