"""What is transferred before the page can be used, counted; `make bench` measures the time."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page

from bench.loads import MOST_KILOBYTES, MOST_REQUESTS, load, settle
from scripts.processes import Program, start_app
from tests.browser.conftest import API, open_page, open_tab


def test_the_page_starts_with_few_requests_and_few_bytes(browser: Browser, tmp_path: Path) -> None:
    """Also for the first visitor, for whom nothing is compressed well yet."""
    app = start_app(tmp_path)
    try:
        first = load(browser, app.url)
    finally:
        app.stop()
    assert first.requests <= MOST_REQUESTS
    assert first.kilobytes <= MOST_KILOBYTES


def test_nothing_is_read_twice(page: Page, demo: Program) -> None:
    """Neither at the start, when the push of changes reports for the first time, nor on the tab of apps,
    where a form is in several lists of which one is visible."""
    open_page(page, demo)
    settle(page)  # by now the balance is known; learning it is a change, which is read again
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "GET" else None)
    open_page(page, demo)
    settle(page)
    open_tab(page, "apps")
    settle(page)
    page.get_by_role("button", name="Workflows").click()
    settle(page)
    questions = sorted(url for url in asked if API in url)
    assert any("/status" in url for url in questions)
    assert questions == sorted(set(questions))
    assert len([url for url in questions if "/forms?" in url]) == 2
