import io
import json
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from corticomotor.runtime import contracts, jobs, store
from corticomotor.runtime.checkpoints import State
from corticomotor.runtime.errors import DivergenceError, InputError
from corticomotor.runtime.progress import Progress, silent
from corticomotor.runtime.provenance import content_digest, identity_of, made_with
from corticomotor.runtime.records import record_of
from corticomotor.runtime.seeding import stream
from corticomotor.runtime.versions import package_versions

SETTINGS = {"seed": 5, "circuit": {"neurons": 200}}
EMG = contracts.Contract("emg", {"x": contracts.Variable((), "1", "x")}, {})
NETWORK = contracts.Contract(
    "network", {"w": contracts.Variable(("unit",), "1", "w")}, {"unit": ("1", "unit")}
)


class Named(dict):
    """What is attributes and items, as Snakemake's params, wildcards and resources are."""

    __getattr__ = dict.__getitem__


@pytest.fixture
def snakemake(tmp_path):
    for name in "abc":
        (tmp_path / f"{name}.h5").write_text(name)
    files = [str(tmp_path / f"{name}.h5") for name in "abc"]
    return SimpleNamespace(
        rule="circuit",
        input=Named(emg=files[0], circuits=files[1:]),
        output=[str(tmp_path / "circuit.h5")],
        wildcards=Named(overrides="circuit.neurons=200/", replicate="3"),
        params=Named(
            settings=SETTINGS,
            contracts={jobs.RESULT: EMG.as_values()},
            code="0123456789abcdef",
            versions={"numpy": "2.4.6"},
        ),
        resources=Named(work=640),
        log=[str(tmp_path / "job.log")],
    )


def log(snakemake):
    with open(snakemake.log[0], encoding="utf-8") as file:
        return file.read()


def job_of(snakemake):
    seen = []
    jobs.run(snakemake, seen.append)
    return seen[0]


def fail(snakemake, work):
    with pytest.raises(SystemExit) as caught:
        jobs.run(snakemake, work)
    assert caught.value.code == 1


def test_job_holds_what_the_rule_passes(snakemake):
    job = job_of(snakemake)
    assert job.name == "circuit, replicate 3"
    assert (job.declared, job.seed, job.replicate) == (SETTINGS, 5, 3)
    assert job.settings.circuit.neurons == 200
    assert (job.given, job.replicates) == ({}, [])
    assert job.provenance["code"] == "0123456789abcdef"
    assert (job.input, job.output) == (snakemake.input, snakemake.output)
    assert job.contract(jobs.RESULT) == EMG


def test_job_without_replicates(snakemake):
    del snakemake.wildcards["replicate"]
    snakemake.params["replicates"] = [1, 2]
    job = job_of(snakemake)
    assert (job.name, job.replicate, job.replicates) == ("circuit", 0, [1, 2])


def test_a_setting_that_is_not_declared_cannot_be_read(snakemake, capsys):
    fail(snakemake, lambda job: job.settings.circuit.momentum)
    problem = "circuit reads the setting circuit.momentum, which its stage does not declare"
    assert capsys.readouterr().err == (
        f"error: circuit, replicate 3: {problem} (log: {snakemake.log[0]})\n"
    )


def test_random_numbers_depend_on_seed_stage_and_replicate_alone(snakemake):
    expected = stream(5, "emg", 3).random()
    assert job_of(snakemake).rng("emg").random() == expected
    snakemake.rule = "other"
    snakemake.params |= {"code": "f" * 16, "settings": SETTINGS | {"circuit": {}}}
    assert job_of(snakemake).rng("emg").random() == expected


def test_written_file_tells_its_provenance(snakemake):
    snakemake.wildcards["network"] = "FF"
    snakemake.params["given"] = {"hints": False}
    jobs.run(snakemake, lambda job: job.write({"x": 1.0}))
    emg, *circuits = (content_digest(f) for f in (snakemake.input.emg, *snakemake.input.circuits))
    made = made_with(snakemake.params, snakemake.wildcards)
    found = store.attributes(snakemake.output[0])
    assert len(found.pop("data")) == 16
    assert found == {
        "stage": "emg",
        # What else tells the job apart stands beside what its stage declares.
        "settings": SETTINGS | {"given": {"hints": False}, "wildcards": {"network": "FF"}},
        "seed": 5,
        "replicate": 3,
        "code": "0123456789abcdef",
        "told": made["told"],
        # Those that the job has, not those that its rule expects.
        "versions": package_versions(),
        # Of files that nothing of ours has made, the digest is the identity.
        "inputs": {"emg": [[emg, emg]], "circuits": [[digest, digest] for digest in circuits]},
        "identity": identity_of(made, {"emg": [emg], "circuits": circuits}),
    }


