"""From the files of earlier stages to circuits, targets and trained networks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import xarray as xr

from corticomotor.arrays import Array
from corticomotor.runtime import store
from corticomotor.runtime.errors import InputError
from corticomotor.runtime.provenance import content_digest
from corticomotor.studies.motifs import contracts
from corticomotor.studies.motifs.architectures import MOTIF_PARAMETERS, Circuit, initial_parameters
from corticomotor.studies.motifs.connectivity import Connectivity
from corticomotor.studies.motifs.settings import Network as NetworkSettings


@dataclass(frozen=True)
class Targets:
    """Motifs to produce.

    Attributes:
        numbers: of the motifs, counted from 1 (motif,).
        output: desired (motif, time).
        times_tau: (time,).
    """

    numbers: list[int]
    output: Array
    times_tau: Array


def read_targets(paths: Sequence[str]) -> Targets:
    """Read the motifs of some lessons, in their order."""
    lessons = store.read_all(paths, contracts.LIBRARY)
    return Targets(
        numbers=[int(number) for lesson in lessons for number in lesson["motif"].values],
        output=np.concatenate([lesson["output"].values for lesson in lessons]),
        times_tau=lessons[0]["time"].values,
    )


def read_connectivity(path: str) -> Connectivity:
    """Read J and w."""
    found = store.read(path, contracts.CONNECTIVITY)
    return Connectivity(found["weights"].values, found["readout"].values)


@dataclass(frozen=True)
class Untrained:
    """A network before it learns.

    Attributes:
        targets: the motifs to learn.
        circuit: what does not change.
        parameters: what does.
    """

    targets: Targets
    circuit: Circuit
    parameters: dict[str, Array]


def read_untrained(
    settings: NetworkSettings,
    motif_paths: Sequence[str],
    connectivity_path: str,
    module_paths: Sequence[str] = (),
    *,
    preparation_steps: int = 0,
    rng_of_motif: Callable[[int], np.random.Generator],
) -> Untrained:
    """Put together a network that is about to learn.

    Args:
        settings: of the network.
        motif_paths: the lessons to learn.
        connectivity_path: of the network.
        module_paths: the preparatory module, or nothing.
        preparation_steps: steps of a motif in which it is prepared.
        rng_of_motif: draws the parameters of the motif of a number, before training.

    Raises:
        InputError: the preparatory module was trained for another connectivity.
    """
    targets = read_targets(motif_paths)
    return Untrained(
        targets,
        read_circuit(
            settings,
            connectivity_path,
            module_paths[0] if module_paths else None,
            motif_steps=len(targets.times_tau),
            preparation_steps=preparation_steps,
        ),
        initial_parameters(
            [rng_of_motif(number) for number in targets.numbers],
            settings,
            read_connectivity(connectivity_path),
        ),
    )


def read_circuit(
    settings: NetworkSettings,
    connectivity_path: str,
    module_path: str | None,
    *,
    motif_steps: int,
    preparation_steps: int,
) -> Circuit:
    """Put together what does not change while a network learns.

    Raises:
        InputError: the preparatory module was trained for another connectivity.
    """
    connectivity = read_connectivity(connectivity_path)
    weights = settings.gain * connectivity.weights
    prepared = None
    if module_path is not None:
        module = read_module(module_path, connectivity_path)
        prepared = torch.as_tensor(weights + module["feedback"].values @ module["reading"].values.T)
    return Circuit(
        architecture=settings.architecture,
        weights=torch.as_tensor(weights),
        readout=torch.as_tensor(connectivity.readout),
        preparatory_weights=prepared,
        motif_steps=motif_steps,
        preparation_steps=preparation_steps,
    )


def read_module(module_path: str, connectivity_path: str) -> xr.Dataset:
    """Read a preparatory module that was trained for this connectivity.

    Raises:
        InputError: it was trained for another one.
    """
    module = store.read(module_path, contracts.PREPARATORY_MODULE)
    trained_for = store.attributes(module_path)["inputs"]["connectivity"]
    if trained_for != content_digest(connectivity_path):
        raise InputError(
            f"{Path(module_path)}: expected a module trained for the connectivity in "
            f"{connectivity_path}, found one for another"
        )
    return module


def read_parameters(settings: NetworkSettings, paths: Sequence[str]) -> dict[str, Array]:
    """Read what a network learned in some lessons, in their order."""
    lessons = store.read_all(paths, contracts.NETWORK)
    parameters = {
        name: np.concatenate(
            [lesson["motif_parameters"].sel(parameter=name).values for lesson in lessons]
        )
        for name in MOTIF_PARAMETERS[settings.architecture]
    }
    if settings.architecture == "control":
        parameters["weights"] = lessons[0]["shared_weights"].values
        parameters["readout"] = lessons[0]["shared_readout"].values
    return parameters
