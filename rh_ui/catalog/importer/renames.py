"""Which endpoints that a registry no longer lists continue under another path; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

LIKE_PATH: Final = 60
"""Per cent of similarity that two paths with the same parameters need."""


@dataclass(frozen=True, slots=True)
class Trait:
    """What identifies an endpoint, except for its path."""

    path: str
    titles: frozenset[str]
    modality: str
    channel: str
    params: frozenset[tuple[str, str]]
    """Key and kind of each."""


def find_renames(gone: Iterable[Trait], new: Iterable[Trait]) -> dict[str, str]:
    """Old path → new path, each at most once, the most similar first.

    Two are the same when they have the same kind of result and either share a title and most parameters, or
    have the same parameters and similar paths. Paths with other version numbers are other models, unless the
    title is the same.
    """
    fresh = list(new)
    pairs = [
        (score, old.path, young.path) for old in gone for young in fresh if (score := _likeness(old, young))
    ]
    found: dict[str, str] = {}
    for _, old_path, new_path in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
        if old_path not in found and new_path not in found.values():
            found[old_path] = new_path
    return found


def _likeness(old: Trait, new: Trait) -> float:
    """0: not the same."""
    if old.modality != new.modality or old.channel != new.channel:
        return 0
    shared = len(old.params & new.params) / len(old.params | new.params)
    paths = fuzz.ratio(old.path, new.path)
    if old.titles & new.titles and shared >= 0.5:
        return 200 + 100 * shared + paths
    if shared == 1 and paths >= LIKE_PATH and _numbers(old.path) == _numbers(new.path):
        return 100 + paths
    return 0


def _numbers(path: str) -> list[str]:
    """The version numbers in a path, `3.0` as `3`; a number of dimensions does not count."""
    return [number.removesuffix(".0") for number in re.findall(r"\d+(?:\.\d+)?", path.replace("3d", ""))]
