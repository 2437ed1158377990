import json

import numpy as np
import pytest

from corticomotor.studies.constrained import contracts
from corticomotor.studies.constrained.summary import summarise
from figure_examples import filled

FF = np.array([0.2, 0.3, 0.25])
FFH = np.array([0.8, 0.7, 0.9])
# Errors of the muscle activity of FF and FFH in each replicate.
CLEAN = np.array([[0.001, 0.002], [0.002, 0.004], [0.003, 0.003]])
KICKED = np.array([[0.0175, 0.008], [0.0195, 0.009], [0.023, 0.013]])
UNSEEN = np.array([[0.02, 0.051], [0.03, 0.059], [0.01, 0.04]])
LEVELS = [0.0, 0.05, 0.1]
NETWORKS = ["FF", "FF target", "FFH", "FFH target"]
AXES = {
    **dict.fromkeys(("eigenvalue", "iteration", "presynaptic_neuron"), range(2)),
    **dict.fromkeys(("unit", "presynaptic_unit", "epoch", "surrogate", "split"), range(2)),
    **dict.fromkeys(("variate", "time", "pulse_noise", "unseen_direction"), (0.1, 0.3)),
    "reach": range(2),
    "component": range(2),
    "unobserved_neuron": range(3),
    "network": NETWORKS,
    "population": ["SOC", *NETWORKS],
    "reach_fraction": [0.0, 0.25],
}


def similarity(ff, ffh):
    by_network = np.array([ff, ff, ffh, ffh])
    by_component = np.add.outer(by_network, [0.1, -0.1])
    given = {
        "canonical_correlation": by_component,
        "unobserved_canonical_correlation": by_component - 0.1,
        "chance": np.full((4, 2, 2), 0.4),
        "noise_ceiling": np.full((2, 2), 0.95),
        "reach_dependent_correlation": by_component - 0.05,
        "reach_dependent_chance": np.full((4, 2, 2), 0.3),
        "reach_dependent_variance": [0.25, 0.9, 0.9, 0.3, 0.3],
        "unobserved_r2": by_network,
        "unobserved_r2_cross_validated": by_network - 0.2,
        "reach_dependent_r2": by_network - 0.1,
        "reach_dependent_r2_cross_validated": by_network - 0.3,
        "reach_dependent_r2_chance": np.full((4, 2), 0.15),
    }
    return filled(contracts.SIMILARITY, 0, AXES, **given)


def generalisation(kicked, levels):
    """SOC, FF and FFH: the last level errs as given, half as much in the leading components."""
    axes = AXES | {"network": ["SOC", "FF", "FFH"], "initial_noise": levels, "step_noise": levels}
    last = np.array([0.2, *kicked])[:, np.newaxis]
    kick = last * np.linspace(0, 1, len(levels)) if len(levels) > 1 else last
    leading = kick * np.array([[0.5], [1.0], [0.5]])
    values = {"emg_error_kick": kick, "emg_error_leading_kick": leading}
    growth = {"growth_kick": [[1.0, 0.5], [1.0, 0.4], [1.0, 1.2]]}
    return filled(contracts.GENERALISATION, 0, axes, **values, **growth)


def direction(unseen):
    """FFH errs as given with the second reach fraction, and in dynamics half as much as FF."""
    values = {
        "neighbours_emg_error": [0.5, 0.03],
        "emg_error_unseen": [[0.7, 0.7], unseen],
        "dynamics_error_unseen": [[0.7, 0.7], [0.3, 0.15]],
    }
    return filled(
        contracts.DIRECTIONS, 0, AXES | {"network": ["FF", "FFH"], "muscle": [1]}, **values
    )


