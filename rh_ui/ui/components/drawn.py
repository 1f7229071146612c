"""A part of the page that our own scripts draw."""

from __future__ import annotations

from abc import ABCMeta
from typing import Any, ClassVar, Final

import gradio as gr
from gradio.component_meta import ComponentMeta, updateable

SCRIPT: Final = "window.rhReady.then((rh) => rh.drawParts());"
"""Runs in the browser when Gradio has made the part's element."""


class NoStubMeta(ComponentMeta):
    """Makes a component class as Gradio does, but without the stub file that Gradio writes beside its module
    at import: mypy would read it even when it is out of date."""

    def __new__(mcs, name: str, bases: tuple[type, ...], attributes: dict[str, Any]) -> Any:
        if "__init__" in attributes:
            attributes["__init__"] = updateable(attributes["__init__"])  # type: ignore[no-untyped-call]
        return ABCMeta.__new__(mcs, name, bases, attributes)


class DrawnPart(gr.HTML, metaclass=NoStubMeta):
    """The place of a part. assets/js draws its content: the entry of `parts` in main.js with the same name.
    Its values come through the page's own API, not through Gradio."""

    draws: ClassVar[str]
    """The name of the part in assets/js."""

    def __init__(self, elem_id: str | None = None, *, tab: str = "") -> None:
        """`tab`: the studio tab that it belongs to."""
        place = f'<div data-part="{self.draws}" data-tab="{tab}"></div>'
        super().__init__(place, elem_id=elem_id, js_on_load=SCRIPT, apply_default_css=False)
