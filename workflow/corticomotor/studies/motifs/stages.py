"""The stages of the study: what each reads, after which it comes, its contract and its script.

A network is named by the settings under `networks`. Sizes, gains and numbers of loops are parts of
the names of what depends on these alone, so that networks share it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from corticomotor.studies.motifs import contracts
from corticomotor.study.names import SettingsView, Wildcards
from corticomotor.study.stage import Stage, Upstream

Values = Iterator[dict[str, object]]

# Networks whose chains are shown beside each other.
CHAINED = ("additive", "additive_prepared")
# Networks whose preparatory modules are shown and measured.
WITH_MODULES = ("additive_prepared", "multiplicative_prepared")
_INTERRUPTED = ("additive", "additive_prepared", "two_input")
_NOISY = ("additive", "additive_origin")
_ALL = "all-sessions"

_SESSIONS = "library/{kind}/session-{session}"
_OF_UNITS = "connectivity/units-{units}"
_MODULE = "preparation/units-{units}-gain-{gain}-loops-{loops}"
_PART = "networks/{network}/{part}"

# With `auto` a network takes what the node has.
_ON_DEVICE: dict[str, Any] = {"gpu": lambda settings: int(settings.training.device == "cuda")}


def sessions(settings: SettingsView, kind: str, part: str = _ALL) -> Values:
    """Motifs of one kind: of all sessions, or of one, such as `session-1`."""
    for session in range(1, len(settings.library.sessions) + 1):
        if part in (_ALL, f"session-{session}"):
            yield {"kind": kind, "session": session}


def parts(settings: SettingsView, network: str) -> Values:
    """Parts in which a network learns: the control network learns all sessions together."""
    if getattr(settings.networks, network).architecture == "control":
        yield {"network": network, "part": _ALL}
        return
    for session in range(1, len(settings.library.sessions) + 1):
        yield {"network": network, "part": f"session-{session}"}


def module(settings: SettingsView, network: str) -> Values:
    """The preparatory module of a network, if it has one."""
    chosen = getattr(settings.networks, network)
    if chosen.prepared:
        yield {"units": chosen.units, "gain": chosen.gain, "loops": settings.preparation.loops}


def _motifs_of(network: str = "", name: str = "motifs") -> Upstream:
    """Motifs that a network learns; without a name it is that in the stage's."""

    def each(settings: SettingsView, wildcards: Wildcards) -> Values:
        chosen = getattr(settings.networks, network or wildcards["network"])
        return sessions(settings, chosen.motifs, wildcards.get("part", _ALL))

    reads = ("library.sessions", f"networks.{network or '{network}'}.motifs")
    return Upstream(name, _SESSIONS, each, reads)


def _step_motifs(settings: SettingsView, wildcards: Wildcards) -> Values:
    return sessions(settings, "step")


def _motifs_of_kind(settings: SettingsView, wildcards: Wildcards) -> Values:
    return sessions(settings, wildcards["kind"])


def _connectivity_of(network: str = "", name: str = "connectivity") -> Upstream:
    def each(settings: SettingsView, wildcards: Wildcards) -> Values:
        yield {"units": getattr(settings.networks, network or wildcards["network"]).units}

    return Upstream(name, _OF_UNITS, each, (f"networks.{network or '{network}'}.units",))


def _module_of(network: str = "", name: str = "module") -> Upstream:
    def each(settings: SettingsView, wildcards: Wildcards) -> Values:
        return module(settings, network or wildcards["network"])

    block = f"networks.{network or '{network}'}"
    reads = (f"{block}.prepared", f"{block}.units", f"{block}.gain", "preparation.loops")
    return Upstream(name, _MODULE, each, reads)


def _networks_of(network: str = "", name: str = "networks") -> Upstream:
    def each(settings: SettingsView, wildcards: Wildcards) -> Values:
        return parts(settings, network or wildcards["network"])

    chosen = network or "{network}"
    reads = ("library.sessions", f"networks.{chosen}.architecture")
    return Upstream(name, f"networks/{chosen}/{{part}}", each, reads)


