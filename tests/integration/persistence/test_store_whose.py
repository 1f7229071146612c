"""Whose what is: a bound query returns what its scope holds and nothing else, whatever it is asked."""

from __future__ import annotations

import inspect
import itertools
import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import pytest
from sqlalchemy import update

from rh_ui.budget_rules import Window
from rh_ui.domain import (
    INPUT_PREFIX,
    FormRecord,
    Modality,
    OutputKind,
    OutputState,
    Plan,
    RunKind,
    Task,
    TaskState,
)
from rh_ui.errors import NotFound, OrderRefused
from rh_ui.people import RunOwner, Scope, Whose
from rh_ui.persistence.database import Database
from rh_ui.persistence.engine_queries import EngineQueries
from rh_ui.persistence.file_references import FileReferences
from rh_ui.persistence.input_holders import InputHolders
from rh_ui.persistence.repositories.people import PeopleRepository
from rh_ui.persistence.repositories.repositories import Repositories, open_repositories
from rh_ui.persistence.repositories.saved_forms import SavedFormRepository
from rh_ui.persistence.row_mapping import NewOutput, NewTask
from rh_ui.persistence.run_queries import PageQueries, RunQueries
from rh_ui.persistence.schema import tasks
from tests.integration.persistence.belonging import belong

S = TaskState
ANN, BOB = "ann", "bob"
OURS, THEIRS = "project-ours", "project-theirs"
OWNERS: Final = tuple(
    RunOwner(person, project) for person, project in itertools.product(("", ANN, BOB), ("", OURS, THEIRS))
)
SCOPES: Final = (
    Scope(ANN),
    Scope(ANN, frozenset({OURS})),
    Scope(BOB, frozenset({OURS, THEIRS})),
    Scope("zoe"),
)
SITE, ACCOUNT = "site", "me"
RUNS: Final = 48
ENDPOINTS: Final = ("maker/model", "run/ai-app/1")

Case = Callable[[PageQueries], object]


class Filled:
    """A database with runs of random owners, in every state, with and without results."""

    def __init__(self, database: Database, seed: int) -> None:
        belong(database, OWNERS)
        self._store = open_repositories(database)
        self._history = RunQueries(database)
        self._random = random.Random(seed)
        self.owners: dict[str, RunOwner] = {}
        for number in range(RUNS):
            self._add(f"run-{number:03d}")

    def _add(self, run: str) -> None:
        chance = self._random
        owner = chance.choice(OWNERS)
        self.owners[run] = owner
        new = NewTask(
            id=run, endpoint=chance.choice(ENDPOINTS), modality=Modality.IMAGE, params={"prompt": "kite"},
            site=SITE, account=ACCOUNT, words="kite", owner=owner,
            plan=Plan(RunKind.APP, "1", {"prompt": run}),
        )  # fmt: skip
        self._store.tasks.add(new)
        state = chance.choice(list(S))
        if state is S.QUEUED:
            return
        made = [NewOutput(0, OutputKind.IMAGE, "https://a.example/1.png")] if state is S.DONE else []
        remote_id = remote_id_of(run)
        self._store.tasks.move(run, S.QUEUED, state, made=made, remote_id=remote_id, owner="me")
        if made:
            output = self._history.task(run).outputs[0]
            saved = replace(output, state=OutputState.SAVED, file_key=f"outputs/{run}.png", name=f"{run}.png")
            self._store.outputs.save(saved, worker="me")

    def seen_by(self, scope: Scope) -> set[str]:
        return {
            run
            for run, owner in self.owners.items()
            if owner.person == scope.person or owner.project in scope.projects
        }


def remote_id_of(run: str) -> str:
    return f"{int(run[4:]):019d}"


def _runs_of(answer: object) -> set[str]:
    """The runs that an answer tells of."""
    return set(re.findall(r"run-\d{3}", repr(answer)))


def _each(ask: Callable[[PageQueries, str], object]) -> Case:
    """An answer for every run; none where it is not there."""

    def case(history: PageQueries) -> object:
        found: list[object] = []
        for number in range(RUNS):
            try:
                found.append(ask(history, f"run-{number:03d}"))
            except NotFound:
                continue
        return found

    return case


