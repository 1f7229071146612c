"""The decisions of `recovery` in the form that Leases.adopt takes: what changes in a task that is taken
over."""

from __future__ import annotations

from typing import Final

from rh_ui.domain import Charged, RunFault, TaskError, TaskState
from rh_ui.engine.recovery import PLAN, Decision, NextStep
from rh_ui.persistence.leases import Handover
from rh_ui.persistence.row_mapping import TaskChange

LOST_AT_STOP: Final = "The program stopped before the answer to the submit was known."


def _change(decision: Decision) -> TaskChange:
    if decision.becomes is TaskState.UNKNOWN:
        return {
            "owner": None,
            "charged": Charged.MAYBE,
            "error": TaskError(RunFault.OUTCOME_UNKNOWN, LOST_AT_STOP, Charged.MAYBE),
            "note": "",
        }
    if decision.step is NextStep.QUEUE:
        return {"note": "", "upload_done": 0}
    # A running task keeps its note (since when no answer comes, a refused cancel) until the next answer, and
    # the reason why files are not fetched until the next try.
    return {}


HANDOVERS: Final = [
    Handover(
        state,
        decision.becomes,
        _change(decision),
        follow=decision.step is not NextStep.LEAVE,
        needs_key=decision.step is not NextStep.DOWNLOAD,
    )
    for state, decision in PLAN.items()
    if decision.step is not NextStep.LEAVE or decision.becomes is not state
]
