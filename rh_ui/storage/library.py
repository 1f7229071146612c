"""The files of all runs: content-addressed inputs, dated outputs, texts. `fallback` stores their bytes.

`file_types` and `probe` detect what they are. `web` and `ui` decide who may see a file.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final, TypeAlias

from rh_ui.domain import INPUT_PREFIX, OutputKind
from rh_ui.errors import InputRefused, NoRoom, NotFound, StorageFault
from rh_ui.file_types import Claims, FileType, tell
from rh_ui.file_types.table import M4A, TXT
from rh_ui.media.decompression import PLAIN
from rh_ui.media.probe import Probe, probe
from rh_ui.media.provenance import Provenance, beside, note_in
from rh_ui.storage.fallback import PrimaryWithFallback, plain_key, storage_faults, thumb_key, why
from rh_ui.storage.file_names import beside_key, own_name
from rh_ui.storage.file_store import discard

log: Final = logging.getLogger(__name__)
LONGEST_NAME: Final = 200
NOTHING_SAID: Final = Claims()
_FRESH: Final = timedelta(days=1)
_REF: Final = re.compile(re.escape(INPUT_PREFIX) + r"([0-9a-f]{64}\.[a-z0-9]{1,8})")


@dataclass(frozen=True, slots=True)
class KeptInput:
    """Our own copy of a chosen file."""

    ref: str
    """`input:<sha256>.<ext>`, the value of a media field."""
    sha256: str
    name: str
    """The name of the person's file when it was first kept."""
    mime: str
    extension: str
    kind: OutputKind
    size: int
    """Bytes."""
    width: int | None
    height: int | None
    seconds: float | None
    orientation: int = 1
    """EXIF orientation, 1 to 8: above 1 the picture is shown turned or mirrored."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored result."""

    key: str
    name: str
    mime: str
    extension: str
    kind: OutputKind
    size: int
    """Bytes."""
    sha256: str
    width: int | None
    height: int | None
    seconds: float | None


Draw: TypeAlias = Callable[[Path, OutputKind, Path], bool]
"""Draws a thumbnail of a file of this kind into another file; False if there can be none."""
Unpack: TypeAlias = Callable[[Path, Path], bool]
"""Converts a file into another one; False if that can't be done."""


