"""Names and colours of the study's networks, the same in every figure.

One hue (Okabe and Ito 2008) an architecture; with a preparatory module it is the full one.
"""

from corticomotor.study.looks import Network

NETWORKS = {
    "additive": Network("additive", "#8CC3E6"),
    "additive_prepared": Network("additive, prepared", "#0072B2"),
    "multiplicative": Network("multiplicative", "#F3B48B"),
    "multiplicative_prepared": Network("multiplicative, prepared", "#D55E00"),
    "control": Network("control", "#2B2B2B"),
    "two_input": Network("two inputs", "#009E73"),
    "additive_oscillatory": Network("additive, oscillatory motifs", "#D9A9C4"),
    "additive_oscillatory_prepared": Network("additive, prepared, oscillatory motifs", "#B0508A"),
    "additive_wide": Network("additive, wider starts", "#56B4E9"),
    "additive_origin": Network("additive, from the origin", "#6B6B6B"),
    "additive_large": Network("large additive", "#4A7FA5"),
    "thalamocortical": Network("analytic thalamocortical", "#B59F00"),
    "additive_module": Network("module of additive networks", "#0072B2"),
    "multiplicative_module": Network("module of multiplicative networks", "#D55E00"),
}
