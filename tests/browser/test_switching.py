"""Switching models (field case C29): valid values of shared fields are carried over, invalid ones fall back
with a message, and nothing of the old model is sent to the new one, even when Generate is pressed at the same
moment. One pair of models for every kind of field and every outcome, found in the table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page

from rh_ui.catalog.form_state import form_state
from rh_ui.catalog.glossary import field_words
from rh_ui.catalog.schema import Endpoint, Field
from rh_ui.catalog.validation import check_field, converted
from rh_ui.domain import FieldKind, JsonValue
from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program
from tests.browser.conftest import arrived, choose_model, last_of, open_page, open_tab, part
from tests.files import make_file
from tests.packaged import packaged_catalog

CATALOG: Final = packaged_catalog()
IN_USE: Final = [
    endpoint for endpoint in CATALOG.endpoints.values() if endpoint.offered and not endpoint.deprecated
]
WAYS: Final = ("kept", "translated", "copied", "refused", "too many", "gone")
LEADING: Final = ("prompt", "text")
NESTED: Final = (FieldKind.REFERENCES, FieldKind.SHOTS)
"""Lists of what belongs together; test_nested.py fills them in."""
KINDS: Final[list[tuple[FieldKind, bool]]] = [
    (kind, many) for kind in FieldKind if kind not in NESTED for many in (False, True)
]
SWITCH_AND_PRESS: Final = """([path, name]) => {
  document.querySelector(`[id="${name}-endpoint"] .rh-option[data-value="${path}"]`).click();
  document.getElementById(`${name}-generate`).click();
}"""
"""In one step of the browser: nothing is asked and nothing answered in between."""


@dataclass(frozen=True)
class Switch:
    """A field of model `old` with `value` in it (for files: their extensions), and what happens to it."""

    way: str
    old: Endpoint
    new: Endpoint
    field: Field
    value: JsonValue
    arrives: JsonValue
    """What the new model is sent for the field; None: nothing of the person's. For files: how many."""


def switches(kind: FieldKind, many: bool) -> Iterator[Switch]:
    """The first pair in the table for every outcome of this kind of field."""
    seen: set[str] = set()
    for old in IN_USE:
        for field in old.fields:
            if (field.kind, field.many) != (kind, many) or field.key in LEADING:
                continue
            if form_state(old, old.opening)[field.key].greyed:
                continue
            for new in IN_USE:
                if new is old or new.modality is not old.modality or new.rules:
                    continue
                for found in _ways(old, new, field):
                    if found.way not in seen and _can_be_pressed(found):
                        seen.add(found.way)
                        yield found


def _can_be_pressed(switch: Switch) -> bool:
    """Whether the new model has all it needs with the prompt, its defaults and what was carried over."""
    needs = {field.key for field in switch.new.fields if field.required and field.default is None}
    given = {switch.field.key} if switch.arrives else set()
    return needs <= given | {leading(switch.old)}


def leading(endpoint: Endpoint) -> str:
    """The text field that identifies a run."""
    return next((key for key in LEADING if endpoint.field(key)), "")


def _ways(old: Endpoint, new: Endpoint, field: Field) -> Iterator[Switch]:
    other = new.field(field.key)
    values = _values(field)
    if other is None:
        yield from (Switch("gone", old, new, field, value, None) for value in values[:1])
    elif field.kind.is_media:
        yield from _file_ways(old, new, field, other)
    elif other.kind is field.kind and other.many == field.many:
        for value in values:
            if value == other.default:
                continue
            if not check_field(other, value):
                yield Switch("kept", old, new, field, value, value)
            elif field.kind is not FieldKind.TEXT:
                yield Switch("refused", old, new, field, value, None)
    elif not field.many and not other.many:
        for value in values:
            arrives = converted(new, {field.key: value}).get(field.key)
            if arrives != other.default and not check_field(other, arrives):
                yield Switch("translated", old, new, field, value, arrives)


def _file_ways(old: Endpoint, new: Endpoint, field: Field, other: Field) -> Iterator[Switch]:
    if other.kind is not field.kind or other.many != field.many:
        return
    endings = _endings(field)
    taken = [ending for ending in endings if other.accepts(ending)]
    if taken:
        yield Switch("kept", old, new, field, [taken[0]], 1)
    if len(taken) < len(endings):
        strange = next(ending for ending in endings if not other.accepts(ending))
        yield Switch("copied", old, new, field, [strange], 1)
    room, places = other.max_items or 99, field.max_items or 99
    if field.many and taken and room < min(places, 6):
        yield Switch("too many", old, new, field, [taken[0]] * (room + 1), room)


def _endings(field: Field) -> list[str]:
    """File extensions that the tests can make, among those that the field takes."""
    can = {
        FieldKind.IMAGE: ("png", "jpg", "webp", "bmp"),
        FieldKind.VIDEO: ("mp4", "mov"),
        FieldKind.AUDIO: ("mp3", "wav", "m4a", "flac"),
    }[field.kind]
    return [ending for ending in can if field.accepts(ending)]


def _values(field: Field) -> list[JsonValue]:
    """Some values of the field that are not its default."""
    match field.kind:
        case FieldKind.TEXT:
            found: list[JsonValue] = ["words of the old model"]
        case FieldKind.FLAG:
            found = [True, False]
        case FieldKind.CHOICE:
            found = list(field.values)
        case FieldKind.INTEGER | FieldKind.DECIMAL:
            low, high = field.min, field.max
            found = [low, high] if low is not None and high is not None else [7]
        case _:
            return [[_endings(field)[0]]]
    if field.many:
        return [[value] for value in found if value != field.default]
    return [value for value in found if value != field.default]


