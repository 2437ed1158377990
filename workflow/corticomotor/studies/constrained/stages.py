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


# The work of stages counts multiplications of weights with activities. What else a step costs is
# told in the same unit, as measured: the calls of a step, and what is done once for all reaches.
def _circuit_work(settings: SettingsView, wildcards: Wildcards) -> float:
    """One iteration; how many a circuit takes is known only when it is stable."""
    neurons = settings.circuit.neurons
    return neurons**2 * (neurons + 400.0)


def _gain_learning_work(settings: SettingsView, wildcards: Wildcards) -> float:
    """Movements of the circuit in all reaches; gradients go back through them as well."""
    learning, emg = settings.gain_learning, settings.emg
    rewarded = learning.method == "reward"
    movements = learning.reward.iterations if rewarded else 2 * learning.iterations
    steps: float = emg.duration_ms / learning.training_step_ms
    return movements * steps * (settings.circuit.neurons**2 * (emg.reaches + 5) + 2e5)


def _trial_steps(settings: SettingsView) -> float:
    """Steps of a network's trial."""
    length: float = settings.network.pulse_ms + settings.emg.duration_ms
    return length / settings.network.step_ms


def _network_work(settings: SettingsView, wildcards: Wildcards) -> float:
    """Steps of all reaches, updates of the inverse correlation matrix, and files of weights."""
    network, weights = settings.network, settings.network.units**2
    per_step: float = weights * (settings.emg.reaches + 8 * network.update_probability) + 1e5
    return network.epochs * _trial_steps(settings) * per_step + 1e4 * weights


def _search_work(settings: SettingsView, wildcards: Wildcards) -> float:
    return 2 * len(settings.search.replicates) * _network_work(settings, wildcards)


def _samples(settings: SettingsView) -> float:
    """Points in time of all reaches, on the grid on which networks are compared."""
    samples: float = settings.emg.reaches * settings.emg.duration_ms / settings.emg.step_ms
    return samples


def _similarity_work(settings: SettingsView, wildcards: Wildcards) -> float:
    """Surrogates and halves of the circuit, and decompositions of four networks' rates."""
    similarity, neurons = settings.similarity, settings.circuit.neurons
    circuits = (similarity.surrogates + similarity.splits) * (neurons**2 + 3e4)
    networks = 28 * settings.network.units**2
    return _samples(settings) * (circuits + networks)


def _perturbation_work(settings: SettingsView, wildcards: Wildcards) -> float:
    """Trials of both networks with all noises."""
    tests, network = settings.generalisation, settings.network
    levels = len(tests.initial_noise) + len(tests.step_noise)
    trials = 2 * levels * (tests.trials + 1) * settings.emg.reaches
    return trials * _trial_steps(settings) * network.units**2


def _measures_work(settings: SettingsView, wildcards: Wildcards) -> float:
    """Decompositions of the rates of circuit and network, of all replicates."""
    rates = settings.circuit.neurons**2 + settings.network.units**2
    return settings.replicates.count * _samples(settings) * rates


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
