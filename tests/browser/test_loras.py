"""The user's own LoRAs on the page: chosen, uploaded with a bar, listed; another file is refused with a
sentence."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from bench.loads import settle
from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program
from tests.browser.conftest import last_of, open_page, open_tab, reload, script, sent, shot
from tests.files import make_weights

MEGABYTE = 1024 * 1024


def open_loras(page: Page, live: Program) -> Locator:
    """The user's own LoRAs on a page that was just opened."""
    open_page(page, live)
    open_tab(page, "account")
    return page.locator("#loras")


def test_a_lora_is_uploaded_with_a_bar_and_is_listed_by_its_name(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, tmp_path: Path
) -> None:
    place = open_loras(page, live)
    chooser = place.locator("input[type=file]")
    torn = make_weights(tmp_path / "torn.safetensors")
    torn.write_bytes(torn.read_bytes()[:-1])
    chooser.set_input_files(torn)
    expect(place.locator(".rh-said")).to_have_text(
        "The end of torn.safetensors is missing. Download it again. Nothing was sent."
    )
    script(emulator, faults=[{"on": "put", "do": "drop"}])
    chooser.set_input_files(make_weights(tmp_path / "harbour light.safetensors", 30 * MEGABYTE))
    expect(place.get_by_role("progressbar")).to_be_visible()
    expect(place.get_by_role("alert")).to_contain_text("The upload broke off. Nothing was charged")
    shot(page, "lora-broken")
    before = last_of(emulator)
    place.get_by_role("button", name="Try again").click()
    row = place.locator("[data-lora]").filter(has_text="harbour light")
    expect(row).to_contain_text("api-lora-cn/")
    expect(row).to_contain_text("30.0 MB")
    expect(place.locator(".rh-said")).to_contain_text("harbour light is at RunningHub.")
    assert [put["file"]["size"] > 30 * MEGABYTE for put in sent(emulator, before, "put")] == [True]
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    row.get_by_role("button", name="Copy name").click()
    expect(page.locator(".rh-toast")).to_have_text("The name is copied.")
    assert page.evaluate("navigator.clipboard.readText()") == row.get_attribute("data-lora")
    shot(page, "lora-listed")
    reload(page)
    open_tab(page, "account")
    expect(row).to_be_visible()
    row.get_by_role("button", name="Take off the list").click()
    expect(row).to_have_count(0)


def test_behind_another_tab_nobody_asks_how_far_it_is(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, tmp_path: Path
) -> None:
    place = open_loras(page, live)
    script(emulator, faults=[{"on": "put", "do": "slow", "seconds": 5}])
    place.locator("input[type=file]").set_input_files(make_weights(tmp_path / "slow boat.safetensors"))
    expect(place.get_by_role("progressbar")).to_be_visible()
    open_tab(page, "image")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/rh/api/loras" in request.url else None)
    settle(page)
    assert len(asked) <= 1
    open_tab(page, "account")
    expect(place.locator("[data-lora]").filter(has_text="slow boat")).to_be_visible()
    expect(place.locator(".rh-said")).to_contain_text("slow boat is at RunningHub.")
