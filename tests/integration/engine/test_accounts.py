"""Several accounts, over HTTP: which one a run goes to, its own balance, limit and files."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pydantic import SecretStr

from rh_ui.account_parts import connected
from rh_ui.account_settings import GivenAccount
from rh_ui.catalog.comfy.run_form import path_of
from rh_ui.domain import FormRecord, Modality, Params, RunKind, Task, TaskState
from rh_ui.emulator.accounts import fingerprint
from rh_ui.emulator.runner import start_emulator
from rh_ui.errors import MoveRefused, NotFound
from rh_ui.people import Caller, Role
from rh_ui.persistence.repositories.loras import LoraRepository
from rh_ui.services.order_identity import OrderContext, OrderResult
from tests.integration.emulator.caller import EDIT
from tests.integration.emulator.caller import Caller as Service
from tests.integration.engine.test_app_runs import PATH, PHOTO
from tests.integration.engine.workshop import PICTURE, TEXT, Workshop
from tests.team import WORD

S = TaskState
_numbers = itertools.count(1)


def new_key() -> str:
    return f"rh_TESTKEY_accounts_{next(_numbers):04d}"


def given(name: str, url: str, key: str, **more: Any) -> GivenAccount:
    return GivenAccount(name, url, SecretStr(key), **more)


class Pair:
    """A program with the accounts `main` and `shop`."""

    def __init__(self, workshop: Workshop, url: str, shop: str = "", **more: Any) -> None:
        """`shop`: the address of another site for it; `more`: its settings."""
        self.main, self.shop = workshop.emulator, Service(shop or url, new_key())
        self.shop.script(accounts={self.shop.key: {"kind": "SHARED", "limit": 30, "balance": "100"}})
        self.since = self.shop.last_number()
        self.workshop = workshop
        workshop.connected = connected(
            [given("main", url, self.main.key), given("shop", shop or url, self.shop.key, **more)]
        )
        workshop.restart()
        for account in workshop.services.accounts.all:
            workshop.services.accounts.money(account).view(wait=10)

    def order(self, endpoint: str = TEXT, request_id: str = "", **more: Any) -> OrderResult:
        params: Params = {"prompt": "x", **({"resolution": "1k"} if endpoint == PICTURE else {})}
        context = OrderContext("somebody")
        return self.workshop.runs.order(endpoint, params, request_id, "", context, **more)

    def name_of(self, task: Task) -> str:
        account = self.workshop.services.accounts.with_key((task.site, task.account))
        assert account is not None
        return account.name

    def keys(self, operation: str) -> list[str]:
        """The accounts that asked for this, in order."""
        names = {fingerprint(self.main.key): "main", fingerprint(self.shop.key): "shop"}
        told = self.main.journal(self.workshop.since)
        if self.shop.url != self.main.url:
            told += self.shop.journal(self.since)
        return [
            names[entry["key_fingerprint"]]
            for entry in told
            if entry["operation"] == operation and entry["key_fingerprint"] in names
        ]


@pytest.fixture
def pair(workshop: Workshop, engine_emulator: str) -> Pair:
    return Pair(workshop, engine_emulator, kinds=frozenset({Modality.IMAGE}))


def test_a_run_goes_to_the_account_of_its_kind_and_costs_that_one(pair: Pair, tmp_path: Path) -> None:
    before = pair.main.balance(), pair.shop.balance()
    text, picture = pair.order().task, pair.order(PICTURE).task
    assert (pair.name_of(text), pair.name_of(picture)) == ("main", "shop")
    pair.workshop.done(text)
    pair.workshop.done(picture)
    assert pair.keys("submit") == ["main", "shop"] or pair.keys("submit") == ["shop", "main"]
    assert Decimal(pair.shop.balance()) < Decimal(before[1])
    path = tmp_path / "a.png"
    Image.new("RGB", (320, 240)).save(path)
    ref = pair.workshop.inputs.keep(path, "a.png").ref
    for account in ("shop", "shop"):
        task = pair.workshop.runs.order(
            EDIT, {"prompt": "x", "imageUrls": [ref]}, "", "", OrderContext("somebody"), account=account
        ).task
        pair.workshop.done(task)
    assert pair.keys("upload") == ["shop"], "a file is sent once to the account that uses it, and to no other"


def test_the_account_that_was_shown_is_the_one_that_is_used(pair: Pair) -> None:
    prices = pair.workshop.prices
    assert prices.estimate(TEXT, {"prompt": "x"}).account == "main"
    assert prices.estimate(PICTURE, {"prompt": "x"}).account == "shop"
    assert pair.name_of(pair.order(account="shop").task) == "shop", "both are as good, and this one was shown"
    with pytest.raises(MoveRefused) as refused:
        pair.order(PICTURE, account="main")
    assert refused.value.code == "account-changed"
    with pytest.raises(MoveRefused):
        pair.order(account="nobody's")
    assert len(pair.workshop.history.tasks()) == 1


def test_an_order_that_came_before_is_one_run_whatever_the_account_is_now(pair: Pair) -> None:
    first = pair.order(PICTURE, request_id="once", account="shop")
    again = pair.order(PICTURE, request_id="once", account="main")
    assert (again.task.id, again.already_sent) == (first.task.id, True)
    assert pair.name_of(again.task) == "shop"


def test_a_paused_account_is_passed_over_and_said(pair: Pair) -> None:
    pair.shop.script(accounts={pair.shop.key: {"balance": "0"}})
    stuck = pair.order(PICTURE).task
    pair.workshop.noted(stuck, "no-balance")
    pair.workshop.until(lambda: bool(pair.workshop.runs.pauses()), "it is paused")
    (paused,) = pair.workshop.runs.pauses()
    assert (paused[0].site, paused[0].account) == (stuck.site, stuck.account) and paused[1] == 1
    assert pair.workshop.prices.estimate(PICTURE, {"prompt": "x"}).account == "main"
    other = pair.order(PICTURE).task
    assert pair.name_of(pair.workshop.done(other)) == "main"
    pair.shop.script(accounts={pair.shop.key: {"balance": "50"}})
    pair.workshop.runs.resume(stuck.site, stuck.account)
    assert pair.name_of(pair.workshop.done(stuck)) == "shop", "a run stays with its account"


def test_a_refused_key_and_a_key_without_models_are_passed_over(
    workshop: Workshop, engine_emulator: str
) -> None:
    consumer = new_key()
    workshop.emulator.script(accounts={consumer: {"kind": "NORMAL", "coins": 50}})
    workshop.connected = connected(
        [
            given("gone", engine_emulator, new_key()),
            given("consumer", engine_emulator, consumer),
            given("main", engine_emulator, workshop.emulator.key),
        ]
    )
    workshop.restart()
    accounts = workshop.services.accounts
    troubles = [accounts.money(account).view(wait=10).trouble for account in accounts.all]
    assert [trouble and trouble.word for trouble in troubles] == ["key-refused", None, None]
    assert workshop.prices.estimate(TEXT, {"prompt": "x"}).account == "main"
    workshop.done(workshop.submit(TEXT))


def test_one_account_takes_all_runs_and_is_asked_nothing_for_them(
    workshop: Workshop, engine_emulator: str
) -> None:
    """Also those of a project, and of an app of a site that was used before."""
    services, since = workshop.services, workshop.emulator.last_number()
    ada = services.people.first_admin("Ada", WORD).id
    project = services.projects.make("Films", shared=False, by=Caller(ada, Role.ADMIN))
    bound = services.of(Caller(ada, Role.ADMIN, projects={project.id: True}))
    elsewhere = replace(workshop.catalog.get(TEXT), site="https://before.example")
    (own,) = services.accounts.all
    for chosen in ("", own.name):
        services.projects.change(project.id, account=chosen, by=bound.caller)
        assert bound.accounts.fitting(elsewhere, {}, "") == bound.accounts.fitting(elsewhere, {}, project.id)
        assert bound.prices.estimate(TEXT, {"prompt": "x"}, project.id).refused is None
    assert [entry["operation"] for entry in workshop.emulator.journal(since)] == []


def test_accounts_that_do_not_answer_keep_no_other_from_answering(
    workshop: Workshop, engine_emulator: str, other_site: str
) -> None:
    silent = [new_key() for _ in range(3)]
    there = Service(other_site, silent[0])
    there.script(accounts={key: {"kind": "SHARED"} for key in silent}, faults=[
        {"on": "queue", "do": "hang", "times": -1}
    ])  # fmt: skip
    workshop.connected = connected(
        [given("main", engine_emulator, workshop.emulator.key)]
        + [given(f"silent {number}", other_site, key) for number, key in enumerate(silent)]
    )
    workshop.restart()
    main, *others = workshop.services.accounts.all
    for account in others:
        workshop.services.accounts.money(account).view()
    assert workshop.services.accounts.money(main).view(wait=5).limit


def test_the_settings_own_limit_is_below_the_service_s(workshop: Workshop, engine_emulator: str) -> None:
    pair = Pair(workshop, engine_emulator, limit=1, kinds=frozenset({Modality.TEXT}))
    workshop.emulator.script(times={"run": 3600})
    first, second = pair.order().task, pair.order().task
    workshop.reach(first, S.RUNNING)
    accounts = workshop.services.accounts
    assert accounts.money(accounts.get("shop")).view(wait=10).limit == 30
    workshop.after_more("query", 5)
    assert workshop.history.task(second.id).state is S.QUEUED
    assert pair.name_of(workshop.reach(pair.order(PICTURE).task, S.RUNNING)) == "main"
    workshop.emulator.script(finish="all")
    workshop.reach(second, S.RUNNING)


def test_a_project_s_account_wins_and_one_that_is_gone_stops_its_runs(pair: Pair) -> None:
    services = pair.workshop.services
    ada = services.people.first_admin("Ada", WORD).id
    admin = Caller(ada, Role.ADMIN)
    project = services.projects.make("Films", shared=False, by=admin)
    bound = Caller(ada, Role.ADMIN, projects={project.id: True})
    services.projects.change(project.id, account="main", by=bound)
    assert services.of(bound).prices.estimate(PICTURE, {"prompt": "x"}, project.id).account == "main"
    runs = services.of(bound).runs.into(project.id)
    form: dict[str, Any] = {"prompt": "x", "resolution": "1k"}
    with pytest.raises(MoveRefused) as refused:
        runs.order(PICTURE, form, "", "", OrderContext("x"), account="shop")
    assert refused.value.code == "account-changed"
    assert pair.name_of(runs.order(PICTURE, form, "", "", OrderContext("x")).task) == "main"
    services.projects.change(project.id, account="sold", by=bound)
    with pytest.raises(MoveRefused) as refused:
        runs.order(PICTURE, form, "", "", OrderContext("x"))
    assert refused.value.code == "account-gone"
    told = services.of(bound).prices.estimate(PICTURE, form, project.id)
    assert told.account == "" and told.refused and told.refused.code == "account-gone"
    stranger = services.of(Caller("ben", Role.MEMBER)).prices
    assert stranger.estimate(PICTURE, form, project.id).account == "shop", "it decides for its people only"


def test_the_cheaper_account_is_named_with_its_price(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    prices = pair.workshop.prices
    monkeypatch.setattr(prices, "_asks", True)
    pair.workshop.emulator.script(settings={"free_left": 0})
    (quoted,) = [prices.quote(TEXT, {"prompt": "x"})]
    assert quoted is not None and quoted.account == "main", "they are equal: the first in order"
    assert sorted(pair.keys("preview")) == ["main", "shop"]
    real: Any = prices._ask

    def cheaper(endpoint: Any, body: Any, plan: Any, client: Any) -> Any:
        told: Any = real(endpoint, body, plan, client)
        shop = client.fingerprint == fingerprint(pair.shop.key)
        return replace(told, price=replace(told.price, amount=Decimal("0.01"))) if shop else told

    monkeypatch.setattr(prices, "_ask", cheaper)
    quoted = prices.quote(TEXT, {"prompt": "x"})
    assert quoted is not None and quoted.preview.price is not None
    assert (quoted.account, quoted.preview.price.amount) == ("shop", Decimal("0.01"))
    assert pair.name_of(pair.order(account=quoted.account).task) == "shop"


def test_no_price_waits_for_an_account_that_does_not_answer(
    workshop: Workshop, engine_emulator: str, other_site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = Pair(workshop, engine_emulator, other_site)
    pair.shop.script(faults=[{"on": "any", "do": "drop", "times": -1}])
    accounts = workshop.services.accounts
    money = accounts.money(accounts.get("shop"))
    monkeypatch.setattr(money, "_asked_at", None)
    assert money.view(wait=10).trouble
    monkeypatch.setattr(workshop.prices, "_asks", True)
    quoted = workshop.prices.quote(TEXT, {"prompt": "x"})
    assert quoted is not None and quoted.account == "main"
    assert pair.keys("preview") == ["main"], "nobody waits for a price that can't be compared"


def test_a_lora_goes_with_the_account_that_has_it(pair: Pair) -> None:
    workshop = pair.workshop
    shop = workshop.services.accounts.get("shop")
    LoraRepository(workshop.database, *shop.key).save("api-lora-cn/cat.safetensors", "Cat", 5)
    assert [(one.name, one.account) for one in workshop.services.loras.list_own()] == [("Cat", "shop")]
    endpoint = workshop.catalog.get(TEXT)
    fits = workshop.services.accounts.fitting
    assert [one.name for one in fits(endpoint, {"prompt": "x"}, "")] == ["main", "shop"]
    body: dict[str, Any] = {"3.lora_name": "api-lora-cn/cat.safetensors"}
    assert [one.name for one in fits(endpoint, body, "")] == ["shop"]
    body["4.lora_name"] = "somebody-elses.safetensors"
    assert [one.name for one in fits(endpoint, body, "")] == ["shop"]
    body["5.many"] = [f"{number}.safetensors" for number in range(40_000)]
    assert [one.name for one in fits(endpoint, body, "")] == ["shop"], "more than one statement takes"
    with pytest.raises(NotFound):
        workshop.services.loras.remove("api-lora-cn/cat.safetensors", "nobody")
    workshop.services.loras.remove("api-lora-cn/cat.safetensors", "shop")
    assert workshop.services.loras.list_own() == []


@pytest.fixture
def other_site(tmp_path: Path) -> Iterator[str]:
    running = start_emulator(tmp_path / "other-site", "--fast", "--small")
    yield running.url
    running.stop()


def test_two_sites_share_nothing(workshop: Workshop, engine_emulator: str, other_site: str) -> None:
    pair = Pair(workshop, engine_emulator, other_site)
    assert workshop.services.sites == [engine_emulator, other_site]
    done = workshop.done(pair.order(account="shop").task)
    assert done.site == other_site and pair.keys("submit") == ["shop"]
    elsewhere = str(pair.shop.submit(TEXT, prompt="by hand")["taskId"])
    pair.shop.wait_for(elsewhere)
    assert workshop.external_runs.look_up(elsewhere).number == elsewhere
    imported = workshop.done(workshop.external_runs.import_run(elsewhere))
    assert imported.site == other_site
    retried = workshop.runs.retry(done.id, "").task
    assert retried.site == other_site, "what is repeated goes where it went"
    workshop.done(retried)


def test_an_app_runs_at_its_own_site(workshop: Workshop, engine_emulator: str, other_site: str) -> None:
    Pair(workshop, engine_emulator, other_site)
    form = workshop.apps.open(PHOTO)
    assert form.endpoint.site == engine_emulator
    fits = workshop.services.accounts.fitting
    assert [one.name for one in fits(workshop.services.catalog.get(PATH), {}, "")] == ["main"]
    face = form.face.as_json()
    moved = FormRecord(path_of(RunKind.APP, "77"), RunKind.APP, "77", other_site, face, form.source)
    workshop.forms.save(moved)
    assert [one.name for one in fits(workshop.services.catalog.get(path_of(RunKind.APP, "77")), {}, "")] == [
        "shop"
    ]
    lost = replace(moved, path=path_of(RunKind.APP, "78"), id="78", site="https://gone.example")
    workshop.forms.save(lost)
    with pytest.raises(MoveRefused) as refused:
        fits(workshop.services.catalog.get(lost.path), {}, "")
    assert refused.value.code == "account-none"
    assert {record.site for record in workshop.forms.list_of(*workshop.services.sites)} == {
        engine_emulator, other_site,
    }  # fmt: skip
