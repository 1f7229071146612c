"""Graphs inside pictures, videos and sounds, as ComfyUI and its nodes write them."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from PIL import Image, PngImagePlugin

from rh_ui.catalog.comfy.graph import read
from rh_ui.media.embedded_graphs import graphs_in
from tests.corpus.pictures import chunk, halves, saved
from tests.corpus.sounds import sound
from tests.files import make_clip

NODE = {"inputs": {"text": '猫 "kite" {'}, "class_type": "CLIPTextEncode"}
GRAPH = {"3": {**NODE, "is_changed": [float("nan")]}}
DRAWN: dict[str, list[object]] = {"nodes": [], "links": []}
TEXT, DRAWING = json.dumps(GRAPH), json.dumps(DRAWN)


def png(kind: str) -> bytes:
    """With its drawing first, as the order is not fixed."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("workflow", DRAWING)
    if kind == "iTXt":
        notes.add_itxt("prompt", TEXT, zip=True)
    else:
        notes.add_text("prompt", TEXT, zip=kind == "zTXt")
    return saved(halves(), "PNG", pnginfo=notes)


def webp() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = f"workflow:{DRAWING}"
    exif[0x0110] = f"prompt:{TEXT}"
    return saved(halves(), "WEBP", exif=exif.tobytes())


def noted(source: bytes, container: str, **notes: str) -> bytes:
    target = io.BytesIO()
    options = {"movflags": "use_metadata_tags"} if container == "mp4" else {}
    with (
        av.open(io.BytesIO(source), "r") as come,
        av.open(target, "w", format=container, options=options) as out,
    ):
        out.metadata.update(notes)
        stream = out.add_stream_from_template(come.streams[0])
        for packet in come.demux(come.streams[0]):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    return target.getvalue()


def film(folder: Path) -> bytes:
    return make_clip(folder / "a.mp4").read_bytes()


MADE: dict[str, Callable[[Path], bytes]] = {
    "tEXt": lambda _: png("tEXt"),
    "zTXt": lambda _: png("zTXt"),
    "iTXt": lambda _: png("iTXt"),
    "webp": lambda _: webp(),
    "mp4": lambda folder: noted(film(folder), "mp4", prompt=TEXT, workflow=DRAWING),
    "mp4 in one comment": lambda folder: noted(
        film(folder), "mp4", comment=json.dumps({"prompt": TEXT, "workflow": DRAWN})
    ),
    "flac": lambda _: noted(sound("flac", "flac"), "flac", prompt=TEXT, workflow=DRAWING),
    "mp3": lambda _: noted(sound("mp3", "libmp3lame"), "mp3", prompt=TEXT),
}


@pytest.mark.parametrize("name", MADE)
def test_the_graph_that_was_run_is_found(tmp_path: Path, name: str) -> None:
    data = MADE[name](tmp_path)
    found = [json.loads(text) for text in graphs_in(data)]
    graphs = [dict(read(text).graph) for text in graphs_in(data) if "nodes" not in json.loads(text)]
    assert found and {"3": NODE} in graphs


def test_a_png_tells_the_one_that_was_run_before_the_drawing() -> None:
    assert [json.loads(text).keys() for text in graphs_in(png("tEXt"))] == [GRAPH.keys(), DRAWN.keys()]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x89PNG\r\n\x1a\n", saved(halves(), "PNG"), saved(halves(), "WEBP"), png("tEXt")[:50],
        b"\x89PNG\r\n\x1a\n" + chunk(b"zTXt", b"prompt\x00\x00broken"), b'{"prompt": {"3": {' * 40,
        b'x {"3": {"inputs": ' + b"[" * 100_000,
    ],
)  # fmt: skip
def test_odd_files_are_no_fault(data: bytes) -> None:
    assert [text for text in graphs_in(data) if text] == []


def test_a_packed_note_does_not_grow_without_end() -> None:
    bomb = chunk(b"zTXt", b"prompt\x00\x00" + zlib.compress(bytes(50_000_000)))
    (text,) = graphs_in(b"\x89PNG\r\n\x1a\n" + bomb)
    assert len(text) == 4 * 1024 * 1024
