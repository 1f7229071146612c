"""One round of the kill harness: a program is killed at a critical point, started again, and the money
counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rh_ui.domain import TaskState
from tests.integration.engine.laboratory import Child, Count, Laboratory


@dataclass(frozen=True, slots=True)
class Phase:
    """Where the program is killed."""

    name: str
    point: str = ""
    """Of `child`; empty: when the emulator has got what `held` names, and keeps its answer back."""
    held: str = ""
    unknown: bool = False
    """Whether it was sent, or its id, can't be known afterwards."""
    alone: bool = False
    """The undisturbed run comes by this point too, sooner or later: it has to be over by then."""

    def __str__(self) -> str:
        return self.name


PHASES: Final = (
    Phase("queued", "before queued>claimed"),
    Phase("claimed", "after queued>claimed"),
    Phase("uploading", "upload"),
    Phase("upload under way", held="upload"),
    Phase("while committing the intent", "commit uploading>submitting"),
    Phase("before the POST", "post", unknown=True),
    Phase("between POST and answer", held="submit", unknown=True),
    Phase("between answer and commit", "answer", unknown=True),
    Phase("while committing the id", "commit submitting>running", unknown=True),
    Phase("after the commit of the id", "after submitting>running"),
    Phase("polling", "query", alone=True),
    Phase("while committing the results", "commit running>downloading", alone=True),
    Phase("downloading", held="download"),
    Phase("downloaded", "downloaded", alone=True),
    Phase("while committing the end", "commit downloading>done", alone=True),
)


PRESSED: Final = (
    Phase("while committing the order", "commit order"),
    Phase("between order and answer", "after order"),
    Phase("between answer and the next press"),
)
"""Where it is killed between two equal presses of Generate."""


def press_twice(
    lab: Laboratory, first: Child, second: Callable[[], Child], phase: Phase, number: int
) -> Child:
    """Press, kill the program, and press the same again in the one that `second` returns: that is one run.
    Returns it."""
    prompt = f"pressed twice {number} {phase}"
    if phase.point:
        first.arm(phase.point)
        lab.press(first, prompt, 1, wait=False)
        assert first.hear("paused") == phase.point
    else:
        lab.press(first, prompt, 1)
    with lab.only(first):
        first.kill()
        lab.check_holds(still=True)
    other = second()
    task_id, already = lab.press(other, prompt, 2)
    assert already is (phase.point != "commit order"), f"{phase}: {task_id}"
    assert lab.press(other, prompt, 3) == (task_id, True), phase
    return other


def kill_in(lab: Laboratory, child: Child, phase: Phase, number: int = 1) -> str:
    """Have a run in this phase beside one that runs undisturbed, and kill the program. Returns the run's
    id."""
    lab.emulator.script(clear=True, times={"run": 1.0})
    companion = lab.text(child, f"companion {number}")
    lab.reach(companion, TaskState.RUNNING, TaskState.DOWNLOADING, TaskState.DONE)
    lab.emulator.script(times={"run": 0.3})
    if phase.alone:
        lab.reach(companion, TaskState.DONE)
    with lab.only(child):
        if phase.point:
            child.arm(phase.point)
            victim = lab.edit(child, f"victim {number}")
            assert child.hear("paused") == phase.point
        else:
            before = lab.emulator.last_number()
            faults = {
                "upload": [{"on": "upload", "do": "hang", "seconds": 30}],
                "submit": [{"on": "submit", "do": "hang", "seconds": 30}],
                "download": [{"on": "download", "do": "stall", "seconds": 30}],
            }
            lab.emulator.script(faults=faults[phase.held])
            victim = lab.edit(child, f"victim {number}")
            lab.until(
                lambda: any(
                    entry["operation"] == phase.held and entry["fault"] and entry["status"]
                    for entry in lab.emulator.journal(before)
                ),
                f"the emulator holds the {phase.held}",
            )
        child.kill()
        lab.check_holds(still=True)
    return victim


def pressed_round(lab: Laboratory, phase: Phase, number: int = 1) -> Count:
    """Press, kill, start again, press the same again, count."""
    child = lab.running or lab.start()
    lab.begin()
    again = press_twice(lab, child, lab.start, phase, number)
    return lab.settle(again)


def round_of(lab: Laboratory, phase: Phase, number: int = 1) -> Count:
    """Kill, start again, settle, count. The restarted program is killed in the next round."""
    child = lab.running or lab.start()
    lab.begin()
    victim = kill_in(lab, child, phase, number)
    again = lab.start()
    lab.rest()
    task = lab.history.task(victim)
    assert task.state is (TaskState.UNKNOWN if phase.unknown else TaskState.DONE), f"{phase}: {task}"
    return lab.settle(again)
