"""The named API through gradio_client, and what the page's own addresses serve and refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program, clean_environment, free_port, look_until, start_app
from tests.browser.conftest import KEY, journal, script, with_key

MODEL = "rhart-image-n-g31-flash/text-to-image"
WITH_PICTURES = "rhart-image-n-g31-flash/image-to-image"


@pytest.fixture(scope="module")
def client(live: Program) -> Client:
    return Client(live.url, verbose=False)


def ended(client: Client, run: dict[str, Any]) -> dict[str, Any]:
    over = ("done", "failed", "cancelled", "unknown")
    return look_until(
        lambda: dict(client.predict(run["id"], api_name="/task")), lambda now: now["state"] in over
    )


def test_models_can_be_listed_and_looked_at(client: Client) -> None:
    everything = client.predict("", api_name="/endpoints")
    sounds = client.predict("audio", api_name="/endpoints")
    assert len(everything) > 340
    assert {entry["modality"] for entry in sounds} == {"audio"}
    model = client.predict(MODEL, api_name="/endpoint")
    assert model["endpoint"] == MODEL
    prompt = next(field for field in model["fields"] if field["key"] == "prompt")
    assert prompt["required"] is True
    with pytest.raises(AppError, match="no model"):
        client.predict("no/such/model", api_name="/endpoint")
    with pytest.raises(AppError, match="no modality"):
        client.predict("smells", api_name="/endpoints")


def test_a_price_and_what_is_wrong_are_told_before(client: Client) -> None:
    good = client.predict(MODEL, {"prompt": "a boat", "resolution": "1k"}, api_name="/estimate")
    assert (good["amount"], good["currency"], good["problems"]) == ("0.19", "CNY", [])
    bad = client.predict(MODEL, {"resolution": "9k"}, api_name="/estimate")
    assert {problem["field"] for problem in bad["problems"]} == {"prompt", "resolution"}
    assert all(problem["en"] and problem["zh"] for problem in bad["problems"])


def test_a_run_with_a_local_file_from_submit_to_its_bytes(
    client: Client, live: Program, tmp_path: Path
) -> None:
    picture = tmp_path / "boat.png"
    Image.new("RGB", (320, 240), "#225577").save(picture)
    params = {"prompt": "by API", "imageUrls": [handle_file(picture)], "resolution": "1k"}
    run = ended(client, client.predict(WITH_PICTURES, params, api_name="/submit"))
    assert run["state"] == "done"
    assert run["cost"] == {"amount": "0.19", "currency": "CNY"}
    assert run["remote_id"].isdigit()
    assert len(run["remote_id"]) == 19
    (output,) = run["outputs"]
    answer = requests.get(f"{live.url}/{output['url']}", timeout=30)
    assert answer.status_code == 200
    assert len(answer.content) == output["size"]
    part = requests.get(f"{live.url}/{output['url']}", headers={"Range": "bytes=0-9"}, timeout=30)
    assert part.status_code == 206
    assert part.content == answer.content[:10]
    assert run["id"] in [other["id"] for other in client.predict("done", 10, api_name="/tasks")]


def test_the_same_request_id_starts_one_run(client: Client, emulator: RunningEmulator) -> None:
    before = journal(emulator)[-1]["n"]
    params = {"prompt": "asked twice"}
    first = client.predict(MODEL, params, "order-17", api_name="/submit")
    second = client.predict(MODEL, params, "order-17", api_name="/submit")
    assert first["id"] == second["id"]
    ended(client, first)
    sent = [entry for entry in journal(emulator, before) if entry["operation"] == "submit"]
    assert len(sent) == 1


def test_a_refused_payload_never_leaves(client: Client, emulator: RunningEmulator) -> None:
    before = journal(emulator)[-1]["n"]
    for params, words in (
        ({}, "Prompt is missing"),
        ({"prompt": "x", "resolution": "9k"}, "9k"),
        ({"prompt": "x", "nonsense": 1}, "nonsense"),
        ({"prompt": {"path": "/etc/passwd"}}, "not uploaded to the page"),
    ):
        with pytest.raises(AppError, match=words):
            client.predict(MODEL, params, api_name="/submit")
    assert [entry for entry in journal(emulator, before) if entry["operation"] in ("submit", "upload")] == []


def test_an_unknown_outcome_is_resolved_by_hand(client: Client, emulator: RunningEmulator) -> None:
    before = journal(emulator)[-1]["n"]
    script(emulator, faults=[{"on": "submit", "do": "drop-after"}])
    run = ended(client, client.predict(MODEL, {"prompt": "where is it"}, api_name="/submit"))
    assert run["state"] == "unknown"
    (sent,) = [entry for entry in journal(emulator, before) if entry["operation"] == "submit"]
    found = client.predict(run["id"], "found", sent["task_id"], api_name="/resolve")
    assert ended(client, found)["state"] == "done"
    with pytest.raises(AppError, match="unknown"):
        client.predict(run["id"], "lost", "", api_name="/resolve")


def test_a_run_is_cancelled(client: Client, emulator: RunningEmulator) -> None:
    script(emulator, times={"queue": 0.0, "run": 3600.0})
    run = client.predict(MODEL, {"prompt": "stop it"}, api_name="/submit")
    while run["state"] != "running":
        run = client.predict(run["id"], api_name="/task")
    asked = client.predict(run["id"], api_name="/cancel")
    script(emulator, times={"queue": 0.0, "run": 0.1})
    assert ended(client, asked)["state"] == "cancelled"


@pytest.mark.parametrize(
    "path",
    [
        "rh/files/none/x.png",
        "rh/thumbs/none",
        "rh/inputs/..%2f..%2fstudio.db",
        "rh/inputs/" + "0" * 64 + ".png",
        "rh/assets/1/../../app.py",
        "rh/assets/1/..%2f..%2fapp.py",
        "rh/assets/1/%2e%2e/%2e%2e/app.py",
        "rh/words/1/../en.json",
        "rh/words/1/xx.json",
        "gradio_api/file=/etc/passwd",
        "gradio_api/file=app.py",
        "gradio_api/file=requirements.txt",
    ],
)
def test_nothing_but_results_is_given_out(live: Program, path: str) -> None:
    session = requests.Session()
    request = requests.Request("GET", "http://x/").prepare()
    request.url = f"{live.url}/{path}"
    assert session.send(request, timeout=10).status_code in (403, 404, 405)


def test_other_web_pages_can_start_nothing(live: Program) -> None:
    order = {"data": [MODEL, {"prompt": "not yours"}, ""]}
    for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
        answer = requests.post(f"{live.url}/gradio_api/run/submit", json=order, headers=headers, timeout=10)
        assert answer.status_code == 403
    assert "not yours" not in str(live.call("tasks", "", 500))


def test_the_key_is_nowhere_on_the_page(emulator: RunningEmulator, tmp_path: Path) -> None:
    secret = "rh_TESTKEY_0123456789abcdef"
    script(emulator, accounts={secret: {"kind": "SHARED", "limit": 3, "balance": "5"}})
    app = start_app(tmp_path, environment=with_key(emulator, secret))
    app.call("submit", MODEL, {"prompt": "hello"}, "")
    pages = ["", "config", "gradio_api/info", "rh/words/1/en.json", "gradio_api/startup-events"]
    seen = "".join(requests.get(f"{app.url}/{name}", timeout=20).text for name in pages)
    seen += str([app.get("/status"), app.get("/account", again=True), app.call("tasks", "", 9)])
    assert app.stop() == 0
    on_disk = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert secret not in seen
    assert secret.encode() not in on_disk


@pytest.mark.parametrize(
    "given", [{"RH_API_KEY": "rh_TESTKEY_wrong"}, {"RH_API_KEY": KEY, "RH_API_HOST": "down"}]
)
def test_a_wrong_key_and_a_dead_network_are_told_in_words(
    emulator: RunningEmulator, tmp_path: Path, given: dict[str, str]
) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    host = nobody if given.get("RH_API_HOST") == "down" else emulator.url
    app = start_app(tmp_path, environment=given | {"RH_API_HOST": host})
    account = app.get("/account", again=True)
    assert account["problem"].endswith(".")
    assert "Traceback" not in account["problem"]
    placed = app.call("submit", MODEL, {"prompt": "will it go"}, "")["id"]
    run = look_until(lambda: app.call("task", placed), lambda now: now["state"] == "failed" or now["note"])
    if host == nobody:
        assert (run["state"], run["note"]) == ("queued", "not-sent")
    else:
        assert run["state"] == "failed"
        assert run["charged"] == "no"
        assert "key" in run["error"]["message"].lower()
    assert app.stop() == 0
    assert "Traceback" not in app.said()


def test_tests_run_without_settings_of_the_person_who_runs_them() -> None:
    assert not [name for name in clean_environment() if name.startswith(("RH_", "GRADIO_"))]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a%20b#1.png", "a%20b#1.png"),
        ("e\u0301te\u0301.png", "e\u0301te\u0301.png"),
        ("..\\x.png", "x.png"),
        ("CON.png", "CON.png"),
        ("a: <b>?*.png", "a: <b>?*.png"),
        ("猫😀.png", "猫😀.png"),
        ("n" * 250 + ".png", "n" * 196 + ".png"),
    ],
)
def test_files_of_any_name_come_in_and_are_shown(live: Program, tmp_path: Path, name: str, kept: str) -> None:
    """Field case C36: the name is only shown; a stored file is named by its content."""
    Image.new("RGB", (320, 320), "teal").save(tmp_path / "a", "PNG")
    with (tmp_path / "a").open("rb") as file:
        answer = requests.post(
            f"{live.url}/gradio_api/upload", files={"files": ("plain.png", file)}, timeout=30
        )
    data = {"path": answer.json()[0], "orig_name": name}
    found = live.post("/inputs/upload", file=data, endpoint=WITH_PICTURES, field="imageUrls")
    assert (found["name"], found["problems"]) == (kept, [])
    shown = requests.get(f"{live.url}/rh/inputs/{found['ref'].removeprefix('input:')}", timeout=30)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")
    assert shown.content == (tmp_path / "a").read_bytes()
