"""A part of the page that our own script draws."""

from __future__ import annotations

import json
from abc import ABCMeta
from typing import Any, ClassVar

import gradio as gr
from gradio.component_meta import ComponentMeta, updateable


class Stubless(ComponentMeta):
    """Makes a component class as Gradio does, but for the stub file that Gradio writes beside the module of
    each one when it is imported: mypy would believe it, also when it is long out of date."""

    def __new__(mcs, name: str, bases: tuple[type, ...], attributes: dict[str, Any]) -> Any:
        if "__init__" in attributes:
            attributes["__init__"] = updateable(attributes["__init__"])  # type: ignore[no-untyped-call]
        return ABCMeta.__new__(mcs, name, bases, attributes)


class Drawn(gr.HTML, metaclass=Stubless):
    """The place of a part. What a person sees in it is drawn by assets/js, where `parts` of main.js has the
    same name; its values travel by the page's own API, not through Gradio."""

    draws: ClassVar[str]
    """The name of the part in assets/js."""

    def __init__(self, elem_id: str | None = None, *, tab: str = "", value: str | None = None) -> None:
        """`tab`: the studio tab that it belongs to; `value`: what stands there until the script has come."""
        super().__init__(value, elem_id=elem_id, js_on_load=self.script(tab), apply_default_css=False)

    @classmethod
    def script(cls, tab: str) -> str:
        """Runs in the browser when Gradio has made the place."""
        return f"window.rhReady.then((rh) => rh.mount(element, {json.dumps(cls.draws)}, {json.dumps(tab)}));"
