"""The direction of imports: which package may import which, and where each library is used. A new pair needs
a decision."""

from __future__ import annotations

import ast
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path

from tests.contract.source import Module, program, within

LEAVES = (
    "rh_ui.domain",
    "rh_ui.marks",
    "rh_ui.people",
    "rh_ui.budget_rules",
    "rh_ui.reconciliation",
    "rh_ui.errors",
    "rh_ui.file_types",
    "rh_ui.quarantine",
)

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "rh_ui.people": (),
    "rh_ui.domain": ("rh_ui.people",),
    "rh_ui.errors": (),
    "rh_ui.marks": (),
    "rh_ui.budget_rules": ("rh_ui.domain", "rh_ui.errors", "rh_ui.people"),
    "rh_ui.reconciliation": ("rh_ui.budget_rules", "rh_ui.domain", "rh_ui.people"),
    "rh_ui.file_types": ("rh_ui.domain",),
    "rh_ui.quarantine": (),
    "rh_ui.log": (),
    "rh_ui.account_settings": ("rh_ui.domain",),
    "rh_ui.config": (*LEAVES, "rh_ui.account_settings"),
    "rh_ui.i18n": ("rh_ui.domain",),
    "rh_ui.error_codes": ("rh_ui.errors", "rh_ui.i18n"),
    "rh_ui.catalog": (*LEAVES, "rh_ui.i18n"),
    "rh_ui.runninghub": (*LEAVES, "rh_ui.error_codes"),
    "rh_ui.persistence": LEAVES,
    "rh_ui.media": LEAVES,
    "rh_ui.storage": (*LEAVES, "rh_ui.media"),
    "rh_ui.emulator": (
        *LEAVES,
        "rh_ui.catalog.loader",
        "rh_ui.catalog.schema",
        "rh_ui.catalog.roles",
        "rh_ui.catalog.rules",
        "rh_ui.media.decode",
        "rh_ui.media.fonts",
    ),
    "rh_ui.engine": (
        *LEAVES,
        "rh_ui.error_codes",
        "rh_ui.catalog",
        "rh_ui.runninghub",
        "rh_ui.persistence",
        "rh_ui.storage",
        "rh_ui.media",
    ),
    "rh_ui.services": (
        *LEAVES,
        "rh_ui.engine",
        "rh_ui.catalog",
        "rh_ui.runninghub",
        "rh_ui.persistence",
        "rh_ui.storage",
        "rh_ui.media",
    ),
    "rh_ui.web": (
        *LEAVES,
        "rh_ui.config",
        "rh_ui.error_codes",
        "rh_ui.i18n",
        "rh_ui.services",
        "rh_ui.engine",
        "rh_ui.catalog",
        "rh_ui.storage",
        "rh_ui.media",
    ),
    "rh_ui.ui": (
        *LEAVES,
        "rh_ui.error_codes",
        "rh_ui.config",
        "rh_ui.i18n",
        "rh_ui.web",
        "rh_ui.services",
        "rh_ui.engine",
        "rh_ui.catalog",
        "rh_ui.storage",
        "rh_ui.media",
        "rh_ui.persistence.run_queries",
    ),
    "rh_ui.start_checks": ("rh_ui.errors",),
    "rh_ui.terminal": ("rh_ui.errors",),
    "rh_ui.start_rules": (
        *LEAVES,
        "rh_ui.config",
        "rh_ui.terminal",
        "rh_ui.start_checks",
        "rh_ui.services",
    ),
    "rh_ui.__main__": (
        *LEAVES,
        "rh_ui.config",
        "rh_ui.terminal",
        "rh_ui.services",
        "rh_ui.people_parts",
    ),
    "rh_ui.opening": (*LEAVES, "rh_ui.config", "rh_ui.persistence", "rh_ui.storage"),
    "rh_ui.people_parts": (
        *LEAVES,
        "rh_ui.config",
        "rh_ui.opening",
        "rh_ui.start_checks",
        "rh_ui.persistence",
        "rh_ui.services",
    ),
    "rh_ui.account_parts": (
        *LEAVES,
        "rh_ui.account_settings",
        "rh_ui.config",
        "rh_ui.opening",
        "rh_ui.catalog",
        "rh_ui.runninghub",
        "rh_ui.persistence",
        "rh_ui.emulator",
        "rh_ui.engine",
        "rh_ui.services",
    ),
    "rh_ui.bootstrap": (
        "rh_ui.account_settings",
        "rh_ui.account_parts",
        "rh_ui.start_checks",
        "rh_ui.start_rules",
        "rh_ui.opening",
        "rh_ui.people_parts",
        *LEAVES,
        "rh_ui.config",
        "rh_ui.catalog",
        "rh_ui.runninghub",
        "rh_ui.persistence",
        "rh_ui.storage",
        "rh_ui.media",
        "rh_ui.engine",
        "rh_ui.services",
    ),
    "app": ("rh_ui.log", "rh_ui.errors", "rh_ui.config", "rh_ui.bootstrap", "rh_ui.ui"),
}
"""Place → the places of the program it may import; its own is always allowed."""

