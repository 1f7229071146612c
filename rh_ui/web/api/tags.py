"""/tags: words that people give to runs."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from rh_ui.marks import MOST_TAGS
from rh_ui.web.api.routing import ApiRoute, Services
from rh_ui.web.arguments import SOUND, Id, ShortText
from rh_ui.web.serializers import answers

MOST_TAGGED: Final = 500

router: Final = APIRouter(prefix="/tags", tags=["tags"], route_class=ApiRoute)

Names = Annotated[list[ShortText], Field(max_length=MOST_TAGS)]


class Tag(TypedDict):
    """A tag of a project, or, where that is empty, of private runs; `runs`: how many have it."""

    name: str
    project: str
    runs: int


class AllTags(TypedDict):
    """Those of the runs that the reader sees, the most used first."""

    tags: list[Tag]


class Changed(TypedDict):
    """How many runs had the tag."""

    runs: int


class NewTags(BaseModel):
    """Runs that get tags, and lose others."""

    model_config = SOUND

    runs: Annotated[list[Id], Field(max_length=MOST_TAGGED)]
    add: Names = Field(default_factory=list)
    remove: Names = Field(default_factory=list)


class RenamedTag(BaseModel):
    """A tag of a project, or of one's private runs where that is empty, and what it is called from now on."""

    model_config = SOUND

    name: ShortText
    becomes: ShortText
    project: Id = ""


class OldTag(BaseModel):
    """A tag that is taken from all runs of a project, or from one's private runs."""

    model_config = SOUND

    name: ShortText
    project: Id = ""


@router.get("")
def tags(services: Services) -> AllTags:
    """The tags of all runs."""
    listed = services.tags.listed()
    return {"tags": [{"name": tag.name, "project": tag.project, "runs": tag.runs} for tag in listed]}


@router.post("")
def put(services: Services, said: NewTags) -> answers.Nothing:
    """Tag runs, up to MOST_TAGGED at once: all of them or none."""
    services.tags.put(said.runs, said.add, said.remove)
    return {}


@router.post("/rename")
def rename(services: Services, said: RenamedTag) -> Changed:
    """Write a tag differently."""
    return {"runs": services.tags.rename(said.project, said.name, said.becomes)}


@router.post("/remove")
def remove(services: Services, said: OldTag) -> Changed:
    """Take a tag from all runs."""
    return {"runs": services.tags.remove(said.project, said.name)}
