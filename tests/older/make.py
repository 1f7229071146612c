"""Makes a data folder with runs of every kind and state, as this checkout leaves it when killed.

`python -m tests.older.make tests/older/<commit>.tar.xz`, run at the commit of the wanted folder. It uses demo
mode, whose site always has the same name: a later version continues these runs.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import requests
from PIL import Image

from rh_ui.catalog.loader import DATA_FOLDER, read_entries
from scripts.processes import Program, chromium, start_app
from tests.browser.conftest import choose_model, open_page, open_tab, part, write_prompt
from tests.integration.emulator.caller import CLIP, EDIT, PICTURE, SPEECH, TEXT
from tests.registries import model, newcomer, write_registry

SOLID: Final = "hunyuan3d-v3.1/text-to-3d"
HYPIR: Final = "image-enhance/hypir-balance"
APP: Final = "1900000000000000201"
WORKFLOW: Final = "1900000000000000101"
NEW: Final = "harbour-models/new-boat"
PLACES: Final = 12
PATIENCE: Final = 120.0
BROWSER: Final = "browser.json"
"""In the data folder's place: what a browser had kept, by key."""
EXACT: Final = 9_007_199_254_740_993
"""A seed that no float holds."""
HUGE: Final = 2**70 + 1
"""One that no answer of a later version can hold as a number; this one took it."""


