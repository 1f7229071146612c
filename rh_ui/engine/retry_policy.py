"""When to ask again. Pure: ages and random numbers come in, seconds go out."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

LONGEST_RETRY_AFTER: Final = 600.0
"""The longest Retry-After that is obeyed: a longer one may be a mistake, and asking is cheap."""


@dataclass(frozen=True, slots=True)
class Timings:
    """The numbers, in seconds unless they count something. Tests use smaller ones."""

    poll_steps: tuple[tuple[float, float], ...] = ((20.0, 2.0), (120.0, 5.0))
    """(age of the run, interval below that age), rising."""
    poll_slowest: float = 10.0
    jitter: float = 0.2
    """Every wait is up to this share shorter or longer, so that many runs don't ask in the same moment."""
    trouble_first: float = 2.0
    trouble_most: float = 60.0
    """Waits after a question that got no answer: doubled each time."""
    hold_first: float = 2.0
    hold_most: float = 30.0
    """Waits after a refusal because of capacity (API sheet §9: steps of about 30 s)."""
    balance: float = 60.0
    """How often what a paused account holds is read."""
    allowance: float = 900.0
    """After so long a paused account tries again whose refusal may pass by itself (API news §9: 414). The
    sentences of 414 in codes.toml name it as a quarter of an hour."""
    room: float = 5.0
    """How often a full disk is looked at while runs wait."""
    doubt: float = 1800.0
    """For so long after its submit an unknown outcome counts as a run at the service."""
    status_every: float = 60.0
    """How often the key's limit is read while runs wait."""
    empty_tries: int = 6
    empty_slow: float = 120.0
    """SUCCESS without files: so many quick questions, then slow ones for as long as it takes."""
    lost_confirmations: int = 8
    """So many times in a row, over some three minutes, the service must not know a task before it counts as
    lost."""
    cancel_word: float = 15.0
    """For so long a task must say that it was cancelled, where somebody here asked for that, before it is its
    end: SUCCESS may still win (API news §2)."""
    cancel_silence: float = 240.0
    """The same where nobody here asked for it, and where no status is named any more and nothing else, which
    a hiccup of the service does too."""
    upload_tries: int = 5
    download_tries: int = 6
    silence: float = 60.0
    """A store that sends nothing for so long is left."""
    least_rate: int = 2048
    """Bytes a second; a store that sends fewer, over `rate_window` seconds, is left."""
    rate_window: float = 30.0
    longest: float = 7200.0
    """Seconds that one try to fetch a file may take; the next one goes on with it."""
    slow_first: float = 30.0
    slow_most: float = 600.0
    """Waits after a file came too slowly: doubled each time, for as long as its link lives."""
    crash_tries: int = 5
    heartbeat: float = 2.0
    """How often a process says that it lives, and looks for others that don't."""
    sweep: float = 30.0
    """How often a process looks for tasks of its own that nothing is planned for."""
    lease: float = 9.0
    """A process silent for so long has lost its tasks to the others."""


class RetryPolicy:
    """Computes waits from the timings, each a little different, so that many runs do not ask together."""

    def __init__(self, timings: Timings, roll: Callable[[], float] = random.random) -> None:
        """`roll` gives numbers from 0 up to 1."""
        self.timings = timings
        self._roll = roll

    def poll(self, age: float) -> float:
        """Seconds to the next question about a run of `age` seconds (on a clock that never jumps)."""
        for until, interval in self.timings.poll_steps:
            if age < until:
                return self._shaken(interval)
        return self._shaken(self.timings.poll_slowest)

    def trouble(self, times: int, retry_after: float | None = None) -> float:
        """Seconds after the `times`-th question in a row without an answer (from 1)."""
        return self._backoff(self.timings.trouble_first, self.timings.trouble_most, times, retry_after)

    def hold(self, times: int) -> float:
        """Seconds after the `times`-th refusal in a row for want of capacity (from 1)."""
        return self._backoff(self.timings.hold_first, self.timings.hold_most, times, None)

    def slow(self, times: int) -> float:
        """Seconds after a file came too slowly for the `times`-th time (from 1)."""
        return self._backoff(self.timings.slow_first, self.timings.slow_most, times, None)

    def spread(self, most: float) -> float:
        """A moment within `most` seconds, for many that would start at once."""
        return most * self._roll()

    def _backoff(self, first: float, most: float, times: int, retry_after: float | None) -> float:
        wait = self._shaken(min(most, first * 2.0 ** min(times - 1, 16)))
        if retry_after is None:
            return wait
        return max(wait, min(retry_after, LONGEST_RETRY_AFTER))

    def _shaken(self, seconds: float) -> float:
        return seconds * (1.0 + self.timings.jitter * (2.0 * self._roll() - 1.0))