LISTS: Final[dict[str, Case]] = {
    "task": _each(lambda history, run: history.task(run)),
    "tasks": lambda history: history.tasks(limit=None),
    "samples": lambda history: [history.samples(path, RUNS) for path in ENDPOINTS],
    "task_with_remote_id": _each(lambda history, run: history.task_with_remote_id(SITE, remote_id_of(run))),
    "output": _each(lambda history, run: history.output(f"{run}-000")),
    "outputs": lambda history: history.outputs(limit=RUNS),
    "chosen": lambda history: history.chosen([f"run-{number:03d}-000" for number in range(RUNS)]),
    "owners": lambda history: history.owners([f"run-{number:03d}" for number in range(RUNS)]),
    "page": lambda history: list(history.page(limit=RUNS).frame["id"]),
    "owners_of_outputs": lambda history: history.owners_of_outputs(
        [f"run-{number:03d}-000" for number in range(RUNS)]
    ),
    "plan": _each(lambda history, run: history.plan(run)),
}
"""Methods that return runs or results: bound, they return those of the scope, in the same order."""
COUNTS: Final[dict[str, tuple[Callable[[PageQueries], int], Callable[[Task], bool]]]] = {
    "finished_count": (
        lambda history: history.finished_count(ENDPOINTS[0]),
        lambda task: task.endpoint == ENDPOINTS[0] and task.state is S.DONE,
    ),
    "active_count": (
        lambda history: history.active_count(),
        lambda task: not task.state.is_final and task.state not in (S.ASKING, S.UNKNOWN),
    ),
    "unknown_count": (lambda history: history.unknown_count(), lambda task: task.state is S.UNKNOWN),
    "waiting_count": (
        lambda history: history.waiting_count(SITE, ACCOUNT),
        lambda task: task.state is S.QUEUED,
    ),
    "count": (lambda history: history.count(search="kite"), lambda task: True),
}
"""Methods that count, and what they count."""
ELSEWHERE: Final = {
    "recent_endpoints": "test_recent_endpoints_are_those_of_the_scope",
    "costs": "what models cost is everybody's",
    "typical_seconds": "how long models take is everybody's",
    "trouble": "the state of the database",
    "of": "test_a_bound_query_is_never_widened",
    "among": "test_a_choice_of_person_and_project_stays_within_the_scope",
}


def test_every_read_of_a_page_has_its_case_here() -> None:
    public = {name for name, _ in inspect.getmembers(PageQueries) if not name.startswith("_")}
    assert public == {*LISTS, *COUNTS, *ELSEWHERE}


def test_reads_of_the_engine_are_not_among_those_that_are_bound() -> None:
    engine = {name for name in vars(EngineQueries) if not name.startswith("_")}
    assert engine and not engine & {name for name, _ in inspect.getmembers(PageQueries)}


@pytest.mark.parametrize("seed", range(4))
def test_a_bound_query_returns_what_its_scope_holds_and_nothing_else(database: Database, seed: int) -> None:
    filled, everything = Filled(database, seed), RunQueries(database)
    for scope in SCOPES:
        seen, bound = filled.seen_by(scope), everything.of(scope)
        for name, ask in LISTS.items():
            expected = _runs_of(ask(everything)) & seen
            assert _runs_of(ask(bound)) == expected, (name, scope)
        for name, (count, counts) in COUNTS.items():
            mine = [task for task in everything.tasks(limit=None) if task.id in seen]
            assert count(bound) == sum(map(counts, mine)), (name, scope)
        order = [task.id for task in everything.tasks(limit=None) if task.id in seen]
        assert [task.id for task in bound.tasks(limit=None)] == order


def test_what_is_not_seen_is_not_there_in_the_same_words(database: Database) -> None:
    filled, bound = Filled(database, 1), RunQueries(database).of(Scope(ANN))
    theirs = next(run for run, owner in filled.owners.items() if owner.person == BOB)
    for absent in (theirs, "run-999"):
        with pytest.raises(NotFound, match=f"There is no run {absent}\\."):
            bound.task(absent)
        with pytest.raises(NotFound, match=f"There is no result {absent}-000\\."):
            bound.output(f"{absent}-000")


