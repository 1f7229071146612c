"""ComfyUI workflows: opened by their id or with a graph from a file, and their forms, which everybody
shares."""

from __future__ import annotations

import copy
import hashlib
import json
import secrets
from collections.abc import Sequence
from typing import Final, Self

from rh_ui.catalog.comfy import workflow_form
from rh_ui.catalog.comfy.graph import read
from rh_ui.catalog.comfy.run_form import Face, RunForm, path_of, same_in_all, unnamed
from rh_ui.catalog.comfy.workflow_form import Choice
from rh_ui.domain import FormRecord, JsonValue, RunKind
from rh_ui.errors import NotFound
from rh_ui.runninghub import runs
from rh_ui.services.saved_forms import SavedForms
from rh_ui.services.sites import Sites

LONGEST_NAME: Final = 80
LONGEST_ABOUT: Final = 300


class Workflows:
    """Asks with an account of each site."""

    def __init__(self, forms: SavedForms, sites: Sites) -> None:
        self._forms = forms
        self._sites = sites

    def of(self, forms: SavedForms) -> Self:
        """The same with the forms of a caller."""
        bound = copy.copy(self)
        bound._forms = forms
        return bound

    def form(self, path: str) -> RunForm:
        """The saved form. Raises NotFound, also for a path that is not a workflow's, and StorageFault."""
        form = self._forms.form(path)
        if form.kind is not RunKind.WORKFLOW:
            raise NotFound(f"“{path}” is no workflow.")
        return form

    def open(self, workflow_id: str, content: bytes = b"", name: str = "") -> RunForm:
        """Make the form with every input and save it; a saved form keeps its name and its choice of inputs.
        `content`: a graph to run in place of the service's own, called `name`.

        Raises InputRefused (no graph; a Message), Refused (380: no such workflow, 810: never run by hand),
        Unreachable, StorageFault.
        """
        graph = read(content).graph if content else None
        # This also proves that the id exists.
        site, told = self._sites.find(lambda client: runs.graph(client, workflow_id))
        there = read(told, own=False).graph
        usual = path_of(RunKind.WORKFLOW, workflow_id, _print(graph) if graph else "")
        path = self._forms.own_path(usual)
        try:
            known = self.form(path)
            face, shown = known.face, workflow_form.choices(known.source)
        except NotFound:
            face, shown = _face(workflow_id, _tidy(name, LONGEST_NAME) if graph else ""), None
        source = workflow_form.source_of(graph or there, own=graph is not None, shown=shown)
        return self._keep(path, workflow_id, site, face, source)

    def renew(self, path: str) -> RunForm:
        """Read the workflow from the service again; inputs that it no longer has leave the form. A form with
        a file's graph stays as it is. Raises NotFound, Refused, Unreachable, StorageFault."""
        known = self.form(path)
        if known.source["own"]:
            return known
        site, told = self._sites.find(lambda client: runs.graph(client, known.id), known.endpoint.site)
        graph = read(told, own=False).graph
        shown = workflow_form.choices(known.source)
        source = workflow_form.source_of(graph, own=False, shown=shown)
        return self._keep(path, known.id, site, known.face, source)

    def save(self, path: str, name: str, about: str, shown: Sequence[Choice], *, anew: bool) -> RunForm:
        """Change a form, or with `anew` save another one of the same graph. An empty name keeps the old one.

        Raises NotFound, StorageFault.
        """
        known = self.form(path)
        called, told = _tidy(name, LONGEST_NAME), _tidy(about, LONGEST_ABOUT)
        face = Face(
            titles=same_in_all(called) if called else known.face.titles,
            descriptions=same_in_all(told),
        )
        source = workflow_form.source_of(known.source["graph"], own=known.source["own"], shown=shown)
        target = path_of(RunKind.WORKFLOW, known.id, secrets.token_hex(4)) if anew else path
        return self._keep(target, known.id, known.endpoint.site, face, source)

    def _keep(
        self, path: str, workflow_id: str, site: str, face: Face, source: dict[str, JsonValue]
    ) -> RunForm:
        return self._forms.save(
            FormRecord(
                path=self._forms.own_path(path),
                kind=RunKind.WORKFLOW,
                id=workflow_id,
                site=site,
                face=face.as_json(),
                source=source,
            )
        )


def _face(workflow_id: str, name: str) -> Face:
    titles = same_in_all(name) if name else unnamed(RunKind.WORKFLOW, workflow_id)
    return Face(titles=titles, descriptions=same_in_all(""))


def _print(graph: object) -> str:
    """A key by the graph's content: the same file opened again is the same form."""
    text = json.dumps(graph, sort_keys=True, ensure_ascii=False)
    return f"file-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def _tidy(text: str, longest: int) -> str:
    return " ".join(text.split())[:longest].rstrip()
