from functools import partial

from corticomotor.studies.motifs.library import lesson_motifs

# Networks whose chains are shown beside each other.
CHAINED = ("additive", "additive_prepared")

# Networks whose preparatory modules are shown.
MODULES = ("additive_prepared", "multiplicative_prepared")

motif_settings = partial(settings_of, study="motifs")


def motif_networks():
    """Names of the study's networks."""
    return list(lookup("motifs/networks", within=config))


def network_settings(name):
    return lookup(f"motifs/networks/{name}", within=config)


def motif_replicates():
    return range(1, lookup("motifs/replicates/count", within=config) + 1)


def lessons():
    return range(1, len(lookup("motifs/library/lessons", within=config)) + 1)


def lesson_numbers(lesson):
    """Numbers of the motifs in a lesson."""
    return lesson_motifs(lookup("motifs/library/lessons", within=config), int(lesson))


def motif_settings_without_lessons():
    """What a motif depends on: not on how many others there are."""
    library = lookup("motifs/library", within=config)
    return {name: value for name, value in library.items() if name != "lessons"}


def lessons_of(network):
    """Parts in which a network learns: the control network learns all lessons together."""
    if network_settings(network)["architecture"] == "control":
        return ["all-lessons"]
    return [f"lesson-{lesson}" for lesson in lessons()]


def motifs_of(kind, part="all-lessons"):
    """Files of the motifs in one lesson or all."""
    parts = lessons() if part == "all-lessons" else [part.removeprefix("lesson-")]
    return [
        rules.make_motifs.output.motifs.replace("{kind}", kind).replace("{lesson}", str(lesson))
        for lesson in parts
    ]


def connectivity_of(network):
    units = str(network_settings(network)["units"])
    return rules.draw_connectivity.output.connectivity.replace("{units}", units)


def module_of(network, loops=None):
    """The network's preparatory module, if it has one."""
    settings = network_settings(network)
    if not settings["prepared"]:
        return []
    loops = loops or lookup("motifs/preparation/loops", within=config)
    pattern = rules.train_preparatory_module.output.module
    for name, value in [
        ("units", settings["units"]),
        ("gain", settings["gain"]),
        ("loops", loops),
    ]:
        pattern = pattern.replace(f"{{{name}}}", repr(value))
    return [pattern]


def trained(network):
    """Files of all that a network has learned."""
    return [
        rules.train_motifs.output.network.replace("{network}", network).replace("{part}", part)
        for part in lessons_of(network)
    ]


def tests_of(network):
    """Which tests a network takes: some are of interest in a few networks only."""
    evaluation = dict(lookup("motifs/evaluation", within=config))
    del evaluation["failure_factor"]
    if network not in ("additive", "additive_prepared", "two_input"):
        evaluation["interrupted_at"] = [1.0]
    if network not in ("additive", "additive_origin"):
        evaluation["initial_noise"] = []
    return evaluation


def network_blocks(network, **values):
    """Settings with which a network runs."""
    return motif_settings(
        "dynamics",
        name=network,
        network=network_settings(network),
        preparation_tau=lookup("motifs/preparation/duration_tau", within=config),
        **values,
    )


def module_settings():
    """What a module depends on: neither its length in a motif nor other modules."""
    unrelated = ("duration_tau", "loops", "swept_loops", "swept_network")
    preparation = lookup("motifs/preparation", within=config)
    return {name: value for name, value in preparation.items() if name not in unrelated}


def fit_settings():
    """What a fit by exponentials depends on."""
    names = ("largest_amplitude", "separation", "largest_damping", "fit_starts")
    return {name: lookup(f"motifs/thalamocortical/{name}", within=config) for name in names}


def device():
    return lookup("motifs/training/device", within=config)


def pair_points():
    """Architecture, gain and loop gain of the networks that learn all pairs of motifs."""
    pairs = lookup("motifs/pairs", within=config)
    return [
        *(("additive", gain, 0.0) for gain in pairs["additive_gains"]),
        *(
            ("multiplicative", gain, loop_gain)
            for loop_gain in pairs["loop_gains"]
            for gain in pairs["multiplicative_gains"]
        ),
        *(("control", gain, 0.0) for gain in pairs["control_gains"]),
    ]


def pair_network(wildcards):
    """Settings of a network that learns pairs: those of its kind, with another gain."""
    pairs = lookup("motifs/pairs", within=config)
    changed = {
        "gain": float(wildcards.gain),
        "starts": pairs["trials"],
        "max_iterations": pairs["iterations"],
    }
    if wildcards.architecture == "multiplicative":
        changed["loop_gain"] = float(wildcards.loop_gain)
    return network_settings(wildcards.architecture) | changed


def pair_results():
    pattern = rules.train_on_pairs.output.pairs
    return [
        pattern.format(
            architecture=architecture, gain=gain, loop_gain=loop_gain, replicate=replicate
        )
        for architecture, gain, loop_gain in pair_points()
        for replicate in motif_replicates()
    ]


def chain_names():
    """Chains as they are named in paths: 3-1-4."""
    return ["-".join(map(str, chain)) for chain in lookup("motifs/chains", within=config)]


def evaluations():
    """Evaluations of all networks, each in all replicates."""
    return collect(
        rules.evaluate_network.output.evaluation,
        network=motif_networks(),
        replicate=motif_replicates(),
    )


def first_lessons():
    """What all networks learned first, each in all replicates."""
    return [
        trained(network)[0].replace("{replicate}", str(replicate))
        for network in motif_networks()
        for replicate in motif_replicates()
    ]


def swept_modules():
    """Modules with other numbers of loops than the networks use, and the latter."""
    preparation = lookup("motifs/preparation", within=config)
    counts = sorted({*preparation["swept_loops"], preparation["loops"]})
    return [
        module_of(preparation["swept_network"], loops)[0].replace("{replicate}", str(replicate))
        for loops in counts
        for replicate in motif_replicates()
    ]


def motif_captions():
    """Captions of the study's figures."""
    return [
        *captions_of(rules.plot_motifs.output, study="motifs"),
        report_file("captions/motifs/chain.rst"),
    ]
