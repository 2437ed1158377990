import pytest

from corticomotor.runtime.costs import RuleCost, costs_by_rule

SWEPT = {"sample.fraction=0.3", "gain=2"}
PLOT = RuleCost("plot", 1, 3, 200)


def write(path, *lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def cost(seconds, memory):
    return f'cost {{"cpu_seconds": {seconds}, "peak_memory_mb": {memory}}}'


@pytest.fixture
def logs(tmp_path):
    write(tmp_path / "train/sample.fraction=0.3/replicate-1.log", "epoch 1/2", cost(1.5, 100))
    write(tmp_path / "train/gain=2+sample.fraction=0.3/replicate-2.log", cost(2.25, 80))
    write(tmp_path / "plot/all.log", cost(3, 200))
    return tmp_path


def test_costs_are_summed_by_rule(logs):
    assert costs_by_rule(logs, 2, SWEPT) == [
        PLOT,
        RuleCost("train", 2, 3.75, 100),
    ]


def test_replicates_of_other_work_are_left_out(logs):
    write(logs / "train/sample.fraction=0.3/replicate-1001.log", cost(50, 900))
    assert costs_by_rule(logs, 1, SWEPT) == [
        PLOT,
        RuleCost("train", 1, 1.5, 100),
    ]


def test_jobs_that_did_not_finish_are_left_out(logs):
    write(logs / "train/sample.fraction=0.3/replicate-2.log", cost(9, 9), "Traceback")
    write(logs / "make/replicate-1.log", "iteration 1/9")
    assert costs_by_rule(logs, 2, SWEPT) == [
        PLOT,
        RuleCost("train", 2, 3.75, 100),
    ]


def test_jobs_under_settings_that_are_no_longer_swept_are_left_out(logs):
    found = costs_by_rule(logs, 2, {"sample.fraction=0.3"})
    assert found == [PLOT, RuleCost("train", 1, 1.5, 100)]
    assert costs_by_rule(logs, 2) == [PLOT]
