"""A ComfyUI graph in API format as inputs of a form: what may be changed, by node (API sheet §4.1)."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, Final

from rh_ui.catalog.comfy.node_inputs import NOTHING, NodeInput, key_of, resource_of, role_of
from rh_ui.catalog.schema import Field
from rh_ui.domain import FieldKind, JsonValue
from rh_ui.errors import InputRefused
from rh_ui.i18n import Message

_BUTTONS: Final = frozenset(
    {
        "control_after_generate", "control_before_generate", "choose file to upload", "videopreview",
        "audioUI", "upload_image", "image_upload", "speak_and_recognation",
    }
)  # fmt: skip
"""Buttons that a node shows: they are not inputs, so the service refuses them."""
_UPLOAD_BUTTON: Final = frozenset({"image", "video", "audio"})
"""`upload` is a button if its value is one of these; in a node that loads a ZIP it is the file."""
_NOTES: Final = frozenset({"Note", "MarkdownNote", "Reroute"})
_LOADERS: Final = {
    ("loadimage", "image"): FieldKind.IMAGE, ("loadaudio", "audio"): FieldKind.AUDIO,
    ("loadvideo", "video"): FieldKind.VIDEO, ("loadvideo", "file"): FieldKind.VIDEO,
}  # fmt: skip
"""A part of a class name, and the input of such a class that is the file."""
_FRACTIONS: Final = re.compile(
    r"(^|_)(cfg|denoise|strength|weight|guidance|scale|shift|opacity|sigma|gamma|percent|ratio|factor|temperature|"
    r"volume|fps|rate|threshold)(_|\d|$)|^(start|end)_(at|percent)$|^(top_p|eta|alpha|beta)$"
)
_WHOLE: Final = re.compile(r"(^|_)(seed|steps|width|height|size|count|length|frames)(_|\d|$)")
_LONG: Final = 60
_NAMED: Final = 6
"""The most unusual parts that one sentence names."""
_BESIDE_NODES: Final = frozenset(
    {
        "client_id", "config", "definitions", "extra", "extra_data", "extra_pnginfo", "groups", "id",
        "last_link_id", "last_node_id", "links", "models", "number", "prompt_id", "revision", "state",
        "version", "workflow",
    }
)  # fmt: skip
"""What some programs write beside the nodes; no run needs it."""
_WORDY: Final = re.compile(r"prompt|text|caption|lyrics|description|negative|positive")


@dataclass(frozen=True, slots=True)
class Form:
    """The inputs and nodes of a graph."""

    inputs: tuple[NodeInput, ...]
    graph: Mapping[str, Any]
    outputs: tuple[str, ...]
    """Ids of nodes that no other node uses: these give the results."""


def read(content: bytes | str, *, own: bool = True) -> Form:
    """Read a user's file (`own`: it is sent as it is) or a graph of the service. Raises InputRefused with a
    Message, also for a file with a part that would be left out."""
    graph = _graph(content, own)
    return Form(inputs_of(graph), graph, _ends(graph))


def inputs_of(graph: Mapping[str, Mapping[str, Any]]) -> tuple[NodeInput, ...]:
    """What may be changed in a graph that was read before."""
    return tuple(
        _told_apart(
            [node_input for node, entry in graph.items() for node_input in _node_inputs(node, entry, graph)]
        )
    )


def titles_of(graph: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The titles of the nodes in a graph that was read before."""
    return {node: _title(entry) for node, entry in graph.items()}


