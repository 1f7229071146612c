"""Quick creations on the tab of apps and workflows: opened by a pasted call, and their styles."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from rh_ui.catalog.comfy import quick_creation
from rh_ui.domain import JsonValue
from rh_ui.errors import InputRefused, StudioError
from rh_ui.i18n import translate
from rh_ui.ui.runs_desk import refusal
from rh_ui.web.arguments import EndpointPath, Language, LongText
from rh_ui.web.routes.covers import cover_address
from rh_ui.web.services import PageServices

LONGEST_CALL: Final = 200_000


class QuickDesk:
    """Bound to the services. A refusal is a sentence in the answer."""

    def __init__(self, services: PageServices) -> None:
        self._services = services
        self._quick = services.quick_creations
        self.questions: dict[str, Callable[..., dict[str, Any]]] = {
            "quick_open": self.quick_open,
            "quick_example": self.quick_example,
            "quick_styles": self.quick_styles,
        }

    def quick_open(self, text: LongText, language: Language) -> dict[str, Any]:
        """Keep the quick creation of a pasted call; `path` is that of its form."""
        words = self._services.language(language)
        try:
            call = quick_creation.call_in(text[:LONGEST_CALL])
        except InputRefused as fault:
            return {"refused": translate(fault.args[0], language)}
        if call is None:
            return {"refused": words("quick.no_call")}
        try:
            return {"refused": "", "path": self._quick.open(call).path}
        except StudioError as fault:
            return {"refused": refusal(fault, words)}

    def quick_example(self, language: Language) -> dict[str, Any]:
        """A call to try it with, in demo mode."""
        if not self._services.demo:
            return {"refused": self._services.language(language)("quick.no_example"), "text": ""}
        try:
            call = self._quick.example()
        except StudioError as fault:
            return {"refused": refusal(fault, self._services.language(language)), "text": ""}
        told = {"webappId": call.id, "quickCreateCode": call.code, "nodeInfoList": list(call.nodes)}
        return {"refused": "", "text": json.dumps(told, ensure_ascii=False, indent=1)}

    def quick_styles(self, path: EndpointPath) -> dict[str, Any]:
        """The styles of a form: what each is called, looks like, and sets in the form."""
        try:
            form = self._services.saved_forms.form(path)
        except StudioError:
            return {"styles": []}
        covers = self._services.covers
        styles: list[JsonValue] = [
            {
                "name": style["name"],
                "picture": cover_address(covers, style["preview"]),
                "sample": style["sample"],
                "trigger": style["trigger"],
                "sets": quick_creation.settings(form.source, form.slots, style),
            }
            for style in form.source.get("styles", [])
        ]
        return {"styles": styles}
