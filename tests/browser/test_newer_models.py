"""Staying current: a press on “Look for newer models” against a server with a newer registry, what it would
change, taken, a new model runs, and back again."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.processes import Program, start_app
from tests.browser.conftest import (
    choose_model,
    finished,
    open_page,
    open_tab,
    part,
    result_of,
    shot,
    write_prompt,
)
from tests.registries import Model, newcomer
from tests.vendor_kit import Published, listed, plain_prices, publishing, vendor_model

NEW = "nova-lab/comet-2.0-official/text-to-image"
ODD = "nova-lab/thing"
CHANGED = "rhart-image-n-g31-flash/text-to-image"
PRICED = next(path for path in plain_prices(listed(422)) if "text-to-image" in path)


@pytest.fixture(scope="module")
def place() -> Iterator[Published]:
    with publishing() as found:
        yield found


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, place: Published) -> Iterator[Program]:
    """A demo of its own, which takes this server for the vendor's."""
    started = start_app(tmp_path_factory.mktemp("newer"), environment={"RH_UI_MODELS_URL": place.url})
    yield started
    assert started.stop() == 0
    assert "Traceback" not in started.said()


@pytest.fixture
def app(program: Program, place: Published) -> Iterator[Program]:
    """The same with its own table, and nothing asked of the server yet."""
    place.asked.clear()
    yield program
    assert program.post("/catalog/back") == {"refused": ""}


def newer() -> tuple[list[Model], dict[str, Model]]:
    """The registry of 422 with a newcomer, one of which nobody can tell what it does, and a further option;
    and a price list with a price of the newcomer's and one that went up."""
    models = {entry.path: copy.deepcopy(vendor_model(entry)) for entry in listed(422)}
    for param in models[CHANGED]["params"]:
        if param["fieldKey"] == "aspectRatio":
            param["options"].append({"value": "9:21", "description": "9:21", "descriptionEn": "9:21"})
    glow = {"fieldKey": "glowStrength", "type": "LIST", "options": [{"value": "soft"}, {"value": "hard"}]}
    comet = newcomer(NEW, glow | {"defaultValue": "soft"}) | {
        "name_en": "nova/comet-2.0/text-to-image-official-stable",
        "name_cn": "彗星2.0-文生图-官方稳定版",
        "category": "RunningHub/Nova",
    }
    odd = newcomer(ODD) | {"name_en": "nova-lab-thing", "name_cn": "", "category": "RunningHub/Nova"}
    prices = plain_prices(listed(422))
    prices[PRICED] = prices[PRICED] | {"price": 7.77}
    prices[NEW] = {"unit": "/次", "price": 0.11}
    prices[ODD] = {"unit": "/moon", "price": 3}
    return [*models.values(), comet, odd], prices


def open_account(page: Page) -> None:
    open_tab(page, "account")
    expect(page.locator("#models-table dd").first).to_contain_text("on offer")


