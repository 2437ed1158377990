"""HDF5 files of which nothing is read but what lies in them.

A dataset of HDF5 can keep its values in any other file of the machine: through an external link,
through external storage, through a virtual dataset, through references to other files. HDF5
follows all of these without a word, so whoever makes a file could have any other file read, and
what it then holds would be no function of its bytes. Here each step to a dataset is looked at
before it is taken.
"""

from __future__ import annotations

from typing import IO

import h5py
from h5py import h5a, h5d, h5l, h5t

_MOST_SOFT_LINKS = 16
# The format's specification, III.A: where the superblock may begin.
SIGNATURE = b"\x89HDF\r\n\x1a\n"
_FIRST_USERBLOCK = 512


class OutsideError(ValueError):
    """A file leads to what is not in it. The message says what was found, as half a sentence."""


def is_hdf5(file: IO[bytes]) -> bool:
    """Tell whether a file's bytes are HDF5's, without the library and its locks."""
    end, begin = file.seek(0, 2), 0
    while begin < end:
        file.seek(begin)
        if file.read(len(SIGNATURE)) == SIGNATURE:
            return True
        begin = max(2 * begin, _FIRST_USERBLOCK)
    return False


def opened(file: IO[bytes]) -> h5py.File:
    """Open a file for reading.

    It is not locked: some network file systems have no locks, and files here appear by renaming.
    """
    return h5py.File(file, "r", locking=False)


def own_dataset(file: h5py.File, path: str) -> h5py.Dataset | None:
    """Give a dataset that lies in a file with all its values.

    Args:
        file: open for reading.
        path: names of groups and of the dataset, with / between.

    Returns:
        The dataset, or None if the file has none there.

    Raises:
        OutsideError: on the way or in the dataset something leads out of the file.
    """
    place: h5py.HLObject = file
    steps, soft_links = _steps(path), 0
    while steps:
        if not isinstance(place, h5py.Group):
            return None
        name = steps.pop().encode()
        # Group.get and `in` would follow the link to see whether there is something behind it.
        links = place.id.links
        if not links.exists(name):
            return None
        kind = links.get_info(name).type
        if kind == h5l.TYPE_HARD:
            place = place[name]
        elif kind == h5l.TYPE_SOFT:
            soft_links += 1
            if soft_links > _MOST_SOFT_LINKS:
                raise OutsideError(f"soft links at {path!r} that lead on and on")
            target = links.get_val(name).decode(errors="replace")
            place = file if target.startswith("/") else place
            steps += _steps(target)
        elif kind == h5l.TYPE_EXTERNAL:
            outside, _ = links.get_val(name)
            raise OutsideError(f"an external link at {path!r}, to the file {_shown(outside)}")
        else:
            raise OutsideError(f"a link of an unknown kind at {path!r}")
    if not isinstance(place, h5py.Dataset):
        return None
    _refuse_outside(place, path)
    return place


def dataset_names(file: h5py.File) -> list[str]:
    """List the paths of all datasets that hard links lead to; no other link is followed."""
    names: list[str] = []

    def visit(name: str, item: h5py.HLObject) -> None:
        if isinstance(item, h5py.Dataset):
            names.append(name)

    file.visititems(visit)
    return names


def _steps(path: str) -> list[str]:
    """Names along a path, the first one last."""
    return [name for name in reversed(path.split("/")) if name not in ("", ".")]


def _refuse_outside(dataset: h5py.Dataset, path: str) -> None:
    # Even the shape of a virtual dataset can depend on other files: nothing is asked before.
    creation = dataset.id.get_create_plist()
    if creation.get_layout() == h5d.VIRTUAL:
        raise OutsideError(f"a virtual dataset at {path!r}, whose values lie in other datasets")
    if creation.get_external_count():
        outside, _, _ = creation.get_external(0)
        raise OutsideError(f"external storage at {path!r}, in the file {_shown(outside)}")
    if h5a.exists(dataset.id, b"DIMENSION_LIST"):
        kind = h5a.open(dataset.id, b"DIMENSION_LIST").get_type()
        # References of this type are addresses in the file; newer ones can name another file.
        if not (isinstance(kind, h5t.TypeVlenID) and kind.get_super().equal(h5t.STD_REF_OBJ)):
            raise OutsideError(f"scales of {path!r} that could lie in other files")


def _shown(name: bytes) -> str:
    return repr(name.decode(errors="replace"))
