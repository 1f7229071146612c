"""A newer registry on the Account tab: previewed, used without a restart, kept, and removed again."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.loads import settle
from rh_ui.catalog.loader import DATA_FOLDER, read_entries
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
from tests.registries import Model, model, newcomer, write_registry

NEW = "nova-lab/comet-2.0/text-to-image"
CHANGED = "rhart-image-n-g31-flash/text-to-image"
OLD, RENAMED = "seedream-v4/text-to-image", "seedream/v4/text-to-image"
CATALOG = "/rh/api/catalog?"
GONE = "rhart-image-n-pro/edit"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """Its own demo: a table that is loaded here changes for all open pages."""
    started = start_app(tmp_path_factory.mktemp("table"))
    yield started
    assert started.stop() == 0
    assert "Traceback" not in started.said()


@pytest.fixture
def app(program: Program) -> Iterator[Program]:
    """The same, with the packaged table again after each test."""
    yield program
    assert program.post("/catalog/back") == {"refused": ""}


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The table as the vendor would write it, with a new, a renamed, a removed and a changed model, one
    invalid entry, and a changed price."""
    models: dict[str, Model] = {
        entry.path: copy.deepcopy(model(entry)) for entry in read_entries(DATA_FOLDER, [])
    }
    for param in models[CHANGED]["params"]:
        if param["fieldKey"] == "aspectRatio":
            param["options"].append({"value": "9:21"})
    models[OLD]["endpoint"] = RENAMED
    del models[GONE]
    odd = newcomer("nova-lab/odd/text-to-image", {"fieldKey": "tone", "type": "COLOR"})
    file = tmp_path_factory.mktemp("registry") / "models_registry.json"
    prices = [{"endpoint": NEW, "currency": "CNY", "unit": "/次", "price": 0.11}]
    glow = {"fieldKey": "glowStrength", "type": "LIST", "options": ["soft", "hard"], "defaultValue": "soft"}
    return write_registry(file, [*models.values(), newcomer(NEW, glow), odd], pricing=prices)


def open_account(page: Page) -> None:
    open_tab(page, "account")
    expect(page.locator("#models-table dd").first).to_contain_text("on offer")


