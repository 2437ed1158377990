"""The motor-motifs study: what reruns after a change, lessons, killed trainings, equal bytes."""

from __future__ import annotations

import re
import subprocess
import time
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from harness import MOTIFS, TINY, Checkout, kill_job, merged, results, settings_kept_from

PREPARED = {name for name in TINY["motifs"]["networks"] if name.endswith("_prepared")}
INTERRUPTED = ("additive", "additive_prepared", "two_input")
REPORT = {"motif_report/*"}
FIGURES = {"plot_motifs/*"} | REPORT
CHAINS = {"produce_chain/*", "plot_chain/*"} | REPORT
SWEEP = {"measure_motif_network/*", "tabulate_sweep/*", "plot_sweep/*"} | REPORT
EVALUATIONS = {"evaluate_network/*", "learn_in_turn/*"} | CHAINS | FIGURES | SWEEP
NETWORKS = {"train_motifs/*", "train_on_pairs/*"} | EVALUATIONS


def own_jobs(*networks: str) -> set[str]:
    """Jobs of single networks."""
    return {
        f"{rule}/{name}/*" for rule in ("train_motifs", "evaluate_network") for name in networks
    }


def swept_jobs(parts: list[str]) -> set[str]:
    """Jobs of the sweep over the number of loops."""
    other = "preparation.loops=2/multiplicative_prepared"
    return {
        *(f"train_motifs/{other}/{part}/replicate-1" for part in parts),
        f"evaluate_network/{other}/replicate-1",
        *("measure_motif_network/multiplicative_prepared", f"measure_motif_network/{other}"),
        *("tabulate_sweep/loops", "plot_sweep/loops"),
    }


@pytest.fixture(scope="module")
def motif_run(checkout: Checkout) -> Path:
    """Folder of a complete run of the study; tests that would damage it take a copy."""
    folder = checkout.folder("motifs")
    checkout.run(folder, checkout.config(folder, TINY), "--cores", "2", targets=MOTIFS).expect()
    return folder


def jobs_of(lessons: int = 1) -> set[str]:
    """Names of all jobs behind the report."""
    numbers = range(1, lessons + 1)
    names = TINY["motifs"]["networks"]
    parts = {
        name: ["all-lessons"] if name == "control" else [f"lesson-{k}" for k in numbers]
        for name in names
    }
    pairs = ["additive-gain-1.4-loops-0.0", "control-gain-1.4-loops-0.0"]
    return {
        *(
            f"make_motifs/{kind}/lesson-{k}/replicate-1"
            for kind in ("step", "oscillatory")
            for k in numbers
        ),
        *(f"fit_exponentials/{kind}/replicate-1" for kind in ("step", "oscillatory")),
        *(f"draw_connectivity/units-{units}/replicate-1" for units in (12, 14)),
        *(
            f"train_preparatory_module/units-12-gain-1.4-loops-{loops}/replicate-1"
            for loops in (2, 3)
        ),
        *(f"train_motifs/{name}/{part}/replicate-1" for name in names for part in parts[name]),
        *(f"evaluate_network/{name}/replicate-1" for name in names),
        *swept_jobs(parts["multiplicative_prepared"]),
        *(
            f"train_on_pairs/{point}/replicate-1"
            for point in (*pairs, "multiplicative-gain-1.4-loops-1.5")
        ),
        "learn_in_turn/replicate-1",
        "build_thalamocortical_model/replicate-1",
        "produce_chain/2-1-2/replicate-1",
        "plot_chain/2-1-2",
        "plot_motifs/all",
        "motif_report/all",
    }


def matching(patterns: set[str], jobs: set[str]) -> set[str]:
    """Jobs that match a pattern; each pattern must match one."""
    found = {pattern: {job for job in jobs if fnmatch(job, pattern)} for pattern in patterns}
    assert all(found.values()), found
    return set().union(*found.values())


def plan_with(checkout: Checkout, folder: Path, changes: dict[str, Any]) -> set[str]:
    """Jobs of a dry run with changed settings of the study."""
    config = checkout.config(checkout.root, merged(TINY, {"motifs": changes}))
    return checkout.plan(folder, config, MOTIFS)


def test_empty_folder_needs_every_job_once(checkout: Checkout) -> None:
    folder = checkout.folder("no-motifs")

    assert checkout.plan(folder, checkout.config(folder, TINY), MOTIFS) == jobs_of()


