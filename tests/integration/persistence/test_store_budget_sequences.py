"""Whatever happens to runs, and in whatever order: holds and spending are what a plain calculation says, and
no run is let in that holds more than what is left."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select, update

from rh_ui.budget_rules import ASKS_FOR, CORRECTION, GRANT, Adjustment, Window, corrected, lines_of
from rh_ui.domain import Charged, Money, TaskState, new_id
from rh_ui.errors import BudgetRefused
from rh_ui.people import COINS, Budget, Holder, Period, RunOwner
from rh_ui.persistence.database import open_database
from rh_ui.persistence.repositories.repositories import open_repositories
from rh_ui.persistence.schema import tasks
from rh_ui.persistence.schema_team import holds
from tests import databases
from tests.integration.persistence.belonging import belong
from tests.integration.persistence.test_store_repositories import new_task

S = TaskState
START: Final = datetime(2026, 10, 30, 20, tzinfo=UTC)
"""Two days before the clocks go back in Los Angeles."""
ZONES: Final = ("Asia/Shanghai", "America/Los_Angeles")
PEOPLE: Final = ("anna", "bert")
PROJECTS: Final = ("", "film")
ZERO: Final = Decimal(0)
AMOUNTS: Final = st.decimals(0, 4, places=8) | st.sampled_from([Decimal("0.5"), Decimal(1)])


@dataclass
class Run:
    """What a plain calculation has to know of a run."""

    id: str
    owner: RunOwner
    held: dict[str, Decimal]
    state: TaskState = S.QUEUED
    asked: datetime | None = None
    ended: datetime | None = None
    charged: Charged = Charged.NO
    cost: tuple[str, Decimal] | None = None

    def counts(self, unit: str) -> Decimal:
        if self.charged is Charged.YES and self.cost and self.cost[0] == unit:
            return self.cost[1]
        if self.ended and self.charged is Charged.NO:
            return ZERO
        return self.held.get(unit, ZERO)


def unit_of_time(period: Period, zone: str, at: datetime) -> object:
    day = at.astimezone(ZoneInfo(zone)).date()
    return {Period.DAY: day, Period.WEEK: day.isocalendar()[:2], Period.MONTH: (day.year, day.month)}[period]


class Purses(RuleBasedStateMachine):
    """Members order, runs end in every way, admins change budgets, and time goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.closing = ExitStack()
        folder = self.closing.enter_context(tempfile.TemporaryDirectory())
        self.database = open_database(databases.in_folder(folder))
        self.closing.callback(self.database.close)
        belong(self.database, [RunOwner(person, project) for person in PEOPLE for project in PROJECTS])
        self.store = open_repositories(self.database, now=lambda: self.now)
        self.runs: list[Run] = []
        self.budgets: dict[tuple[Holder, str, Period, str], Budget] = {}
        self.adjustments: list[Adjustment] = []

    def teardown(self) -> None:
        self.closing.close()

    @initialize()
    def begin(self) -> None:
        self.put(Holder.PERSON, "", Period.DAY, ZONES[0], Decimal(3), "CNY", None)

    def put(
        self,
        holder: Holder,
        holder_id: str,
        period: Period,
        zone: str,
        amount: Decimal,
        unit: str,
        unpriced: Decimal | None,
        ask_above: Decimal | None = None,
    ) -> None:
        made = Budget(new_id(), holder, holder_id, period, zone, amount, unit, unpriced, ask_above)
        stored = self.store.budgets.put(made)
        self.budgets[holder, holder_id, period, unit] = stored

    @rule(
        of=st.sampled_from([(Holder.PERSON, ""), (Holder.PERSON, "anna"), (Holder.PROJECT, "film")]),
        period=st.sampled_from(Period),
        zone=st.sampled_from(ZONES),
        amount=AMOUNTS,
        unit=st.sampled_from(["CNY", "CNY", COINS]),
        unpriced=st.none() | AMOUNTS,
        ask_above=st.none() | AMOUNTS,
    )
    def set_budget(
        self,
        of: tuple[Holder, str],
        period: Period,
        zone: str,
        amount: Decimal,
        unit: str,
        unpriced: Decimal | None,
        ask_above: Decimal | None,
    ) -> None:
        self.put(*of, period, zone, amount, unit, unpriced, ask_above)

    @rule(
        person=st.sampled_from(PEOPLE),
        project=st.sampled_from(PROJECTS),
        price=st.none() | AMOUNTS | st.just(Decimal(-1)),
        by_admin=st.booleans(),
    )
    def order(self, person: str, project: str, price: Decimal | None, by_admin: bool) -> None:
        owner = RunOwner(person, project)
        held, allowed = self.truth_of(owner, price)
        money = None if price is None else Money(price, "CNY")
        new = new_task(len(self.runs), owner=owner, estimate=money, by_admin=by_admin)
        try:
            task, _ = self.store.tasks.add(new)
        except BudgetRefused:
            assert not allowed
            return
        assert allowed
        asks = not by_admin and self.asks(owner, held)
        assert task.state is (S.ASKING if asks else S.QUEUED)
        self.runs.append(Run(task.id, owner, held, task.state, self.now if asks else None))

    def asks(self, owner: RunOwner, held: dict[str, Decimal]) -> bool:
        above = [(each.unit, each.ask_above) for each in self.applying(owner) if each.ask_above is not None]
        return any(held.get(unit, ZERO) > amount for unit, amount in above)

    def truth_of(self, owner: RunOwner, price: Decimal | None) -> tuple[dict[str, Decimal], bool]:
        applying = self.applying(owner)
        held: dict[str, Decimal] = {}
        if price is not None and price >= 0:
            held["CNY"] = price
        for budget in applying:
            if budget.unit == "CNY" and price is not None and price >= 0:
                continue
            if budget.unpriced is None:
                return {}, False
            held[budget.unit] = max(held.get(budget.unit, ZERO), budget.unpriced)
        fits = [not held[each.unit] or held[each.unit] <= self.left(each) for each in applying]
        return held, all(fits)

    def applying(self, owner: RunOwner) -> list[Budget]:
        of = list(self.budgets.values())
        found = [each for each in of if each.holder is Holder.PROJECT and each.holder_id == owner.project]
        own = [each for each in of if each.holder is Holder.PERSON and each.holder_id == owner.person]
        for_all = [each for each in of if each.holder is Holder.PERSON and not each.holder_id]
        named = [
            Budget(b.id, b.holder, owner.person, b.period, b.zone, b.amount, b.unit, b.unpriced, b.ask_above)
            for b in for_all
        ]
        return [*found, *(own or named)]

    def left(self, budget: Budget) -> Decimal:
        def now_in(at: datetime) -> bool:
            return unit_of_time(budget.period, budget.zone, at) == unit_of_time(
                budget.period, budget.zone, self.now
            )

        left = budget.amount
        for run in self.runs:
            if getattr(run.owner, budget.holder.value) == budget.holder_id and (
                not run.ended or now_in(run.ended)
            ):
                left -= run.counts(budget.unit)
        for line in self.adjustments:
            if (line.holder, line.holder_id, line.unit) != (budget.holder, budget.holder_id, budget.unit):
                continue
            lasts = line.until is not None and line.at <= self.now < line.until
            left += line.amount if lasts or (line.kind == CORRECTION and now_in(line.at)) else ZERO
        return left

    def some(self, number: int, *states: TaskState) -> Run | None:
        found = [run for run in self.runs if run.state in states]
        return found[number % len(found)] if found else None

    def move(
        self, run: Run | None, becomes: TaskState, charged: Charged, cost: tuple[str, Decimal] | None = None
    ) -> None:
        if run is None:
            return
        ended = self.now if becomes.is_final else None
        money = Money(cost[1], cost[0]) if cost and cost[0] != COINS else None
        coins = cost[1] if cost and cost[0] == COINS else None
        assert self.store.tasks.move(
            run.id, run.state, becomes, charged=charged, cost=money, coins=coins, finished_at=ended
        )
        run.state, run.charged, run.cost, run.ended = becomes, charged, cost, ended

    @rule(number=st.integers(0), says=st.sampled_from([S.QUEUED, S.CANCELLED]))
    def an_admin_answers(self, number: int, says: TaskState) -> None:
        run = self.some(number, S.ASKING)
        if run is None or run.asked is None:
            return
        ended = self.now if says.is_final else None
        answered = self.store.asking_runs.answer(run.id, says, (), charged=Charged.NO, finished_at=ended)
        assert answered is (self.now - run.asked < ASKS_FOR)
        if answered:
            run.state, run.ended = says, ended

    @rule(number=st.integers(0))
    def take_back(self, number: int) -> None:
        self.move(self.some(number, S.ASKING, S.QUEUED), S.CANCELLED, Charged.NO)

    @rule()
    def what_nobody_answered_ends(self) -> None:
        over = {
            run.id
            for run in self.runs
            if run.state is S.ASKING and run.asked and self.now - run.asked >= ASKS_FOR
        }
        assert set(self.store.asking_runs.over()) == over
        for run in self.runs:
            if run.id in over:
                assert self.store.asking_runs.end(
                    run.id, S.CANCELLED, charged=Charged.NO, finished_at=self.now
                )
                run.state, run.ended = S.CANCELLED, self.now

    @rule(number=st.integers(0), cost=st.none() | st.tuples(st.sampled_from(["CNY", "USD", COINS]), AMOUNTS))
    def charge(self, number: int, cost: tuple[str, Decimal] | None) -> None:
        self.move(self.some(number, S.QUEUED, S.RUNNING, S.DOWNLOADING), S.DONE, Charged.YES, cost)

    @rule(number=st.integers(0), charged=st.sampled_from(Charged))
    def fail(self, number: int, charged: Charged) -> None:
        self.move(self.some(number, S.QUEUED, S.RUNNING), S.FAILED, charged)

    @rule(number=st.integers(0))
    def lose_the_answer(self, number: int) -> None:
        self.move(self.some(number, S.QUEUED), S.UNKNOWN, Charged.MAYBE)

    @rule(number=st.integers(0))
    def give_up(self, number: int) -> None:
        self.move(self.some(number, S.UNKNOWN), S.FAILED, Charged.MAYBE)

    @rule(number=st.integers(0))
    def late_answer(self, number: int) -> None:
        self.move(self.some(number, S.UNKNOWN, S.FAILED), S.RUNNING, Charged.MAYBE)

    @rule(number=st.integers(0))
    def fetch_again(self, number: int) -> None:
        run = self.some(number, S.DONE)
        if run is not None:
            assert self.store.tasks.reopen(run.id, S.DONE, owner="me")
            run.state, run.ended = S.DOWNLOADING, None

    @rule(number=st.integers(0), amount=st.decimals(-2, 2, places=8))
    @precondition(lambda self: self.runs)
    def correct(self, number: int, amount: Decimal) -> None:
        run = self.runs[number % len(self.runs)]
        for holder, holder_id in ((Holder.PERSON, run.owner.person), (Holder.PROJECT, run.owner.project)):
            if holder_id:
                self.adjust(CORRECTION, holder, holder_id, amount, None, run.id)

    @rule(holder_id=st.sampled_from(PEOPLE), amount=AMOUNTS, hours=st.integers(1, 80))
    def grant(self, holder_id: str, amount: Decimal, hours: int) -> None:
        self.adjust(GRANT, Holder.PERSON, holder_id, amount, self.now + timedelta(hours=hours), "")

    def adjust(
        self, kind: str, holder: Holder, holder_id: str, amount: Decimal, until: datetime | None, run: str
    ) -> None:
        line = Adjustment(new_id(), kind, holder, holder_id, amount, "CNY", self.now, "boss", until, run)
        self.store.budgets.adjust([line])
        self.adjustments.append(line)

    @rule(minutes=st.integers(1, 3000))
    def time_goes_on(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        with self.database.write() as connection:  # the database has a clock of its own
            connection.execute(update(tasks).values(asked_at=tasks.c.asked_at - 60 * minutes))

    @invariant()
    def each_run_holds_what_it_did_when_it_was_queued(self) -> None:
        with self.database.read() as connection:
            rows = connection.execute(select(holds)).all()
        assert {(row.task_id, row.unit): row.amount for row in rows} == {
            (run.id, unit): amount for run in self.runs for unit, amount in run.held.items()
        }

    @invariant()
    def what_is_left_is_what_a_plain_calculation_says(self) -> None:
        for person in PEOPLE:
            for project in PROJECTS:
                owner = RunOwner(person, project)
                told = {each.budget.id: each.left for each in self.store.budgets.standings(owner)}
                assert told == {each.id: self.left(each) for each in self.applying(owner)}

    @invariant()
    def the_lines_and_the_sums_say_the_same(self) -> None:
        ever = Window(START - timedelta(days=1), self.now + timedelta(days=1))
        sums = corrected(self.store.budgets.sums(ever), self.store.budgets.adjustments(ever))
        for person in PEOPLE:
            lines = [line for run in self.store.budgets.runs(ever, person) for line in lines_of(run)]
            for unit in ("CNY", "USD", COINS):
                of_runs = sum((run.counts(unit) for run in self.runs if run.owner.person == person), ZERO)
                assert sum((line.amount or ZERO for line in lines if line.unit == unit), ZERO) == of_runs
                given_back = sum(
                    line.amount
                    for line in self.adjustments
                    if (line.kind, line.holder_id, line.unit) == (CORRECTION, person, unit)
                )
                assert sums.get(person, {}).get(unit, ZERO) == of_runs - given_back


TestPurses = Purses.TestCase
TestPurses.settings = settings(
    max_examples=12, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
