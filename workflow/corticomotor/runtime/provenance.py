"""What results are made with: as a job tells its files, and as a plan expects it of them.

A result is current if what it says is what would be used now: its settings, seed and replicate, all
else that its rule tells (such as contracts and captions), its code, the versions of the packages
that this imports, and the content of its inputs. Times do not count.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeGuard

from corticomotor.runtime.errors import InputError

_DIGITS = 16
# Parts of a file's name that are not among what tells it apart: both show in the settings.
_NOT_TOLD = ("overrides", "replicate")
# An input's digest, and the identity of how it was made.
Inputs = Mapping[str, Sequence[tuple[str, str]]]


def content_digest(path: str | Path) -> str:
    """Return the first 16 hex digits of the SHA-256 of a file's bytes.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:_DIGITS]
    except OSError as error:
        raise InputError(f"{path}: expected a readable file, found: {error.strerror}") from error


def value_digest(value: object) -> str:
    """Return 16 hex digits of plain values; the order of names does not count."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def told_wildcards(wildcards: Mapping[str, str]) -> dict[str, str]:
    """Give the parts of its files' names that tell a job apart from others of its rule."""
    return {name: value for name, value in wildcards.items() if name not in _NOT_TOLD}


def made_with(params: Mapping[str, Any], wildcards: Mapping[str, str]) -> dict[str, Any]:
    """Give what a job's files say of it, but for its inputs, as JSON gives it back.

    Args:
        params: all that its rule tells it.
        wildcards: parts of its files' names.

    Returns:
        `settings` with what else tells the job apart, `seed`, `replicate`, `code`, `versions` that
        count, and `told`: a digest of all else in the params.
    """
    settings = params.get("settings", {})
    apart = {"given": params.get("given", {}), "wildcards": told_wildcards(wildcards)}
    rest = {
        name: value
        for name, value in params.items()
        if name not in ("settings", "given", "code", "versions")
    }
    made = {
        "settings": settings | {name: value for name, value in apart.items() if value},
        "seed": settings.get("seed", 0),
        "replicate": int(wildcards.get("replicate", 0)),
        "code": params["code"],
        "versions": params["versions"],
    }
    found: dict[str, Any] = json.loads(json.dumps(made))
    return found | {"told": value_digest(rest)}


def identity_of(made: Mapping[str, Any], inputs: Mapping[str, Sequence[str]]) -> str:
    """Return 16 hex digits of how a file is made, down to the files from outside.

    Args:
        made: of `made_with`.
        inputs: identities of its inputs; the digest of what is from outside.
    """
    return value_digest([made, {name: list(each) for name, each in inputs.items()}])


def provenance(
    made: Mapping[str, Any], versions: Mapping[str, str], inputs: Inputs
) -> dict[str, Any]:
    """Give all that a job's files say of how they were made.

    Args:
        made: of `made_with`.
        versions: of all packages that are recorded, as the job finds them.
        inputs: digest and identity of each file, by the names of the inputs.
    """
    identities = {name: [identity for _, identity in files] for name, files in inputs.items()}
    return {
        **made,
        # Where the job runs elsewhere than the plan, its own are true.
        "versions": dict(versions),
        "inputs": {name: [list(file) for file in files] for name, files in inputs.items()},
        "identity": identity_of(made, identities),
    }


def is_provenance(found: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether something has the form that `provenance` gives: anyone can write anything."""
    return (
        isinstance(found, dict)
        and isinstance(found.get("identity"), str)
        and isinstance(found.get("versions"), dict)
        and isinstance(found.get("inputs"), dict)
        and all(map(_are_pairs, found["inputs"].values()))
    )


def _are_pairs(files: object) -> bool:
    return isinstance(files, list) and all(
        isinstance(file, list) and [type(part) for part in file] == [str, str] for file in files
    )