def test_recent_endpoints_are_those_of_the_scope(database: Database, store: Repositories) -> None:
    for run, path, person in (("run-001", "maker/hers", ANN), ("run-002", "maker/his", BOB)):
        new = NewTask(run, path, Modality.IMAGE, {}, SITE, ACCOUNT, owner=RunOwner(person))
        store.tasks.add(new)
    history = RunQueries(database)
    assert history.of(Scope(ANN)).recent_endpoints(Modality.IMAGE, 9) == ["maker/hers"]
    assert history.recent_endpoints(Modality.IMAGE, 9) == ["maker/his", "maker/hers"]


def test_a_bound_query_is_never_widened(database: Database) -> None:
    history = RunQueries(database)
    assert history.of(None) is history
    bound = history.of(Scope(ANN))
    assert bound.of(None) is bound
    Filled(database, 3)
    assert bound.of(Scope(BOB)).count() == 0
    assert not isinstance(bound, EngineQueries)


def test_a_choice_of_person_and_project_stays_within_the_scope(database: Database) -> None:
    filled = Filled(database, 2)
    scope = Scope(ANN, frozenset({OURS}))
    bound = RunQueries(database).of(scope)
    for person, project in itertools.product(("", ANN, BOB), (None, "", OURS, THEIRS)):
        part = bound.among(Whose(person, project))
        expected = {
            run
            for run in filled.seen_by(scope)
            if (not person or filled.owners[run].person == person)
            and (project is None or filled.owners[run].project == project)
        }
        assert set(part.page(limit=RUNS).frame["id"]) == expected
        assert part.count() == len(expected)
        assert _runs_of(part.outputs(limit=RUNS)) <= expected


# PostgreSQL chooses by what is in the table.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_runs_of_somebody_are_read_by_an_index(
    database: Database, store: Repositories, statements: list[str]
) -> None:
    history = RunQueries(database).of(Scope(ANN, frozenset({OURS})))
    during = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))
    by_person, by_project = (rf"ix_tasks_{holder}(_spend)? \({holder}=\?" for holder in ("person", "project"))
    reads: list[tuple[Callable[[], object], set[str]]] = [
        (lambda: history.page(limit=9), {by_person, by_project}),
        (history.count, {by_person, by_project}),
        (lambda: history.outputs(limit=9), {by_person, by_project}),
        (lambda: store.budgets.runs(during, ANN), {by_person}),
        (lambda: store.budgets.sums(during, ANN), {by_person}),
        (PeopleRepository(database).give_ownerless_runs, {by_person}),
    ]
    belong(database, [RunOwner(ANN, OURS)])
    for read, indexes in reads:
        statements.clear()
        read()
        plans = [plan_of(database, said) for said in list(statements) if "tasks" in said]
        assert plans and all(re.search(index, plans[0]) for index in indexes), plans


def plan_of(database: Database, statement: str) -> str:
    with database.read() as connection:
        values = tuple("1" * statement.count("?"))
        return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all())


def test_two_people_may_use_the_same_request_id(store: Repositories) -> None:
    def order(run: str, person: str, prompt: str) -> tuple[str, bool]:
        new = NewTask(
            run, "maker/model", Modality.IMAGE, {"prompt": prompt}, SITE, ACCOUNT, request_id="press-1",
            request_holder=person, owner=RunOwner(person), order_digest=prompt,
        )  # fmt: skip
        task, made = store.tasks.add(new)
        return task.id, made

    assert order("run-001", ANN, "kite") == ("run-001", True)
    assert order("run-002", BOB, "kite") == ("run-002", True)
    assert order("run-003", BOB, "kite") == ("run-002", False)
    with pytest.raises(OrderRefused):
        order("run-004", ANN, "boat")


