"""/quick-creations: opened by a pasted call, and their styles."""

from __future__ import annotations

import json
from typing import Annotated, Final, TypeAlias

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, Field
from typing_extensions import TypedDict

from rh_ui.catalog.comfy import quick_creation
from rh_ui.errors import InputRefused, StudioError
from rh_ui.i18n import translate
from rh_ui.web.api.routing import ApiRoute, Reader, Services, asks_service
from rh_ui.web.arguments import SOUND, EndpointPath, storable
from rh_ui.web.routes.covers import cover_address
from rh_ui.web.serializers.messages import refusal_sentence

PastedText: TypeAlias = Annotated[str, Field(max_length=200_000), AfterValidator(storable)]

router: Final = APIRouter(prefix="/quick-creations", tags=["quick creations"], route_class=ApiRoute)


class PastedCall(BaseModel):
    """A call that was copied from the site."""

    model_config = SOUND

    text: PastedText


class OpenedCall(TypedDict):
    """The path of a quick creation's form, or why there is none."""

    refused: str
    path: str


class ExampleCall(TypedDict):
    """An example of a call, or why there is none."""

    refused: str
    text: str


class Style(TypedDict):
    """A style's name, its picture, and what it sets in the form."""

    name: str
    picture: str
    sample: str
    trigger: str
    sets: dict[str, str | float]


class Styles(TypedDict):
    """The styles of a form."""

    styles: list[Style]


@router.post("/open")
@asks_service
def open_call(services: Services, words: Reader, pasted: PastedCall) -> OpenedCall:
    """Save the quick creation of a pasted call."""
    try:
        call = quick_creation.call_in(pasted.text)
    except InputRefused as fault:
        return {"refused": translate(fault.args[0], words.language), "path": ""}
    if call is None:
        return {"refused": words("quick.no_call"), "path": ""}
    try:
        return {"refused": "", "path": services.quick_creations.open(call).path}
    except StudioError as fault:
        return {"refused": refusal_sentence(fault, words), "path": ""}


@router.get("/example")
@asks_service
def example(services: Services, words: Reader) -> ExampleCall:
    """An example of a call, in demo mode."""
    if not services.demo:
        return {"refused": words("quick.no_example"), "text": ""}
    try:
        call = services.quick_creations.example()
    except StudioError as fault:
        return {"refused": refusal_sentence(fault, words), "text": ""}
    told = {"webappId": call.id, "quickCreateCode": call.code, "nodeInfoList": list(call.nodes)}
    return {"refused": "", "text": json.dumps(told, ensure_ascii=False, indent=1)}


@router.get("/styles")
def styles(services: Services, path: EndpointPath) -> Styles:
    """The styles of a form; none for any other form."""
    try:
        form = services.saved_forms.form(path)
    except StudioError:
        return {"styles": []}
    return {
        "styles": [
            {
                "name": style["name"],
                "picture": cover_address(services.covers, style["preview"]),
                "sample": style["sample"],
                "trigger": style["trigger"],
                "sets": quick_creation.settings(form.source, form.inputs, style),
            }
            for style in form.source.get("styles", [])
        ]
    }
