wildcard_constraints:
    sweep=r"[a-z][a-z0-9_]*",


rule tabulate_sweep:
    input:
        measures=measures_of_sweep,
    output:
        table="results/sweeps/{sweep}.h5",
        csv="results/sweeps/{sweep}.csv",
    params:
        settings=lambda wildcards: sweep_settings(wildcards)
        | {
            "replicates": list(replicates(study_of(swept(wildcards)))),
            "points": [list(change.values()) for change in points(swept(wildcards))],
        },
        code=fingerprint("tabulate_sweep.py"),
    log:
        "results/logs/sweeps/tabulate_sweep/{sweep}.log",
    benchmark:
        "results/benchmarks/sweeps/tabulate_sweep/{sweep}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=10,
    script:
        "../scripts/tabulate_sweep.py"


rule plot_sweep:
    input:
        table=rules.tabulate_sweep.output.table,
    output:
        figure=report(
            "results/figures/sweeps/{sweep}.svg",
            caption="../report/captions/sweep.rst",
            category="Sweeps",
            labels={"figure": "{sweep}"},
        ),
        figure_pdf="results/figures/sweeps/{sweep}.pdf",
    params:
        settings=lambda wildcards: sweep_settings(wildcards)
        | {
            "combine": swept(wildcards).combine,
            "logarithmic": logarithmic_settings(swept(wildcards)),
        },
        code=fingerprint("plot_sweep.py"),
    log:
        "results/logs/sweeps/plot_sweep/{sweep}.log",
    benchmark:
        "results/benchmarks/sweeps/plot_sweep/{sweep}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    script:
        "../scripts/plot_sweep.py"


rule sweeps:
    input:
        collect(rules.plot_sweep.output.figure, sweep=list(sweeps(SETTINGS))),
