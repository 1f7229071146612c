"""Addresses of this page in the file fields of a form: each stands for the file itself.

The page has several addresses (this computer, the local network, a proxy with a path). What counts is the
part that only we make: the id of a result, or the hash of an input.
"""

from __future__ import annotations

import copy
import re
import uuid
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from rh_ui.catalog.links import host_of, is_private
from rh_ui.catalog.schema import Endpoint, Field
from rh_ui.catalog.validation import changed_media, short
from rh_ui.domain import INPUT_PREFIX, JsonValue, Output, Params
from rh_ui.errors import InputRefused, NotFound, Problem, RightRefused
from rh_ui.media.archive import member
from rh_ui.people import OWNER, Caller
from rh_ui.persistence.run_queries import PageQueries
from rh_ui.services.access import refuse_in_a_look
from rh_ui.services.kept_inputs import KeptInputs
from rh_ui.storage.library import KeptInput, Library

_RESULT: Final = re.compile(
    r"(?:.*/)?rh/(?:files/(?P<file>[\w-]+)/(?:members/(?P<member>\d{1,6})|.+)|thumbs/(?P<thumb>[\w-]+))"
)
_INPUT: Final = re.compile(r"(?:.*/)?rh/inputs/(?P<name>[0-9a-f]{64}\.[a-z0-9]{1,8})")


def unreachable(key: str, value: JsonValue) -> list[Problem]:
    """A problem if a field contains a link that can't be reached from outside."""
    if not isinstance(value, str) or not is_private(value):
        return []
    return [Problem(key, "private_link", {"value": short(value)})]


class OwnLinks:
    """Finds the file behind such an address. Thread-safe."""

    def __init__(self, history: PageQueries, library: Library, kept: KeptInputs) -> None:
        self._history = history
        self._library = library
        self._kept = kept
        self._caller = OWNER

    def of(self, caller: Caller) -> Self:
        """The same for what a caller sees."""
        bound = copy.copy(self)
        bound._caller = caller
        bound._history, bound._kept = self._history.of(caller.scope), self._kept.of(caller)
        return bound

    def keep_result(self, output_id: str) -> KeptInput:
        """Our own copy of a result, as input of another run. Raises NotFound, InputRefused, StorageFault, and
        RightRefused in a look."""
        output = self._to_copy(output_id)
        with self._library.as_local(output.file_key) as path:
            return self._kept.keep(path, output.name)

    def keep(self, link: str) -> KeptInput | None:
        """Our own copy of the file behind an address of this page; None for any other link.

        Raises NotFound where the address is ours but has no file, InputRefused, StorageFault, and
        RightRefused for a result in a look.
        """
        if not host_of(link):
            return None
        path = unquote(urlsplit(link).path)
        if found := _INPUT.fullmatch(path):
            return self._input(INPUT_PREFIX + found["name"], link)
        if found := _RESULT.fullmatch(path):
            output_id = found["file"] or found["thumb"]
            if not self._knows(output_id, link):
                return None
            number = found["member"]
            return self._member(output_id, int(number)) if number else self.keep_result(output_id)
        return None

    def _input(self, ref: str, link: str) -> KeptInput | None:
        try:
            kept = self._kept.input_info(ref)
        except NotFound:
            if is_private(link):
                raise
            return None
        self._kept.give([ref])
        return kept

    def _knows(self, output_id: str, link: str) -> bool:
        """False for a result of another RunningHub UI, which may have a public address."""
        try:
            self._history.output(output_id)
        except NotFound:
            if is_private(link):
                raise
            return False
        return True

    def body(self, endpoint: Endpoint, params: Params) -> tuple[Params, tuple[Problem, ...]]:
        """The body with our own files in place of their addresses. The problems are addresses without a file
        and links that RunningHub can't reach."""
        problems: list[Problem] = []

        def own(field: Field, value: str) -> str:
            try:
                kept = self.keep(value)
            except (NotFound, RightRefused):  # A look copies nothing.
                problems.append(Problem(field.key, "file_gone"))
            except InputRefused:
                problems.append(Problem(field.key, "file_unreadable"))
            else:
                if kept is not None:
                    return kept.ref
                problems.extend(unreachable(field.key, value))
            return value

        body = changed_media(endpoint, params, own)
        return body, tuple(problems)

    def _to_copy(self, output_id: str) -> Output:
        refuse_in_a_look(self._caller)
        return self._history.output(output_id)

    def _member(self, output_id: str, number: int) -> KeptInput:
        """One file from a result that is a zip."""
        with self._library.open(self._to_copy(output_id).file_key) as source:
            found, blocks = member(source, number)
            path = self._library.staging(f"member-{uuid.uuid4().hex}", 0)
            try:
                with path.open("wb") as target:
                    for block in blocks:
                        target.write(block)
                return self._kept.keep(path, found.name.rpartition("/")[2])
            finally:
                path.unlink(missing_ok=True)
