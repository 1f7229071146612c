"""A part is used through its own methods: nobody calls a method of an object inside another one.

`owner.inner.act()` is a fault where `owner` is an object of the program with behaviour (no dataclass, enum or
other value), and its attribute `inner` has behaviour too, also with values in between. Types are read from
the annotations, which mypy checks. Modules, values and objects of libraries are not such parts.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.contract.source import Module, program, within

VALUES = frozenset(
    {"dataclass", "NamedTuple", "Enum", "StrEnum", "IntEnum", "BaseModel", "BaseSettings", "TypedDict"}
)
"""What makes a class a value: its decorator, or one of its bases."""
PLACES = ("rh_ui", "app")


@dataclass
class Kind:
    """A class of the program: whether it is a value, and the classes that its attributes hold."""

    name: str
    is_value: bool
    bases: tuple[str, ...]
    attributes: dict[str, str] = field(default_factory=dict)
    methods: dict[str, str] = field(default_factory=dict)
    """What each method or property gives."""


def last_name(node: ast.expr | None) -> str:
    """The last name of a decorator, base or annotation; empty where there is none."""
    if isinstance(node, ast.Call):
        return last_name(node.func)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def named(annotation: ast.expr | None) -> str:
    """The class that an annotation names; `X | None` and `Final[X]` name X."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return named(ast.parse(annotation.value, mode="eval").body)
    if isinstance(annotation, ast.BinOp):
        return named(annotation.left) or named(annotation.right)
    if isinstance(annotation, ast.Subscript) and last_name(annotation.value) in ("Final", "ClassVar"):
        return named(annotation.slice)
    name = last_name(annotation)
    return "" if name in ("Final", "ClassVar") else name


def kinds_of(modules: Iterable[Module]) -> dict[str, Kind]:
    """All classes by name. Two classes of one name both count as values, so that none is wrongly reported."""
    found: dict[str, Kind] = {}
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                kind = _kind(node)
                known = found.get(kind.name)
                found[kind.name] = kind if known is None else Kind(kind.name, True, ())
    changed = True
    while changed:
        changed = False
        for kind in found.values():
            if not kind.is_value and any(found[base].is_value for base in kind.bases if base in found):
                kind.is_value = changed = True
    for node_kind in found.values():
        for attribute, made_by in node_kind.attributes.items():
            node_kind.attributes[attribute] = made_by if made_by in found else ""
    return found


def _kind(node: ast.ClassDef) -> Kind:
    bases = tuple(map(last_name, node.bases))
    marks = {*map(last_name, node.decorator_list), *bases}
    kind = Kind(node.name, bool(marks & VALUES), bases)
    for part in node.body:
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            kind.attributes[part.target.id] = named(part.annotation)
        elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            if any(last_name(mark) in ("property", "cached_property") for mark in part.decorator_list):
                kind.attributes[part.name] = named(part.returns)
            else:
                kind.methods[part.name] = named(part.returns)
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and part.name == "__init__":
            local = parameters(part)
            for target, value, annotation in assigned(part):
                if isinstance(target, ast.Attribute) and last_name(target.value) == "self":
                    kind.attributes.setdefault(target.attr, "")
                    kind.attributes[target.attr] = (
                        named(annotation)
                        or (local.get(value.id, "") if isinstance(value, ast.Name) else "")
                        or (last_name(value.func) if isinstance(value, ast.Call) else "")
                        or kind.attributes[target.attr]
                    )
    return kind


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, str]:
    given = function.args
    return {one.arg: named(one.annotation) for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)}


