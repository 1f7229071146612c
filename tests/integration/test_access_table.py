"""Who gets in where, at the real program with people: every address and every function × everybody.

Which right an address needs is written here by hand, apart from web/access.py.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

import pytest
import requests
from PIL import Image

from rh_ui.services.people import as_caller
from rh_ui.web import access
from rh_ui.web.middleware.door import NOTHING
from scripts.processes import look_until
from tests.integration.test_attack_table import FUNCTIONS, ROUTES, SHUT_ROUTES
from tests.signed import GUEST, KEY, MEMBER, OTHER, TeamPage, team_page

ASKERS: Final = ("stranger", "guest", "member", "other member", "admin", "token", "dead token")
Row: TypeAlias = tuple[str | int, ...]
IN, ASKED, SMALL, PAGE, FOREIGN = "in", 401, 403, "the page to sign in", "not from a page of ours"
PUBLIC: Row = (IN, IN, IN, IN, IN, IN, IN)
LOOK: Row = (ASKED, IN, IN, IN, IN, IN, ASKED)
RUN: Row = (ASKED, SMALL, IN, IN, IN, IN, ASKED)
MANAGE: Row = (ASKED, SMALL, SMALL, SMALL, IN, SMALL, ASKED)
SELF: Row = (ASKED, IN, IN, IN, IN, SMALL, ASKED)
"""Not by a script."""
FORM: Row = (IN, IN, IN, IN, IN, FOREIGN, FOREIGN)
START: Row = (PAGE, IN, IN, IN, IN, IN, ASKED)

TABLE: Final = """
START GET /
LOOK HEAD / · GET /config · GET /gradio_api/info · GET /gradio_api/app_id · GET /gradio_api/queue/data
LOOK GET /gradio_api/call/{api_name}/{event_id} · POST /gradio_api/call/{api_name}
LOOK POST /gradio_api/run/{api_name} · POST /gradio_api/queue/join
RUN POST /gradio_api/upload
PUBLIC GET /assets/{path:path} · GET /static/{path:path} · GET /theme.css · GET /favicon.ico
PUBLIC GET /manifest.json · GET /rh/assets/{version}/{name} · GET /rh/styles/{version}.css
PUBLIC GET /rh/words/{version}/{language}.json · POST /rh/hooks/{task_id}/{secret}
FORM POST /rh/sign-in · POST /rh/sign-out
PUBLIC GET /rh/company-sign-in · GET /rh/company-sign-in/back
PUBLIC GET /rh/sign-in · GET /rh/join/{secret} · POST /rh/join/{secret}
LOOK GET /rh/models/{version}/{language}/{modality}.json · GET /rh/events · GET /rh/zip · POST /rh/zip
LOOK POST /rh/restore · GET /rh/covers/{token} · GET /rh/files/{output_id}/{name}
LOOK HEAD /rh/files/{output_id}/{name} · GET /rh/files/{output_id}/members/{number}
LOOK GET /rh/files/{output_id}/plain/model.{ending} · HEAD /rh/files/{output_id}/plain/model.{ending}
LOOK GET /rh/thumbs/{output_id} · HEAD /rh/thumbs/{output_id} · GET /rh/inputs/{name}
LOOK HEAD /rh/inputs/{name}
MANAGE POST /rh/native
LOOK GET /rh/api/account · GET /rh/api/apps · GET /rh/api/catalog · GET /rh/api/codes
LOOK GET /rh/api/codes/{code} · GET /rh/api/forms · GET /rh/api/forms/form · GET /rh/api/forms/costs
LOOK GET /rh/api/history · GET /rh/api/loras · GET /rh/api/resources · GET /rh/api/models/search
LOOK GET /rh/api/models/recent · GET /rh/api/models/details · GET /rh/api/quick-creations/example
LOOK GET /rh/api/quick-creations/styles · GET /rh/api/results · GET /rh/api/results/{id}
LOOK GET /rh/api/results/{id}/archive · GET /rh/api/runs/board · GET /rh/api/runs/tray
LOOK GET /rh/api/runs/{id} · GET /rh/api/runs/{id}/failure · GET /rh/api/runs/{id}/form
LOOK GET /rh/api/runs/{id}/webhook · GET /rh/api/status · GET /rh/api/storage
LOOK GET /rh/api/workflows/inputs · GET /rh/api/workflows/inputs/search
LOOK POST /rh/api/models/estimate · POST /rh/api/models/quote
RUN POST /rh/api/apps/open · POST /rh/api/forms/like · POST /rh/api/forms/remove
RUN POST /rh/api/inputs/upload · POST /rh/api/inputs/result · POST /rh/api/inputs/link
RUN POST /rh/api/inputs/fit · POST /rh/api/loras/send · POST /rh/api/loras/{id}/again
RUN POST /rh/api/loras/{id}/drop · POST /rh/api/quick-creations/open · POST /rh/api/results/{id}/forget
RUN POST /rh/api/results/{id}/remember · POST /rh/api/runs · POST /rh/api/runs/{id}/cancel
RUN POST /rh/api/runs/{id}/resolve · POST /rh/api/runs/{id}/retry · POST /rh/api/runs/{id}/move-up
RUN POST /rh/api/runs/{id}/fetch-files · POST /rh/api/runs/{id}/webhook
RUN POST /rh/api/workflows/open · POST /rh/api/workflows/renew · POST /rh/api/workflows/save
MANAGE GET /rh/api/account/keys · POST /rh/api/account/check · GET /rh/api/account/native-addresses
MANAGE POST /rh/api/account/resume · POST /rh/api/catalog/look · GET /rh/api/catalog/published
MANAGE POST /rh/api/catalog/published · POST /rh/api/catalog/address · POST /rh/api/catalog/use
MANAGE POST /rh/api/catalog/back · GET /rh/api/external-runs · POST /rh/api/external-runs
LOOK GET /rh/api/projects · GET /rh/api/money/left · GET /rh/api/money/spending
RUN POST /rh/api/projects · POST /rh/api/projects/{id} · POST /rh/api/projects/{id}/people
RUN POST /rh/api/projects/{id}/people/remove · POST /rh/api/projects/{id}/start-values
RUN POST /rh/api/projects/{id}/start-values/forget · POST /rh/api/runs/{id}/project
RUN POST /rh/api/forms/put · POST /rh/api/results/marks · POST /rh/api/tags
RUN POST /rh/api/tags/rename · POST /rh/api/tags/remove
RUN POST /rh/api/bin · POST /rh/api/bin/restore · POST /rh/api/bin/delete
LOOK GET /rh/api/runs/{id}/view · GET /rh/api/tags · GET /rh/api/bin · GET /rh/api/bin/room
LOOK GET /rh/api/projects/{id}/start-values
MANAGE GET /rh/api/approvals · POST /rh/api/approvals/{id}/approve · POST /rh/api/approvals/{id}/decline
MANAGE POST /rh/api/money/budgets · POST /rh/api/money/budgets/{id}/remove
MANAGE GET /rh/api/money/budgets · POST /rh/api/money/corrections · POST /rh/api/money/grants
LOOK POST /rh/api/you/name · POST /rh/api/you/password
SELF GET /rh/api/you · GET /rh/api/you/looks · POST /rh/api/you/sessions/{id}/end
SELF POST /rh/api/you/sessions/end-others · POST /rh/api/you/tokens/{id}/revoke
RUN POST /rh/api/you/tokens
MANAGE GET /rh/api/people · POST /rh/api/people/first · POST /rh/api/people/{id}/change
MANAGE GET /rh/api/invitations · POST /rh/api/invitations · POST /rh/api/invitations/{digest}/withdraw
LOOK GET /rh/spending.csv · GET /rh/history.csv · GET /rh/history.xlsx
MANAGE GET /rh/api/reconciliation · GET /rh/api/reconciliation/runs · GET /rh/reconciliation.csv
MANAGE POST /rh/api/people/{id}/look · POST /rh/api/people/look/end
MANAGE GET /rh/api/audit · GET /rh/audit.csv
MANAGE POST /rh/api/loras/forget · POST /rh/api/storage/return · POST /rh/api/storage/clear
"""
BY_RIGHT: Final = {
    "PUBLIC": PUBLIC, "LOOK": LOOK, "RUN": RUN, "MANAGE": MANAGE, "START": START, "FORM": FORM, "SELF": SELF,
}  # fmt: skip
EXPECTED: Final[dict[str, Row]] = {
    row.strip(): BY_RIGHT[line.partition(" ")[0]]
    for line in TABLE.strip().splitlines()
    for row in line.partition(" ")[2].split(" · ")
}
OF_FUNCTIONS: Final = {
    "endpoints": LOOK, "endpoint": LOOK, "estimate": LOOK, "submit": RUN, "task": LOOK, "tasks": LOOK,
    "cancel": RUN, "resolve": RUN, "show": LOOK,
}  # fmt: skip
EDIT: Final = "rhart-image-n-g31-flash/image-to-image"
SMALL_CODE: Final = "not-yours-to-do"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamPage]:
    with team_page(tmp_path_factory.mktemp("team"), calm=False) as found:
        yield found


@pytest.fixture(scope="module")
def askers(page: TeamPage) -> Mapping[str, requests.Session]:
    return all_askers(page)


def all_askers(page: TeamPage) -> dict[str, requests.Session]:
    dead, secret = page.token(MEMBER)
    page.sign_in.revoke_token(dead, as_caller(page.person(MEMBER)))
    return {
        "stranger": page.browser(),
        "guest": page.browser(GUEST),
        "member": page.browser(MEMBER),
        "other member": page.browser(OTHER),
        "admin": page.browser("Ada"),
        "token": page.script(page.token(MEMBER)[1]),
        "dead token": page.script(secret),
    }


def got(session: requests.Session, page: TeamPage, method: str, path: str, body: Any) -> str | int:
    """What an answer means: IN to the handler, whatever that says, or how the door kept it out."""
    sent: dict[str, Any] = {"json": body} if method == "POST" else {}
    with session.request(
        method, f"{page.app.url}{path}", timeout=30, stream=True, allow_redirects=False, **sent
    ) as answer:
        is_stream = answer.headers.get("content-type", "").startswith("text/event-stream")
        said = "" if is_stream else answer.text
    assert KEY not in said
    if 'action="../rh/sign-in"' in said:
        return IN  # the form was read, and nobody is called so
    is_small = said.startswith("Your role") or SMALL_CODE in said or method == "HEAD"
    if answer.status_code == 401 or (answer.status_code == 403 and is_small):
        return answer.status_code
    if answer.status_code == 403 and path == "/rh/native":
        return IN  # it asks for more than the right
    if answer.status_code == 403 and ('"foreign"' in said or "Another web page" in said):
        return FOREIGN
    if 'action="./rh/sign-in"' in said:
        return PAGE
    kept_out = answer.status_code in (403, 405) or (answer.status_code == 404 and said == NOTHING)
    if kept_out or (answer.status_code >= 500 and answer.status_code != 503):
        return f"{answer.status_code}: {said[:200]}"
    return IN


def test_every_open_address_has_its_row_and_every_row_its_address() -> None:
    """The attack table is compared with all routes of the real application."""
    named = {"/assets/{path:path}": "/assets/{path}"}
    named["/static/{path:path}"] = "/static/js/iframeResizer.contentWindow.min.js"

    def in_door(row: str) -> str:
        method, path = row.split(" ")
        return f"{method} {named.get(path, path)}"

    assert {in_door(row) for row in ROUTES} == set(access.ROUTES)
    assert set(EXPECTED) == set(ROUTES)
    assert set(FUNCTIONS) == set(access.FUNCTIONS) == set(OF_FUNCTIONS)


@pytest.mark.parametrize("route", ROUTES)
def test_an_address_is_open_to_whom_its_row_says(
    page: TeamPage, askers: Mapping[str, requests.Session], route: str
) -> None:
    path, body, _ = ROUTES[route]
    method = route.partition(" ")[0]
    if route == "POST /gradio_api/queue/join":
        body = {**body, "fn_index": number_of_tasks(page, askers)}
    if path == "/rh/sign-out":
        askers = all_askers(page)
    answers = {who: got(askers[who], page, method, path, body) for who in ASKERS}
    assert answers == dict(zip(ASKERS, EXPECTED[route], strict=True))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_answers_whom_its_row_says_whichever_address_names_it(
    page: TeamPage, askers: Mapping[str, requests.Session], name: str
) -> None:
    config = askers["admin"].get(f"{page.app.url}/config", timeout=20).json()
    number = next(entry["id"] for entry in config["dependencies"] if entry["api_name"] == name)
    event = {"id": "none", "base": page.app.url}
    for path in (f"run/{name}", "run/endpoints", f"call/{name}", "queue/join"):
        body = {"data": FUNCTIONS[name], "fn_index": number, "session_hash": "s", "event_data": event}
        for who, wanted in zip(ASKERS, OF_FUNCTIONS[name], strict=True):
            assert got(askers[who], page, "POST", f"/gradio_api/{path}", body) == wanted, f"{path}: {who}"


def test_every_other_address_is_shut_to_all(page: TeamPage, askers: Mapping[str, requests.Session]) -> None:
    for route in SHUT_ROUTES:
        method, _, path = route.partition(" ")
        place = f"{page.app.url}{path.replace('{', '').replace('}', '')}"
        for who in ("stranger", "admin", "token"):
            answer = askers[who].request(method, place, json={}, timeout=20)
            assert (answer.status_code, answer.text or NOTHING) == (404, NOTHING), f"{route}: {who}"


def number_of_tasks(page: TeamPage, askers: Mapping[str, requests.Session]) -> int:
    config = askers["admin"].get(f"{page.app.url}/config", timeout=20).json()
    return int(next(entry["id"] for entry in config["dependencies"] if entry["api_name"] == "tasks"))


@pytest.fixture(scope="module")
def made(page: TeamPage, askers: Mapping[str, requests.Session]) -> dict[str, Any]:
    """A finished private run of the member, made by their script, with a file that they brought."""
    script, (path, values) = askers["token"], (EDIT, {"prompt": "a red kite", "resolution": "1k"})
    picture = Image.new("RGB", (64, 64), "red")
    file = io.BytesIO()
    picture.save(file, "PNG")
    sent = script.post(
        f"{page.app.url}/gradio_api/upload", files={"files": ("a.png", file.getvalue())}, timeout=30
    )
    uploaded = {"path": sent.json()[0], "orig_name": "a.png", "meta": {"_type": "gradio.FileData"}}
    run = named(page, script, "submit", path, {**values, "imageUrls": [uploaded]}, "").json()["data"][0]
    done = look_until(
        lambda: named(page, script, "task", run["id"]).json()["data"][0], lambda task: task["state"] == "done"
    )
    thumbnail = f"{page.app.url}/rh/thumbs/{done['outputs'][0]['id']}"
    look_until(lambda: askers["member"].get(thumbnail, timeout=30), lambda answer: answer.status_code == 200)
    return dict(done)


def named(page: TeamPage, session: requests.Session, name: str, *data: Any) -> requests.Response:
    address = f"{page.app.url}/gradio_api/run/{name}"
    return session.post(address, json={"data": list(data)}, timeout=30)


OWN_READ: Final = """
/rh/api/runs/{run} · /rh/api/runs/{run}/view
/rh/api/runs/{run}/failure · /rh/api/runs/{run}/form?endpoint={model}
/rh/api/results/{output} · /rh/files/{output}/{name} · /rh/thumbs/{output} · /rh/zip?run={run}
/rh/inputs/{input}
"""
"""What a private run's person gets, and nobody else."""
OWN_CHANGE: Final = ("cancel", "move-up", "fetch-files", "retry", "webhook")
LISTS: Final = (
    "../history.csv?zone=UTC",
    "runs/tray",
    "runs/board?modality=image",
    "history",
    "results",
    "history?search=kite",
)
STRANGERS_TO_IT: Final = ("guest", "other member", "admin")


