"""RunningHub reports the end of a run, over real HTTP: it settles an unknown outcome, and nothing unconfirmed
is believed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
import uvicorn
from fastapi import APIRouter, FastAPI
from sqlalchemy import text

from rh_ui.domain import Charged, Task, TaskState
from rh_ui.engine import webhook_url
from rh_ui.errors import MoveRefused
from rh_ui.i18n import load_words
from rh_ui.web.middleware.guard import Guard, reach_of
from rh_ui.web.routes.webhooks import LARGEST, add_receiver
from scripts.processes import free_port
from tests.integration.engine.conftest import Open
from tests.integration.engine.stepped_engine import SteppedEngine
from tests.integration.engine.test_app_runs import PHOTO, picture, start
from tests.integration.engine.workshop import Workshop, slower

SECRET = "a-secret-that-nobody-guesses"


class Door:
    """The route of the messages, as on the page; `workshop` may be another one after a restart."""

    def __init__(self) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.workshop: Workshop | None = None
        app, router = FastAPI(openapi_url=None), APIRouter(prefix="/rh")
        add_receiver(router)
        app.state.services = SimpleNamespace(webhooks=self)
        app.include_router(router)
        guard = Guard(app, reach_of("127.0.0.1", "", demo=False), {"en": load_words("en")})
        self._server = uvicorn.Server(uvicorn.Config(guard, port=port, log_level="error"))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.02)
            assert self._thread.is_alive()

    def verify_secret(self, *values: Any) -> Any:
        assert self.workshop is not None
        return self.workshop.webhooks.verify_secret(*values)

    def handle(self, *values: Any) -> Any:
        assert self.workshop is not None
        return self.workshop.webhooks.handle(*values)

    def post(self, task_id: str, secret: str = SECRET, **more: Any) -> requests.Response:
        return requests.post(f"{self.url}/rh/hooks/{task_id}/{secret}", timeout=20, **more)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)


@pytest.fixture
def door() -> Iterator[Door]:
    made = Door()
    yield made
    made.stop()


@pytest.fixture
def told(open_workshop: Open, door: Door) -> Callable[..., Workshop]:
    """Makes a workshop that RunningHub can reach."""

    def make(**more: Any) -> Workshop:
        door.workshop = open_workshop(public=door.url, **more)
        return door.workshop

    return make


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every attempt has the same secret, which the test knows."""
    monkeypatch.setattr("rh_ui.engine.webhook_url.secrets.token_urlsafe", lambda _bytes: SECRET)


def lost(workshop: Workshop, **params: Any) -> tuple[Task, str]:
    """A run whose answer was lost although the service accepted it, and its id there; it runs until
    finished."""
    workshop.emulator.script(times={"queue": 0, "run": 3600})
    workshop.emulator.fault("submit", "drop-after")
    task = workshop.reach(workshop.submit(params=params), TaskState.UNKNOWN)
    (remote,) = workshop.accepted()
    return task, remote


@pytest.mark.parametrize("form", ["object", "string"])
def test_a_message_ends_an_unknown_outcome(
    told: Callable[..., Workshop], form: str, caplog: pytest.LogCaptureFixture
) -> None:
    workshop = told()
    workshop.emulator.script(settings={"hook_form": form})
    with caplog.at_level("DEBUG"):
        task, remote = lost(workshop)
        assert task.hooked and not task.heard
        workshop.emulator.script(finish=[remote])
        done = workshop.done(task)
    assert (done.remote_id, done.charged, done.error) == (remote, Charged.YES, None)
    assert done.cost is not None and len(workshop.accepted()) == 1
    (sent,) = workshop.requests("submit")
    address = str(sent["body"]["webhookUrl"])
    secret = address.rpartition("/")[2]
    assert f"/rh/hooks/{task.id}/" in address and len(secret) > 40
    with workshop.database.read() as connection:
        rows = str(connection.execute(text("SELECT * FROM tasks")).all())
    assert secret not in rows and secret not in caplog.text and webhook_url.digest(secret) in rows


