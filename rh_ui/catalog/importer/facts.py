"""The facts file (one JSON object per line) as table entries: what is carried over, and what never is.

Labels, notes and sample texts of the vendor are dropped, and so is every default that is a sample text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, TypeAlias

from rh_ui.catalog.entries import CorrectionEntry
from rh_ui.catalog.importer.fact_files import EndpointFact, ParamFact, PriceFact, Raw
from rh_ui.catalog.importer.prices import newest, price_entry
from rh_ui.catalog.importer.role_proposals import with_roles
from rh_ui.catalog.loader import apply_correction
from rh_ui.catalog.schema import NotOffered
from rh_ui.catalog.tasks import tasks
from rh_ui.catalog.validation import EXACT_FLOAT
from rh_ui.domain import FieldKind, Modality
from rh_ui.i18n import Message

KINDS: Final = {
    "STRING": FieldKind.TEXT,
    "INT": FieldKind.INTEGER,
    "FLOAT": FieldKind.DECIMAL,
    "BOOLEAN": FieldKind.FLAG,
    "LIST": FieldKind.CHOICE,
    "IMAGE": FieldKind.IMAGE,
    "VIDEO": FieldKind.VIDEO,
    "AUDIO": FieldKind.AUDIO,
}
MODALITIES: Final = {
    "image": Modality.IMAGE,
    "video": Modality.VIDEO,
    "audio": Modality.AUDIO,
    "3d": Modality.THREE_D,
    "string": Modality.TEXT,
}
TECHNICAL_TEXT: Final = frozenset({"voice_id", "speaker", "speakerId", "sample_rate", "templateId"})
"""Text fields whose default is an id or a value that the service knows; any other text default is a sample
and is dropped. LoRA names (`source_type` MODEL) are kept as well."""
NODE_KEY: Final = "##"
"""In a key: it names a place in a graph of the vendor, which the service refuses as a name."""
NEEDS_LIST: Final = {"multiShot": "multiPrompt"}
"""A switch → the list without which a run with the switch on is paid for but can't work."""
EMPTY: Final = ("empty", "")
"""Options for which the vendor's client sends nothing."""
LIMITS_IN_DOUBT: Final = {
    "min and max": ("min", "max"),
    "max_items": ("max_items",),
    "minLength": ("minLength",),
    ".step": ("step",),
}
"""Words of a doubt → the limit of a parameter that it is about: such a limit is not carried over."""


def entry(
    fact: EndpointFact,
    title: str,
    task: str,
    notes: list[str],
    listed: PriceFact | None = None,
    later: Iterable[CorrectionEntry] = (),
) -> Raw:
    """The endpoint as the table writes it; what was dropped, except for texts, goes to `notes`. `listed`: the
    price in a newer list; `later`: what the vendor changed since."""
    doubts = [doubt for doubt in map(_doubt, fact.uncertain) if doubt is not None]
    named = [param for param in fact.params if NODE_KEY not in param.key]
    nameless = [param for param in fact.params if param not in named]
    needed = not named or any(param.required for param in nameless)
    notes.extend(_without(fact.endpoint, param) for param in nameless if named)
    fields = [_field(param, fact.endpoint, doubts, notes) for param in named or nameless]
    raw: Raw = {
        "path": fact.endpoint,
        "title": title,
        "names": fact.names or None,
        "modality": modality_of(task, MODALITIES[fact.output_type]).value,
        "task": task,
        "channel": fact.channel.value or None,
        "documented": fact.in_seed or None,
        "deprecated": fact.deprecated or None,
        "not_offered": _why_not(needed, fact.needs_list),
        "unconfirmed": any(about == OUTPUT for about, _ in doubts) or None,
        "fields": fields,
    }
    for change in later:
        raw = apply_correction(raw, change)
    changed = raw["fields"]
    assert isinstance(changed, list)
    raw["fields"] = changed = with_roles(fact.endpoint, task, changed)
    _withhold(changed)
    day, by_key = _date_of(fact), {str(field["key"]): field for field in changed}
    makes = Modality(str(raw["modality"]))
    known, latest = (
        None if price is None else price_entry(fact.endpoint, price, by_key, makes, day, notes)
        for price in (fact.price, listed)
    )
    raw["price"] = known if listed is None else newest(known, latest)
    return {key: value for key, value in raw.items() if value is not None}


def _why_not(nameless: bool, needs_list: bool) -> str | None:
    if nameless:
        return NotOffered.KEYS.value
    return NotOffered.REFERENCES.value if needs_list else None


