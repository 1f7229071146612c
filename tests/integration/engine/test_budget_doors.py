"""Every way to order a run passes the same budgets: the press, the retry and "run again"."""

from __future__ import annotations

import ast
from collections.abc import Callable
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rh_ui.domain import Task, TaskState, new_id
from rh_ui.errors import BudgetRefused
from rh_ui.people import COINS, Budget, Caller, Holder, Period, Role, RunOwner
from rh_ui.services.order_identity import OrderContext
from rh_ui.services.services import Services
from tests.contract.source import program
from tests.integration.engine.workshop import TEXT, Workshop
from tests.samples import link_for, valid_params

ANN: Final = Caller("ann", Role.MEMBER, "Ann")
S = TaskState


def of_ann(workshop: Workshop) -> Services:
    return workshop.services.of(ANN)


def order(workshop: Workshop, request_id: str = "") -> Task:
    body = valid_params(workshop.catalog.get(TEXT), link_for)
    return of_ann(workshop).runs.order(TEXT, body, request_id, "a browser", OrderContext("page")).task


def allow(workshop: Workshop, amount: str, unit: str = COINS, unpriced: str | None = "1") -> None:
    """The price of a text is in no unit that is known, so each run holds `unpriced`."""
    held = None if unpriced is None else Decimal(unpriced)
    made = Budget(new_id(), Holder.PERSON, "ann", Period.MONTH, "Asia/Shanghai", Decimal(amount), unit, held)
    workshop.repositories.budgets.put(made)


def ended(workshop: Workshop, becomes: TaskState) -> Task:
    """A run of Ann's that is over, or whose outcome is unknown; it counts one coin in either case."""
    workshop.until(lambda: workshop.history.active_count() == 0, "no other run meets the fault")
    allow(workshop, "1000")
    if becomes is S.UNKNOWN:
        workshop.emulator.fault("submit", "drop-after")
        return workshop.reach(order(workshop), S.UNKNOWN)
    return workshop.done(order(workshop))


DOORS: Final[dict[str, tuple[TaskState, Callable[[Workshop, Task], object]]]] = {
    "press": (S.DONE, lambda workshop, _task: order(workshop)),
    "press with an id": (S.DONE, lambda workshop, _task: order(workshop, new_id())),
    "retry": (S.DONE, lambda workshop, task: of_ann(workshop).runs.retry(task.id, "a browser")),
    "again": (
        S.UNKNOWN,
        lambda workshop, task: of_ann(workshop).unknown_outcomes.resolve(task.id, "again"),
    ),
}


def test_a_run_is_stored_at_one_place_and_that_one_asks_the_budgets() -> None:
    """The other place is a run that was made elsewhere: nothing is ordered there."""
    found = [
        (module.name, call.lineno)
        for module in program().values()
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("self._tasks.add", "tasks.add")
    ]
    assert sorted(name for name, _ in found) == ["rh_ui.services.external_runs", "rh_ui.services.run_service"]


@pytest.mark.parametrize("door", DOORS)
def test_every_door_is_shut_where_nothing_is_left(workshop: Workshop, door: str) -> None:
    state, press = DOORS[door]
    task = ended(workshop, state)
    allow(workshop, "1.5")
    before = workshop.emulator.last_number()
    with pytest.raises(BudgetRefused) as refused:
        press(workshop, task)
    assert (refused.value.stop.left, refused.value.stop.needed) == (Decimal("0.5"), Decimal(1))
    assert workshop.history.count() == 1 and workshop.history.task(task.id) == task, "nothing has changed"
    assert [entry for entry in workshop.emulator.journal(before) if entry["operation"] == "submit"] == []
    allow(workshop, "2")
    press(workshop, task)
    assert workshop.history.count() == 2


def test_run_again_that_was_pressed_before_needs_no_second_budget(workshop: Workshop) -> None:
    task = ended(workshop, S.UNKNOWN)
    allow(workshop, "2")
    again = of_ann(workshop).unknown_outcomes.resolve(task.id, "again")
    allow(workshop, "0")
    assert of_ann(workshop).unknown_outcomes.resolve(task.id, "again").id == again.id


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(doors=st.lists(st.sampled_from(sorted(DOORS)), min_size=1, max_size=8), limit=st.integers(0, 5))
def test_whichever_doors_are_used_the_budget_is_never_passed(
    workshop: Workshop, doors: list[str], limit: int
) -> None:
    store = workshop.repositories
    first = {door: ended(workshop, DOORS[door][0]) for door in set(doors)}
    (standing,) = store.budgets.standings(RunOwner("ann"))
    allow(workshop, str(standing.spent + limit))
    made = 0
    for door in doors:
        before = workshop.history.count()
        try:
            DOORS[door][1](workshop, first[door])
        except BudgetRefused:
            assert made == limit, door
        made += workshop.history.count() - before
        (now,) = store.budgets.standings(RunOwner("ann"))
        assert now.left == limit - made >= 0
