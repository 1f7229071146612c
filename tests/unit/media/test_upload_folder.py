"""Space for browsers' uploads: checked before an upload and during it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from rh_ui.errors import UploadRefused
from rh_ui.storage.upload_folder import HOUR, LARGEST, LOOK, Inbox

MB = 1024 * 1024


class Disk:
    """An upload folder with a disk and a clock that a test sets."""

    def __init__(self, folder: Path, free: int = 400 * MB, reserve: int = 50 * MB, share: int = 0) -> None:
        self.free = free
        self.now = 0.0
        self.folder = folder
        self.inbox = Inbox(
            folder, reserve=reserve, share=share, clock=lambda: self.now, free=lambda _folder: self.free
        )

    def refused(self, who: str, size: int | None) -> str:
        with pytest.raises(UploadRefused) as refusal:
            self.inbox.begin(who, size)
        return refusal.value.code


def test_what_is_still_to_come_of_others_counts(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    first, second = (disk.inbox.begin("me", 150 * MB) for _ in range(2))
    assert disk.refused("you", 150 * MB) == "upload-room"
    first.take(100 * MB)
    disk.free -= 100 * MB
    assert disk.refused("you", 150 * MB) == "upload-room"
    second.end()
    disk.inbox.begin("you", 150 * MB)


def test_one_without_a_length_is_stopped_as_it_continues(tmp_path: Path) -> None:
    disk = Disk(tmp_path, free=60 * MB)
    arrival = disk.inbox.begin("me", None)
    arrival.take(LOOK)
    disk.free = 49 * MB
    with pytest.raises(UploadRefused) as refusal:
        arrival.take(LOOK)
    assert refusal.value.code == "upload-room"


def test_a_length_that_was_a_lie_is_not_believed(tmp_path: Path) -> None:
    disk = Disk(tmp_path, free=4 * LARGEST)
    arrival = disk.inbox.begin("me", 10)
    with pytest.raises(UploadRefused) as refusal:
        arrival.take(LARGEST + 1)
    assert refusal.value.code == "upload-large"
    assert disk.refused("me", LARGEST + 1) == "upload-large"


def test_a_visitor_has_a_share_for_an_hour_and_others_have_theirs(tmp_path: Path) -> None:
    disk = Disk(tmp_path, share=100 * MB)
    arrival = disk.inbox.begin("me", 60 * MB)
    assert disk.refused("me", 60 * MB) == "upload-share"
    arrival.take(60 * MB)
    arrival.end()
    assert disk.refused("me", 60 * MB) == "upload-share"
    disk.inbox.begin("you", 60 * MB).end()
    disk.now = HOUR + 1
    disk.inbox.begin("me", 60 * MB)


def test_halves_go_with_the_last_that_comes_in_and_whole_ones_stay(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    one, two = (disk.inbox.begin("me", MB) for _ in range(2))
    half, whole = tmp_path / "tmpabc", tmp_path / "0a1b" / "cat.png"
    whole.parent.mkdir()
    for path in (half, whole):
        path.write_bytes(b"x")
    one.end()
    assert half.exists(), "it may be the other one's"
    two.end()
    assert not half.exists() and whole.exists()


def test_clearing_leaves_what_is_new_or_wanted(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    paths = [tmp_path / name / "cat.png" for name in ("old", "wanted", "new")]
    for path in paths:
        path.parent.mkdir()
        path.write_bytes(b"x")
    for path in paths[:2]:
        os.utime(path, (time.time() - 2 * HOUR,) * 2)
    assert [file.key for file in disk.inbox.clear([paths[1]])] == ["old/cat.png"]
    assert not paths[0].parent.exists() and paths[1].exists() and paths[2].exists()
    disk.inbox.start()
    assert [*tmp_path.iterdir()] == []