def summarised(
    replicates=3,
    ff=FF,
    ffh=FFH,
    clean=CLEAN,
    kicked=KICKED,
    unseen=UNSEEN,
    levels=LEVELS,
    searched=(1001, 1002, 1003),
    **settings,
):
    network = AXES | {"neuron": range(60), "muscle": range(4)}
    truth_axes = AXES | {"reach": range(8), "neuron": range(200), "muscle": range(10)}
    truth = filled(contracts.GROUND_TRUTH, 0, truth_axes, emg_error=0.002)
    emg = {"source": "synthetic", "recording": {"path": ""}}
    given = {"emg": emg, "reach_fraction": 0.25} | settings
    return summarise(
        np.random.default_rng(0),
        circuits=[
            filled(contracts.CIRCUIT, 0, AXES | {"neuron": range(2)}, eigenvalue_real=[-1.0, a])
            for a in (0.1, 0.15)
        ],
        ground_truths=[truth] * replicates,
        free=[filled(contracts.NETWORK, 0, network, emg_error=e) for e in clean[:replicates, 0]],
        hinted=[filled(contracts.NETWORK, 0, network, emg_error=e) for e in clean[:replicates, 1]],
        similarities=[similarity(*pair) for pair in zip(ff, ffh, strict=True)][:replicates],
        generalisations=[generalisation(pair, levels) for pair in kicked[:replicates]],
        directions=[direction(pair) for pair in unseen[:replicates]],
        searched=searched,
        **given,
    )  # fmt: skip


@pytest.fixture(scope="module")
def summary():
    return summarised()


def test_summary_gives_means_and_extremes_over_replicates(summary):
    assert summary["replicates"] == 3
    assert summary["spectral_abscissa"] == {"max": 0.15}
    assert summary["emg_error"]["ff"] == {"mean": pytest.approx(0.002), "max": 0.003}
    assert summary["emg_error"]["ffh"]["max"] == 0.004
    found = summary["mean_canonical_correlation"]
    assert found["ff"] == pytest.approx(FF.mean())
    assert found["ffh"] == pytest.approx(FFH.mean())
    assert found["ffh_unobserved"] == pytest.approx(FFH.mean() - 0.1)
    assert (found["chance"], found["noise_ceiling"]) == (pytest.approx(0.4), pytest.approx(0.95))
    assert summary["unobserved_r2"]["ffh"] == pytest.approx(FFH.mean())
    part = summary["reach_dependent"]
    assert part["variance"] == pytest.approx({"soc": 0.25, "ff": 0.9, "ffh": 0.3})
    assert part["correlation"]["ffh"] == pytest.approx(FFH.mean() - 0.05)
    assert part["r2"]["ff"] == pytest.approx(FF.mean() - 0.1)
    assert part["r2"]["chance"] == pytest.approx(0.15)
    assert part["r2_cross_validated"]["ffh"] == pytest.approx(FFH.mean() - 0.3)


def test_summary_pairs_the_networks_of_a_replicate(summary):
    difference = summary["mean_canonical_correlation"]["difference"]
    assert difference["mean"] == pytest.approx((FFH - FF).mean())
    assert difference["min"] == pytest.approx((FFH - FF).min())
    # Three pairs of one sign: two of the eight patterns of signs are as extreme.
    assert difference["p"] == pytest.approx(0.25)
    # Student's t with two degrees of freedom is 4.303 at 97.5 %.
    half_width = 4.303 * (FFH - FF).std(ddof=1) / np.sqrt(3)
    expected = (FFH - FF).mean() + half_width * np.array([-1, 1])
    assert difference["ci95"] == pytest.approx(expected, rel=1e-3)


def test_summary_averages_generalisation_over_replicates(summary):
    found = summary["generalisation"]
    assert found["emg_error_kick"]["ff"] == pytest.approx([0, 0.01, 0.02])
    assert found["emg_error_leading_kick"]["ffh"] == pytest.approx([0, 0.0025, 0.005])
    assert found["emg_error_kick"]["soc"] == pytest.approx([0, 0.1, 0.2])
    # The largest over time.
    assert found["growth_kick"] == pytest.approx({"soc": 1.0, "ff": 1.0, "ffh": 1.2})


