"""What sentences say of figures of merit."""

import numpy as np
import pytest

from corticomotor.statistics import compared
from corticomotor.study.sentences import in_brackets, left_open, told


@pytest.mark.parametrize(
    ("values", "none", "side"),
    [
        ([1.2, 1.3, 1.25], 1, 1),
        ([0.7, 0.8, 0.75], 1, -1),
        ([0.7, 1.5, 1.2], 1, 0),
        ([-0.2, -0.3, -0.25], 0, -1),
        ([0.2], 1, -1),
        ([0.2], 0, 1),
        ([0.2, np.nan], 0, 0),
    ],
)
def test_a_comparison_is_told_by_its_interval_or_of_one_replicate_by_itself(values, none, side):
    assert told(compared(values, none)) == side


def test_intervals_stand_in_brackets_with_their_replicates():
    merit = {"value": 0.5, "interval": [0.25, 0.75], "n": 4}
    text = in_brackets(merit, lambda value: f"{value:.1f}", "network")
    assert text == " (95 % interval over 4 networks 0.2 to 0.8)"
    assert in_brackets(merit | {"interval": None}, str, "network") == ""


def test_what_is_open_is_named_with_how_many_replicates_would_tell():
    open_one = compared([0.7, 1.5, 1.2], 1)
    text = left_open(
        {
            "one": open_one,
            "other": compared([1.2, 1.3, 1.25], 1),
            "third": compared([1.0, -1.0, 1e-9], 0),
            "single": compared([0.7], 1),
        },
        "network",
    )
    assert text.startswith("The networks leave these open")
    assert (
        f"as found): one (3 of about {open_one['needed']}); third (3 of more than 1000). " in text
    )
    assert "other" not in text
    assert "single (" not in text


def test_nothing_open_and_a_single_replicate_are_said():
    assert left_open({"one": compared([1.2, 1.3, 1.25], 1)}, "agent") == (
        "All comparisons over agents are told from no difference."
    )
    assert left_open({"one": compared([1.1], 1)}, "agent") == (
        "A single agent says nothing about others: no number has an interval."
    )
