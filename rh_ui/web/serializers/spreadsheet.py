"""Tables for spreadsheets, made while they are sent."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

MARK: Final = "\ufeff".encode()
"""Without it spreadsheets misread UTF-8."""
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
"""A spreadsheet would run text that begins so; the last one marks text that was made safe."""

EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL: Final = 32_767
"""Excel's own limit, in UTF-16 units."""
_BLOCK: Final = 1024 * 1024


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


def excel_blocks(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """A table as an Excel file. Every cell is text, so that no digit of an id or an amount is lost and
    nothing is run; a text that is longer than a cell ends with `…`. Made on disk, one row in memory at a
    time."""
    import xlsxwriter  # only for whoever wants such a file

    with tempfile.TemporaryFile() as file:
        options = {"constant_memory": True, "use_zip64": True}
        with xlsxwriter.Workbook(file, options) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate(chain([columns], rows)):
                for place, cell in enumerate(row):
                    sheet.write_string(number, place, _cell(str(cell)))
        file.seek(0)
        while block := file.read(_BLOCK):
            yield block


def _cell(text: str) -> str:
    if len(text.encode("utf-16-le")) <= 2 * LONGEST_CELL:
        return text
    return text.encode("utf-16-le")[: 2 * (LONGEST_CELL - 1)].decode("utf-16-le", "ignore") + "…"
