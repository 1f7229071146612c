"""Plain HTTP calls to an emulator, for tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

TEXT = "rhart-text-g-25-flash/text-to-text"
PICTURE = "rhart-image-n-pro/text-to-image"
EDIT = "rhart-image-n-pro/edit"
CLIP = "kling-v2.6-pro/text-to-video"
SPEECH = "rhart-audio/text-to-audio/speech-2.8-turbo"
PATIENCE = 60.0


class Caller:
    """One key's view of an emulator."""

    def __init__(self, url: str, key: str = "demo-shared") -> None:
        self.url, self.key = url, key

    def as_key(self, key: str) -> Caller:
        return Caller(self.url, key)

    def send(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.key}"}
        return requests.request(method, self.url + path, headers=headers, timeout=30, **more)

    def post(self, path: str, body: Any) -> dict[str, Any]:
        return self._json(self.send("POST", path, json=body))

    def get(self, path: str) -> dict[str, Any]:
        return self._json(self.send("GET", path))

    @staticmethod
    def _json(answer: requests.Response) -> dict[str, Any]:
        told = answer.json()
        assert isinstance(told, dict)
        return told

    def submit(self, endpoint: str = TEXT, **params: Any) -> dict[str, Any]:
        return self.post(f"/openapi/v2/{endpoint}", params or {"prompt": "hello"})

    def query(self, task_id: str) -> dict[str, Any]:
        return self.post("/openapi/v2/query", {"taskId": task_id})

    def upload(self, name: str, content: bytes) -> dict[str, Any]:
        files = {"file": (name, content)}
        return self._json(self.send("POST", "/openapi/v2/media/upload/binary", files=files))

    def link_of(self, name: str, content: bytes) -> str:
        return str(self.upload(name, content)["data"]["download_url"])

    def classic(self, call: str, task_id: str) -> dict[str, Any]:
        return self.post(f"/task/openapi/{call}", {"apiKey": self.key, "taskId": task_id})

    def balance(self) -> str:
        return str(self.post("/uc/openapi/accountStatus", {"apikey": self.key})["data"]["remainMoney"])

    def queue(self) -> dict[str, Any]:
        return dict(self.get("/openapi/v2/queue/status")["data"])

    def script(self, **parts: Any) -> dict[str, Any]:
        answer = requests.post(self.url + "/_emulator/script", json=parts, timeout=30)
        assert answer.status_code == 200, answer.text
        return self._json(answer)

    def fault(self, on: str, do: str, **more: Any) -> None:
        self.script(faults=[{"on": on, "do": do, **more}])

    def journal(self, since: int = 0) -> list[dict[str, Any]]:
        answer = requests.get(f"{self.url}/_emulator/journal?since={since}", timeout=30)
        return list(answer.json()["entries"])

    def last_number(self) -> int:
        return int(requests.get(f"{self.url}/_emulator/journal", timeout=30).json()["last"])

    def wait_for(self, task_id: str, *words: str) -> dict[str, Any]:
        """Ask until the status is one of these (by default an end)."""
        wanted = words or ("SUCCESS", "FAILED", "CANCEL")
        told: dict[str, Any] = {}

        def reached() -> bool:
            told.update(self.query(task_id))
            return told.get("status") in wanted

        until(reached)
        return told

    def results(self, endpoint: str = TEXT, **params: Any) -> list[dict[str, Any]]:
        """Submit, wait for success. Returns the results."""
        accepted = self.submit(endpoint, **params)
        assert accepted["errorCode"] == "", accepted
        done = self.wait_for(accepted["taskId"])
        assert done["status"] == "SUCCESS", done
        return list(done["results"])

    def files(self, folder: Path, endpoint: str, **params: Any) -> list[Path]:
        """As `results`, with the files downloaded into the folder."""
        kept = []
        for number, result in enumerate(self.results(endpoint, **params)):
            answer = requests.get(result["url"], timeout=30)
            assert answer.status_code == 200
            kept.append(folder / f"{number}.{result['outputType']}")
            kept[-1].write_bytes(answer.content)
        return kept


def until(reached: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Ask repeatedly until it is true; fails when it takes too long."""
    deadline = time.monotonic() + patience
    while not reached():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)
