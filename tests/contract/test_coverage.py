"""docs/coverage.md can't drift: every test it names exists, and the emulator answers every path it names."""

from __future__ import annotations

import re

from tests.contract.source import ROOT

ROWS = [
    [cell.strip() for cell in line.strip("|\n ").split("|")]
    for line in (ROOT / "docs" / "coverage.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| Capability")
]
CODE = re.compile(r"`([^`]+)`")


def test_every_row_is_whole_and_names_a_test_that_exists() -> None:
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"^(?:async )?def (test_\w+)", tests, re.MULTILINE))
    assert len(ROWS) > 10
    for row in ROWS:
        assert len(row) == 4 and all(row), row
        assert CODE.findall(row[3]) and set(CODE.findall(row[3])) <= named, row


def test_the_emulator_answers_every_path() -> None:
    server = (ROOT / "rh_ui" / "emulator" / "server.py").read_text("utf-8")
    paths = [path for row in ROWS for path in CODE.findall(row[1])]
    assert paths and [path for path in paths if f'"{path}"' not in server] == []
