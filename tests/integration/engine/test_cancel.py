"""Cancel in every state, with what was charged (issue "3. The engine", point 6). No cancel is lost, and a
cancelled run is never sent."""

from __future__ import annotations

import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from rh_ui.domain import Charged, Money, Task, TaskState
from rh_ui.errors import MoveRefused
from rh_ui.i18n import load_words
from rh_ui.persistence.run_queries import RunQueries
from rh_ui.runninghub.client import Client
from rh_ui.web.serializers import runs
from tests.integration.engine.conftest import Open
from tests.integration.engine.stepped_engine import SteppedEngine
from tests.integration.engine.test_engine_runs import EDIT, picture
from tests.integration.engine.workshop import PICTURE, Workshop, slower
from tests.packaged import packaged_catalog


@pytest.fixture
def hands(open_workshop: Open, monkeypatch: pytest.MonkeyPatch) -> SteppedEngine:
    return SteppedEngine(open_workshop, monkeypatch)


def card(task: Task) -> dict[str, Any]:
    return dict(runs.card_json(task, packaged_catalog(), load_words("en")))


def nothing_paid(task: Task, workshop: Workshop) -> None:
    assert task.state is TaskState.CANCELLED
    assert (task.charged, task.cost, task.error, task.note) == (Charged.NO, None, None, "")
    assert task.finished_at is not None
    assert card(task)["charge"] == "Nothing was charged."
    assert workshop.accepted() == [] and workshop.requests("cancel") == []


def test_while_it_waits(open_workshop: Open) -> None:
    workshop = open_workshop(limit=1)
    workshop.emulator.script(times={"run": 30})
    running = workshop.reach(workshop.submit(), TaskState.RUNNING)
    waiting = workshop.submit(params={"prompt": "second"})
    assert card(waiting)["cancel_free"]
    assert workshop.runs.cancel(waiting.id).state is TaskState.CANCELLED
    assert workshop.history.task(waiting.id).charged is Charged.NO
    workshop.emulator.script(finish="all", times={"run": 0.05})
    workshop.done(running)
    workshop.done(workshop.submit(params={"prompt": "third"}))
    prompts = [entry["body"]["prompt"] for entry in workshop.requests("submit")]
    assert "second" not in prompts, "what was taken back never goes out"


@pytest.mark.parametrize("state", [TaskState.CLAIMED, TaskState.UPLOADING])
def test_before_it_is_sent(hands: SteppedEngine, tmp_path: Path, state: TaskState) -> None:
    workshop = hands.workshop
    ref = workshop.inputs.keep(picture(tmp_path, "a.png"), "a.png").ref
    task = workshop.submit(EDIT, {"imageUrls": [ref]})
    reached = hands.reach(task, state)
    assert card(reached)["cancel_free"]
    workshop.runs.cancel(task.id)
    hands.let_pass(3600)
    nothing_paid(hands.task(task), workshop)


def test_while_its_files_are_sent(workshop: Workshop, tmp_path: Path) -> None:
    ref = workshop.inputs.keep(picture(tmp_path, "a.png"), "a.png").ref
    workshop.emulator.fault("upload", "slow", seconds=0.5)
    task = workshop.submit(EDIT, {"imageUrls": [ref]})
    workshop.until(lambda: len(workshop.requests("upload")) == 1, "the upload began")
    workshop.reach(task, TaskState.UPLOADING)
    workshop.runs.cancel(task.id)
    workshop.done(workshop.submit())
    workshop.until(lambda: workshop.requests("upload")[0]["status"] == 200, "the upload ended")
    assert len(workshop.requests("submit")) == 1, "that of the other run"
    assert workshop.history.task(task.id).state is TaskState.CANCELLED


