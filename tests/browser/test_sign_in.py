"""Signing in, in a real Chromium: the pages for strangers, and who is signed in on the page itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from rh_ui.people import Role
from rh_ui.services.people import as_caller
from scripts.processes import free_port
from tests.browser.conftest import SHOTS, is_fault, open_tab, shot, watched
from tests.browser.test_framing import Foreign
from tests.nginx import readme_settings, running_nginx
from tests.signed import ADMIN, GUEST, MEMBER, TeamPage, team_page
from tests.team import WORD

SCRIPT = "</script><img src=x onerror=alert(1)><script>alert(2)</script>"
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
NAMED = "studio.localhost"


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamPage]:
    with team_page(tmp_path_factory.mktemp("team")) as found:
        yield found


def sign_in(page: Page, name: str, word: str = WORD) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(word)
    page.get_by_role("button", name="Sign in").click()


def join(page: Page, name: str, word: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(word)
    page.get_by_role("button", name="Join").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_form_signs_in_with_scripts_and_without(browser: Browser, team: TeamPage, scripts: bool) -> None:
    context = browser.new_context(viewport=PHONE, locale="en-GB", java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"{team.app.url}/")
    expect(page.get_by_text("Admins can open what others made")).to_be_visible()
    sign_in(page, MEMBER, "not my password")
    expect(page.get_by_role("alert")).to_have_text("The name or the password is wrong.")
    expect(page.get_by_label("Name")).to_have_value(MEMBER)
    expect(page.get_by_label("Password")).to_be_focused()
    assert page.get_by_role("button").bounding_box()["height"] >= 40  # type: ignore[index]
    sign_in(page, MEMBER)
    expect(page).to_have_url(f"{team.app.url}/")
    assert context.cookies()[0]["httpOnly"]
    context.close()


def test_a_frame_in_which_the_browser_keeps_no_cookie_says_so(browser: Browser, tmp_path: Path) -> None:
    """A frame of another site: the browser keeps our cookie there and sends it nowhere."""
    site = Foreign()
    framer = site.origin.replace("127.0.0.1", "localhost")
    with team_page(tmp_path, environment={"RH_UI_FRAME_ANCESTORS": framer}) as team:
        context = browser.new_context(viewport=DESKTOP, locale="en-GB")
        page = context.new_page()
        page.goto(f"{framer}/prize?{team.app.url}/")
        frame = page.frame_locator("iframe")
        frame.get_by_label("Name").fill(MEMBER)
        frame.get_by_label("Password").fill(WORD)
        frame.get_by_role("button", name="Sign in").click()
        expect(frame.get_by_role("alert")).to_contain_text("keeps no cookie of this page")
        context.close()
    site.stop()


def test_the_page_says_who_is_signed_in_and_lets_them_out(browser: Browser, team: TeamPage) -> None:
    with watched(browser.new_context(viewport=DESKTOP, locale="en-GB")) as page:
        page.goto(f"{team.app.url}/#gallery")
        sign_in(page, MEMBER)
        expect(page.locator('[role=tab][data-tab-id="gallery"]')).to_have_attribute("aria-selected", "true")
        menu = page.get_by_role("button", name=MEMBER)
        menu.click()
        expect(page.locator("#rh-person-menu")).to_contain_text("Member")
        shot(page, "signed-in-menu")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.go_back()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_an_open_page_says_that_nobody_is_signed_in_any_more(browser: Browser, team: TeamPage) -> None:
    with watched(browser.new_context(viewport=DESKTOP, locale="en-GB")) as page:
        page.goto(f"{team.app.url}/")
        sign_in(page, GUEST)
        page.locator("#image-form .rh-field").first.wait_for()
        person = team.person(GUEST)
        for session in team.sign_in.sessions(person.id):
            team.sign_in.end_session(session.id, as_caller(person))
        open_tab(page, "history")
        expect(page.get_by_text("You are signed out.").first).to_be_visible()
        page.get_by_role("link", name="Sign in again").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_name_is_only_a_name(browser: Browser, team: TeamPage) -> None:
    """Script as a name: on the pages for strangers, in the head of the page, and in its menu."""
    invitation = team.people.invite(Role.ADMIN, "", as_caller(team.person(ADMIN)))
    ran: list[str] = []
    refused = browser.new_page(locale="en-GB")
    refused.on("dialog", lambda dialog: ran.append(dialog.message))
    refused.goto(f"{team.app.url}/rh/join/{invitation}")
    join(refused, SCRIPT, "short")
    expect(refused.get_by_role("alert")).to_have_text("A password has at least 10 characters.")
    expect(refused.get_by_label("Name")).to_have_value(SCRIPT)
    refused.close()
    with watched(browser.new_context(viewport=DESKTOP, locale="en-GB")) as page:
        page.on("dialog", lambda dialog: ran.append(dialog.message))
        page.goto(f"{team.app.url}/rh/join/{invitation}")
        join(page, SCRIPT, WORD)
        page.locator("#image-form .rh-field").first.wait_for()
        page.locator(".rh-person").click()
        expect(page.locator("#rh-person-menu strong")).to_have_text(SCRIPT)
        for tab in ("gallery", "history", "account"):
            open_tab(page, tab)
        assert page.locator("img[src=x]").count() == 0
        assert ran == []


def test_behind_a_proxy_with_tls_and_under_a_path(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, port = tmp_path_factory.mktemp("named"), free_port()
    public = f"https://{NAMED}:{port}/studio"
    environment = {"RH_UI_PUBLIC_URL": public, "RH_UI_PROXIES": "127.0.0.1"}
    with (
        team_page(folder, environment=environment) as team,
        running_nginx(folder / "nginx", port, readme_settings(team.app.url), secure=True),
    ):
        context = browser.new_context(viewport=DESKTOP, locale="en-GB", ignore_https_errors=True)
        page = context.new_page()
        faults: list[str] = []
        page.on("console", lambda message: faults.append(message.text) if is_fault(message) else None)
        page.goto(f"{public}/")
        sign_in(page, MEMBER)
        expect(page).to_have_url(f"{public}/")
        page.locator("#image-form .rh-field").first.wait_for()
        (cookie,) = context.cookies()
        assert (cookie["secure"], cookie["path"], cookie["sameSite"]) == (True, "/studio/", "Lax")
        page.get_by_role("button", name=MEMBER).click()
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(f"{public}/rh/sign-in")
        assert context.cookies() == []
        context.close()
        assert faults == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_for_strangers_fit(
    browser: Browser, team: TeamPage, size: ViewportSize, language: str, scheme: str
) -> None:
    context = browser.new_context(
        viewport=size, locale=language, color_scheme="dark" if scheme == "dark" else "light"
    )
    with watched(context) as page:
        page.goto(f"{team.app.url}/rh/sign-in")
        name = f"sign-in-{language}-{scheme}-{size['width']}"
        page.screenshot(path=SHOTS / f"{name}.png")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        other = "中文" if language == "en-GB" else "English"
        page.get_by_role("link", name=other).click()
        expect(page.get_by_role("heading")).to_have_text("登录" if language == "en-GB" else "Sign in")
