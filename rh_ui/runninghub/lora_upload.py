"""Uploads a LoRA to RunningHub: sends its MD5, gets an upload URL, sends the bytes (API sheet §3.3)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

from rh_ui.errors import InputRefused, Unreachable
from rh_ui.runninghub import error_mapping, replies_runs, transport
from rh_ui.runninghub.address_guard import AddressGuard
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.upload import RawBody

_BLOCK: Final = 1 << 20
_PIECE_SECONDS: Final = 30.0
_ANSWER_SECONDS: Final = 120.0


def upload(client: Client, path: Path, name: str, progress: Callable[[int, int], None] | None = None) -> str:
    """Upload a LoRA and return the name that a node's input takes; one that the service has already is not
    sent.

    Raises InputRefused (empty, unreadable), LinkRefused, Refused, Unreachable: trying again is safe.
    """
    try:
        with path.open("rb") as file:
            return _upload(client, file, name, progress)
    except OSError as error:
        raise InputRefused(f"The file can't be read: {error.strerror or 'unknown reason'}.") from None


def _upload(client: Client, file: BinaryIO, name: str, progress: Callable[[int, int], None] | None) -> str:
    digest, size = hashlib.md5(usedforsecurity=False), 0
    while block := file.read(_BLOCK):
        digest.update(block)
        size += len(block)
    if not size:
        raise InputRefused("The file is empty. Choose another one.")
    body = {"loraName": name, "md5Hex": digest.hexdigest()}
    place = replies_runs.lora_place(client.ask("POST", "/api/openapi/getLoraUploadUrl", body, "apiKey"))
    if place is None:
        raise Unreachable("RunningHub named no place for the LoRA.")
    if place.url:
        file.seek(0)
        _put(client.gate, place.url, RawBody(file, size, progress))
    elif progress:
        progress(size, size)
    return place.file_name


def _put(gate: AddressGuard, url: str, body: RawBody) -> None:
    """Send the bytes to the storage host, without the key: the URL is signed."""
    try:
        with (
            transport.storage_session(url, gate) as session,
            session.put(
                url, data=body, headers={"Content-Type": "application/octet-stream"}, allow_redirects=False,
                stream=True, timeout=(_PIECE_SECONDS, _ANSWER_SECONDS),
            ) as answer,
        ):  # fmt: skip
            status = answer.status_code
    except error_mapping.LOST as error:
        raise Unreachable(f"The upload broke off: {error_mapping.reason(error)}.") from None
    if not 200 <= status < 300:
        raise Unreachable(f"The storage did not take the LoRA ({status}). Try once more.")
