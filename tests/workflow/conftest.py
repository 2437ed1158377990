"""One copy of the workflow and one whole run of it, which all tests here share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import TINY, Checkout


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    checkout = Checkout(tmp_path_factory.mktemp("workflow"))
    yield checkout
    checkout.close()


@pytest.fixture(scope="session")
def whole_run(checkout: Checkout) -> Path:
    """Folder of a complete run; tests that would damage it take a copy."""
    folder = checkout.folder("whole")
    checkout.run(folder, checkout.config(folder, TINY), "--cores", "2").expect()
    return folder
