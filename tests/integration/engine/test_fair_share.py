"""The account's slots: shared fairly, never leaked, never exceeded; one bad run stops no other (C15)."""

from __future__ import annotations

from collections import Counter
from typing import Final

import pytest

from rh_ui.domain import Charged, Task, TaskState
from rh_ui.errors import MoveRefused
from rh_ui.runninghub.client import Client
from tests.integration.emulator.caller import Caller
from tests.integration.engine.conftest import Open
from tests.integration.engine.workshop import PICTURE, TEXT, Workshop, slower
from tests.orders import submit

S = TaskState
MODERATED: Final = PICTURE
DEAR: Final = "rhart-text-g-25-pro/text-to-text"
LEARNING: Final = {"on": "queue", "do": "http", "times": -1}
"""The service does not tell the limit: it must be learned from refusals."""


def named(workshop: Workshop, prompt: str, endpoint: str = TEXT, submitter: str = "") -> Task:
    return workshop.submit(endpoint, {"prompt": prompt}, submitter=submitter)


def started(workshop: Workshop) -> list[str]:
    """The prompts of the accepted submits, in order."""
    return [entry["body"]["prompt"] for entry in workshop.requests("submit") if entry["task_id"]]


def all_wait(workshop: Workshop, runs: int) -> bool:
    """One account is paused, and this many runs wait with it: each has the note before it is queued again."""
    workshop.until(lambda: [waiting for _, waiting in workshop.runs.pauses()] == [runs], f"{runs} wait")
    ((pause, _),) = workshop.runs.pauses()
    return (pause.site, pause.account) == workshop.account


def resume(workshop: Workshop) -> bool:
    return workshop.runs.resume(*workshop.account)


@pytest.mark.parametrize("code", ["421", "1520", "1003", "415"])
def test_c15_a_batch_of_six_over_the_limit_with_a_bad_one_and_no_money(
    open_workshop: Open, code: str
) -> None:
    workshop = open_workshop(limit=2)
    workshop.emulator.script(
        settings={"full_code": code},
        times={"run": 0.4},
        faults=[
            LEARNING,
            {"on": "submit", "do": "fail", "endpoint": MODERATED, "code": "1501", "times": -1},
            {"on": "submit", "do": "refuse", "endpoint": DEAR, "code": "416"},
            # What the moderated run gives back is not taken for fresh money: only Resume ends the pause.
            {"on": "account", "do": "http", "status": 503, "times": -1},
        ],
    )
    endpoints = (TEXT, TEXT, MODERATED, TEXT, DEAR, TEXT)
    tasks = [named(workshop, f"item {n}", endpoint) for n, endpoint in enumerate(endpoints, start=1)]
    workshop.until(lambda: bool(workshop.runs.pauses()), "the account is paused")
    for task in tasks:  # what the service has goes on, and ends
        workshop.until(
            lambda task=task: (
                workshop.history.task(task.id).state.is_final  # type: ignore[misc]
                or workshop.history.task(task.id).note == "no-balance:416"
            ),
            "at its end, or paused with one reason",
        )
    rest = [task for task in tasks if not workshop.history.task(task.id).state.is_final]
    assert rest and all_wait(workshop, len(rest))
    assert tasks[4].id in {task.id for task in rest}
    sent = len(workshop.requests("submit"))
    assert resume(workshop) and not resume(workshop), "one message, one button"
    ended = [workshop.reach(task) for task in tasks]
    states = [task.state for task in ended]
    assert states == [S.DONE, S.DONE, S.FAILED, S.DONE, S.DONE, S.DONE]
    assert ended[2].error is not None and ended[2].error.code == "1501"
    assert Counter(started(workshop)) == {f"item {n}": 1 for n in range(1, 7)}
    codes = [entry["code"] for entry in workshop.requests("submit")]
    assert code in codes and codes.count("416") == 1
    assert sent < len(codes)
    assert workshop.runs.pauses() == []


