"""The house rules that no linter checks: sizes, names, cycles, and imports without side effects."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache

import pytest

from tests.contract.source import ROOT, Module, program, within

LONGEST_FILE = 399
LONGEST_FUNCTION = 59
APP_LINES = 41
NO_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "misc"})
NO_CALLS = frozenset({"print", "hash"})
BROAD = ("Exception", "BaseException")

MAY_CATCH_ALL = (
    "rh_ui.engine.rounds",
    "rh_ui.engine.step_runner",
    "rh_ui.engine.scheduler",
    "rh_ui.ui",
)
"""The engine's worker loop and the boundary of the page."""

CODE_AT = {"TaskError": 0, "fail": 1, "_refuse": 1, "_refused": 1, "_end_unsent": 1}
"""Calls that name the code of a fault, and which argument that is."""

SOURCES = [
    path
    for folder in ("rh_ui", "tests", "scripts", "bench")
    for path in sorted((ROOT / folder).rglob("*.py"))
] + [ROOT / "app.py"]


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_faults_of_our_own_come_from_the_list_that_has_words_in_each_language() -> None:
    """A `RunFault`, not a text of its own."""
    written = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room in ("engine", "services", "persistence")
        for path in sorted((ROOT / "rh_ui" / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        for at in [CODE_AT.get(ast.unparse(node.func).rpartition(".")[2], len(node.args))]
        if any(isinstance(given, ast.Constant) for given in node.args[at : at + 1])
    ]
    assert written == []


def test_files_are_short() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}
    assert lengths["app.py"] <= APP_LINES


def test_functions_are_short() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {length(node)} lines"
        for path in SOURCES
        for node in functions(ast.parse(path.read_text("utf-8")))
        if length(node) > LONGEST_FUNCTION
    ]
    assert long == []


def test_names_say_something() -> None:
    assert [str(path.relative_to(ROOT)) for path in SOURCES if path.stem in NO_NAMES] == []
    assert [str(path.relative_to(ROOT)) for path in SOURCES if NO_NAMES & set(path.parent.parts)] == []


def test_every_module_says_what_lives_there() -> None:
    silent = [module.name for module in program().values() if module.text.strip() and not _says(module)]
    assert silent == []


def _says(module: Module) -> bool:
    return bool(ast.get_docstring(module.tree))


def test_no_print_no_global_and_no_hash() -> None:
    """The hash of a text differs between two programs, but not between those of the tests (decision 0053)."""
    found = [
        f"{module.path.relative_to(ROOT)}:{node.lineno}"
        for module in program().values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Global)
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NO_CALLS)
    ]
    assert found == []


def catches_all(node: ast.ExceptHandler) -> bool:
    """Whether the handler catches everything; one that ends with raise only cleans up."""
    if isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None:
        return False
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id in BROAD) for kind in kinds)


def test_tests_reload_a_page_by_the_one_way_that_waits_for_its_layers() -> None:
    others = [path for path in (ROOT / "tests" / "browser").glob("*.py") if path.name != "conftest.py"]
    assert [path.name for path in others if ".reload()" in path.read_text("utf-8")] == []


def test_broad_excepts_stay_in_their_places() -> None:
    found = [
        f"{module.path.relative_to(ROOT)}:{node.lineno}"
        for module in program().values()
        if not any(within(module.name, place) for place in MAY_CATCH_ALL)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler) and catches_all(node)
    ]
    assert found == []


def test_no_import_cycles() -> None:
    assert cycle({module.name: targets(module) for module in program().values()}) == []


def test_a_cycle_is_seen() -> None:
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == ["a", "b", "c"]


def targets(module: Module) -> set[str]:
    """The modules of the program that this one imports: the longest part of each name that is a module."""
    found = set()
    for name, _ in module.imports():
        while name and name not in program():
            name = name.rpartition(".")[0]
        if name and name != module.name:
            found.add(name)
    return found


def cycle(edges: dict[str, set[str]]) -> list[str]:
    """The members of one cycle in import order; empty when there is none."""
    done: set[str] = set()

    def walk(name: str, trail: list[str]) -> list[str]:
        if name in trail:
            return trail[trail.index(name) :]
        if name in done:
            return []
        for following in sorted(edges.get(name, ())):
            if found := walk(following, [*trail, name]):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(edges) if (found := walk(name, []))), [])


WATCHER = """
import importlib, json, os, sys
root, names = sys.argv[1], sys.argv[2:]
touched = []

def asker():
    # The nearest frame that is neither the standard library's nor an import's: whoever really asks.
    frame = sys._getframe(2)
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith('<frozen importlib'):
            return ''
        if path.startswith(root + '/rh_ui') or path == root + '/app.py':
            return path[len(root) + 1:]
        if 'site-packages' in path or path == '<string>':
            return ''
        frame = frame.f_back
    return ''

def watch(event, details):
    if event == 'open' and (by := asker()) and not str(details[0]).endswith(('.py', '.pyc')):
        touched.append(f'{by} opens {details[0]}')
sys.addaudithook(watch)

class Watched(type(os.environ)):
    def __getitem__(self, name):
        if by := asker():
            touched.append(f'{by} reads ${name}')
        return super().__getitem__(name)
    def get(self, name, default=None):
        if by := asker():
            touched.append(f'{by} reads ${name}')
        return super().get(name, default)
os.environ.__class__ = Watched
for name in names:
    importlib.import_module(name)
print(json.dumps(touched))
"""


@cache
def touched_by_importing(*names: str, root: str = str(ROOT)) -> list[str]:
    """The files and environment variables that a fresh process reads while it imports these modules."""
    answer = subprocess.run(
        [sys.executable, "-c", WATCHER, root, *names],
        cwd=root, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    found: list[str] = json.loads(answer.stdout.splitlines()[-1])
    return found


@pytest.mark.slow
def test_importing_reads_no_file_and_no_environment() -> None:
    # Alembic runs its env.py and the versions itself; they can't be imported alone.
    names = [name for name in program() if not within(name, "rh_ui.persistence.migrations")]
    assert touched_by_importing(*names) == []


def test_the_watcher_sees_a_read(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("watched").resolve()
    (folder / "rh_ui").mkdir()
    (folder / "rh_ui" / "bad.py").write_text(
        "import os, pathlib\nos.environ.get('X')\npathlib.Path(__file__).with_name('a.toml').read_text()\n"
    )
    (folder / "rh_ui" / "a.toml").write_text("")
    touched = touched_by_importing("rh_ui.bad", root=str(folder))
    assert len(touched) == 2
    assert "reads $X" in touched[0]
    assert "a.toml" in touched[1]
