"""Finding a model is never a dead end: what is in the way is said, and a press leads on."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from scripts.processes import Program
from tests.browser.conftest import open_page, part
from tests.browser.test_picker import box, choose, models, rows, tally, unfold


def test_filters_that_leave_nothing_say_so_and_offer_a_way_out(page: Page, live: Program) -> None:
    open_page(page, live)
    listed = unfold(page)
    choose(page, "channel", "low-price")
    cheap = tally(page)
    box(page).fill("topaz")
    panel = part(page, "image-endpoint")
    expect(panel).to_contain_text("No model found by “topaz” fits these filters.")
    expect(listed).to_have_count(0)
    topaz = sum(model["family"] == "Topaz" for model in models(page))
    expect(panel.get_by_role("button", name=f"Drop the words: {cheap} fit")).to_be_visible()
    panel.get_by_role("button", name=f"Drop the filters: {topaz} fit").click()
    expect(listed).to_have_count(topaz)
    expect(panel.get_by_role("button", name="Clear filters")).to_be_hidden()
    expect(box(page)).to_have_value("topaz")


def test_what_another_tab_has_is_one_press_away(page: Page, live: Program) -> None:
    open_page(page, live)
    unfold(page)
    box(page).fill("klng")
    panel = part(page, "image-endpoint")
    expect(panel).to_contain_text("No model is found by “klng”.")
    panel.get_by_role("button", name=re.compile(r"^Video: \d+")).click()
    expect(rows(page, "video").first).to_contain_text("Kling")
    expect(box(page, "video")).to_have_value("klng")


def test_a_task_that_hides_what_was_found_offers_the_tasks_that_have_it(page: Page, live: Program) -> None:
    open_page(page, live, "video")
    part(page, "video-endpoint").locator('[data-task="text-to-video"]').click()
    unfold(page, "video")
    box(page, "video").fill("talking head")
    panel = part(page, "video-endpoint")
    expect(panel).to_contain_text("No model found by “talking head” fits these filters.")
    panel.get_by_role("button", name=re.compile(r"^Lip sync: \d+$")).click()
    expect(rows(page, "video").first).to_contain_text(re.compile("lip sync|speaks"))
    expect(box(page, "video")).to_have_value("talking head")
    expect(box(page, "video")).to_be_focused()


def test_a_tab_that_has_something_names_the_others_that_have_more(page: Page, live: Program) -> None:
    open_page(page, live)
    unfold(page)
    box(page).fill("minimax")
    panel = part(page, "image-endpoint")
    panel.get_by_role("button", name=re.compile(r"^Audio: \d+$")).click()
    expect(rows(page, "audio").first).to_contain_text("MiniMax")
    around = part(page, "audio-endpoint")
    expect(around.locator(".rh-tally")).to_have_text(re.compile(r"^[1-9]\d* of"))
    expect(around.locator(".rh-elsewhere").get_by_role("button", name=re.compile("^Video: "))).to_be_visible()


def test_words_that_find_retired_models_only_lead_to_them(page: Page, live: Program) -> None:
    open_page(page, live)
    unfold(page)
    choose(page, "family", "Topaz")
    box(page).fill("gpt image 1.5 low price")
    panel = part(page, "image-endpoint")
    panel.get_by_role("button", name=re.compile(r"^Show retired models, without filters: \d+$")).click()
    expect(rows(page).first).to_contain_text("GPT Image 1.5")
    expect(rows(page).first).to_contain_text("retired")


def test_a_model_that_is_not_offered_is_named_with_the_reason(page: Page, live: Program) -> None:
    open_page(page, live, "audio")
    unfold(page, "audio")
    box(page, "audio").fill("rhart-audio/qwen3-tts/voice-design")
    panel = part(page, "audio-endpoint").locator(".rh-way-out")
    expect(panel).to_contain_text("Qwen3 TTS Voice Design")
    expect(panel).to_contain_text("RunningHub does not say publicly what its fields are called.")
