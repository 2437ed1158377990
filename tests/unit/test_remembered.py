import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corticomotor.runtime import remembered
from corticomotor.runtime.files import remove_leftovers
from corticomotor.runtime.records import Record, record_of
from corticomotor.runtime.remembered import RememberedRecords

FILE = "results/table.csv"
MADE = {
    **{"settings": {"seed": 1}, "versions": {"numpy": "2.4"}, "inputs": {"emg": [["d", "i"]]}},
    **{"seed": 1, "replicate": 3, "code": "c", "told": "t", "identity": "i"},
}


@pytest.fixture(autouse=True)
def workplace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("results").mkdir()
    write(FILE, "1,2\n")


@pytest.fixture
def cache():
    return Path("results/.records.json")


@pytest.fixture
def reads(monkeypatch):
    """Paths of files that were read."""
    found = []

    def counted(path):
        found.append(str(path))
        return record_of(path)

    monkeypatch.setattr(remembered, "record_of", counted)
    return found


@pytest.fixture
def settled(monkeypatch):
    """Makes files old enough to be kept."""
    monkeypatch.setattr(remembered, "_SETTLED_NS", -1e18)


def write(path, text):
    Path(path).write_text(text)
    return path


def tick():
    """Wait until the clock of the file system, which is a coarse one, goes on."""
    before = os.stat(write("tick", "")).st_ctime_ns
    while os.stat(write("tick", "")).st_ctime_ns == before:
        time.sleep(0.001)


def again(cache, path=FILE):
    return RememberedRecords(cache)(path)


def kept(cache):
    return json.loads(cache.read_text())["files"] if cache.exists() else {}


def keep(cache, *paths):
    records = RememberedRecords(cache)
    for path in paths or [FILE]:
        records(path)
    records.save()


# Within a plan, and from one to the next


def test_an_unchanged_file_is_read_once(cache, reads, settled):
    records = RememberedRecords(cache)
    first = records(FILE)
    assert first == record_of(Path(FILE))
    assert records(FILE) is first
    records.save()
    assert again(cache) == first
    assert reads == [FILE]


def test_what_was_remembered_is_what_was_read(cache, reads, settled):
    say("i")
    digest = record_of(Path(FILE)).digest
    keep(cache)
    assert again(cache) == Record(digest, "i", MADE | {"digest": digest})
    assert len(reads) == 1


def test_a_file_that_is_not_there_is_none(cache):
    records = RememberedRecords(cache)
    assert records("results/none.csv") is None
    assert records(FILE + "/x") is None
    records.save()
    assert not cache.exists()


def test_what_is_no_file_says_nothing(cache):
    records = RememberedRecords(cache)
    os.mkfifo("results/pipe.csv")
    for path in ("results", "results/pipe.csv"):
        assert records(path) == Record("", "", {})
    records.save()
    assert not cache.exists()


def test_a_file_that_appears_or_goes_is_noticed(cache, settled):
    records = RememberedRecords(cache)
    assert records("results/new.csv") is None
    write("results/new.csv", "1\n")
    assert records("results/new.csv") == record_of(Path("results/new.csv"))
    os.unlink("results/new.csv")
    assert records("results/new.csv") is None


# What is another file


def overwrite(path):
    """Other bytes of the same number in the same file, all times set back."""
    status = os.stat(path)
    with open(path, "r+") as file:
        file.write("3")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert os.stat(path).st_mtime_ns == status.st_mtime_ns
    assert os.stat(path).st_ino == status.st_ino


def rename_over(path):
    """A copy of another file by `cp -p` takes its place."""
    status = os.stat(path)
    other = write("other.csv", "3,2\n")
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    subprocess.run(["cp", "-p", other, "copy.csv"], check=True)
    os.replace("copy.csv", path)
    assert os.stat(path).st_mtime_ns == status.st_mtime_ns


def copy_over(path):
    """Another file is copied into it by `cp -p`."""
    status = os.stat(path)
    other = write("other.csv", "3,2\n")
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    subprocess.run(["cp", "-p", other, path], check=True)


