"""When a cancel is believed: only after the service has reported it for a while, since a result may still
come. Such a result is collected later too."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from rh_ui.domain import Charged, TaskState
from rh_ui.errors import MoveRefused
from tests.integration.engine.conftest import Open
from tests.integration.engine.stepped_engine import SteppedEngine
from tests.integration.engine.test_cancel import card
from tests.integration.engine.workshop import Workshop


@pytest.fixture
def hands(open_workshop: Open, monkeypatch: pytest.MonkeyPatch) -> SteppedEngine:
    return SteppedEngine(open_workshop, monkeypatch)


def test_no_status_proves_nothing_for_some_minutes_however_often_it_is_asked(hands: SteppedEngine) -> None:
    """It may be a short fault of the service: neither presses nor messages shorten the wait."""
    workshop = hands.workshop
    workshop.emulator.fault("query", "set", value={"status": ""}, times=30)
    task = hands.reach(workshop.submit(), TaskState.RUNNING)
    for _ in range(25):
        workshop.results.retry_files(task.id)
        hands.let_pass(1)
    assert hands.task(task).note == "perhaps-cancelled" and card(hands.task(task))["can_ask"]
    done = hands.reach(task, TaskState.DONE)
    assert (done.charged, done.error, done.note) == (Charged.YES, None, "")


@pytest.mark.parametrize(("old", "times"), [("", 20), ("805", 7)])
def test_success_wins_also_twelve_seconds_after_a_cancel_that_leaves_no_status(
    hands: SteppedEngine, old: str, times: int
) -> None:
    """Whether or not the old query says that the task is over."""
    workshop = hands.workshop
    if old:
        workshop.emulator.fault("outputs", "refuse", code=old, times=-1)
    workshop.emulator.script(times={"run": 30}, settings={"cancel_word": "SUCCESS"})
    task = hands.reach(workshop.submit(), TaskState.RUNNING)
    blank = {"status": "", "results": None}
    workshop.emulator.fault("query", "set", value=blank, when="SUCCESS", times=times)
    workshop.runs.cancel(task.id)
    before = hands.now
    done = hands.reach(task, TaskState.DONE, TaskState.CANCELLED)
    assert (done.state, done.charged, len(done.outputs)) == (TaskState.DONE, Charged.YES, 1)
    assert hands.now - before > 12


@pytest.mark.parametrize("word", ["", "CANCELLED"])
def test_a_run_that_was_cancelled_on_the_site_ends_after_a_while_and_leaves_its_place(
    open_workshop: Open, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    hands = SteppedEngine(open_workshop, monkeypatch, limit=1)
    workshop = hands.workshop
    workshop.emulator.script(times={"run": 3600}, settings={"cancel_word": word})
    task = hands.reach(workshop.submit(), TaskState.RUNNING)
    waiting = workshop.submit(params={"prompt": "second"})
    assert workshop.emulator.classic("cancel", task.remote_id)["code"] == 0
    hands.until(lambda: hands.task(task).note == "perhaps-cancelled")
    before = hands.now
    assert "asked for some minutes more" in card(hands.task(task))["words"]
    ended = hands.reach(task, TaskState.FAILED)
    assert ended.error is not None and ended.error.code == "cancelled-there"
    assert 240 <= hands.now - before < 260
    assert ended.charged is Charged.MAYBE, "it tells no purse"
    hands.reach(waiting, TaskState.RUNNING)


def test_an_answer_that_says_nothing_is_no_word_of_a_cancel(hands: SteppedEngine) -> None:
    """Without the id of the task: {} for half an hour, and the old query fails too."""
    workshop = hands.workshop
    workshop.emulator.script(times={"run": 3600})
    task = hands.reach(workshop.submit(), TaskState.RUNNING)
    workshop.emulator.fault("query", "replace", value={"code": 0}, times=-1)
    workshop.emulator.fault("outputs", "html502", times=-1)
    hands.let_pass(1800)
    assert hands.task(task).state is TaskState.RUNNING
    assert hands.task(task).note.startswith("unreachable:")
    workshop.emulator.script(clear=True, finish="all")
    assert hands.reach(task, TaskState.DONE).charged is Charged.YES


def test_a_node_that_broke_is_a_failure_although_somebody_pressed_cancel(hands: SteppedEngine) -> None:
    workshop = hands.workshop
    workshop.emulator.script(times={"run": 30}, settings={"cancel_word": "FAILED"})
    task = hands.reach(workshop.submit(), TaskState.RUNNING)
    broke = {"exception_message": "CUDA out of memory", "node_id": "3"}
    workshop.emulator.fault("query", "set", value={"failedReason": broke}, when="FAILED", times=-1)
    workshop.runs.cancel(task.id)
    ended = hands.reach(task, TaskState.FAILED, TaskState.CANCELLED)
    assert ended.state is TaskState.FAILED and ended.error is not None
    assert "CUDA out of memory" in ended.error.message


def test_a_wish_that_nobody_took_is_asked_for_again_once_the_run_continues(hands: SteppedEngine) -> None:
    """Refused at a moment when its status was missing; later it runs, and the card says that it was not
    cancelled."""
    workshop = hands.workshop
    workshop.emulator.script(times={"run": 3600})
    workshop.emulator.fault("cancel", "refuse", code="817", times=-1)
    task = hands.reach(workshop.submit(), TaskState.RUNNING)
    workshop.emulator.fault("query", "set", value={"status": ""}, times=2)
    workshop.runs.cancel(task.id)
    hands.let_pass(60)
    now = hands.task(task)
    assert (now.state, now.note, now.cancel_asked) == (TaskState.RUNNING, "cancel-refused:817", False)


@pytest.mark.parametrize("word", ["", "CANCELLED", "FAILED"])
def test_a_cancel_that_the_service_confirms_is_not_waited_for_long(hands: SteppedEngine, word: str) -> None:
    """No status from the new query, and 805 from the old one."""
    workshop = hands.workshop
    workshop.emulator.script(times={"run": 3600}, settings={"cancel_word": word})
    task = hands.reach(workshop.submit(), TaskState.RUNNING)
    workshop.runs.cancel(task.id)
    before = hands.now
    assert hands.reach(task, TaskState.CANCELLED, TaskState.FAILED).state is TaskState.CANCELLED
    assert 15 <= hands.now - before < 20


@pytest.mark.parametrize("door", ["import", "press", "message"])
def test_a_cancelled_run_that_was_made_after_all_is_collected(
    hands: SteppedEngine, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    workshop = hands.workshop
    workshop.emulator.script(times={"run": 30}, settings={"cancel_word": "SUCCESS"})
    task = hands.reach(workshop.submit(), TaskState.RUNNING)
    workshop.emulator.fault("query", "set", value={"status": "", "results": None}, when="SUCCESS", times=-1)
    workshop.runs.cancel(task.id)
    cancelled = hands.reach(task, TaskState.CANCELLED)

    def ask() -> None:
        if door == "import":
            assert workshop.external_runs.import_run(task.remote_id).id == task.id
        elif door == "press":
            workshop.results.retry_files(task.id)
        else:
            workshop.engine.confirm_webhook(cancelled)

    if door != "message":
        with pytest.raises(MoveRefused):
            ask()
        assert hands.task(task) == cancelled, "still without a result: nothing changed"
    workshop.emulator.script(clear=True)
    ask()
    done = hands.reach(task, TaskState.DONE)
    assert (done.charged, done.cancel_asked, len(done.outputs)) == (Charged.YES, False, 1)
    assert done.cost is not None
    with workshop.database.read() as connection:
        entries = connection.execute(text("SELECT remote_id, amount FROM ledger")).all()
    assert [(entry.remote_id, entry.amount is not None) for entry in entries] == [(task.remote_id, True)]


@pytest.mark.parametrize("left", ["", "CANCELLED", "CANCELED"])
def test_success_wins_the_race_also_after_a_word_of_the_cancel(workshop: Workshop, left: str) -> None:
    """Accepted, then reported as cancelled, then succeeded: what is paid for is downloaded."""
    workshop.emulator.script(times={"run": 30}, settings={"cancel_word": "SUCCESS"})
    task = workshop.reach(workshop.submit(), TaskState.RUNNING)
    workshop.emulator.fault("query", "set", value={"status": left, "results": None}, when="SUCCESS", times=2)
    workshop.runs.cancel(task.id)
    done = workshop.done(task)
    assert (done.cancel_asked, done.charged, len(done.outputs)) == (False, Charged.YES, 1)
    assert [entry["code"] for entry in workshop.requests("cancel")] == [""], "taken"
