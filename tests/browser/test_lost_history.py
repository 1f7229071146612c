"""The history's file disappears under an open page: it says so at once, and nothing is sent until the file is
back."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import start_app
from tests.browser.conftest import finished, last_of, open_page, part, sent, with_key, write_prompt


def test_the_file_goes_and_comes_back(
    browser: Browser, emulator: RunningEmulator, quiet: int, tmp_path: Path
) -> None:
    file, away = tmp_path / "data" / "studio.db", tmp_path / "away.db"
    app = start_app(tmp_path, environment=with_key(emulator))
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = context.new_page()
    try:
        open_page(page, app)
        before = last_of(emulator)
        line = page.locator("header [data-history]")
        expect(line).to_have_count(0)
        file.rename(away)
        expect(line).to_contain_text("The file with the history is gone. Until this is put right, nothing")
        write_prompt(page, "while it is gone")
        part(page, "image-generate").click()
        expect(part(page, "image-estimate")).to_contain_text("Not started: The file with the history is gone")
        assert sent(emulator, before) == []
        away.rename(file)
        expect(line).to_have_count(0)
        part(page, "image-generate").click()
        finished(app, "while it is gone")
        assert len(sent(emulator, before)) == 1
    finally:
        context.close()
        assert app.stop() == 0