def test_a_press_looks_takes_runs_a_new_model_and_goes_back(
    app: Program, place: Published, page: Page
) -> None:
    place.put(*newer())
    open_page(page, app)
    open_account(page)
    table = page.locator("#models-table")
    expect(table).to_contain_text("never so far")
    expect(table).to_contain_text("Nothing is fetched by itself, and no key is sent.")
    assert place.asked == []
    page.locator("#table-latest").click()
    look = page.locator("#table-look")
    expect(look).to_contain_text("model-registry.public.json from 127.0.0.1:")
    expect(look).not_to_contain_text("2026-04-29")
    for words in (
        "424 of its 424",
        "New models: 2",
        "options changed: 1",
        "Prices changed: 1",
        "can't be told: 1",
    ):
        expect(look).to_contain_text(words)
    expect(look).to_contain_text("Nova Comet 2.0 — text to image · official")
    expect(look).to_contain_text("new option 9:21")
    expect(look).to_contain_text("a price by “/moon”")
    expect(look).to_contain_text("nothing says what it does")
    expect(table).to_contain_text(", what would change: 4")
    assert len(place.asked) == 2 and all("authorization" not in headers for _, headers in place.asked)
    assert NEW not in {each["endpoint"] for each in app.call("endpoints", "image")}, "nothing has changed yet"
    shot(page, "newer-look")
    page.locator("#table-use").click()
    expect(page.locator(".rh-table-said")).to_contain_text("The new table is in use")
    expect(table).to_contain_text("model-registry.public.json from 127.0.0.1:")
    open_tab(page, "image")
    choose_model(page, "image", NEW)
    write_prompt(page, "a comet from afar")
    expect(part(page, "image-estimate")).to_contain_text("¥0.11")
    part(page, "image-generate").click()
    (run,) = finished(app, "a comet from afar")
    assert (run["endpoint"], run["state"], run["params"]["glowStrength"]) == (NEW, "done", "soft")
    expect(result_of(page, run)).to_be_visible()
    open_account(page)
    page.locator("#table-latest").click()
    expect(look).to_contain_text("The table in use was made from the same.")
    expect(page.locator("#table-use")).to_have_count(0)
    page.locator("#table-keep").click()
    page.locator("#table-back").click()
    page.locator("#table-back-yes").click()
    expect(page.locator(".rh-table-said")).to_contain_text("in use again")
    expect(table).to_contain_text("this version of the program")
    expect(table).to_contain_text(", nothing newer")
    assert NEW not in {each["endpoint"] for each in app.call("endpoints", "image")}
    open_tab(page, "image")
    expect(part(page, "image-form").locator("form")).not_to_have_attribute("data-endpoint", NEW)
    expect(result_of(page, run)).to_be_visible()


def test_an_address_is_looked_at_and_a_wrong_one_refused_in_words(
    app: Program, place: Published, page: Page
) -> None:
    place.put(*newer())
    open_page(page, app)
    open_account(page)
    said = page.locator(".rh-table-said")
    page.get_by_text("From an address").click()
    page.locator("#table-address-look").click()
    expect(said).to_contain_text("beginning with https://")
    for address, words in {
        "http://127.0.0.1:9/models.json": "leads into a private network",
        "models.json": "no address of a file",
    }.items():
        page.locator("#table-address").fill(address)
        page.locator("#table-address-look").click()
        expect(said).to_contain_text(words)
        expect(said).to_contain_text("The table stays as it is.")
    assert place.asked == []
    page.locator("#table-address").fill(f"{place.url}/model-registry.public.json")
    page.locator("#table-address-prices").fill(f"{place.url}/pricing.public.json")
    page.locator("#table-address-prices").press("Enter")
    expect(page.locator("#table-look")).to_contain_text("New models: 2")
    page.locator("#table-keep").click()
    page.get_by_text("From an address").click()
    expect(page.locator("#table-address")).to_have_value(f"{place.url}/model-registry.public.json")
    assert app.get("/catalog")["loaded"] == ""


def test_a_phone_in_chinese_looks_and_leaves_it(browser: Browser, app: Program, place: Published) -> None:
    place.put(*newer())
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", color_scheme="dark")
    page = context.new_page()
    page.goto(app.url)
    page.locator("#image-form .rh-field").first.wait_for(state="attached")
    page.locator("#rh-tabs .overflow-menu > button").click()
    page.locator("#rh-tabs .overflow-dropdown button").filter(has_text="账户").click()
    page.locator("#table-latest").click()
    look = page.locator("#table-look")
    expect(look).to_contain_text("彗星2.0-文生图 · 官方")
    expect(look).to_contain_text("无法判断之处：1")
    look.scroll_into_view_if_needed()
    shot(page, "newer-look-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#table-keep").click()
    expect(look).to_have_count(0)
    expect(page.locator("#models-table")).to_contain_text("程序此版本自带")
    context.close()
