"""Whether this process's tasks are still its own, on a real database with a clock that the test sets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from rh_ui.engine.worker_lease import WorkerLease
from rh_ui.errors import StorageFault
from rh_ui.persistence.database import Database, open_database
from rh_ui.persistence.leases import Leases
from rh_ui.persistence.schema import workers
from tests import databases


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = open_database(databases.in_folder(tmp_path))
    yield made
    made.close()


class Process:
    """A process beside which others may work; `asked` counts its renewals."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch, *, alone: bool = False) -> None:
        self.now = 100.0
        self.asked = 0
        self.leases = Leases(database)
        monkeypatch.setattr(WorkerLease, "alone", alone)
        self._renew = self.leases.renew
        monkeypatch.setattr(self.leases, "renew", self._counted)
        self.lease = WorkerLease(self.leases, 9.0, clock=lambda: self.now)

    def _counted(self, worker: str) -> bool:
        self.asked += 1
        return self._renew(worker)


def signed_in(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(select(workers.c.id)).scalars())


def test_every_sign_in_has_a_name_of_its_own(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    process = Process(database, monkeypatch)
    names = [process.lease.worker]
    for _ in range(2):
        process.lease.acquire()
        names.append(process.lease.worker)
    assert len(set(names)) == 3 and signed_in(database) == names[1:]
    process.lease.release()
    assert signed_in(database) == names[1:2]


def test_a_lease_is_renewed_before_a_task_is_sent_when_half_of_it_is_over(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = Process(database, monkeypatch)
    assert process.lease.is_valid() and process.asked == 0, "as fresh as the program"
    process.now = 105.0
    process.lease.acquire()
    process.now += 4.4
    assert process.lease.is_valid() and process.asked == 0
    process.now += 0.1
    assert process.lease.is_valid() and process.asked == 1
    process.now += 4.4
    assert process.lease.is_valid() and process.asked == 1, "renewed a moment ago"


def test_a_lease_that_others_took_is_not_valid_and_stays_so(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = Process(database, monkeypatch)
    process.lease.acquire()
    Leases(database).release(process.lease.worker)
    process.now += 4.5
    assert not process.lease.is_valid() and not process.lease.renew() and not process.lease.is_valid()
    assert process.asked == 3


def test_without_the_database_an_old_lease_is_not_valid(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = Process(database, monkeypatch)
    process.lease.acquire()

    def fail(_: str) -> bool:
        raise StorageFault("away")

    monkeypatch.setattr(process.leases, "renew", fail)
    assert process.lease.is_valid(), "young enough"
    process.now += 9.0
    assert not process.lease.is_valid()


def test_who_is_alone_on_a_database_loses_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = Process(database, monkeypatch, alone=True)
    process.now += 9999.0
    assert process.lease.alone and process.lease.is_valid() and process.asked == 0
