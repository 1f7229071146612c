"""Breaks modules in small ways, one at a time, and tells which breaks their tests do not notice.

`python -m scripts.mutants MODULE… -- TEST…` runs the tests once for every mutant. A mutant has another
comparison, constant or member of an enumeration, a condition turned round, or a statement or a result left
out. It is a copy in memory, in a process of its own; no file is changed. Logging is left alone.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import importlib
import io
import os
import signal
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Final

import pytest

PATIENCE: Final = 60
"""Seconds after which a mutant counts as noticed: it hangs."""
COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
SUMS: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One break of a module."""

    line: int
    what: str
    tree: ast.Module


def mutants(text: str, members: Callable[[str], Sequence[str]] = lambda _: ()) -> Iterator[Mutant]:
    """Every mutant of a module. `members`: those of an enumeration that the module calls by this name."""
    tree = ast.parse(text)
    for at, node in enumerate(_mutable(tree)):
        for number, (what, _) in enumerate(_breaks(node, members)):
            broken = copy.deepcopy(tree)
            twin = _mutable(broken)[at]
            _exchange(broken, twin, _breaks(twin, members)[number][1]())
            yield Mutant(getattr(node, "lineno", 0), what, ast.fix_missing_locations(broken))


def _mutable(tree: ast.AST) -> list[ast.AST]:
    """All nodes but annotations, docstrings, imports, and what is only logged."""
    found: list[ast.AST] = []

    def walk(node: ast.AST) -> None:
        if _is_silent(node):
            return
        found.append(node)
        for name, value in ast.iter_fields(node):
            if name not in ("annotation", "returns", "decorator_list", "bases"):
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST):
                        walk(child)

    walk(tree)
    return found


def _is_silent(node: ast.AST) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Raise):
        return True
    if not isinstance(node, ast.Expr):
        return False
    call = node.value
    logged = isinstance(call, ast.Call) and ast.unparse(call.func).startswith("log.")
    return logged or isinstance(call, ast.Constant)


Change = Callable[[], ast.AST]


def _breaks(node: ast.AST, members: Callable[[str], Sequence[str]]) -> list[tuple[str, Change]]:
    match node:
        case ast.Compare(left, [operator], [right]) if type(operator) in COMPARISONS:
            other = COMPARISONS[type(operator)]()
            return [(f"{ast.unparse(node)} turned", lambda: ast.Compare(left, [other], [right]))]
        case ast.BoolOp(operator, values):
            either = ast.And() if isinstance(operator, ast.Or) else ast.Or()
            return [(f"{ast.unparse(node)} with {type(either).__name__}", lambda: ast.BoolOp(either, values))]
        case ast.UnaryOp(ast.Not(), operand):
            return [(f"{ast.unparse(node)} without not", lambda: operand)]
        case ast.BinOp(left, operator, right) if type(operator) in SUMS:
            sum_ = SUMS[type(operator)]()
            return [(f"{ast.unparse(node)} turned", lambda: ast.BinOp(left, sum_, right))]
        case ast.Constant(value):
            return _other_constants(value)
        case ast.Attribute(ast.Name(owner), member, ast.Load()) if member in members(owner):
            names = list(members(owner))
            other_name = names[(names.index(member) + 1) % len(names)]
            return [(f"{member} as {other_name}", lambda: ast.Attribute(ast.Name(owner), other_name))]
        case ast.Return(value) if value is not None and not _is_nothing(value):
            return [(f"return {ast.unparse(value)} gives None", lambda: ast.Return(ast.Constant(None)))]
        case ast.Expr(ast.Call()) | ast.AugAssign() | ast.Assign([ast.Attribute()]) | ast.Continue():
            return [(f"without {ast.unparse(node)}", ast.Pass)]
        case ast.If(ast.Name() | ast.Call() | ast.Attribute() as test, body, orelse):
            turned = ast.UnaryOp(ast.Not(), test)
            return [(f"if {ast.unparse(test)} turned", lambda: ast.If(turned, body, orelse))]
    return []


def _other_constants(value: object) -> list[tuple[str, Change]]:
    if isinstance(value, bool):
        return [(f"{value} turned", lambda: ast.Constant(not value))]
    if isinstance(value, int | float):
        return [(f"{value} + 1", lambda: ast.Constant(value + 1))]
    if isinstance(value, str) and value:
        return [(f"another word for {value!r}", lambda: ast.Constant(f"mutant {value}"))]
    return []


def _is_nothing(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _exchange(tree: ast.Module, old: ast.AST, new: ast.AST) -> None:
    class Exchange(ast.NodeTransformer):
        def visit(self, found: ast.AST) -> ast.AST:
            return new if found is old else self.generic_visit(found)

    Exchange().visit(tree)


class MutantFinder(MetaPathFinder, Loader):
    """Whoever imports the module gets the mutant."""

    def __init__(self, name: str, mutant: Mutant) -> None:
        self._name = name
        self._mutant = mutant

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        return ModuleSpec(fullname, self) if fullname == self._name else None

    def exec_module(self, module: types.ModuleType) -> None:
        exec(compile(self._mutant.tree, self._name, "exec"), module.__dict__)


def run_tests(tests: Sequence[str]) -> int:
    """Pytest's exit code; 0 where all pass."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests]))


def is_noticed(name: str, mutant: Mutant, tests: Sequence[str]) -> bool:
    """Whether a test fails, or nothing can be imported, with the mutant in place of the module."""
    child = os.fork()
    if child == 0:
        signal.alarm(PATIENCE)
        sys.meta_path.insert(0, MutantFinder(name, mutant))
        code = 1
        with contextlib.suppress(BaseException):
            code = run_tests(tests)
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def examine(path: Path, tests: Sequence[str]) -> tuple[int, list[Mutant]]:
    """How many mutants there were, and those that no test noticed."""
    name = ".".join(path.with_suffix("").parts)
    module = importlib.import_module(name)
    if run_tests(tests):
        raise SystemExit(f"{' '.join(tests)} fail without any mutant")
    for loaded in [other for other in sys.modules if other.partition(".")[0] in ("rh_ui", "tests")]:
        del sys.modules[loaded]  # what is left is loaded already in every child
    found = list(mutants(path.read_text("utf-8"), lambda word: _members(module, word)))
    return len(found), [mutant for mutant in found if not is_noticed(name, mutant, tests)]


def _members(module: types.ModuleType, word: str) -> Sequence[str]:
    return list(getattr(getattr(module, word, None), "__members__", ()))


def main(words: Sequence[str]) -> int:
    """0 where every mutant was noticed."""
    at = list(words).index("--")
    left = 0
    for path in map(Path, words[:at]):
        count, survivors = examine(path, words[at + 1 :])
        left += len(survivors)
        share = 100 * (count - len(survivors)) // max(1, count)
        sys.stdout.write(f"{path}: {count - len(survivors)} of {count} noticed ({share} %)\n")
        for mutant in survivors:
            sys.stdout.write(f"  {path}:{mutant.line}: {mutant.what}\n")
        sys.stdout.flush()
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
