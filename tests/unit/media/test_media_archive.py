"""Archives: which members may be extracted, and which stay closed."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import pytest

from rh_ui.errors import NotFound
from rh_ui.media import archive
from rh_ui.media.archive import Why
from tests.corpus import archives, shapes
from tests.corpus.pictures import cut


def listed(data: bytes) -> dict[str, int]:
    return {each.name: each.size for each in archive.contents(io.BytesIO(data)).members}


def test_an_honest_one_is_listed_and_read() -> None:
    data = archives.honest()
    found = archive.contents(io.BytesIO(data))
    assert [each.name for each in found.members] == ["a/kite.png", "a/words.txt", "猫.txt"]
    assert found.closed == ()
    words = found.members[1]
    assert archive.whole_member(io.BytesIO(data), words.number, 100) == b"a red kite"
    with pytest.raises(NotFound):
        archive.whole_member(io.BytesIO(data), words.number, 3)
    with pytest.raises(NotFound):
        archive.member(io.BytesIO(data), 99)


@pytest.mark.parametrize(
    ("make", "kept", "closed"),
    [
        (archives.escaping, ["good.txt"], [(name, Why.OUTSIDE) for name in archives.OUTSIDE]),
        (archives.linking, ["good.txt"], [("link.txt", Why.LINK)]),
        (archives.bomb, ["good.txt"], [("zeros.bin", Why.BOMB)]),
        (archives.nested, ["inner.zip", "note.txt"], []),
        (archives.locked, [], [("secret.txt", Why.LOCKED)]),
        (archives.nothing_in_it, [], []),
    ],
)
def test_what_could_do_harm_stays_closed(
    make: Callable[[], bytes], kept: list[str], closed: list[tuple[str, Why]]
) -> None:
    data = make()
    assert list(listed(data)) == kept
    assert [(each.name, each.why) for each in archive.contents(io.BytesIO(data)).closed] == closed
    for number in range(len(closed) + len(kept)):
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
    assert len(found.closed) == 20_000 - archive.MOST_MEMBERS
    assert {each.why for each in found.closed} == {Why.SIZE}


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


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("gbk", ["结果/红色风筝.png", "说明.txt", "第2张（高清）.jpg"]),
        ("gbk", ["图片.png"]),
        ("gb18030", ["人物设定_最终版.png", "a.txt"]),
        ("cp932", ["結果/赤い凧.png", "テスト.txt", "表示.jpg"]),
        ("cp932", ["ソース/日本語.txt"]),
        ("utf-8", ["结果.png", "赤い凧.png", "Drachen über dem See.txt"]),
        ("cp437", ["Füße/München.txt", "café.png", "señor.txt"]),
        ("cp437", ["àéèù.txt"]),
    ],
)
def test_names_in_an_old_encoding_are_read_where_it_can_be_told(encoding: str, names: list[str]) -> None:
    data = archives.in_old_encoding(encoding, *names)
    found = archive.contents(io.BytesIO(data)).members
    assert [each.name for each in found] == names
    for each in found:
        assert archive.whole_member(io.BytesIO(data), each.number, 100) == each.name.encode()


def test_a_name_is_read_before_it_is_judged() -> None:
    """The second byte of a Japanese character may be that of a backslash."""
    data = archives.in_old_encoding("cp932", "ソ/表.txt", "../表.txt")
    found = archive.contents(io.BytesIO(data))
    assert [each.name for each in found.members] == ["ソ/表.txt"]
    assert found.closed == (archive.Closed("../表.txt", Why.OUTSIDE),)
