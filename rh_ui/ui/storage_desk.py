"""The files of the page as a whole: whether their place takes them, what they take, and what may go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, TypeAlias

from rh_ui.domain import INPUT_PREFIX, JsonValue
from rh_ui.errors import StudioError
from rh_ui.i18n import Words
from rh_ui.i18n.format import count, size
from rh_ui.services.storage_cleanup import Amount
from rh_ui.ui.named_api import guarded
from rh_ui.web.arguments import Flag, Language, Refs
from rh_ui.web.services import PageServices

MOST_KEPT: Final = 500
"""Files that one browser's forms may name."""


Clearable: TypeAlias = Literal["inputs", "pictures", "parts", "uploads"]


class StorageDesk:
    """The page's questions about storage, bound to the services."""

    def __init__(self, services: PageServices) -> None:
        self._services = services
        self.questions: dict[str, Callable[..., dict[str, Any]]] = {
            "bring_home": self.bring_home,
            "storage": self.storage,
            "clear": self.clear,
        }

    def notice(self) -> dict[str, JsonValue]:
        """Why results go to the spare folder, how many lie there, and whether new runs wait for room."""
        stay = self._services.failover.status()
        words = self._services.words
        return {
            "history": self._services.history.trouble,
            "notices": [
                {name: said(f"notice.{one.key}", **one.details) for name, said in words.items()}
                for one in self._services.notices
            ],
            "trouble": stay.trouble,
            "count": stay.count,
            "full": not self._services.runs.has_disk_space(),
            "local": self._services.address.local,
        }

    def bring_home(self, anew: Flag) -> dict[str, Any]:
        """Look again whether the place takes files. `anew`: also a folder that is not the one there was,
        which only the page's owner may say."""
        anew = bool(anew) and self._services.address.local
        guarded(lambda: self._services.failover.run(anew=anew))
        return {"storage": self.notice()}

    def storage(self, language: Language) -> dict[str, Any]:
        """Rows of name, value and what may be cleared (or empty); none where the place does not answer."""
        words = self._services.language(language)
        try:
            usage = self._services.cleanup.usage()
        except StudioError as fault:
            return {"rows": [], "problem": str(fault)}
        rows = [
            ["results", _files(usage.results, words), ""],
            ["inputs", _files(usage.inputs, words), "inputs"],
            ["pictures", _files(usage.pictures, words), "pictures"],
            ["parts", _files(usage.parts, words), "parts"],
            ["uploads", _files(usage.uploads, words), "uploads"],
            ["database", size(usage.database), ""],
        ]
        if usage.spare.files:
            rows.insert(1, ["spare", _files(usage.spare, words), ""])
        if usage.free is not None:
            rows.append(["free", size(usage.free), ""])
        local = self._services.address.local
        return {
            "rows": [[words(f"storage.{name}"), told, what if local else ""] for name, told, what in rows],
            "problem": "",
        }

    def clear(self, what: Clearable, keep: Refs, language: Language) -> dict[str, Any]:
        """Remove what nobody needs: `pictures`, `parts`, `uploads`, or `inputs` besides those that the
        browser's forms name (`keep`). Says what went."""
        words = self._services.language(language)
        keeping = self._services.cleanup
        if not self._services.address.local:
            return {"said": words("storage.not_here")}
        if what == "inputs":
            names = [ref.removeprefix(INPUT_PREFIX) for ref in keep[:MOST_KEPT]]
            gone = guarded(lambda: keeping.clear_inputs(names))
        else:
            clears = {"pictures": keeping.clear_thumbnails, "uploads": keeping.clear_uploads}
            gone = guarded(clears.get(what, keeping.clear_partial_downloads))
        if not gone.files:
            return {"said": words(f"storage.nothing_{what}")}
        return {"said": words("storage.freed", files=_files(gone, words))}


def _files(amount: Amount, words: Words) -> str:
    if not amount.files:
        return words("storage.none")
    name = "storage.file" if amount.files == 1 else "storage.files"
    return words(name, count=count(amount.files), size=size(amount.size))
