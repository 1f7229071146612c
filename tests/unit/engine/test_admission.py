"""Who may start: claims from the queues of all accounts, on a real database, without threads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from rh_ui.domain import Money, Pause
from rh_ui.engine.context import NO_ROOM
from rh_ui.engine.queue.admission import SHORTEST_LOOK, why_it_waits
from rh_ui.engine.worker_lease import WorkerLease
from rh_ui.errors import StorageFault
from rh_ui.persistence.database_clock import utc_now
from rh_ui.runninghub.replies_account import QueueStatus
from tests.unit.engine.admission_alone import ACCOUNT, STRANGER, TIMINGS, AdmissionAlone, S


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[AdmissionAlone]:
    made = AdmissionAlone(tmp_path)
    yield made
    made.database.close()


def test_the_oldest_are_claimed_up_to_the_told_limit(desk: AdmissionAlone) -> None:
    tasks = desk.enqueue(5)
    assert desk.planned()
    assert desk.look() == TIMINGS.status_every
    assert desk.scheduled == [task.id for task in tasks[:3]]
    assert [desk.task(task).state for task in tasks] == [S.CLAIMED] * 3 + [S.QUEUED] * 2
    assert {desk.task(task).worker for task in tasks} == {desk.lease.worker}
    assert desk.figures.asked == ["status"], "once in a while"
    assert desk.admission.holds(ACCOUNT, tasks[0].id) and desk.admission.holds(ACCOUNT, tasks[4].id)
    assert not desk.admission.holds(ACCOUNT, "another")


def test_a_run_alone_needs_no_figures_and_nothing_more_is_looked_for(desk: AdmissionAlone) -> None:
    desk.enqueue()
    assert desk.look() is None
    assert desk.figures.asked == [] and len(desk.scheduled) == 1


def test_runs_of_others_at_the_service_count(desk: AdmissionAlone) -> None:
    desk.figures.status = QueueStatus("SHARED", 3, 1, 1)
    desk.enqueue(4)
    desk.look()
    assert len(desk.scheduled) == 1


def test_what_was_known_counts_while_the_service_does_not_answer(desk: AdmissionAlone) -> None:
    desk.figures.status = None
    desk.enqueue(2)
    assert desk.look() is None
    assert len(desk.scheduled) == 2 and desk.figures.asked == ["status"]
    desk.enqueue(2)
    desk.look()
    assert len(desk.scheduled) == 4 and desk.figures.asked == ["status"], "not at every look"


def test_a_free_slot_is_filled(desk: AdmissionAlone) -> None:
    tasks = desk.enqueue(4)
    desk.look()
    desk.planned()
    desk.admission.release_slot(ACCOUNT, tasks[0].id)
    assert desk.planned()
    desk.look()
    assert desk.scheduled == [task.id for task in tasks]
    desk.admission.release_slot(ACCOUNT, tasks[1].id)
    assert not desk.planned(), "nobody waits"


def test_a_run_found_at_the_service_has_its_slot(desk: AdmissionAlone) -> None:
    running = desk.add()
    desk.admission.occupy_slot(running)
    desk.enqueue(4)
    desk.look()
    assert len(desk.scheduled) == 2 and running.id not in desk.scheduled


def test_a_refusal_for_want_of_capacity_holds_all_and_says_why(desk: AdmissionAlone) -> None:
    tasks = desk.enqueue(3)
    desk.look()
    task = tasks[0]
    assert desk.store.tasks.move(task.id, S.CLAIMED, S.QUEUED)
    desk.admission.requeue_after_refusal(desk.task(task), "capacity:421")
    assert desk.planned()
    assert not desk.admission.may_send(ACCOUNT)
    assert desk.look() == TIMINGS.hold_first
    assert desk.task(task).note == "capacity:421"
    desk.now += TIMINGS.hold_first
    assert desk.admission.may_send(ACCOUNT)
    desk.look()
    assert desk.scheduled[3:] == [task.id] and desk.task(task).note == ""
    desk.admission.record_accepted(ACCOUNT, task.id)
    assert desk.planned()
    assert desk.store.tasks.move(task.id, S.CLAIMED, S.QUEUED)
    desk.admission.requeue_after_refusal(desk.task(task), "not-sent")
    assert desk.look() == TIMINGS.hold_first, "counted from the start again"
    assert desk.task(task).note == "not-sent"


def test_a_busy_model_holds_its_own_runs(desk: AdmissionAlone) -> None:
    (task,) = desk.enqueue()
    desk.look()
    desk.store.tasks.move(task.id, S.CLAIMED, S.QUEUED)
    desk.admission.requeue_after_refusal(desk.task(task), why_it_waits("1010"))
    assert desk.planned()
    assert desk.task(task).note == "model-busy:1010"
    assert desk.admission.may_send(ACCOUNT)
    assert desk.look() == TIMINGS.hold_first
    assert len(desk.scheduled) == 1
    desk.now += TIMINGS.hold_first
    assert desk.look() is None and len(desk.scheduled) == 2


def test_why_it_waits_tells_models_from_accounts() -> None:
    assert (why_it_waits("1011"), why_it_waits("421")) == ("model-busy:1011", "capacity:421")


def test_without_money_nothing_goes_until_there_is_more(desk: AdmissionAlone) -> None:
    tasks = desk.enqueue(2)
    desk.look()
    desk.store.tasks.move(tasks[0].id, S.CLAIMED, S.QUEUED)
    desk.admission.requeue_after_refusal(desk.task(tasks[0]), "no-balance:416")
    assert desk.planned() and not desk.admission.may_send(ACCOUNT)
    ((pause, waiting),) = desk.admission.pauses()
    assert (pause.code, pause.site, pause.account, waiting) == ("416", *ACCOUNT, 1)
    assert [stored.code for stored in desk.history.pauses()] == ["416"]
    desk.figures.reachable = False
    assert desk.look() == TIMINGS.balance, "no answer"
    desk.figures.reachable = True
    assert desk.look() == TIMINGS.balance, "no figure"
    assert desk.task(tasks[0]).note == "no-balance:416"
    desk.figures.money = Money(Decimal(5), "CNY")
    assert desk.look() == TIMINGS.balance, "the first figure, to be compared with"
    assert desk.history.pauses()[0].seen == Money(Decimal(5), "CNY")
    assert desk.look() == TIMINGS.balance, "as before"
    desk.figures.money = Money(Decimal(6), "USD")
    assert desk.look() == TIMINGS.balance, "another purse"
    desk.figures.money = Money(Decimal(6), "CNY")
    desk.look()
    assert desk.scheduled[2:] == [tasks[0].id] and desk.task(tasks[0]).note == ""
    assert desk.history.pauses() == [] == desk.admission.pauses()


def test_a_person_ends_a_pause(desk: AdmissionAlone) -> None:
    (task,) = desk.enqueue()
    desk.look()
    desk.store.tasks.move(task.id, S.CLAIMED, S.QUEUED)
    desk.admission.requeue_after_refusal(desk.task(task), "no-balance:416")
    desk.store.tasks.note([task.id], "no-balance:416")
    desk.planned()
    assert desk.admission.resume(ACCOUNT)
    assert desk.planned() and desk.task(task).note == ""
    assert not desk.admission.resume(ACCOUNT) and not desk.planned()


def test_a_full_disk_stops_the_sending_and_says_so(desk: AdmissionAlone) -> None:
    (task,) = desk.enqueue()
    desk.free = 999
    assert desk.look() == TIMINGS.room
    assert desk.task(task).note == NO_ROOM and not desk.admission.may_send(ACCOUNT)
    desk.free = 1000
    assert desk.look() is None
    assert desk.scheduled == [task.id] and desk.task(task).note == ""


def test_a_full_disk_without_runs_is_no_news(desk: AdmissionAlone) -> None:
    desk.free = 0
    assert desk.look() is None


def test_a_run_that_still_waits_is_told_that_the_disk_has_room_again_once(desk: AdmissionAlone) -> None:
    desk.figures.status = QueueStatus("SHARED", 1, 0, 0)
    _, waiting = desk.enqueue(2)
    desk.free = 0
    desk.look()
    assert desk.task(waiting).note == NO_ROOM
    desk.free = 1000
    desk.look()
    assert desk.task(waiting).note == ""
    desk.store.tasks.note([waiting.id], "capacity:421")
    desk.look()
    assert desk.task(waiting).note == "capacity:421", "what it waits for now"


def test_a_waiting_run_is_told_that_the_disk_has_room_again(desk: AdmissionAlone) -> None:
    (task,) = desk.enqueue()
    desk.free = 0
    desk.look()
    desk.admission.sync_with_database()
    desk.store.pauses.add(Pause(*ACCOUNT, "416", utc_now()))
    desk.free = None
    desk.look()
    assert desk.task(task).note == ""


def test_an_account_without_its_key_waits_for_whoever_has_it(desk: AdmissionAlone) -> None:
    task = desk.add(STRANGER)
    desk.admission.enqueue(task)
    assert desk.admission.admit(STRANGER) is None
    assert desk.task(task).note == "other-account" and desk.scheduled == []
    assert desk.admission.positions() == {} and desk.admission.pauses() == []


def test_positions_are_those_of_the_queue(desk: AdmissionAlone) -> None:
    tasks = desk.enqueue(3, submitter="me")
    assert [desk.admission.positions()[task.id].number for task in tasks] == [1, 2, 3]


def test_an_unsent_run_waits_again(desk: AdmissionAlone) -> None:
    (task,) = desk.enqueue()
    desk.look()
    desk.planned()
    desk.store.tasks.move(task.id, S.CLAIMED, S.QUEUED)
    desk.admission.requeue_unsent(desk.task(task))
    assert desk.planned()
    desk.look()
    assert desk.scheduled == [task.id, task.id]


def test_a_run_that_was_cancelled_meanwhile_is_not_sent(desk: AdmissionAlone) -> None:
    (task,) = desk.enqueue()
    desk.store.tasks.move(task.id, S.QUEUED, S.CANCELLED)
    assert desk.look() is None
    assert desk.scheduled == [] and not desk.admission.holds(ACCOUNT, task.id)


def test_a_claim_of_ours_whose_answer_was_lost_continues(desk: AdmissionAlone) -> None:
    (task,) = desk.enqueue()
    desk.store.tasks.move(task.id, S.QUEUED, S.CLAIMED, owner=desk.lease.worker)
    desk.look()
    assert desk.scheduled == [task.id]


def test_a_claim_of_another_process_stays_there(desk: AdmissionAlone) -> None:
    (task,) = desk.enqueue()
    desk.store.tasks.move(task.id, S.QUEUED, S.CLAIMED, owner="other")
    desk.look()
    assert desk.scheduled == []


def test_a_fault_of_the_database_is_waited_out_and_loses_nobody(
    desk: AdmissionAlone, monkeypatch: pytest.MonkeyPatch
) -> None:
    (task,) = desk.enqueue()

    def fail(*_: object, **__: object) -> bool:
        raise StorageFault("away")

    with monkeypatch.context() as broken:
        broken.setattr(desk.store.tasks, "move", fail)
        assert desk.look() == TIMINGS.trouble_first
    desk.look()
    assert desk.scheduled == [task.id]


def test_nothing_is_claimed_without_a_lease(desk: AdmissionAlone, monkeypatch: pytest.MonkeyPatch) -> None:
    (task,) = desk.enqueue()
    with monkeypatch.context() as lost:
        lost.setattr(WorkerLease, "is_valid", lambda _: False)
        assert desk.look() == TIMINGS.heartbeat
    assert desk.task(task).state is S.QUEUED
    desk.look()
    assert desk.scheduled == [task.id]


def test_other_processes_slots_and_queues_are_heeded(desk: AdmissionAlone) -> None:
    theirs = [desk.add(worker="other") for _ in range(4)]
    desk.store.tasks.move(theirs[0].id, S.QUEUED, S.CLAIMED, owner="other")
    for was, becomes in ((S.QUEUED, S.CLAIMED), (S.CLAIMED, S.SUBMITTING), (S.SUBMITTING, S.RUNNING)):
        desk.store.tasks.move(theirs[1].id, was, becomes)
    desk.store.tasks.move(theirs[1].id, S.RUNNING, S.DOWNLOADING)
    for was, becomes in ((S.QUEUED, S.CLAIMED), (S.CLAIMED, S.SUBMITTING), (S.SUBMITTING, S.RUNNING)):
        desk.store.tasks.move(theirs[3].id, was, becomes)
    desk.store.tasks.move(theirs[3].id, S.RUNNING, S.DOWNLOADING)
    mine = desk.add()
    desk.admission.sync_with_database()
    assert desk.planned(), "one of theirs waits"
    assert list(desk.admission.positions()) == [theirs[2].id], "our own are known by what becomes of them"
    desk.admission.enqueue(mine)
    assert desk.admission.positions()[mine.id].number == 2
    desk.figures.status = QueueStatus("SHARED", 2, 0, 0)
    desk.look()
    assert desk.scheduled == [theirs[2].id], "the claimed one of theirs has the other slot"


def test_a_slot_that_another_process_took_meanwhile_is_not_taken_twice(
    desk: AdmissionAlone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WorkerLease, "alone", False)
    desk.figures.status = QueueStatus("SHARED", 1, 0, 0)
    mine = desk.enqueue(2)
    theirs = desk.add(worker="other")
    desk.store.tasks.move(theirs.id, S.QUEUED, S.CLAIMED, owner="other")
    assert desk.look() == TIMINGS.heartbeat
    assert desk.scheduled == [] and desk.task(mine[0]).state is S.QUEUED
    assert desk.admission.holds(ACCOUNT, mine[0].id), "it waits again"
    desk.store.tasks.move(theirs.id, S.CLAIMED, S.QUEUED)
    desk.look()
    assert desk.scheduled == [mine[0].id]


@pytest.mark.parametrize(("age", "free"), [(0, 1), (1799, 1), (1801, 2)])
def test_an_unknown_outcome_counts_for_half_an_hour(desk: AdmissionAlone, age: int, free: int) -> None:
    lost, sent = desk.add(), utc_now() - timedelta(seconds=age)
    for was, becomes in ((S.QUEUED, S.CLAIMED), (S.CLAIMED, S.SUBMITTING), (S.SUBMITTING, S.UNKNOWN)):
        desk.store.tasks.move(lost.id, was, becomes, submitted_at=sent)
    desk.figures.status = QueueStatus("SHARED", 2, 0, 0)
    desk.admission.mark_uncertain(desk.task(lost))
    assert desk.planned()
    desk.enqueue(3)
    desk.look()
    assert len(desk.scheduled) == free
    desk.admission.sync_with_database()
    desk.look()
    assert len(desk.scheduled) == free, "stored, too"
    desk.now += 1800 - age
    desk.look()
    assert len(desk.scheduled) == 2


def test_an_unknown_outcome_that_was_never_sent_counts_too(desk: AdmissionAlone) -> None:
    lost = desk.add()
    desk.admission.mark_uncertain(lost)
    desk.figures.status = QueueStatus("SHARED", 1, 0, 0)
    desk.enqueue(2)
    assert desk.look() == TIMINGS.status_every and desk.scheduled == []


def test_what_belongs_to_others_is_forgotten(desk: AdmissionAlone) -> None:
    (task,) = desk.enqueue()
    desk.admission.forget_all()
    assert not desk.admission.holds(ACCOUNT, task.id)
    desk.look()
    assert desk.scheduled == []


def test_two_looks_are_never_at_the_same_moment(desk: AdmissionAlone) -> None:
    tasks = desk.enqueue(4)
    desk.look()
    desk.store.tasks.move(tasks[0].id, S.CLAIMED, S.QUEUED)
    desk.admission.requeue_after_refusal(desk.task(tasks[0]), "capacity:421")
    desk.now += TIMINGS.hold_first - SHORTEST_LOOK / 2
    assert desk.look() == SHORTEST_LOOK
