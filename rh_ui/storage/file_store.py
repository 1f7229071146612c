"""Stores bytes in a local folder, or in an object store with an fsspec URL. Never overwrites a result.

`library` knows what the files mean (inputs, results, texts).
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Final, cast

import fsspec
from fsspec.implementations.local import LocalFileSystem

from rh_ui.errors import NotFound, StorageFault
from rh_ui.storage.file_names import PLAIN, checked_key, file_name

_BLOCK: Final = 1024 * 1024
_REMOTE_BLOCK: Final = 4 * _BLOCK
"""Read-ahead in bytes: little for a seek in a film, enough for a stream."""
_PART: Final = ".part"
_S3: Final[dict[str, Any]] = {
    "use_listings_cache": False,  # no cache: files of another program are seen at once
    "skip_instance_cache": True,
    "config_kwargs": {
        "connect_timeout": 5,
        "read_timeout": 30,
        "retries": {"mode": "standard", "total_max_attempts": 2},
    },
}
"""Timeouts: a store that does not answer must not block a thread for minutes. Its client finds the
credentials in the usual places (AWS_ACCESS_KEY_ID …)."""
_S3_SENDING: Final[dict[str, Any]] = {"chunksize": 8 * _BLOCK, "max_concurrency": 2}
"""Bytes of a part of an upload, which is held in memory; the client's default is 500 MB."""
MARK: Final = ".runninghub-ui"
"""A marker file in the root. A mount point whose drive is missing is empty and has none."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    key: str
    size: int
    """Bytes."""
    modified: datetime


class FileStore:
    """Files by key under one root. Thread-safe.

    Keys are paths below the root, as in the database. If a store can't be reached, reads raise StorageFault
    and writes raise OSError, as they do for a disk.
    """

    def __init__(self, root_url: str | Path, *, passing: Path) -> None:
        """`passing`: a local folder for temporary copies of stored files; made when needed. Raises
        StorageFault for a URL that no installed library reads."""
        if "://" in str(root_url):
            self._fs, self._root, self._faults = _connected(str(root_url))
        else:
            self._fs, self._root, self._faults = LocalFileSystem(), Path(root_url).absolute().as_posix(), ()
        self.folder: Final = Path(self._root) if isinstance(self._fs, LocalFileSystem) else None
        """The root on this machine; None for an object store."""
        self._passing = passing
        self._sending = _S3_SENDING if "s3" in self._fs.protocol else {}
        self._settled = False
        self._settling = threading.Lock()

    def settle(self) -> None:
        """Make the root and its marker file, which proves that it takes files. From now on a folder without
        the marker counts as gone and is not made again: it may belong to another disk."""
        if self.folder is None:
            with self._reached():
                self._fs.pipe_file(f"{self._root}/{MARK}", b"")
        else:
            self.folder.mkdir(parents=True, exist_ok=True)
            _write_whole(b"", self.folder / MARK)
        self._settled = True

    def check(self) -> None:
        """Raises OSError if files can't be written now."""
        self._ready()
        self.settle()

    def place(
        self, staged: Path, folder: str, stem: str, digest: str, extension: str, *, keep: bool = False
    ) -> str:
        """Move a local file (`keep`: copy it) to the first free name in `folder` and return its key. If such
        a name can't be written, the file gets a plain one.

        Uses exclusive creation, so threads and other programs can't collide. Raises StorageFault too.
        """
        self._ready()
        try:
            return self._place(staged, folder, stem, digest, extension, keep=keep)
        except (OSError, UnicodeEncodeError) as error:
            if not _is_of_the_name(error):
                raise
            return self._place(staged, folder, PLAIN, digest, extension, keep=keep)

    def _place(self, staged: Path, folder: str, stem: str, digest: str, extension: str, *, keep: bool) -> str:
        # A few numbers in order, then random ones: the thousandth file of one name must not try 999 names.
        for number in (*range(4), *(secrets.randbelow(10**9) for _ in range(20))):
            key = f"{folder}/{file_name(stem, digest[:8], extension, number)}"
            try:
                if self.folder is not None:
                    _bring_exclusively(staged, Path(self._path(key)))
                else:
                    self._send_exclusively(staged, key)
            except FileExistsError:
                continue
            if not keep:
                discard(staged)
            return key
        raise StorageFault("The folder for results holds too many files of one name.")

    def put(self, source: Path, key: str) -> None:
        """Copy a local file to this key; no reader sees an incomplete file."""
        self._ready()
        if self.folder is None:
            with self._reached():
                self._fs.put_file(str(source), self._path(key), **self._sending)
            return
        with source.open("rb") as file:
            _write_whole(file, Path(self._path(key)))

    def write(self, data: bytes, key: str) -> None:
        """Write these bytes to this key; no reader sees an incomplete file."""
        self._ready()
        if self.folder is None:
            with self._reached():
                self._fs.pipe_file(self._path(key), data)
            return
        _write_whole(data, Path(self._path(key)))

    def open(self, key: str) -> BinaryIO:
        """A file for reading, with seek. Raises NotFound, StorageFault."""
        options: dict[str, Any] = {"block_size": _REMOTE_BLOCK} if self.folder is None else {}
        with self._found():
            return cast(BinaryIO, self._fs.open(self._path(key), "rb", **options))

    def exists(self, key: str) -> bool:
        """Whether the file exists. Raises StorageFault, and NotFound for an invalid key."""
        path = self._path(key)
        try:
            with self._found():
                # Not isfile(): that returns False, too, if the store does not answer.
                return bool(self._fs.info(path)["type"] == "file")
        except NotFound:
            return False

    def size(self, key: str) -> int:
        """Bytes of a file. Raises NotFound, StorageFault."""
        with self._found():
            return int(self._fs.size(self._path(key)))

    def remove(self, key: str) -> None:
        """Remove a file; a missing one is no error."""
        path = self._path(key)
        try:
            with self._reached():
                self._fs.rm_file(path)
        except FileNotFoundError:
            return

    def files(self, folder: str) -> Iterator[StoredObject]:
        """Every file below a folder, unordered; none if there is no such folder. Raises StorageFault."""
        path = self._path(folder)
        if self.folder is not None:
            yield from files_in(Path(path), self.folder)
            return
        with self._found():
            found = self._fs.find(path, detail=True)
        for name, info in found.items():
            yield StoredObject(name.removeprefix(f"{self._root}/"), int(info["size"] or 0), _moment(info))

    def modified(self, key: str) -> datetime:
        """When a file was written. Raises NotFound, StorageFault."""
        with self._found():
            return _moment(self._fs.info(self._path(key)))

    def free(self) -> int | None:
        """Free bytes; None if unknown (an object store)."""
        return None if self.folder is None else free_bytes(self.folder)

    def local_path(self, key: str) -> Path | None:
        """The path on this machine; None for an object store or a missing file."""
        if self.folder is None:
            return None
        path = Path(self._path(key))
        return path if path.is_file() else None

    @contextmanager
    def as_local(self, key: str) -> Iterator[Path]:
        """The file itself, or a copy of it for as long as the block runs. Raises NotFound, StorageFault, and
        OSError where there is no room for the copy."""
        path = self.local_path(key)
        if path is not None:
            yield path
            return
        self._passing.mkdir(parents=True, exist_ok=True)
        copy = self._passing / f"copy-{uuid.uuid4().hex}{PurePosixPath(key).suffix}"
        try:
            with self.open(key) as source, copy.open("wb") as out:
                shutil.copyfileobj(source, out, _BLOCK)
            yield copy
        finally:
            discard(copy)

    def _ready(self) -> None:
        if self.folder is None or (self.folder / MARK).is_file():
            return
        with self._settling:
            if not self._settled:
                self.settle()
            elif not (self.folder / MARK).is_file():
                raise FileNotFoundError(errno.ENOENT, "the folder is gone", str(self.folder))

    def _path(self, key: str) -> str:
        try:
            return f"{self._root}/{checked_key(key)}"
        except ValueError:
            raise NotFound("There is no such file.") from None

    def _send_exclusively(self, staged: Path, key: str) -> None:
        """Checks for the file before sending: not every store supports the conditional write that follows."""
        path = self._path(key)
        with self._reached():
            if self._fs.exists(path):
                raise FileExistsError(errno.EEXIST, "exists", path)
            try:
                self._fs.put_file(str(staged), path, mode="create", **self._sending)
            except FileExistsError:
                raise
            except OSError as error:
                if error.errno != errno.ENOSYS:
                    raise
                self._fs.put_file(str(staged), path, **self._sending)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """Raises OSError for an unreachable store, as for an unreachable disk."""
        try:
            yield
        except self._faults as error:
            raise OSError(errno.EHOSTUNREACH, "the storage can't be reached") from error

    @contextmanager
    def _found(self) -> Iterator[None]:
        try:
            with self._reached():
                yield
        except OSError as error:
            if self.folder is None and not isinstance(error, FileNotFoundError):
                raise StorageFault("The storage can't be reached.") from error
            raise NotFound("The file is no longer here.") from None
        except UnicodeEncodeError:
            raise NotFound("The name of the file can't be written in this system's language.") from None


