"""Chosen files on their way to the service: copied at once, upright, of a type that is taken, in order."""

from __future__ import annotations

import hashlib
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from rh_ui.domain import Charged, OutputKind, Task, TaskState
from rh_ui.engine import inputs, throttle, transfers
from rh_ui.errors import PayloadRefused
from rh_ui.i18n import load_words
from rh_ui.media.convert import Loss
from rh_ui.persistence.database_clock import utc_now
from rh_ui.web.serializers import runs
from rh_ui.web.serializers.node_errors import blames
from tests.corpus.films import heic
from tests.corpus.pictures import deep_colour, moving, printed, turned
from tests.files import make_sound
from tests.integration.emulator.caller import EDIT
from tests.integration.engine.conftest import Open
from tests.integration.engine.workshop import Workshop


def put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def picture(path: Path, shade: int = 0) -> Path:
    Image.new("RGB", (320, 240), (shade, 90, 160)).save(path)
    return path


def kept(workshop: Workshop, path: Path) -> str:
    return workshop.inputs.keep(path, path.name).ref


def edit(workshop: Workshop, *refs: str) -> Task:
    return workshop.submit(EDIT, {"prompt": "with files", "imageUrls": list(refs)})


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def arrived(workshop: Workshop) -> list[dict[str, Any]]:
    return [entry["file"] for entry in workshop.requests("upload") if entry["file"]]


def test_what_the_field_takes_is_uploaded_byte_for_byte(workshop: Workshop, tmp_path: Path) -> None:
    """Deep colours and CMYK are the model's business."""
    files = {"deep.png": deep_colour(), "print.jpg": printed(), "upright.jpg": turned_one()}
    refs = [kept(workshop, put(tmp_path / name, data)) for name, data in files.items()]
    task = workshop.done(edit(workshop, *refs))
    assert task.params["imageUrls"] == refs
    assert {file["sha256"] for file in arrived(workshop)} == {sha(data) for data in files.values()}


def turned_one() -> bytes:
    return turned(3).replace(
        b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x03", b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x01"
    )


@pytest.mark.parametrize("orientation", [3, 5, 6])
def test_a_phone_photo_is_uploaded_as_the_person_saw_it(
    workshop: Workshop, tmp_path: Path, orientation: int
) -> None:
    ref = kept(workshop, put(tmp_path / "IMG 1.jpg", turned(orientation)))
    fitted = workshop.inputs.convert(EDIT, "imageUrls", ref)
    assert fitted.only_rotated and not fitted.losses and not fitted.problems
    assert (fitted.chosen.name, fitted.sent.name) == ("IMG 1.jpg", "IMG 1.jpg")
    task = workshop.done(edit(workshop, ref))
    assert task.params["imageUrls"] == [fitted.sent.ref], "the history has what was sent"
    assert workshop.inputs.convert(EDIT, "imageUrls", fitted.sent.ref).sent == fitted.sent
    (file,) = arrived(workshop)
    assert file["sha256"] == fitted.sent.sha256
    opened, _ = workshop.library.open_input(fitted.sent.ref)
    with opened, Image.open(opened) as sent:
        left, right = sent.convert("RGB").getpixel((40, 100)), sent.convert("RGB").getpixel((280, 100))
    assert isinstance(left, tuple) and isinstance(right, tuple)
    assert left[0] > 150 > left[2] and right[2] > 150 > right[0], "red is left, blue is right, as shown"


def test_a_type_that_is_not_taken_is_uploaded_as_a_copy(workshop: Workshop, tmp_path: Path) -> None:
    phone = kept(workshop, put(tmp_path / "IMG_2.HEIC", heic()))
    film = kept(workshop, put(tmp_path / "loop.gif", moving("GIF")))
    assert workshop.inputs.convert(EDIT, "imageUrls", film).losses == (Loss.MOTION,)
    task = workshop.done(edit(workshop, phone, film))
    value = task.params["imageUrls"]
    assert isinstance(value, list) and [str(ref).rpartition(".")[2] for ref in value] == ["jpg", "png"]
    assert {file["name"].rpartition(".")[2] for file in arrived(workshop)} == {"jpg", "png"}
    drawing = kept(workshop, put(tmp_path / "a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'></svg>"))
    with pytest.raises(PayloadRefused, match="does not take svg"):
        edit(workshop, drawing)
    broken = kept(workshop, put(tmp_path / "broken.heic", heic()[:400]))
    with pytest.raises(PayloadRefused, match="can't be read"):
        edit(workshop, broken)
    assert len(workshop.accepted()) == 1


