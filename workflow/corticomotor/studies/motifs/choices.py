"""What settings and wildcards choose: results that a stage reads, motifs of a session, tests.

A network is named by the settings under `networks`. Sizes, gains and numbers of loops are parts of
the names of what depends on these alone, so that networks share it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from corticomotor.runtime.errors import InputError
from corticomotor.study.names import SettingsView, Wildcards
from corticomotor.study.stage import Upstream

Values = Iterator[dict[str, object]]

# Networks whose chains are shown beside each other.
CHAINED = ("additive", "additive_prepared")
# Networks whose preparatory modules are shown and measured.
WITH_MODULES = ("additive_prepared", "multiplicative_prepared")
_INTERRUPTED = ("additive", "additive_prepared", "two_input")
_NOISY = ("additive", "additive_origin")
ALL_SESSIONS = "all-sessions"

# Names of stages.
SESSIONS = "library/{kind}/session-{session}"
OF_UNITS = "connectivity/units-{units}"
MODULE = "preparation/units-{units}-gain-{gain}-loops-{loops}"
PART = "networks/{network}/{part}"


def sessions(settings: SettingsView, kind: str, part: str = ALL_SESSIONS) -> Values:
    """Motifs of one kind: of all sessions, or of one, such as `session-1`.

    Raises:
        InputError: there is no such session.
    """
    if part != ALL_SESSIONS:
        _require_session(settings, part.removeprefix("session-"))
    for session in range(1, len(settings.library.sessions) + 1):
        if part in (ALL_SESSIONS, f"session-{session}"):
            yield {"kind": kind, "session": session}


def parts(settings: SettingsView, network: str) -> Values:
    """Parts in which a network learns: the control network learns all sessions together."""
    if getattr(settings.networks, network).architecture == "control":
        yield {"network": network, "part": ALL_SESSIONS}
        return
    for session in range(1, len(settings.library.sessions) + 1):
        yield {"network": network, "part": f"session-{session}"}


def module(settings: SettingsView, network: str) -> Values:
    """The preparatory module of a network, if it has one."""
    chosen = getattr(settings.networks, network)
    if chosen.prepared:
        yield {"units": chosen.units, "gain": chosen.gain, "loops": settings.preparation.loops}


def motifs_of(network: str = "", name: str = "motifs") -> Upstream:
    """Motifs that a network learns; without a name it is that in the stage's."""

    def each(settings: SettingsView, wildcards: Wildcards) -> Values:
        chosen = getattr(settings.networks, network or wildcards["network"])
        return sessions(settings, chosen.motifs, wildcards.get("part", ALL_SESSIONS))

    reads = ("library.sessions", f"networks.{network or '{network}'}.motifs")
    return Upstream(name, SESSIONS, each, reads)


def _step_motifs(settings: SettingsView, wildcards: Wildcards) -> Values:
    if chain := wildcards.get("chain"):
        _require_motifs(settings, chain)
    return sessions(settings, "step")


def motifs_of_kind(settings: SettingsView, wildcards: Wildcards) -> Values:
    """Motifs of the kind in the stage's name."""
    return sessions(settings, wildcards["kind"])


def connectivity_of(network: str = "", name: str = "connectivity") -> Upstream:
    """Connectivity of a network's size; without a name it is the network in the stage's."""

    def each(settings: SettingsView, wildcards: Wildcards) -> Values:
        yield {"units": getattr(settings.networks, network or wildcards["network"]).units}

    return Upstream(name, OF_UNITS, each, (f"networks.{network or '{network}'}.units",))


def module_of(network: str = "", name: str = "module") -> Upstream:
    """The preparatory module of a network, likewise."""

    def each(settings: SettingsView, wildcards: Wildcards) -> Values:
        return module(settings, network or wildcards["network"])

    block = f"networks.{network or '{network}'}"
    reads = (f"{block}.prepared", f"{block}.units", f"{block}.gain", "preparation.loops")
    return Upstream(name, MODULE, each, reads)


def networks_of(network: str = "", name: str = "networks") -> Upstream:
    """All parts of a trained network, likewise."""

    def each(settings: SettingsView, wildcards: Wildcards) -> Values:
        return parts(settings, network or wildcards["network"])

    chosen = network or "{network}"
    reads = ("library.sessions", f"networks.{chosen}.architecture")
    return Upstream(name, f"networks/{chosen}/{{part}}", each, reads)


def architecture_connectivity(settings: SettingsView, wildcards: Wildcards) -> Values:
    """Connectivity of the size that networks of the architecture have."""
    yield {"units": getattr(settings.networks, wildcards["architecture"]).units}


# Step motifs of all sessions.
STEP_MOTIFS = Upstream("motifs", SESSIONS, _step_motifs, ("library.sessions",))


def session_of(settings: SettingsView, wildcards: Wildcards) -> Mapping[str, Any]:
    """A session's motifs by their numbers: no motif depends on how many others there are.

    Raises:
        InputError: there is no such session.
    """
    counts, session = settings.library.sessions, _require_session(settings, wildcards["session"])
    first = 1 + sum(counts[: session - 1])
    return {
        "kind": wildcards["kind"],
        "numbers": list(range(first, first + counts[session - 1])),
    }


def _require_session(settings: SettingsView, session: str) -> int:
    """Files of sessions that the library has not can be asked for, but not made."""
    count = len(settings.library.sessions)
    if not 1 <= int(session) <= count:
        raise InputError(
            f"session-{session}: expected a session of the library, from 1 to {count} "
            f"(motifs.library.sessions), found {session}"
        )
    return int(session)


def _require_motifs(settings: SettingsView, chain: str) -> None:
    count = sum(settings.library.sessions)
    if unknown := [each for each in chain.split("-") if not 1 <= int(each) <= count]:
        raise InputError(
            f"chains/{chain}: expected numbers of motifs, from 1 to {count} "
            f"(motifs.library.sessions), found {unknown[0]}"
        )


def tests_of(settings: SettingsView, wildcards: Wildcards) -> Mapping[str, Any]:
    """Which tests a network takes: some are of interest in a few networks only."""
    network, tests = wildcards["network"], settings.evaluation
    return {
        "interrupted_at": tests.interrupted_at if network in _INTERRUPTED else [1.0],
        "initial_noise": tests.initial_noise if network in _NOISY else [],
    }
