"""The scheduler: at most one job per key, due order, jobs added during a run, stopping."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from rh_ui.engine.scheduler import DaemonPool, Job, Scheduler

PATIENCE = 30.0


@pytest.fixture
def scheduler() -> Iterator[Scheduler]:
    made = Scheduler({"a": 4, "b": 4})
    made.start()
    yield made
    made.stop(PATIENCE)


def test_a_key_never_runs_twice_at_once_and_follows_itself(scheduler: Scheduler) -> None:
    inside, most, runs, done = [0], [0], [0], threading.Event()
    entered, go_on = threading.Event(), threading.Event()

    def work() -> None:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        runs[0] += 1
        entered.set()
        assert go_on.wait(PATIENCE)
        inside[0] -= 1
        if runs[0] == 2:
            done.set()

    scheduler.put(Job("k", "a", work))
    assert entered.wait(PATIENCE)
    for _ in range(5):
        scheduler.put(Job("k", "a", work))
    go_on.set()
    assert done.wait(PATIENCE)
    assert scheduler.stop(PATIENCE)
    assert (most[0], runs[0]) == (1, 2)


def test_a_job_runs_again_after_the_seconds_it_answers(scheduler: Scheduler) -> None:
    runs, done = [0], threading.Event()

    def work() -> float | None:
        runs[0] += 1
        if runs[0] == 3:
            done.set()
            return None
        return 0.0

    scheduler.put(Job("k", "a", work))
    assert done.wait(PATIENCE)


def test_an_earlier_wish_wins_over_a_later_one(scheduler: Scheduler) -> None:
    done = threading.Event()
    scheduler.put(Job("k", "a", done.set), 3600)
    scheduler.put(Job("k", "a", done.set), 0)
    assert done.wait(PATIENCE)


def test_another_pool_replaces_what_was_planned(scheduler: Scheduler) -> None:
    ran: list[str] = []
    done = threading.Event()

    def second() -> None:
        ran.append("b")
        done.set()

    scheduler.put(Job("k", "a", lambda: ran.append("a")), 3600)
    scheduler.put(Job("k", "b", second))
    assert done.wait(PATIENCE)
    assert ran == ["b"]


def test_stop_waits_for_what_runs_and_starts_nothing(scheduler: Scheduler) -> None:
    entered, go_on, ran = threading.Event(), threading.Event(), []

    def work() -> None:
        entered.set()
        go_on.wait(PATIENCE)
        ran.append("work")

    scheduler.put(Job("k", "a", work))
    scheduler.put(Job("later", "a", lambda: ran.append("later")), 3600)
    assert entered.wait(PATIENCE)
    assert scheduler.stop(0.05) is False
    go_on.set()
    assert scheduler.stop(PATIENCE) is True
    scheduler.put(Job("new", "a", lambda: ran.append("new")))
    assert ran == ["work"]


def test_a_pool_starts_no_more_threads_than_it_may() -> None:
    pool, gate = DaemonPool("rh-test", 3), threading.Event()
    calls = [pool.submit(lambda: (gate.wait(PATIENCE), threading.current_thread().name)[1]) for _ in range(9)]
    gate.set()
    names = {call.result(PATIENCE) for call in calls}
    assert 1 <= len(names) <= 3
    with pytest.raises(ZeroDivisionError):
        pool.submit(lambda: 1 // 0).result(PATIENCE)
    assert pool.submit(lambda: "still here").result(PATIENCE) == "still here"
    pool.close()
