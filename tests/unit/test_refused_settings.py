"""Settings that no experiment can have: each is refused in one line, at once."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from corticomotor.registry import all_studies
from corticomotor.runtime.errors import InputError
from corticomotor.settings.files import require_readable, require_single_names
from corticomotor.settings.loading import load
from corticomotor.settings.root import compose

MODEL = compose(all_studies())
GAIN, NEURONS = "constrained.network.gain", "constrained.circuit.neurons"
LAG = "constrained.network.time_constant_ms"


def nested(setting: str, value: Any) -> dict[str, Any]:
    name, _, rest = setting.partition(".")
    return {name: nested(rest, value) if rest else value}


def setting_at(settings: Any, path: str) -> Any:
    for name in path.split("."):
        settings = getattr(settings, name)
    return settings


def problem(config: dict[str, Any]) -> str:
    with pytest.raises(InputError) as caught:
        load(MODEL, config)
    [line] = str(caught.value).splitlines()
    return line


# What could never be computed

COUNTS = [
    "constrained.network.epochs",
    "constrained.network.copies",
    "constrained.gain_learning.iterations",
    "constrained.gain_learning.reward.iterations",
    "constrained.circuit.max_iterations",
    "constrained.circuit.initial_state.modes",
    "constrained.similarity.components",
    "constrained.similarity.surrogates",
    "constrained.similarity.splits",
    "constrained.generalisation.trials",
    "constrained.directions.iterations",
    "constrained.search.candidates",
    "motifs.preparation.iterations",
    "motifs.preparation.trials",
    "motifs.training.warm_up",
    "motifs.networks.additive.max_iterations",
    "motifs.pairs.iterations",
    "motifs.evaluation.repetitions",
    "motifs.forgetting.iterations",
    "motifs.thalamocortical.fit_starts",
    "gain_modulation.new_movement.iterations",
    "gain_modulation.alternatives.movements",
    "gain_modulation.groups.iterations",
    "gain_modulation.primitives.libraries",
    "gain_modulation.speed.iterations",
    "reaching.training.batch",
    "reaching.tests.count",
    "reaching.deep_q.memory",
    "reaching.deep_q.runs.pixels.frames",
    "reaching.deep_q.runs.pixels.seeds",
    "reaching.control.updates",
    "reaching.population.surrogates",
]
SIZES = [
    "constrained.replicates.count",
    "constrained.emg.reaches",
    "constrained.emg.muscles",
    "constrained.circuit.neurons",
    "constrained.network.units",
    "motifs.replicates.count",
    "motifs.networks.control.units",
    "motifs.library.oscillatory.units",
    "motifs.thalamocortical.neurons",
    "gain_modulation.replicates.count",
    "gain_modulation.circuit.neurons",
    "gain_modulation.speed.neurons",
    "reaching.replicates.count",
    "reaching.models.standard.units",
    "reaching.deep_q.hidden",
    "reaching.control.hidden",
    "reaching.tests.directions",
    "reaching.population.cortex.circuit.neurons",
]


@pytest.mark.parametrize(
    ("setting", "most"),
    [(each, 10_000_000) for each in COUNTS] + [(each, 20_000) for each in SIZES],
)
def test_a_number_far_too_large(setting, most):
    line = problem(nested(setting, 10**12))
    assert line.startswith(f"{setting}: expected a whole number of at least ")
    assert line.endswith(f" and at most {most}, found 1000000000000")


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        (
            "constrained.emg.duration_ms",
            1e15,
            "constrained.emg: duration_ms must be at most 250000, 100000 steps of 2.5 ms, "
            "found 1000000000000000.0",
        ),
        (
            "constrained.network.update_probability",
            0.001,
            "constrained.network.update_probability: expected at least 0.0065, 10 updates in 1540 "
            "steps of time, found 0.001",
        ),
        (
            "constrained.network.step_ms",
            1e-5,
            "constrained.network.step_ms: expected at most 100000 steps in a trial of 550 ms, "
            "found 1e-05",
        ),
        (
            "constrained.network.pulse_ms",
            1e17,
            "constrained.network.step_ms: expected at most 100000 steps in a trial of 1e+17 ms, "
            "found 2.5",
        ),
        (
            "reaching.population.cortex.gain_learning.training_step_ms",
            1e17,
            "reaching.population.cortex.gain_learning.training_step_ms: expected a whole number "
            "of steps in reaching.population.cortex.emg.duration_ms (500.0), found 1e+17",
        ),
        (
            "reaching.population.cortex.gain_learning.training_step_ms",
            1e-17,
            "reaching.population.cortex.gain_learning.training_step_ms: expected a whole multiple "
            "of reaching.population.cortex.emg.step_ms (2.5), found 1e-17",
        ),
        (
            "motifs.library.warm_up",
            1e17,
            "motifs.library.warm_up: expected at most 100000 steps of 0.1 (motifs.dynamics.dt), "
            "found 1e+17",
        ),
        (
            "motifs.library.duration",
            1e15,
            "motifs.library.duration: expected at most 100000 steps of 0.1 (motifs.dynamics.dt), "
            "found 1000000000000000.0",
        ),
        (
            "gain_modulation.movement.duration_ms",
            1e15,
            "gain_modulation.movement.step_ms: expected at most 100000 steps in 1e+15 ms, "
            "found 6.25",
        ),
        (
            "reaching.task.steps",
            10**9,
            "reaching.task.steps: expected a whole number of at least 60 and at most 100000, "
            "found 1000000000",
        ),
        (
            "reaching.models.standard.dense_after",
            21,
            "reaching.models.standard.dense_after: expected a whole number of at least 0 and at "
            "most 20, found 21",
        ),
        (
            "motifs.library.sessions",
            [1000000],
            "motifs.library.sessions: expected at most 1000 motifs together, found 1000000",
        ),
        (
            "motifs.library.sessions",
            [600, 600],
            "motifs.library.sessions: expected at most 1000 motifs together, found 1200",
        ),
        (
            "motifs.pairs",
            {"additive_gains": [], "control_gains": [], "loop_gains": []},
            "motifs.pairs: expected gains of at least one network, found none",
        ),
    ],
)
def test_an_experiment_too_long_or_without_parts(setting, value, expected):
    assert problem(nested(setting, value)) == expected


# What would judge settings by what chose them, or by chance


@pytest.mark.parametrize(
    ("replicates", "expected"),
    [
        (
            [1, 1001],
            "expected none of the report's, which are 1 to 10 (constrained.replicates.count",
        ),
        (
            [1010, 10],
            "expected none of the report's, which are 1 to 10 (constrained.replicates.cou",
        ),
        (
            [1001],
            "expected a list of at least 2, each item a whole number of at least 1 and at most",
        ),
        ([], "expected a list of at least 2, each item a whole number of at least 1 and at most"),
        ([1001, 1002, 1001], "expected each value once, found 1001 again"),
        ([0, 1001], "expected a whole number of at least 1 and at most 10000000, found 0"),
    ],
)
def test_replicates_of_a_search(replicates, expected):
    line = problem(nested("constrained.search.replicates", replicates))
    assert re.match(r"constrained\.search\.replicates(\[0\])?: ", line)
    assert line.partition(": ")[2].startswith(expected)


def test_replicates_right_after_those_of_the_report():
    chosen = nested("constrained.search.replicates", [11, 12])
    assert load(MODEL, chosen).of("constrained").search.replicates == [11, 12]


# Results are told apart by these values

REPEATED = [
    "constrained.generalisation.initial_noise",
    "constrained.generalisation.step_noise",
    "constrained.directions.reach_fractions",
    "constrained.directions.pulse_noise",
    "motifs.difficulty.exponentials",
    "motifs.evaluation.initial_noise",
    "motifs.pairs.additive_gains",
    "motifs.pairs.multiplicative_gains",
    "motifs.pairs.loop_gains",
    "motifs.pairs.control_gains",
    "gain_modulation.new_movement.groups",
    "gain_modulation.new_movement.noise_db",
    "gain_modulation.groups.counts",
    "gain_modulation.sizes.neurons",
    "gain_modulation.sizes.groups",
    "gain_modulation.primitives.baseline_rates_hz",
    "gain_modulation.primitives.sizes",
    "gain_modulation.speed.reward.gradual_factors",
    "gain_modulation.speed.initial_conditions.counts",
    "gain_modulation.speed.shape_and_speed.sizes",
]


@pytest.mark.parametrize("setting", REPEATED)
def test_a_value_that_is_given_twice(setting):
    values = setting_at(load(MODEL, {}), setting)
    expected = f"{setting}: expected each value once, found {values[0]} again"
    assert problem(nested(setting, [*values, values[0]])) == expected


# What cannot name files


@pytest.mark.parametrize("path", ["a{b}.mat", "{x}/emg.h5", "emg}.mat", "a\nb", "a\0b", "a\tb"])
@pytest.mark.parametrize("emg", ["constrained.emg", "reaching.population.cortex.emg"])
def test_a_path_that_snakemake_cannot_take(emg, path):
    assert problem(nested(f"{emg}.recording.path", path)) == (
        f"{emg}.recording.path: expected a path without braces and control characters, "
        f"found {path!r}"
    )


def test_a_path_that_no_file_system_takes():
    assert problem(nested("constrained.emg.recording.path", "a/" + "é" * 200 + ".mat")) == (
        "constrained.emg.recording.path: expected names of at most 255 bytes, found 404"
    )


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        ([1] * 30, "an end that does not repeat itself 20 times, found '-1' as often"),
        (
            [7, 3, *[1, 2] * 20],
            "an end that does not repeat itself 20 times, found '-1-2' as often",
        ),
        (
            list(range(1, 11)) * 13,
            "at most 150 characters of numbers with hyphens, as they name files, found 272",
        ),
    ],
)
def test_a_chain_that_cannot_name_files(chain, expected):
    assert problem(nested("motifs.chains", [chain])) == f"motifs.chains[0]: expected {expected}"


def test_long_chains_can_be_asked_for():
    chains = [[1] * 20, list(range(1, 11)) * 7]
    assert load(MODEL, nested("motifs.chains", chains)).of("motifs").chains == chains


# Sweeps


def span(count: Any, first: float = 1, last: float = 2) -> dict[str, Any]:
    return {"first": first, "last": last, "count": count}


TOO_MANY = "sweep.mine.vary: expected at most 1000 combinations, found"
COUNT = f"sweep.mine.vary.{GAIN}.count: expected a whole number of at least 2 and at most 1000"


@pytest.mark.parametrize(
    ("vary", "expected"),
    [
        ({GAIN: span(100_000)}, f"{COUNT}, found 100000"),
        ({GAIN: span("1e9")}, f"{COUNT}, found '1e9'"),
        ({GAIN: span(1_000_000_000)}, f"{COUNT}, found 1000000000"),
        ({GAIN: [1 + each / 1000 for each in range(5000)]}, f"{TOO_MANY} 5000"),
        (
            {GAIN: span(100), LAG: span(100, 40, 80), NEURONS: span(100, 100, 300)},
            f"{TOO_MANY} 1000000",
        ),
        (
            {"constrained.emg.recording.path": ["a" * 300]},
            "sweep.mine: expected settings and values that take at most 240 letters, as they name "
            "folders, found 319",
        ),
        (
            {"constrained.emg.recording.path": ["a{b}"]},
            "sweep.mine: at constrained.emg.recording.path = 'a{b}': constrained.emg.recording."
            "path: expected a path without braces and control characters, found 'a{b}'",
        ),
    ],
)
def test_a_sweep_too_large_is_refused_at_once(vary, expected):
    begin = time.monotonic()
    assert problem({"sweep": {"mine": {"vary": vary}}}) == expected
    assert time.monotonic() - begin < 5


def test_a_sweep_as_large_as_it_may_be():
    vary = {GAIN: span(25), LAG: span(40, 40, 80)}
    begin = time.monotonic()
    assert load(MODEL, {"sweep": {"mine": {"vary": vary}}})
    assert time.monotonic() - begin < 5


def test_a_name_of_a_sweep_that_is_too_long_for_a_file():
    line = problem({"sweep": {"m" * 300: {"vary": {GAIN: [1]}}}})
    assert line.endswith(": expected a name of at most 60 letters, as it names files, found 300")
    assert len(line) < 200
    assert load(MODEL, {"sweep": {"m" * 60: {"vary": {GAIN: [1]}}}})


# Blocks that contain themselves, as anchors in YAML can make them


@pytest.mark.parametrize("path", ["sweep", "constrained", "constrained.emg", "nonsense"])
def test_a_block_that_contains_itself(path):
    block: dict[str, Any] = {}
    block["inner"] = [block]
    expected = "expected a value that does not contain itself, found one that does"
    assert problem(nested(path, block)) == f"{path}.inner: {expected}"


def test_a_block_that_stands_in_two_places_does_not_contain_itself():
    block = {"count": 3}
    read = load(MODEL, {"constrained": {"replicates": block}, "motifs": {"replicates": block}})
    assert read.of("motifs").replicates.count == read.of("constrained").replicates.count == 3


# Config files themselves


@pytest.mark.parametrize(
    ("text", "setting", "first", "second"),
    [
        (
            "seed: 1\n\nseed: 2\n",
            "seed",
            1,
            3,
        ),
        (
            "constrained:\n  network: {gain: 1}\nmotifs: {}\nconstrained:\n  emg: {}\n",
            "constrained",
            1,
            4,
        ),
        (
            "constrained:\n  network: {gain: 1.1,\n    gain: 1.2}\n",
            "constrained.network.gain",
            2,
            3,
        ),
        (
            '{"seed": 1,\n "seed": 2}',
            "seed",
            1,
            2,
        ),
    ],
)
def test_a_setting_given_twice(tmp_path, text, setting, first, second):
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        require_single_names([file])
    assert str(caught.value) == (
        f"{file}: {setting}: expected each setting once, found it in line {first} and in line "
        f"{second}"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("seed: 010\n", "seed: expected a decimal number, found 010 in line 1"),
        (
            "constrained:\n  network: {gain: 1:30}\n",
            "constrained.network.gain: expected a decimal number, found 1:30 in line 2",
        ),
        ("a: [1, -1:30.5]\n", "a: expected a decimal number, found -1:30.5 in line 1"),
    ],
)
def test_numbers_that_yaml_reads_as_others(tmp_path, text, expected):
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        require_single_names([file])
    assert str(caught.value) == f"{file}: {expected}"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["seed=1", "seed=2"], "seed: expected each setting once, found it twice"),
        (
            ["constrained={network: {gain: 1.1, gain: 1.2}}"],
            "constrained.network.gain: expected each setting once, found it in line 1 and in line "
            "1",
        ),
        (["seed=007"], "seed: expected a decimal number, found 007 in line 1"),
    ],
)
def test_settings_of_the_command_line(arguments, expected):
    with pytest.raises(InputError) as caught:
        require_single_names([], arguments)
    assert str(caught.value) == f"--config: {expected}"


def test_settings_of_the_command_line_that_are_clear():
    given = [
        "seed=1",
        "sweep={a: null}",
        "constrained={network: {gain: 0.5}}",
        "broken={",
        "a=\udcff",
    ]
    require_single_names([], given)


def test_names_with_dots_are_no_paths():
    assert problem({"constrained": {"network.gain": 1.2}}) == (
        "constrained: expected blocks within each other, as in {network: {gain: …"
    )
    assert problem({"constrained.network.gain": 1.2}) == (
        "config: expected blocks within each other, as in {constrained: {network: {gain: …"
    )


def test_files_that_give_each_setting_once(tmp_path):
    texts = [
        'a: 0\nb: -0.5\nc: 0x10\nd: 1e3\ne: 10_000\nf: "010"\n',
        "a: &a {x: 1}\nb: {<<: *a, x: 2}\nc: [{x: 1}, {x: 2}]\n",
        "a: &a [*a]\n",
        "",
        "{not yaml",
    ]
    for place, text in enumerate(texts):
        (tmp_path / str(place)).write_text(text)
    (tmp_path / "latin").write_bytes(b"a: \xe9\xff")
    require_single_names([*tmp_path.iterdir(), tmp_path / "none"])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "expected settings by their names, found nothing"),
        (b"- 1\n- 2\n", "expected settings by their names, found [1, 2]"),
        (b"only words\n", "expected settings by their names, found 'only words'"),
        (b"a: \xe9\xff\n", "expected text in UTF-8, found another byte at position 3"),
        ("seed: 2\n".encode("utf-16"), "expected text in UTF-8, found another byte at position 0"),
        (b"seed: 1\n\tb: 2\n", r"expected YAML, found in line 2: character '\t' that cannot start"),
        (b"seed: *none\n", "expected YAML, found in line 1: undefined alias 'none'"),
        (b"seed: 1\n---\nseed: 2\n", "expected YAML, found in line 2: another document"),
        (b"? [a, b]\n: 1\n", "expected YAML, found in line 1: unhashable key"),
        (b"seed: 1\0\n", "expected YAML, found: special characters are not allowed"),
        (b"seed: !!python/name:os.system\n", "expected YAML, found in line 1: could not determine"),
        (b"seed: 2024-13-01\n", "expected YAML, found: month must be in 1..12"),
        (b"[" * 100_000, "expected fewer blocks within each other"),
        (b'{"a":' * 100_000, "expected fewer blocks within each other"),
        (
            b"constrained: &a {network: *a}\n",
            "constrained.network: expected a value that does not contain itself, found one that",
        ),
        (b"a: 1\n2: 1\n", "config: expected names that are text, found 2"),
    ],
)
def test_a_config_file_that_cannot_be_read(tmp_path, content, expected):
    file = tmp_path / "mine.yaml"
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        require_readable(file)
    [line] = str(caught.value).splitlines()
    assert line.startswith(f"{file}: {expected}")


def test_no_config_file(tmp_path):
    with pytest.raises(InputError, match=r"none.yaml: expected a config file, found none$"):
        require_readable(tmp_path / "none.yaml")
    with pytest.raises(InputError, match=r": expected a config file, found a folder$"):
        require_readable(tmp_path)


@pytest.mark.parametrize(
    "text", ["seed: 2\n", '{"seed":\t2}', "\ufeffseed: 2\n", "a: &a {x: 1}\nb: [*a, *a]\n"]
)
def test_a_config_file_that_can_be_read(tmp_path, text):
    file = tmp_path / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    require_readable(file)
