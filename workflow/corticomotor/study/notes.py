"""What a file says of the network in it, beside its numbers: enough to run it again."""

ORDER = (
    "weights[to, from] and readout[output, unit]: what receives comes before what sends, as in "
    "y = C r; MATLAB shows dimensions in reverse"
)


def notes(
    *,
    equation: str,
    integration: str,
    nonlinearity: str,
    input: str,
    initial_state: str,
    noise: str,
    **more: str,
) -> dict[str, str]:
    """Give the notes of a contract: what a physicist needs to run the network of a file alone.

    All files have these names, and so does the order of indices.

    Args:
        equation: of the dynamics and the output, with the variables that stand in it.
        integration: scheme and step.
        nonlinearity: from activation to rate, with units.
        input: what enters the units, and when.
        initial_state: where the dynamics begin.
        noise: in what is stored.
        more: what only some files have.
    """
    return {
        "equation": equation,
        "integration": integration,
        "nonlinearity": nonlinearity,
        "input": input,
        "initial_state": initial_state,
        "noise": noise,
        "order": ORDER,
        **more,
    }
