"""Reads answers about apps, workflows, models and keys (API sheet §3.3 and 5 to 8)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from rh_ui.runninghub.answer_values import count_of, decimal_of, id_text, text_of
from rh_ui.runninghub.replies import Unreadable, inner_of, read_object

_APP_ID: Final = re.compile(r"/run/ai-app/(\d+)")
_TASK_ID: Final = re.compile(r"[0-9]{1,40}")


@dataclass(frozen=True, slots=True)
class AppForm:
    """An app: its description and its inputs. The example call, which contains the key, is not kept."""

    id: str
    name: str
    description: str
    description_zh: str
    needs_password: bool
    nodes: tuple[Mapping[str, Any], ...]
    """Inputs as received; empty if its maker has not run it yet."""
    cover: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """An app in a list."""

    id: str
    name: str
    description: str
    cover: str


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the list of apps."""

    cards: tuple[Card, ...]
    total: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class Style:
    """A style of a quick creation."""

    id: str
    name: str
    key: str
    preview: str
    sample: str
    trigger: str
    loras: tuple[tuple[str, Decimal | None], ...]
    """File name and weight."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A public model or LoRA."""

    id: str
    name: str
    kind: str
    node_name: str
    """The value for a node's input."""
    description: str
    picture: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """A part of the list of public models."""

    resources: tuple[Resource, ...]
    total: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class LoraPlace:
    """Where to upload a LoRA; without a URL if the service has it already."""

    file_name: str
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One key of the account, masked by the service."""

    masked: str
    name: str
    enabled: bool
    expires: str


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook of a task, and whether it was delivered."""

    id: str
    delivered: bool
    answer: str
    retries: int
    created: str
    updated: str


def app_form(reply: Mapping[str, object], app_id: str) -> AppForm:
    """The description of an app."""
    data = inner_of(reply)
    chinese, english = text_of(data.get("description")), text_of(data.get("descriptionEn"))
    tags = [item.get("nameEn") or item.get("name") for item in _objects(data.get("tags"))]
    return AppForm(
        id=app_id, name=text_of(data.get("webappName")), description=english or chinese,
        description_zh=chinese or english, needs_password=data.get("accessEncrypted") in (True, "true", 1),
        nodes=tuple(_plain(node) for node in _objects(data.get("nodeInfoList"))), cover=_cover(data),
        tags=tuple(text_of(tag) for tag in tags if tag),
    )  # fmt: skip


def app_page(reply: Mapping[str, object]) -> Page:
    """A page of one of the two lists of apps; entries without an id are left out."""
    data = inner_of(reply)
    found = _objects(data.get("records") or data.get("list"))
    cards = [card for card in (_card(item) for item in found) if card.id]
    return Page(tuple(cards), count_of(data.get("total")) or len(cards), _has_more(data, len(found)))


def _card(item: Mapping[str, object]) -> Card:
    named = _APP_ID.search(text_of(item.get("invokeExample")))
    return Card(
        id=id_text(item.get("id")) or (named.group(1) if named else ""),
        name=text_of(item.get("title") or item.get("name")),
        description=text_of(item.get("description") or item.get("intro")),
        cover=text_of(item.get("cover")) or _cover(item),
    )


def _cover(item: Mapping[str, object]) -> str:
    covers = _objects(item.get("covers"))
    first = covers[0] if covers else {}
    return text_of(first.get("thumbnailUri") or first.get("url"))


def _has_more(data: Mapping[str, object], here: int) -> bool:
    told = data.get("hasNext")
    if told is not None:
        return told in (True, "true", 1)
    return here > 0 and count_of(data.get("current")) < count_of(data.get("pages"))


def graph_of(reply: Mapping[str, object]) -> str:
    """The graph as JSON text, whether it was sent as text or as an object; empty if there is none."""
    told = inner_of(reply).get("prompt")
    if isinstance(told, dict):
        return json.dumps(_plain(told), ensure_ascii=False)
    return told if isinstance(told, str) else ""


