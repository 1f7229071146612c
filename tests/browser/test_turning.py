"""3D models and splats looked at and turned."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program
from tests.browser.conftest import PATIENCE, open_page, part, result_of
from tests.browser.test_seeing import SHAPE, delivered, run
from tests.corpus import shapes, splats


@pytest.fixture(autouse=True)
def small_window(page: Page) -> None:
    """Without a graphics card the processor draws each point of the viewer, sixty times a second."""
    page.set_viewport_size({"width": 800, "height": 560})


def test_a_model_s_picture_stands_in_until_the_viewer_has_it(page: Page, live: Program, quiet: int) -> None:
    made = run(live, SHAPE, "waits for its viewer")
    held: list[Route] = []
    file = f"**/rh/files/{made['outputs'][0]['id']}/**"
    page.route(file, lambda route: held.append(route))
    open_page(page, live, "3d")
    with page.expect_request(file):
        result_of(page, made).click()
    poster = page.locator("dialog.rh-lightbox .rh-model-poster")
    expect(poster).to_have_js_property("naturalWidth", 512)
    expect(page.locator("dialog.rh-lightbox canvas")).to_be_visible()
    expect(poster).to_be_visible()
    held.pop().continue_()
    expect(poster).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("dialog.rh-lightbox")).to_be_hidden()
    result_of(page, made).click()  # the viewer has it still, and fetches nothing
    expect(page.locator("dialog.rh-lightbox canvas")).to_be_visible()
    expect(poster).to_have_count(0)


def test_the_viewer_comes_with_the_first_model_and_takes_others_after_it(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    """Also if the first one was closed before the viewer was loaded."""
    model = delivered(live, emulator, "a ball to turn", "ball.glb", shapes.well_packed())["outputs"][1]
    world = delivered(live, emulator, "a world to turn", "world.splat", splats.splat())["outputs"][1]
    held: list[Route] = []
    page.route("**/assets/Model3D-*.js", lambda route: held.append(route))
    open_page(page, live)
    box = page.locator("dialog.rh-lightbox")
    assert held == []

    def look_at(made: dict[str, Any]) -> None:
        part(page, "image-results").locator(f'[data-output="{made["id"]}"]').click()
        expect(box).to_be_visible()

    def close() -> None:
        page.keyboard.press("Escape")
        expect(box).to_be_hidden()

    with page.expect_request("**/assets/Model3D-*.js"):
        look_at(model)
    close()
    with page.expect_response("**/assets/Model3D-*.js"):
        held.pop().continue_()
    for made in (model, model, world, world, model):
        look_at(made)
        expect(box.locator("canvas")).to_be_visible()
        expect(box.locator(".rh-model-poster")).to_have_count(0)
        close()


def test_a_compressed_model_is_turned_without_the_net(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    data = shapes.well_packed()
    made = delivered(live, emulator, "brings a packed one", "ball.glb", data)["outputs"][1]
    foreign: list[str] = []

    def gate(route: Route) -> None:
        if route.request.url.startswith((live.url, "blob:", "data:")):
            route.continue_()
        else:
            foreign.append(route.request.url)
            route.abort()

    page.route("**/*", gate)
    open_page(page, live)
    tile = part(page, "image-results").locator(f'[data-output="{made["id"]}"]')
    expect(tile.locator("img")).to_have_js_property("naturalWidth", 512)
    tile.click()
    box = page.locator("dialog.rh-lightbox")
    expect(box.locator("canvas")).to_be_visible()
    expect(box.locator(".rh-model-poster")).to_have_count(0)
    canvas = box.locator("canvas")
    assert 0.05 < drawn_on(canvas, 0.05) < 0.9
    assert foreign == []
    with page.expect_download() as taken:
        box.get_by_role("link", name="Download").click()  # the only one: the viewer's own is out of sight
    assert data[-500:] in Path(taken.value.path()).read_bytes(), "the file itself stays packed"


SPLATS = {"world.spz": splats.spz(), "world.splat": splats.splat(), "world.ply": splats.ply()}


@pytest.mark.parametrize("name", SPLATS)
def test_splats_are_counted_drawn_and_turned(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, name: str
) -> None:
    made = delivered(live, emulator, f"brings {name}", name, SPLATS[name])["outputs"][1]
    assert (made["kind"], made["name"].rpartition(".")[2]) == ("model", name.rpartition(".")[2])
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    open_page(page, live)
    tile = part(page, "image-results").locator(f'[data-output="{made["id"]}"]')
    expect(tile.locator("img")).to_have_js_property("naturalWidth", 512)
    tile.click()
    box = page.locator("dialog.rh-lightbox")
    expect(box.locator(".rh-facts")).to_contain_text(f"{splats.COUNT} points")
    expect(box.locator(".rh-facts")).not_to_contain_text("faces")
    canvas = box.locator("canvas")
    expect(canvas).to_be_visible()
    expect(box.locator(".rh-model-poster")).to_have_count(0)
    assert drawn_on(canvas, 0.01) > 0.01
    before = canvas.screenshot()
    place = canvas.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] / 2 + 150, place["y"] + place["height"] / 2, steps=3)
    page.mouse.up()
    end = time.monotonic() + PATIENCE / 1000
    while canvas.screenshot() == before:
        assert time.monotonic() < end, "it turns"
    assert faults == []


def test_a_compressed_model_that_is_broken_is_said(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    data = shapes.packed_by_draco()
    made = delivered(live, emulator, "brings a broken one", "ball.glb", data)["outputs"][1]
    open_page(page, live)
    tile = part(page, "image-results").locator(f'[data-output="{made["id"]}"]')
    expect(tile.locator("img")).to_have_js_property("naturalWidth", 512)
    tile.click()
    box = page.locator("dialog.rh-lightbox")
    expect(box.locator(".rh-stage")).to_contain_text("can't be turned here")
    expect(box.locator(".rh-stage img")).to_have_js_property("naturalWidth", 512)
    expect(box.locator("canvas")).to_have_count(0)


def drawn_on(canvas: Locator, least: float) -> float:
    """The part of the viewer that differs from its corner, once it is more than `least`. Each look takes as
    long as a picture of the page."""
    end = time.monotonic() + PATIENCE / 1000
    while True:
        seen = np.asarray(Image.open(io.BytesIO(canvas.screenshot())).convert("RGB")).astype(int)
        middle = seen[60:-60, 60:-60]  # the viewer's own buttons lie at its edges
        drawn = float((abs(middle - middle[0, 0]).max(axis=2) > 12).mean())
        if drawn > least or time.monotonic() > end:
            return drawn
