"""What each noun of the API answers over real services and the emulator, in demo mode."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rh_ui import bootstrap
from rh_ui.config import read_settings
from rh_ui.web.api.router import add_api
from rh_ui.web.routes.page_files import ASSETS
from rh_ui.web.services import PageServices, page_services
from scripts.processes import look_until
from tests.door import Admitted
from tests.unit.web.edge import Api

MODEL: Final = "rhart-image-n-pro/text-to-image"
EDIT: Final = "rhart-image-n-pro/edit"
APP: Final = "1900000000000000201"
WORKFLOW: Final = "1900000000000000101"
GRAPH: Final = {
    "3": {"class_type": "KSampler", "inputs": {"seed": 2, "steps": 20}, "_meta": {"title": "Sampler"}}
}


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServices]:
    """Real services, started."""
    settings = read_settings(data_dir=str(tmp_path_factory.mktemp("data")), port="0", demo=True)
    with bootstrap.running(settings) as found:
        yield page_services(found, ASSETS)


@pytest.fixture
def api(client: TestClient) -> Api:
    return Api(client)


@pytest.fixture(scope="module")
def others(services: PageServices) -> Iterator[Api]:
    """The same page where other people reach it."""
    app = FastAPI()
    add_api(app, replace(services, address=replace(services.address, local=False)))
    app.add_middleware(Admitted)
    with TestClient(app) as opened:
        yield Api(opened)


@pytest.fixture(scope="module")
def result(client: TestClient) -> dict[str, Any]:
    """A finished run's picture."""
    form = {"prompt": "a red kite", "resolution": "1k"}
    press = {"id": "first", "copy": 0, "fresh": [], "seen": [], "keeps": True}
    placed = Api(client).post("/runs", endpoint=MODEL, params=form, press=press)
    task = look_until(
        lambda: Api(client).get(f"/runs/{placed['id']}"),
        lambda run: run["state"] == "done" and run["outputs"][0]["thumb"],
    )
    output: dict[str, Any] = task["outputs"][0]
    return output


def test_the_account_in_words(api: Api) -> None:
    told = api.get("/account", again=True)
    rows = dict(told["rows"])
    assert (told["problem"], told["link"]) == ("", "")
    assert len(told["rows"]) == 8
    assert rows["Mode"].startswith("Demo")
    assert re.fullmatch(r"¥[0-9]+\.[0-9]{2} CNY \(play money\)", rows["Balance"])
    assert api.get("/account", language="zh")["rows"][0][0] == "模式"


def test_keys_tries_and_addresses(api: Api, others: Api) -> None:
    keys = api.get("/account/keys")
    assert [set(key) for key in keys["keys"]] or keys["problem"]
    for what in ("key", "api", "upload", "storage"):
        told = api.post("/account/check", what=what)
        assert told["said"] and told["well"] in (True, None)
        assert bool(told["took"]) == (told["well"] is not None)
    places = api.get("/account/native-addresses")["places"]
    assert [place["plus"] for place in places] in ([False, True], [])
    assert all(place["hidden"].endswith("/••••••••") for place in places)
    assert others.get("/account/native-addresses") == {"places": []}
    assert api.post("/account/resume", site="nowhere", account="none") == {"pauses": []}


def test_the_top_line(api: Api, others: Api, result: dict[str, Any], services: PageServices) -> None:
    told = api.get("/status")
    assert (told["active"], told["attention"], told["pauses"]) == (0, 0, [])
    assert (told["demo"], told["table"]) == (True, services.forms.now().version)
    assert services.account.view().key_kind and told["key_kind"] == "", "the demo has no key to tell of"
    assert told["balance"].startswith(("$", "¥"))
    assert told["storage"] == {
        "history": "", "notices": [], "trouble": "", "count": 0, "full": False, "local": True,
    }  # fmt: skip
    assert others.get("/status")["storage"]["local"] is False


