"""Browsers that store nothing, or values of another version, and a page that is not a secure context."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from scripts.processes import CHROMIUM_FLAGS, Program, chromium_program, start_app
from tests.browser.conftest import (
    finished,
    open_page,
    open_tab,
    part,
    result_of,
    watched,
    with_sources,
    write_prompt,
)

SIZE: Any = {"width": 1440, "height": 900}
NAME = "studio.lan"
EDIT = "rhart-image-n-g31-flash/image-to-image"
ODD_TEXTS = [
    "",
    "null",
    "0",
    "true",
    "{not json",
    '"x"',
    "[]",
    "{}",
    "[null]",
    "[[1]]",
    '{"__proto__":1}',
    "\u0000",
]
ODD_DRAFTS: list[dict[str, Any]] = [
    {"values": None},
    {"values": [1]},
    {"values": {"prompt": {"a": 1}, "aspectRatio": [], "resolution": 7, "imageUrls": "x"}},
    {"media": 5},
    {"media": {"imageUrls": {}}},
    {"media": {"imageUrls": [None]}},
    {"media": {"imageUrls": [{"value": 1}]}},
    {"media": {"imageUrls": [{"value": "input:gone", "name": 5}], "other": [{}]}},
    {"formerly": "old/path"},
    {"fresh": {"seed": True}},
    {"path": {"a": 1}},
]
ODD_CHOICES: list[dict[str, Any]] = [
    {"order": {}},
    {"task": 5},
    {"order": "no-such-order", "family": "gone", "channel": "gone", "price": "cheap", "inputs": "smell"},
    {"task": "no-such-task", "retiring": "perhaps"},
]
KEYS_JS = """async () => {
  const { kept } = await import(new URL("sources/core/browser_storage.js", document.baseURI));
  const named = (one) => (typeof one === "function" ? ["image", "apps", "3d"].map(one) : [one]);
  return Object.values(kept).flatMap(named).map((one) => one.key);
}"""
PUT_JS = "(texts) => { for (const [key, text] of Object.entries(texts)) localStorage.setItem(key, text) }"


def test_a_browser_that_keeps_nothing_works_and_remembers_nothing(
    browser: Browser, demo: Program, tmp_path: Path
) -> None:
    """All site data are blocked in the browser's settings."""
    (tmp_path / "Default").mkdir()
    settings = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(settings))
    context = browser.browser_type.launch_persistent_context(
        tmp_path,
        executable_path=chromium_program(whole=True),
        args=list(CHROMIUM_FLAGS),
        viewport=SIZE,
        locale="en-GB",
    )
    with watched(context) as page:
        open_page(page, demo)
        refused = "() => { try { return localStorage.length } catch (fault) { return fault.name } }"
        assert page.evaluate(refused) == "SecurityError"
        page.get_by_role("button", name="Switch between light and dark").click()
        expect(page.locator("body.dark")).to_have_count(1)
        write_prompt(page, "kept nowhere")
        part(page, "image-generate").click()
        (run,) = finished(demo, "kept nowhere")
        expect(result_of(page, run)).to_be_visible()
        page.get_by_role("button", name="中文").click()
        expect(part(page, "image-generate")).to_contain_text("生成")
        expect(part(page, "image-form").locator("textarea").first).to_have_value("kept nowhere")
        fresh = context.new_page()
        open_page(fresh, demo)
        expect(part(fresh, "image-generate")).to_contain_text("Generate")
        expect(part(fresh, "image-form").locator("textarea").first).to_have_value("")


def odd_sets(keys: list[str]) -> Iterator[dict[str, str]]:
    """Invalid values under every key, different each time."""
    yield from (dict.fromkeys(keys, text) for text in ODD_TEXTS)
    drafts = [json.dumps({"path": EDIT, "values": {}, "media": {}} | odd) for odd in ODD_DRAFTS]
    rest = [json.dumps(odd) for odd in ODD_CHOICES] + drafts + ODD_TEXTS
    chance = random.Random(17)
    for draft in drafts:
        yield {key: draft if "draft" in key else chance.choice(rest) for key in keys}
    for choices in ODD_CHOICES:
        yield {key: json.dumps(choices) if "picker" in key else chance.choice(rest) for key in keys}


