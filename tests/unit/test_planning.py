import json
from pathlib import Path

import numpy as np
import pytest

from corticomotor.registry import all_studies
from corticomotor.settings.loading import load
from corticomotor.settings.root import changed, compose
from corticomotor.wiring import Results
from planning.costs import CpuTime, RuleCosts, learn
from planning.estimates import Estimates
from planning.jobs import PlannedJob
from planning.measured import read_measured, write_measured
from planning.plans import longest_chain, plan_of
from planning.records import Cost, Record, read_records
from planning.text import describe

# What jobs of Snakemake took, with the settings that differ from the defaults.
REAL_COSTS = json.loads(Path(__file__).with_name("measured_costs.json").read_text(encoding="utf-8"))


def job(rule, number=1, *, work=0, inputs=(), outputs=(), pending=True):
    log = f"results/logs/study/{rule}/replicate-{number}.log"
    return PlannedJob(rule, work, tuple(inputs), tuple(outputs), log, pending)


def rule_costs(seconds, memory=100.0, size=1000.0, per_work=0.0):
    """Jobs that are busy for half of their time."""
    return RuleCosts(CpuTime(seconds / 2, per_work), 2.0, memory, size)


def record(rule, seconds, *, work=0, memory=100.0, size=1000.0):
    """A job that was busy for half of its time."""
    return Record(rule, work, Cost(seconds / 2, seconds, memory, size))


def finished(folder, number, *, log, **outputs):
    """Write what a finished job leaves; give the job."""
    names = [f"results/{name}.h5" for name in outputs]
    done = job("train", number, work=7, outputs=names, pending=False)
    path = folder / done.log
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(log, encoding="utf-8")
    for name, size in outputs.items():
        (folder / f"results/{name}.h5").write_bytes(b"x" * size)
    return done


COST = (
    'epoch 1/1\ncost {"rule": "train", "work": 7, "cpu_seconds": 1.5, "wall_seconds": 2.5, '
    '"peak_memory_mb": 200.5}\n'
)


# ---------------------------------------------------------------- records


def test_a_record_is_read_from_log_and_files(tmp_path):
    done = finished(tmp_path, 1, log=COST, network=30, readout=12)

    assert read_records(tmp_path, [done]) == {
        "results/logs/study/train/replicate-1.log": Record("train", 7, Cost(1.5, 2.5, 200.5, 42))
    }


def test_records_of_other_settings_count_as_well(tmp_path):
    finished(tmp_path, 1, log=COST)
    other = tmp_path / "results/logs/study/circuit.neurons=100+network.gain=1.4/train/a-b.log"
    other.parent.mkdir(parents=True, exist_ok=True)
    other.write_text(COST.replace('"work": 7', '"work": 9'), encoding="utf-8")

    records = read_records(tmp_path)

    assert sorted(each.work for each in records.values()) == [7, 9]
    assert {each.rule for each in records.values()} == {"train"}


def test_size_is_unknown_without_all_files(tmp_path):
    done = finished(tmp_path, 1, log=COST, network=3, readout=4)
    (tmp_path / "results/readout.h5").unlink()

    assert read_records(tmp_path, [done])[done.log].cost.output_bytes is None
    assert read_records(tmp_path)[done.log].cost.output_bytes is None


@pytest.mark.parametrize(
    "log", ["", "epoch 1/2\n", COST + "Traceback\n", 'cost {"cpu_seconds": 1.5, "peak']
)
def test_jobs_that_have_not_ended_well_have_no_record(tmp_path, log):
    done = finished(tmp_path, 1, log=log, network=3)

    assert read_records(tmp_path, [done]) == {}


def test_an_empty_folder_has_no_records(tmp_path):
    assert read_records(tmp_path, [job("train")]) == {}


# ---------------------------------------------------------------- costs by work


@pytest.mark.parametrize("seed", range(20))
def test_start_up_and_slope_of_exact_costs_are_found(seed):
    rng = np.random.default_rng(seed)
    start_up, per_work = rng.uniform(0.1, 3.0), 10 ** rng.uniform(-12, -6)
    works = start_up / per_work * np.geomspace(0.1, rng.uniform(10, 1000), 4)
    # Some works more often than others.
    records = [record("train", 2 * (start_up + per_work * work), work=work) for work in works]

    found = learn([*records, *records[:2]]).cpu_time

    assert found.start_up_seconds == pytest.approx(start_up)
    assert found.seconds_per_work == pytest.approx(per_work)


