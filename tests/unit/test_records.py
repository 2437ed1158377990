import json
import os
from pathlib import Path

import numpy as np
import pytest

from corticomotor.runtime import sealing, store
from corticomotor.runtime.contracts import Contract, Variable
from corticomotor.runtime.errors import InputError
from corticomotor.runtime.provenance import content_digest
from corticomotor.runtime.records import Record, record_of, write_sidecars

ONE = Contract("one", {"x": Variable((), "1", "a number")}, {})
PROVENANCE = {
    **{"settings": {"seed": 1}, "versions": {"numpy": "2.4"}, "inputs": {"emg": [["d", "i"]]}},
    **{"seed": 1, "replicate": 3, "code": "c", "told": "t", "identity": "0123456789abcdef"},
}
FIGURE = Path("results/figures/toy/errors.pdf")
SIDECAR = Path("results/provenance/figures/toy/errors.pdf.json")


@pytest.fixture(autouse=True)
def workplace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(path, x=1.0, **changed):
    store.write(path, store.dataset(ONE, {"x": x}), ONE, PROVENANCE | changed)
    return path


@pytest.fixture
def figure():
    FIGURE.parent.mkdir(parents=True)
    FIGURE.write_bytes(b"%PDF")
    write_sidecars([str(FIGURE)], PROVENANCE)
    return FIGURE


def nothing_of_ours(path):
    digest = content_digest(path)
    return Record(digest, digest, {})


# Results of stages


def test_a_result_says_what_it_holds_and_how_it_was_made():
    path = write(Path("results/toy/one.h5"))
    told = store.attributes(path)
    assert record_of(path) == Record(told["data"], "0123456789abcdef", told)
    assert told == PROVENANCE | {"stage": "one", "data": told["data"]}


def test_the_digest_of_a_result_is_of_its_data():
    first, same = write(Path("results/1.h5")), write(Path("results/2.h5"), identity="f", code="d")
    other = write(Path("results/3.h5"), x=2.0)
    assert record_of(first).digest == record_of(same).digest != record_of(other).digest
    assert content_digest(first) != content_digest(same)


def test_a_result_is_itself_wherever_it_lies():
    inside, outside = write(Path("results/1.h5")), write(Path("data/emg.h5"))
    assert record_of(inside) == record_of(outside)


@pytest.mark.parametrize("position", range(8, 4000, 111))
def test_a_damaged_result_says_nothing(position):
    path = write(Path("results/one.h5"))
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)
    assert record_of(path) == nothing_of_ours(path)


@pytest.mark.parametrize("content", [b"", b"\x89HDF\r\n\x1a\n", b"1,2\n"])
def test_what_is_no_result_counts_by_its_bytes(content):
    path = Path("results/one.h5")
    path.parent.mkdir()
    path.write_bytes(content)
    assert record_of(path) == nothing_of_ours(path)


def test_hdf5_of_others_counts_by_its_bytes():
    h5py = pytest.importorskip("h5py")
    path = Path("emg.h5")
    with h5py.File(path, "w") as file:
        file["emg"] = np.zeros(3)
        file.attrs["data"] = file.attrs["identity"] = "0123456789abcdef"
    assert record_of(path) == nothing_of_ours(path)
    with h5py.File(path, "a") as file:
        sealing.add_seal(file)
    path.write_bytes(sealing.sealed(path.read_bytes()))
    # Sealed, yet without what a result says.
    assert record_of(path) == nothing_of_ours(path)


@pytest.mark.parametrize("path", ["results/none.h5", "results/none.pdf", "none.csv"])
def test_a_missing_file_is_named(path):
    with pytest.raises(InputError, match=f"{path}: expected a readable file, found: No such"):
        record_of(Path(path))


def test_a_folder_is_no_file():
    for name in ("folder.h5", "results/folder.pdf"):
        Path(name).mkdir(parents=True)
        with pytest.raises(InputError, match=f"{name}: expected a readable file"):
            record_of(Path(name))


@pytest.mark.parametrize("name", ["emg.csv", "data/emg.mat", "emg.hdf5", "../emg.csv"])
def test_files_from_outside_count_by_their_bytes(name, tmp_path):
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    for content in (b"1,2\n", b"1,3\n"):
        path.write_bytes(content)
        assert record_of(path) == nothing_of_ours(path)
    assert record_of(path.absolute()) == nothing_of_ours(path)


