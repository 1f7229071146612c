"""What a kind of key may run, and a free call, are shown before anything is filled in or sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program, start_app
from tests.browser.conftest import open_page, open_tab, part, script, sent, shot, with_key, write_prompt
from tests.browser.test_apps import PHOTO, open_app

NO_MODELS = "This key runs apps and workflows only. Models need an enterprise-shared key."
NO_MODELS_ZH = "此密钥只能运行应用和工作流；模型需要企业共享密钥。"
DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}

Start = Callable[[str], Program]


@pytest.fixture
def started(tmp_path: Path, emulator: RunningEmulator, quiet: int) -> Iterator[Start]:
    """Programs with a key of one kind."""
    running: list[Program] = []

    def start(kind: str) -> Program:
        key = f"rh_TESTKEY_{kind.lower()}"
        script(emulator, accounts={key: {"kind": kind, "limit": 3, "balance": "100", "coins": 500}})
        running.append(start_app(tmp_path / kind, environment=with_key(emulator, key)))
        return running[-1]

    yield start
    script(emulator, settings={"free_left": None})
    for app in running:
        assert app.stop() == 0


@pytest.mark.parametrize(
    ("kind", "paid", "paid_zh"),
    [
        ("NORMAL", "paid in RH coins; paid models in it from the wallet too", "用 RH 币付费"),
        ("EXCLUSIVE", "runs on your rented machines", "在你租用的机器上运行"),
    ],
)
def test_a_key_without_models_says_so_before_the_form_is_filled(
    browser: Browser, started: Start, page: Page, emulator: RunningEmulator, quiet: int,
    kind: str, paid: str, paid_zh: str,
) -> None:  # fmt: skip
    app = started(kind)
    open_page(page, app)
    for tab in ("image", "video"):
        open_tab(page, tab)
        expect(part(page, f"{tab}-estimate")).to_contain_text(NO_MODELS)
    open_tab(page, "image")
    shot(page, f"key-{kind}")
    open_tab(page, "apps")
    open_app(page, PHOTO)
    expect(part(page, "apps-estimate")).to_contain_text(paid)
    expect(part(page, "apps-estimate")).not_to_contain_text("Models need")
    shot(page, f"key-{kind}-app")
    context = browser.new_context(viewport=PHONE, locale="zh-CN")
    other = context.new_page()
    open_page(other, app)
    expect(part(other, "image-estimate")).to_contain_text(NO_MODELS_ZH)
    shot(other, f"key-{kind}-phone-zh")
    other.set_viewport_size(DESK)
    open_tab(other, "apps")
    other.get_by_label("打开应用").fill(PHOTO)
    other.keyboard.press("Enter")
    expect(part(other, "apps-estimate")).to_contain_text(paid_zh)
    other.set_viewport_size(PHONE)
    shot(other, f"key-{kind}-app-phone-zh")
    context.close()
    assert sent(emulator, quiet) == []


def test_a_free_call_and_an_app_s_price_stand_in_the_price_line(
    browser: Browser, started: Start, page: Page, emulator: RunningEmulator, quiet: int
) -> None:
    app = started("SHARED")
    open_page(page, app)
    price = part(page, "image-estimate")
    expect(price).to_contain_text("paid from the wallet")
    write_prompt(page, "a fox")
    expect(price).to_contain_text("told by RunningHub for these settings")
    script(emulator, settings={"free_left": 2})
    write_prompt(page, "a free fox")
    expect(price).to_contain_text("Free this time (2 free left)")
    expect(price).not_to_contain_text("wallet")
    shot(page, "key-free")
    page.locator("#image-estimate .rh-count").select_option("3")
    expect(price).to_contain_text("One of these 3 runs is free")
    context = browser.new_context(viewport=PHONE, locale="zh-CN")
    other = context.new_page()
    open_page(other, app)
    write_prompt(other, "一只狐狸")
    expect(part(other, "image-estimate")).to_contain_text("本次免费（还可免费 2 次）")
    shot(other, "key-free-phone-zh")
    context.close()
    script(emulator, settings={"free_left": None})
    open_tab(page, "apps")
    open_app(page, PHOTO)
    expect(part(page, "apps-estimate")).to_contain_text("paid from the wallet")
    shot(page, "key-app-price")
    assert sent(emulator, quiet) == []
