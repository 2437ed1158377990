"""Print what the reports say and where they lie, if they are of the config as it is."""

from __future__ import annotations

import argparse
import json
import os
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path

from corticomotor.registry import all_studies
from corticomotor.runtime.currentness import difference
from corticomotor.runtime.errors import InputError
from corticomotor.runtime.provenance import made_with
from corticomotor.runtime.records import record_of
from corticomotor.settings.files import load_files
from corticomotor.settings.root import compose
from corticomotor.study.record import Study
from corticomotor.wiring import ReportRule, wire

# Of the checkout that holds this module.
_ROOT = Path(__file__).parents[3]


def main(arguments: list[str] | None = None) -> None:
    """Read the summaries below a folder of results and print their answers."""
    studies = all_studies()
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog="\n".join(map(_described, studies.values())),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("results", type=Path, help="the folder of results")
    parser.add_argument(
        "--configfile", type=Path, action="append", default=[], help="of the run, over the default"
    )
    parser.add_argument(
        "--study", choices=[*studies], help="whose answer is wanted: it must be current, then"
    )
    options = parser.parse_args(arguments)
    try:
        files = [_ROOT / "config/default.yaml", *options.configfile]
        rules, _ = wire(load_files(compose(studies), files), _ROOT / "workflow")
        wanted = [rule.report for rule in rules if options.study in (None, rule.name)]
        # Results say where they lie relative to the folder above.
        folder: Path = options.results
        if folder.name != "results" or not folder.is_dir():
            raise InputError(f"{folder}: expected the folder `results` of a run")
        os.chdir(folder.parent)
        answers, others = read_answers(wanted, folder)
    except (InputError, OSError) as error:
        parser.exit(1, f"error: {error}\n")
    for line in others:
        sys.stderr.write(f"not shown: {line}\n")
    if not answers:
        parser.exit(
            1,
            f"error: {folder}: expected the summary of a report, of the settings as "
            "they are now, found none\n",
        )
    print("\n".join(answers))


def read_answers(reports: Iterable[ReportRule], folder: Path) -> tuple[list[str], list[str]]:
    """Give the answers of reports and why others are not shown; those not made yet are neither.

    Args:
        reports: with settings as they are now.
        folder: of results, as messages name it; it is `results` below the working directory.

    Returns:
        For each current report its answer, wrapped for a terminal, and the PDF's path; for any
        other a line.

    Raises:
        InputError: a summary is damaged.
    """
    answers, others = [], []
    for report in reports:
        summary = Path(report.summary)
        if not summary.exists():
            continue
        now = made_with(report.params, {})
        if found := difference(record_of(summary).made, now):
            others.append(f"{folder / summary.name} is not of the config as it is now: {found}")
        else:
            answers.append(_answer(summary, folder / Path(report.pdf).name))
    return answers, others


def _described(study: Study) -> str:
    return textwrap.fill(
        f"{study.title} ({study.name}) reproduces: {study.paper} {study.paper.reproduced}",
        88,
        subsequent_indent="  ",
    )


def _answer(summary: Path, pdf: Path) -> str:
    try:
        sentences = json.loads(summary.read_text(encoding="utf-8"))["answer"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{summary}: expected the summary of a report, found another file"
        ) from error
    text = "\n".join(textwrap.fill(sentence, 88) for sentence in sentences)
    return f"\n{text}\n\nThe report: {pdf}"


if __name__ == "__main__":
    main()
