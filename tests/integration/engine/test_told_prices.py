"""What a run will cost and what it cost, as RunningHub reports it: previews, free calls, two purses."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from rh_ui.domain import Charged, Money, Params, TaskState
from rh_ui.errors import Refused
from rh_ui.i18n import load_words
from rh_ui.runninghub.replies_account import Preview
from rh_ui.runninghub.runs import app_list
from rh_ui.services.price_service import PriceService
from rh_ui.web.serializers.runs import card_json
from tests.integration.engine.conftest import Open
from tests.integration.engine.test_app_runs import PATH, PHOTO, picture, start
from tests.integration.engine.workshop import PICTURE, TEXT, Workshop

FORM: Params = {"prompt": "x", "resolution": "1k"}


def prices(workshop: Workshop) -> PriceService:
    """As on a page with a real key."""
    uploads = workshop.repositories.uploads
    accounts = workshop.services.accounts
    return PriceService(workshop.catalog, workshop.inputs, uploads, workshop.engine, accounts)


def quote(workshop: Workshop, endpoint: str, form: Params) -> Preview | None:
    found = prices(workshop).quote(endpoint, form)
    return None if found is None else found.preview


def test_a_price_is_the_service_s_and_a_refused_preview_is_unknown(workshop: Workshop) -> None:
    told = quote(workshop, TEXT, {"prompt": "x"})
    assert told is not None and told.price is not None and told.price.currency == "CNY"
    assert (told.free, told.free_left) == (False, None)
    for code in ("1000", "1001", "1014", "414", "500"):
        workshop.emulator.fault("preview", "refuse", code=code)
        assert quote(workshop, TEXT, {"prompt": "x"}) is None
    workshop.emulator.script(settings={"withdrawn": [TEXT]})
    assert quote(workshop, TEXT, {"prompt": "x"}) is None
    assert workshop.accepted() == []


def test_a_free_call_is_told_as_one_and_not_as_a_price_of_nothing(workshop: Workshop) -> None:
    workshop.emulator.script(settings={"free_left": 2})
    told = quote(workshop, PICTURE, FORM)
    assert told is not None and (told.free, told.free_left) == (True, 2)
    assert told.price is not None and told.price.amount > 0, "what it would cost otherwise"
    done = workshop.done(workshop.submit(PICTURE, FORM))
    assert (done.charged, done.cost) == (Charged.NO, Money(Decimal(0), "CNY"))


def test_an_app_has_a_price_once_its_files_are_there(workshop: Workshop, tmp_path: Path) -> None:
    workshop.apps.open(PHOTO)
    ref = picture(workshop, tmp_path)
    form: Params = {"1.image": ref, "11.ratio": "3:2"}
    assert quote(workshop, PATH, form) is None, "its file goes up with the run"
    workshop.done(start(workshop, ref))
    told = quote(workshop, PATH, form)
    assert told == Preview(Money(Decimal("0.17"), "CNY"))
    (asked,) = workshop.requests("preview")
    (ran,) = workshop.requests("submit")
    assert asked["body"] == ran["body"], "what is priced is what is sent"


def test_a_service_without_a_preview_of_apps_is_no_fault(workshop: Workshop, tmp_path: Path) -> None:
    workshop.apps.open(PHOTO)
    ref = picture(workshop, tmp_path)
    workshop.done(start(workshop, ref))
    for status in (200, 404, 405):
        workshop.emulator.script(settings={"app_preview": False, "unknown_path_status": status})
        assert quote(workshop, PATH, {"1.image": ref, "11.ratio": "3:2"}) is None
    assert len(workshop.requests("preview")) == 3


@pytest.mark.parametrize("form", ["", "number", "string"])
def test_two_purses_are_told_once_however_often_the_service_repeats_them(
    open_workshop: Open, tmp_path: Path, form: str
) -> None:
    """Coins for the time, money for the models inside; every output and every inner task repeats both."""
    workshop = open_workshop(kind="NORMAL", coins=500)
    workshop.emulator.script(settings={"model_fee": "3.85", "usage_list": form})
    workshop.apps.open(PHOTO)
    task = workshop.done(start(workshop, picture(workshop, tmp_path)))
    assert len(task.outputs) > 1
    assert (task.charged, task.cost, task.coins) == (
        Charged.YES, Money(Decimal("3.85"), "CNY"), Decimal(17),
    )  # fmt: skip
    told = card_json(task, workshop.catalog, load_words("en"))
    assert told["price"] == "¥3.85 + 17 coins"
    again = workshop.client.outputs(task.remote_id).task.usage
    assert again is not None and (again.money, again.coins) == (Decimal("3.85"), Decimal(17))


def test_coins_alone_are_not_zero_money(open_workshop: Open, tmp_path: Path) -> None:
    workshop = open_workshop(kind="NORMAL", coins=500)
    workshop.apps.open(PHOTO)
    task = workshop.done(start(workshop, picture(workshop, tmp_path)))
    assert (task.charged, task.cost, task.coins) == (Charged.YES, None, Decimal(17))


def test_a_task_that_was_refused_with_an_empty_usage_cost_nothing(workshop: Workshop) -> None:
    """1501 with an id, FAILED, and four null values; without any usage nothing is certain."""
    charged = []
    for usage in ("null", "absent"):
        workshop.emulator.script(settings={"failed_usage": usage})
        workshop.emulator.fault("submit", "fail", code="1501", message="refused by moderation")
        failed = workshop.reach(workshop.submit(), TaskState.FAILED)
        assert failed.error is not None and failed.error.code == "1501"
        charged.append(failed.charged)
    assert charged == [Charged.NO, Charged.MAYBE]


def test_another_machine_is_never_tried_by_itself_after_a_refusal(workshop: Workshop, tmp_path: Path) -> None:
    """A second submit after 803, on another machine, caused a double charge that a user met."""
    workshop.apps.open(PHOTO)
    workshop.emulator.fault("submit", "refuse", code="803", message="value_not_in_list: nodeId=11")
    failed = workshop.reach(start(workshop, picture(workshop, tmp_path)), TaskState.FAILED)
    assert failed.error is not None and (failed.error.code, failed.charged) == ("803", Charged.NO)
    assert len(workshop.requests("submit")) == 1


@pytest.mark.parametrize("mode", ["any", "bare", "bearer"])
def test_the_list_of_apps_is_there_however_the_service_takes_the_key(workshop: Workshop, mode: str) -> None:
    workshop.emulator.script(settings={"app_list_key": mode})
    assert PHOTO in [card.id for card in workshop.apps.list_public().cards]
    app_list(workshop.client)
    asked = len(workshop.requests("apps"))
    assert PHOTO in [card.id for card in app_list(workshop.client).cards]
    assert len(workshop.requests("apps")) == asked + 1, "what worked is remembered"


@pytest.mark.parametrize("code", ["403", "801", "802"])
def test_a_list_that_refuses_the_key_alone_is_asked_as_every_other_call(
    workshop: Workshop, code: str
) -> None:
    workshop.emulator.fault("apps", "refuse", code=code)
    assert PHOTO in [card.id for card in app_list(workshop.client).cards]
    workshop.emulator.fault("apps", "refuse", code="301")
    with pytest.raises(Refused):
        app_list(workshop.client)


def test_a_bad_key_is_refused_for_the_list_too(workshop: Workshop) -> None:
    workshop.emulator.fault("apps", "refuse", code="1002", times=2)
    with pytest.raises(Refused, match="1002"):
        workshop.apps.list_public()


NAMES = ["狐狸 на снегу_00001_.png", "naïve café.png", "a b.png"]


@pytest.mark.parametrize("name", NAMES)
def test_a_result_whose_address_is_not_escaped_is_fetched(workshop: Workshop, name: str) -> None:
    workshop.emulator.script(settings={"result_name": name})
    done = workshop.done(workshop.submit(PICTURE, FORM))
    (output,) = done.outputs
    assert output.remote_url.partition("?")[0].endswith(name) and output.size


def test_an_upload_answered_in_the_other_shape_serves_models_and_apps(
    workshop: Workshop, tmp_path: Path
) -> None:
    workshop.emulator.script(settings={"upload_code": 200})
    workshop.apps.open(PHOTO)
    workshop.done(start(workshop, picture(workshop, tmp_path)))
    (body,) = [entry["body"] for entry in workshop.requests("submit")]
    assert body["nodeInfoList"][0]["fieldValue"].startswith("openapi/")


@pytest.mark.parametrize("form", ["text", "list"])
def test_the_reason_of_a_failed_node_is_found_beside_any_traceback(
    workshop: Workshop, tmp_path: Path, form: str
) -> None:
    workshop.emulator.script(settings={"traceback": form})
    workshop.emulator.fault("submit", "fail", code="805", message="out of memory")
    workshop.apps.open(PHOTO)
    failed = workshop.reach(start(workshop, picture(workshop, tmp_path)), TaskState.FAILED)
    assert failed.error is not None and failed.error.message == "out of memory"
