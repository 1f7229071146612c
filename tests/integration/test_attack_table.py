"""Who may call what: every route and every function of the page, with a key and without, from whatever
origin.

A new route or function has no row and fails the first two tests: say who may use it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
import requests

from rh_ui.emulator.runner import start_emulator
from rh_ui.web.api.refusals import BAD_ARGUMENT
from rh_ui.web.middleware.door import NOTHING as SHUT_SAYS
from scripts.processes import ROOT, Program, clean_environment, start_app
from tests.bare_page import functions, number_of

KEY: Final = "rh_TESTKEY_of_the_attack_table"
MODEL: Final = "rhart-image-n-pro/text-to-image"
EVIL: Final = "http://evil.example"

# Who asks
OWN, PROGRAM, SITE, NAME, PROXY = "our page", "no Origin", "foreign Origin", "foreign Host", "through a proxy"
ASKERS: Final = (OWN, PROGRAM, SITE, NAME, PROXY)

# What each of them gets: through (to the function that is called), refused (403), or nothing there (404)
THROUGH, REFUSED, NOTHING = "through", "refused", "nothing"
READ: Final = (THROUGH, THROUGH, THROUGH, REFUSED, REFUSED)
"""A foreign page can ask for it, and its browser lets it see nothing of the answer."""
CHANGE: Final = (THROUGH, THROUGH, REFUSED, REFUSED, REFUSED)
SECRET: Final = (THROUGH, REFUSED, REFUSED, REFUSED, REFUSED)
TOLD: Final = (NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
"""RunningHub's messages: open to all, and nothing to those who have no secret."""
SHUT_READ: Final = (NOTHING, NOTHING, NOTHING, REFUSED, REFUSED)
SHUT: Final = (NOTHING, NOTHING, REFUSED, REFUSED, REFUSED)