def append(path):
    status = os.stat(path)
    with open(path, "a") as file:
        file.write("3\n")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def remake(path):
    os.unlink(path)
    write(path, "3,2\n")


def link(path):
    write("other.csv", "3,2\n")
    os.unlink(path)
    os.symlink(os.path.abspath("other.csv"), path)


CHANGES = [overwrite, rename_over, copy_over, append, remake, link]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("restarted", [False, True])
def test_a_changed_file_is_noticed_whatever_its_times(cache, settled, change, restarted):
    records = RememberedRecords(cache)
    before = records(FILE)
    records.save()
    tick()
    change(FILE)
    if restarted:
        records = RememberedRecords(cache)
    assert records(FILE) == record_of(Path(FILE)) != before
    records.save()
    assert again(cache) == record_of(Path(FILE))


def test_what_a_link_leads_to_counts(cache, settled):
    link(FILE)
    keep(cache)
    tick()
    overwrite("other.csv")
    assert again(cache) == record_of(Path(FILE))


def test_a_touched_file_is_read_again_and_is_the_same(cache, settled, reads):
    keep(cache)
    before = again(cache)
    os.utime(FILE, (1, 1))
    assert again(cache) == before
    assert reads == [FILE] * 2


def test_a_copy_of_what_is_remembered_does_no_harm(cache, settled, reads):
    keep(cache)
    shutil.copytree("results", "copy", copy_function=shutil.copy2)
    os.chdir("copy/..")
    shutil.move("results", "before")
    shutil.move("copy", "results")
    tick()
    overwrite(FILE)
    assert again(cache) == record_of(Path(FILE))
    assert reads == [FILE] * 2


SIDECAR = Path("results/provenance/table.csv.json")


def say(identity):
    SIDECAR.parent.mkdir(exist_ok=True)
    digest = record_of(Path(FILE)).digest
    SIDECAR.write_text(json.dumps(MADE | {"digest": digest, "identity": identity}))


def say_as_before(identity):
    status = os.stat(SIDECAR)
    say(identity)
    os.utime(SIDECAR, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.parametrize(
    ("before", "change", "identity"),
    [
        # What says it can get lost, be put back, or be written when the file is there already.
        ("i", lambda: os.unlink(SIDECAR), None),
        ("i", lambda: say("j"), "j"),
        ("i", lambda: say_as_before("j"), "j"),
        (None, lambda: say("j"), "j"),
    ],
)
def test_what_stands_beside_a_file_counts_as_the_file_does(
    cache, settled, before, change, identity
):
    if before:
        say(before)
    keep(cache)
    assert again(cache).made.get("identity") == before
    tick()
    change()
    assert again(cache) == record_of(Path(FILE))
    assert again(cache).made.get("identity") == identity


def test_a_young_file_beside_it_is_read_each_time(cache, monkeypatch):
    monkeypatch.setattr(remembered, "_SETTLED_NS", 0.1e9)
    time.sleep(0.15)
    say("i")
    now = [os.stat(SIDECAR).st_ctime_ns]
    monkeypatch.setattr(time, "time_ns", lambda: now[0])
    keep(cache)
    assert kept(cache) == {}
    now[0] += 10**9
    keep(cache)
    assert kept(cache).keys() == {FILE}


# Files that may change once more within one tick of the clock


def test_a_young_file_is_read_each_time_and_not_kept(cache, reads):
    records = RememberedRecords(cache)
    records(FILE)
    records(FILE)
    assert reads == [FILE] * 2
    records.save()
    assert kept(cache) == {}


def test_a_young_file_that_changes_within_a_tick_is_noticed(cache, monkeypatch):
    # As if the clock stood still: every stamp is the same.
    monkeypatch.setattr(remembered, "_stamp", lambda path: [4, 0, NOW, 1])
    records = RememberedRecords(cache)
    before = records(FILE)
    write(FILE, "3,2\n")
    assert records(FILE) == record_of(Path(FILE)) != before


NOW = time.time_ns() + 3600 * 10**9


def test_a_file_is_kept_when_it_has_settled(cache, reads, monkeypatch):
    records = RememberedRecords(cache)
    records(FILE)
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now + 3 * 10**9)
    records(FILE)
    records(FILE)
    assert len(reads) == 2
    records.save()
    assert kept(cache).keys() == {FILE}


