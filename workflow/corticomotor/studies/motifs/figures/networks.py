"""Names and colours of the study's networks, the same in every figure."""

from corticomotor.studies.motifs.labels import LABELS

__all__ = ["COLORS", "LABELS"]

# One hue (Okabe and Ito 2008) an architecture; with a preparatory module it is the full one.
COLORS = {
    "additive": "#8CC3E6",
    "additive_prepared": "#0072B2",
    "multiplicative": "#F3B48B",
    "multiplicative_prepared": "#D55E00",
    "control": "#2B2B2B",
    "two_input": "#009E73",
    "additive_oscillatory": "#D9A9C4",
    "additive_oscillatory_prepared": "#B0508A",
    "additive_wide": "#56B4E9",
    "additive_origin": "#6B6B6B",
    "additive_large": "#4A7FA5",
    "thalamocortical": "#B59F00",
}
