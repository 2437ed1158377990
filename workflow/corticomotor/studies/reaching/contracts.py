"""What each stage's file holds: variables, dimensions and units.

Lengths are in percent of the workspace, of which the centre is 0.
"""

from corticomotor.motor_cortex.contract import (
    circuit_contract,
    emg_contract,
    ground_truth_contract,
)
from corticomotor.runtime.contracts import Contract, Variable
from corticomotor.studies.reaching import notes

_TIME = ("1", "time step of a trial")
_FIELD = ("1", "force field: off or on")
_AXIS = ("1", "x or y")
_TEST = ("1", "test reach")
_SHOWN = ("1", "reach whose trajectory is kept")
_LOOK = ("1", "test while learning, from 0 (before)")
_PARAMETER = ("1", "parameter of the network, part by part")
_PART = ("1", "part of the network's parameters")
_END = ("1", "first or last")
_COMPONENT = ("1", "component, from 1")
_ACTION = ("1", "move of a king, in the order of `environments.grid.MOVES`")
_ROW = ("1", "row of the grid")
_COLUMN = ("1", "column of the grid")

_PART_SHAPE = Variable(("part",), "1", "sizes of the part, outputs first")
# In halves of the workspace.
_FORCE = {
    "field_x": Variable(("end",), "1", "bounds of the force field", may_be_missing=True),
    "field_y": Variable(("end",), "1", "bounds of the force field", may_be_missing=True),
    "field_force": Variable(("axis",), "1", "acceleration by the force within the bounds"),
    "field_curl": Variable((), "1", "acceleration to the left per velocity, everywhere"),
}

# Named after the main job: with its settings, these are its circuit and its movements.
EMG = emg_contract("constrained")
CIRCUIT = circuit_contract("constrained")
GROUND_TRUTH = ground_truth_contract("constrained")

SEQUENCE = Contract(
    stage="reaching/sequence",
    coordinates={
        "phase": ("1", "untrained; before, under and after the force; control and longer training"),
        "field": _FIELD,
        "look": _LOOK,
        "test": _TEST,
        "shown": _SHOWN,
        "direction": ("rad", "direction of the target"),
        "time": _TIME,
        "axis": _AXIS,
        "unit": ("1", "hidden unit"),
        "quantity": ("1", "position, velocity or acceleration"),
        "parameter": _PARAMETER,
        "part": _PART,
        "input": ("1", "what a network is told in each step"),
        "end": _END,
    },
    variables={
        "iterations": Variable(("phase",), "1", "iterations of the phase"),
        "look_iteration": Variable(("phase", "look"), "1", "iterations of the phase before a test"),
        "look_error": Variable(
            ("phase", "look"), "%", "median end error, with the field of the phase"
        ),
        "look_crossing_error": Variable(
            ("phase", "look"), "%", "likewise, of reaches that cross the field"
        ),
        "target": Variable(("test", "axis"), "%", "target of a test reach"),
        "cue": Variable(("test",), "1", "step at which the go cue begins"),
        "crosses": Variable(("test",), "1", "1 where the ideal path crosses the field"),
        "end_error": Variable(
            ("phase", "field", "test"), "%", "distance of the hand from the target at the end"
        ),
        "held_error": Variable(
            ("phase", "field", "test"), "%", "mean distance over the last 20 steps"
        ),
        "kinematics_error": Variable(
            ("phase", "field", "quantity"), "1", "squared error over the ideal's variance"
        ),
        "speed_correlation": Variable(
            ("phase", "field"), "1", "correlation of the hand's speed with the ideal, mean"
        ),
        "shown_target": Variable(("shown", "axis"), "%", "target"),
        "hand": Variable(("phase", "field", "shown", "time", "axis"), "%", "position of the hand"),
        "output": Variable(
            ("phase", "field", "quantity", "time", "axis"),
            "1",
            "kinematics of the first reach that crosses the field, in halves of the workspace",
        ),
        "ideal": Variable(
            ("quantity", "time", "axis"), "1", "its ideal, in halves of the workspace"
        ),
        "rates": Variable(
            ("phase", "direction", "time", "unit"),
            "1",
            "hidden activity with the field of the phase; the go cue comes with the target",
        ),
        "parameters": Variable(("phase", "parameter"), "1", "weights and biases"),
        "part_shape": _PART_SHAPE,
        "architecture": Variable((), "1", "standard or feedback"),
        "cell": Variable((), "1", "recurrent units: relu, tanh or gru"),
        "buffer": Variable((), "1", "what is seen of the past: positions, accelerations or none"),
        "buffer_length": Variable((), "1", "of how many steps"),
        "directed_input": Variable(
            ("direction", "time", "input"), "1", "input in the reaches of which rates are kept"
        ),
        **_FORCE,
    },
    notes=notes.SEQUENCE,
)

