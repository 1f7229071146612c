"""An address of this page stands for its file in every field; a link that only this network reaches is never
sent."""

from __future__ import annotations

import base64
import io
import re
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from PIL import Image
from playwright.sync_api import Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program
from tests.browser.conftest import (
    choose_model,
    finished,
    open_page,
    part,
    result_of,
    sent,
    shot,
    write_prompt,
)
from tests.browser.test_inputs import WITH_PICTURES, WORDS_ONLY, strip

PASTE = """([encoded, html]) => {
  const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], "image.png", {type: "image/png"}));
  clipboardData.setData("text/html", html);
  const event = new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true});
  document.body.dispatchEvent(event);
}"""


@pytest.fixture
def made(live: Program, request: pytest.FixtureRequest) -> dict[str, Any]:
    """A finished run with one picture."""
    words = f"made for {request.node.name}"
    live.call("submit", WORDS_ONLY, {"prompt": words, "resolution": "1k"}, "")
    (run,) = finished(live, words)
    return run


def test_a_tile_carries_its_result_into_a_field(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, made: dict[str, Any]
) -> None:
    (output,) = made["outputs"]
    open_page(page, live)
    choose_model(page, "image", WITH_PICTURES)
    tile = result_of(page, made)
    expect(tile.locator("img")).to_have_js_property("complete", True)
    tile.drag_to(strip(page).locator(".rh-zone"))
    expect(strip(page).locator(".rh-tile-name")).to_have_text(output["name"])
    expect(strip(page).locator(".rh-tile img")).not_to_have_js_property("naturalWidth", 0)
    shot(page, "own-files-dragged")
    write_prompt(page, "dragged")
    part(page, "image-generate").click()
    finished(live, "dragged")
    (upload,) = sent(emulator, quiet, "upload")
    assert upload["file"]["sha256"] == output["sha256"]
    (link,) = sent(emulator, quiet)[-1]["body"]["imageUrls"]
    assert upload["file"]["stored"] in link


def test_a_tile_dropped_beside_the_field_goes_into_the_first_free_one(
    page: Page, live: Program, made: dict[str, Any]
) -> None:
    open_page(page, live)
    choose_model(page, "image", WITH_PICTURES)
    tile = result_of(page, made)
    tile.drag_to(part(page, "image-form").locator("textarea").first)
    expect(strip(page).locator(".rh-tile-name")).to_have_text(made["outputs"][0]["name"])
    expect(part(page, "image-form").locator("textarea").first).to_have_value("")
    choose_model(page, "image", WORDS_ONLY)
    tile.drag_to(part(page, "image-form").locator("textarea").first)
    expect(page.locator(".rh-toast").last).to_contain_text("No free field of this form takes this result.")


def test_a_picture_copied_off_the_page_is_pasted_whole(
    page: Page, live: Program, quiet: int, emulator: RunningEmulator, made: dict[str, Any]
) -> None:
    (output,) = made["outputs"]
    picture = io.BytesIO()
    Image.new("RGB", (160, 160), "teal").save(picture, "PNG")
    open_page(page, live)
    choose_model(page, "image", WITH_PICTURES)
    html = f'<meta charset="utf-8"><img src="{live.url}/rh/thumbs/{output["id"]}">'
    page.evaluate(PASTE, [base64.b64encode(picture.getvalue()).decode(), html])
    expect(strip(page).locator(".rh-tile-name")).to_have_text(output["name"])
    page.evaluate(PASTE, [base64.b64encode(picture.getvalue()).decode(), "<b>words</b>"])
    expect(strip(page).locator(".rh-tile-name")).to_have_text([output["name"], "image.png"])


def spellings(live: Program, output: dict[str, Any]) -> list[str]:
    port = urlsplit(live.url).port
    name = output["name"]
    return [
        f"http://localhost:{port}/rh/thumbs/{output['id']}",
        f"http://0x7f.1:{port}/rh/files/{output['id']}/{name}?download=1",
        f"http://studio-pc.local:7860/rh/files/{output['id']}/other.png#top",
        f"https://studio.example/team/rh/thumbs/{output['id']}",
        f"https://192.168.1.9/studio/rh/files/{output['id']}/{name}",
    ]


def test_every_spelling_of_an_own_address_is_the_file(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, made: dict[str, Any]
) -> None:
    (output,) = made["outputs"]
    open_page(page, live)
    choose_model(page, "image", WITH_PICTURES)
    strip(page).get_by_role("button", name="Use a link").click()
    for count, link in enumerate(spellings(live, output), start=1):
        if not strip(page).get_by_label("Address of the file").is_visible():
            strip(page).get_by_role("button", name="Use a link").click()
        strip(page).get_by_label("Address of the file").fill(link)
        strip(page).get_by_label("Address of the file").press("Enter")
        expect(strip(page).locator(".rh-tile-name")).to_have_text([output["name"]] * count)
    write_prompt(page, "typed")
    part(page, "image-generate").click()
    finished(live, "typed")
    body = sent(emulator, quiet)[-1]["body"]
    assert len(body["imageUrls"]) == 5
    assert len(set(body["imageUrls"])) == 1
    (upload,) = sent(emulator, quiet, "upload")
    assert upload["file"]["sha256"] == output["sha256"]


def test_other_programs_may_name_a_result_by_its_address(
    live: Program, emulator: RunningEmulator, quiet: int, made: dict[str, Any]
) -> None:
    (output,) = made["outputs"]
    whole = requests.get(f"{live.url}/{output['url']}", timeout=30).content
    links = spellings(live, output)
    live.call("submit", WITH_PICTURES, {"prompt": "by address", "imageUrls": links}, "")
    (run,) = finished(live, "by address")
    (ref,) = set(run["params"]["imageUrls"])
    assert ref.startswith(f"input:{sha256(whole).hexdigest()}.")
    again = [f"{live.url}/rh/inputs/{ref.removeprefix('input:')}"]
    live.call("submit", WITH_PICTURES, {"prompt": "by address again", "imageUrls": again}, "")
    (run,) = finished(live, "by address again")
    assert run["params"]["imageUrls"] == [ref]
    went = [entry["body"]["imageUrls"] for entry in sent(emulator, quiet) if "imageUrls" in entry["body"]]
    assert len(went) == 2
    assert not [link for links in went for link in links if "/rh/" in link]


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("http://127.0.0.1:7860/picture.png", "only your own computer or network knows"),
        ("http://nas/holiday.png", "only your own computer or network knows"),
        ("http://localhost:7860/rh/files/nothing-000/a.png", "no longer here"),
    ],
)
def test_what_only_this_network_knows_is_refused_at_the_form_and_at_the_server(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, link: str, said: str
) -> None:
    open_page(page, live)
    choose_model(page, "image", WITH_PICTURES)
    strip(page).get_by_role("button", name="Use a link").click()
    strip(page).get_by_label("Address of the file").fill(link)
    strip(page).get_by_label("Address of the file").press("Enter")
    expect(strip(page).locator(".rh-tile .rh-field-error")).to_contain_text(said)
    shot(page, "own-files-private")
    write_prompt(page, "never sent")
    part(page, "image-generate").click()
    expect(part(page, "image-estimate")).to_contain_text(re.compile("Please look at|Missing"))
    answer = requests.post(
        f"{live.url}/gradio_api/run/submit",
        json={"data": [WITH_PICTURES, {"prompt": "never sent", "imageUrls": [link]}, ""]},
        timeout=30,
    )
    assert said in answer.text
    assert sent(emulator, quiet) == sent(emulator, quiet, "upload") == []
