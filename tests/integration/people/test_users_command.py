"""`python -m rh_ui users`: for the locked out, also while the program runs."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from rh_ui.__main__ import main
from rh_ui.people import PersonState, Role
from rh_ui.persistence.database import open_database
from rh_ui.persistence.process_lock import lock_database, lock_folder
from scripts.processes import ROOT, clean_environment
from tests.team import WORD, Team


class Users:
    """The command, called as the interpreter does it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._patch = monkeypatch
        self._seen = capsys

    def __call__(
        self, folder: Path, *arguments: str, word: str = "", **environment: str
    ) -> tuple[int, str, str]:
        """The exit code, what was printed, and what was said on standard error. `word`: standard input."""
        for name, value in environment.items():
            self._patch.setenv(name, value)
        self._patch.setattr(sys, "stdin", io.StringIO(word))
        code = main(["users", "--data-dir", str(folder), *arguments])
        printed, said = self._seen.readouterr()
        assert WORD not in printed + said
        return code, printed, said


@pytest.fixture
def users(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Users:
    return Users(monkeypatch, capsys)


def test_everything_can_be_done_while_the_program_holds_the_folder(tmp_path: Path, users: Users) -> None:
    with lock_folder(tmp_path), lock_database(tmp_path / "studio.db"):
        assert users(tmp_path, "add", "Ada", word=f"{WORD}\n") == (0, "", "")
        assert users(tmp_path, "add", "Ben", word=f"{WORD}\r\n") == (0, "", "")
        code, _, said = users(tmp_path, "add", "ada", word=f"{WORD}\n")
        assert (code, said) == (1, "Somebody has this name already. Choose another one.\n")
        assert users(tmp_path, "role", "ben", "guest")[0] == 0
        assert users(tmp_path, "gone", "Ben")[0] == 0
        code, _, said = users(tmp_path, "gone", "Ada")
        assert code == 1 and "last admin" in said
        code, printed, _ = users(tmp_path, "list")
        assert code == 0
        assert [line.split("\t")[:3] for line in printed.splitlines()] == [
            ["Ada", "admin", "active"],
            ["Ben", "guest", "gone"],
        ]
        assert users(tmp_path, "let-in", "ＢＥＮ")[0] == 0
        assert users(tmp_path, "password", "Ben", word="a new password\n")[0] == 0
        code, _, said = users(tmp_path, "password", "Nobody", word="a new password\n")
        assert code == 1 and "users list" in said
        code, printed, _ = users(
            tmp_path, "invite", "--role", "admin", RH_UI_PUBLIC_URL="https://x.example/s"
        )
    assert code == 0 and printed.startswith("https://x.example/s/rh/join/")
    team = Team(open_database(f"sqlite:///{tmp_path}/studio.db"))
    try:
        (_, ben) = team.people.list()
        assert (ben.role, ben.state) == (Role.GUEST, PersonState.ACTIVE)
        assert team.people.accept(printed.strip().rpartition("/")[2], "Cleo", WORD).role is Role.ADMIN
        assert team.enter("Ben", "a new password")[0].person == ben.id
        entries = team.audit.page(person=ben.id)
        assert {entry.name for entry in entries[1:]} == {"python -m rh_ui users"}
    finally:
        team.database.close()


def test_a_folder_without_a_history_is_not_filled_by_a_mistake(tmp_path: Path, users: Users) -> None:
    code, _, said = users(tmp_path / "typo", "list")
    assert code == 1 and "--data-dir" in said and not (tmp_path / "typo").exists()
    code, _, said = users(tmp_path, "add", "Ada", "--role", "guest", word=f"{WORD}\n")
    assert code == 1 and "admin" in said
    assert users(tmp_path, "invite")[0] == 1


def test_the_people_of_demo_mode_are_others(tmp_path: Path, users: Users) -> None:
    assert users(tmp_path, "--demo", "add", "Ada", word=f"{WORD}\n")[0] == 0
    assert (tmp_path / "demo" / "studio.db").exists() and not (tmp_path / "studio.db").exists()


@pytest.mark.parametrize("word", ["", "short\n"])
def test_a_password_that_is_missing_or_too_short_adds_nobody(tmp_path: Path, word: str, users: Users) -> None:
    code, _, said = users(tmp_path, "add", "Ada", word=word)
    assert code == 1 and said.count("\n") == 1
    assert users(tmp_path, "list") == (0, "", "")


def test_no_argument_takes_a_password(tmp_path: Path, users: Users) -> None:
    with pytest.raises(SystemExit):
        users(tmp_path, "add", "Ada", WORD)
    assert list(tmp_path.iterdir()) == []


def test_at_a_terminal_the_password_is_asked_twice_and_not_shown(tmp_path: Path, users: Users) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "rh_ui", "users", "--data-dir", str(tmp_path), "add", "Ada"]
    program = subprocess.Popen(
        command, cwd=ROOT, env=clean_environment(), stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True,
    )  # fmt: skip
    shown = b""
    for typed in ("a first word", "another word", WORD, WORD):
        shown += read_until(ours, b": ")
        os.write(ours, f"{typed}\n".encode())
    os.close(theirs)
    assert program.wait(60) == 0
    assert WORD.encode() not in shown
    assert users(tmp_path, "list")[1].startswith("Ada\tadmin\tactive")


def read_until(terminal: int, words: bytes) -> bytes:
    """What the program writes until it has written these words."""
    seen = b""
    while words not in seen:
        seen += os.read(terminal, 1000)
    return seen
