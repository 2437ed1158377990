wildcard_constraints:
    sweep=SWEEPS.pattern,


rule tabulate_sweep:
    input:
        unpack(SWEEPS.measures),
    output:
        table=SWEEPS.table(),
        csv=SWEEPS.csv(),
    params:
        **SWEEPS.table_params,
    log:
        "results/logs/sweeps/{sweep}.log",
    conda:
        "../../envs/environment.yaml"
    script:
        SWEEPS.tabulate


rule plot_sweep:
    input:
        table=SWEEPS.table(),
    output:
        svg=report(
            SWEEPS.figure("svg"),
            caption="../report/sweep.rst",
            category="Sweeps",
            labels={"figure": "{sweep}"},
        ),
        pdf=SWEEPS.figure("pdf"),
    params:
        **SWEEPS.figure_params,
    log:
        "results/logs/sweeps/{sweep}-figure.log",
    conda:
        "../../envs/environment.yaml"
    script:
        SWEEPS.plot


rule sweeps:
    input:
        SWEEPS.publications,
