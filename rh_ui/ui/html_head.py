"""The page's head: the style sheet, scripts, and the choice of language.

Gradio adds its own `head` argument by script, after it has chosen a language and loaded its parts; ours must
be there before, so it is written into the HTML.
"""

from __future__ import annotations

import json
from typing import Final

from rh_ui.config import PROJECT
from rh_ui.domain import STUDIOS
from rh_ui.file_types.table import OTHER_SPELLINGS
from rh_ui.media import convert, provenance
from rh_ui.people import OWNER, Caller
from rh_ui.services import loras
from rh_ui.web.services import PageServices

COPIED: Final = {
    "image": sorted(convert.READ_PICTURES),
    "audio": sorted(convert.READ_SOUNDS),
    "video": sorted(convert.READ_FILMS),
}
"""File types that are sent as a copy where a field does not take them."""
LIMITS: Final = {"lora": loras.LARGEST, "ends": provenance.WINDOW}
"""Bytes: the largest LoRA, and how much of both ends of a file is read for its provenance."""


START: Final = PROJECT / "assets" / "inline" / "start.js"


def head_html(services: PageServices, functions: str, start: str, caller: Caller = OWNER) -> str:
    """The start of the head: the functions that Gradio looks for, styles, the language, and the `start` of
    our scripts (START) once Gradio's page is parsed."""
    table = services.forms.now().version
    boot = {
        "version": services.version,
        "table": table,
        "demo": services.demo,
        "copied": COPIED,
        "endings": OTHER_SPELLINGS,
        "limits": LIMITS,
        "changes": str(services.changes.version),
        "person": {"id": caller.person, "name": caller.name, "role": caller.role} if caller.person else None,
        "sight": caller.sight,
        "looking_at": services.projects.names(caller).people.get(caller.looking_at, "")
        if caller.looking_at
        else "",
    }
    if services.of(caller).manages:
        boot["token"] = services.tokens.issue()
    told = (boot, STUDIOS, main_script(services.version))
    start = f"{start}\nstartPage({','.join(map(in_script, told))});"
    # Without it browsers request the icon at the host's root.
    icon = f'<link rel="icon" href="rh/assets/{services.version}/icon.svg">'
    sheet = f'<link rel="stylesheet" href="rh/styles/{services.version}.css">'
    return f"<script>{functions}</script>\n{icon}\n{sheet}\n<script>{start}</script>"


def in_script(value: object) -> str:
    """JSON for a script inside HTML: a person's name must not end the script."""
    return json.dumps(value).replace("<", "\\u003c")


OPENING: Final = (
    "<script>(()=>{const name=location.hash.slice(1).split('/')[0],parts=window.gradio_config.components,"
    "tabs=parts.find((part)=>part.props.elem_id==='rh-tabs');"
    "if(parts.some((part)=>part.type==='tabitem'&&part.props.id===name))tabs.props.selected=name})()</script>"
)
"""Opens the tab that the address names, before Gradio draws the first one."""


def main_script(version: str) -> str:
    """The address of the script that the page starts with; its later parts are in the same folder."""
    return f"rh/assets/{version}/main.js"


def tail_html(version: str) -> str:
    """The end of the head: our script is loaded after Gradio's, for which everything waits."""
    return f'{OPENING}<link rel="modulepreload" href="{main_script(version)}">'
