"""Which runs have an account's slots."""

from __future__ import annotations

from rh_ui.engine.queue.fair_queue import QueueEntry
from rh_ui.engine.queue.slots import Slots


def test_a_run_of_ours_has_one_slot_whatever_an_older_look_at_the_database_said() -> None:
    slots = Slots()
    slots.occupy(QueueEntry("run", "anna", "model"))
    slots.sync({"run": "anna", "other": "ben"}, {"run": ("anna", 900.0), "lost": ("cleo", 900.0)})
    assert sorted(slots.submitters()) == ["anna", "ben", "cleo"]


def test_an_unknown_outcome_that_turns_out_to_run_has_one_slot() -> None:
    slots = Slots()
    slots.mark_uncertain("run", "anna", 900.0)
    slots.occupy(QueueEntry("run", "anna", "model"))
    assert len(slots) == 1 and slots.ends() == []


def test_whoever_has_a_slot_gives_back_one_and_no_other_does() -> None:
    slots = Slots()
    slots.occupy(QueueEntry("run", "anna", "model"))
    slots.mark_uncertain("lost", "ben", 900.0)
    assert [slots.release(task_id) for task_id in ("run", "lost", "run", "lost", "none")] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_turns_are_counted_as_slots_are_given_and_kept() -> None:
    slots = Slots()
    for task_id, submitter in (("a", "anna"), ("b", "ben"), ("c", "anna"), ("b", "ben")):
        slots.occupy(QueueEntry(task_id, submitter, "model"))
    assert slots.turns == {"ben": 2, "anna": 3}


def test_slots_of_other_processes_are_fewer_only_when_their_sum_is() -> None:
    slots = Slots()
    assert not slots.sync({"a": "anna"}, {"lost": ("ben", 900.0)})
    assert not slots.sync({}, {"a": ("anna", 900.0), "lost": ("ben", 900.0)}), "a slot of another kind"
    assert not slots.sync({"a": "anna", "b": "ben"}, {})
    assert slots.sync({}, {"lost": ("ben", 900.0)})
    assert slots.sync({}, {})


def test_an_unknown_outcome_has_its_slot_until_then() -> None:
    slots = Slots()
    slots.mark_uncertain("lost", "ben", 900.0)
    slots.expire(899.0)
    assert len(slots) == 1 and slots.ends() == [900.0]
    slots.expire(900.0)
    assert len(slots) == 0
