"""What callers may send, as bounded types; the API (web/api) and the named functions check with them.

Types check what a value is, how long and how deeply nested; the services check what it means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    TypeAdapter,
    ValidationError,
)

from rh_ui.domain import Modality
from rh_ui.errors import ArgumentRefused

DEEPEST: Final = 40
"""Levels of nested lists and objects."""
MOST_PARTS: Final = 100_000
"""Values in one JSON value, including nested ones."""
LONGEST_KEY: Final = 400
MOST_DIGITS: Final = 40
"""The most digits of a whole number; a field has its own limits."""
LONGEST_TEXT: Final = 6 * 1024 * 1024
"""Characters; other limits may be lower."""
SOUND: Final = ConfigDict(strict=True, extra="forbid", frozen=True)


def storable(text: str) -> str:
    """The text. Raises ValueError for characters that no database and no answer can hold."""
    if "\x00" in text or not (text.isascii() or _whole(text)):
        raise ValueError("bad_characters")
    return text


def readable(text: object) -> object:
    """A name with characters that can be stored and shown; anything but text stays as it is."""
    if not isinstance(text, str):
        return text
    return text.encode("utf-8", "replace").decode().replace("\x00", "?")


def parts(value: Any) -> Iterator[Any]:
    """A JSON value and all values inside it. Raises ValueError where it is too deep, has too many parts, or
    has a number that can't be stored."""
    left, count = [(value, 0)], 0
    while left:
        at, depth = left.pop()
        yield at
        count += 1
        if isinstance(at, dict | list):
            if depth >= DEEPEST or count + len(left) + len(at) > MOST_PARTS:
                raise ValueError("too_nested")
            if isinstance(at, dict) and any(len(storable(key)) > LONGEST_KEY for key in at):
                raise ValueError("key_too_long")
            left.extend((part, depth + 1) for part in (at.values() if isinstance(at, dict) else at))
        elif isinstance(at, int) and abs(at) >= 10**MOST_DIGITS:
            raise ValueError("too_many_digits")
        elif isinstance(at, float) and not isfinite(at):
            raise ValueError("not_finite")


def bounded(value: Any) -> Any:
    """A JSON value, checked by `parts`."""
    for _ in parts(value):
        pass
    return value


def _whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


Kind = TypeVar("Kind")


class Upload(BaseModel):
    """A file as Gradio's upload names it, and the user's name for it."""

    model_config = SOUND

    path: Annotated[str, Field(max_length=4096), AfterValidator(storable)]
    orig_name: Annotated[str | None, Field(max_length=1000), BeforeValidator(readable)] = None

    @property
    def called(self) -> str:
        """The user's name of the file."""
        return self.orig_name or Path(self.path).name


class FileData(Upload):
    """The same as Gradio's clients send it, with further values that are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


Language: TypeAlias = Literal["en", "zh"]
Tab: TypeAlias = Annotated[Modality, Strict(False)]
Word: TypeAlias = Annotated[str, Field(max_length=64), AfterValidator(storable)]
"""One of a few words; checked where it is used."""
Id: TypeAlias = Annotated[str, Field(max_length=200), AfterValidator(storable)]
"""The id of a run, a result, an input, a field or an account."""
LONGEST_SEARCH: Final = 400
"""Characters of a search at RunningHub: somebody may paste a long text."""
EndpointPath: TypeAlias = Annotated[str, Field(max_length=400), AfterValidator(storable)]
ShortText: TypeAlias = Annotated[str, Field(max_length=4000), AfterValidator(storable)]
"""One line that a user types: a search, a name, an address."""
LongText: TypeAlias = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(storable)]
Flag: TypeAlias = bool
Count: TypeAlias = Annotated[int, Field(ge=0, le=2**31 - 1)]
Body: TypeAlias = Annotated[dict[str, Any], AfterValidator(bounded)]
"""A form's values by key; their fields check them."""
Refs: TypeAlias = Annotated[list[Id], Field(max_length=10_000)]
Uploads: TypeAlias = Annotated[list[Upload], Field(max_length=20)]

UNLIKE: Final = "is not what is taken here"
SAID: Final[Mapping[str, str]] = {
    "missing": "is missing",
    "extra_forbidden": "holds a name that is not known here",
    "string_type": "must be text",
    "string_too_long": "must have at most {max_length} characters",
    "string_unicode": "holds characters that can't be kept",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "too_long": "must have at most {max_length} entries",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "json_invalid": "is no JSON",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "bad_characters": "holds characters that can't be kept",
    "too_nested": "is nested too deeply or has too many parts",
    "key_too_long": "has a name that is too long",
    "too_many_digits": "holds a number with too many digits",
    "not_finite": "holds a number that is none",
}
"""Our sentence for pydantic's name of a fault, or for ours."""


def refusal(faults: Sequence[Mapping[str, Any]]) -> ArgumentRefused:
    """A sentence about the first fault and its location. It repeats nothing of what was sent, so it contains
    only names of ours."""
    first = faults[0]
    code, details = first["type"], first.get("ctx", {})
    if code == "value_error":
        code = str(details["error"])
    ours = first["loc"][:-1] if code == "extra_forbidden" else first["loc"]
    where = ".".join(str(step) for step in ours if "[" not in str(step)) or "The call"
    return ArgumentRefused(f"{where} {SAID.get(code, UNLIKE).format_map(details)}", code)


def read(kind: TypeAdapter[Kind], value: object) -> Kind:
    """One value converted to its type. Raises ArgumentRefused."""
    try:
        return kind.validate_python(value, strict=True)
    except ValidationError as fault:
        raise refusal(fault.errors(include_url=False)) from None
