"""The forms of apps, workflows and quick creations that are kept here, ready to be drawn and run."""

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
"""Seconds a form is remembered: every card asks for its title, and another process may have changed it."""
REMEMBERED: Final = 200


class SavedForms:
    """Thread-safe."""

    def __init__(self, repository: SavedFormRepository) -> None:
        self._repository = repository
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[float, RunForm | None]] = OrderedDict()

    def find(self, path: str) -> Endpoint | None:
        """For Catalog.others. Raises StorageFault."""
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
                # Whoever kept another one meanwhile knows better than what was read before.
                if self._known.get(path) is held:
                    self._remember(path, found)
                held = self._known[path]
        _, known = held
        if known is None:
            raise NotFound("This app or workflow is not kept here. Open it by its id.")
        return known

    def save(self, record: FormRecord) -> RunForm:
        """Keep a form; runs that wait already are not changed by it. Raises StorageFault."""
        form = _made(record)
        self._repository.save(record)
        with self._lock:
            self._remember(record.path, form)
        return form

    def remove(self, path: str) -> None:
        """Its runs stay. Raises StorageFault."""
        self._repository.remove(path)
        with self._lock:
            self._remember(path, None)

    def list_of(self, site: str) -> list[FormRecord]:
        """The forms of one site without what they are made of: favourites, then the newest. Raises
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
