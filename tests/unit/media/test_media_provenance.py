"""Settings inside files: every format still opens, and not a bit of the visible or audible content
changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import av
import pytest
from PIL import Image, ImageSequence, PngImagePlugin

from rh_ui.file_types import sniff
from rh_ui.media import provenance
from rh_ui.media.embed import PLANNERS
from rh_ui.media.embed.edits import Edits
from rh_ui.media.probe import probe
from rh_ui.media.provenance import Found, Other, Provenance, note_in, origin_of, read_note
from tests.corpus.roomy import MADE, NO_ROOM, film, picture
from tests.corpus.table import ROWS

REF: Final = f"input:{'ab' * 32}.png"
SIGNED: Final = "https://someone:secret@files.example/a/cat.png?X-Amz-Signature=SECRETSIGN&b=1#SECRETPART"
ORIGIN: Final = origin_of(
    endpoint="rhart-image-n-pro/edit",
    model="Nano Banana Pro <edit> & more",
    payload={
        "prompt": "a fox & a <b>red</b> kite 猫 \U0001f600 \ud800 </x:xmpmeta> \"quoted\" \x00\x07",
        "imageUrls": [REF, SIGNED],
        "seed": 9_007_199_254_740_993,
        "strength": 0.1,
        "resolution": "1k",
        "flag": True,
        "nothing": None,
    },
    media={REF: "holiday & sun.png", SIGNED: ""},
    run="task1",
    task_id="2009000000000000001",
    made_at=datetime(2026, 11, 28, 12, 0, tzinfo=UTC),
)  # fmt: skip


def test_an_origin_holds_no_secret() -> None:
    told = json.dumps(ORIGIN.model_dump())
    assert "SECRET" not in told and "someone" not in told and "secret" not in told
    assert ORIGIN.payload["imageUrls"] == [REF, "https://files.example/a/cat.png"]
    assert ORIGIN.shortened == ["https://files.example/a/cat.png"]
    assert ORIGIN.inputs == {REF: "holiday & sun.png"}
    assert ORIGIN.payload["prompt"] and ORIGIN.payload["seed"] == 9_007_199_254_740_993


@pytest.mark.parametrize("link", ["data:image/png;base64,AAAA", "ftp://x.example/a", "http://[broken/a", "x"])
def test_what_is_no_link_is_left_out(link: str) -> None:
    origin = origin_of(
        endpoint="a/b", model="", payload={"url": link, "prompt": link}, media={link: ""}, run="", task_id="",
        made_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    assert origin.payload["url"] == "" and origin.shortened == [""]


def packets(path: Path) -> list[Any]:
    """All that a player gets: the streams' headers and every packet, with its time."""
    with av.open(str(path)) as container:
        heads = [(s.type, s.codec_context.extradata, str(s.time_base), s.duration) for s in container.streams]
        return [*heads, *((p.stream_index, p.pts, p.dts, bytes(p)) for p in container.demux() if p.size)]


def frames(path: Path) -> list[Any]:
    with Image.open(path) as opened:
        return [
            (
                opened.format,
                opened.mode,
                opened.size,
                opened.getexif().get(0x0112),
                opened.info.get("icc_profile"),
            ),
            *(
                (frame.copy().tobytes(), frame.info.get("duration"))
                for frame in ImageSequence.Iterator(opened)
            ),
        ]


def rest_of_glb(path: Path) -> list[Any]:
    data = path.read_bytes()
    length = int.from_bytes(data[12:16], "little")
    told = json.loads(data[20 : 20 + length])
    extras = told["asset"].get("extras", {})
    extras.pop("runninghub-ui", None)
    if not extras:
        told["asset"].pop("extras", None)
    assert int.from_bytes(data[8:12], "little") == len(data) and length % 4 == 0
    return [told, data[20 + length :]]


def seen(path: Path) -> list[Any]:
    kind = sniff(path).mime.partition("/")[0]
    return {"image": frames, "model": rest_of_glb}.get(kind, packets)(path)


def spied(monkeypatch: pytest.MonkeyPatch, extension: str) -> list[Edits]:
    """The edits planned for the file."""
    plans: list[Edits] = []
    planner = PLANNERS[extension]

    def spy(*how: Any) -> Edits | None:
        plan = planner(*how)
        plans.extend([plan] if plan else [])
        return plan

    monkeypatch.setitem(PLANNERS, extension, spy)
    return plans


def undone(data: bytes, original: bytes, edits: Edits) -> bytes:
    """The file without what was added."""
    pieces, place, shift = [], 0, 0
    for edit in edits:
        pieces += [data[place : edit.at + shift], original[edit.at : edit.at + edit.removed]]
        place = edit.at + shift + len(edit.put)
        shift += len(edit.put) - edit.removed
    return b"".join([*pieces, data[place:]])


