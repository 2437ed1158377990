"""What holds for the records of all studies, whatever they are about."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from copy import deepcopy
from functools import cache, reduce
from operator import getitem
from pathlib import Path
from typing import Any

import pytest

from corticomotor.registry import NAMES, all_studies
from corticomotor.runtime.stage_settings import StageSettings
from corticomotor.settings.loading import load
from corticomotor.settings.root import as_config, compose
from corticomotor.study.names import within
from corticomotor.study.stage import Stage
from corticomotor.wiring import StageRule, StudyRules, wire
from declarations import declared, job_of, leaves

WORKFLOW = Path(__file__).parents[2] / "workflow"
STUDIES = all_studies()
MODEL = compose(STUDIES)


def paths(settings: dict[str, Any], block: str = "") -> Iterator[str]:
    """Paths of all settings and blocks."""
    for name, value in settings.items():
        yield f"{block}{name}"
        if isinstance(value, dict):
            yield from paths(value, f"{block}{name}.")


def sweeps_of_all() -> dict[str, Any]:
    """A sweep for each network or part that may be measured, over one of its settings."""
    found = {}
    config = as_config(MODEL())
    for study in STUDIES.values():
        for network in study.measured:
            path, value = next(
                (path, value)
                for path, value in leaves(config[study.name])
                if study.depends_on(f"measures/{network}", path)
            )
            vary = {f"{study.name}.{path}": [value]}
            found[f"of_{network.lower()}"] = {"vary": vary, "networks": [network]}
    return found


# With these, all stages have jobs: nothing else of the default config asks for them.
RECORDING = {"path": __file__}  # nobody opens it
ON_REQUEST = {"reaching": {"population": {"cortex": {"emg": {"recording": RECORDING}}}}}
SETTINGS = load(MODEL, {"sweep": sweeps_of_all(), **ON_REQUEST})
CONFIG = as_config(SETTINGS)
RULES, SWEEPS = wire(SETTINGS, WORKFLOW)
STAGES = [
    pytest.param(study, stage, id=f"{name}/{stage.name}")
    for name, study in STUDIES.items()
    for stage in study.stages
]
BY_STUDY = [pytest.param(rules, id=rules.name) for rules in RULES]


def named(stage: Stage) -> Iterator[str]:
    """All paths of settings that a stage names."""
    yield from (*stage.reads, *stage.except_for, *stage.given_from)
    for earlier in stage.after:
        if not isinstance(earlier, str):
            yield from earlier.reads


def may_be(one: str, other: str) -> bool:
    """Whether names with wildcards may be of the same stage."""

    def covers(name: str, other: str) -> bool:
        return bool(re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(name)), other))

    return covers(one, other) or covers(other, one)


def listed(inputs: dict[str, str | list[str]]) -> Iterator[str]:
    """All files of a job's inputs."""
    for files in inputs.values():
        yield from [files] if isinstance(files, str) else files


@cache
def jobs() -> dict[str, tuple[StageRule, dict[str, str]]]:
    """Stages' jobs behind all publications and sweeps: file -> rule and wildcards."""
    rules = [rule for study in RULES for rule in study.stages]
    pending = [file for study in RULES for file in shown_by(study)]
    pending += [file for name in SWEEPS.names for file in listed(SWEEPS.measures({"sweep": name}))]
    found: dict[str, tuple[StageRule, dict[str, str]]] = {}
    while pending:
        file = pending.pop()
        if file not in found:
            rule, wildcards = job_of(rules, file)
            found[file] = (rule, wildcards)
            # Files from outside are no job's.
            inputs = rule.inputs(wildcards)
            pending += listed({name: each for name, each in inputs.items() if name != "files"})
    return found


def shown_by(study: StudyRules) -> Iterable[str]:
    """Results that a study's figures and its report are made from."""
    for drawn in (study.figures, study.animations):
        for on_request in (False, True):
            for name in drawn.all(on_request=on_request):
                yield from listed(drawn.inputs({"figure": name}))
    for name, files in study.report.inputs.items():
        if name not in ("figures", "sweeps", "sweep_figures", "texts"):
            yield from listed({name: files})