CALL: Final[dict[str, Any]] = {"data": []}
CALLED: Final = ("/gradio_api/run/", "/gradio_api/call/", "/gradio_api/queue/join")
ROUTES: Final[dict[str, tuple[str, Any, tuple[str, ...]]]] = {
    # route: an address of it, what is sent, who gets what
    "GET /": ("/", None, READ),
    "HEAD /": ("/", None, READ),
    "GET /assets/{path:path}": ("/assets/index.js", None, READ),
    "GET /static/{path:path}": ("/static/js/iframeResizer.contentWindow.min.js", None, READ),
    "GET /theme.css": ("/theme.css", None, READ),
    "GET /favicon.ico": ("/favicon.ico", None, READ),
    "GET /manifest.json": ("/manifest.json", None, READ),
    "GET /config": ("/config", None, READ),
    "GET /gradio_api/info": ("/gradio_api/info", None, READ),
    "GET /gradio_api/app_id": ("/gradio_api/app_id", None, READ),
    "GET /gradio_api/queue/data": ("/gradio_api/queue/data?session_hash=none", None, READ),
    "GET /gradio_api/call/{api_name}/{event_id}": ("/gradio_api/call/tasks/none", None, READ),
    "POST /gradio_api/call/{api_name}": ("/gradio_api/call/tasks", {"data": ["", 1]}, CHANGE),
    "POST /gradio_api/run/{api_name}": ("/gradio_api/run/tasks", {"data": ["", 1]}, CHANGE),
    "POST /gradio_api/queue/join": ("/gradio_api/queue/join", {"data": ["", 1], "session_hash": "s"}, CHANGE),
    "POST /gradio_api/upload": ("/gradio_api/upload", {}, CHANGE),
    "GET /rh/assets/{version}/{name}": ("/rh/assets/1/main.js", None, READ),
    "GET /rh/styles/{version}.css": ("/rh/styles/1.css", None, READ),
    "GET /rh/models/{version}/{language}/{modality}.json": ("/rh/models/1/en/image.json", None, READ),
    "GET /rh/words/{version}/{language}.json": ("/rh/words/1/en.json", None, READ),
    "GET /rh/events": ("/rh/events", None, READ),
    "GET /rh/zip": ("/rh/zip?run=none", None, READ),
    "POST /rh/zip": ("/rh/zip", {}, CHANGE),
    "POST /rh/restore": ("/rh/restore?head=0", {}, CHANGE),
    "GET /rh/covers/{token}": ("/rh/covers/none", None, READ),
    "GET /rh/files/{output_id}/{name}": ("/rh/files/none/x.png", None, READ),
    "HEAD /rh/files/{output_id}/{name}": ("/rh/files/none/x.png", None, READ),
    "GET /rh/files/{output_id}/members/{number}": ("/rh/files/none/members/1", None, READ),
    "GET /rh/files/{output_id}/plain/model.{ending}": ("/rh/files/none/plain/model.glb", None, READ),
    "HEAD /rh/files/{output_id}/plain/model.{ending}": ("/rh/files/none/plain/model.glb", None, READ),
    "GET /rh/thumbs/{output_id}": ("/rh/thumbs/none", None, READ),
    "HEAD /rh/thumbs/{output_id}": ("/rh/thumbs/none", None, READ),
    "GET /rh/inputs/{name}": ("/rh/inputs/none", None, READ),
    "HEAD /rh/inputs/{name}": ("/rh/inputs/none", None, READ),
    "POST /rh/native": ("/rh/native", {"plus": False}, SECRET),
    "POST /rh/hooks/{task_id}/{secret}": ("/rh/hooks/none/none", {}, TOLD),
    "GET /rh/spending.csv": ("/rh/spending.csv?zone=UTC", None, READ),
    "GET /rh/history.csv": ("/rh/history.csv?zone=UTC", None, READ),
    "GET /rh/history.xlsx": ("/rh/history.xlsx?zone=UTC", None, READ),
    "GET /rh/reconciliation.csv": ("/rh/reconciliation.csv?zone=UTC", None, READ),
    "GET /rh/audit.csv": ("/rh/audit.csv", None, READ),
    "GET /rh/sign-in": ("/rh/sign-in", None, READ),
    "GET /rh/company-sign-in": ("/rh/company-sign-in", None, READ),
    "GET /rh/company-sign-in/back": ("/rh/company-sign-in/back", None, READ),
    "POST /rh/sign-in": ("/rh/sign-in", {}, CHANGE),
    "POST /rh/sign-out": ("/rh/sign-out", {}, CHANGE),
    "GET /rh/join/{secret}": ("/rh/join/none", None, READ),
    "POST /rh/join/{secret}": ("/rh/join/none", {}, CHANGE),
}
"""The ones that are open."""
API: Final = f"""
GET account · GET account/keys · GET account/native-addresses · GET apps · GET catalog · GET codes
GET codes/{{code}} · GET external-runs?number=1 · GET forms · GET forms/form?path=x · GET forms/costs?path=x
GET history · GET loras · GET resources?kind=x · GET models/search?query=x · GET models/recent?modality=image
GET models/details?endpoint={MODEL} · GET quick-creations/example · GET quick-creations/styles?path=x
GET approvals · POST approvals/{{id}}/approve · POST approvals/{{id}}/decline
GET money/left · GET money/budgets · GET money/spending?zone=UTC · POST money/budgets · POST money/grants
POST money/budgets/{{id}}/remove · POST money/corrections
GET reconciliation?zone=UTC · GET reconciliation/runs?zone=UTC&day=2026-11-30
GET results · GET results/{{id}} · GET results/{{id}}/archive · GET runs/board?modality=image · GET runs/tray
GET runs/{{id}} · GET runs/{{id}}/failure · GET runs/{{id}}/form?endpoint={MODEL} · GET runs/{{id}}/webhook
GET status · GET storage · GET workflows/inputs?path=x · GET workflows/inputs/search?path=x&query=x
POST account/check · POST account/resume · POST apps/open · POST catalog/look · POST catalog/use
POST catalog/back · GET catalog/published · POST catalog/published · POST catalog/address
POST external-runs · POST forms/like · POST forms/remove · POST inputs/upload
POST inputs/result · POST inputs/link · POST inputs/fit · POST loras/send · POST loras/{{id}}/again
POST loras/{{id}}/drop · POST loras/forget · POST models/estimate · POST models/quote
POST quick-creations/open · POST results/{{id}}/forget · POST results/{{id}}/remember · POST runs
POST runs/{{id}}/cancel · POST runs/{{id}}/resolve · POST runs/{{id}}/retry · POST runs/{{id}}/move-up
POST runs/{{id}}/fetch-files · POST runs/{{id}}/webhook · POST storage/return · POST storage/clear
POST workflows/open · POST workflows/renew · POST workflows/save
GET projects · POST projects · POST projects/{{id}} · POST projects/{{id}}/people
POST projects/{{id}}/people/remove
GET projects/{{id}}/start-values?endpoint={MODEL} · POST projects/{{id}}/start-values
POST projects/{{id}}/start-values/forget · POST runs/{{id}}/project · POST forms/put
POST people/look/end · POST results/marks · GET tags · POST tags · POST tags/rename
POST tags/remove · GET runs/{{id}}/view · GET bin · GET bin/room · POST bin · POST bin/restore
POST bin/delete
GET people · POST people/first · GET invitations · POST invitations · GET audit · POST you/name
POST you/password · POST you/tokens
"""
"""Our API. What only reads is kept from foreign pages, too: it may ask RunningHub with the key."""
for row in API.strip().splitlines():
    for method, address in (each.split() for each in row.split(" · ")):
        ROUTES[f"{method} /rh/api/{address.partition('?')[0]}"] = (f"/rh/api/{address}", {}, CHANGE)
