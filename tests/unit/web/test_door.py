"""The door alone: what it opens to whom, whatever stands behind it."""

from __future__ import annotations

from typing import Any, Final

import pytest
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.testclient import TestClient

from rh_ui.errors import StorageFault, UploadRefused
from rh_ui.i18n import load_words
from rh_ui.people import OWNER, Caller, Role
from rh_ui.services.services import PageAddress
from rh_ui.web.access import ROUTES, refuse_unlisted, right_of
from rh_ui.web.middleware.door import NOTHING, Door
from rh_ui.web.middleware.upload_limits import Uploads
from rh_ui.web.session_cookie import COOKIE, session_cookie

WORDS: Final = {language: load_words(language) for language in ("en", "zh")}
ADA: Final = Caller("ada", Role.ADMIN, renews=True)
BO: Final = Caller("bo", Role.MEMBER)
LOOKER: Final = Caller("ada", Role.ADMIN, session="s", looking_at="bo")
GIL: Final = Caller("gil", Role.GUEST)
DUE: Final = Caller("due", Role.GUEST, renews=True)
"""Their secret is a day old."""

LONG: Final = "private, max-age=86400"


class Register:
    """Secrets and whose they are; raises what a database does that is away."""

    away = False
    there_are_people = True

    def __init__(self) -> None:
        self.turned: list[str] = []
        self.asked: list[str] = []

    @property
    def found(self) -> bool:
        return self.there_are_people

    def exist(self) -> bool:
        return self.there_are_people

    def renewed(self, secret: str) -> str | None:
        self.turned.append(secret)
        return "new"

    def caller(self, secret: str) -> Caller | None:
        self.asked.append(secret)
        if self.away:
            raise StorageFault("the database is away")
        return {"ada": ADA, "bo": BO, "gil": GIL, "due": DUE, "looker": LOOKER}.get(secret)

    def token_caller(self, token: str) -> Caller | None:
        return {"rhui_bo": Caller("bo", Role.MEMBER, token="t1")}.get(token)


def answer_of(caller: Caller) -> dict[str, Any]:
    return {"person": caller.person, "token": caller.token}


def behind(register: Register) -> TestClient:
    """Every address answers with its caller."""
    app = FastAPI()
    router = APIRouter()

    @router.api_route("/{path:path}", methods=["GET", "HEAD", "POST"])
    def told(request: Request, answer: Response) -> dict[str, Any]:
        answer.headers["Cache-Control"] = LONG
        caller = request.scope["state"].get("caller")
        return {"path": request.scope["path"]} if caller is None else answer_of(caller)

    app.include_router(router)
    return TestClient(Door(app, register, register, WORDS, PageAddress("127.0.0.1", 7860, True)))


@pytest.fixture
def register() -> Register:
    return Register()


@pytest.fixture
def client(register: Register) -> TestClient:
    return behind(register)


def asked(client: TestClient, row: str, who: str = "", **headers: str) -> Any:
    method, path = row.split(" ")
    cookie = {"Cookie": f"{COOKIE}={who}"} if who else {}
    return client.request(method, path, headers={"Origin": "http://testserver", **cookie, **headers})


def test_without_people_everybody_is_the_owner(register: Register) -> None:
    register.there_are_people = False
    client = behind(register)
    for row in ROUTES:
        answer = asked(client, row, who="nobody", Authorization="Bearer rhui_nothing")
        assert answer.status_code == 200, row
        if not row.startswith("HEAD"):
            assert answer.json() == {"person": OWNER.person, "token": ""}


def test_an_address_without_a_row_is_not_there(client: TestClient, register: Register) -> None:
    for there_are_people in (True, False):
        register.there_are_people = there_are_people
        for row in ("GET /rh/new", "GET /rh/api/new", "POST /", "DELETE /rh/api/runs", "GET /rh/api/status/"):
            answer = asked(client, row, "ada")
            assert (answer.status_code, answer.text) == (404, NOTHING), row


def test_a_new_route_or_function_without_a_row_stops_the_start() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    refuse_unlisted(app, ["submit"])
    app.add_api_route("/rh/status-of-everything", lambda: None)
    with pytest.raises(LookupError, match="GET /rh/status-of-everything"):
        refuse_unlisted(app, ["submit"])
    with pytest.raises(LookupError, match="rewrite"):
        refuse_unlisted(FastAPI(openapi_url=None, docs_url=None, redoc_url=None), ["submit", "rewrite"])


