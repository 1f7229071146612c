"""Sign-in through a real OpenID provider, and by the name that a proxy gives."""

from __future__ import annotations

import hashlib
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import oidc_provider_mock
import pytest
import requests
import werkzeug.serving
from werkzeug.wrappers import Request

from rh_ui.__main__ import main
from rh_ui.errors import NotFound, SignInRefused
from rh_ui.people import PersonState, Role
from rh_ui.services.company_sign_in import Company, CompanySignIn
from rh_ui.services.openid import OpenIdProvider
from scripts.processes import start_app
from tests.signed import led
from tests.team import WORD, Team

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
"""The provider's own; ours are errors everywhere else."""
BACK = "https://studio.example.org/rh/company-sign-in/back"
ADA = oidc_provider_mock.User(sub="ada-1", claims={"name": "Ada", "email": "ada@example.org"})
NAMESAKE = oidc_provider_mock.User(sub="ada-2", claims={"name": "ada", "email": "ada@example.org"})


class Office:
    """A provider, and what it was asked for tokens."""

    def __init__(self) -> None:
        self.asked: list[Mapping[str, str]] = []
        inner = oidc_provider_mock.app(user_claims=[ADA, NAMESAKE])

        def noting(environ: dict[str, Any], start: Any) -> Any:
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            request = Request({**environ, "wsgi.input": BytesIO(body)})
            environ["wsgi.input"] = BytesIO(body)
            if request.path.endswith("token"):
                self.asked.append({**request.form, "authorization": request.headers.get("Authorization", "")})
            return inner(environ, start)

        self._server = werkzeug.serving.make_server("localhost", 0, noting, threaded=True)
        self.issuer = f"http://localhost:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def company() -> Iterator[Office]:
    running = Office()
    yield running
    running.stop()


def sign_in_at(
    team: Team, company: Office, admits: Role | None = None, secret: str = "s3cret"
) -> CompanySignIn:
    provider = OpenIdProvider(company.issuer, "studio", secret)
    return CompanySignIn(team.people, team.sign_in, Company(provider, "Example", admits))


def authorize(url: str, who: str) -> dict[str, str]:
    """The query with which the browser comes back after `who` agreed."""
    answer = requests.post(url, data={"sub": who}, allow_redirects=False, timeout=10)
    assert answer.headers["location"].startswith(f"{BACK}?")
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(SignInRefused) as caught:
        call()
    return caught.value.code


def test_a_newcomer_waits_and_is_known_by_the_subject_when_they_come_again(
    team: Team, company: Office
) -> None:
    admin = team.admin()
    door = sign_in_at(team, company)
    begun = door.begin(BACK)
    assert refused(lambda: door.finish(authorize(begun.url, "ada-1"), begun.kept, BACK, "", "")) == (
        "sign-in-waiting"
    )
    newcomer = team.people.list()[1]
    assert (newcomer.name, newcomer.state, newcomer.role) == ("Ada 2", PersonState.WAITING, Role.MEMBER)
    assert newcomer.subject == f"{company.issuer} ada-1" and not newcomer.has_password
    team.people.change(newcomer.id, state=PersonState.ACTIVE, name="Ada L.", by=admin)
    begun = door.begin(BACK)
    person, secret = door.finish(authorize(begun.url, "ada-1"), begun.kept, BACK, "a browser", "192.0.2.9")
    caller = team.sign_in.caller(secret)
    assert caller is not None and caller.person == person.id == newcomer.id and caller.name == "Ada L."
    begun = door.begin(BACK)
    refused(lambda: door.finish(authorize(begun.url, "ada-2"), begun.kept, BACK, "", ""))
    assert len(team.people.list()) == 3, "the same e-mail address is not the same person"


