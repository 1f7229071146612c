"""Archives: what may be taken out, and what stays closed."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import pytest

from rh_ui.errors import NotFound
from rh_ui.media import archive
from tests.corpus import archives, shapes
from tests.corpus.pictures import cut


def listed(data: bytes) -> dict[str, int]:
    return {each.name: each.size for each in archive.contents(io.BytesIO(data)).members}


def test_an_honest_one_is_listed_and_read() -> None:
    data = archives.honest()
    found = archive.contents(io.BytesIO(data))
    assert [each.name for each in found.members] == ["a/kite.png", "a/words.txt", "猫.txt"]
    assert found.left == 0
    words = found.members[1]
    assert archive.whole_member(io.BytesIO(data), words.number, 100) == b"a red kite"
    with pytest.raises(NotFound):
        archive.whole_member(io.BytesIO(data), words.number, 3)
    with pytest.raises(NotFound):
        archive.member(io.BytesIO(data), 99)


@pytest.mark.parametrize(
    ("make", "kept", "left"),
    [
        (archives.escaping, ["good.txt"], 4),
        (archives.linking, ["good.txt"], 1),
        (archives.bomb, ["good.txt"], 1),
        (archives.nested, ["inner.zip", "note.txt"], 0),
        (archives.locked, [], 1),
        (archives.nothing_in_it, [], 0),
    ],
)
def test_what_could_do_harm_stays_closed(make: Callable[[], bytes], kept: list[str], left: int) -> None:
    data = make()
    assert list(listed(data)) == kept
    assert archive.contents(io.BytesIO(data)).left == left
    for number in range(left + len(kept)):
        taken = [each.number for each in archive.contents(io.BytesIO(data)).members]
        if number not in taken:
            with pytest.raises(NotFound):
                archive.member(io.BytesIO(data), number)


def test_one_that_lies_about_its_size_gives_no_more_than_it_said() -> None:
    data = archives.lying()
    assert listed(data) == {"small.txt": 10}
    with pytest.raises(NotFound):
        archive.whole_member(io.BytesIO(data), 0, 100)


def test_of_a_crowd_the_first_ones_are_listed() -> None:
    found = archive.contents(io.BytesIO(archives.crowd()))
    assert len(found.members) == archive.MOST_MEMBERS
    assert found.left == 20_000 - archive.MOST_MEMBERS


def test_a_table_of_contents_without_end_is_not_read() -> None:
    data = bytearray(archives.honest())
    at = data.rindex(b"PK\x05\x06") + 12
    data[at : at + 4] = struct.pack("<L", archive.LARGEST_DIRECTORY + 1)
    with pytest.raises(NotFound):
        archive.contents(io.BytesIO(bytes(data)))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", cut(archives.honest()), shapes.fbx()])
def test_broken_ones_are_no_fault(data: bytes) -> None:
    with pytest.raises(NotFound):
        archive.contents(io.BytesIO(data))