def modality_of(task: str, recorded: Modality) -> Modality:
    """The kind of result by its task, where the vendor records the kind of its input instead."""
    possible = tasks().get(task, frozenset({recorded}))
    return recorded if recorded in possible or len(possible) != 1 else next(iter(possible))


OUTPUT: Final = "output_type"
FILES: Final = "file types and sizes"
Doubt: TypeAlias = tuple[str, str]
"""What it is about (OUTPUT, FILES or the key of a parameter), and the rest of its sentence."""


def _doubt(said: str) -> Doubt | None:
    """A sentence of `uncertain`; None for one that is about a name."""
    about, _, rest = said.partition(":")
    if about.startswith("keys "):
        return about, ""
    if said.startswith(FILES):
        return FILES, ""
    key, dot, part = about.partition(".")
    return None if key in ("name_en", "name_zh") else (key, f"{dot}{part}{rest}")


def _without(endpoint: str, param: ParamFact) -> str:
    """The note about a parameter without a public name."""
    said = "catalog.untold_key_needed" if param.required else "catalog.untold_key"
    return Message("catalog.untold", path=endpoint, what=Message(said, key=param.key))


def _withhold(fields: Iterable[Raw]) -> None:
    """Closes the switches whose list is missing or not a list."""
    lists = {field["key"] for field in fields if field.get("many")}
    for field in fields:
        needed = NEEDS_LIST.get(str(field["key"]))
        if needed is not None and needed not in lists:
            field["withheld"] = True


def _field(param: ParamFact, endpoint: str, doubts: list[Doubt], notes: list[str]) -> Raw:
    ours = [rest for about, rest in doubts if _is_about(about, param)]
    doubtful = {
        name for rest in ours for words, names in LIMITS_IN_DOUBT.items() if words in rest for name in names
    }
    param = param.model_copy(update=dict.fromkeys(doubtful))
    kind, options = KINDS[param.type], [option.value for option in param.options]
    numbers = range(0) if param.multiple else whole_range(options)
    if numbers:
        kind, options = FieldKind.INTEGER, []
        param = param.model_copy(update={"min": numbers[0], "max": numbers[-1], "step": 1})
    values = ["empty" if value in EMPTY else str(value) for value in options]
    default = "empty" if values and param.default == "" else param.default
    if kind is FieldKind.TEXT and param.key not in TECHNICAL_TEXT and param.source_type != "MODEL":
        default = None
    if kind is FieldKind.CHOICE and default is not None and default not in values:
        notes.append(
            Message("catalog.untold", path=endpoint, what=Message("catalog.untold_default", key=param.key))
        )
        default = None
    many = param.multiple or (kind.is_media and (param.key.endswith("Urls") or param.key == "videos"))
    raw: Raw = {
        "key": param.key,
        "kind": kind.value,
        "required": (param.required and "empty" not in values) or None,
        "default": default,
        "options": values or None,
        "min": param.min,
        "max": param.max,
        "step": param.step,
        "min_length": param.minLength or None,
        "max_length": param.maxLength,
        "many": many or None,
        "max_items": param.max_items,
        "accept": [extension.lower() for extension in param.accept] or None,
        "max_mb": param.max_size_mb,
        "left_out": "empty" if "empty" in values else None,
        "unconfirmed": bool(ours) or None,
    }
    return {key: value for key, value in raw.items() if value is not None}


def whole_range(values: Sequence[object]) -> range:
    """The numbers of a list of options that are only consecutive numbers, all exact in the page; else
    none."""
    first = values[0] if values else None
    if not isinstance(first, int) or isinstance(first, bool):
        return range(0)
    numbers = range(first, first + len(values))
    exact = numbers[0] > -EXACT_FLOAT and numbers[-1] < EXACT_FLOAT
    return numbers if exact and list(values) == list(numbers) and len(values) > 1 else range(0)


def _is_about(about: str, param: ParamFact) -> bool:
    if about == FILES:
        return KINDS[param.type].is_media and not param.accept
    if about.startswith("keys "):
        return param.key in about.removeprefix("keys ").split(", ")
    return about == param.key


def _date_of(fact: EndpointFact) -> date:
    """The day in the name of the fact's source; without one the day on which the facts were collected."""
    found = re.search(r"\d{4}-\d{2}-\d{2}", fact.source)
    return date.fromisoformat(found.group()) if found else date(2026, 6, 18)
