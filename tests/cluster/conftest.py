"""A copy of the workflow in a folder that leaves with the tests; where there is one, a Slurm."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import Checkout
from slurm import Slurm


@pytest.fixture(scope="session")
def scratch() -> Iterator[Path]:
    """A folder with a short path, for sockets; SIGTERM ends the tests as the keyboard does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="cluster-") as folder:
        yield Path(folder)
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="session")
def checkout(scratch: Path) -> Iterator[Checkout]:
    checkout = Checkout(scratch)
    # The profile finds its script from the folder in which a user calls Snakemake, and a cluster's
    # jobs import the package often.
    checkout.environment["PWD"] = str(checkout.root)
    del checkout.environment["PYTHONDONTWRITEBYTECODE"]
    yield checkout
    checkout.close()


@pytest.fixture(scope="session")
def slurm(scratch: Path) -> Iterator[Slurm]:
    folder = scratch / "slurm"
    folder.mkdir()
    slurm = Slurm(folder)
    try:
        slurm.start()
        yield slurm
    finally:
        slurm.stop()


@pytest.fixture(scope="session")
def cluster_environment(checkout: Checkout, slurm: Slurm) -> dict[str, str]:
    """What Snakemake and Slurm need to find this Slurm."""
    path = f"{slurm.programs}{os.pathsep}{checkout.environment['PATH']}"
    return {**checkout.environment, **slurm.environment, "PATH": path}
