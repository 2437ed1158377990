import errno
import os
import resource
import subprocess
import sys
import time

import pytest

from corticomotor.runtime import processes
from corticomotor.runtime.errors import InputError
from corticomotor.runtime.files import opened_log, remove_leftovers, replaced

DEAD = processes.own_name().split("-")[0] + "-0"


def test_folders_are_made_and_a_failure_leaves_none_of_it(tmp_path):
    path = tmp_path / "a/b/file.txt"
    with replaced(path) as temporary:
        temporary.write_text("1")
        assert not path.exists()
    with pytest.raises(TypeError), replaced(path) as temporary:
        temporary.with_suffix(".gif").write_text("2") and temporary.write_text(2)
    assert path.read_text() == "1"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "number",
    [
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EROFS,
        errno.EACCES,
        errno.ENOTDIR,
        errno.EEXIST,
    ],
)
def test_a_disk_that_refuses_is_one_line(tmp_path, number):
    path = tmp_path / "file.txt"
    with pytest.raises(InputError) as caught, replaced(path):
        raise OSError(number, os.strerror(number))
    expected = f"{path}: expected to be written, found that the disk refuses it: "
    assert str(caught.value) == expected + os.strerror(number)


def test_other_errors_stay_what_they_are(tmp_path):
    with pytest.raises(FileNotFoundError), replaced(tmp_path / "file.txt"):
        (tmp_path / "nothing").read_text()


FULL = """
import sys
from pathlib import Path
import numpy as np
sys.path[:0] = sys.argv[2:]
import test_store as t
from corticomotor.runtime.errors import InputError
try:
    t.store.write(Path(sys.argv[1]), t.circuit(), t.CIRCUIT, t.PROVENANCE)
except InputError as error:
    sys.exit(str(error))
"""


def test_no_room_for_a_result_is_one_line(tmp_path):
    # A limit on the size of files fails where a full disk does: in the system's own writing.
    path = tmp_path / "results/replicate-1.h5"
    run = subprocess.run(
        [sys.executable, "-c", FULL, path, os.path.dirname(__file__), *sys.path],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert run.returncode == 1
    assert run.stderr.splitlines() == [
        f"{path}: expected to be written, found that the disk refuses it: File too large"
    ]
    assert not list(path.parent.iterdir())


LOG = """
import sys
from corticomotor.runtime.files import opened_log
with opened_log(sys.argv[1]) as log:
    for k in range(1000):
        log.write(f"{k:9}\\n")
    print(log.name)
"""


def test_a_log_ends_where_the_disk_does(tmp_path):
    path = tmp_path / "a.log"
    run = subprocess.run(
        [sys.executable, "-c", LOG, path],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, f"{path}\n", "")
    assert path.read_text().startswith("        0\n        1\n")
    assert path.stat().st_size == 4096


def test_a_log_is_written_line_by_line(tmp_path):
    with opened_log(tmp_path / "a.log") as log:
        log.write("first µ\nsecond")
        assert (tmp_path / "a.log").read_text(encoding="utf-8").startswith("first µ\n")


def test_leftovers_of_the_dead_go_and_nothing_else(tmp_path):
    kept = [
        f".a.h5.{processes.own_name()}.tmp",
        ".a.h5.another-machine.1.4e8b687a-0.tmp",
        f"a.{DEAD}.tmp",
        ".a.h5.123.tmp",
        ".hidden",
        "a.h5",
        "a.tmp",
    ]
    gone = [f".a.h5.{DEAD}.tmp", f".film.gif.{DEAD}.gif", ".b.h5.another-machine.2.4e8b687a-0.tmp"]
    folder = tmp_path / "networks/FF"
    folder.mkdir(parents=True)
    for name in [*kept, *gone]:
        (folder / name).touch()
    os.utime(folder / gone[-1], (time.time() - 2 * 86400,) * 2)

    remove_leftovers(tmp_path)
    remove_leftovers(tmp_path / "nothing")

    assert sorted(file.name for file in folder.iterdir()) == sorted(kept)


def test_results_that_are_no_folder(tmp_path):
    (tmp_path / "results").write_text("")
    with pytest.raises(InputError, match=r"/results: expected a folder, found a file$"):
        remove_leftovers(tmp_path / "results")
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(InputError, match=r"/link: expected a folder, found a link to nothing$"):
        remove_leftovers(tmp_path / "link")
    remove_leftovers(tmp_path / "none")
