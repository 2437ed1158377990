"""A seal in a file of HDF5 that tells damage: the SHA-256 of all its bytes but the seal's digits.

Parsers should see sound bytes only: one flipped bit in HDF5's heap of strings can make it loop for
ever. So the seal is found without HDF5. It is an attribute, not a trailer behind HDF5's end: a
program that opens the file to write, and writes nothing, cuts the latter off.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import h5py

ATTRIBUTE = "seal"
_MARK = "sha256 of this file, its own digits as zeros: "
_DIGITS = 64
_EMPTY = f"{_MARK}{0:0{_DIGITS}}"
_SEAL = re.compile(rb"%b([0-9a-f]{%d})" % (re.escape(_MARK.encode()), _DIGITS))


def add_seal(file: h5py.File) -> None:
    """Give a file, as its last attribute, the one that `sealed` fills in."""
    # Text of variable length lies in a heap of which HDF5 keeps no checksum. With more attributes
    # behind it, it could be moved, and leave a copy.
    file.attrs[ATTRIBUTE] = _EMPTY


def sealed(content: bytes) -> bytes:
    """Return the bytes of a file that has the attribute, with its seal.

    Raises:
        ValueError: there is not exactly one empty seal in it.
    """
    begin, *others = (found.start(1) for found in _SEAL.finditer(content))
    if others or content[begin : begin + _DIGITS].strip(b"0"):
        raise ValueError("expected the bytes of a file with one empty seal")
    digits = hashlib.sha256(content).hexdigest().encode()
    return b"".join((content[:begin], digits, content[begin + _DIGITS :]))


def problem(content: bytes) -> str:
    """Say what a file is, if it is not byte for byte what was sealed: empty if it is."""
    found = _SEAL.search(content)
    if found is None:
        return "cut short or made by another program"
    begin, end = found.span(1)
    digest = hashlib.sha256(content[:begin])
    digest.update(b"0" * _DIGITS)
    digest.update(memoryview(content)[end:])
    return "" if digest.hexdigest().encode() == found[1] else "damaged: its SHA-256 does not match"