def test_second_run_does_nothing(checkout: Checkout, motif_run: Path) -> None:
    assert checkout.plan(motif_run, motif_run / "settings.yaml", MOTIFS) == set()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"dynamics": {"noise": 0.002}},
            NETWORKS | {"build_thalamocortical_model/*"},
        ),
        (
            {"preparation": {"iterations": 4}},
            {"train_preparatory_module/*", "train_motifs/*loops*", "evaluate_network/*loops*"}
            | own_jobs(*PREPARED)
            | CHAINS
            | FIGURES
            | SWEEP,
        ),
        (
            {"preparation": {"smoothness": 0.2}},
            {"train_preparatory_module/*", "train_motifs/*loops*", "evaluate_network/*loops*"}
            | own_jobs(*PREPARED)
            | CHAINS
            | FIGURES
            | SWEEP,
        ),
        (
            {"preparation": {"swept_loops": [1]}},
            {"train_preparatory_module/*-loops-1/*"} | FIGURES,
        ),
        ({"training": {"learning_rate": 0.02}}, NETWORKS),
        (
            {"networks": {"control": {"max_iterations": 9}}},
            own_jobs("control") | {"learn_in_turn/*"} | FIGURES,
        ),
        (
            {"networks": {"two_input": {"units": 14}}},
            own_jobs("two_input") | FIGURES,
        ),
        ({"pairs": {"iterations": 3}}, {"train_on_pairs/*"} | FIGURES),
        ({"forgetting": {"iterations": 3}}, {"learn_in_turn/*"} | FIGURES),
        ({"difficulty": {"exponentials": [4]}}, {"fit_exponentials/*"} | FIGURES),
        ({"evaluation": {"failure_factor": 3.0}}, FIGURES | SWEEP),
        (
            {"evaluation": {"interrupted_at": [0.6, 1.0]}},
            {f"evaluate_network/{name}/*" for name in INTERRUPTED} | FIGURES,
        ),
        (
            {"thalamocortical": {"smoothness": 0.1}},
            {"build_thalamocortical_model/*"} | FIGURES,
        ),
    ],
    ids=lambda value: (
        "+".join(f"{k}.{j}" for k in value for j in value[k]) if isinstance(value, dict) else ""
    ),
)
def test_edited_setting(
    checkout: Checkout, motif_run: Path, changes: dict[str, Any], expected: set[str]
) -> None:
    jobs = jobs_of()
    if "swept_loops" in changes.get("preparation", {}):
        jobs |= {"train_preparatory_module/units-12-gain-1.4-loops-1/replicate-1"}

    assert plan_with(checkout, motif_run, changes) == matching(expected, jobs)


@pytest.mark.parametrize(
    "stage",
    [
        *("library", "preparation"),
        *(f"{stage}/multiplicative_prepared" for stage in ("networks", "evaluation", "measures")),
    ],
)
def test_a_stage_is_given_every_setting_that_it_is_declared_to_read(
    motif_run: Path, stage: str
) -> None:
    assert settings_kept_from("motifs", stage, motif_run) == []


def test_another_chain_runs_its_own_jobs(checkout: Checkout, motif_run: Path) -> None:
    planned = plan_with(checkout, motif_run, {"chains": [[2, 1, 2], [1, 2]]})

    assert planned == {
        *("produce_chain/1-2/replicate-1", "plot_chain/1-2", "motif_report/all"),
    }


def test_another_lesson_trains_its_own_motifs_alone(checkout: Checkout, motif_run: Path) -> None:
    planned = plan_with(checkout, motif_run, {"library": {"lessons": [2, 1]}})

    own = {"make_motifs/*/lesson-2/*", "train_motifs/*/lesson-2/*"}
    # These look at all motifs; the control network shares its weights among them.
    of_all = {
        *("fit_exponentials/*", "train_motifs/control/*", "train_on_pairs/*"),
        "build_thalamocortical_model/*",
    }
    assert planned == matching(own | of_all | EVALUATIONS, jobs_of(lessons=2))


def test_another_lesson_changes_no_byte_of_the_first(checkout: Checkout, motif_run: Path) -> None:
    folder = checkout.folder("lessons", copy_of=motif_run)
    before = results(folder, ".h5")
    config = checkout.config(folder, merged(TINY, {"motifs": {"library": {"lessons": [2, 1]}}}))
    networks = [
        f"results/motifs/networks/{name}/lesson-2/replicate-1.h5"
        for name in ("additive", "multiplicative_prepared")
    ]

    checkout.run(folder, config, "--cores", "2", targets=networks).expect()

    after = results(folder, ".h5")
    assert {name: after[name] for name in before} == before
    assert {*networks} < set(after) - set(before)


def test_one_job_at_a_time_gives_the_same_bytes(checkout: Checkout, motif_run: Path) -> None:
    folder = checkout.folder("motifs-one-at-a-time")
    targets = [
        *(
            f"results/motifs/evaluation/{name}/replicate-1.h5"
            for name in ("additive_prepared", "multiplicative", "control", "two_input")
        ),
        "results/motifs/pairs/multiplicative-gain-1.4-loops-1.5/replicate-1.h5",
        "results/motifs/thalamocortical/replicate-1.h5",
    ]

    checkout.run(folder, checkout.config(folder, TINY), "--cores", "1", targets=targets).expect()

    expected = results(motif_run, ".h5")
    found = results(folder, ".h5")
    assert len(found) >= 12
    assert [name for name in found if found[name] != expected[name]] == []


