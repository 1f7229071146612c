"""/inputs: files of a form: kept, checked against their field, and converted for it before they are sent."""

from __future__ import annotations

import logging
from typing import Final

from fastapi import APIRouter
from pydantic import BaseModel
from typing_extensions import TypedDict

from rh_ui.catalog.problems import sentence
from rh_ui.errors import ArgumentRefused, InputRefused, NoRoom, NotFound, StudioError
from rh_ui.i18n import Words
from rh_ui.services.input_conversion import ConvertedInput
from rh_ui.services.own_links import unreachable
from rh_ui.storage.library import KeptInput
from rh_ui.web.api.routing import ApiRoute, Reader, Services
from rh_ui.web.arguments import SOUND, EndpointPath, Id, LongText, Upload
from rh_ui.web.services import PageServices

log: Final = logging.getLogger(__name__)
TYPES: Final = {"jpg": "JPEG", "tiff": "TIFF", "webp": "WebP"}
"""The names of file types that are not just the extension in capitals."""

router: Final = APIRouter(prefix="/inputs", tags=["inputs"], route_class=ApiRoute)


class FittedInput(TypedDict):
    """What is sent for a file (`ref`; empty where nothing can be), what is lost by the conversion, and what
    is wrong. `source`: our copy of the chosen file; `gone`: an input no longer exists."""

    ref: str
    source: str
    name: str
    size: int | None
    notice: str
    problems: list[str]
    gone: bool


class Place(BaseModel):
    """The field for which a file is chosen."""

    model_config = SOUND

    endpoint: EndpointPath
    field: Id


class UploadedFile(Place):
    """An uploaded file."""

    file: Upload


class EarlierResult(Place):
    """A result of an earlier run."""

    id: Id


class Link(Place):
    """A link: an address of this page stands for its file, any other link is sent as it is."""

    link: LongText


class KeptFile(Place):
    """A file of which we already have a copy."""

    ref: Id


@router.post("/upload")
def keep_upload(services: Services, words: Reader, given: UploadedFile) -> FittedInput:
    """Copy an uploaded file into the library and convert it for the field."""
    try:
        kept = services.inputs.keep(services.uploaded(given.file), given.file.called)
    except StudioError as fault:
        return _refusal(fault, words)
    return _named(services, kept, given, words)


@router.post("/result")
def keep_result(services: Services, words: Reader, given: EarlierResult) -> FittedInput:
    """Use a result of an earlier run."""
    try:
        kept = services.inputs.keep_result(given.id)
    except StudioError as fault:
        return _refusal(fault, words)
    return _named(services, kept, given, words)


@router.post("/link")
def keep_link(services: Services, words: Reader, given: Link) -> FittedInput:
    """Use a link."""
    try:
        kept = services.inputs.keep_link(given.link)
        model = services.catalog.get(given.endpoint)
    except StudioError as fault:
        return _refusal(fault, words)
    if kept is not None:
        return _named(services, kept, given, words)
    problems = [sentence(problem, model, words.language) for problem in unreachable(given.field, given.link)]
    return _unfit(problems) | {"ref": "" if problems else given.link}


@router.post("/fit")
def fit(services: Services, words: Reader, given: KeptFile) -> FittedInput:
    """Check an input against its field."""
    return _fitted(services, given.ref, given, words)


def _named(services: PageServices, kept: KeptInput, place: Place, words: Words) -> FittedInput:
    return _fitted(services, kept.ref, place, words) | {"name": kept.name}


def _fitted(services: PageServices, ref: str, place: Place, words: Words) -> FittedInput:
    try:
        fitted = services.inputs.convert(place.endpoint, place.field, ref)
        model = services.catalog.get(place.endpoint)
    except StudioError as fault:
        return _refusal(fault, words) | {"gone": isinstance(fault, NotFound)}
    return {
        "ref": fitted.sent.ref,
        "source": fitted.chosen.ref,
        "name": fitted.chosen.name,
        "size": fitted.sent.size,
        "notice": notice(fitted, words),
        "problems": [sentence(problem, model, words.language) for problem in fitted.problems],
        "gone": False,
    }


def _refusal(fault: StudioError, words: Words) -> FittedInput:
    log.warning("a file was refused: %s", fault)
    keys = {NotFound: "lost", ArgumentRefused: "lost", InputRefused: "unreadable", NoRoom: "disk_full"}
    return _unfit([words(f"media.{keys.get(type(fault), 'not_kept')}")])


def _unfit(problems: list[str]) -> FittedInput:
    return {
        "ref": "", "source": "", "name": "", "size": None, "notice": "", "problems": problems, "gone": False,
    }  # fmt: skip


def notice(fitted: ConvertedInput, words: Words) -> str:
    """What is sent in place of the file, and what it loses; empty where the file itself is sent."""
    if fitted.sent.ref == fitted.chosen.ref:
        return ""
    if fitted.only_rotated:
        said = words("media.turned")
    else:
        chosen, sent = (_type(kept.extension) for kept in (fitted.chosen, fitted.sent))
        said = words("media.copied", type=chosen, copy=sent)
    return (" " if words.language == "en" else "").join(
        [said, *(words(f"media.loss_{loss.value}") for loss in fitted.losses)]
    )


def _type(extension: str) -> str:
    return TYPES.get(extension, extension.upper())
