"""The service as public sources of 2026 describe it (API news): gates, previews, purses, shapes of
answers."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.integration.emulator.caller import PICTURE, TEXT, Caller
from tests.integration.emulator.test_emulator_runs import PHOTO_APP as APP
from tests.integration.emulator.test_emulator_runs import PICTURE as WORKFLOW

APP_RUN = f"/openapi/v2/run/ai-app/{APP}"
APP_PREVIEW = f"/openapi/v2/price-preview/run/ai-app/{APP}"


def test_an_empty_body_names_the_first_missing_field_and_costs_nothing(caller: Caller) -> None:
    before = caller.balance()
    told = caller.post(f"/openapi/v2/{TEXT}", {})
    assert told["errorCode"] == "1007" and "prompt" in told["errorMessage"]
    assert caller.post("/openapi/v2/no/such-model", {})["errorCode"] == "1001"
    assert caller.balance() == before and caller.queue()["totalCurrentTasks"] == "0"


@pytest.mark.parametrize("call", ["", "price-preview/"])
def test_the_key_is_the_first_gate_of_a_submit_and_of_its_preview(caller: Caller, call: str) -> None:
    consumer, free = caller.as_key("demo-consumer"), caller.as_key("demo-free")
    assert consumer.post(f"/openapi/v2/{call}{TEXT}", {})["errorCode"] == "1014"
    assert free.post(f"/openapi/v2/{call}{TEXT}", {})["errorCode"] == "801"
    assert caller.post(f"/openapi/v2/{call}{TEXT}", {})["errorCode"] == "1007"


@pytest.mark.parametrize(("first", "code"), [(False, "1007"), (True, "605")])
def test_money_comes_before_or_after_the_fields(caller: Caller, first: bool, code: str) -> None:
    poor = caller.as_key("demo-poor")
    caller.script(settings={"money_first": first, "money_code": "605"})
    assert poor.post(f"/openapi/v2/{TEXT}", {})["errorCode"] == code
    assert poor.submit()["errorCode"] == "605"


def test_money_can_come_before_the_graph(caller: Caller) -> None:
    poor = caller.as_key("demo-poor")
    wrong = {"nodeInfoList": [{"nodeId": "99", "fieldName": "x", "fieldValue": "y"}]}
    assert poor.post(f"/openapi/v2/run/workflow/{WORKFLOW}", wrong)["errorCode"] == "1101"
    caller.script(settings={"money_first": True, "money_code": "414"})
    assert poor.post(f"/openapi/v2/run/workflow/{WORKFLOW}", wrong)["errorCode"] == "414"


def test_a_withdrawn_model_is_an_unknown_error(caller: Caller) -> None:
    caller.script(settings={"withdrawn": [TEXT]})
    assert caller.submit()["errorCode"] == "1000"
    assert caller.post(f"/openapi/v2/price-preview/{TEXT}", {"prompt": "x"})["errorCode"] == "1000"


def test_a_free_call_is_told_in_texts_and_costs_nothing(caller: Caller) -> None:
    before = caller.balance()
    caller.script(settings={"free_left": 2})
    told = caller.post(f"/openapi/v2/price-preview/{PICTURE}", {"prompt": "x", "resolution": "1k"})
    assert (told["isFreeThisCall"], told["remainingFreeLimitCount"]) == (True, "2")
    caller.submit(PICTURE, prompt="x", resolution="1k")
    assert caller.balance() == before


def test_an_app_has_a_preview_that_refuses_as_a_run_does(caller: Caller) -> None:
    body: dict[str, Any] = {"nodeInfoList": []}
    told = caller.post(APP_PREVIEW, body)
    assert (told["errorCode"], told["estimatedPrice"], told["currency"]) == ("", 0.17, "CNY")
    assert caller.queue()["totalCurrentTasks"] == "0"
    wrong = {"nodeInfoList": [{"nodeId": "99", "fieldName": "x", "fieldValue": "y"}]}
    assert caller.post(APP_PREVIEW, wrong)["errorCode"] == caller.post(APP_RUN, wrong)["errorCode"]
    assert caller.as_key("demo-consumer").post(APP_PREVIEW, body)["estimatedPrice"] is None
    caller.script(settings={"app_preview": False})
    assert caller.post(APP_PREVIEW, body)["errorCode"] == "1001"


@pytest.mark.parametrize(("form", "kind"), [("number", int), ("string", str)])
def test_two_purses_and_the_tasks_inside(caller: Caller, form: str, kind: type) -> None:
    consumer = caller.as_key("demo-consumer")
    caller.script(settings={"model_fee": "3.85", "usage_list": form, "small": True})
    task_id = consumer.post(APP_RUN, {"nodeInfoList": []})["taskId"]
    done = consumer.wait_for(task_id)
    assert done["usage"] == {
        "consumeMoney": None, "consumeCoins": "17", "taskCostTime": done["usage"]["taskCostTime"],
        "thirdPartyConsumeMoney": "3.85",
    }  # fmt: skip
    (inner,) = done["taskUsageList"]
    assert isinstance(inner["taskId"], kind) and inner["usage"] == done["usage"]
    for item in consumer.classic("outputs", task_id)["data"]:
        assert (item["consumeCoins"], item["thirdPartyConsumeMoney"]) == ("17", "3.85")


def test_a_traceback_comes_as_a_text_or_as_a_list(caller: Caller) -> None:
    kinds = []
    for form in ("text", "list"):
        caller.script(settings={"traceback": form})
        caller.fault("submit", "fail", code="805", message="out of memory")
        failed = caller.wait_for(caller.post(APP_RUN, {"nodeInfoList": []})["taskId"])
        kinds.append(type(failed["failedReason"]["traceback"]))
    assert kinds == [str, list]


def test_both_shapes_of_an_upload_s_answer(caller: Caller) -> None:
    assert caller.upload("a.png", b"x")["code"] == 0
    caller.script(settings={"upload_code": 200})
    told = caller.upload("a.png", b"x")
    assert told["code"] == 200 and told["data"]["filename"].startswith("openapi/")
    assert "fileName" not in told["data"]


def test_the_link_of_an_upload_dies_after_a_day(caller: Caller) -> None:
    link = caller.link_of("a.png", b"x")
    assert requests.get(link, timeout=10).status_code == 200
    caller.script(settings={"upload_seconds": -1})
    dead = requests.get(caller.link_of("a.png", b"x"), timeout=10)
    assert dead.status_code == 403 and "AccessDenied" in dead.text


def test_the_list_of_apps_takes_the_bare_key(caller: Caller) -> None:
    def ask(header: str) -> Any:
        answer = requests.post(
            f"{caller.url}/openapi/v2/aiapp/list", json={}, headers={"Authorization": header}, timeout=10
        )
        return answer.json()["code"]

    bearer, bare = f"Bearer {caller.key}", caller.key
    assert [ask(bearer), ask(bare), ask("nobody")] == [0, 0, 1002]
    caller.script(settings={"app_list_key": "bare"})
    assert [ask(bearer), ask(bare)] == [1002, 0]


def test_an_id_that_is_none_is_told_without_a_word(caller: Caller) -> None:
    told = caller.query("nonsense")
    assert (told["taskId"], told["status"], told["errorCode"]) == ("", "", "1007")
