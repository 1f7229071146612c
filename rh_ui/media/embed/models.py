"""GLB: `extras` of the asset, in the JSON chunk at the beginning. The mesh after it does not change."""

from __future__ import annotations

import json
import re
from typing import Any, BinaryIO, Final

from rh_ui.media.embed.edits import Edit, Edits, read_at

KEY: Final = "runninghub-ui"
_LARGEST: Final = 16 * 1024 * 1024
"""The largest JSON chunk that is read, in bytes."""
_ASSET: Final = re.compile(r'"asset"\s*:\s*\{')
_EXTRAS: Final = re.compile(r'"extras"\s*:\s*\{')


def edits_for_glb(file: BinaryIO, size: int, note: str) -> Edits | None:
    """Inserts text into the JSON text, so that no number in it is reformatted; checked by parsing the
    result."""
    head = read_at(file, 0, 20)
    length = int.from_bytes(head[12:16], "little")
    told = (head[:4], int.from_bytes(head[4:8], "little"), int.from_bytes(head[8:12], "little"), head[16:])
    if told != (b"glTF", 2, size, b"JSON") or length > _LARGEST:
        return None
    text = read_at(file, 20, length).decode()
    wanted = json.loads(text)
    extras = wanted["asset"].setdefault("extras", {})
    if not isinstance(extras, dict):
        return None
    extras[KEY] = json.loads(note)
    changed = _changed(text, note, wanted)
    if changed is None:
        return None
    content = changed.encode()
    content += b" " * (-len(content) % 4)
    total = size + len(content) - length
    return (
        Edit(8, total.to_bytes(4, "little") + len(content).to_bytes(4, "little"), 8),
        Edit(20, content, length),
    )


def _changed(text: str, note: str, wanted: Any) -> str | None:
    """The first insertion after which the JSON has the wanted value."""
    trimmed = text.rstrip(" \x00")
    for asset in _ASSET.finditer(trimmed):
        own = f'"{KEY}":{note}'
        places = [(asset.end(), f'"extras":{{{own}}},')]
        places += [
            (found.end(), own + ending)
            for found in _EXTRAS.finditer(trimmed, asset.end(), asset.end() + 10_000)
            for ending in (",", "")
        ]
        for place, more in places:
            tried = trimmed[:place] + more + trimmed[place:]
            if _means(tried, wanted):
                return tried
    return None


def _means(text: str, wanted: Any) -> bool:
    try:
        # Pairs, not a dict: a duplicate key must not hide a difference.
        return bool(json.loads(text) == wanted) and text.count(f'"{KEY}":') == 1
    except ValueError:
        return False
