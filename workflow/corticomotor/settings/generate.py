"""Generate config/default.yaml and config/schema.json from the typed settings.

Run from the root of the repository: python -m corticomotor.settings.generate [--check]
"""

import argparse
import inspect
import json
import math
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import yaml

from corticomotor.settings.base import Block
from corticomotor.settings.root import Settings

HEADER = """\
# yaml-language-server: $schema=schema.json
#
# Every setting with its default. To change the experiment, edit the values here, or leave this
# file alone and give what differs, in a file or on the command line:
#   snakemake --configfile config/smoke.yaml
#   snakemake --config seed=2 constrained='{network: {gain: 1.2}}'
#
# Generated from the typed settings in workflow/corticomotor/settings. After a change there:
#   python -m corticomotor.settings.generate
"""
COLUMNS = 100


def default_yaml() -> str:
    """Write default.yaml as text: all settings with their defaults and docstrings."""
    return "\n".join([HEADER, *_block(Settings(), "")]) + "\n"


def schema_json() -> str:
    """Write schema.json as text: the JSON schema with which editors check a config."""
    schema = Settings.model_json_schema()
    for block in (schema, *schema["$defs"].values()):
        for setting in block["properties"].values():
            if "$ref" in setting:  # the defaults stand in the block that it refers to
                setting.pop("default")
    draft = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(draft | schema, indent=2, ensure_ascii=False) + "\n"


def main(arguments: list[str] | None = None) -> None:
    """Write the two files; with --check, only exit with an error where they differ."""
    parser = argparse.ArgumentParser(description=inspect.getdoc(sys.modules[__name__]))
    parser.add_argument("--check", action="store_true", help="write nothing, compare the files")
    parser.add_argument("--folder", type=Path, default=Path("config"), help="default: config")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        sys.exit(f"{options.folder}: expected the folder of the config files, found none")

    files = {
        options.folder / "default.yaml": default_yaml(),
        options.folder / "schema.json": schema_json(),
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
            "(run python -m corticomotor.settings.generate)"
        )


def _block(block: Block, indent: str) -> Iterator[str]:
    for name, field in type(block).model_fields.items():
        value = getattr(block, name)
        if isinstance(value, Block):
            yield ""
            yield from _comment(field.description or inspect.getdoc(type(value)) or "", indent)
            yield f"{indent}{name}:"
            yield from _block(value, indent + "  ")
            continue
        if isinstance(value, dict):
            yield ""
            yield from _comment(field.description or "", indent)
            yield f"{indent}{name}:"
            for key, entry in value.items():
                if isinstance(entry, Block):
                    yield f"{indent}  {key}:"
                    yield from _block(entry, indent + "    ")
                else:
                    yield f"{indent}  {key}: {_flow(entry)}"
            continue
        line = f"{indent}{name}: {_flow(value)}"
        comment = " ".join((field.description or "").split())
        if len(f"{line}  # {comment}") <= COLUMNS:
            yield f"{line}  # {comment}"
        else:
            yield from _comment(comment, indent)
            yield line


def _comment(text: str, indent: str) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        for line in textwrap.wrap(" ".join(paragraph.split()), COLUMNS - len(indent) - 2):
            yield f"{indent}# {line}"


def _flow(value: object) -> str:
    """One line of YAML, with floats as YAML 1.1 reads them (1.0e-05)."""
    text: str = yaml.safe_dump(value, default_flow_style=True, width=math.inf)
    return text.removesuffix("...\n").strip()


if __name__ == "__main__":
    main()