TABULAR = Contract(
    stage="reaching/tabular",
    coordinates={
        "field": _FIELD,
        "episode": ("1", "reach while learning, from 1"),
        "look": _LOOK,
        "row": _ROW,
        "column": _COLUMN,
        "action": _ACTION,
        "shown": _SHOWN,
        "move": ("1", "move of a reach, from 0 (the start)"),
        "axis": ("1", "row or column"),
        "end": _END,
    },
    variables={
        "episode_moves": Variable(("field", "episode"), "1", "moves to the goal while learning"),
        "look_episode": Variable(("look",), "1", "reaches before a test"),
        "look_optimal": Variable(
            ("field", "look"), "1", "part of all starts from which the agent is optimal"
        ),
        "look_regret": Variable(("field", "look"), "1", "moves more than needed, mean of starts"),
        "values": Variable(("field", "row", "column", "action"), "1", "Q"),
        "optimal_values": Variable(("field", "row", "column", "action"), "1", "exact Q"),
        "moves": Variable(
            ("field", "row", "column"), "1", "moves to the goal", may_be_missing=True
        ),
        "optimal_moves": Variable(("field", "row", "column"), "1", "fewest moves to the goal"),
        "optimal_first_moves": Variable(
            ("field",), "1", "part of starts from which the first move is optimal"
        ),
        "path": Variable(
            ("field", "shown", "move", "axis"), "1", "squares on the way", may_be_missing=True
        ),
        "goal": Variable(("axis",), "1", "the goal's square"),
        "field_rows": Variable(("end",), "1", "rows of the field"),
    },
)

DEEP_Q = Contract(
    stage="reaching/deep_q",
    coordinates={
        "look": _LOOK,
        "hand_row": _ROW,
        "hand_column": _COLUMN,
        "target_row": _ROW,
        "target_column": _COLUMN,
        "shown": _SHOWN,
        "move": ("1", "move of a reach, from 0 (the start)"),
        "axis": ("1", "row or column"),
        "end": _END,
        "parameter": _PARAMETER,
        "part": _PART,
    },
    variables={
        "look_frame": Variable(("look",), "1", "moves before a test"),
        "look_success": Variable(("look",), "1", "part of tested pairs that is reached exactly"),
        "look_over_optimum": Variable(
            ("look",),
            "1",
            "their moves over the fewest, mean of pairs that are reached",
            may_be_missing=True,
        ),
        "look_radius": Variable(("look",), "1", "distance at which a reach counted as a hit"),
        "look_loss": Variable(("look",), "1", "mean loss since the last test", may_be_missing=True),
        "frames_to_solved": Variable(
            (), "1", "moves to the first test that counts as solved", may_be_missing=True
        ),
        "moves": Variable(
            ("hand_row", "hand_column", "target_row", "target_column"),
            "1",
            "moves to the target; none if it is not reached",
            may_be_missing=True,
        ),
        "optimal_moves": Variable(
            ("hand_row", "hand_column", "target_row", "target_column"),
            "1",
            "fewest moves to the target",
        ),
        "optimal_first_moves": Variable(
            (), "1", "part of pairs of which the first move is optimal"
        ),
        "regret": Variable(
            (), "1", "moves more than needed, mean of all pairs; a reach is given up at the cap"
        ),
        "value_error": Variable((), "1", "mean |Q - Q*| over pairs and moves"),
        "path": Variable(("shown", "move", "axis"), "1", "squares on the way", may_be_missing=True),
        "shown_target": Variable(("shown", "axis"), "1", "squares of the targets"),
        "field_rows": Variable(("end",), "1", "rows of the field"),
        "parameters": Variable(("parameter",), "1", "weights and biases of the Q-network"),
        "initial_parameters": Variable(("parameter",), "1", "weights and biases before training"),
        "part_shape": _PART_SHAPE,
        "value_unit": Variable((), "1", "moves that an output of 1 stands for"),
    },
    notes=notes.DEEP_Q,
)

