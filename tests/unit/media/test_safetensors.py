"""Which files contain weights, and which only claim it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rh_ui.media.safetensors import LONGEST_TABLE, weights_fault
from tests.files import make_weights

Change = Callable[[bytes], bytes]


def told(table: object) -> bytes:
    text = json.dumps(table).encode()
    return len(text).to_bytes(8, "little") + text


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda whole: whole, ""),
        (lambda _: b"", "empty"),
        (lambda _: b"abc", "content"),
        (lambda _: b"PK\x03\x04" + bytes(400), "content"),
        (lambda _: b"<!doctype html><title>Log in</title>" * 40, "content"),
        (lambda whole: whole[:40], "cut"),
        (lambda whole: whole[:-1], "cut"),
        (lambda whole: whole + b"more", "content"),
        (lambda _: (LONGEST_TABLE + 1).to_bytes(8, "little") + b"{}", "content"),
        (lambda _: told([]), "content"),
        (lambda _: told({}), "content"),
        (lambda _: told({"__metadata__": {}}), "content"),
        (lambda _: told({"a": {"data_offsets": ["x", "y"]}}), "content"),
        (lambda _: told({"a": {"shape": [1]}, "b": 1}), "content"),
        (lambda _: (300_000).to_bytes(8, "little") + b"[" * 300_000, "content"),
        (lambda _: b"\x40" + bytes(7) + b"\xff" * 64, "content"),
    ],
)
def test_weights_are_distinguished_from_what_only_calls_itself_so(
    tmp_path: Path, change: Change, fault: str
) -> None:
    path = make_weights(tmp_path / "mine.safetensors")
    path.write_bytes(change(path.read_bytes()))
    assert weights_fault(path) == fault
