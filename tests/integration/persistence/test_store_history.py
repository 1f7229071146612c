"""The table of runs: every order is total, and its pages together are all runs, each once."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from rh_ui.catalog.schema import Catalog
from rh_ui.domain import Modality, OutputKind, OutputState, Params, TaskState
from rh_ui.people import OWNER, Scope
from rh_ui.persistence import run_queries
from rh_ui.persistence.database import Database
from rh_ui.persistence.history_rows import Order, Place, SortBy
from rh_ui.persistence.repositories.repositories import Repositories
from rh_ui.persistence.row_mapping import NewOutput, NewTask
from rh_ui.persistence.run_queries import PageQueries, RunQueries
from rh_ui.persistence.schema import tasks
from rh_ui.services import run_table
from rh_ui.services.projects import NAMELESS
from rh_ui.services.run_table import all_runs
from rh_ui.web.routes.history_export import COLUMNS, rows_of
from rh_ui.web.serializers.messages import page_words
from rh_ui.web.serializers.spreadsheet import LONGEST_CELL, csv_lines, excel_blocks

ROWS: Final = 60
MOMENT: Final = datetime(2026, 11, 30, 8, tzinfo=UTC)


def filled(database: Database, store: Repositories) -> list[dict[str, Any]]:
    """Runs with few values, so that most are equal in each order."""
    chance = random.Random(17)
    rows: list[dict[str, Any]] = []
    for number in range(ROWS):
        new = NewTask(
            id=f"{number:04d}", endpoint=f"maker/{chance.choice('abc')}", params={"prompt": "kite"},
            modality=chance.choice([Modality.IMAGE, Modality.VIDEO]), site="s", account="a", words="kite",
        )  # fmt: skip
        store.tasks.add(new)
        cost = chance.choice([None, "0.1", "0.10000001", "12"])
        change = {
            "state": chance.choice(["done", "failed", "unknown"]),
            "cost_currency": chance.choice(["CNY", "USD"]) if cost else "",
            "cost_amount": Decimal(cost) if cost else None,
            "cost_coins": chance.choice([None, Decimal(3)]),
            "estimate_currency": "CNY",
            "estimate_amount": chance.choice([None, Decimal("0.2"), Decimal("9")]),
            "person": chance.choice(["ann", "bob"]),
            "project": chance.choice(["", "ours", "theirs"]),
        }
        rows.append({"id": new.id, "endpoint": new.endpoint, "modality": new.modality.value, **change})
        with database.write() as connection:
            connection.execute(tasks.update().where(tasks.c.id == new.id).values(change))
    return rows


def nothing_is_least(amount: Decimal | None) -> Decimal:
    return Decimal(-1) if amount is None else amount


TRUTH: dict[SortBy, Callable[[dict[str, Any]], tuple[Any, ...]]] = {
    SortBy.CREATED: lambda row: (),
    SortBy.MODEL: lambda row: (row["endpoint"],),
    SortBy.KIND: lambda row: (row["modality"],),
    SortBy.STATE: lambda row: (row["state"],),
    SortBy.COST: lambda row: (
        row["cost_currency"], nothing_is_least(row["cost_amount"]), nothing_is_least(row["cost_coins"]),
    ),
    SortBy.ESTIMATE: lambda row: (row["estimate_currency"], nothing_is_least(row["estimate_amount"])),
}  # fmt: skip


def pages(history: PageQueries, by: SortBy, down: bool, size: int) -> list[list[str]]:
    found: list[list[str]] = []
    after: Place | None = None
    while (page := history.page(limit=size, order=Order(by, down, after))).places:
        found.append(list(page.frame["id"]))
        after = page.places[-1]
        assert Order(by, down).fits(after)
    return found


@pytest.mark.parametrize("by", list(SortBy))
@pytest.mark.parametrize("few", [0, 5000])
def test_the_pages_of_an_order_hold_every_run_once_and_sorted(
    database: Database, store: Repositories, monkeypatch: pytest.MonkeyPatch, by: SortBy, few: int
) -> None:
    monkeypatch.setattr(run_queries, "FEW", few)
    rows = filled(database, store)
    scope = Scope("ann", frozenset({"ours"}))
    seen = [row for row in rows if row["person"] == "ann" or row["project"] == "ours"]
    assert 0 < len(seen) < len(rows)
    readers: list[tuple[PageQueries, list[dict[str, Any]]]] = [
        (RunQueries(database), rows), (RunQueries(database).of(scope), seen),
    ]  # fmt: skip
    for reader, expected in readers:
        for down in (True, False):
            wanted = sorted(expected, key=lambda row: (*TRUTH[by](row), row["id"]), reverse=down)
            found = pages(reader, by, down, 7)
            assert [each for page in found for each in page] == [row["id"] for row in wanted]
            assert {len(page) for page in found[:-1]} == {7}


def test_a_page_keeps_its_rows_while_runs_arrive(store: Repositories, history: RunQueries) -> None:
    made = {"endpoint": "m", "modality": Modality.IMAGE, "params": {}, "site": "s", "account": "a"}
    for number in range(6):
        store.tasks.add(NewTask(id=f"{number}", **made))  # type: ignore[arg-type]
    first = history.page(limit=3)
    second = Order(after=first.places[-1])
    before = list(history.page(limit=3, order=second).frame["id"])
    store.tasks.add(NewTask(id="7", **made))  # type: ignore[arg-type]
    assert list(history.page(limit=3, order=second).frame["id"]) == before == ["2", "1", "0"]


def test_a_row_has_its_picture_or_else_its_input(store: Repositories, history: RunQueries) -> None:
    name = f"{'0' * 64}.png"
    params: Params = {"prompt": "input", "images": [f"input:{name}", "input:other.png"]}
    for number in range(2):
        store.tasks.add(
            NewTask(
                id=f"{number}", endpoint="m", modality=Modality.IMAGE, params=params, site="s", account="a",
                worker="me",
            )
        )  # fmt: skip
    made = [NewOutput(place, OutputKind.IMAGE, f"https://x/{place}.png") for place in range(3)]
    store.tasks.move("1", TaskState.QUEUED, TaskState.DOWNLOADING, made=made)
    for output, thumb in zip(history.task("1").outputs, ("-", "thumbs/1", "thumbs/2"), strict=True):
        saved = replace(output, state=OutputState.SAVED, file_key="outputs/x", thumb_key=thumb)
        store.outputs.save(saved, worker="me")
    frame = history.page(limit=9).frame
    assert list(frame["picture"]) == ["1-001", ""] and list(frame["files"]) == [3, 0]
    assert list(frame["input"]) == [name, name]


# PostgreSQL chooses by what is in the table.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("by", list(SortBy))
def test_a_page_far_behind_is_read_by_the_index_of_its_order(
    database: Database, store: Repositories, history: RunQueries, statements: list[str], by: SortBy
) -> None:
    filled(database, store)
    after = history.page(limit=30, order=Order(by)).places[-1]
    statements.clear()
    history.page(limit=9, order=Order(by, after=after))
    (page,) = [said for said in statements if "FROM tasks" in said]
    with database.read() as connection:
        count = page.count("?")
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {page}", tuple(["1"] * count)).all()
    told = " ".join(str(row[-1]) for row in plan)
    assert "SEARCH tasks" in told and "TEMP B-TREE" not in told, told


SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


def test_a_file_of_all_runs_is_read_back_as_it_was(
    database: Database, store: Repositories, history: RunQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    """19 digits, hundred-millionths, and texts that a spreadsheet would run."""
    filled(database, store)
    awkward: dict[str, dict[str, Any]] = {
        "0001": {"prompt": "=1+1", "remote_id": "2009191190196789249"},
        "0002": {"prompt": '\'quoted, "twice"\n猫', "remote_id": "0002009191190196789"},
        "0003": {"prompt": "NaN", "cost_amount": Decimal("123456789.00000001"), "cost_currency": "CNY"},
        "0004": {"submitted_at": MOMENT, "finished_at": MOMENT + timedelta(microseconds=1)},
    }
    with database.write() as connection:
        for task_id, change in awkward.items():
            connection.execute(tasks.update().where(tasks.c.id == task_id).values(change))
    monkeypatch.setattr(run_table, "BATCH", 7)
    bound = SimpleNamespace(
        caller=OWNER, projects=SimpleNamespace(names=lambda _: NAMELESS), catalog=Catalog({}), history=history
    )
    order = Order(SortBy.COST)
    rows = list(rows_of(all_runs(history, order), cast(Any, bound), page_words("en"), SHANGHAI))
    content = b"".join(csv_lines(COLUMNS, rows))
    assert content.startswith(b"\xef\xbb\xbf")
    told = pd.read_csv(io.BytesIO(content), dtype="str", keep_default_na=False, encoding="utf-8-sig")
    again = [[cell.removeprefix("'") for cell in row] for row in told.itertuples(index=False)]
    assert again == [list(map(str, row)) for row in rows]
    assert list(told["id"]) == list(history.page(limit=ROWS, order=order).frame["id"])
    sheet = pd.read_excel(
        io.BytesIO(b"".join(excel_blocks(COLUMNS, rows))),
        dtype="str",
        keep_default_na=False,
        engine="openpyxl",
    )
    assert [list(row) for row in sheet.itertuples(index=False)] == [
        [str(cell) for cell in row] for row in rows
    ]
    by_id = told.set_index("id")
    assert by_id.loc["0001", "prompt"] == "'=1+1"
    assert list(by_id.loc[["0001", "0002"], "remote_id"]) == ["2009191190196789249", "0002009191190196789"]
    assert by_id.loc["0003", "cost"] == "123456789.00000001"
    assert by_id.loc["0004", "submitted"] == "2026-11-30T16:00:00+08:00"
    assert by_id.loc["0004", "finished"] == "2026-11-30T16:00:00.000001+08:00"
    assert set(by_id.loc[["0005", "0006"], "finished"]) == {""}


def test_a_text_that_no_cell_holds_is_shortened() -> None:
    texts = ["x" * LONGEST_CELL, "x" * (LONGEST_CELL + 1), "\U0001f600" * LONGEST_CELL]
    content = b"".join(excel_blocks(["a"], [[text] for text in texts]))
    fits, long, wide = pd.read_excel(io.BytesIO(content), dtype="str", engine="openpyxl")["a"]
    assert (fits, long) == (texts[0], "x" * (LONGEST_CELL - 1) + "…")
    assert wide == "\U0001f600" * ((LONGEST_CELL - 1) // 2) + "…"
