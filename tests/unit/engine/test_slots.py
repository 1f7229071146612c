"""Which runs have an account's slots."""

from __future__ import annotations

from rh_ui.engine.queue.fair_queue import QueueEntry
from rh_ui.engine.queue.slots import Slots


def test_a_run_of_ours_has_one_slot_whatever_an_older_look_at_the_database_said() -> None:
    slots = Slots()
    slots.occupy(QueueEntry("run", "anna", "model"))
    slots.sync({"run": "anna", "other": "ben"}, {"run": ("anna", 900.0), "lost": ("cleo", 900.0)})
    assert sorted(slots.submitters()) == ["anna", "ben", "cleo"]
