"""The table of one sweep, as HDF5 and as CSV."""

from typing import TYPE_CHECKING, Any

from corticomotor.runtime import jobs, store
from corticomotor.sweeps.table import tabulate, write_csv

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(job: "jobs.Job[Any]") -> None:
    """Gather the measures of all combinations and networks and write them as one table."""
    told = job.params.settings
    files = {network: job.input[f"measures/{network}"] for network in told["networks"]}
    # Combinations at which a network is the same share a file.
    measures = {
        path: store.read(path, job.contract("measures"))
        for paths in files.values()
        for path in set(paths)
    }
    found = {network: [measures[path] for path in paths] for network, paths in files.items()}
    table = tabulate(told["swept"], told["combinations"], found)
    job.write(table)
    write_csv(job.output.csv, table, told["swept"])


if "snakemake" in globals():
    jobs.run(snakemake, main)
