"""Field cases C03 and C04: polling with faults. Whatever the answers are and however long they take, only the
service ends a run; the card says since when nothing is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final

import pytest

from rh_ui.domain import Charged, TaskState
from rh_ui.engine.remote_query import UNKNOWN_TASK
from rh_ui.engine.retry_policy import RetryPolicy, Timings
from rh_ui.engine.steps.poll import UNREACHABLE
from rh_ui.i18n import load_words
from rh_ui.web.serializers import runs
from tests.integration.engine.conftest import Open
from tests.integration.engine.stepped_engine import HOUR, MINUTE, SteppedEngine, jump
from tests.integration.engine.workshop import PICTURE, Workshop
from tests.packaged import packaged_catalog

WEATHER: Final[dict[str, dict[str, Any]]] = {
    "502 page": {"do": "html502"},
    "503 text": {"do": "http", "status": 503},
    "404 text": {"do": "http", "status": 404},
    "null": {"do": "replace", "value": None},
    "a list": {"do": "replace", "value": []},
    "success without a word about the task": {
        "do": "replace",
        "value": {"code": 0, "msg": "success", "data": []},
    },
    "an empty object": {"do": "replace", "value": {}},
    "no body": {"do": "empty"},
    "half a JSON": {"do": "half"},
    "no JSON": {"do": "bad-json"},
    "a page": {"do": "html"},
    "a redirect": {"do": "redirect"},
    "no answer in time": {"do": "hang", "seconds": 30},
    "no bytes": {"do": "drop"},
    "too many requests": {"do": "refuse", "code": "1003"},
    "a fault inside": {"do": "refuse", "code": "1005"},
}
NOTHING_YET: Final = {"status": "SUCCESS", "results": None}


@pytest.fixture
def hands(open_workshop: Open, monkeypatch: pytest.MonkeyPatch) -> SteppedEngine:
    return SteppedEngine(open_workshop, monkeypatch)


def card(workshop: Workshop, task_id: str, language: str = "en") -> dict[str, Any]:
    return dict(runs.card_json(workshop.history.task(task_id), packaged_catalog(), load_words(language)))


@pytest.mark.parametrize("fault", WEATHER.values(), ids=WEATHER)
def test_no_usable_answer_ends_nothing_and_the_card_says_since_when(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any]
) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    workshop.emulator.fault("query", times=-1, **fault)
    task = workshop.reach(workshop.submit(), TaskState.RUNNING)
    if fault["do"] == "hang":
        workshop.client._read_timeout = 0.2
    note = workshop.noted(task, UNREACHABLE)
    since = datetime.fromisoformat(note.removeprefix(f"{UNREACHABLE}:"))
    assert before <= since <= datetime.now(UTC)
    with workshop.writes() as written:
        workshop.after_more("query", 4)
    assert written == [], "a question without an answer writes nothing"
    now = workshop.history.task(task.id)
    assert (now.state, now.note, now.charged, now.error) == (
        TaskState.RUNNING, note, Charged.MAYBE, None,
    )  # fmt: skip
    told = card(workshop, task.id)
    assert told["since"] == since.isoformat() and "{since}" in told["words"] and told["can_ask"]
    jump(monkeypatch, minutes=5)
    workshop.restart()
    workshop.after_more("query", 3)
    assert workshop.history.task(task.id).note == note, "a restart does not make it younger"
    workshop.emulator.script(clear=True)
    assert workshop.done(task).note == ""
    assert len(workshop.requests("submit")) == 1


@pytest.mark.parametrize(("phase", "lasts"), [("queue", 45 * MINUTE), ("run", 2 * HOUR)])
def test_a_run_may_take_as_long_as_it_takes(hands: SteppedEngine, phase: str, lasts: float) -> None:
    """C03: QUEUED for 45 minutes; RUNNING beyond any limit, then SUCCESS."""
    workshop = hands.workshop
    workshop.emulator.script(times={"queue": 0, "run": 0, phase: 1e6})
    task = workshop.submit()
    hands.reach(task, TaskState.RUNNING)
    hands.let_pass(MINUTE)
    with workshop.writes() as written:
        hands.let_pass(lasts)
    now = hands.task(task)
    assert (now.state, now.note, now.error) == (TaskState.RUNNING, "", None)
    assert written == []
    asked = len(workshop.requests("query"))
    assert lasts / 10 <= asked <= lasts / 10 + 40, "every 10 s at last"
    workshop.emulator.script(finish="all")
    assert hands.reach(task, TaskState.DONE).charged is Charged.YES
    assert len(workshop.requests("submit")) == 1


@pytest.mark.parametrize("hours", [2, -2])
@pytest.mark.parametrize("monotonic", [0, 2 * HOUR], ids=["paused", "counted on"])
def test_sleep_and_a_jump_of_the_clock_end_nothing(
    hands: SteppedEngine, monkeypatch: pytest.MonkeyPatch, hours: int, monotonic: float
) -> None:
    """C03: two hours of sleep (the monotonic clock stopped, or running), and a wall clock set back."""
    workshop = hands.workshop
    workshop.emulator.script(times={"queue": 0, "run": 1e6})
    task = workshop.submit()
    hands.reach(task, TaskState.RUNNING)
    hands.let_pass(30)
    asked = len(workshop.requests("query"))
    jump(monkeypatch, hours=hours)
    hands.now += monotonic
    with workshop.writes() as written:
        hands.let_pass(MINUTE)
    assert len(workshop.requests("query")) - asked >= 5, "it is asked on as if nothing had been"
    assert (hands.task(task).state, hands.task(task).note, written) == (TaskState.RUNNING, "", [])
    workshop.emulator.script(finish="all")
    ended = hands.reach(task, TaskState.DONE)
    assert ended.error is None and ended.outputs[0].file_key
    assert len(workshop.requests("submit")) == 1


@pytest.mark.parametrize("hours", [0, 2, -2])
@pytest.mark.parametrize("as_date", [False, True], ids=["seconds", "date"])
def test_the_service_may_say_when_to_ask_again(
    hands: SteppedEngine, monkeypatch: pytest.MonkeyPatch, as_date: bool, hours: int
) -> None:
    """429 with Retry-After in both forms; a date counts by the service's clock, not by ours."""
    workshop = hands.workshop
    wish = format_datetime(datetime.now(UTC) + timedelta(seconds=300), usegmt=True) if as_date else "300"
    workshop.emulator.script(times={"queue": 0, "run": 1e6})
    task = workshop.submit()
    hands.reach(task, TaskState.RUNNING)
    workshop.emulator.fault("query", "http", status=429, value=wish)
    jump(monkeypatch, hours=hours)
    asked = len(workshop.requests("query"))
    hands.until(lambda: len(workshop.requests("query")) > asked)
    # A date has whole seconds, and a busy server's own Date header may be some seconds old.
    assert 280 <= hands.due(task) <= 310
    workshop.emulator.script(finish="all")
    hands.reach(task, TaskState.DONE)


