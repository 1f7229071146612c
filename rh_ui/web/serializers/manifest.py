"""The contents of a zip of results, as a table for spreadsheets and as JSON. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from rh_ui.domain import JsonValue, Output, Task
from rh_ui.storage.zip_stream import EntryOutcome, ZipResult

COLUMNS: Final = (
    "file", "state", "kind", "bytes", "sha256", "made", "model", "prompt", "cost", "currency", "coins", "run",
    "runninghub_id", "result",
)  # fmt: skip
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
"""A spreadsheet would run text that begins so; the last one marks text that was made safe."""


def spreadsheet_safe(text: str) -> str:
    """A text that a spreadsheet shows and never runs; without its first character it is the original."""
    return f"'{text}" if text.startswith(FORMULA) else text


def manifests(results: Sequence[tuple[Output, Task]], done: Sequence[ZipResult]) -> list[tuple[str, bytes]]:
    """manifest.csv and manifest.json: each result with its place in the zip, or why it is missing."""
    rows = [_row(output, task, put) for (output, task), put in zip(results, done, strict=True)]
    settings = [task.params for _, task in results]
    listed = [{**row, "settings": given} for row, given in zip(rows, settings, strict=True)]
    text = json.dumps({"results": listed}, ensure_ascii=False, indent=1, default=str)
    return [("manifest.csv", _table(rows)), ("manifest.json", text.encode())]


def _row(output: Output, task: Task, put: ZipResult) -> dict[str, JsonValue | Decimal]:
    return {
        "file": put.name,
        "state": put.came.value,
        "kind": output.kind.value,
        "bytes": output.size if put.came is not EntryOutcome.MISSING else None,
        "sha256": output.sha256,
        "made": task.finished_at.isoformat() if task.finished_at else "",
        "model": task.endpoint,
        "prompt": task.words,
        "cost": task.cost.amount if task.cost else None,
        "currency": task.cost.currency if task.cost else "",
        "coins": task.coins,
        "run": task.id,
        "runninghub_id": task.remote_id,
        "result": output.id,
    }


def _table(rows: Sequence[Mapping[str, JsonValue | Decimal]]) -> bytes:
    """CSV with a byte order mark, without which spreadsheets misread UTF-8."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(COLUMNS)
    for row in rows:
        values = [row[column] for column in COLUMNS]
        writer.writerow([spreadsheet_safe(value) if isinstance(value, str) else value for value in values])
    return target.getvalue().encode("utf-8-sig")