def load(page: Page, file: Path) -> None:
    """The page loads the description of its table once when the tab is opened, and when the table changes."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if CATALOG in request.url else None)
    open_account(page)
    page.locator("#table-file input").set_input_files(file)
    page.locator("#table-use").click()
    expect(page.locator(".rh-table-said")).to_contain_text("The new table is in use")
    open_tab(page, "image")
    settle(page)
    assert len(asked) == 2
    open_tab(page, "account")


def test_a_new_model_is_looked_at_used_and_run_without_a_reload(
    app: Program, page: Page, registry: Path
) -> None:
    open_page(page, app)
    choose_model(page, "image", OLD)
    page.evaluate("(path) => localStorage.setItem('rh.favourites', JSON.stringify([path]))", OLD)
    write_prompt(page, "a comet over a lake")
    open_account(page)
    expect(page.locator("#models-table")).to_contain_text("this version of the program")
    page.locator("#table-file input").set_input_files(registry)
    look = page.locator("#table-look")
    expect(look).to_contain_text("models_registry.json of 2030-01-02")
    for words in ("New models: 2", "Renamed: 1", "No longer offered: 1", "changed: 1", "Odd entries"):
        expect(look).to_contain_text(words)
    expect(look).to_contain_text("new option 9:21")
    expect(look).to_contain_text("the type COLOR is unknown")
    assert NEW not in {each["endpoint"] for each in app.call("endpoints", "image")}
    shot(page, "table-look")
    page.locator("#table-use").click()
    expect(page.locator(".rh-table-said")).to_contain_text("The new table is in use")
    expect(page.locator("#models-table")).to_contain_text("models_registry.json of 2030-01-02, loaded")
    open_tab(page, "image")
    form = part(page, "image-form")
    expect(form.locator(f'form[data-endpoint="{RENAMED}"]')).to_be_visible()
    expect(form.locator("textarea").first).to_have_value("a comet over a lake")
    assert page.evaluate("JSON.parse(localStorage.getItem('rh.favourites'))") == [RENAMED, OLD]
    choose_model(page, "image", NEW)
    expect(form.locator("textarea").first).to_have_value("a comet over a lake")
    expect(form).to_contain_text("Glow strength")
    expect(part(page, "image-estimate")).to_contain_text("¥0.11")
    part(page, "image-generate").click()
    (run,) = finished(app, "a comet over a lake")
    assert (run["endpoint"], run["state"], run["params"]["glowStrength"]) == (NEW, "done", "soft")
    expect(result_of(page, run)).to_be_visible()


def test_what_is_no_longer_offered_stays_out_of_the_picker_and_the_way_back_brings_it_in(
    app: Program, page: Page, registry: Path
) -> None:
    open_page(page, app)
    load(page, registry)
    open_tab(page, "image")
    picker = part(page, "image-endpoint")
    picker.get_by_role("combobox").first.click()
    option = picker.locator(f'.rh-option[data-value="{GONE}"]')
    expect(picker.locator(f'.rh-option[data-value="{NEW}"]')).to_be_visible()
    expect(option).to_have_count(0)
    picker.get_by_label("Also retired models").check()
    expect(option).to_contain_text("no longer offered")
    picker.get_by_label("Also retired models").uncheck()
    choose_model(page, "image", NEW)
    open_account(page)
    page.locator("#table-back").click()
    page.locator("#table-back-yes").click()
    expect(page.locator(".rh-table-said")).to_contain_text("in use again")
    expect(page.locator("#models-table")).to_contain_text("this version of the program")
    open_tab(page, "image")
    expect(part(page, "image-form").locator("form")).not_to_have_attribute("data-endpoint", NEW)
    expect(part(page, "image-form")).to_contain_text("no longer in the list")
    choose_model(page, "image", GONE)
    assert NEW not in {each["endpoint"] for each in app.call("endpoints", "image")}


def test_a_file_of_no_use_is_refused_in_words_and_changes_nothing(
    app: Program, page: Page, tmp_path: Path
) -> None:
    bad = {
        "page.json": ("<!DOCTYPE html><html></html>", "it is a web page"),
        "empty.json": (" ", "it is empty"),
        "cut.json": ('{"models": [', "it is not JSON"),
        "other.json": ('{"hello": 1}', "it has no list of models"),
        "none.json": ('{"models": [{}]}', "holds no endpoint that can be used"),
        "prices.json": ('{"pricing": []}', "is a price list"),
        "binary.json": ("\udcff\udcfe\x00", "not text in UTF-8"),
    }
    open_page(page, app)
    open_account(page)
    said = page.locator(".rh-table-said")
    for name, (text, words) in bad.items():
        (tmp_path / name).write_bytes(text.encode(errors="surrogateescape"))
        page.locator("#table-file input").set_input_files(tmp_path / name)
        expect(said).to_contain_text(name)
        expect(said).to_contain_text(words)
        expect(said).to_contain_text("The table stays as it is.")
        expect(page.locator("#table-use")).to_have_count(0)
    huge = tmp_path / "huge.json"
    with huge.open("wb") as sparse:
        sparse.truncate(100_000_000)
    page.locator("#table-file input").set_input_files(huge)
    expect(said).to_contain_text("huge.json has 100 MB; a registry has up to 20 MB.")
    expect(page.locator("#models-table")).to_contain_text("this version of the program")
    assert not app.get("/catalog")["loaded"]


def test_a_phone_in_chinese_drops_a_file_and_keeps_the_present_table(
    browser: Browser, app: Program, registry: Path
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", color_scheme="dark")
    page = context.new_page()
    page.goto(app.url)
    page.locator("#image-form .rh-field").first.wait_for(state="attached")
    page.locator("#rh-tabs .overflow-menu > button").click()
    page.locator("#rh-tabs .overflow-dropdown button").filter(has_text="账户").click()
    drop = page.evaluate_handle(
        "(text) => { const data = new DataTransfer();"
        "data.items.add(new File([text], '清单.json', {type: 'application/json'})); return data; }",
        registry.read_text(encoding="utf-8"),
    )
    page.locator("#table-file").dispatch_event("drop", {"dataTransfer": drop})
    look = page.locator("#table-look")
    expect(look).to_contain_text("清单.json（2030-01-02）")
    expect(look).to_contain_text("新增模型：2")
    expect(look).to_contain_text("类型 COLOR 无法识别")
    look.scroll_into_view_if_needed()
    shot(page, "table-look-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#table-keep").click()
    expect(look).to_have_count(0)
    expect(page.locator("#models-table")).to_contain_text("程序此版本自带")
    context.close()
