"""GET /history.csv and /history.xlsx: every run that the history's filters find, as a file, in the order that
is shown."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends
from fastapi.responses import Response, StreamingResponse

from rh_ui.i18n import Words
from rh_ui.i18n.format import digits
from rh_ui.services.budgets import check_zone
from rh_ui.services.run_table import Listed, SortBy, all_runs, order_of
from rh_ui.web.api.history import FilteredKind, FilteredState, Sort, shown_state
from rh_ui.web.api.routing import Reader, Services
from rh_ui.web.arguments import Flag, Id, ShortText
from rh_ui.web.routes.file_response import NEVER
from rh_ui.web.serializers.runs import model_title
from rh_ui.web.serializers.spreadsheet import EXCEL, csv_lines, excel_blocks
from rh_ui.web.services import PageServices

COLUMNS: Final = (
    "id", "created", "submitted", "finished", "model", "title", "kind", "state", "prompt", "cost",
    "currency", "coins", "charged", "estimate", "estimate_currency", "files", "remote_id", "person",
    "project",
)  # fmt: skip
"""In every language the same, so that programs find them."""


Rows: TypeAlias = Iterator[list[object]]


def found_rows(
    services: Services,
    words: Reader,
    zone: ShortText,
    search: ShortText = "",
    modality: FilteredKind = "",
    state: FilteredState = "",
    person: Id = "",
    project: Id = "",
    sort: Sort = SortBy.CREATED,
    down: Flag = True,
) -> Rows:
    """The rows of the runs that the filters find; they are read while they are sent."""
    check_zone(zone)
    found = all_runs(
        services.among(person, project) if person or project else services.history,
        order_of(sort, down=down, place=""),
        search=search,
        modality=modality or None,
        state=shown_state(state),
    )
    return rows_of(found, services, words, ZoneInfo(zone))


FoundRows: TypeAlias = Annotated[Rows, Depends(found_rows)]


def add_history_export(router: APIRouter) -> None:
    @router.get("/history.csv")
    def as_csv(rows: FoundRows) -> Response:
        return _saved(csv_lines(COLUMNS, rows), "csv", "text/csv; charset=utf-8")

    @router.get("/history.xlsx")
    def as_excel(rows: FoundRows) -> Response:
        return _saved(excel_blocks(COLUMNS, rows), "xlsx", EXCEL)


def _saved(content: Iterator[bytes], ending: str, mime: str) -> Response:
    headers = {**NEVER, "Content-Disposition": f'attachment; filename="history.{ending}"'}
    return StreamingResponse(content, media_type=mime, headers=headers)


def rows_of(found: Iterator[Listed], services: PageServices, words: Words, zone: ZoneInfo) -> Rows:
    """The runs as rows of COLUMNS: ids and amounts are text in their own digits, times have their zone."""
    names = services.projects.names(services.caller)
    for frame in (each.frame for each in found):
        owners = services.history.owners(list(frame["id"])) if services.caller.person else {}
        for row in frame.itertuples(index=False):
            owner = owners.get(str(row.id))
            yield [
                row.id,
                *(_time(at, zone) for at in (row.created, row.submitted, row.finished)),
                row.model,
                model_title(services.catalog, str(row.model), words),
                row.modality,
                row.state,
                row.prompt,
                _amount(row.cost),
                row.currency,
                _amount(row.coins),
                row.charged,
                _amount(row.estimate),
                row.estimate_currency,
                row.files,
                row.remote_id,
                names.people.get(owner.person, "") if owner else "",
                names.projects.get(owner.project, "") if owner else "",
            ]


def _time(at: Any, zone: ZoneInfo) -> str:
    """With its zone; empty where there is none, which pandas calls a time that equals nothing."""
    return at.to_pydatetime().astimezone(zone).isoformat() if at == at else ""


def _amount(amount: Any) -> str:
    return digits(amount) if isinstance(amount, Decimal) else ""
