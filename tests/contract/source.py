"""The project's own source as syntax trees, read once for the contract tests."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Module:
    """One source file of the program."""

    name: str
    """Dotted, a package without `.__init__`."""
    path: Path
    text: str
    tree: ast.Module
    is_package: bool

    def imports(self) -> list[tuple[str, int]]:
        """Every name this module imports, dotted and absolute, with its line; `from a import b` gives a.b."""
        found: list[tuple[str, int]] = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [(alias.name, node.lineno) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = self._base(node)
                found += [(f"{base}.{alias.name}", node.lineno) for alias in node.names]
        return found

    def _base(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        kept = len(parts) - node.level + (1 if self.is_package else 0)
        return ".".join([*parts[:kept], *([node.module] if node.module else [])])


@cache
def program() -> dict[str, Module]:
    """All modules of the program by dotted name: rh_ui and app."""
    paths = [ROOT / "app.py", *sorted((ROOT / "rh_ui").rglob("*.py"))]
    return {module.name: module for module in map(read, paths)}


def read(path: Path, root: Path = ROOT) -> Module:
    """Parse one file below `root`."""
    parts = list(path.relative_to(root).with_suffix("").parts)
    is_package = parts[-1] == "__init__"
    text = path.read_text(encoding="utf-8")
    name = ".".join(parts[:-1] if is_package else parts)
    return Module(name, path, text, ast.parse(text, str(path)), is_package)


def within(name: str, place: str) -> bool:
    """Whether a dotted name is `place` or is inside it."""
    return name == place or name.startswith(place + ".")