def test_trouble_is_asked_about_less_and_less_but_never_given_up(hands: SteppedEngine) -> None:
    workshop = hands.workshop
    workshop.emulator.fault("query", "html502", times=-1)
    task = workshop.submit()
    hands.let_pass(4 * HOUR)
    assert hands.task(task).state is TaskState.RUNNING
    assert 240 <= len(workshop.requests("query")) <= 250, "once a minute"
    workshop.emulator.script(clear=True)
    hands.reach(task, TaskState.DONE)


def test_odd_answers_in_turn_and_then_the_results(workshop: Workshop) -> None:
    """C04: `failed: success` and the like, one after the other; the run is done and nothing failed."""
    odd: list[dict[str, Any]] = [
        {"do": "replace", "value": {"code": 0, "msg": "success", "data": []}},
        {"do": "refuse", "code": "804"},
        {"do": "refuse", "code": "813"},
        {"do": "set", "value": {**NOTHING_YET, "errorCode": "0", "errorMessage": "success"}, "times": 2},
        {"do": "set", "value": {**NOTHING_YET, "errorCode": 0}},
        {"do": "set", "value": {**NOTHING_YET, "errorCode": ""}},
        {"do": "set", "value": {**NOTHING_YET, "errorCode": None}},
        {"do": "set", "value": {"status": "success", "results": []}},
        {"do": "set", "value": {"status": "success", "errorCode": "0", "errorMessage": "success"}},
    ]
    workshop.emulator.script(faults=[{"on": "query", "when": "", **fault} for fault in odd])
    workshop.emulator.script(times={"run": 0})
    task = workshop.done(workshop.submit(PICTURE))
    assert (task.error, task.note, task.charged) == (None, "", Charged.YES)
    assert workshop.library.size(task.outputs[0].file_key) == task.outputs[0].size
    assert len(workshop.requests("query")) == 10 and len(workshop.requests("submit")) == 1


