"""What the networks of the study are called in figures and reports."""

LABELS = {
    "additive": "additive",
    "additive_prepared": "additive, prepared",
    "multiplicative": "multiplicative",
    "multiplicative_prepared": "multiplicative, prepared",
    "control": "control",
    "two_input": "two inputs",
    "additive_oscillatory": "additive, oscillatory motifs",
    "additive_oscillatory_prepared": "additive, prepared, oscillatory motifs",
    "additive_wide": "additive, wider starts",
    "additive_origin": "additive, from the origin",
    "additive_large": "large additive",
    "thalamocortical": "analytic thalamocortical",
}
