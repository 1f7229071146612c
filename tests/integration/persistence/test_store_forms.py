"""Forms of apps and workflows are stored with users' changes, separately for each site."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from rh_ui.domain import FormRecord, JsonValue, RunKind
from rh_ui.errors import NotFound
from rh_ui.persistence.database import Database
from rh_ui.persistence.repositories.saved_forms import SavedFormRepository


def record(number: int, site: str = "one", **source: JsonValue) -> FormRecord:
    face: JsonValue = {"en": f"App {number}"}
    path = f"run/ai-app/{number}"
    return FormRecord(path, RunKind.APP, str(number), site, {"titles": face}, {"nodes": [], **source})


def test_a_form_is_kept_and_kept_again_without_losing_its_star(database: Database) -> None:
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    book = SavedFormRepository(database, now=lambda: now[0])
    for number in (1, 2, 3):
        now[0] += timedelta(seconds=1)
        book.save(record(number))
    book.save(record(9, site="two"))
    book.set_favourite("run/ai-app/1", favourite=True)
    assert [form.id for form in book.list_of(["one"])] == ["1", "3", "2"], "favourites, then the newest"
    assert [form.id for form in book.list_of(["one", "two"])] == ["1", "3", "9", "2"], "of all sites in one"
    assert all(form.source == {} for form in book.list_of(["one"])), "a list does not carry whole graphs"
    book.save(record(1, graph="{}"))
    again = book.get("run/ai-app/1")
    assert again.favourite and again.source == {"nodes": [], "graph": "{}"} and again.kind is RunKind.APP
    book.set_favourite("run/ai-app/1", favourite=False)
    assert not book.get("run/ai-app/1").favourite
    book.remove("run/ai-app/1")
    with pytest.raises(NotFound):
        book.get("run/ai-app/1")


def test_a_form_that_many_open_at_once_is_kept_once(database: Database) -> None:
    books = [SavedFormRepository(database) for _ in range(8)]
    start = Barrier(len(books))

    def keep(book: SavedFormRepository) -> None:
        start.wait()
        book.save(record(1, site="many"))

    for _ in range(5):
        with ThreadPoolExecutor(len(books)) as hands:
            for kept in [hands.submit(keep, book) for book in books]:
                kept.result()
        assert [form.id for form in books[0].list_of(["many"])] == ["1"]
        books[0].remove("run/ai-app/1")
