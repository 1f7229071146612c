"""The API's answers about the runs of a tab and of the drawer, a run's form, and models, whatever the
services answer."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import ExifTags, Image

from rh_ui.catalog.roles import Role
from rh_ui.catalog.schema import Catalog, Field, NotOffered, Option, OwnWords
from rh_ui.domain import (
    STUDIOS,
    Charged,
    FieldKind,
    Modality,
    Money,
    Output,
    OutputKind,
    OutputState,
    Task,
    TaskError,
    TaskState,
)
from rh_ui.engine.progress_stream import Step
from rh_ui.engine.queue.fair_queue import QueuePosition
from rh_ui.errors import NotFound, StorageFault, StudioError
from tests.samples import made_up
from tests.unit.web.edge import WORDS, Calls, Edge

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
UNDER_WAY = (
    TaskState.ASKING, TaskState.QUEUED, TaskState.CLAIMED, TaskState.UPLOADING, TaskState.SUBMITTING,
    TaskState.RUNNING, TaskState.DOWNLOADING,
)  # fmt: skip
ENDED = (TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED)
say = WORDS["en"]


def run(id: str, state: TaskState = TaskState.RUNNING, **told: Any) -> Task:
    return Task(id, state, "made-up/model", Modality.IMAGE, {"prompt": id}, MOMENT, MOMENT, **told)


def runs(count: int, state: TaskState) -> list[Task]:
    return [run(f"{state.value}-{number}", state) for number in range(count)]


class History:
    """Runs by their states; records the queries."""

    def __init__(self, *found: Task, active: int = 0) -> None:
        self.heard: list[dict[str, Any]] = []
        self.timed: list[str] = []
        self._found = found
        self._active = active

    def tasks(self, **asked: Any) -> Sequence[Task]:
        self.heard.append(asked)
        return [task for task in self._found if task.state in asked["states"]][: asked["limit"]]

    def active_count(self) -> int:
        return self._active

    def typical_seconds(self, path: str) -> float:
        self.timed.append(path)
        return 7.5


def edge(history: Any, **services: Any) -> Edge:
    service: dict[str, Any] = {
        "queue_positions": dict,
        "transfer_percent": lambda task: None,
        "progress": lambda task: None,
    }
    given: dict[str, Any] = {"runs": SimpleNamespace(**service), "results": Calls(), **services}
    seen = SimpleNamespace(visible=lambda task: task, with_missing_flags=lambda outputs: outputs)
    return Edge(history=history, availability=seen, **given)


def ids(cards: list[dict[str, Any]]) -> list[str]:
    return [card["id"] for card in cards]


@pytest.mark.parametrize(
    ("shown", "read"), [(None, 13), (0, 2), (1, 2), (2, 3), (240, 241), (241, 241)], ids=str
)
def test_a_tab_reads_its_active_runs_and_one_ended_more_than_it_shows(shown: int | None, read: int) -> None:
    history = History()
    given = {} if shown is None else {"shown": shown}
    told = edge(history).get("/runs/board", modality="video", **given)
    assert told == {"active": [], "ended": [], "more": False}
    active, ended = history.heard
    assert (active["modality"], active["limit"], ended["modality"]) == ("video", 60, "video")
    assert set(active["states"]) == {*UNDER_WAY, TaskState.UNKNOWN}
    assert (set(ended["states"]), ended["limit"]) == (set(ENDED), read)


def test_a_tab_tells_whether_more_have_ended_than_it_shows() -> None:
    history = History(run("lost", TaskState.UNKNOWN), run("on"), *runs(3, TaskState.DONE))
    some = edge(history).get("/runs/board", modality="image", shown=2)
    assert ids(some["active"]) == ["lost", "on"]
    assert (ids(some["ended"]), some["more"]) == (["done-0", "done-1"], True)
    every = edge(history).get("/runs/board", modality="image", shown=3)
    assert (len(every["ended"]), every["more"]) == (3, False)


def test_the_drawer_puts_what_needs_the_person_apart() -> None:
    history = History(run("on"), run("lost", TaskState.UNKNOWN), *runs(20, TaskState.FAILED), active=99)
    told = edge(history).get("/runs/tray")
    assert (ids(told["attention"]), ids(told["active"]), len(told["ended"])) == (["lost"], ["on"], 12)
    assert told["more"] == 0
    lost, active, ended = history.heard
    assert (tuple(lost["states"]), lost["limit"]) == ((TaskState.UNKNOWN,), 60)
    assert (set(active["states"]), active["limit"]) == (set(UNDER_WAY), 60)
    assert (set(ended["states"]), ended["limit"]) == (set(ENDED), 12)


@pytest.mark.parametrize(("under_way", "more"), [(59, 0), (60, 7), (70, 7)])
def test_the_drawer_counts_the_runs_it_does_not_show(under_way: int, more: int) -> None:
    told = edge(History(*runs(under_way, TaskState.RUNNING), active=67)).get("/runs/tray")
    assert (len(told["active"]), told["more"]) == (min(under_way, 60), more)


def test_a_card_has_what_is_known_of_a_run_at_this_moment() -> None:
    queued, running = run("first", TaskState.QUEUED), run("second")
    done = run("third", TaskState.DONE, outputs=(OUTPUT,))
    history, results = History(queued, running, done), Calls()
    service = SimpleNamespace(
        queue_positions=lambda: {"first": QueuePosition(3, False), "second": QueuePosition(4, False)},
        transfer_percent=lambda task: {"second": 42}.get(task.id),
        progress=lambda task: Step("9", 0.5, 1) if task is running else None,
    )
    told = edge(history, runs=service, results=results).get("/runs/board", modality="image")
    waits, goes = told["active"]
    assert (waits["words"], waits["can_move_up"]) == (say("state.queued_at", place="3rd"), True)
    assert (goes["can_move_up"], goes["percent"], waits["percent"]) == (False, 42, None)
    node = say("progress.node", node="9")
    assert (goes["step"], waits["step"]) == (say("progress.at", node=node, percent=50), "")
    assert (waits["usual_seconds"], goes["usual_seconds"]) == (7.5, 7.5)
    (ended,) = told["ended"]
    assert (ended["usual_seconds"], ended["outputs"][0]["id"]) == (None, "out")
    assert history.timed == ["made-up/model"], "once for a model, and not for what has ended"
    asked = [list(outputs) for name, outputs in results.heard if name == "request_thumbnails"]
    assert asked == [[], [OUTPUT]]


OUTPUT = Output(
    "out", "third", 0, OutputKind.IMAGE, OutputState.SAVED, "a.png", "image/png", 5, "", None, "key", "thumb"
)


def test_the_queue_is_read_only_where_a_run_waits_and_gone_files_are_said_to_be() -> None:
    def asked() -> Any:
        raise AssertionError("no run waits")

    service = SimpleNamespace(queue_positions=asked, transfer_percent=Calls().none, progress=Calls().none)
    gone = replace(OUTPUT, state=OutputState.MISSING)
    history = History(run("on"), run("third", TaskState.DONE, outputs=(OUTPUT,)))
    seen = SimpleNamespace(visible=lambda task: replace(task, outputs=(gone,) if task.outputs else ()))
    told = Edge(history=history, runs=service, results=Calls(), availability=seen).get(
        "/runs/board", modality="image"
    )
    assert told["ended"][0]["outputs"][0]["state"] == "missing" and told["active"][0]["outputs"] == []


def test_one_run_as_it_is_now() -> None:
    history = Calls(task=run("on", remote_id="12", cost=Money(Decimal("0.5"), "CNY")))
    told = Edge(history=history).get("/runs/on")
    assert (told["id"], told["remote_id"], told["cost"]) == ("on", "12", {"amount": "0.5", "currency": "CNY"})
    assert history.heard == [("task", "on")]


def test_a_failed_run_says_what_happened_and_what_it_cost() -> None:
    error = TaskError("1010", "busy", Charged.MAYBE)
    failed = run("bad", TaskState.FAILED, error=error, charged=Charged.MAYBE)
    told = Edge(history=Calls(task=failed)).get("/runs/bad/failure")
    assert told["code"] == "1010" and told["said"].endswith(say("charge.maybe"))
    free = Edge(history=Calls(task=replace(failed, charged=Charged.NO))).get("/runs/bad/failure")
    assert free["said"].endswith(say("charge.no"))


SIZE = Field("size", FieldKind.CHOICE, options=(Option("1k"), Option("2k")))
MODEL = made_up(
    Field("prompt", FieldKind.TEXT, Role.PROMPT), SIZE, Field("pictures", FieldKind.IMAGE, many=True),
    Field("picture", FieldKind.IMAGE),
)  # fmt: skip


def models(*found: Any) -> Catalog:
    return Catalog({each.path: each for each in found})


def test_a_past_run_fills_the_form_in_again() -> None:
    params: Any = {
        "prompt": "a kite", "size": "8k", "pictures": ["https://a.example/1.png", "https://a.example/2.png"],
    }  # fmt: skip
    history = Calls(task=replace(run("old"), params=params))
    told = Edge(history=history, catalog=models(MODEL)).get("/runs/old/form", endpoint=MODEL.path)
    assert told == {
        "values": {"prompt": "a kite"},
        "media": {"pictures": [{"value": "https://a.example/1.png"}, {"value": "https://a.example/2.png"}]},
        "lost": ["Frame size (8k)"],
        "blames": [],
        "said": "",
    }
    assert history.heard == [("task", "old")]
    closed = replace(MODEL, not_offered=NotOffered.PAUSED)
    said = Edge(history=history, catalog=models(closed)).get(
        "/runs/old/form", endpoint=MODEL.path, language="zh"
    )["said"]
    assert said == "该模型暂不可用：其提供方注明目前不开放。"


def test_models_are_found_by_tab_in_the_order_of_the_search_and_only_those_on_offer() -> None:
    first = replace(MODEL, path="first", modality=Modality.IMAGE)
    film, second = replace(first, path="film", modality=Modality.VIDEO), replace(first, path="second")
    closed = replace(first, path="closed", not_offered=NotOffered.KEYS)
    finder = Calls(find=[closed, second, film, first])
    told = Edge(finder=finder).get("/models/search", query="kite")["by_modality"]
    nothing: dict[str, list[str]] = {modality.value: [] for modality in STUDIOS}
    assert told == nothing | {"image": ["second", "first"], "video": ["film"]}
    assert finder.heard == [("find", "kite")]


def test_the_models_of_a_tab_that_were_last_used() -> None:
    history = Calls(recent_endpoints=["b", "a"])
    assert Edge(history=history).get("/models/recent", modality="audio") == {"paths": ["b", "a"]}
    assert history.heard == [("recent_endpoints", Modality.AUDIO, 12)]


def test_the_card_of_a_model_tells_what_it_made_here() -> None:
    samples = [run("old", TaskState.DONE)]
    history = Calls(finished_count=3, typical_seconds=9.5, samples=samples)
    told = edge(history, catalog=models(MODEL)).get("/models/details", endpoint=MODEL.path)
    assert (told["count"], told["usual_seconds"], ids(told["samples"])) == (3, 9.5, ["old"])
    assert {"prompt", "pictures"} < {each["key"] for each in told["inputs"]}
    assert ("finished_count", MODEL.path) in history.heard and ("samples", MODEL.path, 4) in history.heard


@pytest.mark.parametrize(
    ("quote", "told"),
    [
        (
            None,
            {"amount": None, "currency": None, "words": "", "free": False, "free_left": None, "account": ""},
        ),
        (
            SimpleNamespace(price=Money(Decimal("0.50"), "USD"), free=False, free_left=None),
            {
                "amount": "0.50",
                "currency": "USD",
                "words": "$0.50",
                "free": False,
                "free_left": None,
                "account": "shop",
            },
        ),
        (
            SimpleNamespace(price=None, free=True, free_left=2),
            {"amount": None, "currency": None, "words": "", "free": True, "free_left": 2, "account": "shop"},
        ),
    ],
)
def test_what_runninghub_says_that_a_run_costs(quote: Any, told: dict[str, Any]) -> None:
    prices = Calls(quote=quote and SimpleNamespace(preview=quote, account="shop"))
    asked = {"endpoint": "made-up/model", "params": {"prompt": "x"}}
    assert Edge(prices=prices).post("/models/quote", **asked) == told
    assert prices.heard == [("quote", "made-up/model", {"prompt": "x"}, "")]


def large(output: Output, endpoint: Any, params: Any = None, **services: Any) -> Any:
    task = run("third", TaskState.DONE, outputs=(output,))
    history = Calls(output=output, task=task if params is None else replace(task, params=params))
    seen = SimpleNamespace(check_remote=lambda output: replace(output, name=f"seen {output.name}"))
    return Edge(history=history, availability=seen, catalog=models(endpoint), **services).get("/results/out")


def test_a_result_large_with_its_run_and_the_names_of_its_settings() -> None:
    told = large(OUTPUT, MODEL, library=Calls())
    assert (told["output"]["name"], told["task"]["id"]) == ("seen a.png", "third")
    assert [each["label"] for each in told["settings"]] == ["Prompt"]
    assert (told["output"]["vertices"], told["output"]["faces"], told["output"]["turned"]) == (None, None, "")
    labels = {"size": {"en": "How large", "zh": "多大"}}
    app = made_up(SIZE, own=OwnWords({"en": "Mine"}, {"en": ""}, labels, {}, {}))
    exact = 9007199254740993
    (told,) = large(OUTPUT, app, {"size": exact}, library=Calls())["settings"]
    assert (told["label"], told["values"]) == (
        "How large", [{"text": str(exact), "url": "", "kind": ""}],
    )  # fmt: skip
    gone = {"seed": True, "images": [f"input:{'a' * 64}.png", "https://a.example/b.png"], "empty": ""}
    shown = large(OUTPUT, app, gone, library=Calls())["settings"]
    assert [[value["text"] for value in each["values"]] for each in shown] == [
        ["on"], [f"{'a' * 64}.png", "https://a.example/b.png"],
    ]  # fmt: skip
    assert shown[1]["values"][0]["url"] == f"rh/inputs/{'a' * 64}.png"


def small_picture(counts: list[int]) -> io.BytesIO:
    """A model's thumbnail, which records its vertices and faces."""
    file, exif = io.BytesIO(), Image.Exif()
    exif[ExifTags.Base.ImageDescription] = json.dumps(counts)
    Image.new("RGB", (2, 2)).save(file, "WEBP", exif=exif)
    file.seek(0)
    return file


