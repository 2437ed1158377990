"""Learning by reward, one session and one gain at a time, in the order of the published rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence


def learn_by_reward(
    error_of: Callable[[list[float]], float],
    start: Sequence[float],
    noise: Sequence[Sequence[float]],
    *,
    memory: float,
) -> tuple[list[float], list[list[float]]]:
    """Learn one session.

    The gains of an iteration follow from what the last one left: its reward, and the mean of the
    gains, which it has updated already.

    Args:
        error_of: error at gains.
        start: gains of the first iteration.
        noise: xi of each iteration but the first (iteration, gain).
        memory: weight of the old value in the running means.

    Returns:
        The error and the gains of each iteration.

    Source: Stroud et al., Nature Neuroscience 21:1774 (2018), equations 8-10.
    """
    gains = [float(gain) for gain in start]
    mean_gains = list(gains)
    mean_error = error_of(gains)
    reward = 0
    errors, course = [mean_error], [list(gains)]
    for xi in noise:
        for neuron in range(len(gains)):
            change = reward * (gains[neuron] - mean_gains[neuron])
            gains[neuron] = gains[neuron] + change + float(xi[neuron])
        error = error_of(gains)
        reward = (mean_error > error) - (mean_error < error)
        mean_error = memory * mean_error + (1 - memory) * error
        for neuron in range(len(gains)):
            mean_gains[neuron] = memory * mean_gains[neuron] + (1 - memory) * gains[neuron]
        errors.append(error)
        course.append(list(gains))
    return errors, course
