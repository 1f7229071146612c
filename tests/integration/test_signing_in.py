"""Signing in at the real program: sessions, tokens, forms of other sites, and what is written where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

import pytest
import requests
from gradio_client import Client
from sqlalchemy import create_engine, text

from rh_ui.opening import DATABASE_NAME
from rh_ui.people import PersonState, Role
from rh_ui.services.people import as_caller
from rh_ui.web.session_cookie import COOKIE
from scripts.processes import look_until
from tests.signed import ADMIN, GUEST, KEY, MEMBER, OTHER, TeamPage, enter, led, team_page
from tests.team import WORD

MODEL: Final = "rhart-image-n-pro/text-to-image"
FORM: Final = {"prompt": "a red kite", "resolution": "1k"}
PRESS: Final = {"id": "csrf", "copy": 0, "fresh": [], "seen": [], "keeps": True}
PATIENCE: Final = 60


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamPage]:
    with team_page(tmp_path_factory.mktemp("team")) as found:
        yield found


def status(page: TeamPage, session: requests.Session) -> int:
    return session.get(f"{page.app.url}/rh/api/status", timeout=20).status_code


def test_a_session_is_new_with_each_sign_in_and_ends_with_the_sign_out(page: TeamPage) -> None:
    browser = page.browser(MEMBER)
    first = browser.cookies[COOKIE]
    told = enter(browser, page.app.url, MEMBER, WORD)
    cookie = told.headers["set-cookie"]
    assert re.fullmatch(r"rh_session=[\w-]{43}; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax", cookie)
    second = browser.cookies[COOKIE]
    assert first != second
    old = page.browser()
    old.cookies.set(COOKIE, first)
    assert (status(page, browser), status(page, old)) == (200, 401), "the one before is over"
    out = browser.post(f"{page.app.url}/rh/sign-out", allow_redirects=False, timeout=20)
    assert (out.status_code, out.headers["location"]) == (303, "sign-in")
    assert "Max-Age=0" in out.headers["set-cookie"]
    old.cookies.set(COOKIE, second)
    assert status(page, old) == 401


def test_a_secret_that_somebody_put_into_the_browser_opens_nothing(page: TeamPage) -> None:
    """Session fixation: with one made up, and with one of the attacker's own session."""
    evil = page.browser(OTHER)
    for planted in ("x" * 43, evil.cookies[COOKIE]):
        victim = page.browser()
        victim.cookies.set(COOKIE, planted, domain="127.0.0.1", path="/")
        assert enter(victim, page.app.url, MEMBER, WORD).status_code == 303
        attacker = page.browser()
        attacker.cookies.set(COOKIE, planted)
        assert status(page, attacker) == 401
        assert status(page, victim) == 200


def test_a_cookie_of_another_page_in_the_way_keeps_nobody_out(page: TeamPage) -> None:
    """Under a path a browser sends the cookie of a page above it, too."""
    other, browser = "x" * 43, page.browser(MEMBER)
    before = browser.cookies[COOKIE]
    browser.cookies.clear()
    for order in (f"{COOKIE}={before}; {COOKIE}={other}", f"{COOKIE}={other}; {COOKIE}={before}"):
        old = page.browser()
        old.headers["Cookie"] = order
        assert status(page, old) == 200
        asked = old.get(f"{page.app.url}/rh/sign-in", allow_redirects=False, timeout=20)
        assert (asked.status_code, urljoin(asked.url, asked.headers["location"])) == (303, f"{page.app.url}/")
    entered = enter(old, page.app.url, MEMBER, WORD)
    assert entered.status_code == 303
    assert status(page, old) == 401, "whatever the browser had is over"
    new = entered.headers["set-cookie"].partition(";")[0]
    old.headers["Cookie"] = f"{new}; {order}"
    assert status(page, old) == 200
    old.post(f"{page.app.url}/rh/sign-out", allow_redirects=False, timeout=20)
    assert status(page, old) == 401


