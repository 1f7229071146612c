"""The main job on every tab: choose a model, fill in the form, press Generate, get a file that opens."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import av
import pytest
import requests
import trimesh
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from scripts.processes import Program
from tests.browser.conftest import choose_model, open_page, open_tab, part, shot

RUN_SECONDS = 90_000
"""Milliseconds; a run in demo mode takes up to some 15 s, and the machine may be busy."""


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("inputs") / "boat photo.jpg"
    image = Image.new("RGB", (640, 480), "#3a7ca5")
    ImageDraw.Draw(image).polygon([(200, 320), (440, 320), (400, 380), (240, 380)], fill="#d9643a")
    image.save(path, quality=92)
    return path


def image_opens(content: bytes) -> None:
    image = Image.open(io.BytesIO(content))
    image.load()
    assert image.width >= 256


def video_opens(content: bytes) -> None:
    with av.open(io.BytesIO(content), "r") as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert container.duration is not None
        assert container.duration / 1_000_000 > 1


def sound_opens(content: bytes) -> None:
    with av.open(io.BytesIO(content), "r") as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) > 1000


def model_opens(content: bytes) -> None:
    scene = trimesh.load_scene(io.BytesIO(content), file_type="glb")
    assert sum(len(mesh.faces) for mesh in scene.geometry.values()) > 10


Check = Callable[[bytes], None]
CASES = [
    pytest.param(
        "image", "rhart-image-n-g31-flash/image-to-image", "image", image_opens, id="image-to-image"
    ),
    pytest.param("video", "vidu/image-to-video-q3-turbo", "video", video_opens, id="image-to-video"),
    pytest.param(
        "audio", "rhart-audio/text-to-audio/speech-2.8-hd", "audio", sound_opens, id="text-to-speech"
    ),
    pytest.param("3d", "hunyuan3d-v3.1/text-to-3d", "model", model_opens, id="text-to-3d"),
]


@pytest.mark.parametrize(("modality", "path", "kind", "opens"), CASES)
def test_a_run_ends_with_a_file_that_opens(
    page: Page, demo: Program, picture: Path, modality: str, path: str, kind: str, opens: Check
) -> None:
    open_page(page, demo, modality)
    choose_model(page, modality, path)
    form = part(page, f"{modality}-form")
    words = f"A small boat on a calm lake, {modality}"
    form.locator("textarea").first.fill(words)
    if form.locator(".rh-media input[type=file]").count():
        form.locator(".rh-media input[type=file]").first.set_input_files(picture)
        expect(form.locator(".rh-tile img")).to_be_visible()
    part(page, f"{modality}-generate").click()
    run = part(page, f"{modality}-tasks").locator("[data-task]").first
    expect(run).to_be_visible()
    expect(run).to_contain_text(words)
    tile = part(page, f"{modality}-results").locator("[data-output]").first
    tile.wait_for(timeout=RUN_SECONDS)
    expect(tile).to_have_attribute("data-kind", kind)
    expect(part(page, f"{modality}-tasks").locator("[data-task]")).to_have_count(0)
    shot(page, f"{modality}-result")
    tile.click()
    dialog = page.locator("dialog.rh-lightbox")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text(words)
    # Gradio's own viewer of 3D models, once it is there, has a link of that name too.
    link = dialog.locator("a.rh-small.is-main", has_text="Download")
    address = link.get_attribute("href")
    answer = requests.get(f"{demo.url}/{address}", timeout=60)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    opens(answer.content)
    if kind == "model":
        expect(dialog.locator("canvas")).to_be_visible(timeout=30_000)
    shot(page, f"{modality}-large")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()


def test_a_text_model_answers_with_text(page: Page, demo: Program) -> None:
    open_page(page, demo, "text")
    choose_model(page, "text", "rhart-text-g-3-flash-preview/text-to-text")
    part(page, "text-form").locator("textarea").first.fill("Name three kinds of boats")
    part(page, "text-generate").click()
    tile = part(page, "text-results").locator("[data-output]").first
    tile.wait_for(timeout=RUN_SECONDS)
    tile.click()
    dialog = page.locator("dialog.rh-lightbox")
    expect(dialog.locator(".rh-reading")).to_contain_text("demo", ignore_case=True)
    shot(page, "text-large")


def test_gallery_and_history_show_the_runs_of_every_tab(page: Page, demo: Program) -> None:
    done = {task["modality"] for task in demo.call("tasks", "done", 100)}
    assert done == {"image", "video", "audio", "3d", "text"}, "the tests above leave one run each"
    open_page(page, demo)
    open_tab(page, "gallery")
    grid = page.locator("#gallery-grid")
    for kind in ("image", "video", "audio", "model", "text"):
        expect(grid.locator(f'[data-output][data-kind="{kind}"]').first).to_be_visible()
    shot(page, "gallery")
    grid.get_by_role("button", name="Videos").click()
    expect(grid.locator('[data-output]:not([data-kind="video"])')).to_have_count(0)
    open_tab(page, "history")
    part(page, "history-columns").click()
    page.get_by_role("dialog", name="Columns").get_by_label("Kind").check()
    page.keyboard.press("Escape")
    table = page.locator("#history-table")
    for name in ("Image", "Video", "Audio", "3D", "Text"):
        expect(table.get_by_role("cell", name=name, exact=True).first).to_be_visible(timeout=15_000)
    shot(page, "history")
    page.locator("#history-search").fill("three kinds of boats")
    expect(page.locator("#history-line")).to_contain_text("of 1 runs")
    table.get_by_role("cell", name="Name three kinds of boats").first.click()
    expect(page.locator("dialog.rh-lightbox .rh-reading")).to_be_visible()


def test_the_account_tab_says_demo(page: Page, demo: Program) -> None:
    open_page(page, demo)
    open_tab(page, "account")
    panel = page.locator("#account-balance")
    expect(panel).to_contain_text("no key is set")
    expect(panel).to_contain_text("play money")
    shot(page, "account")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["desktop", "phone"])
def test_the_page_has_no_sideways_scroll(
    page: Page, demo: Program, scheme: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(demo.url)
    page.locator("#image-form .rh-field").first.wait_for(state="attached")  # folded away on a phone
    expect(page.locator("#image-results [data-output]").first).to_be_visible()
    expect(page.locator("#image-generate")).to_be_in_viewport()
    shot(page, f"image-{size[0]}-{scheme}")
    handle = page.locator("#image-studio .rh-handle")
    if handle.is_visible():
        handle.click()  # the list of tabs has to come over the open sheet
        expect(page.locator("#image-form .rh-field").first).to_be_visible()
    for tab in ("gallery", "account"):
        open_tab_anywhere(page, tab)
        page.locator(f"#{'gallery-grid' if tab == 'gallery' else 'account-balance'} section").first.wait_for()
        shot(page, f"{tab}-{size[0]}-{scheme}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{tab}: {wide} px too wide"


def open_tab_anywhere(page: Page, name: str) -> None:
    """On a phone Gradio folds the tabs that don't fit into a menu."""
    more = page.get_by_role("button", name="More tabs")
    if more.is_visible():
        more.click()
        page.locator("#rh-tabs .overflow-dropdown").get_by_text(name.capitalize(), exact=True).click()
    else:
        open_tab(page, name)
