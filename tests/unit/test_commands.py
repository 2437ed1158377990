"""Command lines around the workflow; that of the settings is tested with the files it writes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from corticomotor.commands import answer, config_files
from corticomotor.registry import all_studies
from corticomotor.runtime.errors import InputError
from corticomotor.runtime.provenance import made_with, provenance
from corticomotor.runtime.records import write_sidecars
from corticomotor.settings.files import load_files
from corticomotor.settings.root import compose
from corticomotor.wiring import wire


@dataclass
class Rule:
    """What is asked of the rule of a report."""

    name: str
    gain: float = 1.0

    @property
    def summary(self):
        return f"results/{self.name}_summary.json"

    @property
    def pdf(self):
        return f"results/{self.name}_report.pdf"

    @property
    def params(self):
        return {"settings": {"seed": 1, "gain": self.gain}, "code": "c", "versions": {}}

    def write(self, sentences):
        Path(self.summary).write_text(json.dumps({"answer": sentences}), encoding="utf-8")
        write_sidecars([self.summary], provenance(made_with(self.params, {}), {}, {}))


TOY, OTHER = Rule("toy"), Rule("other")


@pytest.fixture(autouse=True)
def results(tmp_path, monkeypatch):
    (tmp_path / "results").mkdir()
    monkeypatch.chdir(tmp_path)
    return Path("some/where/results")


def test_answers_come_in_the_order_of_the_reports_with_their_pdfs(results):
    OTHER.write(["It does."])
    long = "Toys learn, " + "as ever, " * 20 + "well."
    TOY.write([long, "All of them."])

    (toys, others), none = answer.read_answers([TOY, OTHER], results)

    assert none == []
    assert max(map(len, toys.splitlines())) <= 88
    assert toys.split() == f"{long} All of them. The report: {results}/toy_report.pdf".split()
    assert others == f"\nIt does.\n\nThe report: {results}/other_report.pdf"


def test_studies_that_have_not_run_are_passed_over(results):
    OTHER.write(["It does."])
    (only,), none = answer.read_answers([TOY, OTHER], results)
    assert "It does." in only
    assert none == []


def test_an_answer_of_other_settings_is_not_given(results):
    OTHER.write(["It does."])
    answers, (line,) = answer.read_answers([Rule("other", gain=2.0)], results)
    assert answers == []
    assert line == (
        f"{results}/other_summary.json is not of the config as it is now: gain 1.0 -> 2.0"
    )


def test_a_summary_that_nothing_tells_of_or_that_was_edited_is_not_given(results):
    OTHER.write(["It does."])
    told = Path("results/provenance/other_summary.json.json")
    text = Path(OTHER.summary).read_text(encoding="utf-8")
    Path(OTHER.summary).write_text(text.replace("does", "does not"), encoding="utf-8")
    for _ in range(2):
        answers, (line,) = answer.read_answers([OTHER], results)
        assert answers == []
        assert line.endswith("damaged, or not made by this workflow")
        Path(OTHER.summary).write_text(text, encoding="utf-8")
        told.unlink(missing_ok=True)


@pytest.mark.parametrize("content", ["", "[1]", "{}", '{"answer": ["cut'])
def test_a_damaged_summary_is_named(results, content):
    OTHER.write([])
    Path(OTHER.summary).write_text(content, encoding="utf-8")
    write_sidecars([OTHER.summary], provenance(made_with(OTHER.params, {}), {}, {}))
    with pytest.raises(InputError, match=rf"^{OTHER.summary}: expected the summary of a report, f"):
        answer.read_answers([OTHER], results)


def test_the_command_gives_answers_of_the_config_as_it_is(tmp_path, capsys):
    root = Path(answer.__file__).parents[3]
    rules, _ = wire(
        load_files(compose(all_studies()), [root / "config/default.yaml"]), root / "workflow"
    )
    for rule in rules:
        summary = Path(rule.report.summary)
        summary.write_text(json.dumps({"answer": [f"{rule.name} it is."]}), encoding="utf-8")
        made = made_with(rule.report.params, {})
        write_sidecars([str(summary)], provenance(made, made["versions"], {"texts": [("d", "i")]}))

    answer.main([str(tmp_path / "results")])

    captured = capsys.readouterr()
    assert captured.err == ""
    for rule in rules:
        assert f"{rule.name} it is.\n\nThe report: {tmp_path}/{rule.report.pdf}" in captured.out
    # A setting that one study reads.
    Path("more.yaml").write_text("constrained: {network: {gain: 1.1}}\n", encoding="utf-8")
    answer.main(["results", "--configfile", "more.yaml"])
    captured = capsys.readouterr()
    assert captured.out.count("it is.") == len(rules) - 1
    assert "constrained it is." not in captured.out
    assert captured.err.startswith("not shown: results/")
    assert captured.err.endswith("network.gain 1.3 -> 1.1\n")
    with pytest.raises(SystemExit):
        answer.main(["results", "--configfile", "more.yaml", "--study", "constrained"])
    assert capsys.readouterr().out == ""


def test_the_command_takes_the_rules_of_all_studies_and_other_configs(tmp_path, capsys):
    config = tmp_path / "more.yaml"
    config.write_text("constrained: {network: {gain: 1.1}}\n", encoding="utf-8")
    for study in all_studies().values():
        (tmp_path / f"results/{study.report.summary}.json").write_text("{}", encoding="utf-8")

    with pytest.raises(SystemExit) as caught:
        answer.main([str(tmp_path / "results"), "--configfile", str(config)])

    assert caught.value.code == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    *others, last = captured.err.splitlines()
    for study, line in zip(all_studies().values(), others, strict=True):
        summary = f"{tmp_path}/results/{study.report.summary}.json"
        assert line.startswith(f"not shown: {summary} is not of the config as it is now: ")
    assert last.startswith(f"error: {tmp_path}/results: expected the summary of a report")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["results"], "error: results: expected the summary of a report"),
        (["none/results"], "error: none/results: expected the folder `results` of a run"),
        (["copy"], "error: copy: expected the folder `results` of a run"),
        (["."], "error: .: expected the folder `results` of a run"),
        (["results", "--configfile", "none.yaml"], "error: none.yaml: expected a config file"),
        (["results", "--configfile", "bad.yaml"], "constrained.network.gain: expected"),
    ],
)
def test_the_command_ends_with_a_line_where_there_is_nothing(capsys, arguments, expected):
    Path("bad.yaml").write_text("constrained: {network: {gain: none}}\n", encoding="utf-8")
    # Under another name, it would be taken for the `results` beside it.
    Path("copy").mkdir()
    with pytest.raises(SystemExit) as caught:
        answer.main(arguments)
    assert caught.value.code == 1
    error = capsys.readouterr().err
    assert expected in error
    assert error.count("\n") == 1


def test_config_files_are_checked_one_after_the_other(tmp_path, capsys):
    good = tmp_path / "good.yaml"
    good.write_text("seed: 1")
    config_files.main([str(good), str(good)])
    assert capsys.readouterr() == ("", "")
    with pytest.raises(SystemExit) as caught:
        config_files.main([str(good), str(tmp_path / "none.yaml")])
    assert caught.value.code == 1
    expected = f"error: {tmp_path}/none.yaml: expected a config file, found none\n"
    assert capsys.readouterr() == ("", expected)
