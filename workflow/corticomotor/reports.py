"""Reports of studies: the figures of merit as JSON, and a PDF that a Typst template lays out."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from corticomotor import sweeps
from corticomotor.runtime import store
from corticomotor.runtime.costs import costs_by_rule
from corticomotor.runtime.files import replaced
from corticomotor.runtime.jobs import Job
from corticomotor.runtime.provenance import package_versions
from corticomotor.settings.combinations import points
from corticomotor.settings.overrides import change
from corticomotor.settings.sweeps import Sweep


def write_report(
    job: Job, study: str, summary: dict[str, Any], figures: Iterable[str], **more: Any
) -> None:
    """Write a study's summary and typeset its report, both with its sweeps and its jobs' costs.

    Args:
        job: has the inputs `template`, `captions`, `sweeps` and `sweep_figures`, the outputs
            `report` and `summary`, and the study's settings with its sweeps.
        study: name of the study.
        summary: figures of merit, and the answer in sentences as `answer`; JSON-able.
        figures: PDF files, which the template finds by their names without the suffix.
        more: what else the template reads; JSON-able.
    """
    costs = costs_by_rule(
        Path(job.log.name).parents[1],
        job.settings["replicates"]["count"],
        {
            change(study, path, value)
            for sweep in job.settings["sweep"].values()
            for point in points(Sweep.model_validate(sweep))
            for path, value in point.items()
        },
    )
    swept = _sweeps(job, study)
    summary = summary | {
        "sweep": {sweep["name"]: sweep["points"] for sweep in swept},
        "cpu_seconds": {
            "total": round(sum(cost.cpu_seconds for cost in costs), 2),
            **{cost.rule: cost.cpu_seconds for cost in costs},
        },
        "peak_memory_mb": {cost.rule: cost.peak_memory_mb for cost in costs},
    }
    with replaced(job.output.summary) as temporary:
        temporary.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    typeset(
        Path(job.input.template),
        Path(job.output.report),
        {
            "summary": summary,
            "answer": summary["answer"],
            "figures": {Path(figure).stem: str(Path(figure).resolve()) for figure in figures},
            "captions": captions(Path(job.input.captions[0]).parent),
            "settings": _rows(job.settings),
            "seed": job.seed,
            "versions": package_versions(),
            "costs": [vars(cost) for cost in costs],
            "sweeps": swept,
            **more,
        },
    )


def _sweeps(job: Job, study: str) -> list[dict[str, Any]]:
    """The study's sweeps: names, what was found, figures and captions."""
    shown = []
    files = zip(job.input.sweeps, job.input.sweep_figures, strict=True)
    for (name, sweep), (path, figure) in zip(job.settings["sweep"].items(), files, strict=True):
        swept = [setting.removeprefix(f"{study}.") for setting in sweep["vary"]]
        table = store.read(path, sweeps.contract(study, swept))
        shown.append(
            {
                "name": name,
                "points": sweeps.summary_of(table),
                "figure": str(Path(figure).resolve()),
                "caption": sweeps.describe(table, swept, sweep["title"], sweep["combine"]),
            }
        )
    return shown


def _rows(settings: dict[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Settings as (block, [(name, value)]), no empty ones; a block within a block is one value."""

    def shown(value: Any) -> str:
        if isinstance(value, dict):
            return ", ".join(f"{name} {shown(item)}" for name, item in value.items())
        return json.dumps(value)

    return [
        (name, [(key, shown(value)) for key, value in block.items()])
        for name, block in settings.items()
        if isinstance(block, dict) and block
    ]


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
