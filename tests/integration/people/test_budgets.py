"""The service for budgets: who may do what, what is refused, what the audit log has, and what was spent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from rh_ui.budget_rules import LineKind
from rh_ui.domain import Charged, Money, TaskState, new_id
from rh_ui.errors import AmountRefused, BudgetRefused, NotFound, RightRefused
from rh_ui.people import COINS, OWNER, Budget, Caller, Holder, Period, RunOwner
from rh_ui.persistence.repositories.repositories import Repositories, open_repositories
from rh_ui.services.budgets import Budgets
from tests.integration.persistence.belonging import belong
from tests.integration.persistence.test_store_repositories import new_task
from tests.team import Team

SHANGHAI = "Asia/Shanghai"


@pytest.fixture
def store(team: Team) -> Repositories:
    return open_repositories(team.database, now=team.now)


@pytest.fixture
def budgets(team: Team, store: Repositories) -> Budgets:
    return Budgets(store.budgets, team.audit, team.now)


@pytest.fixture
def boss(team: Team) -> Caller:
    return team.admin()


@pytest.fixture
def ben(team: Team, boss: Caller) -> Caller:
    team.member(boss)
    return team.enter("Ben")[0]


def budget(holder_id: str, amount: str = "20", **more: object) -> Budget:
    made = Budget(new_id(), Holder.PERSON, holder_id, Period.DAY, SHANGHAI, Decimal(amount), "CNY")
    return replace(made, **more)  # type: ignore[arg-type]


def order(store: Repositories, number: int, person: Caller, price: str | None = "2") -> str:
    money = None if price is None else Money(Decimal(price), "CNY")
    return store.tasks.add(new_task(number, owner=RunOwner(person.person), estimate=money))[0].id


def end(store: Repositories, team: Team, task: str, charged: Charged, cost: str | None = None) -> None:
    money = None if cost is None else Money(Decimal(cost), "CNY")
    assert store.tasks.move(
        task, TaskState.QUEUED, TaskState.DONE, charged=charged, cost=money, finished_at=team.now()
    )


def test_an_admin_sets_and_removes_budgets_and_the_log_says_so(
    budgets: Budgets, team: Team, boss: Caller, ben: Caller
) -> None:
    first = budgets.set(budget(ben.person), boss)
    second = budgets.set(budget(ben.person, "30", unpriced=Decimal(1)), boss)
    everybody = budgets.set(budget("", "5"), boss)
    assert second.id == first.id
    told = {each.id: now for each, now in budgets.every(boss)}
    now = told[first.id]
    assert now is not None and now.left == Decimal(30) and told[everybody.id] is None
    budgets.remove(first.id, boss)
    assert [each.budget.amount for each in budgets.left(RunOwner(ben.person))] == [Decimal(5)]
    with pytest.raises(NotFound):
        budgets.remove(first.id, boss)
    assert team.told()[-4:] == ["budget-set", "budget-set", "budget-set", "budget-removed"]
    entry = team.audit.page()[0]
    assert (entry.owner, entry.person) == (ben.person, boss.person)
    assert entry.details == {
        "holder": "person", "period": "day", "zone": SHANGHAI, "amount": "30 CNY", "unpriced": "1 CNY",
    }  # fmt: skip


def test_members_and_scripts_change_nothing(budgets: Budgets, team: Team, boss: Caller, ben: Caller) -> None:
    made = budgets.set(budget(ben.person), boss)
    until = team.now() + timedelta(days=1)
    for by in (ben, replace(boss, token="t1")):
        with pytest.raises(RightRefused):
            budgets.set(budget(ben.person, "999"), by)
        with pytest.raises(RightRefused):
            budgets.remove(made.id, by)
        with pytest.raises(RightRefused):
            budgets.grant(Holder.PERSON, ben.person, Decimal(1), "CNY", until, "", by)
        with pytest.raises(RightRefused):
            budgets.correct("task-0001", Decimal(1), "CNY", "", by)
        with pytest.raises(RightRefused):
            budgets.every(by)
    assert [each.left for each in budgets.left(RunOwner(ben.person))] == [Decimal(20)]
    assert team.told()[-1] == "budget-set"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"amount": Decimal(-1)}, "budget-amount"),
        ({"amount": Decimal(10) ** 9 + 1}, "budget-amount"),
        ({"unpriced": Decimal(-1)}, "budget-amount"),
        ({"unit": "BTC"}, "budget-amount"),
        ({"zone": "Mars/Base"}, "budget-zone"),
        ({"zone": "../../etc/passwd"}, "budget-zone"),
        ({"zone": ""}, "budget-zone"),
    ],
)
def test_a_budget_that_can_t_be_is_refused(
    budgets: Budgets, boss: Caller, wrong: dict[str, object], code: str
) -> None:
    with pytest.raises(AmountRefused) as fault:
        budgets.set(budget(boss.person, **wrong), boss)  # type: ignore[arg-type]
    assert fault.value.code == code
    assert budgets.every(boss) == []


def test_only_whoever_is_here_has_a_budget(budgets: Budgets, boss: Caller) -> None:
    for holder, holder_id in ((Holder.PERSON, "nobody"), (Holder.PROJECT, ""), (Holder.TOKEN, "t")):
        with pytest.raises(NotFound):
            budgets.set(budget(holder_id, holder=holder), boss)


def test_a_budget_of_nothing_is_one(budgets: Budgets, store: Repositories, boss: Caller, ben: Caller) -> None:
    budgets.set(budget(ben.person, "0"), boss)
    with pytest.raises(BudgetRefused, match="The budget of the person Ben for the day is 0 CNY"):
        order(store, 1, ben)


def test_an_admin_allows_more_until_friday(
    budgets: Budgets, store: Repositories, team: Team, boss: Caller, ben: Caller
) -> None:
    budgets.set(budget(ben.person, "1"), boss)
    until = team.now() + timedelta(days=4)
    budgets.grant(Holder.PERSON, ben.person, Decimal(20), "CNY", until, "the film", boss)
    order(store, 1, ben, "15")
    entry = team.audit.page()[0]
    assert (entry.action, entry.owner) == ("granted", ben.person)
    for end_ in (team.now(), team.now() + timedelta(days=367)):
        with pytest.raises(AmountRefused) as fault:
            budgets.grant(Holder.PERSON, ben.person, Decimal(1), "CNY", end_, "", boss)
        assert fault.value.code == "grant-end"
    with pytest.raises(AmountRefused):
        budgets.grant(Holder.PERSON, ben.person, Decimal(0), "CNY", until, "", boss)
    team.wait(days=4)
    assert [each.left for each in budgets.left(RunOwner(ben.person))] == [Decimal(-14)]


def test_spending_is_lines_and_their_sums(
    budgets: Budgets, store: Repositories, team: Team, boss: Caller, ben: Caller
) -> None:
    known, unknown, free, open_ = (order(store, number, ben) for number in range(4))
    order(store, 9, boss, "7")
    team.wait(hours=1)
    end(store, team, known, Charged.YES, "1.5")
    end(store, team, unknown, Charged.MAYBE)
    end(store, team, free, Charged.NO)
    team.wait(hours=1)
    budgets.correct(known, Decimal("0.5"), "CNY", "charged for two", boss)
    budgets.grant(Holder.PERSON, ben.person, Decimal(3), "CNY", team.now() + timedelta(days=1), "", boss)
    found = budgets.spending(ben, team.now(), SHANGHAI, ben.person)
    lines = [(line.kind.value, line.task_id, line.amount) for line in found.lines]
    assert sorted(lines, key=str) == sorted(
        [
            ("hold", known, Decimal(2)), ("release", known, Decimal(-2)), ("charge", known, Decimal("1.5")),
            ("hold", unknown, Decimal(2)), ("charge", unknown, None),
            ("hold", free, Decimal(2)), ("release", free, Decimal(-2)),
            ("hold", open_, Decimal(2)),
            ("correction", known, Decimal("-0.5")), ("grant", "", Decimal(3)),
        ],
        key=str,
    )  # fmt: skip
    assert [line.at for line in found.lines] == sorted((line.at for line in found.lines), reverse=True)
    spent = sum(line.amount or 0 for line in found.lines if line.kind is not LineKind.GRANT)
    assert dict(found.sums) == {
        ben.person: {"CNY": Decimal(5), "USD": Decimal(0), COINS: Decimal(0), "unknown": 1}
    }
    assert spent == Decimal(5) and found.is_whole
    assert budgets.spending(boss, team.now(), SHANGHAI).sums[boss.person]["CNY"] == Decimal(7)
    assert set(budgets.spending(boss, team.now(), SHANGHAI).sums) == {ben.person, boss.person}
    last_month = budgets.spending(ben, team.now() - timedelta(days=20), SHANGHAI, ben.person)
    assert (last_month.lines, dict(last_month.sums)) == ((), {})


def test_a_member_sees_only_what_they_spent(budgets: Budgets, team: Team, boss: Caller, ben: Caller) -> None:
    for person in (boss.person, ""):
        with pytest.raises(RightRefused):
            budgets.spending(ben, team.now(), SHANGHAI, person)
    with pytest.raises(AmountRefused):
        budgets.spending(ben, team.now(), "nowhere", ben.person)
    assert budgets.spending(replace(ben, token="t"), team.now(), "UTC", ben.person).lines == ()


def test_a_page_gets_the_newest_lines_and_a_file_all(
    budgets: Budgets, store: Repositories, team: Team, ben: Caller
) -> None:
    ids = [order(store, number, ben) for number in range(3)]
    found = budgets.spending(ben, team.now(), SHANGHAI, ben.person, limit=2)
    assert ({line.task_id for line in found.lines}, found.is_whole) == (set(ids[1:]), False)
    assert found.sums[ben.person]["CNY"] == Decimal(6), "the sums have all"
    assert len(budgets.spending(ben, team.now(), SHANGHAI, ben.person, limit=None).lines) == 3


def test_a_correction_names_a_run_of_somebody(
    budgets: Budgets, store: Repositories, team: Team, boss: Caller, ben: Caller
) -> None:
    alone = store.tasks.add(new_task(1))[0].id
    for run in ("no-such-run", alone):
        with pytest.raises(NotFound):
            budgets.correct(run, Decimal(1), "CNY", "", boss)
    with pytest.raises(AmountRefused):
        budgets.correct(order(store, 2, ben), Decimal(0), "CNY", "", boss)
    owner = RunOwner(ben.person, "film", "t1")
    belong(team.database, [owner])
    run = store.tasks.add(new_task(3, owner=owner, estimate=None))[0].id
    budgets.correct(run, Decimal(-1), "CNY", "too little", boss)
    for holder, holder_id in ((Holder.PROJECT, "film"), (Holder.TOKEN, "t1")):
        store.budgets.put(budget(holder_id, holder=holder))
    budgets.set(budget(ben.person), boss)
    assert [each.left for each in budgets.left(owner)] == [Decimal(19), Decimal(19), Decimal(17)]
    (entry, *_) = [each for each in team.audit.page() if each.action == "corrected"]
    assert (entry.target, entry.owner, entry.details) == (
        run, ben.person, {"amount": "-1 CNY", "note": "too little"},
    )  # fmt: skip


def test_names_are_those_of_people_and_tokens(budgets: Budgets, team: Team, ben: Caller) -> None:
    token, _ = team.sign_in.make_token(ben.person, "ci", 30, ben)
    names = budgets.names()
    assert names[Holder.PERSON, ben.person] == "Ben"
    assert names[Holder.TOKEN, token.id] == "Ben: ci"
    mine = {(Holder.PERSON, ben.person): "Ben", (Holder.TOKEN, token.id): "Ben: ci"}
    assert budgets.names([*mine, (Holder.PROJECT, "no such")]) == mine
    assert budgets.names([]) == {}


def test_without_people_nothing_is_left_to_say(budgets: Budgets, team: Team) -> None:
    assert budgets.left(RunOwner()) == []
    budgets.set(budget("", "5"), OWNER)
    assert team.told() == []
