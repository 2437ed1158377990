"""One copy of the workflow and one whole run of it, which all tests here share."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import ALL, TINY, Checkout


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    checkout = Checkout(tmp_path_factory.mktemp("workflow", numbered=False))
    yield checkout
    checkout.close()


@pytest.fixture(scope="session")
def whole_run(checkout: Checkout, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Folder of a complete run of all studies; tests that would damage it take a copy.

    It is run once, whichever process of the tests asks first; the others take a copy.
    """
    if worker_id == "master":
        return _run(checkout)
    common = tmp_path_factory.getbasetemp().parent
    with (common / "whole-run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        finished = common / "whole-run"
        if finished.exists():
            return checkout.folder("whole", copy_of=finished)
        folder = _run(checkout)
        shutil.copytree(folder, finished, symlinks=True)
        return folder


def _run(checkout: Checkout) -> Path:
    folder = checkout.folder("whole")
    checkout.run(folder, checkout.config(folder, TINY), "--cores", "2", targets=ALL).expect()
    return folder
