"""What the emulator refuses: keys, payloads, media, too many runs, no money, paths, methods."""

from __future__ import annotations

import base64

import pytest
import requests

from tests.integration.emulator.caller import EDIT, PICTURE, TEXT, Caller


@pytest.mark.parametrize(
    ("key", "code"),
    [("demo-consumer", "1014"), ("demo-exclusive", "1014"), ("demo-free", "801"), ("demo-poor", "416"),
     ("0123456789abcdef0123456789abcdef", "1002"), ("", "1002")],
)  # fmt: skip
def test_each_kind_of_key_gets_its_own_refusal(caller: Caller, key: str, code: str) -> None:
    answer = caller.as_key(key).send("POST", f"/openapi/v2/{TEXT}", json={"prompt": "x"})
    told = answer.json()
    assert answer.status_code == 200
    assert (told["errorCode"], told["taskId"], told["status"], told["results"]) == (code, "", "", None)
    assert told["errorMessage"]


def test_an_unknown_key_is_told_the_way_of_each_call(caller: Caller) -> None:
    stranger = caller.as_key("nobody")
    assert stranger.post("/uc/openapi/accountStatus", {"apikey": "nobody"})["code"] == 806
    assert caller.post("/uc/openapi/accountStatus", {})["code"] == 1601
    assert stranger.upload("a.png", b"x")["code"] == 401
    assert stranger.get("/openapi/v2/queue/status")["code"] == 1002
    assert stranger.query("2009000000000000001")["errorCode"] == "1002"
    caller.script(settings={"unknown_key_status": 401})
    assert stranger.send("GET", "/openapi/v2/queue/status").status_code == 401


def test_kinds_of_key_are_told_apart_by_the_account_calls(caller: Caller) -> None:
    assert caller.as_key("demo-consumer").queue()["apiKeyType"] == "NORMAL"
    assert caller.as_key("demo-exclusive").queue()["apiKeyType"] == "EXCLUSIVE"
    told = caller.post("/uc/openapi/accountStatus", {"apikey": "demo-consumer"})["data"]
    assert (told["remainCoins"], told["remainMoney"], told["currency"]) == ("500", None, None)
    masked = caller.get("/openapi/v2/api-key/list")["data"][0]["key"]
    assert "****" in masked
    assert masked != "demo-shared"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"resolution": "1k"}, "Prompt"),
        ({"prompt": "x", "resolution": "9k"}, "Resolution"),
        ({"prompt": "x", "resolution": "1k", "aspectRatio": "7:5"}, "aspectRatio"),
        ({"prompt": 5, "resolution": "1k"}, "Prompt"),
    ],
)
def test_what_the_table_forbids_is_refused_by_name(
    caller: Caller, body: dict[str, object], named: str
) -> None:
    told = caller.post(f"/openapi/v2/{PICTURE}", body)
    assert told["errorCode"] == "1007"
    assert named.lower() in told["errorMessage"].lower()
    assert "|" in told["errorMessage"]
    assert caller.queue()["totalCurrentTasks"] == "0"


def test_extra_fields_are_tolerated_until_a_switch_says_otherwise(caller: Caller) -> None:
    assert caller.submit(TEXT, prompt="x", surprise=1)["errorCode"] == ""
    caller.script(settings={"unknown_fields": "refuse"})
    told = caller.submit(TEXT, prompt="x", surprise=1)
    assert told["errorCode"] == "1007"
    assert "surprise" in told["errorMessage"]


def test_a_body_that_is_no_object_is_refused(caller: Caller) -> None:
    assert caller.post(f"/openapi/v2/{TEXT}", ["x"])["errorCode"] == "1007"
    assert caller.send("POST", f"/openapi/v2/{TEXT}", data=b"{").json()["errorCode"] == "1007"


