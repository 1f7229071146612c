"""Whose run is next, and the place of each in the queue."""

from __future__ import annotations

from collections import Counter, deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rh_ui.engine.queue.account_queue import AccountQueue
from rh_ui.engine.queue.fair_queue import FairQueue, QueueEntry


def lane_of(limit: int, *tickets: QueueEntry) -> AccountQueue:
    made = AccountQueue()
    made.record_limits(limit, 0, 0.0)
    for ticket in tickets:
        made.enqueue(ticket)
    return made


def batch(submitter: str, count: int, start: int = 0) -> list[QueueEntry]:
    return [QueueEntry(f"{start + number:04d}-{submitter}", submitter, "model") for number in range(count)]


def run_out(lane: AccountQueue, limit: int) -> list[str]:
    """Who starts in which order when the oldest run always ends first."""
    running: deque[str] = deque()
    started = []
    while True:
        while (task_id := lane.admit(0.0)) is not None:
            running.append(task_id)
            started.append(task_id)
        assert len(running) <= limit
        if not running:
            return started
        lane.release(running.popleft())


def test_ten_behind_a_hundred_are_done_after_some_twenty() -> None:
    lane = lane_of(2, *batch("many", 100))
    running = deque([lane.admit(0.0), lane.admit(0.0)])
    for ticket in batch("few", 10, start=500):
        lane.enqueue(ticket)
    started: list[str] = []
    while (ended := running.popleft()) is not None:
        lane.release(ended)
        started.append(lane.admit(0.0) or "")
        if sum(task_id.endswith("few") for task_id in started) == 10:
            break
        running.append(started[-1])
    assert len(started) <= 20, "half of the places, not what a hundred leave over"


def test_who_runs_for_long_does_not_take_all_places() -> None:
    """Slots are shared, not turns: a person's quick runs pass beside another's slow ones."""
    lane = lane_of(3, *batch("slow", 50))
    slow = [lane.admit(0.0) for _ in range(3)]
    for ticket in batch("quick", 20, start=500):
        lane.enqueue(ticket)
    lane.release(slow[0] or "")
    for _ in range(20):
        task_id = lane.admit(0.0)
        assert task_id is not None and task_id.endswith("quick")
        assert lane.admit(0.0) is None
        lane.release(task_id)


def test_who_runs_since_before_a_restart_had_the_last_turn() -> None:
    lane = lane_of(1, *batch("one", 1), *batch("two", 1, start=9))
    lane.occupy_slot(QueueEntry("running", "one", "model"))
    lane.release("running")
    assert lane.admit(0.0) == "0009-two"


def test_places_in_other_processes_count_for_who_is_next() -> None:
    lane = lane_of(4, *batch("one", 1), *batch("two", 1, start=9))
    lane.sync([], {"x": "one", "y": "one"}, {})
    assert lane.admit(0.0) == "0009-two"


def test_a_doubtful_run_counts_as_its_submitter_s() -> None:
    lane = lane_of(4, *batch("one", 2), *batch("two", 1, start=9))
    first = lane.admit(0.0)
    assert first is not None
    lane.mark_uncertain(first, "one", 1800.0)
    assert lane.admit(0.0) == "0009-two"


def test_one_s_priority_is_nothing_to_the_others() -> None:
    first, second = batch("one", 2, start=5)
    hurried = QueueEntry(second.id, "one", "model", priority=1)
    lane = lane_of(1, first, second, *batch("two", 2))
    assert [*lane.positions()] == ["0000-two", "0005-one", "0001-two", "0006-one"]
    lane.enqueue(hurried)
    assert [*lane.positions()] == ["0000-two", "0006-one", "0001-two", "0005-one"]
    assert run_out(lane, 1) == ["0000-two", "0006-one", "0001-two", "0005-one"]


def test_the_last_one_moved_up_is_the_first() -> None:
    line = FairQueue()
    for number, priority in enumerate((0, 1, 2, 0)):
        line.add(QueueEntry(f"t{number}", "one", "model", priority))
    order = line.order([], {}, 1)
    assert [*order] == ["t2", "t1", "t0", "t3"]
    assert [place.first for place in order.values()] == [True, False, False, False]
    assert [place.number for place in order.values()] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("waiting", "placed", "turns", "places", "order"),
    [
        ("ca", "cab", {"b": 1, "c": 5, "a": 2}, 2, "ac"),
        ("cb", "bcc", {"b": 5, "c": 1}, 2, "bc"),
        ("abc", "ac", {"c": 4, "a": 5}, 3, "bac"),
        ("aab", "", {}, 1, "aba"),
        ("ab", "ab", {"a": 1, "b": 2}, 0, "ab"),
    ],
)
def test_the_shown_order_lets_the_oldest_slots_end_one_by_one(
    waiting: str, placed: str, turns: dict[str, int], places: int, order: str
) -> None:
    line = FairQueue()
    for number, submitter in enumerate(waiting):
        line.add(QueueEntry(f"{number}{submitter}", submitter, "model"))
    assert "".join(task_id[1] for task_id in line.order(placed, turns, places)) == order


tickets = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2)), min_size=1, max_size=25).map(
    lambda told: [QueueEntry(f"{number:03d}", who, "model", rank) for number, (who, rank) in enumerate(told)]
)


@given(tickets, st.integers(1, 5), st.integers(0, 12))
def test_the_shown_place_in_line_is_the_true_one(made: list[QueueEntry], limit: int, before: int) -> None:
    """At every moment the shown order is the order in which they start."""
    lane = lane_of(limit, *made)
    running: deque[str] = deque()
    for _ in range(before):
        task_id = lane.admit(0.0)
        if task_id is not None:
            running.append(task_id)
        elif running:
            lane.release(running.popleft())
    while (task_id := lane.admit(0.0)) is not None:
        running.append(task_id)
    shown = [*lane.positions()]
    started: list[str] = []
    while running:
        lane.release(running.popleft())
        while (task_id := lane.admit(0.0)) is not None:
            running.append(task_id)
            started.append(task_id)
    assert started == shown


@given(tickets, st.integers(1, 5))
def test_nobody_has_two_places_more_than_one_who_waits(made: list[QueueEntry], limit: int) -> None:
    lane = lane_of(limit, *made)
    whose = {ticket.id: ticket.submitter for ticket in made}
    running: deque[str] = deque()
    waiting = Counter(whose.values())
    for _ in range(3 * len(made)):
        while (task_id := lane.admit(0.0)) is not None:
            held = Counter(whose[other] for other in running)
            mine = whose[task_id]
            assert all(held[mine] <= held[other] for other in waiting if waiting[other]), task_id
            running.append(task_id)
            waiting[mine] -= 1
        if running:
            lane.release(running.popleft())
    assert not +waiting
