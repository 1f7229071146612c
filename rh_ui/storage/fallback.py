"""Combines two stores: the configured root, and a fallback folder for results that the root can't take.

A result is paid for, so it must be kept somewhere. The page says so, and the file is moved to the root later.
"""

from __future__ import annotations

import errno
import logging
import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from rh_ui.errors import NoRoom, NotFound, StorageFault
from rh_ui.storage.file_names import beside_key
from rh_ui.storage.file_store import FileStore, StoredObject, discard, files_in, free_bytes

log: Final = logging.getLogger(__name__)
SPARE: Final = "spare/"
_PLACED: Final = re.compile(r"(.+)-([0-9a-f]{8})(?:-[0-9]+)?\.([a-z0-9]{1,8})")
"""The parts of a result's name."""


class PrimaryWithFallback:
    """Files by key under a root: a local folder or any fsspec URL (`s3://…`). Thread-safe.

    Keys of the fallback folder begin with `spare/`.
    """

    def __init__(
        self, root_url: str | Path, *, staging_root: Path | None = None, spare_root: Path | None = None
    ) -> None:
        """`spare_root`: the fallback folder, on this machine. Raises StorageFault."""
        local = "://" not in str(root_url)
        fallback = Path(root_url).absolute() if local else Path(tempfile.gettempdir(), "rh_ui")
        self._staging = staging_root or fallback / "staging"
        self._primary = FileStore(root_url, passing=self._staging)
        self._spare = FileStore(spare_root or self._staging.with_name("spare"), passing=self._staging)
        self._trouble = ""

    @property
    def trouble(self) -> str:
        """Why results go to the fallback folder now: `gone`, `refused`, `full` or `away`; empty if they
        don't."""
        return self._trouble

    def check_primary(self, *, anew: bool = False) -> str:
        """Test whether the root takes files and return the obstacle (see `trouble`). `anew`: accept a folder
        that is not the former one."""
        try:
            if anew:
                self._primary.settle()
            else:
                self._primary.check()
        except OSError as error:
            self._trouble = _word(error)
        else:
            self._trouble = ""
        return self._trouble

    def test_write(self) -> str:
        """Write a small file to the root, read it and remove it. Returns the obstacle (see `trouble`),
        `changed` if the content differed, or empty if it worked."""
        key, data = f"check-{secrets.token_hex(8)}.txt", secrets.token_bytes(64)
        try:
            self._primary.write(data, key)
            with self._primary.open(key) as file:
                back = file.read()
            self._primary.remove(key)
        except (NotFound, StorageFault):
            return "away"
        except OSError as error:
            return _word(error)
        return "" if back == data else "changed"

    def free(self) -> int | None:
        """Free bytes: the lower figure of the download folder and, if it is on this machine, the root. None
        if unknown."""
        try:
            known = [free_bytes(self._staging), None if self._trouble else self._primary.free()]
        except OSError:
            return None
        return min(free for free in known if free is not None)

    def files(self, folder: str) -> Iterator[StoredObject]:
        """Every file below a folder of the root, unordered. Raises StorageFault."""
        return self._primary.files(folder)

    def spare_files(self) -> Iterator[StoredObject]:
        """Every file of the fallback folder."""
        return self._spare.files("outputs")

    def modified(self, key: str) -> datetime:
        """When a file was written. Raises NotFound, StorageFault."""
        store, inner = self._where(key)
        return store.modified(inner)

    def staged(self) -> Iterator[StoredObject]:
        """Files that are downloaded in part or not stored yet; their keys are plain names."""
        return files_in(self._staging, self._staging)

    def unstage(self, name: str) -> None:
        """Remove one of these."""
        discard(self._staging / name)

    def spare_keys(self) -> list[str]:
        """Keys of results in the fallback folder of this machine."""
        return sorted(f"{SPARE}{one.key}" for one in self._spare.files("outputs"))

    def copy_to_primary(self, key: str) -> str:
        """Copy a result and the note beside it from the fallback folder to the root and return the new key;
        the old key stays valid. Raises NotFound, StorageFault."""
        store, inner = self._where(key)
        folder, _, name = inner.rpartition("/")
        named = _PLACED.fullmatch(name)
        if store is not self._spare or named is None:
            raise NotFound("There is no such file in the spare folder.")
        with storage_faults(), store.as_local(inner) as path:
            new_key = self._primary.place(path, folder, *named.groups(), keep=True)
            if store.exists(beside_key(inner)) and not self._primary.exists(beside_key(new_key)):
                with store.as_local(beside_key(inner)) as note:
                    self._primary.put(note, beside_key(new_key))
        return new_key

    def copy_thumb_to_primary(self, key: str, file_key: str) -> str:
        """The same for its thumbnail; empty if there is none in the fallback folder. Raises StorageFault."""
        if not key.startswith(SPARE):
            return key
        thumb = thumb_key(file_key)
        try:
            with self.as_local(key) as path:
                self.put(path, thumb)
        except NotFound:
            return ""
        return thumb

    def open(self, key: str) -> BinaryIO:
        """A file for reading, with seek. Raises NotFound, StorageFault."""
        store, inner = self._where(key)
        return store.open(inner)

    def exists(self, key: str) -> bool:
        """Whether the file exists. Raises StorageFault, and NotFound for an invalid key."""
        store, inner = self._where(key)
        return store.exists(inner)

    def is_here(self, key: str) -> bool:
        """Whether the file exists, can be read and is not empty. Raises StorageFault if a store can't be
        reached."""
        try:
            with self.open(key) as file:
                return file.read(1) != b""
        except (NotFound, OSError):
            return False

    def is_local(self, key: str) -> bool:
        """Whether this key belongs to a disk of this machine, so that checking the file is cheap."""
        return self._where(key)[0].folder is not None

    def size(self, key: str) -> int:
        """Bytes of a file. Raises NotFound, StorageFault."""
        store, inner = self._where(key)
        return store.size(inner)

    def local_path(self, key: str) -> Path | None:
        """The path on this machine; None for a file in an object store or a missing one."""
        store, inner = self._where(key)
        return store.local_path(inner)

    def as_local(self, key: str) -> AbstractContextManager[Path]:
        """The file on this machine, or a copy of it for as long as the block runs. Raises NotFound,
        StorageFault, and OSError where there is no room for the copy."""
        store, inner = self._where(key)
        return store.as_local(inner)

    def put(self, source: Path, key: str) -> None:
        """Copy a local file to this key, in place of what is there. Raises StorageFault."""
        store, inner = self._where(key)
        with storage_faults():
            store.put(source, inner)

    def write(self, data: bytes, key: str) -> None:
        """Put these bytes at this key, in place of what is there. Raises StorageFault."""
        store, inner = self._where(key)
        with storage_faults():
            store.write(data, inner)

    def remove(self, key: str) -> None:
        """Remove a file; a missing one is no error. Raises StorageFault."""
        store, inner = self._where(key)
        with storage_faults():
            store.remove(inner)

    def place(self, staged: Path, folder: str, stem: str, digest: str, extension: str) -> str:
        """Move a result to the first free name in `folder`, or in the fallback folder, and return its key.

        While the root is in trouble it is not tried; check_primary() ends that. Raises StorageFault, OSError.
        """
        if not self._trouble:
            try:
                return self._primary.place(staged, folder, stem, digest, extension)
            except OSError as error:
                self._trouble = _word(error)
                log.warning("results go to the spare folder: %s", why(error))
        return SPARE + self._spare.place(staged, folder, stem, digest, extension)

    def _where(self, key: str) -> tuple[FileStore, str]:
        if key.startswith(SPARE):
            return self._spare, key.removeprefix(SPARE)
        return self._primary, key