def test_media_must_be_usable(caller: Caller) -> None:
    def code(value: str) -> str:
        return str(caller.submit(EDIT, prompt="x", imageUrls=[value], resolution="1k")["errorCode"])

    good = base64.b64encode(b"\x89PNG made up").decode()
    assert code("https://pictures.example/a.png") == ""
    assert code(f"data:image/png;base64,{good}") == ""
    assert code(caller.link_of("a.png", b"made up")) == ""
    assert code("data:image/png;base64,@@@") in ("1007", "1013")
    assert code(f"{caller.url}/files/input/openapi/{'0' * 64}.png?expires=99999999999&sign=00") == "1013"
    assert code(f"input:{'0' * 64}.png") in ("1007", "1013")
    caller.script(settings={"upload_seconds": -1})
    assert code(caller.link_of("a.png", b"made up")) == "1013"


def test_too_many_at_once_are_refused_until_one_ends(caller: Caller) -> None:
    caller.script(times={"queue": 0, "run": 3600}, accounts={"demo-shared": {"limit": 2}})
    first, second = caller.submit()["taskId"], caller.submit()["taskId"]
    full = caller.submit()
    assert (full["errorCode"], full["taskId"], full["status"]) == ("421", "", "")
    assert "queue limit" in full["errorMessage"]
    caller.script(finish=[first])
    caller.wait_for(first)
    assert caller.submit()["errorCode"] == ""
    assert caller.query(second)["status"] == "RUNNING"


def test_an_empty_purse_is_refused_before_a_task_is_made(caller: Caller) -> None:
    caller.script(accounts={"demo-shared": {"balance": "0.03"}})
    assert caller.submit(TEXT, prompt="two cents")["errorCode"] == ""
    assert caller.balance() == "0.01"
    assert caller.submit(TEXT, prompt="two cents")["errorCode"] == "416"


def test_a_key_can_be_added(caller: Caller) -> None:
    key = "rh_TESTKEY_0123456789abcdef"
    assert caller.as_key(key).submit()["errorCode"] == "1002"
    caller.script(accounts={key: {"kind": "SHARED", "limit": 1, "balance": "5"}})
    assert caller.as_key(key).submit()["errorCode"] == ""
    assert caller.as_key(key).queue()["concurrentLimit"] == 1


def test_paths_and_methods_are_refused_the_way_of_each_generation(caller: Caller) -> None:
    assert caller.post("/openapi/v2/no-such/model", {})["errorCode"] == "1001"
    assert caller.post("/task/openapi/no-such", {})["code"] == 412
    assert caller.get("/openapi/v2/query")["errorCode"] == "1009"
    assert caller.get(f"/openapi/v2/{TEXT}")["errorCode"] == "1009"
    caller.script(settings={"unknown_path_status": 404, "wrong_method_status": 405})
    assert caller.send("POST", "/openapi/v2/no-such/model", json={}).status_code == 404
    assert caller.send("GET", "/openapi/v2/query").status_code == 405


def test_uploads_above_the_limit_are_refused_by_both_calls(caller: Caller) -> None:
    caller.script(settings={"upload_limit_mb": 0.001})
    assert caller.upload("a.png", b"x" * 1049)["code"] == 1008
    form = {"apiKey": "demo-shared", "fileType": "input"}
    old = requests.post(
        caller.url + "/task/openapi/upload", data=form, files={"file": ("a.png", b"x" * 1049)}, timeout=30
    )
    assert old.json() == {
        "code": 809, "msg": "APIKEY_FILE_SIZE_EXCEEDED", "errorMessages": None, "data": None,
    }  # fmt: skip
    assert caller.upload("a.png", b"x" * 1048)["code"] == 0


def test_an_upload_needs_a_part_named_file(caller: Caller) -> None:
    answer = caller.send("POST", "/openapi/v2/media/upload/binary", files={"image": ("a.png", b"x")})
    assert answer.json()["code"] == 1007


def test_a_script_with_a_wrong_word_is_refused_and_changes_nothing(caller: Caller) -> None:
    for parts in (
        {"faults": [{"on": "submit", "do": "explode"}]},
        {"faults": [{"on": "lunch", "do": "slow"}]},
        {"settings": {"colour": "red"}},
        {"colour": "red"},
        {"accounts": {"demo-shared": {"kind": "GOLDEN"}}},
    ):
        answer = requests.post(caller.url + "/_emulator/script", json=parts, timeout=30)
        assert answer.status_code == 400
        assert answer.json()["error"]
    assert caller.submit()["errorCode"] == ""
