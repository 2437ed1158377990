import sys
from pathlib import Path
from shlex import quote

# Jobs run the package of this very tree, whether it is installed or not.
ROOT = Path(workflow.basedir) / "workflow"
sys.path.insert(0, str(ROOT))
# Snakemake formats the prefix once more, hence the doubled braces.
shell.prefix(
    f"set -euo pipefail; export PYTHONPATH={quote(str(ROOT))}" + "${{PYTHONPATH:+:$PYTHONPATH}}; "
)

from corticomotor.registry import all_studies
from corticomotor.runtime.errors import InputError
from corticomotor.runtime.locks import release_stale_lock
from corticomotor.settings.loading import load
from corticomotor.settings.overrides import OVERRIDES
from corticomotor.settings.root import as_config, compose
from corticomotor.wiring import check_files, wire
from snakemake.exceptions import WorkflowError


wildcard_constraints:
    overrides=OVERRIDES,
    replicate=r"[1-9][0-9]*",


try:
    SETTINGS = load(compose(all_studies()), config)
    # Jobs on a cluster read this file as well.
    if workflow.is_main_process:
        check_files(SETTINGS)
except InputError as error:
    # Anything wrong ends the run in one line, before any work.
    raise WorkflowError(str(error)) from None
config.update(as_config(SETTINGS))
STUDIES, SWEEPS = wire(SETTINGS, ROOT)
if workflow.is_main_process:
    release_stale_lock(Path(".snakemake"))
