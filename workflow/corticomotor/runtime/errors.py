"""The errors that a user can meet: each is one line that names the setting or the file."""

from collections.abc import Iterator
from contextlib import contextmanager


class InputError(ValueError):
    """A setting or a file is not what the experiment needs.

    The message names the setting or file, what was expected and what was found.
    """


class DivergenceError(RuntimeError):
    """A simulation or a training run left the finite numbers.

    The message names the stage, where it happened and the setting to look at.
    """


@contextmanager
def settings_named(block: str) -> Iterator[None]:
    """Name the block of the settings that an error in the context is about.

    What studies share says `envelope_ms: expected …`, and who calls it knows where that setting is.

    Args:
        block: its path, such as `constrained.emg`.

    Raises:
        InputError: with the path in front.
    """
    try:
        yield
    except InputError as error:
        raise InputError(f"{block}.{error}") from error
