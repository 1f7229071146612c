"""One emulator process for all tests of the engine; each test has its own key and its own data folder."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rh_ui.catalog.schema import Catalog
from rh_ui.emulator.runner import start_emulator
from tests.integration.emulator.caller import Caller
from tests.integration.engine.workshop import Workshop
from tests.packaged import packaged_catalog

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def engine_catalog() -> Catalog:
    return packaged_catalog()


@pytest.fixture(scope="session")
def engine_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    running = start_emulator(tmp_path_factory.mktemp("engine-emulator"), "--fast", "--small")
    yield running.url
    running.stop()


Open = Callable[..., Workshop]


@pytest.fixture
def open_workshop(engine_emulator: str, engine_catalog: Catalog, tmp_path: Path) -> Iterator[Open]:
    """Makes workshops with a key of their own (`kind`, `limit`, `balance` as in the emulator's script)."""
    opened: list[Workshop] = []
    Caller(engine_emulator).script(reset=True)

    def make(
        *, pace: Any = None, clock: Any = None, artist: Any = None, staging: Any = None, reserve: int = 0,
        public: str = "", largest: Any = None, gate: Any = None, **account: Any,
    ) -> Workshop:  # fmt: skip
        key = f"rh_TESTKEY_{next(_numbers):04d}"
        Caller(engine_emulator).script(accounts={key: {"kind": "SHARED", "limit": 30, **account}})
        folder = tmp_path / key
        folder.mkdir()
        given = {
            "pace": pace,
            "clock": clock,
            "artist": artist,
            "staging": staging,
            "reserve": reserve,
            "public": public,
            "largest": largest,
            "gate": gate,
        }
        more = {name: value for name, value in given.items() if value is not None}
        workshop = Workshop(engine_catalog, folder, engine_emulator, key, **more)
        opened.append(workshop)
        return workshop

    yield make
    Caller(engine_emulator).script(clear=True, finish="all")
    for workshop in opened:
        workshop.stop()


@pytest.fixture
def workshop(open_workshop: Open) -> Workshop:
    return open_workshop()
