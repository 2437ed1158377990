"""What the results of the reaching study come to, on results that are made up."""

import json
from copy import deepcopy

import numpy as np
import pytest

from corticomotor.statistics import mean_interval
from corticomotor.studies.reaching import measures, merits
from corticomotor.studies.reaching.answer import answer, undecided
from corticomotor.studies.reaching.choices import AGENTS, COMPARED, MODELS, RUNS
from corticomotor.studies.reaching.summary import summarise
from reaching_examples import control, deep_q, population, sequence, tabular

FIGURES_OF_MERIT = (
    *("standard_end_error", "standard_velocity_error", "standard_force_crossing_error"),
    *("buffer_end_error", "buffer_force_crossing_error", "published_buffer_end_error"),
    *("buffer_over_standard_force", "buffer_recovery_ratio", "buffer_force_over_control"),
    *("tabular_steps_over_optimum", "tabular_steps_over_optimum_force"),
    *("dqn_parameters_success", "dqn_parameters_steps_over_optimum", "dqn_pixels_success"),
    *("graded_frames_ratio", "pixels_frames_ratio"),
    *("control_success", "control_crossing_success", "control_untrained_crossing_success"),
    *("control_crossing_gain", "cca_with_circuit", "cca_chance", "cca_minus_chance"),
)
COMPARISONS = {
    *("buffer_over_standard_force", "buffer_recovery_ratio", "buffer_force_over_control"),
    *("graded_frames_ratio", "pixels_frames_ratio", "control_crossing_gain", "cca_minus_chance"),
}
SEEDS = (1, 2, 3)


def shown(seeds=SEEDS, circuits=2):
    """What the report is made from."""
    return {
        "networks": {model: [sequence(model, seed) for seed in seeds] for model in MODELS},
        "tables": [tabular(seed) for seed in seeds],
        "runs": {run: [deep_q(run, seed) for seed in seeds] for run in RUNS},
        "agents": {agent: [control(agent, seed) for seed in seeds] for agent in AGENTS},
        "populations": {
            model: [population(model, seed, circuits) for seed in seeds] for model in COMPARED
        },
    }


def summarised(given, recording=""):
    settings = {"replicates": len(SEEDS), "tolerance": 3.0}
    emg = {"recording": {"path": recording}}
    return summarise(np.random.default_rng(0), **given, **settings, emg=emg)


@pytest.fixture(scope="module")
def given():
    return shown()


@pytest.fixture(scope="module")
def summary(given):
    return summarised(given)


def test_the_summary_has_every_figure_of_merit_and_is_json(summary):
    assert tuple(summary["figures_of_merit"]) == FIGURES_OF_MERIT
    for name, merit in summary["figures_of_merit"].items():
        more = {"none", "p", "needed"} if name in COMPARISONS else set()
        assert set(merit) == {"value", "interval", "n"} | more
        assert merit["n"] == len(SEEDS)
    json.dumps(summary, allow_nan=False)


def test_one_replicate_has_no_interval():
    summary = summarised(shown(seeds=(1,), circuits=1))
    found = summary["figures_of_merit"]
    assert {merit["n"] for merit in found.values()} == {1}
    assert all(merit["interval"] is None for merit in found.values())
    assert "interval" not in "".join(summary["answer"])
    assert summary["left_open"].startswith("A single replicate says nothing about others")


def test_comparisons_are_made_within_a_replicate(given, summary):
    found = summary["figures_of_merit"]
    standard, positions = given["networks"]["standard"], given["networks"]["positions"]
    ratios = [
        np.log(measures.force_error(one) / measures.force_error(other))
        for one, other in zip(positions, standard, strict=True)
    ]
    merit = found["buffer_over_standard_force"]
    assert merit["value"] == pytest.approx(np.exp(np.mean(ratios)))
    assert np.log(merit["interval"]) == pytest.approx(mean_interval(np.array(ratios)))
    beside = summary["models"]["positions_2"]["crossing_over"]
    two = given["networks"]["positions_2"]
    ratios = [
        measures.force_error(one) / measures.force_error(other)
        for one, other in zip(two, positions, strict=True)
    ]
    assert beside["value"] == pytest.approx(np.exp(np.mean(np.log(ratios))))
    assert "free_over" not in summary["models"]["standard"]
    population = given["populations"]["positions"]
    differences = [
        float(
            each["correlation"].sel(phase="before", circuit="synthetic").mean()
            - each["surrogate_correlation"].sel(phase="before", circuit="synthetic").mean()
        )
        for each in population
    ]
    merit = found["cca_minus_chance"]
    assert merit["interval"] == pytest.approx(mean_interval(np.array(differences)))
    circuits = summary["population"]["positions"]["circuits"]
    assert circuits["synthetic"]["minus_surrogates"]["before"] == merit


def test_test_reaches_do_not_narrow_intervals():
    """Reaches of a network that learned alone are no more networks."""
    widths = []
    for tests in (20, 2000):
        networks = {
            model: [sequence(model, seed, tests=tests) for seed in SEEDS] for model in MODELS
        }
        for each, error in zip(networks["standard"], (4.0, 6.0, 11.0), strict=True):
            each["end_error"].loc[{"phase": "under", "field": "on"}] = error
        found = merits.of_sequence_models(networks)
        widths.append(np.ptp(found["standard_force_crossing_error"]["interval"]))
    assert widths[0] == pytest.approx(widths[1])
    assert widths[0] == pytest.approx(np.ptp(np.clip(mean_interval(np.array([4, 6, 11])), 0, 99)))


