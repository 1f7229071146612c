"""Both languages have the same sentences, and every sentence that code uses exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rh_ui.catalog.tasks import tasks
from rh_ui.domain import TaskState
from rh_ui.web.serializers.messages import page_words

ROOT = Path(__file__).resolve().parents[3]
PLACE = re.compile(r"\{(\w+)\}")
ASKED_JS = re.compile(r"""\bt\(\s*["']([a-z0-9.\-_ ]+)["']""")
ASKED_PY = re.compile(r"""\bwords\(\s*"([a-z0-9.\-_ ]+)\"""")
PAGE = [path for room in ("ui", "web") for path in sorted((ROOT / "rh_ui" / room).rglob("*.py"))]


def asked_keys() -> set[str]:
    keys: set[str] = set()
    for path in (ROOT / "assets" / "js").rglob("*.js"):
        keys |= set(ASKED_JS.findall(path.read_text(encoding="utf-8")))
    for path in PAGE:
        keys |= set(ASKED_PY.findall(path.read_text(encoding="utf-8")))
    return keys


def test_both_languages_have_the_same_sentences_with_the_same_places() -> None:
    english, chinese = page_words("en").entries, page_words("zh").entries
    assert set(english) == set(chinese)
    for key, sentence in english.items():
        assert set(PLACE.findall(sentence)) == set(PLACE.findall(chinese[key])), key


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_sentence_is_empty_or_shouts(language: str) -> None:
    for key, sentence in page_words(language).entries.items():
        assert sentence.strip(), key
        assert "!" not in sentence, key
        assert "！" not in sentence, key


def test_every_asked_sentence_exists() -> None:
    asked = asked_keys()
    assert len(asked) > 60
    assert asked - set(page_words("en").entries) == set()


def test_no_sentence_is_left_over() -> None:
    """Code uses the whole key, or builds it from its section (or the part before its last word)."""
    sources = [*(ROOT / "assets" / "js").rglob("*.js"), *PAGE]
    code = "".join(path.read_text(encoding="utf-8") for path in sources)
    put_together = set(re.findall(r"""["'`]([a-z_.]+[._])[{$]""", code)) | {"history."}
    left = [
        key
        for key in page_words("en").entries
        if key not in code and not any(key.startswith(start) for start in put_together)
    ]
    assert left == []


def test_every_state_and_task_has_a_name() -> None:
    entries = page_words("en").entries
    assert {f"state.{state.value}" for state in TaskState} <= set(entries)
    assert {f"task.{task}" for task in tasks()} <= set(entries)
