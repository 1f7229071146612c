"""/loras and /resources: the user's own LoRAs, and the public models that a field may name."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from pydantic import BaseModel
from typing_extensions import TypedDict

from rh_ui.errors import InputRefused, StudioError
from rh_ui.i18n import Words
from rh_ui.services.loras import LARGEST, LoraUpload
from rh_ui.web.api.routing import ApiRoute, Reader, Services, asks_service
from rh_ui.web.arguments import LONGEST_SEARCH, SOUND, Id, ShortText, Upload, Word
from rh_ui.web.routes.covers import cover_address
from rh_ui.web.serializers.messages import diagnosis_sentence
from rh_ui.web.services import PageServices

KINDS: Final = ("LORA", "CHECKPOINT", "UNET", "GGUF")
GIGABYTES: Final = LARGEST // 1024**3

router: Final = APIRouter(tags=["loras"], route_class=ApiRoute)


class SendingLora(TypedDict):
    """An upload in progress: how far it is, or what went wrong."""

    id: str
    name: str
    size: int
    percent: int
    problem: str
    account: str


class OwnLora(TypedDict):
    """A LoRA that RunningHub has; `file`: the name by which a node takes it; `account`: the one that has it,
    empty where there is one account."""

    file: str
    name: str
    size: int
    at: str
    account: str


class Loras(TypedDict):
    """Uploads in progress, and the LoRAs at RunningHub; `refused`: why a file was not taken; `accounts`: the
    names of those that a file may go to, where there are several."""

    sending: list[SendingLora]
    mine: list[OwnLora]
    refused: str
    accounts: list[str]


class LoraFile(BaseModel):
    """A file uploaded to the page, and the account that gets it; empty: the first."""

    model_config = SOUND

    file: Upload
    account: ShortText = ""


class LoraName(BaseModel):
    """A LoRA in the list."""

    model_config = SOUND

    file: ShortText
    account: ShortText = ""


class OwnResource(TypedDict):
    """One of the user's own models, as a field names it."""

    value: str
    name: str


class PublicResource(OwnResource):
    """A public model."""

    about: str
    picture: str
    tags: list[str]


class Resources(TypedDict):
    """What a field may name: the user's own models first, then public ones. `problem` is a sentence; the
    user's own models are listed all the same."""

    mine: list[OwnResource]
    public: list[PublicResource]
    more: bool
    problem: str


@router.get("/loras")
def loras(services: Services, words: Reader) -> Loras:
    """The user's own LoRAs."""
    return _listed(services, words)


@router.post("/loras/send")
def send(services: Services, words: Reader, given: LoraFile) -> Loras:
    """Send a file that was uploaded to the page on to RunningHub."""
    path, name = services.uploaded(given.file), given.file.called
    try:
        services.loras.upload(path, name, given.account)
    except InputRefused as fault:
        return _listed(services, words, words(f"lora.bad_{fault}", file=name, limit=GIGABYTES))
    except StudioError as fault:
        return _listed(services, words, str(fault))
    return _listed(services, words)


@router.post("/loras/{id}/again")
def again(services: Services, words: Reader, id: Id) -> Loras:
    """Try a failed upload again."""
    services.loras.retry(id)
    return _listed(services, words)


@router.post("/loras/{id}/drop")
def drop(services: Services, words: Reader, id: Id) -> Loras:
    """Cancel an upload, or remove a failed one."""
    services.loras.cancel(id)
    return _listed(services, words)


@router.post("/loras/forget")
def forget(services: Services, words: Reader, named: LoraName) -> Loras:
    """Remove a LoRA from the list."""
    services.loras.remove(named.file, named.account)
    return _listed(services, words)


@router.get("/resources")
@asks_service
def resources(services: Services, words: Reader, kind: Word, query: ShortText = "") -> Resources:
    """The models of this kind that a field may name."""
    own = services.loras.list_own() if kind == "LORA" else []
    wanted = query.lower().split()
    mine: list[OwnResource] = [
        {"value": one.file, "name": one.name}
        for one in own
        if all(word in f"{one.name} {one.file}".lower() for word in wanted)
    ]
    if kind not in KINDS:
        return {"mine": mine, "public": [], "more": False, "problem": ""}
    try:
        page = services.loras.search_public(kind, query[:LONGEST_SEARCH])
    except StudioError:
        return {"mine": mine, "public": [], "more": False, "problem": words("resource.away")}
    public: list[PublicResource] = [
        {
            "value": one.node_name,
            "name": one.name,
            "about": one.description,
            "picture": cover_address(services.covers, one.picture),
            "tags": list(one.tags),
        }
        for one in page.resources
        if one.node_name
    ]
    return {"mine": mine, "public": public, "more": page.has_more, "problem": ""}


def _listed(services: PageServices, words: Words, refused: str = "") -> Loras:
    return {
        "sending": [_upload(one, words) for one in services.loras.list_uploads()],
        "mine": [
            {
                "file": one.file,
                "name": one.name,
                "size": one.size,
                "at": one.at.isoformat(),
                "account": one.account,
            }
            for one in services.loras.list_own()
        ],
        "refused": refused,
        "accounts": [one.name for one in services.accounts.all] if services.accounts.several else [],
    }


def _upload(one: LoraUpload, words: Words) -> SendingLora:
    why = diagnosis_sentence(one.diagnosis, words) if one.diagnosis else ""
    problem = words(f"lora.failed_{one.problem}", why=why) if one.problem else ""
    percent = 100 * one.done // one.size
    return {
        "id": one.id,
        "name": one.name,
        "size": one.size,
        "percent": percent,
        "problem": problem,
        "account": one.account,
    }
