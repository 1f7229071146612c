"""CPU seconds of one demo picture by size, format and input: the emulator's renders in this process."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np
from PIL import Image, ImageFilter

from bench.figures import Figure, table
from rh_ui.catalog.loader import load_catalog
from rh_ui.domain import FieldKind, Params
from rh_ui.emulator.render_request import Attachment, RenderRequest
from rh_ui.emulator.renders.studio import render

BUDGET: Final = 0.3
RUNS: Final = 5
"""Runs that count; one before them is dropped, because it searches for fonts."""
ENDPOINT: Final = "alibaba/qwen-image-2.0/text-to-image"
WORDS: Final = "A neon city at night, with a red kite over the roofs and 一只风筝 in the rain. " * 3
SIZES: Final = ((1024, 1024), (2048, 1152), (2048, 2048), (4096, 2304), (4096, 4096))
FORMATS: Final = ("png", "jpeg", "webp(lossy)")
WITH_INPUT: Final = (
    ((1024, 1024), "png"), ((1024, 1024), "webp(lossy)"),
    ((1536, 1536), "png"), ((1536, 1536), "webp(lossy)"),
    ((2048, 1152), "jpeg"), ((4096, 4096), "jpeg"),
)  # fmt: skip
"""No model that takes a picture offers both a format and more than 1536 pixels; without a format it is
JPEG."""
SLOW_TO_READ: Final = ("photo.png", "photo.webp")
"""For information only: most of the budget is Pillow's decoding, which has no smaller decode for these
formats."""
CAMERA: Final = (4000, 3000)


def inputs(folder: Path) -> dict[str, Path]:
    """Pictures of twelve megapixels: pure noise, and one that looks like a grainy photo."""
    chance = np.random.default_rng(1)
    noise = Image.fromarray(chance.integers(0, 256, (*CAMERA[::-1], 3), dtype=np.uint8))
    calm = noise.resize((40, 30)).resize(CAMERA, Image.Resampling.BICUBIC)
    photo = Image.blend(calm, noise.filter(ImageFilter.BoxBlur(1)), 0.2)
    made: dict[str, Path] = {}
    for file in ("noise.png", "noise.jpg", "photo.jpg", "photo.png", "photo.webp"):
        path = folder / file
        picture = noise if path.stem == "noise" else photo
        picture.save(path, compress_level=1, quality=85, method=0)
        made[f"{path.stem} {path.suffix[1:]} ({path.stat().st_size / 1e6:.1f} MB)"] = path
    return made


def cost(folder: Path, params: Params, media: tuple[Path, ...]) -> float:
    """CPU seconds of all threads for one request, the median of RUNS."""
    attached = tuple(Attachment("imageUrl", FieldKind.IMAGE, path) for path in media)
    brief = RenderRequest("1", load_catalog().get(ENDPOINT), {"prompt": WORDS, **params}, attached)
    taken = []
    for _ in range(RUNS + 1):
        start = time.process_time()
        render(brief, folder)
        taken.append(time.process_time() - start)
    return median(taken[1:])


def measure() -> list[Figure]:
    """Every size and format without an input; with one, what the table allows."""
    figures = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in SIZES:
            figures += [_figure(folder, size, asked) for asked in FORMATS]
        given: dict[str, tuple[Path, ...]] = {told: (path,) for told, path in inputs(folder).items()}
        given["four pictures (jpg)"] = (folder / "noise.jpg", *[folder / "photo.jpg"] * 3)
        for told, media in given.items():
            for size, asked in WITH_INPUT[:1] if _slow_to_read(media) else WITH_INPUT:
                figures.append(_figure(folder, size, asked, told, media))
    return figures


def _slow_to_read(media: tuple[Path, ...]) -> bool:
    return any(path.name in SLOW_TO_READ for path in media)


def _figure(
    folder: Path, size: tuple[int, int], asked: str, told: str = "", media: tuple[Path, ...] = ()
) -> Figure:
    params: Params = {"width": size[0], "height": size[1], "outputFormat": asked}
    label = f"{size[0]} x {size[1]} {asked}" + (f" from {told}" if told else "")
    return Figure(label, cost(folder, params, media), "s", None if _slow_to_read(media) else BUDGET)


def main() -> int:
    """Returns 0 when every picture keeps the budget, else 1."""
    figures = measure()
    sys.stdout.write(table(figures))
    return 0 if all(figure.kept for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
