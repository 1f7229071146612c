"""A full disk: reported before anything is paid, and paid results survive it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rh_ui.domain import OutputState, TaskState
from tests.disks import fill, small_disk
from tests.integration.engine.conftest import Open
from tests.integration.engine.workshop import PICTURE, QUICK, slower

MEGABYTE = 1024 * 1024


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "small", "4m") as folder:
        yield folder


def test_nothing_is_sent_without_the_reserve(disk: Path, open_workshop: Open) -> None:
    filler = disk / "filler"
    filler.write_bytes(bytes(7 * MEGABYTE // 2))
    workshop = open_workshop(pace=slower(room=0.05), staging=disk / "staging", reserve=MEGABYTE)
    runs = [workshop.submit(PICTURE, {"prompt": f"run {number}"}) for number in range(3)]
    for run in runs:
        workshop.note(run, "no-room")
    assert workshop.requests("submit") == []
    workshop.restart()
    for run in runs:
        workshop.note(run, "no-room")
    filler.unlink()
    for run in runs:
        assert workshop.done(run).note == ""
    assert len(workshop.accepted()) == 3


def test_a_claimed_run_looks_again_before_it_is_sent(
    disk: Path, open_workshop: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills up while the run's files are uploaded."""
    workshop = open_workshop(pace=slower(room=0.05), staging=disk / "staging", reserve=MEGABYTE)
    filler = disk / "filler"
    may_send = workshop.engine._router.may_send

    def fills(account: tuple[str, str]) -> bool:
        monkeypatch.setattr(workshop.engine._router, "may_send", may_send)
        filler.write_bytes(bytes(7 * MEGABYTE // 2))
        return may_send(account)

    monkeypatch.setattr(workshop.engine._router, "may_send", fills)
    run = workshop.submit(PICTURE)
    workshop.note(run, "no-room")
    assert workshop.requests("submit") == []
    filler.unlink()
    workshop.done(run)


def test_files_wait_for_room_as_long_as_it_takes(disk: Path, open_workshop: Open) -> None:
    workshop = open_workshop(staging=disk / "staging")
    workshop.library.staging("x", 0)
    filler = disk / "filler"
    fill(filler)
    run = workshop.submit(PICTURE)
    workshop.note(run, "no-room-for-files")
    workshop.after_more("download", 2 * QUICK.download_tries)
    waiting = workshop.history.task(run.id)
    assert waiting.state is TaskState.DOWNLOADING
    assert [output.state for output in waiting.outputs] == [OutputState.UNFETCHED]
    filler.unlink()
    (output,) = workshop.done(run).outputs
    assert workshop.library.size(output.file_key) == output.size
    assert len(workshop.accepted()) == 1
    workshop.until(lambda: not any((disk / "staging").iterdir()), "what was on its way is gone")


def test_open_pages_are_told_of_a_full_disk_and_of_its_end(disk: Path, open_workshop: Open) -> None:
    """Even while no run is active."""
    workshop = open_workshop(pace=slower(sweep=0.05), staging=disk / "staging", reserve=MEGABYTE)
    told = workshop.changes.version
    filler = disk / "filler"
    filler.write_bytes(bytes(7 * MEGABYTE // 2))
    workshop.until(lambda: workshop.changes.version > told)
    assert not workshop.runs.has_disk_space()
    told = workshop.changes.version
    filler.unlink()
    workshop.until(lambda: workshop.changes.version > told)
    assert workshop.runs.has_disk_space()