@pytest.mark.parametrize(
    ("kind", "thumb", "counts"),
    [
        (OutputKind.MODEL, "thumb", (8, 12)),
        (OutputKind.ARCHIVE, "thumb", (8, 12)),
        (OutputKind.IMAGE, "thumb", (None, None)),
        (OutputKind.MODEL, "", (None, None)),
    ],
)
def test_a_model_has_its_points_and_faces(
    kind: OutputKind, thumb: str, counts: tuple[int | None, int | None]
) -> None:
    model = replace(OUTPUT, kind=kind, thumb_key=thumb, file_key="")
    library = SimpleNamespace(open=lambda key: small_picture([8, 12]) if key == "thumb" else None)
    told = large(model, MODEL, library=library)["output"]
    assert (told["vertices"], told["faces"]) == counts


@pytest.mark.parametrize("fault", [NotFound("gone"), StorageFault("away")], ids=str)
def test_a_model_whose_picture_is_away_has_an_address_and_no_counts(fault: StudioError) -> None:
    model = replace(OUTPUT, kind=OutputKind.MODEL, name="a.glb")
    told = large(model, MODEL, library=Calls(open=fault))["output"]
    assert (told["vertices"], told["faces"]) == (None, None)
    assert told["turned"] == "rh/files/out/seen%20a.glb"