def test_whoever_is_gone_is_out_at_once(page: TeamPage) -> None:
    by = as_caller(page.person(ADMIN))
    leaver = page.people.add("Dana", WORD, Role.MEMBER, by)
    browser, (_, secret) = page.browser("Dana"), page.token("Dana")
    script = page.script(secret)
    assert (status(page, browser), status(page, script)) == (200, 200)
    events = f"{page.app.url}/rh/events"
    with (
        browser.get(events, stream=True, timeout=30) as pushed,
        script.get(events, stream=True, timeout=30) as told,
    ):
        heard = [pushed.iter_lines(), told.iter_lines()]
        assert [next(lines) for lines in heard] == [b"event: change"] * 2
        page.people.change(leaver.id, state=PersonState.GONE, by=by)
        assert (status(page, browser), status(page, script)) == (401, 401)
        order = {"endpoint": MODEL, "params": FORM, "press": PRESS | {"id": "a change"}}
        ordered = page.browser(MEMBER).post(f"{page.app.url}/rh/api/runs", json=order, timeout=20)
        assert ordered.status_code == 200
        for lines in heard:  # they end, and have told of nothing more
            assert b"event: change" not in list(lines)
    said = enter(page.browser(), page.app.url, "Dana", WORD)
    assert said.status_code == 401 and "You have left this page" in said.text


def test_guessing_is_slowed_down(page: TeamPage) -> None:
    browser = page.browser()
    page.people.add("Eve", WORD, Role.GUEST, as_caller(page.person(ADMIN)))
    answers = [enter(browser, page.app.url, "Eve", f"guess {number}") for number in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert "Too many wrong passwords" in answers[-1].text
    assert enter(browser, page.app.url, "Eve", WORD).status_code == 429, "a right one does not tell"
    assert enter(browser, page.app.url, MEMBER, WORD).status_code == 303, "others are not kept out"


def test_an_error_stands_at_its_field_and_the_name_stays(page: TeamPage) -> None:
    name = '"><script>alert(1)</script>'
    said = enter(page.browser(), page.app.url, name, "wrong password")
    assert said.status_code == 401
    assert "<script>alert" not in said.text
    assert 'value="&quot;&gt;&lt;script&gt;' in said.text
    assert 'id="password-trouble" role="alert">The name or the password is wrong.' in said.text
    assert WORD not in enter(page.browser(), page.app.url, "nobody", WORD).text
    chinese = page.browser().get(f"{page.app.url}/", headers={"Accept-Language": "zh-CN,zh"}, timeout=20)
    assert "管理员可以打开他人的作品" in chinese.text
    assert chinese.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("/rh/files/a/b.png?download=true", "/rh/files/a/b.png?download=true"),
        ("/#gallery", "/#gallery"),
        ("/", "/"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/rh/events", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/../../evil", "/"),
        ("javascript:alert(1)", "/"),
        ("/rh/sign-in", "/"),
        ("/rh/assets/1/main.js", "/"),
        ("/\r\nSet-Cookie: a=b", "/"),
        ("/" + "x" * 9000, "/"),
        ("http://[", "/"),
    ],
)
def test_after_it_one_is_led_to_an_address_of_ours_alone(page: TeamPage, wanted: str, place: str) -> None:
    browser = page.browser()
    assert led(browser, enter(browser, page.app.url, MEMBER, WORD, next=wanted)) == place
    asked = f"{page.app.url}/rh/sign-in"
    again = browser.get(asked, params={"next": wanted}, allow_redirects=False, timeout=20)
    assert (again.status_code, again.headers["location"]) == (303, f"..{place}"), "they are signed in already"


def test_a_browser_that_keeps_no_cookie_is_told(page: TeamPage) -> None:
    browser = page.browser()
    entered = enter(browser, page.app.url, MEMBER, WORD, next="/#gallery")
    browser.cookies.clear()
    told = browser.get(urljoin(entered.url, entered.headers["location"]), timeout=20)
    assert told.status_code == 401 and "keeps no cookie of this page" in told.text
    assert 'name="next" value="/#gallery"' in told.text
    assert f"{COOKIE}=; Path=/; Max-Age=0" in told.headers["set-cookie"], "one that opens nothing goes"
    plain = browser.get(f"{page.app.url}/rh/sign-in", timeout=20)
    assert plain.status_code == 200 and "cookie" not in plain.text


