"""Print what the reports say and where they lie: `python -m corticomotor.answer results`."""

import argparse
import json
import textwrap
from pathlib import Path

from corticomotor.runtime.errors import InputError

# Summary and report of each study.
_REPORTS = {
    "cca_summary.json": "cca_report.pdf",
    "motif_summary.json": "motif_report.pdf",
}


def main(arguments: list[str] | None = None) -> None:
    """Read the summaries below a folder of results and print their answers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path, help="the folder of results")
    folder = parser.parse_args(arguments).results
    try:
        print(read_answers(folder))
    except InputError as error:
        parser.exit(1, f"error: {error}\n")


def read_answers(folder: Path) -> str:
    """Give each report's answer in two sentences, wrapped for a terminal, and the PDF's path.

    Raises:
        InputError: there is no summary of a finished report, or a damaged one.
    """
    found = [_answer(folder / summary) for summary in _REPORTS if (folder / summary).exists()]
    if not found:
        raise InputError(
            f"{folder}: expected the summary of a finished report ({' or '.join(_REPORTS)}), "
            "found none"
        )
    return "\n".join(found)


def _answer(path: Path) -> str:
    try:
        sentences = json.loads(path.read_text(encoding="utf-8"))["answer"]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{path}: expected the summary of a report, found another file") from error
    text = "\n".join(textwrap.fill(sentence, 88) for sentence in sentences)
    return f"\n{text}\n\nThe report: {path.parent / _REPORTS[path.name]}"


if __name__ == "__main__":
    main()
