"""GET /audit.csv: the audit log as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from rh_ui.i18n import Words
from rh_ui.people import Action, AuditEntry
from rh_ui.web.api.audit import GivenAction
from rh_ui.web.api.routing import Reader, Services
from rh_ui.web.arguments import Id
from rh_ui.web.routes.file_response import NEVER
from rh_ui.web.serializers.audit import COLUMNS, export_row
from rh_ui.web.serializers.spreadsheet import csv_lines
from rh_ui.web.services import PageServices


def add_audit_export(router: APIRouter) -> None:
    @router.get("/audit.csv")
    def export(
        services: Services, words: Reader, person: Id = "", action: GivenAction | Literal[""] = ""
    ) -> Response:
        lines = csv_lines(COLUMNS, _rows(services, words, person, action))
        headers = {**NEVER, "Content-Disposition": 'attachment; filename="audit.csv"'}
        return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


def _rows(
    services: PageServices, words: Words, person: str, action: Action | Literal[""]
) -> Iterator[list[str]]:
    names = {each.id: each.name for each in services.people.list()}
    for entry in _entries(services, person, action):
        yield export_row(entry, names, words)


def _entries(services: PageServices, person: str, action: Action | Literal[""]) -> Iterator[AuditEntry]:
    before = ""
    while found := services.audit.page(before, person=person, action=action or None):
        yield from found
        before = found[-1].id