def test_a_stranger_is_led_back_to_what_they_wanted(page: TeamPage) -> None:
    browser, place = page.browser(), "/rh/files/none/a%20b.png?download=true"
    asked = browser.get(page.app.url + place, headers={"Accept": "text/html"}, timeout=20)
    wanted = re.search(r'name="next" value="([^"]*)"', asked.text)
    assert wanted and 'action="../../../rh/sign-in"' in asked.text
    told = enter(browser, page.app.url, MEMBER, WORD, next=wanted[1])
    assert led(browser, told) == place


def test_other_sites_and_other_names_change_nothing(page: TeamPage) -> None:
    """With the cookie, as the browser would send it: other sites, other ports and other names of this host,
    a page that hides its origin, and a name in the local network."""
    port = page.app.url.rpartition(":")[2]
    origins = (
        "http://evil.example", "http://127.0.0.1:1", f"https://127.0.0.1:{port}x", "null",
        f"http://localhost.evil.example:{port}", f"http://studio.lan:{port}",
    )  # fmt: skip
    browser = page.browser(MEMBER)
    before = len(runs_of(page))
    order = {"endpoint": MODEL, "params": FORM, "press": PRESS}
    for origin in origins:
        for path in ("/rh/api/runs", "/rh/sign-out", "/rh/sign-in", "/gradio_api/run/submit"):
            answer = browser.post(
                page.app.url + path, json=order, headers={"Origin": origin}, timeout=20, allow_redirects=False
            )
            assert answer.status_code == 403, (origin, path)
    del browser.headers["Origin"]
    assert browser.post(f"{page.app.url}/rh/api/runs", json=order, timeout=20).status_code == 403
    lan = {"Host": f"studio.lan:{port}", "Origin": f"http://studio.lan:{port}"}
    for path in ("/rh/api/runs", "/rh/sign-in"):
        assert browser.post(page.app.url + path, json=order, headers=lan, timeout=20).status_code == 403
    assert browser.get(f"{page.app.url}/", headers=lan, timeout=20).status_code == 403
    assert len(runs_of(page)) == before


def test_no_site_may_frame_the_pages_for_strangers(page: TeamPage) -> None:
    for path in ("/", "/rh/sign-in", "/rh/join/none"):
        headers = page.browser().get(page.app.url + path, timeout=20).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"


def test_an_invitation_works_once_and_lets_in(page: TeamPage) -> None:
    secret = page.people.invite(Role.MEMBER, "", as_caller(page.person(ADMIN)))
    place, browser = f"{page.app.url}/rh/join/{secret}", page.browser()
    assert "You are invited" in browser.get(place, timeout=20).text

    def join(name: str, word: str) -> requests.Response:
        given = {"name": name, "password": word}
        return browser.post(place, data=given, allow_redirects=False, timeout=20)

    short = join("Fay", "short")
    assert short.status_code == 409 and 'id="password-trouble"' in short.text and 'value="Fay"' in short.text
    taken = join(MEMBER.upper(), WORD)
    assert taken.status_code == 409 and 'id="name-trouble"' in taken.text
    done = join("Fay", WORD)
    assert led(browser, done) == "/"
    assert status(page, browser) == 200
    again = page.browser().get(place, timeout=20)
    assert again.status_code == 410 and "<form" not in again.text
    assert join("Gus", WORD).status_code == 410


def runs_of(page: TeamPage) -> list[dict[str, Any]]:
    """All runs as the database has them, newest first."""
    engine = create_engine(f"sqlite:///{page.data / DATABASE_NAME}")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM tasks ORDER BY id DESC")).mappings().all()
    engine.dispose()
    return [dict(row) for row in rows]


