"""Adds to answers what their reader thinks of the results in them, and the tags of the runs."""

from __future__ import annotations

from collections.abc import Sequence

from rh_ui.web.serializers import answers
from rh_ui.web.services import PageServices


def mark_outputs(services: PageServices, outputs: Sequence[answers.Output]) -> None:
    """One query, however many there are."""
    marks = services.marks.read([output["id"] for output in outputs])
    for output in outputs:
        if mark := marks.get(output["id"]):
            output["mark"] = {"favourite": mark.favourite, "rating": mark.rating, "hidden": mark.hidden}


def mark_cards(services: PageServices, cards: Sequence[answers.Card]) -> None:
    """Runs with their results; two queries, however many there are."""
    mark_outputs(services, [output for card in cards for output in card["outputs"]])
    tags = services.tags.read([card["id"] for card in cards])
    for card in cards:
        card["tags"] = tags.get(card["id"], [])
