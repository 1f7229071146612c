"""The queue of one account."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from rh_ui.domain import Money, Pause
from rh_ui.engine.queue.account_queue import AccountQueue
from rh_ui.engine.queue.fair_queue import QueueEntry
from rh_ui.engine.queue.rate_limiter import FIRST_GUESS

PAUSE = Pause("https://service.example", "0123456789ab", "416", datetime(2026, 1, 1, tzinfo=UTC))


def ticket(name: str, submitter: str = "", endpoint: str = "model") -> QueueEntry:
    return QueueEntry(name, submitter, endpoint)


def lane(waiting: int = 0, holders: int = 0) -> AccountQueue:
    made = AccountQueue()
    for number in range(holders):
        made.occupy_slot(ticket(f"p{number}"))
    for number in range(waiting):
        made.enqueue(ticket(f"w{number:03d}"))
    return made


def admitted(line: AccountQueue, now: float) -> list[str]:
    found = []
    while (task_id := line.admit(now)) is not None:
        found.append(task_id)
    return found


def admit(line: AccountQueue, now: float = 0) -> str:
    found = line.admit(now)
    assert found is not None
    return found


def test_the_oldest_goes_first_whenever_it_joined() -> None:
    line = AccountQueue()
    for task_id in ("c", "a", "b"):
        line.enqueue(ticket(task_id))
    assert admitted(line, 0) == ["a", "b", "c"]


def test_a_guess_bounds_what_nobody_told() -> None:
    assert len(admitted(lane(waiting=50), 0)) == FIRST_GUESS


def test_the_told_limit_counts_runs_of_other_programs() -> None:
    line = lane(waiting=10, holders=2)
    line.record_limits(5, running=3, now=0)
    assert len(admitted(line, 0)) == 2
    line.release("p0")
    assert len(admitted(line, 0)) == 1


def test_one_may_always_try_even_when_others_use_all() -> None:
    line = lane(waiting=2)
    line.record_limits(3, running=9, now=0)
    assert len(admitted(line, 0)) == 1


def test_a_limit_that_could_not_be_read_again_still_counts() -> None:
    line = lane(waiting=5)
    line.record_limits(2, running=0, now=0)
    line.record_no_limits(60)
    assert not line.wants_limits(61, 60)
    assert len(admitted(line, 61)) == 2


def test_a_refusal_holds_the_line_until_a_place_is_free() -> None:
    line = lane(waiting=3, holders=2)
    assert admit(line) == "w000"
    assert line.record_refusal(ticket("w000")) == 1
    line.hold("421", 10)
    assert line.admit(5) is None
    assert (line.hold_reason(5), sorted(line.waiting_ids())) == ("421", ["w000", "w001", "w002"])
    assert line.seconds_to_wait(4, 60) == 6
    assert line.release("p0") is True
    assert admit(line, 5) == "w000", "the place that was left, long before the hold ends"


def test_after_a_hold_one_may_try_and_success_opens_the_line() -> None:
    line = lane(waiting=9, holders=2)
    line.record_refusal(ticket(admit(line)))
    line.hold("421", 10)
    assert admitted(line, 11) == ["w000"]
    line.record_accepted("w000")
    assert admitted(line, 12) == ["w001"]


@pytest.mark.parametrize("why", ["421", "1003", "not-sent"])
def test_one_alone_tries_first_where_none_has_a_place(why: str) -> None:
    line = lane(waiting=9)
    line.record_refusal(ticket(admit(line)))
    line.hold(why, 10)
    assert admitted(line, 11) == ["w000"]


def test_at_a_learned_limit_a_free_place_is_taken_without_trying_for_more() -> None:
    """One refused POST for every run would be a nuisance; more is tried when the hold ends."""
    line = lane(waiting=9, holders=2)
    line.record_refusal(ticket(admit(line)))
    line.hold("421", 10)
    line.release("p0")
    assert admitted(line, 5) == ["w000"]
    line.record_accepted("w000")
    assert admitted(line, 5) == []
    assert line.seconds_to_wait(5, 60) == 5
    assert admitted(line, 10) == ["w001"], "the try for one more"
    assert line.record_refusal(ticket("w001")) == 2, "the waits between such tries grow"


def test_a_try_that_comes_to_nothing_does_not_end_the_trying() -> None:
    line = lane(waiting=9, holders=2)
    line.record_refusal(ticket(admit(line)))
    line.hold("421", 10)
    assert admitted(line, 11) == ["w000"]
    line.release("w000")
    assert admitted(line, 11) == ["w001"]
    line.requeue_unsent(ticket("w001"))
    assert admitted(line, 11) == ["w001"]


def test_a_hold_that_is_a_matter_of_time_does_not_end_with_a_run() -> None:
    line = lane(waiting=2, holders=1)
    line.record_refusal(ticket(admit(line)))
    line.hold("1003", 10)
    line.release("p0")
    assert line.admit(9) is None
    assert line.admit(10) is not None


def test_refusals_in_a_row_are_counted_until_one_is_accepted() -> None:
    line = lane(waiting=1)
    for expected in (1, 2, 3):
        assert line.record_refusal(ticket(admit(line))) == expected
        line.hold("1003", 0)
    line.record_accepted(admit(line))
    line.enqueue(ticket("x"))
    assert line.record_refusal(ticket(admit(line))) == 1


def test_who_left_the_line_is_never_admitted() -> None:
    line = lane(waiting=2)
    line.release("w000")
    line.requeue_unsent(ticket("w001"))
    assert admitted(line, 0) == ["w001"]
    assert line.seconds_to_wait(0, 60) is None


def test_figures_are_wanted_only_while_some_wait_beside_others() -> None:
    assert not lane(waiting=1).wants_limits(0, 60)
    assert lane(waiting=1).wants_limits(0, 60, alone=False)
    assert not lane(holders=1).wants_limits(0, 60, alone=False)
    assert not lane(holders=1).wants_limits(0, 60)
    assert lane(waiting=2).wants_limits(0, 60)
    line = lane(waiting=1, holders=1)
    assert line.wants_limits(0, 60)
    line.record_limits(None, 0, now=0)
    assert not line.wants_limits(59, 60)
    assert line.wants_limits(60, 60)


def test_a_busy_model_waits_alone() -> None:
    line = AccountQueue()
    for name, endpoint in (("a", "busy"), ("b", "busy"), ("c", "other")):
        line.enqueue(ticket(name, endpoint=endpoint))
    assert admit(line) == "a"
    assert line.record_busy_model(ticket("a", endpoint="busy")) == 1
    assert sorted(line.hold_model("busy", 10)) == ["a", "b"]
    assert admitted(line, 5) == ["c"]
    assert line.seconds_to_wait(5, 60) == 5
    assert admit(line, 10) == "a"
    assert line.record_busy_model(ticket("a", endpoint="busy")) == 2, "longer every time"
    line.hold_model("busy", 20)
    line.record_accepted(admit(line, 20))
    assert admit(line, 20) == "b"
    assert line.record_busy_model(ticket("b", endpoint="busy")) == 1


def test_an_unknown_outcome_has_a_place_for_its_time_and_no_longer() -> None:
    line = lane(waiting=3)
    line.record_limits(2, running=0, now=0)
    line.mark_uncertain(admit(line), "", until=1800)
    assert admitted(line, 1) == ["w001"]
    assert line.seconds_to_wait(1799, 60) == 1
    assert admitted(line, 1799) == []
    assert admitted(line, 1800) == ["w002"]


@pytest.mark.parametrize("clears", ["leave", "place", "give_back"])
def test_a_doubt_that_is_cleared_up_counts_no_more(clears: str) -> None:
    line = lane(waiting=2)
    line.record_limits(1, running=0, now=0)
    line.mark_uncertain(admit(line), "", until=1800)
    assert line.admit(1) is None
    if clears == "leave":
        assert line.release("w000") is True
        assert admitted(line, 1) == ["w001"]
    elif clears == "give_back":
        line.requeue_unsent(ticket("w000"))
        assert admitted(line, 1) == ["w000"]
    else:
        line.occupy_slot(ticket("w000"))
        assert line.admit(2000) is None, "it is known to run there now"


def test_a_paused_account_sends_nothing_until_it_is_resumed_and_then_one_tries() -> None:
    line = lane(waiting=5, holders=1)
    line.requeue_unsent(ticket(admit(line)))
    assert line.pause(PAUSE) is True
    assert line.pause(PAUSE) is False, "one message"
    line.release("p0")
    assert line.admit(9999) is None
    assert line.seconds_to_wait(0, 60) is None
    assert line.pause(None) is True
    assert line.pause(None) is False
    assert admitted(line, 1) == ["w000"], "not all at once into the next refusal"
    line.record_accepted("w000")
    assert admitted(line, 1) == ["w001"]
    line.record_accepted("w001")
    line.release("w000")
    assert admitted(line, 1) == ["w002", "w003"]


def test_the_first_look_at_a_paused_account_is_the_one_to_compare_with() -> None:
    line = lane(waiting=1)
    line.record_balance(Money(Decimal(1), "CNY"), None)
    line.pause(PAUSE)
    for amount in (1, 2):
        line.record_balance(Money(Decimal(amount), "CNY"), Decimal(amount))
    assert line.paused is not None
    assert (line.paused.seen, line.paused.coins) == (Money(Decimal(1), "CNY"), Decimal(1))
    assert not line.pause(PAUSE), "the same pause, whatever the account holds"
    later = replace(PAUSE, code="414")
    assert line.pause(later) and line.paused == later, "another program was refused since"


def test_runs_of_other_processes_take_their_places() -> None:
    line = lane(waiting=4)
    line.record_limits(3, 0, 0.0)
    assert not line.sync([], {"x": "", "y": ""}, {}), "more of them is no reason to look"
    assert admitted(line, 0.0) == ["w000"]
    assert line.sync([], {"x": ""}, {})
    assert admitted(line, 0.0) == ["w001"]
    assert not line.sync([], {"x": ""}, {})
    assert line.sync([], {}, {})
    assert admitted(line, 0.0) == ["w002"]


def test_the_line_is_that_of_all_processes() -> None:
    line = lane(waiting=1)
    assert line.sync([ticket("v"), ticket("w500")], {}, {})
    assert admitted(line, 0) == ["v", "w000", "w500"]


def test_what_other_processes_took_or_gave_up_leaves_the_line() -> None:
    line = lane(waiting=2)
    line.sync([ticket("v"), ticket("w500")], {}, {})
    line.sync([ticket("w500")], {"w000": ""}, {"w001": ("", 10.0)})
    assert admitted(line, 0) == ["w500"]


def test_an_unknown_outcome_of_another_process_has_a_place_too() -> None:
    line = lane(waiting=1)
    line.record_limits(1, 0, 0)
    line.sync([], {}, {"x": ("", 100.0)})
    assert line.admit(99) is None
    assert line.admit(100) == "w000"


def test_a_run_found_at_the_service_waits_no_more() -> None:
    line = lane(waiting=2)
    line.occupy_slot(ticket("w000"))
    assert line.waiting_ids() == ["w001"] and line.holds("w000")


def test_a_try_whose_outcome_is_unknown_leaves_the_next_try_to_another() -> None:
    line = lane(waiting=3)
    line.record_refusal(ticket(admit(line)))
    line.hold("421", 10)
    line.mark_uncertain(admit(line, 10), "", until=1800)
    line.release("w000")
    assert admitted(line, 11) == ["w001"]


def test_what_the_database_says_twice_is_news_once() -> None:
    line = AccountQueue()
    assert line.sync([ticket("v")], {}, {})
    assert not line.sync([ticket("v")], {}, {})
    assert line.sync([QueueEntry("v", "", "model", priority=1)], {}, {}), "another place"
    assert line.sync([], {"x": ""}, {}) is False, "nobody waits any more"
    assert line.sync([], {}, {}) is False, "a free slot, but nobody waits"


def test_a_run_of_ours_with_a_slot_waits_no_more_whatever_an_older_look_said() -> None:
    line = lane(holders=1)
    assert not line.sync([ticket("p0")], {}, {})
    assert line.waiting == 0


def test_a_hold_is_waited_out_to_its_end_and_no_longer() -> None:
    line = lane(waiting=1, holders=1)
    line.record_limits(1, running=0, now=0)
    line.hold("not-sent", 10)
    assert line.seconds_to_wait(9.5, 60) == 0.5
    assert line.seconds_to_wait(10, 60) == 60, "now only our own run is in the way"


def test_what_ended_this_moment_is_no_moment_to_wait_for() -> None:
    line = lane(waiting=1, holders=1)
    line.record_limits(1, running=0, now=0)
    line.hold_model("other", 10)
    assert line.seconds_to_wait(9, 60) == 1
    assert line.seconds_to_wait(10, 60) == 60


def test_who_may_go_now_is_not_waited_for() -> None:
    line = lane(waiting=1)
    assert line.seconds_to_wait(0, 60) == 0.0
