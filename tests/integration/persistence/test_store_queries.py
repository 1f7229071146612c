"""Reads: records for cards, frames for tables, ids that stay text."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pandas as pd
import pytest

from rh_ui.domain import Modality, Money, OutputKind, OutputState, ShownState, TaskState, Unfetched
from rh_ui.errors import NotFound
from rh_ui.persistence.database import Database
from rh_ui.persistence.history_rows import COLUMNS
from rh_ui.persistence.repositories.repositories import Repositories, open_repositories
from rh_ui.persistence.row_mapping import NewOutput, NewTask
from rh_ui.persistence.run_queries import RunQueries

S = TaskState
IDS = ["2009191190196789249", "2009191190196789250", "", "2009191190196789251"]


def add(store: Repositories, number: int, **more: object) -> str:
    made = NewTask(
        id=f"{number:04d}",
        endpoint="maker/model",
        modality=Modality.IMAGE,
        params={"prompt": f"kite number {number}"},
        words=f"kite number {number}",
        site="site",
        account="me",
        worker="me",
    )
    return store.tasks.add(replace(made, **more))[0].id  # type: ignore[arg-type]


def test_ids_of_nineteen_digits_stay_text_beside_a_missing_one(
    store: Repositories, history: RunQueries
) -> None:
    """C11: one missing value must not turn the column into floats."""
    for number, remote_id in enumerate(IDS):
        task_id = add(store, number)
        if remote_id:
            cost = Money(Decimal("0.1"), "CNY")
            store.tasks.move(task_id, S.QUEUED, S.RUNNING, remote_id=remote_id, cost=cost)
    frame = history.page(limit=10).frame
    assert tuple(frame.columns) == COLUMNS
    assert list(frame["remote_id"]) == IDS[::-1]
    assert frame["remote_id"].dtype == frame["id"].dtype == "str"
    assert list(frame["cost"]) == [Decimal("0.1"), None, Decimal("0.1"), Decimal("0.1")]
    table = frame.to_csv(index=False)
    again = pd.read_csv(io.StringIO(table), dtype="str", keep_default_na=False)
    assert list(again["remote_id"]) == IDS[::-1]
    assert "e+18" not in table and "nan" not in table
    assert '"remote_id":"2009191190196789249"' in frame[["remote_id"]].to_json(orient="records")


def test_an_empty_page_has_the_same_columns_and_types(store: Repositories, history: RunQueries) -> None:
    empty = history.page(limit=10).frame
    add(store, 1)
    full = history.page(limit=10).frame
    assert list(empty.dtypes) == list(full.dtypes)
    assert full["created"].dt.tz is UTC


def test_pages_filters_and_counts_agree(store: Repositories, history: RunQueries) -> None:
    for number in range(7):
        modality = Modality.VIDEO if number % 2 else Modality.IMAGE
        add(store, number, modality=modality)
    store.tasks.move("0003", S.QUEUED, S.CANCELLED)
    assert history.count() == 7
    assert list(history.page(limit=3).frame["id"]) == ["0006", "0005", "0004"]
    assert history.count(modality=Modality.VIDEO) == 3
    assert history.count(modality=Modality.VIDEO, state=S.CANCELLED) == 1
    assert list(history.page(limit=9, search="number 5").frame["id"]) == ["0005"]
    assert [task.id for task in history.tasks(states=[S.CANCELLED])] == ["0003"]
    assert [task.id for task in history.tasks(modality=Modality.VIDEO, limit=2)[1:]] == ["0003"]
    assert history.active_count() == 6


def test_a_run_is_found_by_the_state_that_is_shown(store: Repositories, history: RunQueries) -> None:
    for number in range(3):
        store.tasks.move(add(store, number), S.QUEUED, S.DOWNLOADING)
    store.tasks.note(["0001"], Unfetched.LARGE)
    shown = dict(zip(*(history.page(limit=9).frame[name] for name in ("id", "state")), strict=True))
    assert shown == {"0000": "downloading", "0001": "unfetched", "0002": "downloading"}
    expected: dict[ShownState, list[str]] = {
        S.DOWNLOADING: ["0002", "0000"],
        OutputState.UNFETCHED: ["0001"],
    }
    for state, ids in expected.items():
        assert list(history.page(limit=9, state=state).frame["id"]) == ids
        assert history.count(state=state) == len(ids)


@pytest.mark.parametrize("search", ["100%", "_", "\\", "'; DROP TABLE tasks; --"])
def test_a_search_is_taken_as_it_is_written(store: Repositories, history: RunQueries, search: str) -> None:
    add(store, 1)
    add(store, 2, words=f"x {search} y")
    assert list(history.page(limit=9, search=search).frame["id"]) == ["0002"]


def test_results_are_those_that_can_be_looked_at(store: Repositories, history: RunQueries) -> None:
    made = [NewOutput(n, OutputKind.IMAGE, f"https://x/{n}.png") for n in range(3)]
    for number in (1, 2):
        add(store, number)
        store.tasks.move(f"{number:04d}", S.QUEUED, S.DOWNLOADING, made=made)
    for task_id, position in (("0001", 0), ("0001", 2), ("0002", 1)):
        output = history.task(task_id).outputs[position]
        store.outputs.save(
            replace(output, state=OutputState.SAVED, kind=OutputKind.VIDEO, file_key="outputs/x"), worker="me"
        )
    assert [output.id for output in history.outputs()] == ["0002-001", "0001-000", "0001-002"]
    assert history.outputs(kind=OutputKind.IMAGE) == []
    assert [output.id for output in history.outputs(search="number 1", offset=1)] == ["0001-002"]
    assert list(history.page(limit=9).frame["files"]) == [1, 2]
    assert history.output("0002-001").state is OutputState.SAVED


def test_the_usual_time_is_the_median_of_finished_runs(database: Database, history: RunQueries) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    store = open_repositories(database)
    assert history.typical_seconds("maker/model") is None
    for number, seconds in enumerate((10, 30, 1000)):
        add(store, number)
        store.tasks.move(
            f"{number:04d}",
            S.QUEUED,
            S.DONE,
            submitted_at=start,
            finished_at=start + timedelta(seconds=seconds),
        )
    assert history.typical_seconds("maker/model") == 30


def test_samples_are_finished_runs_of_that_model_with_something_to_see(
    store: Repositories, history: RunQueries
) -> None:
    made = [NewOutput(0, OutputKind.IMAGE, "https://x/0.png")]
    for number in range(6):
        add(store, number, endpoint="maker/other" if number == 4 else "maker/model")
        store.tasks.move(f"{number:04d}", S.QUEUED, S.DOWNLOADING, made=made)
        if number != 3:
            (output,) = history.task(f"{number:04d}").outputs
            store.outputs.save(replace(output, state=OutputState.SAVED), worker="me")
        if number != 5:
            store.tasks.move(f"{number:04d}", S.DOWNLOADING, S.DONE)
    assert [task.id for task in history.samples("maker/model", 2)] == ["0002", "0001"]
    assert [task.id for task in history.samples("maker/model", 9)] == ["0002", "0001", "0000"]
    assert history.samples("maker/model", 1)[0].outputs[0].state is OutputState.SAVED
    assert history.finished_count("maker/model") == 4
    assert history.finished_count("maker/none") == 0


def test_what_was_used_last_stands_first_and_once(store: Repositories, history: RunQueries) -> None:
    for number, name in enumerate("abcab"):
        add(store, number, endpoint=f"maker/{name}")
    add(store, 9, endpoint="maker/film", modality=Modality.VIDEO)
    assert history.recent_endpoints(Modality.IMAGE, 5) == ["maker/b", "maker/a", "maker/c"]
    assert history.recent_endpoints(Modality.IMAGE, 1) == ["maker/b"]
    assert history.recent_endpoints(Modality.AUDIO, 5) == []


def test_what_is_not_there_is_said(history: RunQueries) -> None:
    with pytest.raises(NotFound):
        history.task("nothing")
    with pytest.raises(NotFound):
        history.output("nothing")
    assert history.task_with_remote_id("site", IDS[0]) is None
