"""The progress of running graphs is shown, and a fault in it does a run no harm."""

from __future__ import annotations

from typing import Any

import pytest

from rh_ui.domain import MADE_ELSEWHERE, RUN_PREFIX, Task, TaskState
from rh_ui.engine.progress_stream import MOST, TRIES, Step
from tests.integration.engine.conftest import Open
from tests.integration.engine.workshop import Workshop

WORKFLOW = "1900000000000000101"


def begun(workshop: Workshop, seconds: float, **parts: Any) -> Task:
    """An active run of a graph, for this many seconds."""
    workshop.emulator.script(times={"queue": 0, "run": seconds}, **parts)
    body = {"apiKey": workshop.emulator.key, "workflowId": WORKFLOW}
    number = workshop.emulator.post("/task/openapi/create", body)["data"]["taskId"]
    return workshop.external_runs.import_run(number)


def step(workshop: Workshop, task: Task) -> Step | None:
    return workshop.runs.progress(workshop.history.task(task.id))


def test_the_node_and_its_part_are_told_and_gone_at_the_end(workshop: Workshop) -> None:
    task = begun(workshop, 2.0)
    seen: list[Step] = []

    def over() -> bool:
        now = step(workshop, task)
        if now is not None and now not in seen:
            seen.append(now)
        return workshop.history.task(task.id).state.is_final

    workshop.until(over)
    assert workshop.done(task).endpoint == MADE_ELSEWHERE
    shares = [told.share(7) for told in seen]
    assert len(seen) > 3 and shares == sorted(shares) and len({told.node for told in seen}) > 2
    assert step(workshop, task) is None and workshop.engine.progress(task.id) is None
    assert len(workshop.requests("outputs")) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"on": "outputs", "do": "html502"},
        {"on": "outputs", "do": "refuse", "code": "807"},
        {"on": "outputs", "do": "set", "value": {"data": {"netWssUrl": "wss://127.0.0.1:9/?x"}}},
        {"on": "outputs", "do": "set", "value": {"data": {"netWssUrl": "file:///etc/passwd"}}},
        {"on": "outputs", "do": "set", "value": {"data": [7]}},
        {"on": "progress", "do": "drop", "value": 1},
        {"on": "progress", "do": "bad-json"},
    ],
)
def test_trouble_with_the_telling_does_no_harm(workshop: Workshop, fault: dict[str, Any]) -> None:
    task = begun(workshop, 0.6, faults=[{**fault, "times": -1}])
    done = workshop.done(task)
    assert done.outputs and done.error is None and not done.note
    assert len(workshop.requests("outputs")) <= TRIES


def test_a_line_that_drops_is_made_again_and_continues(workshop: Workshop) -> None:
    """The first connection reports that a node has begun; only the next one can report its progress."""
    task = begun(workshop, 20, faults=[{"on": "progress", "do": "drop", "value": 4}])

    def got_on() -> bool:
        now = step(workshop, task)
        return now is not None and now.part > 0

    workshop.until(got_on)
    assert len(workshop.requests("outputs")) == 2
    workshop.emulator.script(finish=[workshop.history.task(task.id).remote_id])
    workshop.done(task)


def test_there_is_a_bound_and_a_stop_waits_for_no_line(open_workshop: Open) -> None:
    workshop = open_workshop(limit=MOST + 4)
    tasks = [begun(workshop, 3600) for _ in range(MOST + 2)]
    workshop.until(lambda: len(workshop.requests("outputs")) == MOST)
    workshop.after_more("query", 2 * len(tasks))
    assert len(workshop.requests("outputs")) == MOST
    assert workshop.engine.stop(timeout=3)
    assert {workshop.history.task(task.id).state for task in tasks} == {TaskState.RUNNING}


def test_models_have_no_line(workshop: Workshop) -> None:
    workshop.emulator.script(times={"queue": 0, "run": 0.5})
    done = workshop.done(workshop.submit())
    assert not done.endpoint.startswith(RUN_PREFIX) and workshop.requests("outputs") == []
