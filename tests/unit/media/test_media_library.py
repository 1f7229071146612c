"""Inputs and results as files: nothing overwritten, nothing outside, names that every disk takes."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from rh_ui.domain import OutputKind
from rh_ui.errors import InputRefused, NotFound, StorageFault
from rh_ui.media.embed import edits
from rh_ui.media.provenance import Provenance, read_note
from rh_ui.media.thumbnails import make_thumbnail
from rh_ui.storage.file_names import checked_key, file_name, safe_stem
from rh_ui.storage.file_store import FileStore
from rh_ui.storage.library import Library, StoredFile

NOW = datetime(2026, 3, 4, 23, 59, tzinfo=UTC)


@pytest.fixture(params=["folder", "memory"])
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Library:
    if request.param == "folder":
        return Library(tmp_path / "data #1")
    return Library(f"memory://{tmp_path.name}", staging_root=tmp_path / "staging")


def photo(path: Path, orientation: int = 1, size: tuple[int, int] = (40, 30)) -> Path:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.new("RGB", size, "red").save(path, "JPEG", exif=exif)
    return path


def staged(library: Library, data: bytes, task: str = "t", position: int = 0) -> Path:
    path = library.staging(task, position)
    path.write_bytes(data)
    return path


def test_inputs_are_kept_by_content(library: Library, tmp_path: Path) -> None:
    path = photo(tmp_path / "a.bin", orientation=6)
    kept = library.keep_input(path, "C:\\fake\\猫 #1%20.png")
    assert kept.ref == f"input:{kept.sha256}.jpg"
    assert (kept.name, kept.mime, kept.kind) == ("猫 #1%20.png", "image/jpeg", OutputKind.IMAGE)
    assert (kept.width, kept.height, kept.orientation) == (30, 40, 6)
    original = path.read_bytes()
    path.unlink()
    file, info = library.open_input(kept.ref)
    with file:
        assert file.read() == original
    assert info == kept == library.input_info(kept.ref)
    again = library.keep_input(photo(tmp_path / "b.jpg", orientation=6), "other.jpg")
    assert (again.ref, again.name) == (kept.ref, "other.jpg")
    assert library.input_info(kept.ref).name == "猫 #1%20.png"


def test_odd_inputs(library: Library, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    for path in (tmp_path / "empty", tmp_path / "missing", tmp_path):
        with pytest.raises(InputRefused):
            library.keep_input(path, "x.png")
    (tmp_path / "odd").write_bytes(b"\x00\x01")
    assert library.keep_input(tmp_path / "odd", "../").name == "file.bin"


@pytest.mark.parametrize(
    "ref",
    [
        "",
        "input:",
        "input:../x",
        "input:" + "a" * 64,
        "input:" + "a" * 64 + ".png",
        "input:" + "a" * 64 + "./x",
        "x",
    ],
)
def test_refs_that_are_none(library: Library, ref: str) -> None:
    with pytest.raises(NotFound):
        library.input_info(ref)
    with pytest.raises(NotFound):
        library.open_input(ref)


def test_input_whose_file_is_gone(tmp_path: Path) -> None:
    library = Library(tmp_path / "data")
    kept = library.keep_input(photo(tmp_path / "a.jpg"), "a.jpg")
    (path := library.local_path(f"inputs/{kept.ref.removeprefix('input:')}"))
    assert path is not None
    path.unlink()
    with pytest.raises(NotFound):
        library.input_info(kept.ref)
    assert library.keep_input(tmp_path / "a.jpg", "a.jpg").ref == kept.ref
    assert path.exists()


def test_outputs_get_their_true_extension_and_date(library: Library, tmp_path: Path) -> None:
    data = photo(tmp_path / "a").read_bytes()
    path = staged(library, data)
    stored = library.store_output(path, stem='"Red": <cat>? 猫', created=NOW)
    assert stored.key == f"outputs/2026/03/04/{stored.name}"
    assert stored.name == f"red-cat-猫-{stored.sha256[:8]}.jpg"
    assert (stored.size, stored.width, stored.height) == (len(data), 40, 30)
    assert library.open(stored.key).read() == data
    assert library.size(stored.key) == len(data)
    assert not path.exists()


def test_same_names_never_collide(library: Library) -> None:
    remote = library.local_path(library.store_text("x", stem="probe", created=NOW).key) is None
    stored = []
    lock = threading.Lock()

    def store(number: int) -> None:
        path = staged(library, b"same words", f"task{number}")
        done = library.store_output(path, stem="Output", created=NOW)
        with lock:
            stored.append(done)

    threads = [threading.Thread(target=store, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
        if remote:
            # This one can only be looked at before; S3 itself decides (integration/media/test_file_store.py).
            thread.join(10)
    for thread in threads:
        thread.join(10)
    assert len({one.key for one in stored}) == 8
    assert all(library.open(one.key).read() == b"same words" for one in stored)
    assert len({one.key.casefold() for one in stored}) == 8


def test_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    library = Library(tmp_path / "data", staging_root=tmp_path / "elsewhere")
    first = library.store_output(staged(library, b"one"), stem="x", created=NOW)
    second = library.store_output(staged(library, b"one"), stem="x", created=NOW)
    assert first.key != second.key
    names = sorted(p.name for p in (tmp_path / "data/outputs/2026/03/04").iterdir())
    assert names == sorted([first.name, second.name])


def test_full_disk_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    monkeypatch.setattr(shutil, "copyfile", full)
    library = Library(tmp_path / "data")
    path = staged(library, b"one")
    with pytest.raises(StorageFault, match="disk is full"):
        library.store_output(path, stem="x", created=NOW)
    assert list((tmp_path / "data/outputs/2026/03/04").iterdir()) == []
    assert path.read_bytes() == b"one"


def test_sound_in_a_video_container(tmp_path: Path) -> None:
    import av
    import numpy as np

    library = Library(tmp_path / "data")
    path = library.staging("t", 0)
    with av.open(str(path), "w", format="mp4") as out:
        stream = out.add_stream("aac", rate=44100)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 44100), np.float32), format="flt", layout="mono")
        frame.rate = 44100
        out.mux(stream.encode(frame))
        out.mux(stream.encode())
    stored = library.store_output(path, stem="x", created=NOW)
    assert (stored.extension, stored.mime, stored.kind) == ("m4a", "audio/mp4", OutputKind.AUDIO)
    assert stored.seconds == pytest.approx(1, abs=0.1)


def test_texts_and_thumbs(library: Library) -> None:
    stored = library.store_text("<html>words\ud800 猫", stem="", created=NOW)
    assert (stored.extension, stored.kind, stored.mime) == ("txt", OutputKind.TEXT, "text/plain")
    assert library.open(stored.key).read().decode() == "<html>words? 猫"
    key = library.make_thumb(stored.key, stored.kind, make_thumbnail)
    assert key == f"thumbs/2026/03/04/{stored.name}.webp"
    with Image.open(library.open(key)) as thumb:
        assert (thumb.format, max(thumb.size)) == ("WEBP", 512)
    odd = library.store_output(staged(library, b"\x00\x01"), stem="x", created=NOW)
    assert library.make_thumb(odd.key, odd.kind, make_thumbnail) == ""
    with pytest.raises(NotFound):
        library.make_thumb("outputs/2026/03/04/gone.png", OutputKind.IMAGE, make_thumbnail)


@pytest.mark.parametrize("key", ["", "../x", "/etc/passwd", "a/../../x", "a\\..\\x", "C:/x", "a\x00b"])
def test_keys_stay_inside(library: Library, key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        checked_key(key)
    for call in (library.open, library.size, library.exists):
        with pytest.raises(NotFound):
            call(key)


def test_missing_and_unsuitable_files(library: Library) -> None:
    assert not library.exists("outputs/nothing.png")
    assert library.local_path("outputs/nothing.png") is None
    for call in (library.open, library.size):
        with pytest.raises(NotFound):
            call("outputs/nothing.png")


def test_staging_is_stable_and_safe(library: Library) -> None:
    assert library.staging("t1", 2) == library.staging("t1", 2)
    assert library.staging("../../x", 0).parent == library.staging("y", 0).parent


def test_folder_that_can_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    blocked = tmp_path / "file"
    library = Library(blocked / "data", staging_root=tmp_path / "staging", spare_root=blocked / "spare")
    with pytest.raises(StorageFault):
        library.keep_input(photo(tmp_path / "a.jpg"), "a.jpg")
    with pytest.raises(StorageFault):
        library.store_output(staged(library, b"x"), stem="x", created=NOW)


@pytest.mark.parametrize(
    ("wish", "stem"),
    [("CON", "file-con"), ("com1", "file-com1"), ("", "file"), (".png", "png"), ("...", "file"), ("a.", "a"),
     ("a/b\\c", "a-b-c"), ("%2e%2e%2fx", "2e-2e-2fx"), ("é", "é"), ("Straße", "strasse"), ("😀", "file"),
     ("tab\tand\nline", "tab-and-line"), ("a\ud800b", "a-b"), ("-rf", "rf")],
)  # fmt: skip
def test_safe_stems(wish: str, stem: str) -> None:
    assert safe_stem(wish) == stem


@pytest.mark.parametrize("wish", ["猫" * 300, "e\u0301" * 300, "a" * 300, "x\u0323\u0301" * 100])
def test_long_names_are_cut_between_characters(wish: str) -> None:
    name = file_name(wish, "0123abcd", "png", 7)
    assert len(name.encode()) <= 120
    assert name.endswith("-0123abcd-7.png")
    assert len(name.encode()) > 110


def origin() -> Provenance:
    return Provenance(endpoint="a/b", payload={"prompt": "a fox"}, run="task1", task_id="2009000000000000001")


def told_beside(library: Library, stored: StoredFile) -> dict[str, Any]:
    with library.open(f"{stored.key}.json") as file:
        return dict(json.load(file))


def test_results_tell_where_they_came_from_inside_and_beside(library: Library, tmp_path: Path) -> None:
    data = photo(tmp_path / "a").read_bytes()
    stored = library.store_output(staged(library, data), stem="x" * 200, created=NOW, origin=origin())
    with library.open(stored.key) as file:
        kept = file.read()
    assert read_note(kept) == origin()
    told = told_beside(library, stored)
    assert read_note(json.dumps(told).encode()) == origin()
    assert told["file"] == {
        "name": stored.name, "mime": "image/jpeg", "kind": "image", "size": len(kept),
        "sha256": hashlib.sha256(kept).hexdigest(), "width": 40, "height": 30, "seconds": None,
        "fetched_sha256": hashlib.sha256(data).hexdigest(),
    }  # fmt: skip
    assert stored.sha256 == told["file"]["sha256"] != told["file"]["fetched_sha256"]
    assert len(f"{stored.name}.json".encode()) <= 120


def test_what_has_no_room_inside_is_told_beside(library: Library) -> None:
    text = library.store_text("words", stem="t", created=NOW, origin=origin())
    odd = library.store_output(staged(library, b"\x00\x01"), stem="o", created=NOW, origin=origin())
    for stored, data in ((text, b"words"), (odd, b"\x00\x01")):
        with library.open(stored.key) as file:
            assert file.read() == data
        assert told_beside(library, stored)["file"]["fetched_sha256"] == stored.sha256


def test_results_stay_as_they_came_when_that_is_wanted(tmp_path: Path) -> None:
    library = Library(tmp_path / "data", embed=False)
    data = photo(tmp_path / "a").read_bytes()
    stored = library.store_output(staged(library, data), stem="x", created=NOW, origin=origin())
    with library.open(stored.key) as file:
        assert file.read() == data
    assert told_beside(library, stored)["payload"] == {"prompt": "a fox"}


def test_a_file_of_somebody_else_is_not_written_over(tmp_path: Path) -> None:
    library = Library(tmp_path / "data", embed=False)
    digest = hashlib.sha256(b"\x00\x01").hexdigest()
    theirs = tmp_path / "data/outputs/2026/03/04" / f"x-{digest[:8]}.bin.json"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("theirs")
    stored = library.store_output(staged(library, b"\x00\x01"), stem="x", created=NOW, origin=origin())
    assert theirs.name == f"{stored.name}.json"
    assert theirs.read_text() == "theirs"


def test_a_note_that_can_not_be_written_costs_no_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    library = Library(tmp_path / "data")
    written = edits._write
    monkeypatch.setattr(FileStore, "write", full)
    monkeypatch.setattr(edits, "_copy", full)
    monkeypatch.setattr(edits, "_write", lambda *how: written(*how) if how[2:] else full())
    for name in ("PNG", "WEBP"):
        exif = Image.Exif()
        exif[0x0112] = 6
        path = staged(library, b"")
        Image.new("RGB", (8, 8)).save(path, name, exif=exif)
        data = path.read_bytes()
        stored = library.store_output(path, stem="x", created=NOW, origin=origin())
        with library.open(stored.key) as file:
            assert file.read() == data
        assert not library.exists(f"{stored.key}.json")
