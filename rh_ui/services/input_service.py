"""The chosen files of a form: our own copies of them, and the body that is sent with them."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Self

from rh_ui.catalog.pricing import Estimate, estimate
from rh_ui.catalog.problems import not_offered
from rh_ui.catalog.schema import Catalog, Endpoint
from rh_ui.catalog.validation import (
    check,
    check_field,
    complete,
    converted,
    media_values,
    refuse,
    withdrawn,
)
from rh_ui.domain import INPUT_PREFIX, Params
from rh_ui.engine.inputs import file_problems, input_problems, kept_refs
from rh_ui.errors import NotFound, Problem
from rh_ui.people import Caller
from rh_ui.persistence.input_holders import InputHolders
from rh_ui.persistence.run_queries import PageQueries
from rh_ui.services.input_conversion import ConvertedInput, InputConverter
from rh_ui.services.kept_inputs import KeptInputs
from rh_ui.services.own_links import OwnLinks
from rh_ui.services.saved_forms import SavedForms
from rh_ui.storage.library import KeptInput, Library


class InputService:
    """Thread-safe."""

    def __init__(
        self, catalog: Catalog, library: Library, holders: InputHolders, history: PageQueries
    ) -> None:
        self._catalog = catalog
        self._library = library
        self._kept = KeptInputs(library, holders)
        self._own_links = OwnLinks(history, library, self._kept)
        self._converter = InputConverter(library)

    def of(self, caller: Caller, forms: SavedForms) -> Self:
        """The same for the inputs and results that a caller sees, and their forms."""
        bound = copy.copy(self)
        bound._kept, bound._own_links = self._kept.of(caller), self._own_links.of(caller)
        bound._catalog = replace(self._catalog, others=forms.find)
        return bound

    @property
    def catalog(self) -> Catalog:
        """The models, and the forms of apps and workflows that the caller sees."""
        return self._catalog

    def keep(self, path: Path, name: str) -> KeptInput:
        """Our own copy of a chosen file, by content. Raises InputRefused, NoRoom, StorageFault."""
        return self._kept.keep(path, name)

    def input_info(self, ref: str) -> KeptInput:
        """Raises NotFound, StorageFault."""
        return self._kept.input_info(ref)

    def keep_result(self, output_id: str) -> KeptInput:
        """Our own copy of a result, as input of another run. Raises NotFound, InputRefused, StorageFault."""
        return self._own_links.keep_result(output_id)

    def keep_link(self, link: str) -> KeptInput | None:
        """Our own copy of the file behind an address of this page; None for any other link. Raises NotFound
        where the address is ours but has no file, InputRefused, StorageFault."""
        return self._own_links.keep(link)

    def convert(self, endpoint_path: str, field_key: str, ref: str) -> ConvertedInput:
        """What is sent for an input in a field, and why the field refuses it. Raises NotFound for the
        endpoint, the field or the file, StorageFault."""
        endpoint = self._catalog.get(endpoint_path)
        field = endpoint.field(field_key)
        if field is None:
            raise NotFound(f"The model has no field “{field_key}”.")
        self._kept.input_info(ref)
        converted = self._converter.convert(field, ref)
        self._kept.give([converted.sent.ref])
        if converted.problems:
            return converted
        return replace(converted, problems=file_problems(endpoint, field, converted.sent.ref, self._library))

    def prepare(self, endpoint: Endpoint, params: Params) -> tuple[Params, tuple[Problem, ...]]:
        """The body that is sent for a form's values or a ready body, and everything that is wrong with it."""
        body = complete(endpoint, params)
        if hidden := self._kept.hidden(kept_refs(endpoint, body)):
            values = media_values(endpoint, body)
            return body, tuple(Problem(key, "file_gone") for key, _, value in values if value in hidden)
        body, gone = self._own_links.body(endpoint, body)
        body, unfit = self._converter.body(endpoint, body)
        self._kept.give(kept_refs(endpoint, body))
        return body, self._problems(endpoint, body, (*gone, *unfit))

    def part(self, endpoint: Endpoint, params: Params) -> Params:
        """Some of a form's values as their fields send them, with our own files in place of their addresses;
        null: the field is left empty. Raises PayloadRefused for a value that its field does not take, a field
        that the model does not have or that is secret, and a file that the caller does not see."""
        given = converted(endpoint, params)
        hidden = self._kept.hidden(kept_refs(endpoint, given))
        problems = list(not_offered(endpoint))
        problems += [
            Problem(key, "file_gone") for key, _, ref in media_values(endpoint, given) if ref in hidden
        ]
        body, gone = (given, ()) if hidden else self._own_links.body(endpoint, given)
        problems += gone
        for key, value in body.items():
            field = endpoint.field(key)
            if field is None or field.secret:
                problems.append(Problem(key, "unknown_field"))
            elif not hidden:
                problems += check_field(field, value)
                for ref in kept_refs(endpoint, {key: value}):
                    problems += file_problems(endpoint, field, ref, self._library)
        refuse(endpoint, problems)
        return {key: body.get(key) for key in params}

    def estimate(self, endpoint: Endpoint, body: Params) -> Estimate:
        """The cost of a prepared body by the table, and by the duration of its inputs."""
        lengths: dict[str, list[float | None]] = {}
        for key, _, value in media_values(endpoint, body):
            lengths.setdefault(key, []).append(self._seconds(value))
        known = {key: sum(filter(None, each)) for key, each in lengths.items() if all(each)}
        return estimate(endpoint, body, known)

    def _seconds(self, value: str) -> float | None:
        if not value.startswith(INPUT_PREFIX):
            return None
        try:
            return self._kept.input_info(value).seconds
        except NotFound:
            return None

    def refuse_problems(self, endpoint: Endpoint, body: Params) -> None:
        """Raises PayloadRefused for a prepared body that can't be sent (any more)."""
        refuse(endpoint, self._problems(endpoint, complete(endpoint, body), ()))

    def _problems(
        self, endpoint: Endpoint, body: Params, of_files: tuple[Problem, ...]
    ) -> tuple[Problem, ...]:
        """One problem per field, problems of its files first; only one for a model that can't be run."""
        if endpoint.not_offered is not None:
            return tuple(withdrawn(endpoint, body))
        told = {problem.field for problem in of_files}
        problems = [*of_files, *(problem for problem in check(endpoint, body) if problem.field not in told)]
        blamed = {problem.field for problem in problems}
        files = (p for p in input_problems(endpoint, body, self._library) if p.field not in blamed)
        return (*problems, *files)
