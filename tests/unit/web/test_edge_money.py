"""/money: what the page gets of budgets and of what was spent, and what it may send."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, Final, cast

import pytest

from rh_ui.budget_rules import Line, LineKind, Standing, window_of
from rh_ui.catalog.schema import Catalog
from rh_ui.errors import AmountRefused, NotFound, RightRefused
from rh_ui.people import COINS, OWNER, Budget, Caller, Holder, Period, Role, RunOwner
from rh_ui.services.budgets import Spending
from rh_ui.web.api import money as api
from rh_ui.web.services import PageServices
from tests.unit.web.edge import WORDS, Calls, Edge

NOW: Final = datetime(2026, 11, 30, 12, tzinfo=UTC)
DAILY: Final = Budget("b1", Holder.PERSON, "anna", Period.DAY, "Asia/Shanghai", Decimal("20.50"), "CNY")
STANDING: Final = Standing(DAILY, window_of(DAILY.period, DAILY.zone, NOW), Decimal("21"), Decimal(0))
NAMES: Final = {(Holder.PERSON, "anna"): "Anna", (Holder.PROJECT, "film"): "Film"}
ROW: Final = {
    "id": "b1", "holder": "person", "holder_id": "anna", "name": "Anna", "period": "day",
    "zone": "Asia/Shanghai", "amount": "20.5", "unit": "CNY", "unpriced": None, "ask_above": None,
    "now": {"limit": "20.5", "spent": "21", "left": "-0.5", "renews_at": "2026-11-30T16:00:00+00:00"},
}  # fmt: skip
SET: Final = {
    "holder": "person", "holder_id": "anna", "period": "day", "zone": "Asia/Shanghai", "amount": "20.50",
    "unit": "CNY", "unpriced": "1.5",
}  # fmt: skip
GRANT: Final = {
    "holder": "project", "holder_id": "film", "amount": "20", "unit": "CNY",
    "until": "2026-12-04T18:00:00+08:00",
}  # fmt: skip


def money(**answers: Any) -> tuple[Edge, Calls]:
    budgets = Calls(**{"names": NAMES, "every": [(DAILY, STANDING)], "left": [STANDING]} | answers)
    return Edge(budgets=budgets), budgets


def test_what_is_left_is_told_with_all_digits() -> None:
    edge, budgets = money()
    assert edge.get("/money/left") == {"budgets": [ROW], "asks_above": {}}
    assert budgets.heard[0] == ("left", RunOwner())
    none, _ = money(left=[])
    assert none.get("/money/left") == {"budgets": [], "asks_above": {}}


def test_a_project_that_the_caller_does_not_see_is_none() -> None:
    edge, budgets = money()
    assert edge.client.get("/rh/api/money/left?project=film").status_code == 404
    assert budgets.heard == []


def test_only_those_who_belong_to_a_project_are_told_what_is_left_of_it() -> None:
    budgets = Calls(names=NAMES, left=[STANDING])
    services = cast(PageServices, SimpleNamespace(budgets=budgets))
    sees = Caller("anna", Role.MEMBER, projects={"film": False})
    with pytest.raises(NotFound):
        api.left(services, sees, "film")
    belongs = replace(sees, projects={"film": True})
    assert api.left(services, belongs, "film")["budgets"] == [ROW]
    assert budgets.heard[0] == ("left", RunOwner("anna", "film"))


def test_an_admin_gets_all_budgets_and_who_may_have_one() -> None:
    everybody = replace(DAILY, id="b2", holder_id="", unpriced=Decimal("0.10"))
    edge, budgets = money(every=[(DAILY, STANDING), (everybody, None)])
    told = edge.get("/money/budgets")
    assert told["budgets"] == [
        ROW,
        ROW | {"id": "b2", "holder_id": "", "name": "", "unpriced": "0.1", "now": None},
    ]
    assert told["units"] == ["CNY", "USD", COINS]
    assert told["holders"] == [
        {"holder": "person", "id": "anna", "name": "Anna"},
        {"holder": "project", "id": "film", "name": "Film"},
    ]
    assert ("every", OWNER) in budgets.heard


def test_a_budget_is_set_and_removed() -> None:
    edge, budgets = money()
    assert edge.post("/money/budgets", **SET)["budgets"] == [ROW]
    _, made, by = budgets.heard[0]
    assert replace(made, id="b1") == replace(DAILY, unpriced=Decimal("1.5")) and by == OWNER
    assert made.id != "b1" and str(made.amount) == "20.50"
    edge.post("/money/budgets", **SET | {"unpriced": None, "ask_above": "20"})
    stored = [(call[1].unpriced, call[1].ask_above) for call in budgets.heard if call[0] == "set"]
    assert stored == [(Decimal("1.5"), None), (None, Decimal(20))]
    assert edge.post("/money/budgets/b1/remove")["budgets"] == [ROW]
    assert ("remove", "b1", OWNER) in budgets.heard


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "1e3"}, {"amount": "-1"}, {"amount": "1,5"}, {"amount": ""}, {"amount": 5},
        {"amount": "0.123456789"}, {"amount": "12345678901"}, {"amount": "NaN"}, {"amount": "1\n"},
        {"period": "year"}, {"holder": "cat"}, {"more": 1}, {"unpriced": ""}, {"ask_above": "-1"},
    ],
    ids=str,
)  # fmt: skip
def test_an_amount_is_text_with_figures_only(wrong: dict[str, object]) -> None:
    edge, budgets = money()
    assert edge.refused("/money/budgets", 422, **SET | wrong)["code"] == "bad-argument"
    assert budgets.heard == []


def test_budgets_are_raised_until_a_time() -> None:
    edge, budgets = money()
    assert edge.post("/money/grants", **GRANT)["budgets"] == [ROW]
    until = datetime(2026, 12, 4, 10, tzinfo=UTC)
    assert budgets.heard[0] == ("grant", Holder.PROJECT, "film", Decimal(20), "CNY", until, "", OWNER)
    for wrong in ("", "Friday", "2026-12-04T18:00:00", 5):
        assert edge.refused("/money/grants", 422, **GRANT | {"until": wrong})["code"] == "bad-argument"


def test_a_charge_is_corrected() -> None:
    edge, budgets = money()
    edge.post("/money/corrections", run="r1", amount="-0.5", unit="CNY", note="twice")
    assert budgets.heard[0] == ("correct", "r1", Decimal("-0.5"), "CNY", "twice", OWNER)
    assert edge.refused("/money/corrections", 422, run="r1", amount="--1", unit="CNY")


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (AmountRefused("No such zone.", "budget-zone"), 422, "budget-zone"),
        (RightRefused(), 403, "not-yours-to-do"),
        (NotFound("There is no such person."), 404, ""),
    ],
)
def test_what_is_refused_has_its_code(fault: Exception, status: int, code: str) -> None:
    edge, _ = money(set=fault)
    assert edge.refused("/money/budgets", status, **SET)["code"] == code


LINES: Final = (
    Line(LineKind.CHARGE, NOW, Decimal("1.50"), "CNY", RunOwner("anna", "film"), "r1", "some/model"),
    Line(LineKind.CHARGE, NOW, None, "CNY", RunOwner("anna"), "r2", "some/model"),
    Line(LineKind.GRANT, NOW, Decimal(20), "CNY", RunOwner("anna"), until=NOW, note="the film"),
    Line(LineKind.CHARGE, NOW, Decimal("0.2"), "CNY", RunOwner("anna"), "r3", expected=Decimal("0.140")),
)
SUMS: Final[dict[str, dict[str, Decimal | int]]] = {
    "bert": {"CNY": Decimal(0), "USD": Decimal(0), COINS: Decimal(40), "unknown": 0},
    "anna": {"CNY": Decimal("-1.50"), "USD": Decimal(2), COINS: Decimal(0), "unknown": 3},
    "cleo": {"CNY": Decimal(7), "USD": Decimal(0), COINS: Decimal(0), "unknown": 0},
}


def test_what_was_spent_is_told_line_by_line() -> None:
    spent = Spending(window_of(Period.MONTH, "Asia/Shanghai", NOW), LINES, SUMS, is_whole=False)
    edge, budgets = money(spending=spent)
    told = edge.get("/money/spending", zone="Asia/Shanghai", month="2026-11")
    assert (told["begins_at"], told["ends_at"], told["whole"]) == (
        "2026-10-31T16:00:00+00:00", "2026-11-30T16:00:00+00:00", False,
    )  # fmt: skip
    assert told["lines"][0] == {
        "kind": "charge", "at": "2026-11-30T12:00:00+00:00", "amount": "1.5", "unit": "CNY", "person": "Anna",
        "project": "Film", "run": "r1", "model": "some/model", "until": None, "note": "",
        "expected": None,
    }  # fmt: skip
    assert told["lines"][3]["expected"] == "0.14"
    assert [(line["kind"], line["amount"], line["until"], line["note"]) for line in told["lines"][1:3]] == [
        ("charge", None, None, ""), ("grant", "20", "2026-11-30T12:00:00+00:00", "the film"),
    ]  # fmt: skip
    assert told["sums"] == [
        {"person": "cleo", "name": "", "spent": {"CNY": "7"}, "unknown": 0},
        {"person": "bert", "name": "", "spent": {COINS: "40"}, "unknown": 0},
        {"person": "anna", "name": "Anna", "spent": {"CNY": "-1.5", "USD": "2"}, "unknown": 3},
    ]
    _, by, month, zone, who = budgets.heard[0]
    assert (by, month, zone, who) == (OWNER, datetime(2026, 11, 15, 12, tzinfo=UTC), "Asia/Shanghai", "")


def test_one_s_own_spending_is_told_unless_one_asks_for_more() -> None:
    spent = Spending(window_of(Period.MONTH, "UTC", NOW), (), {}, is_whole=True)
    anna = Caller("anna", Role.MEMBER, "Anna")
    asked: list[tuple[dict[str, Any], str]] = [
        ({}, "anna"), ({"person": "bert"}, "bert"), ({"everybody": True}, ""),
        ({"person": "bert", "everybody": True}, ""),
    ]  # fmt: skip
    for query, who in asked:
        edge, budgets = money(spending=spent)
        table = SimpleNamespace(catalog=Catalog({}))
        services = cast(PageServices, SimpleNamespace(budgets=budgets, active_catalog=table))
        api.spending(services, anna, WORDS["en"], "UTC", **query)
        assert budgets.heard[0][4] == who
    assert edge.client.get("/rh/api/money/spending?zone=UTC&month=2026-13").status_code == 422
