"""Which bytes a Range header requests, and whether a browser already has the file."""

from __future__ import annotations

import pytest

from rh_ui.web.routes.file_response import NoSuchPart, knows, part_of


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-", (0, 99)), ("bytes=0-0", (0, 0)), ("bytes=10-19", (10, 19)), ("bytes=90-500", (90, 99)),
        ("bytes=-10", (90, 99)), ("bytes=-500", (0, 99)), ("BYTES = 5 - 6", (5, 6)), ("bytes=99-", (99, 99)),
        ("bytes=20-10", None), ("bytes=-", None), ("bytes=a-b", None), ("lines=0-1", None), ("", None),
        ("bytes=0-1,5-6", None), ("bytes=٣-", None), ("bytes=+1-2", None), ("bytes=" + "9" * 30 + "-", None),
    ],
)  # fmt: skip
def test_parts(header: str, part: tuple[int, int] | None) -> None:
    assert part_of(header, 100) == part


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_parts_behind_the_end(header: str) -> None:
    with pytest.raises(NoSuchPart):
        part_of(header, 100)


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True),
        ('"b"', False), ("a", False), ("", False),
    ],
)  # fmt: skip
def test_what_a_browser_has(header: str, known: bool) -> None:
    assert knows(header, '"a"') is known
