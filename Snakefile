from snakemake.utils import min_version

min_version("9.27")


configfile: f"{workflow.basedir}/config/default.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/places.smk"
include: "workflow/rules/sweep_paths.smk"
include: "workflow/rules/constrained_paths.smk"
include: "workflow/rules/motif_paths.smk"
include: "workflow/rules/sweeps.smk"
include: "workflow/rules/constrained.smk"
include: "workflow/rules/motifs.smk"


rule all:
    default_target: True
    input:
        rules.cca_report.output,
        rules.plot_constrained.output,
        rules.motif_report.output,
        rules.motif_report.input.figures,
        rules.sweeps.input,
