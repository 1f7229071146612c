"""What the page asks about results: the gallery, the large view, and what to do when a file is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from rh_ui.domain import OutputKind
from rh_ui.ui import present
from rh_ui.ui.api import guarded
from rh_ui.ui.services import PageServices

GALLERY_PAGE: Final = 48


class ResultsDesk:
    """The questions, bound to the services."""

    def __init__(self, services: PageServices) -> None:
        self._services = services

    @property
    def questions(self) -> dict[str, Callable[..., dict[str, Any]]]:
        asked = (self.gallery, self.result, self.retry_files, self.forget, self.remember)
        return {question.__name__: question for question in asked}

    def gallery(
        self, kind: str = "", search: str = "", offset: int = 0, limit: int = GALLERY_PAGE
    ) -> dict[str, Any]:
        """A page of results of all tabs, newest first."""
        size = max(1, min(limit, 96))
        found = self._services.history.outputs(
            kind=OutputKind(kind) if kind else None, search=search, limit=size + 1, offset=max(0, offset)
        )
        shown = self._services.studio.custody.looked(found[:size])
        self._services.studio.want_pictures(shown)
        return {"items": [present.output_json(output) for output in shown], "more": len(found) > size}

    def result(self, id: str, language: str) -> dict[str, Any]:
        """One result with the run it belongs to, for the large view."""
        output = guarded(lambda: self._services.history.output(id))
        task = guarded(lambda: self._services.history.task(output.task_id))
        return {
            "output": present.output_json(self._services.studio.custody.looked_closely(output)),
            "task": present.card_json(task, self._services.catalog, self._services.language(language)),
        }

    def retry_files(self, id: str) -> dict[str, Any]:
        """Fetch the files of a finished run again; never starts a new run."""
        return present.task_json(guarded(lambda: self._services.studio.retry_files(id)))

    def forget(self, id: str) -> dict[str, Any]:
        """Put a result whose file is lost out of sight; its run and what it cost stay in the history."""
        guarded(lambda: self._services.studio.forget(id))
        return {}

    def remember(self, id: str) -> dict[str, Any]:
        """Take that back."""
        guarded(lambda: self._services.studio.remember(id))
        return {}
