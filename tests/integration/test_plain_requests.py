"""The emulator through plain HTTP, written from the API sheet, without our client.

The calls are those of the vendor's public scripts: upload with a part named `file`, submit, poll every few
seconds (here faster) until the status word is an end, download the results.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from rh_ui.emulator.runner import start_emulator

HEADERS = {"Authorization": "Bearer demo-shared"}
INTERVAL = 0.05
PATIENCE = 60.0


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    running = start_emulator(tmp_path_factory.mktemp("plain"), "--fast")
    yield running.url
    running.stop()


def upload(host: str, path: Path) -> str:
    with path.open("rb") as content:
        answer = requests.post(
            f"{host}/openapi/v2/media/upload/binary", headers=HEADERS, files={"file": content}, timeout=60
        )
    answer.raise_for_status()
    told = answer.json()
    assert told["code"] in (0, 200)
    return str(told["data"]["download_url"])


def run(host: str, endpoint: str, payload: dict[str, Any]) -> list[dict[str, Any]]:
    """Submit and poll as the vendor's script does: any error code or text is an error."""
    answer = requests.post(f"{host}/openapi/v2/{endpoint}", headers=HEADERS, json=payload, timeout=60)
    answer.raise_for_status()
    told = answer.json()
    assert not told["errorCode"], told
    assert not told["errorMessage"], told
    task_id = told["taskId"]
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        time.sleep(INTERVAL)
        asked = requests.post(
            f"{host}/openapi/v2/query", headers=HEADERS, json={"taskId": task_id}, timeout=60
        )
        told = asked.json()
        assert not told["errorCode"], told
        if told["status"] == "SUCCESS":
            return list(told["results"])
        assert told["status"] in ("CREATE", "QUEUED", "RUNNING")
    raise AssertionError("no result in time")


def test_submit_poll_and_fetch_a_picture(host: str) -> None:
    payload = {
        "prompt": "a red kite",
        "resolution": "1k",
        "aspectRatio": "4:3",
        "appCode": "comfyui_rh_openapi",
    }
    (result,) = run(host, "rhart-image-n-pro/text-to-image", payload)
    fetched = requests.get(result["url"], timeout=60)
    assert fetched.status_code == 200
    with Image.open(BytesIO(fetched.content)) as picture:
        assert picture.size == (1024, 768)


def test_upload_a_picture_and_turn_it_into_a_clip(host: str, tmp_path: Path) -> None:
    path = tmp_path / "start.png"
    Image.new("RGB", (400, 300), "teal").save(path)
    payload = {"prompt": "it moves", "imageUrl": upload(host, path), "duration": "5", "resolution": "720p"}
    (result,) = run(host, "vidu/image-to-video-q3-pro-fast", payload)
    assert result["outputType"] == "mp4"
    fetched = requests.get(result["url"], timeout=60, stream=True)
    content = fetched.content
    assert len(content) == int(fetched.headers["content-length"])
    assert content[4:8] == b"ftyp"


def test_a_text_comes_without_a_link(host: str) -> None:
    (result,) = run(host, "rhart-text-g-25-flash/text-to-text", {"prompt": "hello"})
    assert result["url"] is None
    assert result["text"]


def test_a_refused_submit_is_http_200_with_a_code(host: str) -> None:
    answer = requests.post(
        f"{host}/openapi/v2/rhart-image-n-pro/text-to-image",
        headers={"Authorization": "Bearer demo-consumer"}, json={"prompt": "x", "resolution": "1k"},
        timeout=60,
    )  # fmt: skip
    assert answer.status_code == 200
    assert answer.json()["errorCode"] == "1014"
    assert answer.json()["taskId"] == ""


def test_the_account_by_the_old_calls(host: str) -> None:
    answer = requests.post(f"{host}/uc/openapi/accountStatus", json={"apikey": "demo-shared"}, timeout=60)
    data = answer.json()["data"]
    assert data["apiType"] == "SHARED"
    assert float(data["remainMoney"]) > 0
    assert data["currentTaskCounts"].isdigit()
