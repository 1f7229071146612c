"""/reconciliation: what the page gets of a month and of a day, what it may ask, and the file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, Final

import pytest

from rh_ui.budget_rules import RunMoney, Window
from rh_ui.domain import Charged, Money, TaskState
from rh_ui.people import COINS, OWNER, Holder, RunOwner
from rh_ui.reconciliation import AccountDay, UnitCheck, Verdict, Why, check_run
from rh_ui.services.reconciliation import Compared
from rh_ui.web.serializers.reconciliation import COLUMNS, export_rows
from tests.unit.web.edge import WORDS, Calls, Edge

AT: Final = datetime(2026, 11, 30, 12, tzinfo=UTC)
RUN: Final = RunMoney(
    task_id="r1", owner=RunOwner("anna", "film"), endpoint="a/picture", ordered_at=AT, ended_at=AT,
    charged=Charged.YES, charges={"CNY": Decimal("0.20")}, held={}, estimate=Money(Decimal("0.14"), "CNY"),
    site="s", account="a", sent_at=AT,
)  # fmt: skip
NAMES: Final = {(Holder.PERSON, "anna"): "Anna", (Holder.PROJECT, "film"): "Film"}
LOST: Final = replace(
    RUN, task_id="r3", state=TaskState.UNKNOWN, ended_at=None, charges={}, charged=Charged.MAYBE
)
SAME: Final = replace(RUN, task_id="r2", charges={"CNY": Decimal("0.14")})
BOTH: Final = replace(RUN, task_id="r4", charges={"CNY": Decimal("0.14"), COINS: Decimal(17)})
UNITS: Final = (
    UnitCheck("CNY", Decimal("0.34"), Verdict.DIFFERS, None, Decimal("-99.66"), Decimal("-100.00")),
    UnitCheck(COINS, Decimal(17), Verdict.UNKNOWN, Why.END),
)


def day_of(*runs: RunMoney, site: str = "s") -> AccountDay:
    checks = [check for run in runs if (check := check_run(run))]
    return AccountDay(date(2026, 11, 30), site, "a", AT, None, UNITS, tuple(checks))


def edge_of(*days: AccountDay) -> tuple[Edge, Calls]:
    found = Compared(Window(AT, AT), days)
    calls = Calls(month=found, day=found)
    owners = SimpleNamespace(owners=lambda ids: {each: RunOwner() for each in ids if each != "r3"})
    return Edge(reconciliation=calls, budgets=Calls(names=NAMES), history=owners), calls


def test_a_month_has_its_days_with_all_digits_and_how_many_runs_differ() -> None:
    edge, calls = edge_of(day_of(RUN, SAME, LOST))
    told = edge.get("/reconciliation", zone="Asia/Shanghai", month="2026-11")
    assert told["days"] == [
        {
            "day": "2026-11-30", "site": "s", "account": "a", "since": AT.isoformat(), "until": None,
            "agreed": 1, "differs": 1, "unknown": 1,
            "units": [
                {"unit": "CNY", "charged": "0.34", "fell": "-99.66", "by": "-100", "verdict": "differs",
                 "why": None},
                {"unit": "coins", "charged": "17", "fell": None, "by": None, "verdict": "unknown",
                 "why": "end"},
            ],
        }
    ]  # fmt: skip
    name, by, zone, moment = calls.heard[0]
    assert (name, by, zone, moment.month) == ("month", OWNER, "Asia/Shanghai", 11)


def test_a_day_lists_the_runs_that_differ_and_which_of_them_the_admin_may_open() -> None:
    edge, calls = edge_of(day_of(RUN, SAME, LOST), day_of(RUN, site="another"))
    told = edge.get("/reconciliation/runs", zone="UTC", day="2026-11-30", site="s", account="a")
    assert told["whole"]
    assert [(run["run"], run["seen"], run["verdict"], run["why"]) for run in told["runs"]] == [
        ("r3", False, "unknown", "outcome"), ("r1", True, "differs", None),
    ]  # fmt: skip
    one = told["runs"][1]
    assert (one["expected"], one["charged"], one["by"]) == ("0.14", {"CNY": "0.2"}, "0.06")
    assert (one["person"], one["project"], one["model"]) == ("Anna", "Film", "a/picture")
    assert calls.heard[0] == ("day", OWNER, "UTC", date(2026, 11, 30))


def test_a_page_gets_the_newest_runs_of_a_day_and_is_told_of_more() -> None:
    many = [replace(RUN, task_id=f"r{number:03}") for number in range(250)]
    edge, _ = edge_of(day_of(*many))
    told = edge.get("/reconciliation/runs", zone="UTC", day="2026-11-30", site="s", account="a")
    assert (len(told["runs"]), told["runs"][0]["run"], told["whole"]) == (200, "r249", False)


@pytest.mark.parametrize(
    "day", ["", "2026-02-30", "2026-11", "1764460800", "0001-01-01", "9999-12-31", "2026-11-30T00:00", "x"]
)
def test_what_is_no_day_of_this_century_is_refused(day: str) -> None:
    edge, calls = edge_of()
    answer = edge.client.get("/rh/api/reconciliation/runs", params={"zone": "UTC", "day": day})
    assert answer.status_code == 422 and calls.heard == []


def test_the_file_has_every_account_and_every_run_in_each_unit() -> None:
    rows = list(export_rows([day_of(RUN, SAME, LOST, BOTH)], NAMES, WORDS["en"]))
    assert all(len(row) == len(COLUMNS) for row in rows)
    cells: list[dict[str, Any]] = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    assert [(row["about"], row["run"], row["unit"], row["verdict"]) for row in cells] == [
        ("Account", "", "CNY", "differs"),
        ("Account", "", "coins", "not known"),
        ("Run", "r1", "CNY", "differs"),
        ("Run", "r2", "CNY", "agreed"),
        ("Run", "r3", "", "not known"),
        ("Run", "r4", "CNY", "not known"),
        ("Run", "r4", "coins", "not known"),
    ]
    assert (cells[0]["ours"], cells[0]["service"], cells[0]["difference"]) == (
        Decimal("0.34"), Decimal("-99.66"), Decimal(-100),
    )  # fmt: skip
    assert (cells[2]["ours"], cells[2]["service"], cells[2]["person"]) == (
        Decimal("0.14"), Decimal("0.2"), "Anna",
    )  # fmt: skip
    assert cells[1]["why"] == "The balance was not read near the end of this day."
    assert (cells[6]["ours"], cells[6]["service"]) == ("", Decimal(17))
