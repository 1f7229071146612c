"""Every text that a person can write is a text for everybody who sees it, and nothing in it runs."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pytest
import requests
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from rh_ui.people import Role
from rh_ui.services.people import as_caller
from scripts.processes import look_until
from tests.browser.conftest import NOTE_VIOLATIONS, open_tab, part, reload, shot, violations
from tests.browser.teamwork import DESK, enter, section, visit
from tests.files import make_weights
from tests.signed import ADMIN, PLAIN, TeamPage, team_page
from tests.team import WORD

MODEL: Final = "rhart-image-n-g31-flash/image-to-image"
WORKFLOW: Final = "1900000000000000101"
GRAPH: Final = Path(__file__).parents[1] / "material" / "workflows" / "01_plain_picture.json"
ATTACK: Final = "'\"><img src=x onerror=pwned=1><script>pwned=1</script>"
FOUND: Final = """() => [
  ...document.querySelectorAll("[onerror], img[src=x], [href^='javascript:' i], [src^='javascript:' i]"),
].map((one) => one.outerHTML).concat(window.pwned === undefined ? [] : ["it ran"])"""
"""What of an attack became more than a text."""


FILE: Final = "fi"
"""A name of a file, which has no slash."""


def text(kind: str) -> str:
    """What is written there; it begins with a word of its own."""
    return f"{kind}{ATTACK.partition('<script>')[0] if kind == FILE else ATTACK}"


NAMES: Final = {role: text(role.value[:2]) for role in Role}


@dataclass(frozen=True)
class Written:
    """A page where everything was written, and what one needs to find it."""

    team: TeamPage
    output: str
    link: str
    form: str


class Hand:
    """Somebody who writes by requests, past what the forms of the page allow."""

    def __init__(self, team: TeamPage, role: Role) -> None:
        self.url = team.app.url
        self.session = team.browser(NAMES[role])

    def post(self, path: str, /, **given: Any) -> Any:
        return self._told(self.session.post(f"{self.url}/rh/api{path}", json=given, timeout=30))

    def get(self, path: str) -> Any:
        return self._told(self.session.get(f"{self.url}/rh/api{path}", timeout=30))

    def upload(self, content: bytes, name: str) -> dict[str, str]:
        """A file as the page sends one, by any name."""
        address = f"{self.url}/gradio_api/upload"
        (path,) = self.session.post(address, files={"files": ("a.bin", content)}, timeout=30).json()
        return {"path": path, "orig_name": name}

    @staticmethod
    def _told(answer: requests.Response) -> Any:
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Written]:
    folder = tmp_path_factory.mktemp("inert")
    with team_page(folder) as team:
        by = as_caller(team.person(ADMIN))
        for role, name in NAMES.items():
            team.people.add(name, WORD, role, by)
        admin, member = Hand(team, Role.ADMIN), Hand(team, Role.MEMBER)
        ids = {role: team.person(name).id for role, name in NAMES.items()}
        project = member.post("/projects", name=text("pr"), shared=True)["id"]
        for role in (Role.ADMIN, Role.GUEST):
            member.post(f"/projects/{project}/people", person=ids[role])
        member.post("/you/tokens", name=text("to"))
        (token,) = member.get("/you")["tokens"]
        secret = admin.post("/invitations", role="member", project=project, days=7)["secret"]
        output = run(member, project)
        write_money(admin, {"person": ids[Role.MEMBER], "project": project, "token": token["id"]})
        admin.post(
            "/money/corrections", run=output.partition("-")[0], amount="0.01", unit="CNY", note=text("co")
        )
        weights = make_weights(folder / "a.safetensors").read_bytes()
        member.post("/loras/send", file=member.upload(weights, f"{text('lo')}.safetensors"))
        look_until(lambda: member.get("/loras")["mine"])
        named = {"User-Agent": text("ag"), **PLAIN}
        agent = team.browser()
        agent.headers.update(named)
        agent.post(
            f"{team.app.url}/rh/sign-in", data={"name": NAMES[Role.MEMBER], "password": WORD}, timeout=30
        )
        yield Written(team, output, f"{team.app.url}/rh/join/{secret}", keep_a_form(member))


def run(hand: Hand, project: str) -> str:
    """A finished run of the project, with a file; the id of its result."""
    picture = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(picture, "PNG")
    sent = hand.upload(picture.getvalue(), f"{text(FILE)}.png")
    kept = hand.post("/inputs/upload", file=sent, endpoint=MODEL, field="imageUrls")
    form = {"prompt": f"{text('pm')} javascript:pwned=1//", "imageUrls": [kept["ref"]], "resolution": "1k"}
    placed = hand.post("/runs", endpoint=MODEL, params=form, press={"id": "inert"}, project=project)
    done = look_until(lambda: hand.get(f"/runs/{placed['id']}"), lambda task: task["state"] == "done")
    return str(done["outputs"][0]["id"])


def write_money(hand: Hand, holders: dict[str, str]) -> None:
    until_then = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    for holder, each in holders.items():
        whose = {"holder": holder, "holder_id": each, "unit": "CNY"}
        hand.post("/money/budgets", **whose, period="day", zone="UTC", amount="100")
        hand.post("/money/grants", **whose, amount="1", until=until_then, note=text("gr"))


def keep_a_form(hand: Hand) -> str:
    """The path of a form of a workflow, with a name, a description and a label of the attacker's."""
    opened = hand.post("/workflows/open", wanted=WORKFLOW, graph=GRAPH.read_text(), name=text("wf"))
    assert opened["path"], opened
    first = hand.session.get(
        f"{hand.url}/rh/api/workflows/inputs", params={"path": opened["path"]}, timeout=30
    ).json()["shown"][0]["key"]
    shown = [{"key": first, "label": text("la")}]
    saved = hand.post(
        "/workflows/save", path=opened["path"], name=text("fo"), about=text("ab"), shown=shown, anew=False
    )
    return str(saved["path"])


