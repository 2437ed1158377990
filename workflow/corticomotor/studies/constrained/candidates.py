"""What the file of a candidate holds, in the search for the settings of FF and FFH."""

from corticomotor.runtime.contracts import Contract, Variable

SEARCHED = (
    "gain",
    "time_constant_ms",
    "pulse_strength",
    "output_strength",
    "hint_strength",
    "training_noise",
)

_UNITS = {"time_constant_ms": "ms", "training_noise": "s-0.5"}

CANDIDATE_MEASURES = {
    "emg_error": "normalised error of the muscle activity",
    "kicked_emg_error": "normalised error after a kick of 5 % at movement onset",
    "mean_canonical_correlation": "mean canonical correlation with the circuit",
    "unobserved_r2": "explained variance of the unobserved neurons",
}

CANDIDATE = Contract(
    stage="constrained/candidate",
    coordinates={"network": ("1", "kind of network"), "replicate": ("1", "replicate")},
    variables={
        **{name: Variable((), _UNITS.get(name, "1"), f"network.{name}") for name in SEARCHED},
        **{
            name: Variable(("network", "replicate"), "1", meaning, may_be_missing=True)
            for name, meaning in CANDIDATE_MEASURES.items()
        },
    },
)
