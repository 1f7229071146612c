"""ComfyUI at an address that contains the key: a graph is sent as its tools send it, a file comes out."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from websockets.sync.client import connect

from tests.integration.emulator.caller import Caller, until

GRAPH: dict[str, Any] = {
    "3": {"class_type": "LoadImage", "inputs": {"image": "x.png"}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a red kite"}},
    "9": {"class_type": "SaveImage", "inputs": {"images": ["6", 0]}},
}


def native(caller: Caller, key: str = "", place: str = "proxy") -> str:
    return f"{caller.url}/{place}/{key or caller.key}"


def get(address: str, **query: str) -> Any:
    answer = requests.get(address, params=query, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()


def send(caller: Caller, graph: Any, **more: Any) -> requests.Response:
    return requests.post(f"{native(caller)}/prompt", json={"prompt": graph, **more}, timeout=30)


def taken(caller: Caller) -> str:
    """The name of an uploaded picture for a LoadImage node."""
    files = {"image": ("photo.png", b"\x89PNG made up")}
    told = requests.post(f"{native(caller)}/upload/image", files=files, timeout=30).json()
    return f"{told['subfolder']}/{told['name']}"


@pytest.mark.parametrize("place", ["proxy", "proxy-plus"])
def test_a_graph_is_run_and_its_file_seen(caller: Caller, place: str) -> None:
    caller.script(settings={"small": True})
    graph = GRAPH | {"3": {"class_type": "LoadImage", "inputs": {"image": taken(caller)}}}
    started = send(caller, graph).json()
    address = native(caller, place=place)
    until(lambda: started["prompt_id"] in get(f"{address}/history/{started['prompt_id']}"))
    past = get(f"{address}/history/{started['prompt_id']}")[started["prompt_id"]]
    assert past["status"] == {"status_str": "success", "completed": True, "messages": []}
    (file,) = past["outputs"]["9"]["images"]
    picture = requests.get(f"{address}/view", params=file, timeout=30)
    assert picture.status_code == 200 and picture.content.startswith(b"\x89PNG")
    other = requests.get(f"{address}/view", params=file | {"filename": "../../book.db"}, timeout=30)
    assert other.status_code == 404
    assert list(get(f"{address}/history", max_items="1")) == [started["prompt_id"]]


def test_a_graph_that_does_not_hold_is_told_as_comfyui_does(caller: Caller) -> None:
    answer = send(caller, GRAPH)
    assert answer.status_code == 400
    assert answer.json()["node_errors"]["3"]["class_type"] == "LoadImage"
    assert send(caller, "no graph").status_code == 400


def test_progress_is_told_to_the_client_that_sent_it(caller: Caller) -> None:
    caller.script(settings={"small": True, "progress_binary": False})
    graph = {node: GRAPH[node] for node in ("6", "9")}
    with connect(f"ws{native(caller).removeprefix('http')}/ws?clientId=mine") as following:
        assert json.loads(following.recv(30))["data"]["sid"] == "mine"
        following.send("words of a client change nothing")
        started = send(caller, graph, client_id="mine").json()
        frames: list[dict[str, Any]] = []
        while not frames or frames[-1]["type"] != "executing" or frames[-1]["data"]["node"] is not None:
            frames.append(json.loads(following.recv(30)))
    assert all(frame["data"].get("prompt_id", "") in ("", started["prompt_id"]) for frame in frames)
    assert frames[-1]["data"]["prompt_id"] == started["prompt_id"]
    assert "execution_success" in [frame["type"] for frame in frames]


def test_the_nodes_are_told_to_anybody_and_nothing_else(caller: Caller) -> None:
    strange = native(caller, "no-such-key")
    assert "SaveImage" in get(f"{strange}/object_info")
    assert list(get(f"{strange}/object_info/SaveImage")) == ["SaveImage"]
    for told in (get(f"{strange}/history"), get(f"{strange}/view", filename="x")):
        assert told["code"] == 802
    assert requests.post(f"{strange}/prompt", json={}, timeout=30).json()["code"] == 802


def test_no_key_stands_in_the_journal(caller: Caller) -> None:
    since = caller.last_number()
    get(f"{native(caller)}/history")
    (entry,) = caller.journal(since)
    assert (entry["path"], entry["account"]) == ("/proxy/***/history", "demo-shared")
