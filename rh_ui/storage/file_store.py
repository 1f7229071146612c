"""Where bytes lie: a local folder, or an object store behind an fsspec URL. Nothing is ever overwritten.

What the files mean (inputs, results, texts) is the library's business.
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
"""Bytes that one read from a store brings along: little for a jump in a film, enough for a stream."""
_PART: Final = ".part"
_S3: Final[dict[str, Any]] = {
    "use_listings_cache": False,  # what another program wrote is seen at once
    "skip_instance_cache": True,
    "config_kwargs": {
        "connect_timeout": 5,
        "read_timeout": 30,
        "retries": {"mode": "standard", "total_max_attempts": 2},
    },
}
"""A store that does not answer must not block a thread for minutes. Its client finds the
credentials in the usual places (AWS_ACCESS_KEY_ID …)."""
_S3_SENDING: Final[dict[str, Any]] = {"chunksize": 8 * _BLOCK, "max_concurrency": 2}
"""The part of a file that is in memory while it is sent; the client's default is 500 MB."""
MARK: Final = ".runninghub-ui"
"""A marker file in the root. An empty mount point, whose drive is missing, has none."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One file as it lies on the shelf."""

    key: str
    size: int
    """Bytes."""
    modified: datetime


class FileStore:
    """Files by key under one root. Threads may share it.

    Keys are paths below the root, as they stand in the database. What reads raises StorageFault when a store
    can't be reached, what writes raises OSError then, as it does for a disk.
    """

    def __init__(self, root_url: str | Path, *, passing: Path) -> None:
        """`passing`: a local folder for copies of what lies in a store; made when it is needed. Raises
        StorageFault for an address that nobody here can read."""
        if "://" in str(root_url):
            self._fs, self._root, self._faults = _connected(str(root_url))
        else:
            self._fs, self._root, self._faults = LocalFileSystem(), Path(root_url).absolute().as_posix(), ()
        self.folder: Final = Path(self._root) if isinstance(self._fs, LocalFileSystem) else None
        """The root on this machine; None for a store."""
        self._passing = passing
        self._sending = _S3_SENDING if "s3" in self._fs.protocol else {}
        self._settled = False
        self._settling = threading.Lock()

    def settle(self) -> None:
        """Make the root and mark it, which proves that it takes files. From now on a folder without the mark
        counts as gone, and is not made again by itself: it may be another disk's."""
        if self.folder is None:
            with self._reached():
                self._fs.pipe_file(f"{self._root}/{MARK}", b"")
        else:
            self.folder.mkdir(parents=True, exist_ok=True)
            _write_whole(b"", self.folder / MARK)
        self._settled = True

    def check(self) -> None:
        """Raises OSError when files can't be written now."""
        self._ready()
        self.settle()

    def place(
        self, staged: Path, folder: str, stem: str, digest: str, extension: str, *, keep: bool = False
    ) -> str:
        """Move a local file (`keep`: copy it) to the first free name in `folder` and give its key. Where such
        a name can't be written it gets a plain one.

        Exclusive creation decides, so threads and other programs can't collide. Raises StorageFault too.
        """
        self._ready()
        try:
            return self._place(staged, folder, stem, digest, extension, keep=keep)
        except (OSError, UnicodeEncodeError) as error:
            if not _is_of_the_name(error):
                raise
            return self._place(staged, folder, PLAIN, digest, extension, keep=keep)

    def _place(self, staged: Path, folder: str, stem: str, digest: str, extension: str, *, keep: bool) -> str:
        # Few numbers in turn, then any: the thousandth of one name must not try the 999 before it.
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
        """Copy a local file to this key; no reader sees half of it."""
        self._ready()
        if self.folder is None:
            with self._reached():
                self._fs.put_file(str(source), self._path(key), **self._sending)
            return
        with source.open("rb") as file:
            _write_whole(file, Path(self._path(key)))

    def write(self, data: bytes, key: str) -> None:
        """Put these bytes at this key; no reader sees half of them."""
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
        """Whether a key leads to a file. Raises StorageFault, and NotFound for what is no key."""
        path = self._path(key)
        try:
            with self._found():
                # Not isfile(): that says no, too, when nobody answers.
                return bool(self._fs.info(path)["type"] == "file")
        except NotFound:
            return False

    def size(self, key: str) -> int:
        """Bytes of a file. Raises NotFound, StorageFault."""
        with self._found():
            return int(self._fs.size(self._path(key)))

    def remove(self, key: str) -> None:
        """Take a file away; one that is not there is no fault."""
        path = self._path(key)
        try:
            with self._reached():
                self._fs.rm_file(path)
        except FileNotFoundError:
            return

    def files(self, folder: str) -> Iterator[StoredObject]:
        """Every file below a folder, in no order; none when there is no such folder. Raises StorageFault."""
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
        """Bytes that are free; None where nobody knows (a store)."""
        return None if self.folder is None else free_bytes(self.folder)

    def local_path(self, key: str) -> Path | None:
        """The file on this machine; None in a store or for a missing file."""
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
        """Looked for before it is sent: not every store knows the condition that decides afterwards."""
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
        """A store that is away is an OSError like a disk that is."""
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
    """Whether a disk or the system's language does not take a name: for its letters, or its length."""
    numbers = (errno.EILSEQ, errno.EINVAL, errno.ENAMETOOLONG)
    return isinstance(error, UnicodeEncodeError) or error.errno in numbers


def files_in(folder: Path, root: Path) -> Iterator[StoredObject]:
    """Every file below a local folder, by its path from `root`; none when there is no such folder."""
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
    """Bytes free on the disk that holds a folder, whether it is made already or not. Raises OSError."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return shutil.disk_usage(there).free


def _moment(info: Mapping[str, Any]) -> datetime:
    """When a file was written, as one kind of place or the other says it; now, where none does."""
    told = info.get("LastModified") or info.get("mtime") or info.get("created") or datetime.now(UTC)
    return told if isinstance(told, datetime) else datetime.fromtimestamp(float(told), UTC)


def discard(path: Path) -> None:
    """Remove a local file if that can be done."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return


def _connected(url: str) -> tuple[fsspec.AbstractFileSystem, str, tuple[type[Exception], ...]]:
    """Who speaks with a store, the root there, and what it raises besides OSError. Raises StorageFault."""
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
    # By name: they come with s3fs, which only those install who keep files in S3.
    return (
        fs,
        root,
        (import_module("botocore.exceptions").BotoCoreError, import_module("aiohttp").ClientError),
    )


def _write_whole(source: BinaryIO | bytes, path: Path) -> None:
    """Write under a passing name and move it into place."""
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
    """A file at a second place, under a name that nobody has; raises FileExistsError when someone does."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        # No hard links here, or another disk: take the name first, then bring the bytes.
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
    """Make a new name survive a power cut; not every system can."""
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