def _architecture_connectivity(settings: SettingsView, wildcards: Wildcards) -> Values:
    yield {"units": getattr(settings.networks, wildcards["architecture"]).units}


_STEP_MOTIFS = Upstream("motifs", _SESSIONS, _step_motifs, ("library.sessions",))


def _session(settings: SettingsView, wildcards: Wildcards) -> Mapping[str, Any]:
    """A session's motifs by their numbers: no motif depends on how many others there are."""
    counts, session = settings.library.sessions, int(wildcards["session"])
    first = 1 + sum(counts[: session - 1])
    return {
        "kind": wildcards["kind"],
        "numbers": list(range(first, first + counts[session - 1])),
    }


def _tests(settings: SettingsView, wildcards: Wildcards) -> Mapping[str, Any]:
    """Which tests a network takes: some are of interest in a few networks only."""
    network, tests = wildcards["network"], settings.evaluation
    return {
        "interrupted_at": tests.interrupted_at if network in _INTERRUPTED else [1.0],
        "initial_noise": tests.initial_noise if network in _NOISY else [],
    }


# The work of stages counts multiplications of weights with rates. What else a step costs is told
# in the same unit, as measured: the calls of a step, and what is done for each unit, or for each
# unit of each trial.
def _steps(settings: SettingsView) -> float:
    """Steps of a motif."""
    length: float = settings.library.duration + settings.library.pause
    return length / settings.dynamics.dt


def _count(settings: SettingsView) -> int:
    """Number of motifs."""
    return sum(settings.library.sessions)


def _rollout_work(units: int, trials: float) -> float:
    """One step of trials in a test."""
    return trials * units * (units + 500.0)


def _descent_work(network: SettingsView, trials: int) -> float:
    """One step of trials in a training, there and back."""
    units = network.units
    # Loops take sums over units; shared weights have a gradient of each trial.
    by_unit = 1050.0 if network.architecture == "multiplicative" else 450.0
    by_weight = 5 if network.architecture == "control" else 1
    calls = 7e5 + 1.2e4 * units
    return calls + trials * units * (by_weight * units + by_unit)


def _library_work(settings: SettingsView, wildcards: Wildcards) -> float:
    """Steps of the random networks whose output oscillatory motifs are."""
    if wildcards["kind"] == "step":
        return 0.0
    library, units = settings.library, settings.library.oscillatory.units
    count = library.sessions[int(wildcards["session"]) - 1]
    steps: float = (library.warm_up + library.duration) / settings.dynamics.dt
    return count * steps * units**2


def _module_work(settings: SettingsView, wildcards: Wildcards) -> float:
    preparation, units = settings.preparation, int(wildcards["units"])
    steps: float = preparation.trial_duration / settings.dynamics.dt
    per_step = 8e4 + preparation.trials * units * (units + 120)
    return preparation.iterations * steps * per_step


def _training_work(settings: SettingsView, wildcards: Wildcards) -> float:
    """All iterations that a training may take, of all motifs: most take nearly as many."""
    network, part = getattr(settings.networks, wildcards["network"]), wildcards["part"]
    motifs = (
        _count(settings)
        if part == _ALL
        else settings.library.sessions[int(part.removeprefix("session-")) - 1]
    )
    per_step = _descent_work(network, motifs * network.starts)
    return network.max_iterations * _steps(settings) * per_step


def _evaluation_work(settings: SettingsView, wildcards: Wildcards) -> float:
    """Motifs from random states, and each after each other one, of all tests."""
    tests, motifs = settings.evaluation, _count(settings)
    taken = _tests(settings, wildcards)
    random_states = (1 + len(taken["initial_noise"])) * motifs * tests.starts
    transitions = len(taken["interrupted_at"]) * motifs * (motifs - 1)
    units = getattr(settings.networks, wildcards["network"]).units
    per_step = _rollout_work(units, random_states + transitions)
    return tests.repetitions * _steps(settings) * per_step


