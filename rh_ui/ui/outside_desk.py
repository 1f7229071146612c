"""What the page asks about runs made elsewhere, and about RunningHub's message at a run's end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from rh_ui.domain import Charged
from rh_ui.i18n import Words, format
from rh_ui.services.external_runs import RemoteRun
from rh_ui.ui.named_api import guarded
from rh_ui.web.arguments import Id, Language, ShortText
from rh_ui.web.serializers import runs
from rh_ui.web.serializers.messages import in_language
from rh_ui.web.services import PageServices


class OutsideDesk:
    """The questions, bound to the services."""

    def __init__(self, services: PageServices) -> None:
        self._services = services

    @property
    def questions(self) -> dict[str, Callable[..., dict[str, Any]]]:
        asked = (self.outside_look, self.outside_bring, self.hook, self.hook_again)
        return {question.__name__: question for question in asked}

    def outside_look(self, number: ShortText, language: Language) -> dict[str, Any]:
        """What RunningHub says of a run by its id: rows in words, and whether it can be brought in."""
        seen, words = guarded(lambda: self._services.external_runs.look_up(number)), self._words(language)
        rows = [
            [words("outside.state"), words.get(f"outside.state_{seen.state}", seen.state)],
            [words("outside.results"), _results(seen, words)],
            [words("outside.cost"), _cost(seen, words)],
        ]
        if seen.reason:
            rows.append([words("outside.reason"), in_language(seen.reason, language)])
        return {
            "number": seen.number,
            "rows": rows,
            "here": seen.here.id if seen.here else "",
            "doubt": words("outside.doubt") if seen.doubtful and seen.here is None else "",
        }

    def outside_bring(self, number: ShortText) -> dict[str, Any]:
        """Bring such a run into the history; nothing is charged for it again."""
        return {**runs.task_json(guarded(lambda: self._services.external_runs.import_run(number)))}

    def hook(self, id: Id, language: Language) -> dict[str, Any]:
        """What became of RunningHub's message at the end of a run, in words; whether it can be sent again."""
        task, words = guarded(lambda: self._services.history.task(id)), self._words(language)
        message = guarded(lambda: self._services.webhooks.message(task))
        if message is None:
            return {"said": words("hook.none"), "rows": [], "again": False}
        rows = [
            [words("hook.answer"), message.answer],
            [words("hook.tries"), str(message.retries) if message.retries else ""],
            [words("hook.created"), message.created.replace("T", " ")],
            [words("hook.updated"), message.updated.replace("T", " ")],
        ]
        said = words("hook.delivered" if message.delivered else "hook.failed")
        return {"said": said, "rows": [row for row in rows if row[1]], "again": True}

    def hook_again(self, id: Id) -> dict[str, Any]:
        """Have the message sent once more."""
        task = guarded(lambda: self._services.history.task(id))
        guarded(lambda: self._services.webhooks.resend(task))
        return {}

    def _words(self, language: str) -> Words:
        return self._services.language(language)


def _results(seen: RemoteRun, words: Words) -> str:
    counts = Counter(seen.kinds)
    told = [
        words("outside.count", count=count, kind=words(f"outside.kind_{kind.value}"))
        for kind, count in counts.items()
    ]
    return words("outside.comma").join(told) or words("outside.none")


def _cost(seen: RemoteRun, words: Words) -> str:
    told = [format.money(seen.cost)] if seen.cost else []
    told += [words("account.coins_of", count=seen.coins)] if seen.coins else []
    if told:
        return words("outside.comma").join(told)
    return words("outside.free" if seen.charged is Charged.NO else "outside.cost_unknown")