class Hands:
    """Fills in a form as a user does."""

    def __init__(self, page: Page, folder: Path) -> None:
        self._page = page
        self._folder = folder
        self._made = 0

    def fill(self, modality: str, field: Field, value: JsonValue) -> None:
        row = part(self._page, f"{modality}-form").locator(f'.rh-field[data-key="{field.key}"]')
        if not row.is_visible():
            part(self._page, f"{modality}-form").locator("details.rh-advanced summary").click()
        values: list[JsonValue] = list(value) if isinstance(value, list) else [value]
        match field.kind:
            case FieldKind.TEXT:
                row.locator("textarea").fill("\n".join(map(str, values)))
            case FieldKind.FLAG:
                box = row.locator("input")
                row.locator(".rh-switch").click()
                if box.is_checked() is not value:
                    row.locator(".rh-switch").click()
            case FieldKind.CHOICE:
                if row.get_by_role("combobox").count():
                    row.get_by_role("combobox").click()
                row.locator(f'[data-value="{values[0]}"]').click()
            case FieldKind.INTEGER | FieldKind.DECIMAL:
                row.locator("input[type=text]").fill(f" {value} ")
            case _:
                row.locator("input[type=file]").set_input_files(self._files(field.kind, values))

    def _files(self, kind: FieldKind, endings: list[JsonValue]) -> list[Path]:
        """Each file with its own name."""
        self._made += 1
        paths = [self._folder / f"{self._made}-{at}.{ending}" for at, ending in enumerate(endings)]
        return [make_file(path, kind) for path in paths]


def wrong_with(switch: Switch, submit: dict[str, Any], prompt: str) -> list[str]:
    """What differs from what the new model should have been sent."""
    new, key = switch.new, switch.field.key
    body = dict(submit["body"])
    wrong = [] if submit["endpoint"] == new.path else [f"sent to {submit['endpoint']}"]
    words = leading(new)
    expected = {**new.opening, words: prompt} if words and words == leading(switch.old) else new.opening
    if switch.field.kind.is_media:
        files = body.pop(key, [])
        count = len(files) if isinstance(files, list) else 1
        if count != (switch.arrives or 0):
            wrong.append(f"{count} files arrived for {key}")
    elif switch.arrives is not None:
        expected[key] = switch.arrives
    expected = converted(new, expected)
    if body != expected:
        wrong.append(f"{body} in place of {expected}")
    return [f"{switch.way}: {switch.old.path} → {new.path}, {key}: {fault}" for fault in wrong]


def notices_of(switch: Switch) -> set[str]:
    """The fields about which the page must show a message."""
    found: set[str] = set()
    words = leading(switch.old)
    if (prompt := switch.old.field(words)) and switch.new.field(words) is None:
        found.add(field_words(switch.old, prompt, "en").label)
    if switch.way in ("refused", "too many"):
        other = switch.new.field(switch.field.key)
        assert other is not None
        found.add(field_words(switch.new, other, "en").label)
    made = switch.field.kind.is_media or switch.field.kind is FieldKind.TEXT
    if switch.way == "gone" and made:
        found.add(field_words(switch.old, switch.field, "en").label)
    return found


@pytest.mark.parametrize(("kind", "many"), [pair for pair in KINDS if any(switches(*pair))])
def test_a_switch_with_the_press_in_the_same_step_sends_the_new_models_form_only(
    page: Page,
    live: Program,
    emulator: RunningEmulator,
    quiet: int,
    tmp_path: Path,
    kind: FieldKind,
    many: bool,
) -> None:
    hands = Hands(page, tmp_path)
    open_page(page, live)
    wrong: list[str] = []
    for number, switch in enumerate(switches(kind, many)):
        modality = switch.old.modality.value
        open_tab(page, modality)
        choose_model(page, modality, switch.old.path)
        part(page, f"{modality}-form").get_by_role("button", name="Start over").click()
        prompt = f"{kind} {many} {number}"
        if words := switch.old.field(leading(switch.old)):
            hands.fill(modality, words, prompt)
        hands.fill(modality, switch.field, switch.value)
        part(page, f"{modality}-endpoint").get_by_role("combobox").first.click()
        part(page, f"{modality}-endpoint").locator(f'.rh-option[data-value="{switch.new.path}"]').wait_for()
        since = last_of(emulator)
        page.evaluate(SWITCH_AND_PRESS, [switch.new.path, modality])
        wrong += wrong_with(switch, arrived(emulator, since), prompt)
        notice = part(page, f"{modality}-form").locator(".rh-notice")
        told = notice.text_content() if notice.count() else ""
        labels = notices_of(switch)
        if untold := {label for label in labels if label not in (told or "")}:
            wrong.append(
                f"{switch.way}: {switch.old.path} → {switch.new.path}: not told of {untold}: {told!r}"
            )
        if not labels and told:
            wrong.append(f"{switch.way}: {switch.old.path} → {switch.new.path}: told {told!r}")
    assert wrong == []


def test_every_kind_of_field_and_every_way_is_walked() -> None:
    walked = {(kind, many): [switch.way for switch in switches(kind, many)] for kind, many in KINDS}
    used = {(field.kind, field.many) for endpoint in IN_USE for field in endpoint.fields} & set(KINDS)
    assert {pair for pair, ways in walked.items() if ways} == used
    assert {way for ways in walked.values() for way in ways} == set(WAYS)
    assert all("gone" in walked[pair] for pair in used)
