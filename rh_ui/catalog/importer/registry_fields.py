"""One parameter of the vendor's registry as a ParamFact, in whatever spelling; repairs are reported. Files
and endpoints are in registry.

Keys are compared without case, `_` and `-`; SPELLINGS has every key that is read, others are ignored.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Final, TypeAlias

from rh_ui.catalog.importer.fact_files import ParamFact
from rh_ui.catalog.importer.facts import KINDS, whole_range
from rh_ui.errors import TableFault
from rh_ui.i18n import Message

Scalar: TypeAlias = bool | int | float | str

SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "key": ("fieldkey", "key", "paramkey", "name"),
    "type": ("type", "fieldtype", "paramtype"),
    "required": ("required", "isrequired"),
    "default": ("defaultvalue", "default"),
    "options": ("options", "choices", "enum", "values"),
    "min": ("min", "minimum", "minvalue"),
    "max": ("max", "maximum", "maxvalue"),
    "step": ("step",),
    "min_length": ("minlength",),
    "max_length": ("maxlength",),
    "multiple": ("multipleinputs", "multiple", "ismultiple", "many"),
    "max_items": ("maxinputnum", "maxinpunum", "maxinputs", "maxitems", "maxcount"),
    "accept": ("accept", "accepts", "acceptedtypes", "formats"),
    "max_mb": ("maxsize", "maxsizemb", "maxmb", "maxfilesize", "maxfilesizemb"),
    "source_type": ("sourcetype",),
}
"""Our name → the vendor's spellings, the most common first. `maxInpuNum` is theirs."""
OPTION_SPELLINGS: Final = ("value", "key", "id")
TYPES: Final[Mapping[str, str]] = {
    **{word: word for word in KINDS},
    "TEXT": "STRING", "TEXTAREA": "STRING", "STR": "STRING",
    "INTEGER": "INT", "LONG": "INT",
    "DOUBLE": "FLOAT", "NUMBER": "FLOAT", "DECIMAL": "FLOAT",
    "BOOL": "BOOLEAN", "SWITCH": "BOOLEAN",
    "ENUM": "LIST", "SELECT": "LIST", "CHOICE": "LIST",
}  # fmt: skip
NESTED: Final = "COMPLEX"
"""What the vendor's types of objects begin with: `COMPLEX`, `COMPLEX[]`."""
MEDIA: Final = ("IMAGE", "VIDEO", "AUDIO")
NUMBERS: Final = ("INT", "FLOAT")
LONGEST: Final = 400
"""Characters of a key, a name, a word or an option."""
MOST_OPTIONS: Final = 1000
"""Options of one choice; the vendor's have up to 106."""
BYTES_FROM: Final = 100_000
"""A maximum size from here on is in bytes: no file of ours has so many megabytes."""


class Spelled:
    """A mapping of the vendor, read by our names for its keys."""

    def __init__(self, raw: Mapping[object, object], spellings: Mapping[str, tuple[str, ...]]) -> None:
        self._values = {_plain(str(key)): value for key, value in reversed(list(raw.items()))}
        self._spellings = spellings

    def get(self, name: str) -> object:
        """None where it is missing or null; the first spelling with a value counts."""
        found = (self._values.get(spelling) for spelling in self._spellings[name])
        return next((value for value in found if value is not None), None)

    def text(self, name: str) -> str:
        """A key, a name or a word, of limited length."""
        value = self.get(name)
        return value.strip() if isinstance(value, str) and len(value) <= LONGEST else ""


def is_nested(raw: object) -> bool:
    """Whether it is a list of objects, or one: the vendor does not say what they hold, so the table does
    (rh_ui/catalog/data/corrections/nested.toml) or nothing."""
    return isinstance(raw, Mapping) and Spelled(raw, SPELLINGS).text("type").upper().startswith(NESTED)


def is_needed(raw: object) -> bool:
    """Whether the service wants it."""
    return isinstance(raw, Mapping) and read_flag(Spelled(raw, SPELLINGS).get("required")) is True


def read_param(raw: object, odd: list[str]) -> ParamFact | None:
    """The parameter, or None when it is left out; what was repaired or left out goes to `odd`.

    Raises TableFault for one that the service requires and no field of ours can hold.
    """
    if not isinstance(raw, Mapping):
        odd.append(Message("catalog.param_no_object"))
        return None
    spelled = Spelled(raw, SPELLINGS)
    key, required = spelled.text("key"), read_flag(spelled.get("required")) is True
    if not key:
        if required:
            raise TableFault(Message("catalog.param_keyless_required"))
        odd.append(Message("catalog.param_keyless"))
        return None
    options = _options(key, spelled.get("options"), odd)
    kind = _kind(key, required, spelled, options, odd)
    if not kind:
        return None
    limits = _limits(key, kind, spelled, odd)
    single = kind == "LIST" and not limits["multiple"]
    numbers = whole_range(_bare(spelled.get("options"))) if single else range(0)
    if numbers:
        kind, limits = "INT", {"min": numbers[0], "max": numbers[-1], "step": 1}
    default = _default(key, kind, spelled.get("default"), options, limits, odd)
    return ParamFact.model_validate(
        {
            "key": key,
            "type": kind,
            "required": required,
            "default": default,
            "options": [{"value": option} for option in options] if kind == "LIST" else [],
            "source_type": spelled.text("source_type"),
            **limits,
        }
    )


