"""References and shots on their way: files inside a list go up as others do; what is wrong never leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from rh_ui.domain import JsonValue, Params, Task
from rh_ui.engine import inputs
from rh_ui.engine.provenance import provenance_for
from rh_ui.errors import PayloadRefused
from rh_ui.i18n import load_words
from rh_ui.media.provenance import Provenance
from rh_ui.persistence.database_clock import utc_now
from rh_ui.web.serializers.reused_form import reused
from tests.corpus.pictures import turned
from tests.files import make_sound
from tests.integration.engine.workshop import Workshop

OMNI = "skyreels-v4/omni-reference-std"
KLING = "kling-video-o3-std/text-to-video"
LINK = "https://example.com/fox.png?sign=secret"


def kept(workshop: Workshop, path: Path, data: bytes = b"") -> str:
    if data:
        path.write_bytes(data)
    else:
        Image.new("RGB", (320, 240), (20, 90, 160)).save(path)
    return workshop.inputs.keep(path, path.name).ref


def omni(*files: str, prompt: str = "@image_2 at the lake") -> Params:
    images: list[JsonValue] = [
        {"type": "image", "tag": f"image_{number}", "url": file} for number, file in enumerate(files, start=2)
    ]
    return {"prompt": prompt, "refImages": images, "sound": False, "resolution": "480p", "duration": 3}


def sent(workshop: Workshop) -> list[dict[str, Any]]:
    return [entry["body"] for entry in workshop.requests("submit")]


def refused(workshop: Workshop, path: str, params: Params) -> set[str]:
    with pytest.raises(PayloadRefused) as fault:
        workshop.submit(path, params)
    assert workshop.requests("submit") == workshop.requests("upload") == []
    return {problem.code for problem in fault.value.problems}


def test_files_of_references_go_up_upright_once_a_day_and_keep_their_names(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = kept(workshop, tmp_path / "IMG 1.jpg", turned(6))
    done = workshop.done(workshop.submit(OMNI, omni(photo, LINK)))
    (body,) = sent(workshop)
    uploaded, link = body["refImages"]
    assert (uploaded["type"], uploaded["tag"], link["tag"]) == ("image", "image_2", "image_3")
    assert uploaded["url"].startswith(workshop.emulator.url) and link["url"] == LINK
    copy: Any = done.params["refImages"]
    assert copy[0]["url"].startswith("input:") and copy[0]["url"] != photo, "an upright copy"
    workshop.done(workshop.submit(OMNI, omni(photo)))
    assert len(workshop.requests("upload")) == 1, "the link is still good"
    later = timedelta(minutes=1) + inputs.LINK_LIFE
    monkeypatch.setattr(workshop.repositories.uploads, "_now", lambda: utc_now() + later)
    workshop.done(workshop.submit(OMNI, omni(photo)))
    assert len(workshop.requests("upload")) == 2


def test_a_past_run_comes_back_with_its_files_by_name_and_a_result_tells_no_signature(
    workshop: Workshop, tmp_path: Path
) -> None:
    ref = kept(workshop, tmp_path / "a.png")
    done = workshop.done(workshop.submit(OMNI, omni(ref, LINK)))
    form = reused(workshop.catalog.get(OMNI), done.params, load_words("en"))
    assert form.lost == ()
    assert form.files == {
        "refImages": [{"value": ref, "called": "image_2"}, {"value": LINK, "called": "image_3"}]
    }
    origin = provenance_for(done, workshop.catalog, workshop.library)
    assert_clean(origin, ref)
    gone = provenance_for(forgotten(done), workshop.catalog, workshop.library)
    assert_clean(gone, ref)


def forgotten(task: Task) -> Task:
    """The same run of a model that the table does not have any more."""
    return replace(task, endpoint="gone/model")


def assert_clean(origin: Provenance, ref: str) -> None:
    images: Any = origin.payload["refImages"]
    assert [item["url"] for item in images] == [ref, "https://example.com/fox.png"]
    assert "secret" not in origin.model_dump_json() and origin.inputs == {ref: "a.png"}


def test_wrong_references_and_shots_never_leave(workshop: Workshop, tmp_path: Path) -> None:
    ref = kept(workshop, tmp_path / "a.png")
    sound = workshop.inputs.keep(noise(tmp_path), "a.wav").ref
    assert refused(workshop, OMNI, omni()) == {"required", "mentions_none"}
    assert refused(workshop, OMNI, omni(ref, prompt="like @image_4")) == {"mentions"}
    assert refused(workshop, OMNI, omni(ref, ref, ref, ref)) == {"too_many_items"}
    assert refused(workshop, OMNI, omni(sound)) == {"wrong_file_type"}
    assert refused(workshop, OMNI, omni("http://127.0.0.1/a.png")) == {"private_link"}
    assert refused(workshop, OMNI, omni("input:" + "0" * 64 + ".png")) == {"file_gone"}
    assert refused(workshop, KLING, kling(2, 2)) == {"sum_of"}
    assert refused(workshop, KLING, {**kling(2, 3), "multiShot": False}) == {"forbids"}
    assert refused(workshop, KLING, {**kling(2, 3), "multiPrompt": []}) == {"requires"}


def noise(folder: Path) -> Path:
    make_sound(folder / "a.wav", 1)
    return folder / "a.wav"


def kling(*lengths: int) -> Params:
    shots: list[JsonValue] = [{"prompt": f"shot {length}", "duration": length} for length in lengths]
    return {
        "prompt": "all",
        "sound": False,
        "duration": 5,
        "multiShot": True,
        "shotType": "customize",
        "multiPrompt": shots,
    }


def test_shots_arrive_numbered_and_the_price_is_that_of_the_video(workshop: Workshop) -> None:
    done = workshop.done(workshop.submit(KLING, kling(2, 3)))
    (body,) = sent(workshop)
    assert body["multiPrompt"] == [
        {"index": 1, "prompt": "shot 2", "duration": 2},
        {"index": 2, "prompt": "shot 3", "duration": 3},
    ]
    assert done.estimate is not None and done.cost is not None
    assert done.estimate.amount == done.cost.amount
    assert workshop.history.count(search="shot 3") == 1
    assert workshop.history.count(search="all") == 1
    assert workshop.history.count(search="index") == 0