def test_report_and_figures_are_published(motif_run: Path) -> None:
    report = (motif_run / "results" / "motif_report.pdf").read_bytes()
    pages = re.search(rb"/Type */Pages */Count ([0-9]+)", report)
    figures = {path.stem for path in (motif_run / "results/figures/motifs").glob("*.svg")}

    assert pages is not None
    assert int(pages[1]) >= 8
    assert {"chain_2-1-2", "errors", "preparation", "performance_control"} <= figures
    assert not (motif_run / "results" / "checkpoints").exists() or not list(
        (motif_run / "results" / "checkpoints").rglob("*.h5")
    )


# ---------------------------------------------------------------- interruptions

ITERATIONS = 4000
# Some seconds of training, during which no motif converges.
LONG = merged(
    TINY,
    {
        "motifs": {
            "networks": {"additive": {"max_iterations": ITERATIONS}},
            "training": {"patience": 1.0},
        }
    },
)
NETWORK = "results/motifs/networks/additive/lesson-1/replicate-1.h5"
LOG = "results/logs/motifs/train_motifs/additive/lesson-1/replicate-1.log"
CHECKPOINT = "results/checkpoints/motifs/train_motifs/additive/lesson-1/replicate-1.h5"


def start_and_wait_for_checkpoint(checkout: Checkout, folder: Path) -> subprocess.Popen[str]:
    process = checkout.start(folder, folder / "settings.yaml", "--cores", "1", targets=[NETWORK])
    while not (folder / CHECKPOINT).exists():
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.02)
    return process


def test_killed_training_continues_to_the_same_bytes(checkout: Checkout) -> None:
    undisturbed, folder = checkout.folder("long-motifs"), checkout.folder("killed-motifs")
    checkout.run(
        undisturbed, checkout.config(undisturbed, LONG), "--cores", "1", targets=[NETWORK]
    ).expect()
    checkout.config(folder, LONG)

    with start_and_wait_for_checkpoint(checkout, folder) as run:
        kill_job(run, "train_motifs.py")
    assert not (folder / NETWORK).exists()
    checkout.run(folder, folder / "settings.yaml", "--cores", "1", targets=[NETWORK]).expect()

    # It went on from the checkpoint rather than from the start.
    first = re.search(r"iteration (\d+)/", (folder / LOG).read_text(encoding="utf-8"))
    assert first is not None
    assert int(first[1]) > 1
    assert results(folder, ".h5") == results(undisturbed, ".h5")


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"chains": [[1, 3]]},
            "motifs.chains[0]: expected motifs from 1 to 2 (motifs.library.lessons), found 3",
        ),
        (
            {"preparation": {"loops": 13}},
            "motifs.preparation.loops: expected at most 12 "
            "(motifs.networks.additive_prepared.units), found 13",
        ),
        (
            {"preparation": {"duration_tau": 10.0}},
            "motifs.preparation.duration_tau: expected less than a motif's 10.0 "
            "(motifs.library.duration_tau), found 10.0",
        ),
        (
            {"networks": {"control": {"architecture": "lstm"}}},
            "motifs.networks.control.architecture: expected one of additive, multiplicative, "
            "control, two_input, found 'lstm'",
        ),
    ],
    ids=["chain", "loops", "preparation", "architecture"],
)
def test_bad_input_ends_the_run_with_one_line(
    checkout: Checkout, changes: dict[str, Any], line: str
) -> None:
    folder = checkout.root.parent
    config = checkout.config(folder, merged(TINY, {"motifs": changes}))

    outcome = checkout.quick_run(folder, config, "--cores", "1", targets=MOTIFS).expect(1)

    assert line in outcome.output
    assert "Traceback" not in outcome.output
    assert not (folder / "results").exists()


@pytest.mark.parametrize(("device", "expected"), [("cuda", 1), ("auto", 0), ("cpu", 0)])
def test_networks_ask_a_cluster_for_a_gpu_if_they_must_have_one(
    checkout: Checkout, device: str, expected: int
) -> None:
    folder = checkout.folder(f"on-{device}")
    config = checkout.config(folder, merged(TINY, {"motifs": {"training": {"device": device}}}))
    arguments = ("--dry-run", "--quiet", "host")

    output = checkout.quick_run(folder, config, *arguments, targets=MOTIFS).expect().output

    jobs = output.split("\nrule ")[1:]
    asked = {job.split(":")[0]: re.findall(r"\bgpu=(\d+)", job) for job in jobs}
    with_networks = {
        *("train_preparatory_module", "train_motifs", "evaluate_network", "train_on_pairs"),
        *("learn_in_turn", "produce_chain"),
    }
    assert {rule for rule, gpus in asked.items() if gpus} == with_networks
    assert all(gpus == [str(expected)] for gpus in asked.values() if gpus)