def test_a_place_is_free_again_after_every_ending(open_workshop: Open) -> None:
    """With a single slot, a leaked one would stop everything."""
    workshop = open_workshop(limit=1, pace=slower(doubt=0.5))
    workshop.done(named(workshop, "done"))
    workshop.emulator.fault("submit", "fail", code="1501")
    assert workshop.reach(named(workshop, "moderated")).state is S.FAILED
    workshop.emulator.fault("submit", "refuse", code="1505")
    assert workshop.reach(named(workshop, "refused")).state is S.FAILED
    workshop.emulator.script(times={"run": 600})
    running = workshop.reach(named(workshop, "cancelled"), S.RUNNING)
    waiting = named(workshop, "cancelled in line")
    workshop.runs.cancel(waiting.id)
    workshop.runs.cancel(running.id)
    assert workshop.reach(running).state is S.CANCELLED
    workshop.emulator.script(times={"run": 0.05}, finish="all")
    for choice in ("lost", "again"):
        workshop.emulator.fault("submit", "drop-after")
        unknown = workshop.reach(named(workshop, f"unknown, {choice}"), S.UNKNOWN)
        workshop.reach(workshop.unknown_outcomes.resolve(unknown.id, choice))
    workshop.emulator.fault("submit", "drop-after")
    workshop.reach(named(workshop, "unknown for good"), S.UNKNOWN)
    workshop.done(named(workshop, "the last"))


def test_a_model_that_is_busy_holds_up_nobody_else(open_workshop: Open) -> None:
    workshop = open_workshop()
    workshop.emulator.fault("submit", "refuse", code="1011", endpoint=PICTURE, times=-1)
    first = [named(workshop, f"busy {n}", PICTURE) for n in range(3)]
    for task in first:
        workshop.note(task, "model-busy:1011")
    for number in range(3):
        workshop.done(named(workshop, f"other {number}"))
    workshop.emulator.script(clear=True)
    for task in first:
        workshop.done(task)
    assert len(workshop.accepted()) == 6


def test_ten_behind_another_s_hundred_are_done_early(open_workshop: Open) -> None:
    workshop = open_workshop(limit=2)
    workshop.emulator.script(times={"run": 600})
    many = [named(workshop, f"many {n}", submitter="many") for n in range(100)]
    workshop.until(lambda: len(started(workshop)) == 2, "two run")
    few = [named(workshop, f"few {n}", submitter="few") for n in range(10)]
    workshop.emulator.script(times={"run": 0.02}, finish="all")
    for task in few:
        workshop.done(task)
    last = max(started(workshop).index(f"few {n}") for n in range(10))
    assert last <= 2 + 2 * 10 + 2
    for task in many[50:]:
        workshop.runs.cancel(task.id) if not workshop.history.task(task.id).state.is_final else None
    for task in many[:10]:
        workshop.done(task)


def test_the_shown_place_in_line_is_the_order_in_which_they_go(open_workshop: Open) -> None:
    workshop = open_workshop(limit=1)
    workshop.emulator.script(times={"run": 600})
    workshop.reach(named(workshop, "first", submitter="one"), S.RUNNING)
    tasks = [named(workshop, f"one {n}", submitter="one") for n in range(4)]
    tasks += [named(workshop, f"two {n}", submitter="two") for n in range(3)]
    workshop.runs.move_up(tasks[2].id)
    line = workshop.runs.queue_positions()
    shown = sorted(tasks, key=lambda task: line[task.id].number)
    assert [task.params["prompt"] for task in shown] == [
        "two 0", "one 2", "two 1", "one 0", "two 2", "one 1", "one 3",
    ]  # fmt: skip
    assert [line[task.id].first for task in shown] == [True, True, *[False] * 5]
    workshop.emulator.script(times={"run": 0.02}, finish="all")
    for task in tasks:
        workshop.done(task)
    assert started(workshop)[1:] == [task.params["prompt"] for task in shown]
    assert workshop.runs.queue_positions() == {}
    with pytest.raises(MoveRefused):
        workshop.runs.move_up(tasks[0].id)


def test_a_place_in_line_outlives_a_restart(open_workshop: Open) -> None:
    workshop = open_workshop(limit=1)
    workshop.emulator.script(times={"run": 600})
    workshop.reach(named(workshop, "first", submitter="one"), S.RUNNING)
    tasks = [named(workshop, f"one {n}", submitter="one") for n in range(3)]
    tasks.append(named(workshop, "two", submitter="two"))
    workshop.runs.move_up(tasks[1].id)
    before = workshop.runs.queue_positions()
    workshop.restart()
    workshop.until(lambda: workshop.runs.queue_positions() == before, "all stand where they stood")


def test_an_unknown_outcome_keeps_its_place_for_its_time_also_over_a_restart(open_workshop: Open) -> None:
    """At the emulator it ended long ago, so that only the unknown outcome keeps the next one waiting."""
    workshop = open_workshop(limit=1, pace=slower(doubt=2.5))
    workshop.emulator.fault("submit", "drop-after")
    unknown = workshop.reach(named(workshop, "unknown"), S.UNKNOWN)
    following = named(workshop, "following")
    workshop.until(lambda: bool(workshop.requests("queue")), "the line was looked at")
    assert workshop.history.task(following.id).state is S.QUEUED
    workshop.restart()
    done = workshop.done(following)
    assert done.submitted_at is not None and unknown.submitted_at is not None
    assert (done.submitted_at - unknown.submitted_at).total_seconds() >= 2.4
    assert workshop.history.task(unknown.id).state is S.UNKNOWN


