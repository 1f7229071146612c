"""What travels before the page can be used, counted: how long it takes is for `make bench`."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from bench.loads import MOST_KILOBYTES, MOST_REQUESTS, load
from scripts.processes import start_app


def test_the_page_starts_with_few_requests_and_few_bytes(browser: Browser, tmp_path: Path) -> None:
    """Also for the very first visitor, for whom nothing is packed tightly yet."""
    app = start_app(tmp_path)
    try:
        first = load(browser, app.url)
    finally:
        app.stop()
    assert first.requests <= MOST_REQUESTS
    assert first.kilobytes <= MOST_KILOBYTES
