"""Every name that our source defines, for the tests of documents and docstrings."""

from __future__ import annotations

import ast
import builtins
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from tests.contract.source import ROOT

FOLDERS: Final = ("rh_ui", "tests", "scripts", "bench")
IN_SCRIPT: Final = re.compile(
    r"\b(?:class|function\*?|const|let) (\w+)|^\s+(?:async |static |get )*#?(\w+)\(|\} (\w+)$", re.MULTILINE
)
TYPE_IN_SCRIPT: Final = re.compile(r"\{[^}]*\}|import\([^)]*\)|@import .*")
COMMENT_IN_SCRIPT: Final = re.compile(r"(?:^|\s)//[^\n]*|/\*.*?\*/", re.DOTALL)
FILE: Final = re.compile(r"(?<![\w.])[\w./-]*\w\.(?:py|js|d\.ts|toml|md|sh|css)\b(?!\.\w)")
TEST: Final = re.compile(r"\btest_\w+\b(?!\.py)")
CALL: Final = re.compile(r"(?<![\w.])(\w+)\(\)")
DOTTED: Final = re.compile(r"(?<![\w./-])[a-z_]\w*(?:\.[A-Za-z_]\w*)+\b(?![/(])")
CAMEL: Final = re.compile(r"\b[A-Z][a-z0-9]+[A-Z]\w*\b")
RECORD: Final = re.compile(r"\bdecisions?[ /](\d{4})\b")
PROPER: Final = frozenset({
    "ComfyUI", "DracoPy", "GiB", "JavaScript", "LoRA", "LoRAs", "LoadImage", "NaN", "OpenAPI", "OpenID",
    "PixivUtil2", "PostgreSQL", "PyAV", "QuickTime", "RunningHub", "SaveImage", "TypeScript", "WebAssembly",
    "WebGL", "WebGPU", "WebM", "WebP",
})  # fmt: skip
"""Products and formats; all else in this spelling is a class."""


@cache
def python_files() -> tuple[Path, ...]:
    found = (path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")))
    return (ROOT / "app.py", *found)


@cache
def script_files() -> tuple[Path, ...]:
    """The scripts of the page, of its build and of its tests."""
    folders = (
        ROOT / "assets" / "js",
        ROOT / "assets" / "inline",
        ROOT / "scripts",
        ROOT / "tests" / "frontend",
    )
    found = (path for folder in folders for path in sorted(folder.rglob("*.js")))
    return tuple(path for path in found if "vendor" not in path.parts)


@cache
def defined() -> frozenset[str]:
    """Modules, packages, classes, functions, constants, attributes, imported names, in both languages."""
    names: set[str] = {*dir(builtins), "isfile"}
    for path in python_files():
        names |= {path.stem, path.parent.name}
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names |= set(_names(node))
    for path in script_files():
        names.add(path.stem)
        names |= {name for found in IN_SCRIPT.findall(path.read_text("utf-8")) for name in found}
    return frozenset(names)


def _names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name
        case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name) | ast.arg(arg=name):
            yield name
        case ast.alias(name=name):
            yield name.rpartition(".")[2]


@cache
def _within() -> dict[str, frozenset[str]]:
    """By the name of a module or a folder: what is defined or imported in it, and its files."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in python_files():
        found[path.parent.name].add(path.stem)
        found[path.parent.parent.name].add(path.parent.name)
        of = path.parent.name if path.stem == "__init__" else path.stem
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            found[of] |= set(_names(node))
    return {name: frozenset(names) for name, names in found.items()}


def _leads_on(place: str, name: str) -> bool:
    """Whether a dotted name can continue like this; attributes of classes are looked up among all names."""
    return name in _within().get(place, defined())


@cache
def modules() -> frozenset[str]:
    """The modules' own names, without their packages."""
    return frozenset(path.parent.name if path.stem == "__init__" else path.stem for path in python_files())


@cache
def _files() -> frozenset[str]:
    """The names of all files of the project."""
    folders = (*FOLDERS, "assets", "docs")
    return frozenset(path.name for folder in folders for path in (ROOT / folder).rglob("*.*")) | {
        path.name for path in ROOT.iterdir()
    }


def explanations(path: Path) -> Iterator[tuple[int, str]]:
    """Docstrings (also those of fields) and comments of a file, with their lines; of a script without its
    types, which tsc checks."""
    text = path.read_text("utf-8")
    if path.suffix == ".js":
        for found in COMMENT_IN_SCRIPT.finditer(text):
            yield text.count("\n", 0, found.start()) + 1, TYPE_IN_SCRIPT.sub("", found.group())
        return
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(said))):
                yield node.lineno, said
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def lost_files(text: str, beside: Path) -> list[str]:
    """Paths that do not exist: from the root, from rh_ui, assets/js or tests, or from the file itself; a bare
    name may be any file's."""
    bases = (ROOT, ROOT / "rh_ui", ROOT / "assets" / "js", ROOT / "tests", beside.parent)
    return [
        name
        for name in FILE.findall(text)
        if not (name in _files() if "/" not in name else any((base / name).exists() for base in bases))
    ]


def lost_names(text: str) -> list[str]:
    """Tests, classes, functions, modules and decision records that do not exist."""
    known = defined()
    lost = [name for name in TEST.findall(text) if name not in known]
    lost += [name for name in CAMEL.findall(text) if name not in known | PROPER]
    lost += [f"{name}()" for name in CALL.findall(text) if name not in known]
    for name in DOTTED.findall(FILE.sub("", text)):
        parts = name.split(".")
        if parts[0] in modules() | {"rh_ui"} and not all(map(_leads_on, parts, parts[1:])):
            lost.append(name)
    records = {path.name[:4] for path in (ROOT / "docs" / "decisions").glob("0*.md")}
    return lost + [f"decision {number}" for number in RECORD.findall(text) if number not in records]
