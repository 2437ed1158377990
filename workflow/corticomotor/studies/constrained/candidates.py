"""What the file of a candidate holds, in the search for settings of circuit and networks."""

from corticomotor.runtime.contracts import Contract, Variable

# Names of the searched settings -> their paths below the study.
SEARCHED = {
    "training_noise": "network.training_noise",
    "units": "network.units",
    "reach_fraction": "circuit.initial_state.reach_fraction",
    "modes": "circuit.initial_state.modes",
    "learning_rate": "gain_learning.learning_rate",
}

_UNITS = {"training_noise": "s-0.5"}

CANDIDATE_MEASURES = {
    "emg_error": "normalised error of the muscle activity",
    "kicked_emg_error": "normalised error after a kick of 10 % at movement onset",
    "mean_canonical_correlation": "mean canonical correlation with the circuit",
    "reach_dependent_r2": "explained variance of the unobserved neurons' reach-dependent part",
}

CANDIDATE = Contract(
    stage="constrained/candidate",
    coordinates={"network": ("1", "kind of network"), "replicate": ("1", "replicate")},
    variables={
        **{name: Variable((), _UNITS.get(name, "1"), path) for name, path in SEARCHED.items()},
        **{
            name: Variable(("network", "replicate"), "1", meaning, may_be_missing=True)
            for name, meaning in CANDIDATE_MEASURES.items()
        },
    },
)