def _is_of_the_name(error: OSError | UnicodeEncodeError) -> bool:
    """Whether the error is about the name: the file system or locale does not accept its characters or its
    length."""
    numbers = (errno.EILSEQ, errno.EINVAL, errno.ENAMETOOLONG)
    return isinstance(error, UnicodeEncodeError) or error.errno in numbers


def files_in(folder: Path, root: Path) -> Iterator[StoredObject]:
    """Every file below a local folder, by its path from `root`; none if there is no such folder."""
    for place, _folders, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            try:
                seen = path.stat()
            except OSError:
                continue
            moment = datetime.fromtimestamp(seen.st_mtime, UTC)
            yield StoredObject(path.relative_to(root).as_posix(), seen.st_size, moment)


def free_bytes(folder: Path) -> int:
    """Free bytes on the disk of a folder, which need not exist yet. Raises OSError."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return shutil.disk_usage(there).free


def _moment(info: Mapping[str, Any]) -> datetime:
    """When a file was written, from the fields of any fsspec file system; now, if none is set."""
    told = info.get("LastModified") or info.get("mtime") or info.get("created") or datetime.now(UTC)
    return told if isinstance(told, datetime) else datetime.fromtimestamp(float(told), UTC)


def discard(path: Path) -> None:
    """Remove a local file if possible."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return


