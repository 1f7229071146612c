"""What stands in the page's head: the style sheet, scripts, and the choice of language.

Gradio puts its own `head` argument in by script, after it has chosen a language and fetched its parts; ours
has to be there before, so it goes into the HTML itself."""

from __future__ import annotations

import json
from typing import Final

from rh_ui.config import PROJECT
from rh_ui.domain import STUDIOS
from rh_ui.file_types.table import OTHER_SPELLINGS
from rh_ui.media import convert, provenance
from rh_ui.services import loras
from rh_ui.web.services import PageServices

COPIED: Final = {
    "image": sorted(convert.READ_PICTURES),
    "audio": sorted(convert.READ_SOUNDS),
    "video": sorted(convert.READ_FILMS),
}
"""File types that go up as a copy where a field does not take them."""
LIMITS: Final = {"lora": loras.LARGEST, "ends": provenance.WINDOW}
"""Bytes: the largest LoRA, and how much of a file's two ends is read for what it was made with."""


START: Final = PROJECT / "assets" / "inline" / "start.js"


def head_html(services: PageServices, functions: str, start: str) -> str:
    """First in the head: the functions that Gradio looks for, styles, the language, and the `start` of our
    scripts (START), once Gradio's page is parsed."""
    table = services.forms.now().version
    boot = {
        "version": services.version,
        "table": table,
        "demo": services.demo,
        "copied": COPIED,
        "endings": OTHER_SPELLINGS,
        "limits": LIMITS,
        "changes": str(services.changes.version),
    }
    if services.address.local:
        boot["token"] = services.tokens.issue()
    told = (boot, STUDIOS, main_script(services.version))
    start = f"{start}\nstartPage({','.join(map(json.dumps, told))});"
    # Without it the icon is asked for at the host's root.
    icon = f'<link rel="icon" href="rh/assets/{services.version}/icon.svg">'
    sheet = f'<link rel="stylesheet" href="rh/styles/{services.version}.css">'
    return f"<script>{functions}</script>\n{icon}\n{sheet}\n<script>{start}</script>"


OPENING: Final = (
    "<script>(()=>{const name=location.hash.slice(1),parts=window.gradio_config.components,"
    "tabs=parts.find((part)=>part.props.elem_id==='rh-tabs');"
    "if(parts.some((part)=>part.type==='tabitem'&&part.props.id===name))tabs.props.selected=name})()</script>"
)
"""Opens the tab that the address names, before Gradio draws the first one."""


def main_script(version: str) -> str:
    """The address of what the page starts with; the parts that are opened later lie beside it."""
    return f"rh/assets/{version}/main.js"


def tail_html(version: str) -> str:
    """Last in the head: our script is fetched after Gradio's, which everything waits for."""
    return f'{OPENING}<link rel="modulepreload" href="{main_script(version)}">'