def test_what_is_somebody_else_s_is_not_there(
    page: TeamPage, askers: Mapping[str, requests.Session], made: dict[str, Any]
) -> None:
    """Read, changed, downloaded, listed, searched or called by name."""
    output = made["outputs"][0]
    ref = str(made["params"]["imageUrls"][0])
    known = {
        "run": made["id"], "output": output["id"], "name": output["name"], "model": EDIT,
        "input": ref.partition(":")[2],
    }  # fmt: skip
    for address in (each.strip() for line in OWN_READ.strip().splitlines() for each in line.split("·")):
        place = page.app.url + address.format(**known)
        got_by = {who: askers[who].get(place, timeout=30).status_code for who in ("member", "token")}
        assert set(got_by.values()) == {200}, (address, got_by)
        for who in STRANGERS_TO_IT:
            assert askers[who].get(place, timeout=30).status_code == 404, (address, who)
    for what in OWN_CHANGE:
        place = f"{page.app.url}/rh/api/runs/{made['id']}/{what}"
        for who in ("other member", "admin"):
            assert askers[who].post(place, json={}, timeout=30).status_code == 404, (what, who)
    for what in ("forget", "remember"):
        place = f"{page.app.url}/rh/api/results/{output['id']}/{what}"
        for who in ("other member", "admin"):
            assert askers[who].post(place, json={}, timeout=30).status_code == 404, (what, who)
    for who in STRANGERS_TO_IT:
        session = askers[who]
        assert "no run" in named(page, session, "task", made["id"]).text.lower(), who
        assert made["id"] not in named(page, session, "tasks", "", 500).text, who
        for listing in LISTS:
            assert made["id"] not in session.get(f"{page.app.url}/rh/api/{listing}", timeout=30).text, listing
        picked = session.post(f"{page.app.url}/rh/zip", data={"ids": output["id"]}, timeout=30)
        assert picked.status_code == 404, who
    assert made["id"] in named(page, askers["member"], "tasks", "", 500).text
