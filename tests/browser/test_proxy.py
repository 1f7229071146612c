"""The page behind a real nginx with the README's settings: under a path, and behind TLS."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
import requests
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program, free_port, start_app
from tests.browser.conftest import (
    choose_model,
    finished,
    is_fault,
    open_tab,
    part,
    result_of,
    shot,
    with_key,
    write_prompt,
)
from tests.browser.test_turning import drawn_on
from tests.nginx import CERTIFICATE, readme_settings, running_nginx

WITH_PICTURES: Final = "rhart-image-n-g31-flash/image-to-image"
NAME: Final = "studio.localhost"
"""Browsers find every name below localhost on this computer."""


@dataclass(frozen=True)
class Behind:
    """A page behind nginx, and its public address."""

    app: Program
    url: str
    certificate: Path


@pytest.fixture(scope="module", params=["http", "https", "https-root"])
def behind(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    scheme, _, root = request.param.partition("-")
    folder, port = tmp_path_factory.mktemp("behind"), free_port()
    public = f"{scheme}://{NAME}:{port}{'' if root else '/studio'}"
    app = start_app(folder, environment={"RH_UI_PUBLIC_URL": public})
    settings = readme_settings(app.url)
    if root:
        settings = settings.replace("location /studio/", "location /")
    with running_nginx(folder / "nginx", port, settings, secure=scheme == "https"):
        yield Behind(app, public, folder / "nginx" / CERTIFICATE)
    assert app.stop() == 0
    assert "Traceback" not in app.said()


@pytest.fixture
def visitor(browser: Browser, behind: Behind) -> Iterator[Page]:
    """A user elsewhere: every request goes to the page's public address, and none of them fails."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", ignore_https_errors=True
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("console", lambda message: faults.append(message.text) if is_fault(message) else None)
    page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 400 else None)
    own = (f"{behind.url}/", "blob:", "data:")
    page.on("request", lambda asked: None if asked.url.startswith(own) else faults.append(asked.url))
    yield page
    context.close()
    assert faults == []


def photo() -> bytes:
    """More than nginx accepts in one request by default (1 MB)."""
    target = io.BytesIO()
    Image.frombytes("RGB", (800, 800), os.urandom(800 * 800 * 3)).save(target, "PNG")
    return target.getvalue()


def test_everything_works_behind_nginx(visitor: Page, behind: Behind) -> None:
    with (
        visitor.expect_response(f"{behind.url}/rh/events"),
        visitor.expect_response("**/theme.css*") as theme,
    ):
        visitor.goto(f"{behind.url}/")
    assert theme.value.ok
    part(visitor, "image-form").locator(".rh-field").first.wait_for()
    choose_model(visitor, "image", WITH_PICTURES)
    form = part(visitor, "image-form")
    form.locator('[data-key="imageUrls"] input[type=file]').set_input_files(
        {"name": "noise.png", "mimeType": "image/png", "buffer": photo()}
    )
    expect(form.locator(".rh-tile-name")).to_have_text("noise.png")
    write_prompt(visitor, "behind a proxy")
    part(visitor, "image-generate").click()
    (run,) = finished(behind.app, "behind a proxy")
    assert run["state"] == "done"
    picture = result_of(visitor, run).locator("img")
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    open_tab(visitor, "history")
    expect(visitor.locator("#history-table")).to_contain_text("behind a proxy")
    shot(visitor, "behind-a-proxy-history")
    visitor.set_viewport_size({"width": 800, "height": 560})  # the processor draws the viewer
    open_tab(visitor, "3d")
    write_prompt(visitor, "a model behind a proxy", "3d")
    part(visitor, "3d-generate").click()
    (model,) = finished(behind.app, "a model behind a proxy")
    with visitor.expect_response(f"{behind.url}/rh/files/{model['outputs'][0]['id']}/**") as file:
        result_of(visitor, model).click()
    assert file.value.ok
    box = visitor.locator("dialog.rh-lightbox")
    expect(box.locator("canvas")).to_be_visible()
    expect(box.locator(".rh-model-poster")).to_have_count(0)
    assert drawn_on(box.locator("canvas"), 0.05) > 0.05
    shot(visitor, "behind-a-proxy-model")


def test_what_others_say_of_their_way_here_is_not_believed(behind: Behind) -> None:
    """Neither nginx, which passes such headers on, nor the page itself trusts them."""
    evil = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/evil"}
    evil |= {"X-Gradio-Server": "http://evil.example", "Forwarded": "host=evil.example"}
    scheme, _, rest = behind.url.partition("://")
    place, _, path = rest.partition("/")
    near = f"{scheme}://127.0.0.1:{place.rpartition(':')[2]}/{path}".rstrip("/")
    for url, host in ((near, place), (behind.app.url, behind.app.url.removeprefix("http://"))):
        for name in ("/", "/config"):
            answer = requests.get(
                f"{url}{name}", headers={**evil, "Host": host}, verify=str(behind.certificate), timeout=30
            )
            assert answer.status_code == 200
            assert "evil" not in answer.text
            assert behind.url in answer.text


def test_a_page_with_a_key_is_shown_to_nobody_through_a_proxy(
    emulator: RunningEmulator, tmp_path: Path
) -> None:
    port = free_port()
    more = {"RH_UI_PUBLIC_URL": f"http://127.0.0.1:{port}/studio"}
    app = start_app(tmp_path / "app", environment=with_key(emulator) | more)
    passed_on = readme_settings(app.url).replace("}", "    proxy_set_header X-Forwarded-For $remote_addr;\n}")
    with running_nginx(tmp_path / "nginx", port, passed_on):
        answer = requests.get(f"http://127.0.0.1:{port}/studio/", timeout=30)
        assert (answer.status_code, "RH_API_KEY" in answer.text) == (403, False)
        assert "Nobody signs in here" in answer.text and "--demo" in answer.text
        message = requests.post(f"http://127.0.0.1:{port}/studio/rh/hooks/none/none", timeout=30)
        assert message.status_code == 404  # as from everybody who has no secret
    assert app.stop() == 0
