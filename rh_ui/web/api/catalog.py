"""/catalog: the table of models: its version, what a newer registry would change (from files, from an
address, from where RunningHub publishes it), use it, go back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from fastapi import APIRouter
from pydantic import BaseModel
from typing_extensions import TypedDict

from rh_ui.catalog.glossary import title
from rh_ui.catalog.importer.active_catalog import Origin, Preview
from rh_ui.catalog.importer.diff import only_price, short
from rh_ui.catalog.importer.overlay import Proposal
from rh_ui.errors import TableFault
from rh_ui.i18n import Message, Words, translate
from rh_ui.i18n.format import sentences
from rh_ui.web.api.routing import ApiRoute, Reader, Services, asks_service
from rh_ui.web.arguments import SOUND, ShortText, Uploads, Word
from rh_ui.web.services import PageServices

MAX_FILES: Final = 2
MAX_LINES: Final = 400
"""The most changes of a kind that are listed; the others are counted."""
KINDS: Final = ("new", "renamed", "removed", "changed", "price")
GROUP_OF: Final = {
    "catalog.new": "new",
    "catalog.renamed": "renamed",
    "catalog.removed": "removed",
    "catalog.gone": "removed",
    "catalog.changed": "changed",
}

router: Final = APIRouter(prefix="/catalog", tags=["catalog"], route_class=ApiRoute)


class Table(TypedDict):
    """Names and values in words, the version, whether it may be changed here, and when it was loaded."""

    rows: list[tuple[str, str]]
    version: str
    local: bool
    loaded: str
    notice: str


class Files(BaseModel):
    """A registry, and optionally a price list."""

    model_config = SOUND

    files: Uploads


class Addresses(BaseModel):
    """Of a registry, and of its price list where that is a file apart."""

    model_config = SOUND

    registry: ShortText
    prices: ShortText = ""


class LastLook(TypedDict):
    """Who is asked for RunningHub's own files, when that was done last (empty: never), and what it told."""

    host: str
    at: str
    said: str


class ChangeLine(TypedDict):
    """A change, with the model's title before or after it."""

    path: str
    title: str
    text: str


class ChangeGroup(TypedDict):
    """Changes of one kind; `more` counts those that are not listed."""

    name: str
    lines: list[ChangeLine]
    more: str


class CatalogPreview(TypedDict):
    """What the files would change, or why they can't be used; nothing is changed yet."""

    refused: str
    token: str
    title: str
    summary: str
    same: str
    groups: list[ChangeGroup]
    notices: list[str]


class PreviewToken(BaseModel):
    """The preview to use."""

    model_config = SOUND

    token: Word


class TableChange(TypedDict):
    """Why the table stays as it is; empty where it was changed."""

    refused: str


@router.get("")
def table(services: Services, words: Reader) -> Table:
    """The table in use."""
    keeper = services.active_catalog
    endpoints = keeper.catalog.endpoints.values()
    origin = keeper.origin
    if origin is None:
        source = words("table.packaged", day=keeper.packaged_day.isoformat())
    else:
        # The browser knows the reader's time zone.
        source = words(
            "table.loaded", file=_called(origin, words), day=origin.day.isoformat(), loaded="{moment}"
        )
    counts = words(
        "table.counts",
        count=sum(not endpoint.deprecated for endpoint in endpoints),
        documented=sum(endpoint.documented and not endpoint.deprecated for endpoint in endpoints),
        retired=sum(endpoint.deprecated for endpoint in endpoints),
    )
    return {
        "rows": [(words("table.models"), counts), (words("table.source"), source)],
        "version": services.forms.now().version,
        "local": services.manages,
        "loaded": "" if origin is None else origin.loaded.isoformat(),
        "notice": "" if keeper.notice is None else translate(keeper.notice, words.language),
    }


@router.post("/look")
def look(services: Services, words: Reader, given: Files) -> CatalogPreview:
    """What uploaded files would change."""
    if services.manages and not 1 <= len(given.files) <= MAX_FILES:
        return _unread(words("table.too_many"))

    def seen() -> Preview:
        return services.active_catalog.preview(
            [(services.uploaded(file), file.called) for file in given.files]
        )

    return _looked(services, seen, words)


@router.get("/published")
def last_look(services: Services, words: Reader) -> LastLook:
    """When the files that RunningHub publishes were last looked at."""
    last = services.model_updates.last
    if last is None:
        return {"host": services.model_updates.host, "at": "", "said": words("table.never_looked")}
    # The browser knows the reader's time zone.
    key = "table.last_new" if last.changes else "table.last_same"
    said = words(key, count=last.changes, moment="{moment}")
    return {"host": services.model_updates.host, "at": last.at.isoformat(), "said": said}


@router.post("/published")
@asks_service
def look_at_published(services: Services, words: Reader) -> CatalogPreview:
    """What the files that RunningHub publishes now would change. Nothing else fetches them."""
    return _looked(services, services.model_updates.look, words)