def test_storage_is_told_and_cleared_by_its_owner_alone(
    api: Api, others: Api, result: dict[str, Any]
) -> None:
    rows = {name: (told, what) for name, told, what in api.get("/storage")["rows"]}
    assert len(rows) == 7 and api.get("/storage")["problem"] == ""
    assert sorted(what for _, what in rows.values() if what) == ["inputs", "parts", "pictures", "uploads"]
    assert any(told.startswith("1 file") for told, _ in rows.values())
    assert {what for _, _, what in others.get("/storage")["rows"]} == {""}
    assert "Cleared" not in others.post("/storage/clear", what="pictures", keep=[])["said"]
    kept = api.post("/inputs/result", id=result["id"], endpoint=EDIT, field="imageUrls")
    assert api.post("/storage/clear", what="inputs", keep=[kept["ref"]])["said"].startswith(
        "There was nothing to clear"
    )
    assert api.post("/storage/clear", what="pictures", keep=[])["said"].startswith("Cleared 1 file,")
    for what in ("pictures", "parts", "uploads"):
        assert not api.post("/storage/clear", what=what, keep=[])["said"].startswith("Cleared")
    assert api.post("/storage/return", anew=False)["storage"]["trouble"] == ""


def test_codes_by_number_and_by_words(api: Api) -> None:
    every = api.get("/codes")
    assert len(every["entries"]) > 50 and every["none"] == ""
    (first, *_) = api.get("/codes", query="416")["entries"]
    assert first["code"] == "416" and all(first.values())
    assert api.get("/codes", query="999999") == {
        "entries": [],
        "none": api.get("/codes", query="999999")["none"],
    }
    assert "999999" in api.get("/codes", query="999999")["none"]
    assert api.get("/codes", query="???")["entries"] == []
    assert api.get("/codes/416")["said"].count(".") >= 1
    assert api.get("/codes/nothing") == {"said": ""}


def test_a_search_tells_what_is_being_retired_and_what_is_not_offered(api: Api) -> None:
    found = api.get("/models/search", query="sora 2 pro")
    assert "rhart-video-s/text-to-video-pro" in found["by_modality"]["video"]
    assert "rhart-video-s/text-to-video-pro" in found["retired"]
    assert "rhart-video-s-official/text-to-video-pro" not in found["retired"]
    (closed, *_) = api.get("/models/search", query="mureka o2 instrumental")["closed"]
    assert closed["title"] == "Mureka O2 — instrumental music" and "not available" in closed["said"]
    everywhere = api.get("/models/search", query="mureka")
    assert "mureka-o2/instrumental-generate" not in everywhere["by_modality"]["audio"]
    assert len(api.get("/models/search", query="")["closed"]) == 2


def test_models_are_found_told_and_reckoned(api: Api, result: dict[str, Any]) -> None:
    found = api.get("/models/search", query="nano bananna")["by_modality"]
    assert set(found) == {"image", "video", "audio", "3d", "text"}
    assert api.get("/models/recent", modality="image") == {"paths": [MODEL]}
    card = api.get("/models/details", endpoint=MODEL)
    assert card["count"] == 1 and card["usual_seconds"] is not None
    assert [sample["title"] for sample in card["samples"]] == ["a red kite"]
    assert card["price"] and {"key", "label", "help", "optional", "limits"} == set(card["inputs"][0])
    told = api.post("/models/estimate", endpoint=MODEL, params={"prompt": "x", "resolution": "1k"})
    assert told["problems"] == [] and told["amount"] and told["words"] and told["as_of"]
    (lacking,) = api.post("/models/estimate", endpoint=MODEL, params={})["problems"][:1]
    assert lacking["field"] == "prompt" and lacking["fields"] == ["prompt"] and lacking["zh"]
    none = {"amount": None, "currency": None, "words": "", "free": False, "free_left": None, "account": ""}
    assert api.post("/models/quote", endpoint=MODEL, params={"prompt": "x"}) == none


