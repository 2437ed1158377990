"""Values of a swept setting: as a column of a file, as Python's own, and as a person reads them."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def encoded(values: Sequence[Any]) -> NDArray[Any]:
    """Column (combination,) of a setting's values: numbers if all are, else each one's JSON."""
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return np.asarray(values)
    return np.array([_json(value) for value in values])


def decoded(column: ArrayLike) -> list[Any]:
    """Values of a setting from the column that holds them."""
    return [
        json.loads(value) if isinstance(value, str) else value
        for value in np.asarray(column).tolist()
    ]


def shown(value: Any) -> str:
    """A value for people: numbers in a few digits, text as it is, anything else as JSON."""
    if isinstance(value, float):
        return f"{value:.4g}"
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)