def test_a_page_of_results_is_cut_after_the_question_for_one_more() -> None:
    found = [replace(OUTPUT, id=str(number)) for number in range(3)]
    results = Calls()
    told = edge(Calls(outputs=found), results=results).get("/results", limit=2)
    assert (ids(told["items"]), told["more"]) == (["0", "1"], True)
    assert results.heard == [("request_thumbnails", found[:2])]
    assert edge(Calls(outputs=found)).get("/results", limit=3)["more"] is False


@pytest.mark.parametrize(
    ("note", "above", "zh"),
    [("asks:20 CNY", "¥20.00", "超过 ¥20.00："), ("asks:17 coins", "17 coins", "超过 17")],
)
def test_a_run_that_asks_says_above_what_and_leaves_the_time_to_the_browser(
    note: str, above: str, zh: str
) -> None:
    until = datetime(2026, 1, 3, 3, 4, 5, tzinfo=UTC)
    asks = run("asks", TaskState.ASKING, note=note, asks_until=until)
    told = edge(History(asks)).get("/runs/tray")["active"][0]
    assert told["words"] == f"Above {above}: waits for a yes of an admin, ends unsent {{until}}"
    assert told["asks_until"] == until.isoformat()
    assert (told["can_cancel"], told["cancel_free"], told["can_move_up"]) == (True, True, False)
    chinese = edge(History(asks)).get("/runs/tray", language="zh")["active"][0]["words"]
    assert chinese.startswith(zh) and "{until}" in chinese
