"""Tells an order that arrived twice from one that is intended twice (docs/decisions/0023)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from rh_ui.domain import JsonValue, Task


@dataclass(frozen=True, slots=True)
class OrderContext:
    """How a run was ordered."""

    person: str
    """Whose order it is, and through which interface; orders of different people are never equal."""
    formerly: str = ""
    """Whose the same order was before there were people; empty: no other's."""
    seen: frozenset[str] | None = None
    """Runs that the person could see: if an equal one is among them, the order is repeated on purpose. None:
    every order with its own request id is intended."""
    fresh: frozenset[str] = frozenset()
    """Fields that got a new value by the press itself (seeds)."""
    copy: int = 0
    """The number of this run among those that one press ordered."""

    def order_digest(
        self, endpoint_path: str, body: Mapping[str, JsonValue], holder: str = "", project: str = ""
    ) -> str:
        """The same for equal orders, different for all others. With people, those of different holders are
        never equal, and neither are those for different projects."""
        return self._digest(self.person, endpoint_path, body, *([holder, project] if holder else []))

    def former_digest(self, endpoint_path: str, body: Mapping[str, JsonValue]) -> str:
        """What `order_digest` said of an equal order before there were people."""
        return self._digest(self.formerly or self.person, endpoint_path, body)

    def _digest(self, person: str, endpoint_path: str, body: Mapping[str, JsonValue], *whose: str) -> str:
        meant = {key: value for key, value in body.items() if key not in self.fresh}
        return digest(person, endpoint_path, self.copy, meant, *whose)


@dataclass(frozen=True, slots=True)
class OrderResult:
    """A run that was ordered."""

    task: Task
    already_sent: bool
    """Whether the run existed before."""


def digest(*parts: JsonValue | Collection[str] | Mapping[str, JsonValue]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
