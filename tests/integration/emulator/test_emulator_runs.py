"""Workflows and apps of the emulator: run both ways, polled by every call, refused as the sheet says (§4, 5,
6, 9)."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from tests.integration.emulator.caller import Caller, until

PICTURE = "1900000000000000101"
WATERCOLOUR = "1900000000000000102"
FILM = "1900000000000000103"
NOT_SAVED = "1900000000000000104"
LOCKED = "1900000000000000105"
PHOTO_APP = "1900000000000000201"
LOCKED_APP = "1900000000000000203"
EMPTY_APP = "1900000000000000204"
QUICK_APP = "1900000000000000205"


def node(number: str, name: str, value: object) -> dict[str, object]:
    return {"nodeId": number, "fieldName": name, "fieldValue": value}


def create(caller: Caller, of: str = PICTURE, **more: Any) -> dict[str, Any]:
    return caller.post("/task/openapi/create", {"apiKey": caller.key, "workflowId": of, **more})


def run(caller: Caller, of: str = PICTURE, **more: Any) -> dict[str, Any]:
    return caller.post(f"/openapi/v2/run/workflow/{of}", {"nodeInfoList": [], **more})


def app(caller: Caller, app_id: str = PHOTO_APP, **more: Any) -> dict[str, Any]:
    return caller.post(f"/openapi/v2/run/ai-app/{app_id}", {"nodeInfoList": [], **more})


def app_v1(caller: Caller, app_id: str = PHOTO_APP, **more: Any) -> dict[str, Any]:
    body = {"apiKey": caller.key, "webappId": app_id, "nodeInfoList": [], **more}
    return caller.post("/task/openapi/ai-app/run", body)


def test_a_workflow_run_gives_a_result_of_every_output_node(caller: Caller) -> None:
    caller.script(settings={"small": True})
    name = caller.upload("photo.png", b"\x89PNG made up")["data"]["fileName"]
    told = run(caller, WATERCOLOUR, nodeInfoList=[node("1", "image", name), node("5", "seed", "12")])
    assert (told["errorCode"], told["results"], len(told["clientId"])) == ("", None, 32)
    assert json.loads(told["promptTips"])["outputs_to_execute"] == ["8", "9", "10"]
    done = caller.wait_for(told["taskId"])
    assert [item["nodeId"] for item in done["results"]] == ["8", "9", "10"]
    assert [item["outputType"] for item in done["results"]] == ["png", "png", "txt"]
    assert all(requests.get(item["url"], timeout=30).status_code == 200 for item in done["results"][:2])
    assert done["usage"]["consumeMoney"] == "0.17"
    assert done["usage"]["thirdPartyConsumeMoney"] is None
    listed = caller.classic("outputs", told["taskId"])["data"]
    assert [(item["nodeId"], item["consumeMoney"]) for item in listed] == [
        ("8", "0.17"), ("9", "0.17"), ("10", "0.17"),
    ]  # fmt: skip


def test_a_task_made_the_old_way_is_seen_by_every_call(caller: Caller) -> None:
    caller.script(times={"queue": 0.3, "run": 3600}, settings={"small": True})
    told = create(caller)
    assert told["code"] == 0
    assert (told["data"]["taskStatus"], told["data"]["netWssUrl"]) == ("QUEUED", None)
    task = told["data"]["taskId"]
    assert caller.classic("outputs", task)["code"] == 813
    until(lambda: bool(caller.classic("status", task)["data"] == "RUNNING"))
    running = caller.classic("outputs", task)
    assert running["code"] == 804
    assert running["data"]["netWssUrl"].startswith("ws://")
    assert "Rh-Comfy-Auth=" in running["data"]["netWssUrl"]
    assert caller.classic("cancel", task)["code"] == 0
    assert caller.query(task)["status"] == ""
    assert caller.classic("outputs", task)["code"] == 805


def test_coins_pay_for_a_consumers_run(caller: Caller) -> None:
    caller.script(settings={"small": True})
    consumer = caller.as_key("demo-consumer")

    def coins() -> int:
        told = consumer.post("/uc/openapi/accountStatus", {"apikey": consumer.key})
        return int(told["data"]["remainCoins"])

    before = coins()
    done = consumer.wait_for(run(consumer)["taskId"])
    assert (done["usage"]["consumeCoins"], done["usage"]["consumeMoney"]) == ("17", None)
    assert before - coins() == 17


BAD_NODES = {
    "no such node": node("99", "text", "x"),
    "no such field": node("6", "words", "x"),
    "a link": node("3", "model", "x"),
    "nothing": node("6", "text", None),
    "the word undefined": node("6", "text", "undefined"),
}


@pytest.mark.parametrize("bad", BAD_NODES.values(), ids=BAD_NODES.keys())
def test_a_change_that_fits_no_input_is_refused(caller: Caller, bad: dict[str, object]) -> None:
    assert create(caller, nodeInfoList=[bad])["code"] == 803
    told = run(caller, nodeInfoList=[bad])
    assert (told["errorCode"], told["taskId"]) == ("1101", "")


def test_a_graph_that_is_not_valid_names_the_input(caller: Caller) -> None:
    wrong = [node("3", "steps", "many")]
    told = run(caller, nodeInfoList=wrong)
    assert told["errorCode"] == "433"
    assert json.loads(told["promptTips"])["node_errors"]["3"]["errors"][0]["details"] == "steps"
    old = create(caller, nodeInfoList=wrong)
    assert old["code"] == 433
    assert "3" in json.loads(old["data"]["promptTips"])["node_errors"]
    gone = run(caller, WATERCOLOUR, nodeInfoList=[node("1", "image", "openapi/" + "0" * 64 + ".png")])
    assert "1" in json.loads(gone["promptTips"])["node_errors"]
    assert caller.queue()["totalCurrentTasks"] == "0"


def test_a_graph_can_be_sent_along(caller: Caller) -> None:
    caller.script(settings={"small": True})
    graph = {
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0]}},
        "1": {"class_type": "X", "inputs": {}},
    }
    done = caller.wait_for(run(caller, workflow=json.dumps(graph))["taskId"])
    assert [item["nodeId"] for item in done["results"]] == ["2"]
    assert run(caller, workflow="{}")["errorCode"] == "433"
    assert run(caller, workflow="[1]")["errorCode"] == "433"
    assert run(caller, workflow='{"nodes": [], "links": []}')["errorCode"] == "433"


def test_refusals_by_kind_of_key_and_by_state(caller: Caller) -> None:
    def code(told: dict[str, Any]) -> str:
        return str(told.get("errorCode") or told.get("code"))

    assert code(run(caller.as_key("demo-free"))) == "801"
    assert code(run(caller.as_key("demo-expired"))) == "436"
    assert code(run(caller.as_key("demo-exclusive"), instanceType="plus")) == "435"
    assert code(run(caller, instanceType="huge")) == "435"
    assert code(run(caller.as_key("demo-poor"))) == "416"
    assert code(run(caller.as_key("nobody"))) == "1002"
    assert code(create(caller.as_key("nobody"))) == "802"
    assert code(run(caller, "1900000000000000999")) == code(create(caller, "1")) == "380"
    assert code(run(caller, NOT_SAVED)) == code(create(caller, NOT_SAVED)) == "810"
    assert code(app(caller, "1900000000000000999")) == code(app_v1(caller, "7")) == "901"
    assert code(app_v1(caller, "")) == "301"
    assert code(run(caller, retainSeconds=5)) == "1007"
    assert code(create(caller, retainSeconds=500)) == "301"
    assert code(run(caller, LOCKED)) == code(app(caller, LOCKED_APP, accessPassword="no")) == "1"
    assert caller.queue()["totalCurrentTasks"] == "0"


def test_a_password_opens(caller: Caller) -> None:
    caller.script(settings={"small": True})
    assert run(caller, LOCKED, accessPassword="open-sesame")["errorCode"] == ""
    assert app_v1(caller, LOCKED_APP, accessPassword="open-sesame")["code"] == 0
    assert "open-sesame" not in json.dumps(caller.journal())


def test_a_personal_queue_takes_more_than_the_limit_and_then_no_more(caller: Caller) -> None:
    caller.script(
        times={"queue": 3600, "run": 1}, settings={"personal_queue_limit": 1, "small": True},
        accounts={"demo-exclusive": {"limit": 0}},
    )  # fmt: skip
    own = caller.as_key("demo-exclusive")
    assert run(own)["errorCode"] == "421"
    assert create(own)["msg"] == "TASK_QUEUE_MAXED"
    first = run(own, usePersonalQueue="true")
    assert first["errorCode"] == ""
    assert run(own, usePersonalQueue=True)["errorCode"] == "814"
    own.classic("cancel", first["taskId"])


def test_a_failed_run_says_which_node_broke(caller: Caller) -> None:
    caller.fault("submit", "fail", code="805", message="out of memory")
    task = run(caller)["taskId"]
    failed = caller.wait_for(task)
    assert (failed["status"], failed["errorCode"]) == ("FAILED", "805")
    assert failed["failedReason"]["exception_message"] == "out of memory"
    reason = caller.classic("outputs", task)["data"]["failedReason"]
    assert json.loads(reason["traceback"])
    assert reason["node_id"] == "9"


def test_node_errors_can_come_with_a_task(caller: Caller) -> None:
    caller.script(settings={"small": True})
    caller.script(faults=[{"on": "submit", "do": "node-errors", "times": 2}])
    told = create(caller)
    assert told["data"]["taskId"]
    assert json.loads(told["data"]["promptTips"])["node_errors"] == {"4": {}}
    assert json.loads(run(caller)["promptTips"])["node_errors"] == {"4": {}}


def test_a_graph_is_told_as_a_text(caller: Caller) -> None:
    told = caller.post("/api/openapi/getJsonApiFormat", {"apiKey": caller.key, "workflowId": PICTURE})
    assert (told["code"], told["msg"]) == (0, "SUCCESS")
    assert json.loads(told["data"]["prompt"])["3"]["class_type"] == "KSampler"
    for workflow, code in ((NOT_SAVED, 810), ("5", 380)):
        told = caller.post("/api/openapi/getJsonApiFormat", {"apiKey": caller.key, "workflowId": workflow})
        assert told["code"] == code


def described(caller: Caller, app_id: str) -> dict[str, Any]:
    return caller.get(f"/api/webapp/apiCallDemo?apiKey={caller.key}&webappId={app_id}")


def test_an_app_tells_its_form_and_runs_with_it(caller: Caller) -> None:
    caller.script(settings={"small": True})
    told = described(caller, PHOTO_APP)["data"]
    assert told["accessEncrypted"] is False
    assert all(isinstance(field["fieldValue"], str) for field in told["nodeInfoList"])
    assert {field["fieldType"] for field in told["nodeInfoList"]} >= {
        "IMAGE",
        "LIST",
        "BOOLEAN",
        "INT",
        "FLOAT",
    }
    assert requests.get(told["covers"][0]["url"], timeout=30).headers["content-type"] == "image/png"
    ran = app(caller, nodeInfoList=told["nodeInfoList"])
    assert ran["errorCode"] == ""
    assert app_v1(caller, nodeInfoList=told["nodeInfoList"])["code"] == 0
    assert len(caller.wait_for(ran["taskId"])["results"]) == 3
    assert described(caller, LOCKED_APP)["data"]["accessEncrypted"] is True
    assert described(caller, EMPTY_APP)["data"]["nodeInfoList"] == []
    assert described(caller, "9")["code"] == 901
    assert described(caller.as_key("nobody"), PHOTO_APP)["code"] == 802


def test_apps_are_listed_in_pages_and_found_by_name(caller: Caller) -> None:
    told = caller.post("/openapi/v2/aiapp/list", {"current": 1, "size": 2, "sort": "NEWEST"})["data"]
    assert [len(told["records"]), told["total"], told["hasNext"]] == [2, "5", True]
    assert f"/run/ai-app/{PHOTO_APP}" in told["records"][0]["invokeExample"]
    assert caller.post("/openapi/v2/aiapp/list", {"current": 3, "size": 2})["data"]["hasNext"] is False
    found = requests.post(caller.url + "/api/webapp/list", json={"search": "film"}, timeout=30).json()["data"]
    assert [record["name"] for record in found["records"]] == ["Film from a frame"]


def test_a_quick_creation_has_styles_and_a_code(caller: Caller) -> None:
    caller.script(settings={"small": True})
    path = "/api/fast/creation/model/params"
    styles = caller.post(path, {"type": 2, "webappId": QUICK_APP})["data"]
    assert [style["modelLoar1FileName"] for style in styles] == [
        "ink-wash.safetensors",
        "flat-poster.safetensors",
    ]
    assert caller.post(path, {"webappId": QUICK_APP})["code"] == 301
    body = {"apiKey": caller.key, "webappId": QUICK_APP, "nodeInfoList": [node("6", "text", "a heron")]}
    assert caller.post("/task/openapi/quick-ai-app/run", body)["code"] == 301
    assert caller.post("/task/openapi/quick-ai-app/run", {**body, "quickCreateCode": "002"})["code"] == 0


def test_faults_strike_runs_as_they_strike_models(caller: Caller) -> None:
    caller.fault("submit", "refuse", code="421", endpoint=f"run/workflow/{PICTURE}")
    assert run(caller)["errorCode"] == "421"
    caller.fault("submit", "refuse", code="421")
    assert create(caller) == {"code": 421, "msg": "TASK_QUEUE_MAXED", "errorMessages": None, "data": None}
    caller.fault("app", "refuse", code="500")
    assert described(caller, PHOTO_APP)["code"] == 500
