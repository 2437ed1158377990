"""The text of config/default.yaml and config/schema.json, from the typed settings."""

import inspect
import json
import math
import textwrap
from collections.abc import Iterator

import yaml

from corticomotor.settings.root import Settings
from corticomotor.study.blocks import Block

HEADER = """\
# yaml-language-server: $schema=schema.json
#
# Every setting with its default. To change the experiment, edit the values here, or leave this
# file alone and give what differs, in a file or on the command line:
#   snakemake --configfile config/smoke.yaml
#   snakemake --config seed=2 constrained='{network: {gain: 1.2}}'
#
# Generated from the typed settings in workflow/corticomotor. After a change there:
#   make settings
"""
COLUMNS = 100


def default_yaml(model: type[Settings]) -> str:
    """Write default.yaml as text: all settings with their defaults and docstrings."""
    return "\n".join([HEADER, *_block(model(), "")]) + "\n"


def schema_json(model: type[Settings]) -> str:
    """Write schema.json as text: the JSON schema with which editors check a config."""
    schema = model.model_json_schema()
    for block in (schema, *schema["$defs"].values()):
        for setting in block["properties"].values():
            if "$ref" in setting:  # the defaults stand in the block that it refers to
                setting.pop("default")
    draft = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(draft | schema, indent=2, ensure_ascii=False) + "\n"


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