CONTROL = Contract(
    stage="reaching/control",
    coordinates={
        "phase": ("1", "baseline (no field), adaptation (field) or washout (no field)"),
        "field": ("1", "force field while tested: off or on"),
        "look": _LOOK,
        "test": _TEST,
        "shown": _SHOWN,
        "time": _TIME,
        "axis": _AXIS,
        "parameter": _PARAMETER,
        "part": _PART,
        "end": _END,
    },
    variables={
        "look_step": Variable(("phase", "look"), "1", "decisions of the phase before a test"),
        "look_success": Variable(("phase", "look", "field"), "1", "part of reaches that hit"),
        "look_crossing_success": Variable(
            ("phase", "look", "field"), "1", "likewise, of reaches that cross the field"
        ),
        "look_deviation": Variable(
            ("phase", "look", "field"),
            "%",
            "signed deviation along the force from the straight line where it is largest in size, "
            "mean of reaches that cross the field",
        ),
        "target": Variable(("test", "axis"), "%", "target of a test reach"),
        "crosses": Variable(("test",), "1", "1 where the straight line crosses the field"),
        "end_error": Variable(
            ("phase", "field", "test"), "%", "distance from the target at the end"
        ),
        "end_speed": Variable(("phase", "field", "test"), "%", "movement of the last step"),
        "deviation": Variable(
            ("phase", "field", "test"), "%", "signed deviation from the straight line, likewise"
        ),
        "shown_target": Variable(("shown", "axis"), "%", "target"),
        "hand": Variable(("phase", "field", "shown", "time", "axis"), "%", "position of the hand"),
        "parameters": Variable(("phase", "parameter"), "1", "weights and biases of the actor"),
        "initial_parameters": Variable(("parameter",), "1", "weights and biases before training"),
        "part_shape": _PART_SHAPE,
        "action_steps": Variable((), "1", "steps of time for which an action is held"),
        "strongest_action": Variable((), "1", "acceleration of an action of 1"),
        **_FORCE,
    },
    notes=notes.CONTROL,
)

POPULATION = Contract(
    stage="reaching/population",
    coordinates={
        "phase": ("1", "of training"),
        "other_phase": ("1", "phase whose components are taken"),
        "circuit": ("1", "EMG that the circuit produces: synthetic or recorded"),
        "component": _COMPONENT,
        "surrogate": ("1", "surrogate of the circuit"),
        "assignment": ("1", "random assignment of directions to the circuit's reaches"),
        "split": ("1", "random halves of the circuit's neurons"),
        "direction": ("rad", "direction of the target"),
        "time": ("1", "time step from the go cue on"),
        "unit": ("1", "hidden unit"),
    },
    variables={
        "explained_variance": Variable(
            ("phase", "component"), "1", "variance that a principal component explains"
        ),
        "score": Variable(
            ("phase", "direction", "time", "component"), "1", "scores of the leading components"
        ),
        "correlation": Variable(
            ("phase", "circuit", "component"), "1", "canonical correlation with the circuit"
        ),
        "aligned_correlation": Variable(
            ("phase", "circuit"), "1", "largest mean over rotations and reflections of directions"
        ),
        "surrogate_correlation": Variable(
            ("phase", "circuit", "surrogate"), "1", "mean correlation with a surrogate"
        ),
        "assigned_correlation": Variable(
            ("phase", "circuit", "assignment"), "1", "mean correlation with directions shuffled"
        ),
        "ceiling": Variable(
            ("circuit", "split"), "1", "mean correlation between halves of the circuit"
        ),
        "captured_variance": Variable(
            ("phase", "other_phase"),
            "1",
            "variance within the leading components of another phase, over that within its own",
        ),
        "angle": Variable(
            ("phase", "other_phase", "component"), "deg", "principal angles between these"
        ),
        "peri_event": Variable(
            ("phase", "direction", "time", "unit"), "1", "activity from the go cue on"
        ),
        "cue_change": Variable(
            ("phase", "unit"),
            "1",
            "mean activity from the go cue on minus that before it, over the activity's deviation",
        ),
        "direction_deviation": Variable(
            ("phase", "unit"), "1", "largest standard deviation over directions, likewise"
        ),
        "turning_points": Variable(
            ("phase", "unit"), "1", "turning points of the course, mean of directions"
        ),
        "modulated": Variable(("phase",), "1", "part of units that change at the go cue"),
        "tuned": Variable(("phase",), "1", "part of units that tell directions apart"),
    },
)

MEASURES = Contract(
    stage="reaching/measures",
    coordinates={"replicate": ("1", "replicate")},
    variables={
        "free_error": Variable(("replicate",), "%", "median end error without a force"),
        "force_error": Variable(
            ("replicate",), "%", "median end error under the force, of reaches that cross the field"
        ),
    },
)
