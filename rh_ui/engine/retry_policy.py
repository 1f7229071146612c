"""When to ask again. Pure: takes ages and random numbers, returns seconds."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

LONGEST_RETRY_AFTER: Final = 600.0
"""A longer Retry-After is not obeyed: it may be a mistake, and asking costs little."""


@dataclass(frozen=True, slots=True)
class Timings:
    """The numbers, in seconds unless they count something. Tests use smaller ones."""

    poll_steps: tuple[tuple[float, float], ...] = ((20.0, 2.0), (120.0, 5.0))
    """(age of the run, interval below that age), rising."""
    poll_slowest: float = 10.0
    jitter: float = 0.2
    """Every wait is up to this share shorter or longer, so that many runs do not ask at the same moment."""
    trouble_first: float = 2.0
    trouble_most: float = 60.0
    """The wait after a question without an answer: from the first to the longest, doubled each time."""
    hold_first: float = 2.0
    hold_most: float = 30.0
    """The wait after a refusal for want of capacity (API sheet §9: steps of about 30 s)."""
    balance: float = 60.0
    """How often the money of a paused account is read."""
    allowance: float = 900.0
    """A paused account tries again after this time if its refusal may pass by itself (API news §9: 414). The
    sentences of 414 in codes.toml call it a quarter of an hour."""
    room: float = 5.0
    """How often a full disk is checked while runs wait."""
    doubt: float = 1800.0
    """For this time after its submit, a run with an unknown outcome counts as a run at the service."""
    status_every: float = 60.0
    """How often the limit of the key is read while runs wait."""
    empty_tries: int = 6
    empty_slow: float = 120.0
    """SUCCESS without files: this many quick questions, then slow ones as long as it takes."""
    lost_confirmations: int = 8
    """A task counts as lost when the service does not know it this many times in a row, over about three
    minutes."""
    cancel_word: float = 15.0
    """How long the service must call a task cancelled before that ends the run, if somebody here asked for
    it: SUCCESS may still follow (API news §2)."""
    cancel_silence: float = 240.0
    """The same if nobody here asked for it, or if no answer names a status any more, which may also be a
    short fault of the service."""
    upload_tries: int = 5
    download_tries: int = 6
    silence: float = 60.0
    """A store that sends nothing for this long is dropped."""
    least_rate: int = 2048
    """Bytes per second; a store that sends fewer, over `rate_window` seconds, is dropped."""
    rate_window: float = 30.0
    longest: float = 7200.0
    """The longest time of one attempt to download a file; the next attempt continues it."""
    slow_first: float = 30.0
    slow_most: float = 600.0
    """The wait after a file came too slowly: doubled each time, while its link is valid."""
    crash_tries: int = 5
    heartbeat: float = 2.0
    """How often a process renews its lease and looks for processes that stopped."""
    sweep: float = 30.0
    """How often a process looks for tasks of its own for which nothing is scheduled."""
    lease: float = 9.0
    """A process that did not renew its lease for this long has lost its tasks to the others."""


class RetryPolicy:
    """Computes waits from the timings, each with some jitter."""

    def __init__(self, timings: Timings, roll: Callable[[], float] | None = None) -> None:
        """`roll` returns numbers from 0 up to 1; None: a generator of its own, so that the engine's threads
        take nothing from whoever seeds the one of the process."""
        self.timings = timings
        self._roll = roll or random.Random().random

    def poll(self, age: float) -> float:
        """Seconds to the next question about a run that is `age` seconds old (on a monotonic clock)."""
        for until, interval in self.timings.poll_steps:
            if age < until:
                return self._shaken(interval)
        return self._shaken(self.timings.poll_slowest)

    def trouble(self, times: int, retry_after: float | None = None) -> float:
        """Seconds to wait after the `times`-th question in a row without an answer (from 1)."""
        return self._backoff(self.timings.trouble_first, self.timings.trouble_most, times, retry_after)

    def hold(self, times: int) -> float:
        """Seconds to wait after the `times`-th refusal in a row for want of capacity (from 1)."""
        return self._backoff(self.timings.hold_first, self.timings.hold_most, times, None)

    def slow(self, times: int) -> float:
        """Seconds to wait after a file came too slowly for the `times`-th time (from 1)."""
        return self._backoff(self.timings.slow_first, self.timings.slow_most, times, None)

    def spread(self, most: float) -> float:
        """A random moment within `most` seconds, for many that would start together."""
        return most * self._roll()

    def _backoff(self, first: float, most: float, times: int, retry_after: float | None) -> float:
        wait = self._shaken(min(most, first * 2.0 ** min(times - 1, 16)))
        if retry_after is None:
            return wait
        return max(wait, min(retry_after, LONGEST_RETRY_AFTER))

    def _shaken(self, seconds: float) -> float:
        return seconds * (1.0 + self.timings.jitter * (2.0 * self._roll() - 1.0))