def _connected(url: str) -> tuple[fsspec.AbstractFileSystem, str, tuple[type[Exception], ...]]:
    """The fsspec file system for a URL, the root in it, and the exceptions it raises besides OSError. Raises
    StorageFault."""
    options = _S3 if url.startswith(("s3://", "s3a://")) else {}
    try:
        fs, root = fsspec.core.url_to_fs(url, **options)
    except ImportError:
        scheme = url.partition("://")[0]
        package = f"s3fs=={fsspec.__version__}" if options else f"fsspec's package for {scheme}"
        raise StorageFault(
            f"Files at {scheme}://… need a package that is missing: install {package}."
        ) from None
    except ValueError:
        raise StorageFault(
            "No way is known to an address of this kind; it looks like s3://bucket/folder."
        ) from None
    if not options:
        return fs, root, ()
    fs.retries = 2
    # By name: they belong to s3fs, which is optional.
    return (
        fs,
        root,
        (import_module("botocore.exceptions").BotoCoreError, import_module("aiohttp").ClientError),
    )


def _write_whole(source: BinaryIO | bytes, path: Path) -> None:
    """Write to a temporary name, then rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{uuid.uuid4().hex}{_PART}")
    try:
        with part.open("wb") as out:
            if isinstance(source, bytes):
                out.write(source)
            else:
                shutil.copyfileobj(source, out, _BLOCK)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    finally:
        discard(part)


def _bring_exclusively(source: Path, target: Path) -> None:
    """Copy or link a file to a new name; raises FileExistsError if the name is taken."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        # No hard links here, or another disk: create the name first, then write the bytes.
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        part = target.with_name(f".{uuid.uuid4().hex}{_PART}")
        try:
            shutil.copyfile(source, part)
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            part.replace(target)
        except OSError:
            discard(part)
            discard(target)
            raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Sync a folder, so that a new name survives a power cut; not every system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)
