"""What is sent is what the form shows: copies are shown and described. Files also come from results, the
camera and the microphone."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program, until
from tests.browser.conftest import (
    card_of,
    choose_model,
    finished,
    open_page,
    part,
    result_of,
    script,
    sent,
    shot,
    write_prompt,
)
from tests.corpus.films import heic
from tests.corpus.pictures import moving, turned

WITH_PICTURES = "rhart-image-n-g31-flash/image-to-image"
WORDS_ONLY = "rhart-image-n-g31-flash/text-to-image"
ALSO_WEBP = "alibaba/wan-2.7/image-edit"
SPEAKS = "alibaba/wan-2.5-preview/image-to-video"


def strip(page: Page, modality: str = "image", key: str = "imageUrls") -> Locator:
    field: Locator = part(page, f"{modality}-form").locator(f'.rh-field[data-key="{key}"]')
    return field


def choose(field: Locator, *paths: Path) -> None:
    field.locator("input[type=file]").set_input_files(paths)
    expect(field.locator(".rh-tile-state")).to_have_count(0)


def test_copies_are_shown_and_told_before_anything_is_sent(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, tmp_path: Path
) -> None:
    for name, data in {"IMG_1.HEIC": heic(3), "IMG_2.jpg": turned(6), "loop.gif": moving("GIF")}.items():
        (tmp_path / name).write_bytes(data)
    noise = tmp_path / "large.png"
    Image.merge("RGB", [Image.effect_noise((1500, 1500), 90) for _ in range(3)]).save(noise)
    open_page(page, live)
    choose_model(page, "image", WITH_PICTURES)
    field = strip(page)
    choose(field, *(tmp_path / name for name in ("IMG_1.HEIC", "IMG_2.jpg", "loop.gif")))
    held: list[Route] = []
    page.route("**/gradio_api/upload", lambda route: held.append(route))
    field.locator("input[type=file]").set_input_files(noise)
    expect(field.locator(".rh-tile .rh-bar")).to_have_count(1)
    held.pop().continue_()
    expect(field.locator(".rh-tile .rh-bar")).to_have_count(0)
    expect(field.locator(".rh-tile-state")).to_have_count(0)
    notices = field.locator(".rh-tile-notice")
    told = [
        "This model does not take HEIC. A copy is sent as JPEG.",
        "An upright copy is sent, as you see it.",
    ]
    expect(notices).to_have_text([*told, re.compile("not take GIF.*PNG.*Only its first picture is sent")])
    shown = field.locator(".rh-tile img")
    for place, sides in enumerate([(200, 320), (320, 200), (320, 200), (1500, 1500)]):
        expect(shown.nth(place)).to_have_js_property("naturalWidth", sides[0])
        expect(shown.nth(place)).to_have_js_property("naturalHeight", sides[1])
    shot(page, "inputs-copies")
    write_prompt(page, "told and shown")
    script(emulator, faults=[{"on": "upload", "do": "slow", "seconds": 1.5, "times": 4}])
    part(page, "image-generate").click()
    expect(card_of(page, "told and shown")).to_contain_text(re.compile(r"Sending your files, \d of 4, \d+ %"))
    expect(card_of(page, "told and shown").locator(".rh-bar")).to_have_class(re.compile("is-measured"))
    finished(live, "told and shown")
    (submit,) = sent(emulator, quiet)
    uploads = sent(emulator, quiet, "upload")
    stored = {entry["file"]["stored"]: entry["file"] for entry in uploads}
    order = [next(name for name in stored if name in link) for link in submit["body"]["imageUrls"]]
    assert [name.rpartition(".")[2] for name in order] == ["jpg", "jpg", "png", "png"]
    assert stored[order[3]]["sha256"] == sha256(noise.read_bytes()).hexdigest()
    page.get_by_role("button", name="中文").click()
    expect(strip(page).locator(".rh-tile-notice").first).to_have_text(
        "该模型不接受 HEIC，将以 JPEG 副本发送。"
    )


def test_another_model_gets_the_original_where_it_takes_it(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, tmp_path: Path
) -> None:
    path = tmp_path / "lake.webp"
    Image.new("RGB", (512, 512), "navy").save(path)
    open_page(page, live)
    choose_model(page, "image", WITH_PICTURES)
    choose(strip(page), path)
    expect(strip(page).locator(".rh-tile-notice")).to_contain_text("does not take WebP")
    choose_model(page, "image", ALSO_WEBP)
    expect(strip(page).locator(".rh-tile-notice")).to_have_count(0)
    write_prompt(page, "as it was")
    part(page, "image-generate").click()
    finished(live, "as it was")
    (upload,) = sent(emulator, quiet, "upload")
    assert upload["file"]["sha256"] == sha256(path.read_bytes()).hexdigest()


def test_a_result_goes_into_another_run(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    live.call("submit", WORDS_ONLY, {"prompt": "to be used again", "resolution": "1k"}, "")
    (run,) = finished(live, "to be used again")
    (output,) = run["outputs"]
    open_page(page, live)
    choose_model(page, "image", WITH_PICTURES)
    strip(page).get_by_role("button", name="From results").click()
    window = page.get_by_role("dialog", name="Choose a result")
    window.get_by_role("searchbox").fill("to be used again")
    tile = window.locator(f'[data-output="{output["id"]}"]')
    expect(window.locator("[data-output]")).to_have_count(1)
    shot(page, "inputs-results")
    tile.click()
    expect(window).to_have_count(0)
    expect(strip(page).locator(".rh-tile-name")).to_have_text(output["name"])
    part(page, "image-form").get_by_role("button", name="Start over").click()
    choose_model(page, "image", WORDS_ONLY)
    result_of(page, run).click()
    page.get_by_role("button", name="Use as input").click()
    where = page.get_by_role("dialog", name="Use it with which model?")
    expect(where.locator(".rh-window-row")).to_contain_text(["Image · Images", "Video ·", "3D ·", "Text ·"])
    where.get_by_role("button", name="Nano Banana 2").click()
    expect(strip(page).locator(".rh-tile-name")).to_have_text(output["name"])
    write_prompt(page, "used again")
    part(page, "image-generate").click()
    (again,) = finished(live, "used again")
    (upload,) = sent(emulator, quiet, "upload")
    assert again["params"]["imageUrls"][0].startswith("input:")
    assert upload["file"]["sha256"] == output["sha256"]


def test_the_camera_and_the_microphone(
    whole_page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    page = whole_page
    open_page(page, live, "video")
    choose_model(page, "video", SPEAKS)
    photo, sound = strip(page, "video", "imageUrl"), strip(page, "video", "audioUrl")
    photo.get_by_role("button", name="Take a photo").click()
    window = page.get_by_role("dialog", name="Take a photo")
    expect(window.get_by_role("alert")).to_contain_text("keeps the camera from this page")
    window.get_by_role("button", name="Close").click()
    page.context.grant_permissions(["camera", "microphone"])
    photo.get_by_role("button", name="Take a photo").click()
    expect(window.locator("video")).not_to_have_js_property("videoWidth", 0)
    window.get_by_role("button", name="Take the photo").click()
    shot(page, "inputs-photo")
    window.get_by_role("button", name="Use it").click()
    expect(photo.locator(".rh-tile-name")).to_have_text(re.compile(r"^Photo .*\.jpg$"))
    sound.get_by_role("button", name="Record").click()
    window = page.get_by_role("dialog", name="Record")
    window.get_by_role("button", name="Start").click()
    expect(window.get_by_role("timer")).to_have_text("0:03")
    window.get_by_role("button", name="Stop").click()
    shot(page, "inputs-recording")
    window.get_by_role("button", name="Use it").click()
    expect(sound.locator(".rh-tile-notice")).to_have_text(
        "This model does not take WEBM. A copy is sent as MP3."
    )
    write_prompt(page, "by camera and microphone", "video")
    part(page, "video-generate").click()
    finished(live, "by camera and microphone")
    names = sorted(entry["file"]["name"].rpartition(".")[2] for entry in sent(emulator, quiet, "upload"))
    assert names == ["jpg", "mp3"]


COUNT_ADDRESSES: Final = """() => {
  const { createObjectURL } = URL;
  window.made = 0;
  URL.createObjectURL = (given) => { window.made += 1; return createObjectURL.call(URL, given); };
  window.MediaRecorder = class extends MediaRecorder {
    constructor(stream) {
      super(stream);
      this.addEventListener("stop", () => { window.ended = true; });
    }
  };
}"""


def test_a_recording_that_is_given_up_leaves_nothing_in_memory(whole_page: Page, live: Program) -> None:
    page = whole_page
    open_page(page, live, "video")
    choose_model(page, "video", SPEAKS)
    page.context.grant_permissions(["microphone"])
    page.evaluate(COUNT_ADDRESSES)
    strip(page, "video", "audioUrl").get_by_role("button", name="Record").click()
    window = page.get_by_role("dialog", name="Record")
    window.get_by_role("button", name="Start").click()
    expect(window.get_by_role("timer")).to_have_text("0:01")
    window.get_by_role("button", name="Close").click()
    until(page, "window.ended")
    assert page.evaluate("window.made") == 0
