"""Charges, ids, the feed of changes, results as the service lists them."""

from __future__ import annotations

import threading
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from rh_ui.domain import Charged, Modality, Money, OutputKind, new_id
from rh_ui.engine.charges import charge, coins
from rh_ui.engine.context import Stage
from rh_ui.engine.retry_policy import RetryPolicy, Timings
from rh_ui.engine.step_runner import StepRunner
from rh_ui.engine.steps.poll import new_outputs
from rh_ui.runninghub.replies import RemoteOutput, Usage
from rh_ui.services.change_feed import ChangeFeed

CNY = "CNY"


def usage(money: str | None = None, coins: str | None = None) -> Usage:
    told = None if money is None else Decimal(money), None if coins is None else Decimal(coins)
    return Usage(*told, None, whole=None not in told)


@pytest.mark.parametrize(
    ("told", "failed", "expected"),
    [
        (usage("0.14"), False, (Charged.YES, Money(Decimal("0.14"), CNY))),
        (usage("0.14"), True, (Charged.YES, Money(Decimal("0.14"), CNY))),
        (usage("0", "0"), False, (Charged.NO, Money(Decimal(0), CNY))),
        (usage("0"), False, (Charged.MAYBE, None)),
        (usage(None, "0"), False, (Charged.MAYBE, None)),
        (usage("0"), True, (Charged.NO, None)),
        (usage("0", "17"), False, (Charged.YES, None)),
        (usage(None, "17"), False, (Charged.YES, None)),
        (usage(), False, (Charged.MAYBE, None)),
        (usage(), True, (Charged.NO, None)),
        (None, False, (Charged.MAYBE, None)),
        (None, True, (Charged.MAYBE, None)),
    ],
)
def test_an_unknown_cost_is_never_zero(
    told: Usage | None, failed: bool, expected: tuple[Charged, Money | None]
) -> None:
    assert charge(told, CNY, failed=failed) == expected


def test_a_zero_of_the_only_purse_is_the_whole_cost() -> None:
    assert charge(usage("0"), CNY, one_purse=True) == (Charged.NO, Money(Decimal(0), CNY))
    assert charge(usage(), CNY, one_purse=True) == (Charged.MAYBE, None)


def test_coins_are_told_apart_from_money() -> None:
    assert coins(usage("3.85", "5")) == Decimal(5), "two purses at once"
    assert coins(usage(None, "17")) == Decimal(17)
    assert coins(usage("0.14")) is None and coins(usage(None, "0")) is None and coins(None) is None


def test_ids_sort_by_time_and_differ() -> None:
    ids = [new_id() for _ in range(200)]
    assert ids == sorted(ids) and len(set(ids)) == 200


def test_results_keep_their_order_and_a_twin_is_kept_once() -> None:
    listed = (
        RemoteOutput("https://x/b.png", None, "png"),
        RemoteOutput("https://x/a.mp4", None, "mp4"),
        RemoteOutput("https://x/b.png", None, "png"),
        RemoteOutput(None, "words", "txt"),
        RemoteOutput("https://x/c", None, ""),
    )
    made = new_outputs(listed, Modality.IMAGE)
    assert [(o.position, o.remote_url, o.text, o.kind) for o in made] == [
        (0, "https://x/b.png", None, OutputKind.IMAGE),
        (1, "https://x/a.mp4", None, OutputKind.VIDEO),
        (2, "", "words", OutputKind.TEXT),
        (3, "https://x/c", None, OutputKind.IMAGE),
    ]


def test_followers_hear_of_a_change_once_and_closed_ones_not_at_all() -> None:
    changes, heard = ChangeFeed(), []
    following = changes.subscribe(lambda: heard.append("a"))
    other = changes.subscribe()
    changes.publish()
    assert other.wait(0) is True
    assert other.wait(0) is False
    following.close()
    changes.publish()
    assert heard == ["a"]
    assert changes.version == 2


def test_a_follower_whose_loop_is_closed_does_no_harm() -> None:
    changes, calls = ChangeFeed(), []

    def broken() -> None:
        calls.append(1)
        raise RuntimeError("Event loop is closed")

    changes.subscribe(broken)
    changes.publish()
    changes.publish()
    assert calls == [1]


def test_waiting_ends_with_a_change_from_another_thread() -> None:
    changes = ChangeFeed()
    with changes.subscribe() as following:
        other = threading.Thread(target=changes.publish)
        other.start()
        assert following.wait(30) is True
        other.join()


def test_a_confirm_that_goes_well_does_not_hide_that_the_task_s_own_step_breaks() -> None:
    """They run beside each other; a step is given up after several crashes of its own."""
    given_up: list[str] = []
    timings = Timings(jitter=0.0, crash_tries=3)
    download = SimpleNamespace(give_up=given_up.append)
    parts: Any = SimpleNamespace(
        history=None, retry=RetryPolicy(timings), own_tasks=None, submit=None, download=download
    )
    runner = StepRunner(parts, parts, parts)

    def breaks(_task_id: str) -> float | None:
        raise ValueError("broken")

    for _ in range(3):
        runner.run(Stage.DOWNLOAD, breaks, "a")
        runner.run(Stage.CONFIRM, lambda _task_id: None, "a")
    assert given_up == ["a"]