def test_state_nonce_and_proof_key_go_along(team: Team, company: Office) -> None:
    team.admin()
    door = sign_in_at(team, company, Role.GUEST)
    begun = door.begin(BACK)
    asked = {key: values[0] for key, values in parse_qs(urlsplit(begun.url).query).items()}
    state, nonce, verifier = begun.kept.split(".")
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert asked | {"state": state, "nonce": nonce, "code_challenge": challenge} == asked
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["redirect_uri"] == BACK and "openid" in asked["scope"].split()
    person, _ = door.finish(authorize(begun.url, "ada-1"), begun.kept, BACK, "", "")
    assert (person.role, person.state) == (Role.GUEST, PersonState.ACTIVE)
    assert company.asked[0]["code_verifier"] == verifier
    assert company.asked[0]["authorization"].startswith("Basic ")


def test_what_another_browser_began_is_refused(team: Team, company: Office) -> None:
    team.admin()
    door = sign_in_at(team, company, Role.MEMBER)
    mine, theirs = door.begin(BACK), door.begin(BACK)
    query = authorize(theirs.url, "ada-1")
    for kept in (mine.kept, "", "..", query["state"], f"{query['state']}.x"):
        assert refused(partial(door.finish, query, kept, BACK, "", "")) == "sign-in-stale"
    assert company.asked == [], "no code is spent for it"
    state, _, verifier = theirs.kept.split(".")
    other_nonce = f"{state}.another-nonce.{verifier}"
    assert refused(lambda: door.finish(query, other_nonce, BACK, "", "")) == "sign-in-company-failed"
    assert len(team.people.list()) == 1


def test_a_code_works_once_and_a_refusal_is_told(team: Team, company: Office) -> None:
    team.admin()
    door = sign_in_at(team, company, Role.MEMBER)
    begun = door.begin(BACK)
    query = authorize(begun.url, "ada-1")
    door.finish(query, begun.kept, BACK, "", "")
    assert refused(lambda: door.finish(query, begun.kept, BACK, "", "")) == "sign-in-company-failed"
    denied = {"state": query["state"], "error": "access_denied"}
    assert refused(lambda: door.finish(denied, begun.kept, BACK, "", "")) == "sign-in-company-no"


def test_a_token_for_another_client_or_of_another_issuer_is_refused(team: Team, company: Office) -> None:
    team.admin()
    other = CompanySignIn(
        team.people, team.sign_in, Company(OpenIdProvider(f"{company.issuer}/", "studio", "s3cret"))
    )
    assert refused(lambda: other.begin(BACK)) == "sign-in-company-failed"
    unreachable = CompanySignIn(
        team.people, team.sign_in, Company(OpenIdProvider("http://localhost:9", "studio"))
    )
    assert refused(lambda: unreachable.begin(BACK)) == "sign-in-company-failed"
    plain = CompanySignIn(
        team.people, team.sign_in, Company(OpenIdProvider("http://login.example.org", "studio"))
    )
    assert refused(lambda: plain.begin(BACK)) == "sign-in-company-failed"
    with pytest.raises(NotFound):
        CompanySignIn(team.people, team.sign_in, Company()).begin(BACK)


def test_nobody_becomes_the_first_through_the_company(team: Team, company: Office) -> None:
    door = sign_in_at(team, company, Role.MEMBER)
    begun = door.begin(BACK)
    assert refused(lambda: door.finish(authorize(begun.url, "ada-1"), begun.kept, BACK, "", "")) == (
        "sign-in-nobody"
    )
    assert refused(lambda: door.proxy_caller("ada")) == "sign-in-nobody"
    assert not team.people.exist()


def test_secrets_are_in_no_log_and_no_exception(
    team: Team, company: Office, caplog: pytest.LogCaptureFixture
) -> None:
    team.admin()
    caplog.set_level("DEBUG")
    door = sign_in_at(team, company, Role.MEMBER)
    begun = door.begin(BACK)
    query = authorize(begun.url, "ada-1")
    caplog.clear()
    door.finish(query, begun.kept, BACK, "", "")
    with pytest.raises(SignInRefused) as caught:
        door.finish(query, begun.kept, BACK, "", "")
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("rh_ui"))
    assert ours
    for hidden in ("s3cret", query["code"], begun.kept.split(".")[2]):
        assert hidden not in ours and hidden not in repr(caught.value)
    assert caught.value.__cause__ is None


