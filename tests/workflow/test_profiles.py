"""The profiles agree where they have to; the cluster's are run in tests/cluster."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from harness import REPOSITORY

PROFILES = REPOSITORY / "workflow" / "profiles"
CLUSTERS = ("slurm", "generic-cluster")


def entries(name: str) -> dict[str, Any]:
    return yaml.safe_load((PROFILES / name / "profile.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", CLUSTERS)
def test_profile_of_a_cluster_repeats_the_default_one(name: str) -> None:
    # A workflow profile takes the place of the default one as a whole.
    default, cluster = entries("default"), entries(name)

    assert {entry: cluster.get(entry) for entry in default} == default


@pytest.mark.parametrize("name", CLUSTERS)
def test_profile_survives_killed_jobs_and_slow_file_systems(name: str) -> None:
    cluster = entries(name)

    assert cluster["retries"] >= 1
    assert cluster["latency-wait"] >= 30
    assert {"mem_mb", "runtime"} <= cluster["default-resources"].keys()


def test_no_limit_keeps_jobs_of_an_array_apart() -> None:
    # The plugin never submits what a limit holds back.
    slurm = entries("slurm")

    assert slurm["slurm-array-jobs"] == "all"
    assert slurm["jobs"] == "unlimited"
    assert int(slurm["max-jobs-per-timespan"].split("/")[0]) >= 100_000
    assert slurm["scheduler"] == "greedy"
    assert "resources" not in slurm


def test_files_that_the_profiles_name_exist() -> None:
    named = re.findall(r"workflow/profiles/[\w./-]+\.sh", entries("slurm")["precommand"])

    assert len(named) == 1
    assert (REPOSITORY / named[0]).is_file()