def test_errors_are_of_the_phase_and_the_reaches_that_they_are_said_to_be_of():
    network = sequence("standard", 1)
    errors = network["end_error"]
    errors[:] = 50.0
    crosses = network["crosses"].values > 0
    errors.loc[{"phase": "before", "field": "off"}] = 2.0
    errors.loc[{"phase": "under", "field": "on"}] = np.where(crosses, 12.0, 1.0)
    assert measures.free_error(network) == 2.0
    assert measures.force_error(network) == 12.0
    assert measures.force_error(network, "before") == 50.0


def test_a_budget_ends_where_the_error_stays_below():
    network = sequence("standard", 1)
    network["end_error"].loc[{"phase": "before", "field": "off"}] = 2.0
    course = network["look_crossing_error"].sel(phase="longer")
    iterations = network["look_iteration"].sel(phase="longer").values
    looks = len(iterations)

    def budget(*below):
        course[:] = [3.0 if look in below else 9.0 for look in range(looks)]
        return measures.budget_under_force(network, 3.0)

    assert budget(looks - 1) == iterations[-1]
    assert budget(1, looks - 2, looks - 1) == iterations[-2]
    assert budget(*range(looks)) == iterations[0]
    assert budget(*range(looks - 1)) == np.inf


def test_moves_over_optimum_leave_out_the_goal_and_what_is_not_reached():
    optimal = np.array([0.0, 2.0, 4.0, 5.0])
    assert measures.moves_over_optimum(optimal, optimal) == 1.0
    moves = np.array([0.0, 3.0, 4.0, np.nan])
    assert measures.moves_over_optimum(moves, optimal) == pytest.approx(7 / 6)


def test_success_counts_all_pairs_but_a_hand_on_its_target():
    run = deep_q("parameters", 1)
    optimal = run["optimal_moves"].values
    run["moves"][:] = optimal
    assert measures.success(run) == 1.0
    run["moves"].values[optimal == 1] = np.nan
    assert measures.success(run) == pytest.approx(1 - (optimal == 1).sum() / (optimal > 0).sum())


def test_a_training_that_was_never_solved_counts_to_its_end():
    exact, graded = deep_q("parameters_exact", 1), deep_q("parameters", 1)
    exact["frames_to_solved"] = np.nan
    graded["frames_to_solved"] = 1000.0
    last = float(exact["look_frame"][-1])
    assert merits.frames_ratio([exact], [graded])["value"] == pytest.approx(last / 1000.0)


def test_hits_are_those_within_the_tolerance():
    agent = control("sac", 1)
    errors = agent["end_error"]
    errors[:] = 9.0
    crosses = agent["crosses"].values > 0
    errors.loc[{"phase": "adaptation", "field": "on"}] = np.where(crosses, 2.9, 3.1)
    assert merits.hit_rate(agent, "adaptation", "on", 3.0, crossing=True) == 1.0
    all_of_them = merits.hit_rate(agent, "adaptation", "on", 3.0, crossing=False)
    assert all_of_them == pytest.approx(crosses.mean())
    assert merits.hit_rate(agent, "adaptation", "off", 3.0, crossing=False) == 0.0


def test_the_answer_follows_the_signs_of_the_numbers(summary):
    changed = deepcopy(summary)
    found = changed["figures_of_merit"]
    for name in ("tabular_steps_over_optimum", "tabular_steps_over_optimum_force"):
        found[name]["value"] = 1.0
    found["cca_minus_chance"] |= {"value": 0.1, "interval": [0.02, 0.18]}
    found["dqn_parameters_success"] |= {"value": 1.0, "interval": [1.0, 1.0]}
    found["dqn_pixels_success"] |= {"value": 0.95, "interval": [0.91, 0.99]}
    sentences = answer(changed)
    assert "is exactly optimal" in sentences[1]
    assert (
        "connects 100.0 % of all hands and targets from their coordinates, 95.0 % (95 %"
        in (sentences[1])
    )
    assert ", above what surrogates of it give" in sentences[3]

    found["tabular_steps_over_optimum"]["value"] = 1.01
    found["cca_minus_chance"] |= {"value": 0.1, "interval": [-0.02, 0.22], "needed": 7}
    sentences = answer(changed)
    assert "is not exactly optimal" in sentences[1]
    assert ", not told apart from what surrogates of it give" in sentences[3]
    assert "minus that of surrogates (3 of about 7)" in undecided(changed)
    found["cca_minus_chance"] |= {"value": -0.1, "interval": [-0.2, -0.01]}
    assert ", below what surrogates of it give" in answer(changed)[3]


def test_the_report_knows_all_networks_and_circuits(summary):
    assert set(summary["models"]) == {*MODELS, "budget"}
    assert set(summary["population"]["positions"]["circuits"]) == {"synthetic", "recorded"}


def test_doubts_about_a_recording_stand_in_the_summary(given, summary, tmp_path):
    assert summary["recording_doubts"] == []
    (doubt,) = summarised(given, str(tmp_path / "gone.csv"))["recording_doubts"]
    assert doubt.startswith("it can no longer be looked at: recording.path: expected a file")
