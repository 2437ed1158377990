"""One thing is edited at a time; exactly the jobs that depend on it must want to run."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from harness import TINY, Checkout, merged, preserved

# Stages and all that is downstream of them, as patterns of job names.
REPORT = {"cca_report/*"}
FIGURES = {"plot_constrained/*"} | REPORT
SWEEP_FIGURE = {"plot_sweep/*"} | REPORT
SWEEP = {"tabulate_sweep/*"} | SWEEP_FIGURE
MEASURES = {"measure_network/*"} | SWEEP
COMPARISONS = {"compare_networks/*", "perturb_networks/*"} | FIGURES | MEASURES
NETWORKS = {"train_free/*", "train_hinted/*"} | COMPARISONS
TRUTH = {"learn_gains/*"} | NETWORKS
EMG = {"make_emg/*"} | TRUTH
CIRCUIT = {"build_circuit/*"} | TRUTH
EVERYTHING = {"draw_sample/*"} | EMG | CIRCUIT


def truth_of(replicate: int) -> set[str]:
    """The ground truth of one replicate and all downstream."""
    return (
        {
            f"learn_gains/replicate-{replicate}",
            f"train_free/replicate-{replicate}",
            f"train_hinted/*replicate-{replicate}",
            f"compare_networks/replicate-{replicate}",
            f"perturb_networks/replicate-{replicate}",
        }
        | FIGURES
        | MEASURES
    )


def at(fraction: float) -> str:
    """Place of what is made with another observed fraction than the configured one."""
    return f"sample.neuron_fraction={fraction}/"


def jobs_of(replicates: int = 2, places: tuple[str, ...] = ("", at(0.5))) -> set[str]:
    """Names of all jobs behind the report."""
    numbers = range(1, replicates + 1)
    by_replicate = (
        *("make_emg", "build_circuit", "learn_gains", "draw_sample", "train_free"),
        *("compare_networks", "perturb_networks"),
    )
    return {
        *(f"{rule}/replicate-{k}" for rule in by_replicate for k in numbers),
        *(f"train_hinted/{place}replicate-{k}" for place in places for k in numbers),
        *(f"measure_network/{place}FFH" for place in places),
        *("measure_network/FF", "tabulate_sweep/observed_fraction", "plot_sweep/observed_fraction"),
        *("plot_constrained/all", "cca_report/all"),
    }


def matching(patterns: set[str], jobs: set[str]) -> set[str]:
    """Jobs that match a pattern; each pattern must match one."""
    found = {pattern: {job for job in jobs if fnmatch(job, pattern)} for pattern in patterns}
    assert all(found.values()), found
    return set().union(*found.values())


def test_empty_folder_needs_every_job_once(checkout: Checkout) -> None:
    folder = checkout.folder("empty")

    assert checkout.plan(folder, checkout.config(folder, TINY)) == jobs_of()


# ---------------------------------------------------------------- files of the workflow

Edit = Callable[[Path], AbstractContextManager[None]]
SCRIPTS = "workflow/scripts"
PACKAGE = "workflow/corticomotor"
TEXTS = "workflow/report"


def rewritten(change: Callable[[str], str]) -> Callable[..., Edit]:
    """Edit a file by a function of its text, as of now or with an older time."""

    def edit_of(name: str, *, keep_time: bool = False) -> Edit:
        @contextmanager
        def edit(root: Path) -> Iterator[None]:
            path = root / name
            with preserved(path):
                status = path.stat()
                before = path.read_text(encoding="utf-8")
                after = change(before)
                assert after != before
                path.write_text(after, encoding="utf-8")
                if keep_time:
                    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
                yield

        return edit

    return edit_of


def _with_docstring(text: str) -> str:
    old = ast.parse(text).body[0]
    assert isinstance(old, ast.Expr)
    return '"""Another\n\ndocstring."""\n' + "".join(text.splitlines(True)[old.end_lineno :])


def _with_statement(text: str) -> str:
    """Add a statement without effect to the body of the first function."""
    functions = (node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef))
    last = next(functions).body[-1]
    lines = text.splitlines(True)
    lines.insert(last.lineno - 1, " " * last.col_offset + "_edited = None\n")
    return "".join(lines)


comment = rewritten(lambda text: text + "\n# A comment.\n")
docstring = rewritten(_with_docstring)
layout = rewritten(lambda text: ast.unparse(ast.parse(text)))
function = rewritten(_with_statement)
line = rewritten(lambda text: text + "\nA line.\n")
resources = rewritten(lambda text: text.replace("mem_mb=800", "mem_mb=900"))


def touched(*names: str) -> Edit:
    """Give files the time of now."""

    @contextmanager
    def edit(root: Path) -> Iterator[None]:
        paths = [root / name for name in names]
        with preserved(*paths):
            for path in paths:
                os.utime(path)
            yield

    return edit


TOUCHED = touched(
    "Snakefile",
    "config/default.yaml",
    "profiles/default/profile.yaml",
    "workflow/rules/constrained.smk",
    f"{SCRIPTS}/make_emg.py",
    f"{PACKAGE}/runtime/store.py",
    f"{TEXTS}/cca_report.typ",
    f"{TEXTS}/captions/constrained/circuit.rst",
)


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        pytest.param(touched(), set(), id="nothing"),
        pytest.param(TOUCHED, set(), id="touched"),
        pytest.param(comment(f"{SCRIPTS}/train_network.py"), set(), id="comment-in-script"),
        pytest.param(comment(f"{PACKAGE}/runtime/store.py"), set(), id="comment-in-module"),
        pytest.param(comment("config/default.yaml"), set(), id="comment-in-config"),
        pytest.param(docstring(f"{PACKAGE}/learning/full_force.py"), set(), id="docstring"),
        pytest.param(layout(f"{PACKAGE}/circuits/stability_optimised.py"), set(), id="layout"),
        pytest.param(resources("workflow/rules/constrained.smk"), set(), id="resources"),
        pytest.param(function(f"{PACKAGE}/runtime/store.py"), EVERYTHING, id="store"),
        pytest.param(
            function(f"{SCRIPTS}/draw_sample.py"), {"draw_sample/*"} | NETWORKS, id="script"
        ),
        pytest.param(function(f"{PACKAGE}/circuits/sparse.py"), CIRCUIT, id="circuits"),
        pytest.param(
            function(f"{PACKAGE}/circuits/sparse.py", keep_time=True), CIRCUIT, id="old-time"
        ),
        pytest.param(function(f"{PACKAGE}/dynamics/simulator.py"), TRUTH, id="dynamics"),
        pytest.param(function(f"{PACKAGE}/learning/full_force.py"), NETWORKS, id="full-force"),
        pytest.param(function(f"{PACKAGE}/similarity/procrustes.py"), COMPARISONS, id="similarity"),
        pytest.param(
            function(f"{PACKAGE}/studies/constrained/generalisation.py"),
            {"perturb_networks/*"} | FIGURES,
            id="generalisation",
        ),
        pytest.param(
            function(f"{PACKAGE}/studies/constrained/figures/circuit.py"), FIGURES, id="plotting"
        ),
        pytest.param(function(f"{PACKAGE}/plotting/sweeps/lines.py"), SWEEP_FIGURE, id="sweeps"),
        pytest.param(function(f"{PACKAGE}/studies/constrained/summary.py"), REPORT, id="summary"),
        pytest.param(line(f"{TEXTS}/cca_report.typ"), REPORT, id="template"),
        pytest.param(line(f"{TEXTS}/captions/constrained/circuit.rst"), REPORT, id="caption"),
        pytest.param(
            line(f"{TEXTS}/captions/constrained/circuit.rst", keep_time=True),
            REPORT,
            id="caption-of-old-time",
        ),
    ],
)
def test_edited_file(checkout: Checkout, whole_run: Path, edit: Edit, expected: set[str]) -> None:
    with edit(checkout.root):
        planned = checkout.plan(whole_run, whole_run / "settings.yaml")

    assert planned == matching(expected, jobs_of())


def test_jobs_run_the_edited_package(checkout: Checkout, whole_run: Path) -> None:
    folder = checkout.folder("edited-package", copy_of=whole_run)
    failing = rewritten(
        lambda text: (
            text.replace("def sampling_order(", "def _unused(")
            + "\n\ndef sampling_order(*_):\n"
            + "    from corticomotor.runtime.errors import InputError\n"
            + "    raise InputError('the edited function ran')\n"
        )
    )
    sample = "results/constrained/sample/replicate-1.h5"

    with failing(f"{PACKAGE}/studies/constrained/sampling.py")(checkout.root):
        outcome = checkout.run(folder, folder / "settings.yaml", "--cores", "1", targets=[sample])

    lines = outcome.expect(1).output.splitlines()
    assert [line for line in lines if "the edited function" in line] == [
        "error: draw_sample, replicate 1: the edited function ran "
        "(log: results/logs/constrained/draw_sample/replicate-1.log)"
    ]


# ---------------------------------------------------------------- settings


def plan_with(checkout: Checkout, folder: Path, changes: Mapping[str, Any]) -> set[str]:
    """Jobs of a dry run with changed settings."""
    return checkout.plan(folder, checkout.config(checkout.root, merged(TINY, changes)))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"emg": {"smoothness_ms": 40.0}}, EMG),
        ({"circuit": {"momentum": 0.8}}, CIRCUIT),
        ({"dynamics": {"max_rate_hz": 90.0}}, TRUTH),
        ({"gain_learning": {"iterations": 6}}, TRUTH),
        ({"sample": {"muscle_fraction": 0.6}}, NETWORKS),
        ({"network": {"epochs": 3}}, NETWORKS),
        ({"similarity": {"components": 4}}, COMPARISONS),
        ({"similarity": {"splits": 3}}, {"compare_networks/*"} | FIGURES),
        ({"generalisation": {"trials": 2}}, {"perturb_networks/*"} | FIGURES),
        ({"replicates": {"shared": ["circuit"]}}, truth_of(2)),
        ({"search": {"candidates": 3}}, set()),
        # Nothing new: the same values in other words, and a default spelled out.
        ({"emg": {"duration_ms": 200, "step_ms": "5", "envelope_ms": 110}}, set()),
    ],
    ids=lambda value: (
        "+".join(f"{k}.{j}" for k in value for j in value[k]) if isinstance(value, dict) else ""
    ),
)
def test_edited_setting(
    checkout: Checkout, whole_run: Path, changes: dict[str, Any], expected: set[str]
) -> None:
    planned = plan_with(checkout, whole_run, {"constrained": changes})

    assert planned == matching(expected, jobs_of())


def test_seed_is_behind_everything(checkout: Checkout, whole_run: Path) -> None:
    assert plan_with(checkout, whole_run, {"seed": 2}) == jobs_of()


def test_order_of_settings_means_nothing(checkout: Checkout, whole_run: Path) -> None:
    def reverse(block: Any) -> Any:
        if not isinstance(block, dict):
            return block
        return {name: reverse(value) for name, value in reversed(block.items())}

    assert reverse(TINY) == TINY
    assert list(reverse(TINY)["constrained"]) != list(TINY["constrained"])
    assert checkout.plan(whole_run, checkout.config(checkout.root, reverse(TINY))) == set()


def test_settings_on_the_command_line_count_like_those_in_a_file(
    checkout: Checkout, whole_run: Path
) -> None:
    same = checkout.quick_run(
        whole_run,
        whole_run / "settings.yaml",
        *("--dry-run", "--config", "constrained={network: {epochs: 2}}", "seed=1"),
    ).expect()

    assert "Nothing to be done" in same.output


def test_another_replicate_runs_its_own_jobs_and_the_gatherings(
    checkout: Checkout, whole_run: Path
) -> None:
    own = {
        *("make_emg/replicate-3", "build_circuit/replicate-3", "draw_sample/replicate-3"),
        *truth_of(3),
    }

    planned = plan_with(checkout, whole_run, {"constrained": {"replicates": {"count": 3}}})

    assert planned == matching(own, jobs_of(replicates=3))


def test_one_replicate_fewer_runs_the_gatherings(checkout: Checkout, whole_run: Path) -> None:
    planned = plan_with(checkout, whole_run, {"constrained": {"replicates": {"count": 1}}})

    assert planned == matching(FIGURES | MEASURES, jobs_of(replicates=1))


def with_fractions(*fractions: float) -> dict[str, Any]:
    """Change what the sweep of observed fractions takes."""
    return {
        "sweep": {
            "observed_fraction": {"vary": {"constrained.sample.neuron_fraction": [*fractions]}}
        }
    }


def test_another_value_of_a_sweep_runs_its_own_jobs(checkout: Checkout, whole_run: Path) -> None:
    planned = plan_with(checkout, whole_run, with_fractions(0.3, 0.5, 0.6))

    own = {f"train_hinted/{at(0.6)}*", f"measure_network/{at(0.6)}FFH"} | SWEEP
    assert planned == matching(own, jobs_of(places=("", at(0.5), at(0.6))))


def test_one_value_fewer_trains_nothing(checkout: Checkout, whole_run: Path) -> None:
    planned = plan_with(checkout, whole_run, with_fractions(0.5))

    assert planned == matching(SWEEP, jobs_of())


def test_another_title_of_a_sweep_trains_nothing(checkout: Checkout, whole_run: Path) -> None:
    changes = {"sweep": {"observed_fraction": {"title": "How many?"}}}

    assert plan_with(checkout, whole_run, changes) == matching(SWEEP, jobs_of())


def test_another_configured_fraction_leaves_ff_alone(checkout: Checkout, whole_run: Path) -> None:
    planned = plan_with(checkout, whole_run, {"constrained": {"sample": {"neuron_fraction": 0.4}}})

    # The place of 0.3 is its own now, and what stands in the place of the experiment is 0.4.
    places = ("", at(0.3), at(0.5))
    own = {
        *("train_hinted/replicate-*", f"train_hinted/{at(0.3)}*", f"measure_network/{at(0.3)}FFH"),
        *("compare_networks/*", "perturb_networks/*"),
    }
    planned_of_main = matching(own | FIGURES | SWEEP, jobs_of(places=places))
    assert planned == planned_of_main


# ---------------------------------------------------------------- results


def test_touched_results_rerun_nothing(checkout: Checkout, whole_run: Path) -> None:
    touched_paths = [
        whole_run / "results/constrained/circuit/replicate-1.h5",
        whole_run / "results/constrained/networks/FF/replicate-2.h5",
        whole_run / "results/figures/constrained/circuit.pdf",
    ]
    with preserved(*touched_paths):
        for path in touched_paths:
            os.utime(path)
        planned = checkout.plan(whole_run, whole_run / "settings.yaml")

    assert planned == set()


def test_replaced_result_reruns_its_readers(checkout: Checkout, whole_run: Path) -> None:
    circuit = whole_run / "results/constrained/circuit/replicate-1.h5"
    with preserved(circuit):
        circuit.write_bytes(circuit.with_name("replicate-2.h5").read_bytes())
        planned = checkout.plan(whole_run, whole_run / "settings.yaml")

    assert planned == matching(truth_of(1), jobs_of())


def test_deleted_intermediate_is_made_again_only_when_it_is_read(
    checkout: Checkout, whole_run: Path
) -> None:
    network = (
        whole_run / "results/constrained/sample.neuron_fraction=0.5/networks/FFH/replicate-1.h5"
    )
    config = whole_run / "settings.yaml"
    with preserved(network):
        network.unlink()
        idle = checkout.plan(whole_run, config)
        changed = plan_with(checkout, whole_run, {"constrained": {"similarity": {"components": 4}}})

    assert idle == set()
    retrained = {f"train_hinted/{at(0.5)}replicate-1"}
    assert changed == matching(retrained | COMPARISONS, jobs_of())


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("results/cca_report.pdf", REPORT),
        ("results/cca_summary.json", REPORT),
        ("results/figures/constrained/circuit.svg", FIGURES),
    ],
)
def test_deleted_publication_is_made_again(
    checkout: Checkout, whole_run: Path, published: str, expected: set[str]
) -> None:
    path = whole_run / published
    with preserved(path):
        path.unlink()
        planned = checkout.plan(whole_run, whole_run / "settings.yaml")

    assert planned == matching(expected, jobs_of())