def _pairs_work(settings: SettingsView, wildcards: Wildcards) -> float:
    pairs = settings.pairs
    per_step = _descent_work(getattr(settings.networks, wildcards["architecture"]), pairs.trials)
    return pairs.iterations * 2 * _steps(settings) * per_step


def _forgetting_work(settings: SettingsView, wildcards: Wildcards) -> float:
    """Trainings on one motif after the other, and the tests after each and before all."""
    network, motifs = settings.networks.control, _count(settings)
    trained = settings.forgetting.iterations * _descent_work(network, network.starts)
    # A product in a test takes twice the time of one in a training.
    tested = 2 * _rollout_work(network.units, motifs * settings.evaluation.starts)
    return motifs * _steps(settings) * (trained + tested)


def _fit_work(settings: SettingsView, exponentials: int) -> float:
    """Fits of all motifs: the more exponentials, the more steps a fit takes."""
    fits = _count(settings) * settings.thalamocortical.fit_starts
    return fits * _steps(settings) * exponentials**1.5


def _exponentials_work(settings: SettingsView, wildcards: Wildcards) -> float:
    return sum(_fit_work(settings, count) for count in settings.difficulty.exponentials)


def _thalamocortical_work(settings: SettingsView, wildcards: Wildcards) -> float:
    """Fits of motifs, searches for loops and for the module, and the tests."""
    model, tests, motifs = settings.thalamocortical, settings.evaluation, _count(settings)
    neurons = model.neurons
    fitted = 6e3 * _fit_work(settings, model.exponentials)
    loops = motifs * model.loop_starts * model.loop_iterations * neurons**2 * (neurons + 200)
    module = model.preparatory_iterations * neurons**3
    trials = motifs * tests.starts + motifs * (motifs - 1)
    tested = tests.repetitions * trials * _steps(settings) * neurons**2
    return fitted + 2.5 * loops + 5.0 * module + tested


def _chain_work(settings: SettingsView, wildcards: Wildcards) -> float:
    motifs = len(wildcards["chain"].split("-"))
    units = [getattr(settings.networks, network).units for network in CHAINED]
    return motifs * _steps(settings) * sum(_rollout_work(each, 1) for each in units)


