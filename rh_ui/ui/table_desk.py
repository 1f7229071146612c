"""The models table on the Account tab: what it is, what a newer registry would change, use it, go back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from rh_ui.catalog.glossary import title
from rh_ui.catalog.importer.active_catalog import Look
from rh_ui.catalog.importer.diff import only_price, short
from rh_ui.errors import TableFault
from rh_ui.i18n import Message, Words, translate
from rh_ui.ui.named_api import original_name, uploaded_path
from rh_ui.web.arguments import Language, Uploads, Word
from rh_ui.web.services import PageServices

MAX_FILES: Final = 2
MAX_LINES: Final = 400
"""So many changes of a kind are listed; the rest is counted."""
KINDS: Final = ("new", "renamed", "removed", "changed", "price")
GROUP_OF: Final = {
    "catalog.new": "new",
    "catalog.renamed": "renamed",
    "catalog.removed": "removed",
    "catalog.gone": "removed",
    "catalog.changed": "changed",
}


class TableDesk:
    """The page's questions about the table, bound to the services. A refusal is a sentence in the answer."""

    def __init__(self, services: PageServices) -> None:
        self._services = services
        self.questions: dict[str, Callable[..., dict[str, Any]]] = {
            "table": self.table,
            "table_look": self.table_look,
            "table_use": self.table_use,
            "table_back": self.table_back,
        }

    def table(self, language: Language) -> dict[str, Any]:
        """Names and values in words, its version, whether it may be changed here, when it was loaded."""
        keeper, words = self._services.active_catalog, self._services.language(language)
        endpoints = keeper.catalog.endpoints.values()
        origin = keeper.origin
        if origin is None:
            source = words("table.packaged", day=keeper.packaged_day.isoformat())
        else:
            # The browser knows the reader's clock.
            source = words("table.loaded", file=origin.file, day=origin.day.isoformat(), loaded="{moment}")
        counts = words(
            "table.counts",
            count=sum(not endpoint.deprecated for endpoint in endpoints),
            documented=sum(endpoint.documented and not endpoint.deprecated for endpoint in endpoints),
            retired=sum(endpoint.deprecated for endpoint in endpoints),
        )
        return {
            "rows": [[words("table.models"), counts], [words("table.source"), source]],
            "version": self._services.forms.now().version,
            "local": self._services.address.local,
            "loaded": "" if origin is None else origin.loaded.isoformat(),
            "notice": "" if keeper.notice is None else translate(keeper.notice, language),
        }

    def table_look(self, files: Uploads, language: Language) -> dict[str, Any]:
        """What uploaded files (a registry, perhaps a price list) would change; nothing is changed yet."""
        words = self._services.language(language)
        if not self._services.address.local:
            return {"refused": words("table.not_here")}
        if not 1 <= len(files) <= MAX_FILES:
            return {"refused": words("table.too_many")}
        paths = [(uploaded_path(file), original_name(file)) for file in files]
        try:
            look = self._services.active_catalog.look(paths)
        except TableFault as fault:
            return self._refused(fault, language)
        return self._shown(look, words)

    def table_use(self, token: Word, language: Language) -> dict[str, Any]:
        """Use what was looked at."""
        return self._changed(lambda: self._services.active_catalog.use(token), language)

    def table_back(self, language: Language) -> dict[str, Any]:
        """Go back to the table that came with the program."""
        return self._changed(self._services.active_catalog.go_back, language)

    def _changed(self, change: Callable[[], None], language: str) -> dict[str, Any]:
        if not self._services.address.local:
            return {"refused": self._services.language(language)("table.not_here")}
        try:
            change()
        except TableFault as fault:
            return self._refused(fault, language)
        return {"refused": ""}

    def _refused(self, fault: TableFault, language: str) -> dict[str, Any]:
        unchanged = self._services.language(language)("table.unchanged")
        return {"refused": " ".join([translate(fault.text, language), unchanged])}

    def _shown(self, look: Look, words: Words) -> dict[str, Any]:
        proposal = look.proposal
        groups: dict[str, list[Message]] = {kind: [] for kind in KINDS}
        for line in proposal.changes:
            kind = "price" if only_price(line) else GROUP_OF[line.key]
            groups[kind].append(line)
        odd = [each for notice in proposal.notices for each in odd_entries(notice)]
        notices = [notice for notice in proposal.notices if not odd_entries(notice)]
        shown = [
            self._group(words(f"table.{kind}", count=len(lines)), map(self._named(look, words), lines), words)
            for kind, lines in groups.items()
            if lines
        ]
        if odd:
            entries = ({"path": "", "title": "", "text": translate(each, words.language)} for each in odd)
            shown.append(self._group(words("table.odd", count=len(odd)), entries, words))
        return {
            "refused": "",
            "token": look.token,
            "title": words("table.look", file=look.file, day=look.day.isoformat()),
            "summary": words("table.usable", listed=proposal.listed, total=proposal.total),
            "same": words("table.same") if not proposal.changes else "",
            "groups": shown,
            "notices": [translate(notice, words.language) for notice in notices],
        }

    def _named(self, look: Look, words: Words) -> Callable[[Message], dict[str, str]]:
        """A change with the model's title, as it is now or as it would be."""
        now, then = self._services.catalog.endpoints, look.proposal.catalog.endpoints

        def named(line: Message) -> dict[str, str]:
            path = str(line.values["path"])
            endpoint = now.get(path) or then.get(path)
            name = title(endpoint, words.language) if endpoint else ""
            return {"path": path, "title": name, "text": translate(short(line), words.language)}

        return named

    def _group(self, name: str, lines: Iterable[dict[str, str]], words: Words) -> dict[str, Any]:
        every = list(lines)
        rest = len(every) - MAX_LINES
        return {
            "name": name,
            "lines": every[:MAX_LINES],
            "more": words("table.more", count=rest) if rest > 0 else "",
        }


def odd_entries(notice: str) -> list[str]:
    """The entries that a registry's one notice names, a line each; none for any other notice."""
    named = (
        notice.values.get("named")
        if isinstance(notice, Message) and notice.key in ("catalog.odd", "catalog.odd_one")
        else ()
    )
    return list(named) if isinstance(named, list) else []
