"""A file of the workflow is edited; exactly the jobs that depend on it must want to run."""

from __future__ import annotations

import ast
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import constrained_jobs as constrained
import gain_jobs as gains
import motif_jobs as motifs
import pytest
import reaching_jobs as reaching
from constrained_jobs import figures
from harness import Checkout, finished_jobs, matching, preserved

STUDIES = (constrained, motifs, gains, reaching)
EVERYTHING = set().union(*(study.EVERYTHING for study in STUDIES))
REPORTS = set().union(*(study.REPORT for study in STUDIES))
SWEEP_FIGURES = {"sweeps/*-figure"} | REPORTS
FIGURES = set().union(*(study.FIGURES for study in STUDIES))
SWEEPS = {"sweeps/*"} | REPORTS


def test_empty_folder_needs_every_job_once(checkout: Checkout, whole_run: Path) -> None:
    folder = checkout.folder("empty")
    expected = set().union(*(study.jobs_of() for study in STUDIES))

    assert checkout.plan(folder, whole_run / "settings.yaml") == expected
    assert finished_jobs(whole_run) == expected


@pytest.fixture(scope="module")
def runs(checkout: Checkout, whole_run: Path) -> list[Path]:
    """The whole run: as it ended, without Snakemake's memory, and copied with other times."""
    forgotten = checkout.folder("forgotten", copy_of=whole_run)
    shutil.rmtree(forgotten / ".snakemake")
    return [whole_run, forgotten, checkout.copied("copied", whole_run)]


# ---------------------------------------------------------------- files of the workflow

Edit = Callable[[Path], AbstractContextManager[object]]
PACKAGE = "workflow/corticomotor"
CONSTRAINED, MOTIFS = f"{PACKAGE}/studies/constrained", f"{PACKAGE}/studies/motifs"
GAINS = f"{PACKAGE}/studies/gain_modulation"
REACHING = f"{PACKAGE}/studies/reaching"
# Of three studies, which share the circuit.
CIRCUITS = constrained.CIRCUIT | gains.CIRCUITS | reaching.CIRCUIT
COMPARISONS = constrained.COMPARISONS | reaching.POPULATION
MOTOR_CORTEX = f"{PACKAGE}/motor_cortex"
SCRIPTS = "workflow/scripts"
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
statement = rewritten(lambda text: text + "\n_EDITED = None\n")
line = rewritten(lambda text: text + "\nA line.\n")


