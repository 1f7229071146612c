"""Tables for spreadsheets. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

MARK: Final = "\ufeff".encode()
"""Without it spreadsheets misread UTF-8."""
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
"""A spreadsheet would run text that begins so; the last one marks text that was made safe."""


def spreadsheet_safe(text: str) -> str:
    """A text that a spreadsheet shows and never runs; without its first character it is the original."""
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """A table as CSV, line by line; its texts are safe."""
    yield MARK + _line(columns)
    for row in rows:
        yield _line([spreadsheet_safe(value) if isinstance(value, str) else value for value in row])


def _line(values: Sequence[object]) -> bytes:
    target = io.StringIO(newline="")
    csv.writer(target).writerow(values)
    return target.getvalue().encode()