def test_a_file_from_the_future_is_never_trusted(cache, reads, monkeypatch):
    # A clock that was set back, or another machine's.
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    keep(cache)
    assert again(cache)
    assert reads == [FILE] * 2


def test_a_long_reading_does_not_make_a_file_look_settled(cache, monkeypatch):
    now = [os.stat(FILE).st_ctime_ns]
    monkeypatch.setattr(time, "time_ns", lambda: now[0])

    def slow(path):
        found = record_of(path)
        # Another program writes while it is read, within the tick of the first look.
        now[0] += 10 * 10**9
        return found

    monkeypatch.setattr(remembered, "record_of", slow)
    keep(cache)
    assert kept(cache) == {}


# The file that remembers


def test_what_is_gone_is_forgotten(cache, settled):
    write("results/other.csv", "1\n")
    keep(cache, FILE, "results/other.csv")
    assert kept(cache).keys() == {FILE, "results/other.csv"}
    os.unlink("results/other.csv")
    write("results/new.csv", "1\n")
    keep(cache, "results/new.csv")
    # What this plan did not ask for stays, as long as it is there.
    assert kept(cache).keys() == {FILE, "results/new.csv"}


def test_nothing_is_written_when_nothing_is_new(cache, settled):
    keep(cache)
    before = os.stat(cache).st_ino
    keep(cache)
    assert os.stat(cache).st_ino == before


def test_it_is_kept_where_it_was_asked_for(cache, settled, tmp_path, monkeypatch):
    records = RememberedRecords(cache)
    records(FILE)
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "results").mkdir(parents=True)
    monkeypatch.chdir(elsewhere)
    records.save()
    assert list(elsewhere.rglob("*.json")) == []
    monkeypatch.chdir(tmp_path)
    assert kept(cache).keys() == {FILE}


def test_without_a_folder_nothing_is_written(settled):
    records = RememberedRecords(Path("nowhere/.records.json"))
    assert records(FILE)
    records.save()
    assert not Path("nowhere").exists()


@pytest.mark.parametrize("mode", [0o555, 0o000])
def test_a_folder_that_cannot_be_written_is_no_error(settled, mode):
    records = RememberedRecords(Path("locked/.records.json"))
    records(FILE)
    Path("locked").mkdir()
    os.chmod("locked", mode)
    try:
        records.save()
    finally:
        os.chmod("locked", 0o755)


def test_a_full_disk_is_no_error(cache, settled, monkeypatch):
    keep(cache)
    before = cache.read_text()
    write("results/other.csv", "1\n")
    records = RememberedRecords(cache)
    records("results/other.csv")

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    records.save()
    assert cache.read_text() == before


def test_a_folder_in_its_place_is_no_error(cache, settled):
    cache.mkdir()
    records = RememberedRecords(cache)
    assert records(FILE)
    records.save()
    assert cache.is_dir()


STAMP = [4, 0, 0, 0]
SAID = {"digest": "d", "identity": "i", "made": {}}


def remembers(stamp=STAMP, said=SAID, **changed):
    return json.dumps({"format": 1, "files": {FILE: [stamp, said]}} | changed).encode()


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"\xff", b"[]", b"null", b"7", b"{}", b"[" * 200_000),
        *(remembers(format=0), remembers(format="1"), remembers(files=[]), remembers(files=None)),
        *(
            remembers(files={FILE: []}),
            remembers(files={FILE: [STAMP]}),
            remembers(files={FILE: 5}),
        ),
        # Of other files.
        *(remembers(), remembers(stamp=None), remembers(stamp="text")),
        *(remembers(said=said) for said in (None, [], {}, "text", SAID | {"more": 1})),
        *(remembers(said=SAID | {"digest": each}) for each in (None, 5, [])),
        *(remembers(said=SAID | {"identity": each}) for each in (None, 5, [])),
    ],
)
def test_what_makes_no_sense_is_ignored_and_replaced(cache, settled, content):
    cache.write_bytes(content)
    records = RememberedRecords(cache)
    assert records(FILE) == record_of(Path(FILE))
    records.save()
    assert kept(cache).keys() == {FILE}
    assert again(cache) == record_of(Path(FILE))


