"""The figures of the study, its animation and its report: what each shows and says."""

from __future__ import annotations

from corticomotor.studies.reaching.choices import (
    CONTROL,
    DEEP_Q,
    POPULATION,
    SEQUENCE,
    agents,
    compared,
    models,
    runs,
)
from corticomotor.study.publications import Figure, Report, Shown

_MODELS = Shown(SEQUENCE, each=models, by="model")
_COMPARED = Shown(SEQUENCE, each=compared, by="model")
_TABULAR = Shown("tabular")
_RUNS = Shown(DEEP_Q, each=runs, by="run")
_AGENTS = Shown(CONTROL, each=agents, by="agent")
_POPULATION = Shown(POPULATION, each=compared, by="model")
_FIELD = {"field": "task.field"}

FIGURES = (
    Figure(
        "task",
        "Reaches and the force",
        "What is learned: (A) the standard model puts out the kinematics of a hand that it cannot "
        "see, feedback models put out accelerations and see its last positions or accelerations. "
        "(B) What they are told: x and y of the target, and the go cue. (C) An ideal reach, in "
        "halves of the workspace. (D) Test reaches in the workspace (frame), with the field "
        "shaded and its force as an arrow; those that cross it are dark.",
        draw="task:task",
        shows={"networks": _COMPARED},
        reads={"task": "task"},
    ),
    Figure(
        "trajectories",
        "Reaches with and without the force",
        "Test reaches (lines) and targets (dots) of sequence models in the first replicate: "
        "before the force, as it is switched on, after learning under it, as it is switched off, "
        "and after learning without it. The field is shaded where it is on; reaches across it are "
        "dark. Below, the median end error of all test reaches across the field, in percent of "
        "the workspace.",
        draw="trajectories:trajectories",
        shows={"networks": _COMPARED},
        reads=_FIELD,
    ),
    Figure(
        "kinematics",
        "Kinematics",
        "Ideal (wide) and actual (thin) position, velocity and acceleration of a test reach across "
        "the field, first replicate: without the force after learning without it, and with it "
        "after learning under it; x solid, y dashed, in halves of the workspace.",
        draw="kinematics:kinematics",
        shows={"networks": _COMPARED},
    ),
    Figure(
        "learning",
        "Learning with and without the force",
        "Median end error of test reaches, in percent of the workspace, while sequence models "
        "learn: (A) all reaches, (B) those across the field, under the conditions of each phase. "
        "Phases (iterations in brackets) are drawn to one width. Thin lines are replicates, thick "
        "ones geometric means, dashed ones means of training as long without any force. (C) "
        "Reaches across the field in one longer training under the force, over the end error "
        "before it; dotted at 3 and 1.",
        draw="learning:learning",
        shows={"networks": _COMPARED},
    ),
    Figure(
        "ablations",
        "What the models need",
        "Median end errors, in percent of the workspace, of the published models and of each with "
        "one thing changed; points are replicates, bars means: (A) standard models without a "
        "force, and (B) the squared error of their velocity over its variance; (C) feedback "
        "models and two standard ones without a force, (D) reaches across the field under it, of "
        "models that learned under it, after as many iterations for all that differ in the buffer "
        "alone.",
        draw="ablations:ablations",
        shows={"networks": _MODELS},
    ),
    Figure(
        "tabular",
        "Q-learning with a table",
        "An agent with a table, without and with a field (shaded) that deflects moves by a "
        "square: (A) ways from some starts (dots) to the goal (square), and (B) the fewest moves "
        "from each square, with a cross where the table takes more, first replicate; (C) part of "
        "all starts from which it is optimal, while learning, and (D) its moves beyond the "
        "fewest, mean of starts; thin lines are replicates, thick ones means.",
        draw="tabular:tabular",
        shows={"tables": _TABULAR},
    ),
    Figure(
        "deep_q",
        "Deep Q-networks",
        "Deep Q-networks for random targets: (A) part of tested pairs of hand and target that are "
        "reached exactly, over moves learned from, replicates thin and means thick, in the "
        "colours of B; (B) moves to the test at which so many are reached, triangles where "
        "training ended before; (C) ways to some targets without and with the field (shaded), and "
        "(D) moves over the fewest, for all pairs, with the part that is missed, first replicate: "
        "area in proportion to the number of pairs.",
        draw="deep_q:deep_q",
        shows={"runs": _RUNS},
        reads={"solved_at": "deep_q.solved_at"},
    ),
    Figure(
        "control",
        "Continuous actions",
        "Agents whose actions are accelerations: (A) reaches of the soft actor-critic in the first "
        "replicate, after each phase with the field off and on (shaded); (B) reaches across the "
        "field that hit, and (C) deviation from the straight line along the force, in percent of "
        "the workspace (cut off at the beginning), while agents learn without the field, in it, "
        "and without it: solid as in the phase, dotted under the other condition (catch trials); "
        "(D) end errors of reaches across the field, medians and central 90 % of those of a "
        "replicate, means over replicates; dotted: a hit.",
        draw="control:control",
        shows={"agents": _AGENTS},
        reads=_FIELD | {"tolerance": "control.tolerance"},
    ),
    Figure(
        "units",
        "Hidden units",
        "Activity of hidden units from the go cue on: (A) units of each model that tell "
        "directions apart most, by direction, first replicate, after learning without a force; "
        "(B) change at the go cue, (C) deviation between directions (both over the standard "
        "deviation of the mean unit) and (D) turning points of the course, before any "
        "learning (pale) and after each phase of training: median, quartiles, and whiskers for the "
        "central 90 % of the units of a replicate, means over replicates.",
        draw="units:units",
        shows={"populations": _POPULATION},
    ),
    Figure(
        "population",
        "Population activity",
        "Hidden activity of each model as a population: (A) the two leading principal components "
        "by direction, dots at the end, before and under the force, first replicate; (B) variance "
        "that components explain before the force; (C) mean canonical correlation with the circuit "
        "that stands for motor cortex, points for replicates, with the central 95 % for surrogates "
        "of it and for directions shuffled in all replicates, and that of its halves; (D) part of "
        "the variance of one phase's activity (row) that another phase's components hold (column), "
        "of what its own hold.",
        draw="population:population",
        shows={"populations": _POPULATION},
    ),
)

ANIMATIONS = (
    Figure(
        "reaches",
        "Reaches under the force",
        "Reaches of three sequence models under the force, as it is switched on (above) and after "
        "learning under it (below).",
        draw="animation:reaches",
        shows={"networks": _COMPARED},
        reads=_FIELD,
    ),
)

REPORT = Report(
    "reaching_report",
    summarise="summary:summarise",
    shows={
        "networks": _MODELS,
        "tables": _TABULAR,
        "runs": _RUNS,
        "agents": _AGENTS,
        "populations": _POPULATION,
    },
    reads={
        "replicates": "replicates.count",
        "tolerance": "control.tolerance",
        "emg": "population.cortex.emg",
    },
    question="Can networks and agents learn to reach against a force?",
)
