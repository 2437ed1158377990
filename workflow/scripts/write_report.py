"""The study's report as a PDF and its figures of merit as JSON."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corticomotor import jobs, store
from corticomotor.costs import costs_by_rule
from corticomotor.files import replaced
from corticomotor.provenance import package_versions
from corticomotor.reports import captions, typeset
from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.summary import answer, summarise

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Summarise the replicates, then write the JSON and typeset the PDF."""
    summary = summarise(
        job.rng("constrained/report"),
        circuits=_read(job.input.circuits, contracts.CIRCUIT),
        ground_truths=_read(job.input.ground_truth, contracts.GROUND_TRUTH),
        free=_read(job.input.free, contracts.NETWORK),
        hinted=_read(job.input.hinted, contracts.NETWORK),
        similarities=_read(job.input.similarity, contracts.SIMILARITY),
        generalisations=_read(job.input.generalisation, contracts.GENERALISATION),
        sweep=_read(job.input.sweep, contracts.SWEEP_POINT),
    )
    costs = costs_by_rule(Path(job.log.name).parents[1], job.settings["replicates"]["count"])
    summary["cpu_seconds"] = {
        "total": round(sum(cost.cpu_seconds for cost in costs), 2),
        **{cost.rule: cost.cpu_seconds for cost in costs},
    }
    summary["peak_memory_mb"] = {cost.rule: cost.peak_memory_mb for cost in costs}
    summary["answer"] = answer(summary)
    with replaced(job.output.summary) as temporary:
        temporary.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    template = Path(job.input.template)
    typeset(
        template,
        Path(job.output.report),
        {
            "summary": summary,
            "answer": summary["answer"],
            "figures": {
                Path(figure).stem: str(Path(figure).resolve()) for figure in job.input.figures
            },
            "captions": captions(Path(job.input.captions[0]).parent),
            "settings": _rows(job.settings),
            "seed": job.seed,
            "versions": package_versions(),
            "costs": [vars(cost) for cost in costs],
        },
    )


def _read(paths: list[str], contract: store.Contract) -> list[Any]:
    return [store.read(path, contract) for path in paths]


def _rows(settings: dict[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Settings as (block, [(name, value)]), nested blocks with dotted names."""

    def flatten(block: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
        rows = []
        for name, value in block.items():
            if isinstance(value, dict):
                rows += flatten(value, f"{prefix}{name}.")
            else:
                rows.append((f"{prefix}{name}", json.dumps(value)))
        return rows

    return [(name, flatten(block)) for name, block in settings.items() if isinstance(block, dict)]


if "snakemake" in globals():
    jobs.run(snakemake, main)
