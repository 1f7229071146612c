"""Which file is sent for a chosen one, by its field; a copy is made once."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from rh_ui.catalog.schema import Field
from rh_ui.domain import FieldKind, OutputKind
from rh_ui.errors import NotFound, StorageFault
from rh_ui.media import convert
from rh_ui.services.input_conversion import COPIERS, InputConverter
from rh_ui.storage.library import Library
from tests.files import make_clip, make_sound

TAKES_TWO = Field("imageUrl", FieldKind.IMAGE, accept=("jpg", "png"), max_mb=1)
TAKES_ALL = Field("imageUrl", FieldKind.IMAGE)
SOUND = Field("audioUrl", FieldKind.AUDIO, accept=("mp3", "wav"))
FILM = Field("videoUrl", FieldKind.VIDEO, accept=("mp4",))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


def kept(library: Library, path: Path, picture: Image.Image | None = None) -> str:
    if picture is not None:
        picture.save(path)
    return library.keep_input(path, path.name).ref


def test_every_kind_of_file_in_a_field_of_its_kind(library: Library, tmp_path: Path) -> None:
    plain = Image.new("RGB", (40, 30), "teal")
    film = make_clip(tmp_path / "a.mov", 1, (64, 48))
    cases = [
        (TAKES_TWO, kept(library, tmp_path / "a.png", plain), "png"),
        (TAKES_TWO, kept(library, tmp_path / "a.webp", plain), "jpg"),
        (TAKES_TWO, kept(library, tmp_path / "a.bmp", plain), "png"),
        (TAKES_ALL, kept(library, tmp_path / "a.webp"), "webp"),
        (TAKES_ALL, kept(library, tmp_path / "a.bmp"), "bmp"),
        (SOUND, kept(library, make_sound(tmp_path / "a.m4a")), "mp3"),
        (SOUND, kept(library, make_sound(tmp_path / "a.flac")), "wav"),
        (SOUND, kept(library, make_sound(tmp_path / "a.wav")), "wav"),
        (SOUND, kept(library, tmp_path / "a.png"), "png"),
        (FILM, kept(library, film), "mp4"),
        (FILM, kept(library, tmp_path / "a.m4a"), "m4a"),
    ]
    fitting = InputConverter(library)
    for field, ref, expected in cases:
        found = fitting.convert(field, ref)
        assert found.sent.extension == expected, found
        assert found.chosen.ref == ref and not found.problems
        assert (found.sent.ref == ref) is (found.chosen.extension == expected)
        assert fitting.convert(field, found.sent.ref).sent.ref == found.sent.ref, "a copy needs no copy"


def test_a_copy_is_made_once_and_again_when_it_is_gone(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = kept(library, tmp_path / "a.webp", Image.new("RGB", (9, 9)))
    fitting = InputConverter(library)
    made: list[object] = []
    copy = fitting._copy

    def counted(*how: Any) -> Any:
        made.append(how)
        return copy(*how)

    monkeypatch.setattr(fitting, "_copy", counted)
    first = fitting.convert(TAKES_TWO, ref)
    assert fitting.convert(TAKES_TWO, ref) == first and len(made) == 1
    path = library.local_path(f"inputs/{first.sent.ref.removeprefix('input:')}")
    assert path is not None
    path.unlink()
    assert fitting.convert(TAKES_TWO, ref) == first and len(made) == 2
    assert path.exists()
    with pytest.raises(NotFound):
        fitting.convert(TAKES_TWO, f"input:{'0' * 64}.webp")


def test_a_full_disk_is_no_damaged_file(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> convert.Copy:
        raise OSError(errno.ENOSPC, "no space")

    def odd(*_: object) -> convert.Copy:
        raise OSError("image file is truncated")

    ref = kept(library, tmp_path / "a.webp", Image.new("RGB", (9, 9)))
    monkeypatch.setitem(COPIERS, OutputKind.IMAGE, full)
    with pytest.raises(StorageFault, match="disk is full"):
        InputConverter(library).convert(TAKES_TWO, ref)
    monkeypatch.setitem(COPIERS, OutputKind.IMAGE, odd)
    assert [problem.code for problem in InputConverter(library).convert(TAKES_TWO, ref).problems] == [
        "file_unreadable"
    ]
