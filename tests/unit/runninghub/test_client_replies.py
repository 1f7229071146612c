"""The meaning of answers: tolerant where the service is loose, exact for money and ids."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Final

import pytest

from rh_ui.domain import Money
from rh_ui.runninghub import replies, replies_account
from rh_ui.runninghub.replies import RemoteStatus
from rh_ui.runninghub.replies_account import Preview
from rh_ui.runninghub.replies_runs import told_id

ID = "2009191190196789249"


def read(value: object) -> dict[str, object]:
    return replies.read_object(json.dumps(value).encode())


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"<html>", b"null", b"[]", b'"x"', b"1", b'{"a":', b"\xff\xfe\x00", b"[" * 100_000]
)
def test_what_is_no_object(body: bytes) -> None:
    with pytest.raises(replies.Unreadable):
        replies.read_object(body)


def test_numbers_stay_exact() -> None:
    reply = replies.read_object(b'\xef\xbb\xbf{"taskId":2009191190196789249,"p":0.1,"n":NaN}')
    assert (reply["taskId"], reply["p"], reply["n"]) == (2009191190196789249, Decimal("0.1"), None)


@pytest.mark.parametrize("raw", [f'"{ID}"', ID, f"{ID}.0", f'" {ID} "'])
@pytest.mark.parametrize("key", ["taskId", "task_id"])
def test_ids_keep_their_digits(raw: str, key: str) -> None:
    taken = replies.accepted(replies.read_object(f'{{"{key}":{raw},"status":"RUNNING"}}'.encode()))
    assert taken is not None
    assert taken.remote_id == ID


@pytest.mark.parametrize("value", ["", None, 0, "0", False, [], {}])
def test_no_id_is_no_acceptance(value: object) -> None:
    assert replies.accepted(read({"taskId": value, "status": "RUNNING"})) is None


def test_acceptance_inside_an_envelope() -> None:
    taken = replies.accepted(
        read({"code": 0, "msg": "success", "data": {"taskId": ID, "taskStatus": "QUEUED"}})
    )
    assert taken is not None
    assert (taken.remote_id, taken.task.status) == (ID, RemoteStatus.QUEUED)


@pytest.mark.parametrize("code", ["", "0", 0, None, 200, "200"])
@pytest.mark.parametrize("key", ["errorCode", "code", "error_code"])
def test_no_complaint(code: object, key: str) -> None:
    assert replies.complaint(read({key: code, "errorMessage": "success"})) is None


@pytest.mark.parametrize("words", ["msg", "message", "errorMessage", "error_message"])
def test_complaint(words: str) -> None:
    assert replies.complaint(read({"code": 421, words: " full "})) == replies.Complaint("421", "full")


WORDS = {
    "SUCCESS": RemoteStatus.SUCCESS, "success": RemoteStatus.SUCCESS, " Running ": RemoteStatus.RUNNING,
    "CREATE": RemoteStatus.QUEUED, "PENDING": RemoteStatus.QUEUED, "QUEUED": RemoteStatus.QUEUED,
    "FAILED": RemoteStatus.FAILED, "CANCEL": RemoteStatus.CANCELLED, "CANCELLED": RemoteStatus.CANCELLED,
    "canceled": RemoteStatus.CANCELLED,
}  # fmt: skip


@pytest.mark.parametrize(("word", "status"), WORDS.items())
@pytest.mark.parametrize("code", ["", "0", 0, None, "804", "1000", 813])
def test_the_word_alone_decides(word: str, status: RemoteStatus, code: object) -> None:
    task = replies.task_of(read({"taskId": ID, "status": word, "errorCode": code, "results": None}))
    assert (task.status, task.unknown_word) == (status, "")


def test_an_unknown_word_is_kept() -> None:
    task = replies.task_of(read({"taskId": ID, "status": "ARCHIVING"}))
    assert (task.status, task.unknown_word) == (RemoteStatus.UNKNOWN, "ARCHIVING")


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        ({"code": 804, "msg": "APIKEY_TASK_IS_RUNNING"}, RemoteStatus.RUNNING),
        ({"errorCode": "813"}, RemoteStatus.QUEUED),
        (
            {"code": 805, "data": {"failedReason": {"exception_message": "out of memory"}}},
            RemoteStatus.FAILED,
        ),
        ({"code": 0, "msg": "success", "data": []}, RemoteStatus.UNKNOWN),
        ({"code": 0, "msg": "success", "data": "RUNNING"}, RemoteStatus.RUNNING),
        ({"errorCode": "1004", "errorMessage": "gone"}, RemoteStatus.UNKNOWN),
        ({}, RemoteStatus.UNKNOWN),
    ],
)
def test_answers_without_a_word(reply: object, status: RemoteStatus) -> None:
    assert replies.task_of(read(reply)).status is status


def test_results_in_every_shape() -> None:
    results = [
        {"url": "https://x.example/1.png", "outputType": "PNG", "text": None, "nodeId": 9},
        {"outputUrl": "https://x.example/2.mp4", "outputType": ".mp4"},
        {"url": None, "text": "words", "outputType": "txt"},
        {"content": "more"},
        {"output": "most"},
        {"url": "", "text": ""},
        None,
        "odd",
    ]
    outputs = replies.task_of(read({"status": "SUCCESS", "results": results})).outputs
    assert [(o.url, o.text, o.output_type, o.node_id) for o in outputs] == [
        ("https://x.example/1.png", None, "png", "9"),
        ("https://x.example/2.mp4", None, "mp4", ""),
        (None, "words", "txt", ""),
        (None, "more", "", ""),
        (None, "most", "", ""),
    ]


@pytest.mark.parametrize("results", [None, [], {}, "", {"url": "https://x.example/1.png"}])
def test_no_results(results: object) -> None:
    task = replies.task_of(read({"status": "SUCCESS", "results": results}))
    assert (task.status, task.outputs) == (RemoteStatus.SUCCESS, ())


def test_usage_is_exact_and_unknown_is_not_zero() -> None:
    body = {
        "consumeMoney": "0.1",
        "consumeCoins": "17",
        "taskCostTime": "83",
        "thirdPartyConsumeMoney": "0.2",
    }
    usage = replies.task_of(read({"status": "SUCCESS", "usage": body})).usage
    assert usage == replies.Usage(Decimal("0.3"), Decimal(17), Decimal(83))
    empty = replies.task_of(read({"status": "SUCCESS", "usage": dict.fromkeys(body)})).usage
    assert empty == replies.Usage(None, None, None)
    assert replies.task_of(read({"status": "SUCCESS"})).usage is None
    odd = replies.task_of(
        read({"status": "SUCCESS", "usage": {"consumeMoney": "free", "consumeCoins": "1e999"}})
    )
    assert odd.usage == replies.Usage(None, None, None)


def test_a_zero_beside_a_charge_that_is_not_told_is_not_the_whole() -> None:
    told = {"consumeMoney": "0", "thirdPartyConsumeMoney": "0", "consumeCoins": "0"}
    whole = replies.usage_of(told)
    assert whole is not None and whole.whole
    for silent in told:
        part = replies.usage_of({**told, silent: None})
        assert part is not None and not part.whole


def test_less_than_nothing_is_no_amount() -> None:
    told = {"consumeMoney": "-0.5", "thirdPartyConsumeMoney": "0.2", "consumeCoins": -3, "taskCostTime": -1}
    usage = replies.task_of(read({"status": "SUCCESS", "usage": told})).usage
    assert usage == replies.Usage(Decimal("0.2"), None, None)


@pytest.mark.parametrize(
    ("body", "knows"),
    [
        ({}, False),
        ({"code": 0}, False),
        ({"taskId": "2", "status": ""}, False),
        ({"taskId": 1, "status": ""}, True),
        ({"data": {"taskId": "1"}}, True),
        ({"status": "A WORD"}, True),
        ({"status": "RUNNING"}, True),
    ],
)
def test_only_a_status_or_the_id_itself_shows_that_the_service_has_a_task(
    body: dict[str, object], knows: bool
) -> None:
    assert replies.task_of(read(body)).knows("1") is knows


def test_a_node_s_failure_is_told_apart_from_what_a_cancel_leaves_behind() -> None:
    broke = {"exception_message": "CUDA out of memory"}
    assert replies.task_of(read({"status": "FAILED", "failedReason": broke})).node_failed
    assert not replies.task_of(read({"status": "FAILED", "errorCode": "805", "failedReason": {}})).node_failed
    for reason, failed in ((broke, True), ({}, False), (None, False)):
        told = replies.run_outputs(read({"code": 805, "msg": "x", "data": {"failedReason": reason}}))
        assert told is not None and told.task.node_failed is failed


def test_reasons_of_failure() -> None:
    reply = {"status": "FAILED", "errorCode": "", "failedReason": {"exception_message": "out of memory"}}
    assert replies.task_of(read(reply)).error_message == "out of memory"
    assert replies.task_of(read({"status": "FAILED", "failedReason": "broken"})).error_message == "broken"
    assert replies.task_of(read({"status": "FAILED", "failedReason": {}})).error_message == ""


@pytest.mark.parametrize("word", ["success", "SUCCESS", " ok "])
def test_success_is_no_reason_of_a_failure(word: str) -> None:
    """C04: never 'failed: success'."""
    reply = {"status": "FAILED", "errorCode": "0", "errorMessage": word, "failedReason": "out of memory"}
    assert replies.task_of(read(reply)).error_message == "out of memory"
    assert replies.task_of(read({**reply, "failedReason": {}})).error_message == ""


def test_text_that_databases_refuse_is_mended() -> None:
    body = b'{"status":"SUCCESS","results":[{"text":"a\\ud800b\\u0000c"}]}'
    assert replies.task_of(replies.read_object(body)).outputs[0].text == "a?bc"


PREVIEWS: Final = {
    "plain": (
        {"estimatedPrice": 0.19, "currency": "cny"}, Preview(Money(Decimal("0.19"), "CNY")),
    ),
    "a text, in the site's currency": ({"estimatedPrice": "2"}, Preview(Money(Decimal(2), "USD"))),
    "not told": ({"estimatedPrice": None, "currency": "CNY"}, Preview(None)),
    "no number": ({"estimatedPrice": "free!"}, Preview(None)),
    "below nothing": ({"estimatedPrice": -1}, Preview(None)),
    "free": (
        {"estimatedPrice": 0.2, "currency": "CNY", "isFreeThisCall": True},
        Preview(Money(Decimal("0.2"), "CNY"), free=True),
    ),
    "counts and truths as texts": (
        {"freeLimit": "true", "isFreeThisCall": "true", "freeLimitCount": "10",
         "remainingFreeLimitCount": "3"},
        Preview(None, free=True, free_left=3),
    ),
    "used up": (
        {"estimatedPrice": 1, "freeLimit": True, "isFreeThisCall": False, "remainingFreeLimitCount": "0"},
        Preview(Money(Decimal(1), "USD"), free_left=0),
    ),
    "no allowance, but a count": ({"freeLimit": False, "remainingFreeLimitCount": "0"}, Preview(None)),
}  # fmt: skip


@pytest.mark.parametrize(("told", "preview"), PREVIEWS.values(), ids=PREVIEWS)
def test_previews(told: object, preview: Preview) -> None:
    assert replies_account.preview_of(read(told), "USD") == preview


def test_accounts() -> None:
    data = {
        "remainCoins": 99,
        "currentTaskCounts": "0",
        "remainMoney": None,
        "currency": None,
        "apiType": "normal",
    }
    account = replies_account.account_of(read({"code": 0, "data": data}), "CNY")
    assert account == replies_account.Account(None, "99", 0, "NORMAL")
    queue = replies_account.queue_status_of(read({"code": 0, "data": {"runningCount": "x"}}))
    assert queue == replies_account.QueueStatus("", None, 0, 0)


TOLD = "2013000000000000241"


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ({"event": "TASK_END", "taskId": TOLD, "eventData": '{"code":0,"data":[]}'}, TOLD),
        ({"event": "TASK_END", "taskId": TOLD, "eventData": {"taskId": "1", "status": "SUCCESS"}}, TOLD),
        ({"taskId": int(TOLD)}, TOLD),
        ({"eventData": {"taskId": TOLD}}, TOLD),
        ({"eventData": json.dumps({"taskId": int(TOLD)})}, TOLD),
        ({"eventData": "no JSON"}, ""),
        ({"eventData": ["x"]}, ""),
        ({"taskId": "../../etc"}, ""),
        ({"taskId": "9" * 41}, ""),
        ({"status": "SUCCESS"}, ""),
        ([TOLD], ""),
    ],
)
def test_a_message_names_its_task_in_either_form(message: object, told: str) -> None:
    assert told_id(json.dumps(message).encode()) == told
    assert told_id(b"\xff") == ""