def test_an_app_s_unknown_outcome_ends_too(told: Callable[..., Workshop], tmp_path: Path) -> None:
    workshop = told()
    workshop.apps.open(PHOTO)
    workshop.emulator.script(times={"queue": 0, "run": 3600})
    workshop.emulator.fault("submit", "drop-after")
    task = workshop.reach(start(workshop, picture(workshop, tmp_path)), TaskState.UNKNOWN)
    (remote,) = workshop.accepted()
    workshop.emulator.script(finish=[remote])
    assert workshop.done(task).remote_id == remote and workshop.accepted() == [remote]


def test_a_message_before_the_answer_counts_when_the_answer_is_lost(told: Callable[..., Workshop]) -> None:
    workshop = told()
    workshop.emulator.fault("submit", "hang", seconds=1.0)
    task = workshop.submit()
    workshop.until(lambda: workshop.history.task(task.id).heard != "", "told before the answer")
    assert workshop.history.task(task.id).state is TaskState.SUBMITTING
    done = workshop.done(task)
    assert [done.remote_id] == workshop.accepted()


def test_what_was_told_before_a_crash_is_found_after_it(told: Callable[..., Workshop]) -> None:
    workshop = told()
    remote = workshop.emulator.submit()["taskId"]
    workshop.engine.stop()
    task = workshop.submit()
    workshop.put(task, TaskState.SUBMITTING, hook=webhook_url.digest(SECRET))
    assert workshop.repositories.webhooks.record_remote_id(task.id, webhook_url.digest(SECRET), remote)
    workshop.restart()
    assert workshop.done(task).remote_id == remote


def test_a_run_that_was_given_up_is_found_by_its_message(told: Callable[..., Workshop]) -> None:
    workshop = told()
    task, remote = lost(workshop)
    workshop.unknown_outcomes.resolve(task.id, "lost")
    workshop.emulator.script(finish=[remote])
    assert workshop.reach(task, TaskState.DONE).remote_id == remote


def test_a_message_wakes_a_run_that_is_asked_about_seldom(told: Callable[..., Workshop]) -> None:
    workshop = told(pace=slower(poll_steps=((3600.0, 3600.0),), poll_slowest=3600.0))
    workshop.emulator.script(times={"queue": 0, "run": 3600})
    task = workshop.reach(workshop.submit(), TaskState.RUNNING)
    workshop.emulator.script(finish=[task.remote_id])
    workshop.done(task)
    assert len(workshop.requests("query")) == 1


def test_a_repeated_message_counts_once(told: Callable[..., Workshop], door: Door, known: None) -> None:
    workshop = told()
    task, remote = lost(workshop)
    message = {"event": "TASK_END", "taskId": remote, "eventData": "{}"}
    assert [door.post(task.id, json=message).status_code for _ in range(3)] == [200] * 3
    workshop.emulator.script(finish=[remote])
    done = workshop.done(task)
    asked = len(workshop.requests("query"))
    assert door.post(task.id, json={**message, "taskId": "1900000000000000999"}).status_code == 200
    now = workshop.history.task(task.id)
    assert (now.updated_at, now.heard) == (done.updated_at, remote)
    assert len(workshop.requests("query")) == asked


NOWHERE = "1900000000000000999"
"""The id of no task."""


def test_nothing_is_believed_that_the_service_does_not_confirm(
    told: Callable[..., Workshop], door: Door, known: None
) -> None:
    """Even from a sender with the secret: an invented id neither settles the outcome nor blocks the true
    id."""
    workshop = told(pace=slower(sweep=0.2))
    task, remote = lost(workshop)
    assert door.post(task.id, json={"event": "TASK_END", "taskId": NOWHERE}).status_code == 200
    workshop.until(lambda: workshop.history.task(task.id).heard == "" != remote, "asked, and forgotten")
    assert NOWHERE in [entry["body"]["taskId"] for entry in workshop.requests("query")]
    assert workshop.history.task(task.id).state is TaskState.UNKNOWN
    workshop.emulator.fault("query", "html502", times=2)
    assert door.post(task.id, json={"event": "TASK_END", "taskId": remote}).status_code == 200
    running = workshop.reach(task, TaskState.RUNNING)
    assert running.remote_id == remote and len(workshop.accepted()) == 1
    workshop.emulator.script(finish=[remote])
    workshop.done(task)


