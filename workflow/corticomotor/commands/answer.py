"""Print what the reports say and where they lie."""

import argparse
import json
import textwrap
from collections.abc import Iterable
from pathlib import Path

from corticomotor.registry import all_studies
from corticomotor.runtime.errors import InputError
from corticomotor.study.publications import Report
from corticomotor.study.record import Study


def main(arguments: list[str] | None = None) -> None:
    """Read the summaries below a folder of results and print their answers."""
    studies = all_studies().values()
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog="\n".join(map(_described, studies)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("results", type=Path, help="the folder of results")
    folder = parser.parse_args(arguments).results
    try:
        print(read_answers(folder, [study.report for study in studies]))
    except InputError as error:
        parser.exit(1, f"error: {error}\n")


def read_answers(folder: Path, reports: Iterable[Report]) -> str:
    """Give the answer of each report that there is, wrapped for a terminal, and the PDF's path.

    Args:
        folder: of results.
        reports: of all studies.

    Raises:
        InputError: there is no summary of a finished report, or a damaged one.
    """
    files = {folder / f"{report.summary}.json": folder / f"{report.name}.pdf" for report in reports}
    found = [_answer(summary, pdf) for summary, pdf in files.items() if summary.exists()]
    if not found:
        raise InputError(
            f"{folder}: expected the summary of a finished report "
            f"({' or '.join(summary.name for summary in files)}), found none"
        )
    return "\n".join(found)


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
