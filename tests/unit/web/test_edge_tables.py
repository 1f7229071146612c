"""The API's answers about the models table, the history, workflows, zips and codes in every case."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from rh_ui.catalog.importer.active_catalog import Origin, Preview
from rh_ui.catalog.importer.overlay import Proposal
from rh_ui.catalog.published import LastLook
from rh_ui.catalog.schema import Catalog
from rh_ui.domain import Modality, OutputState, TaskState
from rh_ui.errors import InputRefused, TableFault, Unreachable
from rh_ui.i18n import Message, translate
from rh_ui.persistence.history_rows import NEWEST, Order, SortBy
from tests.unit.web.edge import WORDS, Calls, Edge

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
say = WORDS["en"]


def table(**change: Any) -> Any:
    endpoints = {
        str(number): SimpleNamespace(deprecated=retired, documented=documented)
        for number, (retired, documented) in enumerate([(False, True), (False, False), (True, True)])
    }
    keeper = SimpleNamespace(
        catalog=SimpleNamespace(endpoints=endpoints),
        origin=None,
        notice=None,
        packaged_day=date(2026, 1, 2),
    )
    keeper.__dict__.update(change)
    forms = SimpleNamespace(now=lambda: SimpleNamespace(version="v1"))
    return Edge(active_catalog=keeper, forms=forms).get("/catalog")


def test_the_table_tells_what_it_holds_and_where_it_is_from() -> None:
    told = table()
    assert told["rows"] == [
        ["Models", say("table.counts", count=2, documented=1, retired=1)],
        ["From", "this version of the program, prices of up to 2026-01-02"],
    ]
    assert (told["version"], told["local"], told["loaded"], told["notice"]) == ("v1", True, "", "")


def test_a_loaded_table_names_its_file_and_leaves_the_clock_to_the_browser() -> None:
    origin = Origin(file="r.json", day=date(2026, 3, 4), loaded=MOMENT, base="x")
    told = table(origin=origin, notice=Message("catalog.gone", path="a"))
    assert told["rows"][1] == ["From", "r.json of 2026-03-04, loaded {moment}"]
    assert told["loaded"] == MOMENT.isoformat()
    assert told["notice"] == str(Message("catalog.gone", path="a"))


def preview(*changes: Message, notices: tuple[Message, ...] = ()) -> Preview:
    proposal = Proposal(Catalog({}), changes, notices, (), {}, listed=3, total=5)
    return Preview("t1", "r.json", date(2026, 3, 4), proposal, 1, b"", None)


FILE = {"path": "/up/1", "orig_name": "r.json"}


def looked(found: Preview | TableFault, *, local: bool = True, files: int = 1) -> tuple[Any, Calls]:
    keeper = Calls(preview=found)
    edge = Edge(active_catalog=keeper, local=local, uploaded=lambda file: file.path)
    return edge.post("/catalog/look", files=[FILE] * files), keeper


def test_what_a_registry_would_change_is_told_by_kind() -> None:
    price = Message("catalog.price", now="1", was="2")
    changes = [
        Message("catalog.changed", path="e", what=[price]),
        Message("catalog.changed", path="d", what=[price, price]),
        Message("catalog.gone", path="c"),
        Message("catalog.removed", path="b"),
        Message("catalog.new", path="a", modality="image", task="t", what=""),
    ]
    told, keeper = looked(preview(*changes), files=2)
    assert keeper.heard == [("preview", [("/up/1", "r.json")] * 2)]
    assert [group["name"] for group in told["groups"]] == [
        "New models: 1", "No longer offered: 2", "Fields or options changed: 1", "Prices changed: 1",
    ]  # fmt: skip
    assert [line["path"] for group in told["groups"] for line in group["lines"]] == ["a", "c", "b", "d", "e"]
    assert all(line["title"] == "" and line["text"] for group in told["groups"] for line in group["lines"])
    assert all(group["more"] == "" for group in told["groups"])
    assert (told["token"], told["title"]) == ("t1", "r.json of 2026-03-04")
    assert told["summary"] == "3 of its 5 entries can be used."
    assert told["same"] == told["refused"] == "" and told["notices"] == []


def test_a_registry_that_says_nothing_new_says_so_and_names_its_odd_entries() -> None:
    entry = Message("catalog.odd_entry", who="x", what="y")
    part = Message("catalog.gone", path="p")
    told, _ = looked(
        preview(notices=(Message("catalog.odd_one", file="r.json", count=1, named=[entry]), part))
    )
    assert told["same"] == "It says nothing that the table does not have already."
    assert told["groups"] == [
        {
            "name": "Odd entries, mended or set aside: 1",
            "lines": [{"path": "", "title": "", "text": translate(entry, "en")}],
            "more": "",
        }
    ]
    assert told["notices"] == [str(part)]


def test_of_very_many_changes_the_rest_is_counted() -> None:
    gone = [Message("catalog.gone", path=str(number)) for number in range(401)]
    told, _ = looked(preview(*gone))
    assert len(told["groups"][0]["lines"]) == 400 and told["groups"][0]["more"] == "and 1 more"
    told, _ = looked(preview(*gone[:400]))
    assert len(told["groups"][0]["lines"]) == 400 and told["groups"][0]["more"] == ""


def test_a_registry_is_looked_at_by_the_owner_alone_and_with_one_price_list_at_most() -> None:
    nothing = {"token": "", "title": "", "summary": "", "same": "", "groups": [], "notices": []}
    for local, files, why in ((False, 1, "not_here"), (True, 0, "too_many"), (True, 3, "too_many")):
        told, keeper = looked(preview(), local=local, files=files)
        assert told == nothing | {"refused": say(f"table.{why}")} and keeper.heard == []
    told, _ = looked(TableFault("It is no registry."))
    assert told == nothing | {"refused": "It is no registry. The table stays as it is."}


def test_what_is_fetched_is_looked_at_like_a_file() -> None:
    published = replace(preview(), host="raw.example", notice=Message("catalog.gone", path="p"))
    updates = Calls(look=published, look_at=published)
    edge = Edge(model_updates=updates)
    told = edge.post("/catalog/published")
    assert told["title"] == "r.json from raw.example of 2026-03-04"
    assert told["notices"] == [str(Message("catalog.gone", path="p"))]
    assert edge.post("/catalog/address", registry="https://a/r", prices="https://a/p") == told
    assert updates.heard == [("look",), ("look_at", "https://a/r", "https://a/p")]


def test_a_file_that_is_in_use_already_says_so() -> None:
    told, _ = looked(replace(preview(), in_use=True))
    assert told["same"] == "The table in use was made from the same."


@pytest.mark.parametrize("path", ["published", "address"])
def test_the_owner_alone_has_the_server_fetch(path: str) -> None:
    given = {"registry": "https://example.org/r.json"} if path == "address" else {}
    updates = Calls()
    told = Edge(model_updates=updates, local=False).post(f"/catalog/{path}", **given)
    assert told["refused"] == say("table.not_here") and updates.heard == []
    failing = Calls(look=TableFault("Away."), look_at=TableFault("Away."))
    told = Edge(model_updates=failing).post(f"/catalog/{path}", **given)
    assert told["refused"] == "Away. The table stays as it is." and told["token"] == ""


@pytest.mark.parametrize(
    ("last", "at", "said"),
    [
        (None, "", say("table.never_looked")),
        (LastLook(at=MOMENT, changes=0), MOMENT.isoformat(), "{moment}, nothing newer"),
        (LastLook(at=MOMENT, changes=3), MOMENT.isoformat(), "{moment}, what would change: 3"),
    ],
)
def test_when_it_was_last_looked_at_is_told_without_a_look(last: LastLook | None, at: str, said: str) -> None:
    updates = SimpleNamespace(host="raw.example", last=last)
    told = Edge(model_updates=updates).get("/catalog/published")
    assert told == {"host": "raw.example", "at": at, "said": said}


def test_what_can_not_be_told_has_a_row_for_each_that_changes() -> None:
    notes = tuple(
        Message("catalog.untold", path=path, what=what)
        for path, what in [
            ("a", [Message("catalog.untold_name")]), ("b", Message("catalog.untold_figure")),
            ("a", Message("catalog.untold_unit", unit="/moon")),
        ]
    )  # fmt: skip
    found = preview(Message("catalog.new", path="a", modality="image", task="t", what=""))
    told, _ = looked(replace(found, proposal=replace(found.proposal, notes=notes)))
    (group,) = [each for each in told["groups"] if each["name"] == "What can't be told: 1"]
    (line,) = group["lines"]
    assert line["path"] == "a" and "called after its path" in line["text"] and "/moon" in line["text"]


@pytest.mark.parametrize(
    ("path", "body", "heard"), [("use", {"token": "t1"}, ("use", "t1")), ("back", {}, ("go_back",))]
)
def test_the_owner_alone_changes_the_table(path: str, body: dict[str, str], heard: tuple[str, ...]) -> None:
    keeper = Calls()
    assert Edge(active_catalog=keeper).post(f"/catalog/{path}", **body) == {"refused": ""}
    assert keeper.heard == [heard]
    other = Edge(active_catalog=keeper, local=False).post(f"/catalog/{path}", **body)
    assert other == {"refused": say("table.not_here")} and len(keeper.heard) == 1
    failed = Edge(active_catalog=Calls(**{heard[0]: TableFault("Broken.")})).post(f"/catalog/{path}", **body)
    assert failed == {"refused": "Broken. The table stays as it is."}


ROW: dict[str, Any] = {
    "id": "run", "created": MOMENT, "model": "m", "modality": "image", "state": "done", "prompt": "a\n b",
    "cost": Decimal("0.14"), "currency": "CNY", "coins": None, "charged": "yes", "files": 2, "remote_id": "9",
    "estimate": Decimal("0.1"), "estimate_currency": "CNY", "submitted": MOMENT,
    "finished": MOMENT + timedelta(seconds=75), "picture": "run-000", "input": "",
}  # fmt: skip


def listed(total: int, *rows: dict[str, Any], **asked: Any) -> tuple[Any, Calls]:
    frame = pd.DataFrame([ROW | row for row in rows] or [ROW])
    shown = frame if rows else frame.iloc[:0]
    places = [(str((ROW | row)["id"]),) for row in rows]
    history = Calls(count=total, page=SimpleNamespace(frame=shown, places=places))
    return Edge(history=history).get("/history", **asked), history


def test_a_run_in_a_row() -> None:
    told, _ = listed(1, {}, {"prompt": "x" * 160}, {"prompt": "x" * 161})
    first, fits, long = told["rows"]
    assert first == {
        "id": "run", "created": MOMENT.isoformat(), "model": "m", "modality": "image", "state": "done",
        "prompt": "a b", "cost": "¥0.14", "estimate": "¥0.10", "seconds": 75.0, "files": 2,
        "picture": "rh/thumbs/run-000", "remote_id": "9",
    }  # fmt: skip
    assert fits["prompt"] == "x" * 160 and long["prompt"] == "x" * 159 + "…"


def test_a_run_without_a_result_shows_what_it_was_made_of_and_no_time() -> None:
    none = {"picture": "", "finished": pd.NaT, "estimate": None, "estimate_currency": ""}
    told, _ = listed(4, *({**none, "input": name} for name in ("a.png", "a.mp4", "")))
    assert [row["picture"] for row in told["rows"]] == ["rh/inputs/a.png", "", ""]
    assert {(row["seconds"], row["estimate"]) for row in told["rows"]} == {(None, "")}
    early, _ = listed(1, {"finished": MOMENT - timedelta(seconds=1)})
    assert early["rows"][0]["seconds"] == 0.0, "clocks of two machines"


@pytest.mark.parametrize(
    ("row", "cost"),
    [
        ({"cost": Decimal("3.85"), "coins": Decimal(17)}, f"¥3.85 + {say('cost.coins', count='17')}"),
        ({"cost": None, "currency": None, "coins": Decimal(1)}, say("cost.coin")),
        ({"cost": None, "currency": None}, say("cost.unknown")),
        ({"cost": float("nan"), "currency": None, "coins": float("nan")}, say("cost.unknown")),
        ({"cost": None, "currency": None, "charged": "no"}, ""),
        ({"cost": None, "currency": None, "state": "running"}, ""),
    ],
)
def test_what_a_run_cost_is_told_in_money_and_coins(row: dict[str, Any], cost: str) -> None:
    assert listed(1, row)[0]["rows"][0]["cost"] == cost


def test_a_page_begins_behind_the_last_row_of_the_one_before() -> None:
    rows = [{"id": f"{number:02d}"} for number in range(51)]
    told, history = listed(151, *rows, sort="model", down="false", after='["m", "09"]')
    assert (len(told["rows"]), told["total"], json.loads(told["next"])) == (50, 151, ["49"])
    asked = {"search": "", "modality": None, "state": None}
    order = Order(SortBy.MODEL, False, ("m", "09"))
    assert history.heard == [("page", {"limit": 51, "order": order} | asked), ("count", asked)]
    last, history = listed(151, *rows[:50])
    assert last["next"] == "" and history.heard[0][1]["order"] == NEWEST


@pytest.mark.parametrize(
    "place",
    ["x", "[]", "{}", '["a", "b"]', "[1]", "[null]", '["CNY", 1, 9223372036854775808, "a"]', '["\\u0000"]'],
)
def test_a_place_of_another_order_is_refused(place: str) -> None:
    for sort in ("created", "cost"):
        asked = Edge(history=Calls()).client.get("/rh/api/history", params={"after": place, "sort": sort})
        assert asked.status_code == 422, (place, asked.text)


@pytest.mark.parametrize(
    ("state", "wanted"), [("failed", TaskState.FAILED), ("unfetched", OutputState.UNFETCHED), ("", None)]
)
def test_a_history_is_filtered_by_what_is_asked_for(state: str, wanted: Any) -> None:
    _, history = listed(1, search="cat", modality="video", state=state)
    assert history.heard[1] == ("count", {"search": "cat", "modality": Modality.VIDEO, "state": wanted})


@pytest.mark.parametrize(("person", "project"), [("ada", ""), ("", "films"), ("ada", "films")])
def test_a_history_may_be_that_of_a_person_or_of_a_project(person: str, project: str) -> None:
    some = Calls(count=7, page=SimpleNamespace(frame=pd.DataFrame([ROW]).iloc[:0], places=[]))
    services = Calls(among=some)
    told = Edge(history=Calls(), among=services.among).get("/history", person=person, project=project)
    assert told["total"] == 7 and services.heard == [("among", person, project)]


NUMBER = "1900000000000000101"


def opened(found: Any, **asked: Any) -> tuple[Any, Calls]:
    workflows = Calls(open=found)
    return Edge(workflows=workflows).post("/workflows/open", **asked), workflows


def test_a_workflow_opens_by_its_id_or_with_a_file() -> None:
    told, workflows = opened(SimpleNamespace(path="wf"), wanted=f"https://x/workflow/{NUMBER}")
    assert told == {"path": "wf", "at": "", "said": ""} and workflows.heard == [("open", NUMBER, b"", "")]
    _, workflows = opened(SimpleNamespace(path="wf"), wanted=NUMBER, graph="{}", name="a.json")
    assert workflows.heard == [("open", NUMBER, b"{}", "a.json")]


def test_what_is_wrong_with_a_workflow_is_told_where_it_is() -> None:
    most = 4 * 1024 * 1024
    bad = InputRefused(Message("catalog.gone", path="a"))
    told = [
        opened(None, wanted="none")[0],
        opened(None, wanted="none", graph="{}")[0],
        opened(None, wanted=NUMBER, graph="x" * (most + 1))[0],
        opened(bad, wanted=NUMBER, graph="x" * most)[0],
        opened(bad, wanted=NUMBER)[0],
    ]
    assert [(one["path"], one["at"]) for one in told] == [
        ("", "id"), ("", "id"), ("", "file"), ("", "file"), ("", "id"),
    ]  # fmt: skip
    assert [one["said"] for one in told[:3]] == [
        say("workflows.no_id"), say("workflows.no_id_file"), say("workflows.too_large"),
    ]  # fmt: skip
    assert told[3]["said"] == told[4]["said"] == str(bad.args[0])
    away = opened(Unreachable("away", why="slow"), wanted=NUMBER)[0]
    assert (away["path"], away["at"]) == ("", "id") and away["said"]


def archived(data: bytes) -> Any:
    output = SimpleNamespace(id="out", file_key="key")
    library = SimpleNamespace(open=lambda _: io.BytesIO(data))
    return Edge(history=Calls(output=output), library=library).get("/results/out/archive")


def zipped(names: list[str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, b"12345")
    return file.getvalue()


def test_what_lies_in_a_zip_is_listed_up_to_a_bound() -> None:
    told = archived(zipped(["a.png", "b.txt", "../c.txt"]))
    assert told["members"] == [
        {"number": 0, "name": "a.png", "size": 5, "picture": True, "url": "rh/files/out/members/0"},
        {"number": 1, "name": "b.txt", "size": 5, "picture": False, "url": "rh/files/out/members/1"},
    ]
    assert [bool(one["name"] and one["why"]) for one in told["closed"]] == [True]
    assert told["more"] == told["left"] == 0
    many = archived(zipped([f"{n}.txt" for n in range(501)] + [f"../{n}" for n in range(22)]))
    assert (len(many["members"]), many["more"], len(many["closed"]), many["left"]) == (500, 1, 20, 2)


def test_a_code_that_nobody_knows_is_told_with_its_number() -> None:
    edge = Edge()
    assert edge.get("/codes", query="what is 999999?")["none"] == say("code.none_number", code="999999")
    assert edge.get("/codes", query="???") == {"entries": [], "none": say("code.none")}
    first = edge.get("/codes", query="416")
    assert first["none"] == "" and first["entries"][0]["code"] == "416"
    assert edge.get("/codes/key-refused")["said"] == cast(Any, say.entries)["check.key-refused"]
