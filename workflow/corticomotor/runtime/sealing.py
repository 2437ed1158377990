"""A seal at the end of a file that tells damage: the SHA-256 of all bytes before it."""

import hashlib

# A format that knows its own end, as HDF5 does, ignores the seal. Parsers should see sound bytes
# only: one flipped bit in HDF5's heap of strings can make it loop for ever.
_SEAL = b"\nsha256 "
_SEAL_BYTES = len(_SEAL) + 64


def seal(content: bytes | memoryview) -> bytes:
    """Return the bytes to append to a file's content."""
    return _SEAL + hashlib.sha256(content).hexdigest().encode()


def unsealed(file: bytes) -> memoryview:
    """Return a sealed file's content, which is only sound if `problem` finds none."""
    return memoryview(file)[:-_SEAL_BYTES]


def problem(file: bytes) -> str:
    """Say what a file is, if it is not byte for byte what was sealed: empty if it is."""
    if not file[-_SEAL_BYTES:].startswith(_SEAL):
        return "cut short or made by another program"
    if file[-_SEAL_BYTES:] != seal(unsealed(file)):
        return "damaged: its SHA-256 does not match"
    return ""
