import os
import sys
from pathlib import Path
from shlex import quote

# Jobs run the package of this very tree, whether it is installed or not.
PACKAGES = str(Path(workflow.basedir) / "workflow")
sys.path.insert(0, PACKAGES)
# Snakemake formats the prefix once more, hence the doubled braces.
shell.prefix(
    f"set -euo pipefail; export PYTHONPATH={quote(PACKAGES)}" + "${{PYTHONPATH:+:$PYTHONPATH}}; "
)

from corticomotor.runtime.errors import InputError
from corticomotor.runtime.locks import release_stale_lock
from corticomotor.runtime.provenance import code_fingerprint, content_digest
from corticomotor.settings.loading import load
from corticomotor.settings.root import as_config
from corticomotor.settings.overrides import PLACE, changes_of, place, setting
from corticomotor.settings.combinations import (
    logarithmic_settings,
    networks_of,
    points,
    study_of,
    sweeps,
)
from corticomotor.settings.root import changed
from corticomotor.settings.stages import reads
from snakemake.exceptions import WorkflowError


wildcard_constraints:
    place=PLACE,
    replicate=r"[1-9][0-9]*",


def check_recordings(settings):
    """Refuse recordings that do not fit the EMG's settings, in the experiment or in a sweep."""
    changes = [
        {},
        *(
            change
            for sweep in sweeps(settings).values()
            if any(path.startswith("constrained.emg.") for path in sweep.vary)
            for change in points(sweep)
        ),
    ]
    for emg in (changed(settings, change).constrained.emg for change in changes):
        if emg.source == "recorded":
            # Slow to import, and most runs need it not.
            from corticomotor.studies.constrained.recordings import check_recording

            check_recording(emg, Path.cwd())


def checked(read, *arguments):
    """Whatever is read; anything wrong ends the run in one line, before any work."""
    try:
        return read(*arguments)
    except InputError as error:
        raise WorkflowError(str(error)) from None


SETTINGS = checked(load, config)
config.update(as_config(SETTINGS))

# Jobs on a cluster read this file as well; the lock is not theirs.
if workflow.is_main_process:
    checked(check_recordings, SETTINGS)
    release_stale_lock(Path(".snakemake"))


def fingerprint(script):
    """Digest of a script and of the modules that it runs."""
    return code_fingerprint(Path(workflow.basedir) / "workflow" / "scripts" / script)


def digests(*paths):
    """Digests of files from outside, for params: Snakemake does not look into an older file."""
    return [content_digest(path) for path in paths]


def report_file(name):
    """A template or caption: an input compared by content, named relative to where results go."""
    return os.path.relpath(Path(workflow.basedir) / "workflow" / "report" / name)


def captions_of(figures, study="constrained"):
    """Captions of a rule's figures, each of which is an output beside its PDF."""
    names = [name for name in figures.keys() if not name.endswith("_pdf")]
    return [report_file(f"captions/{study}/{name}.rst") for name in names]


def experiment(*blocks, study="constrained", **values):
    """Like `settings_of`, for jobs that gather results: blocks of the study as configured."""
    chosen = {block: setting(config, f"{study}.{block}") for block in blocks}
    return {"seed": config["seed"], **chosen, **values}


def replicates(study="constrained"):
    return range(1, config[study]["replicates"]["count"] + 1)


def sweeps_of(study):
    """Names of the sweeps of a study's settings."""
    return [name for name, sweep in sweeps(SETTINGS).items() if study_of(sweep) == study]