def replacing(name: str, old: str, new: str) -> Edit:
    """Put other words in the place of those that stand once in a file."""

    def change(text: str) -> str:
        assert text.count(old) == 1, (name, old)
        return text.replace(old, new)

    return rewritten(change)(name)


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
    "workflow/rules/stages.smk",
    f"{SCRIPTS}/motor_cortex/make_emg.py",
    f"{SCRIPTS}/draw_figure.py",
    f"{PACKAGE}/runtime/store.py",
    f"{CONSTRAINED}/study.py",
    f"{TEXTS}/constrained/report.typ",
    f"{TEXTS}/template.typ",
)
# What changes no number: times, words, layout, and all that says how a job is run.
WITHOUT_EFFECT = {
    "nothing": touched(),
    "touched": TOUCHED,
    "comment-in-script": comment(f"{SCRIPTS}/constrained/train_network.py"),
    "comment-in-module": comment(f"{PACKAGE}/runtime/store.py"),
    "comment-in-config": comment("config/default.yaml"),
    "comment-in-rules": comment("workflow/rules/stages.smk"),
    "comment-in-settings": comment(f"{CONSTRAINED}/settings.py"),
    "comment-in-folder-of-settings": comment(f"{GAINS}/settings/speed.py"),
    "docstring": docstring(f"{PACKAGE}/learning/full_force.py"),
    "docstring-of-settings": replacing(
        f"{MOTOR_CORTEX}/settings.py", '"""heavy-ball momentum"""', '"""momentum"""'
    ),
    "layout": layout(f"{PACKAGE}/circuits/stability_optimised.py"),
    # The value in config/default.yaml holds; make lint asks for the file to be generated anew.
    "default-in-settings-alone": replacing(
        f"{MOTOR_CORTEX}/settings.py",
        "smoothness_ms: Positive = 50.0",
        "smoothness_ms: Positive = 4.0",
    ),
    "wiring": function(f"{PACKAGE}/wiring/stage_graph.py"),
    "logs-and-costs": replacing(f"{PACKAGE}/runtime/jobs.py", '"cost "', '"costs "'),
    "interval-of-states": replacing(
        f"{PACKAGE}/runtime/checkpoints.py", "_INTERVAL_S = 5.0", "_INTERVAL_S = 6.0"
    ),
    "progress": function(f"{PACKAGE}/runtime/progress.py"),
    "how-files-appear": function(f"{PACKAGE}/runtime/files.py"),
    "what-is-current": function(f"{PACKAGE}/runtime/currentness.py"),
    "reruns": function("workflow/reruns.py"),
    "comment-in-profile": comment("workflow/profiles/slurm/profile.yaml"),
    "settings": function(f"{PACKAGE}/settings/overrides.py"),
    "settings-of-a-study": function(f"{GAINS}/settings/__init__.py"),
    # What they say reaches jobs as values.
    "contracts-of-motifs": statement(f"{MOTIFS}/contracts.py"),
    "contracts-of-gains": statement(f"{GAINS}/contracts.py"),
    "contracts-of-reaching": statement(f"{REACHING}/contracts.py"),
    "stages": statement(f"{MOTIFS}/stages.py"),
    "publications": statement(f"{GAINS}/publications.py"),
    "command": function(f"{PACKAGE}/commands/answer.py"),
    "profile": replacing(
        "workflow/profiles/default/profile.yaml",
        "show-failed-logs: true",
        "show-failed-logs: false",
    ),
    "resources": replacing(
        f"{CONSTRAINED}/stages.py",
        "work=work.circuit,",
        'work=work.circuit, resources={"mem_mb": 900},',
    ),
    "work": replacing(
        f"{MOTOR_CORTEX}/work.py", "return neurons**2 * (neurons + 400.0)", "return 1.0"
    ),
    "wildcards": replacing(f"{CONSTRAINED}/study.py", '"FFH?"', '"FF|FFH"'),
    "new-stage": replacing(
        f"{CONSTRAINED}/stages.py",
        "STAGES = (\n",
        'STAGES = (\n    Stage("more/{network}", "more", contracts.EMG, reads=("emg",)),\n',
    ),
}
CHANGES = [
    # Behind all jobs of all studies.
    ("store", function(f"{PACKAGE}/runtime/store.py"), EVERYTHING),
    ("random-streams", function(f"{PACKAGE}/runtime/seeding.py"), EVERYTHING),
    ("jobs", function(f"{PACKAGE}/runtime/job.py"), EVERYTHING),
    # Scripts and modules of single stages.
    ("script", function(f"{SCRIPTS}/constrained/draw_sample.py"), constrained.SAMPLE),
    ("circuits", function(f"{PACKAGE}/circuits/sparse.py"), CIRCUITS),
    ("old-time", function(f"{PACKAGE}/circuits/sparse.py", keep_time=True), CIRCUITS),
    (
        "dynamics",
        function(f"{PACKAGE}/dynamics/simulator.py"),
        constrained.TRUTH | motifs.LIBRARY | motifs.MODULES | gains.LEARNED | reaching.NETWORKS,
    ),
    ("trials", function(f"{PACKAGE}/dynamics/trials.py"), gains.LEARNED),
    ("full-force", function(f"{PACKAGE}/learning/full_force.py"), constrained.NETWORKS),
    ("similarity", function(f"{PACKAGE}/similarity/procrustes.py"), COMPARISONS),
    ("generalisation", function(f"{CONSTRAINED}/generalisation.py"), constrained.GENERALISATION),
    ("directions", function(f"{CONSTRAINED}/directions.py"), constrained.DIRECTIONS),
    ("other-script", function(f"{SCRIPTS}/motifs/train_on_pairs.py"), motifs.PAIRS),
    ("other-module", function(f"{MOTIFS}/forgetting.py"), motifs.FORGETTING),
    ("third-script", function(f"{SCRIPTS}/gain_modulation/learn_in_groups.py"), gains.GROUPS),
    ("third-module", function(f"{GAINS}/slow_tasks.py"), gains.SPEED),
    (
        "script-of-two-stages",
        function(f"{SCRIPTS}/gain_modulation/learn_slow_movements.py"),
        gains.speed("slow", "slow_and_scaled"),
    ),
    (
        "fourth-script",
        function(f"{SCRIPTS}/reaching/train_sequence_model.py"),
        reaching.SEQUENCES,
    ),
    # Figures that show a grid share their marks with those that show the workspace.
    (
        "fields",
        function(f"{REACHING}/fields.py"),
        reaching.SEQUENCES | reaching.CONTROL | reaching.figures("tabular", "deep_q"),
    ),
    ("grid", function(f"{REACHING}/grid.py"), reaching.TABULAR | reaching.DEEP_Q),
    ("measures", function(f"{SCRIPTS}/gain_modulation/measure_learning.py"), gains.MEASURES),
    # The record of a study.
    (
        "contract",
        replacing(
            f"{MOTOR_CORTEX}/contract.py", '"synaptic weight before optimisation"', '"first weight"'
        ),
        CIRCUITS,
    ),
    # Its circuits lie in no files of their own.
    ("contracts", statement(f"{CONSTRAINED}/contracts.py"), constrained.DIRECTIONS),
    (
        "declared-setting",
        replacing(
            f"{CONSTRAINED}/stages.py",
            'reads=("circuit.neurons", "emg.muscles"),',
            'reads=("circuit.neurons", "emg.muscles", "emg.reaches"),',
        ),
        constrained.SAMPLE,
    ),
    (
        "declared-input",
        replacing(
            f"{CONSTRAINED}/stages.py",
            'reads=("circuit.neurons", "emg.muscles"),',
            'reads=("circuit.neurons", "emg.muscles"), after=("emg",),',
        ),
        constrained.SAMPLE | figures("stages"),
    ),
    (
        "given",
        replacing(f"{CONSTRAINED}/stages.py", '{"hints": False}', '{"hints": False, "more": 1}'),
        constrained.FREE | {"constrained/measures/FF"} | constrained.SWEEP,
    ),
    (
        "given-to-one-of-two",
        replacing(
            f"{GAINS}/stages.py", 'given={"scaled": scaled}', 'given={"scaled": scaled or name}'
        ),
        gains.speed("slow"),
    ),
    (
        "caption",
        replacing(f"{CONSTRAINED}/publications.py", "The circuit and its", "Circuit and"),
        figures("circuit") | constrained.REPORT,
    ),
    (
        "label-of-stage",
        replacing(f"{CONSTRAINED}/stages.py", 'label="similarity"', 'label="comparison"'),
        figures("stages") | constrained.REPORT,
    ),
    (
        "label-of-network",
        replacing(f"{CONSTRAINED}/palette.py", 'Network("FF"', 'Network("free"'),
        constrained.DRAWN | constrained.SWEEP_FIGURE,
    ),
    (
        "color-of-network",
        replacing(f"{CONSTRAINED}/palette.py", "#D55E00", "#D55E01"),
        constrained.FIGURES | constrained.SWEEP_FIGURE,
    ),
    (
        "label-of-measure",
        replacing(f"{CONSTRAINED}/study.py", "error of muscle activity", "muscle error"),
        constrained.SWEEP_FIGURE,
    ),
    (
        "title",
        replacing(f"{CONSTRAINED}/study.py", '"Constrained dynamics"', '"Constraints"'),
        constrained.REPORT,
    ),
    (
        "paper",
        replacing(f"{MOTIFS}/study.py", "nonymous submission", "nonymous"),
        motifs.REPORT,
    ),
    (
        "label-of-measure-of-the-third",
        replacing(f"{GAINS}/study.py", '"error over that before learning"', '"error left"'),
        gains.SWEEP_FIGURE,
    ),
    # Figures, sweeps and reports.
    (
        "one-figure",
        function(f"{CONSTRAINED}/figures/circuit.py"),
        figures("circuit") | constrained.REPORT,
    ),
    ("all-figures", function(f"{SCRIPTS}/draw_figure.py"), FIGURES),
    (
        "style",
        function(f"{PACKAGE}/plotting/style.py"),
        FIGURES | SWEEP_FIGURES | reaching.ANIMATIONS,
    ),
    ("animations", function(f"{PACKAGE}/plotting/animations.py"), reaching.ANIMATIONS),
    ("sweep-figures", function(f"{PACKAGE}/plotting/sweeps/lines.py"), SWEEP_FIGURES),
    ("tables", function(f"{SCRIPTS}/sweeps/tabulate_sweep.py"), SWEEPS),
    ("summary", function(f"{CONSTRAINED}/summary.py"), constrained.REPORT),
    ("reports", function(f"{PACKAGE}/reports/report.py"), REPORTS),
    ("text", line(f"{TEXTS}/constrained/report.typ"), constrained.REPORT),
    ("text-of-the-fourth", line(f"{TEXTS}/reaching/report.typ"), reaching.REPORT),
    ("text-of-the-third", line(f"{TEXTS}/gain_modulation/report.typ"), gains.REPORT),
    ("text-of-old-time", line(f"{TEXTS}/motifs/report.typ", keep_time=True), motifs.REPORT),
    ("template", line(f"{TEXTS}/template.typ"), REPORTS),
]


