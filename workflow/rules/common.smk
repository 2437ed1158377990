import sys
from pathlib import Path
from shlex import quote

from snakemake.exceptions import WorkflowError

# Jobs run the package of this very tree, whether it is installed or not.
ROOT = Path(workflow.basedir) / "workflow"
sys.path.insert(0, str(ROOT))
if set("{}") & set(str(ROOT)):
    raise WorkflowError(f"{ROOT}: expected a folder without braces, which Snakemake fills in")
# Notebooks name a backend for drawing that jobs do not have. Snakemake formats the prefix once more,
# hence the doubled braces.
shell.prefix(
    f"set -euo pipefail; export MPLBACKEND=agg PYTHONPATH={quote(str(ROOT))}"
    + "${{PYTHONPATH:+:$PYTHONPATH}}; "
)

from corticomotor.registry import all_studies
from corticomotor.runtime.errors import InputError
from corticomotor.runtime.files import remove_leftovers
from corticomotor.runtime.locks import release_stale_lock
from corticomotor.runtime.versions import pinned_versions
from corticomotor.settings.files import require_single_names
from corticomotor.settings.loading import load
from corticomotor.settings.overrides import OVERRIDES
from corticomotor.settings.root import as_config, compose
from corticomotor.wiring import check_files, wire
from reruns import decide_by_records
from snakemake.settings.types import DeploymentMethod


wildcard_constraints:
    overrides=OVERRIDES,
    replicate=r"[1-9][0-9]*",


try:
    require_single_names(workflow.configfiles, workflow.config_settings.config_args or ())
    SETTINGS = load(compose(all_studies()), config)
    # Jobs on a cluster read this file as well.
    if workflow.is_main_process:
        check_files(SETTINGS)
        release_stale_lock(Path(".snakemake"))
        remove_leftovers(Path("results"))
    # Conda gives jobs what the environment pins, whatever this process has.
    by_conda = DeploymentMethod.CONDA in workflow.deployment_settings.deployment_method
    PINS = pinned_versions(ROOT / "../envs/environment.yaml") if by_conda else None
except InputError as error:
    # Anything wrong ends the run in one line, before any work.
    raise WorkflowError(str(error)) from None
config.update(as_config(SETTINGS))
STUDIES, SWEEPS = wire(SETTINGS, ROOT, PINS)
decide_by_records(workflow, Path(".snakemake/records.json"))
