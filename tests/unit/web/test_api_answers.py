"""What the API answers, and how it refuses, over real services."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from pydantic import Field, JsonValue
from typing_extensions import TypedDict

from rh_ui import people
from rh_ui.domain import Charged
from rh_ui.errors import (
    AmountRefused,
    ArgumentRefused,
    BudgetRefused,
    BudgetStop,
    Busy,
    FileFault,
    InputRefused,
    MoveRefused,
    NoRoom,
    NotFound,
    OrderRefused,
    OutcomeUnknown,
    PayloadRefused,
    Refused,
    StorageFault,
    StudioError,
    Unreachable,
)
from rh_ui.people import COINS
from rh_ui.web.api.refusals import UNFORESEEN, code_of, status_of
from rh_ui.web.api.router import add_api
from rh_ui.web.api.routing import ASKING, ApiRoute, Visitor, asks_service
from rh_ui.web.api.runs import KEY_OWNER, orderer
from rh_ui.web.arguments import Id
from rh_ui.web.serializers.answers import Nothing, Sentence
from rh_ui.web.serializers.budget_sentences import stop_sentence
from rh_ui.web.services import PageServices

MODEL: Final = "rhart-image-n-pro/text-to-image"
FORM: Final = {"prompt": "a red kite", "resolution": "1k"}


STOP: Final = BudgetStop(
    holder="project", holder_id="f1", name="Film", period="day", zone="Asia/Shanghai", unit="CNY",
    limit=Decimal(20), needed=Decimal("0.46"), left=Decimal("-0.5"),
    renews=datetime(2026, 12, 1, tzinfo=ZoneInfo("Asia/Shanghai")),
)  # fmt: skip


def pressed(client: TestClient, id: str, *, seen: list[str] | None = None, **form: Any) -> Any:
    press = {"id": id, "copy": 0, "fresh": [], "seen": seen or [], "keeps": True}
    return client.post("/rh/api/runs", json={"endpoint": MODEL, "params": FORM | form, "press": press})


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (ArgumentRefused("x must be text", "string_type"), 422, "bad-argument"),
        (ArgumentRefused("This call is larger than 16 MB", "too_large"), 413, "bad-argument"),
        (NotFound("There is no such run."), 404, ""),
        (MoveRefused("It is over.", "cancel-over"), 409, "cancel-over"),
        (OrderRefused("Another one.", "order-other"), 409, "order-other"),
        (AmountRefused("No such zone.", "budget-zone"), 422, "budget-zone"),
        (BudgetRefused(STOP), 409, "budget"),
        (BudgetRefused(replace(STOP, needed=None)), 409, "budget-unpriced"),
        (PayloadRefused("No.", []), 422, ""),
        (StorageFault("The disk is away."), 503, "away"),
        (NoRoom("The disk is full."), 503, "away"),
        (Unreachable("No answer."), 503, "away"),
        (FileFault("Too many wait."), 503, ""),
        (InputRefused("It is no picture."), 422, ""),
        (Refused("901", "no such app"), 422, "code-901"),
        (Busy("421", "full"), 422, "code-421"),
    ],
)
def test_every_refusal_has_its_code_and_status(fault: StudioError, status: int, code: str) -> None:
    assert (status_of(fault), code_of(fault)) == (status, code)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "This run would cost ¥0.46. The budget of the project “Film” for the day is ¥20.00, and −¥0.50 "
            "of it are left. It renews on 2026-12-01 00:00 (Asia/Shanghai). Nothing was sent and nothing was "
            "charged.",
        ),
        (
            "zh",
            "本次运行需要 ¥0.46。项目“Film”的每日预算为 ¥20.00，还剩 −¥0.50；"
            "2026-12-01 00:00 (Asia/Shanghai) 起重新计算。没有发送，也没有扣费。",
        ),
    ],
)
def test_a_budget_says_in_the_reader_s_language_what_a_person_needs(language: str, said: str) -> None:
    answer = faulty(BudgetRefused(STOP)).post(f"/rh/api/faulty/x?language={language}", json={})
    assert answer.json() == {"code": "budget", "sentence": said, "charged": "no"}


def test_a_budget_of_coins_and_of_runs_without_a_price() -> None:
    coins = replace(STOP, holder="person", name="Anna", unit=COINS, left=Decimal(25), period="month")
    assert "The budget of Anna for the month is 20 RH coins, and 25 RH coins of it" in stop_sentence(coins)
    unpriced = stop_sentence(replace(coins, needed=None))
    assert unpriced.startswith("What this run costs in RH coins is not known, and the budget of Anna allows")
    assert "the token “t9”" in stop_sentence(
        replace(STOP, holder="token", holder_id="t9", name="", period="week")
    )


def faulty(fault: Exception) -> TestClient:
    """A program with one route, which ends like this."""
    router = APIRouter(prefix="/rh/api", route_class=ApiRoute)

    @router.post("/faulty/{id}")
    def ends(id: Id) -> Nothing:
        raise fault

    app = FastAPI()
    app.include_router(router)
    add_api(app, None)  # type: ignore[arg-type]
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("fault", "charged"),
    [(NotFound("Gone."), Charged.NO), (OutcomeUnknown("Nobody knows."), Charged.MAYBE)],
)
def test_a_refusal_says_whether_it_cost_money(fault: StudioError, charged: Charged) -> None:
    answer = faulty(fault).post("/rh/api/faulty/x")
    assert answer.json() == {"code": "", "sentence": str(fault), "charged": charged}
    assert answer.headers["cache-control"] == "no-store"


def test_a_fault_that_nobody_foresaw_tells_nothing_of_itself() -> None:
    answer = faulty(KeyError("secret/path")).post("/rh/api/faulty/x")
    assert answer.status_code == 500
    assert answer.json() == {"code": "", "sentence": UNFORESEEN, "charged": "maybe"}


def test_a_run_is_pressed_seen_and_pressed_again_only_once(client: TestClient) -> None:
    first = pressed(client, "one")
    assert first.status_code == 200, first.text
    assert first.json()["already_sent"] is False
    again = pressed(client, "one")
    assert (again.json()["id"], again.json()["already_sent"]) == (first.json()["id"], True)
    other = pressed(client, "one", prompt="a blue kite")
    assert (other.status_code, other.json()["code"], other.json()["charged"]) == (409, "order-other", "no")
    board = client.get("/rh/api/runs/board", params={"modality": "image"}).json()
    assert [card["title"] for card in board["active"]] == ["a red kite"]
    assert board["more"] is False
    tray = client.get("/rh/api/runs/tray").json()
    assert [card["id"] for card in tray["active"]] == [first.json()["id"]]
    assert client.get(f"/rh/api/runs/{first.json()['id']}").json()["params"]["prompt"] == "a red kite"


def test_a_form_that_the_table_forbids_is_told_and_not_sent(client: TestClient) -> None:
    answer = pressed(client, "bad", resolution="9k")
    assert (answer.status_code, answer.json()["charged"]) == (422, "no")
    told = client.post(
        "/rh/api/models/estimate", json={"endpoint": MODEL, "params": FORM | {"resolution": "9k"}}
    )
    assert [problem["field"] for problem in told.json()["problems"]] == ["resolution"]


class Odd(TypedDict):
    """Values that an older version may have left behind."""

    params: dict[str, JsonValue]


def test_what_json_can_not_hold_is_answered_as_digits_and_marks() -> None:
    router = APIRouter(prefix="/rh/api", route_class=ApiRoute)

    @router.get("/odd")
    def odd() -> Odd:
        return {
            "params": {"big": [2**64, -(2**63) - 1], "top": 2**64 - 1, "low": -(2**63), "half": "a\ud800"}
        }

    app = FastAPI()
    app.include_router(router)
    told = TestClient(app).get("/rh/api/odd").json()["params"]
    assert told == {
        "big": [str(2**64), str(-(2**63) - 1)], "top": 2**64 - 1, "low": -(2**63), "half": "a?",
    }  # fmt: skip


def test_a_route_describes_its_answer_with_its_bounds_and_how_it_refuses() -> None:
    router = APIRouter(route_class=ApiRoute)

    @router.get("/few")
    def few() -> Annotated[int, Field(le=9)]:
        return 3

    app = FastAPI()
    app.include_router(router)
    told = app.openapi()["paths"]["/few"]["get"]["responses"]
    assert told["200"]["content"]["application/json"]["schema"]["maximum"] == 9
    refusal = {"schema": {"$ref": "#/components/schemas/Refusal"}}
    assert told["default"] == {"description": "Refused.", "content": {"application/json": refusal}}


def test_sentences_are_in_the_language_that_is_asked_for(client: TestClient) -> None:
    english, chinese = (
        client.get("/rh/api/codes/416", params={"language": language}).json()["said"]
        for language in ("en", "zh")
    )
    assert english.isascii() and not chinese.isascii()
    assert client.get("/rh/api/codes/416").json()["said"] == english


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/runs/none", 404), ("/results/none", 404), ("/models/details?endpoint=none", 404),
        ("/forms/form?path=none", 200), ("/nothing", 404),
    ],
)  # fmt: skip
def test_what_is_not_there(client: TestClient, path: str, status: int) -> None:
    assert client.get(f"/rh/api{path}").status_code == status


def test_an_upload_is_one_of_the_page(client: TestClient, services: PageServices) -> None:
    place = {"endpoint": "rhart-image-n-pro/edit", "field": "imageUrls"}
    for path in ("/etc/passwd", "../../etc/passwd", ""):
        file = {"path": path, "orig_name": "cat.png"}
        told = client.post("/rh/api/inputs/upload", json={"file": file, **place}).json()
        assert told["ref"] == "" and told["problems"]
        sent = client.post("/rh/api/loras/send", json={"file": file})
        assert (sent.status_code, sent.json()["code"]) == (422, "bad-argument")


def test_a_key_has_one_owner_and_a_demo_many_visitors() -> None:
    visitor = Visitor("abc", "127.0.0.1 Firefox")
    assert orderer(people.OWNER, visitor, demo=False, keeps=False) == KEY_OWNER
    assert orderer(people.OWNER, visitor, demo=True, keeps=True) == "visitor abc"
    assert orderer(people.OWNER, visitor, demo=True, keeps=False) == "at 127.0.0.1 Firefox"


def test_a_press_is_of_the_person_whichever_browser_they_use() -> None:
    ada, bo = (people.Caller(name, people.Role.MEMBER) for name in ("ada", "bo"))
    for demo in (False, True):
        found = {
            orderer(who, Visitor(id, "127.0.0.1"), demo=demo, keeps=keeps)
            for who in (ada, bo) for id in ("abc", "def") for keeps in (False, True)
        }  # fmt: skip
        assert found == {"person ada", "person bo"}


def test_a_service_that_is_silent_takes_no_list_its_thread() -> None:
    """More calls wait for RunningHub than there are threads of either kind; a list is read all the same."""
    router = APIRouter(prefix="/rh/api", route_class=ApiRoute)
    heard = threading.Event()

    @router.get("/silent")
    @asks_service
    def silent() -> Sentence:
        """Waits for RunningHub."""
        heard.wait(60)
        return {"said": "late"}

    @router.get("/list")
    def listed() -> Sentence:
        """Reads the database."""
        return {"said": "at once"}

    app = FastAPI()
    app.include_router(router)
    with TestClient(app) as client:
        waiting = [threading.Thread(target=client.get, args=("/rh/api/silent",)) for _ in range(60)]
        for one in waiting:
            one.start()
        try:
            while ASKING.statistics().tasks_waiting < 60 - ASKING.total_tokens:
                threading.Event().wait(0.01)  # until all of them have come
            assert client.get("/rh/api/list").json() == {"said": "at once"}
            assert ASKING.borrowed_tokens == ASKING.total_tokens
        finally:
            heard.set()
            for one in waiting:
                one.join()
