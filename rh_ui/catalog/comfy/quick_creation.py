"""Quick creations: the call that a user copied from the site, as a form with its styles, and what a run sends
(API sheet §6). No I/O."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from rh_ui.catalog.comfy import app_inputs
from rh_ui.catalog.comfy.node_inputs import NodeInput, node_info
from rh_ui.catalog.schema import Option
from rh_ui.domain import FieldKind, JsonValue, Params
from rh_ui.errors import InputRefused
from rh_ui.i18n import Message

STYLE: Final = "STYLE"
"""The `resource` of an input that takes a style's LoRA."""
_KEPT: Final = ("nodeId", "nodeName", "fieldName", "fieldType", "fieldValue", "description")
_MOST_OBJECTS: Final = 2000
_NAMED: Final = 6
"""The most unusual entries that one sentence names."""
_ID: Final = re.compile(r"[0-9]{1,24}")


@dataclass(frozen=True, slots=True)
class Call:
    """The identity of a quick creation; a key in the pasted text is dropped."""

    id: str
    code: str
    nodes: tuple[Mapping[str, Any], ...]


def call_in(text: str) -> Call | None:
    """The call in a pasted example (curl or any code with the body as JSON, or the body alone); None where
    there is none. Raises InputRefused with a Message for a call with an entry that would be left out."""
    for told in _objects(text.replace("'\\''", "'")):
        nodes, app, code = told.get("nodeInfoList"), told.get("webappId"), told.get("quickCreateCode")
        if isinstance(nodes, list) and _ID.fullmatch(str(app)) and str(code or "").strip():
            odd = _odd_entries(nodes)
            if odd:
                raise InputRefused(Message("catalog.call_odd", parts=odd[:_NAMED]))
            return Call(str(app), str(code).strip(), tuple(nodes))
    return None


def _odd_entries(nodes: Sequence[object]) -> list[str]:
    odd: list[str] = []
    seen: set[tuple[str, str]] = set()
    for number, node in enumerate(nodes, start=1):
        if not isinstance(node, dict):
            odd.append(Message("catalog.call_no_object", number=number))
        elif not app_inputs.is_named(node):
            odd.append(Message("catalog.call_nameless", number=number))
        else:
            key = (str(node["nodeId"]), str(node["fieldName"]))
            if key in seen:
                odd.append(Message("catalog.call_twin", number=number, node=key[0][:60], name=key[1][:60]))
            seen.add(key)
    return odd


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Every JSON object in the text, the outermost first."""
    decoder, place = json.JSONDecoder(), text.find("{")
    for _ in range(_MOST_OBJECTS):
        if place < 0:
            return
        try:
            told, _ = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            told = None
        if isinstance(told, dict):
            yield told
        place = text.find("{", place + 1)


def inputs(source: Mapping[str, Any]) -> list[NodeInput]:
    """The inputs; those for a LoRA are choices among the styles' LoRAs, the second one among their second
    LoRAs."""
    made, number = [], 0
    for node_input in app_inputs.inputs_of(source["nodes"]):
        if node_input.resource == "LORA":
            made.append(_styled(node_input, source["styles"], number))
            number += 1
        else:
            made.append(node_input)
    return made


def _styled(node_input: NodeInput, styles: Sequence[Mapping[str, Any]], number: int) -> NodeInput:
    labels = dict(node_input.labels or {})
    for style in styles:
        if len(style["loras"]) > number:
            labels.setdefault(style["loras"][number]["file"], style["name"])
    default = node_input.field.default
    if not labels:
        return node_input
    if isinstance(default, str) and default:
        labels.setdefault(default, default)
    options = tuple(Option(value) for value in labels)
    field = replace(node_input.field, kind=FieldKind.CHOICE, options=options, default=default or None)
    return replace(node_input, field=field, labels=labels, resource=STYLE, multiline=False)


def body(source: Mapping[str, Any], inputs: Sequence[NodeInput], params: Params) -> Params:
    """What a run sends: every input with everything that the call has about it."""
    told = {(str(node.get("nodeId")), str(node.get("fieldName"))): node for node in source["nodes"]}
    listed: list[JsonValue] = []
    for info in node_info(inputs, params):
        entry = {**told[info["nodeId"], info["fieldName"]], **info}
        listed.append({name: "" if entry.get(name) is None else entry[name] for name in _KEPT})
    return {"quickCreateCode": source["code"], "nodeInfoList": listed}


def settings(
    source: Mapping[str, Any], inputs: Sequence[NodeInput], style: Mapping[str, Any]
) -> dict[str, str | float]:
    """The values that choosing a style sets in the form, by field: its LoRAs, and their weights where the
    node has an input for one."""
    wanted = [node_input for node_input in inputs if node_input.resource == STYLE]
    found: dict[str, str | float] = {}
    for node_input, lora in zip(wanted, style["loras"], strict=False):
        found[node_input.key] = lora["file"]
        weights = [
            other
            for other in inputs
            if other.node == node_input.node
            and other.field.kind is FieldKind.DECIMAL
            and any(word in other.name for word in ("strength", "weight"))
        ]
        if len(weights) == 1 and lora["weight"] is not None:
            found[weights[0].key] = lora["weight"]
    return found
