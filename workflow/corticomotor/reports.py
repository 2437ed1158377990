"""Typeset reports: a Typst template and its data become a PDF."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corticomotor.files import replaced


def typeset(template: Path, report: Path, data: Mapping[str, Any]) -> None:
    """Compile a Typst template into a PDF.

    The same template, data and figures give the same bytes.

    Args:
        template: reads its data by `json(bytes(sys.inputs.data))`.
        report: the PDF to write, at once or not at all.
        data: JSON-able; paths of figures in it are absolute.
    """
    import typst

    pdf = typst.compile(
        str(template),
        # Figures lie wherever the results do, so absolute paths must be reachable.
        root="/",
        sys_inputs={"data": json.dumps(data)},
        ignore_system_fonts=True,
    )
    with replaced(report) as temporary:
        temporary.write_bytes(pdf)


def captions(folder: Path) -> dict[str, str]:
    """Read the captions of figures: name -> text of `<name>.rst` in a folder."""
    return {
        path.stem: " ".join(path.read_text(encoding="utf-8").split())
        for path in sorted(folder.glob("*.rst"))
    }
