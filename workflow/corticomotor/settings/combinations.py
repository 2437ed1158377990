"""The combinations of a sweep: one change of settings for each combination of values."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from corticomotor.runtime.errors import InputError
from corticomotor.settings import messages, overrides
from corticomotor.settings.overrides import below
from corticomotor.settings.root import Settings, changed, schema, value_type
from corticomotor.settings.sweeps import MOST_COMBINATIONS, Range, Sweep
from corticomotor.study.record import Study

Change = dict[str, Any]
# Names of files and folders have at most 255 bytes, and more than these stands in them.
_LONGEST_NAME, _LONGEST_FOLDER = 60, 240


def sweeps(settings: Settings) -> dict[str, Sweep]:
    """Return the sweeps that the settings ask for, by name."""
    return {name: sweep for name, sweep in settings.sweep.items() if sweep is not None}


def study_of(sweep: Sweep) -> str:
    """Name of the study whose settings a sweep varies."""
    return next(path.split(".")[0] for path in sweep.vary if path != "seed")


def networks_of(sweep: Sweep, study: Study) -> list[str]:
    """Names of what a sweep measures at each of its combinations: networks, or parts of some."""
    named = [path.split(".") for path in sweep.vary]
    of_settings = [names[2] for names in named if names[:2] == [study.name, "networks"]]
    return list(dict.fromkeys([*sweep.networks, *of_settings])) or list(study.always_measured)


def combinations(model: type[Settings], sweep: Sweep) -> list[Change]:
    """Return the changes of settings at all combinations, as settings hold them: path -> value."""
    values = [
        [value_type(model, path).validate_python(value) for value in _values(model, path, given)]
        for path, given in sweep.vary.items()
    ]
    product = sweep.combine == "product"
    found = itertools.product(*values) if product else zip(*values, strict=True)
    return [dict(zip(sweep.vary, combination, strict=True)) for combination in found]


def logarithmic_settings(sweep: Sweep) -> list[str]:
    """Paths below the study of settings whose values have one ratio between neighbours."""
    study = study_of(sweep)
    return [
        below(path, study)
        for path, given in sweep.vary.items()
        if isinstance(given, Range) and given.spacing == "logarithmic"
    ]


def sweep_problems(settings: Settings) -> Iterator[str]:
    """Find what is wrong with the sweeps, each in one line."""
    for name, sweep in sweeps(settings).items():
        path = f"sweep.{messages.name_shown(name)}"
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            found = messages.shown(name)
            yield f"{path}: expected a name of small letters, digits and _, found {found}"
        elif len(name) > _LONGEST_NAME:
            yield (
                f"sweep.{messages.shown(name)}: expected a name of at most {_LONGEST_NAME} "
                f"letters, as it names files, found {len(name)}"
            )
        elif problems := list(_problems(settings, sweep)):
            yield from (f"{path}.{problem}" for problem in problems)
        else:
            yield from (f"{path}: {problem}" for problem in _at_combinations(settings, sweep))


def _problems(settings: Settings, sweep: Sweep) -> Iterator[str]:
    """Find what is wrong with a sweep before its values are combined."""
    model = type(settings)
    if paths := list(_path_problems(model, sweep)):
        yield from paths
        return
    study = settings.studies[study_of(sweep)]
    known, networks = study.measured, networks_of(sweep, study)
    if unknown := [network for network in networks if network not in known]:
        yield f"networks: expected some of {', '.join(known)}, found {unknown[0]}"
    elif not networks:
        yield f"networks: expected the networks to train, some of {', '.join(known)}, found none"
    elif len({study.measures_of(network).contract.stage for network in networks}) > 1:
        yield (
            f"networks: expected some of which the same is measured, found {', '.join(networks)}"
        )
    else:
        yield from _unread(sweep, study)
    counts = {path: _count(values) for path, values in sweep.vary.items()}
    if sweep.combine == "zip" and len(set(counts.values())) > 1:
        found = " and ".join(f"{count} of {path}" for path, count in counts.items())
        yield f"vary: expected as many values of each setting (combine: zip), found {found}"
    asked = math.prod(counts.values()) if sweep.combine == "product" else max(counts.values())
    if asked > MOST_COMBINATIONS:
        yield f"vary: expected at most {MOST_COMBINATIONS} combinations, found {asked}"
        return
    for path, values in sweep.vary.items():
        yield from _value_problems(model, path, values)


def _path_problems(model: type[Settings], sweep: Sweep) -> Iterator[str]:
    known = schema(model)
    for path in sweep.vary:
        expected = messages.setting_schema(known, path)
        if expected is None:
            name = messages.name_shown(path)
            yield f"vary.{name}: no such setting{messages.suggestion(path, known)}"
        elif "properties" in expected or path.split(".")[0] not in ("seed", *model.studies):
            yield f"vary.{path}: expected the path of one setting of a study, found a block"
    found = {path.split(".")[0] for path in sweep.vary} - {"seed"}
    if len(found) != 1:
        names = " and ".join(sorted(found)) or "none"
        yield f"vary: expected settings of one study ({' or '.join(model.studies)}), found {names}"


def _unread(sweep: Sweep, study: Study) -> Iterator[str]:
    """Find settings that would change nothing of what is measured."""
    stages = [f"measures/{network}" for network in networks_of(sweep, study)]
    for path in sweep.vary:
        if not any(study.depends_on(stage, below(path, study.name)) for stage in stages):
            yield (
                f"vary.{path}: expected a setting on which what a sweep measures depends, "
                "found one without influence on it"
            )


def _value_problems(model: type[Settings], path: str, values: list[Any] | Range) -> Iterator[str]:
    expected = messages.setting_schema(schema(model), path)
    assert expected is not None
    if isinstance(values, Range):
        kinds = {kind.get("type") for kind in (expected, *expected.get("anyOf", []))}
        if not kinds & {"integer", "number"}:
            yield f"vary.{path}: expected a list, as the setting is no number, found a range"
            return
    seen: list[Any] = []
    for index, value in enumerate(_values(model, path, values)):
        name = f"vary.{path}[{index}]"
        try:
            typed = value_type(model, path).validate_python(value)
        except ValidationError:
            found = messages.shown(value)
            yield f"{name}: expected {messages.expected_by(expected)}, found {found}"
            continue
        if typed in seen:
            yield f"{name}: expected each value once, found {messages.shown(value)} again"
        seen.append(typed)


def _at_combinations(settings: Settings, sweep: Sweep) -> Iterator[str]:
    """Find combinations at which settings do not fit each other."""
    study = study_of(sweep)
    for change in combinations(type(settings), sweep):
        length = len(overrides.folder_name(study, change))
        if length > _LONGEST_FOLDER:
            yield (
                f"expected settings and values that take at most {_LONGEST_FOLDER} letters, as "
                f"they name folders, found {length}"
            )
            return
        try:
            changed(settings, change)
        except InputError as error:
            where = ", ".join(f"{path} = {messages.shown(value)}" for path, value in change.items())
            yield from (f"at {where}: {line}" for line in str(error).splitlines())
            # The other combinations mostly fail alike.
            return


def _values(model: type[Settings], path: str, values: list[Any] | Range) -> list[Any]:
    """Values of one setting as the config gives them."""
    if not isinstance(values, Range):
        return values
    expected = messages.setting_schema(schema(model), path)
    assert expected is not None
    whole = expected.get("type") == "integer"
    return [round(value) if whole else value for value in values.values()]


def _count(values: list[Any] | Range) -> int:
    return values.count if isinstance(values, Range) else len(values)