def test_the_only_id_of_a_paid_run_outlives_a_moment_in_which_it_is_not_known(
    told: Callable[..., Workshop], door: Door, known: None
) -> None:
    workshop = told()
    task, remote = lost(workshop)
    workshop.emulator.fault("query", "refuse", code="1004", times=2)
    workshop.emulator.fault("outputs", "refuse", code="807", times=2)
    assert door.post(task.id, json={"event": "TASK_END", "taskId": remote}).status_code == 200
    assert workshop.reach(task, TaskState.RUNNING).remote_id == remote
    workshop.emulator.script(finish=[remote])
    workshop.done(task)


def test_a_later_message_with_another_id_counts(
    told: Callable[..., Workshop], door: Door, known: None
) -> None:
    workshop = told(pace=slower(lost_confirmations=1000))
    task, remote = lost(workshop)
    for named in (NOWHERE, remote):
        assert door.post(task.id, json={"event": "TASK_END", "taskId": named}).status_code == 200
    assert workshop.reach(task, TaskState.RUNNING).remote_id == remote
    workshop.emulator.script(finish=[remote])
    workshop.done(task)


@pytest.mark.parametrize("nothing", [{}, {"code": 0}])
def test_an_answer_that_says_nothing_confirms_nothing(
    told: Callable[..., Workshop], door: Door, known: None, nothing: dict[str, int]
) -> None:
    workshop = told()
    task, _remote = lost(workshop)
    workshop.emulator.fault("query", "replace", value=nothing, times=-1)
    with pytest.raises(MoveRefused) as refused:
        workshop.unknown_outcomes.resolve(task.id, "found", NOWHERE)
    assert refused.value.code == "resolve-no-answer"
    assert door.post(task.id, json={"event": "TASK_END", "taskId": NOWHERE}).status_code == 200
    workshop.after_more("query", 4)
    now = workshop.history.task(task.id)
    assert (now.state, now.remote_id, now.heard) == (TaskState.UNKNOWN, "", NOWHERE)


def test_what_was_told_of_a_run_that_was_given_up_is_asked_about_after_a_restart(
    told: Callable[..., Workshop],
) -> None:
    """The process that received it had no key to ask with, and is gone."""
    workshop = told()
    task, remote = lost(workshop)
    workshop.unknown_outcomes.resolve(task.id, "lost")
    workshop.restart(clients={})
    workshop.emulator.script(finish=[remote])
    workshop.until(lambda: workshop.history.task(task.id).heard == remote, "told")
    assert workshop.history.task(task.id).state is TaskState.FAILED
    workshop.restart()
    assert workshop.reach(task, TaskState.DONE).remote_id == remote


def test_a_run_that_was_given_up_and_imported_is_asked_about_no_more(
    told: Callable[..., Workshop], door: Door, known: None
) -> None:
    workshop = told()
    task, remote = lost(workshop)
    workshop.unknown_outcomes.resolve(task.id, "lost")
    brought = workshop.external_runs.import_run(remote)
    assert door.post(task.id, json={"event": "TASK_END", "taskId": remote}).status_code == 200
    workshop.until(lambda: workshop.history.task(task.id).heard == "", "let go")
    assert workshop.history.task(task.id).state is TaskState.FAILED
    workshop.emulator.script(finish=[remote])
    workshop.done(brought)