STAGES = (
    Stage(
        _SESSIONS,
        "make_motifs",
        contracts.LIBRARY,
        reads=("library", "dynamics.dt"),
        except_for=("library.sessions",),
        given=_session,
        given_from=("library.sessions",),
        work=_library_work,
        label="motifs",
    ),
    Stage(
        "exponentials/{kind}",
        "fit_exponentials",
        contracts.EXPONENTIALS,
        reads=(
            "thalamocortical.largest_amplitude",
            "thalamocortical.separation",
            "thalamocortical.largest_damping",
            "thalamocortical.fit_starts",
            "difficulty.exponentials",
        ),
        after=(Upstream("motifs", _SESSIONS, _motifs_of_kind, ("library.sessions",)),),
        work=_exponentials_work,
        label="difficulty\nof motifs",
    ),
    Stage(
        _OF_UNITS,
        "draw_connectivity",
        contracts.CONNECTIVITY,
        label="connectivity",
    ),
    Stage(
        _MODULE,
        "train_preparatory_module",
        contracts.PREPARATORY_MODULE,
        reads=(
            "preparation.initial_scale",
            "preparation.roughness_penalty",
            "preparation.trial_duration",
            "preparation.trials",
            "preparation.learning_rate",
            "preparation.iterations",
            "dynamics.dt",
            "training.device",
        ),
        after=(Upstream("connectivity", _OF_UNITS, lambda settings, w: [w]),),
        work=_module_work,
        resources=_ON_DEVICE,
        label="preparatory\nmodule",
        network="additive_prepared",
    ),
    Stage(
        _PART,
        "train_motifs",
        contracts.NETWORK,
        reads=("networks.{network}", "training", "dynamics", "preparation.duration"),
        after=(_motifs_of(), _connectivity_of(), _module_of()),
        work=_training_work,
        resources=_ON_DEVICE | {"runtime": 120},
        label="trained\nnetworks",
        network="additive_prepared",
    ),
    Stage(
        "evaluation/{network}",
        "evaluate_network",
        contracts.EVALUATION,
        reads=(
            "evaluation.repetitions",
            "evaluation.starts",
            "networks.{network}",
            "dynamics",
            "preparation.duration",
            "training.device",
        ),
        after=(_motifs_of(), _connectivity_of(), _module_of(), _networks_of()),
        given=_tests,
        given_from=("evaluation.interrupted_at", "evaluation.initial_noise"),
        work=_evaluation_work,
        resources=_ON_DEVICE,
        label="transitions",
        network="additive_prepared",
    ),
    Stage(
        "measures/{network}",
        "measure_network",
        contracts.MEASURES,
        reads=("evaluation.failure_factor", "preparation.duration"),
        after=("evaluation/{network}", _module_of()),
        per_replicate=False,
    ),
    *(
        Stage(
            f"measures/{network.removesuffix('_prepared')}_module",
            "measure_module",
            contracts.MODULE_MEASURES,
            after=(_module_of(network),),
            per_replicate=False,
        )
        for network in WITH_MODULES
    ),
    Stage(
        "pairs/{architecture}-gain-{gain}-loops-{loop_gain}",
        "train_on_pairs",
        contracts.PAIRS,
        reads=(
            "networks.{architecture}",
            "pairs.trials",
            "pairs.iterations",
            "dynamics",
            "training",
        ),
        except_for=(
            "networks.{architecture}.gain",
            "networks.{architecture}.loop_gain",
            "networks.{architecture}.starts",
            "networks.{architecture}.max_iterations",
        ),
        after=(
            _STEP_MOTIFS,
            Upstream(
                "connectivity",
                _OF_UNITS,
                _architecture_connectivity,
                ("networks.{architecture}.units",),
            ),
        ),
        work=_pairs_work,
        resources=_ON_DEVICE | {"runtime": 120},
        label="all pairs\nof motifs",
    ),
    Stage(
        "forgetting",
        "learn_in_turn",
        contracts.FORGETTING,
        reads=(
            "networks.control",
            "training",
            "dynamics",
            "evaluation.starts",
            "forgetting.iterations",
        ),
        after=(_STEP_MOTIFS, _connectivity_of("control"), _networks_of("control")),
        work=_forgetting_work,
        resources=_ON_DEVICE,
        label="learning\nin turn",
        network="control",
    ),
    Stage(
        "thalamocortical",
        "build_thalamocortical_model",
        contracts.THALAMOCORTICAL,
        reads=(
            "thalamocortical",
            "dynamics.dt",
            "preparation.duration",
            "evaluation.repetitions",
            "evaluation.starts",
        ),
        after=(_STEP_MOTIFS,),
        work=_thalamocortical_work,
        label="analytic\nmodel",
        network="thalamocortical",
    ),
    Stage(
        "chains/{chain}",
        "roll_out_chain",
        contracts.CHAIN,
        reads=(
            "dynamics",
            *(f"networks.{network}" for network in CHAINED),
            "preparation.duration",
            "training.device",
        ),
        after=(
            _STEP_MOTIFS,
            *(
                upstream(network, f"{name}/{network}")
                for network in CHAINED
                for name, upstream in (
                    ("connectivity", _connectivity_of),
                    ("module", _module_of),
                    ("networks", _networks_of),
                )
            ),
        ),
        work=_chain_work,
        resources=_ON_DEVICE,
        label="chains",
        network="additive_prepared",
    ),
)
