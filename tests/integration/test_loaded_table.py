"""A registry loaded into the running demo: a new model runs at once, after a restart too, and can be
removed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from rh_ui import bootstrap
from rh_ui.catalog.loader import DATA_FOLDER, read_entries
from rh_ui.config import read_settings
from rh_ui.web.api import account, catalog
from rh_ui.web.api.catalog import Files, PreviewToken
from rh_ui.web.routes.page_files import ASSETS
from rh_ui.web.services import page_services
from scripts.processes import Program, look_until, start_app
from tests.registries import model, newcomer, write_registry

NEW = "nova-lab/comet-2.0/text-to-image"
PATIENCE = 60.0


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    models = [model(entry) for entry in read_entries(DATA_FOLDER, [])]
    return write_registry(tmp_path / "models_registry.json", [*models, newcomer(NEW)])


def uploaded(app: Program, file: Path) -> dict[str, str]:
    with file.open("rb") as stream:
        answer = requests.post(f"{app.url}/gradio_api/upload", files={"files": stream}, timeout=30)
    return {"path": answer.json()[0], "orig_name": file.name}


def run(app: Program, words: str) -> dict[str, Any]:
    """One ended run of the new model, with its file."""
    made = app.call("submit", NEW, {"prompt": words}, "")
    ends = ("done", "failed")
    task = look_until(lambda: app.call("task", made["id"]), lambda run: run["state"] in ends, PATIENCE)
    assert task["state"] == "done", task["error"]
    picture = requests.get(f"{app.url}/{task['outputs'][0]['url']}", timeout=10)
    assert picture.headers["Content-Type"].startswith("image/") and len(picture.content) > 1000
    return dict(task)


def models(app: Program, version: str) -> requests.Response:
    return requests.get(f"{app.url}/rh/models/{version}/en/image.json", timeout=10)


def test_a_loaded_registry_works_at_once_survives_a_restart_and_goes_again(
    tmp_path: Path, registry: Path
) -> None:
    app = start_app(tmp_path)
    try:
        before = app.get("/status")["table"]
        look = app.post("/catalog/look", "zh", files=[uploaded(app, registry)])
        assert look["refused"] == "" and [group["name"] for group in look["groups"]] == ["新增模型：1"]
        foreign = requests.post(
            f"{app.url}/rh/api/catalog/use",
            json={"token": look["token"]},
            headers={"Origin": "http://evil.example"},
            timeout=10,
        )
        assert foreign.status_code == 403
        assert app.get("/status")["table"] == before and NEW not in models(app, before).text
        with pytest.raises(RuntimeError, match="no model"):
            app.call("submit", NEW, {"prompt": "too early"}, "")
        assert app.post("/catalog/use", token=look["token"]) == {"refused": ""}
        after = app.get("/status")["table"]
        assert after != before
        assert NEW in models(app, after).text and "immutable" in models(app, after).headers["Cache-Control"]
        assert models(app, before).headers["Cache-Control"] == "no-store"
        assert f'"table": "{after}"' in requests.get(app.url, timeout=10).text
        assert app.get("/models/search", query="comet")["by_modality"]["image"] == [NEW]
        assert app.call("endpoint", NEW)["fields"][0]["max_length"] == 500
        first = run(app, "a comet")
    finally:
        assert app.stop() == 0
    app = start_app(tmp_path)
    try:
        assert app.get("/status")["table"] == after
        run(app, "another comet")
        cards = app.get("/runs/board", modality="image")["ended"]
        assert {card["model"] for card in cards} == {"Nova Lab Comet 2.0 — text to image"}
        assert app.post("/catalog/back") == {"refused": ""}
        assert app.get("/status")["table"] == before
        with pytest.raises(RuntimeError, match="no model"):
            app.call("submit", NEW, {"prompt": "too late"}, "")
        cards = app.get("/runs/board", modality="image")["ended"]
        assert {card["model"] for card in cards} == {NEW} and first["id"] in {card["id"] for card in cards}
    finally:
        assert app.stop() == 0
    assert "Traceback" not in app.said()


def test_a_page_that_others_reach_lets_nobody_change_its_table(tmp_path: Path) -> None:
    program = bootstrap.build(read_settings(data_dir=str(tmp_path), port="0", demo=True))
    try:
        address = replace(program.services.address, local=False)
        services = page_services(replace(program.services, address=address), ASSETS)
        assert account.native_addresses(services) == {"places": []}
        words = services.language("en")
        assert catalog.table(services, words)["local"] is False
        answers = [
            catalog.look(services, words, Files(files=[]))["refused"],
            catalog.use(services, words, PreviewToken(token=""))["refused"],
            catalog.back(services, words)["refused"],
        ]
        assert [answer.partition(",")[0] for answer in answers] == ["Others reach this page too"] * 3
        assert services.active_catalog.edition == 0
    finally:
        program.stop()
