"""The API's answers about apps, workflows, quick creations, their saved forms, and files, whatever the
services answer."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rh_ui.catalog.comfy.quick_creation import call_in
from rh_ui.catalog.comfy.run_form import Face, RunForm, run_form
from rh_ui.catalog.comfy.workflow_form import Choice, source_of
from rh_ui.catalog.schema import Catalog, Field
from rh_ui.domain import FieldKind, FormRecord, Modality, OutputKind, RunKind
from rh_ui.errors import InputRefused, NotFound, Problem, Refused, StudioError, Unreachable
from rh_ui.i18n import Message, translate
from rh_ui.media.convert import Loss
from rh_ui.runninghub.replies_runs import Card, Page
from rh_ui.services.input_conversion import ConvertedInput
from rh_ui.storage.library import KeptInput
from tests.samples import made_up
from tests.unit.web.edge import WORDS, Calls, Edge

NUMBER = "1900000000000000101"
PATH = f"run/workflow/{NUMBER}"
COVERS = SimpleNamespace(token=lambda url: f"token-of-{url}" if url else "")
FACE = Face({"en": "A boat", "zh": "船"}, {"en": "of paper", "zh": "纸做的"}, cover="boat.png")
LONG = "x" * 80
GRAPH: dict[str, Any] = {
    "3": {"class_type": "KSampler", "inputs": {"seed": 2, "steps": 20}, "_meta": {"title": "Sampler"}},
    "6": {"class_type": "Text", "inputs": {"text": f"a\n boat {LONG}", "few": LONG}, "_meta": {"title": "W"}},
}
AWAY = Unreachable("away", why="slow")
say = WORDS["en"]


def form(*shown: Choice, own: bool = False, face: Face = FACE, graph: dict[str, Any] = GRAPH) -> RunForm:
    source = source_of(graph, own=own, shown=shown or None)
    return run_form(PATH, RunKind.WORKFLOW, NUMBER, face, source)


def refusal(fault: StudioError) -> str:
    told = Edge(apps=Calls(list_public=fault)).get("/apps")["refused"]
    assert told
    return str(told)


def test_the_public_list_of_apps() -> None:
    found = Page((Card("1", "Boat", "of paper", "a.png"), Card("2", "", "", "")), 12, has_more=True)
    apps = Calls(list_public=found)
    told = Edge(apps=apps, covers=COVERS).get("/apps", page=0, sort="HOTTEST")
    assert told == {
        "refused": "",
        "cards": [
            {"id": "1", "title": "Boat", "description": "of paper", "cover": "rh/covers/token-of-a.png"},
            {"id": "2", "title": "2", "description": "", "cover": ""},
        ],
        "more": True,
        "total": 12,
    }
    assert apps.heard == [("list_public", {"page": 1, "sort": "HOTTEST", "words": ""})]


@pytest.mark.parametrize(
    ("asked", "page", "sort"),
    [({}, 1, "RECOMMEND"), ({"page": 2, "sort": "NEWEST"}, 2, "NEWEST"), ({"sort": "odd"}, 1, "RECOMMEND")],
)
def test_the_list_of_apps_has_an_order(asked: dict[str, Any], page: int, sort: str) -> None:
    apps = Calls(list_public=Page((), 0, has_more=False))
    Edge(apps=apps).get("/apps", **asked)
    assert apps.heard == [("list_public", {"page": page, "sort": sort, "words": ""})]


def test_an_app_opens_by_what_has_its_id() -> None:
    apps, history = Calls(open=form()), Calls(costs=[])
    edge = Edge(apps=apps, history=history, covers=COVERS)
    told = edge.post("/apps/open", text=f"https://www.runninghub.ai/ai-detail/{NUMBER}")
    assert (told["refused"], told["spec"]["path"], told["spec"]["id"]) == ("", PATH, NUMBER)
    assert told["spec"]["cover"] == "rh/covers/token-of-boat.png"
    assert told["spec"]["costs"] == say("apps.cost_none")
    assert (apps.heard, history.heard) == ([("open", NUMBER)], [("costs", PATH)])
    assert edge.post("/apps/open", text="a boat") == {"refused": say("apps.no_id"), "spec": None}
    assert len(apps.heard) == 1
    away = Edge(apps=Calls(open=AWAY)).post("/apps/open", text=NUMBER)
    assert away == {"refused": refusal(AWAY), "spec": None}


def record(path: str, kind: RunKind, *, favourite: bool = False, title: str = "Boat") -> FormRecord:
    face = Face({"en": title, "zh": title}, {"en": "of paper", "zh": ""}, cover=f"{path}.png")
    return FormRecord(path, kind, f"9{path}", "site", face.as_json(), {}, favourite)


KEPT = [
    record("new", RunKind.APP),
    record("older", RunKind.WORKFLOW),
    record("used", RunKind.APP, title="Cat"),
    record("last", RunKind.QUICK),
    record("liked", RunKind.APP, favourite=True),
]


def tiles(kept: list[FormRecord] = KEPT, **asked: Any) -> tuple[Any, Calls, Calls]:
    history, saved = Calls(recent_endpoints=["last", "used"]), Calls(list_of=kept)
    edge = Edge(history=history, saved_forms=saved, covers=COVERS, site="site")
    return edge.get("/forms", **asked), history, saved


def test_favourites_come_first_then_the_last_used_then_the_newest() -> None:
    told, history, saved = tiles()
    assert [tile["path"] for tile in told["tiles"]] == ["liked", "last", "used", "new", "older"]
    assert told["tiles"][0] == {
        "path": "liked", "kind": "ai-app", "id": "9liked", "title": "Boat", "description": "of paper",
        "cover": "rh/covers/token-of-liked.png", "favourite": True, "locked": False,
    }  # fmt: skip
    assert told["more"] is told["many"] is False
    assert history.heard == [("recent_endpoints", Modality.APPS, 200)]
    assert saved.heard == [("list_of", "site")]


@pytest.mark.parametrize(
    ("asked", "paths"),
    [
        ({"kind": "ai-app"}, ["liked", "used", "new"]),
        ({"kind": "odd"}, ["liked", "last", "used", "new", "older"]),
        ({"query": " BOAT paper "}, ["liked", "last", "new", "older"]),
        ({"query": "9used"}, ["used"]),
        ({"query": "cat boat"}, []),
    ],
)
def test_kept_forms_are_left_by_kind_and_by_words(asked: dict[str, Any], paths: list[str]) -> None:
    assert [tile["path"] for tile in tiles(**asked)[0]["tiles"]] == paths


@pytest.mark.parametrize(
    ("count", "asked", "shown", "more", "many"),
    [(24, {}, 24, False, False), (25, {}, 24, True, True), (25, {"shown": 25}, 25, False, True)],
)
def test_of_many_forms_some_are_shown(
    count: int, asked: dict[str, int], shown: int, more: bool, many: bool
) -> None:
    told = tiles([record(str(number), RunKind.APP) for number in range(count)], **asked)[0]
    assert (len(told["tiles"]), told["more"], told["many"]) == (shown, more, many)


def test_a_kept_form_is_drawn_liked_forgotten_and_has_its_costs() -> None:
    saved, history = Calls(form=form()), Calls(costs=[])
    edge = Edge(saved_forms=saved, history=history, covers=COVERS)
    told = edge.get("/forms/form", path=PATH)
    assert (told["refused"], told["spec"]["path"]) == ("", PATH)
    assert edge.get("/forms/costs", path=PATH, language="zh") == {"costs": WORDS["zh"]("apps.cost_none")}
    assert edge.post("/forms/like", path=PATH, yes=True) == {"favourite": True}
    assert edge.post("/forms/like", path=PATH, yes=False) == {"favourite": False}
    assert edge.post("/forms/remove", path=PATH) == {}
    assert saved.heard == [
        ("form", PATH),
        ("set_favourite", PATH, {"favourite": True}),
        ("set_favourite", PATH, {"favourite": False}),
        ("remove", PATH),
    ]
    assert history.heard == [("costs", PATH), ("costs", PATH)]
    gone = Edge(saved_forms=Calls(form=NotFound("It is gone."))).get("/forms/form", path=PATH)
    assert gone["refused"] and gone["spec"] is None


NODES = [{"nodeId": "6", "nodeName": "Words", "fieldName": "text", "fieldType": "STRING", "fieldValue": "it"}]
CALL = {"webappId": NUMBER, "quickCreateCode": "002", "nodeInfoList": NODES}


def test_a_pasted_call_is_kept_or_refused() -> None:
    creations = Calls(open=SimpleNamespace(path="run/quick-ai-app/1"))
    edge = Edge(quick_creations=creations)
    told = edge.post("/quick-creations/open", text=json.dumps(CALL))
    assert told == {"refused": "", "path": "run/quick-ai-app/1"}
    assert creations.heard == [("open", call_in(json.dumps(CALL)))]
    none = edge.post("/quick-creations/open", text="nothing")
    assert none == {"refused": say("quick.no_call"), "path": ""}
    odd = json.dumps({**CALL, "nodeInfoList": [5]})
    with pytest.raises(InputRefused) as why:
        call_in(odd)
    refused = edge.post("/quick-creations/open?language=zh", text=odd)
    assert refused == {"refused": translate(why.value.args[0], "zh"), "path": ""}
    away = Edge(quick_creations=Calls(open=AWAY)).post("/quick-creations/open", text=json.dumps(CALL))
    assert away == {"refused": refusal(AWAY), "path": ""}


def test_the_demo_has_a_call_to_try() -> None:
    call = call_in(json.dumps({**CALL, "nodeInfoList": [{**NODES[0], "nodeName": "词"}]}))
    told = Edge(quick_creations=Calls(example=call), demo=True).get("/quick-creations/example")
    assert told["refused"] == "" and "词" in told["text"] and "\n " in told["text"]
    assert json.loads(told["text"]) == {**CALL, "nodeInfoList": [{**NODES[0], "nodeName": "词"}]}
    assert call_in(told["text"]) == call


STYLE = {
    "name": "Ink", "preview": "ink.png", "sample": "a hill", "trigger": "ink",
    "loras": [{"file": "ink.safetensors", "weight": 0.7}],
}  # fmt: skip


def test_the_styles_of_a_form_set_what_they_name() -> None:
    nodes = [
        {"nodeId": "4", "nodeName": "Loader", "fieldName": "lora_name", "fieldType": "LORA",
         "fieldValue": "own.safetensors", "description": ""},
    ]  # fmt: skip
    source: Any = {"nodes": nodes, "styles": [STYLE, {**STYLE, "name": "Bare", "preview": "", "loras": []}]}
    quick = run_form("run/quick-ai-app/1", RunKind.QUICK, NUMBER, FACE, source)
    told = Edge(saved_forms=Calls(form=quick), covers=COVERS).get("/quick-creations/styles", path="a")
    ink, bare = told["styles"]
    assert ink | {"sets": 0} == {
        "name": "Ink", "picture": "rh/covers/token-of-ink.png", "sample": "a hill", "trigger": "ink",
        "sets": 0,
    }  # fmt: skip
    assert "ink.safetensors" in ink["sets"].values() and bare["picture"] == ""
    plain = Edge(saved_forms=Calls(form=form()), covers=COVERS)
    assert plain.get("/quick-creations/styles", path="a") == {"styles": []}
    gone = Edge(saved_forms=Calls(form=NotFound("gone"))).get("/quick-creations/styles", path="a")
    assert gone == {"styles": []}


def test_everything_of_a_workflow_s_form_that_can_be_edited() -> None:
    workflows = Calls(form=form(Choice("6.text", "What"), Choice("3.seed")))
    told = Edge(workflows=workflows).get("/workflows/inputs", path=PATH)
    assert (told["id"], told["own"], told["name"], told["about"]) == (NUMBER, False, "A boat", "of paper")
    inputs = {one["key"]: one for one in told["inputs"]}
    assert inputs["3.seed"] == {
        "key": "3.seed", "title": "Sampler · seed", "node": "3", "class": "KSampler", "kind": "integer",
        "seed": True, "was": "2",
    }  # fmt: skip
    assert (inputs["6.text"]["was"], inputs["6.few"]["was"]) == (f"a boat {LONG}"[:79] + "…", LONG)
    assert inputs["3.steps"]["seed"] is False
    assert told["shown"] == [{"key": "6.text", "label": "What"}, {"key": "3.seed", "label": ""}]
    assert workflows.heard == [("form", PATH)]
    chinese = Edge(workflows=workflows).get("/workflows/inputs", path=PATH, language="zh")
    assert (chinese["name"], chinese["about"]) == ("船", "纸做的")


def test_a_form_in_one_language_with_a_file_of_its_own_shows_all_of_it() -> None:
    face = Face({"en": "A boat"}, {"en": "of paper"})
    told = Edge(workflows=Calls(form=form(own=True, face=face))).get(
        "/workflows/inputs", path=PATH, language="zh"
    )
    assert (told["own"], told["name"], told["about"]) == (True, "A boat", "of paper")
    assert [one["key"] for one in told["shown"]] == [one["key"] for one in told["inputs"]] != []
    assert {one["label"] for one in told["shown"]} == {""}


def test_the_inputs_of_a_workflow_are_found_by_all_words() -> None:
    workflows = Calls(form=form())
    told = Edge(workflows=workflows).get("/workflows/inputs/search", path=PATH, query="SAMPLER st")
    assert told == {"keys": ["3.steps"]} and workflows.heard == [("form", PATH)]


@pytest.mark.parametrize("anew", [True, False])
def test_a_form_is_saved_as_it_was_edited(anew: bool) -> None:
    workflows = Calls(save=SimpleNamespace(path="other"))
    shown = [{"key": "6.text", "label": "What"}, {"key": "3.seed"}]
    told = Edge(workflows=workflows).post(
        "/workflows/save", path=PATH, name="Mine", about="for us", shown=shown, anew=anew
    )
    choices = [Choice("6.text", "What"), Choice("3.seed")]
    assert told == {"path": "other"}
    assert workflows.heard == [("save", PATH, "Mine", "for us", choices, {"anew": anew})]


@pytest.mark.parametrize(("gone", "named", "more"), [(0, 0, False), (12, 12, False), (13, 12, True)])
def test_a_renewed_form_names_what_left_it(gone: int, named: int, more: bool) -> None:
    inputs = {f"i{number}": number for number in range(gone)}
    nodes = {"class_type": "KSampler", "_meta": {"title": "S"}}
    before = form(graph={"3": {**nodes, "inputs": {"seed": 2, **inputs}}})
    now = form(graph={"3": {**nodes, "inputs": {"seed": 2}}}, own=True)
    workflows = Calls(form=before, renew=now)
    told = Edge(workflows=workflows).post("/workflows/renew", path=PATH)
    assert told == {"own": True, "lost": [f"S · i{number}" for number in range(named)], "more": more}
    assert workflows.heard == [("form", PATH), ("renew", PATH)]


def test_what_runninghub_says_of_a_workflow_is_told_at_its_id() -> None:
    fault = Refused("380", "WORKFLOW_NOT_EXISTS")
    for told in (
        Edge(workflows=Calls(open=fault)).post("/workflows/open", wanted=NUMBER, graph=graph)
        for graph in ("", "{}")
    ):
        assert told == {"path": "", "at": "id", "said": refusal(fault)}
    odd = InputRefused(Message("catalog.unnamed_workflow", id="1"))
    told = Edge(workflows=Calls(open=odd)).post("/workflows/open?language=zh", wanted=NUMBER)
    assert told["said"] == translate(odd.args[0], "zh")


def kept(ref: str, name: str, extension: str, size: int) -> KeptInput:
    return KeptInput(ref, "", name, "image/x", extension, OutputKind.IMAGE, size, None, None, None)


PICTURE = made_up(Field("picture", FieldKind.IMAGE))
PLACE = {"endpoint": PICTURE.path, "field": "picture"}
CHOSEN, SENT = kept("input:a.png", "a.png", "png", 5), kept("input:b.png", "b.jpg", "jpg", 3)
WRONG = Problem("picture", "file_gone")
FITTED = ConvertedInput(CHOSEN, SENT, (Loss.ALPHA,), (WRONG,))


def inputs(**answers: Any) -> tuple[Edge, Calls]:
    calls = Calls(convert=FITTED, **answers)
    catalog = Catalog({PICTURE.path: PICTURE})
    return Edge(inputs=calls, catalog=catalog, uploaded=lambda file: Path(file.path)), calls


def test_a_file_of_a_form_is_kept_and_made_fit() -> None:
    earlier = replace(CHOSEN, ref="input:c.png", name="called.png")
    edge, calls = inputs(keep=earlier, keep_result=earlier, keep_link=earlier)
    told = edge.post("/inputs/fit", ref="input:c.png", **PLACE)
    assert told == {
        "ref": "input:b.png", "source": "input:a.png", "name": "a.png", "size": 3,
        "notice": f"{say('media.copied', type='PNG', copy='JPEG')} {say('media.loss_alpha')}",
        "problems": ["The file for Picture is no longer here; choose it again."], "gone": False,
    }  # fmt: skip
    taken = told | {"name": "called.png"}
    file = {"path": "/up/1", "orig_name": "my.png"}
    assert edge.post("/inputs/upload", file=file, **PLACE) == taken
    assert edge.post("/inputs/result", id="r1", **PLACE) == taken
    assert edge.post("/inputs/link", link="https://a.example/rh/files/r1/a.png", **PLACE) == taken
    fitted = ("convert", PICTURE.path, "picture", "input:c.png")
    assert calls.heard == [
        fitted, ("keep", Path("/up/1"), "my.png"), fitted, ("keep_result", "r1"), fitted,
        ("keep_link", "https://a.example/rh/files/r1/a.png"), fitted,
    ]  # fmt: skip


def test_a_link_to_elsewhere_is_uploaded_as_it_is_if_runninghub_can_reach_it() -> None:
    edge, calls = inputs(keep_link=None)
    link = "https://a.example/a.png"
    nothing = {"source": "", "name": "", "size": None, "notice": "", "gone": False}
    assert edge.post("/inputs/link", link=link, **PLACE) == nothing | {"ref": link, "problems": []}
    private = edge.post("/inputs/link", link="http://192.168.0.7/a.png", **PLACE)
    (why,) = private.pop("problems")
    assert private == nothing | {"ref": ""} and why.startswith("Picture: “http://192.168.0.7/a.png” is an")
    lost = edge.post("/inputs/link", link=link, endpoint="gone", field="picture")
    assert lost["problems"] == [say("media.lost")] and lost["gone"] is False
    assert [name for name, *_ in calls.heard] == ["keep_link"] * 3
