"""Names and colours of what is compared in the study, the same in every figure.

Hues of Okabe and Ito (2008), told apart with any colour vision.
"""

from corticomotor.study.looks import Network

NETWORKS = {
    "standard": Network("standard", "#D55E00", "s"),
    "standard_no_dropout": Network("standard, no dropout", "#D55E00", "v"),
    "standard_no_dense": Network("standard, no dense layer", "#D55E00", "^"),
    "standard_neither": Network("standard, neither", "#D55E00", "D"),
    "standard_tanh": Network("standard, tanh", "#D55E00", "<"),
    "standard_gru": Network("standard, GRU", "#D55E00", ">"),
    "standard_deep": Network("standard, layers of the feedback model", "#8C3D00", "P"),
    "positions": Network("feedback of positions", "#0072B2"),
    "positions_relu": Network("feedback of positions, ReLU", "#0072B2", "<"),
    "positions_tanh": Network("feedback of positions, tanh", "#0072B2", ">"),
    "positions_0": Network("no feedback", "#6B6B6B", "s"),
    "positions_1": Network("feedback of one position", "#0072B2", "v"),
    "positions_2": Network("feedback of two positions", "#0072B2", "^"),
    "positions_8": Network("feedback of eight positions", "#0072B2", "D"),
    "accelerations": Network("feedback of accelerations", "#56B4E9", "D"),
    "tabular": Network("table", "#2B2B2B"),
    "parameters": Network("parameters, graded radius", "#009E73"),
    "parameters_exact": Network("parameters, exact hits", "#009E73", "s"),
    "parameters_scaled": Network("parameters, exact hits, scaled", "#009E73", "D"),
    "parameters_force": Network("parameters, with force", "#004D38", "^"),
    "pixels": Network("pixels, graded radius", "#B0508A"),
    "pixels_exact": Network("pixels, exact hits", "#B0508A", "s"),
    "pixels_hindsight": Network("pixels, exact hits, hindsight", "#B0508A", "D"),
    "sac": Network("soft actor-critic", "#E69F00"),
    "td3": Network("TD3", "#7A5500", "s"),
    "synthetic": Network("circuit, synthetic EMG", "#6B6B6B"),
    "recorded": Network("circuit, recorded EMG", "#2B2B2B", "s"),
    "ideal": Network("ideal", "#2B2B2B"),
}
