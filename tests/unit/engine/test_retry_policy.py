"""When to ask again, without random numbers."""

from __future__ import annotations

import random

import pytest

from rh_ui.engine.retry_policy import LONGEST_RETRY_AFTER, RetryPolicy, Timings

EVEN = RetryPolicy(Timings(), lambda: 0.5)


@pytest.mark.parametrize(
    ("age", "expected"), [(0, 2), (19.9, 2), (20, 5), (119, 5), (120, 10), (7200, 10), (90_000, 10)]
)
def test_the_interval_grows_with_the_age_of_the_run(age: float, expected: float) -> None:
    assert EVEN.poll(age) == pytest.approx(expected)


@pytest.mark.parametrize(("dice", "share"), [(0.0, 0.8), (1.0, 1.2)])
def test_jitter_stays_within_its_share(dice: float, share: float) -> None:
    assert RetryPolicy(Timings(), lambda: dice).poll(0) == pytest.approx(2 * share)


def test_jitter_takes_nothing_from_the_process_s_own_generator() -> None:
    before = random.getstate()
    assert RetryPolicy(Timings()).poll(0) != RetryPolicy(Timings()).poll(0)
    assert random.getstate() == before


def test_trouble_doubles_up_to_a_minute() -> None:
    waits = [EVEN.trouble(times) for times in (1, 2, 3, 6, 7, 5000)]
    assert waits == pytest.approx([2, 4, 8, 60, 60, 60])


def test_a_wish_of_the_service_is_kept_within_reason() -> None:
    assert EVEN.trouble(1, retry_after=45) == 45
    assert EVEN.trouble(6, retry_after=1) == pytest.approx(60)
    assert EVEN.trouble(1, retry_after=86_400) == LONGEST_RETRY_AFTER


def test_holding_for_capacity_is_at_most_half_a_minute() -> None:
    assert [EVEN.hold(times) for times in (1, 4, 5, 99)] == pytest.approx([2, 16, 30, 30])


def test_many_that_start_together_are_spread() -> None:
    assert RetryPolicy(Timings(), lambda: 0.25).spread(8) == 2
