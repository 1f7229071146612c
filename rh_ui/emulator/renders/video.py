"""Videos: H.264 in MP4, a moving landscape or the uploaded pictures in motion, with sound where requested."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

import av
import numpy as np
from PIL import Image, ImageDraw, ImageOps

from rh_ui.domain import FieldKind
from rh_ui.emulator.render_request import RenderOutput, RenderRequest
from rh_ui.emulator.renders import encoding, image, inputs, poster, scenery, shape, sound, tones

FPS: Final = 12
_RATE: Final = 44100
_BAR: Final = (255, 196, 66)
_SOUND_FLAGS: Final = ("sound", "generateAudio", "generateAudioSwitch", "audio", "enableAudio", "bgm")
_SOUND_ALWAYS: Final = ("Sora", "Veo", "Grok", "LTX")
"""Families that make sound without being asked."""
Paint: TypeAlias = Callable[[float], Image.Image]
"""The RGB picture at a time from 0 (first frame) to 1 (last frame)."""


def render_clip(request: RenderRequest, folder: Path) -> list[RenderOutput]:
    """One video of the requested duration and ratio; its last frame beside it where the payload asks for
    that."""
    timed = request.files(FieldKind.AUDIO) + request.files(FieldKind.VIDEO)
    seconds = shape.clip_seconds(request, inputs.length(timed[0]) if timed else None)
    size = shape.clip_size(request, inputs.source_size(request))
    paint = _painter(request, size, seconds)
    made = [RenderOutput("demo_00001.mp4", "mp4")]
    fps = 4 if request.small else FPS
    last = _write(folder / made[0].name, paint, size, seconds, fps, request)
    if request.flag("returnLastFrame"):
        made.append(RenderOutput("demo_00001_last.png", "png"))
        (folder / made[1].name).write_bytes(encoding.encode(last, "png"))
    return made


def has_sound(request: RenderRequest) -> bool:
    """Whether the video for this payload has sound."""
    if request.files(FieldKind.AUDIO) or any(item.kind is FieldKind.AUDIO for item in request.attachments):
        return True
    if any(request.endpoint.field(key) for key in _SOUND_FLAGS):
        return request.flag(*_SOUND_FLAGS)
    return request.endpoint.family in _SOUND_ALWAYS or request.endpoint.task == "lip-sync"


def _sound(request: RenderRequest, seconds: float) -> tones.Samples:
    """The sound of the request, cut or extended to the duration; without one a piece of music."""
    for path in request.files(FieldKind.AUDIO):
        heard = sound.read(path, _RATE, seconds)
        if heard is not None:
            return heard
    return tones.music(request.seed, seconds, _RATE)


def _painter(request: RenderRequest, size: tuple[int, int], seconds: float) -> Paint:
    sources = inputs.pictures(request, _grown(size), cards=False)
    scene = scenery.imagine(request.words, request.seed, size[0] / size[1])
    facts = f"{size[0]} x {size[1]} · {seconds:g} s"
    placed = poster.overlays(image.caption(request, facts), size)
    inner = _shown(sources, size) if sources else _moving(scene, size)

    def paint(moment: float) -> Image.Image:
        picture = inner(moment)
        poster.lay(picture, placed)
        bar = max(2, size[1] // 90)
        ImageDraw.Draw(picture).rectangle((0, size[1] - bar, round(size[0] * moment), size[1]), _BAR)
        return picture

    return paint


def _moving(scene: scenery.Scene, size: tuple[int, int]) -> Paint:
    sky = scenery.draw_sky(scene, (size[0] * 2, size[1] * 2)).reduce(2)
    strips = scenery.strips(scene, size)
    room = (scenery.WIDE - 1) * size[0]

    def paint(moment: float) -> Image.Image:
        picture = sky.copy()
        for layer, strip in zip(scene.layers, strips, strict=True):
            left = round(room * moment * (0.12 + 0.8 * layer.depth**1.5))
            frame = strip.crop((left, 0, left + size[0], size[1]))
            picture.paste(frame, (0, 0), frame)
        _draw_birds(picture, scene, moment)
        return picture

    return paint


def _draw_birds(picture: Image.Image, scene: scenery.Scene, moment: float) -> None:
    draw, unit = ImageDraw.Draw(picture), min(picture.size)
    for index in range(4):
        wing = unit * (0.026 - 0.003 * index)
        x = (-0.1 + 1.2 * moment - 0.055 * index) * picture.width
        y = (0.3 + 0.03 * math.sin(index * 2.1 + moment * 9)) * picture.height
        lift = wing * (0.2 + 0.45 * math.sin(moment * 70 + index))
        points = [(x - wing, y - lift), (x, y), (x + wing, y - lift)]
        draw.line(points, scene.palette.near, max(1, round(unit / 170)), "curve")


def _grown(size: tuple[int, int]) -> tuple[int, int]:
    """A size a little larger than the frame, so that an input can move."""
    return round(size[0] * 1.25), round(size[1] * 1.25)


def _shown(sources: list[Image.Image], size: tuple[int, int]) -> Paint:
    grown = _grown(size)
    fitted = [ImageOps.fit(source, grown) for source in sources]

    def view(index: int, moment: float) -> Image.Image:
        part = 1 - 0.2 * moment
        wide, tall = grown[0] * part, grown[1] * part
        left, top = (grown[0] - wide) * (0.5 + 0.3 * (-1) ** index), (grown[1] - tall) * 0.45
        return fitted[index].resize(size, Image.Resampling.BILINEAR, (left, top, left + wide, top + tall))

    def paint(moment: float) -> Image.Image:
        place = moment * (len(fitted) - 1)
        index = min(int(place), len(fitted) - 1)
        picture = view(index, moment)
        blend = max(0.0, (place - index - 0.6) / 0.4)
        if blend > 0 and index + 1 < len(fitted):
            picture = Image.blend(picture, view(index + 1, moment), min(1.0, blend))
        return picture

    return paint


def _frames(paint: Paint, number: int) -> Iterator[Image.Image]:
    for index in range(number):
        yield paint(index / max(1, number - 1))


def _write(
    path: Path, paint: Paint, size: tuple[int, int], seconds: float, fps: int, request: RenderRequest
) -> Image.Image:
    picture = Image.new("RGB", size)
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        container.metadata.update({"title": request.words[:200], "comment": "DEMO"})
        stream = container.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "crf": "23"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        speaker = container.add_stream("aac", rate=_RATE, layout="stereo") if has_sound(request) else None
        for picture in _frames(paint, max(2, round(seconds * fps))):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.asarray(picture))))
        container.mux(stream.encode(None))
        if speaker is not None:
            sound.encode(container, speaker, _sound(request, seconds), _RATE)
    return picture
