"""What is sent for a chosen file in a field: the file itself, or an upright copy in a format that the field
takes.

The copy is made when the file is chosen, so that the person sees what is sent. It is made again for a body
that came without it (the API, an older run).
"""

from __future__ import annotations

import errno
import logging
import threading
import uuid
from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from rh_ui.catalog.schema import Endpoint, Field
from rh_ui.catalog.validation import changed_media
from rh_ui.domain import INPUT_PREFIX, FieldKind, OutputKind, Params
from rh_ui.errors import InputRefused, NotFound, Problem, StorageFault
from rh_ui.media import convert
from rh_ui.media.convert import Loss, NoCopy, TooLarge
from rh_ui.media.decode import UNREADABLE
from rh_ui.storage.library import KeptInput, Library

log: Final = logging.getLogger(__name__)
MEGABYTE: Final = 1024 * 1024
REMEMBERED: Final = 256
LOSSLESS_SOUNDS: Final = frozenset({"wav", "flac"})


COPIERS: Final = {
    OutputKind.IMAGE: convert.copy_picture,
    OutputKind.AUDIO: convert.copy_sound,
    OutputKind.VIDEO: convert.copy_film,
}


@dataclass(frozen=True, slots=True)
class ConvertedInput:
    """What is sent for one chosen file."""

    chosen: KeptInput
    sent: KeptInput
    """The chosen file itself where the field takes it as it is."""
    losses: tuple[Loss, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Why no copy could be made; `sent` is then the chosen file."""

    @property
    def only_rotated(self) -> bool:
        """Whether the copy differs only in the rotation of the picture."""
        return self.sent.ref != self.chosen.ref and self.sent.extension == self.chosen.extension


class InputConverter:
    """Makes the copies, one at a time: rotating a large picture takes half a gigabyte of memory."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._made: OrderedDict[tuple[str, tuple[str, ...], int | None], tuple[str, tuple[Loss, ...]]] = (
            OrderedDict()
        )

    def convert(self, field: Field, ref: str) -> ConvertedInput:
        """Raises NotFound when the chosen file is gone, StorageFault."""
        chosen = self._library.input_info(ref)
        targets = _targets(field, chosen)
        if not targets:
            return ConvertedInput(chosen, chosen)
        most = int(field.max_mb * MEGABYTE) if field.max_mb is not None else None
        with self._lock:
            known = self._known(chosen, (ref, targets, most))
            if known is not None:
                return known
            try:
                sent, losses = self._copy(chosen, targets, most)
            except NoCopy:
                return ConvertedInput(chosen, chosen)
            except TooLarge as fault:
                return ConvertedInput(chosen, chosen, problems=(_too_large(field, chosen, *fault.args),))
            except InputRefused:
                return ConvertedInput(chosen, chosen, problems=(Problem(field.key, "file_unreadable"),))
            self._made[ref, targets, most] = (sent.ref, losses)
            if len(self._made) > REMEMBERED:
                self._made.popitem(last=False)
        return ConvertedInput(chosen, sent, losses)

    def body(self, endpoint: Endpoint, params: Params) -> tuple[Params, tuple[Problem, ...]]:
        """The body with the files that are sent in place of the chosen ones, and the problems."""
        problems: list[Problem] = []

        def converted(field: Field, value: str) -> str:
            if not value.startswith(INPUT_PREFIX):
                return value
            try:
                found = self.convert(field, value)
            except NotFound:
                return value  # reported by input_problems()
            problems.extend(found.problems)
            return found.sent.ref

        body = changed_media(endpoint, params, converted)
        return body, tuple(problems)

    def _known(
        self, chosen: KeptInput, key: tuple[str, tuple[str, ...], int | None]
    ) -> ConvertedInput | None:
        if key not in self._made:
            return None
        ref, losses = self._made[key]
        try:
            sent = self._library.input_info(ref)
        except NotFound:
            return None
        return ConvertedInput(chosen, replace(sent, name=_renamed(chosen, sent.extension)), losses)

    def _copy(
        self, chosen: KeptInput, targets: tuple[str, ...], most: int | None
    ) -> tuple[KeptInput, tuple[Loss, ...]]:
        target = self._library.staging(f"fit-{uuid.uuid4().hex}", 0)
        try:
            with self._library.as_local(f"inputs/{chosen.ref.removeprefix(INPUT_PREFIX)}") as source:
                made = _made(chosen, source, target, targets, most)
            return self._library.keep_input(target, _renamed(chosen, made.extension)), made.losses
        finally:
            target.unlink(missing_ok=True)


def _made(
    chosen: KeptInput, source: Path, target: Path, targets: tuple[str, ...], most: int | None
) -> convert.Copy:
    """Raises TooLarge, NoCopy, InputRefused, StorageFault."""
    try:
        return COPIERS[chosen.kind](source, target, targets, most)
    except UNREADABLE as fault:
        if isinstance(fault, OSError) and fault.errno == errno.ENOSPC:
            raise StorageFault("The file can't be kept: the disk is full.") from None
        log.info("no copy of %s: %s", chosen.ref, fault)
        raise InputRefused("The file can't be read.") from None


def _targets(field: Field, chosen: KeptInput) -> tuple[str, ...]:
    """The formats that a copy may have; empty where the file is sent as it is, or where no copy helps."""
    takes = field.accepts(chosen.extension)
    if field.file_kind is FieldKind.IMAGE and chosen.kind is OutputKind.IMAGE:
        if (takes and chosen.orientation == 1) or chosen.extension not in convert.READ_PICTURES:
            return ()
        if takes and chosen.extension in convert.PICTURES:
            return (chosen.extension,)
        return tuple(extension for extension in convert.PICTURES if field.accepts(extension))
    if field.file_kind is FieldKind.AUDIO and chosen.kind is OutputKind.AUDIO:
        if takes or chosen.extension not in convert.READ_SOUNDS:
            return ()
        wanted = reversed(convert.SOUNDS) if chosen.extension in LOSSLESS_SOUNDS else convert.SOUNDS
        return tuple(extension for extension in wanted if field.accepts(extension))
    if field.file_kind is FieldKind.VIDEO and chosen.kind is OutputKind.VIDEO:
        if takes or chosen.extension not in convert.READ_FILMS:
            return ()
        return tuple(extension for extension in convert.FILMS if field.accepts(extension))
    return ()


def _renamed(chosen: KeptInput, extension: str) -> str:
    stem, dot, _ = chosen.name.rpartition(".")
    return f"{stem if dot else chosen.name}.{extension}"


def _too_large(field: Field, chosen: KeptInput, there: float, most: float) -> Problem:
    if chosen.kind is OutputKind.AUDIO:
        minutes = {"value": round(there / 60), "limit": round(most / 60)}
        return Problem(field.key, "sound_too_long_to_copy", {**minutes})
    pixels = {"value": round(there / 1e6), "limit": round(most / 1e6)}
    return Problem(field.key, "picture_too_big_to_copy", {**pixels})