def test_a_result_and_what_becomes_of_it(api: Api, result: dict[str, Any]) -> None:
    page = api.get("/results")
    assert [item["id"] for item in page["items"]] == [result["id"]] and page["more"] is False
    assert api.get("/results", kind="video")["items"] == []
    assert api.get("/results", offset=1)["items"] == []
    assert [item["id"] for item in api.get("/results", kind="image", search="kite", limit=0)["items"]]
    large = api.get(f"/results/{result['id']}")
    assert large["output"]["id"] == result["id"] and large["task"]["id"] == result["task"]
    assert (large["output"]["vertices"], large["output"]["faces"], large["output"]["turned"]) == (
        None,
        None,
        "",
    )
    assert "labels" not in large and isinstance(large["settings"], list)
    assert api.refused(f"/results/{result['id']}/forget", 409)["code"] == "file-here"
    assert api.post(f"/results/{result['id']}/remember") == {}
    task = result["task"]
    assert api.get(f"/runs/{task}/failure") == {"said": "Done", "code": ""}
    form = api.get(f"/runs/{task}/form", endpoint=MODEL)
    assert form["values"]["prompt"] == "a red kite" and form["lost"] == form["blames"] == []
    assert form["said"] == ""
    assert api.get(f"/runs/{task}/form", endpoint="kling-elements-advanced")["said"]
    assert api.get(f"/runs/{task}/webhook")["again"] is False
    assert api.refused(f"/runs/{task}/cancel", 409)["code"] == "cancel-over"
    assert api.refused(f"/runs/{task}/fetch-files", 409)["code"] == "files-here"
    assert api.refused(f"/runs/{task}/resolve", 409, action="lost")["charged"] == "no"
    assert api.refused(f"/runs/{task}/move-up", 409)["sentence"]
    board = api.get("/runs/board", modality="image", shown=0)
    assert [card["id"] for card in board["ended"]] == [task] and board["active"] == []
    assert [card["id"] for card in api.get("/runs/tray")["ended"]] == [task]


def test_inputs_of_a_form(api: Api, services: PageServices, result: dict[str, Any], tmp_path: Path) -> None:
    place = {"endpoint": EDIT, "field": "imageUrls"}
    taken = api.post("/inputs/result", id=result["id"], **place)
    assert taken["ref"] == taken["source"] and taken["name"] == result["name"] and taken["problems"] == []
    assert taken["size"] == result["size"] and taken["gone"] is False and taken["notice"] == ""
    assert api.post("/inputs/fit", ref=taken["ref"], **place) == taken
    lost = api.post("/inputs/fit", ref="input:" + "0" * 64 + ".png", **place)
    assert lost["gone"] is True and lost["ref"] == "" and len(lost["problems"]) == 1
    assert api.post("/inputs/result", id="none", **place)["problems"]
    link = "https://example.com/a.png"
    assert api.post("/inputs/link", link=link, **place)["ref"] == link
    own = api.post("/inputs/link", link=f"http://127.0.0.1:7860/{result['url']}", **place)
    assert own["ref"] == taken["ref"]
    private = api.post("/inputs/link", link="http://192.168.0.7/a.png", **place)
    assert private["ref"] == "" and len(private["problems"]) == 1


def test_the_table_of_models(api: Api, services: PageServices) -> None:
    told = api.get("/catalog")
    assert len(told["rows"]) == 2 and told["local"] is True
    assert (told["version"], told["loaded"], told["notice"]) == (services.forms.now().version, "", "")
    assert api.post("/catalog/look", files=[])["refused"]
    assert api.post("/catalog/use", token="none")["refused"]
    assert api.post("/catalog/back") == {"refused": ""}


def test_apps_and_their_kept_forms(api: Api) -> None:
    listed = api.get("/apps", page=0, sort="odd")
    assert listed["refused"] == "" and len(listed["cards"]) > 2
    assert listed == api.get("/apps", page=1, sort="RECOMMEND")
    assert {"id", "title", "description", "cover"} == set(listed["cards"][0])
    assert api.get("/apps", query="no such app at all")["cards"] == []
    assert api.post("/apps/open", text="no id")["spec"] is None
    opened = api.post("/apps/open", text=f"https://www.runninghub.ai/ai-detail/{APP}")
    path = opened["spec"]["path"]
    assert opened["refused"] == "" and opened["spec"]["id"] == APP
    assert api.get("/forms/form", path=path) == opened
    assert api.get("/forms/form", path="none")["refused"] and api.get("/forms/costs", path=path)["costs"]
    assert api.post("/forms/like", path=path, yes=True) == {"favourite": True}
    tiles = api.get("/forms", kind="ai-app")
    assert [tile["favourite"] for tile in tiles["tiles"]] == [True] and tiles["more"] is tiles[
        "many"
    ] is False
    assert (
        api.get("/forms", kind="workflow")["tiles"] == [] and len(api.get("/forms", kind="odd")["tiles"]) == 1
    )
    assert api.get("/forms", query="zzz")["tiles"] == [] and api.get("/forms", shown=0)["more"] is True
    assert api.post("/forms/remove", path=path) == {}
    assert api.get("/forms")["tiles"] == []


