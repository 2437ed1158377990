"""Command lines around the workflow; that of the settings is tested with the files it writes."""

from __future__ import annotations

import json

import pytest

from corticomotor.commands import answer
from corticomotor.registry import all_studies
from corticomotor.runtime.errors import InputError
from corticomotor.study.publications import Report
from study_examples import TOY

OTHER = Report("other_report", "summary:summarise", {}, "Does it?")


def write_summary(folder, report, sentences):
    path = folder / f"{report.summary}.json"
    path.write_text(json.dumps({"answer": sentences}), encoding="utf-8")
    return path


def test_answers_come_in_the_order_of_the_reports_with_their_pdfs(tmp_path):
    write_summary(tmp_path, OTHER, ["It does."])
    long = "Toys learn, " + "as ever, " * 20 + "well."
    write_summary(tmp_path, TOY.report, [long, "All of them."])

    text = answer.read_answers(tmp_path, [TOY.report, OTHER])

    lines = text.splitlines()
    assert max(map(len, lines)) <= max(88, len(f"The report: {tmp_path}/other_report.pdf"))
    said = " ".join(lines).split("The report:")[0]
    assert said.split() == f"{long} All of them.".split()
    assert lines[-4:] == ["", "It does.", "", f"The report: {tmp_path}/other_report.pdf"]
    assert f"The report: {tmp_path}/toy_report.pdf" in lines


def test_studies_that_have_not_run_are_passed_over(tmp_path):
    write_summary(tmp_path, OTHER, ["It does."])
    assert "toy" not in answer.read_answers(tmp_path, [TOY.report, OTHER])


def test_without_a_report_those_that_there_could_be_are_named(tmp_path):
    with pytest.raises(InputError) as caught:
        answer.read_answers(tmp_path, [TOY.report, OTHER])
    assert str(caught.value) == (
        f"{tmp_path}: expected the summary of a finished report "
        "(toy_summary.json or other_summary.json), found none"
    )


@pytest.mark.parametrize("content", ["", "[1]", "{}", '{"answer": ["cut'])
def test_a_damaged_summary_is_named(tmp_path, content):
    path = write_summary(tmp_path, OTHER, [])
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=rf"^{path}: expected the summary of a report, found"):
        answer.read_answers(tmp_path, [OTHER])


def test_the_command_knows_all_studies(tmp_path, capsys):
    for study in all_studies().values():
        write_summary(tmp_path, study.report, [f"{study.title} it is."])
    answer.main([str(tmp_path)])
    printed = capsys.readouterr().out
    for study in all_studies().values():
        assert f"{study.title} it is.\n\nThe report: {tmp_path}/{study.report.name}.pdf" in printed


def test_the_command_ends_with_a_line_where_there_is_nothing(tmp_path, capsys):
    with pytest.raises(SystemExit) as caught:
        answer.main([str(tmp_path / "none")])
    assert caught.value.code == 1
    error = capsys.readouterr().err
    assert error.startswith(f"error: {tmp_path}/none: expected the summary of a finished report")
    assert error.count("\n") == 1