@pytest.mark.parametrize(
    "made",
    [
        *(None, [], "text", 5, {"identity": "i"}),
        *(MADE | {"inputs": each} for each in ([], "text", {"emg": "d"}, {"emg": [["d"]]})),
        *(MADE | {"versions": each} for each in ([], "2.4", None)),
        MADE | {"identity": 5},
    ],
)
def test_a_provenance_that_makes_no_sense_is_ignored(cache, settled, made):
    # All else fits the file.
    keep(cache)
    stamp, said = kept(cache)[FILE]
    cache.write_bytes(remembers(stamp, said | {"made": made}))
    assert again(cache) == record_of(Path(FILE))


def test_what_another_file_says_is_not_taken_for_ones_own(cache, settled):
    # Its name, size and time of content are the same.
    keep(cache)
    stamp, said = kept(cache)[FILE]
    for index in range(4):
        other = [each + (position == index) for position, each in enumerate(stamp)]
        cache.write_bytes(remembers(other, said | {"digest": "another"}))
        assert again(cache).digest == record_of(Path(FILE)).digest
    cache.write_bytes(remembers(stamp, said | {"digest": "another"}))
    assert again(cache).digest == "another"


@pytest.mark.parametrize("form", [0, 2, "1", None])
def test_what_another_version_has_written_is_ignored(cache, settled, form):
    keep(cache)
    stamp, said = kept(cache)[FILE]
    cache.write_bytes(remembers(stamp, said | {"digest": "another"}, format=form))
    assert again(cache).digest == record_of(Path(FILE)).digest


SAVER = """
import os, sys
sys.path[:0] = sys.argv[3:]
from pathlib import Path
from corticomotor.runtime import remembered
remembered._SETTLED_NS = -1e18
cache, path = map(Path, sys.argv[1:3])
print("ready", flush=True)
sys.stdin.readline()
for number in range(200):
    path.write_text(str(number))
    records = remembered.RememberedRecords(cache)
    # Never half a file, whoever else saves.
    assert not cache.exists() or len(records._known) >= 1, "lost"
    records(str(path))
    records.save()
"""


def test_two_processes_that_save_at_once_lose_nothing_but_memory(cache, settled):
    keep(cache)
    paths = ["results/1.csv", "results/2.csv"]
    savers = [
        subprocess.Popen(
            [sys.executable, "-c", SAVER, cache, path, *filter(None, sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for path in paths
    ]
    for saver in savers:
        assert saver.stdout.readline() == "ready\n"
    for saver in savers:
        saver.stdin.write("go\n")
        saver.stdin.flush()
    for saver in savers:
        saver.communicate()
        assert saver.returncode == 0
    assert kept(cache).keys() <= {FILE, *paths}
    for path in (FILE, *paths):
        assert again(cache, path) == record_of(Path(path))
    assert [file.name for file in Path("results").glob(".*")] == [cache.name]


def test_what_a_killed_process_leaves_goes_at_the_next_start(cache, settled, monkeypatch):
    name = "localhost.1.0-0"
    monkeypatch.setattr(remembered.processes, "own_name", lambda: name)
    monkeypatch.setattr(Path, "replace", lambda self, target: None)
    keep(cache)
    [left] = Path("results").glob(".*")
    assert left.name == f".{cache.name}.{name}.tmp"
    monkeypatch.setattr(remembered.processes, "_machine", lambda: "localhost")
    remove_leftovers(Path("results"))
    assert not left.exists()


def test_plans_are_fast(cache, settled, reads):
    # 500 networks, as a long study has them.
    paths = [write(f"results/{number}.csv", str(number)) for number in range(500)]
    keep(cache, *paths)
    begin = time.perf_counter()
    records = RememberedRecords(cache)
    assert all(map(records, paths))
    assert time.perf_counter() - begin < 1
    assert len(reads) == 500
