"""The contents of a zip of results, as a table for spreadsheets and as JSON. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from rh_ui.domain import JsonValue, Output, Task
from rh_ui.storage.zip_stream import EntryOutcome, ZipResult
from rh_ui.web.serializers.spreadsheet import csv_lines

COLUMNS: Final = (
    "file", "state", "kind", "bytes", "sha256", "made", "model", "prompt", "cost", "currency", "coins", "run",
    "runninghub_id", "result",
)  # fmt: skip


def manifests(results: Sequence[tuple[Output, Task]], done: Sequence[ZipResult]) -> list[tuple[str, bytes]]:
    """A table and JSON: each result with its place in the zip, or why it is missing."""
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
    return b"".join(csv_lines(COLUMNS, ([row[column] for column in COLUMNS] for row in rows)))
