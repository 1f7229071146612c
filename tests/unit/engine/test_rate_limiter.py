"""How many runs of an account run at once, as told by the service and as learned."""

from __future__ import annotations

import pytest

from rh_ui.engine.queue.rate_limiter import FOR_A_SLOT, NO_BALANCE, RateLimiter


def refused(reason: str, taken: int, until: float) -> RateLimiter:
    """After a refusal with this many slots in use."""
    made = RateLimiter()
    made.record_refusal(taken)
    made.hold(reason, until)
    return made


def test_without_a_word_of_the_service_thirty_may_go() -> None:
    limiter = RateLimiter()
    assert limiter.limit == limiter.learned_limit == 30
    assert limiter.may_admit(29, 0.0) and not limiter.may_admit(30, 0.0)


def test_runs_of_other_programs_take_slots_but_never_the_last_one() -> None:
    limiter = RateLimiter()
    limiter.record_limits(5, running=4, taken=1, now=0.0)
    assert limiter.limit == 2
    limiter.record_limits(5, running=1, taken=3, now=0.0)
    assert limiter.limit == 5, "nobody else's, fewer than we know of"
    limiter.record_limits(5, running=9, taken=0, now=0.0)
    assert limiter.limit == 1


def test_a_learned_limit_is_never_more_than_the_told_one() -> None:
    limiter = refused("421", taken=9, until=0.0)
    assert limiter.learned_limit == 9
    limiter.record_limits(3, running=0, taken=0, now=0.0)
    assert limiter.learned_limit == 3


@pytest.mark.parametrize("reason", ["421", "1520", "415"])
def test_a_hold_for_want_of_a_slot_ends_when_one_is_free(reason: str) -> None:
    limiter = refused(reason, taken=2, until=9.0)
    assert (limiter.held_for(0.5), limiter.hold_reason(0.5)) == (8.5, reason)
    limiter.record_free_slot()
    assert limiter.held_for(0.5) <= 0 and limiter.hold_reason(0.5) == ""
    assert reason in FOR_A_SLOT


def test_any_other_hold_is_a_matter_of_time() -> None:
    limiter = refused("1003", taken=2, until=9.0)
    limiter.record_free_slot()
    assert limiter.hold_reason(8.9) == "1003" and limiter.hold_reason(9.0) == ""


def test_after_a_refusal_without_a_hold_one_may_try_at_once() -> None:
    limiter = RateLimiter()
    limiter.record_refusal(2)
    assert limiter.may_admit(1, 0.5) and limiter.may_admit(2, 0.5)


def test_one_at_a_time_tries_for_more_than_was_learned() -> None:
    limiter = refused("421", taken=2, until=9.0)
    limiter.record_free_slot()
    assert limiter.may_admit(1, 5.0) and not limiter.may_admit(2, 5.0)
    limiter.record_admitted("usual", 1)
    assert limiter.may_admit(2, 9.0)
    limiter.record_admitted("probe", 2)
    assert not limiter.may_admit(2, 9.0)
    limiter.record_left("usual")
    assert not limiter.may_admit(2, 9.0)
    limiter.record_left("probe")
    assert limiter.may_admit(2, 9.0)


def test_a_try_that_succeeds_raises_what_was_learned() -> None:
    limiter = refused("421", taken=2, until=9.0)
    limiter.record_admitted("probe", 2)
    limiter.record_accepted("probe", "model", 3)
    assert limiter.learned_limit == 3
    limiter.record_accepted("earlier", "model", 1)
    assert limiter.learned_limit == 3


def test_a_run_taken_during_a_hold_of_time_ends_what_is_said_of_it_and_the_counting() -> None:
    limiter = refused("1003", taken=2, until=9.0)
    limiter.record_accepted("other", None, 2)
    assert limiter.hold_reason(5.0) == ""
    assert limiter.record_refusal(2) == 1


def test_a_run_taken_in_a_known_slot_proves_nothing_of_one_more() -> None:
    limiter = refused("421", taken=2, until=9.0)
    limiter.record_accepted("other", None, 2)
    assert limiter.hold_reason(5.0) == "421"
    assert limiter.record_refusal(2) == 2


def test_money_at_last_lets_one_try_first() -> None:
    limiter = refused("421", taken=2, until=9.0)
    limiter.restart(0)
    assert limiter.held_for(0.5) <= 0 and limiter.may_admit(0, 0.5)
    limiter.record_admitted("first", 0)
    assert not limiter.may_admit(1, 99.0)
    limiter.hold(NO_BALANCE, 20.0)
    assert limiter.hold_reason(5.0) == NO_BALANCE


def test_without_a_hold_there_is_no_reason_whatever_was_refused_before() -> None:
    limiter = refused("1003", taken=2, until=9.0)
    limiter.restart(0)
    assert limiter.hold_reason(0.0) == ""


def test_a_busy_model_is_left_alone_until_then_and_counted_until_it_takes_one() -> None:
    limiter = RateLimiter()
    assert [limiter.record_busy_model("busy") for _ in range(2)] == [1, 2]
    assert limiter.busy_models(0.5) == [] == limiter.ends()
    limiter.hold_model("busy", 10.0)
    assert limiter.busy_models(9.9) == ["busy"] and limiter.busy_models(10.0) == []
    assert limiter.ends() == [10.0]
    limiter.record_accepted("run", "busy", 1)
    assert limiter.ends() == []
    assert limiter.record_busy_model("busy") == 1


def test_it_is_worth_looking_again_when_a_try_may_be_made() -> None:
    limiter = refused("421", taken=2, until=9.0)
    limiter.hold_model("busy", 10.0)
    assert limiter.ends() == [10.0, 9.0]


def test_figures_grow_stale_whether_they_were_told_or_not() -> None:
    limiter = RateLimiter()
    assert limiter.limits_are_stale(0.0, 60.0)
    limiter.record_no_limits(5.0)
    assert not limiter.limits_are_stale(64.9, 60.0) and limiter.limits_are_stale(65.0, 60.0)
    limiter.record_limits(None, 0, 0, now=70.0)
    assert not limiter.limits_are_stale(129.9, 60.0)