HOMES: dict[str, tuple[str, ...]] = {
    "gradio": ("rh_ui.ui",),
    "fastapi": ("rh_ui.web", "rh_ui.ui"),
    "anyio": ("rh_ui.web.api.routing",),
    "typing_extensions": ("rh_ui.web",),
    "sse_starlette": ("rh_ui.web",),
    "starlette": ("rh_ui.web", "rh_ui.ui", "rh_ui.emulator"),
    "brotli": ("rh_ui.web.middleware.response_cache",),
    "uvicorn": ("rh_ui.ui", "rh_ui.emulator"),
    "requests": ("rh_ui.runninghub",),
    "urllib3": ("rh_ui.runninghub",),
    "websockets": ("rh_ui.runninghub",),
    "sqlalchemy": ("rh_ui.persistence",),
    "alembic": ("rh_ui.persistence",),
    "filelock": ("rh_ui.persistence",),
    "xlsxwriter": ("rh_ui.web.serializers",),
    "pandas": ("rh_ui.persistence.history_rows", "rh_ui.ui"),
    "PIL": ("rh_ui.media", "rh_ui.emulator"),
    "pi_heif": ("rh_ui.media",),
    "zipstream": ("rh_ui.storage",),
    "av": ("rh_ui.media", "rh_ui.emulator"),
    "DracoPy": ("rh_ui.media.draco",),
    "trimesh": ("rh_ui.media", "rh_ui.emulator"),
    "numpy": ("rh_ui.media", "rh_ui.emulator"),
    "fsspec": ("rh_ui.storage",),
    "pydantic": (
        "rh_ui.catalog",
        "rh_ui.i18n",
        "rh_ui.config",
        "rh_ui.account_settings",
        "rh_ui.runninghub",
        "rh_ui.media.provenance",
        "rh_ui.web",
        "rh_ui.ui",
    ),
    "pydantic_settings": ("rh_ui.config",),
    "tomlkit": ("rh_ui.catalog",),
    "rapidfuzz": ("rh_ui.catalog",),
    "authlib": ("rh_ui.services.openid",),
    "joserfc": ("rh_ui.services.openid",),
    "argon2": ("rh_ui.services.passwords",),
    "limits": ("rh_ui.services.sign_in_throttle",),
}
"""Library → the places that may import it. One that is not here is used nowhere."""


def place_of(name: str) -> str:
    """The row of MAY_IMPORT for a module; empty for the package itself."""
    return next((place for place in MAY_IMPORT if within(name, place)), "")


def faults(modules: Iterable[Module]) -> list[str]:
    """Every import in the wrong direction, or of a library that belongs elsewhere."""
    found = []
    for module in modules:
        place = place_of(module.name)
        for name, line in module.imports():
            where = f"{module.path.name}:{line}: {module.name} imports {name}"
            top = name.partition(".")[0]
            if top in ("rh_ui", "app"):
                allowed = (place, *MAY_IMPORT.get(place, ()))
                if not any(within(name, room) for room in allowed if room) and not _is_own_package(name):
                    found.append(where)
            elif top not in sys.stdlib_module_names and not any(
                within(module.name, home) for home in HOMES.get(top, ())
            ):
                found.append(f"{where} (lives in {', '.join(HOMES.get(top, ())) or 'no place yet'})")
    return found


def _is_own_package(name: str) -> bool:
    """`from rh_ui import log` reads as rh_ui.log, which has a row; only the bare package is free."""
    return name == "rh_ui"


def test_every_module_has_a_row() -> None:
    assert [name for name in program() if not place_of(name) and name != "rh_ui"] == []


def test_imports_point_down_and_libraries_stay_at_home() -> None:
    assert faults(program().values()) == []


def test_every_row_and_home_is_used() -> None:
    """A permission that nobody needs is removed."""
    imports = [(module.name, name) for module in program().values() for name, _ in module.imports()]
    unused = [
        f"{place} → {room}"
        for place, rooms in MAY_IMPORT.items()
        if place != "rh_ui.ui" and place != "app"
        for room in rooms
        if room not in LEAVES and not any(within(by, place) and within(name, room) for by, name in imports)
    ]
    unused += [library for library in HOMES if not any(within(name, library) for _, name in imports)]
    assert unused == []


def test_the_check_sees_a_wrong_import() -> None:
    """The check itself: each of these must be found, and the last must not."""
    cases = {
        "rh_ui.web.serializers.form": "from rh_ui.runninghub.client import Client",
        "rh_ui.ui.tabs.history": "from rh_ui.persistence import database",
        "rh_ui.catalog.validation": "import rh_ui.media.probe",
        "rh_ui.media.probe": "import requests",
        "rh_ui.engine.engine": "def late() -> None:\n    import sqlalchemy.orm",
        "rh_ui.domain": "from rh_ui.errors import StudioError",
        "rh_ui.emulator.v2_api": "from rh_ui.catalog.validation import check",
        "rh_ui.persistence.leases": "import leftpad",
    }
    for name, text in cases.items():
        assert len(faults([_module(name, text)])) == 1, name
    assert faults([_module("rh_ui.ui.page", "from rh_ui.persistence.run_queries import History")]) == []


def _module(name: str, text: str) -> Module:
    return Module(name, Path(f"{name}.py"), text, ast.parse(textwrap.dedent(text)), False)