def test_while_the_answer_of_the_submit_is_on_its_way(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.emulator.script(times={"run": 30})
    said: list[str] = []

    def cancel(sending: Task) -> None:
        asked = workshop.runs.cancel(sending.id)
        assert asked.cancel_asked and asked.state is TaskState.SUBMITTING
        said.append(card(asked)["words"])

    workshop.while_sending(monkeypatch, cancel)
    ended = workshop.reach(workshop.submit())
    assert ended.state is TaskState.CANCELLED and ended.charged is Charged.MAYBE, "it tells no purse"
    assert said == ["To be cancelled once RunningHub has answered. What it does until then may be charged."]
    assert len(workshop.requests("submit")) == len(workshop.requests("cancel")) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_in_the_moment_between_the_answer_and_the_first_question(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """The run has started there and is about to be polled: the cancel must not be lost in between. The thread
    that got the answer reads the task once; the cancel comes right before or right after that."""
    workshop.emulator.script(times={"run": 30})
    read = RunQueries.task
    looks: list[str] = []

    def cancel(task_id: str) -> None:
        hand = threading.Thread(target=workshop.runs.cancel, args=[task_id])
        hand.start()
        hand.join()

    def look(history: RunQueries, task_id: str) -> Task:
        seen = read(history, task_id)
        submitting = threading.current_thread().name.startswith("rh-submit")
        if not submitting or seen.state is not TaskState.RUNNING:
            return seen
        looks.append(task_id)
        cancel(task_id)
        return read(history, task_id) if when == "before" else seen

    monkeypatch.setattr(RunQueries, "task", look)
    assert workshop.reach(workshop.submit()).state is TaskState.CANCELLED
    assert len(workshop.requests("cancel")) == len(looks) == 1


def test_while_a_submit_is_turned_away(open_workshop: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, not when the queue moves again."""
    workshop = open_workshop(pace=slower(hold_first=600, hold_most=600))
    workshop.while_sending(monkeypatch, lambda sending: workshop.runs.cancel(sending.id))
    workshop.emulator.fault("submit", "refuse", code="421")
    nothing_paid(workshop.reach(workshop.submit()), workshop)
    assert len(workshop.requests("submit")) == 1, "it is not sent again"


def test_a_wish_that_only_the_database_kept_is_carried_out_before_the_next_submit(workshop: Workshop) -> None:
    """The program ended between the refusal and the cancel."""
    workshop.engine.stop()
    task = workshop.submit()
    workshop.put(task, TaskState.SUBMITTING)
    assert workshop.repositories.tasks.request_cancel(task.id)
    assert workshop.repositories.tasks.move(task.id, TaskState.SUBMITTING, TaskState.QUEUED)
    workshop.restart()
    nothing_paid(workshop.reach(task), workshop)
    assert workshop.requests("submit") == []


def test_while_the_answer_is_lost(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requested during the submit, and then the outcome is unknown: the card does not promise that it is
    cancelled."""
    workshop.while_sending(monkeypatch, lambda sending: workshop.runs.cancel(sending.id))
    workshop.emulator.fault("submit", "drop-after")
    task = workshop.reach(workshop.submit(), TaskState.UNKNOWN)
    told = card(task)
    assert told["words"] == "Not known whether RunningHub took it" and not told["can_cancel"]
    with pytest.raises(MoveRefused, match="may be charged") as refused:
        workshop.runs.cancel(task.id)
    assert refused.value.code == "cancel-unknown"
    monkeypatch.undo()
    found = workshop.unknown_outcomes.resolve(task.id, "found", workshop.accepted()[0])
    assert not found.cancel_asked, "who looks for it wants it"
    workshop.done(task)


WORDS = ["", "FAILED", "CANCELLED", "CANCELED", "CANCEL"]
"""What a cancelled task says of itself; FAILED with 805."""


@pytest.mark.parametrize("word", WORDS)
def test_while_it_runs(workshop: Workshop, word: str) -> None:
    workshop.emulator.script(times={"run": 30}, settings={"cancel_word": word})
    task = workshop.reach(workshop.submit(), TaskState.RUNNING)
    assert not card(task)["cancel_free"]
    asked = workshop.runs.cancel(task.id)
    assert "may charge" in card(asked)["words"] and not card(asked)["can_cancel"]
    workshop.runs.cancel(task.id)
    ended = workshop.reach(task)
    assert (ended.state, ended.error) == (TaskState.CANCELLED, None)
    assert len(workshop.requests("cancel")) == 1, "pressed twice, asked once"
    assert workshop.runs.cancel(task.id).state is TaskState.CANCELLED, "a third press changes nothing"


@pytest.mark.parametrize("word", [word for word in WORDS if word])
def test_cancelled_by_somebody_else_is_not_called_cancelled_here(workshop: Workshop, word: str) -> None:
    workshop.emulator.script(times={"run": 30}, settings={"cancel_word": word})
    task = workshop.reach(workshop.submit(), TaskState.RUNNING)
    assert workshop.emulator.classic("cancel", task.remote_id)["code"] == 0
    ended = workshop.reach(task)
    assert ended.state is TaskState.FAILED and ended.error is not None
    assert ended.error.code == ("805" if word == "FAILED" else "cancelled-there")
    assert card(ended)["failure"]["what"] and not workshop.requests("cancel")[1:]


def test_a_cancel_that_is_answered_without_a_code_is_asked_for_again(workshop: Workshop) -> None:
    """An empty answer is neither a zero nor an agreement."""
    workshop.emulator.script(times={"run": 30})
    workshop.emulator.fault("cancel", "replace", value={"code": None, "msg": "", "data": None})
    workshop.emulator.fault("cancel", "replace", value={"msg": "success"})
    task = workshop.reach(workshop.submit(), TaskState.RUNNING)
    workshop.runs.cancel(task.id)
    assert workshop.reach(task).state is TaskState.CANCELLED
    assert len(workshop.requests("cancel")) == 3


def test_what_ran_so_far_is_charged_where_the_service_says_so(workshop: Workshop) -> None:
    workshop.emulator.script(times={"run": 5, "queue": 0}, settings={"cancel_charge": "so-far"})
    task = workshop.reach(workshop.submit(PICTURE), TaskState.RUNNING)
    workshop.runs.cancel(task.id)
    ended = workshop.reach(task)
    assert ended.state is TaskState.CANCELLED and ended.cost is not None
    assert ended.charged is Charged.YES and ended.cost.amount > 0


USAGE = {
    "told": (
        {"consumeMoney": "0.03", "thirdPartyConsumeMoney": "0.02"},
        Charged.YES,
        Money(Decimal("0.05"), "CNY"),
        "¥0.05 was charged.",
    ),
    "told to be nothing": (
        {"consumeMoney": "0", "thirdPartyConsumeMoney": "0", "consumeCoins": 0},
        Charged.NO,
        Money(Decimal(0), "CNY"),
        "Nothing was charged.",
    ),
    "a zero beside a null": (
        {"consumeMoney": "0", "thirdPartyConsumeMoney": None, "consumeCoins": "0"},
        Charged.MAYBE,
        None,
        "It may have been charged",
    ),
    "no purse told": ({"thirdPartyConsumeMoney": None}, Charged.MAYBE, None, "It may have been charged"),
    "coins": ({"consumeCoins": "17"}, Charged.YES, None, "17 coins were charged."),
    "not told": (None, Charged.MAYBE, None, "It may have been charged"),
}


@pytest.mark.parametrize(("usage", "charged", "cost", "words"), USAGE.values(), ids=USAGE)
def test_what_a_cancelled_run_cost_is_recorded(
    workshop: Workshop, usage: dict[str, Any] | None, charged: Charged, cost: Money | None, words: str
) -> None:
    workshop.emulator.script(times={"run": 30}, settings={"cancel_word": "FAILED"})
    workshop.emulator.fault("query", "set", value={"usage": usage}, when="FAILED", times=-1)
    task = workshop.reach(workshop.submit(), TaskState.RUNNING)
    workshop.runs.cancel(task.id)
    ended = workshop.reach(task)
    assert (ended.state, ended.charged, ended.cost) == (TaskState.CANCELLED, charged, cost)
    assert words in card(ended)["charge"]
    with workshop.database.read() as connection:
        entries = connection.execute(text("SELECT remote_id, amount FROM ledger")).all()
    assert [entry.remote_id for entry in entries] == ([] if charged is Charged.NO else [ended.remote_id])


@pytest.mark.parametrize("code", ["807", "817", "301", "423", "802", "1"])
def test_a_cancel_that_is_refused_says_so_and_the_run_continues(workshop: Workshop, code: str) -> None:
    workshop.emulator.script(times={"run": 30}, faults=[{"on": "cancel", "do": "refuse", "code": code}])
    task = workshop.reach(workshop.submit(), TaskState.RUNNING)
    workshop.runs.cancel(task.id)
    workshop.note(task, f"cancel-refused:{code}")
    told = card(workshop.history.task(task.id))
    assert "charged as usual" in told["words"] and code in told["words"] and told["can_cancel"]
    workshop.after_more("query", 4)
    assert workshop.history.task(task.id).note == f"cancel-refused:{code}", "it stays readable"
    assert len(workshop.requests("cancel")) == 1, "asked once for each press"
    again = workshop.runs.cancel(task.id)
    assert "may charge" in card(again)["words"]
    assert workshop.reach(task).state is TaskState.CANCELLED


def test_a_refused_cancel_of_a_run_that_then_finishes(workshop: Workshop) -> None:
    workshop.emulator.script(times={"run": 30}, faults=[{"on": "cancel", "do": "refuse", "code": "807"}])
    task = workshop.reach(workshop.submit(), TaskState.RUNNING)
    workshop.runs.cancel(task.id)
    workshop.note(task, "cancel-refused:807")
    workshop.restart()
    workshop.after_more("query", 2)
    assert workshop.history.task(task.id).note == "cancel-refused:807"
    workshop.emulator.script(finish="all")
    done = workshop.done(task)
    assert (done.note, done.charged) == ("", Charged.YES)


def test_a_cancel_without_an_answer_is_asked_for_again(workshop: Workshop) -> None:
    workshop.emulator.script(times={"run": 30}, faults=[{"on": "cancel", "do": "html502", "times": 3}])
    task = workshop.reach(workshop.submit(), TaskState.RUNNING)
    workshop.runs.cancel(task.id)
    assert workshop.reach(task).state is TaskState.CANCELLED
    assert len(workshop.requests("cancel")) == 4


def test_too_late_the_files_come_all_the_same(hands: SteppedEngine) -> None:
    """It succeeded while the user pressed: what is paid for is downloaded, and the card does not say
    cancelled."""
    workshop = hands.workshop
    workshop.emulator.script(times={"queue": 0, "run": 0.05})
    task = hands.reach(workshop.submit(), TaskState.RUNNING)
    workshop.emulator.wait_for(task.remote_id, "SUCCESS")
    workshop.runs.cancel(task.id)
    done = hands.reach(task, TaskState.DONE)
    assert (done.note, done.cancel_asked, done.charged) == ("", False, Charged.YES)
    assert done.outputs and len(workshop.requests("cancel")) == 1


def test_what_is_made_or_over_can_t_be_cancelled(hands: SteppedEngine) -> None:
    workshop = hands.workshop
    task = hands.reach(workshop.submit(), TaskState.DOWNLOADING)
    assert not card(task)["can_cancel"]
    with pytest.raises(MoveRefused, match="already made and charged") as refused:
        workshop.runs.cancel(task.id)
    assert refused.value.code == "cancel-downloading"
    hands.reach(task, TaskState.DONE)
    workshop.emulator.fault("submit", "refuse", code="1505")
    failed = hands.reach(workshop.submit(), TaskState.FAILED)
    for ended in (task, failed):
        before = hands.task(ended)
        with pytest.raises(MoveRefused, match="already over"):
            workshop.runs.cancel(ended.id)
        assert hands.task(ended) == before
    assert workshop.requests("cancel") == []


def test_across_a_restart_before_the_service_heard_of_it(workshop: Workshop) -> None:
    workshop.emulator.script(times={"run": 30}, faults=[{"on": "cancel", "do": "html502", "times": -1}])
    task = workshop.reach(workshop.submit(), TaskState.RUNNING)
    workshop.runs.cancel(task.id)
    workshop.until(lambda: bool(workshop.requests("cancel")), "asked")
    workshop.stop()
    workshop.emulator.script(clear=True)
    workshop.start()
    assert workshop.reach(task).state is TaskState.CANCELLED


def test_across_a_restart_after_the_service_took_it(workshop: Workshop) -> None:
    """817 to the second cancel and nothing to the query: cancelled, not failed."""
    workshop.emulator.script(times={"run": 30}, faults=[{"on": "query", "do": "html502", "times": -1}])
    task = workshop.reach(workshop.submit(), TaskState.RUNNING)
    workshop.runs.cancel(task.id)
    workshop.until(lambda: bool(workshop.requests("cancel")), "asked")
    workshop.stop()
    assert workshop.requests("cancel")[0]["code"] in ("", "0")
    workshop.emulator.script(clear=True)
    workshop.start()
    ended = workshop.reach(task)
    assert (ended.state, ended.error) == (TaskState.CANCELLED, None)
    assert [entry["code"] for entry in workshop.requests("cancel")][1:] == ["817"]


def test_a_run_that_failed_by_itself_is_not_called_cancelled(hands: SteppedEngine) -> None:
    workshop = hands.workshop
    workshop.emulator.script(times={"queue": 0, "run": 0.05})
    workshop.emulator.fault("submit", "fail", code="1501", message="refused by moderation")
    task = hands.reach(workshop.submit(), TaskState.RUNNING)
    workshop.emulator.wait_for(task.remote_id, "FAILED")
    workshop.runs.cancel(task.id)
    ended = hands.reach(task, TaskState.FAILED, TaskState.CANCELLED)
    assert ended.state is TaskState.FAILED and ended.error is not None and ended.error.code == "1501"


def test_many_presses_at_once(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pressed ten times at once in every state: one end, at most one payment."""
    asked: list[str] = []
    cancel = Client.cancel

    def counted(client: Client, remote_id: str) -> None:
        asked.append(remote_id)
        cancel(client, remote_id)

    monkeypatch.setattr(Client, "cancel", counted)
    workshop.emulator.script(times={"run": 30})
    tasks = [workshop.submit(params={"prompt": f"number {n}"}) for n in range(10)]

    def press() -> None:
        for task in tasks:
            workshop.runs.cancel(task.id)

    presses = [threading.Thread(target=press) for _ in range(10)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()
    for task in tasks:
        assert workshop.reach(task).state is TaskState.CANCELLED
    assert len(asked) == len(set(asked)) == len(workshop.accepted())