OF_PEOPLE: Final = """
POST people/{id}/change · POST people/{id}/look · POST invitations/{digest}/withdraw · GET you · GET you/looks
POST you/sessions/end-others · POST you/sessions/{id}/end · POST you/tokens/{id}/revoke
"""
"""For somebody who is signed in, and here nobody is."""
for row in OF_PEOPLE.strip().splitlines():
    for method, address in (each.split() for each in row.split(" · ")):
        ROUTES[f"{method} /rh/api/{address}"] = (f"/rh/api/{address}", {}, (REFUSED,) * len(ASKERS))
CLOSED: Final = """
GET /config/ · POST /gradio_api/api/{api_name} · POST /gradio_api/api/{api_name}/ · GET /gradio_api/app_id/
POST /gradio_api/call/v2/{api_name} · POST /gradio_api/call/v2/{api_name}/
GET /gradio_api/call/v2/{api_name}/{event_id} · POST /gradio_api/call/{api_name}/ · POST /gradio_api/cancel
POST /gradio_api/component_server · POST /gradio_api/component_server/
GET /gradio_api/custom_component/{id}/{environment}/{type}/{file_name} · GET /gradio_api/deep_link
GET /gradio_api/dev/reload · GET /gradio_api/file/{path:path} · GET /gradio_api/file={path_or_url:path}
HEAD /gradio_api/file={path_or_url:path} · GET /gradio_api/heartbeat/{session_hash} · GET /gradio_api/info/
GET /gradio_api/login_check · GET /gradio_api/login_check/ · GET /gradio_api/openapi.json
POST /gradio_api/process_recording · GET /gradio_api/proxy={url_path:path}
HEAD /gradio_api/proxy={url_path:path} · GET /gradio_api/queue/status · POST /gradio_api/reset
POST /gradio_api/reset/ · POST /gradio_api/run/{api_name}/ · GET /gradio_api/runs · GET /gradio_api/runs/
GET /gradio_api/startup-events · POST /gradio_api/stream/{event_id}
POST /gradio_api/stream/{event_id}/close
GET /gradio_api/stream/{session_hash}/{run}/{component_id}/playlist-file
GET /gradio_api/stream/{session_hash}/{run}/{component_id}/playlist.m3u8
GET /gradio_api/stream/{session_hash}/{run}/{component_id}/{segment_id}.{ext} · GET /gradio_api/theme.css
GET /gradio_api/token · GET /gradio_api/token/ · POST /gradio_api/undo-vibe-edit
POST /gradio_api/undo-vibe-edit/ · GET /gradio_api/upload_progress · GET /gradio_api/user
GET /gradio_api/user/ · GET /gradio_api/vibe-code · POST /gradio_api/vibe-code · GET /gradio_api/vibe-code/
POST /gradio_api/vibe-code/ · POST /gradio_api/vibe-edit · POST /gradio_api/vibe-edit/
POST /gradio_api/vibe-starter-queries · POST /gradio_api/vibe-starter-queries/ · POST /login · POST /login/
GET /logout · GET /monitoring · GET /monitoring/summary · GET /monitoring/{key} · GET /openapi.json
HEAD /openapi.json · GET /pwa_icon · GET /pwa_icon/{size} · GET /robots.txt · GET /svelte/{path:path}
"""
"""Gradio's own that nobody needs, and that fetch, hang or tell too much."""
SHUT_ROUTES: Final = [row.strip() for line in CLOSED.strip().splitlines() for row in line.split("·")]

