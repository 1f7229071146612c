"""For every test: the order of kinds and files, and an environment without the developer's settings."""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ORDER = ("unit", "contract", "integration", "browser")
"""The quick ones first. Browser tests last: Playwright keeps an event loop running in this thread."""
SLOW = 30
"""A test that is marked so counts as this many."""


def pytest_collection() -> None:
    """No garbage collection while modules are loaded; later ones leave alone what stays until the end."""
    gc.disable()


def pytest_collection_finish() -> None:
    gc.enable()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Within a kind the longest file comes first: a worker takes whole files, and the other one waits for the
    last."""
    length: Counter[Path] = Counter()
    for item in items:
        length[item.path] += SLOW if item.get_closest_marker("slow") else 1
    items.sort(key=lambda item: (_rank(item.path), -length[item.path], item.path))


def _rank(path: Path) -> int:
    if not path.is_relative_to(TESTS):
        return len(ORDER)
    kind = path.relative_to(TESTS).parts[0]
    return ORDER.index(kind) if kind in ORDER else len(ORDER)


@pytest.fixture(autouse=True)
def _no_settings_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith(("RH_", "GRADIO_")):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _no_priority_over_others() -> Iterator[None]:
    yield
    assert os.sched_getscheduler(0) == os.SCHED_OTHER, "this test left the process in real time"
