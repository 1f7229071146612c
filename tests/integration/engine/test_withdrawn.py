"""Waiting runs of which an update withdraws the model or an option: they end unsent, or are sent
correctly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rh_ui.catalog.schema import Endpoint
from rh_ui.domain import Charged, Task, TaskState
from rh_ui.i18n import load_words
from rh_ui.web.serializers import runs
from tests.integration.engine.conftest import Open
from tests.integration.engine.workshop import Workshop

MARBLE = "marble-1.1/multi-image-to-world"
KLING = "kling-v3.0-pro/text-to-video"
SWITCH = "sound"


def changed(workshop: Workshop, path: str, **fields: Mapping[str, Any]) -> Endpoint:
    """The endpoint with other properties of these fields, offered."""
    endpoint = workshop.catalog.get(path)
    known = [replace(field, **fields.get(field.key, {})) for field in endpoint.fields]
    return replace(endpoint, fields=tuple(known), not_offered=None)


def waiting(workshop: Workshop, older: Endpoint, **values: Any) -> Task:
    """A run ordered by an older table, whose program ended before it was sent; now a program runs again."""
    today = workshop.catalog
    workshop.stop()
    workshop.catalog = replace(today, endpoints={**today.endpoints, older.path: older})
    workshop.start()
    workshop.engine.stop(timeout=10)
    task = workshop.submit(older.path, values)
    assert workshop.history.task(task.id).state is TaskState.QUEUED
    workshop.catalog = today
    workshop.restart()
    return task


def test_a_model_that_is_not_offered_any_more_is_not_sent(workshop: Workshop) -> None:
    ended = workshop.reach(waiting(workshop, changed(workshop, MARBLE)))
    unsent(workshop, ended)


def with_closed_switch(workshop: Workshop) -> Endpoint:
    """Today's table has a switch closed; given is the model as the table before had it."""
    older = workshop.catalog.get(KLING)
    today = changed(workshop, KLING, **{SWITCH: {"withheld": True}})
    workshop.catalog = replace(workshop.catalog, endpoints={**workshop.catalog.endpoints, KLING: today})
    return older


def test_a_setting_that_is_closed_now_is_not_sent(workshop: Workshop) -> None:
    older = with_closed_switch(workshop)
    ended = workshop.reach(waiting(workshop, older, **{SWITCH: False}))
    unsent(workshop, ended)


def test_a_setting_left_as_it_is_does_not_stop_a_run(workshop: Workshop) -> None:
    older = with_closed_switch(workshop)
    workshop.done(waiting(workshop, older, **{SWITCH: True}))


def test_a_model_that_went_away_with_its_table_is_not_sent(workshop: Workshop) -> None:
    """Loaded with a newer table, ordered, and then that table was taken off again while the run waited."""
    loaded = replace(workshop.catalog.get(KLING), path="nova-lab/comet-2.0/text-to-video")
    ended = workshop.reach(waiting(workshop, loaded, prompt="a comet"))
    assert ended.state is TaskState.FAILED and ended.error is not None and ended.submitted_at is None
    assert (ended.error.code, ended.charged) == ("no-such-model", Charged.NO)
    assert workshop.requests("submit") == []


def unsent(workshop: Workshop, ended: Task) -> None:
    assert ended.state is TaskState.FAILED and ended.error is not None and ended.submitted_at is None
    assert (ended.error.code, ended.error.charged, ended.charged) == ("withdrawn", Charged.NO, Charged.NO)
    assert workshop.requests("submit") == []
    for language, word in (("en", "not offered any more"), ("zh", "不再提供")):
        assert word in str(runs.card_json(ended, workshop.catalog, load_words(language)))


def left_out(workshop: Workshop) -> tuple[str, str, str]:
    return next(
        (endpoint.path, field.key, field.left_out)
        for endpoint in workshop.catalog.endpoints.values()
        for field in endpoint.fields
        if field.left_out is not None and endpoint.offered
    )


def test_a_choice_that_now_stands_for_nothing_is_not_sent_as_a_word(open_workshop: Open) -> None:
    workshop = open_workshop()
    path, key, word = left_out(workshop)
    older = changed(workshop, path, **{key: {"left_out": None}})
    done = workshop.done(waiting(workshop, older, **{key: word}))
    (entry,) = workshop.requests("submit")
    assert key not in entry["body"] and done.params[key] == word
