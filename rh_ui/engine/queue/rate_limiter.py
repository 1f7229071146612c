"""How many runs an account may have at the service, and when to try again after a refusal.

No I/O and no clock: the caller passes the time, in seconds on a monotonic clock.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

FIRST_GUESS: Final = 30
"""Parallel runs where the service does not tell its limit (API sheet §11: 30, 50 or 100 for shared keys)."""
FOR_A_SLOT: Final = frozenset({"421", "1520", "415"})
"""Refusals that end as soon as one of our own runs ends (API sheet §9); the others end with time."""
FOR_A_MODEL: Final = frozenset({"1010", "1011"})
"""Refusals that concern one model: runs of other models go on."""
NO_BALANCE: Final = "no-balance"


class RateLimiter:
    """The limit of one account, as the service tells it and as refusals teach it. Not thread-safe.

    `taken` is always the number of slots in use.
    """

    def __init__(self, most: int | None = None) -> None:
        """`most`: the most runs at once whatever the service allows; None: as many as it allows."""
        self._most = most
        self._of_former_keys = 0
        self._told: int | None = None
        self._of_other_programs = 0
        self._learned: int | None = None
        self._probing = ""
        """The run that tries one slot more than the learned limit."""
        self._probe_at = 0.0
        self._held_until = 0.0
        self._reason = ""
        self._refusals = 0
        self._busy_times: Counter[str] = Counter()
        """How many times in a row each model was busy."""
        self._busy_until: dict[str, float] = {}
        self._asked_at: float | None = None

    @property
    def limit(self) -> int:
        """Slots for the runs of all our processes. Where only the runs of others use the slots, one of ours
        may still try."""
        allowed = max(1, (FIRST_GUESS if self._told is None else self._told) - self._of_other_programs)
        return allowed if self._most is None else min(allowed, max(0, self._most - self._of_former_keys))

    @property
    def learned_limit(self) -> int:
        """The limit, or fewer if refusals showed it."""
        return self.limit if self._learned is None else min(self.limit, self._learned)

    def may_admit(self, taken: int, now: float) -> bool:
        """Whether one more run may start while the account is not held."""
        may_probe = not self._probing and now >= self._probe_at
        return taken < self.limit and (self._learned is None or taken < self._learned or may_probe)

    def record_admitted(self, task_id: str, taken: int) -> None:
        """A run was admitted when `taken` slots were in use."""
        if self._learned is not None and taken >= self._learned:
            self._probing = task_id

    def record_accepted(self, task_id: str, endpoint: str | None, taken: int) -> None:
        """The service accepted a run: after refusals, one more run than before may try."""
        if endpoint is not None:
            self._busy_times.pop(endpoint, None)
            self._busy_until.pop(endpoint, None)
        probed = task_id == self._probing
        if probed or self._reason not in FOR_A_SLOT:
            self._refusals = 0
            self._reason = ""
        if self._learned is not None:
            self._learned = max(self._learned, taken)
        if probed:
            self._probing = ""

    def record_refusal(self, taken: int) -> int:
        """The service has no capacity for the account. Returns the number of refusals in a row."""
        self._learned = taken
        self._refusals += 1
        return self._refusals

    def record_busy_model(self, endpoint: str) -> int:
        """A model, not the account, has no capacity. Returns the number of times in a row."""
        self._busy_times[endpoint] += 1
        return self._busy_times[endpoint]

    def hold_model(self, endpoint: str, until: float) -> None:
        """No run of this model starts before `until`."""
        self._busy_until[endpoint] = until

    def busy_models(self, now: float) -> list[str]:
        """The models that must not be tried now."""
        return [endpoint for endpoint, until in self._busy_until.items() if until > now]

    def record_left(self, task_id: str) -> None:
        """A run no longer needs its slot, or waits again."""
        if task_id == self._probing:
            self._probing = ""

    def record_free_slot(self) -> None:
        """A slot became free: a hold that waited for one is over."""
        if self._reason in FOR_A_SLOT:
            self._held_until = 0.0

    def hold(self, reason: str, until: float) -> None:
        """No run starts before `until`; then one may try."""
        self._reason = reason
        self._held_until = self._probe_at = until

    def hold_reason(self, now: float) -> str:
        """Why no run starts; empty where the account is not held."""
        return self._reason if now < self._held_until else ""

    def record_former_keys(self, taken: int) -> None:
        """The slots of runs that were sent with keys that the account had before: those that the service
        tells count already, as of other programs."""
        self._of_former_keys = taken

    def restart(self, taken: int) -> None:
        """The pause of the account is over: one run tries first."""
        self._held_until = self._probe_at = 0.0
        self._reason, self._learned = NO_BALANCE, taken

    def record_limits(self, limit: int | None, running: int, taken: int, now: float) -> None:
        """The service's own figures: the limit of the key, and how many runs it has, whoever sent them."""
        self._asked_at = now
        self._told = limit
        self._of_other_programs = max(0, running - taken)

    def record_no_limits(self, now: float) -> None:
        """The service did not answer: the earlier figures still count."""
        self._asked_at = now

    def limits_are_stale(self, now: float, every: float) -> bool:
        return self._asked_at is None or now - self._asked_at >= every

    def held_for(self, now: float) -> float:
        """Seconds for which no run starts; 0 or less where the account is not held."""
        return self._held_until - now

    def ends(self) -> list[float]:
        """The times at which it is worthwhile to try again."""
        found = list(self._busy_until.values())
        return found if self._learned is None else [*found, self._probe_at]
