"""An app's list of inputs as fields of a form (API sheet §5.3). No I/O."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rh_ui.catalog.comfy import field_data
from rh_ui.catalog.comfy.node_inputs import NOTHING, NodeInput, key_of, resource_of, role_of
from rh_ui.catalog.schema import Field, Option
from rh_ui.domain import FieldKind, JsonValue

_KINDS: Final = {
    "STRING": FieldKind.TEXT, "INT": FieldKind.INTEGER, "FLOAT": FieldKind.DECIMAL,
    "BOOLEAN": FieldKind.FLAG, "IMAGE": FieldKind.IMAGE, "AUDIO": FieldKind.AUDIO, "VIDEO": FieldKind.VIDEO,
}  # fmt: skip
_CHOOSING: Final = frozenset({"LIST", "SWITCH", "LORA", "COMBO"})
_YES: Final = frozenset({"true", "1", "yes", "on"})
_NO: Final = frozenset({"false", "0", "no", "off"})
_NUMBERS: Final = (FieldKind.INTEGER, FieldKind.DECIMAL)


def inputs_of(nodes: Sequence[object]) -> list[NodeInput]:
    """One input per entry, in order; an entry without a node or an input name is left out."""
    found: dict[str, NodeInput] = {}
    for told in nodes:
        if isinstance(told, Mapping) and is_named(told):
            node_input = _node_input(told)
            found.setdefault(node_input.key, node_input)
    return list(found.values())


def is_named(told: Mapping[str, Any]) -> bool:
    """Whether an entry names its node and input."""
    return bool(_text(told, "nodeId") and _text(told, "fieldName"))


def _node_input(told: Mapping[str, Any]) -> NodeInput:
    name, node, value = _text(told, "fieldName"), _text(told, "nodeId"), told.get("fieldValue")
    told_type, text = _text(told, "fieldType").upper(), field_data.as_text(told.get("fieldValue"))
    data = field_data.read(told.get("fieldData"), text)
    kind = _kind(told_type, data, text)
    many = bool(data.options.get("multiselect"))
    english = _text(told, "descriptionEn") or _text(told, "description") or name
    chinese = _text(told, "description") or english
    default = _default(kind, text, data, many=many)
    values = _values(data, default) if kind is FieldKind.CHOICE else {}
    low, high, step = (_number(data.options.get(key)) for key in ("min", "max", "step"))
    numeric = kind in _NUMBERS
    field = Field(
        key=key_of(node, name), kind=kind, role=role_of(name, kind, f"{english} {chinese}"), default=default,
        many=many,
        options=tuple(Option(submitted) for submitted in values),
        min=low if numeric else None, max=high if numeric else None, step=step if numeric else None,
        required=kind.is_media and text not in ("", NOTHING),
    )  # fmt: skip
    return NodeInput(
        node=node, name=name, field=field, was=value, titles={"en": english, "zh": chinese},
        class_type=_text(told, "nodeName"), labels=values or None,
        multiline=kind is FieldKind.TEXT and (bool(data.options.get("multiline")) or "\n" in text),
        resource="LORA" if told_type == "LORA" else resource_of(name, _text(told, "nodeName")),
    )  # fmt: skip


def _kind(told: str, data: field_data.FieldData, text: str) -> FieldKind:
    """The kind of an entry's value; a type that we do not know is a text."""
    word = told or data.type or ("LIST" if data.choices else "STRING")
    if word not in _CHOOSING:
        return _KINDS.get(word, FieldKind.TEXT)
    if data.choices:
        return FieldKind.CHOICE
    if word == "SWITCH" and (text.lower() in ("true", "false") or data.type == "BOOLEAN"):
        return FieldKind.FLAG
    return FieldKind.TEXT


def _default(kind: FieldKind, text: str, data: field_data.FieldData, *, many: bool) -> JsonValue:
    """The entry's present value, else the default in its data."""
    usual = data.options.get("default")
    text = text if text != "" else field_data.as_text(usual)
    if kind.is_media:
        return None if text in ("", NOTHING) else text
    if kind is FieldKind.FLAG:
        return True if text.lower() in _YES else False if text.lower() in _NO else None
    if kind in _NUMBERS:
        number = _number(text)
        whole = kind is FieldKind.INTEGER and number is not None and number == int(number)
        return int(number) if whole and number is not None else number
    if kind is FieldKind.CHOICE and many:
        return _listed(text)
    if kind is FieldKind.CHOICE and text not in data.choices:
        # Some lists contain the label in place of the submitted number.
        return next((submitted for submitted, label in data.choices.items() if label == text), text or None)
    return text


def _values(data: field_data.FieldData, default: JsonValue) -> dict[str, str]:
    """The options, including the present value even if the list omits it."""
    known = dict(data.choices)
    for value in default if isinstance(default, list) else [default]:
        if isinstance(value, str):
            known.setdefault(value, value)
    return known


def _listed(text: str) -> JsonValue:
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    parts = told if isinstance(told, list) else text.split(",")
    return [field_data.as_text(part).strip() for part in parts if field_data.as_text(part).strip()]


def _number(value: object) -> int | float | None:
    """A number with all its digits; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return int(value) if isinstance(value, (int, str)) else _finite(value)
    except ValueError:
        try:
            return _finite(float(value))
        except ValueError:
            return None


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _text(told: Mapping[str, Any], key: str) -> str:
    value = told.get(key)
    return str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