FUNCTIONS: Final[dict[str, list[Any]]] = {
    # function: values to call it with. All of them: CHANGE
    "endpoints": ["image"],
    "endpoint": [MODEL],
    "estimate": [MODEL, {"prompt": "x", "resolution": "1k"}],
    "submit": [MODEL, {"prompt": "x", "resolution": "1k"}, ""],
    "task": ["none"],
    "tasks": ["", 5],
    "cancel": ["none"],
    "resolve": ["none", "lost", ""],
    "show": [],
}


@dataclass(frozen=True)
class Page:
    app: Program

    def ask(self, who: str, method: str, path: str, body: Any) -> tuple[str, requests.Response]:
        """The result of a call."""
        name = self.app.url.removeprefix("http://")
        headers = {
            OWN: {"Origin": self.app.url},
            PROGRAM: {},
            SITE: {"Origin": EVIL},
            NAME: {"Host": f"evil.example:{name.rpartition(':')[2]}", "Origin": EVIL},
            PROXY: {"X-Forwarded-For": "203.0.113.7"},
        }[who]
        sent: dict[str, Any] = {"json": body} if method == "POST" else {}
        with requests.request(
            method, f"{self.app.url}{path}", headers=headers, timeout=30, stream=True, **sent
        ) as answer:
            said = (
                "" if answer.headers.get("content-type", "").startswith("text/event-stream") else answer.text
            )
        assert KEY not in said or (path == "/rh/native" and who == OWN)
        if answer.status_code == 403:
            return REFUSED, answer
        by_doors = int(answer.headers.get("content-length", 0)) == len(SHUT_SAYS) and said in (SHUT_SAYS, "")
        if answer.status_code == 404 and (by_doors or path.startswith("/rh/hooks/")):
            return NOTHING, answer
        unheard = method == "POST" and path.startswith(CALLED) and is_kept_off(answer.status_code, said)
        fails = answer.status_code >= 500 and answer.status_code != 503
        return (f"{answer.status_code}: {said[:200]}" if fails or unheard else THROUGH), answer


def is_kept_off(status: int, said: str) -> bool:
    """Whether a call did not reach its function; one that did may be refused by it."""
    return status >= 400 and (status != 422 or json.loads(said).get("title") == BAD_ARGUMENT)


@pytest.fixture(scope="module", params=["demo", "keyed"])
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp(request.param)
    emulator = start_emulator(folder / "emulator", "--fast", "--small")
    keyed = request.param == "keyed"
    accounts = {KEY: {"kind": "SHARED", "limit": 3, "balance": "5"}}
    requests.post(f"{emulator.url}/_emulator/script", json={"accounts": accounts}, timeout=10)
    app = start_app(folder, environment={"RH_API_KEY": KEY, "RH_API_HOST": emulator.url} if keyed else {})
    yield Page(app)
    assert app.stop() == 0
    emulator.stop()
    assert KEY not in app.said()