class Maker:
    """One program in demo mode, and its emulator with faults."""

    def __init__(self, app: Program, folder: Path) -> None:
        self.app = app
        self.emulator = f"http://127.0.0.1:{_port_of(folder / 'data' / 'demo' / 'emulator')}"

    def wait_for_the_emulators_end(self) -> None:
        """It ends with its parent, and writes until then."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                requests.get(f"{self.emulator}/_emulator/journal", timeout=5)
            except requests.ConnectionError:
                return
            time.sleep(0.1)

    def script(self, **orders: Any) -> None:
        answer = requests.post(f"{self.emulator}/_emulator/script", json=orders, timeout=10)
        assert answer.status_code == 200, answer.text

    def fault(self, **told: Any) -> None:
        self.script(faults=[told])

    def upload(self, file: Path) -> dict[str, Any]:
        with file.open("rb") as stream:
            answer = requests.post(
                f"{self.app.url}/gradio_api/upload", files={"files": (file.name, stream)}, timeout=60
            )
        (path,) = answer.json()
        return {"path": path, "orig_name": file.name}

    def submit(self, endpoint: str, /, **params: Any) -> str:
        return str(self.app.call("submit", endpoint, params, "")["id"])

    def until(self, ids: Iterable[str], fits: Callable[[str], bool]) -> None:
        """Waits until the state of each of these runs fits."""
        deadline = time.monotonic() + PATIENCE
        while not all(fits(found := self.state(id)) for id in ids):
            assert time.monotonic() < deadline, found
            time.sleep(0.1)

    def state(self, id: str) -> str:
        return str(self.app.call("task", id)["state"])


def _port_of(emulator: Path) -> str:
    book = emulator / "emulator.sqlite3"
    with sqlite3.connect(book) as connection:
        (found,) = connection.execute("SELECT value FROM meta WHERE name = 'port'").fetchone()
    return str(found)


@contextmanager
def running(folder: Path) -> Iterator[Maker]:
    """The program on `folder`/data; killed at the end in any case."""
    app = start_app(folder, "--demo", forked=False)
    try:
        maker = Maker(app, folder)
        try:
            yield maker
        finally:
            app.process.kill()
            maker.wait_for_the_emulators_end()
    finally:
        app.process.kill()
        app.process.wait()


def make(folder: Path) -> None:
    """Fill `folder`/data and kill the program in the middle of everything."""
    with running(folder) as maker:
        maker.script(
            settings={"small": True},
            times={"queue": 0.0, "run": 0.1},
            accounts={"demo-shared": {"kind": "SHARED", "limit": PLACES, "balance": "1000"}},
        )
        keep_forms(maker, folder)
        end_runs(maker, folder)
        use_the_page(maker, folder)
        leave_under_way(maker, folder)
    lose_a_file(folder / "data" / "demo")


def keep_forms(maker: Maker, folder: Path) -> None:
    """What users save: forms, a LoRA, a newer table."""
    for app in (APP, "1900000000000000202"):
        maker.app.post("/apps/open", text=app)
    path = maker.app.post("/apps/open", text=APP)["spec"]["path"]
    maker.app.post("/forms/like", path=path, yes=True)
    flow = maker.app.post("/workflows/open", wanted=WORKFLOW)["path"]
    shown = maker.app.get("/workflows/inputs", path=flow)["shown"][:2]
    maker.app.post(
        "/workflows/save", path=flow, name="Boats only", about="For the harbour set", shown=shown, anew=True
    )
    quick = maker.app.get("/quick-creations/example")["text"]
    maker.app.post("/quick-creations/open", text=quick)
    header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    lora = folder / "harbour.safetensors"
    lora.write_bytes(len(header).to_bytes(8, "little") + header + bytes(4))
    maker.app.post("/loras/send", file=maker.upload(lora))
    models = [model(entry) for entry in read_entries(DATA_FOLDER, [])]
    registry = write_registry(folder / "registry.json", [*models, newcomer(NEW)])
    look = maker.app.post("/catalog/look", files=[maker.upload(registry)])
    assert maker.app.post("/catalog/use", token=look["token"]) == {"refused": ""}, look


def end_runs(maker: Maker, folder: Path) -> None:
    """Ended runs, of every kind of end."""
    photo = picture(folder / "harbour photo.png")
    done = [
        maker.submit(PICTURE, prompt="a red kite over the harbour, 港口", aspectRatio="16:9"),
        maker.submit(EDIT, prompt="make it evening", imageUrls=[maker.upload(photo)]),
        maker.submit(CLIP, prompt="the boat leaves"),
        maker.submit(SPEECH, text="Good evening.", voice_id="Wise_Woman"),
        maker.submit(SOLID, prompt="a small boat"),
        maker.submit(TEXT, prompt="three names for a boat"),
        maker.submit(NEW, prompt="by the newer table"),
    ]
    exact: dict[str, Any] = {"prompt": f"seed {EXACT}", "seed": EXACT}
    done.append(maker.submit(HYPIR, imageUrl=maker.upload(photo), **exact))
    for tile in maker.app.get("/forms")["tiles"]:
        if tile["locked"]:
            continue
        form = maker.app.get("/forms/form", path=tile["path"])["spec"]
        started = {field["key"]: field["default"] for field in form["fields"] if field.get("default")}
        wanted = [field["key"] for field in form["fields"] if field["kind"] == "image"]
        started |= {key: maker.upload(photo) for key in wanted}
        done.append(maker.submit(tile["path"], **started))
    maker.until(done, lambda state: state in ("done", "failed"))
    maker.fault(on="submit", do="fail", code="1015", message="The node gave up.")
    failed = [maker.submit(PICTURE, prompt="fails at the service")]
    maker.until(failed, lambda state: state == "failed")
    maker.fault(on="submit", do="refuse", code="1007", message="Odd value.")
    failed.append(maker.submit(PICTURE, prompt="refused by the service"))
    maker.until(failed, lambda state: state == "failed")
    maker.fault(on="download", do="expire", times=2)
    lost = maker.submit(PICTURE, prompt="its file is gone")
    maker.until([lost], lambda state: state in ("failed", "done"))
    maker.script(times={"queue": 3600.0, "run": 3600.0})
    cancelled = maker.submit(PICTURE, prompt="cancelled by me")
    maker.until([cancelled], lambda state: state == "running")
    maker.app.call("cancel", cancelled)
    maker.until([cancelled], lambda state: state == "cancelled")
    maker.fault(on="submit", do="drop-after")
    unknown = maker.submit(PICTURE, prompt="its answer was lost")
    maker.until([unknown], lambda state: state == "unknown")


def use_the_page(maker: Maker, folder: Path) -> None:
    """What a browser stores: drafts, a favourite, filters, language and theme."""
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB")
        open_page(page, maker.app)
        choose_model(page, "image", EDIT)
        write_prompt(page, "a draft with a photo")
        zone = part(page, "image-form").locator("input[type=file]").first
        zone.set_input_files(folder / "harbour photo.png")
        part(page, "image-form").locator(".rh-media-tile, .rh-item, img").first.wait_for()
        part(page, "image-endpoint").get_by_role("combobox").first.click()
        part(page, "image-endpoint").locator("[data-filter]").first.select_option(index=1)
        part(page, "image-endpoint").locator(".rh-option button").first.click()
        page.keyboard.press("Escape")
        open_tab(page, "video")
        choose_model(page, "video", CLIP)
        write_prompt(page, "a draft of a clip", "video")
        page.locator("button", has_text="中").first.click()
        part(page, "video-form").locator(".rh-field").first.wait_for()
        page.get_by_role("button").and_(page.locator("header .rh-head-button")).last.click()
        kept = page.evaluate("Object.fromEntries(Object.entries(localStorage))")
    assert any(key.startswith("rh.draft.") for key in kept), kept
    (folder / "data" / BROWSER).write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    sys.stdout.write(f"the browser kept {sorted(kept)}\n")


def leave_under_way(maker: Maker, folder: Path) -> None:
    """Runs in every state that is not an end."""
    maker.script(times={"queue": 0.0, "run": 0.1})
    photo = maker.upload(folder / "harbour photo.png")
    with contextlib.suppress(RuntimeError):  # it is taken and paid; only the answer can't be written
        maker.submit(HYPIR, imageUrl=photo, prompt=f"seed {HUGE}", seed=HUGE)
    maker.fault(on="download", do="stall")
    coming = maker.submit(PICTURE, prompt="its file is on the way")
    maker.until([coming], lambda state: state == "downloading")
    maker.script(times={"queue": 0.0, "run": 5.0})
    maker.fault(on="cancel", do="hang")
    running = [maker.submit(CLIP, prompt="still running"), maker.submit(TEXT, prompt="asked to stop")]
    maker.until(running, lambda state: state == "running")
    maker.script(times={"queue": 0.0, "run": 3600.0})
    running.append(maker.submit(PICTURE, prompt="runs for an hour"))
    maker.until(running[-1:], lambda state: state == "running")
    maker.fault(on="upload", do="hang")
    other = picture(folder / "second photo.png", colour="navy")
    uploading = maker.submit(EDIT, prompt="its photo goes up", imageUrls=[maker.upload(other)])
    maker.until([uploading], lambda state: state == "uploading")
    maker.fault(on="submit", do="hang", times=-1)
    sent = [maker.submit(PICTURE, prompt=f"on its way {n}") for n in range(PLACES)]
    maker.until(sent[:6], lambda state: state == "submitting")
    maker.until(sent[-2:], lambda state: state == "queued")
    states = {maker.state(id) for id in (*sent, *running, uploading, coming)}
    sys.stdout.write(f"under way: {sorted(states)}\n")


def lose_a_file(home: Path) -> None:
    """One stored result whose file was removed."""
    first = min((home / "files" / "outputs").rglob("*kite*.png"), default=None)
    assert first is not None
    first.unlink()


def picture(file: Path, colour: str = "teal") -> Path:
    Image.new("RGB", (320, 200), colour).save(file)
    return file


def pack(home: Path, target: Path) -> None:
    """Without logs and locks; owners and times do not matter."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
        if entry.name.endswith((".log", ".lock")):
            return None
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        return entry

    with tarfile.open(target, "w:xz") as archive:
        archive.add(home, arcname="data", filter=plain)
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    sys.stdout.write(f"{target.name}: {target.stat().st_size} bytes, sha256 {digest[:12]}\n")


def main() -> None:
    target = Path(sys.argv[1]).absolute()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        make(Path(folder))
        pack(Path(folder) / "data", target)


if __name__ == "__main__":
    main()
