"""Names and colours of what is compared in the study, the same in every figure.

Hues of Okabe and Ito (2008), told apart with any colour vision.
"""

from corticomotor.study.looks import Network

NETWORKS = {
    "before": Network("gains of 1", "#6B6B6B"),
    "specific": Network("neuron-specific gains", "#2B2B2B"),
    "random": Network("random groups", "#D55E00", "s"),
    "shared": Network("specialised groups, shared", "#56B4E9", "D"),
    "own": Network("specialised groups, own", "#0072B2", "^"),
    "reward": Network("reward rule", "#009E73"),
    "gradient": Network("gradient", "#B0508A", "s"),
    "fast": Network("fast", "#0072B2"),
    "slow": Network("slow", "#D55E00", "s"),
}
