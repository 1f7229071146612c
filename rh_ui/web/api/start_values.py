"""/projects/{id}/start-values: with what the forms of a project start."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from pydantic import BaseModel, JsonValue
from typing_extensions import TypedDict

from rh_ui.web.api.routing import ApiRoute, Reader, Services
from rh_ui.web.arguments import SOUND, Body, EndpointPath, Flag, Id
from rh_ui.web.serializers.reused_form import FormFile, reused
from rh_ui.web.services import PageServices

router: Final = APIRouter(prefix="/projects", tags=["projects"], route_class=ApiRoute)


class StartForm(TypedDict):
    """A project has start values of a model. `begins`: the tab begins with this model; `has_values`: whether
    there is more than that; `at`: when they were saved."""

    project: str
    endpoint: str
    modality: str
    begins: bool
    has_values: bool
    at: str


class StartForms(TypedDict):
    """Those of the projects that the caller sees."""

    forms: list[StartForm]


class StartingForm(TypedDict):
    """Values and files by key, and in words what the model no longer takes."""

    values: dict[str, JsonValue]
    media: dict[str, list[FormFile]]
    lost: list[str]


class NewStart(BaseModel):
    """The values of a form by key, null for a field that is left empty; `begins`: the project begins its tab
    with this model. What is null itself stays as it is."""

    model_config = SOUND

    endpoint: EndpointPath
    params: Body | None = None
    begins: Flag | None = None


class OldStart(BaseModel):
    """A model whose start values are forgotten."""

    model_config = SOUND

    endpoint: EndpointPath


@router.get("/{id}/start-values")
def start_values(services: Services, words: Reader, id: Id, endpoint: EndpointPath) -> StartingForm:
    """The start values of a model as its form takes them."""
    params = services.start_values.params(id, endpoint)
    model = services.catalog.get(endpoint)
    filled = reused(model, params, words)
    values = {key: value for key, value in filled.values.items() if key in params}
    return {"values": values, "media": filled.files, "lost": list(filled.lost)}


@router.post("/{id}/start-values")
def save(services: Services, id: Id, new: NewStart) -> StartForms:
    """Save the start values of a model, in place of earlier ones."""
    services.start_values.save(id, new.endpoint, new.params, new.begins)
    return start_forms(services)


@router.post("/{id}/start-values/forget")
def forget(services: Services, id: Id, old: OldStart) -> StartForms:
    """Forget the start values of a model."""
    services.start_values.forget(id, old.endpoint)
    return start_forms(services)


def start_forms(services: PageServices) -> StartForms:
    return {
        "forms": [
            {
                "project": form.project,
                "endpoint": form.endpoint,
                "modality": form.modality,
                "begins": form.begins,
                "has_values": form.has_values,
                "at": form.at.isoformat(),
            }
            for form in services.start_values.forms()
        ]
    }
