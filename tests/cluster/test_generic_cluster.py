"""The profile for other schedulers, with a shell in a scheduler's place."""

from __future__ import annotations

from pathlib import Path

from harness import TINY, Checkout, results

PROFILE = ("--workflow-profile", "workflow/profiles/generic-cluster")
TARGET = "results/constrained/ground_truth/replicate-1.h5"
RULES = ["constrained_circuit", "constrained_emg", "constrained_ground_truth"]
# Refuses the first job, notes what the others ask for and starts them at once.
SCHEDULER = """\
if mkdir {folder}/refused 2> /dev/null; then exit 1; fi
echo "$1 $2 $3" >> {folder}/submitted
sh "$4" > "$4.log" 2>&1 &
echo $!
"""


def scheduler(folder: Path) -> tuple[str, ...]:
    """Options that put a shell script in a scheduler's place."""
    script = folder / "submit.sh"
    script.write_text(SCHEDULER.format(folder=folder), encoding="utf-8")
    submit = f"sh {script} {{rule}} {{resources.mem_mb}} {{resources.runtime}}"
    return ("--cluster-generic-submit-cmd", submit, "--cluster-generic-cancel-cmd", "kill")


def test_jobs_are_submitted_and_give_the_bytes_of_a_local_run(checkout: Checkout) -> None:
    folder, local = checkout.folder("generic"), checkout.folder("generic-local")
    config = checkout.config(folder, TINY)
    options = (*PROFILE, *scheduler(folder))

    checkout.run(folder, config, *options, targets=[TARGET]).expect()
    checkout.run(local, config, "--cores", "2", targets=[TARGET]).expect()

    assert (folder / "refused").exists()
    submitted = [line.split() for line in (folder / "submitted").read_text().splitlines()]
    assert sorted(rule for rule, _, _ in submitted) == RULES
    assert all(int(memory) >= 100 and int(minutes) >= 1 for _, memory, minutes in submitted)
    assert results(folder, ".h5") == results(local, ".h5")
    assert len(results(folder, ".h5")) == len(RULES)

    again = checkout.run(folder, config, *options, targets=[TARGET]).expect()
    assert "Nothing to be done" in again.output
