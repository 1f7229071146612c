"""What the page asks about results: the gallery, the large view, and what to do when a file is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Strict

from rh_ui.catalog.glossary import field_words
from rh_ui.domain import Output, OutputKind
from rh_ui.errors import NotFound, StorageFault
from rh_ui.media.archive import contents
from rh_ui.media.thumbnails import counts_in
from rh_ui.ui.named_api import guarded
from rh_ui.web.arguments import Count, Id, Language, ShortText
from rh_ui.web.routes.downloads import is_picture
from rh_ui.web.routes.models3d import address_to_turn
from rh_ui.web.serializers import runs
from rh_ui.web.services import PageServices

GALLERY_PAGE: Final = 48
ARCHIVE_SHOWN: Final = 500
CLOSED_SHOWN: Final = 20


Kind: TypeAlias = Annotated[OutputKind, Strict(False)] | Literal[""]
"""Empty: all."""


class ResultsDesk:
    """The questions, bound to the services."""

    def __init__(self, services: PageServices) -> None:
        self._services = services

    @property
    def questions(self) -> dict[str, Callable[..., dict[str, Any]]]:
        asked = (self.gallery, self.result, self.retry_files, self.forget, self.remember, self.archive)
        return {question.__name__: question for question in asked}

    def gallery(
        self, kind: Kind = "", search: ShortText = "", offset: Count = 0, limit: Count = GALLERY_PAGE
    ) -> dict[str, Any]:
        """A page of results of all tabs, newest first."""
        size = max(1, min(limit, 96))
        found = self._services.history.outputs(
            kind=kind or None, search=search, limit=size + 1, offset=max(0, offset)
        )
        shown = self._services.availability.with_missing_flags(found[:size])
        self._services.results.request_thumbnails(shown)
        return {"items": [runs.output_json(output) for output in shown], "more": len(found) > size}

    def result(self, id: Id, language: Language) -> dict[str, Any]:
        """One result with the run it belongs to, for the large view."""
        output = guarded(lambda: self._services.history.output(id))
        task = guarded(lambda: self._services.history.task(output.task_id))
        vertices, faces = self._mesh(output)
        looked = self._services.availability.check_remote(output)
        seen, turned = runs.output_json(looked), address_to_turn(self._services, looked)
        return {
            "output": {**seen, "vertices": vertices, "faces": faces, "turned": turned},
            "task": runs.card_json(task, self._services.catalog, self._services.language(language)),
            "labels": self._labels(task.endpoint, language),
        }

    def _labels(self, path: str, language: str) -> dict[str, str]:
        """What settings are called whose keys say nothing: those of apps and workflows."""
        endpoint = self._services.catalog.find(path)
        if endpoint is None or endpoint.own is None:
            return {}
        return {field.key: field_words(endpoint, field, language).label for field in endpoint.fields}

    def _mesh(self, output: Output) -> tuple[int | None, int | None]:
        """Points and faces of a model, as its small picture knows them."""
        if output.kind not in (OutputKind.MODEL, OutputKind.ARCHIVE) or not output.has_picture:
            return None, None
        try:
            with self._services.library.open(output.thumb_key) as small:
                return counts_in(small)
        except (NotFound, StorageFault):
            return None, None

    def archive(self, id: Id) -> dict[str, Any]:
        """What lies in a result that is a zip, and which of its files stay closed, and why."""
        output = guarded(lambda: self._services.history.output(id))
        with guarded(lambda: self._services.library.open(output.file_key)) as source:
            found = guarded(lambda: contents(source))
        return {
            "members": [
                {
                    "number": each.number,
                    "name": each.name,
                    "size": each.size,
                    "picture": is_picture(each.name),
                    "url": f"rh/files/{output.id}/members/{each.number}",
                }
                for each in found.members[:ARCHIVE_SHOWN]
            ],
            "more": max(0, len(found.members) - ARCHIVE_SHOWN),
            "closed": [{"name": each.name, "why": each.why.value} for each in found.closed[:CLOSED_SHOWN]],
            "left": max(0, len(found.closed) - CLOSED_SHOWN),
        }

    def retry_files(self, id: Id) -> dict[str, Any]:
        """Fetch the files of a finished run again; never starts a new run."""
        return {**runs.task_json(guarded(lambda: self._services.results.retry_files(id)))}

    def forget(self, id: Id) -> dict[str, Any]:
        """Put a result whose file is lost out of sight; its run and what it cost stay in the history."""
        guarded(lambda: self._services.results.hide(id))
        return {}

    def remember(self, id: Id) -> dict[str, Any]:
        """Take that back."""
        guarded(lambda: self._services.results.show(id))
        return {}
