"""The bin: what goes in and comes back, what is deleted for good, and what others keep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from rh_ui.domain import Modality, OutputKind, OutputState, TaskState
from rh_ui.errors import MoveRefused, NotFound, NotYours, RightRefused, StorageFault
from rh_ui.marks import Mark
from rh_ui.people import Action, Caller, Role, RunOwner
from rh_ui.persistence.database import Database
from rh_ui.persistence.repositories.audit import AuditRepository
from rh_ui.persistence.repositories.repositories import Repositories
from rh_ui.persistence.row_mapping import NewOutput, NewTask
from rh_ui.persistence.run_queries import RunQueries
from rh_ui.persistence.schema import outputs
from rh_ui.services.audit_log import AuditLog
from rh_ui.services.bin import Bin
from rh_ui.services.marks import Marks
from rh_ui.storage.library import Library
from tests.integration.persistence.belonging import belong
from tests.integration.persistence.test_store_marks import ANN, ANN_CALLS, BOB, OURS, THEIRS, made


class Rooms:
    """A bin over a real database and a real folder."""

    def __init__(self, database: Database, store: Repositories, history: RunQueries, folder: Path) -> None:
        self.now = datetime(2026, 11, 30, tzinfo=UTC)
        self.library, self.history = Library(folder), history
        self.audit = AuditLog(AuditRepository(database))
        self.bin = Bin(store.bin, history, self.library, self.audit, lambda: self.now)

    def file(self, output_id: str, content: bytes = b"picture") -> str:
        key = f"outputs/{output_id}"
        for each in (key, f"{key}.json", f"thumbs/{output_id}.webp"):
            self.library.write(content, each)
        return key


@pytest.fixture
def rooms(database: Database, store: Repositories, history: RunQueries, tmp_path: Path) -> Rooms:
    return Rooms(database, store, history, tmp_path / "files")


def test_what_is_put_into_the_bin_leaves_the_lists_and_comes_back(
    store: Repositories, history: RunQueries, rooms: Rooms
) -> None:
    one, two = made(store, history, "run-001", RunOwner(), files=2)
    assert rooms.bin.put([one]) == 1 and rooms.bin.put([one, one]) == 0, "pressed twice"
    assert [output.id for output in history.outputs()] == [two]
    assert int(history.page(limit=1).frame["files"].iloc[0]) == 1
    (found,) = rooms.bin.listed(9, 0)
    assert (found.output.id, rooms.bin.totals().results) == (one, 1)
    assert rooms.bin.restore([one]) == 1 and rooms.bin.restore([one]) == 0
    assert [output.id for output in history.outputs()] == [one, two]
    assert history.output(one).state is OutputState.SAVED


def test_a_lost_result_comes_back_as_lost(
    store: Repositories, history: RunQueries, rooms: Rooms, database: Database
) -> None:
    (one,) = made(store, history, "run-001", RunOwner())
    with database.write() as connection:
        connection.execute(update(outputs).values(state="gone", file_key=""))
    rooms.bin.put([one])
    rooms.bin.restore([one])
    assert history.output(one).state is OutputState.FAILED


def test_nothing_goes_while_a_run_is_under_way(
    store: Repositories, history: RunQueries, rooms: Rooms
) -> None:
    (one,) = made(store, history, "run-001", RunOwner())
    store.tasks.add(NewTask("run-002", "maker/model", Modality.IMAGE, {}, "site", "me"))
    new = [NewOutput(0, OutputKind.IMAGE, "https://a.example/1")]
    store.tasks.move("run-002", TaskState.QUEUED, TaskState.DOWNLOADING, made=new, owner="me")
    with pytest.raises(MoveRefused):
        rooms.bin.put([one, "run-002-000"])
    assert rooms.bin.totals().results == 0


def test_five_hundred_go_and_come_back_at_once(
    store: Repositories, history: RunQueries, rooms: Rooms
) -> None:
    ids = made(store, history, "run-001", RunOwner(), files=500)
    assert rooms.bin.put(ids) == 500 and history.outputs() == []
    assert rooms.bin.restore(ids) == 500 and len(history.outputs(limit=999)) == 500


def test_deleted_for_good_leaves_no_file_and_no_word_and_the_run_stays(
    store: Repositories, history: RunQueries, rooms: Rooms, database: Database, tmp_path: Path
) -> None:
    one, two = made(store, history, "run-001", RunOwner(), files=2)
    Marks(store.marks).put([one], {"favourite": True})
    for each in (one, two):
        rooms.file(each)
    assert rooms.bin.delete([one]) == 0, "only what is in the bin"
    rooms.bin.put([one])
    assert rooms.bin.delete([one]) == 1
    left = [path.name for path in (tmp_path / "files").rglob("*") if path.name.startswith("run-")]
    assert left and all(two in name for name in left)
    with database.read() as connection:
        row = connection.execute(select(outputs).where(outputs.c.id == one)).mappings().one()
    assert {row[name] for name in ("file_key", "thumb_key", "name", "sha256", "remote_url")} == {""}
    assert Marks(store.marks).read([one]) == {} != {one: Mark(True)}
    with pytest.raises(NotFound):
        history.output(one)
    with pytest.raises(NotFound):
        rooms.bin.restore([one])
    assert history.task("run-001").state is TaskState.DONE and history.count() == 1
    assert rooms.library.is_here(f"outputs/{two}")


def test_a_file_that_another_result_has_stays(
    store: Repositories, history: RunQueries, rooms: Rooms, database: Database
) -> None:
    one, two = made(store, history, "run-001", RunOwner(), files=2)
    key = rooms.file(one)
    with database.write() as connection:
        connection.execute(update(outputs).values(file_key=key))
    rooms.bin.put([one])
    rooms.bin.delete([one])
    assert rooms.library.is_here(key) and history.output(two).file_key == key
    rooms.bin.put([two])
    rooms.bin.delete([two])
    assert not rooms.library.is_here(key)


def test_what_a_storage_refuses_now_is_removed_later(
    store: Repositories, history: RunQueries, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = made(store, history, "run-001", RunOwner())
    key = rooms.file(one)

    def away(*_: object) -> None:
        raise StorageFault("away")

    rooms.bin.put([one])
    with monkeypatch.context() as patch:
        patch.setattr(rooms.library, "remove_output", away)
        assert rooms.bin.delete([one]) == 1
    assert rooms.library.is_here(key) and rooms.bin.totals().results == 0
    rooms.bin.finish()
    assert not rooms.library.is_here(key) and store.bin.condemned(9) == []


def test_what_lies_there_for_long_is_counted_and_never_leaves_by_itself(
    store: Repositories, history: RunQueries, rooms: Rooms, database: Database
) -> None:
    old, new = made(store, history, "run-001", RunOwner(), files=2)
    rooms.bin.put([old, new])
    with database.write() as connection:
        long_ago = update(outputs).where(outputs.c.id == old)
        connection.execute(long_ago.values(binned_at=rooms.now - timedelta(days=31)))
        connection.execute(update(outputs).where(outputs.c.id == new).values(binned_at=rooms.now))
    rooms.bin.finish()
    assert (rooms.bin.totals().results, rooms.bin.totals().old) == (2, 1)
    assert [each.output.id for each in rooms.bin.listed(9, 0, old=True)] == [old]


def test_what_takes_the_room_is_listed_largest_or_oldest_first(
    store: Repositories, history: RunQueries, rooms: Rooms, database: Database
) -> None:
    small, large, binned = made(store, history, "run-001", RunOwner(), files=3)
    with database.write() as connection:
        for each, size in ((small, 5), (large, 2**40), (binned, 7)):
            connection.execute(update(outputs).where(outputs.c.id == each).values(size=size))
    rooms.bin.put([binned])
    assert [each.output.id for each in rooms.bin.taking_room(9, 0, oldest=False)] == [large, small]
    assert [each.output.id for each in rooms.bin.taking_room(9, 0, oldest=True)] == [small, large]
    assert (rooms.bin.stored().results, rooms.bin.stored().bytes) == (2, 2**40 + 5)
    assert rooms.bin.of(ANN_CALLS).taking_room(9, 0, oldest=True) == []


def test_only_those_who_may_delete_and_it_is_written_down(
    store: Repositories, history: RunQueries, rooms: Rooms, database: Database
) -> None:
    belong(database, [RunOwner(ANN, OURS), RunOwner(BOB, OURS), RunOwner(BOB, THEIRS)])
    (ours,) = made(store, history, "run-001", RunOwner(BOB, OURS))
    (his,) = made(store, history, "run-002", RunOwner(BOB, THEIRS))
    ann = rooms.bin.of(ANN_CALLS)
    with pytest.raises(NotFound):
        ann.put([ours, his])
    with pytest.raises(NotYours):
        rooms.bin.of(Caller("zoe", Role.MEMBER, projects={OURS: False})).put([ours])
    with pytest.raises(RightRefused):
        rooms.bin.of(Caller(ANN, Role.ADMIN, looking_at=BOB)).put([his])
    rooms.bin.of(Caller(BOB, Role.MEMBER, projects={THEIRS: True})).put([his])
    ann.put([ours])
    assert [each.output.id for each in ann.listed(9, 0)] == [ours]
    with pytest.raises(NotFound):
        ann.delete([his])
    assert ann.delete([ours]) == 1
    (entry,) = rooms.audit.page(action=Action.RESULTS_DELETED)
    assert (entry.person, entry.details) == (ANN, {"count": "1", "bytes": "0"})
