"""Who has a slot at the service: runs of this process, of other processes, and runs with an unknown
outcome."""

from __future__ import annotations

from collections.abc import Mapping

from rh_ui.engine.queue.fair_queue import QueueEntry


class Slots:
    """The slots of one account. Not thread-safe, no clock."""

    def __init__(self) -> None:
        self._ours: dict[str, QueueEntry] = {}
        """In the order in which they got their slots."""
        self._others: dict[str, str] = {}
        """Slots of other processes: run → submitter."""
        self._uncertain: dict[str, tuple[str, float]] = {}
        """Runs with an unknown outcome: the submitter, and until when they count as having a slot."""
        self._turns: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._ours) + len(self._others) + len(self._uncertain)

    def __contains__(self, task_id: str) -> bool:
        return task_id in self._ours

    @property
    def turns(self) -> Mapping[str, int]:
        """When each submitter got the last slot, as a rising count."""
        return self._turns

    def get(self, task_id: str) -> QueueEntry | None:
        """The run of this process that has a slot under this id."""
        return self._ours.get(task_id)

    def occupy(self, entry: QueueEntry) -> None:
        """Give a run of this process a slot; if it has one, it keeps it."""
        self._uncertain.pop(entry.id, None)
        if entry.id not in self._ours:
            self._ours[entry.id] = entry
            self._turns[entry.submitter] = max(self._turns.values(), default=0) + 1

    def release(self, task_id: str) -> bool:
        """False: the run had no slot."""
        uncertain = self._uncertain.pop(task_id, None)
        return self._ours.pop(task_id, None) is not None or uncertain is not None

    def mark_uncertain(self, task_id: str, submitter: str, until: float) -> None:
        """The run may have a slot, and counts as if it had one until then."""
        self._ours.pop(task_id, None)
        self._uncertain[task_id] = (submitter, until)

    def expire(self, now: float) -> None:
        """Free the slots of runs whose outcome has been unknown for too long."""
        self._uncertain = {i: found for i, found in self._uncertain.items() if found[1] > now}

    def sync(self, others: Mapping[str, str], uncertain: Mapping[str, tuple[str, float]]) -> bool:
        """Take over what the database says about the others (run → submitter). True: fewer slots are in use
        than before."""
        before = len(self._others) + len(self._uncertain)
        self._others = {i: submitter for i, submitter in others.items() if i not in self._ours}
        self._uncertain = {i: found for i, found in uncertain.items() if i not in self._ours}
        return len(self._others) + len(self._uncertain) < before

    def submitters(self) -> list[str]:
        """The submitters of the runs with slots, one item per slot, this process's own last."""
        found = [*self._others.values(), *(submitter for submitter, _ in self._uncertain.values())]
        return [*found, *(entry.submitter for entry in self._ours.values())]

    def ends(self) -> list[float]:
        """The times at which slots become free by themselves."""
        return [until for _, until in self._uncertain.values()]
