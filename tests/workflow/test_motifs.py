"""The motor-motifs study: what reruns after a change, sessions, killed trainings, equal bytes."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path
from typing import Any

import motif_jobs as motifs
import pytest
from harness import (
    TINY,
    Checkout,
    finished_jobs,
    frequent_states,
    kill_job,
    matching,
    merged,
    results,
)
from motif_jobs import evaluations, figures, networks

MOTIFS = ("motifs",)


def plan_with(checkout: Checkout, folder: Path, changes: dict[str, Any]) -> set[str]:
    """Jobs of a dry run with changed settings of the study."""
    config = checkout.config(checkout.root, merged(TINY, {"motifs": changes}))
    return checkout.plan(folder, config)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"dynamics": {"noise": 0.002}},
            networks(*motifs.NETWORKS) | motifs.PAIRS,
        ),
        ({"preparation": {"iterations": 4}}, motifs.MODULES),
        ({"preparation": {"roughness_penalty": 0.2}}, motifs.MODULES),
        ({"training": {"learning_rate": 0.02}}, motifs.TRAINED),
        # The control network is the one that learns in turn.
        ({"networks": {"control": {"max_iterations": 9}}}, networks("control")),
        ({"networks": {"two_input": {"initial_std": 1.1}}}, networks("two_input")),
        ({"pairs": {"iterations": 3}}, motifs.PAIRS),
        ({"forgetting": {"iterations": 3}}, motifs.FORGETTING),
        ({"difficulty": {"exponentials": [4]}}, motifs.EXPONENTIALS),
        ({"evaluation": {"failure_factor": 3.0}}, motifs.NETWORK_SWEEP | figures("errors")),
        ({"evaluation": {"interrupted_at": [0.6, 1.0]}}, evaluations(*motifs.INTERRUPTED)),
        ({"thalamocortical": {"roughness_penalty": 0.1}}, motifs.THALAMOCORTICAL),
    ],
    ids=lambda value: (
        "+".join(f"{k}.{j}" for k in value for j in value[k]) if isinstance(value, dict) else ""
    ),
)
def test_edited_setting(
    checkout: Checkout, whole_run: Path, changes: dict[str, Any], expected: set[str]
) -> None:
    planned = plan_with(checkout, whole_run, changes)

    assert planned == matching(expected, finished_jobs(whole_run))


def test_another_chain_runs_its_own_jobs(checkout: Checkout, whole_run: Path) -> None:
    planned = plan_with(checkout, whole_run, {"chains": [[2, 1, 2], [1, 2]]})

    assert planned == {"motifs/chains/1-2/replicate-1"} | figures("chain_1-2") | motifs.REPORT


def test_another_session_trains_its_own_motifs_alone(checkout: Checkout, whole_run: Path) -> None:
    planned = plan_with(checkout, whole_run, {"library": {"sessions": [2, 1]}})

    own = {"motifs/library/*/session-2/*", "motifs/*networks/*/session-2/*"}
    # These look at all motifs; the control network shares its weights among them.
    of_all = (
        networks("control")
        | motifs.EXPONENTIALS
        | motifs.PAIRS
        | motifs.THALAMOCORTICAL
        | motifs.CHAINS
        | motifs.NETWORK_SWEEP
        | evaluations(*motifs.NETWORKS)
        | figures("library")
    )
    assert planned == matching(own | of_all, motifs.jobs_of(sessions=2))


def test_another_session_changes_no_byte_of_the_first(checkout: Checkout, whole_run: Path) -> None:
    folder = checkout.folder("sessions", copy_of=whole_run)
    before = results(folder, ".h5")
    config = checkout.config(folder, merged(TINY, {"motifs": {"library": {"sessions": [2, 1]}}}))
    trained = [
        f"results/motifs/networks/{name}/session-2/replicate-1.h5"
        for name in ("additive", "multiplicative_prepared")
    ]

    checkout.run(folder, config, "--cores", "2", targets=trained).expect()

    after = results(folder, ".h5")
    assert {name: after[name] for name in before} == before
    assert {*trained} < set(after) - set(before)


def test_one_job_at_a_time_gives_the_same_bytes(checkout: Checkout, whole_run: Path) -> None:
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

    expected = results(whole_run, ".h5")
    found = results(folder, ".h5")
    assert len(found) >= 12
    assert [name for name in found if found[name] != expected[name]] == []


def test_report_and_figures_are_published(whole_run: Path) -> None:
    report = (whole_run / "results" / "motif_report.pdf").read_bytes()
    pages = re.search(rb"/Type */Pages */Count ([0-9]+)", report)
    figures = {path.stem for path in (whole_run / "results/figures/motifs").glob("*.svg")}

    assert pages is not None
    assert int(pages[1]) >= 8
    assert {"chain_2-1-2", "errors", "preparation", "performance_control"} <= figures
    assert not (whole_run / "results" / "checkpoints").exists() or not list(
        (whole_run / "results" / "checkpoints").rglob("*.h5")
    )


# ---------------------------------------------------------------- interruptions

ITERATIONS = 1500
# A second of training or two, during which no motif converges.
LONG = merged(
    TINY,
    {
        "motifs": {
            "networks": {"additive": {"max_iterations": ITERATIONS}},
            "training": {"patience": 1.0},
        }
    },
)
NETWORK = "results/motifs/networks/additive/session-1/replicate-1.h5"
LOG = "results/logs/motifs/networks/additive/session-1/replicate-1.log"
CHECKPOINT = "results/checkpoints/motifs/networks/additive/session-1/replicate-1.h5"


def start_and_wait_for_checkpoint(checkout: Checkout, folder: Path) -> subprocess.Popen[str]:
    process = checkout.start(folder, folder / "settings.yaml", "--cores", "1", targets=[NETWORK])
    while not (folder / CHECKPOINT).exists():
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.02)
    return process


def test_killed_training_continues_to_the_same_bytes(checkout: Checkout) -> None:
    undisturbed, folder = checkout.folder("long-motifs"), checkout.folder("killed-motifs")
    with frequent_states(checkout):
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
            "motifs.chains[0]: expected motifs from 1 to 2 (motifs.library.sessions), found 3",
        ),
        (
            {"preparation": {"loops": 13}},
            "motifs.preparation.loops: expected at most 12 "
            "(motifs.networks.additive_prepared.units), found 13",
        ),
        (
            {"preparation": {"duration": 10.0}},
            "motifs.preparation.duration: expected less than a motif's 10.0 "
            "(motifs.library.duration), found 10.0",
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
        f"motifs_{stage}"
        for stage in ("preparation", "networks", "evaluation", "pairs", "forgetting", "chains")
    }
    assert {rule for rule, gpus in asked.items() if gpus} == with_networks
    assert all(gpus == [str(expected)] for gpus in asked.values() if gpus)
