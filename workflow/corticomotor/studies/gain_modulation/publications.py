"""The figures of the study and its report: what each shows and says."""

from __future__ import annotations

from collections.abc import Iterator

from corticomotor.study.names import SettingsView, Wildcards
from corticomotor.study.publications import Figure, Report, Shown

Values = Iterator[dict[str, object]]


def _circuits_of_speed(settings: SettingsView, wildcards: Wildcards) -> Values:
    """The replicates whose circuits take part in experiments on speed."""
    for replicate in range(1, settings.speed.circuits + 1):
        yield {"replicate": replicate}


def _sizes(settings: SettingsView, wildcards: Wildcards) -> Values:
    for neurons in settings.sizes.neurons:
        yield {"neurons": neurons}


def _baselines(settings: SettingsView, wildcards: Wildcards) -> Values:
    for baseline in settings.primitives.baseline_rates_hz:
        yield {"baseline": baseline}


def _speed(name: str) -> Shown:
    return Shown(f"speed/{name}", each=_circuits_of_speed)


_NEW_MOVEMENT = Shown("new_movement")
_ALTERNATIVES = Shown("alternatives")
_GROUPS = Shown("groups")
_SIZES = Shown("sizes/{neurons}-neurons", each=_sizes, by="neurons")
_PRIMITIVES = Shown("primitives/baseline-{baseline}-hz", each=_baselines, by="baseline")

