"""A page with a key and people behind a real nginx with TLS, under a path (decision 0018)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import requests
from requests.adapters import HTTPAdapter
from sqlalchemy import create_engine, text

from rh_ui.web.session_cookie import COOKIE
from scripts.processes import free_port
from tests.nginx import CERTIFICATE, readme_settings, running_nginx
from tests.signed import ADMIN, MEMBER, TeamPage, enter, led, team_page
from tests.team import WORD

NAME: Final = "studio.localhost"
THERE: Final = "127.0.0.2"
"""Where the visitor is: another address than the proxy's."""
FORWARDED: Final = "    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n}"


class FromThere(HTTPAdapter):
    """Connects from that address."""

    def init_poolmanager(self, *args: Any, **values: Any) -> None:
        super().init_poolmanager(*args, **values, source_address=(THERE, 0))


@dataclass(frozen=True)
class Behind:
    """A page behind nginx; `url` is how a test reaches its public address."""

    page: TeamPage
    url: str
    host: str
    certificate: Path

    def visitor(self) -> requests.Session:
        session = requests.Session()
        session.mount("https://", FromThere())
        session.trust_env = False
        session.verify = str(self.certificate)
        session.headers.update({"Host": self.host, "Origin": f"https://{self.host}"})
        return session


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    folder, port = tmp_path_factory.mktemp("named"), free_port()
    host = f"{NAME}:{port}"
    environment = {"RH_UI_PUBLIC_URL": f"https://{host}/studio", "RH_UI_PROXIES": "127.0.0.1"}
    with team_page(folder, environment=environment) as page:
        settings = readme_settings(page.app.url).replace("}", FORWARDED)
        with running_nginx(folder / "nginx", port, settings, secure=True):
            near = f"https://127.0.0.1:{port}/studio"
            yield Behind(page, near, host, folder / "nginx" / CERTIFICATE)


def test_people_sign_in_under_the_public_address(behind: Behind) -> None:
    visitor = behind.visitor()
    asked = visitor.get(f"{behind.url}/", timeout=30)
    assert 'action="./rh/sign-in"' in asked.text, "it fits any path that a proxy adds"
    told = enter(visitor, behind.url, MEMBER, WORD)
    assert led(visitor, told) == "/studio/"
    cookie = told.headers["set-cookie"]
    assert re.fullmatch(
        r"rh_session=[\w-]{43}; Path=/studio/; Max-Age=7776000; HttpOnly; SameSite=Lax; Secure", cookie
    )
    visitor.cookies.clear()
    visitor.headers["Cookie"] = cookie.partition(";")[0]
    page = visitor.get(f"{behind.url}/", timeout=30)
    assert '"name": "Ben"' in page.text and f"https://{behind.host}/studio" in page.text
    assert visitor.get(f"{behind.url}/rh/api/status", timeout=30).status_code == 200
    out = visitor.post(f"{behind.url}/rh/sign-out", timeout=30, allow_redirects=False)
    assert "Path=/studio/; Max-Age=0" in out.headers["set-cookie"]
    assert visitor.get(f"{behind.url}/rh/api/status", timeout=30).status_code == 401


def test_a_proxy_that_is_named_says_who_the_visitor_is_and_nobody_else_does(behind: Behind) -> None:
    """Not the visitor, who sends such headers too, and not a program that reaches the page itself."""
    evil = {"X-Forwarded-For": "203.0.113.7", "X-Real-IP": "203.0.113.8", "Forwarded": "for=203.0.113.9"}
    visitor = behind.visitor()
    visitor.headers.update(evil)
    assert enter(visitor, behind.url, ADMIN, WORD).status_code == 303
    assert places(behind)[0] == THERE
    direct = behind.page.browser()
    direct.mount("http://", FromThere())
    direct.headers.update(evil)
    assert enter(direct, behind.page.app.url, ADMIN, WORD).status_code == 303
    assert places(behind)[0] == THERE


def places(behind: Behind) -> list[str]:
    """Where people signed in from, newest first."""
    engine = create_engine(f"sqlite:///{behind.page.data / 'studio.db'}")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT place FROM audit WHERE action='signed-in' ORDER BY id DESC"))
        found = [str(row[0]) for row in rows]
    engine.dispose()
    return found


def test_other_names_and_origins_are_refused_there_too(behind: Behind) -> None:
    visitor = behind.visitor()
    assert enter(visitor, behind.url, MEMBER, WORD).status_code == 303
    for headers in ({"Host": "evil.example"}, {"Origin": f"http://{behind.host}"}, {"Origin": "null"}):
        answer = visitor.post(f"{behind.url}/rh/sign-out", headers=headers, timeout=30, allow_redirects=False)
        assert answer.status_code == 403, headers
    assert COOKIE in visitor.cookies


def test_a_script_comes_in_with_a_token_through_the_proxy(behind: Behind) -> None:
    _, secret = behind.page.token(MEMBER)
    visitor = behind.visitor()
    del visitor.headers["Origin"]
    visitor.headers["Authorization"] = f"Bearer {secret}"
    answer = visitor.post(f"{behind.url}/gradio_api/run/tasks", json={"data": ["", 5]}, timeout=30)
    assert answer.status_code == 200
