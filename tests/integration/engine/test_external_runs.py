"""Runs that were made elsewhere: shown by their id, imported once and collected, never paid for again."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import text

from rh_ui.domain import MADE_ELSEWHERE, Charged, Money, OutputKind, TaskState
from rh_ui.errors import KeyRefused, MoveRefused
from tests.integration.engine.conftest import Open
from tests.integration.engine.workshop import PICTURE, Workshop
from tests.samples import link_for, valid_params

WORKFLOW = "1900000000000000101"


def elsewhere(workshop: Workshop, endpoint: str = PICTURE) -> str:
    """A run that another program made with the same key."""
    params = valid_params(workshop.catalog.get(endpoint), link_for)
    return str(workshop.emulator.submit(endpoint, **params)["taskId"])


def old_way(workshop: Workshop) -> str:
    body = {"apiKey": workshop.emulator.key, "workflowId": WORKFLOW}
    return str(workshop.emulator.post("/task/openapi/create", body)["data"]["taskId"])


def test_a_finished_run_is_seen_and_imported_with_its_cost(workshop: Workshop) -> None:
    number = elsewhere(workshop)
    workshop.emulator.wait_for(number)
    seen = workshop.external_runs.look_up(f" {number[:7]} {number[7:]} ")
    assert (seen.number, seen.state, seen.kinds) == (number, "success", (OutputKind.IMAGE,))
    assert (seen.charged, seen.here, seen.uncertain) == (Charged.YES, None, 0)
    assert workshop.history.tasks() == []
    before = workshop.emulator.balance()
    done = workshop.done(workshop.external_runs.import_run(number))
    assert (done.remote_id, done.endpoint, done.params, done.cost) == (number, MADE_ELSEWHERE, {}, seen.cost)
    assert [output.kind for output in done.outputs] == [OutputKind.IMAGE]
    assert workshop.library.is_here(done.outputs[0].file_key)
    workshop.picture(done.outputs[0])
    assert workshop.emulator.balance() == before and len(workshop.accepted()) == 1
    with workshop.database.read() as connection:
        ledger = connection.execute(text("SELECT remote_id, task_id FROM ledger")).all()
    assert [tuple(row) for row in ledger] == [(number, done.id)]
    again = workshop.external_runs.look_up(number)
    assert again.here is not None and again.here.id == done.id


def test_a_run_made_the_old_way_continues_here(workshop: Workshop) -> None:
    workshop.emulator.script(times={"queue": 0, "run": 3600})
    number = old_way(workshop)
    assert workshop.external_runs.look_up(number).state in ("queued", "running")
    task = workshop.external_runs.import_run(number)
    workshop.restart()
    assert workshop.reach(task, TaskState.RUNNING).remote_id == number
    workshop.emulator.script(finish=[number])
    done = workshop.done(task)
    assert done.cost == Money(Decimal("0.17"), "CNY") and done.outputs


def test_a_run_that_the_new_question_does_not_know_is_asked_about_in_the_old_way(workshop: Workshop) -> None:
    number = elsewhere(workshop)
    workshop.emulator.wait_for(number)
    workshop.emulator.fault("query", "refuse", code="1004", times=-1)
    workshop.emulator.fault("download", "http", status=403, times=1)
    assert workshop.external_runs.look_up(number).state == "success"
    done = workshop.done(workshop.external_runs.import_run(number))
    assert done.cost is not None and done.error is None and workshop.library.is_here(done.outputs[0].file_key)


def test_a_failed_run_says_why_and_is_imported_as_one(workshop: Workshop) -> None:
    workshop.emulator.fault("submit", "fail", code="1015", message="it broke|它坏了")
    number = elsewhere(workshop)
    workshop.emulator.wait_for(number)
    seen = workshop.external_runs.look_up(number)
    assert (seen.state, seen.kinds, seen.reason) == ("failed", (), "it broke|它坏了 (1015)")
    failed = workshop.reach(workshop.external_runs.import_run(number))
    assert failed.state is TaskState.FAILED and failed.error is not None and failed.error.code == "1015"


def test_what_is_here_already_is_refused(workshop: Workshop) -> None:
    own = workshop.done(workshop.submit())
    with pytest.raises(MoveRefused) as caught:
        workshop.external_runs.import_run(own.remote_id)
    assert caught.value.code == "outside-here"
    number = elsewhere(workshop)
    workshop.external_runs.import_run(number)
    with pytest.raises(MoveRefused):
        workshop.external_runs.import_run(number)
    assert len(workshop.history.tasks()) == 2


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "resolve-digits"),
        ("12", "resolve-digits"),
        ("x" * 19, "resolve-digits"),
        ("9" * 19, "resolve-not-there"),
    ],
)
def test_a_wrong_number_changes_nothing(workshop: Workshop, number: str, code: str) -> None:
    for ask in (workshop.external_runs.look_up, workshop.external_runs.import_run):
        with pytest.raises(MoveRefused) as caught:
            ask(number)
        assert caught.value.code == code
    assert workshop.history.tasks() == []


def test_a_service_that_is_away_is_no_answer(workshop: Workshop) -> None:
    number = elsewhere(workshop)
    workshop.emulator.fault("query", "html502", times=-1)
    with pytest.raises(MoveRefused) as caught:
        workshop.external_runs.import_run(number)
    assert caught.value.code == "resolve-no-answer"


def test_a_run_that_waits_to_be_found_is_told_of(workshop: Workshop) -> None:
    workshop.emulator.fault("submit", "drop-after")
    workshop.reach(workshop.submit(), TaskState.UNKNOWN)
    (number,) = workshop.accepted()
    assert workshop.external_runs.look_up(number).uncertain == 1


def test_without_a_key_nothing_is_asked(open_workshop: Open) -> None:
    workshop = open_workshop()
    workshop.restart(clients={})
    with pytest.raises(KeyRefused):
        workshop.external_runs.look_up("9" * 19)
