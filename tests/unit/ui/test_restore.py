"""A form from a file: what is restored, what is named as missing, and that a file can do no harm."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
from fastapi import FastAPI
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from starlette.testclient import TestClient

from rh_ui.catalog.schema import Catalog, NotOffered
from rh_ui.domain import JsonValue, Params
from rh_ui.i18n import load_words
from rh_ui.i18n.loader import sentence
from rh_ui.media.provenance import WINDOW, Provenance, beside, origin_of
from rh_ui.storage.library import Library
from rh_ui.web.routes.restore import LARGEST, FormFinder, build_restore_router, find_endpoint
from tests.door import Admitted
from tests.packaged import packaged_catalog

EDIT: Final = "rhart-image-n-pro/edit"
GONE: Final = f"input:{'0' * 64}.png"
SAID: Final = load_words("en")
NOTHING: Final = {"said": SAID("restore.nothing"), "nothing": True}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return packaged_catalog()


@pytest.fixture
def finder(catalog: Catalog, tmp_path: Path) -> FormFinder:
    return FormFinder(catalog, Library(tmp_path / "data"), load_words)


def kept(finder: FormFinder, tmp_path: Path) -> str:
    path = tmp_path / "a.png"
    Image.new("RGB", (8, 8)).save(path)
    return finder.library.keep_input(path, "a.png").ref


def note(payload: Params, endpoint: str = EDIT, media: dict[str, str] | None = None) -> bytes:
    origin = origin_of(
        endpoint=endpoint, model="The model", payload=payload, media=media or {}, run="r", task_id="1",
        made_at=datetime(2026, 11, 28, tzinfo=UTC),
    )  # fmt: skip
    return beside(origin, {})


def read(finder: FormFinder, data: bytes) -> dict[str, Any]:
    return dict(finder.read(data, b"", "en"))


def test_model_settings_and_files_come_back(finder: FormFinder, tmp_path: Path) -> None:
    ref = kept(finder, tmp_path)
    told = read(
        finder, note({"prompt": "a fox", "resolution": "2k", "imageUrls": [ref]}, media={ref: "a.png"})
    )
    assert (told["modality"], told["endpoint"]) == ("image", EDIT)
    assert told["values"]["prompt"] == "a fox" and told["values"]["resolution"] == "2k"
    assert told["media"] == {"imageUrls": [{"value": ref}]}
    assert told["notice"] == SAID("restore.done")


def test_files_that_are_gone_and_links_that_were_signed_are_named(finder: FormFinder, tmp_path: Path) -> None:
    ref, signed, plain = kept(finder, tmp_path), "https://x.example/b.png?sign=1", "https://x.example/c.png"
    media = {ref: "a.png", GONE: "holiday.png", signed: "", plain: ""}
    told = read(finder, note({"prompt": "x", "imageUrls": [GONE, ref, signed, plain]}, media=media))
    assert told["media"] == {"imageUrls": [{"value": ref}, {"value": plain}]}
    assert SAID("restore.missing", files="holiday.png, https://x.example/b.png") in told["notice"]


def test_what_the_model_no_longer_takes_is_named(finder: FormFinder) -> None:
    told = read(finder, note({"prompt": "x", "resolution": "8k", "noSuchThing": 3}))
    assert "resolution" not in told["values"]
    assert SAID("restore.lost", fields="No such thing, Resolution (8k)") in told["notice"]


def test_a_model_that_is_gone_is_named_and_one_that_moved_is_found(
    finder: FormFinder, catalog: Catalog
) -> None:
    assert read(finder, note({}, endpoint="no/such")) == {"said": SAID("card.model_gone", model="The model")}
    today = replace(catalog.get(EDIT), path="new/path", formerly=(EDIT,))
    for old in ({}, {EDIT: replace(catalog.get(EDIT), deprecated=True)}):
        assert find_endpoint(Catalog({**old, "new/path": today}), EDIT) is today
    retired = replace(catalog.get(EDIT), deprecated=True)
    assert find_endpoint(Catalog({EDIT: retired}), EDIT) is retired, "better than none"


@pytest.mark.parametrize("why", NotOffered)
def test_a_model_that_is_not_offered_says_why(catalog: Catalog, tmp_path: Path, why: NotOffered) -> None:
    closed = Catalog({EDIT: replace(catalog.get(EDIT), not_offered=why)})
    told = FormFinder(closed, Library(tmp_path / "data"), load_words)
    for language in ("en", "zh"):
        said = sentence(f"problem.not_offered_{why}", language)
        assert told.read(note({"prompt": "x"}), b"", language) == {"said": said}


ODD: Final[list[JsonValue]] = [
    None, True, -1, 1.5, "", "<script>alert(1)</script>", [], [[]], [None], {}, {"a": [1]}, "x" * 100_000,
    10**30, ["input:../../etc/passwd"], "file:///etc/passwd", "javascript:alert(1)", GONE, [GONE, 1, {}],
]  # fmt: skip


@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_no_value_breaks_it(finder: FormFinder, catalog: Catalog, value: JsonValue) -> None:
    """Every field of a model of each kind gets it."""
    for path in (EDIT, "kling-v2.6-pro/text-to-video", "rhart-audio/text-to-audio/speech-2.8-turbo"):
        fields = catalog.get(path).fields
        told = read(finder, note({field.key: value for field in fields}, endpoint=path))
        assert told["endpoint"] == path
        assert len(told["notice"]) < 2000
        for items in told["media"].values():
            assert not any(item["value"].startswith(("input:", "file:", "javascript:")) for item in items)


def test_a_long_list_of_strange_settings_is_told_in_short(finder: FormFinder) -> None:
    told = read(finder, note({f"{'strange' * 30}{n}": n for n in range(900)}))
    assert "(900)" in told["notice"] and len(told["notice"]) < 900


GRAPH: Final = b'{"3": {"class_type": "KSampler", "inputs": {"seed": 1}}}'


def test_a_workflow_is_distinguished_from_other_files(finder: FormFinder) -> None:
    assert read(finder, GRAPH) == {"workflow": True}
    assert read(finder, b'\xef\xbb\xbf{"prompt": ' + GRAPH + b"}") == {"workflow": True}
    drawn = b'{"nodes": [{"id": 1}], "links": []}'
    assert "Export (API)" in read(finder, drawn)["said"]
    assert "导出（API）" in str(finder.read(drawn, b"", "zh")["said"])
    assert finder.read(GRAPH, b"and an end", "en") == NOTHING, "not the whole file"


def comfy(**texts: str) -> bytes:
    """A picture as ComfyUI saves it."""
    notes, target = PngInfo(), io.BytesIO()
    for name, text in texts.items():
        notes.add_text(name, text)
    Image.new("RGB", (8, 8)).save(target, "PNG", pnginfo=notes)
    return target.getvalue()


def test_a_picture_of_comfyui_is_a_workflow(finder: FormFinder) -> None:
    graph, drawn = GRAPH.decode(), '{"nodes": [], "links": []}'
    assert read(finder, comfy(workflow=drawn, prompt=graph)) == {"workflow": True, "text": graph}
    assert "Export (API)" in read(finder, comfy(workflow=drawn))["said"]
    odd = '{"3": {"class_type": "X", "inputs": {}}, "8": {"inputs": {}}}'
    assert "node 8 has no class" in read(finder, comfy(prompt=odd))["said"]
    assert read(finder, odd.encode())["said"] == read(finder, comfy(prompt=odd))["said"]
    assert "ComfyUI" in read(finder, comfy(workflow="{}"))["said"]
    assert "Stable Diffusion" in read(finder, comfy(parameters="a kite, Steps: 20"))["said"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "restore.nothing"),
        (b"just words", "restore.nothing"),
        (note({})[:60], "restore.damaged"),
        (note({}).replace(b'"version": 1', b'"version": 2'), "restore.newer"),
    ],
)
def test_a_file_without_settings_says_so_in_one_sentence(finder: FormFinder, data: bytes, said: str) -> None:
    assert read(finder, data) == (NOTHING if said == "restore.nothing" else {"said": SAID(said)})


def test_it_speaks_the_persons_language(finder: FormFinder) -> None:
    assert finder.read(b"", b"", "zh") == {
        "said": load_words("zh")("restore.nothing"),
        "nothing": True,
    }


@pytest.fixture
def client(finder: FormFinder) -> Iterator[TestClient]:
    app = FastAPI()
    app.state.services = SimpleNamespace(
        catalog=finder.catalog, library=finder.library, language=finder.language,
        inputs=None,
        of=lambda _caller: app.state.services,
    )  # fmt: skip
    app.include_router(build_restore_router())
    app.add_middleware(Admitted)
    with TestClient(app) as opened:
        yield opened


def test_head_and_tail_of_a_large_file_are_looked_through(client: TestClient) -> None:
    body = bytes(WINDOW) + bytes(WINDOW - 10_000) + note({"prompt": "from the end"})
    told = client.post(f"/rh/restore?head={WINDOW}", content=body).json()
    assert told["values"]["prompt"] == "from the end"
    split = note({"prompt": "cut in two"})
    apart = client.post("/rh/restore?head=100", content=split).json()
    assert apart == {"said": SAID("restore.damaged")}, "what lies between the two is not there"


def test_no_more_than_that_is_read(client: TestClient) -> None:
    answer = client.post("/rh/restore?head=0", content=bytes(LARGEST + 1))
    assert answer.status_code == 413
    assert answer.json() == {"said": SAID("restore.too_much")}


@pytest.mark.parametrize("head", ["-5", "999999999999999999999", "x", ""])
def test_an_odd_place_of_the_cut_is_refused(client: TestClient, head: str) -> None:
    assert client.post(f"/rh/restore?head={head}", content=note({})).status_code == 422


def test_a_note_is_what_the_library_writes() -> None:
    assert Provenance.model_validate_json(note({"prompt": "x"})).payload == {"prompt": "x"}
    assert json.loads(note({}))["app"] == "runninghub-ui"
