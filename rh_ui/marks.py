"""What people think of results, and the tags of runs. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final, TypedDict

BEST: Final = 5
"""The highest rating; 0 is none."""
LONGEST_TAG: Final = 60
MOST_TAGS: Final = 30
"""Of one run."""
_UNSEEN: Final = ("Cc", "Cf", "Co", "Cs", "Cn")


@dataclass(frozen=True, slots=True)
class Mark:
    """What one person thinks of a result."""

    favourite: bool = False
    rating: int = 0
    """1 to BEST; 0: none."""
    hidden: bool = False


UNMARKED: Final = Mark()


class MarkChange(TypedDict, total=False):
    """What changes of a mark."""

    favourite: bool
    rating: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class MarkFilter:
    """Which results somebody asks for, by their own marks."""

    person: str
    favourite: bool = False
    """Only favourites."""
    least: int = 0
    """Only what has this rating or a better one."""
    hidden: bool = False
    """Also what they hid."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of a project, or of somebody's private runs, and how many runs have it."""

    name: str
    project: str
    """Empty: of private runs."""
    runs: int


def tidy_tag(name: str) -> str:
    """A tag as it was typed, with single blanks and without characters that nobody sees; empty where nothing
    is left, or more than LONGEST_TAG."""
    seen = "".join(each if unicodedata.category(each) not in _UNSEEN else " " for each in name)
    tidy = " ".join(unicodedata.normalize("NFC", seen).split()).strip(",")
    return tidy if max(len(tidy), len(tag_key(tidy))) <= LONGEST_TAG else ""


def tag_key(name: str) -> str:
    """The same for tags that differ in case, width or blanks only."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())
