"""A run's progress over a real websocket: odd frames are ignored, and a broken connection is not an error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from rh_ui.domain import RunKind
from rh_ui.runninghub import runs
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.progress import Progress, advanced, follow
from tests.here import OPEN
from tests.integration.emulator.caller import until
from tests.integration.runninghub.conftest import script

PICTURE = "1900000000000000101"


def started(url: str, seconds: float = 0.5, **parts: Any) -> tuple[str, str]:
    """An active run: its id, and the address of its progress."""
    script(url, reset=True, times={"queue": 0, "run": seconds}, **parts)
    client = Client(url, "demo-shared")
    task = runs.run(client, RunKind.WORKFLOW, PICTURE, {"nodeInfoList": []}).remote_id
    until(lambda: bool(client.outputs(task).progress))
    return task, client.outputs(task).progress


def never() -> bool:
    return False


def test_nodes_and_shares_are_told_until_the_graph_is_through(url: str) -> None:
    _, address = started(url)
    told = list(follow(address, OPEN, never))
    shares = [progress.share(7) or 0.0 for progress in told]
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert told[-1].ended and told[-1].done == {"3", "4", "5", "6", "7", "8", "9"}
    assert {progress.node for progress in told} >= {"4", "9"}
    assert any(0 < progress.part < 1 for progress in told)


def test_a_line_that_drops_ends_the_story_without_an_error(url: str) -> None:
    _, address = started(url, faults=[{"on": "progress", "do": "drop", "value": 5}])
    told = list(follow(address, OPEN, never))
    assert told and not told[-1].ended
    again = list(follow(address, OPEN, never))
    assert again[-1].ended or again == []


def test_odd_frames_are_passed_over(url: str) -> None:
    _, address = started(url, faults=[{"on": "progress", "do": "bad-json"}])
    with connect(address) as line:
        frames = list(line)
    assert frames[0] == '{"type": oops' and any(isinstance(frame, bytes) for frame in frames)
    end = Progress()
    for frame in frames:
        end = advanced(end, frame)
    assert end.ended and len(end.done) == 7


def test_following_stops_when_told(url: str) -> None:
    task, address = started(url, seconds=3600)
    answers = iter([False, False, False])
    told = list(follow(address, OPEN, lambda: next(answers, True)))
    assert [progress.ended for progress in told] == [False]
    script(url, finish=[task])


def test_who_has_no_ticket_hears_nothing(url: str) -> None:
    task, address = started(url, seconds=3600)
    without = address.partition("&Rh-Comfy-Auth=")[0]
    with pytest.raises(InvalidStatus):
        connect(without)
    assert list(follow(without, OPEN, never)) == []
    assert (
        list(follow("http://127.0.0.1:9/", OPEN, never))
        == list(follow("ws://127.0.0.1:9/", OPEN, never))
        == []
    )
    script(url, finish=[task])


def frame(kind: str, **data: Any) -> str:
    return json.dumps({"type": kind, "data": data})


NOTHING_TOLD = [
    b"\x00\x01", "", "[]", "{}", '{"type": "progress", "data": 5}', frame("status", status={}),
    frame("progress", node="1", value="x", max=2), frame("progress", node="1", value=1, max=0),
    frame("execution_cached", nodes="all"), frame("executed"),
]  # fmt: skip


@pytest.mark.parametrize("told", NOTHING_TOLD)
def test_a_frame_that_says_nothing_changes_nothing(told: str | bytes) -> None:
    before = Progress(frozenset({"1"}), "2", 0.5)
    assert advanced(before, told) == before


def test_a_node_is_done_when_the_next_one_begins() -> None:
    progress = advanced(Progress(), frame("execution_cached", nodes=["1", 2]))
    progress = advanced(progress, frame("executing", node="3"))
    progress = advanced(progress, frame("progress", node="3", value=1, max=4))
    assert progress.share(5) == pytest.approx(2.25 / 5)
    assert progress.share(0) is None
    progress = advanced(progress, frame("executing", node="4"))
    assert (progress.done, progress.part) == (frozenset({"1", "2", "3"}), 0.0)
    assert advanced(progress, frame("executing", node=None)).ended
    assert advanced(progress, frame("execution_error", node="4")).ended