def test_a_sound_of_another_type_is_uploaded_as_mp3(workshop: Workshop, tmp_path: Path) -> None:
    (path, field) = next(
        (endpoint.path, field.key)
        for endpoint in workshop.catalog.endpoints.values()
        for field in endpoint.fields
        if field.accept == ("mp3", "wav") and not field.many
    )
    sound = kept(workshop, make_sound(tmp_path / "voice.m4a"))
    fitted = workshop.inputs.convert(path, field, sound)
    assert (fitted.sent.extension, fitted.sent.name, fitted.losses) == ("mp3", "voice.mp3", ())
    assert fitted.sent.kind is OutputKind.AUDIO and not fitted.problems


def test_the_input_is_ours_while_its_run_waits(open_workshop: Open, tmp_path: Path) -> None:
    """The run is queued behind another one, and the browser's upload is deleted meanwhile."""
    workshop = open_workshop(limit=1)
    workshop.emulator.script(times={"run": 30})
    first = workshop.submit()
    workshop.reach(first, TaskState.RUNNING)
    brought = tmp_path / "uploads"
    brought.mkdir()
    data = picture(brought / "a.png").read_bytes()
    task = edit(workshop, kept(workshop, brought / "a.png"))
    shutil.rmtree(brought)
    assert workshop.history.task(task.id).state is TaskState.QUEUED
    workshop.emulator.script(times={"run": 0.05}, finish="all")
    workshop.done(task)
    assert [file["sha256"] for file in arrived(workshop)] == [sha(data)]


def test_an_input_that_vanished_while_its_run_waited(open_workshop: Open, tmp_path: Path) -> None:
    workshop = open_workshop(limit=1)
    workshop.emulator.script(times={"run": 30})
    workshop.reach(workshop.submit(), TaskState.RUNNING)
    ref = kept(workshop, picture(tmp_path / "a.png"))
    task = edit(workshop, ref)
    path = workshop.library.local_path(f"inputs/{ref.removeprefix('input:')}")
    assert path is not None
    path.unlink()
    workshop.emulator.script(times={"run": 0.05}, finish="all")
    ended = workshop.reach(task)
    assert ended.state is TaskState.FAILED and ended.charged is Charged.NO
    assert ended.error is not None and ended.error.code == "input-gone"
    assert "no longer here" in ended.error.message
    assert len(workshop.accepted()) == 1, "only the first run was paid for"


