"""Fingerprints of the code that a job runs."""

import ast
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from corticomotor.runtime.errors import InputError

_DIGITS = 16
_ROOT = "corticomotor"
# Settings hold values and checks: the values reach a job through its params.
_SETTINGS = re.compile(r"corticomotor\.(studies\.)?(\w+\.)?settings(\..*)?")
# What runs around a job's work and shapes none of its data: logs, costs, messages, where a killed
# training goes on, how files appear and what they say of themselves.
_AROUND = {
    f"corticomotor.runtime.{name}"
    for name in (
        *("jobs", "checkpoints", "progress", "processes", "files", "locks", "errors"),
        *("sealing", "records", "provenance", "versions", "fingerprint"),
    )
}


class Fingerprint(NamedTuple):
    """What code a job runs.

    Attributes:
        code: 16 hex digits that change when it may have changed.
        packages: names under which it imports packages of others, sorted; the standard library's
            modules are among them.
    """

    code: str
    packages: tuple[str, ...]


def fingerprint(*scripts: str | Path, package: str | Path | None = None) -> Fingerprint:
    """Return digits that change when code that a job runs may have changed.

    They cover the scripts and every module of `corticomotor` that they import, directly or not,
    with the `__init__` of each package on the way: all that Python would run. Only the syntax
    tree counts, so comments, docstrings, layout and file times do not; neither do
    `if TYPE_CHECKING:` blocks, which never run.

    Not covered are the modules of settings (their values reach a job through its params), what
    runs around a job's work, files that are not Python, other packages (their versions count
    instead) and modules imported under a name that is computed at run time.

    Args:
        scripts: Python files: of a job, or modules that it imports by computed names.
        package: folder of the `corticomotor` package; the one that holds this module unless said.

    Raises:
        InputError: a file is missing or does not parse.
    """
    root = Path(package) if package is not None else Path(__file__).parents[1]
    digests: dict[str, str] = {}
    packages: set[str] = set()
    pending = [(f"script {number}", "", Path(script)) for number, script in enumerate(scripts)]
    while pending:
        module, parent, path = pending.pop()
        tree = _parsed(path)
        digests[module] = "" if module in _AROUND else tree.digest
        for statement in tree.imports:
            for target in _targets(statement, parent):
                if target in digests:
                    continue
                if found := _locate(target, root):
                    # Holds the place, so that a module is queued once.
                    digests[target] = ""
                    pending.append((target, *found))
            if not statement.level:
                packages.add(statement.module.partition(".")[0])
    whole = "".join(f"{module} {digest}\n" for module, digest in sorted(digests.items()))
    code = hashlib.sha256(whole.encode()).hexdigest()[:_DIGITS]
    return Fingerprint(code, tuple(sorted(packages - {_ROOT, ""})))


class _Import(NamedTuple):
    level: int
    module: str
    names: tuple[str, ...]


class _Tree(NamedTuple):
    digest: str
    imports: tuple[_Import, ...]


def _parsed(path: Path) -> _Tree:
    try:
        return _read(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: expected a Python file, found: {error.strerror}") from error
    except SyntaxError as error:
        raise InputError(
            f"{path}, line {error.lineno}: expected valid Python, found: {error.msg}"
        ) from error


@cache  # by content: a time stamp can miss an edit, and sixty small files are read in no time
def _read(source: bytes) -> _Tree:
    tokens: list[str] = []
    imports: list[_Import] = []
    _serialise(ast.parse(source), tokens, imports)
    return _Tree(hashlib.sha256("\n".join(tokens).encode()).hexdigest(), tuple(imports))


def _serialise(node: ast.AST, tokens: list[str], imports: list[_Import]) -> None:
    """Append the tree below a node, without what never runs, and the imports in it.

    One walk instead of `ast.dump` and three visitors: it halves the time of a fingerprint, and
    leaving out empty fields keeps it equal between Python versions that add optional ones.
    """
    if isinstance(node, ast.Import):
        imports.extend(_Import(0, alias.name, ()) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        names = tuple(alias.name for alias in node.names)
        imports.append(_Import(node.level, node.module or "", names))
    tokens.append(type(node).__name__)
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, list):
            value = list(_running(value))
        if value is None or value == [] or field == "ctx":
            continue
        tokens.append(field)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, ast.AST):
                _serialise(item, tokens, imports)
            else:
                tokens.append(repr(item))
    tokens.append(")")


def _running(items: list[object]) -> Iterator[object]:
    """Leave out docstrings, bare strings and the bodies of `if TYPE_CHECKING:`."""
    for item in items:
        if isinstance(item, ast.If) and _is_type_checking(item.test):
            yield from _running(list(item.orelse))
        elif not (
            isinstance(item, ast.Expr)
            and isinstance(item.value, ast.Constant)
            and isinstance(item.value.value, str)
        ):
            yield item


def _is_type_checking(test: ast.expr) -> bool:
    match test:
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return True
    return False


def _targets(statement: _Import, parent: str) -> Iterator[str]:
    """Yield the modules, parents included, that a statement in package `parent` may load."""
    above = parent.split(".") if parent else []
    if statement.level > len(above):
        return
    base = above[: len(above) - statement.level + 1] if statement.level else []
    base += statement.module.split(".") if statement.module else []
    for count in range(1, len(base) + 1):
        yield ".".join(base[:count])
    # An imported name may be a module or something within one: only the files tell.
    for name in statement.names:
        yield ".".join([*base, name])


def _locate(module: str, root: Path) -> tuple[str, Path] | None:
    """Return the package that a module's relative imports start from, and its file."""
    first, *rest = module.split(".")
    if first != _ROOT or _SETTINGS.fullmatch(module):
        return None
    folder = root.joinpath(*rest)
    if (initial := folder / "__init__.py").is_file():
        return module, initial
    if rest and (file := folder.with_name(f"{rest[-1]}.py")).is_file():
        return module.rpartition(".")[0], file
    return None
