"""Inputs of nodes as fields of a form and as a run sends them, for apps and workflows (API sheet §4, 5)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeAlias

from rh_ui.catalog.roles import Role
from rh_ui.catalog.schema import Field
from rh_ui.domain import FieldKind, JsonValue

NodeInfo: TypeAlias = dict[str, Any]
NOTHING: Final = "None"
"""The value of a loader node for "no file"."""


@dataclass(frozen=True, slots=True)
class NodeInput:
    """One input of one node. `field` is what a form draws; media are sent as names, not as links."""

    node: str
    name: str
    """The input's own name, `fieldName` to the service."""
    field: Field
    """Its key is `node.name`."""
    was: object
    """The value as it came, with its spelling."""
    titles: Mapping[str, str]
    """Its label, by language."""
    class_type: str = ""
    labels: Mapping[str, str] | None = None
    """The labels of options, where they are not the values."""
    multiline: bool = False
    resource: str = ""
    """CHECKPOINT, LORA, UNET or GGUF if it names a public model."""
    as_json: bool = False
    """A nested value, shown and changed as JSON text."""

    @property
    def key(self) -> str:
        return self.field.key

    @property
    def seed(self) -> bool:
        return self.field.role is Role.SEED

    @property
    def searched(self) -> str:
        """All texts by which it can be found, in lower case."""
        words = (*self.titles.values(), self.class_type, self.name, self.node, str(self.was))
        return " ".join(words).lower()


def key_of(node: str, name: str) -> str:
    return f"{node}.{name}"


def find(inputs: Sequence[NodeInput], words: str) -> list[NodeInput]:
    """The inputs that contain every one of the words."""
    wanted = words.lower().split()
    return [node_input for node_input in inputs if all(word in node_input.searched for word in wanted)]


def node_info(inputs: Sequence[NodeInput], values: Mapping[str, JsonValue]) -> list[NodeInfo]:
    """`nodeInfoList` for these values: all inputs, unchanged ones as they came."""
    return [
        _info(node_input, sent(node_input, values.get(node_input.key, node_input.field.default)))
        for node_input in inputs
    ]


def changed_info(inputs: Sequence[NodeInput], values: Mapping[str, JsonValue]) -> list[NodeInfo]:
    """`nodeInfoList` with changed values only.

    A seed with a value is always sent: the service draws a new one for every run that does not set it.
    """
    return [
        _info(node_input, sent(node_input, values[node_input.key], typed=True))
        for node_input in inputs
        if node_input.key in values
        and (node_input.seed or not _same(values[node_input.key], node_input.field.default))
    ]


def sent(node_input: NodeInput, value: JsonValue, *, typed: bool = False) -> object:
    """A form's value as the service takes it; `typed`: as a JSON value, else as a text as in an app's
    list."""
    if node_input.field.kind.is_media and value in (None, ""):
        return NOTHING
    if _same(value, node_input.field.default) and node_input.was is not None and not typed:
        return node_input.was
    if node_input.as_json and isinstance(value, str):
        return json.loads(value)
    if isinstance(value, bool):
        return value if typed else _flag(value, node_input.was)
    if typed or isinstance(value, (str, list)):
        return value
    return "" if value is None else plain_number(value) if isinstance(value, (int, float)) else str(value)


def plain_number(value: int | float) -> str:
    """All digits of a number, without an exponent."""
    return str(value) if isinstance(value, int) else format(Decimal(repr(value)), "f")


def _info(node_input: NodeInput, value: object) -> NodeInfo:
    return {"nodeId": node_input.node, "fieldName": node_input.name, "fieldValue": value}


def _same(one: JsonValue, other: JsonValue) -> bool:
    """Equal and of the same type: 1 is not True."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _flag(value: bool, was: object) -> str:
    """In the spelling in which the boolean came."""
    for yes, no in (("1", "0"), ("True", "False"), ("TRUE", "FALSE"), ("yes", "no"), ("on", "off")):
        if was in (yes, no):
            return yes if value else no
    return "true" if value else "false"


_RESOURCES: Final = {
    "ckpt_name": "CHECKPOINT", "lora_name": "LORA", "unet_name": "UNET", "gguf_name": "GGUF",
}  # fmt: skip


def resource_of(name: str, class_type: str) -> str:
    """The kind of public model that an input names; empty for other inputs."""
    kind = _RESOURCES.get(name, "")
    if not kind and name.rstrip("0123456789") in ("lora_", "lora_name_"):
        kind = "LORA"
    return "GGUF" if kind == "UNET" and "gguf" in class_type.lower() else kind


_TEXTS: Final = {
    "prompt": Role.PROMPT, "text": Role.PROMPT, "positive": Role.PROMPT, "value": Role.PROMPT,
    "lyrics": Role.LYRICS, "title": Role.TITLE,
}  # fmt: skip
_NEGATIVE: Final = re.compile(r"negative|反向|负向|负面", re.IGNORECASE)


def role_of(name: str, kind: FieldKind, title: str) -> Role | None:
    """What an input is to a run, by all that the service says of it: its own name and its node's title."""
    if kind is FieldKind.INTEGER and (name == "seed" or name.endswith("_seed")):
        return Role.SEED
    role = _TEXTS.get(name) if kind is FieldKind.TEXT else None
    return Role.NEGATIVE_PROMPT if role is Role.PROMPT and _NEGATIVE.search(title) else role
