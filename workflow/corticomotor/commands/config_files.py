"""Check that config files can be read, before Snakemake answers with a traceback."""

import argparse
from pathlib import Path

from corticomotor.runtime.errors import InputError
from corticomotor.settings.files import require_readable


def main(arguments: list[str] | None = None) -> None:
    """Say nothing, or what is wrong with the first file that cannot be read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+", help="in YAML or JSON")
    try:
        for file in parser.parse_args(arguments).files:
            require_readable(file)
    except InputError as error:
        parser.exit(1, f"error: {error}\n")


if __name__ == "__main__":
    main()
