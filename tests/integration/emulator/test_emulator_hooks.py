"""Webhooks, LoRAs and public models of the emulator (API sheet §3.3, 7, 8)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import requests

from tests.integration.emulator.caller import Caller, until

PICTURE = "1900000000000000101"


class Receiver:
    """Takes messages and answers with the statuses of `answers`, then with 200."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.answers: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Logs nothing: the test reports what it received."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    fresh = Receiver()
    yield fresh
    fresh.stop()


def detail(caller: Caller, task: str) -> dict[str, Any]:
    return caller.classic("getWebhookDetail", task)


def test_the_old_way_tells_a_text_and_the_new_one_an_object(caller: Caller, receiver: Receiver) -> None:
    caller.script(settings={"small": True})
    old = caller.post(
        "/task/openapi/create", {"apiKey": caller.key, "workflowId": PICTURE, "webhookUrl": receiver.url}
    )["data"]["taskId"]
    until(lambda: len(receiver.got) == 1)
    assert (receiver.got[0]["event"], receiver.got[0]["taskId"]) == ("TASK_END", old)
    told = json.loads(receiver.got[0]["eventData"])
    assert (told["code"], told["data"][0]["nodeId"]) == (0, "9")
    assert isinstance(told["data"][0]["taskCostTime"], int)
    path = f"/openapi/v2/run/workflow/{PICTURE}"
    new = caller.post(path, {"nodeInfoList": [], "webhookUrl": receiver.url})["taskId"]
    until(lambda: len(receiver.got) == 2)
    assert receiver.got[1]["eventData"]["taskId"] == new
    assert requests.get(receiver.got[1]["eventData"]["results"][0]["url"], timeout=30).status_code == 200
    caller.script(settings={"hook_form": "string"})
    caller.submit(prompt="a model", webhookUrl=receiver.url)
    until(lambda: len(receiver.got) == 3)
    assert json.loads(receiver.got[2]["eventData"])["status"] == "SUCCESS"


def test_a_message_is_tried_again_then_told_as_failed_and_sent_anew(
    caller: Caller, receiver: Receiver
) -> None:
    caller.script(settings={"small": True, "hook_pause": 0.02})
    receiver.answers = [500, 503, 404]
    task = caller.submit(prompt="x", webhookUrl=receiver.url)["taskId"]
    until(lambda: detail(caller, task).get("data", {}) is not None and len(receiver.got) == 3)
    until(lambda: bool(detail(caller, task)["data"]["retryCount"] == 3))
    told = detail(caller, task)["data"]
    assert (told["callbackStatus"], told["userApiKey"]) == ("FAILED", "****")
    again = {"apiKey": caller.key, "webhookId": told["id"]}
    assert caller.post("/task/openapi/retryWebhook", again)["code"] == 0
    until(lambda: bool(detail(caller, task)["data"]["callbackStatus"] == "SUCCESS"))
    assert len(receiver.got) == 4
    assert caller.as_key("demo-consumer").post(
        "/task/openapi/retryWebhook", {**again, "apiKey": "demo-consumer"}
    )["code"] == 1  # fmt: skip


def test_failures_are_told_and_tasks_without_a_message_have_none(caller: Caller, receiver: Receiver) -> None:
    caller.fault("submit", "fail", code="1015")
    task = caller.submit(prompt="x", webhookUrl=receiver.url)["taskId"]
    until(lambda: len(receiver.got) == 1)
    assert receiver.got[0]["eventData"]["status"] == "FAILED"
    assert receiver.got[0]["taskId"] == task
    quiet = caller.submit(prompt="y")["taskId"]
    assert detail(caller, quiet)["code"] == 1
    assert detail(caller, quiet)["msg"] == "webhook event not exists"


def place(caller: Caller, content: bytes) -> dict[str, Any]:
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    body = {"apiKey": caller.key, "loraName": "mine", "md5Hex": digest}
    return caller.post("/api/openapi/getLoraUploadUrl", body)


def test_a_lora_is_put_where_its_name_says_and_only_as_announced(caller: Caller) -> None:
    content = caller.url.encode() * 1000
    told = place(caller, content)["data"]
    assert told["fileName"].startswith("api-lora-cn/")
    assert requests.put(told["url"], data=b"something else", timeout=30).status_code == 400
    forged = told["url"].replace("sign=", "sign=0")
    assert requests.put(forged, data=content, timeout=30).status_code == 403
    with_key = {"Authorization": "Bearer x"}
    assert requests.put(told["url"], data=content, headers=with_key, timeout=30).status_code == 400
    assert requests.put(told["url"], data=content, timeout=30).status_code == 200
    assert place(caller, content)["data"]["url"] is None
    caller.script(settings={"lora_seconds": -1})
    late = place(caller, b"another")["data"]["url"]
    assert requests.put(late, data=b"another", timeout=30).status_code == 403
    body = {"apiKey": caller.key, "loraName": "mine", "md5Hex": "short"}
    assert caller.post("/api/openapi/getLoraUploadUrl", body)["code"] == 301


def test_public_models_are_found_by_kind_and_name(caller: Caller) -> None:
    path = "/openapi/v2/resource/list"
    told = caller.post(path, {"resourceType": "LORA", "resourceName": "", "current": 1, "size": 2})["data"]
    assert [len(told["records"]), told["total"], told["hasNext"]] == [2, "3", True]
    found = caller.post(path, {"resourceType": "LORA", "resourceName": "INK"})["data"]["records"]
    assert [record["nodeModelName"] for record in found] == ["ink-wash.safetensors"]
    assert caller.post(path, {"resourceType": "HAT"})["code"] == 1007
    assert caller.as_key("nobody").post(path, {"resourceType": "LORA"})["code"] == 1002
