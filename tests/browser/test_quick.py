"""Quick creations and public models on the page: a pasted call, a chosen style, a found model."""

from __future__ import annotations

import json
from pathlib import Path

import requests
from playwright.sync_api import Page, expect

from rh_ui.emulator.runner import RunningEmulator
from rh_ui.emulator.sample_apps import apps
from scripts.processes import Program
from tests.browser.conftest import arrived, open_page, open_tab, part, reload, shot
from tests.files import make_weights

QUICK = "1900000000000000205"


def call() -> str:
    """The call that a user copies from the site."""
    told = {"webappId": QUICK, "quickCreateCode": "002", "nodeInfoList": apps()[QUICK].nodes}
    return f"curl -X POST 'https://www.runninghub.ai/…' --data-raw '{json.dumps(told)}'"


def test_a_quick_creation_runs_with_a_style(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    open_page(page, live, "apps")
    page.get_by_role("button", name="Quick create").click()
    page.get_by_label("The call of a quick creation").fill("webappId 5")
    page.get_by_role("button", name="Make a form of it").click()
    expect(page.get_by_role("alert").filter(has_text="No call of a quick creation")).to_be_visible()
    page.get_by_label("The call of a quick creation").fill(call())
    page.get_by_role("button", name="Make a form of it").click()
    form = part(page, "apps-form")
    poster = form.locator(".rh-style").filter(has_text="Poster")
    expect(poster.locator("img")).to_be_visible()
    poster.click()
    expect(poster).to_have_attribute("aria-pressed", "true")
    form.get_by_role("button", name="Use these words").click()
    form.get_by_role("button", name="Add it to your words").click()
    expect(form.locator("textarea").first).to_have_value("a harbour, flat colours, flat poster")
    shot(page, "quick-style")
    part(page, "apps-generate").click()
    body = arrived(emulator, quiet)["body"]
    got = {f"{item['nodeId']}.{item['fieldName']}": item["fieldValue"] for item in body["nodeInfoList"]}
    assert body["quickCreateCode"] == "002"
    assert (got["6.text"], got["4.ckpt_name"]) == (
        "a harbour, flat colours, flat poster", "flat-poster.safetensors",
    )  # fmt: skip
    part(page, "apps-results").locator("[data-output]").first.wait_for()
    reload(page)
    open_tab(page, "apps")
    expect(poster).to_have_attribute("aria-pressed", "true")


def node(name: str, kind: str, value: str) -> dict[str, str]:
    return {"nodeId": "4", "fieldName": name, "fieldType": kind, "fieldValue": value, "description": name}


def test_models_are_found_where_a_field_names_one_and_own_ones_stand_first(
    page: Page, live: Program, quiet: int, tmp_path: Path
) -> None:
    weights = make_weights(tmp_path / "ink of mine.safetensors", 20_000)
    with weights.open("rb") as file:
        told = requests.post(f"{live.url}/gradio_api/upload", files={"files": file}, timeout=30).json()
    live.post("/loras/send", file={"path": told[0], "orig_name": weights.name})
    nodes = [node("ckpt_name", "STRING", "harbour-light.safetensors"), node("lora_name", "LORA", "")]
    plain = json.dumps({"webappId": "1900000000000000201", "quickCreateCode": "007", "nodeInfoList": nodes})
    open_page(page, live, "apps")
    page.get_by_role("button", name="Quick create").click()
    page.get_by_label("The call of a quick creation").fill(plain)
    page.get_by_role("button", name="Make a form of it").click()
    form = part(page, "apps-form")
    box = form.get_by_role("combobox", name="ckpt_name")
    expect(box).to_have_value("harbour-light.safetensors")
    box.click()
    expect(form.get_by_role("option")).to_have_count(2)
    box.fill("paper")
    expect(form.get_by_role("option").first).to_contain_text("paper-and-ink.safetensors")
    expect(form.get_by_role("option").first.locator("img")).to_be_visible()
    box.press("Enter")
    expect(box).to_have_value("paper-and-ink.safetensors")
    own = form.get_by_role("combobox", name="lora_name")
    own.click()
    own.press_sequentially("ink")
    expect(form.locator(".rh-list:visible .rh-list-group")).to_have_text(
        ["Yours, for RHLoraLoader nodes", "Public at RunningHub", "As typed"]
    )
    shot(page, "resource-list")
    own.fill("my own name.safetensors")
    form.get_by_role("option", name="Use “my own name.safetensors” as it is").click()
    expect(own).to_have_value("my own name.safetensors")
    reload(page)
    open_tab(page, "apps")
    expect(own).to_have_value("my own name.safetensors")