def assigned(
    function: ast.FunctionDef | ast.AsyncFunctionDef,
) -> Iterator[tuple[ast.expr, ast.expr | None, ast.expr | None]]:
    """Every target of an assignment with its value and its annotation."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    yield from ((a, b, None) for a, b in zip(target.elts, node.value.elts, strict=False))
                else:
                    yield target, node.value, None
        elif isinstance(node, ast.AnnAssign):
            yield node.target, node.value, node.annotation


class Reader:
    """Finds the class of an expression inside one function."""

    def __init__(self, kinds: Mapping[str, Kind], owner: str, known: Mapping[str, str]) -> None:
        self.kinds = kinds
        self.owner = owner
        self.known = dict(known)

    def kind(self, node: ast.expr) -> Kind | None:
        return self.kinds.get(self._name(node))

    def _name(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return self.owner if node.id in ("self", "cls") else self.known.get(node.id, "")
        if isinstance(node, ast.Attribute):
            return self._member(node, "attributes")
        if isinstance(node, ast.Call):
            made = last_name(node.func)
            if isinstance(node.func, ast.Name) and made in self.kinds:
                return made
            return self._member(node.func, "methods") if isinstance(node.func, ast.Attribute) else ""
        return ""

    def _member(self, node: ast.Attribute, of: str) -> str:
        kind = self.kind(node.value)
        while kind is not None:
            members: dict[str, str] = getattr(kind, of)
            if node.attr in members:
                return members[node.attr]
            kind = next((self.kinds[base] for base in kind.bases if base in self.kinds), None)
        return ""


def faults(modules: Iterable[Module], kinds: Mapping[str, Kind]) -> list[str]:
    """Every call of a method of an object inside another one."""
    found = []
    for module in modules:
        for owner, function in functions(module.tree):
            reader = Reader(kinds, owner, parameters(function))
            for target, value, annotation in assigned(function):
                if isinstance(target, ast.Name):
                    kind = reader.kind(value) if value is not None else None
                    reader.known[target.id] = named(annotation) or (kind.name if kind else "")
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    inner = node.func.value
                    if isinstance(inner, ast.Attribute) and _reaches_inside(reader, inner):
                        found.append(f"{module.path.name}:{node.lineno}: {ast.unparse(node.func)}()")
    return found


def _reaches_inside(reader: Reader, inner: ast.Attribute) -> bool:
    """Whether the inner object has behaviour, and some object on the way to it has too."""
    held, on_the_way = reader.kind(inner), False
    node: ast.expr = inner
    while isinstance(node, ast.Attribute):
        owner = reader.kind(node.value)
        own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
        on_the_way |= not own and owner is not None and not owner.is_value
        node = node.value
    return on_the_way and held is not None and not held.is_value


def functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function with the class that it is a method of, if it is one."""
    methods = {
        id(part): node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for part in node.body
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield methods.get(id(node), ""), node


@cache
def ours() -> tuple[Module, ...]:
    return tuple(m for name, m in program().items() if any(within(name, place) for place in PLACES))


def test_nobody_calls_what_another_object_holds_inside() -> None:
    assert faults(ours(), kinds_of(ours())) == []


CLASSES = """
    from dataclasses import dataclass
    class Store:
        def save(self) -> None: ...
    class Engine:
        def __init__(self, store: Store) -> None:
            self.store = store
        @property
        def inner(self) -> Store: ...
        def give(self) -> Store: ...
    class Actor:
        def __init__(self, store: Store) -> None:
            self.all: Final = Services(Engine(store), store)
    class Service:
        def __init__(self, engine: Engine) -> None:
            self._engine = engine
    @dataclass
    class Services:
        engine: Engine
        store: Store
"""


def judged(code: str) -> int:
    text = textwrap.dedent(CLASSES) + textwrap.dedent(code)
    module = Module("rh_ui.sample", Path("sample.py"), text, ast.parse(text), False)
    return len(faults([module], kinds_of([module])))


def test_the_check_sees_a_reach_inside() -> None:
    """The check itself: each of these must be found."""
    assert judged("def f(engine: Engine) -> None:\n    engine.store.save()") == 1
    assert judged("def f(engine: Engine | None) -> None:\n    engine.inner.save()") == 1
    assert judged("def f(all: Services) -> None:\n    all.engine.store.save()") == 1
    assert judged("def f(all: Services) -> None:\n    engine = all.engine\n    engine.store.save()") == 1
    assert judged("def f(actor: Actor) -> None:\n    actor.all.store.save()") == 1
    assert judged("class Other(Service):\n    def f(self) -> None:\n        self._engine.store.save()") == 1


def test_the_check_lets_own_parts_and_values_be() -> None:
    assert judged("def f(all: Services) -> None:\n    all.store.save()") == 0
    assert judged("def f(engine: Engine) -> None:\n    engine.give()") == 0
    assert judged("class More(Engine):\n    def f(self) -> None:\n        self.store.save()") == 0
    assert judged("class Two:\n    def __init__(self, all: Services) -> None:\n        self._all = all\n"
                  "    def f(self) -> None:\n        self._all.store.save()") == 0  # fmt: skip
