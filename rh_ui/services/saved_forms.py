"""The saved forms of apps, workflows and quick creations, ready to be shown and run."""

from __future__ import annotations

import copy
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Self

from rh_ui.catalog.comfy.run_form import Face, RunForm, path_of, run_form
from rh_ui.catalog.schema import Endpoint
from rh_ui.domain import FormRecord, RunKind
from rh_ui.errors import NotFound
from rh_ui.people import OWNER, Caller, Scope
from rh_ui.persistence.repositories.saved_forms import SavedFormRepository
from rh_ui.services.access import refuse_in_a_look

FRESH: Final = 5.0
"""Seconds for which a form is remembered: every card asks for its title, and another process may change
it."""
REMEMBERED: Final = 200
BARE: Final = path_of(RunKind.WORKFLOW, "1").count("/")


class SavedForms:
    """Thread-safe."""

    def __init__(self, repository: SavedFormRepository) -> None:
        self._repository = repository
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[float, RunForm | None]] = OrderedDict()
        self._caller = OWNER
        self._seen: dict[str, bool] = {}

    def of(self, caller: Caller) -> Self:
        """The same for a caller: their own list, and the forms of runs that they see."""
        bound = copy.copy(self)
        bound._caller, bound._seen = caller, {}
        return bound

    def find(self, path: str) -> Endpoint | None:
        """The form of a path, for Catalog.others. Raises StorageFault."""
        try:
            return self.form(path).endpoint
        except NotFound:
            return None

    def form(self, path: str) -> RunForm:
        """Raises NotFound, StorageFault."""
        if not self._sees(path):
            raise _not_kept()
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
            raise _not_kept()
        return known

    def own_path(self, path: str) -> str:
        """The path under which the caller saves a form that is made here: another one where the form of this
        path is in the list of others, or of a project to which the caller does not belong, whose choices stay
        as they are. Raises StorageFault."""
        person = self._caller.person
        belongs = frozenset(filter(self._caller.belongs_to, self._caller.projects or ()))
        if not person or not self._repository.is_others(path, Scope(person, belongs)):
            return path
        joint = "-" if path.count("/") > BARE else "/"
        return f"{path}{joint}{hashlib.sha256(person.encode()).hexdigest()[:8]}"

    def save(self, record: FormRecord) -> RunForm:
        """Save a form; it does not change runs that wait already. Raises StorageFault, and RightRefused in
        a look."""
        refuse_in_a_look(self._caller)
        form = _made(record)
        self._repository.save(record, self._caller.person)
        self._seen[record.path] = True
        with self._lock:
            self._remember(record.path, form)
        return form

    def remove(self, path: str) -> None:
        """Delete a form; its runs stay. Raises StorageFault, and RightRefused in a look."""
        refuse_in_a_look(self._caller)
        self._repository.remove(path, self._caller.person)
        with self._lock:
            self._known.pop(path, None)

    def list_of(self, *sites: str) -> list[FormRecord]:
        """The forms of these sites without their sources: favourites first, then newest first. Raises
        StorageFault."""
        scope = self._scope
        return self._repository.list_of(sites) if scope is None else self._repository.list_seen(sites, scope)

    def projects_of(self, path: str) -> Sequence[str]:
        """The projects in whose lists a form is, as far as the caller sees them. Raises StorageFault."""
        scope = self._scope
        return () if scope is None else self._repository.projects_of(path, scope)

    def put_into(self, path: str, project: str) -> None:
        """Put a form into the list of a project, too: whoever sees the project sees it. Raises NotFound,
        MoveRefused for a closed project, RightRefused in a look, StorageFault."""
        refuse_in_a_look(self._caller)
        self.form(path)
        self._repository.put_into(path, project, self._caller.person)

    def take_out(self, path: str, project: str) -> None:
        """Take a form out of the list of a project; one that is in no other list goes into the caller's.
        Raises as `put_into`."""
        refuse_in_a_look(self._caller)
        self._repository.take_out(path, project, self._caller.person)

    def set_favourite(self, path: str, *, favourite: bool) -> None:
        """Raises StorageFault, NotFound where there are people and the caller does not see the form, and
        RightRefused in a look."""
        refuse_in_a_look(self._caller)
        if self._caller.person:
            self.form(path)
        self._repository.set_favourite(path, favourite=favourite, person=self._caller.person)

    @property
    def _scope(self) -> Scope | None:
        """A list is one's own, also in a look; None without people."""
        caller = self._caller
        return Scope(caller.person, frozenset(caller.projects or ())) if caller.person else None

    def _sees(self, path: str) -> bool:
        scope = self._caller.scope
        if scope is None:
            return True
        if path not in self._seen:
            self._seen[path] = self._repository.is_seen(path, scope)
        return self._seen[path]

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


def _not_kept() -> NotFound:
    return NotFound("This app or workflow is not kept here. Open it by its id.")


def _made(record: FormRecord) -> RunForm:
    form = run_form(record.path, record.kind, record.id, Face.read(record.face), record.source)
    return replace(form, endpoint=replace(form.endpoint, site=record.site))
