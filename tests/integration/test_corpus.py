"""Every awkward file goes the whole way: stored as an input, uploaded to the service's store, downloaded as a
result, drawn as a thumbnail, and packed into a zip. The table says what is right for each."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from PIL import Image

from rh_ui.emulator.runner import start_emulator
from rh_ui.errors import InputRefused, WrongContent
from rh_ui.file_types import Claims
from rh_ui.media.probe import probe
from rh_ui.media.thumbnails import make_thumbnail
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.download import download
from rh_ui.storage.library import KeptInput, Library, StoredFile
from rh_ui.storage.zip_stream import ZipEntry, bundled
from tests.corpus.row import Colour, Fetched, Row, Small
from tests.corpus.table import ROWS

DAY: Final = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
CARD_SIDES: Final = (512, 384)
SENT: Final = [row for row in ROWS if row.upload is Fetched.KEPT]
KEPT: Final = [row for row in ROWS if row.fetched is Fetched.KEPT]


class Place:
    """Files, a library and a service's store; what was made stays for the next test."""

    def __init__(self, folder: Path, client: Client) -> None:
        self.library = Library(folder / "library")
        self._folder = folder / "corpus"
        self._folder.mkdir(parents=True)
        self._client = client
        self._links: dict[str, str] = {}
        self._stored: dict[str, StoredFile] = {}

    def file(self, row: Row) -> Path:
        path = self._folder / row.name
        if not path.exists():
            path.write_bytes(row.make())
        return path

    def kept(self, row: Row) -> KeptInput:
        return self.library.keep_input(self.file(row), row.name)

    def link(self, row: Row) -> str:
        """Its address in the service's store."""
        if row.name not in self._links:
            file, _ = self.library.open_input(self.kept(row).ref)
            with file:
                self._links[row.name] = self._client.upload(file, row.name).url
        return self._links[row.name]

    def fetched(self, row: Row) -> tuple[Path, Claims]:
        """It is downloaded as a result is, with its announced type."""
        staged = self.library.staging(sha256(row.name.encode()).hexdigest(), 0)
        came = download(self.link(row), staged, expected=row.announced or row.kind, gate=self._client.gate)
        return staged, Claims(mime=came.content_type, name=self.link(row))

    def stored(self, row: Row) -> StoredFile:
        if row.name not in self._stored:
            staged, claims = self.fetched(row)
            self._stored[row.name] = self.library.store_output(
                staged, stem=row.name, created=DAY, claims=claims
            )
        return self._stored[row.name]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    emulator = start_emulator(tmp_path_factory.mktemp("store"), "--fast", "--small")
    yield Place(tmp_path_factory.mktemp("corpus"), Client(emulator.url, "demo-shared", read_timeout=10))
    emulator.stop()


def named(rows: list[Row]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in rows])


def test_the_table_is_about_awkward_files() -> None:
    assert len(ROWS) >= 60
    assert len({row.name for row in ROWS}) == len(ROWS)


@named(SENT)
def test_is_uploaded_as_it_is(place: Place, row: Row) -> None:
    data = place.file(row).read_bytes()
    kept = place.kept(row)
    assert (kept.kind, kept.extension, kept.mime) == (row.kind, row.extension, row.mime)
    assert (kept.name, kept.size, kept.sha256) == (row.name, len(data), sha256(data).hexdigest())
    check_measures(row, kept.width, kept.height, kept.seconds)
    file, _ = place.library.open_input(kept.ref)
    with file:
        assert file.read() == data
    assert place.file(row).read_bytes() == data, "the person's own file stays as it was"


def test_an_empty_file_is_refused_before_it_is_uploaded(place: Place) -> None:
    (row,) = (row for row in ROWS if row.upload is Fetched.REFUSED)
    with pytest.raises(InputRefused, match="empty"):
        place.kept(row)


@named([row for row in SENT if row.fetched is Fetched.REFUSED])
def test_is_never_taken_for_a_result(place: Place, row: Row) -> None:
    with pytest.raises(WrongContent):
        place.fetched(row)


@named(KEPT)
def test_comes_down_whole_under_its_true_name(place: Place, row: Row) -> None:
    data = place.file(row).read_bytes()
    stored = place.stored(row)
    assert (stored.kind, stored.extension, stored.mime) == (row.kind, row.extension, row.mime)
    assert (stored.size, stored.sha256) == (len(data), sha256(data).hexdigest())
    check_measures(row, stored.width, stored.height, stored.seconds)
    with place.library.open(stored.key) as file:
        assert file.read() == data
    assert stored.name.endswith(f".{row.extension}")
    assert len(stored.name.encode()) <= 120


@named(KEPT)
def test_has_the_right_thumbnail(place: Place, row: Row) -> None:
    stored = place.stored(row)
    key = place.library.make_thumb(stored.key, stored.kind, make_thumbnail)
    assert bool(key) is (row.small is not Small.NONE)
    if not key:
        return
    with place.library.open(key) as file, Image.open(file) as opened:
        assert opened.format == "WEBP"
        assert max(opened.size) <= 512
        picture = opened.convert("RGBA")
    if row.small is Small.CARD:
        assert picture.size == CARD_SIDES
    elif row.shows is not None:
        for half, colour in zip(halves_of(picture), row.shows, strict=True):
            assert half == pytest.approx(colour, abs=24), (halves_of(picture), row.shows)


def test_all_of_them_go_into_one_zip(place: Place, tmp_path: Path) -> None:
    stored = [place.stored(row) for row in KEPT]
    pieces = [ZipEntry(file.key, file.name, file.size) for file in stored]
    (tmp_path / "all.zip").write_bytes(
        b"".join(bundled(place.library, pieces, lambda done: [("list", b"x")]))
    )
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        *names, last = archive.namelist()
        assert last == "list"
        for row, name in zip(KEPT, names, strict=True):
            assert archive.read(name) == place.file(row).read_bytes(), row.name


@named([row for row in KEPT if row.faces is not None])
def test_its_faces_are_counted(place: Place, row: Row) -> None:
    assert probe(place.file(row)).faces == row.faces


@named([row for row in KEPT if row.animated])
def test_its_motion_is_seen(place: Place, row: Row) -> None:
    assert probe(place.file(row)).animated


def check_measures(row: Row, width: int | None, height: int | None, seconds: float | None) -> None:
    assert (width, height) == (row.sides or (None, None))
    if row.seconds is not None:
        assert seconds == pytest.approx(row.seconds, abs=0.2)


def halves_of(picture: Image.Image) -> tuple[Colour, ...]:
    """The mean colours of its left and right half, on white."""
    ground = Image.new("RGBA", picture.size, "white")
    pixels = np.asarray(Image.alpha_composite(ground, picture).convert("RGB")).astype(float)
    middle = pixels.shape[1] // 2
    left, right = (half.mean(axis=(0, 1)) for half in (pixels[:, :middle], pixels[:, middle:]))
    return tuple(tuple(int(value) for value in half) for half in (left, right))  # type: ignore[misc]
