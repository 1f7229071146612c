"""Apps of RunningHub: opened by their id, listed, searched."""

from __future__ import annotations

import copy
from typing import Final, Self

from rh_ui.catalog.comfy.run_form import Face, RunForm, path_of, same_in_all
from rh_ui.domain import FormRecord, RunKind
from rh_ui.runninghub import runs
from rh_ui.runninghub.replies_runs import Page
from rh_ui.services.saved_forms import SavedForms
from rh_ui.services.sites import Sites

PAGE: Final = 24


class Apps:
    """Asks with an account of each site."""

    def __init__(self, forms: SavedForms, sites: Sites) -> None:
        self._forms = forms
        self._sites = sites

    def of(self, forms: SavedForms) -> Self:
        """The same with the forms of a caller."""
        bound = copy.copy(self)
        bound._forms = forms
        return bound

    def open(self, app_id: str) -> RunForm:
        """Read the form of an app and save it. Raises Refused (901: no such app here), Unreachable,
        StorageFault."""
        site, told = self._sites.find(lambda client: runs.app_form(client, app_id))
        name = told.name or app_id
        face = Face(
            titles=same_in_all(name),
            descriptions={"en": told.description, "zh": told.description_zh},
            cover=told.cover,
            needs_password=told.needs_password,
            tags=told.tags,
        )
        return self._forms.save(
            FormRecord(
                path=path_of(RunKind.APP, app_id),
                kind=RunKind.APP,
                id=app_id,
                site=site,
                face=face.as_json(),
                source={"nodes": [dict(node) for node in told.nodes]},
            )
        )

    def list_public(self, *, page: int = 1, sort: str = "RECOMMEND", words: str = "") -> Page:
        """One page of the public list of the first site. Raises Refused, Unreachable."""
        client = self._sites.first
        if words.strip():
            return runs.app_search(client, words.strip(), page=page, size=PAGE)
        return runs.app_list(client, page=page, size=PAGE, sort=sort)
