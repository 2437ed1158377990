# Sourced at the start of every submitted job: a task of a job array goes on with its own command.
#
# Otherwise the plugin (2.8) wraps the commands of all tasks in that of the first: the wrapper
# expects the first task's output when another task ends, and removes it when another task fails.
if [ "${SLURM_ARRAY_TASK_ID:-}" != "${SLURM_ARRAY_TASK_MIN:-}" ]; then
    own_command=$(python3 - "$0" <<'END'
import base64, json, os, re, sys, zlib

with open(sys.argv[1], encoding="utf-8") as script:
    tasks = re.search(r"--slurm-jobstep-array-execs[=\s]'?([A-Za-z0-9+/=]+)", script.read())
commands = json.loads(base64.b64decode(tasks[1]))
print(zlib.decompress(bytes.fromhex(commands[os.environ["SLURM_ARRAY_TASK_ID"]])).decode())
END
    ) || exit 1
    unset SLURM_ARRAY_TASK_MIN SLURM_ARRAY_TASK_ID
    exec sh -c "$own_command"
fi
