def swept(wildcards):
    """A sweep by its name."""
    known = sweeps(SETTINGS)
    if wildcards.sweep not in known:
        raise WorkflowError(
            f"{wildcards.sweep}: expected a sweep of the config ({', '.join(known) or 'none'})"
        )
    return known[wildcards.sweep]


def measures_of_sweep(wildcards):
    """Measures at all points, point by point and within a point network by network."""
    sweep = swept(wildcards)
    study = study_of(sweep)
    pattern = {
        "constrained": rules.measure_network.output.measures,
        "motifs": rules.measure_motif_network.output.measures,
    }[study]
    return [
        pattern.format(place=place(study, f"measures/{network}", change, config), network=network)
        for change in points(sweep)
        for network in networks_of(sweep)
    ]


def sweep_settings(wildcards):
    """What the table and the figure of a sweep tell."""
    sweep = swept(wildcards)
    study = study_of(sweep)
    return {
        "seed": config["seed"],
        "study": study,
        "title": sweep.title,
        "networks": networks_of(sweep),
        "swept": [path.removeprefix(f"{study}.") for path in sweep.vary],
    }
