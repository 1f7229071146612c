"""Results as a zip: streamed, complete whatever happens to a file, with a manifest."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from rh_ui.domain import Charged, Modality, Money, Output, OutputKind, OutputState, Task, TaskState
from rh_ui.storage.library import Library
from rh_ui.storage.zip_stream import EntryOutcome, ZipEntry, ZipResult, bundled
from rh_ui.web.serializers.manifest import manifests
from rh_ui.web.serializers.spreadsheet import spreadsheet_safe

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
FORMULAS = (
    '=HYPERLINK("http://x","y")', "+1", "-2+3", "@x", "\tx", "\rx", "'=1", "'", '"=1"', "a\nb", "😀 猫", "",
)  # fmt: skip


def nothing_else(_done: list[ZipResult]) -> Iterable[tuple[str, bytes]]:
    return []


def opened(content: Iterable[bytes]) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(content)))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library(tmp_path / "files")
    for name in ("a", "b", "c"):
        made.write(name.encode() * 700_000, f"outputs/{name}.bin")
    return made


def test_names_are_told_apart_and_content_is_as_it_was(library: Library) -> None:
    pieces = [
        ZipEntry(f"outputs/{name}.bin", wish, 700_000) for name, wish in (("a", "x.png"), ("b", "X.PNG"))
    ]
    pieces += [
        ZipEntry("outputs/c.bin", "../x.png"),
        ZipEntry("outputs/a.bin", ".hidden"),
        ZipEntry("outputs/a.bin", ""),
    ]
    archive = opened(bundled(library, pieces, nothing_else))
    assert archive.testzip() is None
    assert archive.namelist() == ["x.png", "X (2).PNG", "..-x.png", ".hidden", "file"]
    assert archive.read("X (2).PNG") == b"b" * 700_000
    assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}


def test_what_is_missing_or_breaks_is_said_and_never_ends_the_zip(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.write(b"", "outputs/empty.bin")
    opening = library.open

    class Breaking(io.BytesIO):
        """A disk that fails in the middle of a file."""

        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 300_000:
                raise OSError("the disk is gone")
            return super().read(size)

    def broken(key: str) -> BinaryIO:
        return Breaking(b"b" * 700_000) if key == "outputs/b.bin" else opening(key)

    monkeypatch.setattr(library, "open", broken)
    seen: list[ZipResult] = []
    pieces = [
        ZipEntry("outputs/gone.bin", "gone.png", 5), ZipEntry("outputs/empty.bin", "empty.png", 5),
        ZipEntry("outputs/b.bin", "b.png", 700_000), ZipEntry("outputs/a.bin", "a.png", 700_000),
        ZipEntry("outputs/c.bin", "longer.png", 800_000), ZipEntry("outputs/gone.txt", "t.txt", 9, b"words"),
    ]  # fmt: skip

    def last(done: list[ZipResult]) -> list[tuple[str, bytes]]:
        seen.extend(done)
        return [("manifest.json", b"{}")]

    archive = opened(bundled(library, pieces, last))
    assert archive.testzip() is None
    assert [put.came for put in seen] == [
        EntryOutcome.MISSING, EntryOutcome.MISSING, EntryOutcome.BROKEN,
        EntryOutcome.WHOLE, EntryOutcome.BROKEN, EntryOutcome.WHOLE,
    ]  # fmt: skip
    assert archive.namelist() == ["b.png", "a.png", "longer.png", "t.txt", "manifest.json"]
    assert archive.read("a.png") == b"a" * 700_000
    assert archive.read("t.txt") == b"words"


def test_a_large_selection_takes_no_memory(tmp_path: Path) -> None:
    library = Library(tmp_path / "files")
    library.write(bytes(8_000_000), "outputs/film.mp4")
    pieces = [ZipEntry("outputs/film.mp4", "film.mp4", 8_000_000)] * 20
    tracemalloc.start()
    sent = sum(len(block) for block in bundled(library, pieces, nothing_else))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sent > 160_000_000
    assert peak < 4_000_000


def result(number: int, prompt: str) -> tuple[Output, Task]:
    output = Output(
        id=f"r{number}", task_id=f"t{number}", position=0, kind=OutputKind.IMAGE, state=OutputState.SAVED,
        name=f"{number}.png", mime="image/png", size=5, sha256="ab", text=None, file_key="x", thumb_key="",
    )  # fmt: skip
    task = Task(
        id=f"t{number}", state=TaskState.DONE, endpoint="a/b", modality=Modality.IMAGE,
        params={"prompt": prompt, "seed": 2009191190196789249}, created_at=NOW, updated_at=NOW,
        remote_id="2009191190196789249", finished_at=NOW, cost=Money(Decimal("-3.5"), "CNY"),
        charged=Charged.YES, words=prompt.strip(),
    )  # fmt: skip
    return output, task


def test_no_cell_of_the_table_runs_and_every_one_comes_back(library: Library) -> None:
    results = [result(number, prompt) for number, prompt in enumerate(FORMULAS)]
    done = [ZipResult(ZipEntry("x", "x"), "=1.png", EntryOutcome.WHOLE) for _ in results]
    table, _ = manifests(results, done)
    assert table[1].startswith(b"\xef\xbb\xbf")
    rows: Iterator[dict[str, Any]] = csv.DictReader(io.StringIO(table[1].decode("utf-8-sig"), newline=""))
    for row, prompt in zip(rows, (prompt.strip() for prompt in FORMULAS), strict=True):
        assert row["prompt"][:1] not in ("=", "+", "-", "@", "\t", "\r")
        assert row["prompt"].removeprefix("'") == prompt
        assert row["file"] == "'=1.png"
        assert row["cost"] == "-3.5", "a number stays one"
        assert row["runninghub_id"] == "2009191190196789249"


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_made_safe_comes_back(text: str) -> None:
    safe = spreadsheet_safe(text)
    assert (safe[1:] if safe.startswith("'") else safe) == text


def test_the_json_holds_the_settings_to_the_last_digit() -> None:
    (output, task) = result(1, "a kite")
    listed = manifests([(output, task)], [ZipResult(ZipEntry("x", "x"), "", EntryOutcome.MISSING)])[1]
    (row,) = json.loads(listed[1])["results"]
    assert row["settings"] == {"prompt": "a kite", "seed": 2009191190196789249}
    assert (row["state"], row["file"], row["bytes"]) == ("missing", "", None)
    assert (row["run"], row["result"], row["cost"]) == ("t1", "r1", "-3.5")
    other = replace(task, cost=None, finished_at=None)
    (row,) = json.loads(
        manifests([(output, other)], [ZipResult(ZipEntry("x", "x"), "a", EntryOutcome.WHOLE)])[1][1]
    )["results"]
    assert (row["cost"], row["made"], row["bytes"]) == (None, "", 5)
