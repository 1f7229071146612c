"""A run above a price waits for an admin's yes: nothing is sent before it, and it runs once after it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

import pytest

from rh_ui.domain import Charged, RunFault, Task, TaskState, new_id
from rh_ui.errors import MoveRefused, NotFound, RightRefused
from rh_ui.people import COINS, Action, Budget, Caller, Holder, Period, Role
from rh_ui.services.order_identity import OrderContext
from tests.integration.engine.workshop import TEXT, Workshop
from tests.integration.persistence.test_store_orders import age
from tests.samples import link_for, valid_params

S = TaskState
ANN: Final = Caller("ann", Role.MEMBER, "Ann")
ADA: Final = Caller("ada", Role.ADMIN, "Ada")
EVE: Final = Caller("eve", Role.ADMIN, "Eve")
DAY: Final = 24 * 3600.0


@pytest.fixture(autouse=True)
def asks_above_one(workshop: Workshop) -> None:
    """A text has no price in coins: each run holds two of them."""
    ask_above(workshop, "1")


def ask_above(workshop: Workshop, amount: str | None) -> None:
    above = None if amount is None else Decimal(amount)
    made = Budget(
        new_id(), Holder.PERSON, "", Period.MONTH, "Asia/Shanghai", Decimal(1000), COINS, Decimal(2), above
    )
    workshop.repositories.budgets.put(made)


def order(workshop: Workshop, by: Caller = ANN, request_id: str = "") -> Task:
    body = valid_params(workshop.catalog.get(TEXT), link_for)
    runs = workshop.services.of(by).runs
    return runs.order(TEXT, body, request_id, "a browser", OrderContext("page")).task


def test_nothing_is_sent_before_a_yes_and_it_runs_once_after_it(workshop: Workshop) -> None:
    asks = order(workshop)
    assert asks.state is S.ASKING
    workshop.restart()
    approvals = workshop.services.approvals
    assert workshop.done(order(workshop, ADA)).id, "an admin's own run overtakes it"
    assert workshop.history.task(asks.id).state is S.ASKING and len(workshop.accepted()) == 1
    assert workshop.history.active_count() == 0
    (asking,) = approvals.waiting(ADA)
    assert asking.task.id == asks.id and asking.costs == {"CNY": Decimal("0.02")}
    assert [each.left for each in asking.budgets] == [998]
    approvals.approve(asks.id, ADA)
    assert workshop.done(asks).note == "" and len(workshop.accepted()) == 2
    assert approvals.waiting(ADA) == [] and approvals.count(ADA) == 0
    with pytest.raises(MoveRefused) as refused:
        approvals.decline(asks.id, EVE)
    assert refused.value.code == "asked-yes"
    (entry,) = workshop.services.audit.page(owner="ann")
    assert (entry.person, entry.action, entry.target) == ("ada", Action.APPROVED, asks.id)
    assert entry.details == {"model": TEXT, "amount": "0.02 CNY"}


def test_pressed_again_it_is_the_same_run_that_asks(workshop: Workshop) -> None:
    asks = order(workshop, request_id="one")
    assert order(workshop, request_id="one") == asks
    workshop.services.approvals.approve(asks.id, ADA)
    assert order(workshop, request_id="one").id == asks.id
    workshop.done(asks)
    assert len(workshop.accepted()) == 1


def decline(workshop: Workshop, asks: Task) -> None:
    workshop.services.approvals.decline(asks.id, ADA)


def take_back(workshop: Workshop, asks: Task) -> None:
    workshop.services.of(ANN).runs.cancel(asks.id)


def let_lapse(workshop: Workshop, asks: Task) -> None:
    workshop.services.approvals.end_unanswered()
    assert workshop.history.task(asks.id).state is S.ASKING
    age(workshop.database, asks.id, DAY)
    with pytest.raises(MoveRefused) as refused:
        workshop.services.approvals.approve(asks.id, ADA)
    assert refused.value.code == "asked-too-late"
    workshop.services.approvals.end_unanswered()


@pytest.mark.parametrize(
    ("end", "code", "later"),
    [
        (decline, RunFault.DECLINED, "asked-no"),
        (take_back, "", "asked-back"),
        (let_lapse, RunFault.LAPSED, "asked-too-late"),
    ],
    ids=["declined", "taken back", "lapsed"],
)
def test_without_a_yes_it_ends_unsent_and_free(
    workshop: Workshop, end: Callable[[Workshop, Task], None], code: str, later: str
) -> None:
    asks = order(workshop)
    assert workshop.repositories.budgets.standings(asks.owner)[0].left == 998
    end(workshop, asks)
    ended = workshop.history.task(asks.id)
    assert (ended.state, ended.charged, ended.note) == (S.CANCELLED, Charged.NO, "")
    assert (ended.error.code if ended.error else "") == code
    assert ended.finished_at and not ended.submitted_at and ended.asks_until is None
    assert workshop.repositories.budgets.standings(asks.owner)[0].left == 1000
    for answer in (workshop.services.approvals.approve, workshop.services.approvals.decline):
        with pytest.raises(MoveRefused) as refused:
            answer(asks.id, EVE)
        assert refused.value.code == later
    again = workshop.services.of(ANN).runs.retry(asks.id, "a browser").task
    assert again.id != asks.id and again.state is S.ASKING
    assert workshop.accepted() == []


def test_only_an_admin_on_the_page_says_yes(workshop: Workshop) -> None:
    asks = order(workshop)
    others = [
        ANN,
        Caller("gus", Role.GUEST),
        Caller("ada", Role.ADMIN, token="script"),
        Caller("ada", Role.ADMIN, looking_at="ann"),
    ]
    for caller in others:
        assert workshop.services.approvals.count(caller) == 0
        for call in (
            lambda by: workshop.services.approvals.approve(asks.id, by),
            lambda by: workshop.services.approvals.decline(asks.id, by),
            workshop.services.approvals.waiting,
        ):
            with pytest.raises(RightRefused):
                call(caller)
    with pytest.raises(NotFound):
        workshop.services.approvals.approve("none", ADA)
    assert workshop.history.task(asks.id).state is S.ASKING


def test_an_admin_s_script_asks_like_everybody_s(workshop: Workshop) -> None:
    assert order(workshop, Caller("ada", Role.ADMIN, token="script")).state is S.ASKING
    assert order(workshop, Caller("ann", Role.MEMBER, token="script")).state is S.ASKING


def test_a_run_whose_key_is_not_here_waits_for_it_after_the_yes(workshop: Workshop) -> None:
    asks = order(workshop)
    workshop.restart(clients={})
    workshop.services.approvals.approve(asks.id, ADA)
    waits = workshop.history.task(asks.id)
    assert (waits.state, waits.note) == (S.QUEUED, "other-account")
    workshop.restart()
    assert workshop.done(asks).note == "" and len(workshop.accepted()) == 1


def test_a_yes_that_was_stored_last_before_the_end_counts(workshop: Workshop) -> None:
    """The program ends after the commit, before its queue knows."""
    asks = order(workshop)
    assert workshop.repositories.asking_runs.answer(
        asks.id, S.QUEUED, (), owner=workshop.engine.worker, note=""
    )
    workshop.restart()
    workshop.done(asks)
    assert len(workshop.accepted()) == 1
