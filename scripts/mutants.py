"""Makes small changes (mutants) in modules, one at a time, and lists those that their tests do not notice.

`python -m scripts.mutants MODULE… -- TEST…` tries every mutant of a module; with a list such as mutants.toml
instead, those of every module in it, and the list says how many must be noticed. A mutant has another
comparison, constant or enum member, a negated condition, or no statement or result. It exists in memory only,
in its own process; no file is changed. Logging is left alone.

A first run without mutants records which tests run which line. A mutant inside functions is put into a fork
of a process that has loaded the tests, and only those tests run. For any other mutant, such as of a module's
constant, the module and all tests are loaded again.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import gc
import importlib
import inspect
import io
import os
import signal
import sys
import time
import tomllib
import types
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Final

import pytest
from coverage import Coverage

PATIENCE: Final = 5
"""A mutant that takes this many times as long as all tests without it counts as noticed."""
AT_IMPORT: Final = ""
FIXTURES: Final = "fixtures"
"""The name for lines that only fixtures run."""
COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
SUMS: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One change in a module."""

    line: int
    what: str
    tree: ast.Module
    lines: range
    """The lines of the whole statement."""

    @property
    def code(self) -> types.CodeType:
        return compile(self.tree, "mutant", "exec")


def mutants(text: str, members: Callable[[str], Sequence[str]] = lambda _: ()) -> Iterator[Mutant]:
    """Every mutant of a module. `members`: returns the members of an enum by its name in the module."""
    tree = ast.parse(text)
    for at, (node, statement) in enumerate(_mutable(tree)):
        for number, (what, _) in enumerate(_breaks(node, members)):
            broken = copy.deepcopy(tree)
            twin, _ = _mutable(broken)[at]
            _exchange(broken, twin, _breaks(twin, members)[number][1]())
            lines = range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
            yield Mutant(getattr(node, "lineno", 0), what, ast.fix_missing_locations(broken), lines)


def _mutable(tree: ast.Module) -> list[tuple[ast.AST, ast.stmt]]:
    """All nodes except annotations, docstrings, imports and logging; each with its statement."""
    found: list[tuple[ast.AST, ast.stmt]] = []

    def walk(node: ast.AST, statement: ast.stmt) -> None:
        if _is_silent(node):
            return
        found.append((node, statement))
        for name, value in ast.iter_fields(node):
            if name not in ("annotation", "returns", "decorator_list", "bases"):
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST):
                        walk(child, child if isinstance(child, ast.stmt) else statement)

    for top in tree.body:
        walk(top, top)
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
            return [
                (
                    f"{member} as {other_name}",
                    lambda: ast.Attribute(ast.Name(owner, ast.Load()), other_name, ast.Load()),
                )
            ]
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
    """Importing the module loads the mutant."""

    def __init__(self, name: str, mutant: Mutant) -> None:
        self._name = name
        self._mutant = mutant

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        return ModuleSpec(fullname, self) if fullname == self._name else None

    def exec_module(self, module: types.ModuleType) -> None:
        exec(self._mutant.code, module.__dict__)


class Reach:
    """Records which tests run each line."""

    def __init__(self, coverage: Coverage) -> None:
        self._coverage = coverage

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self) -> Iterator[None]:
        with self._context(FIXTURES, then=AT_IMPORT):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        with self._context(item.nodeid, then=FIXTURES):
            return (yield)

    @contextlib.contextmanager
    def _context(self, name: str, *, then: str) -> Iterator[None]:
        self._coverage.switch_context(name)
        try:
            yield
        finally:
            self._coverage.switch_context(then)


Place = tuple[str, int]
"""A function's qualified name and first line."""
Functions = Mapping[Place, types.CodeType]


def functions_of(code: types.CodeType) -> tuple[list[object], Functions]:
    """The code that runs at the import of a module, to be compared, and its functions."""
    at_import: list[object] = [code.co_code, code.co_names]
    functions: dict[Place, types.CodeType] = {}

    def collect(part: types.CodeType, *, is_function: bool) -> None:
        for constant in part.co_consts:
            if not isinstance(constant, types.CodeType):
                at_import.extend([] if is_function else [repr(constant)])
                continue
            inside = is_function or bool(constant.co_flags & inspect.CO_OPTIMIZED)
            if inside:
                place = _place(constant)
                twice = place in functions
                at_import.append(object() if twice else (place, constant.co_freevars))
                functions[place] = constant
            else:
                at_import.extend([constant.co_code, constant.co_names])
            collect(constant, is_function=inside)

    collect(code, is_function=False)
    return at_import, functions


def _place(code: types.CodeType) -> Place:
    return code.co_qualname, code.co_firstlineno


