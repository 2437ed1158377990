"""Write config/default.yaml and config/schema.json, from the typed settings of all studies."""

import argparse
import sys
from pathlib import Path

from corticomotor.registry import all_studies
from corticomotor.settings.generate import default_yaml, schema_json
from corticomotor.settings.root import compose


def main(arguments: list[str] | None = None) -> None:
    """Write the two files; with --check, only exit with an error where they differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, compare the files")
    parser.add_argument("--folder", type=Path, default=Path("config"), help="default: config")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        sys.exit(f"{options.folder}: expected the folder of the config files, found none")

    model = compose(all_studies())
    files = {
        options.folder / "default.yaml": default_yaml(model),
        options.folder / "schema.json": schema_json(model),
    }
    if not options.check:
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")
        return
    changed = [
        str(path)
        for path, text in files.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    if changed:
        sys.exit(
            f"{' and '.join(changed)}: expected what the typed settings generate, found other text "
            "(run make settings)"
        )


if __name__ == "__main__":
    main()