@pytest.mark.parametrize(
    ("row", "status"),
    [("GET /rh/api/status", 401), ("GET /rh/events", 401), ("POST /gradio_api/run/tasks", 401)],
)
@pytest.mark.parametrize(
    ("language", "word"), [("en", "Sign in again"), ("zh-CN,zh", "请重新登录")], ids=["en", "zh"]
)
def test_a_stranger_is_told_in_their_language(
    client: TestClient, row: str, status: int, language: str, word: str
) -> None:
    for who in ("", "no-such-secret"):
        answer = asked(client, row, who, **{"Accept-Language": language})
        assert answer.status_code == status
        assert word in answer.text
        assert answer.headers["cache-control"] == "no-store"


def test_a_role_that_is_too_small_is_told_so(client: TestClient) -> None:
    for row, who in (("POST /rh/api/runs", "gil"), ("POST /rh/api/storage/clear", "bo")):
        answer = asked(client, row, who)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-yours-to-do")
        assert answer.json()["charged"] == "no"


def test_during_a_look_nothing_is_run_or_changed(client: TestClient) -> None:
    assert asked(client, "GET /rh/api/history", "looker").status_code == 200
    for row in ("POST /rh/api/runs", "POST /gradio_api/upload", "POST /rh/api/inputs/result"):
        answer = asked(client, row, "looker")
        assert answer.status_code == 403 and WORDS["en"]("refusal.only-look") in answer.text
    assert asked(client, "POST /rh/api/people/look/end", "looker").status_code == 200


def test_a_token_acts_as_its_person_and_a_dead_one_as_nobody(client: TestClient) -> None:
    row = "GET /rh/api/status"
    answer = asked(client, row, Authorization="Bearer rhui_bo")
    assert answer.json() == {"person": "bo", "token": "t1"}
    assert asked(client, row, Authorization="bearer rhui_bo").status_code == 200
    dead = asked(client, row, "ada", Authorization="Bearer rhui_dead")
    assert (dead.status_code, dead.json()["code"]) == (401, "no-token"), "the cookie is not asked then"
    assert "revoked" in dead.json()["sentence"]
    other = asked(client, row, "bo", Authorization="Bearer hf_of_the_platform")
    assert other.json()["person"] == "bo", "a platform's token is not for us"


def test_a_page_that_was_loaded_for_somebody_else_does_nothing_more(client: TestClient) -> None:
    for row in ("GET /rh/api/status", "POST /rh/api/runs", "POST /gradio_api/upload"):
        assert asked(client, row, "bo", **{"X-RH-Sight": "bo"}).status_code == 200
        for other in ("ada", "", "bo/ada"):
            answer = asked(client, row, "bo", **{"X-RH-Sight": other})
            assert answer.status_code == 409 and WORDS["en"]("refusal.other-sight") in answer.text
    script = {"Authorization": "Bearer rhui_bo"}
    assert asked(client, "POST /gradio_api/run/submit", **script).status_code == 200


def test_a_change_with_the_cookie_comes_from_a_page_of_ours(client: TestClient) -> None:
    cookie = {"Cookie": f"{COOKIE}=bo"}
    told = client.post("/rh/api/runs", headers=cookie)
    assert (told.status_code, told.json()["code"]) == (403, "foreign")
    assert client.post("/rh/api/runs", headers=cookie | {"Sec-Fetch-Site": "same-site"}).status_code == 403
    assert client.post("/rh/api/runs", headers=cookie | {"Sec-Fetch-Site": "same-origin"}).status_code == 200
    assert client.post("/rh/api/runs", headers={"Authorization": "Bearer rhui_bo"}).status_code == 200


def test_a_database_that_is_away_lets_nobody_in(client: TestClient, register: Register) -> None:
    register.away = True
    assert asked(client, "GET /rh/api/status", "ada").status_code == 503
    assert asked(client, "GET /rh/assets/1/main.js", "ada").status_code == 200, "strangers may load it"


@pytest.mark.parametrize(
    "cookie", ["rh_session", "rh_session=", "a=b; rh_session=\x01", ";;;=", '"', "rh_session=é"]
)
def test_an_odd_cookie_is_none(client: TestClient, cookie: str) -> None:
    answer = client.get("/rh/api/status", headers={b"Cookie": cookie.encode()})
    assert answer.status_code == 401


