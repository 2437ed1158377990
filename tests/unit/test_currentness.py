"""What is current in a small workflow: make -> train -> measure -> table, and train -> figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from corticomotor.runtime.currentness import Currentness, Planned, difference
from corticomotor.runtime.provenance import made_with, provenance, value_digest
from corticomotor.runtime.records import Record

RECORDING = "data/emg.csv"


@dataclass(frozen=True)
class Job:
    name: str
    replicate: int = 0

    def __str__(self) -> str:
        return f"{self.name}/{self.replicate}" if self.replicate else self.name

    @property
    def outputs(self) -> list[str]:
        # The table is text as well.
        return [f"{self}.h5"] if self.name != "table" else ["table.h5", "table.csv"]


class World:
    """All that jobs are made with, and what files say."""

    def __init__(self) -> None:
        self.seed = 1
        self.settings = {
            "make": {"size": 3},
            "train": {"gain": 1.3, "noise": {"level": 0.1, "kind": "white"}, "units": [10, 20]},
            "measure": {"bins": 5},
            "table": {"digits": 2},
            "figure": {"width": 8},
        }
        self.code = dict.fromkeys(self.settings, "c0")
        self.told = {name: {"caption": f"A {name}."} for name in self.settings}
        self.counted = {"numpy": "2.4.6", "torch": "2.9.0"}
        self.installed = {"python": "3.11.7", "h5py": "3.16", "numpy": "2.4.6"}
        self.installed |= {"torch": "2.9.0+cpu"}
        self.replicates = [1, 2]
        self.measured_as = "measure"
        # What a job's data come from; its code may change and these not.
        self.algorithm = dict.fromkeys(self.settings, "a0")
        self.files: dict[str, Record] = {}
        self.read: list[str] = []
        self.record(RECORDING, "e0")

    def record(self, path: str, digest: str) -> None:
        """A file that nothing of ours has made."""
        self.files[path] = Record(digest, digest, {})

    def jobs(self) -> list[Job]:
        each = [Job(name, k) for name in ("make", "train", "measure") for k in self.replicates]
        return [*each, Job("table"), Job("figure")]

    def before(self, job: Job) -> dict[str, list[Job]]:
        earlier = {"train": "make", "measure": "train", "table": "measure", "figure": "train"}
        if job.name == "make":
            return {}
        name = earlier[job.name]
        numbers = [job.replicate] if job.replicate else self.replicates
        named = self.measured_as if name == "measure" else name
        return {named: [Job(name, number) for number in numbers]}

    def planned(self, job: Job) -> Planned[Job]:
        before = self.before(job)
        inputs = {name: [each.outputs[0] for each in jobs] for name, jobs in before.items()}
        if job.name == "make":
            inputs = {"files": [RECORDING]}
        params = {
            "settings": {"seed": self.seed, job.name: self.settings[job.name]},
            **self.told[job.name],
            "code": self.code[job.name],
            "versions": self.counted,
        }
        wildcards = {"replicate": str(job.replicate)} if job.replicate else {}
        makers = {path: each for jobs in before.values() for each in jobs for path in each.outputs}
        return Planned(job.outputs, inputs, made_with(params, wildcards), makers)

    def run(self, job: Job) -> None:
        planned = self.planned(job)
        inputs = {
            name: [(self.files[path].digest, self.files[path].identity) for path in paths]
            for name, paths in planned.inputs.items()
        }
        made = provenance(planned.made, self.installed, inputs)
        algorithm, settings = self.algorithm[job.name], planned.made["settings"]
        digests = [digest for files in inputs.values() for digest, _ in files]
        for path in job.outputs:
            data = value_digest([path, algorithm, settings, digests])
            self.files[path] = Record(data, made["identity"], made)

    def lookup(self, path: str) -> Record | None:
        self.read.append(path)
        return self.files.get(path)

    def currentness(self) -> Currentness[Job]:
        return Currentness(self.lookup, self.planned)

    def reasons(self) -> dict[str, str]:
        current = self.currentness()
        found = {str(job): current.reason(job) for job in self.jobs()}
        return {name: reason for name, reason in found.items() if reason}


@pytest.fixture
def world() -> World:
    made = World()
    for job in made.jobs():
        made.run(job)
    return made


def same(*jobs: str, reason: str) -> dict[str, str]:
    return {job: f"{job}.h5: {reason}" for job in jobs}


def not_from(path: str, *jobs: str) -> dict[str, str]:
    return same(*jobs, reason=f"{path} is not what it was made from")


def set_(path: str, value: object) -> Callable[[World], None]:
    """Change something of the world, by its path."""

    def change(world: World) -> None:
        first, *names = path.split(".")
        if not names:
            setattr(world, first, value)
            return
        block = getattr(world, first)
        for name in names[:-1]:
            block = block[name]
        block[names[-1]] = value

    return change


def without(*paths: str) -> Callable[[World], None]:
    def change(world: World) -> None:
        for path in paths:
            del world.files[path]

    return change


def without_setting(world: World) -> None:
    del world.settings["train"]["gain"]


def all_of(*changes: Callable[[World], None]) -> Callable[[World], None]:
    def change(world: World) -> None:
        for each in changes:
            each(world)

    return change


def says(path: str, **changed: object) -> Callable[[World], None]:
    """A file that says something else of itself; None takes it away."""

    def change(world: World) -> None:
        record = world.files[path]
        made = {**record.made, **changed}
        made = {name: value for name, value in made.items() if value is not None}
        world.files[path] = replace(record, made=made)

    return change


def holds_another(path: str) -> Callable[[World], None]:
    def change(world: World) -> None:
        world.files[path] = replace(world.files[path], digest="another")

    return change


def damaged(path: str) -> Callable[[World], None]:
    return lambda world: world.record(path, "damaged")


def exchanged(one: str, other: str) -> Callable[[World], None]:
    def change(world: World) -> None:
        files = world.files
        files[one], files[other] = files[other], files[one]

    return change


def copied(source: str, path: str) -> Callable[[World], None]:
    def change(world: World) -> None:
        world.files[path] = world.files[source]

    return change


def made_by_other_code(world: World) -> None:
    """All that trains is made by code that makes the same data."""
    world.code["train"] = "c1"
    for k in world.replicates:
        world.run(Job("train", k))


def made_by_another_algorithm(world: World) -> None:
    world.code["train"], world.algorithm["train"] = "c1", "a1"
    world.run(Job("train", 1))


ALL = ("make/1", "make/2", "train/1", "train/2", "measure/1", "measure/2", "table", "figure")
LEVEL = "settings.train.noise.level"
LONG = "x" * 100

CASES: dict[str, tuple[Callable[[World], None], dict[str, str]]] = {
    "nothing": (lambda world: None, {}),
    # Settings
    "a setting": (
        set_("settings.train.gain", 1.4),
        same("train/1", "train/2", reason="train.gain 1.3 -> 1.4"),
    ),
    "a setting within others": (
        set_(LEVEL, 0.2),
        same("train/1", "train/2", reason="train.noise.level 0.1 -> 0.2"),
    ),
    "a list": (
        set_("settings.train.units", [20, 10]),
        same("train/1", "train/2", reason="train.units [10, 20] -> [20, 10]"),
    ),
    "a block in the place of a value": (
        set_("settings.measure.bins", {"count": 5}),
        same("measure/1", "measure/2", reason='measure.bins 5 -> {"count": 5}'),
    ),
    "a new setting": (
        set_("settings.table.more", None),
        same("table", reason="table.more none -> none"),
    ),
    "a setting less": (
        without_setting,
        same("train/1", "train/2", reason="train.gain 1.3 -> none"),
    ),
    "a long value": (
        set_("settings.table.digits", LONG),
        same("table", reason=f'table.digits 2 -> "{LONG[:58]}…'),
    ),
    "the seed": (set_("seed", 2), same(*ALL, reason="seed 1 -> 2")),
    "names in another order": (
        set_("settings.train", dict(reversed(World().settings["train"].items()))),
        {},
    ),
    # Code, and what rules tell
    "code": (set_("code.measure", "c1"), same("measure/1", "measure/2", reason="its code changed")),
    "a caption": (
        set_("told.figure.caption", "Another."),
        same("figure", reason="what it is told changed"),
    ),
    "one more thing told": (
        set_("told.table.more", 1),
        same("table", reason="what it is told changed"),
    ),
    # Versions
    "a version that counts": (
        set_("counted", {"numpy": "2.5.0", "torch": "2.9.0"}),
        same(*ALL, reason='versions.numpy "2.4.6" -> "2.5.0"'),
    ),
    "a version that does not": (set_("installed.h5py", "4.0"), {}),
    "less that counts": (set_("counted", {"numpy": "2.4.6"}), {}),
    "more that counts": (
        set_("counted", {"numpy": "2.4.6", "scipy": "1.16"}),
        same(*ALL, reason='versions.scipy "" -> "1.16"'),
    ),
    "a package that was not there and is not": (
        set_("counted", {"numpy": "2.4.6", "scipy": ""}),
        {},
    ),
    "another build": (
        says("train/1.h5", versions={"numpy": "2.4.6+mkl", "torch": "2.9.0+cu128"}),
        {},
    ),
    "made with another build and version": (
        says("train/1.h5", versions={"numpy": "2.4.6", "torch": "2.9.1+cu128"}),
        same("train/1", reason='versions.torch "2.9.1" -> "2.9.0"'),
    ),
    # Other files in the place of those that were
    "a replicate's file in another's place": (
        copied("train/2.h5", "train/1.h5"),
        {
            "train/1": "train/1.h5: replicate 2 -> 1",
            **not_from("train/1.h5", "measure/1", "figure"),
        },
    ),
    "two replicates exchanged": (
        exchanged("measure/1.h5", "measure/2.h5"),
        {
            "measure/1": "measure/1.h5: replicate 2 -> 1",
            "measure/2": "measure/2.h5: replicate 1 -> 2",
            **not_from("measure/1.h5", "table"),
        },
    ),
    "another job's file": (
        copied("make/1.h5", "measure/1.h5"),
        {
            "measure/1": 'measure/1.h5: measure none -> {"bins": 5}',
            **not_from("measure/1.h5", "table"),
        },
    ),
    "other data": (holds_another("train/1.h5"), not_from("train/1.h5", "measure/1", "figure")),
    "a damaged intermediate": (
        damaged("train/1.h5"),
        {
            "train/1": "train/1.h5: damaged, or not made by this workflow",
            **not_from("train/1.h5", "measure/1", "figure"),
        },
    ),
    "a damaged end": (
        damaged("figure.h5"),
        same("figure", reason="damaged, or not made by this workflow"),
    ),
    "a damaged second output": (
        damaged("table.csv"),
        {"table": "table.csv: damaged, or not made by this workflow"},
    ),
    "a file without an entry": (
        says("train/1.h5", told=None),
        same("train/1", reason="what it is told changed"),
    ),
    # Inputs
    "more inputs": (
        set_("replicates", [1, 2, 3]),
        {"table": "table.h5: other inputs measure", "figure": "figure.h5: other inputs train"},
    ),
    "fewer inputs": (
        set_("replicates", [1]),
        {"table": "table.h5: other inputs measure", "figure": "figure.h5: other inputs train"},
    ),
    "inputs in another order": (
        set_("replicates", [2, 1]),
        {**not_from("measure/2.h5", "table"), **not_from("train/2.h5", "figure")},
    ),
    "an input of another name": (
        set_("measured_as", "measures"),
        {"table": "table.h5: other inputs"},
    ),
    "no word of inputs": (
        says("train/1.h5", inputs=None),
        same("train/1", reason="other inputs"),
    ),
    # Files from outside
    "another recording": (
        lambda world: world.record(RECORDING, "e1"),
        not_from(RECORDING, "make/1", "make/2"),
    ),
    "no recording": (without(RECORDING), not_from(RECORDING, "make/1", "make/2")),
    # Files that are gone
    "an end is gone": (without("figure.h5"), {}),
    "one of two outputs is gone": (without("table.csv"), {}),
    "one of two outputs is gone, and the setting changed": (
        all_of(without("table.h5"), set_("settings.table.digits", 3)),
        {"table": "table.csv: table.digits 2 -> 3"},
    ),
    "an intermediate is gone": (without("train/1.h5"), {}),
    "all intermediates are gone": (
        without(*(f"{name}/{k}.h5" for name in ("make", "train", "measure") for k in (1, 2))),
        {},
    ),
    "all is gone": (lambda world: world.files.clear(), {}),
    "an intermediate is gone, and its setting changed": (
        all_of(without("train/1.h5"), set_(LEVEL, 0.2)),
        {
            "train/2": "train/2.h5: train.noise.level 0.1 -> 0.2",
            **not_from("train/1.h5", "measure/1", "figure"),
        },
    ),
    "an intermediate is gone, and its code changed": (
        all_of(without("train/1.h5"), set_("code.train", "c1")),
        {
            "train/2": "train/2.h5: its code changed",
            **not_from("train/1.h5", "measure/1", "figure"),
        },
    ),
    "an intermediate is gone, and what it is told changed": (
        all_of(without("measure/2.h5"), set_("told.measure.more", 1)),
        {
            "measure/1": "measure/1.h5: what it is told changed",
            **not_from("measure/2.h5", "table"),
        },
    ),
    "intermediates are gone, and a setting before them changed": (
        all_of(without("make/1.h5", "train/1.h5"), set_("settings.make.size", 4)),
        {
            "make/2": "make/2.h5: make.size 3 -> 4",
            **not_from("train/1.h5", "measure/1", "figure"),
        },
    ),
    # What is there is compared by content, so it is its maker that is found.
    "an intermediate is gone, and a setting before it changed": (
        all_of(without("train/1.h5"), set_("settings.make.size", 4)),
        {
            "make/1": "make/1.h5: make.size 3 -> 4",
            "make/2": "make/2.h5: make.size 3 -> 4",
            **not_from("train/1.h5", "measure/1", "figure"),
        },
    ),
    "intermediates are gone, and the recording is another": (
        all_of(
            without("make/1.h5", "train/1.h5", "measure/1.h5"),
            lambda world: world.record(RECORDING, "e1"),
        ),
        {
            **not_from(RECORDING, "make/2"),
            **not_from("measure/1.h5", "table"),
            **not_from("train/1.h5", "figure"),
        },
    ),
    "intermediates are gone, and so is the recording": (
        without("make/1.h5", "train/1.h5", RECORDING),
        {**not_from(RECORDING, "make/2"), **not_from("train/1.h5", "measure/1", "figure")},
    ),
    "intermediates are gone, and what comes after changed": (
        all_of(without("make/1.h5", "train/1.h5"), set_("settings.measure.bins", 6)),
        same("measure/1", "measure/2", reason="measure.bins 5 -> 6"),
    ),
    # Made again
    "made again, with equal data": (made_by_other_code, {}),
    "made again, with other data": (
        made_by_another_algorithm,
        {
            "train/2": "train/2.h5: its code changed",
            **not_from("train/1.h5", "measure/1", "figure"),
        },
    ),
    # Its data were equal, which nothing tells any more: on the safe side.
    "made again, with equal data, and gone": (
        all_of(made_by_other_code, without("train/1.h5")),
        not_from("train/1.h5", "measure/1", "figure"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_job_runs_again_for_its_reason_and_no_other_does(world: World, case: str) -> None:
    change, expected = CASES[case]
    change(world)
    assert world.reasons() == expected


# Whatever changed, all is current once what is not has run in order.
@pytest.mark.parametrize("case", CASES)
def test_jobs_that_run_again_are_current(world: World, case: str) -> None:
    CASES[case][0](world)
    world.files.setdefault(RECORDING, Record("e0", "e0", {}))
    world.installed |= {package: text for package, text in world.counted.items() if text}
    for job in world.jobs():
        gone = any(path not in world.files for path in job.outputs)
        if gone or world.currentness().reason(job):
            world.run(job)
    assert world.reasons() == {}


def test_a_file_has_the_identity_of_the_job_that_would_make_it(world: World) -> None:
    current = world.currentness()
    for job in world.jobs():
        for path in job.outputs:
            assert current.identity(job) == world.files[path].identity
    assert len({world.files[path].identity for path in world.files}) == len(world.files) - 1


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (set_("settings.make.size", 4), set(ALL)),
        (set_("settings.table.digits", 3), {"table"}),
        (set_("code.measure", "c1"), {"measure/1", "measure/2", "table"}),
        (set_("told.figure.caption", "Another."), {"figure"}),
        (set_("counted", {"numpy": "2.5"}), set(ALL)),
        (set_("installed", {}), set()),
        (lambda world: world.record(RECORDING, "e1"), set(ALL)),
        # Identities are of what would be made, not of what is there.
        (lambda world: [world.record(path, "x") for path in world.files if path[-1] == "5"], set()),
        (without("make/1.h5", "train/2.h5"), set()),
    ],
)
def test_identities_are_of_all_that_a_job_is_made_with(
    world: World, change: Callable[[World], None], changed: set[str]
) -> None:
    before = {str(job): world.currentness().identity(job) for job in world.jobs()}
    change(world)
    after = {str(job): world.currentness().identity(job) for job in world.jobs()}
    assert {name for name in before if before[name] != after[name]} == changed


def test_identities_are_found_once() -> None:
    # Two ways from each job to the one before: without memory, 2^60 of them.
    asked: list[int] = []

    def planned(number: int) -> Planned[int]:
        asked.append(number)
        assert len(asked) < 100
        before = {f"{number - 1}.h5": number - 1} if number else {}
        inputs = {name: list(before) for name in ("one", "other")} if number else {}
        return Planned([f"{number}.h5"], inputs, {"code": "c"}, before)

    current = Currentness(lambda path: None, planned)
    assert current.identity(60) == current.identity(60)
    assert sorted(asked) == list(range(61))


def test_nothing_is_read_twice_that_need_not_be(world: World) -> None:
    world.read.clear()
    assert world.reasons() == {}
    own = [path for job in world.jobs() for path in job.outputs]
    inputs = [p for job in world.jobs() for ps in world.planned(job).inputs.values() for p in ps]
    # The table's inputs are compared for each of its files.
    assert len(world.read) <= len(own) + len(inputs) + len(world.replicates)


def test_a_difference_leaves_inputs_out(world: World) -> None:
    made, now = world.files["train/1.h5"].made, world.planned(Job("train", 1)).made
    assert difference(made, now) == ""
    assert difference({**made, "inputs": {}}, now) == ""
    assert difference({}, now) == "damaged, or not made by this workflow"
    assert difference(made, now | {"code": "c1"}) == "its code changed"
