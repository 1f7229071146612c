"""Messages of the catalog are translated into both languages, and every one that code uses exists."""

from __future__ import annotations

import re
from pathlib import Path

from rh_ui import catalog, i18n
from rh_ui.catalog.importer.diff import FACTS
from rh_ui.domain import STUDIOS, FieldKind
from rh_ui.i18n import Message, Spoken, translate
from rh_ui.i18n.loader import sentences

PACKAGE = Path(catalog.__file__).parent
WORDS = {key.partition(".")[2]: texts for key, texts in sentences().items() if key.startswith("catalog.")}
PLACE = re.compile(r"\{(\w+)\}")
ASKED = re.compile(r'"catalog\.(\w+)"')
PUT_TOGETHER = {kind.value for kind in (*FieldKind, *STUDIOS)} | {
    f"short_{code}" for code in ("renamed", "gone", "removed", "changed", "new")
}


def test_both_languages_say_the_same_things_quietly() -> None:
    for code, texts in WORDS.items():
        assert all(text.strip() for text in texts.values()), code
        assert not re.search("[!！]", "".join(texts.values())), code
        english, chinese = (set(PLACE.findall(texts[language])) for language in ("en", "zh"))
        assert english == chinese, code


def test_every_message_is_asked_for_and_there() -> None:
    files = [*PACKAGE.rglob("*.py"), *Path(i18n.__file__).parent.rglob("*.py")]
    asked = set(ASKED.findall("".join(file.read_text(encoding="utf-8") for file in files)))
    assert asked | PUT_TOGETHER | set(FACTS) == set(WORDS)


def test_a_message_is_its_english_and_knows_its_chinese_down_to_its_parts() -> None:
    what = [Message("catalog.no_object"), Message("catalog.twin")]
    odd = Message("catalog.odd_entry", who=Message("catalog.entry", number=3), what=what)
    assert odd == "entry 3 (is no object; it is set aside; stands twice; the first usable one counts)"
    assert translate(odd, "zh") == "第 3 个条目（不是对象，已略过；重复出现，以第一个可用的为准）"
    assert translate(odd, "en") == translate(odd, "fr") == odd
    assert translate("a/{path}", "zh") == "a/{path}"
    assert translate(Message("catalog.gone", path="a/{why}"), "zh") == "消失：a/{why} 已不在列表中。"
    both = Spoken({"en": "a · b", "zh": "甲 · 乙"})
    assert translate(Message("catalog.changed", path="p", what=both), "zh") == "变更：p：甲 · 乙。"
