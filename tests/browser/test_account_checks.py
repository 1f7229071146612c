"""The checks on the Account tab, the error codes, and the address for ComfyUI tools with its hidden key."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, Response, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program, start_app
from tests.browser.conftest import (
    KEY,
    finished,
    open_page,
    open_tab,
    part,
    script,
    shot,
    with_key,
    write_prompt,
)

MASK = "•" * 8
ASK_OF_A_MESSAGE = """async (id) => {
  const main = new URL(`rh/assets/${rhBoot.version}/main.js`, document.baseURI);
  const { core_api$get: get } = await import(main);
  rhBoot.language = "zh";
  return get("/runs/{id}/webhook", { id }).then(() => "", (fault) => fault.message);
}"""


def test_the_key_and_the_ways_are_tried_and_what_is_wrong_is_said(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    open_page(page, live)
    open_tab(page, "account")
    desk = page.locator("#checks")
    expect(page.locator("#account-keys")).to_contain_text("demo-****ared")
    desk.get_by_role("button", name="Test the key").click()
    expect(desk.locator("[data-check=key]")).to_contain_text("may run everything")
    refused = {"on": "queue", "do": "refuse", "code": "801", "times": -1}
    script(emulator, faults=[{"on": "upload", "do": "html502"}, refused])
    desk.get_by_role("button", name="Check the connection").click()
    expect(desk.locator("[data-check=upload]")).to_contain_text("RunningHub has trouble at the moment.")
    expect(desk.locator("[data-check=upload] .is-bad")).to_be_visible()
    expect(desk.locator("[data-check=api]")).to_contain_text("free accounts may not use the API (801).")
    expect(desk.locator("[data-check=storage]")).to_contain_text("Results can be kept.")
    expect(desk.locator("[data-check=storage]")).to_contain_text("written, read and removed: 0.")
    script(emulator, clear=True)
    desk.get_by_role("button", name="Check the connection").click()
    for way in ("api", "upload", "storage"):
        expect(desk.locator(f"[data-check={way}] .is-good")).to_have_text("Works")
    shot(page, "desk")


def test_the_proxy_s_address_hides_the_key_until_it_is_asked_for(
    page: Page, live: Program, quiet: int
) -> None:
    answers: list[Response] = []
    page.on("response", lambda got: answers.append(got) if "/rh/api/" in got.url else None)
    open_page(page, live)
    open_tab(page, "account")
    native = page.locator("#native")
    expect(native.locator(".rh-native").first).to_contain_text(f"/proxy/{MASK}")
    seen = [page.content(), requests.get(live.url, timeout=20).text, *(answer.text() for answer in answers)]
    assert len(seen) > 5 and KEY not in "".join(seen)
    native.get_by_role("button", name="Show: 48 GB machine").click()
    shown = native.locator(".rh-native").nth(1)
    expect(shown).to_contain_text(f"/proxy-plus/{KEY}")
    address = shown.inner_text()
    assert "SaveImage" in requests.get(f"{address}/object_info", timeout=20).json()
    native.get_by_role("button", name="Hide: 48 GB machine").click()
    expect(shown).to_contain_text(MASK)
    assert KEY not in page.content()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    native.get_by_role("button", name="Copy: 24 GB machine").click()
    expect(page.locator(".rh-toasts")).to_contain_text("with your key in it")
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"/proxy/{KEY}")
    assert KEY not in page.content()
    native.get_by_role("button", name="Test the address").click()
    expect(native.locator("[data-check=native]")).to_contain_text("The address works.")


def test_a_failed_run_says_what_its_code_means_and_is_tried_again_once(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    open_page(page, live)
    fault = {"on": "submit", "do": "fail", "code": "1504", "message": "upstream slow|上游超时"}
    script(emulator, faults=[fault])
    write_prompt(page, "took too long")
    part(page, "image-generate").click()
    failed = page.locator(".rh-run.is-failed").filter(has_text="took too long")
    expect(failed).to_contain_text("The model took too long (1504).")
    expect(failed).to_contain_text("RunningHub says: upstream slow")
    shot(page, "failed-code")
    failed.get_by_role("button", name="About 1504").click()
    codes = page.locator("#rh-codes")
    expect(codes.locator("[data-code]")).to_have_count(1)
    expect(codes).to_contain_text("a new run is charged anew")
    codes.get_by_role("searchbox").fill("what does 1501 mean")
    expect(codes.locator("[data-code]")).to_contain_text("The content check refused what you gave.")
    shot(page, "codes")
    codes.get_by_role("searchbox").fill("4711")
    expect(codes).to_contain_text("No code 4711 is known here.")
    page.keyboard.press("Escape")
    failed.get_by_role("button", name="Try again").dblclick()
    runs = finished(live, "took too long", 2)
    assert sorted(run["state"] for run in runs) == ["done", "failed"]


def test_a_refusal_of_runninghub_is_told_in_the_page_s_language(
    browser: Browser, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    """On its own page: Gradio sends a refusal as a server error, which the other tests count."""
    live.call("submit", "rhart-text-g-25-flash/text-to-text", {"prompt": "turned away"}, "")
    (run,) = finished(live, "turned away")
    script(emulator, faults=[{"on": "hook", "do": "refuse", "code": "801"}])
    context = browser.new_context()
    page = context.new_page()
    open_page(page, live)
    assert page.evaluate(ASK_OF_A_MESSAGE, run["id"]).startswith("免费账户的密钥不能使用 API（801）。")
    context.close()


def test_a_wrong_key_is_named_on_the_card_and_on_the_account_tab(
    page: Page, emulator: RunningEmulator, tmp_path: Path
) -> None:
    app = start_app(tmp_path, environment=with_key(emulator, "rh_TESTKEY_wrong"))
    open_page(page, app)
    write_prompt(page, "with a wrong key")
    part(page, "image-generate").click()
    failed = page.locator(".rh-run.is-failed").filter(has_text="with a wrong key")
    expect(failed).to_contain_text("The key is not valid on this site (1002).")
    failed.get_by_role("button", name="Open the Account tab").click()
    account = page.locator("#account-balance")
    expect(account).to_contain_text("RunningHub does not accept this key at")
    account.get_by_role("button", name="Test the key").click()
    expect(account.locator("[data-check=key]")).to_contain_text("a key has 32 digits and letters from a to f")
    shot(page, "wrong-key")
    page.goto("about:blank")
    assert app.stop() == 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_in_demo_mode_everything_on_the_account_tab_works_at_once(
    page: Page, demo: Program, language: str
) -> None:
    page.add_init_script(f"localStorage.setItem('rh.language', '{language}')")
    open_page(page, demo)
    open_tab(page, "account")
    desk = page.locator("#checks")
    expect(desk.get_by_role("button")).to_have_count(2)
    for button in desk.get_by_role("button").all():
        button.click()
    for way in ("api", "upload", "storage"):
        expect(desk.locator(f"[data-check={way}] .is-good")).to_be_visible()
    expect(desk.locator("[data-check=key]")).to_contain_text("RH_API_KEY")
    expect(desk.locator("[data-check=key] .rh-chip")).to_be_hidden()
    page.locator("#native .rh-buttons button").last.click()
    expect(page.locator("#native [data-check=native] .is-good")).to_be_visible()
