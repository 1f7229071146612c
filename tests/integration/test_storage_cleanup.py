"""Cleaning up: the sizes are right, unneeded files are deleted, and never one that a row refers to."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from rh_ui.domain import (
    INPUT_PREFIX,
    NO_PICTURE,
    Modality,
    OutputKind,
    OutputState,
    Params,
    TaskState,
    new_id,
)
from rh_ui.errors import NotFound
from rh_ui.media.provenance import Provenance
from rh_ui.media.thumbnails import make_thumbnail
from rh_ui.persistence.database import open_database
from rh_ui.persistence.file_references import FileReferences
from rh_ui.persistence.repositories.repositories import open_repositories
from rh_ui.persistence.row_mapping import NewOutput, NewTask
from rh_ui.persistence.run_queries import RunQueries
from rh_ui.services import storage_cleanup as module
from rh_ui.services.storage_cleanup import FileTotals, StorageCleanup
from rh_ui.services.storage_failover import FailoverReturn, FailoverStatus
from rh_ui.storage.library import Library
from rh_ui.storage.upload_folder import Inbox
from tests import databases
from tests.postgres import Postgres

NOW = datetime.now(UTC)


class House:
    """A library and a database that refer to each other."""

    def __init__(self, root: str, address: str, folder: Path) -> None:
        self.folder = folder
        self.library = Library(root, staging_root=folder / "staging", spare_root=folder / "spare")
        self.library.check_primary()
        self.database = open_database(address)
        self.repositories = open_repositories(self.database)
        self.history = RunQueries(self.database)
        inbox = Inbox(folder / "uploads", reserve=0, share=0)
        self.keeping = StorageCleanup(self.library, FileReferences(self.database), inbox, list)

    def chosen(self, name: str) -> str:
        """A file that a user chose: its reference."""
        path = self.folder / "chosen"
        path.write_text(f"words of {name}")
        return self.library.keep_input(path, f"{name}.txt").ref

    def run(self, *refs: str) -> str:
        """A run made with these inputs: its id."""
        params: Params = {"prompt": "x", "images": list(refs)}
        new = NewTask(new_id(), "some/model", Modality.IMAGE, params, "demo", "me")

        def still_there() -> None:
            for ref in refs:
                self.library.input_info(ref)

        self.repositories.tasks.add(new, still_there)
        return new.id

    def result(self) -> str:
        """A stored result with its thumbnail: the id of its row."""
        run = self.run()
        staged = self.library.staging(run, 0)
        Image.new("RGB", (40, 30), "red").save(staged, "PNG")
        origin = Provenance(endpoint="some/model", payload={})
        stored = self.library.store_output(staged, stem=run, created=NOW, origin=origin)
        way = [TaskState.QUEUED, TaskState.CLAIMED, TaskState.SUBMITTING, TaskState.RUNNING]
        for was, becomes in pairwise(way):
            assert self.repositories.tasks.move(run, was, becomes, owner="w")
        made = [NewOutput(0, OutputKind.IMAGE, "https://files.example/x")]
        assert self.repositories.tasks.move(run, TaskState.RUNNING, TaskState.DOWNLOADING, made=made)
        (output,) = self.history.task(run).outputs
        saved = replace(output, state=OutputState.SAVED, name=stored.name, file_key=stored.key)
        assert self.repositories.outputs.save(saved, worker="w")
        key = self.library.make_thumb(stored.key, stored.kind, make_thumbnail)
        self.repositories.outputs.set_thumbnail(output.id, key)
        return output.id


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Makes a house, by default with its files in a folder and SQLite."""
    houses: list[House] = []

    def made(root: str = "", address: str = "") -> House:
        root, address = root or str(tmp_path / "files"), address or databases.in_folder(tmp_path)
        houses.append(House(root, address, tmp_path))
        return houses[-1]

    yield made
    for house in houses:
        house.database.close()


@pytest.fixture(params=["folder", "s3"])
def house(request: pytest.FixtureRequest, build: Callable[..., House]) -> House:
    return build() if request.param == "folder" else build(request.getfixturevalue("bucket"))


