"""Print what the report says and where it lies: `python -m corticomotor.answer results`."""

import argparse
import json
import textwrap
from pathlib import Path

from corticomotor.errors import InputError


def main(arguments: list[str] | None = None) -> None:
    """Read the summary below a folder of results and print its answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path, help="the folder of results")
    folder = parser.parse_args(arguments).results
    try:
        print(read_answer(folder))
    except InputError as error:
        parser.exit(1, f"error: {error}\n")


def read_answer(folder: Path) -> str:
    """Give the answer in two sentences, wrapped for a terminal, and the path of the PDF."""
    path = folder / "cca_summary.json"
    try:
        sentences = json.loads(path.read_text(encoding="utf-8"))["answer"]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"{path}: expected the summary of a finished report, found none"
        ) from error
    text = "\n".join(textwrap.fill(sentence, 88) for sentence in sentences)
    return f"\n{text}\n\nThe report: {folder / 'cca_report.pdf'}"


if __name__ == "__main__":
    main()
