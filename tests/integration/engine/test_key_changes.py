"""A new key of an account while runs are under way: what was sent is followed with the former one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from rh_ui.account_parts import connected
from rh_ui.domain import TaskState
from rh_ui.emulator.accounts import fingerprint
from tests.integration.engine.conftest import Open
from tests.integration.engine.laboratory import RICH, Laboratory
from tests.integration.engine.test_accounts import given, new_key
from tests.integration.engine.test_approvals import ADA, ask_above, order
from tests.integration.engine.workshop import TEXT

S = TaskState


@pytest.fixture
def laboratory(tmp_path: Path, engine_emulator: str) -> Iterator[Laboratory]:
    made = Laboratory(tmp_path, engine_emulator, new_key())
    yield made
    made.close()


def test_a_new_key_loses_and_repeats_nothing(laboratory: Laboratory) -> None:
    """Killed while one run is at the service and two wait; started again with another key. What was sent is
    followed, cancelled and fetched with the former key; what was not takes the new one."""
    lab, old, new = laboratory, laboratory.emulator.key, new_key()
    lab.emulator.script(accounts={old: {**RICH, "limit": 2}, new: RICH}, times={"run": 3600})
    child = lab.start()
    sent, wished_away = lab.text(child, "sent before"), lab.text(child, "cancelled later")
    lab.reach(sent, S.RUNNING)
    lab.reach(wished_away, S.RUNNING)
    waiting = [lab.text(child, f"waits {number}") for number in range(2)]
    lab.until(lambda: lab.history.task(waiting[1]).state is S.QUEUED, "it waits")
    child.kill()
    fresh = lab.start(RH_API_KEY=new, RH_API_FORMER_KEY=old)
    for task_id in waiting:
        moved = lab.reach(task_id, S.RUNNING)
        assert moved.account == fingerprint(new)
    assert lab.history.open_count(moved.site, fingerprint(old)) == 2
    fresh.ask("cancel", "cancelled", task_id=wished_away)
    lab.reach(wished_away, S.CANCELLED)
    lab.emulator.script(finish="all")
    done = lab.reach(sent, S.DONE)
    assert done.account == fingerprint(old) and done.outputs
    after = lab.reach(lab.text(fresh, "after"), S.RUNNING, S.DONE)
    assert after.account == fingerprint(new)
    lab.emulator.script(finish="all", times={"run": 0})
    lab.rest()
    taken = [entry for entry in lab.submits() if entry["task_id"]]
    by_prompt = {entry["body"]["prompt"]: entry["key_fingerprint"] for entry in taken}
    assert by_prompt == {
        "sent before": fingerprint(old), "cancelled later": fingerprint(old),
        "waits 0": fingerprint(new), "waits 1": fingerprint(new), "after": fingerprint(new),
    }  # fmt: skip
    assert len(lab.accepted()) == len(lab.prompts), "each once"
    assert lab.history.open_count(done.site, fingerprint(old)) == 0
    assert fresh.end() == 0
    written = b"".join(file.read_bytes() for file in lab.folder.rglob("*") if file.is_file())
    assert old.encode() not in written and new.encode() not in written


def test_without_the_former_key_its_runs_wait_for_it(open_workshop: Open, engine_emulator: str) -> None:
    workshop = open_workshop()
    old, new = workshop.emulator.key, new_key()
    workshop.emulator.script(accounts={new: RICH}, times={"run": 3600})
    workshop.connected = connected([given("main", engine_emulator, old)])
    workshop.restart()
    task = workshop.reach(workshop.submit(TEXT), S.RUNNING)
    workshop.connected = connected([given("main", engine_emulator, new)])
    workshop.restart()
    workshop.note(task, "other-account")
    workshop.connected = connected([given("main", engine_emulator, new, former=(SecretStr(old),))])
    workshop.restart()
    accounts = workshop.services.accounts
    assert accounts.following(accounts.get("")) == 1
    workshop.emulator.script(finish="all")
    workshop.done(task)
    assert accounts.following(accounts.get("")) == 0
    assert len(workshop.accepted()) == 1


def test_a_run_that_asks_is_counted_for_the_former_key_and_takes_the_new_one(
    open_workshop: Open, engine_emulator: str
) -> None:
    """Nothing of it was sent, but without the former key in the settings nobody would know whose it is."""
    workshop = open_workshop()
    old, new = workshop.emulator.key, new_key()
    workshop.emulator.script(accounts={new: RICH})
    workshop.connected = connected([given("main", engine_emulator, old)])
    workshop.restart()
    ask_above(workshop, "1")
    asks = order(workshop)
    assert asks.state is S.ASKING
    workshop.connected = connected([given("main", engine_emulator, new, former=(SecretStr(old),))])
    workshop.restart()
    accounts = workshop.services.accounts
    assert accounts.following(accounts.get("")) == 1
    workshop.services.approvals.approve(asks.id, ADA)
    assert workshop.done(asks).account == fingerprint(new)
    assert accounts.following(accounts.get("")) == 0
