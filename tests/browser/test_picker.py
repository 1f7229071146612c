"""Finding a model: text with typing mistakes, filters, orders, the keyboard, and the model's details."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program
from tests.browser.conftest import (
    choose_model,
    finished,
    open_page,
    open_tab,
    part,
    reload,
    sent,
    shot,
    write_prompt,
)

WORDS_ONLY = "rhart-image-n-g31-flash/text-to-image"
UPSCALER = "topazlabs/image-upscale-standard-v2"
OFFICIAL = "rhart-image-n-g31-flash-official/text-to-image"


def box(page: Page, modality: str = "image") -> Locator:
    found: Locator = part(page, f"{modality}-endpoint").get_by_role("combobox").first
    return found


def unfold(page: Page, modality: str = "image") -> Locator:
    """Open the list. Returns its rows."""
    box(page, modality).click()
    found = rows(page, modality)
    found.first.wait_for()
    return found


def rows(page: Page, modality: str = "image") -> Locator:
    found: Locator = part(page, f"{modality}-endpoint").locator(".rh-option")
    return found


def choose(page: Page, name: str, value: str, modality: str = "image") -> None:
    part(page, f"{modality}-endpoint").locator(f'[data-filter="{name}"]').select_option(value)


def tally(page: Page, modality: str = "image") -> int:
    """The number of models in the line above the list."""
    words = part(page, f"{modality}-endpoint").locator(".rh-tally").inner_text()
    found = re.match(r"(\d+) of \d+ models", words)
    assert found, words
    return int(found[1])


def narrowed(page: Page, modality: str = "image") -> int:
    """The same, once it does not count all models."""
    every = len(models(page, modality))
    words = part(page, f"{modality}-endpoint").locator(".rh-tally")
    expect(words).not_to_have_text(re.compile(f"^{every} of"))
    return tally(page, modality)


def models(page: Page, modality: str = "image") -> list[dict[str, Any]]:
    """The page's own data of a tab."""
    found: list[dict[str, Any]] = page.evaluate(
        """(modality) => fetch(`rh/models/${window.rhBoot.version}/en/${modality}.json`)
             .then((answer) => answer.json()).then(({models}) => models)""",
        modality,
    )
    return [model for model in found if not model["deprecated"]]


def paths(listed: Locator) -> list[str]:
    found: list[str] = listed.evaluate_all("(rows) => rows.map((row) => row.dataset.value)")
    return found


FILTERS: dict[str, tuple[str, Callable[[dict[str, Any]], bool]]] = {
    "family": ("Seedream", lambda model: model["family"] == "Seedream"),
    "channel": ("low-price", lambda model: model["channel"] == "low-price"),
    "price": ("0.1", lambda model: bool(model["price"]) and float(model["price"]["run"]) <= 0.1),
    "inputs": ("image", lambda model: "image" in model["takes"]),
}


@pytest.mark.parametrize("name", FILTERS)
def test_each_filter_leaves_what_it_says_and_counts_it(page: Page, live: Program, name: str) -> None:
    open_page(page, live)
    value, keeps = FILTERS[name]
    expected = [model["path"] for model in models(page) if keeps(model)]
    listed = unfold(page)
    select = part(page, "image-endpoint").locator(f'[data-filter="{name}"]')
    label = select.locator(f'option[value="{value}"]').inner_text()
    assert label.endswith(f"({len(expected)})"), label
    choose(page, name, value)
    expect(listed).to_have_count(len(expected))
    assert sorted(paths(listed)) == sorted(expected)
    assert 0 < tally(page) == len(expected) < len(models(page))


def test_what_words_alone_can_do_and_what_has_no_price(page: Page, live: Program) -> None:
    open_page(page, live, "video")
    known = models(page, "video")
    listed = unfold(page, "video")
    choose(page, "inputs", "words", "video")
    expect(listed).to_have_count(sum(model["wordsOnly"] for model in known))
    part(page, "video-endpoint").get_by_role("button", name="Clear filters").click()
    choose(page, "price", "none", "video")
    unpriced = [model for model in known if not model["price"]]
    assert unpriced
    expect(listed).to_have_count(len(unpriced))
    expect(listed.first).to_contain_text("price not known")


