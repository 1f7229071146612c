"""The texts of cards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from rh_ui.catalog.schema import OwnWords
from rh_ui.domain import (
    Charged,
    Modality,
    Money,
    Output,
    OutputKind,
    OutputState,
    Task,
    TaskError,
    TaskState,
)
from rh_ui.engine.progress_stream import Step
from rh_ui.engine.queue.fair_queue import QueuePosition
from rh_ui.i18n import LANGUAGES, Words, load_words
from rh_ui.web.serializers import runs
from tests.packaged import packaged_catalog

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
TASK = Task(
    id="t1",
    state=TaskState.QUEUED,
    endpoint="nowhere/at-all",
    modality=Modality.IMAGE,
    params={"prompt": "  a red kite  ", "seed": 2009191190196789249},
    created_at=NOW,
    updated_at=NOW,
    estimate=Money(Decimal("0.16"), "CNY"),
    words="a red kite",
)
OUTPUT = Output(
    id="o1",
    task_id="t1",
    position=0,
    kind=OutputKind.IMAGE,
    state=OutputState.SAVED,
    name="kite #1.png",
    mime="image/png",
    size=10,
    sha256="ab",
    text=None,
    file_key="outputs/x.png",
    thumb_key="thumbs/x.webp",
)


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest) -> Words:
    return load_words(request.param)


def test_every_state_has_words_in_both_languages(words: Words) -> None:
    for state in TaskState:
        sentence = runs.state_words(replace(TASK, state=state), words)
        assert sentence or state is TaskState.RUNNING


@pytest.mark.parametrize(
    "note", ["", "asks", "asks:", "asks:20", "asks:NaN CNY", "asks:many CNY", "odd:1 CNY"]
)
def test_a_run_that_asks_is_shown_whatever_another_version_noted(words: Words, note: str) -> None:
    asking = replace(TASK, state=TaskState.ASKING, note=note)
    assert runs.state_words(asking, words) == words("state.asking")
    told = runs.state_words(replace(asking, note="asks:20.50 CNY"), words)
    assert "20.5" in told and "{until}" in told


def test_a_note_of_the_engine_speaks_instead_of_the_state(words: Words) -> None:
    waiting = runs.state_words(replace(TASK, note="capacity:421"), words)
    assert "421" in waiting
    done = runs.state_words(replace(TASK, state=TaskState.DONE, note="capacity:421"), words)
    assert done == words("state.done")


def test_since_when_nothing_is_known_is_left_to_the_browsers_clock(words: Words) -> None:
    silent = replace(TASK, state=TaskState.RUNNING, note="unreachable:2026-11-25T11:59:07+00:00")
    card = runs.card_json(silent, packaged_catalog(), words)
    assert card["since"] == "2026-11-25T11:59:07+00:00"
    assert "{since}" in str(card["words"]) and card["can_ask"] is True


@pytest.mark.parametrize("note", ["no-files-yet", "odd-answer:1501", "unknown-word:ODD", "key-refused"])
def test_a_run_that_tells_nothing_can_be_asked_about_at_once(words: Words, note: str) -> None:
    card = runs.card_json(replace(TASK, state=TaskState.RUNNING, note=note), packaged_catalog(), words)
    assert card["can_ask"] is True
    assert note.partition(":")[2] in str(card["words"]) and "{" not in str(card["words"])
    for state, other in ((TaskState.RUNNING, ""), (TaskState.QUEUED, note), (TaskState.DONE, note)):
        calm = runs.card_json(replace(TASK, state=state, note=other), packaged_catalog(), words)
        assert calm["can_ask"] is False


def test_what_cancelling_costs_is_said_before_and_after(words: Words) -> None:
    for state in runs.CANCELLABLE:
        card = runs.card_json(replace(TASK, state=state), packaged_catalog(), words)
        assert card["can_cancel"] is True
        assert card["cancel_free"] is (state not in (TaskState.SUBMITTING, TaskState.RUNNING))
    running = replace(TASK, state=TaskState.RUNNING, cancel_asked=True)
    assert runs.state_words(running, words) == words("state.cancelling")
    sent = replace(running, state=TaskState.SUBMITTING)
    assert runs.state_words(sent, words) == words("state.cancelling_sent")
    lost = replace(running, state=TaskState.UNKNOWN)
    assert runs.state_words(lost, words) == words("state.unknown")
    silent = runs.state_words(replace(running, note="unreachable:x"), words)
    assert silent.endswith(words("state.cancel_kept"))
    made = runs.card_json(replace(running, cancel_asked=False, note=runs.MADE), packaged_catalog(), words)
    assert made["can_cancel"] is False
    refused = runs.state_words(replace(running, cancel_asked=False, note="cancel-refused:807"), words)
    assert "807" in refused


def test_only_a_run_that_was_given_up_can_be_found_after_all(words: Words) -> None:
    for code, can_find in (("lost", True), ("run-again", True), ("1501", False)):
        closed = replace(TASK, state=TaskState.FAILED, error=TaskError(code, "x", Charged.MAYBE))
        assert runs.card_json(closed, packaged_catalog(), words)["can_find"] is can_find


def test_place_in_line_is_told(words: Words) -> None:
    assert "3" in runs.state_words(TASK, words, place=3)
    held = runs.state_words(replace(TASK, note="capacity:421"), words, place=12)
    assert "421" in held and "12" in held


@pytest.mark.parametrize(
    ("place", "offered"),
    [(None, False), (QueuePosition(1, first=True), False), (QueuePosition(4, first=False), True)],
)
def test_a_run_that_is_not_first_of_its_own_may_be_moved_up(
    words: Words, place: QueuePosition | None, offered: bool
) -> None:
    card = runs.card_json(TASK, packaged_catalog(), words, place=place)
    assert card["can_move_up"] is offered


@pytest.mark.parametrize(
    ("cost", "coins", "charged", "price", "sentence"),
    [
        (None, "17", Charged.YES, "17 coins", "17 coins were charged."),
        (None, "1", Charged.YES, "1 coin", "1 coin was charged."),
        ("3.85", "5", Charged.YES, "¥3.85 + 5 coins", "¥3.85 + 5 coins were charged."),
        ("0.14", None, Charged.YES, "¥0.14", "¥0.14 was charged."),
        (None, None, Charged.YES, "not known", "It was charged; the amount is not known."),
        (None, None, Charged.MAYBE, "not known", "It may have been charged."),
        (None, None, Charged.NO, "", "Nothing was charged."),
    ],
)
def test_a_cost_in_coins_is_told_and_an_unknown_one_too(
    words: Words, cost: str | None, coins: str | None, charged: Charged, price: str, sentence: str
) -> None:
    money = Money(Decimal(cost), "CNY") if cost else None
    paid = Decimal(coins) if coins else None
    ended = replace(
        TASK, state=TaskState.FAILED, estimate=None, cost=money, coins=paid, charged=charged, error=None
    )
    card = runs.card_json(ended, packaged_catalog(), words)
    if words.language == "en":
        assert (card["price"], card["charge"]) == (price, sentence)
    assert bool(card["price"]) is bool(price)
    assert card["coins"] == coins
    assert (
        runs.card_json(replace(ended, state=TaskState.DONE), packaged_catalog(), words)["price"]
        == card["price"]
    )
    running = replace(ended, state=TaskState.RUNNING, cost=None, coins=None)
    assert runs.card_json(running, packaged_catalog(), words)["price"] == ""


def test_money_is_in_every_bad_ending(words: Words) -> None:
    failed = replace(TASK, state=TaskState.FAILED, error=TaskError("1501", "no", Charged.NO))
    assert runs.charge_words(failed, words) == words("charge.no")
    paid = replace(failed, charged=Charged.YES, cost=Money(Decimal("0.2"), "CNY"))
    assert "¥0.20" in runs.charge_words(paid, words)
    assert "¥0.16" in runs.charge_words(replace(TASK, state=TaskState.UNKNOWN), words)
    assert runs.charge_words(replace(TASK, state=TaskState.RUNNING), words) == ""


def test_an_unknown_price_is_not_shown_as_a_number(words: Words) -> None:
    lost = replace(TASK, state=TaskState.UNKNOWN, estimate=None)
    assert runs.charge_words(lost, words) == words("charge.maybe")


def test_result_addresses_hold_the_id_and_a_safe_name() -> None:
    shown = runs.output_json(OUTPUT)
    assert shown["url"] == "rh/files/o1/kite%20%231.png"
    assert shown["thumb"] == "rh/thumbs/o1"
    pending = runs.output_json(replace(OUTPUT, state=OutputState.PENDING, thumb_key=""))
    assert pending["url"] == ""
    assert pending["thumb"] == ""


def test_task_json_has_the_fields_of_the_named_api() -> None:
    shown = runs.task_json(replace(TASK, remote_id="2009191190196789249", outputs=(OUTPUT,)))
    assert {"id", "state", "endpoint", "remote_id", "outputs", "error", "estimate", "cost"} <= set(shown)
    assert shown["remote_id"] == "2009191190196789249"
    assert shown["estimate"] == {"amount": "0.16", "currency": "CNY"}


def test_a_model_that_left_the_table_is_named_by_its_path(words: Words) -> None:
    card = runs.card_json(TASK, packaged_catalog(), words)
    assert card["model"] == "nowhere/at-all"
    assert card["title"] == "a red kite"
    assert card["can_cancel"] is True


@pytest.mark.parametrize(
    "state", [TaskState.DONE, TaskState.FAILED, TaskState.DOWNLOADING, TaskState.UNKNOWN]
)
def test_cancel_is_offered_only_where_it_can_work(state: TaskState, words: Words) -> None:
    card = runs.card_json(replace(TASK, state=state), packaged_catalog(), words)
    assert card["can_cancel"] is False


def test_where_a_graph_is_is_told_by_its_node_s_name(words: Words) -> None:
    step, model = Step("3", 0.5, 2), next(iter(packaged_catalog().endpoints.values()))
    own = OwnWords({}, {}, {}, {}, {}, nodes={"3": "KSampler", "4": "Save", "5": "", "6": "Load"}, whole=True)

    def told(step: Step, own: OwnWords | None) -> tuple[str, int | None]:
        return runs.step_words(step, replace(model, own=own), words)

    assert told(step, own) == (words("progress.of", node="KSampler", percent=62), 62)
    assert told(step, replace(own, whole=False)) == (words("progress.at", node="KSampler", percent=50), None)
    unnamed = words("progress.node", node="5")
    assert told(replace(step, node="5", done=9), own) == (
        words("progress.of", node=unnamed, percent=100),
        100,
    )
    nowhere = words("progress.at", node=words("progress.node", node="3"), percent=50)
    assert told(step, None)[0] == runs.step_words(step, None, words)[0] == nowhere
