"""A task's life as every call reports it, and what it costs."""

from __future__ import annotations

from decimal import Decimal

from tests.integration.emulator.caller import CLIP, PICTURE, TEXT, Caller


def test_a_submit_is_answered_in_the_sheets_shape(caller: Caller) -> None:
    caller.script(times={"queue": 3600})
    told = caller.submit()
    assert told.pop("taskId").isdigit()
    assert told == {
        "status": "QUEUED", "errorCode": "", "errorMessage": "", "results": None, "clientId": "",
        "promptTips": "",
    }  # fmt: skip


def test_ids_are_text_of_19_digits_that_grow(caller: Caller) -> None:
    ids = [caller.submit()["taskId"] for _ in range(5)]
    assert all(isinstance(one, str) and len(one) == 19 and int(one) > 2**53 for one in ids)
    assert ids == sorted(set(ids))


def test_every_call_tells_the_same_of_a_task_from_queue_to_success(caller: Caller) -> None:
    caller.script(times={"queue": 3600, "run": 3600})
    waiting = caller.submit()["taskId"]
    assert caller.query(waiting)["status"] == "QUEUED"
    assert caller.classic("status", waiting)["data"] == "QUEUED"
    assert caller.classic("outputs", waiting)["code"] == 813

    caller.script(times={"queue": 0})
    task_id = caller.submit()["taskId"]
    running = caller.wait_for(task_id, "RUNNING")
    assert running["results"] is None
    assert running["errorCode"] == ""
    assert caller.classic("status", task_id)["data"] == "RUNNING"
    assert caller.classic("outputs", task_id)["code"] == 804
    assert caller.queue() == {
        "apiKeyType": "SHARED", "concurrentLimit": 30, "runningCount": "1", "queuedCount": "1",
        "totalCurrentTasks": "2",
    }  # fmt: skip

    caller.script(finish=[task_id])
    done = caller.wait_for(task_id)
    assert done["status"] == "SUCCESS"
    assert done["failedReason"] == {}
    assert caller.classic("status", task_id)["data"] == "SUCCESS"
    assert caller.classic("outputs", task_id)["data"][0]["fileType"] == "txt"
    assert caller.query(waiting)["status"] == "QUEUED"


def test_success_tells_what_it_cost_and_the_balance_goes_down_by_that(caller: Caller) -> None:
    before = Decimal(caller.balance())
    done = caller.wait_for(caller.submit(PICTURE, prompt="a fox", resolution="4k")["taskId"])
    assert done["usage"] == {
        "consumeMoney": None, "consumeCoins": None, "taskCostTime": "0", "thirdPartyConsumeMoney": "0.50",
    }  # fmt: skip
    assert Decimal(caller.balance()) == before - Decimal("0.50")


def test_the_price_preview_costs_nothing_and_makes_no_task(caller: Caller) -> None:
    before = caller.balance()
    body = {"prompt": "x", "sound": "false", "duration": "10", "aspectRatio": "1:1"}
    told = caller.post(f"/openapi/v2/price-preview/{CLIP}", body)
    assert (told["errorCode"], told["estimatedPrice"], told["currency"]) == ("", 3.5, "CNY")
    assert caller.balance() == before
    assert caller.queue()["totalCurrentTasks"] == "0"


def test_a_cancelled_task_ends_as_the_sheet_says_and_costs_nothing(caller: Caller) -> None:
    before = caller.balance()
    caller.script(times={"queue": 0, "run": 3600})
    task_id = caller.submit(PICTURE, prompt="a fox", resolution="1k")["taskId"]
    assert caller.balance() != before
    assert caller.classic("cancel", task_id)["code"] == 0
    told = caller.query(task_id)
    assert (told["status"], told["errorCode"], set(told["usage"].values())) == ("", "", {None})
    assert caller.classic("status", task_id)["data"] == "FAILED"
    assert caller.classic("outputs", task_id)["code"] == 805
    assert caller.queue()["totalCurrentTasks"] == "0"
    assert caller.balance() == before
    assert caller.classic("cancel", task_id)["code"] == 817, "not any more"
    assert caller.classic("cancel", "2009000000000000001")["code"] == 807
    assert caller.post("/task/openapi/cancel", {"apiKey": caller.key, "taskIds": [task_id]})["code"] == 301
    for word, code in (("CANCEL", ""), ("CANCELLED", ""), ("CANCELED", ""), ("FAILED", "805")):
        caller.script(settings={"cancel_word": word})
        told = caller.query(task_id)
        assert (told["status"], told["errorCode"]) == (word, code)


def test_a_task_can_be_quicker_than_its_cancel(caller: Caller) -> None:
    caller.script(times={"queue": 0, "run": 3600}, settings={"cancel_word": "SUCCESS"})
    task_id = caller.submit()["taskId"]
    assert caller.classic("cancel", task_id)["code"] == 0
    assert caller.wait_for(task_id)["status"] == "SUCCESS"


def test_a_cancelled_task_can_cost_what_ran_so_far(caller: Caller) -> None:
    before = float(caller.balance())
    caller.script(times={"queue": 0, "run": 1000}, settings={"cancel_charge": "so-far"})
    task_id = caller.submit(PICTURE, prompt="a fox", resolution="1k")["taskId"]
    whole = before - float(caller.balance())
    caller.wait_for(task_id, "RUNNING")
    caller.classic("cancel", task_id)
    cost = float(caller.query(task_id)["usage"]["thirdPartyConsumeMoney"])
    assert 0 < cost < whole / 10


def test_a_refused_task_can_have_an_empty_usage(caller: Caller) -> None:
    """1501 came with a task, FAILED, and four null values."""
    caller.script(settings={"failed_usage": "null"})
    caller.fault("submit", "fail", code="1501")
    told = caller.wait_for(caller.submit()["taskId"])
    assert (told["status"], told["errorCode"]) == ("FAILED", "1501")
    assert len(told["usage"]) == 4 and set(told["usage"].values()) == {None}


def test_a_task_of_another_key_is_unknown_and_has_no_status(caller: Caller) -> None:
    task_id = caller.submit()["taskId"]
    told = caller.as_key("demo-poor").query(task_id)
    assert told["errorCode"] == "1004"
    assert "status" not in told
    assert caller.query("2009000000000000001")["errorCode"] == "1004"
    assert caller.classic("status", "2009000000000000001")["code"] == 807
    assert caller.classic("cancel", "2009000000000000001")["code"] == 807
    caller.script(settings={"missing_task_code": 423})
    assert caller.classic("cancel", "2009000000000000001")["code"] == 423
    assert caller.classic("status", "0")["code"] == 301


def test_a_scripted_failure_costs_nothing_and_says_why(caller: Caller) -> None:
    before = caller.balance()
    caller.fault("submit", "fail", code="1501", message="not allowed|不允许")
    done = caller.wait_for(caller.submit()["taskId"])
    assert (done["status"], done["errorCode"], done["errorMessage"]) == (
        "FAILED",
        "1501",
        "not allowed|不允许",
    )
    assert done["results"] is None
    assert caller.balance() == before


def test_times_by_the_call_stay_what_the_script_set(caller: Caller) -> None:
    caller.script(times={"queue": 0, "run": 0})
    assert caller.results(TEXT, prompt="quick")[0]["outputType"] == "txt"
