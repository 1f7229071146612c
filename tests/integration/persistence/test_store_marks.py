"""Marks of results and tags of runs: whose they are, and what a change does and does not touch."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from rh_ui.domain import Modality, OutputKind, OutputState, TaskState
from rh_ui.errors import MoveRefused, NotFound, NotYours, RightRefused
from rh_ui.marks import MOST_TAGS, Mark, MarkFilter
from rh_ui.people import OWNER, Caller, Role, RunOwner, Scope
from rh_ui.persistence.database import Database
from rh_ui.persistence.mark_conditions import has_tag, is_rated
from rh_ui.persistence.repositories.people import PeopleRepository
from rh_ui.persistence.repositories.repositories import Repositories, open_repositories
from rh_ui.persistence.row_mapping import NewOutput, NewTask
from rh_ui.persistence.run_queries import RunQueries
from rh_ui.persistence.schema import outputs, tasks
from rh_ui.persistence.schema_marks import marks
from rh_ui.services.marks import Marks
from rh_ui.services.tags import Tags
from tests.integration.persistence.belonging import belong

ANN, BOB, OURS, THEIRS = "ann", "bob", "project-ours", "project-theirs"
ANN_CALLS = Caller(ANN, Role.MEMBER, projects={OURS: True})
BOB_CALLS = Caller(BOB, Role.MEMBER, projects={OURS: True, THEIRS: True})


def made(store: Repositories, history: RunQueries, run: str, owner: RunOwner, files: int = 1) -> list[str]:
    """A finished run with stored results; their ids."""
    store.tasks.add(NewTask(run, "maker/model", Modality.IMAGE, {}, "site", "me", owner=owner))
    new = [NewOutput(place, OutputKind.IMAGE, f"https://a.example/{place}") for place in range(files)]
    store.tasks.move(run, TaskState.QUEUED, TaskState.DONE, made=new, owner="me")
    for output in history.task(run).outputs:
        saved = replace(output, state=OutputState.SAVED, file_key=f"outputs/{output.id}", name=output.id)
        store.outputs.save(saved, worker="me")
    return [output.id for output in history.task(run).outputs]


def test_marks_are_a_person_s_own_and_one_change_leaves_the_others_alone(
    store: Repositories, history: RunQueries, database: Database
) -> None:
    belong(database, [RunOwner(ANN, OURS), RunOwner(BOB, OURS)])
    (one,) = made(store, history, "run-001", RunOwner(ANN, OURS))
    mine, his = Marks(store.marks).of(ANN_CALLS), Marks(store.marks).of(BOB_CALLS)
    mine.put([one], {"favourite": True})
    mine.put([one, one], {"rating": 4})
    his.put([one], {"hidden": True})
    assert mine.read([one]) == {one: Mark(True, 4)}
    assert his.read([one]) == {one: Mark(hidden=True)}
    mine.put([one], {"favourite": False, "rating": 0})
    assert mine.read([one]) == {} and his.read([one]), "what says nothing is not kept"
    with database.read() as connection:
        assert len(connection.execute(select(marks)).all()) == 1


def test_what_one_does_not_see_is_not_there_and_then_nothing_is_marked(
    store: Repositories, history: RunQueries, database: Database
) -> None:
    belong(database, [RunOwner(ANN, OURS), RunOwner(BOB, THEIRS)])
    (mine,) = made(store, history, "run-001", RunOwner(ANN))
    (his,) = made(store, history, "run-002", RunOwner(BOB))
    ann = Marks(store.marks).of(ANN_CALLS)
    for ids in ([mine, his], [mine, "nothing"]):
        with pytest.raises(NotFound):
            ann.put(ids, {"favourite": True})
    assert ann.read([mine, his]) == {}
    with pytest.raises(RightRefused):
        Marks(store.marks).of(replace(ANN_CALLS, looking_at=BOB)).put([his], {"rating": 1})


def test_five_hundred_at_once_and_their_pages_are_told(store: Repositories, history: RunQueries) -> None:
    ids = made(store, history, "run-001", RunOwner(), files=500)
    before = history.task("run-001").updated_at
    Marks(store.marks).put(ids, {"rating": 5})
    assert set(Marks(store.marks).read(ids).values()) == {Mark(rating=5)}
    assert history.task("run-001").updated_at > before


def test_a_change_is_told_to_open_pages(database: Database, history: RunQueries) -> None:
    told: list[int] = []
    store = open_repositories(database, changed=lambda: told.append(1))
    (one,) = made(store, history, "run-001", RunOwner())
    told.clear()
    Marks(store.marks).put([one], {"favourite": True})
    Tags(store.tags, history).put(["run-001"], ["kite"], [])
    assert len(told) == 2


def test_lists_show_favourites_only_and_leave_out_what_one_hid(
    store: Repositories, history: RunQueries
) -> None:
    a, b, c = (made(store, history, f"run-00{number}", RunOwner())[0] for number in range(3))
    Marks(store.marks).put([a], {"favourite": True, "rating": 3})
    Marks(store.marks).put([b], {"hidden": True})

    def shown(asked: MarkFilter) -> list[str]:
        return [output.id for output in history.outputs(marked=asked)]

    assert shown(MarkFilter("")) == [c, a]
    assert shown(MarkFilter("", hidden=True)) == [c, b, a]
    assert shown(MarkFilter("", favourite=True)) == [a]
    assert shown(MarkFilter("", least=3)) == [a] and shown(MarkFilter("", least=4)) == []
    assert shown(MarkFilter(BOB)) == [c, b, a]


def test_the_marks_of_an_owner_become_the_first_admin_s(
    store: Repositories, history: RunQueries, database: Database
) -> None:
    (one,) = made(store, history, "run-001", RunOwner())
    Marks(store.marks).put([one], {"favourite": True})
    belong(database, [RunOwner(ANN, OURS)])
    PeopleRepository(database).give_ownerless_runs()
    assert Marks(store.marks).of(ANN_CALLS).read([one]) == {one: Mark(True)}


def test_a_tag_is_kept_as_typed_and_known_in_any_case(store: Repositories, history: RunQueries) -> None:
    made(store, history, "run-001", RunOwner())
    made(store, history, "run-002", RunOwner())
    tags = Tags(store.tags, history)
    tags.put(["run-001"], ["  Große   Reise ", "海边"], [])
    tags.put(["run-001", "run-002"], ["GROSSE REISE"], [])
    assert tags.read(["run-001", "run-002"]) == {
        "run-001": ["Große Reise", "海边"],
        "run-002": ["Große Reise"],
    }
    assert [(tag.name, tag.runs) for tag in tags.listed()] == [("Große Reise", 2), ("海边", 1)]
    tags.put(["run-001"], [], ["grosse reise"])
    assert tags.read(["run-001"]) == {"run-001": ["海边"]}


def test_more_tags_than_a_run_may_have_change_nothing(store: Repositories, history: RunQueries) -> None:
    made(store, history, "run-001", RunOwner())
    made(store, history, "run-002", RunOwner())
    tags = Tags(store.tags, history)
    tags.put(["run-001"], [f"tag {number}" for number in range(MOST_TAGS)], [])
    with pytest.raises(MoveRefused):
        tags.put(["run-001", "run-002"], ["one more"], [])
    assert tags.read(["run-002"]) == {}
    tags.put(["run-001", "run-002"], ["one more"], ["tag 1"])
    assert len(tags.read(["run-001"])["run-001"]) == MOST_TAGS
    for empty in (" ", "\u200b", "x" * 61):
        with pytest.raises(MoveRefused):
            tags.put(["run-001"], [empty], [])


def test_tags_are_seen_and_changed_by_those_who_may(
    store: Repositories, history: RunQueries, database: Database
) -> None:
    belong(database, [RunOwner(ANN, OURS), RunOwner(BOB, OURS), RunOwner(BOB, THEIRS)])
    made(store, history, "run-001", RunOwner(ANN, OURS))
    made(store, history, "run-002", RunOwner(ANN))
    made(store, history, "run-003", RunOwner(BOB, THEIRS))
    every = Tags(store.tags, history)
    ann, bob = every.of(ANN_CALLS), every.of(BOB_CALLS)
    ann.put(["run-001", "run-002"], ["kite"], [])
    bob.put(["run-003", "run-001"], ["boat"], [])
    assert {(tag.name, tag.project) for tag in ann.listed()} == {("kite", OURS), ("kite", ""), ("boat", OURS)}
    with pytest.raises(NotFound):
        ann.put(["run-001", "run-003"], ["sun"], [])
    onlooker = every.of(Caller("zoe", Role.MEMBER, projects={OURS: False}))
    with pytest.raises(NotYours):
        onlooker.put(["run-001"], ["sun"], [])
    with pytest.raises(NotYours):
        onlooker.rename(OURS, "kite", "sun")
    with pytest.raises(NotFound):
        ann.remove(THEIRS, "boat")
    assert bob.rename(OURS, "KITE", "Drachen") == 1
    assert ann.read(["run-001", "run-002"]) == {"run-001": ["boat", "Drachen"], "run-002": ["kite"]}
    assert ann.rename(OURS, "boat", "drachen") == 1, "a run that has both keeps one"
    assert ann.read(["run-001"]) == {"run-001": ["drachen"]}
    with pytest.raises(NotFound):
        bob.remove("", "kite")
    assert ann.remove("", "kite") == 1


def test_conditions_are_joined_with_other_queries(
    store: Repositories, history: RunQueries, database: Database
) -> None:
    (one,) = made(store, history, "run-001", RunOwner())
    made(store, history, "run-002", RunOwner())
    Tags(store.tags, history).put(["run-001"], ["Kite"], [])
    Marks(store.marks).of(OWNER).put([one], {"rating": 2})
    query = select(tasks.c.id).join(outputs).where(has_tag("kite"), is_rated("", 2))
    with database.read() as connection:
        assert connection.execute(query).scalars().all() == ["run-001"]
    assert history.of(Scope(BOB)).outputs(marked=MarkFilter(BOB)) == []
