"""The figures of the study and its report: what each shows and says."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from corticomotor.studies.motifs.choices import module, parts, sessions
from corticomotor.study.names import Chooser, SettingsView, Wildcards
from corticomotor.study.publications import Figure, Report, Shown

Values = Iterator[dict[str, object]]


def _networks(settings: SettingsView, wildcards: Wildcards) -> Values:
    for network in settings.networks:
        yield {"network": network}


def _first_parts(settings: SettingsView, wildcards: Wildcards) -> Values:
    """What each network learned first."""
    for network in settings.networks:
        yield next(parts(settings, network))


def _chains(settings: SettingsView, wildcards: Wildcards) -> Values:
    for chain in settings.chains:
        yield {"chain": "-".join(map(str, chain))}


def _kinds(settings: SettingsView, wildcards: Wildcards) -> Values:
    for kind in ("step", "oscillatory"):
        yield {"kind": kind}


def _pairs(settings: SettingsView, wildcards: Wildcards) -> Values:
    """Architecture, gain and loop gain of the networks that learn all pairs of motifs."""
    pairs = settings.pairs
    for gain in pairs.additive_gains:
        yield {"architecture": "additive", "gain": gain, "loop_gain": 0.0}
    for loop_gain in pairs.loop_gains:
        for gain in pairs.multiplicative_gains:
            yield {"architecture": "multiplicative", "gain": gain, "loop_gain": loop_gain}
    for gain in pairs.control_gains:
        yield {"architecture": "control", "gain": gain, "loop_gain": 0.0}


def _of(choose: Callable[[SettingsView, str], Values], name: str) -> Chooser:
    """Give the choice for one network or one kind of motif."""
    return lambda settings, wildcards: choose(settings, name)


_SESSIONS = "library/{kind}/session-{session}"
_MODULE = "preparation/units-{units}-gain-{gain}-loops-{loops}"
_EVALUATIONS = Shown("evaluation/{network}", each=_networks, by="network")
_THALAMOCORTICAL = Shown("thalamocortical")
_PAIRS = Shown("pairs/{architecture}-gain-{gain}-loops-{loop_gain}", each=_pairs)
_MODULES = {
    kind: Shown(_MODULE, each=_of(module, f"{kind}_prepared"))
    for kind in ("additive", "multiplicative")
}
_TRAINED = Shown("networks/{network}/{part}", each=_first_parts, by="network")
_PREPARATION = {"preparation_duration": "preparation.duration"}

FIGURES = (
    Figure(
        "chain_{chain}",
        "Chain",
        "A chain of motifs (numbers in boxes) that was never trained, first without and then "
        "with preparation, in one replicate: output over desired output (wide), with the root "
        "mean squared error of each motif, and below it the norm of the rates over the square "
        "root of the number of units; grey marks where the preparatory module is on.",
        draw="chain:chain",
        shows={"strip": Shown("chains/{chain}", "first")},
        each=_chains,
    ),
    Figure(
        "zero_shot",
        "Transitions without preparation",
        "Networks without preparation in transitions that were never trained: (left) outputs "
        "for two motifs of the first replicate, the one whose root mean squared error (RMSE, "
        "above the panels) increases most after other motifs and the one with the median "
        "increase, from random states and after each other motif (in its colour), with the "
        "desired output dashed; (middle) cumulative distributions of the units' states at the "
        "end of each motif of the first replicate, beside a normal distribution (black) of "
        "the given standard deviation (s.d.); (right) RMSE of each motif of all replicates "
        "from random states and after other motifs, with the means over replicates and 95 % "
        "intervals beside, and the p of their ratio being 1 (Student's t of its logarithm over the "
        "networks of n replicates; of one, a signed-rank test over its motifs).",
        draw="zero_shot:zero_shot",
        shows={
            "additive": Shown("evaluation/additive"),
            "multiplicative": Shown("evaluation/multiplicative"),
            "wide": Shown("evaluation/additive_wide"),
            "oscillatory": Shown("evaluation/additive_oscillatory"),
        },
        reads={"wide_std": "networks.additive_wide.initial_std"},
    ),
    Figure(
        "errors",
        "Errors of all networks",
        "What coming after another motif costs, in networks without preparation (A, B), and "
        "in networks without and with it, with two inputs, and in the thalamocortical model "
        "(C, D): (A, C) root mean squared error over motifs, from random states as in "
        "training (open) and after the other motifs (filled), as means over replicates above "
        "the single replicates, with a star where it is larger after others (p < 0.05, Student's "
        "t over replicates); (B, D) transitions whose error exceeds a multiple of the median "
        "error of the same motif from random states, as means over replicates with 95 % "
        "intervals above the single replicates.",
        draw="errors:errors",
        shows={"evaluations": _EVALUATIONS, "thalamocortical": _THALAMOCORTICAL},
        reads={"failure_factor": "evaluation.failure_factor"},
    ),
    Figure(
        "preparation",
        "Preparatory module",
        "The preparatory module: (A, B) eigenvalues of the recurrent weights in the first "
        "replicate, without the module, with it, and with it beside other random weights than "
        "those it was trained for, with a circle of radius g and, dashed, the real part above "
        "which rest is unstable, and how many lie further to the left; (C, D) norm of the "
        "rates relative to its start, mean over trials and replicates (replicates thin), with "
        "the length of the preparation in grey, 7 time constants dotted, and 1 % dashed.",
        draw="preparation:preparation",
        shows=_MODULES,
        reads={
            **_PREPARATION,
            "additive_gain": "networks.additive_prepared.gain",
            "multiplicative_gain": "networks.multiplicative_prepared.gain",
        },
    ),
    Figure(
        "interrupted",
        "Interrupted motifs",
        "Motifs that begin before another has ended, with two inputs and with a preparatory "
        "module: (above) outputs for two motifs of the first replicate, the one whose root "
        "mean squared error (RMSE, above the panels) with two inputs is increased most by a "
        "first motif that is broken off and the one with the median increase, from random "
        "states and after the given part of each other motif (in its colour), with the "
        "desired output dashed and the time of the preparation, or of the first of the two "
        "inputs, grey; (below) RMSE over the part of the first motif that was produced, as it "
        "is and relative to that from random states (dotted), as means over replicates with "
        "95 % intervals and a thin line per replicate.",
        draw="interrupted:interrupted",
        shows={
            "two_input": Shown("evaluation/two_input"),
            "additive_prepared": Shown("evaluation/additive_prepared"),
        },
        reads=_PREPARATION,
    ),
    Figure(
        "learning",
        "Learning curves",
        "Learning with and without preparation: root mean squared error over the iterations "
        "of training, as mean over the motifs of additive (A) and multiplicative networks "
        "(B), where a motif that is done keeps its last error, with replicates thin; (C) "
        "single motifs of the first replicate, additive against multiplicative, with a dot "
        "where the learning rate of the motif begins to fall.",
        draw="learning:learning",
        shows={"networks": _TRAINED},
    ),
    Figure(
        "pairs",
        "All pairs of motifs",
        "Networks trained on all pairs of motifs: smallest root mean squared error in "
        "training over the gain of the recurrent weights, of additive (A) and multiplicative "
        "networks (B, by the initial gain of their loops), with the control network in both; "
        "dots are networks, dashes and lines their means.",
        draw="pairs:pairs",
        shows={"pairs": _PAIRS},
    ),
    Figure(
        "forgetting",
        "Forgetting",
        "A control network that learns one motif after the other: (A) root mean squared error "
        "of every motif after every session, mean over replicates, with a dot where the "
        "session taught that motif; (B) error of each motif (thin) and its mean over the "
        "sessions since it was learned, beside the error of control networks that learn all "
        "motifs together (dashed) and that of additive networks (blue), in which later motifs "
        "change nothing.",
        draw="forgetting:forgetting",
        shows={"sequential": Shown("forgetting"), "additive": Shown("evaluation/additive")},
    ),
    Figure(
        "noise",
        "Noise in the initial state",
        "Networks trained from the noiseless origin and from random states, tested from "
        "states of several standard deviations (s.d.) and after other motifs: (above) outputs "
        "for two motifs of the first replicate, the one whose root mean squared error (RMSE, "
        "above the panels) varies most between these tests in the network trained from the "
        "origin and the one in which it varies by the median, a shade for each start and a "
        "colour for each motif before, with the desired output dashed and the mean RMSE of "
        "all motifs in the headings; (below) mean RMSE of all motifs as means over replicates "
        "with 95 % intervals and a thin line per replicate.",
        draw="noise:noise",
        shows={
            "origin": Shown("evaluation/additive_origin"),
            "additive": Shown("evaluation/additive"),
        },
    ),
    Figure(
        "thalamocortical",
        "Analytic thalamocortical model",
        "The linear thalamocortical model, whose weights follow from analysis: motifs "
        "(dashed) with the smallest, median and largest error in the first replicate, (A) as "
        "sums of complex exponentials, (B) as produced from random states and (C) after the "
        "other motifs, in the colour of the motif before, with root mean squared errors and "
        "the preparation in grey; (D) eigenvalues of the cortical dynamics without the "
        "preparatory module and with it; (E) distance to the steady state of preparation "
        "relative to its start, mean (thick) and some trials; (F) error of each motif and "
        "replicate from random states and after others, their mean (black) and the p of their "
        "ratio being 1 (Student's t of its logarithm over the networks of n replicates; of one, a "
        "signed-rank test over its motifs).",
        draw="thalamocortical:thalamocortical",
        shows={"models": _THALAMOCORTICAL},
        reads=_PREPARATION,
    ),
    Figure(
        "library",
        "Motifs",
        "The motifs of one replicate, step motifs above and oscillatory motifs below, each in "
        "the colour that stands for its number wherever motifs are told apart.",
        draw="library:library",
        shows={
            kind: Shown(_SESSIONS, "first", each=_of(sessions, kind))
            for kind in ("step", "oscillatory")
        },
    ),
    Figure(
        "exponentials",
        "Difficulty of the motifs",
        "How hard motifs are: an oscillatory motif (A) and a step motif (B) of median "
        "difficulty with their best approximations by sums of complex exponentials, the more "
        "exponentials the darker; (C) the error of all motifs over the number of exponentials "
        "(thin: single motifs, thick: mean).",
        draw="exponentials:exponentials",
        shows={kind: Shown(f"exponentials/{kind}", "first") for kind in ("step", "oscillatory")},
    ),
    Figure(
        "performance_{network}",
        "Every motif of a network",
        "Outputs of one network in one replicate, motif by motif (numbers): from random "
        "states (left, a shade of the motif's colour for each start) and after each of the "
        "other motifs (right, in the colour of the motif before), with the desired output "
        "dashed, the root mean squared error (RMSE) above each panel and its mean over motifs "
        "in the headings; a grey bar marks the preparation, where there is one.",
        draw="performance:performance",
        shows={"evaluation": Shown("evaluation/{network}", "first")},
        reads={"prepared": "networks.{network}.prepared", **_PREPARATION},
        each=_networks,
    ),
)

REPORT = Report(
    "motif_report",
    summarise="summary:summarise",
    shows={
        "evaluations": _EVALUATIONS,
        "networks": _TRAINED,
        **{f"{kind}_modules": shown for kind, shown in _MODULES.items()},
        "pairs": _PAIRS,
        "forgetting": Shown("forgetting"),
        "thalamocortical": _THALAMOCORTICAL,
        "chains": Shown("chains/{chain}", "first", each=_chains, by="chain"),
        "exponentials": Shown("exponentials/{kind}", "first", each=_kinds, by="kind"),
    },
    reads={
        "failure_factor": "evaluation.failure_factor",
        "preparation_duration": "preparation.duration",
        "network_settings": "networks",
        "replicates": "replicates.count",
        "pairs_iterations": "pairs.iterations",
        "module_iterations": "preparation.iterations",
    },
    question="Do motifs chain that were learned one by one?",
)