def test_success_without_files_is_said_and_asked_about_when_a_person_wants(open_workshop: Open) -> None:
    """C04: after a limited time 'finished, no files listed yet' with a button; its slot is free at once."""
    pace = Timings(
        poll_steps=((60.0, 0.02),), poll_slowest=0.02, empty_tries=3, empty_slow=3600, status_every=0.2
    )
    workshop = open_workshop(pace=pace, limit=1)
    workshop.emulator.fault("query", "empty-success", times=4)
    first = workshop.reach(workshop.submit(), TaskState.RUNNING)
    workshop.note(first, "no-files-yet")
    told = card(workshop, first.id)
    assert told["state"] == "running" and told["can_ask"] and "no files listed yet" in told["words"]
    asked = len(workshop.requests("query"))
    workshop.done(workshop.submit(params={"prompt": "the next one"}))
    about_first = [e for e in workshop.requests("query") if e["body"]["taskId"] == first.remote_id]
    assert len(about_first) == asked, "an hour from now, unless somebody asks"
    assert workshop.results.retry_files(first.id).state is TaskState.RUNNING
    assert workshop.done(first).error is None
    assert len(workshop.requests("submit")) == 2


def test_a_failure_called_success_has_no_reason(workshop: Workshop) -> None:
    """C04: 'failed: success' is never what the card says."""
    workshop.emulator.fault("submit", "fail", code="0", message="success")
    ended = workshop.reach(workshop.submit())
    assert ended.state is TaskState.FAILED and ended.error is not None
    assert "success" not in ended.error.message.lower() and ended.error.code == "failed"


def test_a_word_nobody_knows_keeps_the_run_collectable(workshop: Workshop) -> None:
    workshop.emulator.fault("query", "set", value={"status": "ARCHIVING"}, times=-1)
    task = workshop.submit()
    workshop.note(task, "unknown-word:ARCHIVING")
    with workshop.writes() as written:
        workshop.after_more("query", 5)
    assert workshop.history.task(task.id).state is TaskState.RUNNING and written == []
    assert "ARCHIVING" in card(workshop, task.id)["words"]
    workshop.emulator.script(clear=True)
    assert workshop.done(task).note == ""


@pytest.mark.parametrize("code", ["1501", "9999"])
def test_an_error_without_a_state_decides_nothing(workshop: Workshop, code: str) -> None:
    workshop.emulator.fault("query", "refuse", code=code, times=-1)
    task = workshop.submit()
    workshop.note(task, f"odd-answer:{code}")
    workshop.after_more("query", 5)
    assert workshop.history.task(task.id).state is TaskState.RUNNING
    assert code in card(workshop, task.id, "zh")["words"]
    workshop.emulator.script(clear=True)
    workshop.done(task)


def test_a_key_that_is_refused_meanwhile_ends_nothing(workshop: Workshop) -> None:
    workshop.emulator.fault("query", "refuse", code="1002", times=-1)
    task = workshop.submit()
    workshop.note(task, "key-refused")
    workshop.after_more("query", 5)
    assert workshop.history.task(task.id).state is TaskState.RUNNING
    workshop.emulator.script(clear=True)
    workshop.done(task)


@pytest.mark.parametrize("code", ["1004", "807", "423", "1007"])
def test_a_run_the_service_does_not_know_is_believed_lost_after_minutes(
    hands: SteppedEngine, code: str
) -> None:
    """An error object without a status for a task that is gone is not polled for ever (API sheet §12), nor
    believed at once."""
    workshop = hands.workshop
    for question in ("query", "outputs"):
        workshop.emulator.fault(question, "refuse", code=code, times=-1)
    task = workshop.submit()
    hands.until(lambda: hands.task(task).note == f"not-known:{code}")
    started = hands.now
    ended = hands.reach(task, TaskState.FAILED)
    assert hands.now - started >= 2 * MINUTE
    assert ended.error is not None and ended.error.code == UNKNOWN_TASK and ended.charged is Charged.MAYBE


def test_the_wait_for_a_run_never_ends_by_its_age() -> None:
    cadence = RetryPolicy(Timings(jitter=0.0))
    assert {cadence.poll(age) for age in (HOUR, 1e6, 1e9)} == {10.0}
