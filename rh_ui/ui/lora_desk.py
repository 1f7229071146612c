"""LoRAs of one's own, and the public models that a field may name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from rh_ui.domain import JsonValue
from rh_ui.errors import InputRefused, StudioError
from rh_ui.i18n import Words
from rh_ui.services.loras import LARGEST, Sending
from rh_ui.ui.named_api import guarded, original_name, uploaded_path
from rh_ui.web.arguments import Id, Language, ShortText, Upload, Word
from rh_ui.web.routes.covers import cover_address
from rh_ui.web.serializers.messages import finding_said
from rh_ui.web.services import PageServices

KINDS: Final = ("LORA", "CHECKPOINT", "UNET", "GGUF")
GIGABYTES: Final = LARGEST // 1024**3


class LoraDesk:
    """The page's questions about them, bound to the services."""

    def __init__(self, services: PageServices) -> None:
        self._services = services
        self.questions: dict[str, Callable[..., dict[str, Any]]] = {
            "loras": self.loras,
            "lora_send": self.lora_send,
            "lora_again": self.lora_again,
            "lora_drop": self.lora_drop,
            "lora_forget": self.lora_forget,
            "resources": self.resources,
        }

    def loras(self, language: Language) -> dict[str, Any]:
        """Uploads under way (with how far they are, or what went wrong), and those that are there."""
        words, loras = self._services.language(language), self._services.loras
        mine = guarded(loras.list_own)
        return {
            "sending": [_sending(one, words) for one in loras.list_uploads()],
            "mine": [
                {"file": one.file, "name": one.name, "size": one.size, "at": one.at.isoformat()}
                for one in mine
            ],
        }

    def lora_send(self, file: Upload, language: Language) -> dict[str, Any]:
        """Send an upload of the page on to RunningHub; `refused` says what is wrong with it."""
        path, name = uploaded_path(file), original_name(file)
        try:
            self._services.loras.upload(path, name)
        except InputRefused as fault:
            words = self._services.language(language)
            return {"refused": words(f"lora.bad_{fault}", file=name, limit=GIGABYTES)}
        except StudioError as fault:
            return {"refused": str(fault)}
        return self.loras(language)

    def lora_again(self, id: Id, language: Language) -> dict[str, Any]:
        """Try a failed upload again."""
        guarded(lambda: self._services.loras.retry(id))
        return self.loras(language)

    def lora_drop(self, id: Id, language: Language) -> dict[str, Any]:
        """Stop an upload, or put a failed one away."""
        guarded(lambda: self._services.loras.cancel(id))
        return self.loras(language)

    def lora_forget(self, file: ShortText, language: Language) -> dict[str, Any]:
        """Take one off the list."""
        guarded(lambda: self._services.loras.remove(file))
        return self.loras(language)

    def resources(self, kind: Word, query: ShortText, language: Language) -> dict[str, Any]:
        """What a field for a model of this kind may name: one's own first, then public ones; a problem is a
        sentence, and one's own are told all the same."""
        words, loras = self._services.language(language), self._services.loras
        own = [] if kind != "LORA" else guarded(loras.list_own)
        wanted = query.lower().split()
        mine: list[JsonValue] = [
            {"value": one.file, "name": one.name}
            for one in own
            if all(word in f"{one.name} {one.file}".lower() for word in wanted)
        ]
        told: dict[str, Any] = {"mine": mine, "public": [], "more": False, "problem": ""}
        if kind not in KINDS:
            return told
        covers = self._services.covers
        try:
            page = loras.search_public(kind, query)
        except StudioError:
            return told | {"problem": words("resource.away")}
        public = [
            {
                "value": one.node_name,
                "name": one.name,
                "about": one.description,
                "picture": cover_address(covers, one.picture),
                "tags": list(one.tags),
            }
            for one in page.resources
            if one.node_name
        ]
        return told | {"public": public, "more": page.has_more}


def _sending(one: Sending, words: Words) -> dict[str, JsonValue]:
    why = finding_said(one.finding, words) if one.finding else ""
    problem = words(f"lora.failed_{one.problem}", why=why) if one.problem else ""
    percent = 100 * one.done // one.size
    return {"id": one.id, "name": one.name, "size": one.size, "percent": percent, "problem": problem}
