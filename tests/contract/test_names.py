"""What docstrings, comments and documents name exists: modules, classes, functions, tests, files and records."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.contract.names import explanations, lost_files, lost_names, python_files, script_files
from tests.contract.source import ROOT

MADE_UP = {"0007-short-name.md", "upload.mp3"}
CODE = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
DOCUMENTS = [ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

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
    """Names stand there as code; in a picture (```) everything counts."""
    text = document.read_text("utf-8")
    named = [*CODE.findall(FENCED.sub("", text)), *FENCED.findall(text)]
    lost = [name for said in named for name in (*lost_files(said, document), *lost_names(said))]
    assert set(lost) - MADE_UP == set()


def test_a_name_that_is_gone_is_found() -> None:
    said = "`NoSuchClass`, no_such_call(), domain.NoSuch, test_no_such and decision 0999"
    assert lost_names(said) == [
        "test_no_such",
        "NoSuchClass",
        "NoSuch",
        "no_such_call()",
        "domain.NoSuch",
        "decision 0999",
    ]
    assert lost_names("`RunService`, domain.Task, short(), RunningHub and decision 0001") == []
    assert lost_files("rh_ui/no_such.py, domain.py and tests/no_such.py", ROOT / "app.py") == [
        "rh_ui/no_such.py",
        "tests/no_such.py",
    ]