def test_a_request_from_before_there_were_people_stays_the_first_admin_s(
    database: Database, store: Repositories
) -> None:
    old = NewTask(
        "run-001", "maker/model", Modality.IMAGE, {}, SITE, ACCOUNT, request_id="press-1",
        order_digest="hers before",
    )  # fmt: skip
    store.tasks.add(old)
    with database.write() as connection:
        connection.execute(update(tasks).values(person=ANN))
    again = replace(
        old, id="run-002", request_holder=ANN, owner=RunOwner(ANN), order_digest="hers",
        former_digest="hers before",
    )  # fmt: skip
    assert store.tasks.add(again)[0].id == "run-001"
    with pytest.raises(OrderRefused):
        store.tasks.add(replace(again, order_digest="another", former_digest="another before"))
    other = replace(again, id="run-003", request_holder=BOB, owner=RunOwner(BOB))
    assert store.tasks.add(other)[0].id == "run-003"


def test_an_input_is_seen_by_whoever_brought_it_and_by_the_project_of_its_run(
    database: Database, store: Repositories
) -> None:
    holders, name = InputHolders(database), f"{'a' * 64}.png"
    assert holders.hidden([name], Scope(ANN)) == {name}
    holders.hold([name], ANN)
    holders.hold([name], ANN)
    assert not holders.hidden([name], Scope(ANN))
    project = frozenset({OURS})
    assert holders.hidden([name], Scope(BOB, project)) == {name}
    belong(database, [RunOwner(ANN, OURS)])
    run = NewTask(
        "run-001", "maker/model", Modality.IMAGE, {"image": INPUT_PREFIX + name}, SITE, ACCOUNT,
        owner=RunOwner(ANN, OURS), inputs=(name,),
    )  # fmt: skip
    store.tasks.add(run)
    assert not holders.hidden([name], Scope(BOB, project))
    assert holders.hidden([name], Scope(BOB)) == {name}


def test_an_input_that_is_deleted_has_no_holders_and_one_that_stays_keeps_them(database: Database) -> None:
    holders, files = InputHolders(database), FileReferences(database)
    gone, stays = f"{'a' * 64}.png", f"{'b' * 64}.png"
    holders.hold([gone, stays], ANN)
    files.without_inputs([gone, stays], lambda name: name == gone)
    assert holders.hidden([gone, stays], Scope(ANN)) == {gone}


@pytest.mark.parametrize("seed", range(3))
def test_a_form_is_seen_where_it_is_listed_or_made_a_run_that_is_seen(
    database: Database, store: Repositories, seed: int
) -> None:
    people, projects = (ANN, BOB), (OURS, THEIRS)
    belong(database, [RunOwner(person, project) for person in people for project in projects])
    chance, book = random.Random(seed), SavedFormRepository(database)
    listed: dict[str, set[str]] = {}
    ran: dict[str, RunOwner] = {}
    for number in range(24):
        path = f"run/ai-app/{number}"
        record = FormRecord(path, RunKind.APP, str(number), SITE, {}, {})
        listed[path] = {each for each in (*people, *projects) if chance.random() < 0.3}
        book.save(record)
        for holder in listed[path]:
            if holder in people:
                book.save(record, holder)
            else:
                book.put_into(path, holder, ANN)
        if chance.random() < 0.3:
            ran[path] = chance.choice([owner for owner in OWNERS if owner.person in people])
            new = NewTask(f"run-{number:03d}", path, Modality.APPS, {}, SITE, ACCOUNT, owner=ran[path])
            store.tasks.add(new)
    for scope in SCOPES:
        mine = {scope.person, *scope.projects}
        seen = {path for path, holders in listed.items() if holders & mine}
        assert {record.path for record in book.list_seen([SITE], scope)} == seen
        runs = {
            path
            for path, owner in ran.items()
            if owner.person == scope.person or owner.project in scope.projects
        }
        assert {path for path in listed if book.is_seen(path, scope)} == seen | runs
        assert {path for path in listed if book.is_others(path, scope)} == {
            path for path, holders in listed.items() if holders - mine
        }
        for record in book.list_seen([SITE], scope):
            shown = listed[record.path] & scope.projects
            assert {*record.projects} == {*book.projects_of(record.path, scope)} == shown
