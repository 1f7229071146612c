"""The progress of a file: large ones only, reported at most once a second, nothing left behind."""

from __future__ import annotations

from rh_ui.engine.throttle import Throttle
from rh_ui.engine.transfers import LARGE, TransferProgress


def test_large_files_are_followed_and_told_of_once_a_second() -> None:
    now = [0.0]
    told: list[int | None] = []

    def look() -> None:
        told.append(transfers.percent(["a", "b", "other"]))

    transfers = TransferProgress(Throttle(look, lambda: now[0]))
    transfers.report("small", LARGE - 1, LARGE - 1)
    transfers.report("unknown", 10 * LARGE, None)
    assert told == [] and transfers.percent(["small", "unknown"]) is None
    for step in range(1, 9):
        transfers.report("a", step * LARGE // 10, LARGE)
        now[0] += 0.25
    assert told == [10, 50]
    transfers.report("b", 0, 3 * LARGE)
    assert told == [10, 50, 20], "of both together"
    transfers.end("a")
    transfers.end("a")
    assert transfers.percent(["a", "b"]) == 0
    transfers.end("b")
    assert transfers.percent(["a", "b"]) is None
