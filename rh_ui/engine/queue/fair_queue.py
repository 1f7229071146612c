"""Whose run is next. Pure.

Slots are shared between the people who wait. Next is the person with the fewest runs at the service; among
equals, the person whose last slot is the longest ago. Of one person's runs, the highest priority goes first,
then the oldest.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A waiting run in the queue of its account."""

    id: str
    """Ids sort by time."""
    submitter: str = ""
    endpoint: str = ""
    priority: int = 0

    @property
    def rank(self) -> tuple[int, str]:
        return (-self.priority, self.id)


@dataclass(frozen=True, slots=True)
class QueuePosition:
    """The place of a run in the queue."""

    number: int
    """1: the run is next, provided that the runs with slots end in the order in which they began."""
    first: bool
    """No run of the same submitter is before this one."""


class FairQueue:
    """The waiting runs of one account. Not thread-safe."""

    def __init__(self) -> None:
        self._entries: dict[str, QueueEntry] = {}
        self._ranks: dict[str, list[tuple[int, str]]] = {}
        """By submitter, the next run first."""

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, task_id: str) -> bool:
        return task_id in self._entries

    def get(self, task_id: str) -> QueueEntry | None:
        return self._entries.get(task_id)

    def ids(self) -> list[str]:
        return list(self._entries)

    def of(self, endpoint: str) -> list[str]:
        """The runs that wait for one model."""
        return [entry.id for entry in self._entries.values() if entry.endpoint == endpoint]

    def add(self, entry: QueueEntry) -> None:
        """Join the queue, or change the place in it."""
        self.remove(entry.id)
        self._entries[entry.id] = entry
        insort(self._ranks.setdefault(entry.submitter, []), entry.rank)

    def remove(self, task_id: str) -> None:
        entry = self._entries.pop(task_id, None)
        if entry is not None:
            ranks = self._ranks[entry.submitter]
            del ranks[bisect_left(ranks, entry.rank)]
            if not ranks:
                del self._ranks[entry.submitter]

    def next(
        self, held: Mapping[str, int], turns: Mapping[str, int], busy_models: Collection[str] = ()
    ) -> QueueEntry | None:
        """The run that gets the next slot. `held`: slots by submitter; `turns`: when each submitter got the
        last slot, as a rising count; `busy_models`: models that must not be tried now."""
        heads = [
            head for ranks in self._ranks.values() if (head := self._head(ranks, busy_models)) is not None
        ]
        return min(heads, key=lambda head: _claim(head, held, turns), default=None)

    def _head(self, ranks: Iterable[tuple[int, str]], busy_models: Collection[str]) -> QueueEntry | None:
        entries = (self._entries[task_id] for _, task_id in ranks)
        return next((entry for entry in entries if entry.endpoint not in busy_models), None)

    def order(self, holders: Iterable[str], turns: Mapping[str, int], slots: int) -> dict[str, QueuePosition]:
        """The order of the whole queue. `holders`: the submitter of each run with a slot, the oldest run
        first; `slots`: slots in all. It assumes that runs end in the order in which they began."""
        held, began = Counter(holders), deque(holders)
        turns, last = dict(turns), max(turns.values(), default=0)
        waiting = {submitter: deque(ranks) for submitter, ranks in self._ranks.items()}
        order: dict[str, QueuePosition] = {}
        for number in range(1, len(self._entries) + 1):
            while began and len(began) >= slots:
                held[began.popleft()] -= 1
            heads = (self._entries[ranks[0][1]] for ranks in waiting.values())
            head = min(heads, key=lambda head: _claim(head, held, turns))
            ranks = waiting[head.submitter]
            order[head.id] = QueuePosition(number, first=len(ranks) == len(self._ranks[head.submitter]))
            ranks.popleft()
            if not ranks:
                del waiting[head.submitter]
            began.append(head.submitter)
            held[head.submitter] += 1
            turns[head.submitter] = last = last + 1
        return order


def _claim(head: QueueEntry, held: Mapping[str, int], turns: Mapping[str, int]) -> tuple[int, int, str]:
    """The smallest goes first."""
    return (held.get(head.submitter, 0), turns.get(head.submitter, 0), head.id)
