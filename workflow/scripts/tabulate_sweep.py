"""The table of one sweep, as HDF5 and as CSV."""

from typing import TYPE_CHECKING

from corticomotor import sweeps
from corticomotor.runtime import jobs, store

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: jobs.Job) -> None:
    """Gather the measures of all points and networks and write them as one table."""
    study, swept = job.settings["study"], job.settings["swept"]
    paths = job.input.measures
    # Points at which a network is the same share a file.
    measures = {path: store.read(path, sweeps.measures_contract(study)) for path in set(paths)}
    table = sweeps.tabulate(
        study,
        swept,
        job.settings["points"],
        job.settings["networks"],
        [measures[path] for path in paths],
    )
    store.write(job.output.table, table, sweeps.contract(study, swept), job.provenance())
    sweeps.write_csv(job.output.csv, table, swept)


if "snakemake" in globals():
    jobs.run(snakemake, main)
