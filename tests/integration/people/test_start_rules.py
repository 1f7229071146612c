"""With a key and an address that others reach, somebody must be able to sign in."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from rh_ui import start_rules, terminal
from rh_ui.config import Settings, read_settings
from rh_ui.errors import StartRefused
from rh_ui.people import RunOwner
from rh_ui.persistence.repositories.repositories import open_repositories
from rh_ui.persistence.run_queries import RunQueries
from scripts.processes import ROOT, clean_environment, start_app
from tests.integration.people.test_users_command import read_until
from tests.integration.persistence.test_store_repositories import new_task
from tests.team import WORD, Team

KEY = "rh_TESTKEY_0123456789abcdef"
CHILD = """
import sys
from rh_ui import start_rules
from rh_ui.config import read_settings
from rh_ui.persistence.database import open_database
from tests.team import Team

team = Team(open_database(sys.argv[1]))
assert start_rules.first_admin(read_settings(host="0.0.0.0"), team.people)
"""


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("RH_API_KEY", KEY)
    monkeypatch.setattr(terminal, "is_there", lambda: False)
    return monkeypatch


def settings(given: pytest.MonkeyPatch, *, host: str = "0.0.0.0", **environment: str) -> Settings:
    for name, value in environment.items():
        given.setenv(name, value)
    return read_settings(host=host)


def test_nobody_and_no_way_to_make_somebody_is_refused(team: Team, given: pytest.MonkeyPatch) -> None:
    with pytest.raises(StartRefused, match=r"in a terminal.*RH_UI_ADMIN_NAME and RH_UI_ADMIN_PASSWORD "):
        start_rules.first_admin(settings(given), team.people)
    assert start_rules.first_admin(settings(given, host="127.0.0.1"), team.people) is False
    team.admin()
    assert start_rules.first_admin(settings(given), team.people) is True


def test_the_settings_name_the_first_admin_only_while_there_is_nobody(
    team: Team, given: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = tmp_path / "password"
    kept.write_text(f"{WORD}\n")
    named = settings(given, RH_UI_ADMIN_NAME="Ada", RH_UI_ADMIN_PASSWORD_FILE=str(kept))
    assert start_rules.first_admin(named, team.people)
    other = settings(given, RH_UI_ADMIN_NAME="Eve", RH_UI_ADMIN_PASSWORD="another password")
    assert start_rules.first_admin(other, team.people)
    assert [person.name for person in team.people.list()] == ["Ada"]
    assert team.enter("Ada")[0].name == "Ada"
    assert "another password" in other.secrets and "another password" not in repr(other)


def test_a_run_that_was_ordered_in_the_moment_of_the_first_admin_gets_an_owner(
    team: Team, given: pytest.MonkeyPatch
) -> None:
    ada = team.admin()
    team.member(ada)
    store, history = open_repositories(team.database), RunQueries(team.database)
    store.tasks.add(new_task(1))
    store.tasks.add(new_task(2, owner=RunOwner("somebody")))
    assert start_rules.first_admin(settings(given), team.people)
    assert [history.task(f"task-000{number}").owner.person for number in (1, 2)] == [ada.person, "somebody"]


def test_demo_mode_needs_nobody(team: Team, given: pytest.MonkeyPatch) -> None:
    given.setenv("RH_UI_ADMIN_NAME", "Ada")
    given.setenv("RH_UI_ADMIN_PASSWORD", WORD)
    assert start_rules.first_admin(read_settings(host="0.0.0.0", demo=True), team.people) is False
    assert not team.people.exist()


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"RH_UI_ADMIN_NAME": "Ada"}, "needs a password"),
        ({"RH_UI_ADMIN_NAME": "Ada", "RH_UI_ADMIN_PASSWORD": "short"}, "at least 10 characters"),
        ({"RH_UI_ADMIN_NAME": "A\u200b", "RH_UI_ADMIN_PASSWORD": WORD}, "nobody sees"),
        ({"RH_UI_ADMIN_NAME": "Ada", "RH_UI_ADMIN_PASSWORD_FILE": "/nowhere"}, "PASSWORD_FILE can't be read"),
    ],
)
def test_what_names_nobody_is_refused(
    team: Team, given: pytest.MonkeyPatch, environment: dict[str, str], words: str
) -> None:
    with pytest.raises(StartRefused, match=words):
        start_rules.first_admin(settings(given, **environment), team.people)
    assert not team.people.exist()


def test_a_terminal_asks_until_it_works(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    address = f"sqlite:///{tmp_path}/studio.db"
    program = subprocess.Popen(
        [sys.executable, "-c", CHILD, address],
        cwd=ROOT, env=clean_environment({"RH_API_KEY": KEY}), stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True,
    )  # fmt: skip
    shown = b""
    for typed in ("Ada", "short", "short", "Ada", WORD, WORD):
        shown += read_until(ours, b": ")
        os.write(ours, f"{typed}\n".encode())
    assert program.wait(60) == 0
    assert b"Nobody can sign in yet" in shown and b"at least 10 characters" in shown
    assert WORD.encode() not in shown


@pytest.mark.slow
def test_with_people_the_page_starts_for_others(tmp_path: Path) -> None:
    named = {"RH_API_KEY": KEY, "RH_UI_ADMIN_NAME": "Ada", "RH_UI_ADMIN_PASSWORD": WORD}
    app = start_app(tmp_path, "--host", "0.0.0.0", environment=named)
    assert app.stop() == 0
    again = start_app(tmp_path, "--host", "0.0.0.0", environment={"RH_API_KEY": KEY})
    assert again.stop() == 0
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert WORD.encode() not in kept and KEY.encode() not in kept
