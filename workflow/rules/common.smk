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

from corticomotor.errors import InputError
from corticomotor.locks import release_stale_lock
from corticomotor.provenance import code_fingerprint, content_digest
from corticomotor.settings import as_config, load
from snakemake.exceptions import WorkflowError


def validated(config):
    """The config with all defaults filled in; anything wrong ends the run before any work."""
    try:
        settings = load(config)
        if settings.constrained.emg.source == "recorded":
            # Slow to import, and most runs need it not.
            from corticomotor.studies.constrained.recordings import check_recording

            check_recording(settings.constrained.emg, Path.cwd())
    except InputError as error:
        raise WorkflowError(str(error)) from None
    return as_config(settings)


config.update(validated(config))

# Jobs on a cluster read this file as well; the lock is not theirs.
if workflow.is_main_process:
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


def settings_of(*blocks, study="constrained", **values):
    """One plain dict for a rule's params: the seed, these blocks of its study, and more values."""
    chosen = {block: lookup(f"{study}/{block}", within=config) for block in blocks}
    return {"seed": config["seed"], **chosen, **values}


def from_replicate(stage, pattern):
    """Input of a replicate, or of replicate 1 where the config lets replicates share the stage."""
    shared = stage in lookup("constrained/replicates/shared", within=config)
    return pattern.replace("{replicate}", "1") if shared else pattern


def replicates():
    return range(1, lookup("constrained/replicates/count", within=config) + 1)


def recording():
    """The recorded EMG, if the experiment uses any: the EMG stage depends on its content."""
    emg = lookup("constrained/emg", within=config)
    return [emg["recording"]["path"]] if emg["source"] == "recorded" else []


def recorded():
    return {"recorded": digests(*recording())} if recording() else {}


def observed_muscles():
    return {"muscle_fraction": lookup("constrained/sample/muscle_fraction", within=config)}


def hinted_network(pattern):
    """The FFH network whose hints come from the sample of the main comparison."""
    fraction = lookup("constrained/sample/neuron_fraction", within=config)
    return pattern.replace("{fraction}", repr(fraction))


def observed_fractions():
    """Fractions of the sweep, in ascending order, with that of the main comparison."""
    swept = lookup("constrained/sweep/observed_fractions", within=config)
    return sorted({*swept, lookup("constrained/sample/neuron_fraction", within=config)})