def test_neither_part_is_negative():
    steep = [record("train", 1.0, work=10), record("train", 30.0, work=20)]
    falling = [record("train", 30.0, work=10), record("train", 10.0, work=20)]

    assert learn(steep).cpu_time.start_up_seconds == 0
    assert learn(falling).cpu_time.seconds_per_work == 0


@pytest.mark.parametrize(
    "records",
    [
        # One value of work, about the same work, and work that has cost about the same.
        [record("train", 18.0, work=10), record("train", 30.0, work=10)],
        [record("train", 24.0, work=10), record("train", 25.2, work=11)],
        [record("train", 12.0, work=0), record("train", 19.2, work=6)],
    ],
)
def test_about_equal_work_tells_how_much_longer_a_machine_takes(records):
    known = CpuTime(3.0, 0.3)

    found = learn(records, known).cpu_time

    assert found.start_up_seconds == pytest.approx(2 * known.start_up_seconds, rel=0.03)
    assert found.seconds_per_work == pytest.approx(2 * known.seconds_per_work, rel=0.03)


def test_what_is_known_of_elsewhere_does_not_count_where_records_tell_all():
    records = [record("train", 2.0, work=10), record("train", 20.0, work=100)]

    assert learn(records, CpuTime(3.0, 0.3)) == learn(records)


def test_of_one_record_alone_all_goes_with_the_work():
    assert learn([record("train", 8.0, work=10)]).of(30).cpu_seconds == pytest.approx(12.0)
    assert learn([record("plot", 8.0)]).of(0).cpu_seconds == 4.0


def test_wall_time_keeps_its_ratio_to_cpu_time():
    records = [
        Record("train", 10, Cost(1.0, 3.0, 50.0, 10.0)),
        Record("train", 100, Cost(9.0, 9.0, 80.0, None)),
    ]

    estimate = learn(records).of(1000)

    assert estimate.wall_seconds == pytest.approx(1.2 * estimate.cpu_seconds)
    # Not known to grow: the largest, and the mean.
    assert (estimate.peak_memory_mb, estimate.output_bytes) == (80.0, 10.0)


@pytest.fixture(scope="module")
def defaults():
    return load(compose(all_studies()), {})


@pytest.mark.parametrize("name", REAL_COSTS["stages"])
def test_costs_of_real_jobs_follow_from_their_settings(defaults, name):
    """The smallest job and any with ten times its work tell what the others took."""
    study, _, stage = name.partition("/")
    jobs = REAL_COSTS["stages"][name]
    records = [
        Record(
            name, work_of(defaults, study, stage, each), Cost(each["cpu_seconds"], 0.0, 0.0, None)
        )
        for each in jobs
    ]
    smallest = min(records, key=lambda record: record.work)
    larger = [record for record in records if record.work > 10 * smallest.work]
    assert larger

    for other in larger:
        learned = learn([smallest, other])
        for one, settings in zip(records, jobs, strict=True):
            ratio = learned.of(one.work).cpu_seconds / one.cost.cpu_seconds
            assert 1 / 1.5 < ratio < 1.5, (settings, ratio)


def work_of(defaults, study, stage, job):
    """What the stage says of a job that ran."""
    changes = {f"{study}.{path}": value for path, value in job["settings"].items()}
    results = Results(defaults.studies[study], changed(defaults, changes))
    return results.study.stage(stage).work(results.view(), job.get("wildcards", {}))


# ---------------------------------------------------------------- estimates