class Trials:
    """Replaces pytest's run of tests: puts each mutant into a fork of the process, and runs its tests."""

    def __init__(self, path: Path, patience: float) -> None:
        self._path = path
        self._patience = patience
        self.planned: list[tuple[Mutant, Functions, Collection[str]]] = []
        self.left: list[Mutant] = []
        self.is_sound = False
        """Whether the tests, loaded again, pass without a mutant."""

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        collected = not session.testsfailed
        self.is_sound = collected and not fails_apart(lambda: _is_any_red(session.items), self._patience)
        if self.is_sound:
            self._try(session)
        return True

    def _try(self, session: pytest.Session) -> None:
        gc.unfreeze()  # what is frozen is not among the objects
        every = (thing for thing in gc.get_objects() if isinstance(thing, types.FunctionType))
        live = [function for function in every if function.__code__.co_filename == str(self._path.resolve())]
        for mutant, functions, tests in self.planned:
            items = [item for item in session.items if FIXTURES in tests or item.nodeid in tests]

            def fails(functions: Functions = functions, items: Sequence[pytest.Item] = items) -> bool:
                for function in live:
                    function.__code__ = functions.get(_place(function.__code__), function.__code__)
                return _is_any_red(items)

            if not fails_apart(fails, self._patience):
                self.left.append(mutant)


def _is_any_red(items: Sequence[pytest.Item]) -> bool:
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if item.session.testsfailed:
            return True
    return False


def run_tests(tests: Sequence[str], *plugins: object) -> bool:
    """Whether a test fails, or an import does."""
    # When pytest runs several times in a process, its plugins are imported already.
    again = "ignore::pytest.PytestAssertRewriteWarning"
    options = ["-x", "-q", "-p", "no:cacheprovider", "-o", "timeout=0", "-W", again]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return bool(pytest.main([*options, *tests], plugins))


def fails_apart(trial: Callable[[], bool], patience: float) -> bool:
    """Whether the trial fails, in a process of its own."""
    child = os.fork()
    if child == 0:
        signal.alarm(int(patience))
        failed = True
        with contextlib.suppress(BaseException):
            failed = trial()
        os._exit(failed)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def forget_modules() -> None:
    """Modules that stay are already loaded in every child."""
    for loaded in [other for other in sys.modules if other.partition(".")[0] in ("rh_ui", "tests")]:
        del sys.modules[loaded]


def examine(path: Path, tests: Sequence[str]) -> tuple[int, list[Mutant]]:
    """The number of mutants, and those that no test noticed."""
    name = ".".join(path.with_suffix("").parts)
    module = importlib.import_module(name)
    found = list(mutants(path.read_text("utf-8"), lambda word: _members(module, word)))
    forget_modules()
    began, coverage = time.monotonic(), Coverage(data_file=None, include=[str(path)], config_file=False)
    with coverage.collect():
        if run_tests(tests, Reach(coverage)):
            raise SystemExit(f"{' '.join(tests)} fail without any mutant")
    patience = 20 + PATIENCE * (time.monotonic() - began)
    reached = coverage.get_data().contexts_by_lineno(str(path.resolve()))
    forget_modules()

    at_import, _ = functions_of(compile(path.read_text("utf-8"), "", "exec"))
    trials, anew = Trials(path, patience), []
    for mutant in found:
        broken_at_import, functions = functions_of(mutant.code)
        wanted = {test for line in mutant.lines for test in reached.get(line, ())}
        if broken_at_import == at_import and AT_IMPORT not in wanted:
            trials.planned.append((mutant, functions, wanted))
        else:
            anew.append(mutant)
    again = f"{' '.join(tests)} fail without any mutant when they are loaded again"
    if run_tests(tests, trials) or not trials.is_sound:
        raise SystemExit(again)
    forget_modules()
    if anew and fails_apart(lambda: run_tests(tests), patience):
        raise SystemExit(again)

    def fails(mutant: Mutant) -> bool:
        sys.meta_path.insert(0, MutantFinder(name, mutant))
        return run_tests(tests)

    left = [mutant for mutant in anew if not fails_apart(partial(fails, mutant), patience)]
    return len(found), sorted([*trials.left, *left], key=lambda mutant: mutant.line)


def _members(module: types.ModuleType, word: str) -> Sequence[str]:
    return list(getattr(getattr(module, word, None), "__members__", ()))


def count(modules: Sequence[Path], tests: Sequence[str], least: int = 100) -> int:
    """The number of modules with a smaller share of noticed mutants than `least` per cent."""
    short = 0
    for path in modules:
        mutants, survivors = examine(path, tests)
        share = 100 * (mutants - len(survivors)) // mutants if mutants else 100
        short += share < least
        sys.stdout.write(f"{path}: {mutants - len(survivors)} of {mutants} noticed ({share} %)\n")
        for mutant in survivors:
            sys.stdout.write(f"  {path}:{mutant.line}: {mutant.what}\n")
        sys.stdout.flush()
    return short


def count_listed(listed: Path) -> int:
    """The same for the modules of a list, each with the tests of its group."""
    told = tomllib.loads(listed.read_text("utf-8"))
    short = 0
    for group in told["group"]:
        modules = [path for pattern in group["modules"] for path in sorted(Path().glob(pattern))]
        short += count(modules, group["tests"], told["least"])
    return short


def main(words: Sequence[str]) -> int:
    """Returns 0 where enough mutants were noticed: all, or as many as a list says."""
    if "--" not in words:
        return bool(sum(count_listed(Path(word)) for word in words))
    at = list(words).index("--")
    return bool(count([Path(word) for word in words[:at]], words[at + 1 :]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
