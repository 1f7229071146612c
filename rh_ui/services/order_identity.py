"""What tells an order that came twice from one that is meant twice (docs/decisions/0023)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from rh_ui.domain import JsonValue, Task


@dataclass(frozen=True, slots=True)
class OrderContext:
    """How a run was asked for."""

    person: str
    """Whose order it is, at which door: orders of different ones are never equal."""
    seen: frozenset[str] | None = None
    """Runs that stood before the person: an equal one among them is repeated on purpose. None: every order
    with a request id of its own is meant."""
    fresh: frozenset[str] = frozenset()
    """Fields that got a new value by the press itself (seeds)."""
    copy: int = 0
    """Which of the runs that one press asked for."""

    def order_digest(self, endpoint_path: str, body: Mapping[str, JsonValue]) -> str:
        """The same for equal orders, and for no others."""
        meant = {key: value for key, value in body.items() if key not in self.fresh}
        return digest(self.person, endpoint_path, self.copy, meant)


@dataclass(frozen=True, slots=True)
class OrderResult:
    """A run that was asked for."""

    task: Task
    already_sent: bool
    """It was there before."""


def digest(*parts: JsonValue | Collection[str] | Mapping[str, JsonValue]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
