"""The deep Q-network, within Stable-Baselines3's DQN."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3 import DQN
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from stable_baselines3.dqn.policies import DQNPolicy, QNetwork
from torch import Tensor, nn

# What a bright pixel gives to the first layer. A single pixel in an empty image excites so few
# weights that, with 1, the network tells squares apart much more slowly.
_PIXEL = 5.0


class Convolutions(BaseFeaturesExtractor):
    """Two layers of convolutions with kernels of 3 × 3 and ReLU.

    Args:
        observation_space: of images (channel, row, column).
        channels: of the two layers.

    Source: Sun & Plitt, section 4 (DQN).
    """

    def __init__(self, observation_space: spaces.Box, channels: list[int]) -> None:
        seen_channels, rows, columns = observation_space.shape
        first, second = channels
        # Each layer loses a square on each side.
        super().__init__(observation_space, second * (rows - 4) * (columns - 4))
        self.layers = nn.Sequential(
            nn.Conv2d(seen_channels, first, 3),
            nn.ReLU(),
            nn.Conv2d(first, second, 3),
            nn.ReLU(),
            nn.Flatten(),
        )

    def forward(self, images: Tensor) -> Tensor:
        """Features (image, feature) of images whose pixels are from 0 to 1."""
        features: Tensor = self.layers(_PIXEL * images)
        return features


class GridPolicy(DQNPolicy):
    """Q-networks whose weights begin as He et al. (2015) have them, and whose biases begin at 0.

    PyTorch's own start is a third as large: with an image that is dark but for two pixels, the
    differences between squares would drown in the biases.

    Args:
        layer_norm: whether the sums of each hidden dense layer are normalised.
        value_unit: moves that a value of 1 stands for; the output begins in proportion.
        given: as Stable-Baselines3 gives them.
    """

    def __init__(self, *given: Any, layer_norm: bool, value_unit: float, **named: Any) -> None:
        # The networks are made within.
        self._layer_norm, self._value_unit = layer_norm, value_unit
        super().__init__(*given, **named)

    def make_q_net(self) -> QNetwork:
        """Make a network."""
        network = super().make_q_net()
        for layer in network.modules():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)
        *hidden, output = network.q_net
        with torch.no_grad():
            for weight in output.parameters():
                weight.div_(self._value_unit)
        if self._layer_norm:
            hidden = [part for layer in hidden for part in _normalised(layer)]
        network.q_net = nn.Sequential(*hidden, output)
        return network.to(self.device)


def _normalised(layer: nn.Module) -> list[nn.Module]:
    """A layer with a normalisation behind it, if it is a dense one."""
    if isinstance(layer, nn.Linear):
        return [layer, nn.LayerNorm(layer.out_features)]
    return [layer]


class GreedyDQN(DQN):
    """DQN in which each of many reaches explores by itself, from a random stream of its own.

    Stable-Baselines3 lets either all reaches explore in a step or none.

    Args:
        rng: draws which moves are random, and those.
    """

    def __init__(self, *args: Any, rng: np.random.Generator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rng = rng

    def _sample_action(
        self, learning_starts: int, action_noise: Any = None, n_envs: int = 1
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        early = self.num_timesteps < learning_starts
        rate = 1.0 if early else self.exploration_rate
        actions, _ = self.policy.predict(self._last_obs, deterministic=True)  # type: ignore[arg-type]
        random = self._rng.random(n_envs) < rate
        moves = self._rng.integers(self.action_space.n, size=n_envs)  # type: ignore[attr-defined]
        chosen = np.where(random, moves, actions)
        return chosen, chosen
