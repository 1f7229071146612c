"""The table of moves, every pair of state and event, against the diagram of the design."""

from __future__ import annotations

import itertools

import pytest

from rh_ui.domain import Charged, TaskError, TaskState
from rh_ui.engine.handovers import HANDOVERS, LOST_AT_STOP
from rh_ui.engine.recovery import PLAN, NextStep
from rh_ui.engine.state_machine import (
    CANCEL_AT_ONCE,
    CANCEL_BY_ASKING,
    GIVEN_UP,
    MOVES,
    Event,
    after,
)
from rh_ui.errors import MoveRefused
from rh_ui.persistence.leases import Handover
from rh_ui.persistence.schema import STATES
from rh_ui.services.unknown_outcomes import LOST, RUN_AGAIN

S = TaskState

ALLOWED = {
    "asking": "approve>queued decline>cancelled lapse>cancelled cancel>cancelled",
    "queued": "claim>claimed cancel>cancelled",
    "claimed": "upload>uploading send>submitting refuse>failed cancel>cancelled release>queued",
    "uploading": "send>submitting refuse>failed cancel>cancelled release>queued",
    "submitting": "accept>running turn_away>queued refuse>failed lose_answer>unknown",
    "running": "deliver>downloading fail>failed stop>cancelled",
    "downloading": "finish>done lose_files>failed",
    "unknown": "find>running give_up>failed turn_away>queued refuse>failed",
    "done": "reopen>downloading",
    "failed": "reopen>downloading find>running",
    "cancelled": "find>running",
}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(TaskState, Event)))
def test_every_pair(state: TaskState, event: Event) -> None:
    moves = dict(move.split(">") for move in ALLOWED[state.value].split())
    expected = moves.get(event.name.lower())
    assert ((state, event) in MOVES) is (expected is not None)
    if expected is None:
        words = event.name.lower().replace("_", " ")
        with pytest.raises(MoveRefused, match=f"^A run that is {state.value} can't {words}\\.$"):
            after(state, event)
    else:
        assert after(state, event).value == expected


def test_only_submitting_leads_to_a_task_at_the_service_and_only_with_an_answer() -> None:
    ways_in = {(state, event) for (state, event), becomes in MOVES.items() if becomes is S.RUNNING}
    found = {(state, Event.FIND) for state in (S.UNKNOWN, S.FAILED, S.CANCELLED)}
    assert ways_in == {(S.SUBMITTING, Event.ACCEPT), *found}


def test_nothing_goes_back_to_the_queue_once_it_may_have_been_accepted() -> None:
    ways_back = {(state, event) for (state, event), becomes in MOVES.items() if becomes is S.QUEUED}
    """TURN_AWAY is a proof that it was not, also when the proof comes late."""
    assert {event for state, event in ways_back if state in (S.SUBMITTING, S.UNKNOWN)} == {Event.TURN_AWAY}
    assert not {state for state, _ in ways_back} & {S.RUNNING, S.DOWNLOADING, S.DONE, S.FAILED}


def test_every_state_can_be_reached_and_none_is_a_trap() -> None:
    ways = {(was, becomes) for (was, _), becomes in MOVES.items()}

    def within_reach(starts: set[TaskState], ways: set[tuple[TaskState, TaskState]]) -> set[TaskState]:
        more = starts | {becomes for was, becomes in ways if was in starts}
        return starts if more == starts else within_reach(more, ways)

    assert within_reach({S.QUEUED}, ways) == set(TaskState) - {S.ASKING}
    assert within_reach({S.ASKING}, ways) == set(TaskState)
    ends = {state for state in TaskState if state.is_final}
    assert within_reach(ends, {(becomes, was) for was, becomes in ways}) == set(TaskState)


def test_a_run_that_asks_is_sent_after_a_yes_only() -> None:
    assert {
        event for (state, event), becomes in MOVES.items() if state is S.ASKING and not becomes.is_final
    } == {Event.APPROVE}
    assert S.ASKING not in set(MOVES.values()), "nobody asks twice"


def test_a_handover_makes_only_moves_of_the_table() -> None:
    ways = {(was, becomes) for (was, _), becomes in MOVES.items()}
    moved = {(handover.was, handover.becomes) for handover in HANDOVERS if handover.was != handover.becomes}
    assert moved and moved <= ways


def test_who_takes_a_run_over_forgets_what_its_upload_said_and_keeps_what_its_result_says() -> None:
    again = {"note": "", "upload_done": 0}
    assert {one.was: (one.becomes, one.change) for one in HANDOVERS if one.follow} == {
        S.QUEUED: (S.QUEUED, again),
        S.CLAIMED: (S.QUEUED, again),
        S.UPLOADING: (S.QUEUED, again),
        S.RUNNING: (S.RUNNING, {}),
        S.DOWNLOADING: (S.DOWNLOADING, {}),
    }


def test_only_files_are_fetched_without_the_key_of_the_account() -> None:
    assert [one.was for one in HANDOVERS if one.follow and not one.needs_key] == [S.DOWNLOADING]


def test_a_run_that_was_being_sent_belongs_to_nobody_and_may_have_cost_money() -> None:
    lost = TaskError("outcome-unknown", LOST_AT_STOP, Charged.MAYBE)
    assert "stopped before the answer" in LOST_AT_STOP
    assert [one for one in HANDOVERS if not one.follow] == [
        Handover(
            S.SUBMITTING,
            S.UNKNOWN,
            {"owner": None, "charged": Charged.MAYBE, "error": lost, "note": ""},
            follow=False,
        )
    ]


def test_cancel_at_once_only_before_the_submit() -> None:
    assert {S.ASKING, S.QUEUED, S.CLAIMED, S.UPLOADING} == CANCEL_AT_ONCE
    assert {S.SUBMITTING, S.RUNNING} == CANCEL_BY_ASKING


def test_a_late_answer_finds_exactly_the_runs_that_a_person_closes() -> None:
    assert {LOST.code, RUN_AGAIN.code} == GIVEN_UP


def test_the_database_knows_exactly_these_states() -> None:
    assert set(STATES) == {state.value for state in TaskState}


@pytest.mark.parametrize("state", list(TaskState))
def test_a_restart_decides_for_every_state(state: TaskState) -> None:
    decision = PLAN[state]
    if state in (S.QUEUED, S.CLAIMED, S.UPLOADING):
        assert (decision.becomes, decision.step) == (S.QUEUED, NextStep.QUEUE)
    elif state is S.SUBMITTING:
        assert (decision.becomes, decision.step) == (S.UNKNOWN, NextStep.LEAVE)
    else:
        steps = {S.RUNNING: NextStep.POLL, S.DOWNLOADING: NextStep.DOWNLOAD}
        assert (decision.becomes, decision.step) == (state, steps.get(state, NextStep.LEAVE))
