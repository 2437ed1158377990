from corticomotor.studies.motifs.library import lesson_motifs

# Networks whose chains are shown beside each other.
CHAINED = ("additive", "additive_prepared")

# Networks whose preparatory modules are shown.
MODULES = ("additive_prepared", "multiplicative_prepared")


def motif_settings(*blocks, **values):
    """Blocks of the study as configured, and more values."""
    return experiment(*blocks, study="motifs", **values)


def motif_networks():
    """Names of the study's networks."""
    return list(config["motifs"]["networks"])


def motif_replicates():
    return replicates("motifs")


def study_at(wildcards=None):
    """The study's settings at a job's place, or as configured."""
    return config_at("motifs", folder_of(wildcards))["motifs"]


def network_settings(network, wildcards=None):
    return study_at(wildcards)["networks"][network]


def at_place(pattern, stage, wildcards, **values):
    """A stage's results on which those in a job's place depend."""
    for name, value in {"place": place_of(stage, wildcards, "motifs"), **values}.items():
        pattern = pattern.replace(f"{{{name}}}", str(value))
    return pattern


def lessons_of(network, wildcards=None):
    """Parts in which a network learns: the control network learns all lessons together."""
    if network_settings(network, wildcards)["architecture"] == "control":
        return ["all-lessons"]
    lessons = study_at(wildcards)["library"]["lessons"]
    return [f"lesson-{number}" for number in range(1, len(lessons) + 1)]


def motifs_of(kind, wildcards=None, part="all-lessons"):
    """Files of the motifs in one lesson or all."""
    lessons = study_at(wildcards)["library"]["lessons"]
    numbers = range(1, len(lessons) + 1)
    if part != "all-lessons":
        numbers = [part.removeprefix("lesson-")]
    pattern = rules.make_motifs.output.motifs
    return [
        at_place(pattern, "library", wildcards, kind=kind, lesson=number) for number in numbers
    ]


def motifs_for(network, wildcards=None, part="all-lessons"):
    """Files of the motifs that a network learns."""
    return motifs_of(network_settings(network, wildcards)["motifs"], wildcards, part)


def connectivity_of(network, wildcards=None):
    units = network_settings(network, wildcards)["units"]
    pattern = rules.draw_connectivity.output.connectivity
    return at_place(pattern, "connectivity", wildcards, units=units)


def module_of(network, wildcards=None, loops=None):
    """The network's preparatory module, if it has one."""
    settings = network_settings(network, wildcards)
    if not settings["prepared"]:
        return []
    pattern = rules.train_preparatory_module.output.module
    return [
        at_place(
            pattern,
            "preparation",
            wildcards,
            units=settings["units"],
            gain=settings["gain"],
            loops=loops or study_at(wildcards)["preparation"]["loops"],
        )
    ]


def trained(network, wildcards=None):
    """Files of all that a network has learned."""
    pattern = rules.train_motifs.output.network
    return [
        at_place(pattern, f"networks/{network}", wildcards, network=network, part=part)
        for part in lessons_of(network, wildcards)
    ]


def library_settings(wildcards):
    """What the motifs of a lesson depend on: not on how many others there are."""
    read = Reader("library", wildcards, "motifs")
    library = dict(read("library"))
    lessons = library.pop("lessons")
    return {
        "seed": read.seed,
        "library": library,
        "kind": wildcards.kind,
        "numbers": lesson_motifs(lessons, int(wildcards.lesson)),
        "step_tau": read("dynamics.step_tau"),
    }


def module_settings(wildcards):
    """What a module depends on: neither its length in a motif nor other modules."""
    read = Reader("preparation", wildcards, "motifs")
    return {
        "seed": read.seed,
        "preparation": read("preparation"),
        "device": read("training.device"),
        "step_tau": read("dynamics.step_tau"),
        "units": int(wildcards.units),
        "gain": float(wildcards.gain),
        "loops": int(wildcards.loops),
    }


def network_blocks(read, network, **values):
    """Settings with which a network runs."""
    return {
        "seed": read.seed,
        "dynamics": read("dynamics"),
        "name": network,
        "network": read(f"networks.{network}"),
        "preparation_tau": read("preparation.duration_tau"),
        **values,
    }


def training_settings(wildcards):
    read = Reader(f"networks/{wildcards.network}", wildcards, "motifs")
    return network_blocks(read, wildcards.network, training=read("training"))


def evaluation_settings(wildcards):
    network = wildcards.network
    read = Reader(f"evaluation/{network}", wildcards, "motifs")
    return network_blocks(
        read,
        network,
        evaluation=tests_of(network, read("evaluation")),
        device=read("training.device"),
    )


def tests_of(network, evaluation):
    """Which tests a network takes: some are of interest in a few networks only."""
    tests = {name: value for name, value in evaluation.items() if name != "failure_factor"}
    if network not in ("additive", "additive_prepared", "two_input"):
        tests["interrupted_at"] = [1.0]
    if network not in ("additive", "additive_origin"):
        tests["initial_noise"] = []
    return tests


def fit_settings():
    """What a fit by exponentials depends on."""
    names = ("largest_amplitude", "separation", "largest_damping", "fit_starts")
    return {name: lookup(f"motifs/thalamocortical/{name}", within=config) for name in names}


def device():
    return lookup("motifs/training/device", within=config)


def gpus():
    """How many a job with networks asks of a cluster: with `auto` it takes what the node has."""
    return int(device() == "cuda")


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
        place="",
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
        module_of(preparation["swept_network"], loops=loops)[0].replace(
            "{replicate}", str(replicate)
        )
        for loops in counts
        for replicate in motif_replicates()
    ]


def motif_captions():
    """Captions of the study's figures."""
    return [
        *captions_of(rules.plot_motifs.output, study="motifs"),
        report_file("captions/motifs/chain.rst"),
    ]
