"""The API's calls and answers about runs, the user's own models and files, whatever the services answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rh_ui.domain import Charged, Lora, Modality, Money, OutputKind, Task, TaskError, TaskState
from rh_ui.engine.diagnosis import Diagnosis
from rh_ui.errors import InputRefused, NoRoom, NotFound, StorageFault, StudioError, Unreachable
from rh_ui.marks import MarkFilter
from rh_ui.media.convert import Loss
from rh_ui.runninghub.replies_runs import Resource, ResourcePage, Webhook
from rh_ui.services.external_runs import RemoteRun
from rh_ui.services.input_conversion import ConvertedInput
from rh_ui.services.loras import LoraUpload
from rh_ui.services.order_identity import OrderContext, OrderResult
from rh_ui.storage.library import KeptInput
from rh_ui.web.api.inputs import notice
from tests.unit.web.edge import WORDS, Calls, Edge

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TASK = Task("run", TaskState.RUNNING, "model", Modality.IMAGE, {}, MOMENT, MOMENT)
say = WORDS["en"]


def pressed(*, demo: bool = False, keeps: bool = False, headers: dict[str, str] | None = None) -> Any:
    """What the run service gets from a press."""
    runs = Calls(order=OrderResult(TASK, already_sent=True))
    press = {
        "id": "press", "copy": 101, "fresh": ["seed"], "seen": [str(n) for n in range(401)], "keeps": keeps,
    }  # fmt: skip
    body = {"endpoint": "model", "params": {"a": 1}, "press": press}
    answer = Edge(runs=runs, demo=demo).client.post("/rh/api/runs", json=body, headers=headers)
    assert answer.json()["id"] == "run" and answer.json()["already_sent"] is True
    ((_, endpoint, params, values),) = runs.heard
    assert (endpoint, params, values["request_id"]) == ("model", {"a": 1}, "press")
    return values


def test_a_press_is_passed_on_with_what_stood_on_the_screen_as_far_as_it_counts() -> None:
    values = pressed()
    seen = frozenset(str(number) for number in range(400))
    owner = "the owner of the key"
    assert values["context"] == OrderContext(owner, seen=seen, fresh=frozenset({"seed"}), copy=100)
    assert values["submitter"] == "api"


def test_a_visitor_of_a_demo_is_its_browser_or_its_place() -> None:
    headers = {"x-rh-submitter": "abc", "user-agent": "Firefox"}
    kept = pressed(demo=True, keeps=True, headers=headers)
    assert (kept["context"].person, kept["submitter"]) == ("visitor abc", "abc")
    assert pressed(demo=True, headers=headers)["context"].person == "at testclient Firefox"


def history(task: Task = TASK, **answers: Any) -> Calls:
    return Calls(task=task, **answers)


@pytest.mark.parametrize(
    ("path", "service", "heard"),
    [
        ("cancel", "runs", ("cancel", "run")),
        ("move-up", "runs", ("move_up", "run")),
        ("fetch-files", "results", ("retry_files", "run")),
    ],
)
def test_what_is_asked_of_a_run_is_passed_on_and_answered_with_its_state(
    path: str, service: str, heard: tuple[str, str]
) -> None:
    calls = Calls(**{heard[0]: TASK})
    services: dict[str, Any] = {service: calls}
    told = Edge(**services).post(f"/runs/run/{path}")
    assert (told["id"], told["state"]) == ("run", "running") and calls.heard == [heard]


def test_a_run_is_resolved_and_tried_again_by_whoever_says_so() -> None:
    outcomes = Calls(resolve=TASK)
    told = Edge(unknown_outcomes=outcomes).post("/runs/run/resolve", action="found", remote_id="12")
    assert told["id"] == "run" and outcomes.heard == [("resolve", "run", "found", "12")]
    runs = Calls(retry=OrderResult(TASK, already_sent=False))
    again = Edge(runs=runs).post("/runs/run/retry")
    assert again["already_sent"] is False and runs.heard == [("retry", "run", "api")]


def test_why_a_run_has_nothing_to_show() -> None:
    assert Edge(history=history()).get("/runs/run/failure") == {"said": say("state.running"), "code": ""}
    error = TaskError("1010", "busy", Charged.NO)
    failed = replace(TASK, state=TaskState.FAILED, error=error)
    told = Edge(history=history(failed)).get("/runs/run/failure")
    assert told["code"] == "1010" and told["said"] and told["said"] == told["said"].strip()


def test_what_became_of_runninghub_s_message() -> None:
    message = Webhook("1", True, "200", 2, "2026-01-02T03:04:05", "")
    webhooks = Calls(message=message)
    assert Edge(history=history(), webhooks=webhooks).get("/runs/run/webhook") == {
        "said": say("hook.delivered"),
        "rows": [
            [say("hook.answer"), "200"],
            [say("hook.tries"), "2"],
            [say("hook.created"), "2026-01-02 03:04:05"],
        ],
        "again": True,
    }
    missed = Webhook("1", False, "", 0, "", "2026-01-02T03:04:06")
    told = Edge(history=history(), webhooks=Calls(message=missed)).get("/runs/run/webhook")
    assert told["said"] == say("hook.failed")
    assert told["rows"] == [[say("hook.updated"), "2026-01-02 03:04:06"]]
    none = Edge(history=history(), webhooks=Calls()).get("/runs/run/webhook")
    assert none == {"said": say("hook.none"), "rows": [], "again": False}
    assert Edge(history=history(), webhooks=webhooks).post("/runs/run/webhook") == {}
    assert webhooks.heard == [("message", TASK), ("resend", TASK)]


SEEN = RemoteRun(
    "123", "success", (OutputKind.IMAGE, OutputKind.VIDEO, OutputKind.IMAGE),
    Charged.YES, Money(Decimal("0.14"), "CNY"), "7", "", None, 0,
)  # fmt: skip


def outside(**change: Any) -> tuple[dict[str, str], Any]:
    told = Edge(external_runs=Calls(look_up=replace(SEEN, **change))).get("/external-runs", number=" 123 ")
    return dict(told["rows"]), told


def test_a_run_made_elsewhere_is_told_in_words() -> None:
    rows, told = outside()
    assert rows["State"] == "Done" and rows["Results"] == "2 × image, 1 × video"
    assert rows["Charged"] == f"¥0.14, {say('account.coins_of', count='7')}"
    assert (told["number"], told["here"], told["doubt"], len(rows)) == ("123", "", "", 3)


@pytest.mark.parametrize(
    ("change", "row", "said"),
    [
        ({"state": "NEWER"}, "State", "NEWER"),
        ({"kinds": ()}, "Results", "none yet"),
        ({"cost": None, "coins": ""}, "Charged", "not told"),
        ({"cost": None, "coins": "", "charged": Charged.NO}, "Charged", "nothing"),
        ({"reason": "too dark"}, "What RunningHub says", "too dark"),
    ],
)
def test_what_is_known_of_a_run_made_elsewhere(change: dict[str, Any], row: str, said: str) -> None:
    assert outside(**change)[0][row] == said


def test_a_run_that_may_be_one_of_ours_is_doubted_unless_it_is_known_to_be() -> None:
    assert outside(uncertain=1)[1]["doubt"] == say("outside.doubt")
    known = outside(uncertain=1, here=TASK)[1]
    assert (known["here"], known["doubt"]) == ("run", "")


def test_a_run_made_elsewhere_is_imported() -> None:
    runs = Calls(import_run=TASK)
    assert Edge(external_runs=runs).post("/external-runs", number="123")["id"] == "run"
    assert runs.heard == [("import_run", "123")]


OWN = [Lora("b.safetensors", "My Cat", 5, MOMENT), Lora("dog.safetensors", "Other", 6, MOMENT)]


def loras(uploads: list[LoraUpload] | None = None, **answers: Any) -> Any:
    return Calls(list_own=OWN, list_uploads=uploads or [], **answers)


def test_loras_that_are_there_and_those_that_are_sent() -> None:
    sent = LoraUpload(Path("/a"), "a", 200, id="1", done=99)
    failed = replace(sent, id="2", done=0, problem="refused", diagnosis=Diagnosis("net-slow"))
    told = Edge(loras=loras([sent, failed])).get("/loras")
    assert told["mine"][0] == {
        "file": "b.safetensors", "name": "My Cat", "size": 5, "at": MOMENT.isoformat(), "account": "",
    }  # fmt: skip
    why = say("lora.failed_refused", why=say("check.net-slow"))
    assert told["sending"] == [
        {"id": "1", "name": "a", "size": 200, "percent": 49, "problem": "", "account": ""},
        {"id": "2", "name": "a", "size": 200, "percent": 0, "problem": why, "account": ""},
    ]
    assert told["refused"] == ""


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (None, ""),
        (InputRefused("empty"), say("lora.bad_empty", file="cat.safetensors")),
        (InputRefused("large"), say("lora.bad_large", file="cat.safetensors", limit=2)),
        (NoRoom("The disk is full."), "The disk is full."),
    ],
)
def test_a_lora_is_uploaded_or_is_refused_in_a_sentence(fault: StudioError | None, said: str) -> None:
    calls = loras(upload=fault)
    edge = Edge(loras=calls, uploaded=lambda file: Path(file.path))
    told = edge.post("/loras/send", file={"path": "/up/1", "orig_name": "cat.safetensors"})
    assert told["refused"] == said and len(told["mine"]) == 2
    assert calls.heard[0] == ("upload", Path("/up/1"), "cat.safetensors", "")


@pytest.mark.parametrize(
    ("path", "body", "heard"),
    [
        ("/loras/1/again", {}, ("retry", "1")),
        ("/loras/1/drop", {}, ("cancel", "1")),
        ("/loras/forget", {"file": "b"}, ("remove", "b", "")),
    ],
)
def test_a_lora_is_tried_again_stopped_or_forgotten(
    path: str, body: dict[str, str], heard: tuple[str, str]
) -> None:
    calls = loras()
    assert len(Edge(loras=calls).post(path, **body)["mine"]) == 2
    assert calls.heard[0] == heard


def test_what_a_field_for_a_model_may_name() -> None:
    public = Resource("1", "Cat", "LORA", "cat.safetensors", "of cats", "", ("pet",))
    page = ResourcePage((public, replace(public, node_name="")), 2, has_more=True)
    calls, covers = loras(search_public=page), Calls(token=None)
    edge = Edge(loras=calls, covers=covers)
    told = edge.get("/resources", kind="LORA", query="CAT b.safe")
    assert told["mine"] == [{"value": "b.safetensors", "name": "My Cat"}]
    (one,) = told["public"]
    assert (one["value"], one["name"], one["about"], one["tags"]) == (
        "cat.safetensors", "Cat", "of cats", ["pet"],
    )  # fmt: skip
    assert told["more"] is True and told["problem"] == ""
    assert ("search_public", "LORA", "CAT b.safe") in calls.heard
    edge.get("/resources", kind="UNET", query="x" * 4000)
    assert calls.heard[-1] == ("search_public", "UNET", "x" * 400)
    assert edge.get("/resources", kind="UNET")["mine"] == []
    nothing = {"mine": [], "public": [], "more": False, "problem": ""}
    assert edge.get("/resources", kind="STYLE") == nothing
    away = Edge(loras=loras(search_public=Unreachable("away"))).get("/resources", kind="LORA")
    assert len(away["mine"]) == 2 and away["problem"] == say("resource.away") and away["more"] is False


def kept(ref: str, extension: str) -> KeptInput:
    return KeptInput(ref, "", "cat", "image/x", extension, OutputKind.IMAGE, 1, None, None, None)


@pytest.mark.parametrize(
    ("extension", "losses", "english", "chinese"),
    [
        ("jpg", (), say("media.turned"), WORDS["zh"]("media.turned")),
        (
            "png",
            (Loss.ALPHA, Loss.DEPTH),
            "This model does not take JPEG. A copy is sent as PNG. "
            "Its transparent parts become white. Its colours keep 8 bits each.",
            WORDS["zh"]("media.copied", type="JPEG", copy="PNG")
            + WORDS["zh"]("media.loss_alpha")
            + WORDS["zh"]("media.loss_depth"),
        ),
        ("webp", (), say("media.copied", type="JPEG", copy="WebP"), None),
        ("tiff", (), say("media.copied", type="JPEG", copy="TIFF"), None),
    ],
)
def test_a_copy_that_is_uploaded_is_told_with_what_it_lacks(
    extension: str, losses: tuple[Loss, ...], english: str, chinese: str | None
) -> None:
    fitted = ConvertedInput(kept("input:a.jpg", "jpg"), kept(f"input:b.{extension}", extension), losses)
    assert notice(fitted, say) == english
    if chinese is not None:
        assert notice(fitted, WORDS["zh"]) == chinese
    assert notice(ConvertedInput(fitted.chosen, fitted.chosen), say) == ""


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        (NotFound("x"), "lost"), (InputRefused("x"), "unreadable"), (NoRoom("x"), "disk_full"),
        (StorageFault("x"), "not_kept"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_taken_in_is_told_why(fault: StudioError, key: str) -> None:
    edge = Edge(inputs=Calls(keep=fault, keep_result=fault, keep_link=fault, convert=fault), uploaded=str)
    place = {"endpoint": "model", "field": "image"}
    refused = {
        "ref": "", "source": "", "name": "", "size": None, "notice": "",
        "problems": [say(f"media.{key}")], "gone": False,
    }  # fmt: skip
    assert edge.post("/inputs/upload", file={"path": "/a"}, **place) == refused
    assert edge.post("/inputs/result", id="a", **place) == refused
    assert edge.post("/inputs/link", link="https://a", **place) == refused
    assert edge.post("/inputs/fit", ref="input:a.png", **place) == refused | {"gone": key == "lost"}


def test_an_app_or_a_call_that_runninghub_does_not_tell_is_refused_in_words() -> None:
    away = Unreachable("away", why="slow")
    apps = Calls(list_public=away, open=away)
    told = Edge(apps=apps).get("/apps", page=3, sort="NEWEST", query="cat")
    assert told["refused"] and told["cards"] == [] and told["more"] is False and told["total"] is None
    assert apps.heard == [("list_public", {"page": 3, "sort": "NEWEST", "words": "cat"})]
    Edge(apps=apps).get("/apps", query="x" * 4000)
    assert apps.heard[1][1]["words"] == "x" * 400
    opened = Edge(apps=apps).post("/apps/open", text="1900000000000000201")
    assert opened["refused"] == told["refused"] and opened["spec"] is None
    example = "/quick-creations/example"
    live = Edge(quick_creations=Calls(example=away))
    assert live.get(example) == {"refused": say("quick.no_example"), "text": ""}
    demo = Edge(quick_creations=Calls(example=away), demo=True)
    assert demo.get(example) == {"refused": told["refused"], "text": ""}


def test_a_page_of_results_has_bounds_and_tells_whether_there_are_more() -> None:
    found = Calls(outputs=[])
    availability = SimpleNamespace(with_missing_flags=lambda outputs: outputs)
    edge = Edge(history=found, availability=availability, results=Calls())
    for limit in (0, 1, 96, 97):
        assert edge.get("/results", limit=limit, offset=5, kind="video", search="a") == {
            "items": [], "more": False,
        }  # fmt: skip
    edge.get("/results")
    asked = [values["limit"] for _, values in found.heard]
    assert asked == [2, 2, 97, 97, 49]
    asked_first = {"kind": OutputKind.VIDEO, "search": "a", "limit": 2, "offset": 5, "marked": MarkFilter("")}
    assert found.heard[0] == ("outputs", asked_first)
    assert found.heard[-1][1]["kind"] is None


def test_a_lost_result_is_put_out_of_sight_and_back() -> None:
    results = Calls()
    edge = Edge(results=results)
    assert edge.post("/results/a/forget") == edge.post("/results/a/remember") == {}
    assert results.heard == [("hide", "a"), ("show", "a")]