def test_a_paused_account_waits_over_a_restart_and_tries_once_when_told_to(open_workshop: Open) -> None:
    workshop = open_workshop(balance="0", limit=10)
    tasks = [named(workshop, f"item {n}") for n in range(5)]
    for task in tasks:
        workshop.note(task, "no-balance:416")
        assert workshop.history.task(task.id).charged is Charged.NO
    assert all_wait(workshop, 5)
    sent = len(workshop.requests("submit"))
    workshop.restart()
    tasks.append(named(workshop, "item 5"))
    workshop.note(tasks[-1], "no-balance:416")
    assert all_wait(workshop, 6)
    assert len(workshop.requests("submit")) == sent, "nothing was tried by itself"
    assert resume(workshop)
    workshop.until(lambda: len(workshop.requests("submit")) == sent + 1, "one tries")
    workshop.until(lambda: bool(workshop.runs.pauses()), "and the account waits again")
    assert len(workshop.requests("submit")) == sent + 1
    assert workshop.accepted() == []
    workshop.emulator.script(accounts={workshop.emulator.key: {"balance": "50"}})
    resume(workshop)
    for task in tasks:
        workshop.done(task)
    assert Counter(started(workshop)) == {f"item {n}": 1 for n in range(6)}


def test_it_continues_by_itself_when_more_money_is_seen_and_not_for_what_was_there(
    open_workshop: Open,
) -> None:
    workshop = open_workshop(balance="0.000001")
    task = named(workshop, "too dear")

    def seen() -> bool:
        return any(pause.seen is not None for pause, _ in workshop.runs.pauses())

    workshop.until(seen, "the account was looked at")
    asked = len(workshop.requests("account"))
    workshop.until(lambda: len(workshop.requests("account")) >= asked + 2, "and again")
    assert len(workshop.requests("submit")) == 1
    workshop.restart()
    workshop.until(lambda: len(workshop.requests("account")) >= asked + 4, "and after a restart")
    assert len(workshop.requests("submit")) == 1
    workshop.emulator.script(accounts={workshop.emulator.key: {"balance": "50"}})
    workshop.done(task)
    assert len(workshop.accepted()) == 1
    assert workshop.runs.pauses() == []


def test_a_gate_that_opens_by_itself_needs_no_money_and_no_person(open_workshop: Open) -> None:
    """414: no task, no charge; the account tries again after a while, one run at a time."""
    workshop = open_workshop(pace=slower(allowance=0.3))
    workshop.emulator.fault("submit", "refuse", code="414", times=3)
    tasks = [named(workshop, f"item {n}") for n in range(3)]
    for task in tasks:
        assert workshop.done(task).charged is Charged.YES
    assert len(workshop.requests("submit")) == 6 and len(workshop.accepted()) == 3
    assert workshop.runs.pauses() == []


def test_an_empty_purse_does_not_try_by_itself(open_workshop: Open) -> None:
    workshop = open_workshop(pace=slower(allowance=0.1))
    workshop.emulator.fault("submit", "refuse", code="1620")
    named(workshop, "too dear")
    workshop.until(lambda: len(workshop.requests("account")) >= 4, "looked at long after the gate would open")
    assert len(workshop.requests("submit")) == 1


@pytest.mark.parametrize("code", ["416", "812", "414", "605", "1620"])
def test_another_account_continues(open_workshop: Open, engine_emulator: str, code: str) -> None:
    workshop = open_workshop()
    rich = Client(engine_emulator, f"rh_TESTKEY_rich_{code}", read_timeout=5)
    Caller(engine_emulator).script(accounts={f"rh_TESTKEY_rich_{code}": {"kind": "SHARED"}})
    other = ("demo", rich.fingerprint)
    workshop.restart(clients={workshop.account: workshop.client, other: rich})
    workshop.emulator.fault("submit", "refuse", code=code)
    poor = named(workshop, "poor")
    workshop.note(poor, f"no-balance:{code}")
    services = workshop.offer(other)
    workshop.done(submit(services.runs, TEXT, {"prompt": "rich"}))
    assert workshop.history.task(poor.id).state is S.QUEUED
    assert all_wait(workshop, 1)
    resume(workshop)
    workshop.done(poor)