def test_a_script_runs_models_as_its_person_with_gradio_s_client(page: TeamPage) -> None:
    token, secret = page.token(MEMBER)
    headers = {"Authorization": f"Bearer {secret}", "X-RH-Submitter": "somebody else"}
    client = Client(page.app.url, headers=headers, verbose=False, download_files=False)
    run = client.predict(MODEL, FORM, "", api_name="/submit")
    look_until(
        lambda: client.predict(run["id"], api_name="/task"), lambda task: task["state"] == "done", PATIENCE
    )
    stored = next(row for row in runs_of(page) if row["id"] == run["id"])
    ben = page.person(MEMBER).id
    assert stored["submitter"] == ben, "the header no longer says who one is"
    assert (stored["person"], stored["token"], stored["project"]) == (ben, token, "")
    page.sign_in.revoke_token(token, as_caller(page.person(MEMBER)))
    with pytest.raises(Exception, match=r"revoked|401"):
        client.predict(run["id"], api_name="/task")
    refused = page.script(secret).post(f"{page.app.url}/gradio_api/run/tasks", json={"data": []}, timeout=20)
    assert (refused.status_code, "it was revoked" in refused.json()["error"]) == (401, True)


def test_a_script_says_into_which_project_its_run_goes(page: TeamPage) -> None:
    ben, cem, (_, secret) = page.browser(MEMBER), page.browser(OTHER), page.token(MEMBER)
    made = {}
    for session, name in ((ben, "Kites"), (ben, "Boats"), (ben, "Boats"), (cem, "Hidden")):
        answer = session.post(f"{page.app.url}/rh/api/projects", json={"name": name}, timeout=20)
        made[name] = answer.json()["id"]
    script = page.script(secret)
    client = Client(page.app.url, headers=dict(script.headers), verbose=False, download_files=False)

    def project_of(run: Mapping[str, Any]) -> str:
        return next(str(row["project"]) for row in runs_of(page) if row["id"] == run["id"])

    def call(*values: object) -> requests.Response:
        return script.post(f"{page.app.url}/gradio_api/run/submit", json={"data": values}, timeout=20)

    named = client.predict(MODEL, FORM, "kite-1", "Kites", api_name="/submit")
    assert project_of(named) == made["Kites"]
    assert client.predict(MODEL, FORM, "kite-1", made["Kites"], api_name="/submit")["already_sent"]
    by_keyword = client.predict(endpoint=MODEL, params=FORM, project=made["Boats"], api_name="/submit")
    assert project_of(by_keyword) == made["Boats"]
    (posted,) = call(MODEL, FORM, "kite-2", "Kites").json()["data"]
    assert project_of(posted) == made["Kites"]
    before = len(runs_of(page))
    for project, told in (
        ("kites", "There is no such project, or you do not belong to it"),
        ("Hidden", "There is no such project, or you do not belong to it"),
        (made["Hidden"], "There is no such project, or you do not belong to it"),
        ("Boats", "You belong to 2 projects with the name “Boats”: give the id of one"),
    ):
        refused = call(MODEL, FORM, "", project)
        assert (refused.status_code, told in refused.json()["error"]) == (422, True), refused.text
    ben.post(f"{page.app.url}/rh/api/projects/{made['Kites']}", json={"closed": True}, timeout=20)
    assert "closed" in call(MODEL, FORM, "kite-3", "Kites").json()["error"]
    other = call(MODEL, FORM, "kite-1", made["Boats"])
    assert "another order" in other.json()["error"]
    leaving = f"{page.app.url}/rh/api/projects/{made['Kites']}/people/remove"
    assert ben.post(leaving, json={"person": page.person(MEMBER).id}, timeout=20).status_code == 200
    (again,) = call(MODEL, FORM, "kite-1", "Kites").json()["data"]
    assert (again["id"], again["already_sent"]) == (named["id"], True), "also after they left the project"
    assert call(MODEL, FORM, "kite-4", "Kites").status_code == 422
    assert len(runs_of(page)) == before


