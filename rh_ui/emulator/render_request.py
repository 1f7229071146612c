"""What a render gets: the endpoint, the payload and its files. No I/O."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rh_ui.catalog.roles import Role
from rh_ui.catalog.schema import Endpoint
from rh_ui.domain import FieldKind, JsonValue, Params

_TRUE: Final = ("true", "yes", "on", "1")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A media value of the payload; `path` is None for a link to another host, which is never fetched."""

    key: str
    kind: FieldKind
    path: Path | None


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """One request, as the renders see it."""

    task_id: str
    endpoint: Endpoint
    params: Params
    attachments: tuple[Attachment, ...] = ()
    small: bool = False
    """Draft files of the right kind, ratio and duration, for tests that make hundreds."""

    @property
    def words(self) -> str:
        """The text that the user wrote, in whichever field; empty when there is none."""
        return self.endpoint.words_of(self.params)

    @property
    def seed(self) -> int:
        """The same request always looks the same; a seed in the payload changes it."""
        told = f"{self.endpoint.path}\n{self.words}\n{self.text(*self.keys(Role.SEED))}"
        return int.from_bytes(hashlib.sha256(told.encode("utf-8", "replace")).digest()[:6])

    def keys(self, *roles: Role) -> list[str]:
        """The keys of the fields with one of these roles."""
        return [field.key for role in roles for field in self.endpoint.of(role)]

    def value(self, *keys: str) -> JsonValue:
        """The value of the first of these fields that is in the payload; else the first default."""
        for source in (self.params, self.endpoint.defaults):
            for key in keys:
                value = source.get(key)
                if value is not None and value != "" and (source is self.params or self.endpoint.field(key)):
                    return value
        return None

    def text(self, *keys: str) -> str:
        """As `value`, as text; empty when there is none."""
        value = self.value(*keys)
        return "" if value is None or isinstance(value, (list, dict)) else str(value)

    def number(self, *keys: str) -> float | None:
        """As `value`, as a number; None when it is not one."""
        try:
            return float(self.text(*keys))
        except ValueError:
            return None

    def flag(self, *keys: str) -> bool:
        return any(self.text(key).lower() in _TRUE for key in keys)

    def files(self, kind: FieldKind) -> list[Path]:
        """The attached files of one kind that exist."""
        return [item.path for item in self.attachments if item.kind is kind and item.path is not None]


@dataclass(frozen=True, slots=True)
class RenderOutput:
    """One result: a file in the task's folder, or a text without a file."""

    name: str
    output_type: str
    """The service's name for it: the file extension, `txt` for a text."""
    text: str | None = None
    node_id: str = ""
    """The node of a workflow that made it."""
