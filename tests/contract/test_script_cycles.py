"""The page's scripts import each other in one direction, without cycles."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from tests.contract.source import ROOT
from tests.contract.test_house_rules import cycle

SCRIPTS: Final = ROOT / "assets" / "js"
IMPORT: Final = re.compile(r"""^\s*(?:import|export)\b[^;"'(]*?["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)
"""What is loaded with the module; a module that is loaded later, by `await import`, closes no circle."""


def imported(path: Path, text: str) -> set[str]:
    """The modules that a script loads statically, by their paths below SCRIPTS."""
    found = (os.path.normpath(path.parent / name) for name in IMPORT.findall(text))
    return {os.path.relpath(name, SCRIPTS) for name in found}


def test_no_script_needs_one_that_needs_it() -> None:
    edges = {
        str(path.relative_to(SCRIPTS)): imported(path, path.read_text("utf-8"))
        for path in sorted(SCRIPTS.rglob("*.js"))
    }
    assert sum(map(len, edges.values())) > len(edges) > 20, "the imports are seen"
    assert {name for found in edges.values() for name in found} <= set(edges)
    assert cycle(edges) == []


def test_every_way_to_import_is_seen() -> None:
    text = (
        'import "./a.js";\nimport { x,\n  y } from "../b.js";\nexport { z } from "./c/d.js";\n'
        '// import("./type.js")\nconst later = () => import("./later.js");\nimport h from "preact";\n'
    )
    assert imported(SCRIPTS / "room" / "m.js", text) == {"room/a.js", "b.js", "room/c/d.js"}
