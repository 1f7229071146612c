"""Two thousand requests that nobody sends on purpose, to the program as it is started."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, cast

import pytest
import requests

from rh_ui.emulator.runner import RunningEmulator, start_emulator
from rh_ui.ui.guards.signatures import parameters
from rh_ui.ui.named_api import NamedApi
from rh_ui.ui.page import named_functions
from rh_ui.web.access import PAGE
from rh_ui.web.api.router import description
from rh_ui.web.services import PageServices
from scripts.processes import Program, look_until, start_app
from tests.fuzzing import MODELS, Odd, Sent

SEED: Final = int(os.environ.get("FUZZ_SEED", "20261129"))
REQUESTS: Final = 2000
AT_ONCE: Final = 4
STREAM: Final = "/rh/events"
TOLD: Final = ("Traceback", "sqlalchemy", "sqlite3", "ValueError", "TypeError", "KeyError", "pydantic")
"""Words that no answer may hold."""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    emulator: RunningEmulator = start_emulator(tmp_path_factory.mktemp("emulator"), "--fast", "--small")
    account = {"kind": "SHARED", "limit": 100, "balance": "100000"}
    requests.post(f"{emulator.url}/_emulator/script", json={"accounts": {"demo-shared": account}}, timeout=10)
    app = start_app(
        tmp_path_factory.mktemp("fuzzed"),
        environment={"RH_API_KEY": "demo-shared", "RH_API_HOST": emulator.url},
    )
    yield app
    assert app.stop() == 0
    emulator.stop()


def finished(app: Program) -> dict[str, Any]:
    """A run from its order to its thumbnail."""
    run = app.call("submit", MODELS[0], {"prompt": "a red kite", "resolution": "1k"}, "")
    done = look_until(lambda: app.call("task", run["id"]), lambda task: task["state"] == "done")
    return cast(dict[str, Any], done)


def known(app: Program, run: dict[str, Any]) -> dict[str, list[Any]]:
    """Values by parameter name that exist in the program."""
    output = run["outputs"][0]
    ids = [run["id"], output["id"], "0" * 32]
    paths = [*MODELS, "no/such/model", "app:1", "workflow:1"]
    words = ["", "image", "en", "done", "found", "api", "inputs", "pictures", "LORA", "NEWEST", "421"]
    texts = ["", "kite", "1234567890123456789", '{"1": {"class_type": "KSampler", "inputs": {"seed": 2}}}']
    kept = ["input:" + "0" * 64 + ".png"]
    return {
        "modality": ["image", "video", "text", "apps"], "language": ["en", "zh"], "id": ids, "run": ids,
        "endpoint": paths, "path": paths, "params": [{}, {"prompt": "a boat", "resolution": "1k"}],
        "site": [""], "account": [""], "query": texts, "search": texts, "text": texts, "graph": texts,
        "wanted": texts, "words": texts, "name": ["a", "main.js", output["name"], *kept], "about": texts,
        "number": texts[:3],
        "field": ["prompt", "imageUrls"], "ref": kept, "kind": words, "what": words, "code": words,
        "token": words, "sort": words, "state": ["", "done", "queued"], "action": ["found", "lost", "again"],
        "remote_id": texts, "request_id": ["", "r1"], "file": [{"path": "/nowhere"}],
        "files": [[{"path": "/nowhere"}]], "keep": [kept], "link": ["https://example.com/a.png"],
        "press": [{"id": "p1", "copy": 0, "seen": ids, "fresh": [], "keeps": True}],
        "shown": [1, 24], "limit": [1, 50], "offset": [0, 9],
        "page": [1], "again": [False], "plus": [False, True], "anew": [False], "yes": [True],
        "version": ["1", "abc"], "output_id": ids, "task_id": ids,
        "secret": ["x"], "ending": ["glb"], "download": ["true"], "head": ["100"], "ids": ids,
    }  # fmt: skip


def addresses() -> list[tuple[str, str]]:
    """Every own address outside the API, except pushed changes."""
    rows = [row.split(" ") for row in PAGE]
    return [(method, path) for method, path in rows if path != STREAM]


def operations() -> list[tuple[str, str, list[str], list[str]]]:
    """Every call of the API: its method and path, the names of its query and of its body."""
    told = description()
    found = []
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            query = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"]
            content = operation.get("requestBody", {}).get("content", {}).values()
            names = [each["schema"]["$ref"].rpartition("/")[2] for each in content]
            body = [key for name in names for key in told["components"]["schemas"][name]["properties"]]
            found.append((method.upper(), path, query, body))
    return found


def requests_of(odd: Odd) -> Iterator[Sent]:
    """Over all functions, calls of the API and addresses."""
    nothing = cast(PageServices, None)
    functions = {each.__name__: list(parameters(each)) for each in named_functions(NamedApi(nothing))}
    # Without people anybody may become the first admin here, and all others would be strangers from then on.
    calls = [call for call in operations() if call[1] != "/rh/api/people/first"]
    own = addresses()
    for _ in range(REQUESTS):
        what = odd.chance.choices(("function", "api", "address", "upload"), (25, 50, 22, 3))[0]
        if what == "function":
            name = odd.chance.choice(list(functions))
            data = odd.values(functions[name])
            if name in ("estimate", "submit") and len(data) > 1:
                data[1] = odd.params() if odd.chance.random() < 0.6 else odd.value()
            yield odd.call(name, data)
        elif what == "api":
            yield odd.api_call(*odd.chance.choice(calls))
        elif what == "address":
            yield odd.address(*odd.chance.choice(own))
        else:
            yield odd.upload()


def answer(session: requests.Session, app: Program, sent: Sent) -> str:
    """What is wrong with the answer; empty where nothing is."""
    told = f"{sent.method} {sent.path[:200]} {sent.body[:300]!r}"
    try:
        got = session.request(
            sent.method, app.url + sent.path, data=sent.body, headers=dict(sent.headers), timeout=60
        )
    except requests.RequestException as fault:
        return f"{told}: {fault}"
    if got.status_code >= 500 and got.status_code != 503:
        return f"{told}: {got.status_code} {got.text[:300]}"
    words = [word for word in TOLD if word in got.text and word.encode() not in sent.body]
    return f"{told}: {words} in {got.text[:300]}" if words and got.status_code >= 400 else ""


def test_nothing_odd_shakes_the_program(program: Program) -> None:
    first = finished(program)
    odd = Odd(SEED, known(program, first))
    with requests.Session() as session, ThreadPoolExecutor(AT_ONCE) as pool:
        answers = pool.map(lambda sent: answer(session, program, sent), requests_of(odd))
        faults = [fault for fault in answers if fault]
    assert not faults, f"FUZZ_SEED={SEED}: {len(faults)} faults\n" + "\n".join(faults[:20])
    said = program.said()
    assert "Traceback" not in said, f"FUZZ_SEED={SEED}\n{said[said.index('Traceback') - 500 :][:6000]}"
    again = finished(program)
    assert program.call("task", first["id"])["state"] == "done"
    listed = {run["id"] for run in program.call("tasks", "", 500)}
    assert {first["id"], again["id"]} <= listed
    assert len(listed) < 200, "so many requests are not meant to be orders"
    for modality in ("image", "video", "audio", "3d", "text", "apps"):
        program.get("/runs/board", modality=modality)
    shown = program.get("/results")["items"]
    assert again["outputs"][0]["id"] in {item["id"] for item in shown}
    program.get("/runs/tray", language="zh")
    program.get("/status")


def test_pushed_changes_begin_whatever_is_asked_with_them(program: Program, tmp_path: Path) -> None:
    with requests.get(f"{program.url}{STREAM}?x=%00", stream=True, timeout=30) as pushed:
        assert next(pushed.iter_lines()) == b"event: change"