FIGURES = (
    Figure(
        "new_movement",
        "A new movement from reward",
        "One new movement learned from reward by gains: (A) outputs of all sessions of "
        "neuron-specific gains, first circuit; (B) errors (squared, over the target's variance), "
        "means over sessions, thin for each circuit, thick for their mean, with its 95 % interval "
        "over circuits beside the end; (C) gains of all neurons, sessions and circuits, with their "
        "standard deviation (s.d.); (D) largest real part of the eigenvalues of W diag(g) in each "
        "session, dashed before learning; (E) Pearson correlations between the patterns of all "
        "pairs of sessions of a circuit; (F) correlation of rates with the target, mean over "
        "neurons, in each session, with the p of a one-sided signed-rank test over the sessions of "
        "one circuit, as in the paper, which tells nothing about other circuits; (G) squared "
        "deviation of the output under noise in the initial state, over its variance, thin for "
        "each circuit and thick for their mean.",
        draw="new_movement:new_movement",
        shows={"circuits": _NEW_MOVEMENT},
    ),
    Figure(
        "rates",
        "Firing rates",
        "What learning one movement neuron by neuron does to firing rates in the first circuit: "
        "(A) Pearson correlations of the rates of all pairs of neurons, sorted by the leading "
        "eigenvector at gains of 1, at gains of 1 and in two sessions; (B) rate of the neuron "
        "that changes most, at gains of 1 (grey) and in all sessions; (C) change of the "
        "correlation of a pair, over all pairs and sessions.",
        draw="rates:rates",
        shows={"circuits": _NEW_MOVEMENT},
    ),
    Figure(
        "alternatives",
        "Other parameters than gains",
        "Errors (squared, over the target's variance) of new movements that gradients taught to "
        "gains, to the initial state, to all weights or to a rank-one change of them: (A) median "
        "over movements while learning, thin for each circuit, thick for the mean of these, "
        "with the median error before learning dashed; (B) smallest errors, pale points for "
        "movements, dots for the median of each circuit, and beside them their mean with its 95 % "
        "interval over circuits.",
        draw="alternatives:alternatives",
        shows={"circuits": _ALTERNATIVES},
    ),
    Figure(
        "groups",
        "Groups that suit the movements",
        "Movements learned from reward by gains of neurons, of random groups and of groups "
        "specialised for several movements (shared) or for the movement itself (own): errors "
        "(squared, over the target's variance), means over movements and circuits with 95 % "
        "intervals over circuits beside the end, (A) with most groups, (B) with fewer, (C) on "
        "novel movements that the shared groups were not made for; (D) iterations to a tenth of "
        "the error before learning, pale points for movements that groups were specialised for, "
        "dots for the median of each circuit, and beside them their mean with its 95 % interval "
        "over circuits; triangles, and no interval, where training ended before; (E) smallest "
        "error of neuron-specific gains over that of specialised groups, better above 1, likewise, "
        "with the geometric mean over circuits.",
        draw="groups:groups",
        shows={"circuits": _GROUPS},
        reads={"iterations": "groups.iterations"},
    ),
    Figure(
        "sizes",
        "Circuits of several sizes",
        "Movements learned by gradients with gains of random groups, in circuits of several sizes: "
        "(A) rates of some neurons at gains of 1, first circuit of each size; (B) smallest error "
        "(squared, over the target's variance) over the number of groups, mean over movements, "
        "points for circuits and lines for their means; (C) iterations to a part of the error "
        "before learning, pale points for movements, dots for the median of each circuit and lines "
        "for their means, triangles where training ended before; (D) outputs for targets in the "
        "first of the largest circuits, with few and more groups. The most groups are single "
        "neurons.",
        draw="sizes:sizes",
        shows={"circuits": _SIZES},
        reads={
            "stated_error": "sizes.stated_error",
            "excitatory_fraction": "circuit.excitatory_fraction",
        },
    ),
    Figure(
        "primitives",
        "Gain patterns as primitives",
        "Gain patterns that gradients learned, each for a movement: (A) their gains, all circuits, "
        "with the normal distribution of the same mean and standard deviation; (B) outputs of the "
        "learned patterns of the first circuit and (C) of as many patterns drawn from that normal "
        "distribution; (D) novel movements with the median error among libraries of so many "
        "patterns: the best convex combination of the library's activities, and the output of the "
        "same combination of its gains, with its error (squared, over the movement's variance).",
        draw="primitives:primitives",
        shows={"rates": _PRIMITIVES},
    ),
    Figure(
        "libraries",
        "Libraries of gain patterns",
        "Novel movements from libraries of learned gain patterns, at each baseline rate: (A) error "
        "(squared, over the variance) of the output of combined gains (lines) and of the combined "
        "activities that were fitted (open), and (B) squared deviation between the two over the "
        "variance, medians over libraries and movements; (C, D) error of output against fit at the "
        "first baseline rate, (C) a point per library, median over movements, (D) a point per "
        "movement, median over libraries, darker for larger libraries; (E) correlation of the "
        "logarithms of these errors within a circuit; (F) median error of libraries of two sizes. "
        "Lines are thin for each circuit and thick for their mean; C, D and F show all circuits. "
        "Deviations and correlations begin at two patterns.",
        draw="libraries:libraries",
        shows={"rates": _PRIMITIVES},
    ),
    Figure(
        "slow",
        "Slow movements",
        "Slow variants of movements, learned by gradients with gains of random groups: (A) "
        "movements of the first circuit with the smallest, median and largest error (squared, over "
        "the variance); (B) errors of the best session of each movement (thin) and their median, "
        "in the mean over circuits, with the amplitude of the fast movement and with a smaller "
        "one; (C) reduction of the error, all sessions open and the best filled; (D) group gains; "
        "(E) eigenvalues of W diag(g) − I before and after the first movement is learned, unstable "
        "right of the dashed line, without the outliers on the left; (F) its outputs with noise in "
        "the initial state.",
        draw="slow:slow",
        shows={"slow": _speed("slow"), "scaled": _speed("slow_and_scaled")},
    ),
    Figure(
        "by_reward",
        "Slow movements from reward",
        "Slow variants of movements learned from reward: smallest error so far (squared, over the "
        "variance) of each movement (thin) and median, in the mean over circuits, (A) from gains "
        "of 1 and (C) from the slow pattern of another movement, and (B) error at the present "
        "duration (above, over that of the fast movement) while movements become slower; (D) "
        "reduction of the error at the full duration by start, against that at gains of 1, a line "
        "per movement and bars for medians, in the mean over circuits with its 95 % interval if "
        "there are several, beside the best by gradients; (E) outputs for the first movement, in "
        "the colour of the start.",
        draw="by_reward:by_reward",
        shows={"by_reward": _speed("by_reward"), "slow": _speed("slow")},
    ),
    Figure(
        "initial_conditions",
        "Several initial states",
        "One gain pattern, learned by gradients, that slows the movements from several initial "
        "states: (A) smallest error (squared, over the variance, mean of states), pale points for "
        "sessions, a bar for their median; of several circuits dots for the medians, and beside "
        "them their mean with its 95 % interval over circuits; dashed is the error of "
        "the readout on the fast movements that it was fitted to; (B) errors while learning, mean "
        "over sessions, darker for more states; (C) outputs for some of the states that one "
        "pattern serves, best session of the first circuit.",
        draw="initial_conditions:initial_conditions",
        shows={"initial_conditions": _speed("initial_conditions")},
    ),
    Figure(
        "seven_speeds",
        "Speeds between fast and slow",
        "Several speeds of two movements by patterns on the line between two, learned with all "
        "speeds or with the ends alone in the loss, and by a pattern for each speed: (A) gains of "
        "all groups in the first session, sorted by the gain at the fastest speed; (B) error "
        "(squared, over the variance, mean of movements) over speed, sessions thin, mean over "
        "sessions and circuits with marks, and with 95 % intervals over circuits if there are "
        "several; (C) outputs (thin) and targets (wide) of the movements at all speeds, from fast "
        "to slow, for the two kinds of line.",
        draw="seven_speeds:seven_speeds",
        shows={"seven_speeds": _speed("seven_speeds")},
    ),
    Figure(
        "shape_and_speed",
        "Shape and speed apart",
        "Novel movements at two speeds from libraries of fast and slow patterns, combined by the "
        "same coefficients, which fit the fast movement: (A) error (squared, over the variance) of "
        "the output of combined gains (lines) and of the combined activities (open), medians over "
        "libraries and movements, thin for each of several circuits, thick for their mean; (B) "
        "errors of the output with the largest libraries, median over libraries for each movement; "
        "(C) three novel movements, whose fast output has the lower quartile, the median and the "
        "upper quartile of errors: target, combined activities, and output.",
        draw="shape_and_speed:shape_and_speed",
        shows={"shape_and_speed": _speed("shape_and_speed")},
    ),
)

REPORT = Report(
    "gain_report",
    summarise="summary:summarise",
    shows={
        "new_movements": _NEW_MOVEMENT,
        "alternatives": _ALTERNATIVES,
        "groups": _GROUPS,
        "sizes": _SIZES,
        "primitives": _PRIMITIVES,
        "slow": _speed("slow"),
        "scaled": _speed("slow_and_scaled"),
        "by_reward": _speed("by_reward"),
        "initial_conditions": _speed("initial_conditions"),
        "seven_speeds": _speed("seven_speeds"),
        "shape_and_speed": _speed("shape_and_speed"),
    },
    reads={"replicates": "replicates.count", "stated_error": "sizes.stated_error"},
    question="Can gains alone make new movements, and set their speed?",
)