def test_run_again_a_day_later_sends_the_file_anew(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = kept(workshop, picture(tmp_path / "a.png"))
    workshop.done(edit(workshop, ref))
    workshop.done(edit(workshop, ref))
    assert len(arrived(workshop)) == 1, "the link is still good"
    later = timedelta(minutes=1) + inputs.LINK_LIFE
    monkeypatch.setattr(workshop.repositories.uploads, "_now", lambda: utc_now() + later)
    workshop.done(edit(workshop, ref))
    assert len(arrived(workshop)) == 2
    assert workshop.requests("upload")[-1]["n"] < workshop.requests("submit")[-1]["n"]


def test_a_link_that_runs_out_in_line_is_renewed_before_the_submit(
    open_workshop: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are uploaded, then the service refuses the run for want of slots, for most of a day."""
    workshop = open_workshop()
    ref = kept(workshop, picture(tmp_path / "a.png"))
    workshop.emulator.fault("submit", "refuse", code="421", times=-1)
    task = edit(workshop, ref)
    workshop.noted(task, "capacity")
    assert len(arrived(workshop)) == 1
    later = timedelta(minutes=1) + inputs.LINK_LIFE
    monkeypatch.setattr(workshop.repositories.uploads, "_now", lambda: utc_now() + later)
    workshop.emulator.script(clear=True)
    workshop.done(task)
    assert len(arrived(workshop)) == 2
    assert workshop.requests("upload")[-1]["n"] < workshop.requests("submit")[-1]["n"]


@pytest.mark.parametrize("fault", ["refuse", "fail"])
def test_files_that_the_service_could_not_use_are_uploaded_anew(
    workshop: Workshop, tmp_path: Path, fault: str
) -> None:
    ref = kept(workshop, picture(tmp_path / "a.png"))
    workshop.emulator.fault("submit", fault, code="1013")
    ended = workshop.reach(edit(workshop, ref))
    assert ended.error is not None and ended.error.code == "1013"
    workshop.done(edit(workshop, ref))
    assert len(arrived(workshop)) == 2


@pytest.mark.parametrize(
    ("fault", "words", "tries"),
    [
        ({"do": "refuse", "code": "809"}, "does not take a file of this size", 1),
        ({"do": "refuse", "code": "1008"}, "does not take a file of this size", 1),
        ({"do": "http", "status": 413}, "does not take a file of this size", 1),
        ({"do": "refuse", "code": "808"}, "could not be sent", 3),
        ({"do": "set", "value": {"data": {"fileName": "x.png"}}}, "named no link", 3),
        ({"do": "code200"}, "", 1),
    ],
)
def test_what_the_service_says_of_an_upload(
    workshop: Workshop, tmp_path: Path, fault: dict[str, Any], words: str, tries: int
) -> None:
    """Field case C37: shown as a sentence, nothing submitted, nothing charged; both success codes count."""
    workshop.emulator.script(faults=[{"on": "upload", "times": -1, **fault}])
    ended = workshop.reach(edit(workshop, kept(workshop, picture(tmp_path / "a.png"))))
    assert len(workshop.requests("upload")) == tries
    if not words:
        assert ended.state is TaskState.DONE
        return
    assert ended.state is TaskState.FAILED and ended.charged is Charged.NO
    assert ended.error is not None and words in ended.error.message
    assert workshop.requests("submit") == []


def test_which_of_several_files_was_not_taken_is_told(workshop: Workshop, tmp_path: Path) -> None:
    """Its name, its number and its field; and the form marks the field (C12)."""
    paths = [picture(tmp_path / f"{number}.png", number * 40) for number in range(4)]
    refs = [kept(workshop, path) for path in paths]
    workshop.done(edit(workshop, refs[0], *refs[2:]))  # these are known to the store from now on
    sent = len(workshop.requests("submit"))
    workshop.emulator.script(faults=[{"on": "upload", "do": "refuse", "code": "1008", "times": -1}])
    ended = workshop.reach(edit(workshop, *refs))
    assert ended.error is not None
    assert ended.error.message.split("\n")[1] == "File 2 of 4 in imageUrls, 1.png"
    endpoint = workshop.catalog.get(ended.endpoint)
    for language in ("en", "zh"):
        (blame,) = blames(ended, endpoint, load_words(language))
        assert isinstance(blame, dict)
        assert blame["field"] == "imageUrls"
        assert "1.png" in str(blame["said"]) and "2" in str(blame["said"]) and "4" in str(blame["said"])
        card = runs.card_json(ended, workshop.catalog, load_words(language))
        assert "File 2 of 4" not in str(card["failure"]), "said once, in the person's language"
    assert len(workshop.requests("submit")) == sent


def test_a_list_keeps_its_order_though_the_first_file_is_slowest(workshop: Workshop, tmp_path: Path) -> None:
    paths = [picture(tmp_path / f"{number}.png", number * 40) for number in range(4)]
    refs = [kept(workshop, path) for path in paths]
    workshop.emulator.fault("upload", "slow", seconds=0.8)
    workshop.emulator.fault("upload", "slow", seconds=0.4)
    workshop.done(edit(workshop, *refs, refs[0]))
    (submit,) = workshop.requests("submit")
    stored = {entry["file"]["sha256"]: entry["file"]["stored"] for entry in workshop.requests("upload")}
    assert len(stored) == 4, "each content goes up once"
    wanted = [stored[sha(path.read_bytes())] for path in (*paths, paths[0])]
    assert [link.partition("?")[0].rpartition("/")[2] for link in submit["body"]["imageUrls"]] == [
        name.rpartition("/")[2] for name in wanted
    ]


def test_the_way_there_and_back_is_followed_without_a_write(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfers, "LARGE", 1)
    monkeypatch.setattr(throttle, "EVERY", 0.0)
    seen: dict[TaskState, list[int]] = {TaskState.UPLOADING: [], TaskState.DOWNLOADING: []}

    def look() -> None:
        for task in workshop.history.tasks(states=list(seen)):
            percent = workshop.runs.transfer_percent(task)
            if percent is not None:
                seen[task.state].append(percent)

    noise = Image.effect_noise((1200, 1200), 90)
    noise.save(tmp_path / "noise.png")
    ref = kept(workshop, tmp_path / "noise.png")
    with workshop.changes.subscribe(look), workshop.writes() as written:
        task = workshop.done(edit(workshop, ref))
    for state, percents in seen.items():
        assert percents and percents[-1] == 100, state
        assert percents == sorted(percents)
    assert len(seen[TaskState.UPLOADING]) > 2 and len(written) < 9, "no write per block"
    assert workshop.runs.transfer_percent(task) is None