def test_figures_of_merit_have_one_form_and_name_the_worst_replicate(summary):
    found = summary["figures_of_merit"]
    ratios = KICKED[:, 1] / KICKED[:, 0]
    ratio = KICKED[:, 1].mean() / KICKED[:, 0].mean()
    expected = {
        "emg_error_ff": (0.002, 0.003),
        "emg_error_ffh": (0.003, 0.004),
        "correlation_ffh": (0.8, 0.7),
        "correlation_minus_chance": (0.4, 0.3),
        "correlation_minus_ff": ((FFH - FF).mean(), 0.4),
        "kick_5_ffh": (0.005, 0.0065),
        "kick_10_ffh": (0.01, 0.013),
        "kick_10_ratio": (ratio, ratios.max()),
        "kick_10_ratio_leading_components": (ratio / 2, ratios.max() / 2),
        "r2_reach_dependent": (0.7, 0.6),
        "r2_cross_validated": (0.6, 0.5),
    }
    assert list(found) == list(expected)
    for name, (value, worst) in expected.items():
        merit = found[name]
        assert merit["n"] == 3
        assert (merit["value"], merit["worst"]) == pytest.approx((value, worst))
        low, high = merit["interval"]
        assert low <= merit["value"] <= high
    json.dumps(summary, allow_nan=False)


def test_directions_tell_in_how_many_replicates_the_constraint_is_better(summary):
    without, found = summary["directions"]
    assert (without["reach_fraction"], found["reach_fraction"]) == (0.0, 0.25)
    assert found["neighbours_emg_error"]["value"] == pytest.approx(0.03)
    assert found["emg_error_unseen"]["ffh"]["value"] == pytest.approx(0.05)
    assert found["emg_error_unseen"]["ffh_better"] == 0
    assert found["dynamics_error_unseen"]["ffh_better"] == 3
    assert [each["pulse_noise"] for each in found["emg_error_pulse_noise"]] == [0.1, 0.3]
    assert found["emg_error_pulse_noise"][1]["ff"]["n"] == 3


def test_answer_tells_what_was_measured(summary):
    like, part, clean, kicked, unseen, chosen = summary["answer"]
    assert "60 of 200 neurons becomes more like the circuit" in like
    assert "at 0.80 on average (chance 0.40, noise ceiling 0.95)" in like
    assert ", p = 0.25) that is at least 0.40 in each of 3 replicates." in like
    assert "0.75 with the constraint (chance 0.30" in part
    assert "synthetic muscle activity" in clean
    assert "at most 0.40 % and 0.30 %" in clean
    assert "kick at movement onset of 10 %" in kicked
    assert "1.0 % with the constraint and 2.0 % without (better with it), and of 0.50 %" in kicked
    assert "itself errs by 20 % and 10 %" in kicked
    assert "5.0 % with the constraint and 2.0 % without (worse with it)" in unseen
    assert "neighbours' errs by 3.0 %" in unseen
    assert "15 % with the constraint and 30 % without (better with it)" in unseen
    assert chosen.endswith("chosen on replicates 1001–1003; these are others.")


@pytest.mark.parametrize(
    ("ff", "ffh", "verb", "range_"),
    [
        (FF, FFH, "becomes more like", "at least 0.40 in each of 3 replicates"),
        (FFH, FF, "becomes less like", "is −0.65 to −0.40 in 3 replicates"),
        (FF, FF, "becomes neither more nor less like", "is 0.00 to 0.00 in 3 replicates"),
        (
            FF,
            FF + np.array([0.2, -0.1, -0.1]),
            "becomes neither",
            "is −0.10 to 0.20 in 3 replicates",
        ),
    ],
)
def test_likeness_follows_the_sign_of_the_difference(ff, ffh, verb, range_):
    first = summarised(ff=ff, ffh=ffh)["answer"][0]
    assert verb in first
    assert range_ in first


