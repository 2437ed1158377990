"""The report of a study: the figures of merit as JSON, and a PDF that a Typst template lays out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from corticomotor.reports.costs import costs_by_rule
from corticomotor.runtime import store
from corticomotor.runtime.contracts import contract_of
from corticomotor.runtime.files import replaced
from corticomotor.runtime.jobs import Job
from corticomotor.runtime.provenance import value_digest
from corticomotor.runtime.versions import package_versions
from corticomotor.sweeps.summary import describe, summary_of


def write_report(job: Job[Any]) -> None:
    """Summarise a study, write its summary and typeset its report, with its sweeps and costs.

    Args:
        job: of the rule of a study's report (`corticomotor.wiring.ReportRule`).
    """
    params = job.params
    module, function = params.summarise
    summarise = getattr(import_module(module), function)
    found = summarise(job.rng(f"{params.study}/report"), **job.shown(), **params.arguments)
    costs = costs_by_rule(
        # Logs of the study's jobs lie beside its own.
        Path(job.log.name).parent,
        params.rules,
        params.settings["replicates"]["count"],
        {override for sweep in params.sweeps.values() for override in sweep["overrides"]},
        set(params.chosen),
    )
    sweeps = _sweeps(job)
    summary = found | {
        # Tells whose numbers these are, wherever the file is copied.
        "made_with": {
            "settings": value_digest(params.settings),
            "code": job.provenance["code"],
            "identity": job.provenance["identity"],
        },
        "sweep": {sweep["name"]: sweep["combinations"] for sweep in sweeps},
        "cpu_seconds": {
            "total": round(sum(cost.cpu_seconds for cost in costs), 2),
            **{cost.rule: cost.cpu_seconds for cost in costs},
        },
        "peak_memory_mb": {cost.rule: cost.peak_memory_mb for cost in costs},
    }
    with replaced(job.output.summary) as temporary:
        temporary.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    typeset(
        Path(job.input.texts[0]),
        Path(job.output.report),
        {
            "title": params.title,
            "question": params.question,
            "summary": summary,
            "answer": summary["answer"],
            "paper": params.paper,
            "figures": _by_stem(job.input.figures),
            "captions": params.captions,
            "networks": params.networks,
            "config": params.settings,
            "settings": _rows(params.settings),
            "seed": job.seed,
            "versions": package_versions(),
            "costs": [vars(cost) for cost in costs],
            "sweeps": sweeps,
        },
    )


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


def _sweeps(job: Job[Any]) -> list[dict[str, Any]]:
    """The study's sweeps: names, what was found, figures and captions."""
    tables, figures = _by_stem(job.input.sweeps), _by_stem(job.input.sweep_figures)
    shown = []
    for name, sweep in job.params.sweeps.items():
        table = store.read(tables[name], contract_of(sweep["contract"])).to_xarray()
        caption = describe(
            table, sweep["swept"], sweep["title"], sweep["combine"], job.params.networks
        )
        shown.append(
            {
                "name": name,
                "combinations": summary_of(table),
                "figure": figures[name],
                "caption": caption,
            }
        )
    return shown


def _by_stem(files: Iterable[str]) -> dict[str, str]:
    """Absolute paths of files by their names without the suffix."""
    return {Path(file).stem: str(Path(file).resolve()) for file in files}


def _rows(settings: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
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