@router.post("/address")
@asks_service
def look_at_address(services: Services, words: Reader, given: Addresses) -> CatalogPreview:
    """What the files at these addresses would change."""
    return _looked(services, lambda: services.model_updates.look_at(given.registry, given.prices), words)


@router.post("/use")
def use(services: Services, words: Reader, looking: PreviewToken) -> TableChange:
    """Use the previewed table."""
    return _changed(services, lambda: services.active_catalog.use(looking.token), words)


@router.post("/back")
def back(services: Services, words: Reader) -> TableChange:
    """Go back to the table that came with the program."""
    return _changed(services, services.active_catalog.go_back, words)


def _changed(services: PageServices, change: Callable[[], None], words: Words) -> TableChange:
    if not services.manages:
        return {"refused": words("table.not_here")}
    try:
        change()
    except TableFault as fault:
        return {"refused": _why(fault, words)}
    return {"refused": ""}


def _looked(services: PageServices, look: Callable[[], Preview], words: Words) -> CatalogPreview:
    """Only the owner has anything looked at: it goes out into the web, and stands before a change."""
    if not services.manages:
        return _unread(words("table.not_here"))
    try:
        return _shown(services, look(), words)
    except TableFault as fault:
        return _unread(_why(fault, words))


def _called(of: Origin | Preview, words: Words) -> str:
    return words("table.from_host", file=of.file, host=of.host) if of.host else of.file


def _unread(why: str) -> CatalogPreview:
    return {
        "refused": why, "token": "", "title": "", "summary": "", "same": "", "groups": [], "notices": [],
    }  # fmt: skip


def _why(fault: TableFault, words: Words) -> str:
    return sentences([translate(fault.text, words.language), words("table.unchanged")])


def _shown(services: PageServices, look: Preview, words: Words) -> CatalogPreview:
    proposal = look.proposal
    groups: dict[str, list[Message]] = {kind: [] for kind in KINDS}
    for line in proposal.changes:
        kind = "price" if only_price(line) else GROUP_OF[line.key]
        groups[kind].append(line)
    odd = [each for notice in proposal.notices for each in odd_entries(notice)]
    notices = [notice for notice in (look.notice, *proposal.notices) if notice and not odd_entries(notice)]
    shown = [
        _group(words(f"table.{kind}", count=len(lines)), map(_named(services, look, words), lines), words)
        for kind, lines in groups.items()
        if lines
    ]
    untold = _untold(proposal)
    if untold:
        lines = map(_named(services, look, words), untold)
        shown.append(_group(words("table.untold", count=len(untold)), lines, words))
    if odd:
        entries = (ChangeLine(path="", title="", text=translate(each, words.language)) for each in odd)
        shown.append(_group(words("table.odd", count=len(odd)), entries, words))
    return {
        "refused": "",
        "token": look.token,
        "title": words("table.look", file=_called(look, words), day=look.day.isoformat()),
        "summary": words("table.usable", listed=proposal.listed, total=proposal.total),
        "same": words("table.in_use" if look.in_use else "table.same") if not proposal.changes else "",
        "groups": shown,
        "notices": [translate(notice, words.language) for notice in notices],
    }


def _untold(proposal: Proposal) -> list[Message]:
    """What can't be told of the endpoints that would change, a line each."""
    changed = {line.values.get(key) for line in proposal.changes for key in ("path", "to")}
    found: dict[str, list[str]] = {}
    for note in proposal.notes:
        if isinstance(note, Message) and note.values.get("path", "") in changed:
            what = note.values["what"]
            each = what if isinstance(what, list) else [what]
            found.setdefault(str(note.values["path"]), []).extend(
                said for said in each if isinstance(said, str)
            )
    return [Message("catalog.changed", path=path, what=what) for path, what in found.items()]


def _named(services: PageServices, look: Preview, words: Words) -> Callable[[Message], ChangeLine]:
    now, then = services.catalog.endpoints, look.proposal.catalog.endpoints

    def named(line: Message) -> ChangeLine:
        path = str(line.values["path"])
        endpoint = now.get(path) or then.get(path)
        name = title(endpoint, words.language) if endpoint else ""
        return {"path": path, "title": name, "text": translate(short(line), words.language)}

    return named


def _group(name: str, lines: Iterable[ChangeLine], words: Words) -> ChangeGroup:
    every = list(lines)
    rest = len(every) - MAX_LINES
    return {
        "name": name,
        "lines": every[:MAX_LINES],
        "more": words("table.more", count=rest) if rest > 0 else "",
    }


def odd_entries(notice: str) -> list[str]:
    """The entries that a registry's notice names, one per line; none for any other notice."""
    named = (
        notice.values.get("named")
        if isinstance(notice, Message) and notice.key in ("catalog.odd", "catalog.odd_one")
        else ()
    )
    return list(named) if isinstance(named, list) else []
