"""The API alone: a test decides what the services answer, also what a real one answers once a year."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any, cast

from fastapi import FastAPI
from fastapi.testclient import TestClient

from rh_ui.catalog.schema import Catalog
from rh_ui.i18n import LANGUAGES
from rh_ui.people import OWNER
from rh_ui.services.projects import NAMELESS
from rh_ui.web.api.router import add_api
from rh_ui.web.serializers.messages import page_words
from rh_ui.web.services import PageServices
from tests.door import Admitted

WORDS = {language: page_words(language) for language in LANGUAGES}


class Calls:
    """A service that records its calls, and returns or raises what the test says."""

    def __init__(self, **answers: Any) -> None:
        self.heard: list[tuple[Any, ...]] = []
        self._answers = answers

    def __getattr__(self, name: str) -> Any:
        def called(*args: Any, **values: Any) -> Any:
            self.heard.append((name, *args, *([values] if values else [])))
            answer = self._answers.get(name)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return called


class Api:
    """Calls that must succeed."""

    def __init__(self, client: TestClient) -> None:
        self._client = client

    @property
    def client(self) -> TestClient:
        return self._client

    def get(self, path: str, /, **given: Any) -> Any:
        return self._told(self.client.get(f"/rh/api{path}", params=given))

    def post(self, path: str, /, **given: Any) -> Any:
        return self._told(self.client.post(f"/rh/api{path}", json=given))

    def _told(self, answer: Any) -> Any:
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, path: str, status: int, /, **given: Any) -> Any:
        answer = self.client.post(f"/rh/api{path}", json=given)
        assert answer.status_code == status, answer.text
        return answer.json()


@cache
def shared_app() -> FastAPI:
    """Made once: that takes longer than any call of it."""
    app = FastAPI()
    add_api(app, cast(PageServices, None))
    app.add_middleware(Admitted)
    return app


class Edge(Api):
    """Calls that must succeed, with these services behind them."""

    def __init__(self, *, local: bool = True, **services: Any) -> None:
        self._told_services: Any = SimpleNamespace(
            words=WORDS,
            language=lambda language: WORDS[language],
            address=SimpleNamespace(local=local),
            catalog=Catalog({}),
            active_catalog=SimpleNamespace(catalog=Catalog({})),
            demo=False,
            manages=local,
            sees_money=True,
            accounts=SimpleNamespace(all=(), several=False),
            checks_of=lambda _account: self._told_services.checks,
            sites=[services.get("site", "")],
            caller=OWNER,
            opened=lambda output: output,
            projects=SimpleNamespace(names=lambda _caller: NAMELESS),
            marks=SimpleNamespace(read=lambda _ids: {}),
            tags=SimpleNamespace(read=lambda _ids: {}),
            of=lambda _caller: self._told_services,
        )
        self._told_services.__dict__.update(services)
        super().__init__(TestClient(shared_app()))

    @property
    def client(self) -> TestClient:
        shared_app().state.services = self._told_services
        return super().client
