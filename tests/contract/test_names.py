"""What docstrings, comments and documents name exists: modules, classes, functions, tests, files, records."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.contract.names import (
    FILE,
    defined,
    explanations,
    lost_files,
    lost_names,
    python_files,
    script_files,
)
from tests.contract.source import ROOT

STRANGE = {"0007-short-name.md", "upload.mp3", "NumberFormat"}
"""Made up for an example, or a browser's."""
CODE = re.compile(r"`([^`\n]+)`")
SNAKE = re.compile(r"(?<![\w.])[a-z]+(?:_[a-z0-9]+)+\b(?![./(])")
PLACE = re.compile(r"\b(?:rh_ui|assets|tests|docs|scripts)/[\w./-]*\w")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
DATA = ROOT / "rh_ui" / "catalog" / "data" / "README.md"
DOCUMENTS = [ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")), DATA]


def test_what_docstrings_and_comments_name_exists() -> None:
    lost = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in (*python_files(), *script_files())
        for line, text in explanations(path)
        for name in (*lost_files(text, path), *(lost_names(text) if path.suffix == ".py" else ()))
    ]
    assert lost == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_names_exists(document: Path) -> None:
    """Names in documents are code; in a fenced block (```) everything counts."""
    text = document.read_text("utf-8")
    named = [*CODE.findall(FENCED.sub("", text)), *FENCED.findall(text)]
    lost = [name for said in named for name in (*lost_files(said, document), *lost_names(said))]
    assert set(lost) - STRANGE == set()


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_modules_and_folders_of_the_guides_exist(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    said = " ".join([*CODE.findall(FENCED.sub("", text)), *FENCED.findall(text)])
    assert [found for found in SNAKE.findall(FILE.sub("", said)) if found not in defined()] == []
    assert [found for found in PLACE.findall(said) if not (ROOT / found).exists()] == []


def test_a_name_that_is_gone_is_found() -> None:
    said = "`NoSuchClass`, no_such_call(), domain.NoSuch, test_no_such domain.short and decision 0999"
    assert lost_names(said) == [
        "test_no_such",
        "NoSuchClass",
        "NoSuch",
        "no_such_call()",
        "domain.NoSuch",
        "domain.short",
        "decision 0999",
    ]
    assert lost_names("`RunService`, domain.Task, i18n.format, short(), RunningHub and decision 0001") == []
    assert lost_files("rh_ui/no_such.py, domain.py and tests/no_such.py", ROOT / "app.py") == [
        "rh_ui/no_such.py",
        "tests/no_such.py",
    ]
