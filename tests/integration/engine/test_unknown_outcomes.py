"""The three choices on the card of an unknown outcome (field case C01): I found it, it is lost, run again.
Pressed once, twice, all at once, wrongly, or at the same time as the late answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from rh_ui.domain import Charged, Task, TaskError, TaskState
from rh_ui.errors import KeyRefused, MoveRefused, PayloadRefused, StudioError
from tests.integration.engine.conftest import Open
from tests.integration.engine.test_engine_runs import EDIT, picture
from tests.integration.engine.workshop import Workshop

GIVEN_UP = TaskError("outcome-unknown", "Another process took over.", Charged.MAYBE)
STRANGER = "2009191190196789249"
"""Nineteen digits, beyond what a float holds; nobody's task here."""


def unknown(workshop: Workshop, prompt: str = "where is it") -> tuple[Task, str]:
    """A run whose answer was lost although the service accepted it, and its id there."""
    workshop.emulator.fault("submit", "drop-after")
    task = workshop.reach(workshop.submit(params={"prompt": prompt}), TaskState.UNKNOWN)
    assert task.charged is Charged.MAYBE and task.error is not None and task.remote_id == ""
    return task, workshop.accepted()[-1]


def refused(workshop: Workshop, task: Task, action: str, remote_id: str = "") -> str:
    """The code of the refusal; nothing in the run has changed."""
    before = workshop.history.task(task.id)
    with pytest.raises(MoveRefused) as fault:
        workshop.unknown_outcomes.resolve(task.id, action, remote_id)
    assert workshop.history.task(task.id) == before
    return fault.value.code


