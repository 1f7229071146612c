"""The same guarantees on a local disk and on a real S3 server: complete, never overwritten, found again."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from rh_ui.errors import NotFound
from rh_ui.storage.file_store import FileStore
from tests.objectstore import ObjectStore

FOLDER = "outputs/2026/03/04"
DIGEST = "0123456789abcdef" * 4
MEGABYTE = 1024 * 1024
_numbers = itertools.count()


@pytest.fixture(params=["folder", "s3"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path / "results #1")
    return str(request.getfixturevalue("bucket"))


@pytest.fixture
def shelf(root: str, tmp_path: Path) -> FileStore:
    return FileStore(root, passing=tmp_path / "passing")


def staged(folder: Path, data: bytes) -> Path:
    path = folder / f"staged-{next(_numbers)}"
    path.write_bytes(data)
    return path


def place(shelf: FileStore, path: Path, stem: str = "output", digest: str = DIGEST) -> str:
    return shelf.place(path, FOLDER, stem, digest, "png")


def read(shelf: FileStore, key: str) -> bytes:
    with shelf.open(key) as file:
        return file.read()


def test_eight_in_the_same_moment(shelf: FileStore, root: str, tmp_path: Path) -> None:
    """C16: all with one name and one digest, so that only exclusive creation keeps them apart."""
    together = threading.Barrier(8)

    def one(number: int) -> str:
        path = staged(tmp_path, b"picture %d" % number)
        together.wait()
        return place(shelf, path)

    with ThreadPoolExecutor(8) as threads:
        keys = list(threads.map(one, range(8)))
    assert len({key.casefold() for key in keys}) == 8
    assert {read(shelf, key) for key in keys} == {b"picture %d" % number for number in range(8)}
    again = FileStore(root, passing=tmp_path / "passing")
    assert place(again, staged(tmp_path, b"after a restart")) not in keys
    assert read(again, keys[0]).startswith(b"picture")


def test_names_that_differ_in_case_only(shelf: FileStore, tmp_path: Path) -> None:
    """C16: on a disk that ignores case they would be one."""
    keys = [place(shelf, staged(tmp_path, b"x"), stem) for stem in ("Output", "OUTPUT", "output")]
    assert len({key.casefold() for key in keys}) == 3


def test_a_name_whose_file_is_deleted_is_not_given_to_another(shelf: FileStore, tmp_path: Path) -> None:
    """C16: a counter alone would give the highest number again."""
    first = place(shelf, staged(tmp_path, b"one"))
    highest = place(shelf, staged(tmp_path, b"two"))
    shelf.remove(highest)
    other = place(shelf, staged(tmp_path, b"three"), digest="f" * 64)
    assert other not in (first, highest)
    assert read(shelf, first) == b"one"


def test_what_is_there_is_never_replaced_though_nobody_saw_it(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two programs look at once and both find the name free: S3 itself refuses the second."""
    shelf = FileStore(bucket, passing=tmp_path)
    first = place(shelf, staged(tmp_path, b"one"))
    monkeypatch.setattr(shelf._fs, "exists", lambda _path: False)
    second = place(shelf, staged(tmp_path, b"two"))
    assert (read(shelf, first), read(shelf, second)) == (b"one", b"two")
    assert second.endswith("-1.png")


def test_a_store_that_knows_no_condition(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some answer 501 to a conditional write; then a check before it is all there is."""
    shelf = FileStore(bucket, passing=tmp_path)
    put = shelf._fs.put_file

    def plain(source: str, target: str, mode: str = "overwrite", **more: Any) -> None:
        if mode == "create":
            raise OSError(38, "A header you provided implies functionality that is not implemented")
        put(source, target, **more)

    monkeypatch.setattr(shelf._fs, "put_file", plain)
    first, second = (place(shelf, staged(tmp_path, data)) for data in (b"one", b"two"))
    assert (read(shelf, first), read(shelf, second)) == (b"one", b"two")


def test_writing_reading_and_removing(shelf: FileStore, root: str, tmp_path: Path) -> None:
    shelf.put(staged(tmp_path, b"0123456789" * 200_000), "inputs/a.bin")
    shelf.write(b"note", "inputs/a.bin.meta.json")
    assert shelf.exists("inputs/a.bin") and shelf.size("inputs/a.bin") == 2_000_000
    with shelf.open("inputs/a.bin") as file:
        file.seek(1_999_995)
        assert file.read() == b"56789"
        file.seek(3)
        assert file.read(4) == b"3456"
    with shelf.as_local("inputs/a.bin") as path:
        assert path.read_bytes().endswith(b"789")
    assert path.exists() is (shelf.folder is not None)
    with shelf.as_local("inputs/a.bin") as again, shelf.as_local("inputs/a.bin") as other:
        assert again.read_bytes() == other.read_bytes()
    found = {one.key: one.size for one in shelf.files("inputs")}
    assert found == {"inputs/a.bin": 2_000_000, "inputs/a.bin.meta.json": 4}
    shelf.write(b"newer", "inputs/a.bin.meta.json")
    assert read(FileStore(root, passing=tmp_path), "inputs/a.bin.meta.json") == b"newer"
    shelf.remove("inputs/a.bin")
    shelf.remove("inputs/a.bin")
    assert not shelf.exists("inputs/a.bin")
    for call in (shelf.open, shelf.size):
        with pytest.raises(NotFound):
            call("inputs/a.bin")
    with pytest.raises(NotFound), shelf.as_local("inputs/a.bin"):
        pass
    assert list(shelf.files("nothing")) == []
    assert (shelf.free() is None) is (shelf.folder is None)


def test_another_program_s_file_is_seen_at_once(shelf: FileStore, root: str, tmp_path: Path) -> None:
    assert not shelf.exists("inputs/b.bin")
    FileStore(root, passing=tmp_path).write(b"b", "inputs/b.bin")
    assert shelf.exists("inputs/b.bin")
    assert [one.key for one in shelf.files("inputs")] == ["inputs/b.bin"]


def test_a_store_that_is_away(
    tmp_path: Path, object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An OSError in plain words, without address or credentials, and nothing is lost."""
    for name, value in object_store.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    shelf = FileStore("s3://bucket-0/studio", passing=tmp_path)
    path = staged(tmp_path, b"paid")
    with pytest.raises(OSError, match="can't be reached"):
        place(shelf, path)
    assert path.read_bytes() == b"paid"


def test_a_large_file_passes_in_little_memory(bucket: str, tmp_path: Path) -> None:
    shelf = FileStore(bucket, passing=tmp_path / "passing")
    place(shelf, staged(tmp_path, b"so that its client is loaded"))
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(48 * MEGABYTE)
    process = psutil.Process()
    before, most = process.memory_info().rss, 0
    over = threading.Event()

    def watch() -> None:
        nonlocal most
        while not over.wait(0.01):
            most = max(most, process.memory_info().rss - before)

    watching = threading.Thread(target=watch)
    watching.start()
    key = place(shelf, large)
    with shelf.as_local(key) as copy:
        assert copy.stat().st_size == 48 * MEGABYTE
    over.set()
    watching.join()
    assert most < 48 * MEGABYTE
