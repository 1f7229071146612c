"""Disks and languages that do not allow every name, and clocks in other time zones (C13, C14)."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rh_ui.storage.library import Library

STEM = "ein stilles Meer 静かな海"
CHILD = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from rh_ui.storage.library import Library

library = Library(Path(sys.argv[1]))
staged = library.staging("run", 0)
staged.write_bytes(b"words")
stem = json.loads(sys.stdin.read())
stored = library.store_output(staged, stem=stem, created=datetime(2026, 11, 29, 12, tzinfo=UTC))
text = library.store_text("other words", stem=stem, created=datetime(2026, 11, 29, 12, tzinfo=UTC))
with library.open(stored.key) as file:
    assert file.read() == b"words"
assert not library.is_here("outputs/2026/11/29/\\u6d77.txt")
sys.stdout.write(json.dumps([sys.getfilesystemencoding(), stored.key, stored.name, text.key, text.name]))
"""


def test_in_a_language_of_ascii_letters_a_result_gets_a_plain_name(tmp_path: Path) -> None:
    """A real program that runs with such a locale."""
    plain = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    ended = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path / "files")],
        env={**os.environ, **plain},
        input=json.dumps(STEM),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    encoding, key, name, text_key, text_name = json.loads(ended.stdout)
    assert encoding == "ascii"
    for where, called in ((key, name), (text_key, text_name)):
        assert where.startswith("outputs/2026/11/29/result-")
        assert called.startswith("ein-stilles-meer-静かな海-"), "its own name stays in the history"
        assert (tmp_path / "files" / where).is_file()


@pytest.fixture
def short_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that takes names of up to 40 bytes."""
    link, opened = os.link, os.open

    def refuse(path: Any) -> None:
        if len(os.fsencode(Path(path).name)) > 40:
            raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))

    def linked(source: Any, target: Any, **more: Any) -> None:
        refuse(target)
        link(source, target, **more)

    def open_(path: Any, flags: int, *more: Any, **options: Any) -> int:
        refuse(path)
        return opened(path, flags, *more, **options)

    monkeypatch.setattr(os, "link", linked)
    monkeypatch.setattr(os, "open", open_)


def stored(library: Library, created: datetime) -> Any:
    staged = library.staging("run", 0)
    staged.write_bytes(b"some words")
    return library.store_output(staged, stem="a prompt of many words " * 3, created=created)


@pytest.mark.usefixtures("short_names")
def test_a_disk_of_short_names_gets_a_plain_name(tmp_path: Path) -> None:
    file = stored(Library(tmp_path), datetime.now(UTC))
    assert file.key.rpartition("/")[2].startswith("result-")
    assert file.name.startswith("a-prompt-of-many-words-")
    assert (tmp_path / file.key).read_bytes() == b"some words"


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    def put(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield put
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("place", "moment", "day"),
    [
        ("Asia/Shanghai", datetime(2026, 11, 29, 17, 0, tzinfo=UTC), "2026/11/30"),
        ("America/Los_Angeles", datetime(2026, 11, 30, 3, 0, tzinfo=UTC), "2026/11/29"),
        # Clocks went back on 25 October: 22:30 UTC was the next day before, and is the same day after.
        ("Europe/Berlin", datetime(2026, 10, 24, 22, 30, tzinfo=UTC), "2026/10/25"),
        ("Europe/Berlin", datetime(2026, 10, 25, 22, 30, tzinfo=UTC), "2026/10/25"),
        ("UTC", datetime(2026, 11, 29, 23, 59, tzinfo=UTC), "2026/11/29"),
    ],
)
def test_the_day_is_that_of_the_place(
    zone: Any, tmp_path: Path, place: str, moment: datetime, day: str
) -> None:
    zone(place)
    library = Library(tmp_path)
    assert stored(library, moment).key.startswith(f"outputs/{day}/")
    assert library.store_text("words", stem="words", created=moment).key.startswith(f"outputs/{day}/")


def test_what_lies_under_another_day_stays_there(zone: Any, tmp_path: Path) -> None:
    zone("UTC")
    library, moment = Library(tmp_path), datetime(2026, 11, 29, 17, 0, tzinfo=UTC)
    before = stored(library, moment)
    zone("Asia/Shanghai")
    after = stored(Library(tmp_path), moment)
    assert before.key.startswith("outputs/2026/11/29/") and after.key.startswith("outputs/2026/11/30/")
    assert library.is_here(before.key) and library.is_here(after.key)