@pytest.mark.parametrize("left_out", range(3))
def test_a_call_from_before_there_were_projects_still_starts_its_run(page: TeamPage, left_out: int) -> None:
    """As curl sends it: values at the end may be left out; the others keep their places."""
    script = page.script(page.token(OTHER)[1])

    def call(values: Sequence[object]) -> requests.Response:
        return script.post(f"{page.app.url}/gradio_api/run/submit", json={"data": values}, timeout=20)

    values = [MODEL, {**FORM, "prompt": f"before {left_out}"}, f"before-{left_out}", ""]
    (run,) = call(values[: 4 - left_out]).json()["data"]
    stored = next(row for row in runs_of(page) if row["id"] == run["id"])
    assert (stored["project"], bool(stored["request_id"])) == ("", left_out < 2)
    if left_out < 2:
        assert call(values).json()["data"][0]["already_sent"]
    without_a_form = call([MODEL])
    assert without_a_form.status_code == 422
    wanted = "these values, in this order: endpoint, params, request_id, project; 1 came"
    assert wanted in without_a_form.json()["error"]


def test_a_guest_s_token_starts_nothing(page: TeamPage) -> None:
    with pytest.raises(Exception, match="role"):
        page.token(GUEST)


def test_the_key_is_shown_to_an_admin_who_enters_their_password(page: TeamPage) -> None:
    def ask(session: requests.Session, token: str, password: str) -> requests.Response:
        given = {"plus": False, "token": token, "password": password}
        return session.post(f"{page.app.url}/rh/native", json=given, timeout=20)

    admin, member = page.browser(ADMIN), page.browser(MEMBER)
    shown = admin.get(page.app.url, timeout=20).text
    token = shown.partition('"token": "')[2].partition('"')[0]
    assert token and '"token"' not in member.get(page.app.url, timeout=20).text
    assert ask(member, token, WORD).status_code == 403
    wrong = ask(admin, token, "not my password")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "sign-in-wrong")
    assert ask(admin, token, "").status_code == 401
    assert ask(page.script(page.token(ADMIN)[1]), token, WORD).status_code == 403, "a script never gets it"
    assert KEY in ask(admin, token, WORD).json()["address"]
    assert ask(admin, token, WORD).status_code == 403, "once for each token of the page"


def test_no_secret_is_written_anywhere(page: TeamPage) -> None:
    """Neither the key nor a password nor what opens a session is in the data folder, the log, or an answer
    to anybody."""
    browsers = {name: page.browser(name) for name in (ADMIN, MEMBER, GUEST)}
    invitation = page.people.invite(Role.GUEST, "", as_caller(page.person(ADMIN)))
    page.browser().get(f"{page.app.url}/rh/join/{invitation}", timeout=20)
    _, token = page.token(MEMBER)
    assert status(page, page.script(token)) == 200
    sessions = [browser.cookies[COOKIE] for browser in browsers.values()]
    secrets = [KEY, WORD, invitation, token, token.removeprefix("rhui_"), *sessions]
    paths = (
        "/", "/config", "/rh/api/status", "/rh/api/account", "/rh/api/account/keys", "/rh/api/history",
        "/rh/api/runs/tray", "/rh/api/account/native-addresses", "/rh/api/storage", "/rh/api/catalog",
    )  # fmt: skip
    for browser in (*browsers.values(), page.script(token), page.browser()):
        for path in paths:
            answer = browser.get(page.app.url + path, timeout=30)
            told = answer.text + str(answer.headers)
            assert [secret for secret in secrets if secret in told] == [], path
    for file in (found for found in page.folder.rglob("*") if is_ours(found, page)):
        content = file.read_bytes()
        assert [secret for secret in secrets if secret.encode() in content] == [], file


def is_ours(file: Path, page: TeamPage) -> bool:
    """Whether the page wrote the file, not the emulator of this test."""
    return file.is_file() and not file.is_relative_to(page.folder / "emulator")
