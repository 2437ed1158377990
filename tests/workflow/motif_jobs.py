"""Jobs of the motor-motifs study: names, and patterns of a stage and all downstream of it."""

from __future__ import annotations

from harness import TINY

NETWORKS = tuple(TINY["motifs"]["networks"])
PREPARED = tuple(name for name in NETWORKS if name.endswith("_prepared"))
INTERRUPTED = ("additive", "additive_prepared", "two_input")
CHAINED = ("additive", "additive_prepared")
# In the sweep of the numbers of loops.
SWEPT = "multiplicative_prepared"
# Figures in which the evaluations of single networks are shown, beside those of all.
SHOWN_IN = {
    "additive": ("zero_shot", "forgetting", "noise"),
    "multiplicative": ("zero_shot",),
    "additive_wide": ("zero_shot",),
    "additive_oscillatory": ("zero_shot",),
    "two_input": ("interrupted",),
    "additive_prepared": ("interrupted",),
    "additive_origin": ("noise",),
}


def figures(*names: str) -> set[str]:
    """Jobs that draw these figures."""
    return {f"motifs/figures/{name}" for name in names}


REPORT = {"motifs/report"}
CHAINS = {"motifs/chains/*"} | figures("chain_*") | REPORT
FORGETTING = {"motifs/forgetting/*"} | figures("forgetting") | REPORT
PAIRS = {"motifs/pairs/*"} | figures("pairs") | REPORT
EXPONENTIALS = {"motifs/exponentials/*"} | figures("exponentials") | REPORT
THALAMOCORTICAL = {"motifs/thalamocortical/*"} | figures("thalamocortical", "errors") | REPORT
NETWORK_SWEEP = {
    f"motifs/*measures/{SWEPT}",
    *("sweeps/loops_of_a_network", "sweeps/loops_of_a_network-figure"),
} | REPORT
MODULE_SWEEP = {
    "motifs/*measures/*_module",
    *("sweeps/loops", "sweeps/loops-figure"),
} | REPORT


def evaluations(*networks: str) -> set[str]:
    """Evaluations of networks and all downstream of them."""
    return set().union(
        REPORT,
        *(
            {f"motifs/*evaluation/{name}/*"}
            | figures("errors", f"performance_{name}", *SHOWN_IN.get(name, ()))
            | (NETWORK_SWEEP if name == SWEPT else set())
            for name in networks
        ),
    )


def networks(*names: str) -> set[str]:
    """Networks and all downstream of them."""
    return set().union(
        evaluations(*names),
        figures("learning"),
        {f"motifs/*networks/{name}/*" for name in names},
        CHAINS if {*names} & {*CHAINED} else set(),
        FORGETTING if "control" in names else set(),
    )


MODULES = (
    {"motifs/preparation/*"} | figures("preparation") | MODULE_SWEEP | CHAINS | networks(*PREPARED)
)
TRAINED = networks(*NETWORKS) | PAIRS
LIBRARY = {"motifs/library/*"} | figures("library") | EXPONENTIALS | THALAMOCORTICAL | TRAINED
CONNECTIVITY = {"motifs/connectivity/*"} | MODULES | TRAINED
# What the seed is behind, and what is drawn from the record alone.
RESULTS = LIBRARY | CONNECTIVITY
FIGURES = figures("*") | REPORT
EVERYTHING = RESULTS | FIGURES


def jobs_of(sessions: int = 1) -> set[str]:
    """Names of all jobs behind the study's publications."""
    numbers = range(1, sessions + 1)
    parts = {
        name: ["all-sessions"] if name == "control" else [f"session-{k}" for k in numbers]
        for name in NETWORKS
    }
    by_replicate = {
        *(f"library/{kind}/session-{k}" for kind in ("step", "oscillatory") for k in numbers),
        *(f"exponentials/{kind}" for kind in ("step", "oscillatory")),
        *(f"connectivity/units-{units}" for units in (12, 14)),
        *(f"preparation/units-12-gain-1.4-loops-{loops}" for loops in (2, 3)),
        *(f"networks/{name}/{part}" for name in NETWORKS for part in parts[name]),
        *(f"preparation.loops=2/networks/{SWEPT}/{part}" for part in parts[SWEPT]),
        *(f"evaluation/{name}" for name in NETWORKS),
        f"preparation.loops=2/evaluation/{SWEPT}",
        *(f"pairs/{name}-gain-1.4-loops-0.0" for name in ("additive", "control")),
        "pairs/multiplicative-gain-1.4-loops-1.5",
        *("forgetting", "thalamocortical", "chains/2-1-2"),
    }
    measured = [
        f"{overrides}measures/{name}"
        for overrides in ("", "preparation.loops=2/")
        for name in (SWEPT, "additive_module", "multiplicative_module")
    ]
    drawn = figures(
        *("chain_2-1-2", "zero_shot", "errors", "preparation", "interrupted", "learning", "pairs"),
        *("forgetting", "noise", "thalamocortical", "library", "exponentials", "stages"),
        *(f"performance_{name}" for name in NETWORKS),
    )
    return {
        *(f"motifs/{stage}/replicate-1" for stage in by_replicate),
        *(f"motifs/{stage}" for stage in measured),
        *(f"sweeps/{name}" for name in ("loops", "loops_of_a_network")),
        *(f"sweeps/{name}-figure" for name in ("loops", "loops_of_a_network")),
        *(drawn | REPORT),
    }