class Library(PrimaryWithFallback):
    """The files of all runs. Thread-safe.

    Keys, as in the database: `inputs/…`, `outputs/…`, `thumbs/…` and `spare/outputs/…`.
    """

    def __init__(
        self,
        root_url: str | Path,
        *,
        staging_root: Path | None = None,
        spare_root: Path | None = None,
        embed: bool = True,
        reserve: int = 0,
    ) -> None:
        """`embed`: whether results carry their origin inside; `reserve`: bytes that inputs leave free for
        results; the others as in PrimaryWithFallback. Raises StorageFault."""
        super().__init__(root_url, staging_root=staging_root, spare_root=spare_root)
        self._embed = embed
        self._reserve = reserve

    def keep_input(self, path: Path, name: str) -> KeptInput:
        """Copy a chosen file, once per content; the original stays untouched.

        Raises InputRefused (empty, unreadable), NoRoom, StorageFault.
        """
        try:
            size = path.stat().st_size
            sniffed = tell(path, Claims(name=name))
            digest = _sha256(path)
        except OSError as error:
            raise InputRefused(f"The file can't be read: {why(error)}.") from None
        if size == 0:
            raise InputRefused("The file is empty. Choose another one.")
        measured = probe(path, sniffed)
        sniffed = _heard(sniffed, measured)
        shown = _last_part(name) or f"file.{sniffed.extension}"
        kept = KeptInput(
            f"{INPUT_PREFIX}{digest}.{sniffed.extension}", digest, shown,
            sniffed.mime, sniffed.extension, sniffed.kind, size,
            measured.width, measured.height, measured.seconds, measured.orientation,
        )  # fmt: skip
        key = f"inputs/{digest}.{sniffed.extension}"
        with storage_faults():
            if not self._is_kept(kept.ref):
                self._need_room(size)
                self.put(path, key)
                note = json.dumps(asdict(kept), ensure_ascii=True).encode()
                self.write(note, f"{key}.meta.json")
            elif self.modified(key) < datetime.now(UTC) - _FRESH:
                self.put(path, key)  # chosen again: clean-up counts from today
        return replace(self.input_info(kept.ref), name=kept.name)

    def _is_kept(self, ref: str) -> bool:
        """Whether input and note exist. A note that can't be read is written again."""
        try:
            self.input_info(ref)
        except NotFound:
            return False
        return True

    def _need_room(self, size: int) -> None:
        free = self.free()
        if free is not None and free - size < self._reserve:
            raise NoRoom(
                "The disk of this page is nearly full, so the file was not kept. Nothing was charged. Make "
                "room on the disk, or choose a smaller file."
            )

    def input_info(self, ref: str) -> KeptInput:
        """What is known of a kept input. Raises NotFound if it is not ours or missing."""
        key = self._input_key(ref)
        try:
            with self.open(f"{key}.meta.json") as file:
                note = json.load(file)
            if not self.exists(key):
                raise FileNotFoundError(key)
            return KeptInput(**{**note, "kind": OutputKind(note["kind"])})
        except (OSError, NotFound, ValueError, TypeError, KeyError):
            raise NotFound("The input file is no longer here. Choose it again.") from None

    def inputs(self) -> list[str]:
        """The names of all kept inputs, as `<sha256>.<extension>`. Raises StorageFault."""
        keys = (file.key.removeprefix("inputs/") for file in self.files("inputs"))
        return [name for name in keys if _REF.fullmatch(f"{INPUT_PREFIX}{name}")]

    def open_input(self, ref: str) -> tuple[BinaryIO, KeptInput]:
        """Open a kept input for reading. Raises NotFound."""
        info = self.input_info(ref)
        return self.open(self._input_key(ref)), info

    def staging(self, task_id: str, position: int) -> Path:
        """The path to download a result to, on this machine; its folder is made. Raises StorageFault.

        The same path for every try of one result; downloads write `<path>.part` beside it first.
        """
        with storage_faults():
            self._staging.mkdir(parents=True, exist_ok=True)
        safe = re.sub("[^A-Za-z0-9_-]", "_", task_id)[:80]
        return self._staging / f"{safe}-{position}"

    def store_output(
        self,
        staged: Path,
        *,
        stem: str,
        created: datetime,
        origin: Provenance | None = None,
        claims: Claims = NOTHING_SAID,
    ) -> StoredFile:
        """Move a downloaded result to `outputs/YYYY/MM/DD/<stem>-<hash>.<extension of its content>`, or to
        the same path below `spare/` if the root does not take it.

        No file is ever replaced, and no name is used again for other content. Its origin is written into it,
        if the format allows it, and beside it. `claims`: its declared types. Raises StorageFault.
        """
        with storage_faults():
            sniffed = tell(staged, claims)
            measured = probe(staged, sniffed)
            sniffed = _heard(sniffed, measured)
            came = digest = _sha256(staged)
            if origin is not None and self._embed and note_in(staged, sniffed, measured, origin):
                digest = _sha256(staged)
            size = staged.stat().st_size
            key = self.place(staged, _day(created), stem, digest, sniffed.extension)
        name = own_name(key, stem, digest[:8], sniffed.extension)
        stored = StoredFile(
            key, name, sniffed.mime, sniffed.extension, sniffed.kind, size, digest,
            measured.width, measured.height, measured.seconds,
        )  # fmt: skip
        self._tell_beside(stored, origin, came)
        return stored

    def store_text(
        self, text: str, *, stem: str, created: datetime, origin: Provenance | None = None
    ) -> StoredFile:
        """Store a text result as a UTF-8 file, whatever type its content looks like. Raises StorageFault."""
        raw = text.encode("utf-8", "replace")
        digest = hashlib.sha256(raw).hexdigest()
        staged = self.staging(uuid.uuid4().hex, 0)
        with storage_faults():
            staged.write_bytes(raw)
            key = self.place(staged, _day(created), stem, digest, TXT.extension)
        name = own_name(key, stem, digest[:8], TXT.extension)
        stored = StoredFile(
            key, name, TXT.mime, TXT.extension, TXT.kind,
            len(raw), digest, None, None, None,
        )  # fmt: skip
        self._tell_beside(stored, origin, digest)
        return stored

    def _tell_beside(self, stored: StoredFile, origin: Provenance | None, came: str) -> None:
        """Write a result's origin to `<its name>.json`, never over an existing file.

        The result is stored already, so an error here is only logged. `came`: hash of the downloaded
        bytes."""
        if origin is None:
            return
        facts = {name: value for name, value in asdict(stored).items() if name not in ("key", "extension")}
        try:
            if not self.exists(beside_key(stored.key)):
                note = beside(origin, facts | {"fetched_sha256": came})
                self.write(note, beside_key(stored.key))
        except StorageFault as fault:
            log.warning("the settings of %s could not be written beside it: %s", stored.key, fault)

    def make_thumb(self, file_key: str, kind: OutputKind, draw: Draw) -> str:
        """Draw and store a thumbnail of an output and return its key; empty if there can be none.

        Raises NotFound and StorageFault; then a later try may succeed."""
        return self._derived(file_key, thumb_key(file_key), lambda path, into: draw(path, kind, into))

    def remove_output(self, file_key: str, sha256: str) -> None:
        """Remove a result with all that was made of it: the note beside it, the small picture, the plain
        copies. Raises StorageFault."""
        for key in (file_key, beside_key(file_key), thumb_key(file_key)):
            self.remove(key)
        for extension in PLAIN.values():
            self.remove(plain_key(sha256, extension))

    def plain_copy(self, sha256: str, extension: str) -> str:
        """The key of a compressed model's uncompressed copy of this type; empty if there is none. Raises
        StorageFault."""
        key = plain_key(sha256, extension)
        return key if self.exists(key) else ""

    def make_plain(self, file_key: str, sha256: str, extension: str, unpack: Unpack) -> str:
        """Make and store an uncompressed copy of a model; returns and raises like make_thumb."""
        return self._derived(file_key, plain_key(sha256, extension), unpack)

    def _derived(self, file_key: str, key: str, make: Unpack) -> str:
        staged = self.staging(f"made-{uuid.uuid4().hex}", 0)
        try:
            with storage_faults(), self.as_local(file_key) as path:
                if not make(path, staged):
                    return ""
            self.put(staged, key)
        finally:
            discard(staged)
        return key

    def _input_key(self, ref: str) -> str:
        match = _REF.fullmatch(ref)
        if match is None:
            raise NotFound("There is no such input file.")
        return f"inputs/{match[1]}"


