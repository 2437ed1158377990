import numpy as np
import pytest
import xarray as xr

from corticomotor.studies.constrained.summary import answer, summarise

FF = np.array([0.2, 0.3, 0.25])
FFH = np.array([0.8, 0.7, 0.9])


def similarity(ff, ffh):
    networks = ["FF", "FF target", "FFH", "FFH target"]
    by_network = [ff, ff, ffh, ffh]
    by_component = np.add.outer(by_network, [0.1, -0.1])
    names = ("unobserved_r2", "unobserved_r2_cross_validated", "procrustes", "cka")
    return xr.Dataset(
        {
            "canonical_correlation": (("network", "component"), by_component),
            "unobserved_canonical_correlation": (("network", "component"), by_component - 0.1),
            "chance": (("network", "surrogate", "component"), np.full((4, 2, 2), 0.4)),
            "noise_ceiling": (("split", "component"), np.full((2, 2), 0.95)),
            **{name: ("network", np.array(by_network)) for name in names},
        },
        {"network": networks},
    )


def generalisation(scale):
    errors = scale * np.array([[0.001, 0.004], [0.002, 0.04]])
    by_level = {
        f"{quantity}_error_{kind}": (("network", kind), errors)
        for quantity in ("emg", "dynamics")
        for kind in ("initial_noise", "step_noise")
    }
    half_way = {f"{q}_error_half_way": ("network", errors[:, 1]) for q in ("emg", "dynamics")}
    return xr.Dataset(
        by_level | half_way, {"initial_noise": [0.0, 0.05], "step_noise": [0.0, 0.05]}
    )


@pytest.fixture
def summary():
    truth = xr.Dataset({"emg_error": 0.002, "rates": (("reach", "neuron"), np.zeros((8, 200)))})
    truth["emg"] = ("muscle", np.zeros(10))
    network = {"hints": ("neuron", np.zeros(60)), "outputs": ("muscle", np.zeros(4))}
    return summarise(
        np.random.default_rng(0),
        circuits=[xr.Dataset({"eigenvalue_real": ("eigenvalue", [-1.0, a])}) for a in (0.1, 0.15)],
        ground_truths=[truth] * 3,
        free=[xr.Dataset({"emg_error": e, **network}) for e in (0.001, 0.002, 0.003)],
        hinted=[xr.Dataset({"emg_error": e, **network}) for e in (0.002, 0.004, 0.003)],
        similarities=[similarity(*pair) for pair in zip(FF, FFH, strict=True)],
        generalisations=[generalisation(scale) for scale in (1.0, 2.0, 3.0)],
    )


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


def test_summary_pairs_the_networks_of_a_replicate(summary):
    difference = summary["mean_canonical_correlation"]["difference"]
    assert difference["mean"] == pytest.approx((FFH - FF).mean())
    assert difference["min"] == pytest.approx((FFH - FF).min())
    # Three pairs of one sign: two of the eight patterns of signs are as extreme.
    assert difference["p"] == pytest.approx(0.25)
    low, high = difference["ci95"]
    assert (FFH - FF).min() <= low < difference["mean"] < high <= (FFH - FF).max()


def test_summary_averages_generalisation_over_replicates(summary):
    found = summary["generalisation"]["emg_error_initial_noise"]
    assert found["ff"] == pytest.approx([0.002, 0.008])
    assert found["ffh"] == pytest.approx([0.004, 0.08])


def test_answer_tells_what_was_measured(summary):
    first, second = answer(summary)
    assert "60 of 200 neurons becomes more like the circuit" in first
    assert "at 0.80 on average (chance 0.40, noise ceiling 0.95)" in first
    assert "at least 0.40 in each of 3 replicates" in first
    assert "at most 0.4 % with the constraint and 0.3 % without" in second
    assert "8 % against 0.8 % on average after a kick of 5 %" in second


def test_answer_does_not_claim_what_a_replicate_denies(summary):
    summary["mean_canonical_correlation"]["difference"]["min"] = -0.01
    summary["emg_error"]["ffh"]["max"] = 0.05
    first, second = answer(summary)
    assert "does not reliably become" in first
    assert "at most 5 % with the constraint and 0.3 % without, 16.7 times as much" in second