@pytest.mark.parametrize("run", [0, 1, 2], ids=["ended", "forgotten", "copied"])
def test_edits_without_effect(checkout: Checkout, runs: list[Path], run: int) -> None:
    def planned(edits: Iterable[Edit]) -> set[str]:
        with ExitStack() as edited:
            for edit in edits:
                edited.enter_context(edit(checkout.root))
            return checkout.plan(runs[run], runs[run] / "settings.yaml")

    together = planned(WITHOUT_EFFECT.values())
    # One by one only to tell which of them has one.
    guilty = [name for name, edit in WITHOUT_EFFECT.items() if together and planned([edit])]
    assert (together, guilty) == (set(), [])


# What is current does not depend on which of the runs it is, so each edit meets one in turn.
@pytest.mark.parametrize(
    ("edit", "expected", "run"),
    [pytest.param(*row, index % 3, id=name) for index, (name, *row) in enumerate(CHANGES)],
)
def test_edited_file(
    checkout: Checkout, runs: list[Path], edit: Edit, expected: set[str], run: int
) -> None:
    with edit(checkout.root):
        planned = checkout.plan(runs[run], runs[run] / "settings.yaml")

    assert planned == matching(expected, finished_jobs(runs[run]))


SAMPLE = "results/constrained/sample/replicate-1.h5"
NETWORK = "results/constrained/networks/FF/replicate-1.h5"


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

    with failing(f"{CONSTRAINED}/sampling.py")(checkout.root):
        outcome = checkout.run(folder, folder / "settings.yaml", "--cores", "1", targets=[SAMPLE])

    lines = outcome.expect(1).output.splitlines()
    assert [line for line in lines if "the edited function" in line] == [
        "error: constrained_sample, replicate 1: the edited function ran "
        "(log: results/logs/constrained/sample/replicate-1.log)"
    ]