class DiskReserve:
    """Disk space that must be free before a run is sent, for its result."""

    def __init__(self, library: Library, size: int) -> None:
        self._library = library
        self._size = size

    def has_space(self) -> bool:
        """Whether there is enough space; True if unknown."""
        free = self._library.free()
        return free is None or free >= self._size


def _day(moment: datetime) -> str:
    """The folder of a day, in the local time zone of this machine."""
    return f"outputs/{moment.astimezone():%Y/%m/%d}"


def _heard(sniffed: FileType, measured: Probe) -> FileType:
    """The audio type for a film container that holds only sound."""
    if sniffed.kind is not OutputKind.VIDEO or measured.has_video or not measured.has_audio:
        return sniffed
    if sniffed.extension in ("mp4", "mov"):
        return M4A
    return replace(sniffed, mime=sniffed.mime.replace("video/", "audio/"), kind=OutputKind.AUDIO)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _last_part(name: str) -> str:
    """The file's own name from the path that a browser sent, without unprintable characters."""
    last = name.replace("\\", "/").rpartition("/")[2].encode("utf-8", "replace").decode()
    shown = "".join(c for c in last if c.isprintable()).strip()
    ending = PurePosixPath(shown).suffix[:12]
    return shown if len(shown) <= LONGEST_NAME else shown[: LONGEST_NAME - len(ending)] + ending
