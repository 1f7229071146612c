"""A real program with people: who they are, and their requests as a browser or a script sends them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

import requests

from rh_ui.emulator.runner import start_emulator
from rh_ui.opening import DATABASE_NAME
from rh_ui.people import Person, Role
from rh_ui.people_parts import build_people
from rh_ui.persistence.database import open_database
from rh_ui.persistence.repositories.audit import AuditRepository
from rh_ui.services.audit_log import AuditLog
from rh_ui.services.people import People, as_caller
from rh_ui.services.sign_in import SignIn
from scripts.processes import Program, start_app
from tests.team import WORD

KEY: Final = "rh_TESTKEY_of_a_page_with_people"
ADMIN, MEMBER, OTHER, GUEST = "Ada", "Ben", "Cem", "Gil"
PLAIN: Final = {"Accept": "*/*"}


@dataclass(frozen=True)
class TeamPage:
    """A page with a key, an admin, two members and a guest."""

    app: Program
    folder: Path
    people: People
    sign_in: SignIn

    def person(self, name: str) -> Person:
        return next(person for person in self.people.list() if person.name == name)

    def browser(self, name: str = "", word: str = WORD) -> requests.Session:
        """A browser on the page, in which somebody is signed in; without a name nobody is."""
        session = requests.Session()
        session.headers["Origin"] = self.app.url
        if name:
            entered = enter(session, self.app.url, name, word)
            assert entered.status_code == 303, entered.text
        return session

    def token(self, name: str, days: int | None = None) -> tuple[str, str]:
        """The id and the secret of a new token."""
        person = self.person(name)
        token, secret = self.sign_in.make_token(person.id, "a script", days, as_caller(person))
        return token.id, secret

    def script(self, secret: str, headers: Mapping[str, str] = PLAIN) -> requests.Session:
        """A program that calls with a token."""
        session = requests.Session()
        session.headers.update({**headers, "Authorization": f"Bearer {secret}"})
        return session

    @property
    def data(self) -> Path:
        return self.folder / "data"


def enter(session: requests.Session, url: str, name: str, word: str, **more: str) -> requests.Response:
    """Send the sign-in form."""
    given = {"name": name, "password": word, **more}
    return session.post(f"{url}/rh/sign-in", data=given, allow_redirects=False, timeout=30)


def led(session: requests.Session, entered: requests.Response) -> str:
    """Where somebody who has signed in is led to, once it is seen that their browser kept the cookie."""
    assert entered.status_code == 303, entered.text
    asked = urljoin(entered.url, entered.headers["location"])
    seen = session.get(asked, allow_redirects=False, timeout=30)
    assert seen.status_code == 303, seen.text
    return urljoin(asked, seen.headers["location"]).removeprefix(urljoin(asked, "/").rstrip("/"))


@contextmanager
def team_page(
    folder: Path, *, environment: Mapping[str, str] | None = None, calm: bool = True, **emulator: Any
) -> Iterator[TeamPage]:
    """The program as it is started for a team, with our emulator as RunningHub. `calm`: whether it must not
    log an exception; Gradio logs one when somebody waits for the queue of a session that there is not."""
    service = start_emulator(folder / "emulator", "--fast", "--small")
    account = {"kind": "SHARED", "limit": 100, "balance": "100000", **emulator}
    requests.post(f"{service.url}/_emulator/script", json={"accounts": {KEY: account}}, timeout=10)
    app = start_app(
        folder,
        environment={
            "RH_API_KEY": KEY, "RH_API_HOST": service.url, "RH_UI_ADMIN_NAME": ADMIN,
            "RH_UI_ADMIN_PASSWORD": WORD, **(environment or {}),
        },
    )  # fmt: skip
    database = open_database(f"sqlite:///{folder / 'data' / DATABASE_NAME}")
    people, sign_in = build_people(database, AuditLog(AuditRepository(database)), tuple)
    page = TeamPage(app, folder, people, sign_in)
    by = as_caller(page.person(ADMIN))
    for name, role in ((MEMBER, Role.MEMBER), (OTHER, Role.MEMBER), (GUEST, Role.GUEST)):
        people.add(name, WORD, role, by)
    try:
        yield page
    finally:
        database.close()
        code = app.stop()
        service.stop()
    said = app.said()
    assert code == 0, said[-4000:]
    assert not calm or "Traceback" not in said, said[max(0, said.index("Traceback") - 500) :][:4000]
    assert KEY not in said and WORD not in said