ESTIMATES = Estimates(
    {
        job("train", 1).log: Record("train", 10, Cost(1.0, 2.0, 300.0, 10.0)),
        job("train", 2).log: Record("train", 30, Cost(3.0, 6.0, 100.0, 40.0)),
        job("train", 3).log: Record("train", 50, Cost(5.0, 10.0, 200.0, None)),
        job("draw", 1).log: Record("draw", 50, Cost(4.0, 4.0, 4.0, 4.0)),
    },
    {
        "train": RuleCosts(CpuTime(70.0, 70.0), 70.0, 70.0, 70.0),
        "draw": RuleCosts(CpuTime(1.0, 0.02), 1.0, 3.0, 5.0),
        "plot": RuleCosts(CpuTime(2.0, 0.1), 1.5, 9.0, 9.0),
    },
)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (job("train", 2, work=30), (Cost(3.0, 6.0, 100.0, 40.0), "job")),
        # Its own, with the mean size of the others.
        (job("train", 3, work=50), (Cost(5.0, 10.0, 200.0, 25.0), "job")),
        # More work than before, and another job.
        (job("train", 2, work=100), (Cost(10.0, 20.0, 300.0, 25.0), "rule")),
        (job("train", 4, work=20), (Cost(2.0, 4.0, 300.0, 25.0), "rule")),
        # Twice as slow as elsewhere.
        (job("draw", 2, work=100), (Cost(6.0, 6.0, 4.0, 4.0), "rule")),
        (job("plot", work=20), (Cost(4.0, 6.0, 9.0, 9.0), "measured")),
        (job("search"), None),
    ],
)
def test_the_nearest_record_is_taken(wanted, expected):
    found = ESTIMATES.of(wanted)

    if expected is None:
        assert found is None
        return
    assert found[1] == expected[1]
    assert vars(found[0]) == pytest.approx(vars(expected[0]))


def test_measured_costs_keep_their_numbers(tmp_path):
    path = tmp_path / "measured.json"
    records = [
        Record("train", 10, Cost(1.0, 2.0, 300.0, 10.0)),
        Record("train", 10, Cost(3.0, 9.0, 100.0, 40.0)),
        Record("plot", 0, Cost(1.0, 1.0, 1.0, 7.0)),
        Record("plot", 0, Cost(9.0, 9.0, 9.0, None)),
    ]
    others = [
        Record("train", 100, Cost(11.0, 99.0, 999.0, None)),
        Record("other", 100, Cost(11.0, 99.0, 999.0, None)),
    ]

    write_measured(path, records, others, config="config/a.yaml", machine='"Processor", 2 cores')
    table = read_measured(path)

    assert (table.config, table.machine) == ("config/a.yaml", '"Processor", 2 cores')
    assert table.costs == {
        "train": RuleCosts(CpuTime(1.0, 0.1), 2.0, 300.0, 25.0),
        "plot": RuleCosts(CpuTime(1.0, 0.0), 1.0, 1.0, 7.0),
    }
    assert json.loads(path.read_text(encoding="utf-8"))["rules"]["train"] == {
        "jobs": 2,
        "start_up_seconds": 1.0,
        "seconds_per_work": 0.1,
        "wall_per_cpu": 2.0,
        "cpu_seconds": {"mean": 2.0, "max": 3.0},
        "wall_seconds": {"mean": 5.5, "max": 9.0},
        "peak_memory_mb": {"mean": 200.0, "max": 300.0},
        "output_bytes": {"mean": 25.0, "max": 40.0},
    }


# ---------------------------------------------------------------- longest chain


def random_jobs(rng):
    """Jobs in random order, each with two outputs and some random inputs of jobs before it."""
    count = rng.integers(1, 9)
    jobs = [
        job(
            "rule",
            number,
            inputs=[
                "raw.csv",
                *(f"{k}-{rng.integers(2)}" for k in range(number) if rng.random() < 0.4),
            ],
            outputs=[f"{number}-0", f"{number}-1"],
        )
        for number in range(count)
    ]
    return [jobs[k] for k in rng.permutation(count)]


def all_chains(jobs):
    """Every chain of jobs that ends somewhere, one by one."""

    def ending_in(last):
        yield [last]
        for before in jobs:
            if set(before.outputs) & set(last.inputs):
                yield from ([*chain, last] for chain in ending_in(before))

    return [chain for last in jobs for chain in ending_in(last)]


@pytest.mark.parametrize("seed", range(60))
def test_longest_chain_is_the_longest_of_all(seed):
    rng = np.random.default_rng(seed)
    jobs = random_jobs(rng)
    seconds = {one: float(rng.integers(0, 5)) for one in jobs}
    chains = all_chains(jobs)

    found = longest_chain(jobs, seconds.__getitem__)

    assert found in chains
    assert sum(map(seconds.__getitem__, found)) == max(
        sum(map(seconds.__getitem__, chain)) for chain in chains
    )


def test_no_jobs_make_no_chain():
    assert longest_chain([], lambda _: 1.0) == []


# ---------------------------------------------------------------- plans