def test_a_result_tells_what_its_inputs_hold_and_how_they_were_made(snakemake, tmp_path):
    jobs.run(snakemake, lambda job: job.write({"x": 1.0}))
    first = store.attributes(snakemake.output[0])
    snakemake.input = Named(emg=snakemake.output[0])
    snakemake.output = [str(tmp_path / "second.h5")]
    jobs.run(snakemake, lambda job: job.write({"x": 2.0}))
    second = store.attributes(snakemake.output[0])
    assert second["inputs"] == {"emg": [[first["data"], first["identity"]]]}
    assert second["data"] != first["data"]


def test_inputs_are_those_that_a_job_finds_when_it_starts(snakemake):
    def work(job):
        Path(snakemake.input.emg).write_text("another")
        job.write({"x": 1.0})

    before = content_digest(snakemake.input.emg)
    jobs.run(snakemake, work)
    assert store.attributes(snakemake.output[0])["inputs"]["emg"] == [[before, before]]


def test_what_holds_no_attributes_has_its_provenance_beside_it(snakemake, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    figures = ["results/figures/toy/errors.svg", "results/figures/toy/errors.pdf"]
    snakemake.output = ["results/toy/table.h5", *figures]

    def work(job):
        job.write({"x": 1.0})
        for file in figures:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
            Path(file).write_text(file)
        seen.append(job.provenance)

    seen = []
    jobs.run(snakemake, work)
    for file in figures:
        record = record_of(Path(file))
        assert record.digest == content_digest(file)
        assert record.identity == seen[0]["identity"]
        assert {name: record.made[name] for name in seen[0]} == seen[0]
    sidecars = [path for path in Path("results/provenance").rglob("*") if path.is_file()]
    assert len(sidecars) == 2


def test_a_job_that_failed_says_nothing_of_its_files(snakemake, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    snakemake.output = ["results/table.csv"]

    def work(job):
        Path("results").mkdir()
        Path("results/table.csv").write_text("half")
        raise KeyError("stop")

    fail(snakemake, work)
    assert record_of(Path("results/table.csv")).made == {}


@dataclass
class Weights:
    w: np.ndarray
    unit: range


def test_results_are_read_and_written_by_their_contracts(snakemake, tmp_path):
    networks = [str(tmp_path / f"network-{k}.h5") for k in (1, 2)]
    snakemake.params["contracts"] = {jobs.RESULT: NETWORK.as_values()}
    for k, snakemake.output in enumerate([networks[:1], networks[1:]]):
        # A dataclass has its fields for a mapping's names, and more may be added.
        result = Weights(np.array([k, 1.0]), range(2)) if k else {"w": [0.0, 1.0]}
        more = {} if k else {"unit": range(2)}
        jobs.run(snakemake, lambda job, result=result, more=more: job.write(result, **more))
    snakemake.input = Named(first=networks[0], all=networks, none=[], other=networks[0])
    snakemake.params["contracts"] = dict.fromkeys(("first", "all", "none"), NETWORK.as_values())
    job = job_of(snakemake)

    assert job.read("first")["w"].values.tolist() == [0, 1]
    assert [found["w"].values.tolist() for found in job.read_all("all")] == [[0, 1], [1, 1]]
    assert job.read_all("none") == []
    shown = job.shown()
    assert shown.keys() == {"first", "all", "none"}
    assert shown["first"].identical(job.read("first").to_xarray())
    assert len(shown["all"]) == 2
    with pytest.raises(ValueError, match="unpack"):
        job.read("all")


def test_inputs_with_keys_are_shown_as_a_mapping(snakemake, tmp_path):
    jobs.run(snakemake, lambda job: job.write({"x": 1.0}))
    file = snakemake.output[0]
    text = tmp_path / "a.typ"
    text.write_text("= Errors")
    snakemake.input = Named({"errors/FF": [file] * 2, "errors/FFH": file, "texts": [str(text)]})
    snakemake.params["contracts"] = {"errors": EMG.as_values()}
    shown = job_of(snakemake).shown()

    assert shown.keys() == {"errors"}
    assert list(shown["errors"]) == ["FF", "FFH"]
    assert [float(each["x"]) for each in shown["errors"]["FF"]] == [1.0, 1.0]
    assert float(shown["errors"]["FFH"]["x"]) == 1.0


def test_a_result_that_is_not_what_the_contract_says_is_refused(snakemake, capsys):
    fail(snakemake, lambda job: job.write({"x": 1.0, "y": 2.0}))
    assert "y" in capsys.readouterr().err.splitlines()[-1]
    assert not Path(snakemake.output[0]).exists()


def test_snakemake_hands_over_named_inputs(snakemake):
    containers = pytest.importorskip("snakemake.iocontainers")
    expected = job_of(snakemake).provenance["inputs"]
    snakemake.input = containers.InputFiles(fromdict=dict(snakemake.input))
    assert job_of(snakemake).provenance["inputs"] == expected


@pytest.mark.parametrize("kind", [InputError, DivergenceError])
def test_user_error_is_one_line_and_its_traceback_is_in_the_log(snakemake, capsys, kind):
    def work(job):
        raise kind("emg.h5: expected 8 reaches,\nfound 7")

    fail(snakemake, work)
    message = "circuit, replicate 3: emg.h5: expected 8 reaches, found 7"
    assert capsys.readouterr().err == f"error: {message} (log: {snakemake.log[0]})\n"
    assert "Traceback" in log(snakemake)
    assert "in work" in log(snakemake)


def test_other_error_shows_its_traceback(snakemake, capsys):
    def work(job):
        job.log.write("before\n")
        raise KeyError("neurons")

    fail(snakemake, work)
    for text in (capsys.readouterr().err, log(snakemake)):
        assert "Traceback" in text
        assert "KeyError: 'neurons'" in text
    assert log(snakemake).startswith("before\n")


def test_incomplete_rule_is_reported_in_the_log(snakemake, capsys):
    del snakemake.params["code"]
    fail(snakemake, lambda job: None)
    assert "KeyError: 'code'" in log(snakemake)
    assert "KeyError: 'code'" in capsys.readouterr().err


def test_warnings_go_to_the_log_alone(snakemake, capsys):
    show = warnings.showwarning

    def work(job):
        warnings.simplefilter("always")
        np.log(np.zeros(1))

    jobs.run(snakemake, work)
    assert "RuntimeWarning: divide by zero" in log(snakemake)
    assert capsys.readouterr().err == ""
    assert warnings.showwarning is show


def test_finished_job_writes_its_cost_last(snakemake):
    jobs.run(snakemake, lambda job: None)
    line = log(snakemake).splitlines()[-1]
    assert line.startswith(jobs.COST_PREFIX)
    cost = json.loads(line.removeprefix(jobs.COST_PREFIX))
    assert list(cost) == ["rule", "work", "cpu_seconds", "wall_seconds", "peak_memory_mb"]
    assert (cost["rule"], cost["work"]) == ("circuit", 640)
    # NumPy and HDF5 alone hold more than 30 MB.
    assert 30 < cost["peak_memory_mb"] < 30_000
    assert cost["cpu_seconds"] > 0
    assert cost["wall_seconds"] > 0


def test_log_is_readable_while_the_job_runs(snakemake):
    def work(job):
        job.log.write("first line\n")
        assert log(snakemake) == "first line\n"

    jobs.run(snakemake, work)


def test_job_reports_progress_to_its_log(snakemake):
    def work(job):
        with job.progress(150, "iteration", "SOC") as report:
            report(40, spectral_abscissa=0.83)

    jobs.run(snakemake, work)
    line = "SOC: iteration 40/150  spectral abscissa 0.83"
    assert log(snakemake).splitlines()[:-1] == [line]


def test_progress_writes_every_two_seconds_and_at_the_end():
    lines, now = io.StringIO(), [0.0]
    with Progress(100, "epoch", lines, clock=lambda: now[0]) as report:
        for step in range(1, 100):
            now[0] += 0.125
            report(step, error=1 / 3, units=300)
    # One line at once, one every 16 steps of 1/8 s, and the last step.
    steps = [int(line.split()[1].split("/")[0]) for line in lines.getvalue().splitlines()]
    assert steps == [1, 17, 33, 49, 65, 81, 97, 99]
    assert lines.getvalue().endswith("epoch 99/100  error 0.3333  units 300\n")


def test_progress_writes_the_last_step_once():
    lines = io.StringIO()
    with Progress(1, "epoch", lines) as report:
        report(1)
    assert lines.getvalue() == "epoch 1/1\n"


def diverge(report):
    report(1, error=1.0)
    report(2, error=2.0)
    raise DivergenceError("rate")


def test_progress_tells_where_a_loop_failed():
    lines = io.StringIO()
    with pytest.raises(DivergenceError), Progress(9, "epoch", lines) as report:
        diverge(report)
    assert lines.getvalue().splitlines()[-1] == "epoch 2/9  error 2"


def test_progress_shows_a_bar_at_a_terminal_only(monkeypatch, capsys):
    with Progress(2, "epoch", io.StringIO(), name="circuit") as report:
        report(1)
    assert capsys.readouterr().err == ""

    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", terminal)
    with Progress(2, "epoch", io.StringIO(), name="circuit, replicate 3") as report:
        report(1, error=0.5)
        report(2, error=0.25)
    shown = terminal.getvalue()
    assert "circuit, replicate 3" in shown
    # leave=False: the bar wipes itself.
    assert shown.split("\r")[-2].strip() == ""


def test_silent_is_a_report():
    assert silent(3, error=0.1) is None


def test_numerical_code_can_import_progress_for_nothing():
    code = (
        "import sys, corticomotor.runtime.progress; "
        "print({'tqdm', 'numpy', 'xarray', 'snakemake'} & set(sys.modules))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout == "set()\n"


def test_interrupt_is_a_word_in_the_log(snakemake, capsys):
    def work(job):
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as caught:
        jobs.run(snakemake, work)
    assert caught.value.code == 130
    assert capsys.readouterr().err == ""
    assert log(snakemake) == "interrupted\n"


# The checkpoint of a long training

STATE = State({"weights": np.arange(3.0)}, {"iteration": 7})


@pytest.fixture
def long_job(snakemake, tmp_path):
    path = tmp_path / "results/logs/motifs/networks/session-1/replicate-3.log"
    path.parent.mkdir(parents=True)
    snakemake.log = [str(path)]
    snakemake.checkpoint = tmp_path / "results/checkpoints/motifs/networks/session-1/replicate-3.h5"
    return snakemake


def test_checkpoint_lies_beside_the_logs_until_the_job_has_ended_well(long_job):
    def work(job):
        assert job.checkpoint().load() is None
        job.checkpoint().save(STATE)
        assert long_job.checkpoint.exists()
        assert job.checkpoint().load().values == STATE.values

    jobs.run(long_job, work)
    assert long_job.checkpoint.parent.exists()
    assert list(long_job.checkpoint.parent.iterdir()) == []


@pytest.mark.parametrize("error", [InputError, DivergenceError, KeyError, KeyboardInterrupt])
def test_a_job_that_failed_goes_on_from_its_checkpoint(long_job, error):
    def work(job):
        job.checkpoint().save(STATE)
        raise error("stop")

    with pytest.raises(SystemExit):
        jobs.run(long_job, work)
    found = []
    jobs.run(long_job, lambda job: found.append(job.checkpoint().load()))
    assert found[0].arrays["weights"].tolist() == [0, 1, 2]
    assert not long_job.checkpoint.exists()


def save_and_fail(job):
    job.checkpoint().save(STATE)
    raise KeyError("stop")


@pytest.mark.parametrize(
    "change",
    ["seed", "code", "replicate", "network", "given", "contracts", "versions", "input", "inputs"],
)
def test_a_checkpoint_of_another_job_is_not_used(long_job, change):
    fail(long_job, save_and_fail)
    if change == "seed":
        long_job.params["settings"] = SETTINGS | {"seed": 6}
    elif change == "code":
        long_job.params["code"] = "f" * 16
    elif change in ("replicate", "network"):
        long_job.wildcards[change] = "4"
    elif change == "given":
        long_job.params["given"] = {"hints": True}
    elif change == "contracts":
        long_job.params["contracts"] = {}
    elif change == "versions":
        long_job.params["versions"] = {"numpy": "2.5"}
    elif change == "inputs":
        long_job.input["more"] = []
    else:
        with open(long_job.input.emg, "a", encoding="utf-8") as file:
            file.write("more")
    found = []
    jobs.run(long_job, lambda job: found.append(job.checkpoint().load()))
    assert found == [None]


def test_what_killed_writes_left_goes_with_the_checkpoint(long_job):
    long_job.checkpoint.parent.mkdir(parents=True)
    left = long_job.checkpoint.with_name(f".{long_job.checkpoint.name}.123.tmp")
    other = long_job.checkpoint.with_name("replicate-31.h5")
    for path in (left, other):
        path.write_bytes(b"")
    jobs.run(long_job, lambda job: None)
    assert not left.exists()
    assert other.exists()


def test_a_training_does_not_write_its_state_all_the_time(long_job):
    def work(job):
        checkpoint = job.checkpoint()
        assert not checkpoint.save_if_due(lambda: pytest.fail("not due yet"))
        assert not long_job.checkpoint.exists()

    jobs.run(long_job, work)
