import json

import pytest

from corticomotor.reports.costs import RuleCost, costs_by_rule, last_cost

RULES = ["train", "plot"]
SWEPT = {"sample.fraction=0.3", "gain=2"}
PLOT = RuleCost("plot", 1, 3, 200)


def write(path, *lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def cost(rule, seconds, memory):
    values = {
        "rule": rule,
        "work": 0,
        "cpu_seconds": seconds,
        "wall_seconds": seconds,
        "peak_memory_mb": memory,
    }
    return f"cost {json.dumps(values)}"


@pytest.fixture
def logs(tmp_path):
    trained = "networks/FF"
    write(
        tmp_path / f"sample.fraction=0.3/{trained}/replicate-1.log",
        "epoch 1/2",
        cost("train", 1.5, 100),
    )
    write(
        tmp_path / f"gain=2+sample.fraction=0.3/{trained}/replicate-2.log",
        cost("train", 2.25, 80),
    )
    write(tmp_path / "figures/errors.log", cost("plot", 3, 200))
    return tmp_path


def test_costs_are_summed_by_rule_in_the_order_of_the_rules(logs):
    train = RuleCost("train", 2, 3.75, 100)
    assert costs_by_rule(logs, RULES, 2, SWEPT) == [train, PLOT]
    assert costs_by_rule(logs, [*reversed(RULES), "report"], 2, SWEPT) == [PLOT, train]


def test_other_rules_are_left_out(logs):
    assert costs_by_rule(logs, ["plot"], 2, SWEPT) == [PLOT]


def test_replicates_of_other_work_are_left_out(logs):
    write(logs / "sample.fraction=0.3/networks/FF/replicate-1001.log", cost("train", 50, 900))
    assert costs_by_rule(logs, RULES, 1, SWEPT) == [RuleCost("train", 1, 1.5, 100), PLOT]


def test_chosen_replicates_beyond_those_of_the_study_count(logs):
    for name in ("shown", "other"):
        write(logs / f"agents/{name}/replicate-5.log", cost("train", 50, 900))
    found = costs_by_rule(logs, RULES, 2, SWEPT, {"agents/shown/replicate-5"})
    assert found == [RuleCost("train", 3, 53.75, 900), PLOT]


def test_jobs_that_did_not_finish_are_left_out(logs):
    half = cost("train", 9, 9)[:-9]
    # The last is what an older version of the workflow left.
    older = f"cost {json.dumps({'cpu_seconds': 9, 'peak_memory_mb': 9})}"
    logged = [(cost("train", 9, 9), "Traceback"), ("epoch 1/9", half), (), ("cost 9",), (older,)]
    for number, lines in enumerate(logged):
        write(logs / f"networks/{number}/replicate-2.log", *lines)
        assert last_cost(logs / f"networks/{number}/replicate-2.log") is None
    assert costs_by_rule(logs, RULES, 2, SWEPT) == [RuleCost("train", 2, 3.75, 100), PLOT]


def test_jobs_under_settings_that_are_no_longer_swept_are_left_out(logs):
    found = costs_by_rule(logs, RULES, 2, {"sample.fraction=0.3"})
    assert found == [RuleCost("train", 1, 1.5, 100), PLOT]
    assert costs_by_rule(logs, RULES, 2) == [PLOT]
