"""Sentences about the table read in both languages, and every one that code asks for is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from rh_ui.catalog import lines
from rh_ui.catalog.lines import Message, read
from rh_ui.domain import STUDIOS, FieldKind

PACKAGE = Path(lines.__file__).parent
WORDS = tomllib.loads((PACKAGE / "words" / "lines.toml").read_text(encoding="utf-8"))
PLACE = re.compile(r"\{(\w+)\}")
ASKED = re.compile(r'\bLine\(\s*"(\w+)"|\belse "(\w+)"')
PUT_TOGETHER = {kind.value for kind in (*FieldKind, *STUDIOS)} | {
    f"short_{code}" for code in ("renamed", "gone", "removed", "changed", "new")
}


def test_both_languages_say_the_same_things_quietly() -> None:
    for code, texts in WORDS.items():
        assert set(texts) == {"en", "zh"} and all(text.strip() for text in texts.values()), code
        assert not re.search("[!！]", "".join(texts.values())), code
        english, chinese = (set(PLACE.findall(texts[language])) for language in ("en", "zh"))
        assert english - {"en"} == chinese - {"zh"}, code


def test_every_line_is_asked_for_and_there() -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in PACKAGE.rglob("*.py"))
    asked = {first or second for first, second in ASKED.findall(code) if (first or second) in WORDS or first}
    assert asked | PUT_TOGETHER <= set(WORDS)
    mentioned = {name for name in WORDS if f'"{name}"' in code}
    assert set(WORDS) - mentioned - PUT_TOGETHER == set()


def test_a_line_is_its_english_and_knows_its_chinese_down_to_its_parts() -> None:
    odd = Message("odd_entry", who=Message("entry", number=3), what=[Message("no_object"), Message("twin")])
    assert odd == "entry 3 (is no object; it is set aside; stands twice; the first usable one counts)"
    assert read(odd, "zh") == "第 3 个条目（不是对象，已略过；重复出现，以第一个可用的为准）"
    assert read(odd, "en") == read(odd, "fr") == odd
    assert read("a/{path}", "zh") == "a/{path}"
    assert read(Message("gone", path="a/{why}"), "zh") == "消失：a/{why} 已不在列表中。"
