"""Screenshots of every tab, desktop and phone, light and dark, into build/screenshots; `--readme` renews
docs/screenshot.png. They show a demo app with runs made for them."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Locator, Page

from scripts.processes import ROOT, Program, chromium, start_app, until

SIZES: Final = {"desktop": (1440, 900), "phone": (390, 844)}
THEMES: Final = ("light", "dark")
TABS: Final = {
    "image": "Image", "video": "Video", "audio": "Audio", "3d": "3D", "text": "Text",
    "gallery": "Gallery", "history": "History", "account": "Account",
}  # fmt: skip
"""Id → English name."""
PICTURES: Final = ROOT / "build" / "screenshots"
README_PICTURE: Final = ROOT / "docs" / "screenshot.png"
RUN_SECONDS: Final = 180.0

IMAGE_MODEL: Final = "rhart-image-n-g31-flash/text-to-image"
RUNS: Final[dict[str, tuple[str, ...]]] = {
    "image": (
        "A lighthouse on a cliff at dusk, painted in gouache",
        "A red kite over a wheat field, late summer light",
        "A tea house in the rain, seen from across the street",
        "A fox asleep in a hollow log, first snow",
        "A city of brass towers under two moons",
        "A sailing boat in fog, early morning",
        "Terraced rice fields seen from a balloon",
        "A greenhouse full of ferns at night",
    ),
    "video": ("Waves roll slowly onto a black beach, the camera glides along",),
    "audio": ("Good evening. The last train leaves from platform two.",),
    "3d": ("A wooden toy boat with a paper sail",),
    "text": ("Name three quiet places to read in a city",),
}
"""The runs for the screenshots, by tab, oldest first."""


def first_payload(program: Program, modality: str, prompt: str) -> tuple[str, dict[str, object]]:
    """The first model of a tab that needs only text, and its payload: the text and all defaults."""
    for listed in program.call("endpoints", modality):
        path = str(listed["endpoint"])
        required = [field for field in program.call("endpoint", path)["fields"] if field["required"]]
        blank = [field for field in required if field["default"] is None]
        if [field["kind"] for field in blank] == ["text"]:
            params = {field["key"]: field["default"] for field in required} | {blank[0]["key"]: prompt}
            if not program.call("estimate", path, params)["problems"]:
                return path, params
    raise RuntimeError(f"No model of the tab {modality} takes words alone.")


def make_runs(program: Program) -> None:
    """Start RUNS and wait until all are finished."""
    waiting: list[str] = []
    params: dict[str, object]
    for modality, prompts in RUNS.items():
        for prompt in prompts:
            if modality == "image":
                path, params = IMAGE_MODEL, {"prompt": prompt, "resolution": "1k", "aspectRatio": "1:1"}
            else:
                path, params = first_payload(program, modality, prompt)
            waiting.append(program.call("submit", path, params, "")["id"])
    deadline = time.monotonic() + RUN_SECONDS
    while waiting:
        waiting = [task for task in waiting if program.call("task", task)["state"] != "done"]
        if time.monotonic() > deadline:
            raise RuntimeError(f"{len(waiting)} runs did not finish in {RUN_SECONDS:.0f} s.")
        time.sleep(0.3)


def handle(page: Page, name: str) -> Locator:
    return page.locator(f'[id="{name}"]')


def open_tab(page: Page, tab: str) -> None:
    """Show a tab with all of its content."""
    page.locator("#rh-tabs [role=tab]").first.wait_for()
    shown = page.locator(f'#rh-tabs [role=tab][data-tab-id="{tab}"]')
    if shown.count():
        shown.first.click()
    else:  # Tabs that do not fit on a narrow screen are in Gradio's menu.
        page.locator(".overflow-dropdown button", has_text=TABS[tab]).dispatch_event("click")
    if tab in RUNS:
        handle(page, f"{tab}-form").locator(".rh-field").first.wait_for(state="attached")
        handle(page, f"{tab}-results").locator("[data-output]").first.wait_for()
    until(page, "Array.from(document.images).every((image) => image.complete)")


def new_page(browser: Browser, size: str, theme: str) -> Page:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
        locale="en-GB",
        has_touch=size == "phone",
    )
    return context.new_page()


def wait_for_pictures(page: Page) -> None:
    """Wait until every visible picture is painted."""
    seen = "[...document.images].filter((one) => one.checkVisibility()).every((one) => one.complete)"
    until(page, seen)


def take_all(browser: Browser, program: Program) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        for theme in THEMES:
            page = new_page(browser, size, theme)
            page.goto(program.url)
            for tab in TABS:
                open_tab(page, tab)
                wait_for_pictures(page)
                page.screenshot(path=PICTURES / f"{tab}-{size}-{theme}.png")
                if size == "phone" and tab in RUNS:  # the form is a sheet
                    page.locator(".rh-handle:visible").click()
                    page.screenshot(path=PICTURES / f"{tab}-form-{size}-{theme}.png")
            page.context.close()


def take_readme(browser: Browser, program: Program) -> None:
    page = new_page(browser, "desktop", "light")
    page.goto(program.url)
    open_tab(page, "image")
    handle(page, "image-form").locator("textarea").first.fill(RUNS["image"][0])
    page.locator(".rh-balance").filter(has_text="¥").wait_for()
    wait_for_pictures(page)
    page.screenshot(path=README_PICTURE)
    page.context.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts.screenshots", description=__doc__)
    parser.add_argument("--readme", action="store_true", help="take docs/screenshot.png only")
    flags = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = start_app(Path(folder))
        try:
            make_runs(program)
            with chromium() as browser:
                (take_readme if flags.readme else take_all)(browser, program)
        finally:
            program.stop()
    sys.stdout.write(f"{README_PICTURE if flags.readme else PICTURES}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
