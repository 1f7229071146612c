"""The API over real services, without a port."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rh_ui import bootstrap
from rh_ui.config import read_settings
from rh_ui.web.api.router import add_api
from rh_ui.web.routes.page_files import ASSETS
from rh_ui.web.services import PageServices, page_services
from tests.door import Admitted


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServices]:
    program = bootstrap.build(
        read_settings(data_dir=str(tmp_path_factory.mktemp("data")), port="0", demo=True)
    )
    yield page_services(program.services, ASSETS)
    program.stop()


@pytest.fixture(scope="module")
def client(services: PageServices) -> Iterator[TestClient]:
    app = FastAPI(openapi_url=None)
    add_api(app, services)
    app.add_middleware(Admitted)
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened
