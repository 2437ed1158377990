# What a study publishes, from its record as well: figures one by one, what moves, the report, and a
# target with the study's name for all of them.


def define_publications(study):
    """Add the rules of a study's figures, of its animations and of its report."""

    rule:
        name:
            study.figures.name
        input:
            unpack(study.figures.inputs),
        output:
            svg=report(
                study.figures.path("svg"),
                caption="../report/figure.rst",
                category=study.title,
                labels=study.figures.label,
            ),
            pdf=study.figures.path("pdf"),
        params:
            **study.figures.params,
        log:
            f"results/logs/{study.name}/figures/{{figure}}.log",
        conda:
            "../../envs/environment.yaml"
        wildcard_constraints:
            figure=study.figures.names,
        script:
            study.figures.script

    if study.animations.names:

        rule:
            name:
                study.animations.name
            input:
                unpack(study.animations.inputs),
            output:
                gif=report(
                    study.animations.path("gif"),
                    caption="../report/figure.rst",
                    category=study.title,
                    labels=study.animations.label,
                ),
            params:
                **study.animations.params,
            log:
                f"results/logs/{study.name}/animations/{{figure}}.log",
            conda:
                "../../envs/environment.yaml"
            wildcard_constraints:
                figure=study.animations.names,
            script:
                study.animations.script

    rule:
        name:
            study.report.name
        input:
            **study.report.inputs,
        output:
            report=report(
                study.report.pdf,
                caption="../report/report.rst",
                category=study.title,
                labels={"figure": "The whole report"},
            ),
            summary=study.report.summary,
        params:
            **study.report.params,
        log:
            f"results/logs/{study.name}/report.log",
        conda:
            "../../envs/environment.yaml"
        script:
            study.report.script

    rule:
        name:
            study.name
        input:
            study.publications,


for study in STUDIES:
    define_publications(study)