def three_stages(*, first_pending=True):
    """A forks into B and C, which D joins; the jobs of one rule each, D twice."""
    return [
        job("a", inputs=[], outputs=["a"], pending=first_pending),
        job("b", inputs=["a"], outputs=["b"]),
        job("c", inputs=["a"], outputs=["c"]),
        job("d", 1, inputs=["b", "c"], outputs=["d1"]),
        job("d", 2, inputs=["b"], outputs=["d2"]),
    ]


MEASURED = {
    "a": rule_costs(10.0),
    "b": rule_costs(3.0, memory=900.0),
    "c": rule_costs(20.0),
    "d": rule_costs(4.0),
}


def test_sums_are_those_of_the_pending_jobs():
    plan = plan_of(three_stages(first_pending=False), Estimates({}, MEASURED), cores=1)

    assert plan.jobs == 4
    assert [(total.rule, total.jobs) for total in plan.rules] == [("c", 1), ("d", 2), ("b", 1)]
    assert plan.cpu_seconds == (20 + 4 + 4 + 3) / 2
    assert plan.output_bytes == 4000
    assert plan.peak_memory_mb == 900
    assert plan.chain == (("c", 20), ("d", 4))
    assert plan.sources == {"measured": 4}
    assert plan.unknown == {}


@pytest.mark.parametrize(("cores", "expected"), [(1, 41.0), (2, 34.0), (1000, 34.0)])
def test_duration_is_bound_by_cores_or_by_the_longest_chain(cores, expected):
    assert plan_of(three_stages(), Estimates({}, MEASURED), cores).duration_seconds == expected


def test_unknown_rules_are_named_and_not_counted():
    measured = {rule: costs for rule, costs in MEASURED.items() if rule != "d"}
    plan = plan_of(three_stages(), Estimates({}, measured), cores=2)
    text = describe(plan, "some settings")

    assert plan.jobs == 5
    assert plan.unknown == {"d": 2}
    assert plan.chain == (("a", 10), ("c", 20), ("d", None))
    assert "no record of rule d (2 jobs)" in text
    assert "longest chain at least 30 s: a 10 s > c 20 s > d ?" in text
    assert all(f"{name:<10}at least " in text for name in ("CPU time", "duration", "disk"))


def test_without_any_record_only_jobs_are_counted():
    text = describe(plan_of(three_stages(), Estimates({}, {}), cores=2), "some settings")

    assert text.startswith("jobs      5\n\nrule")
    assert "CPU time  at least" not in text
    assert "no record of rule a (1 job)" in text


def test_nothing_pending_is_nothing_to_do():
    plan = plan_of([job("a", pending=False)], Estimates({}, MEASURED), cores=2)

    assert plan.jobs == plan.duration_seconds == 0
    assert describe(plan, "some settings") == "Nothing to do: all results are up to date."


def test_the_text_as_a_whole():
    records = {
        job("c").log: record("c", 2000.0, memory=1500.0, size=2.5e9),
        job("d", 1).log: record("d", 119.4),
    }
    plan = plan_of(three_stages(), Estimates(records, MEASURED), cores=2)

    assert describe(plan, "config/default.yaml on a machine") == (
        "jobs      5\n"
        "CPU time  19 min\n"
        "duration  35 min on 2 cores\n"
        "disk      2.5 GB\n"
        "memory    1.5 GB for the largest job\n"
        "\n"
        "rule  jobs  CPU time    disk  memory\n"
        "c        1    17 min  2.5 GB  1.5 GB\n"
        "d        2   2.0 min  2.0 kB  100 MB\n"
        "a        1     5.0 s  1.0 kB  100 MB\n"
        "b        1     1.5 s  1.0 kB  900 MB\n"
        "\n"
        "longest chain 35 min: a 10 s > c 33 min > d 2.0 min\n"
        "\n"
        "estimated: 2 jobs as these jobs took before, with as much work; 1 job from 1 record of\n"
        "  their rules here, scaled by work; 2 jobs as measured with config/default.yaml on a\n"
        "  machine, scaled by work; disk and memory as those of other jobs, whatever their work"
    )


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        *((0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (99, "99 s"), (100, "1.7 min")),
        *((5999, "100 min"), (6000, "1.7 h"), (359_999, "100 h"), (360_000, "4.2 d")),
    ],
)
def test_durations_read_well(seconds, expected):
    plan = plan_of([job("a")], Estimates({}, {"a": rule_costs(2 * seconds)}), cores=1)

    assert f"\nCPU time  {expected}\n" in describe(plan, "")
