"""C35: results are stored although the storage folder is odd, gone, full or does not answer."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from rh_ui.errors import NoRoom, NotFound, StorageFault
from rh_ui.media.thumbnails import make_thumbnail
from rh_ui.storage.file_store import MARK
from rh_ui.storage.library import Library, StoredFile
from tests.cable import Cable
from tests.disks import fill, mount, small_disk
from tests.objectstore import ObjectStore

NOW = datetime(2026, 3, 4, tzinfo=UTC)


def opened(root: str | Path, tmp_path: Path) -> Library:
    library = Library(root, staging_root=tmp_path / "data/staging", spare_root=tmp_path / "data/spare")
    assert library.check_primary() == ""
    return library


def store(library: Library, color: str = "red") -> StoredFile:
    staged = library.staging("t", 0)
    Image.new("RGB", (64, 48), color).save(staged, "PNG")
    return library.store_output(staged, stem="A red cat", created=NOW)


def thumb_of(library: Library, stored: StoredFile) -> str:
    return library.make_thumb(stored.key, stored.kind, make_thumbnail)


def read(library: Library, key: str) -> bytes:
    with library.open(key) as file:
        return file.read()


@pytest.mark.parametrize(
    "name", ["other drive", "with #1 and 100%25", ".hidden", "目录 😀", "link", "a'b\"c", "deep/er/still"]
)
def test_odd_folders(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    if name == "link":
        (tmp_path / "real").mkdir()
        folder.symlink_to(tmp_path / "real", target_is_directory=True)
    library = opened(str(folder), tmp_path)
    stored = store(library)
    path = library.local_path(stored.key)
    assert path is not None and path.is_relative_to(folder)
    assert thumb_of(library, stored) == "thumbs/2026/03/04/" + stored.name + ".webp"
    assert library.trouble == ""


def test_a_folder_that_is_removed_while_it_is_used(tmp_path: Path) -> None:
    library = opened(tmp_path / "drive", tmp_path)
    before = store(library)
    (tmp_path / "drive").rename(tmp_path / "unplugged")
    assert (library.test_write(), library.trouble) == ("gone", "")
    stored = store(library, "blue")
    assert stored.key == f"spare/outputs/2026/03/04/{stored.name}"
    assert library.trouble == "gone"
    assert not (tmp_path / "drive").exists(), "a folder on another disk is not made anew by itself"
    thumb = thumb_of(library, stored)
    assert thumb == f"spare/thumbs/2026/03/04/{stored.name}.webp"
    path = library.local_path(stored.key)
    assert path is not None and path.is_relative_to(tmp_path / "data/spare")
    assert library.size(stored.key) == stored.size
    assert library.spare_keys() == [stored.key]
    with pytest.raises(StorageFault, match="folder is gone"):
        library.keep_input(path, "input.png")

    (tmp_path / "drive").mkdir()  # where a drive was mounted an empty folder is left
    assert library.check_primary() == "gone"
    (tmp_path / "drive").rmdir()
    (tmp_path / "unplugged").rename(tmp_path / "drive")
    assert library.check_primary() == ""
    key = library.copy_to_primary(stored.key)
    assert key == f"outputs/2026/03/04/{stored.name}"
    assert read(library, key) == read(library, stored.key)
    assert library.copy_thumb_to_primary(thumb, key) == thumb.removeprefix("spare/")
    assert library.exists(before.key)
    library.remove(stored.key)
    assert library.spare_keys() == []
    with pytest.raises(NotFound):
        library.copy_to_primary(stored.key)
    with pytest.raises(NotFound):
        library.copy_to_primary(key)


def test_a_person_may_say_that_the_new_folder_is_the_one(tmp_path: Path) -> None:
    library = opened(tmp_path / "drive", tmp_path)
    shutil.rmtree(tmp_path / "drive")
    stored = store(library)
    assert library.check_primary() == "gone"
    assert library.check_primary(anew=True) == ""
    assert (tmp_path / "drive" / MARK).is_file()
    assert library.exists(library.copy_to_primary(stored.key))


def test_a_name_that_was_taken_meanwhile_is_left_alone(tmp_path: Path) -> None:
    library = opened(tmp_path / "drive", tmp_path)
    (tmp_path / "drive").rename(tmp_path / "away")
    stored = store(library)
    (tmp_path / "away").rename(tmp_path / "drive")
    other = tmp_path / "drive/outputs/2026/03/04" / stored.name
    other.parent.mkdir(parents=True)
    other.write_bytes(b"another's")
    library.check_primary()
    key = library.copy_to_primary(stored.key)
    assert key != f"outputs/2026/03/04/{stored.name}"
    assert other.read_bytes() == b"another's"
    assert read(library, key) == read(library, stored.key)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "small", "256k") as folder:
        yield folder


def test_a_folder_that_turns_read_only(disk: Path, tmp_path: Path) -> None:
    library = opened(disk / "results", tmp_path)
    mount(disk, "remount,ro")
    stored = store(library)
    assert (library.trouble, stored.key[:6]) == ("refused", "spare/")
    assert library.test_write() == "refused"
    mount(disk, "remount,rw")
    assert library.check_primary() == ""
    assert library.exists(library.copy_to_primary(stored.key))


def test_a_full_disk(disk: Path, tmp_path: Path) -> None:
    library = opened(disk / "results", tmp_path)
    filler = disk / "filler"
    fill(filler)
    stored = store(library)
    assert (library.trouble, stored.key[:6]) == ("full", "spare/")
    assert library.test_write() == "full"
    assert list((disk / "results").rglob("*.png")) == []
    filler.unlink()
    assert library.check_primary() == ""
    assert library.exists(library.copy_to_primary(stored.key))


def test_no_room_anywhere(disk: Path, tmp_path: Path) -> None:
    """The downloaded file stays in the staging folder."""
    spare = disk / "spare"
    library = Library(disk / "results", staging_root=tmp_path / "staging", spare_root=spare)
    library.check_primary()
    fill(disk / "filler")
    staged = library.staging("t", 0)
    staged.write_bytes(os.urandom(8000))
    with pytest.raises(NoRoom, match="disk is full"):
        library.store_output(staged, stem="x", created=NOW)
    assert staged.stat().st_size == 8000


def test_a_store_that_is_away_for_a_while(
    object_store: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cable = Cable(int(object_store.url.rpartition(":")[2]))
    for name, value in {**object_store.environment, "AWS_ENDPOINT_URL": cable.url}.items():
        monkeypatch.setenv(name, value)
    bucket = object_store.new_bucket()
    library = opened(bucket, tmp_path)
    before = store(library)
    assert library.test_write() == ""
    assert object_store.keys(bucket) == sorted([MARK, before.key]), "nothing is left of the try"
    cable.close()
    stored = store(library, "blue")
    assert (library.trouble, stored.key[:6]) == ("away", "spare/")
    assert library.check_primary() == library.test_write() == "away"
    with pytest.raises(StorageFault, match="can't be reached"):
        library.open(before.key)
    with pytest.raises(StorageFault, match="can't be reached"):
        library.exists(before.key)

    cable.mend()
    assert library.check_primary() == ""
    key = library.copy_to_primary(stored.key)
    assert read(library, key) == read(library, stored.key)
    assert object_store.keys(bucket) == sorted([MARK, before.key, key])
    cable.close()


def test_a_bucket_that_is_not_there(bucket: str, tmp_path: Path) -> None:
    library = Library(bucket.replace("bucket-", "no-bucket-"), staging_root=tmp_path / "staging")
    assert library.check_primary() == library.test_write() == "gone"