def _graph(content: bytes | str, own: bool) -> dict[str, Mapping[str, Any]]:
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        told = _loaded(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        raise InputRefused(Message("catalog.graph_no_json")) from None
    for _ in range(4):
        told = _unpacked(told)
    if _is_drawn(told):
        raise InputRefused(Message("catalog.graph_drawn"))
    if not isinstance(told, dict):
        raise InputRefused(Message("catalog.graph_none"))
    nodes = {node: _without_memory(entry) for node, entry in told.items() if _is_node(entry)}
    if not nodes:
        raise InputRefused(Message("catalog.graph_none"))
    odd = _odd_parts(told, nodes) if own else []
    if odd:
        raise InputRefused(Message("catalog.graph_odd", count=len(odd), parts=odd[:_NAMED]))
    return nodes


def _loaded(text: str) -> object:
    """Parse JSON as ComfyUI writes it: NaN and Infinity, which are not JSON, become the texts of that name,
    from which ComfyUI reads the same numbers."""
    return json.loads(text, parse_constant=str, parse_float=_number)


def _number(digits: str) -> float | str:
    number = float(digits)
    return number if isfinite(number) else f"{'-' * digits.startswith('-')}Infinity"


def _without_memory(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """A node without ComfyUI's data about its last run, with which it could count as unchanged."""
    return {name: value for name, value in entry.items() if name != "is_changed"}


def _odd_parts(told: Mapping[str, Any], nodes: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The parts of a file that would be lost or could not run, by name."""
    odd: list[str] = []
    for key, entry in told.items():
        if key in nodes or key in _BESIDE_NODES:
            continue
        if not isinstance(entry, dict):
            odd.append(Message("catalog.odd_entry_no_node", node=_named(key)))
        elif not isinstance(entry.get("class_type"), str):
            odd.append(Message("catalog.odd_node_no_class", node=_named(key, entry)))
        else:
            odd.append(Message("catalog.odd_node_no_inputs", node=_named(key, entry)))
    for node, entry in nodes.items():
        for name, value in entry["inputs"].items():
            if _is_link(value, nodes) and str(value[0]) not in nodes:
                where = _named(node, entry)
                odd.append(
                    Message("catalog.odd_link", node=where, name=_named(name), to=_named(str(value[0])))
                )
    return odd


def _named(key: str, entry: Mapping[str, Any] | None = None) -> str:
    """An id, with the node's title if it has one; short, as they can't be trusted."""
    meta = (entry or {}).get("_meta")
    title = meta.get("title") if isinstance(meta, Mapping) else None
    words = f"{key} ({title.strip()})" if isinstance(title, str) and title.strip() else key
    return words if len(words) <= _LONG else f"{words[:_LONG]}…"


def _unpacked(told: object) -> object:
    """The content of the wrappings in which graphs are passed around: an answer, a request, a text."""
    if isinstance(told, str):
        try:
            return _loaded(told)
        except (ValueError, RecursionError):
            return told
    if isinstance(told, dict) and not any(_is_node(entry) for entry in told.values()):
        return next((told[key] for key in ("data", "prompt", "output") if key in told), told)
    return told


def _is_drawn(told: object) -> bool:
    """The format that the ComfyUI page saves, with positions and colours of its boxes."""
    return isinstance(told, dict) and isinstance(told.get("nodes"), list)


def _is_node(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("class_type"), str)
        and isinstance(entry.get("inputs"), dict)
    )


def _node_inputs(node: str, entry: Mapping[str, Any], nodes: Mapping[str, object]) -> list[NodeInput]:
    class_type = str(entry["class_type"])
    if class_type in _NOTES:
        return []
    return [
        _node_input(node, class_type, _title(entry), str(name), value)
        for name, value in entry["inputs"].items()
        if not _is_link(value, nodes) and not _is_button(str(name), value) and value is not None
    ]


def _title(entry: Mapping[str, Any]) -> str:
    meta = entry.get("_meta")
    title = meta.get("title") if isinstance(meta, Mapping) else None
    return title.strip() if isinstance(title, str) and title.strip() else str(entry["class_type"])


def _is_link(value: object, nodes: Mapping[str, object]) -> bool:
    """Whether it is another node's output: its id and the number of the output. A text before a number is
    always an id, as in ComfyUI; a number before one may also be a pair of numbers."""
    if not isinstance(value, list) or len(value) != 2:
        return False
    node, output = value
    if isinstance(output, bool) or not isinstance(output, (int, float)):
        return False
    return isinstance(node, str) or (type(node) is int and str(node) in nodes)


def _is_button(name: str, value: object) -> bool:
    if name == "upload":
        return value in _UPLOAD_BUTTON if isinstance(value, str) else True
    return name in _BUTTONS or name.startswith("➕") or (isinstance(value, dict) and name.endswith("Widget"))


def _node_input(node: str, class_type: str, title: str, name: str, value: Any) -> NodeInput:
    as_json = isinstance(value, (dict, list))
    kind = FieldKind.TEXT if as_json else _kind(class_type, name, value)
    default: JsonValue = json.dumps(value, ensure_ascii=False) if as_json else value
    if kind.is_media and value in ("", NOTHING):
        default = None
    role = None if as_json else role_of(name, kind, title)
    field = Field(key=key_of(node, name), kind=kind, role=role, default=default)
    wordy = isinstance(value, str) and (
        len(value) > _LONG or "\n" in value or bool(_WORDY.search(name.lower()))
    )
    return NodeInput(
        node=node, name=name, field=field, was=value, titles={"en": title, "zh": title},
        class_type=class_type, multiline=kind is FieldKind.TEXT and (wordy or as_json),
        resource=resource_of(name, class_type), as_json=as_json,
    )  # fmt: skip


def _kind(class_type: str, name: str, value: object) -> FieldKind:
    if isinstance(value, bool):
        return FieldKind.FLAG
    if isinstance(value, float):
        return FieldKind.DECIMAL
    if isinstance(value, int):
        return FieldKind.DECIMAL if _is_fraction(class_type, name) else FieldKind.INTEGER
    plain = class_type.lower().replace("_", "").replace(" ", "")
    found = (kind for (part, file), kind in _LOADERS.items() if part in plain and name == file)
    return next(found, FieldKind.TEXT)


def _is_fraction(class_type: str, name: str) -> bool:
    """Whether a whole number may also be a fraction."""
    plain = name.lower()
    if plain == "value":
        return "float" in class_type.lower()
    return bool(_FRACTIONS.search(plain)) and not _WHOLE.search(plain)


def _told_apart(inputs: list[NodeInput]) -> list[NodeInput]:
    """Adds a number to nodes with the same title."""
    bearers = Counter(
        title for _, title in {(node_input.node, node_input.titles["en"]) for node_input in inputs}
    )
    return [
        replace(
            node_input,
            titles={language: f"{title} #{node_input.node}" for language, title in node_input.titles.items()},
        )
        if bearers[node_input.titles["en"]] > 1
        else node_input
        for node_input in inputs
    ]


def _ends(graph: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    used = {
        str(value[0])
        for entry in graph.values()
        for value in entry["inputs"].values()
        if _is_link(value, graph)
    }
    return tuple(node for node in graph if node not in used)
