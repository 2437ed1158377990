import pytest

from corticomotor.registry import all_studies
from corticomotor.runtime.errors import InputError
from corticomotor.settings.loading import load
from corticomotor.settings.root import compose

MODEL = compose(all_studies())


def problems(changes):
    with pytest.raises(InputError) as caught:
        load(MODEL, {"reaching": changes})
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"population": {"steps": 81}},
            "reaching.population.steps: expected at most 80, those from the target on "
            "(reaching.task), found 81",
        ),
        (
            {"tests": {"directions": 6}},
            "reaching.population.cortex.emg.reaches: expected as many as reaching.tests.directions "
            "(6), found 8",
        ),
        (
            {"population": {"components": 40}},
            "reaching.population.components: expected at most 39 (reaching.population.cortex.emg "
            "has about 80 independent samples; two populations with as many components as half of "
            "them correlate by necessity), found 40",
        ),
        (
            {"population": {"components": 31, "cortex": {"circuit": {"neurons": 60}}}},
            "reaching.population.components: expected at most 30 (half of "
            "reaching.population.cortex.circuit.neurons), found 31",
        ),
        (
            {
                "population": {
                    "components": 10,
                    "steps": 10,
                    "cortex": {"emg": {"reaches": 2, "smoothness_ms": 10}},
                },
                "tests": {"directions": 2},
            },
            "reaching.population.components: expected at most 9 (reaching.population.cortex.emg "
            "has about 20 independent samples; two populations with as many components as half of "
            "them correlate by necessity), found 10",
        ),
        (
            {"models": {"positions_8": {"units": 9}}},
            "reaching.population.components: expected at most 9 (the units of the smallest of "
            "reaching.models), found 10",
        ),
        (
            {"deep_q": {"runs": {"pixels": {"seeds": 0}}}},
            "reaching.deep_q.runs.pixels.seeds: expected 1 or more: the report needs one, found 0",
        ),
        (
            {"models": {"positions": {"phases": {"control": False}}}},
            "reaching.models.positions.phases: expected iterations under the force and after it, "
            "and the control: the report compares them",
        ),
        (
            {"models": {"positions": {"phases": {"under": 0}}}},
            "reaching.models.positions.phases: after: expected 0 iterations where under is 0",
        ),
        (
            {"deep_q": {"runs": {"pixels": {"radii": [2, 4, 0]}}}},
            "reaching.deep_q.runs.pixels: radii: expected distances that fall, found [2, 4, 0]",
        ),
        (
            {"deep_q": {"grid": {"field_rows": [10, 16]}}},
            "reaching.deep_q.grid: field_rows: expected [first, last] within 0 to 15, "
            "found [10, 16]",
        ),
        (
            {"task": {"field": {"x": [5.0, 5.0]}}},
            "reaching.task.field: x: expected [lower, upper], found [5.0, 5.0]",
        ),
    ],
)
def test_what_does_not_fit_is_told_in_a_line(changes, line):
    assert problems(changes) == [line]


def test_the_published_rectangle_is_refused_for_the_start_on_its_corner():
    field = {"x": [0.0, 50.0], "y": [0.0, 50.0], "force": [-5.0, -5.0]}
    [line] = problems({"task": {"field": field}})
    assert "contains the start" in line
    field["y"] = [0.1, 50.0]
    assert load(MODEL, {"reaching": {"task": {"field": field}}})


def test_a_curl_may_be_everywhere():
    load(MODEL, {"reaching": {"task": {"field": {"kind": "curl", "y": [-10.0, 10.0]}}}})
