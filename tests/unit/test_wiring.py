"""From the record of a study to what Snakemake's rules need."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corticomotor.runtime.errors import InputError
from corticomotor.runtime.jobs import RESULT
from corticomotor.runtime.records import record_of
from corticomotor.runtime.stage_settings import UndeclaredSettingError
from corticomotor.settings.loading import load
from corticomotor.settings.root import compose
from corticomotor.study.publications import Shown
from corticomotor.study.stage import Stage, Upstream
from corticomotor.wiring import Results, StageRule, StudyRules, SweepRules, check_files, wire
from corticomotor.wiring.code import Code
from corticomotor.wiring.stage_graph import graph_of
from study_examples import APART, MEASURES, MODULE, NETWORK, SIGNAL, TESTS, TOY

FILES = (
    *(f"scripts/toy/{stage.script}.py" for stage in TOY.stages),
    *("scripts/draw_figure.py", "scripts/write_report.py"),
    *("scripts/sweeps/tabulate_sweep.py", "scripts/sweeps/plot_sweep.py"),
    *(f"corticomotor/studies/toy/{name}.py" for name in ("summary", "figures/errors")),
    *("corticomotor/studies/toy/figures/traces.py", "corticomotor/plotting/stage_graph.py"),
    *("report/template.typ", "report/toy/report.typ"),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Folder with what is fingerprinted."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"NAME = {name!r}\n", encoding="utf-8")
    return tmp_path


def wired(root: Path, **config: Any) -> tuple[StudyRules, SweepRules]:
    """Rules of the toy under some settings."""
    given = {"toy": {"replicates": {"count": 2}, **config.pop("toy", {})}, **config}
    [study], sweeps = wire(load(compose({"toy": TOY}), given), root)
    return study, sweeps


def rule(study: StudyRules, script: str) -> StageRule:
    [found] = [each for each in study.stages if each.stage.script == script]
    return found


def told(params: dict[str, Any], **wildcards: str) -> dict[str, Any]:
    """What a job is told, with functions of wildcards called as Snakemake does."""
    return {name: value(wildcards) if callable(value) else value for name, value in params.items()}


# Stages


def test_a_rule_is_named_by_its_study_and_stage(root: Path) -> None:
    study, _ = wired(root)
    assert [each.name for each in study.stages] == [
        *("toy_signal", "toy_modules", "toy_networks", "toy_tests", "toy_measures"),
        "toy_apart",
    ]
    train = rule(study, "train_network")
    assert train.script == str(root / "scripts/toy/train_network.py")
    assert train.result == "results/toy/{overrides}networks/{network}/replicate-{replicate}.h5"
    assert train.log == "results/logs/toy/{overrides}networks/{network}/replicate-{replicate}.log"
    assert train.wildcards == TOY.wildcards
    assert rule(study, "measure_network").result == "results/toy/{overrides}measures/{network}.h5"


def test_a_script_with_a_slash_lies_below_the_folder_of_all_scripts(root: Path) -> None:
    shared = replace(TOY.stages[0], script="shared/make_signal")
    results = Results(TOY, load(compose({"toy": TOY}), {}))
    assert StageRule(results, shared, Code(root)).script == str(
        root / "scripts/shared/make_signal.py"
    )


def test_inputs_are_named_by_the_stages_that_they_come_from(root: Path) -> None:
    study, _ = wired(root)
    found = {
        network: rule(study, "train_network").inputs({"network": network, "replicate": "2"})
        for network in ("plain", "deep")
    }
    signal = "results/toy/signal/replicate-2.h5"
    assert found == {
        # Settings choose the module: the plain network has none.
        "plain": {"signal": signal, "module": []},
        "deep": {
            "signal": signal,
            "module": ["results/toy/modules/units-40/replicate-2.h5"],
        },
    }


def test_a_stage_without_replicates_gathers_all(root: Path) -> None:
    study, _ = wired(root)
    gathering = rule(study, "measure_network")
    assert gathering.inputs({"network": "deep"}) == {
        "tests/deep": [f"results/toy/tests/deep/replicate-{k}.h5" for k in (1, 2)]
    }
    assert told(gathering.params, network="deep")["replicates"] == [1, 2]
    assert "replicates" not in rule(study, "train_network").params


def test_settings_may_choose_files_of_other_replicates(root: Path) -> None:
    study, _ = wired(root)
    assert rule(study, "test_apart").inputs({}) == {
        "signal": [f"results/toy/signal/replicate-{k}.h5" for k in (7, 9)]
    }


def test_a_shared_stage_is_that_of_the_first_replicate(root: Path) -> None:
    study, _ = wired(root, toy={"replicates": {"count": 2, "shared": ["signal"]}})
    inputs = rule(study, "train_network").inputs({"network": "plain", "replicate": "2"})
    assert inputs["signal"] == "results/toy/signal/replicate-1.h5"
    shown = study.report.inputs["signals"]
    assert shown == ["results/toy/signal/replicate-1.h5"] * 2


def test_a_job_is_told_what_its_stage_declares(root: Path) -> None:
    study, _ = wired(root, seed=4)
    told_to = told(rule(study, "train_network").params, network="deep", replicate="1")
    code = told_to.pop("code")
    assert told_to == {
        "settings": {
            "seed": 4,
            "signal": {"samples": 8},
            "networks": {"deep": {"units": 40, "gain": 1.0}},
        },
        "given": {"depth": 1},
        "contracts": {
            "signal": SIGNAL.as_values(),
            "module": MODULE.as_values(),
            RESULT: NETWORK.as_values(),
        },
        "versions": {},
    }
    (root / "scripts/toy/train_network.py").write_text("NAME = 'other'\n", encoding="utf-8")
    # As it was when it was first asked for: all jobs of a plan are told the same.
    assert told(rule(study, "train_network").params, network="deep")["code"] == code
    edited = rule(wired(root)[0], "train_network")
    assert told(edited.params, network="deep")["code"] != code


def test_a_job_is_told_the_versions_of_what_its_script_imports(root: Path) -> None:
    script = root / "scripts/toy/train_network.py"
    script.write_text("import json, torch\nimport numpy as np\n", encoding="utf-8")
    pins = {"numpy": "0.1", "torch": "0.2+cpu", "scipy": "0.3"}
    code = Code(root, pins)
    assert code.versions(str(script)) == {"numpy": "0.1", "torch": "0.2"}
    results = Results(TOY, load(compose({"toy": TOY}), {}))
    params = StageRule(results, TOY.stages[2], code).params
    assert told(params, network="deep", replicate="1")["versions"] == code.versions(str(script))
    # Without pins, they are those that are installed.
    installed = Code(root).versions(str(script))
    assert installed.keys() == {"numpy", "torch"}
    assert installed["numpy"] == np.__version__


def test_code_is_of_a_script_and_of_what_it_imports_by_a_computed_name(root: Path) -> None:
    script, module = Code(root).script("draw_figure"), "corticomotor.studies.toy.figures.traces"
    assert script == str(root / "scripts/draw_figure.py")
    alone, both = Code(root).digest(script), Code(root).digest(script, module)
    assert alone != both
    drawing = root / "corticomotor/studies/toy/figures/traces.py"
    drawing.write_text("import matplotlib\n", encoding="utf-8")
    assert Code(root).digest(script) == alone
    assert Code(root).digest(script, module) != both
    assert Code(root).versions(script) == {}
    assert Code(root).versions(script, module).keys() == {"matplotlib"}


def _of_methods(settings: Any, wildcards: Any) -> list[str]:
    # Loops as a method that plain networks do not have.
    return ["module.loops"] if wildcards["network"] == "plain" else []


def test_settings_that_make_no_difference_are_not_handed_to_a_job(root: Path) -> None:
    stage = replace(
        TOY.stages[2], reads=("networks.{network}", "module"), idle=_of_methods, given={}
    )
    results = Results(TOY, load(compose({"toy": TOY}), {}))
    params = StageRule(results, stage, Code(root)).params

    def handed(network: str) -> dict[str, Any]:
        found: dict[str, Any] = told(params, network=network, replicate="1")["settings"]
        return found

    assert handed("plain")["module"] == {"rate": 0.1}
    assert handed("deep")["module"] == {"loops": 5, "rate": 0.1}


def _recorded(settings: Any, wildcards: Any) -> list[str]:
    return [] if settings.signal.kind == "recorded" else ["signal.file", "signal.kind"]


def test_what_makes_no_difference_follows_from_the_jobs_own_settings(root: Path) -> None:
    stage = replace(TOY.stages[0], idle=_recorded)
    results = Results(TOY, load(compose({"toy": TOY}), {}))
    params = StageRule(results, stage, Code(root)).params
    as_configured = told(params, replicate="1")["settings"]
    assert as_configured == {"seed": 1, "signal": {"samples": 8, "noise": 0.1}}
    changed = told(params, replicate="1", overrides="signal.file=a+signal.kind=recorded/")
    assert {"kind", "file"} <= changed["settings"]["signal"].keys()


def test_what_a_job_is_given_may_follow_from_settings(root: Path) -> None:
    study, _ = wired(root)
    params = rule(study, "test_network").params
    assert told(params, network="plain", replicate="1")["given"] == {"levels": [0.0, 1.0]}
    assert told(params, network="deep", replicate="1")["given"] == {"levels": []}
    # The setting itself is not handed on.
    assert told(params, network="plain", replicate="1")["settings"] == {
        "seed": 1,
        "tests": {"repeats": 2},
    }


def _reads_more(settings: Any, wildcards: Any) -> dict[str, Any]:
    return {"rate": settings.module.rate}


def test_records_cannot_read_what_they_do_not_declare(root: Path) -> None:
    settings = load(compose({"toy": TOY}), {})
    results = Results(TOY, settings)
    given = Stage("given", "given", APART, given=_reads_more, given_from=("module.loops",))
    problem = r"toy_given \(what it is given\) reads the setting module\.rate, which its stage"
    with pytest.raises(UndeclaredSettingError, match=problem):
        told(StageRule(results, given, Code(root)).params, replicate="1")

    upstream = Upstream("signal", "signal", lambda s, w: [_reads_more(s, w)], ("module.loops",))
    chosen = Stage("chosen", "chosen", APART, after=(upstream,))
    problem = r"toy/chosen \(its input signal\) reads the setting module\.rate"
    with pytest.raises(UndeclaredSettingError, match=problem):
        StageRule(results, chosen, Code(root)).inputs({"replicate": "1"})


def test_work_and_needs_are_resources(root: Path) -> None:
    study, _ = wired(root, toy={"module": {"loops": 20}, "networks": {"plain": {"units": 40}}})
    assert rule(study, "make_signal").resources == {}
    assert rule(study, "train_network").resources == {"runtime": 30, "gpu": 1}
    work = rule(study, "train_module").resources["work"]
    assert work({"units": "40", "replicate": "1"}) == 20 * 40**2
    # Under overrides it is the work of the settings there.
    assert work({"units": "40", "replicate": "1", "overrides": "module.loops=3/"}) == 3 * 40**2


# Overrides


def test_results_under_overrides_read_those_that_depend_on_them(root: Path) -> None:
    study, _ = wired(root)
    train = rule(study, "train_network")
    overrides = "module.loops=1+networks.deep.gain=2.0/"
    wildcards = {"network": "deep", "replicate": "1", "overrides": overrides}
    assert train.inputs(wildcards) == {
        "signal": "results/toy/signal/replicate-1.h5",
        "module": ["results/toy/module.loops=1/modules/units-40/replicate-1.h5"],
    }
    found = told(train.params, **wildcards)["settings"]
    assert found["networks"] == {"deep": {"units": 40, "gain": 2.0}}


@pytest.mark.parametrize(
    ("overrides", "problem"),
    [
        # The plain network depends on the deep one's gain in no way.
        (
            "networks.deep.gain=2.0/",
            "networks.deep.gain=2.0/: expected no such folder for networks/plain, which depends "
            "on no more of what is changed",
        ),
        (
            "networks.deep.gain=2.0+signal.noise=0.5/",
            "networks.deep.gain=2.0+signal.noise=0.5/: expected signal.noise=0.5/ for "
            "networks/plain, which depends on no more of what is changed",
        ),
        # As configured.
        (
            "signal.noise=0.1/",
            "signal.noise=0.1/: expected no such folder for networks/plain, which depends on no "
            "more of what is changed",
        ),
        ("signal.nose=0.5/", "signal.nose=0.5/: expected settings of toy, found signal.nose"),
        (
            "signal.noise=loud/",
            "signal.noise=loud/: toy.signal.noise: expected a number of at least 0, found loud",
        ),
    ],
)
def test_overrides_that_are_not_a_results_own_are_refused(
    root: Path, overrides: str, problem: str
) -> None:
    study, _ = wired(root)
    wildcards = {"network": "plain", "replicate": "1", "overrides": overrides}
    with pytest.raises(InputError) as caught:
        rule(study, "train_network").inputs(wildcards)
    assert str(caught.value) == problem


# Files from outside


def test_a_file_from_outside_is_an_input(root: Path) -> None:
    recording = root / "recording.csv"
    recording.write_text("1,2\n", encoding="utf-8")
    study, _ = wired(root, toy={"signal": {"kind": "recorded", "file": str(recording)}})
    make = rule(study, "make_signal")
    # By its content it counts as all inputs do, so the job is told no word of it.
    assert make.inputs({"replicate": "1"}) == {"files": [str(recording)]}
    before = told(make.params, replicate="1"), record_of(recording)
    recording.write_text("1,3\n", encoding="utf-8")
    assert told(make.params, replicate="1") == before[0]
    assert record_of(recording).digest != before[1].digest
    # Without one, there is none.
    synthetic = rule(wired(root)[0], "make_signal")
    assert synthetic.inputs({"replicate": "1"}) == {}


def test_files_are_checked_with_all_that_sweeps_change(root: Path) -> None:
    def settings(**config: Any) -> Any:
        return load(compose({"toy": TOY}), config)

    check_files(settings())
    missing = {"kind": "recorded", "file": str(root / "none.csv")}
    with pytest.raises(InputError, match=r"toy\.signal\.file: expected a file, found none: /"):
        check_files(settings(toy={"signal": missing}))
    vary = {f"toy.signal.{name}": [value] for name, value in missing.items()}
    with pytest.raises(InputError, match=r"toy\.signal\.file: expected a file, found none: /"):
        check_files(settings(sweep={"mine": {"vary": vary, "networks": ["deep"]}}))


def test_what_is_doubtful_in_a_file_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    def check(settings: object) -> None:
        warnings.warn("file: expected envelopes", stacklevel=1)

    stages = tuple(replace(stage, check=check) if stage.check else stage for stage in TOY.stages)
    check_files(load(compose({"toy": replace(TOY, stages=stages)}), {}))
    assert capsys.readouterr().err == "warning: toy.signal.file: expected envelopes\n"


# Figures


def test_a_figure_is_told_what_it_shows(root: Path) -> None:
    figures = wired(root)[0].figures
    assert figures.name == "toy_figure"
    assert figures.path("svg") == "results/figures/toy/{figure}.svg"
    assert figures.inputs({"figure": "errors"}) == {
        # A mapping by network, of lists over replicates ...
        **{
            f"tests/{network}": [f"results/toy/tests/{network}/replicate-{k}.h5" for k in (1, 2)]
            for network in ("plain", "deep")
        },
        # ... one result, and one list of the first replicates of several.
        "signal": "results/toy/signal/replicate-1.h5",
        "networks": [f"results/toy/networks/{n}/replicate-1.h5" for n in ("plain", "deep")],
    }
    found = told(figures.params, figure="errors")
    assert found["settings"] == {"threshold": 2.0}
    assert found["draw"] == ("corticomotor.studies.toy.figures.errors", "errors")
    assert found["caption"] == "Errors of all networks."
    assert found["contracts"] == {
        "tests": TESTS.as_values(),
        "signal": SIGNAL.as_values(),
        "networks": NETWORK.as_values(),
    }
    assert figures.label({"figure": "errors"}) == {"figure": "Errors"}


def test_a_figure_with_wildcards_shows_its_own(root: Path) -> None:
    figures = wired(root)[0].figures
    assert figures.inputs({"figure": "trace_deep"}) == {
        "network": [f"results/toy/networks/deep/replicate-{k}.h5" for k in (1, 2)],
        "signal": [f"results/toy/signal/replicate-{k}.h5" for k in (1, 2)],
    }
    assert told(figures.params, figure="trace_deep")["settings"] == {"units": 40}
    assert figures.label({"figure": "trace_deep"}) == {"figure": "Trace of a network deep"}


def test_all_figures_but_those_on_request(root: Path) -> None:
    figures = wired(root)[0].figures
    assert list(figures.all()) == ["errors", "trace_plain", "trace_deep", "stages"]
    assert list(figures.all(on_request=True)) == ["apart"]
    assert figures.captions().keys() == {"errors", "trace_plain", "trace_deep", "stages"}


def test_a_figures_code_is_that_of_the_module_that_draws_it(root: Path) -> None:
    figures = wired(root)[0].figures

    def codes() -> dict[str, str]:
        return {name: told(figures.params, figure=name)["code"] for name in figures.all()}

    before = codes()
    (root / "corticomotor/studies/toy/figures/traces.py").write_text("NAME = 1\n", "utf-8")
    figures = wired(root)[0].figures
    after = codes()
    assert {name for name in before if before[name] != after[name]} == {
        "trace_plain",
        "trace_deep",
    }


def test_every_study_has_a_figure_of_its_stages(root: Path) -> None:
    figures = wired(root)[0].figures
    found = told(figures.params, figure="stages")
    assert figures.inputs({"figure": "stages"}) == {}
    assert found["settings"] == graph_of(TOY)
    assert graph_of(TOY) == {
        # Stages that share a label are one box; those without one are left out.
        "edges": [("module", "networks"), ("signal", "networks")],
        "alone": [],
        "colors": {"networks": "#D55E00"},
    }


# The report


def test_a_report_is_made_from_results_figures_sweeps_and_texts(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    study, _ = wired(root)
    report = study.report
    assert (report.name, report.pdf, report.summary) == (
        "toy_report",
        "results/toy_report.pdf",
        "results/toy_summary.json",
    )
    names = ("errors", "trace_plain", "trace_deep", "stages")
    assert report.inputs == {
        **{
            f"tests/{network}": [f"results/toy/tests/{network}/replicate-{k}.h5" for k in (1, 2)]
            for network in ("plain", "deep")
        },
        "signals": [f"results/toy/signal/replicate-{k}.h5" for k in (1, 2)],
        "figures": [f"results/figures/toy/{name}.pdf" for name in names],
        "sweeps": ["results/sweeps/loops.h5"],
        "sweep_figures": ["results/figures/sweeps/loops.pdf"],
        "texts": ["report/toy/report.typ", "report/template.typ"],
    }
    assert study.publications == [
        *("results/toy_report.pdf", "results/toy_summary.json"),
        *(f"results/figures/toy/{name}.{kind}" for name in names for kind in ("svg", "pdf")),
    ]


def test_a_report_is_told_the_settings_and_what_it_shows(root: Path) -> None:
    params = wired(root, sweep={"loops": None})[0].report.params
    assert params["settings"]["module"] == {"loops": 5, "rate": 0.1}
    assert "signal" not in params["settings"]
    assert params["arguments"] == {"threshold": 2.0}
    assert params["summarise"] == ("corticomotor.studies.toy.summary", "summarise")
    assert params["contracts"] == {"tests": TESTS.as_values(), "signals": SIGNAL.as_values()}
    assert params["networks"] == {"plain": "plain", "deep": "deep"}
    assert params["paper"]["citation"] == str(TOY.paper)
    assert params["sweeps"] == {}
    # What only a user or a sweep asks for is not behind it.
    stages = ["toy_signal", "toy_modules", "toy_networks", "toy_tests"]
    assert params["rules"] == [*stages, "toy_figure"]
    with_sweep = wired(root)[0].report.params
    assert with_sweep["rules"] == [*stages, "toy_measures", "toy_figure"]


def test_texts_are_inputs_of_a_report_and_not_told(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    before = wired(root)[0].report
    texts = [record_of(Path(text)).digest for text in before.inputs["texts"]]
    (root / "report/toy/report.typ").write_text("Other words.\n", encoding="utf-8")
    after = wired(root)[0].report
    assert (after.params, after.inputs) == (before.params, before.inputs)
    own, shared = (record_of(Path(text)).digest for text in after.inputs["texts"])
    assert own != texts[0]
    assert shared == texts[1]


def test_a_reports_code_is_that_of_the_module_that_sums_up(root: Path) -> None:
    before = wired(root)[0].report.params
    (root / "corticomotor/studies/toy/summary.py").write_text("import pandas\n", encoding="utf-8")
    after = wired(root)[0].report.params
    assert {name for name in before if before[name] != after[name]} == {"code", "versions"}


# Sweeps


def test_a_sweep_reads_measures_at_all_its_combinations(root: Path) -> None:
    study, sweeps = wired(root)
    assert sweeps.names == ["loops"]
    assert (sweeps.of("toy"), sweeps.of("other")) == (["loops"], [])
    assert sweeps.publications == [
        *("results/sweeps/loops.h5", "results/sweeps/loops.csv"),
        *(f"results/figures/sweeps/loops.{kind}" for kind in ("svg", "pdf")),
    ]
    assert sweeps.measures({"sweep": "loops"}) == {
        # 5 loops are those of the experiment.
        "measures/deep": [
            "results/toy/module.loops=1/measures/deep.h5",
            "results/toy/measures/deep.h5",
        ]
    }
    found = told(sweeps.table_params, sweep="loops")
    assert found["contracts"]["measures"] == MEASURES.as_values()
    assert found["contracts"][RESULT]["variables"].keys() == {"module.loops", "mean_error"}
    assert found["replicates"] == [1, 2]
    settings = found["settings"]
    assert settings.pop("contract") == found["contracts"][RESULT]
    assert settings == {
        "seed": 1,
        "title": "How many loops?",
        "combine": "product",
        "logarithmic": [],
        "networks": ["deep"],
        "swept": ["module.loops"],
        "combinations": [[1], [5]],
        "overrides": ["module.loops=1", "module.loops=5"],
    }
    assert study.report.params["sweeps"]["loops"]["title"] == "How many loops?"


def test_a_sweeps_figure_has_the_studys_labels_and_colours(root: Path) -> None:
    looks = told(wired(root)[1].figure_params, sweep="loops")["looks"]
    assert looks == {
        "networks": {"deep": {"label": "deep", "color": "#D55E00", "marker": "s"}},
        "measures": {
            "mean_error": {
                "label": "mean error (%)",
                "factor": 100.0,
                "top": None,
                "least_top": 0.0,
                "may_be_logarithmic": False,
            }
        },
    }


def test_combinations_at_which_a_network_is_the_same_share_a_file(root: Path) -> None:
    mine = {"vary": {"toy.networks.deep.gain": [2.0, 3.0]}, "networks": ["plain"]}
    sweeps = wired(root, sweep={"loops": None, "mine": mine})[1]
    assert sweeps.names == ["mine"]
    assert sweeps.measures({"sweep": "mine"}) == {
        "measures/plain": ["results/toy/measures/plain.h5"] * 2,
        "measures/deep": [
            f"results/toy/networks.deep.gain={gain}/measures/deep.h5" for gain in (2.0, 3.0)
        ],
    }


def test_a_sweep_that_is_not_in_the_config_is_refused(root: Path) -> None:
    sweeps = wired(root)[1]
    with pytest.raises(InputError, match=r"^other: expected a sweep of the config \(loops\)$"):
        sweeps.measures({"sweep": "other"})


def test_results_of_stages_are_shown_in_the_order_of_their_values() -> None:
    results = Results(TOY, load(compose({"toy": TOY}), {}))
    backwards = Shown(
        "networks/{network}",
        "first",
        each=lambda settings, wildcards: [{"network": n} for n in ("deep", "plain")],
    )
    assert results.shown({"networks": backwards}, {}) == {
        "networks": [f"results/toy/networks/{n}/replicate-1.h5" for n in ("deep", "plain")]
    }
