"""Apps, workflows and quick creations as endpoints: their forms, what they send, how they are stored. No I/O
except for the words.

A saved form has a face (what a tile shows) and a source (what it is made from); both are plain JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, TypeAlias

from rh_ui.catalog.comfy import app_inputs, quick_creation, workflow_form
from rh_ui.catalog.comfy.graph import titles_of
from rh_ui.catalog.comfy.node_inputs import NodeInput, node_info
from rh_ui.catalog.schema import Endpoint, Field, Option, OwnWords
from rh_ui.catalog.validation import media_values
from rh_ui.domain import (
    INPUT_PREFIX,
    RUN_PREFIX,
    Channel,
    FieldKind,
    JsonValue,
    Modality,
    Params,
    Plan,
    RunKind,
)
from rh_ui.i18n import Message, translate
from rh_ui.i18n.loader import LANGUAGES, word_list

PASSWORD: Final = "@accessPassword"
"""Conditions of a run are fields whose keys begin with @; no node has such an id."""
LONGEST_PASSWORD: Final = 200
_ACCEPTED: Final = {
    FieldKind.IMAGE: ("jpg", "jpeg", "png", "webp"),
    FieldKind.AUDIO: ("mp3", "wav", "flac"),
    FieldKind.VIDEO: ("mp4", "avi", "mov", "mkv"),
}
"""API sheet §3.1."""
_ID: Final = re.compile(r"(?:^|/|=)(\d{6,24})(?:$|[/?#&])")

Source: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Face:
    """A form's data without its inputs; texts by language."""

    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    cover: str = ""
    needs_password: bool = False
    tags: tuple[str, ...] = ()

    def as_json(self) -> dict[str, JsonValue]:
        return {
            "titles": dict(self.titles),
            "descriptions": dict(self.descriptions),
            "cover": self.cover,
            "needs_password": self.needs_password,
            "tags": list(self.tags),
        }

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Face:
        return cls(
            titles=told["titles"],
            descriptions=told["descriptions"],
            cover=told["cover"],
            needs_password=told["needs_password"],
            tags=tuple(told["tags"]),
        )


def same_in_all(text: str) -> dict[str, str]:
    """A text by a user or an author, in an unknown language."""
    return dict.fromkeys(LANGUAGES, text)


def unnamed(kind: RunKind, id_: str) -> dict[str, str]:
    """The title of a form whose name RunningHub does not give."""
    key = "catalog.unnamed_quick" if kind is RunKind.QUICK else "catalog.unnamed_workflow"
    return {language: translate(Message(key, id=id_), language) for language in LANGUAGES}


@dataclass(frozen=True, slots=True)
class RunForm:
    """The form of something that can be run but is no model of the table."""

    path: str
    kind: RunKind
    id: str
    face: Face
    source: Source
    inputs: tuple[NodeInput, ...]
    endpoint: Endpoint
    """Its `plan` returns what a run sends."""


def _app_nodes(source: Source) -> dict[str, str]:
    """An app and a quick creation only name the nodes that may be changed."""
    told = [node for node in source["nodes"] if isinstance(node, dict)]
    return {str(node.get("nodeId")): str(node.get("nodeName") or "") for node in told}


@dataclass(frozen=True, slots=True)
class Maker:
    """How the forms of one kind are made, and what their runs send."""

    inputs: Callable[[Source], Sequence[NodeInput]]
    body: Callable[[Source, Sequence[NodeInput], Params], Params]
    conditions: tuple[str, ...] = ("@instanceType", "@usePersonalQueue", "@retainSeconds")
    nodes: Callable[[Source], Mapping[str, str]] = _app_nodes
    """The titles of the nodes."""
    whole: bool = False
    """Whether these are all nodes."""
    always_password: bool = False
    """It is not known whether it needs a password: one may be given."""


def run_form(path: str, kind: RunKind, remote_id: str, face: Face, source: Source) -> RunForm:
    """A saved form, ready to be drawn and run."""
    inputs = tuple(MAKERS[kind].inputs(source))
    bare = _endpoint(path, kind, face, inputs, MAKERS[kind].nodes(source))

    def plan(params: Params) -> Plan:
        files = [value for _, _, value in media_values(bare, params)]
        kept = tuple(dict.fromkeys(value for value in files if value.startswith(INPUT_PREFIX)))
        conditions = {key[1:]: value for key, value in params.items() if key.startswith("@")}
        secret = conditions.pop(PASSWORD[1:], None) is not None
        body = {**MAKERS[kind].body(source, inputs, params), **conditions}
        return Plan(kind, remote_id, body, kept, secret)

    return RunForm(path, kind, remote_id, face, source, inputs, replace(bare, plan=plan))


