from snakemake.utils import min_version

min_version("9.27")


configfile: f"{workflow.basedir}/config/default.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/constrained.smk"


rule all:
    default_target: True
    input:
        rules.cca_report.output,
        rules.plot_constrained.output,
