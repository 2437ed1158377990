import os
import textwrap

import pytest

from corticomotor.runtime.errors import InputError
from corticomotor.runtime.fingerprint import fingerprint

TREE = {
    "scripts/train.py": '''
        """Train."""
        from typing import TYPE_CHECKING
        import numpy as np
        from corticomotor.learning import train
        from corticomotor.similarity import pca  # a submodule, not a name
        if TYPE_CHECKING:
            from corticomotor.typed import Thing
        else:
            Thing = object
        def work():
            import corticomotor.late
            return train(np.ones(3))
        ''',
    "corticomotor/__init__.py": '"""Root."""\n',
    "corticomotor/learning/__init__.py": "from .force import train\n",
    "corticomotor/learning/force.py": '''
        """Train a network."""
        from ..dynamics import simulate
        from corticomotor.settings.study import Study
        from corticomotor.studies.toy.settings import Toy
        from corticomotor.studies.toy.settings_of_others import OTHERS
        class Trainer:
            """A class."""
            rate: int = 1
            """What an attribute is."""
        def train(x):
            """Train."""
            # a comment
            return simulate(x, f"{x:.3f}", b"y", 1.5, ...)
        ''',
    "corticomotor/dynamics.py": "def simulate(x, *rest):\n    return x\n",
    "corticomotor/late.py": "LATE = 1\n",
    "corticomotor/typed.py": "class Thing: ...\n",
    "corticomotor/unused.py": "UNUSED = 1\n",
    "corticomotor/learning/unused.py": "UNUSED = 1\n",
    "corticomotor/settings/__init__.py": "",
    "corticomotor/settings/study.py": "from corticomotor import unused\nclass Study: ...\n",
    "corticomotor/studies/__init__.py": "",
    "corticomotor/studies/toy/__init__.py": "",
    "corticomotor/studies/toy/settings.py": "from corticomotor import unused\nclass Toy: ...\n",
    "corticomotor/studies/toy/settings_of_others.py": "OTHERS = 1\n",
    "corticomotor/similarity/__init__.py": "",
    "corticomotor/similarity/pca.py": "def pca(x):\n    return x\n",
}


class Tree:
    def __init__(self, root):
        self.root = root
        for path, text in TREE.items():
            self.write(path, textwrap.dedent(text).lstrip("\n"))

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def edit(self, path, old, new):
        text = (self.root / path).read_text()
        assert old in text
        (self.root / path).write_text(text.replace(old, new))

    def fingerprint(self, *more):
        scripts = [self.root / path for path in ("scripts/train.py", *more)]
        return fingerprint(*scripts, package=self.root / "corticomotor").code

    def packages(self):
        script = self.root / "scripts/train.py"
        return fingerprint(script, package=self.root / "corticomotor").packages


@pytest.fixture
def tree(tmp_path):
    return Tree(tmp_path)


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("scripts/train.py", '"""Train."""', '"""Train well."""'),
        ("scripts/train.py", "# a submodule, not a name", "# a module"),
        ("scripts/train.py", "import Thing", "import Thing, Other"),
        ("scripts/train.py", "train(np.ones(3))", "(train(\n        np.ones( 3 ),\n    ))"),
        ("corticomotor/__init__.py", '"""Root."""', ""),
        ("corticomotor/learning/force.py", "# a comment", ""),
        ("corticomotor/learning/force.py", '"""Train."""', '"""Train, well."""'),
        ("corticomotor/learning/force.py", '    """A class."""\n', ""),
        ("corticomotor/learning/force.py", "What an attribute is.", "An attribute."),
        ("corticomotor/learning/force.py", "1.5", "1.50"),
        ("corticomotor/dynamics.py", "    return x", "\n\n  # indented\n\n  return x"),
        ("corticomotor/typed.py", "Thing", "Things"),
        ("corticomotor/unused.py", "1", "2"),
        ("corticomotor/learning/unused.py", "1", "2"),
        ("corticomotor/settings/study.py", "...", "x = 1"),
        ("corticomotor/studies/toy/settings.py", "...", "x = 1"),
        ("corticomotor/settings/__init__.py", "", "x = 1"),
    ],
)
def test_edits_that_nothing_runs_keep_the_fingerprint(tree, path, old, new):
    before = tree.fingerprint()
    tree.edit(path, old, new)
    assert tree.fingerprint() == before


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("scripts/train.py", "ones(3)", "ones(4)"),
        ("scripts/train.py", "Thing = object", "Thing = int"),
        ("scripts/train.py", "import numpy as np", "import numpy"),
        ("corticomotor/__init__.py", '"""Root."""', "x = 1"),
        ("corticomotor/learning/__init__.py", "train\n", "train\nx = 1\n"),
        ("corticomotor/learning/force.py", "rate: int = 1", "rate: int = True"),
        ("corticomotor/learning/force.py", "rate: int = 1", "rate: float = 1"),
        ("corticomotor/learning/force.py", "1.5", '"1.5"'),
        ("corticomotor/learning/force.py", 'b"y"', '"y"'),
        ("corticomotor/learning/force.py", ":.3f", ":.4f"),
        ("corticomotor/learning/force.py", "(x, f", "(*x, f"),
        ("corticomotor/dynamics.py", "return x", "return -x"),
        ("corticomotor/dynamics.py", "*rest", "**rest"),
        ("corticomotor/late.py", "1", "2"),
        ("corticomotor/studies/toy/settings_of_others.py", "1", "2"),
        ("corticomotor/similarity/pca.py", "return x", "return 2 * x"),
        ("corticomotor/similarity/__init__.py", "", "x = 1"),
    ],
)
def test_edits_that_run_change_the_fingerprint(tree, path, old, new):
    before = tree.fingerprint()
    if old:
        tree.edit(path, old, new)
    else:
        tree.write(path, new)
    assert tree.fingerprint() != before


