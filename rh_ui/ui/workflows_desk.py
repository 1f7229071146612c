"""What the page asks about ComfyUI workflows: opening one, its inputs, and the forms made of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field

from rh_ui.catalog.comfy import workflow_form
from rh_ui.catalog.comfy.node_inputs import Slot, find
from rh_ui.catalog.comfy.run_form import id_in, left_out
from rh_ui.catalog.comfy.workflow_form import Choice
from rh_ui.errors import InputRefused, Refused, Unreachable
from rh_ui.i18n import translate
from rh_ui.ui.named_api import guarded
from rh_ui.ui.runs_desk import refusal
from rh_ui.web.arguments import SOUND, EndpointPath, Flag, Id, Language, LongText, ShortText
from rh_ui.web.services import PageServices

LARGEST: Final = 4 * 1024 * 1024
"""Characters of a file."""
LOST_NAMED: Final = 12
"""Inputs that left a form and are named."""
SHOWN: Final = 80
"""Characters of a value in a list."""


class Shown(BaseModel):
    """An input that a form shows, and what it is called there."""

    model_config = SOUND

    key: Id
    label: ShortText = ""


class WorkflowsDesk:
    """The page's questions about workflows, bound to the services."""

    def __init__(self, services: PageServices) -> None:
        self._services = services
        self._workflows = services.workflows
        self.questions: dict[str, Callable[..., dict[str, Any]]] = {
            "workflow_open": self.workflow_open,
            "workflow_renew": self.workflow_renew,
            "workflow_inputs": self.workflow_inputs,
            "workflow_find": self.workflow_find,
            "workflow_save": self.workflow_save,
        }

    def workflow_open(
        self, wanted: ShortText, graph: LongText, name: ShortText, language: Language
    ) -> dict[str, Any]:
        """The path of a workflow's form, by its id or address and, if there is one, a file's text; or what is
        wrong, and `at` which of the two."""
        words = self._services.language(language)
        if len(graph) > LARGEST:
            return {"at": "file", "said": words("workflows.too_large")}
        workflow_id = id_in(wanted)
        if not workflow_id:
            return {"at": "id", "said": words("workflows.no_id_file" if graph else "workflows.no_id")}

        def opened() -> dict[str, Any]:
            try:
                return {"path": self._workflows.open(workflow_id, graph.encode(), name).path}
            except InputRefused as fault:
                return {"at": "file" if graph else "id", "said": translate(fault.args[0], language)}
            except (Refused, Unreachable) as fault:
                return {"at": "id", "said": refusal(fault, words)}

        return guarded(opened)

    def workflow_renew(self, path: EndpointPath) -> dict[str, Any]:
        """Bring a form up to the workflow as it is at RunningHub now; `own`: it runs a file, which is all of
        it; `lost`: what the shown inputs were called that are no longer in it."""
        before = guarded(lambda: self._workflows.form(path))
        form = guarded(lambda: self._workflows.renew(path))
        lost = left_out(before, form)
        return {"own": form.source["own"], "lost": lost[:LOST_NAMED], "more": len(lost) > LOST_NAMED}

    def workflow_inputs(self, path: EndpointPath, language: Language) -> dict[str, Any]:
        """Everything of a form that can be edited: its name, and every input of its graph with what it holds;
        the shown ones in order with the names they were given."""
        form = guarded(lambda: self._workflows.form(path))
        inputs = workflow_form.inputs(form.source)
        chosen = workflow_form.choices(form.source)
        shown = [Choice(slot.key) for slot in inputs] if chosen is None else chosen
        titles, about = form.face.titles, form.face.descriptions
        return {
            "id": form.id,
            "own": form.source["own"],
            "name": titles.get(language, titles["en"]),
            "about": about.get(language, about["en"]),
            "inputs": [_input(slot, language) for slot in inputs],
            "shown": [{"key": choice.key, "label": choice.label} for choice in shown],
        }

    def workflow_find(self, path: EndpointPath, words: ShortText) -> dict[str, Any]:
        """The keys of a form's inputs that hold all of the words somewhere: title, class, name or value."""
        form = guarded(lambda: self._workflows.form(path))
        return {"keys": [slot.key for slot in find(workflow_form.inputs(form.source), words)]}

    def workflow_save(
        self,
        path: EndpointPath,
        name: ShortText,
        about: ShortText,
        shown: Annotated[list[Shown], Field(max_length=2000)],
        anew: Flag,
    ) -> dict[str, Any]:
        """Change a form, or make another one of the same workflow."""
        choices = [Choice(told.key, told.label) for told in shown]
        saved = guarded(lambda: self._workflows.save(path, name, about, choices, anew=anew))
        return {"path": saved.path}


def _input(slot: Slot, language: str) -> dict[str, Any]:
    was = " ".join(str(slot.field.default if slot.as_json else slot.was).split())
    return {
        "key": slot.key,
        "title": slot.titles[language if language in slot.titles else "en"],
        "node": slot.node,
        "class": slot.class_type,
        "kind": slot.field.kind.value,
        "seed": slot.seed,
        "was": was if len(was) <= SHOWN else f"{was[: SHOWN - 1]}…",
    }
