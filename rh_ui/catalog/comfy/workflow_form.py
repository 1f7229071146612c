"""A workflow as a saved form: its graph, which inputs are shown, in what order, and their labels."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from rh_ui.catalog.comfy.graph import inputs_of
from rh_ui.catalog.comfy.node_inputs import NodeInput, changed_info
from rh_ui.domain import JsonValue, Params
from rh_ui.i18n import LANGUAGES

LONGEST_LABEL: Final = 80


@dataclass(frozen=True, slots=True)
class Choice:
    """An input that is shown."""

    key: str
    label: str = ""
    """Its label here; empty: made from its node's title and its own name."""


def source_of(
    graph: Mapping[str, Any], *, own: bool, shown: Sequence[Choice] | None = None
) -> dict[str, JsonValue]:
    """The stored source of a form. `own`: the graph came from a file and is sent with every run; `shown`:
    None for every input. Choices that name no input, or one twice, are dropped."""
    known = {node_input.key for node_input in inputs_of(graph)}
    kept = {choice.key: choice for choice in reversed(shown or ()) if choice.key in known}
    listed: JsonValue = [
        {"key": choice.key, "label": _tidy(choice.label)}
        for choice in shown or ()
        if kept.pop(choice.key, None) is not None
    ]
    return {"graph": dict(graph), "own": own, "shown": None if shown is None else listed}


def choices(source: Mapping[str, Any]) -> tuple[Choice, ...] | None:
    """The shown inputs in order; None: every one."""
    shown = source["shown"]
    return None if shown is None else tuple(Choice(told["key"], told["label"]) for told in shown)


def all_inputs(source: Mapping[str, Any]) -> tuple[NodeInput, ...]:
    """Every input in the graph's order, with a label made from its node's title and its own name."""
    return tuple(
        replace(
            node_input,
            titles={
                language: f"{title} · {node_input.name}" for language, title in node_input.titles.items()
            },
        )
        for node_input in inputs_of(source["graph"])
    )


def shown_inputs(source: Mapping[str, Any]) -> list[NodeInput]:
    """The shown inputs, in the chosen order and with the chosen labels."""
    every = {node_input.key: node_input for node_input in all_inputs(source)}
    chosen = choices(source)
    if chosen is None:
        return list(every.values())
    return [_called(every[choice.key], choice.label) for choice in chosen if choice.key in every]


def body(source: Mapping[str, Any], shown: Sequence[NodeInput], params: Params) -> Params:
    """What a run sends of its inputs: only changed ones. A graph of our own is sent complete with the changes
    in it, as the service ignores a list beside a graph (API sheet §4.1)."""
    changed = changed_info(shown, params)
    if not source["own"]:
        return {"nodeInfoList": [*changed]}
    graph = {node: {**entry, "inputs": dict(entry["inputs"])} for node, entry in source["graph"].items()}
    for info in changed:
        graph[info["nodeId"]]["inputs"][info["fieldName"]] = info["fieldValue"]
    return {"nodeInfoList": [], "workflow": json.dumps(graph, ensure_ascii=False)}


def _called(node_input: NodeInput, label: str) -> NodeInput:
    return replace(node_input, titles=dict.fromkeys(LANGUAGES, label)) if label else node_input


def _tidy(label: str) -> str:
    return " ".join(label.split())[:LONGEST_LABEL].rstrip()