def test_every_stage_is_behind_something_and_each_result_is_of_one_rule():
    assert {rule.name for rule, _ in jobs().values()} == {
        rule.name for study in RULES for rule in study.stages
    }


def test_a_job_is_told_exactly_what_its_stage_declares():
    for file, (rule, wildcards) in jobs().items():
        study = rule.result.split("/")[1]
        told = dict(leaves(rule.params["settings"](wildcards)))
        expected = declared(rule, wildcards, CONFIG[study])
        assert told.keys() == expected.keys() | {"seed"}, file
        if not wildcards["overrides"]:
            assert told == expected | {"seed": CONFIG["seed"]}, file


# Settings that choose among methods, each with settings of its own.
METHODS = (
    ("source", ("synthetic", "recorded")),
    ("method", ("gradient", "reward")),
    ("hint_mode", ("weights", "clamp")),
    ("kind", ("region", "curl")),
    ("architecture", ("additive", "multiplicative", "control")),
    ("architecture", ("standard", "feedback")),
)


def variants(settings: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The settings of a study, and those with one choice of a method changed."""
    yield settings
    for path, value in leaves(settings):
        *blocks, name = path.split(".")
        for choice, methods in METHODS:
            for other in methods if name == choice and value in methods else ():
                changed = deepcopy(settings)
                reduce(getitem, blocks, changed)[name] = other
                yield changed


@pytest.mark.parametrize(
    "rule", [pytest.param(r, id=r.name) for s in RULES for r in s.stages if r.stage.idle]
)
def test_what_makes_no_difference_are_settings_that_the_stage_reads(rule):
    study = rule.result.split("/")[1]
    own = [wildcards for found, wildcards in jobs().values() if found is rule]
    found, always = set(), None
    for settings in variants(CONFIG[study]):
        known = set(paths(settings))
        for wildcards in own:
            names = {key: value for key, value in wildcards.items() if key in rule.wildcards}
            named = rule.stage.named(names)
            idle = set(named.idle(StageSettings(rule.name, settings), names))
            # A misspelt name would leave the setting with the job, and tell nobody.
            assert idle <= known
            for block in idle:
                below = [path for path, _ in leaves(settings) if within(path, [block])]
                assert any(within(path, named.reads) for path in below), block
            found |= idle
            always = idle if always is None else always & idle
    assert found, "nothing is ever idle"
    # What never makes a difference is not to be declared at all.
    assert not always


def test_overrides_reach_the_jobs_that_lie_below_them():
    for file, (rule, wildcards) in jobs().items():
        told = dict(leaves(rule.params["settings"](wildcards)))
        for part in wildcards["overrides"].removesuffix("/").split("+"):
            path, _, value = part.partition("=")
            if path in told:
                assert str(told[path]) == value, file


def test_a_study_is_known_by_its_own_name():
    assert list(STUDIES) == [study.name for study in STUDIES.values()] == list(NAMES)


def test_names_that_all_studies_share_a_folder_for_are_of_one_study():
    for names in (
        [study.report.name for study in STUDIES.values()],
        [study.report.summary for study in STUDIES.values()],
        [sweep for study in STUDIES.values() for sweep in study.sweeps],
        [rule.name for study in RULES for rule in (*study.stages, study.figures, study.report)],
    ):
        assert [name for name, count in Counter(names).items() if count > 1] == []


@pytest.mark.parametrize(("study", "stage"), STAGES)
def test_a_stage_declares_settings_that_there_are(study, stage):
    known = list(paths(CONFIG[study.name]))
    for path in named(stage):
        pattern = re.sub(r"\\\{\w+\\\}", r"[^.]+", re.escape(path))
        assert any(re.fullmatch(pattern, each) for each in known), path


@pytest.mark.parametrize(("study", "stage"), STAGES)
def test_a_stage_comes_after_stages_that_stand_before_it(study, stage):
    names = [each.name for each in study.stages]
    for earlier in stage.upstream.values():
        places = [place for place, name in enumerate(names) if may_be(earlier, name)]
        assert places, earlier
        assert max(places) < names.index(stage.name), earlier


@pytest.mark.parametrize(("study", "stage"), STAGES)
def test_the_wildcards_of_a_stage_have_patterns(study, stage):
    used = set(re.findall(r"\{(\w+)\}", stage.name))
    assert used <= set(study.wildcards)
    # Those of its inputs come from its own name, or from settings that choose.
    for earlier in stage.after:
        if isinstance(earlier, str):
            assert set(re.findall(r"\{(\w+)\}", earlier)) <= used, earlier


@pytest.mark.parametrize(("study", "stage"), STAGES)
def test_a_stage_has_a_script_of_at_most_40_lines(study, stage):
    [script] = [
        Path(rule.script)
        for rules in RULES
        for rule in rules.stages
        if rules.name == study.name and rule.stage == stage
    ]
    assert len(script.read_text(encoding="utf-8").splitlines()) <= 40


def test_every_script_is_that_of_a_stage():
    # Apart from those of sweeps, and of figures and reports beside the folders.
    found = {path for path in (WORKFLOW / "scripts").glob("*/*.py") if path.parent.name != "sweeps"}
    assert found == {Path(rule.script) for rules in RULES for rule in rules.stages}


def test_a_script_that_is_not_shared_lies_with_its_study():
    for rules in RULES:
        for rule in rules.stages:
            folder = Path(rule.script).parent.name
            assert folder == rules.name or folder not in STUDIES, rule.name


@pytest.mark.parametrize(("study", "stage"), STAGES)
def test_a_contract_is_named_after_its_study(study, stage):
    # A circuit that studies share is named after the main job.
    of_the_circuit = stage.script.startswith("motor_cortex/")
    named_after = {study.name, "constrained"} if of_the_circuit else {study.name}
    assert stage.contract.stage.partition("/")[0] in named_after


@pytest.mark.parametrize(("study", "stage"), STAGES)
def test_a_box_in_the_graph_has_the_colour_of_a_network(study, stage):
    assert stage.network in ("", *study.networks)
    assert stage.label or not stage.network


@pytest.mark.parametrize("rules", BY_STUDY)
def test_a_figure_is_drawn_by_a_function_that_there_is(rules):
    for name in [*rules.figures.all(), *rules.figures.all(on_request=True)]:
        module, function = rules.figures.params["draw"]({"figure": name})
        source = (WORKFLOW / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
        functions = {
            node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)
        }
        # It takes what the record hands it, by name.
        taken = functions[function].args
        names = {argument.arg for argument in (*taken.args, *taken.kwonlyargs)}
        shown = rules.figures.params["contracts"]({"figure": name})
        settings = rules.figures.params["settings"]({"figure": name})
        assert names == {*shown, *settings}, name


@pytest.mark.parametrize("rules", BY_STUDY)
def test_a_figure_has_a_title_and_a_caption_in_sentences(rules):
    for figure in STUDIES[rules.name].figures:
        assert figure.title
        assert figure.title[0].isupper()
        assert figure.caption.endswith(".")


@pytest.mark.parametrize("rules", BY_STUDY)
def test_a_report_is_summarised_by_a_function_that_there_is(rules):
    module, function = rules.report.params["summarise"]
    source = (WORKFLOW / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
    [found] = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name == function
    ]
    # The random stream comes first, all else by name.
    names = [argument.arg for argument in (*found.args.args, *found.args.kwonlyargs)]
    assert sorted(names[1:]) == sorted(
        {*rules.report.params["contracts"], *rules.report.params["arguments"]}
    )


@pytest.mark.parametrize("study", STUDIES.values(), ids=list(STUDIES))
def test_what_a_sweep_may_measure_has_a_stage_a_label_and_measures(study):
    assert set(study.always_measured) <= set(study.measured) <= set(study.networks)
    for network in study.measured:
        stage = study.measures_of(network)
        assert not stage.per_replicate
        assert set(stage.contract.variables) <= set(study.measures)


@pytest.mark.parametrize("study", STUDIES.values(), ids=list(STUDIES))
def test_a_paper_is_cited(study):
    assert re.fullmatch(r".+ \((undated|(19|20)\d\d)\)\. .+\..*", str(study.paper))
    assert study.paper.reproduced.endswith(".")


@pytest.mark.parametrize("study", STUDIES.values(), ids=list(STUDIES))
def test_answers_are_to_questions(study):
    assert study.report.question.endswith("?")
