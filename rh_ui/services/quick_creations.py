"""Quick creations: opened by the call that a person copied from the site, with their styles."""

from __future__ import annotations

import copy
import re
from typing import Any, Final, Self

from rh_ui.catalog.comfy.quick_creation import Call
from rh_ui.catalog.comfy.run_form import Face, RunForm, path_of, same_in_all, unnamed
from rh_ui.domain import FormRecord, RunKind
from rh_ui.errors import Refused, Unreachable
from rh_ui.runninghub import runs
from rh_ui.runninghub.replies_runs import AppForm, Style
from rh_ui.services.saved_forms import SavedForms
from rh_ui.services.sites import Sites

EXAMPLE: Final = ("1900000000000000205", "002")
"""App and code of a call in demo mode, which has no site to copy one from."""
LONGEST_NAME: Final = 40
_ODD: Final = re.compile(r"[^0-9A-Za-z_-]")


class QuickCreations:
    """Asks with an account of each site."""

    def __init__(self, forms: SavedForms, sites: Sites) -> None:
        self._forms = forms
        self._sites = sites

    def of(self, forms: SavedForms) -> Self:
        """The same with the forms of a caller."""
        bound = copy.copy(self)
        bound._forms = forms
        return bound

    def open(self, call: Call) -> RunForm:
        """Read the form of a call with its present styles, and save it. Raises KeyRefused, Unreachable (no
        styles came), StorageFault."""
        site, told = self._form(call)
        styles = [_plain(style) for style in self._styles(call.id, site)]
        source: dict[str, Any] = {
            "code": call.code,
            "nodes": [dict(node) for node in call.nodes],
            "styles": styles,
        }
        name = _ODD.sub("-", call.code)[:LONGEST_NAME]
        record = FormRecord(
            path=self._forms.own_path(path_of(RunKind.QUICK, call.id, name)),
            kind=RunKind.QUICK,
            id=call.id,
            site=site,
            face=_face(call, styles, told).as_json(),
            source=source,
        )
        return self._forms.save(record)

    def example(self) -> Call:
        """A call that demo mode answers. Raises Refused, Unreachable."""
        app, code = EXAMPLE
        return Call(app, code, runs.app_form(self._sites.first, app).nodes)

    def _form(self, call: Call) -> tuple[str, AppForm | None]:
        """The site that has it and what it says; the first site and None where none answers."""
        try:
            return self._sites.find(lambda client: runs.app_form(client, call.id))
        except (Refused, Unreachable):
            return self._sites.names[0], None

    def _styles(self, app_id: str, site: str) -> tuple[Style, ...]:
        """Only quick creations that make pictures from text have styles; for others the service may refuse
        the question."""
        try:
            return runs.styles(self._sites.client(site), app_id)
        except Refused:
            return ()


def _face(call: Call, styles: list[dict[str, Any]], told: AppForm | None) -> Face:
    """Name and cover as on the site; the code where the site gives no name."""
    picture = next((style["preview"] for style in styles if style["preview"]), "")
    if told is None:
        return Face(titles=unnamed(RunKind.QUICK, call.code), descriptions=same_in_all(""), cover=picture)
    return Face(
        titles=same_in_all(told.name or call.id),
        descriptions={"en": told.description, "zh": told.description_zh},
        cover=told.cover or picture,
        tags=told.tags,
    )


def _plain(style: Style) -> dict[str, Any]:
    """As it is stored."""
    loras = [
        {"file": file, "weight": None if weight is None else float(weight)} for file, weight in style.loras
    ]
    return {
        "name": style.name or style.id,
        "preview": style.preview,
        "sample": style.sample,
        "trigger": style.trigger,
        "loras": loras,
    }
