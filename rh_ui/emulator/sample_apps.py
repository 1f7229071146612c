"""The workflows, apps and public models of the emulator: invented, and stored as data beside this module."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from rh_ui.catalog.roles import Role
from rh_ui.catalog.schema import Endpoint, Field
from rh_ui.domain import Channel, FieldKind, Modality

Graph: TypeAlias = Mapping[str, Mapping[str, Any]]
_DATA: Final = Path(__file__).parent / "data"
RUN_PREFIX: Final = "run/"
WORKFLOW: Final = "run/workflow/"
APP: Final = "run/ai-app/"
_MAKES: Final = {
    "SaveImage": Modality.IMAGE, "PreviewImage": Modality.IMAGE, "VHS_VideoCombine": Modality.VIDEO,
    "SaveVideo": Modality.VIDEO, "SaveAudio": Modality.AUDIO, "SaveAudioMP3": Modality.AUDIO,
    "SaveGLB": Modality.THREE_D, "ShowText": Modality.TEXT,
}  # fmt: skip
_SLOWEST: Final = (Modality.VIDEO, Modality.THREE_D, Modality.AUDIO, Modality.IMAGE, Modality.TEXT)


@dataclass(frozen=True, slots=True)
class Workflow:
    """A graph that may be run by its id."""

    id: str
    name: str
    graph: Graph
    saved: bool = True
    """False: it was never saved and run by hand (810)."""
    password: str = ""


@dataclass(frozen=True, slots=True)
class App:
    """A form over some inputs of a workflow; `told` is its entry in the data file."""

    id: str
    workflow: Workflow
    told: Mapping[str, Any]

    @property
    def nodes(self) -> list[dict[str, Any]]:
        return [dict(node) for node in self.told["nodeInfoList"]]

    @property
    def password(self) -> str:
        return str(self.told.get("password", ""))

    @property
    def quick_code(self) -> str:
        return str(self.told.get("quick", ""))


@cache
def workflows() -> Mapping[str, Workflow]:
    """By id."""
    return {told["id"]: Workflow(**told) for told in _read("workflows")}


@cache
def apps() -> Mapping[str, App]:
    """By id, in the order of the list."""
    return {told["id"]: App(told["id"], workflows()[told["workflow"]], told) for told in _read("apps")}


@cache
def resources() -> tuple[Mapping[str, Any], ...]:
    """Public models and LoRAs."""
    return tuple(_read("resources"))


def outputs_of(graph: Graph) -> list[tuple[str, Modality]]:
    """The nodes that give results, and the kind of each."""
    found = ((node, _MAKES.get(str(told.get("class_type")))) for node, told in graph.items())
    return [(node, modality) for node, modality in found if modality is not None]


DRAWN: Final = (
    Field("prompt", FieldKind.TEXT, Role.PROMPT),
    Field("seed", FieldKind.INTEGER, Role.SEED),
    Field("width", FieldKind.INTEGER, Role.WIDTH),
    Field("height", FieldKind.INTEGER, Role.HEIGHT),
)
"""What is read of a graph for its pictures (runs._drawn)."""


def scene(path: str, modality: Modality) -> Endpoint:
    """What a render has to draw for one output of a run."""
    return Endpoint(
        path=path, title=_title(path), modality=modality, task="", family="", channel=Channel.NONE,
        documented=True, deprecated=False, fields=DRAWN,
    )  # fmt: skip


def slowest(outputs: list[tuple[str, Modality]]) -> Modality:
    """The kind among the outputs that takes the longest."""
    made = {modality for _, modality in outputs}
    return next((modality for modality in _SLOWEST if modality in made), Modality.TEXT)


def _title(path: str) -> str:
    if path.startswith(APP):
        app = apps().get(path.removeprefix(APP))
        return str(app.told["name"]) if app else path
    workflow = workflows().get(path.removeprefix(WORKFLOW))
    return workflow.name if workflow else path.rpartition("/")[2]


def _read(name: str) -> list[dict[str, Any]]:
    told = json.loads((_DATA / f"{name}.json").read_text("utf-8"))
    assert isinstance(told, list)
    return told
