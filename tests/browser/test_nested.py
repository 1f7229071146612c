"""References and shots as a person brings them: by drop, by name in the prompt, dragged into order, and with
a length that does not add up at first."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any, Final

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program
from tests.browser.conftest import (
    arrived,
    choose_model,
    open_page,
    part,
    reload,
    sent,
    shot,
    write_prompt,
)

OMNI: Final = "skyreels-v4/omni-reference-fast"
KLING: Final = "kling-v3.0-pro/text-to-video"
DROP: Final = """(zone, files) => {
  const transfer = new DataTransfer();
  for (const [name, data] of files) {
    const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type: "image/png" }));
  }
  for (const type of ["dragover", "drop"]) {
    zone.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }));
  }
}"""


def field(page: Page, key: str) -> Any:
    return part(page, "video-form").locator(f'.rh-field[data-key="{key}"]')


def generate(page: Page) -> None:
    part(page, "video-generate").click()


@pytest.fixture
def pictures(tmp_path: Path) -> list[tuple[str, str]]:
    """Three files for a drop: name and content."""
    found = []
    for number, name in enumerate(("fox.png", "lake.png", "kite.png")):
        path = tmp_path / name
        Image.new("RGB", (400, 300), (70 * number + 40, 120, 180)).save(path)
        found.append((name, base64.b64encode(path.read_bytes()).decode()))
    return found


def bring(page: Page, files: list[tuple[str, str]], there: int) -> None:
    field(page, "refImages").locator(".rh-zone").evaluate(DROP, files)
    expect(field(page, "refImages").locator(".rh-tile")).to_have_count(there)
    expect(field(page, "refImages").locator(".rh-tile-state")).to_have_count(0)


def names(page: Page) -> Locator:
    found: Locator = field(page, "refImages").locator(".rh-tile-called")
    return found


def test_references_are_dropped_named_in_the_prompt_and_sent_as_they_stand(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, pictures: list[tuple[str, str]]
) -> None:
    open_page(page, live, "video")
    choose_model(page, "video", OMNI)
    bring(page, pictures, 3)
    expect(names(page)).to_have_text(["@image_1", "@image_2", "@image_3"])
    field(page, "refImages").get_by_role("button", name="Remove").first.click()
    expect(names(page)).to_have_text(["@image_2", "@image_3"])
    prompt = field(page, "prompt").locator("textarea")
    prompt.fill("The lake of @image_4 and ")
    prompt.press_sequentially("@")
    offered = field(page, "prompt").get_by_role("option")
    expect(offered).to_have_count(2)
    shot(page, "references-offered")
    prompt.press("ArrowDown")
    prompt.press("Enter")
    expect(prompt).to_have_value("The lake of @image_4 and @image_3 ")
    expect(offered).to_have_count(0)
    generate(page)
    expect(field(page, "prompt").locator("> .rh-field-error")).to_have_text(
        "Prompt names @image_4, but there is no such reference; there is @image_2, @image_3."
    )
    assert sent(emulator, quiet) == sent(emulator, quiet, "upload") == []
    prompt.fill("The lake of @im")
    prompt.press("End")
    prompt.press_sequentially("age_")
    offered.first.click()
    expect(prompt).to_have_value("The lake of @image_2 ")
    reload(page)
    expect(names(page)).to_have_text(["@image_2", "@image_3"])
    expect(field(page, "refImages").locator(".rh-tile-state")).to_have_count(0)
    generate(page)
    body = arrived(emulator, quiet)["body"]
    assert [(item["type"], item["tag"]) for item in body["refImages"]] == [
        ("image", "image_2"),
        ("image", "image_3"),
    ]
    assert all(set(item) == {"type", "tag", "url"} for item in body["refImages"])
    uploads = [entry["file"]["stored"] for entry in sent(emulator, quiet, "upload")]
    links = [item["url"].partition("?")[0].rpartition("/")[2] for item in body["refImages"]]
    assert sorted(links) == sorted(uploads)
    assert body["prompt"].strip() == "The lake of @image_2"


def rows(page: Page) -> Locator:
    found: Locator = field(page, "multiPrompt").locator(".rh-shot")
    return found


def prompts(page: Page) -> list[str]:
    return [row.locator("textarea").input_value() for row in rows(page).all()]


def test_shots_are_dragged_into_order_and_their_lengths_made_to_fit(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    open_page(page, live, "video")
    choose_model(page, "video", KLING)
    write_prompt(page, "three shots", "video")
    expect(field(page, "multiPrompt")).to_have_class("rh-field is-off")
    field(page, "multiShot").locator(".rh-switch").click()
    expect(field(page, "multiPrompt")).not_to_have_class("rh-field is-off")
    generate(page)
    expect(field(page, "multiPrompt").locator("> .rh-field-error")).to_contain_text("Shots")
    add = field(page, "multiPrompt").get_by_role("button", name="Add a shot")
    for words, seconds in (("A door opens", "3"), ("Rain on a roof", "2"), ("A cat looks up", "3")):
        add.click()
        rows(page).last.locator("textarea").fill(words)
        rows(page).last.locator("input").fill(seconds)
    shot(page, "shots-too-long")
    handle = rows(page).nth(2).locator(".rh-shot-handle")
    target = rows(page).first.bounding_box()
    handle.hover()
    page.mouse.down()
    assert target is not None
    page.mouse.move(target["x"] + 20, target["y"] + 30, steps=4)
    page.mouse.move(target["x"] + 20, target["y"] + 2, steps=2)
    page.mouse.up()
    assert prompts(page) == ["A cat looks up", "A door opens", "Rain on a roof"]
    rows(page).nth(1).locator(".rh-shot-handle").press("ArrowDown")
    expect(rows(page).nth(2).locator(".rh-shot-handle")).to_be_focused()
    assert prompts(page) == ["A cat looks up", "Rain on a roof", "A door opens"]
    generate(page)
    expect(field(page, "multiPrompt").locator("> .rh-field-error")).to_have_text(
        "Shots and Duration do not agree: the shots last 8 s together, the video 5 s; make them equal."
    )
    assert sent(emulator, quiet) == []
    field(page, "multiPrompt").get_by_role("button", name="Set Duration to 8 s").click()
    expect(field(page, "multiPrompt").locator(".rh-shot-sum")).to_have_text("8 of 8 s")
    rows(page).first.get_by_role("button", name="Remove shot 1").click()
    field(page, "multiPrompt").get_by_role("button", name="Spread 8 s over the shots").click()
    generate(page)
    body = arrived(emulator, quiet)["body"]
    assert body["multiShot"] is True
    assert body["duration"] == "8"
    assert body["multiPrompt"] == [
        {"index": 1, "prompt": "Rain on a roof", "duration": "3"},
        {"index": 2, "prompt": "A door opens", "duration": "5"},
    ]
