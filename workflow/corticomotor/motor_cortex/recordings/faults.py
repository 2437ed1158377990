"""The one line that says what is wrong with a recording."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from corticomotor.runtime.errors import InputError


def fault(setting: str, expected: str, found: str, file: Path) -> InputError:
    """Return the error to raise about a setting of the block `emg`."""
    message = f"{setting}: expected {expected}, found {found} ({file})"
    return InputError(_printable(" ".join(message.split())))


def no_variable(variable: str, names: Iterable[str], file: Path) -> InputError:
    """Return the error to raise where a file has no such array, but those of some names."""
    expected = f"one of the file's arrays ({listed(names) or 'it has none'})"
    return fault("recording.variable", expected, repr(variable), file)


def not_numbers(variable: str, found: str, file: Path) -> InputError:
    """Return the error to raise where an array holds something else than real numbers."""
    return fault("recording.variable", f"{variable!r} to be real numbers", found, file)


def _printable(message: str) -> str:
    """Show control characters, which a stranger's file could send to the terminal, as escapes."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in message)


def listed(names: Iterable[object]) -> str:
    """Show names with commas between, no more than a line can hold."""
    shown = [str(name) for name in names]
    return ", ".join(shown[:20] + (["…"] if len(shown) > 20 else []))