def test_who_cannot_ask_asks_less_and_less_often_and_says_so_once(
    open_workshop: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hands = SteppedEngine(open_workshop, monkeypatch, public="http://127.0.0.1:9")
    workshop = hands.workshop
    monkeypatch.setattr("rh_ui.engine.webhook_url.secrets.token_urlsafe", lambda _bytes: SECRET)
    workshop.emulator.fault("submit", "drop-after")
    task = hands.reach(workshop.submit(), TaskState.UNKNOWN)
    (remote,) = workshop.accepted()
    workshop.emulator.fault("query", "refuse", code="802", times=-1)
    workshop.webhooks.handle(task.id, SECRET, json.dumps({"taskId": remote}).encode())
    hands.let_pass(1200)
    asked = len(workshop.requests("query"))
    assert 10 < asked < 1200 / 60 + 8, "every minute in the end, although the sweep comes by more often"
    assert caplog.text.count("is not confirmed yet") == 1
    assert hands.task(task).heard == remote
    workshop.emulator.script(clear=True, finish="all")
    assert hands.reach(task, TaskState.DONE).remote_id == remote


def test_strangers_hear_nothing_and_change_nothing(
    told: Callable[..., Workshop], door: Door, known: None
) -> None:
    workshop = told()
    task, remote = lost(workshop)
    message = {"event": "TASK_END", "taskId": remote}
    strange = [
        door.post(task.id, SECRET[:-1], json=message), door.post(task.id, "-", json=message),
        door.post("nobody", json=message), door.post(task.id, webhook_url.digest(SECRET), json=message),
        door.post(task.id, "x", data=b"x" * (LARGEST + 1)),
    ]  # fmt: skip
    assert [(answer.status_code, answer.content) for answer in strange] == [(404, b"")] * 5
    assert workshop.history.task(task.id).heard == ""
    odd = [door.post(task.id, data=data) for data in (b"", b"{", b"[]", b"x" * (LARGEST + 1))]
    odd += [door.post(task.id, json={"taskId": "../../x", "eventData": "{"})]
    assert [(answer.status_code, answer.content) for answer in odd] == [(200, b"")] * 5
    assert workshop.history.task(task.id).state is TaskState.UNKNOWN
    named = {"Host": "studio.example.org", "Origin": "https://www.runninghub.ai"}
    assert door.post(task.id, json=message, headers=named).status_code == 200
    workshop.emulator.script(finish=[remote])
    assert workshop.done(task).remote_id == remote


def test_a_run_without_a_hook_has_no_door(open_workshop: Open, door: Door) -> None:
    door.workshop = workshop = open_workshop()
    task, remote = lost(workshop)
    assert not task.hooked and "webhookUrl" not in workshop.requests("submit")[0]["body"]
    assert door.post(task.id, "", json={"taskId": remote}).status_code in (404, 405)
    assert door.post(task.id, "x", json={"taskId": remote}).status_code == 404
    workshop.emulator.script(finish=[remote])
    assert workshop.history.task(task.id).state is TaskState.UNKNOWN


def test_a_message_about_a_run_that_was_imported_closes_the_doubt(told: Callable[..., Workshop]) -> None:
    workshop = told()
    task, remote = lost(workshop)
    brought = workshop.external_runs.import_run(remote)
    workshop.emulator.script(finish=[remote])
    closed = workshop.reach(task)
    assert closed.error is not None
    assert (closed.error.code, closed.charged, closed.remote_id) == ("here-twice", Charged.NO, "")
    assert workshop.done(brought).charged is Charged.YES


def test_what_became_of_a_message_is_told_and_it_is_sent_again(
    told: Callable[..., Workshop], door: Door
) -> None:
    workshop = told()
    workshop.emulator.script(settings={"hook_pause": 0.02})
    workshop.public = "http://127.0.0.1:9"
    workshop.restart()
    done = workshop.done(workshop.submit())
    found = workshop.webhooks.message

    def tried() -> int:
        message = found(done)
        return 0 if message is None else message.retries

    workshop.until(lambda: tried() == 3)
    message = found(done)
    assert message is not None and not message.delivered and "I/O error" in message.answer
    assert f'/rh/hooks/{done.id}/…"' in message.answer, "without the secret"
    workshop.public = door.url
    workshop.restart()
    workshop.webhooks.resend(done)
    workshop.until(lambda: workshop.history.task(done.id).heard == done.remote_id, "told after all")

    def delivered() -> bool:
        message = workshop.webhooks.message(done)
        return message is not None and message.delivered

    workshop.until(delivered)
    workshop.public = ""
    workshop.restart()
    quiet = workshop.done(workshop.submit())
    assert workshop.webhooks.message(quiet) is None
    with pytest.raises(MoveRefused):
        workshop.webhooks.resend(quiet)