def left_out(before: RunForm, now: RunForm) -> list[str]:
    """The labels of inputs that a form no longer has."""
    there = {node_input.key for node_input in now.inputs}
    return [node_input.titles["en"] for node_input in before.inputs if node_input.key not in there]


def path_of(kind: RunKind, remote_id: str, name: str = "") -> str:
    """`name` distinguishes several forms of one workflow."""
    return f"{RUN_PREFIX}{kind.value}/{remote_id}" + (f"/{name}" if name else "")


def id_in(text: str) -> str:
    """The id in a pasted text: a number, or an address that contains one; empty where there is none."""
    bare = "".join(text.split())
    found = _ID.search(bare)
    return found[1] if found else ""


def named(plan: Plan, names: Mapping[str, str]) -> Params:
    """The body with the service's file names in place of inputs."""
    body = _renamed(plan.body, names)
    return body if isinstance(body, dict) else {}


def _renamed(value: JsonValue, names: Mapping[str, str]) -> JsonValue:
    if isinstance(value, str):
        if value.startswith("{"):  # a whole graph as text
            for ref, name in names.items():
                value = value.replace(json.dumps(ref), json.dumps(name))
        return names.get(value, value)
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    return {key: _renamed(item, names) for key, item in value.items()} if isinstance(value, dict) else value


def _app_inputs(source: Source) -> list[NodeInput]:
    return app_inputs.inputs_of(source["nodes"])


def _app_body(_source: Source, inputs: Sequence[NodeInput], params: Params) -> Params:
    return {"nodeInfoList": [*node_info(inputs, params)]}


MAKERS: Final[Mapping[RunKind, Maker]] = {
    RunKind.APP: Maker(_app_inputs, _app_body),
    RunKind.WORKFLOW: Maker(
        workflow_form.shown_inputs,
        workflow_form.body,
        conditions=("@instanceType", "@usePersonalQueue", "@retainSeconds", "@addMetadata"),
        nodes=lambda source: titles_of(source["graph"]),
        whole=True,
        always_password=True,
    ),
    RunKind.QUICK: Maker(quick_creation.inputs, quick_creation.body, conditions=()),
}


def _endpoint(
    path: str, kind: RunKind, face: Face, inputs: Sequence[NodeInput], nodes: Mapping[str, str]
) -> Endpoint:
    maker, words = MAKERS[kind], _words()
    asks = (PASSWORD,) if face.needs_password or maker.always_password else ()
    conditions = [_condition(key, required=face.needs_password) for key in (*asks, *maker.conditions)]
    labels = {node_input.key: node_input.titles for node_input in inputs}
    options = {
        node_input.key: {value: dict.fromkeys(LANGUAGES, label) for value, label in node_input.labels.items()}
        for node_input in inputs
        if node_input.labels
    }
    return Endpoint(
        path=path,
        title=face.titles["en"],
        modality=Modality.APPS,
        task="run",
        family="",
        channel=Channel.NONE,
        documented=True,
        deprecated=False,
        fields=(*(_field(node_input) for node_input in inputs), *conditions),
        own=OwnWords(
            title=face.titles,
            description=face.descriptions,
            labels={**labels, **{key: words[key]["label"] for key in words}},
            helps={key: words[key]["help"] for key in words},
            options={**options, "@instanceType": words["@instanceType"]["options"]},
            nodes=nodes,
            whole=maker.whole,
        ),
    )


def _field(node_input: NodeInput) -> Field:
    """An input as a field of the form. A medium's own value is the author's sample, never a user's choice."""
    field = node_input.field
    if field.kind.is_media:
        return replace(field, default=None, accept=_ACCEPTED[field.kind])
    if field.kind is FieldKind.TEXT:
        return replace(field, blank=not node_input.as_json, as_json=node_input.as_json)
    return replace(field, required=field.default is not None)


def _condition(key: str, *, required: bool) -> Field:
    match key:
        case "@instanceType":
            tiers = tuple(Option(tier) for tier in ("default", "plus", "ultra"))
            return Field(key=key, kind=FieldKind.CHOICE, options=tiers)
        case "@retainSeconds":
            return Field(key=key, kind=FieldKind.INTEGER, min=10, max=180)
        case "@accessPassword":
            return Field(
                key=key, kind=FieldKind.TEXT, required=required, max_length=LONGEST_PASSWORD, secret=True
            )
        case _:
            return Field(key=key, kind=FieldKind.FLAG)


@cache
def _words() -> dict[str, Any]:
    """The labels of the conditions, by key."""
    return {f"@{name}": entry for name, entry in word_list("runs").items()}
