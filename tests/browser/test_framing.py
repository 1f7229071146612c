"""A page of another site that frames ours gets nothing; only a site in the settings may frame it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program, start_app, until
from tests.browser.conftest import sent

ERROR_PAGE = "chrome-error://chromewebdata/"


class Foreign:
    """Another site, on another port: a page that frames the address in its own address."""

    def __init__(self) -> None:
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                target = self.path.partition("?")[2]
                page = (
                    "<!doctype html><title>A prize</title>"
                    f'<iframe src="{target}" allow="clipboard-read; clipboard-write"'
                    " width=1300 height=800></iframe>"
                ).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, format: str, *args: object) -> None:
                """Logs nothing: a test's output is for errors."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def framing(self, address: str) -> str:
        return f"{self.origin}/prize?{address}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def foreign() -> Iterator[Foreign]:
    site = Foreign()
    yield site
    site.stop()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """A user who lets every page use the clipboard; refusals of the browser appear on the console."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("tab", ["image", "account"])
def test_a_foreign_page_that_frames_this_one_gets_nothing(
    visitor: Page, live: Program, emulator: RunningEmulator, foreign: Foreign, quiet: int, tab: str
) -> None:
    said: list[str] = []
    visitor.on("console", lambda message: said.append(message.text))
    visitor.goto(foreign.framing(f"{live.url}/#{tab}"))
    expect(visitor.locator("iframe")).to_be_visible()
    until(visitor, "frames.length === 1")
    visitor.evaluate("navigator.clipboard.writeText('of the person')")
    inside = visitor.frames[1]
    assert inside.url == ERROR_PAGE
    assert any("frame" in line and live.url in line for line in said), said
    for height in range(50, 800, 50):  # where a button might lie
        visitor.mouse.click(400, height)
    assert inside.locator("#rh-tabs").count() == 0
    assert visitor.evaluate("navigator.clipboard.readText()") == "of the person"
    assert sent(emulator, quiet) == []


def test_a_site_that_the_setting_names_may_frame_it(visitor: Page, foreign: Foreign, tmp_path: Path) -> None:
    """It also shows that the test above would notice a page that can be framed."""
    app = start_app(tmp_path, environment={"RH_UI_FRAME_ANCESTORS": f"self {foreign.origin}"})
    visitor.goto(foreign.framing(f"{app.url}/#image"))
    visitor.frame_locator("iframe").locator("#image-form .rh-field").first.wait_for()
    assert app.stop() == 0


def test_a_space_finds_its_own_value(tmp_path: Path) -> None:
    app = start_app(tmp_path, environment={"SPACE_ID": "someone/studio"})
    headers = requests.get(app.url, timeout=10).headers
    assert "frame-ancestors 'self' https://huggingface.co;" in headers["Content-Security-Policy"]
    assert "connect-src 'self' https://huggingface.co;" in headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in headers
    assert app.stop() == 0
