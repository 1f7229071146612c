"""Forms in plain words, in both languages; what is sent stays what the service knows."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from scripts.processes import Program
from tests.browser.conftest import choose_model, open_page, open_tab, part, reload, shot

SPEECH = "kling-lip-sync/tts"
DRAFT = "(modality) => JSON.parse(localStorage.getItem(`rh.draft.${modality}`))"


def speak(page: Page, demo: Program, language: str) -> None:
    page.goto(demo.url)
    page.evaluate("(language) => localStorage.setItem('rh.language', language)", language)
    open_page(page, demo, "audio")
    choose_model(page, "audio", SPEECH)


def drafted(page: Page, key: str) -> Any:
    page.evaluate("window.dispatchEvent(new Event('rh:leaving'))")
    return page.evaluate(DRAFT, "audio")["values"].get(key)


@pytest.mark.parametrize(
    ("language", "label", "help_line", "choice", "about"),
    [
        ("en", "Voice", "Who reads the text.", "Old king", "Reads a text aloud. Kling's tools for dubbing."),
        ("zh", "音色", "由谁来朗读。", "老国王", "朗读文本。可灵的配音工具。"),
    ],
)
def test_a_choice_is_shown_in_words_and_sent_as_the_service_knows_it(
    page: Page, demo: Program, language: str, label: str, help_line: str, choice: str, about: str
) -> None:
    speak(page, demo, language)
    expect(part(page, "audio-endpoint").locator(".rh-card-about")).to_have_text(about)
    field = part(page, "audio-form").locator('.rh-field[data-key="voiceId"]')
    expect(field.locator(".rh-label")).to_contain_text(label)
    expect(field.locator(".rh-help")).to_have_text(help_line)
    box = field.get_by_role("combobox")
    box.click()
    box.fill(choice)
    field.get_by_role("option", name=choice).click()
    expect(box).to_have_value(choice)
    assert drafted(page, "voiceId") == "ai_laoguowang_712"
    reload(page)
    open_tab(page, "audio")
    expect(field.get_by_role("combobox")).to_have_value(choice)


def test_how_a_price_came_about_is_told_in_the_language_of_the_page(page: Page, demo: Program) -> None:
    speak(page, demo, "zh")
    open_tab(page, "video")
    choose_model(page, "video", "vidu/text-to-video-q3-pro")
    expect(part(page, "video-estimate")).to_contain_text("\N{MULTIPLICATION SIGN} 5 秒")
    shot(page, "price-chinese")


def test_models_are_found_by_their_chinese_names(page: Page, demo: Program) -> None:
    speak(page, demo, "zh")
    box = part(page, "audio-endpoint").get_by_role("combobox").first
    box.click()
    box.fill("可灵 转语音")
    options = part(page, "audio-endpoint").locator(".rh-option")
    expect(options).to_have_count(1)
    expect(options.first).to_contain_text("可灵 Kling Lip Sync — 文字转语音")


def test_gradios_own_parts_have_their_words_in_the_page(page: Page, demo: Program) -> None:
    """The parts of the history come later: none of its words may be left as a key."""
    page.goto(f"{demo.url}/#history")
    expect(page.locator("#history-table")).to_be_visible()
    config = page.evaluate("window.gradio_config")
    asked = set(re.findall(r'"key": "([\w.]+)"', str(config["components"])))
    assert "tab.account" in asked
    for language, said in config["i18n_translations"].items():
        assert asked <= said.keys(), language
    shown = page.locator("#rh-tabs").inner_text()
    assert re.findall(r"\b(?:tab|state|history|run)\.\w+|\{\w+\}", shown) == []
    assert "Refresh" in shown and "All" in page.locator("#history-kind").inner_text()
