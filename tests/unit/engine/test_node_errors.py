"""What a refusal says about single inputs survives as text of the run's error."""

from __future__ import annotations

import pytest

from rh_ui.domain import Charged, TaskError
from rh_ui.engine.node_errors import message_with_inputs, refused_inputs
from rh_ui.errors import NodeProblem, NodesRefused, Refused


def kept(fault: Refused) -> TaskError:
    return TaskError(fault.code, message_with_inputs(fault), Charged.NO)


def test_nodes_come_back_from_the_text() -> None:
    nodes = (
        NodeProblem("3", "steps", "steps is no number"),
        NodeProblem("57:11", "unet_name", "not in\nthe list: x"),
        NodeProblem("9", "", ""),
    )
    message, found = refused_inputs(kept(NodesRefused("433", "VALIDATE_PROMPT_FAILED", nodes)))
    assert message == "VALIDATE_PROMPT_FAILED"
    assert found == (nodes[0], NodeProblem("57:11", "unet_name", "not in the list: x"), nodes[2])


@pytest.mark.parametrize("code", ["803", "1101"])
def test_an_input_named_in_the_text_is_blamed(code: str) -> None:
    message, found = refused_inputs(kept(Refused(code, "APIKEY_INVALID_NODE_INFO nodeId=3, fieldName=steps")))
    assert found == (NodeProblem("3", "steps", ""),)
    assert message == "APIKEY_INVALID_NODE_INFO nodeId=3, fieldName=steps"


@pytest.mark.parametrize("text", ["", "the prompt has no outputs", "two\nlines", "nodeId=3, fieldName=steps"])
def test_other_refusals_blame_nothing(text: str) -> None:
    message, found = refused_inputs(TaskError("433", text, Charged.NO))
    assert (message, found) == (text, ())
