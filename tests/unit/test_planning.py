import json

import numpy as np
import pytest

from corticomotor.planning import (
    Cost,
    Estimates,
    Job,
    Record,
    describe,
    longest_chain,
    plan_of,
    read_measured,
    read_records,
    write_measured,
)


def job(rule, number=1, *, inputs=(), outputs=(), pending=True):
    log = f"results/logs/study/{rule}/replicate-{number}.log"
    return Job(rule, tuple(inputs), tuple(outputs), log, pending)


def cost(seconds, memory=100.0, size=1000.0):
    """A job that is busy for half of its time."""
    return Cost(seconds / 2, seconds, memory, size)


def finished(folder, rule, number, *, log, benchmark=None, **outputs):
    """Write what a finished job leaves; give the job."""
    done = job(rule, number, outputs=[f"results/{name}.h5" for name in outputs], pending=False)
    path = folder / done.log
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(log, encoding="utf-8")
    for name, size in outputs.items():
        (folder / f"results/{name}.h5").write_bytes(b"x" * size)
    if benchmark is not None:
        path = folder / f"results/benchmarks/study/{rule}/replicate-{number}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(benchmark, encoding="utf-8")
    return done


COST = 'epoch 1/1\ncost {"cpu_seconds": 1.5, "peak_memory_mb": 200.5}\n'


# ---------------------------------------------------------------- records


def test_a_record_is_read_from_log_benchmark_and_files(tmp_path):
    # An earlier attempt of the same job comes first in a benchmark.
    lines = '{"s": 9.0, "cpu_time": 0.1}\n{"s": 2.5, "cpu_time": 0.1}\n'
    done = finished(tmp_path, "train", 1, log=COST, benchmark=lines, network=30, readout=12)

    assert read_records(tmp_path, [done]) == {
        "results/logs/study/train/replicate-1.log": Record("train", Cost(1.5, 2.5, 200.5, 42))
    }


def test_logs_in_subfolders_belong_to_the_rule(tmp_path):
    finished(tmp_path, "train/circuit.neurons=100,network.gain=1.4", 3, log=COST)

    (name,) = records = read_records(tmp_path, [])

    assert records[name].rule == "train"
    assert name.endswith("train/circuit.neurons=100,network.gain=1.4/replicate-3.log")


def test_without_a_benchmark_the_wall_time_is_the_cpu_time(tmp_path):
    done = finished(tmp_path, "train", 1, log=COST, benchmark='{"s": 2.', network=3)

    assert read_records(tmp_path, [done])[done.log].cost == Cost(1.5, 1.5, 200.5, 3)


def test_size_is_unknown_without_all_files(tmp_path):
    done = finished(tmp_path, "train", 1, log=COST, network=3, readout=4)
    (tmp_path / "results/readout.h5").unlink()

    assert read_records(tmp_path, [done])[done.log].cost.output_bytes is None
    assert read_records(tmp_path, [])[done.log].cost.output_bytes is None


@pytest.mark.parametrize(
    "log", ["", "epoch 1/2\n", COST + "Traceback\n", 'cost {"cpu_seconds": 1.5, "peak']
)
def test_jobs_that_have_not_ended_well_have_no_record(tmp_path, log):
    done = finished(tmp_path, "train", 1, log=log, benchmark='{"s": 2.5}', network=3)

    assert read_records(tmp_path, [done]) == {}


def test_an_empty_folder_has_no_records(tmp_path):
    assert read_records(tmp_path, [job("train")]) == {}


# ---------------------------------------------------------------- estimates

ESTIMATES = Estimates(
    {
        job("train", 1).log: Record("train", Cost(1.0, 2.0, 300.0, 10.0)),
        job("train", 2).log: Record("train", Cost(3.0, 5.0, 100.0, 40.0)),
        job("train", 3).log: Record("train", Cost(5.0, 8.0, 200.0, None)),
    },
    {"train": Cost(70.0, 70.0, 70.0, 70.0), "plot": Cost(9.0, 9.0, 9.0, 9.0)},
)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (job("train", 2), (Cost(3.0, 5.0, 100.0, 40.0), "job")),
        # Its own, with the mean size of the others.
        (job("train", 3), (Cost(5.0, 8.0, 200.0, 25.0), "job")),
        # Means, but of the memory the largest.
        (job("train", 4), (Cost(3.0, 5.0, 300.0, 25.0), "rule")),
        (job("plot"), (Cost(9.0, 9.0, 9.0, 9.0), "measured")),
        (job("search"), None),
    ],
)
def test_the_nearest_record_is_taken(wanted, expected):
    assert ESTIMATES.of(wanted) == expected


def test_measured_costs_keep_their_numbers(tmp_path):
    path = tmp_path / "measured.json"
    costs = [Cost(1.0, 2.0, 300.0, 10.0), Cost(3.0, 5.0, 100.0, 40.0)]
    others = [Record("plot", Cost(1.0, 1.0, 1.0, 7.0)), Record("plot", Cost(9.0, 9.0, 9.0, None))]
    records = [*(Record("train", cost) for cost in costs), *others]

    write_measured(path, records, config="config/small.yaml", machine='"Processor", 2 cores')
    table = read_measured(path)

    assert (table.config, table.machine) == ("config/small.yaml", '"Processor", 2 cores')
    assert table.costs == {
        "train": Cost(2.0, 3.5, 300.0, 25.0),
        "plot": Cost(1.0, 1.0, 1.0, 7.0),
    }
    assert json.loads(path.read_text(encoding="utf-8"))["rules"]["train"] == {
        "jobs": 2,
        "cpu_seconds": {"mean": 2.0, "max": 3.0},
        "wall_seconds": {"mean": 3.5, "max": 5.0},
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


MEASURED = {"a": cost(10.0), "b": cost(3.0, memory=900.0), "c": cost(20.0), "d": cost(4.0)}


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
    measured = {rule: cost for rule, cost in MEASURED.items() if rule != "d"}
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
        job("c").log: Record("c", cost(2000.0, memory=1500.0, size=2.5e9)),
        job("d", 1).log: Record("d", cost(119.4)),
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
        "estimated: 2 jobs as these jobs took before; 1 job as other jobs of their rules took\n"
        "  here; 2 jobs as measured with config/default.yaml on a machine, whatever the settings\n"
        "  are now"
    )


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        *((0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (99, "99 s"), (100, "1.7 min")),
        *((5999, "100 min"), (6000, "1.7 h"), (359_999, "100 h"), (360_000, "4.2 d")),
    ],
)
def test_durations_read_well(seconds, expected):
    plan = plan_of([job("a")], Estimates({}, {"a": Cost(seconds, seconds, 1.0, 1.0)}), cores=1)

    assert f"\nCPU time  {expected}\n" in describe(plan, "")