def is_inert(page: Page) -> None:
    assert page.evaluate(FOUND) == []


def shows(place: Locator, *kinds: str) -> None:
    """The whole text of each can be read there."""
    for kind in kinds:
        expect(place).to_contain_text(text(kind))
    is_inert(place.page)


def walk_the_tabs(page: Page, written: Written, role: Role) -> None:
    """Everything about the run, which is of a project that all of them belong to."""
    own = role is Role.MEMBER
    whose = ["pr"] if own else ["pr", "me"]
    open_tab(page, "image")
    result = part(page, "image-results").locator(f"[data-output='{written.output}']")
    shows(result, *whose)
    result.click()
    large = page.locator("dialog[open]")
    shows(large, "pm", "pr")
    shot(page, f"inert-large-{role.value}")
    page.keyboard.press("Escape")
    open_tab(page, "gallery")
    expect(page.locator("#gallery-grid [data-output]")).to_have_count(1)
    shows(page.locator(".rh-gallery-whose"), "pr", "me")
    open_tab(page, "history")
    shows(page.locator("#history-table tbody tr").first, "pm", *whose)
    page.locator("#history-search").fill(text("nothing"))
    expect(page.locator("#history-line")).to_have_text("Nothing matches.")
    page.locator("#rh-tray-button").click()
    page.locator("#rh-tray:popover-open").wait_for()
    is_inert(page)
    page.keyboard.press("Escape")


def walk_the_sections(page: Page, seen: Iterable[tuple[str, list[str]]], role: Role) -> None:
    for name, kinds in seen:
        shows(section(page, name), *kinds)
        shot(page, f"inert-{name}-{role.value}")