def test_quick_creations(api: Api, others: Api) -> None:
    text = api.get("/quick-creations/example")["text"]
    assert set(json.loads(text)) == {"webappId", "quickCreateCode", "nodeInfoList"}
    assert api.post("/quick-creations/open", text="nothing")["refused"]
    opened = api.post("/quick-creations/open", text=text)
    assert opened["refused"] == "" and opened["path"]
    styles = api.get("/quick-creations/styles", path=opened["path"])["styles"]
    assert styles and all(style["name"] and style["sets"] for style in styles)
    assert api.get("/quick-creations/styles", path="none") == {"styles": []}
    api.post("/forms/remove", path=opened["path"])


def test_workflows(api: Api) -> None:
    assert api.post("/workflows/open", wanted="")["at"] == "id"
    assert api.post("/workflows/open", wanted="1", graph="{")["at"] in ("file", "id")
    assert api.post("/workflows/open", wanted=WORKFLOW, graph="x" * (4 * 1024 * 1024 + 1))["at"] == "file"
    assert api.post("/workflows/open", wanted=WORKFLOW, graph="x" * 10)["at"] == "file"
    opened = api.post("/workflows/open", wanted=WORKFLOW, graph=json.dumps(GRAPH), name="mine.json")
    assert opened["at"] == opened["said"] == ""
    path = opened["path"]
    told = api.get("/workflows/inputs", path=path)
    assert told["id"] == WORKFLOW and told["own"] is True
    seed = next(one for one in told["inputs"] if one["seed"])
    assert (seed["class"], seed["node"], seed["was"]) == ("KSampler", "3", "2")
    found = api.get("/workflows/inputs/search", path=path, query="sampler steps")["keys"]
    assert found == [one["key"] for one in told["inputs"] if "steps" in one["key"]]
    saved = api.post(
        "/workflows/save",
        path=path,
        name="Mine",
        about="",
        anew=True,
        shown=[{"key": found[0], "label": "S"}],
    )
    assert saved["path"] != path
    assert api.get("/workflows/inputs", path=saved["path"])["shown"] == [{"key": found[0], "label": "S"}]
    assert api.post("/workflows/renew", path=path) == {"own": True, "lost": [], "more": False}
    assert api.refused("/workflows/renew", 404, path="none")["charged"] == "no"


def test_loras_and_public_models(api: Api) -> None:
    assert api.get("/loras") == {"sending": [], "mine": [], "refused": "", "accounts": []}
    for path in ("/loras/none/again", "/loras/none/drop"):
        assert api.refused(path, 404)["charged"] == "no"
    assert api.post("/loras/forget", file="none.safetensors")["mine"] == []
    nothing = {"mine": [], "public": [], "more": False, "problem": ""}
    assert api.get("/resources", kind="STYLE") == nothing
    found = api.get("/resources", kind="CHECKPOINT")
    assert found["problem"] == "" and found["public"] and all(one["value"] for one in found["public"])


def test_runs_made_elsewhere(api: Api, services: PageServices, result: dict[str, Any]) -> None:
    task = services.history.task(result["task"])
    seen = api.get("/external-runs", number=task.remote_id)
    assert (seen["number"], seen["here"], seen["doubt"]) == (task.remote_id, task.id, "")
    assert len(seen["rows"]) == 3 and all(name and value for name, value in seen["rows"])
    assert api.refused("/external-runs", 409, number=task.remote_id)["code"] == "outside-here"
    assert api.refused("/external-runs", 409, number="12")["code"] == "resolve-digits"
