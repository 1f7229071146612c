"""The waiting line of one account: how many runs it may have at the service, and when to try again.

No I/O and no clock: moments are seconds on a clock that never jumps, handed in. Thread-safe.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from rh_ui.domain import Money, Pause
from rh_ui.engine.queue.fair_queue import FairQueue, QueueEntry, QueuePosition

FIRST_GUESS: Final = 30
"""Runs at once where the service does not tell its limit (API sheet §11: 30, 50 or 100 for shared keys)."""
FOR_A_PLACE: Final = frozenset({"421", "1520", "415"})
"""Refusals that end as soon as one of the own runs ends (API sheet §9); others are a matter of time."""
FOR_A_MODEL: Final = frozenset({"1010", "1011"})
"""Refusals that concern one model: runs of the others go on."""
NO_BALANCE: Final = "no-balance"


class AccountQueue:
    """The runs of one account that wait, and those that have a place."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._line = FairQueue()
        self._placed: dict[str, QueueEntry] = {}
        """In the order in which they got their places."""
        self._foreign: dict[str, str] = {}
        """Places of other processes: run → submitter."""
        self._strangers: set[str] = set()
        """Those of the line that other processes took in; whoever has a place first takes them."""
        self._doubts: dict[str, tuple[str, float]] = {}
        """Runs whose outcome is unknown: submitter, and until when they count as having a place."""
        self._turns: dict[str, int] = {}
        self._told: int | None = None
        self._others = 0
        self._learned: int | None = None
        self._growing = False
        self._probing = ""
        self._probe_at = 0.0
        self._held_until = 0.0
        self._why = ""
        self._refusals = 0
        self._resting: dict[str, tuple[float, int]] = {}
        """Models that were busy: until when they are left alone, and how many times in a row."""
        self._asked_at: float | None = None
        self._pause: Pause | None = None

    def join(self, ticket: QueueEntry) -> None:
        """Stand in line, or change the place in it."""
        with self._lock:
            if ticket.id not in self._placed:
                self._line.add(ticket)

    def place(self, ticket: QueueEntry) -> None:
        """It has a place already: a run found at the service after a restart."""
        with self._lock:
            self._doubts.pop(ticket.id, None)
            self._line.remove(ticket.id)
            if ticket.id not in self._placed:
                self._take_place(ticket)

    def doubt(self, task_id: str, submitter: str, until: float) -> None:
        """Its outcome is unknown: it may have a place, and counts as if until then."""
        with self._lock:
            self._quit(task_id)
            self._doubts[task_id] = (submitter, until)

    def leave(self, task_id: str) -> bool:
        """Its place, or its turn, is free. True when somebody may now follow."""
        with self._lock:
            self._line.remove(task_id)
            doubted = self._doubts.pop(task_id, None) is not None
            if (self._quit(task_id) is not None or doubted) and self._why in FOR_A_PLACE:
                self._held_until = 0.0
            return len(self._line) > 0

    def admit(self, now: float) -> str | None:
        """Give the next one a place, if there is one."""
        with self._lock:
            ticket = self._next(now)
            if ticket is None:
                return None
            if self._learned is not None and self._taken >= self._learned:
                self._probing = ticket.id
            self._line.remove(ticket.id)
            self._take_place(ticket)
            return ticket.id

    def holds(self, task_id: str) -> bool:
        """Whether it waits, or has a place."""
        with self._lock:
            return task_id in self._line or task_id in self._placed

    def accepted(self, task_id: str, now: float) -> None:
        """The service took one: after refusals, one more than before may try."""
        with self._lock:
            ticket = self._placed.get(task_id)
            if ticket is not None:
                self._resting.pop(ticket.endpoint, None)
            probed = task_id == self._probing
            if probed or self._why not in FOR_A_PLACE:
                self._refusals = 0
                self._why = ""
                self._growing = True
            if self._learned is not None:
                self._learned = max(self._learned, self._taken)
            if probed:
                self._probing = ""
            if self._growing:
                self._probe_at = now

    def refused(self, ticket: QueueEntry, why: str) -> int:
        """The service turned it away: it waits again. How many refusals in a row there were."""
        with self._lock:
            self._back(ticket)
            self._why = why
            self._growing = False
            self._learned = self._taken
            self._refusals += 1
            return self._refusals

    def busy(self, ticket: QueueEntry) -> int:
        """Its model, not the account, has no capacity: it waits again. How many times in a row that was."""
        with self._lock:
            self._back(ticket)
            until, times = self._resting.get(ticket.endpoint, (0.0, 0))
            self._resting[ticket.endpoint] = (until, times + 1)
            return times + 1

    def rest(self, endpoint: str, until: float) -> list[str]:
        """No run of this model goes before `until`; the ones that wait for it."""
        with self._lock:
            _, times = self._resting.get(endpoint, (0.0, 1))
            self._resting[endpoint] = (until, times)
            return self._line.of(endpoint)

    def give_back(self, ticket: QueueEntry) -> None:
        """It had a place but was not sent: it waits again."""
        with self._lock:
            self._back(ticket)

    def come_back(self, task_id: str) -> None:
        """As give_back, for one that was admitted a moment ago."""
        with self._lock:
            ticket = self._placed.get(task_id)
            if ticket is not None:
                self._back(ticket)

    def hold(self, why: str, until: float) -> None:
        """Nobody goes before `until`, for the reason `why`; then one may try."""
        with self._lock:
            self._why = why
            self._held_until = self._probe_at = until

    def pause(self, pause: Pause | None) -> bool:
        """Nobody goes until a person, or money, ends it (None); then one may try. False: it is so already."""
        with self._lock:
            if (pause is None) == (self._pause is None):
                return False
            if pause is None:
                self._held_until = self._probe_at = 0.0
                self._why, self._learned, self._growing = NO_BALANCE, self._taken, False
            self._pause = pause
            return True

    def saw(self, money: Money) -> None:
        """What the account holds while it is paused; the first look counts."""
        with self._lock:
            if self._pause is not None and self._pause.seen is None:
                self._pause = replace(self._pause, seen=money)

    def told(self, limit: int | None, running: int, now: float) -> None:
        """The service's own figures: the key's limit, and how many runs it has, whoever sent them."""
        with self._lock:
            self._asked_at = now
            self._told = limit
            self._others = max(0, running - self._taken)

    def not_told(self, now: float) -> None:
        """The service did not answer: what was known before still counts."""
        with self._lock:
            self._asked_at = now

    def survey(
        self,
        waiting: Sequence[QueueEntry],
        placed: Mapping[str, str],
        doubts: Mapping[str, tuple[str, float]],
    ) -> bool:
        """What other processes on the same database have: runs in line, runs with a place (run → submitter),
        and whose outcome is unknown. True when somebody may now go."""
        with self._lock:
            before = len(self._foreign) + len(self._doubts)
            self._foreign = {i: submitter for i, submitter in placed.items() if i not in self._placed}
            self._doubts = dict(doubts)
            strangers = {ticket.id for ticket in waiting}
            for task_id in {*self._foreign, *doubts, *(self._strangers - strangers)}:
                self._line.remove(task_id)
            self._strangers = strangers
            news = [t for t in waiting if t.id not in self._placed and self._line.get(t.id) != t]
            for ticket in news:
                self._line.add(ticket)
            fewer = len(self._foreign) + len(self._doubts) < before
            return (fewer or bool(news)) and len(self._line) > 0

    def wants_figures(self, now: float, every: float, *, alone: bool = True) -> bool:
        """Whether it is time to read the key's limit: more than one run waits or has a place, or may have one
        in another process (not `alone`)."""
        with self._lock:
            stale = self._asked_at is None or now - self._asked_at >= every
            several = not alone or len(self._line) + self._taken > 1
            return len(self._line) > 0 and several and stale

    def wait(self, now: float, every: float) -> float | None:
        """Seconds until it is worth looking again; None: when somebody comes or leaves."""
        with self._lock:
            if not self._line or self._pause is not None:
                return None
            if now < self._held_until:
                return self._held_until - now
            if self._next(now) is not None:
                return 0.0
            ends = [until for until, _ in self._resting.values()]
            ends += [until for _, until in self._doubts.values()]
            ends += [self._probe_at] if self._learned is not None else []
            return min([every, *(end - now for end in ends if end > now)])

    def held(self, now: float) -> tuple[str, list[str]]:
        """Why nobody goes (empty: nothing but the own runs), and who waits."""
        with self._lock:
            return (self._why if now < self._held_until else ""), self._line.ids()

    def order(self) -> dict[str, QueuePosition]:
        """Where each waiting run stands."""
        with self._lock:
            began = [*self._foreign.values(), *(submitter for submitter, _ in self._doubts.values())]
            began += [ticket.submitter for ticket in self._placed.values()]
            limit = self._limit if self._learned is None else min(self._limit, self._learned)
            return self._line.order(began, self._turns, max(1, limit))

    @property
    def paused(self) -> Pause | None:
        with self._lock:
            return self._pause

    @property
    def limit(self) -> int:
        """Places for the runs of all our processes."""
        with self._lock:
            return self._limit

    @property
    def waiting(self) -> int:
        with self._lock:
            return len(self._line)

    @property
    def _limit(self) -> int:
        """One may always try where only others' runs are in the way."""
        return max(1, (FIRST_GUESS if self._told is None else self._told) - self._others)

    @property
    def _taken(self) -> int:
        return len(self._placed) + len(self._foreign) + len(self._doubts)

    def _next(self, now: float) -> QueueEntry | None:
        if self._pause is not None or now < self._held_until:
            return None
        self._doubts = {i: doubt for i, doubt in self._doubts.items() if doubt[1] > now}
        if not self._has_room(now):
            return None
        held = Counter(ticket.submitter for ticket in self._placed.values())
        held.update(self._foreign.values())
        held.update(submitter for submitter, _ in self._doubts.values())
        resting = [endpoint for endpoint, (until, _) in self._resting.items() if until > now]
        return self._line.next(held, self._turns, resting)

    def _has_room(self, now: float) -> bool:
        if self._taken >= self._limit:
            return False
        return (
            self._learned is None
            or self._taken < self._learned
            or (not self._probing and now >= self._probe_at)
        )

    def _take_place(self, ticket: QueueEntry) -> None:
        self._placed[ticket.id] = ticket
        self._turns[ticket.submitter] = max(self._turns.values(), default=0) + 1

    def _quit(self, task_id: str) -> QueueEntry | None:
        if task_id == self._probing:
            self._probing = ""
        return self._placed.pop(task_id, None)

    def _back(self, ticket: QueueEntry) -> None:
        """From its place into the line again, or from a doubt that is cleared up."""
        self._quit(ticket.id)
        self._doubts.pop(ticket.id, None)
        self._line.add(ticket)
