"""One emulator process per test module, reset to its defaults before every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rh_ui.emulator.runner import start_emulator
from tests.integration.emulator.caller import Caller, until


@pytest.fixture(scope="module")
def emulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    running = start_emulator(tmp_path_factory.mktemp("emulator"), "--fast")
    yield running.url
    running.stop()


@pytest.fixture
def caller(emulator_url: str) -> Caller:
    fresh = Caller(emulator_url)
    fresh.script(finish="all", reset=True)
    until(lambda: fresh.queue()["totalCurrentTasks"] == "0")
    return fresh