def noted(path: Path, origin: Provenance) -> bool:
    return note_in(path, sniff(path), probe(path), origin)


def windows(data: bytes) -> tuple[bytes, bytes]:
    return data[: provenance.WINDOW], data[-provenance.WINDOW :]


@pytest.mark.parametrize("name", MADE)
def test_settings_go_along_and_nothing_else_changes(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = MADE[name](tmp_path)
    path = tmp_path / "result"
    path.write_bytes(original)
    before, sniffed = seen(path), sniff(path)
    plans = spied(monkeypatch, sniffed.extension)
    assert noted(path, ORIGIN), "this one has room"
    data = path.read_bytes()
    assert seen(path) == before, "pixels, samples, streams and mesh are the same to the last bit"
    assert sniff(path) == sniffed
    assert undone(data, original, plans[0]) == original, "every byte that came is there, in its place"
    assert read_note(*windows(data)) == ORIGIN
    assert sorted(found.name for found in tmp_path.glob("result*")) == ["result"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_an_awkward_file_carries_them_or_stays_as_it_came(row: Any, tmp_path: Path) -> None:
    path = tmp_path / "result"
    path.write_bytes(row.make())
    original, sniffed = path.read_bytes(), sniff(path)
    if noted(path, ORIGIN):
        assert sniff(path) == sniffed
        assert read_note(*windows(path.read_bytes())) == ORIGIN
        after = path.read_bytes()
        assert len(after) > len(original)
    else:
        assert path.read_bytes() == original


def test_programs_find_them_in_the_usual_places(tmp_path: Path) -> None:
    found: dict[str, str] = {}
    for name in ("plain.png", "plain.jpg", "lossy.webp", "tag of 3.mp3", "tag of 4.mp3", "sound.flac"):
        path = tmp_path / "result"
        path.write_bytes(MADE[name](tmp_path))
        noted(path, ORIGIN)
        if sniff(path).mime.startswith("image/"):
            with Image.open(path) as opened:
                found[name] = str(opened.info.get("runninghub-ui") or opened.info.get("xmp", b"").decode())
        else:
            with av.open(str(path)) as container:
                found[name] = {k.upper(): v for k, v in container.metadata.items()}["RUNNINGHUB_UI"]
                if "tag" in name:
                    assert container.metadata["title"] == "Lied 猫"
    assert len(found) == 6
    for name, text in found.items():
        assert read_note(text.encode()) == ORIGIN, name


def noted_file(tmp_path: Path, name: str) -> Path:
    path = tmp_path / "result"
    path.write_bytes(MADE[name](tmp_path))
    assert noted(path, ORIGIN)
    return path


def test_what_strict_readers_look_at(tmp_path: Path) -> None:
    with Image.open(noted_file(tmp_path, "plain.jpg")) as opened:
        packet = ElementTree.fromstring(opened.info["xmp"])
    assert "a fox & a <b>red</b> kite" in json.loads("".join(packet.itertext()))["payload"]["prompt"]
    clear, whole = (noted_file(tmp_path, name).read_bytes() for name in ("clear.webp", "lossless.webp"))
    assert (clear[12:16], clear[20] & 0x10, whole[20] & 0x10) == (b"VP8X", 0x10, 0), "which one is clear"
    fragments = noted_file(tmp_path, "fragments.mp4").read_bytes()
    length = int.from_bytes(fragments[-4:], "big")
    assert fragments[-16:][4:8] == b"mfro" and fragments[-length:][4:8] == b"mfra", "the index stays the end"


@pytest.mark.parametrize("name", ["film.mp4", "24 bit.wav", "turned.webp", "mesh.glb"])
def test_a_place_that_is_taken_is_not_taken_twice(name: str, tmp_path: Path) -> None:
    path = noted_file(tmp_path, name)
    once = path.read_bytes()
    assert not noted(path, ORIGIN)
    assert path.read_bytes() == once


@pytest.mark.parametrize("name", ["plain.png", "plain.jpg", "bare.mp3", "sound.flac"])
def test_of_two_notes_the_later_one_is_read(name: str, tmp_path: Path) -> None:
    path = noted_file(tmp_path, name)
    later = ORIGIN.model_copy(update={"run": "later"})
    assert noted(path, later)
    assert read_note(*windows(path.read_bytes())) == later


def test_a_note_of_others_stays(tmp_path: Path) -> None:
    path = tmp_path / "result"
    path.write_bytes(MADE["noted by another.jpg"](tmp_path))
    assert noted(path, ORIGIN)
    with Image.open(path) as opened:
        assert opened.info["xmp"] == b"<x:xmpmeta>theirs</x:xmpmeta>"
        assert opened.info["comment"].startswith(b'runninghub-ui {"app"')


@pytest.mark.parametrize("name", NO_ROOM)
def test_a_file_without_a_safe_place_stays_as_it_came(name: str, tmp_path: Path) -> None:
    path = tmp_path / "result"
    path.write_bytes(NO_ROOM[name](tmp_path))
    original = path.read_bytes()
    assert not noted(path, ORIGIN)
    assert path.read_bytes() == original
    assert [found.name for found in tmp_path.glob("result*")] == ["result"]


@pytest.mark.parametrize("name", ["plain.png", "film.mp4", "24 bit.wav", "turned.webp"])
def test_a_file_that_measures_differently_afterwards_is_put_back(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "result"
    path.write_bytes(MADE[name](tmp_path))
    original = path.read_bytes()
    monkeypatch.setattr(provenance, "_same", lambda *_: False)
    assert not noted(path, ORIGIN)
    assert path.read_bytes() == original
    assert [found.name for found in tmp_path.glob("result*")] == ["result"]


def test_a_long_prompt_fits_where_there_is_room(tmp_path: Path) -> None:
    long = ORIGIN.model_copy(update={"payload": {"prompt": "猫" * 30_000}})
    fits = {}
    for name in ("plain.png", "plain.jpg", "lossy.webp", "film.mp4", "bare.mp3", "24 bit.wav", "mesh.glb"):
        path = tmp_path / "result"
        path.write_bytes(MADE[name](tmp_path))
        fits[name] = noted(path, long)
        assert (read_note(*windows(path.read_bytes())) == long) is fits[name]
    assert fits.pop("plain.jpg") is False, "a segment holds 64 KB"
    assert all(fits.values())


def test_a_large_film_takes_no_memory_and_is_not_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "result"
    data = film(tmp_path)
    filler = 200_000_000
    with path.open("wb") as file:
        file.write(data + filler.to_bytes(4, "big") + b"free")
        file.truncate(len(data) + filler)
    inode = path.stat().st_ino
    assert noted(path, ORIGIN)
    assert path.stat().st_ino == inode
    with path.open("rb") as file:
        file.seek(-provenance.WINDOW, 2)
        assert read_note(b"", file.read()) == ORIGIN


def test_what_lies_beside_says_the_same_and_more() -> None:
    text = provenance.beside(ORIGIN, {"name": "a.png", "sha256": "ab"})
    assert read_note(text) == ORIGIN
    assert json.loads(text)["file"] == {"name": "a.png", "sha256": "ab"}


def broken(**changes: Any) -> bytes:
    told = ORIGIN.model_dump() | changes
    return json.dumps(told).encode()


UNTRUSTED: Final = {
    "nothing": (b"", Found.NOTHING),
    "words": (b"no note at all", Found.NOTHING),
    "other JSON": (b'{"app": "something", "version": 1}', Found.NOTHING),
    "cut": (broken()[:100], Found.DAMAGED),
    "no endpoint": (broken(endpoint=""), Found.DAMAGED),
    "an endless endpoint": (broken(endpoint="x" * 301), Found.DAMAGED),
    "a payload that is a list": (broken(payload=[]), Found.DAMAGED),
    "too many fields": (broken(payload={str(n): n for n in range(1001)}), Found.DAMAGED),
    "a version that is words": (broken(version="1"), Found.DAMAGED),
    "a later version": (broken(version=2), Found.NEWER),
    "a deep nest": (broken()[:-1] + b',"x":' + b"[" * 100_000, Found.DAMAGED),
    "an endless number": (broken()[:-1] + b',"x":' + b"1" * 5_000 + b"}", Found.DAMAGED),
    "names that are no words": (broken(inputs={"a": 1}), Found.DAMAGED),
}  # fmt: skip


@pytest.mark.parametrize(("data", "found"), UNTRUSTED.values(), ids=UNTRUSTED.keys())
def test_what_comes_from_anywhere_is_checked(data: bytes, found: Found) -> None:
    assert read_note(data) is found


def pngs() -> Iterator[tuple[str, Found | Other]]:
    yield "parameters", Other("Stable Diffusion web UI")
    yield "prompt", Other("ComfyUI")
    yield "workflow", Other("ComfyUI")
    yield "Title", Found.NOTHING


@pytest.mark.parametrize(("keyword", "found"), list(pngs()))
def test_notes_of_other_programs_are_named(keyword: str, found: Found | Other) -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text(keyword, "Steps: 20, Sampler: Euler")
    data = picture("PNG", pnginfo=texts)
    assert read_note(data) == found
    assert read_note(data[:60]) in (found, Found.NOTHING)
