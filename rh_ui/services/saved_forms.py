"""The saved forms of apps, workflows and quick creations, ready to be shown and run."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import Final

from rh_ui.catalog.comfy.run_form import Face, RunForm, run_form
from rh_ui.catalog.schema import Endpoint
from rh_ui.domain import FormRecord
from rh_ui.errors import NotFound
from rh_ui.persistence.repositories.saved_forms import SavedFormRepository

FRESH: Final = 5.0
"""Seconds for which a form is remembered: every card asks for its title, and another process may change
it."""
REMEMBERED: Final = 200


class SavedForms:
    """Thread-safe."""

    def __init__(self, repository: SavedFormRepository) -> None:
        self._repository = repository
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[float, RunForm | None]] = OrderedDict()

    def find(self, path: str) -> Endpoint | None:
        """The form of a path, for Catalog.others. Raises StorageFault."""
        try:
            return self.form(path).endpoint
        except NotFound:
            return None

    def form(self, path: str) -> RunForm:
        """Raises NotFound, StorageFault."""
        with self._lock:
            held = self._known.get(path)
        if held is None or time.monotonic() - held[0] > FRESH:
            found = self._read(path)
            with self._lock:
                # Another thread saved a newer form while this one was reading.
                if self._known.get(path) is held:
                    self._remember(path, found)
                held = self._known[path]
        _, known = held
        if known is None:
            raise NotFound("This app or workflow is not kept here. Open it by its id.")
        return known

    def save(self, record: FormRecord) -> RunForm:
        """Save a form; it does not change runs that wait already. Raises StorageFault."""
        form = _made(record)
        self._repository.save(record)
        with self._lock:
            self._remember(record.path, form)
        return form

    def remove(self, path: str) -> None:
        """Delete a form; its runs stay. Raises StorageFault."""
        self._repository.remove(path)
        with self._lock:
            self._remember(path, None)

    def list_of(self, site: str) -> list[FormRecord]:
        """The forms of one site without their sources: favourites first, then newest first. Raises
        StorageFault."""
        return self._repository.list_of(site)

    def set_favourite(self, path: str, *, favourite: bool) -> None:
        """Raises StorageFault."""
        self._repository.set_favourite(path, favourite=favourite)

    def _read(self, path: str) -> RunForm | None:
        try:
            return _made(self._repository.get(path))
        except NotFound:
            return None

    def _remember(self, path: str, form: RunForm | None) -> RunForm | None:
        self._known[path] = (time.monotonic(), form)
        self._known.move_to_end(path)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return form


def _made(record: FormRecord) -> RunForm:
    return run_form(record.path, record.kind, record.id, Face.read(record.face), record.source)