def write_with_settings_of(page: Page) -> None:
    """The member's own form again: the prompt and the file's name stand in its fields."""
    open_tab(page, "image")
    part(page, "image-results").locator("[data-output]").first.click()
    page.locator("dialog[open]").get_by_role("button", name="Use these settings").click()
    form = part(page, "image-form")
    expect(form.locator("textarea").first).to_have_value(f"{text('pm')} javascript:pwned=1//")
    shows(form.locator(".rh-tile-name"), FILE)


def open_the_form(page: Page, written: Written) -> None:
    """The form of the workflow, as a tile and open."""
    page.goto(f"{written.team.app.url}/#apps")
    reload(page)
    place = part(page, "apps-endpoint")
    place.locator("[data-section=workflows]").click()
    tile = place.locator(f"[data-run='{written.form}']")
    shows(tile, "fo", "ab")
    tile.locator(".rh-run-open").click()
    shows(place.locator(".rh-run-chosen"), "fo")
    shows(part(page, "apps-form"), "la")
    place.get_by_role("button", name="Choose inputs").click()
    window = page.locator("dialog.rh-window")
    expect(window.get_by_label("Name of the form")).to_have_value(text("fo"))
    is_inert(page)
    page.keyboard.press("Escape")


def look_at_the_member(page: Page) -> None:
    section(page, "people").get_by_role("button", name="Look at their work").and_(
        page.locator(f"[aria-label*={json.dumps(NAMES[Role.MEMBER])}]")
    ).click()
    banner = page.locator(".rh-banner.is-look")
    shows(banner, "me")
    banner.get_by_role("button", name="Back to my own").click()
    expect(banner).to_have_count(0)


SECTIONS: Final[dict[Role, list[tuple[str, list[str]]]]] = {
    Role.GUEST: [("you", ["gu"]), ("projects", ["pr", "me", "ad"])],
    Role.MEMBER: [
        ("service", ["lo"]),
        ("you", ["me", "to"]),
        ("projects", ["pr", "ad", "gu"]),
        ("money", ["me", "pr", "co", "gr"]),
    ],
    Role.ADMIN: [
        ("service", ["lo"]),
        ("you", ["ad"]),
        ("projects", ["pr", "me", "gu"]),
        ("money", ["pr", "me", "to", "co", "gr"]),
        ("people", ["me", "gu", "pr"]),
        ("audit", ["me", "to", "pr"]),
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize("role", list(Role))
def test_nothing_that_somebody_wrote_runs_in_front_of_anybody(
    browser: Browser, written: Written, role: Role
) -> None:
    with visit(browser, **DESK) as page:
        page.goto(written.team.app.url)
        enter(page, NAMES[role])
        expect(page.locator(".rh-person-name")).to_have_text(NAMES[role])
        walk_the_tabs(page, written, role)
        walk_the_sections(page, SECTIONS[role], role)
        if role is Role.MEMBER:
            write_with_settings_of(page)
            open_the_form(page, written)
        if role is Role.ADMIN:
            look_at_the_member(page)
        is_inert(page)


def test_what_a_stranger_types_comes_back_as_a_text(browser: Browser, written: Written) -> None:
    context = browser.new_context(**DESK)
    context.add_init_script(NOTE_VIOLATIONS)
    page = context.new_page()
    signing_in = f"{written.team.app.url}/rh/sign-in?{urlencode({'next': 'javascript:pwned=1//' + ATTACK})}"
    for address, button in ((signing_in, "Sign in"), (written.link, "Join")):
        page.goto(address)
        page.locator("#name").fill(NAMES[Role.MEMBER])
        page.locator("#password").fill("not the password")
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.locator(".trouble")).to_be_visible()
        expect(page.locator("#name")).to_have_value(NAMES[Role.MEMBER])
        is_inert(page)
        assert violations(page) == []
    page.evaluate("document.body.append(Object.assign(document.createElement('img'), { src: 'x' }))")
    assert page.evaluate(FOUND) == ['<img src="x">'], "what is not inert would be seen"
    context.close()
