"""Small edits of a large file: planned by the formats, applied here in constant memory."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

log: Final = logging.getLogger(__name__)
_BLOCK: Final = 1024 * 1024
MADE_BY_AI: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
"""IPTC's word for what a trained model made; platforms read it from the field for the source of a file."""


@dataclass(frozen=True, slots=True)
class Edit:
    """At this offset of the original, `put` replaces `removed` bytes."""

    at: int
    put: bytes
    removed: int = 0


Edits: TypeAlias = tuple[Edit, ...]
"""In order of their offsets, without overlap."""
Planner: TypeAlias = Callable[[BinaryIO, int, str], Edits | None]
"""Gets the file, its size and the note: one line of JSON without `&`, `<` and `>`. May raise ValueError and
OSError for a file that is not valid."""


def embed(path: Path, planner: Planner, note: str, is_sound: Callable[[Path], bool]) -> bool:
    """Put a note into a file. False: there is no place for it, and the file is unchanged. Raises OSError if
    the file may have been changed.

    An append is done in place; otherwise a new file is written beside the old one and replaces it when it is
    complete. `is_sound` checks the result; if it returns False everything is undone.
    """
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            edits = planner(file, size, note)
    except (ValueError, IndexError, RecursionError):
        return False
    if edits is None:
        return False
    if all(edit.at == size or len(edit.put) == edit.removed for edit in edits):
        return _grow(path, edits, size, is_sound)
    return _rewrite(path, edits, is_sound)


def read_at(file: BinaryIO, place: int, count: int) -> bytes:
    """Exactly so many bytes. Raises ValueError if the file ends before."""
    file.seek(place)
    data = file.read(count)
    if len(data) != count:
        raise ValueError("the file ends early")
    return data


def xmp_packet(note: str = "") -> bytes:
    """That the file was made by a model, and the note, as a read-only XMP packet (ISO 16684-1), which picture
    and film programs look for."""
    own = f'<rh:settings xmlns:rh="urn:runninghub-ui:settings">{note}</rh:settings>' if note else ""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
        f' Iptc4xmpExt:DigitalSourceType="{MADE_BY_AI}">'
        f'{own}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def _grow(path: Path, edits: Edits, size: int, is_sound: Callable[[Path], bool]) -> bool:
    with path.open("rb") as file:
        before = [Edit(edit.at, read_at(file, edit.at, edit.removed)) for edit in edits]
    try:
        _write(path, edits)
        if is_sound(path):
            return True
    except OSError as fault:
        log.warning("no note was put into a result: %s", fault)
    _write(path, before, size)
    return False


def _write(path: Path, edits: Iterable[Edit], size: int | None = None) -> None:
    """Write over existing bytes; `size` truncates the file first."""
    with path.open("r+b") as file:
        if size is not None:
            file.truncate(size)
        for edit in edits:
            file.seek(edit.at)
            file.write(edit.put)
        file.flush()
        os.fsync(file.fileno())


def _rewrite(path: Path, edits: Edits, is_sound: Callable[[Path], bool]) -> bool:
    fresh = path.with_name(f"{path.name}.noted")
    try:
        with path.open("rb") as source, fresh.open("wb") as out:
            for edit in edits:
                _copy(source, out, edit.at - source.tell())
                out.write(edit.put)
                source.seek(edit.removed, os.SEEK_CUR)
            shutil.copyfileobj(source, out, _BLOCK)
            out.flush()
            os.fsync(out.fileno())
        if is_sound(fresh):
            fresh.replace(path)
            return True
    except OSError as fault:
        log.warning("no note was put into a result: %s", fault)
    finally:
        fresh.unlink(missing_ok=True)
    return False


def _copy(source: BinaryIO, out: BinaryIO, count: int) -> None:
    while count > 0:
        block = source.read(min(count, _BLOCK))
        if not block:
            raise ValueError("the file ends early")
        out.write(block)
        count -= len(block)