def styles_of(reply: Mapping[str, object]) -> tuple[Style, ...]:
    """The styles of a quick creation; `Loar` is the service's spelling."""
    return tuple(
        Style(
            id=id_text(item.get("id")), name=text_of(item.get("modelName")),
            key=text_of(item.get("modelKey")), preview=text_of(item.get("modelPreviewUrl")),
            sample=text_of(item.get("content")), trigger=text_of(item.get("modelTrigger")),
            loras=tuple(
                (text_of(item[f"modelLoar{n}FileName"]), decimal_of(item.get(f"modelLoar{n}Weight")))
                for n in (1, 2)
                if item.get(f"modelLoar{n}FileName")
            ),
        )
        for item in _objects(reply.get("data"))
    )  # fmt: skip


def resources_of(reply: Mapping[str, object]) -> ResourcePage:
    """A page of public models."""
    data = inner_of(reply)
    found = tuple(
        Resource(
            id=id_text(item.get("id")), name=text_of(item.get("resourceName")),
            kind=text_of(item.get("resourceType")), node_name=text_of(item.get("nodeModelName")),
            description=text_of(item.get("desc")),
            picture=text_of(item.get("thumbnailUrl") or item.get("posterUrl")), tags=_tags(item.get("tags")),
        )
        for item in _objects(data.get("records") or data.get("list"))
    )  # fmt: skip
    return ResourcePage(found, count_of(data.get("total")) or len(found), _has_more(data, len(found)))


def lora_place(reply: Mapping[str, object]) -> LoraPlace | None:
    """Where to upload a LoRA; None without a name for it."""
    data = inner_of(reply)
    name = text_of(data.get("fileName")).strip()
    return LoraPlace(name, text_of(data.get("url")).strip()) if name else None


def keys_of(reply: Mapping[str, object]) -> tuple[KeyEntry, ...]:
    """The account's keys."""
    return tuple(
        KeyEntry(
            _masked(text_of(item.get("key"))), text_of(item.get("apiKeyName")),
            count_of(item.get("status")) == 1, text_of(item.get("expireAt")),
        )
        for item in _objects(reply.get("data"))
    )  # fmt: skip


def _masked(key: str) -> str:
    """Masked by us too, in case the service did not do it."""
    return key if "*" in key else f"{key[:4]}****{key[-4:]}" if len(key) > 12 else "****"


def webhook_of(reply: Mapping[str, object]) -> Webhook:
    """The details of a task's webhook."""
    data = inner_of(reply)
    return Webhook(
        id=id_text(data.get("id")), delivered=text_of(data.get("callbackStatus")).upper() == "SUCCESS",
        answer=text_of(data.get("callbackResponse")), retries=count_of(data.get("retryCount")),
        created=text_of(data.get("createTime")), updated=text_of(data.get("updateTime")),
    )  # fmt: skip


def told_id(content: bytes) -> str:
    """The id of the task that a webhook is about; empty if it names none.

    Its event data is a JSON text or an object (API sheet §7), and sometimes only that holds the id.
    """
    try:
        message = read_object(content)
        named = id_text(message.get("taskId"))
        event = message.get("eventData")
        if not named and event:
            inner = event if isinstance(event, dict) else read_object(text_of(event).encode())
            named = id_text(inner.get("taskId"))
    except Unreadable:
        return ""
    return named if _TASK_ID.fullmatch(named) else ""


def _objects(value: object) -> list[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _tags(value: object) -> tuple[str, ...]:
    tags = value if isinstance(value, list) else []
    told = (tag.get("nameEn") or tag.get("name") if isinstance(tag, dict) else tag for tag in tags)
    return tuple(text_of(tag) for tag in told if text_of(tag))


def _plain(value: Any) -> Any:
    """The value with decimals as JSON numbers."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
