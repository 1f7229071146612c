"""Chinese sentences have no stray spaces: neither as they are written nor where several are put together."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pytest

from rh_ui.i18n import LANGUAGES
from rh_ui.i18n.loader import page_sentences, sentences, word_list

ROOT: Final = Path(__file__).parents[2]
STRAY: Final = re.compile(r"[。！？；：，、（）] | [。！？；：，、（）]|[\u4e00-\u9fff] +[\u4e00-\u9fff]")
JOINED: Final = {
    "rh_ui/web": re.compile(r'" "\.join\(\s*\[?\s*(?:words|sentence|translate)\('),
    "assets/js/features": re.compile(
        r'filter\(Boolean\)\.join\(" "\)|t\("[\w.]+"\)[^\n]{0,3}, " ", |\} \$\{t\('
    ),
}
"""Where texts of both languages are put together, and what puts a space between them in any language."""
CLASSES: Final = "class: ["


def texts(entry: object) -> list[str]:
    """Every Chinese text of a list of words."""
    if isinstance(entry, str):
        return [entry]
    if isinstance(entry, list):
        return [text for each in entry for text in texts(each)]
    return [text for each in entry.values() for text in texts(each)] if isinstance(entry, dict) else []


def chinese(entry: Any) -> list[str]:
    """What stands under `zh`, however deep."""
    if isinstance(entry, list):
        return [text for each in entry for text in chinese(each)]
    if not isinstance(entry, dict):
        return []
    found = texts(entry.get("zh", []))
    return found + [text for key, each in entry.items() if key != "zh" for text in chinese(each)]


@pytest.mark.parametrize(
    "name", ["fields", "options", "jobs", "models", "catalog", "price", "problem", "runs"]
)
def test_no_chinese_text_of_the_glossary_has_a_stray_space(name: str) -> None:
    found = chinese(word_list(name))
    assert found
    assert [text for text in found if STRAY.search(text)] == []


def test_no_chinese_sentence_of_the_page_has_a_stray_space() -> None:
    said = [*page_sentences("zh").values(), *(text["zh"] for text in sentences().values())]
    assert [text for text in said if STRAY.search(text)] == []
    assert len(LANGUAGES) == 2


@pytest.mark.parametrize("folder", JOINED)
def test_sentences_are_put_together_by_the_one_function_for_it(folder: str) -> None:
    files = [file for file in (ROOT / folder).rglob("*.*") if file.suffix in (".py", ".js")]
    assert files
    odd = [
        f"{file.relative_to(ROOT)}: {line.strip()}"
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if JOINED[folder].search(line) and CLASSES not in line
    ]
    assert odd == []
