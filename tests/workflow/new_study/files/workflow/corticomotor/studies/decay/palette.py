"""Names and colours of the curves."""

from corticomotor.study.looks import Network

NETWORKS = {
    "line": Network("straight line", "#0072B2"),
    "parabola": Network("parabola", "#D55E00", "s"),
}
