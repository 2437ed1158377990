"""The figures of the study and its report: what each shows and says."""

from __future__ import annotations

from collections.abc import Iterator

from corticomotor.study.names import SettingsView, Wildcards
from corticomotor.study.publications import Figure, Report, Shown

_FIRST = {
    "ground_truth": Shown("ground_truth", "first"),
    "free": Shown("networks/FF", "first"),
    "hinted": Shown("networks/FFH", "first"),
}


def _candidates(settings: SettingsView, wildcards: Wildcards) -> Iterator[dict[str, int]]:
    """The configured network first."""
    for candidate in range(settings.search.candidates + 1):
        yield {"candidate": candidate}


FIGURES = (
    Figure(
        "emg_fits",
        "Muscle activity",
        "Activity of the observed muscles in each reach of the first replicate: the circuit's "
        "(SOC, wide) is reproduced by FF and by FFH (dashed) alike, with the normalised "
        "squared error of each above its reach; the networks' activity starts with the input "
        "pulse before movement onset.",
        draw="emg_fits:emg_fits",
        shows=_FIRST,
    ),
    Figure(
        "circuit",
        "Circuit",
        "The circuit and its training: (A) eigenvalues of the first replicate's weights "
        "before and after stability optimisation, with the stability limit (dashed) and the "
        "abscissa at which optimisation stops (dotted); (B) spectral abscissa while "
        "optimising, one line per replicate; (C) normalised squared error of the circuit's "
        "muscle activity while its gains are learnt; (D) the learnt gains of all neurons in "
        "all reaches.",
        draw="circuit:circuit",
        shows={
            "circuits": Shown("circuit"),
            "ground_truth": Shown("ground_truth", "first"),
        },
        reads={"target_abscissa": "circuit.target_abscissa"},
    ),
    Figure(
        "example_neurons",
        "Example neurons",
        "Rates of neurons of the circuit (top, relative to baseline) and of units of FF "
        "(middle) and FFH (bottom) in all reaches (colours) of the first replicate, chosen at "
        "the 95, 80, 60, 40 and 20 % quantiles of the variance, the largest on the left.",
        draw="example_neurons:example_neurons",
        shows=_FIRST,
    ),
    Figure(
        "variance_explained",
        "Variance explained",
        "Variance of the rates that the leading principal components explain together (A) and "
        "one by one (B), in the circuit, in FF and FFH and in the networks that generated "
        "their targets: mean over replicates, with the range over replicates as a band; (C) the "
        "part of their variance that depends on the reach, that is, what is left without the "
        "mean over reaches at each time: one dot per replicate, lines for means, the target "
        "networks to the right of their own.",
        draw="variance_explained:variance_explained",
        shows={"similarities": Shown("similarity")},
    ),
    Figure(
        "trajectories",
        "Trajectories",
        "Canonical variates in the first replicate, FF above and FFH below, in colours of the "
        "reaches: the first against the second, of the circuit (SOC) and of the network, with "
        "dots at movement onset, and each over time, the circuit's wide and the network's "
        "thin, with their correlation r; the closer they are, the more the network's dynamics "
        "are the circuit's up to a linear map.",
        draw="trajectories:trajectories",
        shows={"similarity": Shown("similarity", "first")},
    ),
    Figure(
        "canonical_correlations",
        "Canonical correlations",
        "How like the circuit the networks become: (A) canonical correlations with the "
        "circuit by component, FF against FFH and, light, the networks that generated their "
        "targets, as means over replicates with 95 % intervals; grey bands, edged "
        "in the colour of their network, hold 95 % of its correlations with surrogate "
        "circuits, and the dashed line is the mean correlation between random halves of the "
        "circuit; (B) the mean over components in each replicate, joined by lines, with the "
        "mean over replicates beside; (C, D) the same of what depends on the reach: the mean over "
        "reaches at each time is taken from circuit, networks, surrogates and halves before "
        "their components are found, so that a course common to all reaches counts for nothing.",
        draw="canonical_correlations:canonical_correlations",
        shows={"similarities": Shown("similarity")},
    ),
    Figure(
        "unobserved_neurons",
        "Unobserved neurons",
        "How well the networks explain neurons that FFH never saw: (A) R² of each neuron "
        "regressed on the leading components, all replicates together; (B) canonical "
        "correlations with these neurons, FF against FFH and, light, their target networks; "
        "(C) R² of all of them, as they are (left) and of what depends on the reach (right), for "
        "the reaches that were fitted and for reaches left out, one line per replicate, with "
        "means and 95 % intervals beside; grey bands hold 95 % of the R² of the same "
        "neurons of surrogate circuits, and the dashed line is the mean R² of one half of the "
        "circuit on the components of the other.",
        draw="unobserved_neurons:unobserved_neurons",
        shows={"similarities": Shown("similarity")},
    ),
    Figure(
        "generalisation",
        "Generalisation",
        "How the circuit, with fixed gains (SOC), FF and FFH bear noise that is relative to the "
        "standard deviation of their own activations: normalised squared error of the muscle "
        "activity (A) after one kick at movement onset, independent between all neurons or "
        "units, (B) after a kick of the same norm along the leading principal components of the "
        "activations alone, and (C) with noise in each step, as means over replicates with 95 % "
        "intervals, above the errors of FF and FFH without noise (dashed); (D, E) "
        "deviation of the activations, relative to that at onset, after the weakest kick of both "
        "kinds, median over trials, one line per replicate and their mean (bold).",
        draw="generalisation:generalisation",
        shows={"generalisations": Shown("generalisation")},
    ),
    Figure(
        "directions",
        "Unseen directions",
        "Reaches on a circle, which the circuit all learned and the networks every second one, "
        "anew for each part of the circuit's initial state that is the reach's own: (A) normalised "
        "squared error of the muscle activity in unseen directions, with that of the mean of the "
        "two neighbouring directions' activity (dotted) and that in trained ones (pale); "
        "(B) normalised squared error of the circuit's rates in unseen directions as predicted "
        "from the network's components; (C) error in trained directions when the pulse is noisy; "
        "means over replicates with 95 % intervals; (D) a muscle of the first replicate "
        "in unseen directions, with the largest part.",
        draw="directions:directions",
        shows={"directions": Shown("directions")},
    ),
    Figure(
        "search",
        "Search for the settings",
        "Random search over the settings of the circuit and of the networks that matter, on "
        "replicates of its own: mean canonical correlation of FFH with the circuit (A), explained "
        "variance of the reach-dependent part of neurons that FFH never saw (B) and its error "
        "after a kick of 10 % at movement onset over that of FF (C), as means over replicates "
        "against each setting; filled where the muscle activity of both networks errs by at most "
        "0.3 % in every replicate; the star is what is configured.",
        draw="search:search",
        shows={"candidates": Shown("search/candidate-{candidate}", each=_candidates)},
        on_request=True,
    ),
)

REPORT = Report(
    "cca_report",
    summarise="summary:summarise",
    shows={
        "circuits": Shown("circuit"),
        "ground_truths": Shown("ground_truth"),
        "free": Shown("networks/FF"),
        "hinted": Shown("networks/FFH"),
        "similarities": Shown("similarity"),
        "generalisations": Shown("generalisation"),
        "directions": Shown("directions"),
    },
    reads={
        "emg": "emg",
        "reach_fraction": "circuit.initial_state.reach_fraction",
        "searched": "search.replicates",
    },
    question="Does a sample of neurons constrain a network?",
    except_for=("search",),
)