# What stands beside a file


def test_a_sidecar_says_how_a_figure_was_made(figure):
    digest = content_digest(figure)
    assert record_of(figure) == Record(digest, "0123456789abcdef", PROVENANCE | {"digest": digest})
    assert [path for path in Path("results/provenance").rglob("*.*")] == [SIDECAR]


def test_sidecars_are_for_what_holds_no_attributes():
    result = write(Path("results/table.h5"))
    text = Path("results/table.csv")
    text.write_text("1,2\n")
    write_sidecars(map(str, [result, text]), PROVENANCE)
    names = [str(path) for path in Path("results/provenance").iterdir()]
    assert names == ["results/provenance/table.csv.json"]


def test_files_that_differ_in_their_suffix_have_each_their_own(figure):
    svg = figure.with_suffix(".svg")
    svg.write_bytes(b"<svg/>")
    write_sidecars([str(svg)], PROVENANCE | {"identity": "other"})
    assert record_of(svg).identity == "other"
    assert record_of(figure).identity == "0123456789abcdef"


def test_a_sidecar_of_other_bytes_says_nothing(figure):
    figure.write_bytes(b"%PDG")
    assert record_of(figure) == nothing_of_ours(figure)
    figure.write_bytes(b"%PDF")
    assert record_of(figure).made


def test_a_sidecar_of_another_file_says_nothing(figure):
    other = figure.with_name("traces.pdf")
    other.write_bytes(b"%PDG")
    SIDECAR.with_name("traces.pdf.json").write_bytes(SIDECAR.read_bytes())
    assert record_of(other) == nothing_of_ours(other)


def test_a_sidecar_is_for_results_alone():
    for name in ("emg.pdf", "data/results/emg.pdf"):
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF")
        sidecar = Path("results/provenance", f"{name}.json")
        sidecar.parent.mkdir(parents=True, exist_ok=True)
        sidecar.write_text(json.dumps(PROVENANCE | {"digest": content_digest(path)}))
        assert record_of(path) == nothing_of_ours(path)


def told(**changed):
    digest = content_digest(FIGURE)
    return json.dumps(PROVENANCE | {"digest": digest} | changed).encode()


@pytest.mark.parametrize(
    "content",
    [
        lambda: b"",
        lambda: b"not JSON",
        lambda: told()[:-1],
        lambda: told() + b"}",
        lambda: b"\xff" + told(),
        lambda: b"[" * 200_000,
        lambda: b"[]",
        lambda: b"null",
        lambda: b'"0123"',
        lambda: b"{}",
        lambda: told(digest=None),
        lambda: told(digest=[content_digest(FIGURE)]),
        lambda: told(identity=None),
        lambda: told(identity=7),
        lambda: told(identity=["0123456789abcdef"]),
        lambda: told(inputs=[]),
        lambda: told(inputs=5),
        lambda: told(inputs="text"),
        lambda: told(inputs={"emg": "text"}),
        lambda: told(inputs={"emg": 5}),
        lambda: told(inputs={"emg": [5]}),
        lambda: told(inputs={"emg": [["d"]]}),
        lambda: told(inputs={"emg": [["d", "i", "j"]]}),
        lambda: told(inputs={"emg": [{"d": 1, "i": 2}]}),
        lambda: told(versions=[]),
        lambda: told(versions="text"),
        lambda: told(versions=5),
        lambda: json.dumps({"digest": content_digest(FIGURE), "identity": "i"}).encode(),
    ],
)
def test_a_sidecar_that_makes_no_sense_says_nothing(figure, content):
    SIDECAR.write_bytes(content())
    assert record_of(figure) == nothing_of_ours(figure)


def test_a_sidecar_that_cannot_be_read_says_nothing(figure):
    os.unlink(SIDECAR)
    assert record_of(figure) == nothing_of_ours(figure)
    SIDECAR.mkdir()
    assert record_of(figure) == nothing_of_ours(figure)


@pytest.mark.parametrize(
    "changed",
    [
        {"inputs": []},
        {"inputs": {"emg": "text"}},
        {"inputs": {"emg": [["d"]]}},
        {"inputs": {"emg": ["di"]}},
        {"versions": []},
        {"versions": "2.4"},
    ],
)
def test_a_result_whose_provenance_makes_no_sense_says_nothing(changed):
    path = write(Path("results/one.h5"), **changed)
    assert record_of(path).made == {}
