"""The user's own LoRAs: those being uploaded, those at the service; and the public models.

An upload costs nothing and may be tried again: the service knows a file by its content. Uploads in progress
are kept in memory only; after a restart a person chooses the file again.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from rh_ui.domain import Lora, new_id
from rh_ui.engine.diagnosis import Diagnosis, diagnose
from rh_ui.errors import (
    InputRefused,
    KeyRefused,
    MoveRefused,
    NotFound,
    Refused,
    StorageFault,
    StudioError,
    Unreachable,
)
from rh_ui.media.safetensors import weights_fault
from rh_ui.persistence.repositories.loras import LoraRepository
from rh_ui.runninghub import lora_upload
from rh_ui.runninghub.account import resources
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.replies_runs import ResourcePage

log: Final = logging.getLogger(__name__)
SUFFIX: Final = ".safetensors"
LARGEST: Final = 2 * 1024**3
"""Bytes; a larger LoRA is a whole model."""
AT_ONCE: Final = 2
MOST: Final = 8
"""The most uploads in progress or waiting."""
LONGEST_NAME: Final = 100
PAGE: Final = 20
_WORDS: Final[tuple[tuple[type[StudioError], str], ...]] = (
    (KeyRefused, "key"),
    (Refused, "refused"),
    (Unreachable, "broke"),
    (InputRefused, "unreadable"),
    (StorageFault, "not_kept"),
)


class _Stopped(Exception):
    """A person cancelled the upload. Never leaves this module."""


@dataclass(frozen=True, slots=True)
class LoraPlace:
    """An account that has LoRAs. `name`: empty where there is one account."""

    repository: LoraRepository
    client: Client
    name: str = ""


@dataclass(slots=True)
class LoraUpload:
    """One upload; `problem` is one of a fixed set of words once it has failed."""

    path: Path
    name: str
    size: int
    id: str = field(default_factory=new_id)
    done: int = 0
    problem: str = ""
    diagnosis: Diagnosis | None = None
    """What the service said."""
    stopped: bool = False
    account: str = ""
    """The account that gets it; empty: the first."""


class Loras:
    """Works with the accounts of new runs. Thread-safe."""

    def __init__(self, first: LoraPlace, *others: LoraPlace) -> None:
        self._places = (first, *others)
        self._lock = threading.Lock()
        self._uploads: dict[str, LoraUpload] = {}
        self._at_once = threading.Semaphore(AT_ONCE)

    def list_own(self) -> list[Lora]:
        """Those that the service has, newest first. Raises StorageFault."""
        found = [
            replace(lora, account=place.name)
            for place in self._places
            for lora in place.repository.list_all()
        ]
        return sorted(found, key=lambda lora: lora.at, reverse=True) if len(self._places) > 1 else found

    def list_uploads(self) -> list[LoraUpload]:
        """Uploads that are in progress or failed, in the order of their start."""
        with self._lock:
            return list(self._uploads.values())

    def files(self) -> list[Path]:
        """The files that are being uploaded or may be tried again."""
        return [upload.path for upload in self.list_uploads()]

    def upload(self, path: Path, name: str, account: str = "") -> LoraUpload:
        """Start to upload a file to an account (empty: the first); it is deleted once it is there. Raises
        InputRefused (with one of a fixed set of words for what is wrong with the file), MoveRefused (too many
        at once) and NotFound (no such account)."""
        self._place(account)
        problem = file_fault(path, name)
        if problem:
            path.unlink(missing_ok=True)
            raise InputRefused(problem)
        bare = name[: -len(SUFFIX)].strip()[:LONGEST_NAME] or "lora"
        with self._lock:
            same = next((known for known in self._uploads.values() if known.path == path), None)
            if same is None:
                if len(self._uploads) >= MOST:
                    raise MoveRefused(
                        "Too many LoRAs are on their way. Wait until one is there.", "many-loras"
                    )
                same = LoraUpload(path, bare, path.stat().st_size, account=account)
                self._uploads[same.id] = same
            elif not same.problem:
                return same
        self._begin(same)
        return same

    def retry(self, upload_id: str) -> None:
        """Try a failed upload again. Raises NotFound."""
        upload = self._find(upload_id)
        if upload.problem:
            self._begin(upload)

    def cancel(self, upload_id: str) -> None:
        """Cancel an upload, or remove a failed one. Raises NotFound."""
        upload = self._find(upload_id)
        upload.stopped = True
        if upload.problem:
            self._away(upload)

    def remove(self, file: str, account: str = "") -> None:
        """Remove one from the list; the service keeps it. Raises NotFound (no such account), StorageFault."""
        self._place(account).repository.remove(file)

    def search_public(self, kind: str, words: str) -> ResourcePage:
        """Public models of a kind: UNET, CHECKPOINT, LORA or GGUF. Raises Refused, Unreachable."""
        return resources(self._places[0].client, kind, words.strip(), size=PAGE)

    def _place(self, account: str) -> LoraPlace:
        for place in self._places:
            if not account or place.name == account:
                return place
        raise NotFound("There is no account of this name.")

    def _find(self, upload_id: str) -> LoraUpload:
        with self._lock:
            found = self._uploads.get(upload_id)
        if found is None:
            raise NotFound("This upload is over.")
        return found

    def _away(self, upload: LoraUpload) -> None:
        upload.path.unlink(missing_ok=True)
        with self._lock:
            self._uploads.pop(upload.id, None)

    def _begin(self, upload: LoraUpload) -> None:
        upload.problem, upload.diagnosis, upload.done = "", None, 0
        threading.Thread(target=self._run, args=(upload,), name=f"lora-{upload.id}", daemon=True).start()

    def _run(self, upload: LoraUpload) -> None:
        word = "odd"
        try:
            place = self._place(upload.account)
            with self._at_once:
                file = lora_upload.upload(
                    place.client, upload.path, upload.name, lambda *told: _heed(upload, *told)
                )
                place.repository.save(file, upload.name, upload.size)
            word = ""
        except _Stopped:
            word = ""
        except StudioError as fault:
            log.warning("a LoRA was not uploaded: %s", fault)
            word = next((said for kind, said in _WORDS if isinstance(fault, kind)), "odd")
            upload.diagnosis = diagnose(fault)
        finally:
            upload.problem = word
            if not word or upload.stopped:
                self._away(upload)


def _heed(upload: LoraUpload, done: int, _total: int) -> None:
    if upload.stopped:
        raise _Stopped
    upload.done = done


def file_fault(path: Path, name: str) -> str:
    """Why a chosen file can't be uploaded, as one of a fixed set of words; empty when it can."""
    if not name.lower().endswith(SUFFIX):
        return "suffix"
    try:
        if path.stat().st_size > LARGEST:
            return "large"
        return weights_fault(path)
    except OSError:
        return "unreadable"
