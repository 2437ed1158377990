# The rules of all stages of all studies, each made from the stage's declaration in
# corticomotor/studies/<study>/stages.py: its input, settings, script and result stand together there.
# `snakemake --list` and all messages name the rules, such as constrained_networks_FFH.


# A function, not the body of the loop: Snakemake looks at `script` once more when a job runs, and a
# loop variable is by then that of the last stage.
def define(stage):
    """Add the rule of a stage."""

    rule:
        name:
            stage.name
        input:
            unpack(stage.inputs),
        output:
            stage.result,
        params:
            **stage.params,
        log:
            stage.log,
        conda:
            "../../envs/environment.yaml"
        resources:
            **stage.resources,
        wildcard_constraints:
            **stage.wildcards,
        script:
            stage.script


for study in STUDIES:
    for stage in study.stages:
        define(stage)
