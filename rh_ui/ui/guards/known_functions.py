"""The functions that Gradio makes from texts in the browser, made in advance.

So the page does not need 'unsafe-eval': the browser refuses a text that is not listed here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import gradio as gr

from rh_ui.config import PROJECT

SHIM: Final = PROJECT / "assets" / "inline" / "known_functions.js"
ON_LOAD: Final = "element,trigger,props,server,upload,watch"
TEMPLATE: Final = "container,depth0,helpers,partials,data"
"""The parameters of a template compiled by Handlebars; Gradio then evaluates its output as a template
text."""
PLAIN_TEMPLATES: Final = ("${value}", "")
"""The default templates of gr.HTML for markup and style; our parts use neither."""


def known_functions(config: Mapping[str, Any]) -> str:
    """The script with every function of the page with this configuration."""
    drawn = [part["props"] for part in config["components"] if part["type"] == "html"]
    handlers = {event["js"] for event in config["dependencies"] if event["js"]}
    loaded = {props["js_on_load"] for props in drawn if props.get("js_on_load")} | {_usual_on_load()}
    functions = [
        *(_event(text) for text in sorted(handlers)),
        *(f"function({ON_LOAD}){{{text}}}" for text in sorted(loaded)),
        *(made for template in PLAIN_TEMPLATES for made in _template(template)),
    ]
    listed = ",\n".join(functions)
    return f"{SHIM.read_text(encoding='utf-8')}\nknownFunctions([\n{listed},\n]);"


def _event(text: str) -> str:
    return f"async function(){{return (\n{text.strip().rstrip(';')}\n);}}"


def _template(text: str) -> tuple[str, str]:
    return (
        f"function({TEMPLATE}){{  return {json.dumps(text)};\n}}",
        f"function(value,label,visible){{return `{text}`;}}",
    )


def _usual_on_load() -> str:
    """What a gr.HTML without its own script runs."""
    usual = gr.HTML(render=False).js_on_load
    return str(usual)