def test_a_proxy_vouches_for_people(team: Team) -> None:
    admin = team.admin()
    door = CompanySignIn(team.people, team.sign_in, Company())
    assert refused(lambda: door.proxy_caller("ben@example.org")) == "sign-in-waiting"
    ben = team.people.list()[1]
    assert (ben.name, ben.subject) == ("ben@example.org", "proxy ben@example.org")
    team.people.change(ben.id, state=PersonState.ACTIVE, by=admin)
    assert door.proxy_caller("ben@example.org").person == ben.id
    team.people.change(ben.id, state=PersonState.GONE, by=admin)
    assert refused(lambda: door.proxy_caller("ben@example.org")) == "sign-in-gone"
    assert refused(lambda: door.proxy_caller("x" * 500)) == "sign-in-nobody"
    open_door = CompanySignIn(team.people, team.sign_in, Company(admits=Role.GUEST))
    for odd in ("\u200b", "a" * 300, "李雷"):
        assert open_door.proxy_caller(odd).role is Role.GUEST
    assert [person.name for person in team.people.list()][2:] == ["?", "a" * 50, "李雷"]


KEY = "rh_TESTKEY_0123456789abcdef"
PROXIED = {"X-Remote-User": "ben"}


@pytest.mark.slow
def test_the_page_leads_to_the_company_and_believes_its_proxy(tmp_path: Path, company: Office) -> None:
    app = start_app(
        tmp_path,
        environment={
            "RH_API_KEY": KEY, "RH_UI_ADMIN_NAME": "Root", "RH_UI_ADMIN_PASSWORD": WORD,
            "RH_UI_OIDC_ISSUER": company.issuer, "RH_UI_OIDC_CLIENT_ID": "studio",
            "RH_UI_OIDC_CLIENT_SECRET": "s3cret", "RH_UI_OIDC_NAME": "Example & Co",
            "RH_UI_PROXY_USER_HEADER": "X-Remote-User", "RH_UI_PROXIES": "127.0.0.1",
        },
    )  # fmt: skip
    try:
        browser = requests.Session()
        assert "Sign in with Example &amp; Co" in browser.get(app.url, timeout=30).text

        def came_back(wanted: str = "/?x=1") -> requests.Response:
            begun = browser.get(
                f"{app.url}/rh/company-sign-in", params={"next": wanted}, allow_redirects=False, timeout=30
            )
            agreed = requests.post(
                begun.headers["location"], data={"sub": "ada-1"}, allow_redirects=False, timeout=30
            )
            return browser.get(agreed.headers["location"], allow_redirects=False, timeout=30)

        waiting = came_back()
        assert waiting.status_code == 401 and "An admin has to let you in first" in waiting.text
        assert main(["users", "--data-dir", str(tmp_path / "data"), "let-in", "Ada"]) == 0
        entered = came_back()
        assert led(browser, entered) == "/?x=1"
        assert "rh_company" not in browser.cookies
        file = came_back("/rh/files/none/a.b.png")
        assert led(browser, file) == "/rh/files/none/a.b.png"
        assert browser.get(f"{app.url}/rh/api/status", timeout=30).status_code == 200
        again = browser.get(waiting.url, allow_redirects=False, timeout=30)
        assert again.status_code == 401, "the address alone opens nothing"

        status = f"{app.url}/rh/api/status"
        assert requests.get(status, timeout=30).status_code == 401
        named = requests.get(status, headers=PROXIED, timeout=30)
        assert (named.status_code, named.json()["code"]) == (401, "sign-in-waiting")
        assert main(["users", "--data-dir", str(tmp_path / "data"), "let-in", "ben"]) == 0
        assert requests.get(status, headers=PROXIED, timeout=30).status_code == 200
        change = f"{app.url}/rh/api/account/resume"
        assert requests.post(change, headers=PROXIED, timeout=30).json()["code"] == "foreign"
    finally:
        assert app.stop() == 0
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"s3cret" not in kept and KEY.encode() not in kept and WORD.encode() not in kept
