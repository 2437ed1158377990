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
        "their targets: mean over replicates, with the range over replicates as a band.",
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
        "targets, as means over replicates with 95 % bootstrap intervals; grey bands, edged "
        "in the colour of their network, hold 95 % of its correlations with surrogate "
        "circuits, and the dashed line is the mean correlation between random halves of the "
        "circuit; (B) the mean over components in each replicate, joined by lines, with the "
        "mean over replicates beside.",
        draw="canonical_correlations:canonical_correlations",
        shows={"similarities": Shown("similarity")},
    ),
    Figure(
        "unobserved_neurons",
        "Unobserved neurons",
        "How well the networks explain neurons that FFH never saw: (A) R² of each neuron "
        "regressed on the leading components, all replicates together; (B) R² of all of them, "
        "for the reaches that were fitted and for reaches left out, one line per replicate, "
        "with means and 95 % bootstrap intervals beside; (C) canonical correlations with "
        "these neurons, FF against FFH and, light, their target networks.",
        draw="unobserved_neurons:unobserved_neurons",
        shows={"similarities": Shown("similarity")},
    ),
    Figure(
        "generalisation",
        "Generalisation",
        "FF and FFH under what they were not trained on: (A–C) normalised squared error of "
        "the muscle activity, (D, E) squared deviation of the rates from the undisturbed ones "
        "relative to their variance and (F) normalised squared error of the circuit's rates "
        "as predicted from the network's components, under noise at movement onset, noise in "
        "each step (both relative to the activations) and inputs half-way between two "
        "reaches, as means over replicates with 95 % bootstrap intervals, lines joining "
        "replicates; (G) muscle activity of the first replicate half-way between two reaches "
        "(numbers), where the circuit (SOC) has half-way gains.",
        draw="generalisation:generalisation",
        shows={"generalisations": Shown("generalisation")},
    ),
    Figure(
        "search",
        "Search for the settings",
        "Random search for the settings that FF and FFH share, on replicates of its own: mean "
        "canonical correlation of FFH with the circuit against each setting; filled where the "
        "muscle activity of both networks errs by at most 0.3 % in every replicate, and by at "
        "most 10 % on average after a kick of 5 % at movement onset; the star is the "
        "configured network.",
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
    },
    question="Does a sample of neurons constrain a network?",
    except_for=("search",),
)
