"""/storage: whether the storage takes files, how much space they take, and what may be deleted."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from fastapi import APIRouter
from pydantic import BaseModel
from typing_extensions import TypedDict

from rh_ui.domain import INPUT_PREFIX
from rh_ui.errors import StudioError
from rh_ui.i18n import Words
from rh_ui.i18n.format import count, size
from rh_ui.services.storage_cleanup import FileTotals
from rh_ui.web.api.routing import ApiRoute, Reader, Services, asks_service
from rh_ui.web.arguments import SOUND, Flag, Refs
from rh_ui.web.serializers.answers import Sentence
from rh_ui.web.services import PageServices

Clearable: TypeAlias = Literal["inputs", "pictures", "parts", "uploads"]

router: Final = APIRouter(prefix="/storage", tags=["storage"], route_class=ApiRoute)


class StorageNotice(TypedDict):
    """Why results go to the fallback folder, how many are there, whether new runs wait for space, and which
    of our own files were unreadable (in every language)."""

    history: str
    notices: list[dict[str, str]]
    trouble: str
    count: int
    full: bool
    local: bool


class Storage(TypedDict):
    """Rows of name, value and what may be cleared (or empty); none where the storage does not answer."""

    rows: list[tuple[str, str, str]]
    problem: str


class StorageRetry(BaseModel):
    """Check again whether the storage takes files."""

    model_config = SOUND

    anew: Flag
    """Also use a folder that is not the same as before; only the owner of the page may decide this."""


class StorageState(TypedDict):
    """The present state."""

    storage: StorageNotice


class Clearing(BaseModel):
    """What may be deleted."""

    model_config = SOUND

    what: Clearable
    keep: Refs
    """Inputs that the browser's forms name."""


@router.get("")
def storage(services: Services, words: Reader) -> Storage:
    """How much space the files take."""
    try:
        usage = services.cleanup.usage()
    except StudioError as fault:
        return {"rows": [], "problem": str(fault)}
    rows = [
        ("results", _files(usage.results, words), ""),
        ("inputs", _files(usage.inputs, words), "inputs"),
        ("pictures", _files(usage.pictures, words), "pictures"),
        ("parts", _files(usage.parts, words), "parts"),
        ("uploads", _files(usage.uploads, words), "uploads"),
        ("database", size(usage.database), ""),
    ]
    if usage.spare.files:
        rows.insert(1, ("spare", _files(usage.spare, words), ""))
    if usage.free is not None:
        rows.append(("free", size(usage.free), ""))
    local = services.manages
    return {
        "rows": [(words(f"storage.{name}"), told, what if local else "") for name, told, what in rows],
        "problem": "",
    }


@router.post("/return")
@asks_service
def look_again(services: Services, asked: StorageRetry) -> StorageState:
    """Check again whether the storage takes files, and move the results in the fallback folder there."""
    services.failover.run(anew=asked.anew and services.manages)
    return {"storage": storage_notice(services)}


@router.post("/clear")
def clear(services: Services, words: Reader, clearing: Clearing) -> Sentence:
    """Delete what nobody needs, and say what was deleted."""
    keeping, what = services.cleanup, clearing.what
    if not services.manages:
        return {"said": words("storage.not_here")}
    if what == "inputs":
        gone = keeping.clear_inputs([ref.removeprefix(INPUT_PREFIX) for ref in clearing.keep])
    elif what == "pictures":
        gone = keeping.clear_thumbnails()
    elif what == "uploads":
        gone = keeping.clear_uploads()
    else:
        gone = keeping.clear_partial_downloads()
    if not gone.files:
        return {"said": words(f"storage.nothing_{what}")}
    return {"said": words("storage.freed", files=_files(gone, words))}


def storage_notice(services: PageServices) -> StorageNotice:
    """The state of the storage."""
    stay = services.failover.status()
    return {
        "history": services.history.trouble,
        "notices": [
            {name: said(f"notice.{one.key}", **one.details) for name, said in services.words.items()}
            for one in services.notices
        ],
        "trouble": stay.trouble,
        "count": stay.count,
        "full": not services.runs.has_disk_space(),
        "local": services.manages,
    }


def _files(totals: FileTotals, words: Words) -> str:
    if not totals.files:
        return words("storage.none")
    name = "storage.file" if totals.files == 1 else "storage.files"
    return words(name, count=count(totals.files), size=size(totals.size))