def test_touched_file_keeps_the_fingerprint(tree):
    before = tree.fingerprint()
    for path in TREE:
        os.utime(tree.root / path, (1, 1))
    assert tree.fingerprint() == before


def test_edit_within_one_clock_tick_is_seen(tree):
    path = tree.root / "corticomotor/dynamics.py"
    os.utime(path, (1, 1))
    before = tree.fingerprint()
    tree.edit("corticomotor/dynamics.py", "return x", "return 1")
    os.utime(path, (1, 1))
    assert tree.fingerprint() != before


def test_copied_tree_has_the_same_fingerprint(tree, tmp_path_factory):
    assert Tree(tmp_path_factory.mktemp("copy")).fingerprint() == tree.fingerprint()


@pytest.mark.parametrize(
    "statement",
    [
        "import corticomotor.unused",
        "import numpy, corticomotor.unused as u",
        "from corticomotor import unused",
        "from . import unused",
        "from .unused import UNUSED",
        "from corticomotor.unused import *",
        "def f():\n    from .unused import UNUSED",
        "try:\n    import corticomotor.unused\nexcept ImportError:\n    pass",
        "if not TYPE_CHECKING:\n    import corticomotor.unused",
        "if TYPE_CHECKING:\n    pass\nelif x:\n    import corticomotor.unused",
    ],
)
def test_new_import_is_followed(tree, statement):
    tree.edit("corticomotor/dynamics.py", "def simulate", statement + "\ndef simulate")
    before = tree.fingerprint()
    tree.edit("corticomotor/unused.py", "1", "2")
    assert tree.fingerprint() != before


@pytest.mark.parametrize("test", ["TYPE_CHECKING", "typing.TYPE_CHECKING"])
def test_type_checking_import_is_not_followed(tree, test):
    before = tree.fingerprint()
    statement = f"if {test}:\n    import corticomotor.unused\n"
    tree.edit("corticomotor/dynamics.py", "def simulate", statement + "def simulate")
    assert tree.fingerprint() == before


def test_circular_imports_end(tree):
    tree.edit("corticomotor/dynamics.py", "def", "from corticomotor.learning import force\ndef")
    assert len(tree.fingerprint()) == 16


def test_module_moved_into_a_package_is_found(tree):
    (tree.root / "corticomotor/dynamics.py").unlink()
    tree.write("corticomotor/dynamics/__init__.py", "from .euler import simulate\n")
    tree.write("corticomotor/dynamics/euler.py", "def simulate(x, *rest):\n    return x\n")
    before = tree.fingerprint()
    tree.edit("corticomotor/dynamics/euler.py", "return x", "return -x")
    assert tree.fingerprint() != before