def _kind(key: str, required: bool, spelled: Spelled, options: list[str], odd: list[str]) -> str:
    """The vendor's word for its kind of value, one of KINDS; empty: the field is left out."""
    word = spelled.text("type").upper()
    kind = TYPES.get(word) or ("LIST" if not word and options else "")
    if not kind:
        named = Message("catalog.kind_named", word=word) if word else Message("catalog.kind_missing")
        if isinstance(spelled.get("default"), Mapping | list):
            if required:
                raise TableFault(Message("catalog.kind_needed", key=key, named=named))
            odd.append(Message("catalog.kind_left_out", key=key, named=named))
            return ""
        odd.append(Message("catalog.kind_as_text", key=key, named=named))
        return "STRING"
    if kind == "LIST" and not options:
        odd.append(Message("catalog.choice_empty", key=key))
        return "STRING"
    if kind != "LIST" and options:
        odd.append(Message("catalog.options_dropped", key=key))
    return kind


def _options(key: str, raw: object, odd: list[str]) -> list[str]:
    """Values as the strings that are sent, each once."""
    if isinstance(raw, str):
        raw = _json(raw)
    if isinstance(raw, Mapping):
        raw = list(raw)
    if isinstance(raw, list) and len(raw) > MOST_OPTIONS:
        raise TableFault(Message("catalog.too_many_options", key=key, limit=MOST_OPTIONS))
    values: list[str] = []
    for option in raw if isinstance(raw, list) else []:
        value = option
        if isinstance(option, Mapping):
            plain = {_plain(str(name)): each for name, each in option.items()}
            value = next((plain[name] for name in OPTION_SPELLINGS if plain.get(name) is not None), None)
        text = read_text(value)
        if text is None or len(text) > LONGEST:
            odd.append(Message("catalog.option_empty", key=key))
        elif text not in values:
            values.append(text)
    return values


def _bare(raw: object) -> list[object]:
    """Options as in the file, without their descriptions."""
    listed = raw if isinstance(raw, list) else []
    return [each.get("value") if isinstance(each, Mapping) else each for each in listed]


def _limits(key: str, kind: str, spelled: Spelled, odd: list[str]) -> dict[str, object]:
    """The limits of a field of this kind; limits of other kinds are ignored."""
    if kind in NUMBERS:
        low, high, step = (_number(spelled.get(name), kind) for name in ("min", "max", "step"))
        if low is not None and high is not None and low > high:
            odd.append(Message("catalog.limits_crossed", key=key, low=low, high=high))
            low = high = None
        return {"min": low, "max": high, "step": step if step and step > 0 else None}
    if kind not in ("STRING", "LIST", *MEDIA):
        return {}
    items = _count(spelled.get("max_items"))
    many = read_flag(spelled.get("multiple")) is True or (items or 1) > 1
    lists: dict[str, object] = {"multiple": many, "max_items": items}
    if kind == "STRING":
        low, high = (_count(spelled.get(name)) for name in ("min_length", "max_length"))
        if low is not None and high is not None and low > high:
            odd.append(Message("catalog.lengths_crossed", key=key, low=low, high=high))
            low = high = None
        return lists | {"minLength": low, "maxLength": high}
    if kind == "LIST":
        return lists
    size = _number(spelled.get("max_mb"), "FLOAT")
    if size is not None and size >= BYTES_FROM:
        size = _number(round(size / 1_000_000, 3), "FLOAT")
    return lists | {
        "accept": _accept(spelled.get("accept")),
        "max_size_mb": size if size and size > 0 else None,
    }


def _default(
    key: str, kind: str, raw: object, options: list[str], limits: Mapping[str, object], odd: list[str]
) -> Scalar | None:
    """The default as the field has it; None where there is none or it does not fit."""
    if raw is None or raw in ("", [], {}) or kind in MEDIA:
        return None
    if isinstance(raw, str) and len(raw) > LONGEST:
        return None  # a sample text, which is never carried over
    if kind == "BOOLEAN":
        value: Scalar | None = read_flag(raw)
    elif kind in NUMBERS:
        value = _number(raw, kind)
        low, high = limits.get("min"), limits.get("max")
        if value is not None and (
            (isinstance(low, int | float) and value < low) or (isinstance(high, int | float) and value > high)
        ):
            value = None
    else:
        value = read_text(raw)
        longest = limits.get("maxLength")
        if kind == "LIST" and value not in options:
            value = next((option for option in options if option == str(value).strip()), None)
        elif isinstance(longest, int) and value is not None and len(value) > longest:
            return None  # a sample text, which is never carried over
    if value is None and kind != "STRING":
        odd.append(Message("catalog.default_misfit", key=key))
    return value


def read_flag(value: object) -> bool | None:
    """True and false, also as words or 1 and 0; None for anything else."""
    if isinstance(value, str):
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(
            value.strip().lower()
        )
    return bool(value) if isinstance(value, bool | int) and value in (0, 1) else None


def read_text(value: object) -> str | None:
    """A scalar as the text that is sent; None for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value) if isinstance(value, int | str) else None


def _number(value: object, kind: str) -> int | float | None:
    """A finite number, an exact int if it is whole; None for anything else."""
    if isinstance(value, str):
        value = _json(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        if value.is_integer():
            return int(value)
    return None if kind == "INT" and not isinstance(value, int) else value


def _count(value: object) -> int | None:
    number = _number(value, "INT")
    return number if isinstance(number, int) and number > 0 else None


def _accept(raw: object) -> list[str]:
    """Extensions from a list, a list written as JSON text, or words between commas."""
    if isinstance(raw, str):
        decoded = _json(raw)
        raw = decoded if isinstance(decoded, list) else raw.split(",")
    found = []
    for item in raw if isinstance(raw, list) else []:
        word = str(item).strip().lower().rpartition("/")[2].removeprefix(".")
        if word.isalnum() and word not in found:
            found.append(word)
    return found


def _json(text: str) -> object:
    try:
        decoded: object = json.loads(text)
    except ValueError:
        return None
    return decoded


def _plain(key: str) -> str:
    return key.strip().lower().replace("_", "").replace("-", "")
