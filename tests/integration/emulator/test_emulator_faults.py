"""Every named fault, as a client meets it."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests

from tests.integration.emulator.caller import TEXT, Caller

QUEUE = "/openapi/v2/queue/status"


def submits(caller: Caller, since: int) -> list[dict[str, Any]]:
    return [entry for entry in caller.journal(since) if entry["operation"] == "submit"]


@pytest.mark.parametrize(("do", "tasks"), [("drop", 0), ("drop-after", 1), ("hang", 1)])
def test_a_connection_that_closes_without_a_byte(caller: Caller, do: str, tasks: int) -> None:
    caller.script(times={"queue": 3600})
    since = caller.last_number()
    caller.fault("submit", do, seconds=0.2)
    with pytest.raises(requests.ConnectionError):
        caller.submit()
    assert caller.queue()["totalCurrentTasks"] == str(tasks)
    assert [entry["fault"] for entry in submits(caller, since)] == [do]
    assert caller.submit()["errorCode"] == ""


def test_a_hang_outlasts_a_callers_patience(caller: Caller) -> None:
    caller.script(times={"queue": 3600})
    caller.fault("submit", "hang")
    with pytest.raises(requests.ReadTimeout):
        requests.post(
            f"{caller.url}/openapi/v2/{TEXT}", json={"prompt": "x"}, timeout=0.5,
            headers={"Authorization": "Bearer demo-shared"},
        )  # fmt: skip
    assert caller.queue()["queuedCount"] == "1"


@pytest.mark.parametrize(("do", "tasks"), [("html502", 0), ("html502-after", 1)])
def test_a_gateways_error_page(caller: Caller, do: str, tasks: int) -> None:
    caller.script(times={"queue": 3600})
    caller.fault("submit", do)
    answer = caller.send("POST", f"/openapi/v2/{TEXT}", json={"prompt": "x"})
    assert answer.status_code == 502
    assert answer.headers["content-type"].startswith("text/html")
    assert caller.queue()["totalCurrentTasks"] == str(tasks)


@pytest.mark.parametrize(
    ("do", "status", "kind"),
    [("half", 200, "application/json"), ("empty", 200, ""), ("bad-json", 200, "application/json"),
     ("html", 200, "text/html"), ("http", 503, "text/plain")],
)  # fmt: skip
def test_an_answer_that_is_no_json(caller: Caller, do: str, status: int, kind: str) -> None:
    caller.fault("queue", do)
    answer = caller.send("GET", QUEUE)
    assert answer.status_code == status
    assert answer.headers.get("content-type", "").startswith(kind)
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
    assert caller.queue()["apiKeyType"] == "SHARED"


def test_a_status_with_a_time_to_wait(caller: Caller) -> None:
    caller.fault("queue", "http", status=429, value=7)
    answer = caller.send("GET", QUEUE)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")


@pytest.mark.parametrize("do", ["cut", "cut-chunked"])
def test_a_download_that_stops_half_way(caller: Caller, do: str) -> None:
    content = bytes(range(256)) * 400
    link = caller.link_of("a.png", content)
    caller.fault("download", do)
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        requests.get(link, timeout=30)
    assert requests.get(link, timeout=30).content == content


def test_a_download_that_goes_silent_half_way(caller: Caller) -> None:
    link = caller.link_of("a.png", b"x" * 5000)
    caller.fault("download", "stall", seconds=20)
    answer = requests.get(link, timeout=0.5, stream=True)
    assert answer.headers["content-length"] == "5000"
    with pytest.raises(requests.ConnectionError, match="timed out"):
        assert answer.content
    answer.close()


def test_a_download_without_length_and_with_a_wrong_type_is_whole(caller: Caller) -> None:
    link = caller.link_of("a.png", b"y" * 5000)
    caller.fault("download", "no-length")
    answer = requests.get(link, timeout=30)
    assert "content-length" not in answer.headers
    assert answer.content == b"y" * 5000
    caller.fault("download", "mislabel", value="text/plain")
    answer = requests.get(link, timeout=30)
    assert answer.headers["content-type"] == "text/plain"
    assert answer.content == b"y" * 5000


def test_a_slow_answer_is_whole_and_late(caller: Caller) -> None:
    for do in ("slow", "slow-after"):
        caller.fault("queue", do, seconds=0.3)
        began = time.monotonic()
        assert caller.queue()["apiKeyType"] == "SHARED"
        assert time.monotonic() - began >= 0.3


def test_a_redirect_leads_to_a_page(caller: Caller) -> None:
    caller.fault("submit", "redirect")
    answer = caller.send("POST", f"/openapi/v2/{TEXT}", json={"prompt": "x"}, allow_redirects=False)
    assert answer.status_code == 302
    assert caller.send("GET", answer.headers["location"]).text.startswith("<html>")


def test_a_refusal_has_the_shape_of_its_call_and_ends_after_its_times(caller: Caller) -> None:
    caller.fault("submit", "refuse", code="1520", times=2)
    for _ in range(2):
        told = caller.submit()
        assert (told["errorCode"], told["taskId"], told["results"]) == ("1520", "", None)
    assert caller.submit()["errorCode"] == ""
    caller.fault("query", "refuse", code="1011")
    assert caller.query("2009000000000000001")["errorCode"] == "1011"
    caller.fault("upload", "refuse", code="808")
    assert caller.upload("a.png", b"x")["code"] == 808
    caller.fault("queue", "refuse", code="1003", message="wait")
    told = caller.get(QUEUE)
    assert (told["code"], told["msg"]) == (1003, "wait")


def test_a_fault_can_be_for_one_model_and_without_end(caller: Caller) -> None:
    caller.fault("submit", "refuse", code="1011", endpoint=TEXT, times=-1)
    assert caller.submit()["errorCode"] == "1011"
    other = caller.submit("rhart-text-g-25-pro/text-to-text", prompt="x")
    assert other["errorCode"] == ""
    assert caller.submit()["errorCode"] == "1011"
    caller.script(clear=True)
    assert caller.submit()["errorCode"] == ""


def test_a_task_that_vanishes_is_unknown_without_a_status(caller: Caller) -> None:
    caller.fault("submit", "vanish")
    accepted = caller.submit()
    assert accepted["errorCode"] == ""
    told = caller.query(accepted["taskId"])
    assert told["errorCode"] == "1004"
    assert "status" not in told

    task_id = caller.submit()["taskId"]
    caller.wait_for(task_id)
    caller.fault("query", "vanish")
    assert caller.query(task_id)["errorCode"] == "1004"
    assert caller.query(task_id)["status"] == "SUCCESS"


def test_success_without_results_comes_only_with_success(caller: Caller) -> None:
    caller.script(times={"queue": 0, "run": 3600})
    task_id = caller.submit()["taskId"]
    caller.fault("query", "empty-success", times=2)
    assert caller.wait_for(task_id, "RUNNING")["results"] is None
    caller.script(finish="all")
    first = caller.wait_for(task_id)
    assert (first["status"], first["results"]) == ("SUCCESS", None)
    assert caller.query(task_id)["results"] is None
    assert caller.query(task_id)["results"] != []
    caller.fault("query", "empty-success", value=[])
    assert caller.query(task_id)["results"] == []


def test_spellings_that_clients_trip_over(caller: Caller) -> None:
    caller.fault("submit", "numeric-id")
    number = caller.submit()["taskId"]
    assert isinstance(number, int)
    task_id = str(number)
    caller.wait_for(task_id)
    caller.fault("query", "status-lower")
    assert caller.query(task_id)["status"] == "success"
    caller.fault("query", "no-status")
    assert "status" not in caller.query(task_id)
    caller.fault("query", "set", value={"errorCode": 0, "status": "CREATE"})
    told = caller.query(task_id)
    assert (told["errorCode"], told["status"]) == (0, "CREATE")
    caller.fault("query", "extra", value=[{"url": None, "outputType": "txt", "text": "more"}])
    assert [item["outputType"] for item in caller.query(task_id)["results"]] == ["txt", "txt"]
    caller.fault("upload", "code200")
    assert caller.upload("a.png", b"x")["code"] == 200
    caller.fault("submit", "node-errors")
    assert "node_errors" in caller.submit()["promptTips"]


def test_faults_of_one_call_strike_in_order(caller: Caller) -> None:
    faults = [{"on": "queue", "do": "http", "status": 500}, {"on": "queue", "do": "http", "status": 501}]
    caller.script(faults=faults)
    assert [caller.send("GET", QUEUE).status_code for _ in range(3)] == [500, 501, 200]


def test_faults_of_files(caller: Caller) -> None:
    content = bytes(range(256)) * 400
    link = caller.link_of("a.png", content)
    part = {"Range": "bytes=1000-"}
    tag = requests.get(link, timeout=30).headers["etag"]
    caller.fault("download", "no-range", when="range")
    assert requests.get(link, timeout=30).content == content, "only for a part"
    whole = requests.get(link, headers=part, timeout=30)
    assert (whole.status_code, whole.content) == (200, content)
    caller.fault("download", "new-etag")
    assert requests.get(link, timeout=30).headers["etag"] != tag
    caller.fault("download", "wrong-range")
    shifted = requests.get(link, headers=part, timeout=30)
    assert (shifted.status_code, shifted.headers["content-range"][:8]) == (206, "bytes 1-")
    caller.fault("download", "denied")
    denied = requests.get(link, timeout=30)
    assert (denied.status_code, denied.headers["content-type"]) == (200, "application/xml")
    assert "AccessDenied" in denied.text
    caller.fault("download", "drip", value=4, seconds=0.01)
    assert requests.get(link, timeout=30).content == content
    caller.fault("download", "cut-gzip")
    cut = requests.get(link, stream=True, timeout=30)
    assert cut.headers["content-encoding"] == "gzip"
    assert len(cut.raw.read(decode_content=False)) == int(cut.headers["content-length"]) < len(content)