def test_a_setting_that_the_stage_does_not_declare_ends_the_job_with_one_line(
    checkout: Checkout, whole_run: Path
) -> None:
    folder = checkout.folder("undeclared", copy_of=whole_run)
    # FF shares its code with FFH, which may read how strong the hints are.
    reading = replacing(
        f"{CONSTRAINED}/networks.py",
        "    seen = observe(",
        "    _strength = settings.hint_strength\n    seen = observe(",
    )
    hinted = NETWORK.replace("FF", "FFH")

    with reading(checkout.root):
        planned = checkout.plan(folder, folder / "settings.yaml", [NETWORK])
        options = (folder, folder / "settings.yaml", "--cores", "1")
        outcome = checkout.run(*options, targets=[NETWORK]).expect(1)
        checkout.run(*options, targets=[hinted]).expect()

    assert planned == {"constrained/networks/FF/replicate-1"}
    [line] = [line for line in outcome.output.splitlines() if "hint_strength" in line]
    assert line == (
        "error: constrained_networks_FF, replicate 1: constrained_networks_FF reads the setting "
        "network.hint_strength, which its stage does not declare "
        "(log: results/logs/constrained/networks/FF/replicate-1.log)"
    )
    assert "Traceback" not in outcome.output
    assert not (folder / NETWORK).exists()
