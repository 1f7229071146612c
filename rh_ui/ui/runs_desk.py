"""What the tab of apps and workflows asks: kept forms, and the apps that RunningHub lists."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

from rh_ui import error_codes
from rh_ui.catalog.comfy.run_form import Face, RunForm, id_in
from rh_ui.domain import Modality, RunKind
from rh_ui.errors import NotFound, Refused, StudioError, Unreachable
from rh_ui.i18n import Words
from rh_ui.ui.named_api import guarded
from rh_ui.web.arguments import Count, EndpointPath, Flag, Language, LongText, ShortText, Word
from rh_ui.web.routes.covers import cover_address
from rh_ui.web.serializers.messages import as_it_came, code_said, in_language
from rh_ui.web.serializers.run_form import cost_words, is_about, run_spec, tile
from rh_ui.web.services import PageServices

log: Final = logging.getLogger(__name__)
SORTS: Final = ("RECOMMEND", "HOTTEST", "NEWEST")
SHOWN: Final = 24
REMEMBERED: Final = 200
"""Forms whose last use counts for their order."""
LONGEST: Final = 400


class RunsDesk:
    """Bound to the services. A refusal is a sentence in the answer."""

    def __init__(self, services: PageServices) -> None:
        self._services = services
        self.questions: dict[str, Callable[..., dict[str, Any]]] = {
            "run_form": self.run_form,
            "run_costs": self.run_costs,
            "run_tiles": self.run_tiles,
            "run_like": self.run_like,
            "run_remove": self.run_remove,
            "app_open": self.app_open,
            "app_list": self.app_list,
        }

    def run_form(self, path: EndpointPath, language: Language) -> dict[str, Any]:
        """The form that is kept under a path."""
        return self._told(lambda: self._services.saved_forms.form(path), language)

    def app_open(self, text: LongText, language: Language) -> dict[str, Any]:
        """The form of an app as it is now, by its id or an address with the id in it."""
        words = self._services.language(language)
        app_id = id_in(text[:LONGEST])
        if not app_id:
            return {"refused": words("apps.no_id")}
        return self._told(lambda: self._services.apps.open(app_id), language)

    def run_costs(self, path: EndpointPath, language: Language) -> dict[str, Any]:
        """What the latest runs of a form cost, in words."""
        return {"costs": cost_words(self._services.history.costs(path), self._services.language(language))}

    def run_tiles(
        self, language: Language, kind: Word = "", query: ShortText = "", shown: Count = SHOWN
    ) -> dict[str, Any]:
        """Kept forms of a kind, or all, that hold every word: favourites, then the last used, the newest.

        `shown` of them. `many`: whether there are so many that they need a search."""
        used = self._services.history.recent_endpoints(Modality.APPS, REMEMBERED)
        place = {path: at for at, path in enumerate(used)}
        kinds = [RunKind(kind)] if kind in list(RunKind) else list(RunKind)
        kept = [
            record
            for record in self._services.saved_forms.list_of(self._services.site)
            if record.kind in kinds
        ]
        words = query[:LONGEST].casefold().split()
        found = [record for record in kept if is_about(record, words)]
        found.sort(key=lambda record: (not record.favourite, place.get(record.path, len(place))))
        tiles = [
            tile(record, language, self._cover(Face.read(record.face).cover))
            for record in found[: max(0, int(shown))]
        ]
        return {"tiles": tiles, "more": len(found) > len(tiles), "many": len(kept) > SHOWN}

    def run_like(self, path: EndpointPath, yes: Flag) -> dict[str, Any]:
        guarded(lambda: self._services.saved_forms.set_favourite(path, favourite=bool(yes)))
        return {"favourite": bool(yes)}

    def run_remove(self, path: EndpointPath) -> dict[str, Any]:
        """Forget a form; its runs and results stay."""
        guarded(lambda: self._services.saved_forms.remove(path))
        return {}

    def app_list(self, page: Count, sort: Word, query: ShortText, language: Language) -> dict[str, Any]:
        """A part of the public list: by an order, or by words in the name."""
        words = self._services.language(language)
        order = sort if sort in SORTS else SORTS[0]
        try:
            found = self._services.apps.list_public(page=max(1, int(page)), sort=order, words=query[:LONGEST])
        except StudioError as fault:
            return {"refused": refusal(fault, words), "cards": [], "more": False}
        cards = [
            {
                "id": card.id,
                "title": card.name or card.id,
                "description": card.description,
                "cover": self._cover(card.cover),
            }
            for card in found.cards
        ]
        return {"refused": "", "cards": cards, "more": found.has_more, "total": found.total}

    def _told(self, form: Callable[[], RunForm], language: str) -> dict[str, Any]:
        words = self._services.language(language)
        try:
            found = form()
        except StudioError as fault:
            log.info("no form: %s", fault)
            return {"refused": refusal(fault, words)}
        costs = self._services.history.costs(found.path)
        return {"refused": "", "spec": run_spec(found, words, costs, self._cover(found.face.cover))}

    def _cover(self, url: str) -> str:
        return cover_address(self._services.covers, url)


def refusal(fault: StudioError, words: Words) -> str:
    """Why something could not be asked of the service, and what to do."""
    if isinstance(fault, Refused):
        if fault.code in error_codes.table():
            what, do = code_said(fault.code, words)
            return words("code.joined", what=what, do=do)
        return words.get(f"check.{fault.code}", "") or as_it_came(
            in_language(fault.message, words.language), fault.code
        )
    if isinstance(fault, Unreachable):
        return words("apps.unreachable")
    return words("apps.not_kept") if isinstance(fault, NotFound) else str(fault)