def thumb_key(file_key: str) -> str:
    """The key of a result's thumbnail: in the same store as the result."""
    spare = SPARE if file_key.startswith(SPARE) else ""
    return f"{spare}thumbs/{file_key.removeprefix(spare).removeprefix('outputs/')}.webp"


def plain_key(sha256: str, extension: str) -> str:
    """The key of the uncompressed copy of a model, by the model's content: beside the thumbnails, because it
    can be made again too."""
    return f"thumbs/plain/{sha256}.{extension}"


@contextmanager
def storage_faults() -> Iterator[None]:
    """An error of a disk or a store as one of our exceptions, with a sentence."""
    try:
        yield
    except OSError as error:
        kind = NoRoom if NoRoom.is_meant(error) else StorageFault
        raise kind(f"The file can't be kept: {why(error)}.") from None


def why(error: OSError) -> str:
    """The obstacle as a sentence."""
    match _word(error):
        case "full":
            return "the disk is full"
        case "refused":
            return "the folder does not allow it"
        case "gone":
            return "the folder is gone"
    return (error.strerror or "unknown reason").lower()


def _word(error: OSError) -> str:
    """The reason of an error as a code. S3's client names the kind of error but gives no errno."""
    if isinstance(error, PermissionError):
        return "refused"
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "gone"
    if NoRoom.is_meant(error):
        return "full"
    return "refused" if error.errno == errno.EROFS else "away"
