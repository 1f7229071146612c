"""The first admin: only one, and whoever it is gets all that was there before."""

from __future__ import annotations

import io
import re
import sqlite3
import subprocess
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from rh_ui.__main__ import main
from rh_ui.domain import FormRecord, Money, RunKind
from rh_ui.errors import BudgetRefused, PersonRefused, StorageFault
from rh_ui.people import NOBODY, Budget, Holder, Period, Role, RunOwner
from rh_ui.persistence.database import open_database
from rh_ui.persistence.repositories.repositories import open_repositories
from rh_ui.persistence.repositories.saved_forms import SavedFormRepository
from rh_ui.persistence.schema import tasks
from rh_ui.persistence.schema_team import form_people, input_holders
from rh_ui.services.people import as_caller
from tests.integration.persistence.test_store_repositories import new_task
from tests.team import WORD, Team

ROOT = Path(__file__).parents[3]
OLDER = sorted((ROOT / "tests" / "older").glob("*.tar.xz"))
USED, UNUSED = "a" * 64 + ".png", "b" * 64 + ".mp4"
CHILD = """
import sys
from argon2 import PasswordHasher
from rh_ui.errors import PersonRefused
from rh_ui.persistence.database import open_database
from tests.team import WORD, Team

team = Team(open_database(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
try:
    print(team.people.first_admin(sys.argv[2], WORD).name, flush=True)
except PersonRefused as refused:
    print(refused.code, flush=True)
"""


def test_the_first_admin_gets_what_was_there(team: Team) -> None:
    store, forms = open_repositories(team.database), SavedFormRepository(team.database)
    store.tasks.add(new_task(1, params={"image": f"input:{USED}", "prompt": "x"}))
    for number, favourite in (("1", True), ("2", False)):
        forms.save(FormRecord(f"run/ai-app/{number}", RunKind.APP, number, "one", {}, {}, favourite))
    team.inputs = [UNUSED]
    ada = team.people.first_admin("Ada", WORD)
    assert ada.role is Role.ADMIN
    with team.database.read() as connection:
        assert connection.execute(select(tasks.c.id, tasks.c.person)).all() == [("task-0001", ada.id)]
        held = connection.execute(select(input_holders).order_by(input_holders.c.name)).all()
        kept = select(form_people.c.path, form_people.c.person, form_people.c.favourite)
        listed = connection.execute(kept.order_by(form_people.c.path)).all()
    assert held == [(USED, f"person:{ada.id}"), (UNUSED, f"person:{ada.id}")]
    assert listed == [("run/ai-app/1", ada.id, True), ("run/ai-app/2", ada.id, False)]


def test_what_was_ordered_while_the_first_admin_was_made_becomes_theirs_at_the_next_start(team: Team) -> None:
    ada = team.people.first_admin("Ada", WORD)
    ben = team.people.add("Ben", WORD, Role.MEMBER, by=as_caller(ada))
    store = open_repositories(team.database)
    for number, owner in ((1, NOBODY), (2, RunOwner(ben.id))):
        store.tasks.add(new_task(number, params={"image": f"input:{USED}"}, owner=owner))
    for _ in range(2):
        team.people.give_ownerless_runs()
        with team.database.read() as connection:
            owners = connection.execute(select(tasks.c.person).order_by(tasks.c.id)).scalars().all()
            held = connection.execute(select(input_holders)).all()
        assert (owners, held) == ([ada.id, ben.id], [(USED, f"person:{ada.id}")])


def test_it_works_on_an_empty_database_and_while_there_is_nobody(team: Team) -> None:
    team.people.first_admin("Ada", WORD)
    with pytest.raises(PersonRefused) as caught:
        team.people.first_admin("Eve", WORD)
    assert caught.value.code == "people-exist"
    assert [person.name for person in team.people.list()] == ["Ada"]


def test_a_store_that_is_away_does_not_keep_the_first_admin_out(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> list[str]:
        raise StorageFault("The store does not answer.")

    monkeypatch.setattr(team.people, "_kept_inputs", away)
    assert team.people.first_admin("Ada", WORD).name == "Ada"


@pytest.mark.parametrize("archive", OLDER, ids=lambda archive: archive.name.partition(".")[0])
def test_the_first_admin_gets_what_an_older_version_left(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    home = tmp_path / "data" / "demo"
    with sqlite3.connect(home / "studio.db") as before:
        runs, written = (list(before.execute(f"SELECT {column} FROM tasks")) for column in ("id", "params"))
        forms = list(before.execute("SELECT path, favourite FROM forms"))
    used = set(re.findall(r"input:([0-9a-f]{64}\.[a-z0-9]+)", str(written)))
    kept = {path.name for path in (home / "files" / "inputs").iterdir() if path.name.count(".") == 1}
    assert runs and used
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{WORD}\n"))
    assert main(["users", "--data-dir", str(tmp_path / "data"), "--demo", "add", "Ada"]) == 0
    with sqlite3.connect(home / "studio.db") as after:
        ((ada,),) = after.execute("SELECT id FROM people")
        assert set(after.execute("SELECT id, person FROM tasks")) == {(run, ada) for (run,) in runs}
        held = after.execute("SELECT name, holder FROM input_holders")
        assert set(held) == {(name, f"person:{ada}") for name in used | kept}
        listed = after.execute("SELECT path, person, favourite FROM form_people")
        assert set(listed) == {(path, ada, favourite) for path, favourite in forms}
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("archive", OLDER, ids=lambda archive: archive.name.partition(".")[0])
def test_budgets_stop_runs_on_a_database_of_an_older_version(archive: Path, tmp_path: Path) -> None:
    """What the older version's runs cost counts; then as much as is left may run, and no more."""
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    database = open_database(f"sqlite:///{tmp_path}/data/demo/studio.db")
    team = Team(database)
    store = open_repositories(database, now=team.now)
    with database.read() as connection:
        team.time = max(filter(None, connection.scalars(select(tasks.c.finished_at))))
    ada = RunOwner(team.people.first_admin("Ada", WORD).id)
    limit = Budget("b", Holder.PERSON, ada.person, Period.MONTH, "UTC", Decimal(0), "CNY", Decimal(9))
    store.budgets.put(limit)
    (before,) = store.budgets.standings(ada)
    assert before.spent > 0
    store.budgets.put(replace(limit, amount=before.spent + Decimal("0.3")))
    price = Money(Decimal("0.2"), "CNY")
    store.tasks.add(new_task(1, owner=ada, estimate=price))
    with pytest.raises(BudgetRefused):
        store.tasks.add(new_task(2, owner=ada, estimate=price))
    database.close()


@pytest.mark.slow
def test_of_two_programs_that_make_the_first_admin_at_once_one_does(team: Team, database_url: str) -> None:
    names = [f"Admin {number}" for number in range(3)]
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, database_url, name],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for name in names
    ]  # fmt: skip
    for program in programs:
        assert program.stdout is not None and program.stdout.readline() == "ready\n"
    with ThreadPoolExecutor(len(programs)) as hands:
        said = [answer[0].strip() for answer in hands.map(lambda one: one.communicate("go\n", 60), programs)]
    (first,) = team.people.list()
    assert sorted(said) == sorted([first.name, "people-exist", "people-exist"])
