"""Names and colours of the study's networks, the same in every figure.

Hues of Okabe and Ito (2008), told apart with any colour vision; lighter tints of the same hue for
the network that generated the targets of FF and FFH.
"""

from corticomotor.study.looks import Network

NETWORKS = {
    "SOC": Network("SOC", "#2B2B2B", "D"),
    "FF": Network("FF", "#D55E00", "o"),
    "FFH": Network("FFH", "#0072B2", "s"),
    "FF target": Network("FF's target network", "#F3B48B", "o"),
    "FFH target": Network("FFH's target network", "#8CC3E6", "s"),
}