def test_models_being_retired_stay_out_until_asked_for(page: Page, live: Program) -> None:
    open_page(page, live, "video")
    listed = unfold(page, "video")
    expect(listed.filter(has_text="retired")).to_have_count(0)
    part(page, "video-endpoint").get_by_label("Also retired models").check()
    expect(listed.filter(has_text="retired").first).to_be_visible()


def reading_order(title: str) -> tuple[list[tuple[bool, int, str]], str]:
    """By the model's name with numbers by their value, then by task."""
    name, _, what = title.lower().partition(" — ")
    parts = [part.strip() for part in re.split(r"(\d+)", name)]
    return [(not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts if part], what


def test_filters_and_order_are_remembered_for_each_tab(page: Page, live: Program) -> None:
    open_page(page, live)
    unfold(page)
    choose(page, "channel", "official-stable")
    choose(page, "order", "name")
    left = tally(page)
    reload(page)
    page.locator("#image-form .rh-field").first.wait_for()
    expect(unfold(page)).to_have_count(left)
    titles = rows(page).locator(".rh-option-title").all_text_contents()
    assert titles == sorted(titles, key=reading_order)
    open_tab(page, "video")
    unfold(page, "video")
    assert tally(page, "video") == len(models(page, "video"))


def costs(page: Page, modality: str) -> list[float]:
    texts = rows(page, modality).locator(".rh-option-run").all_text_contents()
    return [float(found[1]) if (found := re.search(r"¥([0-9.]+)", text)) else -1.0 for text in texts]


def test_orders_by_price_put_unknown_ones_last(page: Page, live: Program) -> None:
    open_page(page, live, "video")
    unfold(page, "video")
    choose(page, "order", "price", "video")
    expect(rows(page, "video").last).to_contain_text("price not known")
    cheapest = [cost for cost in costs(page, "video") if cost >= 0]
    choose(page, "order", "dear", "video")
    expect(rows(page, "video").first).not_to_contain_text(f"¥{cheapest[0]:.2f} a run")
    dearest = costs(page, "video")
    assert len(cheapest) > 100
    assert cheapest == sorted(cheapest)
    unknown = dearest.count(-1.0)
    assert unknown and dearest[-unknown:] == [-1.0] * unknown
    assert dearest[:-unknown] == cheapest[::-1]


@pytest.mark.usefixtures("quiet")
def test_favourites_and_what_was_used_come_first_when_asked(
    page: Page, browser: Browser, live: Program
) -> None:
    open_page(page, live)
    choose_model(page, "image", WORDS_ONLY)
    write_prompt(page, "used lately")
    part(page, "image-generate").click()
    finished(live, "used lately")
    unfold(page)
    liked = paths(rows(page))[-1]  # by its path from here on: the list grows while it is scrolled
    row = part(page, "image-endpoint").locator(f'.rh-option[data-value="{liked}"]')
    row.get_by_role("button", name=re.compile("^Favourite")).click()
    choose(page, "order", "favourite")
    expect(rows(page).first).to_have_attribute("data-value", liked)
    choose(page, "order", "recent")
    expect(rows(page).first).to_have_attribute("data-value", WORDS_ONLY)
    choose(page, "order", "suggested")
    headings = part(page, "image-endpoint").locator(".rh-list-group")
    expect(headings.nth(0)).to_have_text("Favourite")
    expect(headings.nth(1)).to_have_text("Recently used")
    elsewhere = browser.new_context(locale="en-GB").new_page()
    open_page(elsewhere, live)
    unfold(elsewhere)
    expect(part(elsewhere, "image-endpoint").locator(".rh-list-group").first).to_have_text("Recently used")
    assert WORDS_ONLY in paths(rows(elsewhere))[:4]
    elsewhere.context.close()


@pytest.mark.parametrize(
    ("modality", "query", "title"),
    [
        ("image", "nano banan pro", "Nano Banana Pro"),
        ("video", "klng 2.6", "Kling 2.6"),
        ("video", "可灵 首帧", "Kling"),
        ("image", "4k nano", "Nano Banana"),
    ],
)
def test_words_with_slips_find_what_was_meant(
    page: Page, live: Program, modality: str, query: str, title: str
) -> None:
    open_page(page, live, modality)
    unfold(page, modality)
    box(page, modality).fill(query)
    expect(rows(page, modality).first).to_contain_text(title)
    assert 0 < narrowed(page, modality) < len(models(page, modality)) / 2


@pytest.mark.parametrize("query", ["negatve prompt", "反向提示词"])
def test_the_name_of_a_field_finds_its_models(page: Page, live: Program, query: str) -> None:
    open_page(page, live, "video")
    unfold(page, "video")
    box(page, "video").fill(query)
    assert narrowed(page, "video") > 20
    found = paths(rows(page, "video"))
    for path in (found[0], found[-1]):
        keys = {field["key"] for field in live.call("endpoint", path)["fields"]}
        assert keys & {"negativePrompt", "negative_prompt"}, path


def test_the_keyboard_reaches_everything(page: Page, live: Program) -> None:
    open_page(page, live)
    expect(box(page)).to_have_attribute("aria-haspopup", "grid")
    box(page).focus()
    expect(rows(page)).to_have_count(0)
    page.keyboard.press("ArrowDown")
    rows(page).first.wait_for()
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.type("nano banan pro")
    expect(rows(page).first).to_contain_text("Nano Banana Pro")
    page.keyboard.press("ArrowDown")
    active = page.locator(".rh-option.is-active")
    expect(box(page)).to_have_attribute("aria-activedescendant", active.get_attribute("id") or "")
    page.keyboard.press("ArrowRight")
    focused = page.locator(":focus")
    expect(focused).to_have_attribute("aria-label", re.compile("^Favourite: Nano Banana Pro"))
    page.keyboard.press("Enter")
    expect(focused).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    card = page.get_by_role("dialog", name=re.compile("Nano Banana Pro"))
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(focused).to_have_attribute("aria-label", re.compile("^About Nano Banana Pro"))
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(box(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(box(page)).to_have_value(re.compile("Nano Banana Pro"))
    expect(box(page)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(part(page, "image-endpoint").locator(".rh-list-group").first).to_have_text("Favourite")
    chosen = box(page).input_value()
    page.keyboard.type("zzz")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value(chosen)
    expect(box(page)).to_have_attribute("aria-expanded", "false")


def test_the_card_tells_price_limits_and_what_it_made_here(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    open_page(page, live)
    choose_model(page, "image", WORDS_ONLY)
    write_prompt(page, "a sample for the card")
    part(page, "image-form").locator('[data-key="resolution"] [data-value="2k"]').click()
    part(page, "image-generate").click()
    finished(live, "a sample for the card")
    write_prompt(page, "something else")
    part(page, "image-form").locator('[data-key="resolution"] [data-value="1k"]').click()
    part(page, "image-endpoint").get_by_role("button", name="About this model").click()
    card = page.get_by_role("dialog", name=re.compile("Nano Banana 2"))
    expect(card).to_contain_text("Makes an image from words.")
    expect(card).to_contain_text("In use now")
    expect(card).to_contain_text("¥0.19 to ¥0.30 for a run")
    expect(card).to_contain_text("Low price: over a cheaper route.")
    expect(card).to_contain_text("1k, 2k, 4k")
    expect(card).to_contain_text(re.compile(r"\d+ finished runs? here · usually \d:\d\d"))
    sample = card.locator(".rh-sample").first
    expect(sample).to_contain_text("a sample for the card")
    expect(sample.locator("img")).to_have_js_property("complete", True)
    shot(page, "model-card")
    sample.get_by_role("button", name="Use these settings: a sample for the card").click()
    expect(card).to_be_hidden()
    expect(part(page, "image-form").locator("textarea").first).to_have_value("a sample for the card")
    part(page, "image-generate").click()
    finished(live, "a sample for the card", 2)
    bodies = [entry["body"] for entry in sent(emulator, quiet)]
    assert bodies[-1]["resolution"] == bodies[0]["resolution"] == "2k"


def test_the_card_of_another_model_takes_it_and_names_its_limits(page: Page, live: Program) -> None:
    open_page(page, live)
    unfold(page)
    page.locator(f'#image-endpoint [data-value="{UPSCALER}"]').get_by_role(
        "button", name=re.compile("^About")
    ).click()
    card = page.get_by_role("dialog", name=re.compile("Topaz"))
    expect(card).to_contain_text("No finished run with this model here yet.")
    expect(card).to_contain_text(re.compile(r"up to \d+ MB"))
    card.get_by_role("button", name="Use this model").click()
    part(page, "image-form").locator(f'form[data-endpoint="{UPSCALER}"]').wait_for()
    expect(card).to_be_hidden()
    expect(part(page, "image-endpoint").locator(".rh-panel")).to_be_hidden()


def test_from_one_channel_to_the_other(page: Page, live: Program) -> None:
    open_page(page, live)
    choose_model(page, "image", WORDS_ONLY)
    part(page, "image-endpoint").get_by_role("button", name="About this model").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^official: ¥")).click()
    card = page.get_by_role("dialog", name=re.compile("official"))
    expect(card).to_contain_text("Official: over the maker's own service.")
    card.get_by_role("button", name="Use this model").click()
    part(page, "image-form").locator(f'form[data-endpoint="{OFFICIAL}"]').wait_for()


@pytest.mark.usefixtures("quiet")
def test_on_a_phone_the_list_has_the_screen_and_the_card_comes_from_below(
    browser: Browser, live: Program
) -> None:
    live.call("submit", WORDS_ONLY, {"prompt": "for the phone", "resolution": "1k"}, "")
    finished(live, "for the phone")
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", color_scheme="dark", has_touch=True
    )
    page = context.new_page()
    page.goto(live.url)
    page.locator("#image-estimate .is-folded").wait_for()
    page.locator("#image-estimate .rh-handle").tap()
    box(page).tap()
    rows(page).first.wait_for()
    size = page.locator("#image-endpoint .rh-combo").bounding_box()
    assert size == {"x": 0, "y": 0, "width": 390, "height": 844}
    box(page).fill("香蕉")
    expect(rows(page).first).to_contain_text("Nano Banana")
    shot(page, "picker-phone")
    rows(page).first.get_by_role("button", name=re.compile("^关于")).tap()
    card = page.get_by_role("dialog")
    expect(card).to_contain_text("在此生成过的结果")
    sheet = card.bounding_box()
    assert sheet and sheet["x"] == 0 and sheet["width"] == 390
    assert abs(sheet["y"] + sheet["height"] - 844) < 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shot(page, "model-card-phone")
    card.get_by_role("button", name="关闭").tap()
    page.get_by_role("button", name="关闭列表").tap()
    expect(page.locator("#image-endpoint .rh-panel")).to_be_hidden()
    context.close()


def test_a_press_counts_for_the_model_it_began_on(page: Page, demo: Program) -> None:
    open_page(page, demo)
    held: list[Any] = []
    page.route("**/rh/api/models/search*", lambda route: held.append(route))
    listed = unfold(page)
    whole = paths(listed)
    wanted = whole[1]
    with page.expect_request("**/rh/api/models/search*"):
        box(page).fill("upscale")
    pressed = listed.nth(1).bounding_box()
    assert pressed
    page.mouse.move(pressed["x"] + 40, pressed["y"] + 20)
    page.mouse.down()
    held[0].continue_()
    expect(listed.first).not_to_have_attribute("data-value", whole[0])
    page.mouse.up()
    expect(part(page, "image-form").locator(f'form[data-endpoint="{wanted}"]')).to_be_visible()
