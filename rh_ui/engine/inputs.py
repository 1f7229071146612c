"""Chosen files: whether a field takes them, and their links at the service (one upload per file and day)."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from datetime import timedelta
from functools import partial
from typing import Final

from rh_ui.catalog.media_limits import Measures, check_media, check_media_total
from rh_ui.catalog.schema import Endpoint, Field
from rh_ui.catalog.validation import media_values
from rh_ui.domain import INPUT_PREFIX, FieldKind, OutputKind, Params
from rh_ui.engine.transfers import TransferProgress
from rh_ui.errors import Choices, NotFound, Problem
from rh_ui.persistence.repositories.uploads import UploadRepository
from rh_ui.persistence.row_mapping import Link
from rh_ui.runninghub.client import Client
from rh_ui.storage.library import KeptInput, Library

LINK_LIFE: Final = timedelta(hours=20)
"""The service deletes uploads after a day (API sheet §3.1). The other four hours are for the upload of a
large file and for the run itself."""
MEGABYTE: Final = 1024 * 1024
KINDS: Final = {
    FieldKind.IMAGE: OutputKind.IMAGE,
    FieldKind.VIDEO: OutputKind.VIDEO,
    FieldKind.AUDIO: OutputKind.AUDIO,
}


def kept_refs(endpoint: Endpoint, params: Params) -> list[str]:
    """The distinct inputs in a payload, in the table's order."""
    values = (value for _, _, value in media_values(endpoint, params))
    return list(dict.fromkeys(value for value in values if value.startswith(INPUT_PREFIX)))


def input_problems(endpoint: Endpoint, params: Params, library: Library) -> list[Problem]:
    """What is wrong with the inputs in a payload: missing, of the wrong kind, too large, too long …

    catalog.validation.check judges file extensions.
    """
    found: list[Problem] = []
    measures: dict[str, list[Measures]] = {}
    for key, _, value in media_values(endpoint, params):
        field = endpoint.field(key)
        if field is None or not value.startswith(INPUT_PREFIX):
            continue
        found.extend(file_problems(endpoint, field, value, library, params))
        try:
            measures.setdefault(key, []).append(_measures(library.input_info(value)))
        except NotFound:
            continue
    blamed = {problem.field for problem in found}
    for key, files in measures.items():
        if key not in blamed:
            found.extend(check_media_total(endpoint, key, files, params))
    return found


def file_problems(
    endpoint: Endpoint, field: Field, ref: str, library: Library, params: Params | None = None
) -> tuple[Problem, ...]:
    """Why this field refuses this input; empty where it takes it.

    Without `params`, limits that depend on another field are not checked.
    """
    try:
        kept = library.input_info(ref)
    except NotFound:
        return (Problem(field.key, "file_gone"),)
    wanted = KINDS.get(field.file_kind) if field.file_kind else None
    if field.file_kind and kept.kind is not wanted:
        options = Choices(field.key, field.accept or (field.file_kind.value,))
        return (Problem(field.key, "wrong_file_type", {"value": kept.extension, "options": options}),)
    problems: list[Problem] = []
    if field.max_mb is not None and kept.size > field.max_mb * MEGABYTE:
        size = round(kept.size / MEGABYTE, 1)
        problems.append(Problem(field.key, "file_too_large", {"value": size, "limit": field.max_mb}))
    return (*problems, *check_media(endpoint, field.key, _measures(kept), params))


def _measures(kept: KeptInput) -> Measures:
    return Measures(kept.width, kept.height, kept.seconds)


def upload_key(ref: str, client: Client) -> tuple[str, str, str]:
    """The input, host and account under which an upload is remembered: the host, not the site, since a link
    names the machine that holds the file."""
    return ref.removeprefix(INPUT_PREFIX), client.host, client.fingerprint


class UploadCache:
    """The links of our inputs at the service. Links are remembered, and no file is sent twice at the same
    time."""

    def __init__(self, uploads: UploadRepository, library: Library, transfers: TransferProgress) -> None:
        self._uploads = uploads
        self._library = library
        self._transfers = transfers
        self._lock = threading.Lock()
        self._under_way: dict[tuple[str, str, str], Future[Link]] = {}

    def find(self, ref: str, client: Client) -> Link | None:
        """The link of an earlier upload, while it is valid."""
        return self._uploads.find(*upload_key(ref, client))

    def ensure(self, ref: str, client: Client, *, named: bool = False) -> Link:
        """The link of the file. Uploads the file if it has no valid link, or if `named` and its name at the
        service is not known.

        Raises NotFound (our copy is gone), InputRefused, Unreachable, Refused.
        """
        known = self.find(ref, client)
        if known is not None and (known.file_name or not named):
            return known
        key = upload_key(ref, client)
        with self._lock:
            future = self._under_way.get(key)
            mine = future is None
            if future is None:
                future = self._under_way[key] = Future()
        if not mine:
            return future.result()
        try:
            link = self._upload(ref, client)
        except BaseException as fault:
            future.set_exception(fault)
            raise
        else:
            future.set_result(link)
            return link
        finally:
            with self._lock:
                del self._under_way[key]

    def _upload(self, ref: str, client: Client) -> Link:
        file, kept = self._library.open_input(ref)
        name = f"{kept.sha256[:16]}.{kept.extension}"
        try:
            with file:
                uploaded = client.upload(file, name, partial(self._transfers.report, ref))
        finally:
            self._transfers.end(ref)
        # Nodes want a file name; where the service gives none, some take a link (API sheet §3.1).
        link = Link(uploaded.url, uploaded.file_name or uploaded.url)
        self._uploads.save(*upload_key(ref, client), link, LINK_LIFE)
        return link
