"""Hold plans against what jobs then take: the same stages, with ten times the work and more.

    python tests/benchmarks/plans.py  # a few minutes, on one core

Two plans are made before anything runs: from the table that comes with the workflow, which another
machine may have measured, and, as after a run with the default settings, from the jobs with these.
Fails if by the second a job takes more than 1.5 times what was planned, or less than two thirds.
How many iterations a circuit takes, no plan knows.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

from planning.dry_run import dry_run  # noqa: E402
from planning.estimates import Estimates  # noqa: E402
from planning.measured import read_measured  # noqa: E402
from planning.records import read_records  # noqa: E402

ALLOWED = 1.5
JOBS = (
    *(
        f"constrained/{overrides}networks/FFH/replicate-1"
        for overrides in ("", "network.units=600/", "network.epochs=30+network.units=1000/")
    ),
    *(
        f"constrained/{overrides}ground_truth/replicate-1"
        for overrides in ("", "circuit.neurons=400/", "gain_learning.iterations=2000/")
    ),
    *(
        f"motifs/{overrides}preparation/units-100-gain-1.4-loops-50/replicate-1"
        for overrides in ("", "preparation.trials=64/", "preparation.iterations=4000/")
    ),
    *(
        f"motifs/{overrides}pairs/multiplicative-gain-1.4-loops-1.5/replicate-1"
        for overrides in ("", "pairs.trials=90/", "pairs.iterations=800/")
    ),
)


def main() -> None:
    """Plan, run, compare."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        targets = [f"results/{job}.h5" for job in JOBS]
        arguments = [
            *("--snakefile", str(ROOT / "Snakefile"), "--directory", name, "--cores", "1"),
            *("--", *targets),
        ]
        jobs = {job.log: job for job in dry_run(folder, arguments)}
        command = [sys.executable, "-m", "snakemake", "--quiet", "all", *arguments]
        subprocess.run(command, cwd=ROOT, check=True)
        records = read_records(folder)
    measured = read_measured(ROOT / "workflow" / "profiles" / "measured.json").costs
    of_defaults = {log: record for log, record in records.items() if "=" not in log}
    before, after = Estimates({}, measured), Estimates(of_defaults, measured)
    worst = 1.0
    print(f"{'job':84} {'work':>8} {'CPU s':>7} {'table':>7} {'here':>7}")
    for job in JOBS:
        log = f"results/logs/{job}.log"
        took = records[log].cost.cpu_seconds
        planned = [made.of(jobs[log]) for made in (before, after)]
        seconds = [estimate[0].cpu_seconds for estimate in planned if estimate]
        worst = max(worst, seconds[-1] / took, took / seconds[-1])
        numbers = " ".join(f"{each:7.1f}" for each in (took, *seconds))
        print(f"{job:84} {jobs[log].work:8.1e} {numbers}")
    if worst > ALLOWED:
        sys.exit(f"planned and measured CPU time differ by a factor of {worst:.2f}")


if __name__ == "__main__":
    main()