def all_at_once(*calls: Callable[[], object]) -> list[object]:
    """What each call returned or raised."""
    gate = threading.Barrier(len(calls))
    answers: list[object] = [None] * len(calls)

    def press(number: int, call: Callable[[], object]) -> None:
        gate.wait()
        try:
            answers[number] = call()
        except StudioError as fault:
            answers[number] = fault

    hands = [threading.Thread(target=press, args=pair) for pair in enumerate(calls)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    return answers


@pytest.mark.parametrize("written", ["{}", " {} ", "\t{}\n", "\u00a0{}", "spaced"])
def test_found_by_its_id(workshop: Workshop, written: str) -> None:
    task, remote_id = unknown(workshop)
    told = " ".join([remote_id[:4], remote_id[4:9], remote_id[9:]])
    found = workshop.unknown_outcomes.resolve(
        task.id, "found", told if written == "spaced" else written.format(remote_id)
    )
    assert (found.remote_id, found.error, found.state) == (remote_id, None, TaskState.RUNNING)
    done = workshop.done(task)
    assert (done.remote_id, done.charged) == (remote_id, Charged.YES) and done.outputs[0].file_key
    assert workshop.unknown_outcomes.resolve(task.id, "found", remote_id) == done, (
        "pressed in another tab later"
    )
    assert len(workshop.requests("submit")) == 1
    assert {entry["body"]["taskId"] for entry in workshop.requests("query")} == {remote_id}


@pytest.mark.parametrize(
    "wrong",
    ["", " ", "12a", "0", "200919119019678", "-2009191190196789249", "2.009191190196789e18", "２" * 19],
)
def test_what_is_no_id_is_refused_before_anybody_is_asked(workshop: Workshop, wrong: str) -> None:
    task, _ = unknown(workshop)
    assert refused(workshop, task, "found", wrong) == "resolve-digits"
    assert workshop.requests("query") == []


def test_an_id_that_the_service_does_not_know_is_refused_and_can_be_mended(workshop: Workshop) -> None:
    task, remote_id = unknown(workshop)
    neighbour = str(int(remote_id) + 1)
    assert refused(workshop, task, "found", STRANGER) == "resolve-not-there"
    assert refused(workshop, task, "found", neighbour) == "resolve-not-there"
    workshop.unknown_outcomes.resolve(task.id, "found", remote_id)
    assert workshop.done(task).remote_id == remote_id


def test_an_id_of_another_run_is_refused(workshop: Workshop) -> None:
    other = workshop.done(workshop.submit())
    task, remote_id = unknown(workshop)
    second, _ = unknown(workshop, "another one")
    assert refused(workshop, task, "found", other.remote_id) == "resolve-taken"
    workshop.unknown_outcomes.resolve(task.id, "found", remote_id)
    assert refused(workshop, second, "found", remote_id) == "resolve-taken"
    workshop.done(task)


@pytest.mark.parametrize("fault", ["html502", "drop"])
def test_an_id_is_not_believed_while_the_service_can_t_be_asked(workshop: Workshop, fault: str) -> None:
    task, remote_id = unknown(workshop)
    workshop.emulator.fault("query", fault, times=-1)
    assert refused(workshop, task, "found", remote_id) == "resolve-no-answer"
    workshop.emulator.script(clear=True)
    workshop.unknown_outcomes.resolve(task.id, "found", remote_id)
    workshop.done(task)


@pytest.mark.parametrize("code", ["1501", "1002", "1003"])
def test_an_id_is_not_believed_for_an_answer_that_tells_nothing(workshop: Workshop, code: str) -> None:
    task, remote_id = unknown(workshop)
    workshop.emulator.script(
        faults=[
            {"on": "query", "do": "refuse", "code": code},
            {"on": "query", "do": "replace", "value": {"code": 0, "msg": "success", "data": []}},
        ]
    )
    assert refused(workshop, task, "found", remote_id) == "resolve-no-answer"
    assert refused(workshop, task, "found", remote_id) == "resolve-no-answer"


def test_a_found_run_that_failed_there_says_why(workshop: Workshop) -> None:
    workshop.emulator.script(
        faults=[
            {"on": "submit", "do": "fail", "code": "1501", "message": "refused"},
            {"on": "submit", "do": "drop-after"},
        ]
    )
    task = workshop.reach(workshop.submit(), TaskState.UNKNOWN)
    workshop.unknown_outcomes.resolve(task.id, "found", workshop.accepted()[0])
    ended = workshop.reach(task, TaskState.FAILED)
    assert ended.error is not None and ended.error.code == "1501"


def test_treated_as_lost(workshop: Workshop) -> None:
    task, _ = unknown(workshop)
    lost = workshop.unknown_outcomes.resolve(task.id, "lost")
    assert (lost.state, lost.charged) == (TaskState.FAILED, Charged.MAYBE)
    assert lost.error is not None and lost.error.code == "lost" and lost.finished_at is not None
    assert workshop.unknown_outcomes.resolve(task.id, "lost") == lost, "pressed twice"
    assert refused(workshop, task, "again") == "resolve-over"
    workshop.restart()
    assert workshop.history.task(task.id).state is TaskState.FAILED
    assert len(workshop.requests("submit")) == 1 and workshop.requests("query") == []


def test_run_again_at_the_persons_risk(workshop: Workshop) -> None:
    task, first_id = unknown(workshop)
    new = workshop.unknown_outcomes.resolve(task.id, "again")
    assert new.id != task.id and (new.params, new.endpoint) == (task.params, task.endpoint)
    assert workshop.unknown_outcomes.resolve(task.id, "again").id == new.id, "pressed twice"
    done = workshop.done(new)
    closed = workshop.history.task(task.id)
    assert (closed.state, closed.charged) == (TaskState.FAILED, Charged.MAYBE)
    assert closed.error is not None and closed.error.code == "run-again"
    assert workshop.unknown_outcomes.resolve(task.id, "again").id == new.id, "pressed in another tab later"
    assert refused(workshop, task, "lost") == "resolve-over"
    assert workshop.accepted() == [first_id, done.remote_id]


def test_a_run_that_was_given_up_can_be_found_after_all(workshop: Workshop) -> None:
    task, remote_id = unknown(workshop)
    workshop.unknown_outcomes.resolve(task.id, "lost")
    found = workshop.unknown_outcomes.resolve(task.id, "found", remote_id)
    assert (found.state, found.error, found.finished_at) == (TaskState.RUNNING, None, None)
    done = workshop.done(task)
    assert done.charged is Charged.YES and done.outputs[0].file_key
    assert len(workshop.requests("submit")) == 1


def test_what_is_not_unknown_has_no_choices(workshop: Workshop) -> None:
    done = workshop.done(workshop.submit())
    workshop.emulator.fault("submit", "refuse", code="1505")
    failed = workshop.reach(workshop.submit())
    for task in (done, failed):
        for action in ("found", "lost", "again"):
            assert refused(workshop, task, action, STRANGER) == "resolve-over"
    task, _ = unknown(workshop)
    with pytest.raises(MoveRefused, match="found, lost, or again"):
        workshop.unknown_outcomes.resolve(task.id, "perhaps")


def test_run_again_without_a_key_or_its_file_leaves_the_run_open(open_workshop: Open) -> None:
    workshop = open_workshop()
    ref = workshop.inputs.keep(picture(workshop.folder, "a.png"), "a.png").ref
    workshop.emulator.fault("submit", "drop-after")
    task = workshop.reach(workshop.submit(EDIT, {"imageUrls": [ref]}), TaskState.UNKNOWN)
    (kept,) = workshop.folder.glob(f"library/inputs/{ref.removeprefix('input:')}")
    aside = kept.rename(workshop.folder / "aside")
    with pytest.raises(PayloadRefused):
        workshop.unknown_outcomes.resolve(task.id, "again")
    aside.rename(kept)
    workshop.restart(clients={})
    with pytest.raises(KeyRefused):
        workshop.unknown_outcomes.resolve(task.id, "again")
    assert workshop.history.task(task.id).state is TaskState.UNKNOWN
    workshop.restart()
    workshop.done(workshop.unknown_outcomes.resolve(task.id, "again"))


def test_double_clicks_of_each_choice(workshop: Workshop) -> None:
    found, remote_id = unknown(workshop, "found")
    lost, _ = unknown(workshop, "lost")
    again, _ = unknown(workshop, "again")
    resolve = workshop.unknown_outcomes.resolve
    for answers in (
        all_at_once(*[lambda: resolve(found.id, "found", remote_id)] * 6),
        all_at_once(*[lambda: resolve(lost.id, "lost")] * 6),
        all_at_once(*[lambda: resolve(again.id, "again")] * 6),
    ):
        assert len({answer.id for answer in answers if isinstance(answer, Task)}) == 1, answers
        assert all(isinstance(answer, Task) for answer in answers), answers
    workshop.done(found)
    (new,) = [t for t in workshop.history.tasks() if t.id not in (found.id, lost.id, again.id)]
    workshop.done(new)
    assert len(workshop.accepted()) == 4, "three that were unknown, and one more"


def test_different_choices_at_once_have_one_winner(workshop: Workshop) -> None:
    resolve = workshop.unknown_outcomes.resolve
    for number in range(4):
        task, remote_id = unknown(workshop, f"number {number}")
        before = len(workshop.accepted())
        answers = all_at_once(
            lambda: resolve(task.id, "lost"),  # noqa: B023 - called in this round
            lambda: resolve(task.id, "again"),  # noqa: B023
        )
        assert sum(isinstance(answer, MoveRefused) for answer in answers) == 1, answers
        ended = workshop.history.task(task.id)
        assert ended.state is TaskState.FAILED and ended.error is not None
        if ended.error.code == "run-again":
            workshop.until(lambda: len(workshop.accepted()) == before + 1, "it was sent again")  # noqa: B023
        resolve(task.id, "found", remote_id)
        workshop.done(task)
    for task in workshop.history.tasks():
        workshop.reach(task)


def test_one_id_pasted_into_two_cards_at_once(workshop: Workshop) -> None:
    first, remote_id = unknown(workshop, "first")
    second, _ = unknown(workshop, "second")
    answers = all_at_once(
        lambda: workshop.unknown_outcomes.resolve(first.id, "found", remote_id),
        lambda: workshop.unknown_outcomes.resolve(second.id, "found", remote_id),
    )
    assert sum(isinstance(answer, Task) for answer in answers) == 1, answers
    ids = [task.remote_id for task in workshop.history.tasks() if task.remote_id]
    assert ids == [remote_id]


def give_up_and(workshop: Workshop, choose: Callable[[Task], object]) -> Callable[[Task], object]:
    """Between a POST and its answer another process gives the run up, and a person decides."""

    def do(sending: Task) -> None:
        assert workshop.repositories.tasks.move(
            sending.id, TaskState.SUBMITTING, TaskState.UNKNOWN, owner=None, error=GIVEN_UP
        )
        choose(workshop.history.task(sending.id))

    return do


def test_the_late_answer_after_lost(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = give_up_and(workshop, lambda task: workshop.unknown_outcomes.resolve(task.id, "lost"))
    workshop.while_sending(monkeypatch, lost)
    task = workshop.submit()
    done = workshop.reach(task, TaskState.DONE)
    assert done.error is None and done.outputs[0].file_key, "it was paid for, so it is fetched"
    assert len(workshop.requests("submit")) == 1


def test_the_late_answer_after_run_again(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    news: list[Task] = []

    def again(task: Task) -> None:
        monkeypatch.undo()
        news.append(workshop.unknown_outcomes.resolve(task.id, "again"))

    workshop.while_sending(monkeypatch, give_up_and(workshop, again))
    task = workshop.reach(workshop.submit(), TaskState.DONE)
    new = workshop.done(news[0])
    assert sorted(workshop.accepted()) == sorted([task.remote_id, new.remote_id])
    assert refused(workshop, task, "again") == "resolve-over", "no third one"


def test_the_late_answer_after_found(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    found = give_up_and(
        workshop, lambda task: workshop.unknown_outcomes.resolve(task.id, "found", workshop.accepted()[0])
    )
    workshop.while_sending(monkeypatch, found, after=True)
    done = workshop.done(workshop.submit())
    assert done.remote_id == workshop.accepted()[0]
    assert len(workshop.requests("submit")) == 1


@pytest.mark.parametrize("action", ["lost", "again"])
def test_the_late_refusal_after_a_choice(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    """It proves that the service has no such run: it stays closed, and is not queued again beside the new
    one."""

    answers: list[Task] = []

    def choose(task: Task) -> None:
        monkeypatch.undo()
        answers.append(workshop.unknown_outcomes.resolve(task.id, action))

    workshop.emulator.fault("submit", "refuse", code="421")
    workshop.while_sending(monkeypatch, give_up_and(workshop, choose), after=True)
    task = workshop.submit()
    workshop.until(lambda: bool(answers), "a choice was made")
    workshop.reach(answers[0])
    workshop.done(workshop.submit(params={"prompt": "one more"}))
    assert workshop.history.task(task.id).state is TaskState.FAILED
    assert len(workshop.accepted()) == (2 if action == "again" else 1)


def test_a_late_answer_of_an_earlier_attempt_is_no_proof(workshop: Workshop) -> None:
    """Only an answer to this very submit counts; the id of another attempt belongs to that one."""
    task, _ = unknown(workshop)
    assert task.submitted_at is not None
    earlier = replace(task, submitted_at=task.submitted_at - timedelta(minutes=1))
    assert not workshop.engine._steps.submit._proofs.apply_id(earlier, STRANGER)
    assert workshop.history.task(task.id) == task