@pytest.fixture
def in_a_year(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on every file is old."""

    def jump() -> None:
        monkeypatch.setattr(module, "utc_now", lambda: datetime.now(UTC) + timedelta(days=365))

    return jump


def test_what_is_there(house: House) -> None:
    house.result()
    house.chosen("a")
    house.library.staging("x", 0).write_bytes(b"12345")
    usage = house.keeping.usage()
    assert (usage.results.files, usage.inputs.files, usage.pictures.files) == (1, 1, 1), "notes are none"
    assert usage.parts == FileTotals(1, 5)
    assert usage.spare == FileTotals()
    assert usage.database > 10_000
    assert usage.free is not None and usage.free > 0


def test_a_picture_that_is_drawn_while_its_result_goes_home(
    build: Callable[..., House], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row has changed since it was read: the result is moved all the same, and once."""
    house = build()
    place = house.folder / "files"
    away = place.rename(house.folder / "away")
    output_id = house.result()
    spare = house.history.output(output_id)
    house.repositories.outputs.set_thumbnail(output_id, "")
    away.rename(place)
    copy_thumb_to_primary = house.library.copy_thumb_to_primary

    def drawn_meanwhile(key: str, file_key: str) -> str:
        if not key:
            house.repositories.outputs.set_thumbnail(output_id, spare.thumb_key)
        return copy_thumb_to_primary(key, file_key)

    monkeypatch.setattr(house.library, "copy_thumb_to_primary", drawn_meanwhile)
    told: list[int] = []
    homing = FailoverReturn(house.library, FileReferences(house.database), lambda: told.append(1))
    assert homing.run() == FailoverStatus("", 0)
    home = house.history.output(output_id)
    assert (home.file_key, home.thumb_key) == tuple(
        key.removeprefix("spare/") for key in (spare.file_key, spare.thumb_key)
    )
    assert house.library.exists(home.file_key) and house.library.exists(home.thumb_key)
    there = sorted(file.key for file in house.library.files("outputs"))
    assert there == [home.file_key, f"{home.file_key}.json"]
    assert not list((house.folder / "spare").rglob("*.*p*"))


def test_thumbnails_go_and_no_row_points_to_them(house: House) -> None:
    ids = [house.result() for _ in range(3)]
    keys = [house.history.output(output_id).thumb_key for output_id in ids]
    house.repositories.outputs.set_thumbnail(ids[2], NO_PICTURE)
    gone = house.keeping.clear_thumbnails()
    assert gone.files == 3 and gone.size > 0
    assert [house.library.exists(key) for key in keys] == [False] * 3
    assert [house.history.output(output_id).thumb_key for output_id in ids] == ["", "", NO_PICTURE]
    for output_id in ids:
        assert house.library.exists(house.history.output(output_id).file_key)
    assert house.keeping.clear_thumbnails() == FileTotals()


def test_old_inputs_go_unless_a_run_or_a_form_wants_them(house: House, in_a_year: Callable[[], None]) -> None:
    used, drafted, idle = (house.chosen(name) for name in ("used", "drafted", "idle"))
    house.run(used)
    assert house.keeping.clear_inputs() == FileTotals(), "all of them are from today"
    in_a_year()
    keep = [drafted.removeprefix(INPUT_PREFIX)]
    assert house.keeping.clear_inputs(keep).files == 1, "with its note"
    for ref in (used, drafted):
        assert house.library.input_info(ref).ref == ref
    with pytest.raises(NotFound):
        house.library.input_info(idle)
    assert house.chosen("idle") == idle
    assert house.library.input_info(idle).ref == idle


def test_an_input_that_is_chosen_anew_counts_as_new(build: Callable[..., House]) -> None:
    house = build()
    ref = house.chosen("a")
    path = house.library.local_path(f"inputs/{ref.removeprefix(INPUT_PREFIX)}")
    assert path is not None
    old = (NOW - timedelta(days=40)).timestamp()
    os.utime(path, (old, old))
    house.chosen("a")
    assert house.keeping.clear_inputs() == FileTotals()
    os.utime(path, (old, old))
    assert house.keeping.clear_inputs().files == 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_run_that_is_made_in_the_same_moment(
    kind: str,
    build: Callable[..., House],
    in_a_year: Callable[[], None],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whichever is first: either the run has its file, or there is no run."""
    server: Postgres | None = request.getfixturevalue("postgres") if kind == "postgresql" else None
    house = build(address=server.cleaned_database() if server else "")
    refs = [house.chosen(str(number)) for number in range(60)]
    in_a_year()
    monkeypatch.setattr(module, "AT_ONCE", 1)
    ready = threading.Barrier(2)
    first, last = refs[0], refs[-1]
    house.run(first)
    made, lost = [first], [last]

    def make_runs() -> None:
        ready.wait()
        for ref in refs[-2:0:-1]:
            try:
                house.run(ref)
            except NotFound:
                lost.append(ref)
            else:
                made.append(ref)

    maker = threading.Thread(target=make_runs)
    maker.start()
    ready.wait()
    house.keeping.clear_inputs()
    maker.join(30)
    with pytest.raises(NotFound):
        house.run(last)
    assert sorted(made + lost) == sorted(refs)
    assert house.history.count() == len(made)
    for ref in made:
        assert house.library.input_info(ref).ref == ref


def test_parts_of_yesterday_go_unless_a_run_continues_them(
    house: House, in_a_year: Callable[[], None]
) -> None:
    waiting = house.run()
    for name in (f"{waiting}-0", f"{waiting}-0.part", f"{waiting}-0.part.note", "over-0.part", "copy-1f"):
        (house.library.staging("x", 0).parent / name).write_bytes(b"123")
    house.library.write(b"1234", "outputs/2026/." + "0f" * 16 + ".part")
    house.library.write(b"1234", "outputs/2026/mine.part")
    assert house.keeping.clear_partial_downloads() == FileTotals(), "all of it is from today"
    in_a_year()
    assert house.keeping.clear_partial_downloads() == FileTotals(3, 10)
    left = sorted(path.name for path in (house.folder / "staging").iterdir())
    assert left == [f"{waiting}-0", f"{waiting}-0.part", f"{waiting}-0.part.note"]
    assert house.library.exists("outputs/2026/mine.part")
