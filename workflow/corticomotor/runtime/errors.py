"""The errors that a user can meet: each is one line that names the setting or the file."""


class InputError(ValueError):
    """A setting or a file is not what the experiment needs.

    The message names the setting or file, what was expected and what was found.
    """


class DivergenceError(RuntimeError):
    """A simulation or a training run left the finite numbers.

    The message names the stage, where it happened and the setting to look at.
    """
