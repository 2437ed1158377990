"""A study that is none of the real ones, with a bit of all that a record can say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from corticomotor.runtime.contracts import Contract, Variable
from corticomotor.runtime.errors import InputError
from corticomotor.study.blocks import Block, Count, NonNegative, Positive, Replicates
from corticomotor.study.looks import Measure, Network
from corticomotor.study.names import SettingsView, Wildcards
from corticomotor.study.publications import Figure, Report, Shown
from corticomotor.study.record import Paper, Study
from corticomotor.study.stage import Stage, Upstream


class ToyReplicates(Replicates):
    """Repetitions."""

    shared: list[Literal["signal"]] = []  # noqa: RUF012
    """stages that all replicates take from replicate 1"""


class Signal(Block):
    """What networks learn."""

    samples: Count = 8
    """how many"""
    noise: NonNegative = 0.1
    """standard deviation of the noise"""
    kind: Literal["sine", "recorded"] = "sine"
    """sine or recorded"""
    file: str = ""
    """of a recorded signal"""


class ToyNetwork(Block):
    """A network."""

    units: Count = 20
    """how many"""
    gain: Positive = 1.0
    """of its weights"""
    prepared: bool = False
    """with a module"""


class ToyNetworks(Block):
    """Networks by name."""

    plain: ToyNetwork = ToyNetwork()
    """without a module"""
    deep: ToyNetwork = ToyNetwork(units=40, prepared=True)
    """with a module"""


class Module(Block):
    """The module."""

    loops: Count = 5
    """how many"""
    rate: Positive = 0.1
    """of learning"""


class Tests(Block):
    """Tests of networks."""

    repeats: Count = 2
    """how many"""
    levels: list[NonNegative] = [0.0, 1.0]  # noqa: RUF012
    """of noise, for the plain network alone"""
    threshold: Positive = 2.0
    """of a failure"""
    apart: list[Count] = [7, 9]  # noqa: RUF012
    """replicates apart from the others"""


class Toy(Block):
    """A toy."""

    replicates: ToyReplicates = ToyReplicates()
    signal: Signal = Signal()
    networks: ToyNetworks = ToyNetworks()
    module: Module = Module()
    tests: Tests = Tests()


def conflicts(study: Toy) -> Iterator[str]:
    """A module has no more loops than the network has units."""
    for name, network in study.networks:
        if network.prepared and study.module.loops > network.units:
            yield (
                f"module.loops: expected at most {network.units} (toy.networks.{name}.units), "
                f"found {study.module.loops}"
            )


def experiment_conflicts(study: Toy) -> Iterator[str]:
    """The experiment itself is about noise."""
    if study.signal.noise == 0:
        yield "signal.noise: expected some noise, found 0.0"


def _contract(stage: str, **variables: tuple[str, ...]) -> Contract:
    dims = {dim: ("1", dim) for dims in variables.values() for dim in dims}
    described = {name: Variable(dims, "1", name) for name, dims in variables.items()}
    return Contract(f"toy/{stage}", described, dims)


SIGNAL = _contract("signal", signal=("sample",))
MODULE = _contract("module", weights=("unit", "loop"))
NETWORK = _contract("network", weights=("unit",), error=())
TESTS = _contract("tests", errors=("repeat",))
MEASURES = _contract("measures", mean_error=("replicate",))
APART = _contract("apart", error=())


def _recording(settings: SettingsView) -> list[str]:
    return [settings.signal.file] if settings.signal.kind == "recorded" else []


def _check_recording(settings: SettingsView) -> None:
    for file in _recording(settings):
        if not Path(file).exists():
            raise InputError(f"toy.signal.file: expected a file, found none: {file}")


def _module(settings: SettingsView, wildcards: Wildcards) -> Iterator[dict[str, object]]:
    network = getattr(settings.networks, wildcards["network"])
    if network.prepared:
        yield {"units": network.units}


def _apart(settings: SettingsView, wildcards: Wildcards) -> Iterator[dict[str, object]]:
    for replicate in settings.tests.apart:
        yield {"replicate": replicate}


def _levels(settings: SettingsView, wildcards: Wildcards) -> dict[str, object]:
    return {"levels": settings.tests.levels if wildcards["network"] == "plain" else []}


def _networks(settings: SettingsView, wildcards: Wildcards) -> Iterator[dict[str, object]]:
    for network in settings.networks:
        yield {"network": network}


def _work(settings: SettingsView, wildcards: Wildcards) -> float:
    units: int = int(wildcards["units"])
    return float(settings.module.loops * units**2)


STAGES = (
    Stage(
        "signal",
        "make_signal",
        SIGNAL,
        reads=("signal",),
        files=_recording,
        check=_check_recording,
        label="signal",
    ),
    Stage(
        "modules/units-{units}",
        "train_module",
        MODULE,
        reads=("module",),
        work=_work,
        label="module",
    ),
    Stage(
        "networks/{network}",
        "train_network",
        NETWORK,
        reads=("networks.{network}", "signal.samples"),
        except_for=("networks.{network}.prepared",),
        after=(
            "signal",
            Upstream(
                "module",
                "modules/units-{units}",
                _module,
                ("networks.{network}.prepared", "networks.{network}.units"),
            ),
        ),
        given={"depth": 1},
        resources={"runtime": 30, "gpu": lambda settings: int(settings.module.loops > 10)},
        label="networks",
        network="deep",
    ),
    Stage(
        "tests/{network}",
        "test_network",
        TESTS,
        reads=("tests.repeats",),
        after=("networks/{network}",),
        given=_levels,
        given_from=("tests.levels",),
        label="networks",
        network="deep",
    ),
    Stage(
        "measures/{network}",
        "measure_network",
        MEASURES,
        reads=("tests.threshold",),
        after=("tests/{network}",),
        per_replicate=False,
    ),
    Stage(
        "apart",
        "test_apart",
        APART,
        after=(Upstream("signal", "signal", _apart, ("tests.apart",)),),
        per_replicate=False,
    ),
)

FIGURES = (
    Figure(
        "errors",
        "Errors",
        "Errors of all networks.",
        draw="errors:errors",
        shows={
            "tests": Shown("tests/{network}", each=_networks, by="network"),
            "signal": Shown("signal", "first"),
            "networks": Shown("networks/{network}", "first", each=_networks),
        },
        reads={"threshold": "tests.threshold"},
    ),
    Figure(
        "trace_{network}",
        "Trace of a network",
        "The trace.",
        draw="traces:trace",
        shows={"network": Shown("networks/{network}"), "signal": Shown("signal")},
        reads={"units": "networks.{network}.units"},
        each=_networks,
    ),
    Figure(
        "apart",
        "Apart",
        "Replicates apart.",
        draw="errors:apart",
        shows={"apart": Shown("apart")},
        on_request=True,
    ),
)

TOY = Study(
    name="toy",
    title="A toy",
    paper=Paper("A. Author and B. Author", "Toys", 2001, "All of it.", "https://toys.example"),
    settings=Toy,
    conflicts=conflicts,
    experiment_conflicts=experiment_conflicts,
    stages=STAGES,
    figures=FIGURES,
    report=Report(
        "toy_report",
        summarise="summary:summarise",
        shows={
            "tests": Shown("tests/{network}", each=_networks, by="network"),
            "signals": Shown("signal"),
        },
        reads={"threshold": "tests.threshold"},
        question="Do toys learn?",
        except_for=("signal",),
    ),
    networks={"plain": Network("plain", "#0072B2"), "deep": Network("deep", "#D55E00", "s")},
    measures={"mean_error": Measure("mean error (%)", 100.0)},
    measured=("plain", "deep"),
    sweeps={
        "loops": {
            "title": "How many loops?",
            "vary": {"toy.module.loops": [1, 5]},
            "networks": ["deep"],
        }
    },
    wildcards={"network": "plain|deep", "units": "[0-9]+"},
)
