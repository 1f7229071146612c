"""Compressed models get a decompressed copy once, when somebody looks at them; a failure is not tried
again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rh_ui.domain import Output, OutputKind, OutputState
from rh_ui.errors import FileFault
from rh_ui.media.thumbnail_worker import ThumbnailWorker
from rh_ui.services import model_decompression as module
from rh_ui.services.model_decompression import ModelDecompression
from rh_ui.storage.library import Library
from tests.corpus import shapes


class HeldArtist(ThumbnailWorker):
    """Decompresses when the test lets it."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.began = threading.Event()
        self.asked = 0
        self.rests = 0

    def unpack(self, path: Path, target: Path) -> bool:
        self.asked += 1
        self.began.set()
        assert self.may.wait(30)
        return super().unpack(path, target)

    def rest(self) -> None:
        self.rests += 1


@pytest.fixture
def artist() -> Iterator[HeldArtist]:
    held = HeldArtist()
    yield held
    held.may.set()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    found = Library(tmp_path / "files", staging_root=tmp_path / "staging")
    found.check_primary()
    return found


def result(library: Library, data: bytes, name: str = "a") -> Output:
    staged = library.staging(name, 0)
    staged.write_bytes(data)
    stored = library.store_output(staged, stem=name, created=datetime(2026, 11, 29, tzinfo=UTC))
    return Output(
        name, "run", 0, OutputKind.MODEL, OutputState.SAVED, stored.name, stored.mime, stored.size,
        stored.sha256, None, stored.key, "",
    )  # fmt: skip


def test_a_plain_copy_is_made_once_for_all_who_ask(library: Library, artist: HeldArtist) -> None:
    unpacking = ModelDecompression(library, artist)
    output = result(library, shapes.well_packed())
    assert unpacking.plain_copy(output) == ""
    first, second = unpacking.request(output), unpacking.request(output)
    artist.may.set()
    key = first.result(30)
    assert key == second.result(30) == unpacking.plain_copy(output)
    with library.open(key) as copy, library.open(output.file_key) as file:
        assert b"KHR_draco" not in copy.read()
        assert file.read() == shapes.well_packed()
    assert [each.key for each in library.files("thumbs")] == [key], "counted and cleared with the pictures"
    assert (artist.asked, artist.rests) == (1, 1)
    unpacking.stop()


def test_what_can_t_be_unpacked_is_not_tried_again(library: Library, artist: HeldArtist) -> None:
    unpacking = ModelDecompression(library, artist)
    output = result(library, shapes.packed_by_draco())
    artist.may.set()
    assert unpacking.request(output).result(30) == ""
    assert unpacking.request(output).result(30) == ""
    assert artist.asked == 1
    assert [*library.files("thumbs"), *library.staged()] == []
    unpacking.stop()


def test_few_wait_and_a_stop_ends_them(
    library: Library, artist: HeldArtist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    unpacking = ModelDecompression(library, artist)
    outputs = [result(library, shapes.well_packed() + bytes(4 * n), f"r{n}") for n in range(3)]
    first, second = unpacking.request(outputs[0]), unpacking.request(outputs[1])
    with pytest.raises(FileFault, match="Too many"):
        unpacking.request(outputs[2])
    assert artist.began.wait(30)
    unpacking.stop()
    artist.may.set()
    assert first.result(30)
    with pytest.raises(FileFault, match="ending"):
        second.result(30)
