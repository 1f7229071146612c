"""GET /spending.csv: every line of a month's spending as a file; GET /reconciliation.csv: every charge of it
beside what the service says."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from rh_ui.web.api.money import GivenMonth, moment_in
from rh_ui.web.api.routing import Reader, Services, Signed
from rh_ui.web.arguments import Flag, Id, ShortText
from rh_ui.web.routes.file_response import NEVER
from rh_ui.web.serializers import reconciliation
from rh_ui.web.serializers.money import COLUMNS, export_row
from rh_ui.web.serializers.spreadsheet import csv_lines


def add_spending_export(router: APIRouter) -> None:
    @router.get("/spending.csv")
    def export(
        services: Services,
        words: Reader,
        caller: Signed,
        zone: ShortText,
        month: GivenMonth = "",
        person: Id = "",
        everybody: Flag = False,
    ) -> Response:
        who = "" if everybody else person or caller.person
        found = services.budgets.spending(caller, moment_in(month), zone, who, limit=None)
        names = services.budgets.names()
        lines = csv_lines(COLUMNS, (export_row(line, names, words) for line in found.lines))
        return _saved(lines, "spending")

    @router.get("/reconciliation.csv")
    def export_reconciliation(
        services: Services, words: Reader, caller: Signed, zone: ShortText, month: GivenMonth = ""
    ) -> Response:
        found = services.reconciliation.month(caller, zone, moment_in(month))
        rows = reconciliation.export_rows(found.days, services.budgets.names(), words)
        return _saved(csv_lines(reconciliation.COLUMNS, rows), "reconciliation")


def _saved(lines: Iterator[bytes], name: str) -> Response:
    headers = {**NEVER, "Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)