@pytest.mark.parametrize(
    ("errors", "verdict"),
    [
        (KICKED, "better with it"),
        (KICKED[:, ::-1], "worse with it"),
        (KICKED[:, [0, 0]], "not told apart"),
        (np.array([[0.01, 0.03], [0.02, 0.01], [0.03, 0.02]]), "not told apart"),
    ],
)
def test_errors_are_told_apart_by_the_interval_of_their_difference(errors, verdict):
    sentences = summarised(clean=errors, kicked=errors, unseen=errors)["answer"]
    for sentence in sentences[2:5]:
        assert f"without ({verdict})" in sentence


def test_one_replicate_has_no_interval_and_no_verdict():
    summary = summarised(replicates=1, searched=(1001,))
    text = " ".join(summary["answer"])
    assert "becomes more like" in text
    assert "a difference of 0.60 in a single replicate." in text
    assert not any(word in text for word in ("interval", "p =", "each of", "told apart", "with it"))
    assert "at most" not in text
    assert text.endswith("chosen on replicate 1001; this is another.")
    for merit in summary["figures_of_merit"].values():
        assert (merit["n"], merit["interval"]) == (1, None)
        assert merit["value"] == merit["worst"]


def test_the_replicates_on_which_settings_were_chosen_are_named():
    answer = summarised(searched=(4, 6))["answer"]
    assert answer[-1].endswith("chosen on replicates 4, 6; these are others.")


def recorded_from(path):
    recording = {
        "path": str(path),
        "variable": "",
        "dimensions": [],
        "sampling_rate_hz": 1000.0,
        "start_ms": 0.0,
        "muscles": "strongest",
    }
    sizes = {"reaches": 1, "muscles": 1, "duration_ms": 100.0, "step_ms": 2.5}
    return {"source": "recorded", "recording": recording, **sizes}


def test_doubts_about_a_recording_stand_in_the_summary(tmp_path):
    path = tmp_path / "raw.csv"
    values = np.random.default_rng(0).standard_normal(101)
    rows = [f"0,{sample},{value}" for sample, value in enumerate(values)]
    path.write_text("\n".join(["reach,sample,a", *rows]))
    summary = summarised(emg=recorded_from(path))["emg"]
    (doubt,) = summary.pop("doubts")
    assert doubt.startswith("recording.path: expected envelopes, that is rectified and low-passed")
    assert summary == {"source": "recorded", "file": "raw.csv"}
    path.unlink()
    (gone,) = summarised(emg=recorded_from(path))["emg"]["doubts"]
    assert gone.startswith("it can no longer be looked at: recording.path: expected a file")
    assert summarised()["emg"]["doubts"] == []


def test_recorded_muscle_activity_is_named():
    # What the file is like does not matter to the answer: this one is not there.
    recorded = summarised(emg=recorded_from("data/monkey/reaches.csv"))["answer"]
    assert "muscle activity, EMG recorded in reaches.csv, with an error" in recorded[2]
    assert "synthetic" not in recorded[2]
    # On the circle it is not.
    assert "learned, synthetic muscle activity errs by" in recorded[4]


def test_kicks_that_were_not_tried_are_missing():
    nothing = {"value": None, "interval": None, "n": 3, "worst": None}
    summary = summarised(levels=[0.0, 0.2])
    found = summary["figures_of_merit"]
    for name in ("kick_5_ffh", "kick_10_ffh", "kick_10_ratio", "kick_10_ratio_leading_components"):
        assert found[name] == nothing
    assert "kick at movement onset of 20 %" in summary["answer"][3]
    still = summarised(levels=[0.0])
    assert still["kick"] is None
    assert not any("kick" in sentence for sentence in still["answer"])


def test_small_p_values_are_bounded():
    rng = np.random.default_rng(1)
    many = rng.uniform(0.1, 0.3, 12)
    tiled = {
        name: np.resize(value, (12, 2))
        for name, value in (("clean", CLEAN), ("kicked", KICKED), ("unseen", UNSEEN))
    }
    first = summarised(replicates=12, ff=many, ffh=many + 0.4, **tiled)["answer"][0]
    assert "p < 0.001" in first
