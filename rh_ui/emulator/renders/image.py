"""Pictures: an invented landscape or the request's own picture, with the text drawn over it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

from rh_ui.emulator.render_request import RenderOutput, RenderRequest
from rh_ui.emulator.renders import encoding, inputs, poster, scenery, shape

_LARGE: Final = 1_600_000
"""Pixels from which a picture without a requested format is a JPEG: PNG takes too long there."""
_REACH: Final = 1280
"""The longest side at which an input is read; a larger picture enlarges it."""
_TINT: Final = 0.35


def render_images(request: RenderRequest, folder: Path) -> list[RenderOutput]:
    """Write the requested number of pictures, in the requested size and format, into the folder."""
    size = shape.picture_size(request, inputs.source_size(request))
    sources = inputs.pictures(request, _seen(encoding.drawn_size(size)))
    number = shape.count(request)
    made = []
    for index in range(number):
        picture = compose(request, size, sources, index, number)
        extension = _format(request, size)
        name = f"demo_{index + 1:05}.{extension}"
        (folder / name).write_bytes(encoding.encode(picture, extension, size))
        made.append(RenderOutput(name, extension))
    return made


def compose(
    request: RenderRequest, size: tuple[int, int], sources: list[Image.Image], index: int = 0, number: int = 1
) -> Image.Image:
    """One finished RGB picture; a large one at half of each side, which `encoding.encode` doubles."""
    drawn = encoding.drawn_size(size)
    seed = request.seed + index * 7919
    if sources:
        picture = backdrop(scenery.palette_of(request.words, seed), drawn, sources)
    else:
        picture = scenery.paint(scenery.imagine(request.words, seed, size[0] / size[1]), drawn)
    facts = f"{size[0]} x {size[1]}" + (f" · {index + 1} of {number}" if number > 1 else "")
    poster.lay(picture, poster.overlays(caption(request, facts), drawn))
    return picture


def caption(request: RenderRequest, facts: str) -> poster.Caption:
    """The caption on this request's picture."""
    told = [facts, *([f"{len(request.attachments)} input"] if len(request.attachments) == 1 else [])]
    if len(request.attachments) > 1:
        told.append(f"{len(request.attachments)} inputs")
    return poster.Caption(request.words, request.endpoint.title, " · ".join([*told, "made by the demo"]))


def backdrop(palette: scenery.Palette, size: tuple[int, int], sources: list[Image.Image]) -> Image.Image:
    """The first input, tinted, and the others as cards on it."""
    filled = scenery.grade(ImageOps.fit(sources[0], size, Image.Resampling.BILINEAR), palette.sky[1], _TINT)
    if len(sources) > 1:
        _lay_cards(filled, sources[1:])
    return filled


def _seen(size: tuple[int, int]) -> tuple[int, int]:
    """The size at which an input is read for a picture that is drawn at this size."""
    part = min(1.0, _REACH / max(size))
    return max(1, round(size[0] * part)), max(1, round(size[1] * part))


def _lay_cards(picture: Image.Image, sources: list[Image.Image]) -> None:
    unit = min(picture.size)
    side, gap, edge = round(unit * 0.22), round(unit * 0.03), max(2, round(unit * 0.008))
    x = gap + round(unit * 0.02)
    for source in sources:
        card = ImageOps.expand(ImageOps.fit(source, (side, side)), edge, "white")
        if x + card.width > picture.width:
            break
        picture.paste(card, (x, round(unit * 0.14)))
        x += card.width + gap


def _format(request: RenderRequest, size: tuple[int, int]) -> str:
    asked = request.text("outputFormat", "format", "output_format").lower()
    for name, extension in (("webp", "webp"), ("jpeg", "jpg"), ("jpg", "jpg"), ("png", "png")):
        if name in asked:
            return extension
    return "jpg" if size[0] * size[1] > _LARGE else "png"
