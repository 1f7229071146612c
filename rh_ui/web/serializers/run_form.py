"""Converts a saved form of an app, a workflow or a quick creation to what the browser draws. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NotRequired

from typing_extensions import TypedDict

from rh_ui.catalog.comfy.node_inputs import NodeInput
from rh_ui.catalog.comfy.run_form import Face, RunForm
from rh_ui.domain import Cost, FormRecord, Money, RunKind
from rh_ui.i18n import Words
from rh_ui.i18n.format import digits, money
from rh_ui.web.serializers.form import endpoint_spec, field_spec
from rh_ui.web.serializers.runs import coin_words
from rh_ui.web.serializers.specs import FieldSpec, RunFormSpec


def run_spec(form: RunForm, words: Words, costs: Sequence[Cost], cover: str) -> RunFormSpec:
    """As `endpoint_spec`, in its maker's order; conditional inputs are under Advanced."""
    inputs = {node_input.key: node_input for node_input in form.inputs}
    fields: list[FieldSpec] = []
    for field in form.endpoint.fields:
        spec = field_spec(form.endpoint, field, words.language)
        spec.pop("advanced", None)
        if field.key.startswith("@") and not field.required:
            spec["advanced"] = True
        node_input = inputs.get(field.key)
        if node_input is not None:
            _add_traits(spec, node_input)
        fields.append(spec)
    return {
        **endpoint_spec(form.endpoint, words.language),
        "fields": fields,
        "kind": form.kind,
        "id": form.id,
        "cover": cover,
        "costs": cost_words(costs, words),
        "empty": "" if form.inputs else words("apps.no_inputs"),
    }


def _add_traits(spec: FieldSpec, node_input: NodeInput) -> None:
    if node_input.multiline:
        spec["multiline"] = True
    if node_input.resource:
        spec["resource"] = node_input.resource


def cost_words(costs: Sequence[Cost], words: Words) -> str:
    """What earlier runs cost here, in money and in coins."""
    if not costs:
        return words("apps.cost_none")
    paid = [cost.money for cost in costs if cost.money]
    amounts = [one.amount for one in paid if one.currency == paid[0].currency]
    coins = [cost.coins for cost in costs if cost.coins is not None]
    told = []
    if amounts:
        low, high = (money(Money(end(amounts), paid[0].currency)) for end in (min, max))
        told.append(low if low == high else f"{low}–{high}")
    if coins:
        low, high = digits(min(coins)), digits(max(coins))
        told.append(coin_words(low if low == high else f"{low}–{high}", words))
    if len(costs) == 1:
        return words("apps.cost_one", cost=" + ".join(told))
    both = len(amounts) == len(coins) == len(costs)
    return words("apps.cost_many", count=len(costs), cost=(" + " if both else " · ").join(told))


class Tile(TypedDict):
    """A saved form in a list. `projects`: those in whose lists it is, by id."""

    path: str
    kind: RunKind
    id: str
    title: str
    description: str
    cover: str
    favourite: bool
    locked: bool
    projects: NotRequired[list[str]]


def tile(record: FormRecord, face: Face, language: str, cover: str) -> Tile:
    """A saved form in a list."""
    language = language if language in face.titles else "en"
    told: Tile = {
        "path": record.path,
        "kind": record.kind,
        "id": record.id,
        "title": face.titles[language],
        "description": face.descriptions[language],
        "cover": cover,
        "favourite": record.favourite,
        "locked": face.needs_password,
    }
    if record.projects:
        told["projects"] = list(record.projects)
    return told


def is_about(record: FormRecord, face: Face, words: list[str]) -> bool:
    """Whether each of the words (case folded) is its id, or part of its texts in some language."""
    said = " ".join([*face.titles.values(), *face.descriptions.values(), *face.tags]).casefold()
    return all(word == record.id or word in said for word in words)
