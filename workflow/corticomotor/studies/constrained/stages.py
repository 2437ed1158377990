"""The stages of the study: what each reads, after which it comes, its contract and its script."""

from __future__ import annotations

from collections.abc import Iterator

from corticomotor.studies.constrained import candidates, contracts
from corticomotor.study.names import SettingsView, Wildcards
from corticomotor.study.stage import Stage, Upstream

# FF never sees the hints.
_OF_HINTS = (
    "network.hint_strength",
    "network.hint_mode",
    "network.hint_scaling",
    "network.compensate_lag",
)


def _recording(settings: SettingsView) -> list[str]:
    emg = settings.emg
    return [emg.recording.path] if emg.source == "recorded" else []


def _check_recording(settings: SettingsView) -> None:
    if settings.emg.source == "recorded":
        # Slow to import, and most runs need it not.
        from corticomotor.studies.constrained.recordings import recorded_emg

        recorded_emg(settings.emg)


def _searched_replicates(settings: SettingsView, wildcards: Wildcards) -> Iterator[dict[str, int]]:
    for replicate in settings.search.replicates:
        yield {"replicate": replicate}


def _gain_learning_work(settings: SettingsView, wildcards: Wildcards) -> float:
    """Products of a circuit's weights with the rates of all reaches: four a step, back as well."""
    learning, emg = settings.gain_learning, settings.emg
    steps = emg.duration_ms / learning.training_step_ms
    rewarded = learning.method == "reward"
    iterations = learning.reward.iterations if rewarded else 3 * learning.iterations
    products: float = iterations * steps * emg.reaches * settings.circuit.neurons**2
    return products


def _network_work(settings: SettingsView, wildcards: Wildcards) -> float:
    """Updates of the inverse correlation matrix, and steps between them."""
    network, emg = settings.network, settings.emg
    steps = (network.pulse_ms + emg.duration_ms) / network.step_ms
    per_step = emg.reaches * network.units**2 * (1 + 3 * network.update_probability)
    products: float = network.epochs * steps * per_step
    return products


def _search_work(settings: SettingsView, wildcards: Wildcards) -> float:
    return 2 * len(settings.search.replicates) * _network_work(settings, wildcards)


def _circuit_work(settings: SettingsView, wildcards: Wildcards) -> float:
    return float(settings.circuit.neurons**3)


def _similarity_work(settings: SettingsView, wildcards: Wildcards) -> float:
    """Decompositions of the circuit's rates and of all networks' units, and surrogates."""
    similarity, emg = settings.similarity, settings.emg
    samples = emg.reaches * emg.duration_ms / emg.step_ms
    size = settings.circuit.neurons + 4 * settings.network.units
    decompositions: float = samples * size**2 + size**3
    surrogates: float = (similarity.surrogates + similarity.splits) * samples * 1e3
    return decompositions + surrogates


def _perturbation_work(settings: SettingsView, wildcards: Wildcards) -> float:
    tests, network, emg = settings.generalisation, settings.network, settings.emg
    levels = len(tests.initial_noise) + len(tests.step_noise)
    steps = (network.pulse_ms + emg.duration_ms) / network.step_ms
    runs: float = 2 * levels * (tests.trials + 1) * emg.reaches * steps * network.units**2
    return runs


def _measures_work(settings: SettingsView, wildcards: Wildcards) -> float:
    emg = settings.emg
    samples = emg.reaches * emg.duration_ms / emg.step_ms
    size = settings.circuit.neurons + settings.network.units
    decompositions: float = settings.replicates.count * samples * size**2
    return decompositions


STAGES = (
    Stage(
        "emg",
        "make_emg",
        contracts.EMG,
        reads=("emg",),
        files=_recording,
        check=_check_recording,
        label="target EMG",
    ),
    Stage(
        "circuit",
        "build_circuit",
        contracts.CIRCUIT,
        reads=("circuit",),
        work=_circuit_work,
        label="stability-optimised\ncircuit",
    ),
    Stage(
        "ground_truth",
        "learn_gains",
        contracts.GROUND_TRUTH,
        reads=("dynamics", "gain_learning"),
        after=("emg", "circuit"),
        work=_gain_learning_work,
        label="gain learning:\nground truth",
        network="SOC",
    ),
    Stage(
        "sample",
        "draw_sample",
        contracts.SAMPLE,
        reads=("circuit.neurons", "emg.muscles"),
        label="sample of neurons\nand muscles",
    ),
    Stage(
        "networks/FF",
        "train_network",
        contracts.NETWORK,
        reads=("network", "sample.muscle_fraction"),
        after=("ground_truth", "sample"),
        except_for=_OF_HINTS,
        given={"hints": False},
        work=_network_work,
        label="FF",
        network="FF",
    ),
    Stage(
        "networks/FFH",
        "train_network",
        contracts.NETWORK,
        reads=("network", "sample"),
        after=("ground_truth", "sample"),
        given={"hints": True},
        work=_network_work,
        label="FFH",
        network="FFH",
    ),
    Stage(
        "similarity",
        "compare_networks",
        contracts.SIMILARITY,
        reads=("similarity",),
        after=("ground_truth", "networks/FF", "networks/FFH"),
        work=_similarity_work,
        label="similarity",
    ),
    Stage(
        "generalisation",
        "perturb_networks",
        contracts.GENERALISATION,
        reads=(
            "dynamics",
            "gain_learning.readout",
            "gain_learning.ridge",
            "network.time_constant_ms",
            "network.step_ms",
            "generalisation",
            "similarity.components",
        ),
        after=("circuit", "ground_truth", "networks/FF", "networks/FFH"),
        work=_perturbation_work,
        label="generalisation",
    ),
    Stage(
        "measures/{network}",
        "measure_network",
        contracts.MEASURES,
        reads=("similarity.components",),
        after=("ground_truth", "networks/{network}"),
        per_replicate=False,
        work=_measures_work,
    ),
    Stage(
        "search/candidate-{candidate}",
        "try_settings",
        candidates.CANDIDATE,
        reads=("network", "sample", "similarity.components", "search.ranges", "search.replicates"),
        after=(
            Upstream("ground_truth", "ground_truth", _searched_replicates, ("search.replicates",)),
            Upstream("sample", "sample", _searched_replicates, ("search.replicates",)),
        ),
        per_replicate=False,
        work=_search_work,
    ),
)
