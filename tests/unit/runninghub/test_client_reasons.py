"""Of all texts in an answer the most useful come first, in whatever shape they are (C9)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rh_ui.runninghub import replies
from rh_ui.runninghub.failure_reasons import joined, reason_in

OWN = "CUDA out of memory at node 12"
GENERAL = "the task failed|任务失败"
NODE = {
    "exception_type": "RuntimeError", "exception_message": OWN, "node_id": "12", "node_name": "KSampler",
    "traceback": '["line 1\\n"]', "current_inputs": "{}", "current_outputs": "{}",
}  # fmt: skip

SHAPES: dict[str, Any] = {
    "object": NODE,
    "text": OWN,
    "JSON text": json.dumps(NODE),
    "JSON text of a text": json.dumps(OWN),
    "JSON text in JSON text": json.dumps(json.dumps(NODE)),
    "list": [NODE],
    "list of texts": [OWN],
    "JSON text of a list": json.dumps([NODE]),
    "by node": {"12": NODE},
    "another name": {"message": OWN, "code": 7},
    "deeper": {"error": {"details": OWN, "type": "x"}},
    "cut short": json.dumps(NODE)[: json.dumps(NODE).index('"node_id"') + 5],
    "Python's": str(NODE),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_the_nodes_own_words_come_first_in_both_answers(shape: Any) -> None:
    reply = {"status": "FAILED", "errorCode": "1501", "errorMessage": GENERAL, "failedReason": shape}
    task = replies.task_of(replies.read_object(json.dumps(reply).encode()))
    assert task.error_message.split("\n") == [OWN, GENERAL]
    old = {"code": 805, "msg": GENERAL, "data": {"failedReason": shape}}
    told = replies.run_outputs(replies.read_object(json.dumps(old).encode()))
    assert told is not None and told.task.error_message.split("\n") == [OWN, GENERAL]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_a_general_message_is_read_in_every_shape_too(shape: Any) -> None:
    reply = {"status": "FAILED", "errorCode": "1501", "errorMessage": shape, "failedReason": {}}
    assert replies.task_of(replies.read_object(json.dumps(reply).encode())).error_message == OWN


@pytest.mark.parametrize(
    "nothing", [None, "", {}, [], "{}", "null", "[]", '""', {"traceback": "x"}, 7, True, "{'a"]
)
def test_where_there_is_no_reason_the_general_words_stand_alone(nothing: Any) -> None:
    reply = {"status": "FAILED", "errorCode": "1501", "errorMessage": GENERAL, "failedReason": nothing}
    assert replies.task_of(replies.read_object(json.dumps(reply).encode())).error_message == GENERAL


def test_words_that_only_look_like_json_are_words() -> None:
    assert reason_in("[KSampler] ran out of memory") == "[KSampler] ran out of memory"
    assert reason_in("{} is not a picture") == "{} is not a picture"


def test_the_same_is_said_once() -> None:
    assert joined("CUDA out of memory", "out of memory", "", "other") == "CUDA out of memory\nother"
    assert reason_in([OWN, OWN, "b", "c", "d"]) == f"{OWN}\nb\nc"


def test_a_reason_without_end_is_read_to_a_bound() -> None:
    deep: Any = OWN
    for _ in range(500):
        deep = [deep]
    assert reason_in(deep) == ""
