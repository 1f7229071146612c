"""Apps, workflows, LoRAs, webhooks and keys over real HTTP; what costs money is sent once (API sheet)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from rh_ui.domain import RunKind
from rh_ui.errors import InputRefused, KeyRefused, NodesRefused, OutcomeUnknown, Refused, Unreachable
from rh_ui.runninghub import account, lora_upload, runs
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.replies import Accepted, RemoteStatus
from tests.integration.emulator.caller import until
from tests.integration.runninghub.conftest import Seen, Start, Wire, script

KEY = "rh_TESTKEY_0123456789abcdef"
PICTURE = "1900000000000000101"
NOT_SAVED = "1900000000000000104"
LOCKED = "1900000000000000105"
PHOTO_APP = "1900000000000000201"
LOCKED_APP = "1900000000000000203"
QUICK_APP = "1900000000000000205"


@pytest.fixture
def client(url: str) -> Client:
    script(url, reset=True, accounts={KEY: {"kind": "SHARED", "limit": 30, "balance": "100"}})
    return Client(url, KEY)


Nodes = Sequence[Mapping[str, object]]


def run_workflow(client: Client, wanted: str, nodes: Nodes, **conditions: object) -> Accepted:
    return runs.run(client, RunKind.WORKFLOW, wanted, {"nodeInfoList": list(nodes), **conditions})


def run_app(client: Client, wanted: str, nodes: Nodes, **conditions: object) -> Accepted:
    return runs.run(client, RunKind.APP, wanted, {"nodeInfoList": list(nodes), **conditions})


def node(number: str, name: str, value: object) -> dict[str, object]:
    return {"nodeId": number, "fieldName": name, "fieldValue": value}


def test_a_workflow_is_run_and_told_by_both_questions(client: Client, url: str) -> None:
    script(url, times={"queue": 0, "run": 3600})
    taken = run_workflow(client, PICTURE, [node("6", "text", "a pier")], instanceType="plus")
    assert len(taken.remote_id) == 19 and taken.problems == ()
    until(lambda: client.outputs(taken.remote_id).task.status is RemoteStatus.RUNNING)
    told = client.outputs(taken.remote_id)
    assert told.progress.startswith("ws://") and "Auth" not in repr(told)
    script(url, finish=[taken.remote_id])
    until(lambda: client.outputs(taken.remote_id).task.status is RemoteStatus.SUCCESS)
    told = client.outputs(taken.remote_id)
    assert [output.node_id for output in told.task.outputs] == ["9"]
    asked = client.query(taken.remote_id)
    assert asked.usage is not None and told.task.usage is not None
    assert asked.usage.money == told.task.usage.money == Decimal("0.17")
    assert [output.output_type for output in asked.outputs] == ["png"]


def test_what_is_wrong_with_a_graph_is_named_by_node(client: Client, url: str) -> None:
    with pytest.raises(NodesRefused) as refused:
        run_workflow(client, PICTURE, [node("3", "steps", "many")])
    assert refused.value.code == "433"
    assert [(problem.node, problem.name) for problem in refused.value.nodes] == [("3", "steps")]
    script(url, faults=[{"on": "submit", "do": "node-errors"}])
    taken = run_workflow(client, PICTURE, [])
    assert [problem.node for problem in taken.problems] == ["4"]


def test_refusals_of_runs_keep_their_codes(client: Client, url: str) -> None:
    def code(workflow: str, *nodes: dict[str, object], **more: Any) -> str:
        with pytest.raises(Refused) as refused:
            run_workflow(client, workflow, nodes, **more)
        return refused.value.code

    assert code("1") == "380"
    assert code(NOT_SAVED) == "810"
    assert code(PICTURE, node("99", "text", "x")) == "1101"
    assert code(PICTURE, instanceType="huge") == "435"
    assert code(LOCKED, accessPassword="wrong") == "1"
    with pytest.raises(Refused, match="901"):
        run_app(client, "1", [])
    with pytest.raises(KeyRefused):
        run_app(Client(url, "nobody"), PHOTO_APP, [])


def test_an_app_is_read_listed_searched_and_run(client: Client) -> None:
    form = runs.app_form(client, PHOTO_APP)
    assert (form.name, form.needs_password, len(form.nodes)) == ("Watercolour from a photo", False, 9)
    assert form.description_zh == "把照片画成水彩" and form.cover.startswith("http")
    assert KEY not in repr(form)
    assert runs.app_form(client, LOCKED_APP).needs_password
    first = runs.app_list(client, size=2)
    assert (first.cards[0].id, len(first.cards), first.total, first.has_more) == (PHOTO_APP, 2, 5, True)
    assert not runs.app_list(client, page=3, size=2).has_more
    assert [card.name for card in runs.app_search(client, "film").cards] == ["Film from a frame"]
    assert run_app(client, PHOTO_APP, form.nodes).remote_id
    assert run_app(client, LOCKED_APP, [], accessPassword="open-sesame").remote_id


def test_a_graph_is_fetched_as_text(client: Client) -> None:
    assert json.loads(runs.graph(client, PICTURE))["3"]["class_type"] == "KSampler"
    with pytest.raises(Refused, match="810"):
        runs.graph(client, NOT_SAVED)


def test_a_quick_creation_has_styles_and_runs(client: Client) -> None:
    ink, poster = runs.styles(client, QUICK_APP)
    assert (ink.name, ink.loras) == ("Ink", (("ink-wash.safetensors", Decimal("0.7")),))
    assert poster.preview.startswith("http")
    assert runs.run(
        client,
        RunKind.QUICK,
        QUICK_APP,
        {"quickCreateCode": "002", "nodeInfoList": [node("6", "text", "a heron")]},
    ).remote_id


def test_a_lora_is_uploaded_once_with_progress(client: Client, url: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.safetensors"
    file.write_bytes(url.encode() * 40_000)
    seen: list[tuple[int, int]] = []
    name = lora_upload.upload(client, file, "mine", lambda done, total: seen.append((done, total)))
    size = file.stat().st_size
    assert name.startswith("api-lora-cn/") and seen[-1] == (size, size) and len(seen) > 1
    journal = requests.get(f"{url}/_emulator/journal", timeout=30).json()["entries"]
    puts = [entry for entry in journal if entry["operation"] == "put"]
    assert [(entry["authorization"], entry["file"]["size"]) for entry in puts] == [(False, size)]
    assert lora_upload.upload(client, file, "mine") == name
    file.write_bytes(b"")
    with pytest.raises(InputRefused):
        lora_upload.upload(client, file, "mine")
    with pytest.raises(InputRefused):
        lora_upload.upload(client, tmp_path / "none", "mine")


def test_a_lora_that_is_not_taken_can_be_sent_again(client: Client, url: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.safetensors"
    file.write_bytes(b"weights")
    script(url, settings={"lora_seconds": -1})
    with pytest.raises(Unreachable, match="403") as refused:
        lora_upload.upload(client, file, "mine")
    assert "sign=" not in str(refused.value)
    script(url, settings={"lora_seconds": 60}, faults=[{"on": "put", "do": "drop"}])
    with pytest.raises(Unreachable):
        lora_upload.upload(client, file, "mine")
    assert lora_upload.upload(client, file, "mine")


def test_keys_models_and_messages_are_told(client: Client) -> None:
    assert [entry.masked for entry in account.keys(client)] == [f"{KEY[:5]}****{KEY[-4:]}"]
    page = account.resources(client, "LORA", "ink")
    assert [(found.node_name, found.tags) for found in page.resources] == [
        ("ink-wash.safetensors", ("Drawing",))
    ]
    assert account.resources(client, "LORA", size=2).has_more
    task = run_workflow(client, PICTURE, [], webhookUrl="http://127.0.0.1:9/hook").remote_id
    until(lambda: account.webhook(client, task) is not None)
    told = account.webhook(client, task)
    assert told is not None and not told.delivered and told.answer and told.id.isdigit()
    account.resend_webhook(client, told.id)
    quiet = run_workflow(client, PICTURE, []).remote_id
    assert account.webhook(client, quiet) is None
    with pytest.raises(Refused):
        account.resend_webhook(client, "1")


TAKEN = {"code": 0, "msg": "success", "data": {"taskId": "2009191190196789249", "taskStatus": "QUEUED"}}


def test_the_old_way_is_tried_only_when_the_new_one_is_not_there(start_server: Start, wire: Wire) -> None:
    def answer(seen: Seen) -> bytes:
        if seen.path.startswith("/openapi/v2/"):
            return wire.reply({"errorCode": "1001", "errorMessage": "no such path"})
        return wire.reply(TAKEN)

    server = start_server(answer)
    client = Client(server.url, KEY)
    assert run_workflow(client, "5", [], accessPassword="pw").remote_id == "2009191190196789249"
    assert run_app(client, "6", []).task.status is RemoteStatus.QUEUED
    assert [seen.path for seen in server.seen] == [
        "/openapi/v2/run/workflow/5", "/task/openapi/create",
        "/openapi/v2/run/ai-app/6", "/task/openapi/ai-app/run",
    ]  # fmt: skip
    assert server.seen[1].json == {
        "workflowId": "5", "nodeInfoList": [], "accessPassword": "pw", "apiKey": KEY,
    }  # fmt: skip


LOST = {
    "no answer": b"",
    "a page": b"HTTP/1.1 404 No\r\nConnection: close\r\nContent-Length: 13\r\n\r\n<html></html>",
    "a fault": b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 19\r\n\r\n{"errorCode":"500"}',
    "an error with the code": b"HTTP/1.1 502 Bad\r\nConnection: close\r\nContent-Length: 20\r\n\r\n"
    b'{"errorCode":"1001"}',
}


@pytest.mark.parametrize("answer", LOST.values(), ids=LOST.keys())
def test_a_run_whose_answer_is_lost_is_sent_once(start_server: Start, answer: bytes) -> None:
    server = start_server(lambda _seen: answer)
    with pytest.raises(OutcomeUnknown):
        run_app(Client(server.url, KEY), PHOTO_APP, [])
    assert len(server.seen) == 1


def test_no_key_and_no_ticket_in_what_is_raised(start_server: Start, wire: Wire) -> None:
    secret = f"bad key {KEY} at wss://x/ws?Rh-Comfy-Auth=abc and /api?apiKey={KEY}"
    server = start_server(lambda _seen: wire.reply({"code": 901, "msg": secret, "data": None}))
    with pytest.raises(Refused) as refused:
        runs.app_form(Client(server.url, KEY), "1")
    assert KEY not in str(refused.value) and "abc" not in str(refused.value)
    assert f"apiKey={KEY}" in server.seen[0].path
    gone = start_server(lambda _seen: b"")
    with pytest.raises(Unreachable) as lost:
        runs.app_form(Client(gone.url, KEY), "1")
    assert KEY not in f"{lost.value}{lost.value.__cause__}"


OLD = {
    "only words, running": ({"code": 0, "msg": "APIKEY_TASK_IS_RUNNING", "data": None}, RemoteStatus.RUNNING),
    "only words, queued": ({"code": 0, "msg": "APIKEY_TASK_IS_QUEUED", "data": None}, RemoteStatus.QUEUED),
    "not ready": ({"code": 0, "msg": "success", "data": None}, RemoteStatus.RUNNING),
    "nothing came of it": ({"code": "0", "msg": "success", "data": []}, RemoteStatus.SUCCESS),
    "failed without a reason": (
        {"code": 805, "msg": "APIKEY_TASK_STATUS_ERROR", "data": None}, RemoteStatus.FAILED,
    ),
    "failed with one": (
        {"code": 805, "msg": "x", "data": {"failedReason": {"exception_message": "no"}}}, RemoteStatus.FAILED,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("told", "status"), OLD.values(), ids=OLD.keys())
def test_every_form_of_the_old_outputs(
    start_server: Start, wire: Wire, told: dict[str, object], status: RemoteStatus
) -> None:
    server = start_server(lambda _seen: wire.reply(told))
    assert Client(server.url, KEY).outputs("1").task.status is status


def test_an_unknown_task_is_refused_by_the_old_question(client: Client) -> None:
    with pytest.raises(Refused, match="807"):
        client.outputs("2009191190196789249")