def test_package_is_by_default_the_one_beside_the_module(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import numpy\n")
    alone = fingerprint(script).code
    script.write_text("import numpy\nfrom corticomotor.runtime.seeding import stream\n")
    package = fingerprint(script).code
    assert package != alone
    assert fingerprint(script, package=tmp_path / "elsewhere").code not in (alone, package)


@pytest.mark.parametrize("path", ["scripts/train.py", "corticomotor/dynamics.py"])
def test_code_that_does_not_parse_is_named(tree, path):
    tree.write(path, "x = 1\ndef f(:\n")
    with pytest.raises(InputError, match=rf"{path}, line 2: expected valid Python") as caught:
        tree.fingerprint()
    assert "\n" not in str(caught.value)


def test_missing_script_is_named(tree):
    (tree.root / "scripts/train.py").unlink()
    with pytest.raises(InputError, match=r"scripts/train\.py: expected a Python file, found: No"):
        tree.fingerprint()


def test_every_script_counts_and_so_does_what_it_imports(tree):
    alone = tree.fingerprint()
    tree.write("scripts/more.py", "from corticomotor import unused\n")
    both = tree.fingerprint("scripts/more.py")
    assert both not in (alone, tree.fingerprint("scripts/train.py"))
    tree.edit("corticomotor/unused.py", "1", "2")
    assert tree.fingerprint("scripts/more.py") != both
    assert tree.fingerprint() == alone


# What runs around a job


@pytest.fixture
def around(tree):
    """A package with a module that runs around jobs, and one of those that do not."""
    tree.write("corticomotor/runtime/__init__.py", "")
    tree.write("corticomotor/runtime/jobs.py", "from corticomotor.runtime import job\nX = 1\n")
    tree.write("corticomotor/runtime/job.py", "import json\nX = 1\n")
    tree.write("scripts/train.py", "from corticomotor.runtime import jobs\n")
    return tree


@pytest.mark.parametrize(
    "name",
    [
        *("jobs", "checkpoints", "progress", "processes", "files", "locks", "errors"),
        *("sealing", "records", "provenance", "versions", "fingerprint"),
    ],
)
def test_what_runs_around_a_job_does_not_count(around, name):
    around.write(f"corticomotor/runtime/{name}.py", "from corticomotor.runtime import job\nX = 1\n")
    around.write("scripts/train.py", f"from corticomotor.runtime import {name}\n")
    before = around.fingerprint()
    around.edit(f"corticomotor/runtime/{name}.py", "X = 1", "X = 2")
    assert around.fingerprint() == before
    # What it imports runs as well, and may be of the job itself.
    around.edit("corticomotor/runtime/job.py", "X = 1", "X = 2")
    assert around.fingerprint() != before


@pytest.mark.parametrize("name", ["job", "store", "seeding", "stage_settings", "contracts"])
def test_what_shapes_data_counts(around, name):
    around.write(f"corticomotor/runtime/{name}.py", "X = 1\n")
    around.write("scripts/train.py", f"from corticomotor.runtime import {name}\n")
    before = around.fingerprint()
    around.edit(f"corticomotor/runtime/{name}.py", "X = 1", "X = 2")
    assert around.fingerprint() != before


def test_a_module_counts_by_its_full_name(around):
    # A namesake of one that runs around jobs is none.
    around.write("corticomotor/jobs.py", "X = 1\n")
    around.write("scripts/train.py", "from corticomotor import jobs\n")
    before = around.fingerprint()
    around.edit("corticomotor/jobs.py", "X = 1", "X = 2")
    assert around.fingerprint() != before


# Packages of others


def test_packages_of_others_are_those_imported_anywhere(tree):
    assert tree.packages() == ("numpy", "typing")
    tree.edit("corticomotor/late.py", "LATE = 1", "def f():\n    import scipy.linalg as la, torch")
    assert tree.packages() == ("numpy", "scipy", "torch", "typing")
    tree.edit("corticomotor/dynamics.py", "def", "from matplotlib.figure import Figure\ndef")
    assert "matplotlib" in tree.packages()


@pytest.mark.parametrize(
    "path",
    ["corticomotor/unused.py", "corticomotor/typed.py", "corticomotor/studies/toy/settings.py"],
)
def test_packages_of_what_does_not_run_are_left_out(tree, path):
    before = tree.packages()
    tree.write(path, "import torch\n")
    assert tree.packages() == before


def test_packages_imported_for_types_alone_are_left_out(tree):
    before = tree.packages()
    tree.edit(
        "corticomotor/dynamics.py", "def", "if TYPE_CHECKING:\n    from torch import Tensor\ndef"
    )
    assert tree.packages() == before


def test_a_relative_import_is_no_package(tree):
    # `from .force import train` is not of a package named force.
    assert "force" not in tree.packages()
    assert "dynamics" not in tree.packages()
    assert "corticomotor" not in tree.packages()