def test_every_route_has_a_row(tmp_path_factory: pytest.TempPathFactory) -> None:
    command = [sys.executable, "-m", "tests.bare_page", "routes", str(tmp_path_factory.mktemp("routes"))]
    ended = subprocess.run(command, cwd=ROOT, env=clean_environment(), capture_output=True, check=True)
    assert set(json.loads(ended.stdout)) == set(ROUTES) | set(SHUT_ROUTES)


def test_every_function_has_a_row(page: Page) -> None:
    assert {entry["api_name"] for entry in functions(page.app.url)} == set(FUNCTIONS)


@pytest.mark.parametrize("route", ROUTES)
def test_an_open_route_is_open_to_whom_its_row_says(page: Page, route: str) -> None:
    path, body, expected = ROUTES[route]
    method = route.partition(" ")[0]
    if route == "POST /rh/native":
        body = {"plus": False, "token": token_of(page)}
    if route == "POST /gradio_api/queue/join":
        body = {**body, "fn_index": number_of(page.app.url, "tasks")}
    got = {who: page.ask(who, method, path, body)[0] for who in ASKERS}
    assert got == dict(zip(ASKERS, expected, strict=True))


def test_every_other_route_is_shut(page: Page) -> None:
    for route in SHUT_ROUTES:
        method, _, path = route.partition(" ")
        expected = SHUT if method == "POST" else SHUT_READ
        for who, wanted in zip(ASKERS, expected, strict=True):
            got, _ = page.ask(who, method, path.replace("{", "").replace("}", ""), CALL)
            assert got == wanted, f"{route}: {who}"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_answers_our_page_and_programs_on_this_computer_alone(page: Page, name: str) -> None:
    """By its name and, as the page calls the private ones, by its number."""
    number = number_of(page.app.url, name)
    event = {"id": "none", "base": page.app.url}
    for path in (f"/gradio_api/run/{name}", "/gradio_api/run/predict", f"/gradio_api/call/{name}"):
        for who, wanted in zip(ASKERS, CHANGE, strict=True):
            body = {
                "data": FUNCTIONS[name], "fn_index": number, "session_hash": name, "event_data": event,
            }  # fmt: skip
            assert page.ask(who, "POST", path, body)[0] == wanted, f"{path}: {who}"


def test_no_answer_lets_a_foreign_page_read_it(page: Page) -> None:
    for path in ("/", "/config", "/gradio_api/info", "/rh/words/1/en.json", "/rh/models/1/en/image.json"):
        _, answer = page.ask(SITE, "GET", path, None)
        allowed = answer.headers.get("access-control-allow-origin", "")
        assert allowed not in ("*", EVIL), path


def token_of(page: Page) -> str:
    """The token in a page that was just loaded."""
    text = requests.get(page.app.url, timeout=20).text
    return text.partition('"token": "')[2].partition('"')[0]


@pytest.mark.parametrize("page", ["keyed"], indirect=True)
def test_the_key_is_shown_once_for_each_token_of_a_page(page: Page) -> None:
    token = token_of(page)
    asked = {"plus": False, "token": token}
    first = requests.post(
        f"{page.app.url}/rh/native", json=asked, headers={"Origin": page.app.url}, timeout=20
    )
    assert KEY in first.json()["address"]
    assert page.ask(OWN, "POST", "/rh/native", asked)[0] == REFUSED
    following = {"plus": True, "token": first.json()["token"]}
    assert page.ask(PROGRAM, "POST", "/rh/native", following)[0] == REFUSED
    again = requests.post(
        f"{page.app.url}/rh/native", json=following, headers={"Origin": page.app.url}, timeout=20
    )
    assert KEY in again.json()["address"]
    for odd in ("", "x" * 90, token[:-1]):
        assert page.ask(OWN, "POST", "/rh/native", {"plus": False, "token": odd})[0] == REFUSED
