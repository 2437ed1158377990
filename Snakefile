from snakemake.utils import min_version

min_version("9.27")


configfile: f"{workflow.basedir}/config/default.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/stages.smk"
include: "workflow/rules/sweeps.smk"
include: "workflow/rules/publications.smk"


rule all:
    default_target: True
    input:
        [study.publications for study in STUDIES],
        rules.sweeps.input,
