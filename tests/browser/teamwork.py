"""What the tests of a team on the page share: how people visit it, sign in, and what a part must be like."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import reload, stepped, watched
from tests.team import WORD

MODEL: Final = "rhart-image-n-g31-flash/text-to-image"
DESK: Final[dict[str, Any]] = {"viewport": {"width": 1440, "height": 900}, "locale": "en-GB"}
PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844},
    "locale": "zh-CN",
    "has_touch": True,
    "is_mobile": True,
}
DARK: Final[dict[str, Any]] = {**DESK, "color_scheme": "dark"}
UNNAMED: Final = """(root) => [...root.querySelectorAll("button, input, select, a[href], summary")]
  .filter((one) => one.checkVisibility())
  .filter((one) => !(one.labels?.length || one.getAttribute("aria-label") || one.textContent.trim()))
  .map((one) => one.outerHTML)"""
SMALL: Final = """(root) => [...root.querySelectorAll("button, input, select, a[href], summary")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 38)
  .map((one) => `${one.outerHTML} ${one.getBoundingClientRect().height}`)"""
BEYOND: Final = """(root) => [...root.querySelectorAll("button, input, select, a[href]")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth - 12)
  .map((one) => one.outerHTML)"""


@contextmanager
def visit(browser: Browser, **looks: Any) -> Iterator[Page]:
    """A browser of its own, whose errors fail the test."""
    with watched(browser.new_context(**looks)) as page:
        yield page


def enter(page: Page, name: str, password: str = WORD) -> None:
    """Fill in the form of the sign-in page or of an invitation."""
    page.locator("#name").fill(name)
    page.locator("#password").fill(password)
    page.locator("form[method=post] button[type=submit]").first.click()
    page.locator("#rh-tabs").wait_for()


def section(page: Page, name: str) -> Locator:
    """A section of the Account tab."""
    if not page.locator(".rh-sections").is_visible():
        stepped(page)
        page.goto(f"{page.url.partition('#')[0]}#account")
        reload(page)
    page.locator(f"[data-section={name}]").click()
    expect(page.locator(f"[data-section={name}]")).to_have_attribute("aria-pressed", "true")
    return page.locator("[id=account-balance]")


def invited(page: Page, role: str) -> str:
    """The link of a new invitation."""
    team = section(page, "people")
    team.get_by_role("combobox", name="Role", exact=True).select_option(role)
    team.get_by_role("button", name="Make a link").click()
    link = team.get_by_role("group", name="Invitation link").locator("code").inner_text()
    expect(team.get_by_role("button", name="Copy text")).to_be_focused()
    return link


def well_made(place: Locator) -> None:
    """Every control of this part has a name, and on a phone a size; nothing is beyond the window's edge."""
    page = place.page
    assert place.evaluate(UNNAMED) == []
    if page.evaluate("navigator.maxTouchPoints"):
        assert place.evaluate(SMALL) == []
    assert place.evaluate(BEYOND) == []
    fits(page)


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