def test_whatever_another_version_has_kept_the_form_comes(page: Page, demo: Program) -> None:
    open_page(page, demo)
    with_sources(page)
    keys = page.evaluate(KEYS_JS)
    assert {"rh.language", "rh.theme", "rh.visitor", "rh.recent", "rh.favourites", "rh.draft.image"} < set(
        keys
    )
    plain = f"{demo.url}/rh/words/{page.evaluate('window.rhBoot.version')}/en.json"
    for texts in odd_sets(keys):
        page.goto(plain)  # so that no page of ours writes meanwhile
        page.evaluate(PUT_JS, texts)
        page.goto(demo.url)
        expect(part(page, "image-form").locator(".rh-field").first, json.dumps(texts)).to_be_visible()
        expect(part(page, "image-generate"), json.dumps(texts)).to_contain_text("Generate")
        open_tab(page, "3d")


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A demo that other computers of the network reach."""
    app = start_app(tmp_path_factory.mktemp("lan"), "--host", "0.0.0.0")
    yield app
    assert app.stop() == 0


@pytest.fixture
def neighbour(browser: Browser, listening: Program) -> Iterator[Page]:
    """The same page under a network name, over plain http: not a secure context."""
    flags = [*CHROMIUM_FLAGS, f"--host-resolver-rules=MAP {NAME} 127.0.0.1"]
    other = browser.browser_type.launch(executable_path=chromium_program(), args=flags)
    with watched(other.new_context(viewport=SIZE, locale="en-GB")) as page:
        page.goto(listening.url.replace("127.0.0.1", NAME))
        part(page, "image-form").locator(".rh-field").first.wait_for()
        assert page.evaluate("isSecureContext") is False
        yield page
    other.close()


def test_everything_works_on_a_name_of_the_network(neighbour: Page, listening: Program) -> None:
    page = neighbour
    open_tab(page, "text")
    write_prompt(page, "over plain http", "text")
    part(page, "text-generate").click()
    (run,) = finished(listening, "over plain http")
    result_of(page, run).click()  # it came by the push: nothing was loaded again
    page.locator("dialog.rh-lightbox").get_by_role("button", name="Copy text").click()
    expect(page.locator(".rh-toast")).to_have_text("Copied")
    page.keyboard.press("Escape")
    prompt = part(page, "text-form").locator("textarea").first
    prompt.fill("")
    prompt.press("Control+v")
    (output,) = run["outputs"]
    expect(prompt).to_have_value(output["text"])


def test_a_camera_that_only_secure_pages_get_is_said(neighbour: Page) -> None:
    page = neighbour
    part(page, "image-endpoint").get_by_role("combobox").first.click()
    page.locator(f'.rh-option[data-value="{EDIT}"] .rh-option-title').click()
    page.get_by_role("button", name="Photo").first.click()
    expect(page.get_by_role("alert").filter(has_text="Browsers give the camera only to")).to_be_visible()


def test_a_handler_that_fails_is_seen_once(browser: Browser, demo: Program) -> None:
    context = browser.new_context(viewport=SIZE, locale="en-GB")
    page = context.new_page()
    open_page(page, demo)
    page.evaluate("""() => document.body.addEventListener('click', async ({ detail }) => {
      if (detail === 1) throw new Error('made to fail');
    })""")
    page.evaluate(
        "() => document.body.addEventListener('click', () => { throw new Error('made to fail too') })"
    )
    page.locator(".rh-brand").click()
    page.locator(".rh-brand").click()
    said = page.locator(".rh-toast").filter(has_text="A part of this page has failed")
    expect(said.filter(has_text="(made to fail)")).to_have_count(1)
    expect(said.filter(has_text="(made to fail too)")).to_have_count(1)
    expect(said).to_have_count(2)
    context.close()


def lost(route: Route) -> None:
    route.abort()


def test_a_part_whose_script_does_not_come_is_seen(browser: Browser, demo: Program) -> None:
    """The page itself works; what it opens later is loaded then."""
    context = browser.new_context(viewport=SIZE, locale="en-GB")
    page = context.new_page()
    page.route("**/*model_details.js", lost)
    open_page(page, demo)
    part(page, "image-endpoint").get_by_role("combobox").first.click()
    part(page, "image-endpoint").locator(".rh-row-info").first.click()
    said = page.locator(".rh-toast").filter(has_text="A part of this page has failed")
    expect(said.filter(has_text="model_details.js")).to_have_count(1)
    context.close()


def test_a_page_whose_scripts_do_not_come_says_so(browser: Browser, demo: Program) -> None:
    context = browser.new_context(viewport=SIZE, locale="en-GB")
    page = context.new_page()

    page.route("**/main.js", lost)
    page.goto(demo.url)
    expect(page.get_by_role("alert").filter(has_text="The page could not be opened")).to_be_visible()
    context.close()