def test_the_cookie_that_opens_is_found_among_several(client: TestClient, register: Register) -> None:
    """One of a page above this one, or an old one that a browser keeps apart from the new one."""
    for who, others in (("bo", ["over"]), ("bo", ["over", "gone"]), ("due", ["over", "", "over"])):
        for given in ([who, *others], [*others, who]):
            cookie = "; ".join(["a=b", *(f"{COOKIE}={each}" for each in given)])
            answer = client.get("/rh/api/status", headers={"Cookie": cookie})
            assert answer.json()["person"] == who, cookie
            assert ("set-cookie" in answer.headers) == (who == "due")
    assert register.turned == ["due", "due"], "the secret that opened gets a new one"


def test_a_request_looks_few_secrets_up(client: TestClient, register: Register) -> None:
    cookie = "; ".join(f"{COOKIE}=over{number}" for number in range(2000))
    assert client.get("/rh/api/status", headers={"Cookie": cookie}).status_code == 401
    assert len(register.asked) <= 4


def test_no_row_s_address_is_another_row_s_too() -> None:
    for row, right in ROUTES.items():
        method, path = row.split(" ")
        assert right_of(method, path) is right, row


def test_a_stranger_who_asks_for_a_page_gets_the_one_to_sign_in(client: TestClient) -> None:
    browser = {"Accept": "text/html,*/*"}
    for path in ("/", "/?x=1", "/rh/files/a/b.png?download=true"):
        assert client.get(path, headers=browser).json() == {"path": "/rh/sign-in"}
    assert client.get("/rh/files/a/b.png").status_code == 401
    assert client.get("/rh/api/status", headers=browser).status_code == 401
    assert client.head("/").status_code == 401


def test_a_session_s_new_secret_comes_with_any_answer(client: TestClient, register: Register) -> None:
    answer = asked(client, "GET /rh/covers/1", "ada")
    assert answer.headers["set-cookie"].startswith("rh_session=new; ")
    assert answer.headers["cache-control"] == "no-store", "no cache between keeps a secret"
    kept = asked(client, "GET /rh/covers/1", "bo")
    assert "set-cookie" not in kept.headers and kept.headers["cache-control"] == LONG
    assert "set-cookie" not in asked(client, "GET /rh/assets/1/main.js", "ada").headers
    assert register.turned == ["ada"], "asked for once a day, not with each request"


def test_a_call_that_is_refused_turns_no_secret(client: TestClient, register: Register) -> None:
    """The new one would not reach the browser, and the old one ends."""
    assert asked(client, "POST /rh/api/runs", "due").status_code == 403, "the role"
    assert asked(client, "GET /rh/api/status", "due", **{"X-RH-Sight": "ada"}).status_code == 409
    foreign = client.post("/rh/api/you/name", headers={"Cookie": f"{COOKIE}=due"})
    assert foreign.json()["code"] == "foreign"
    assert register.turned == []
    assert "set-cookie" in asked(client, "GET /rh/api/status", "due").headers


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("studio.example.org", "Path=/studio/; Max-Age=7776000; HttpOnly; SameSite=Lax; Secure"),
        ("127.0.0.1:7860", "Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax"),
        ("192.168.1.5:7860", "Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax"),
    ],
)
def test_the_cookie_fits_the_address_that_was_asked(host: str, expected: str) -> None:
    address = PageAddress("0.0.0.0", 7860, False, "https://studio.example.org/studio")
    assert session_cookie("s", address, host) == f"rh_session=s; {expected}"
    assert "Max-Age=0" in session_cookie("", address, host)


def test_in_a_frame_of_another_site_the_cookie_is_sent_too() -> None:
    address = PageAddress("0.0.0.0", 7860, False, "https://a-b.hf.space", on_space=True)
    assert session_cookie("s", address, "a-b.hf.space").endswith("SameSite=None; Secure; Partitioned")


class Tracker:
    """Whose uploads begin; takes none."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def begin(self, who: str, announced: int | None) -> Any:
        self.heard.append(who)
        raise UploadRefused("no more", "upload-share")


def test_the_share_of_uploads_is_a_person_s_not_an_address_s(register: Register) -> None:
    tracker = Tracker()
    app = Door(Uploads(FastAPI(), tracker), register, register, WORDS, PageAddress("127.0.0.1", 1, True))
    client = TestClient(app)
    for who in ("bo", "ada", "bo"):
        assert asked(client, "POST /gradio_api/upload", who).status_code == 413
    register.there_are_people = False
    alone = TestClient(
        Door(Uploads(FastAPI(), tracker), register, register, WORDS, PageAddress("127.0.0.1", 1, True))
    )
    assert asked(alone, "POST /gradio_api/upload").status_code == 413
    assert tracker.heard == ["person bo", "person ada", "person bo", "testclient"]
