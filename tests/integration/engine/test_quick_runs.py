"""Quick creations: opened by the call from the site, with styles, run as an app is."""

from __future__ import annotations

import pytest

from rh_ui.catalog.comfy.quick_creation import STYLE, Call
from rh_ui.domain import Modality, OutputKind, RunKind
from rh_ui.errors import PayloadRefused, Unreachable
from rh_ui.services.quick_creations import QuickCreations
from tests.integration.emulator.caller import Caller
from tests.integration.engine.workshop import Workshop
from tests.orders import submit

PATH = "run/quick-ai-app/1900000000000000205/002"
STYLE_KEY = "4.ckpt_name"


@pytest.fixture
def quick(workshop: Workshop) -> QuickCreations:
    return workshop.quick_creations


def test_a_quick_creation_is_opened_with_its_styles_and_run(
    quick: QuickCreations, workshop: Workshop
) -> None:
    form = quick.open(quick.example())
    assert (form.path, form.kind, form.face.titles["en"]) == (PATH, RunKind.QUICK, "Quick picture")
    style = next(node_input for node_input in form.inputs if node_input.resource == STYLE)
    assert style.key == STYLE_KEY and style.labels is not None
    assert style.labels["ink-wash.safetensors"] == "Ink"
    values = {"6.text": "a heron at dusk", "5.batch_size": "2", STYLE_KEY: "flat-poster.safetensors"}
    task = workshop.done(submit(workshop.runs, PATH, {**values}))
    (seen,) = workshop.requests("submit")
    assert seen["path"] == "/task/openapi/quick-ai-app/run"
    body = seen["body"]
    assert (body["webappId"], body["quickCreateCode"]) == ("1900000000000000205", "002")
    assert {f"{node['nodeId']}.{node['fieldName']}": node["fieldValue"] for node in body["nodeInfoList"]} == (
        values
    )
    assert [node["fieldType"] for node in body["nodeInfoList"]] == ["STRING", "SWITCH", "LORA"]
    assert (task.modality, task.outputs[0].kind, task.cost is not None) == (
        Modality.APPS, OutputKind.IMAGE, True,
    )  # fmt: skip
    with pytest.raises(PayloadRefused):
        submit(workshop.runs, PATH, {**values, STYLE_KEY: "nobody.safetensors"})


def test_one_without_styles_or_name_is_kept_all_the_same(quick: QuickCreations, engine_emulator: str) -> None:
    call = Call("5", "a/b", ({"nodeId": "1", "fieldName": "text", "fieldType": "STRING"},))
    form = quick.open(call)
    assert form.path == "run/quick-ai-app/5/a-b"
    assert form.face.titles == {"en": "Quick creation a/b", "zh": "快捷创作 a/b"}
    Caller(engine_emulator).script(faults=[{"on": "styles", "do": "refuse", "code": "301"}])
    assert quick.open(quick.example()).source["styles"] == []
    Caller(engine_emulator).script(faults=[{"on": "styles", "do": "drop", "times": 9}])
    with pytest.raises(Unreachable):
        quick.open(quick.example())
