"""/workflows: ComfyUI workflows: opening one, its inputs, and the forms made of it."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from rh_ui.catalog.comfy import workflow_form
from rh_ui.catalog.comfy.node_inputs import NodeInput, find
from rh_ui.catalog.comfy.run_form import id_in, left_out
from rh_ui.catalog.comfy.workflow_form import Choice
from rh_ui.errors import InputRefused, Refused, Unreachable
from rh_ui.i18n import translate
from rh_ui.web.api.forms import FormPath
from rh_ui.web.api.routing import ApiRoute, Reader, Services, asks_service
from rh_ui.web.arguments import SOUND, EndpointPath, Flag, Id, LongText, ShortText
from rh_ui.web.serializers.messages import refusal_sentence

LARGEST: Final = 4 * 1024 * 1024
"""Characters of a file."""
LOST_NAMED: Final = 12
"""The most removed inputs that are named."""
SHOWN: Final = 80
"""Characters of a value in a list."""

router: Final = APIRouter(prefix="/workflows", tags=["workflows"], route_class=ApiRoute)


class WorkflowWanted(BaseModel):
    """A workflow by its id or address, and optionally a file's text and name."""

    model_config = SOUND

    wanted: ShortText
    graph: LongText = ""
    name: ShortText = ""


class OpenedWorkflow(TypedDict):
    """The path of its form; or what is wrong, and `at` in which of the two (`id`, `file`)."""

    path: str
    at: str
    said: str


class Renewed(TypedDict):
    """`own`: the form runs a file, so there is nothing to update. `lost`: the labels of shown inputs that the
    workflow no longer has."""

    own: bool
    lost: list[str]
    more: bool


_NodeClass = TypedDict("_NodeClass", {"class": str})


class WorkflowInput(_NodeClass):
    """An input of a graph with its value."""

    key: str
    title: str
    node: str
    kind: str
    seed: bool
    was: str


class ShownInput(TypedDict):
    """An input that a form shows, and its label."""

    key: str
    label: str


class WorkflowForm(TypedDict):
    """Everything in a form that can be edited: its name, every input of its graph, and the shown ones."""

    id: str
    own: bool
    name: str
    about: str
    inputs: list[WorkflowInput]
    shown: list[ShownInput]


class InputKeys(TypedDict):
    """Inputs by their keys."""

    keys: list[str]


class ShownInputGiven(BaseModel):
    """An input that a form should show, and its label."""

    model_config = SOUND

    key: Id
    label: ShortText = ""


class FormEdit(FormPath):
    """An edited form; `anew`: save it as another form of the same workflow."""

    name: ShortText
    about: ShortText
    shown: Annotated[list[ShownInputGiven], Field(max_length=2000)]
    anew: Flag


class SavedForm(TypedDict):
    """The path of the saved form."""

    path: str


@router.post("/open")
@asks_service
def open_workflow(services: Services, words: Reader, asked: WorkflowWanted) -> OpenedWorkflow:
    """The form of a workflow."""
    if len(asked.graph) > LARGEST:
        return {"path": "", "at": "file", "said": words("workflows.too_large")}
    workflow_id = id_in(asked.wanted)
    if not workflow_id:
        return {
            "path": "",
            "at": "id",
            "said": words("workflows.no_id_file" if asked.graph else "workflows.no_id"),
        }
    try:
        form = services.workflows.open(workflow_id, asked.graph.encode(), asked.name)
    except InputRefused as fault:
        at = "file" if asked.graph else "id"
        return {"path": "", "at": at, "said": translate(fault.args[0], words.language)}
    except (Refused, Unreachable) as fault:
        return {"path": "", "at": "id", "said": refusal_sentence(fault, words)}
    return {"path": form.path, "at": "", "said": ""}


@router.post("/renew")
@asks_service
def renew(services: Services, named: FormPath) -> Renewed:
    """Update a form to the workflow as it is at RunningHub now."""
    workflows = services.workflows
    before = workflows.form(named.path)
    form = workflows.renew(named.path)
    lost = left_out(before, form)
    return {"own": form.source["own"], "lost": lost[:LOST_NAMED], "more": len(lost) > LOST_NAMED}


@router.get("/inputs")
def inputs(services: Services, words: Reader, path: EndpointPath) -> WorkflowForm:
    """Everything in a form that can be edited."""
    form = services.workflows.form(path)
    every = workflow_form.all_inputs(form.source)
    chosen = workflow_form.choices(form.source)
    shown = [Choice(node_input.key) for node_input in every] if chosen is None else chosen
    titles, about = form.face.titles, form.face.descriptions
    return {
        "id": form.id,
        "own": form.source["own"],
        "name": titles.get(words.language, titles["en"]),
        "about": about.get(words.language, about["en"]),
        "inputs": [_input(node_input, words.language) for node_input in every],
        "shown": [{"key": choice.key, "label": choice.label} for choice in shown],
    }


@router.get("/inputs/search")
def search_inputs(services: Services, path: EndpointPath, query: ShortText) -> InputKeys:
    """The inputs that contain all of the words in their title, class, name or value."""
    form = services.workflows.form(path)
    return {"keys": [node_input.key for node_input in find(workflow_form.all_inputs(form.source), query)]}


@router.post("/save")
def save(services: Services, edit: FormEdit) -> SavedForm:
    """Change a form, or save another one of the same workflow."""
    choices = [Choice(told.key, told.label) for told in edit.shown]
    saved = services.workflows.save(edit.path, edit.name, edit.about, choices, anew=edit.anew)
    return {"path": saved.path}


def _input(node_input: NodeInput, language: str) -> WorkflowInput:
    was = " ".join(str(node_input.field.default if node_input.as_json else node_input.was).split())
    return {
        "key": node_input.key,
        "title": node_input.titles[language if language in node_input.titles else "en"],
        "node": node_input.node,
        "class": node_input.class_type,
        "kind": node_input.field.kind.value,
        "seed": node_input.seed,
        "was": was if len(was) <= SHOWN else f"{was[: SHOWN - 1]}…",
    }
