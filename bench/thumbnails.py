"""A thousand thumbnails: their time, and the memory of the process that draws them.

The files are like those of users: photos, renders, videos, sounds and models, each kind many times.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
import psutil
import trimesh
from PIL import Image, ImageFilter

from bench.figures import Figure
from rh_ui.domain import OutputKind
from rh_ui.media.thumbnail_worker import ThumbnailProcess

COUNT: Final = 1000
SECONDS: Final = 500.0
"""Half a second each: they are drawn in the background, one at a time, while results arrive."""
MEMORY: Final = 450.0
"""Peak memory in MB of the drawing process; its libraries alone take 90."""
OURS: Final = 20.0
"""MB by which the program itself may grow."""


def photo(path: Path, size: tuple[int, int], **how: Any) -> None:
    chance = np.random.default_rng(1)
    coarse = Image.fromarray(chance.integers(0, 256, (40, 60, 3), dtype=np.uint8))
    noise = Image.fromarray(chance.integers(0, 256, (*size[::-1], 3), dtype=np.uint8))
    calm = coarse.resize(size, Image.Resampling.BICUBIC)
    Image.blend(calm, noise.filter(ImageFilter.BoxBlur(1)), 0.15).save(path, **how)


def film(path: Path) -> None:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=24, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        for number in range(48):
            pixels = np.full((720, 1280, 3), (number * 5) % 256, dtype=np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        out.mux(stream.encode())


def sound(path: Path) -> None:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libmp3lame", rate=44_100, layout="mono")
        assert isinstance(stream, av.AudioStream)
        for second in range(30):
            moments = np.arange(44_100) + second * 44_100
            wave = (np.sin(moments / 30) * 9000).astype(np.int16).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(wave, format="s16", layout="mono")
            frame.sample_rate, frame.pts = 44_100, second * 44_100
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def model(path: Path) -> None:
    path.write_bytes(trimesh.creation.icosphere(subdivisions=5).export(file_type="glb"))


MADE: Final[dict[str, tuple[Callable[[Path], None], OutputKind, int]]] = {
    "render 1024.png": (lambda path: photo(path, (1024, 1024), compress_level=1), OutputKind.IMAGE, 400),
    "render 2048.jpg": (lambda path: photo(path, (2048, 2048), quality=92), OutputKind.IMAGE, 200),
    "render 4096.png": (lambda path: photo(path, (4096, 4096), compress_level=1), OutputKind.IMAGE, 20),
    "render 1536.webp": (lambda path: photo(path, (1536, 1536), quality=85, method=0), OutputKind.IMAGE, 130),
    "film 720p.mp4": (film, OutputKind.VIDEO, 150),
    "sound 30 s.mp3": (sound, OutputKind.AUDIO, 50),
    "model 20,480 faces.glb": (model, OutputKind.MODEL, 50),
}
"""Name → its maker, its kind, its number among the thousand."""


def measure() -> list[Figure]:
    """Every file is drawn in a separate process, as in the program."""
    artist = ThumbnailProcess()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, (make, _, _) in MADE.items():
            make(folder / file)
        before = psutil.Process().memory_info().rss
        start = time.perf_counter()
        for file, (_, kind, count) in MADE.items():
            figures.append(_drawn(artist, folder / file, kind, count))
        taken = time.perf_counter() - start
        (drawer,) = psutil.Process().children()
        spent, highest = sum(drawer.cpu_times()[:2]), peak(drawer.pid)
        artist.rest()
    grown = max(0.0, psutil.Process().memory_info().rss - before)
    return [
        Figure(f"{COUNT:,} small pictures", taken, "s", SECONDS),
        Figure(f"{COUNT:,} small pictures, processor time", spent, "s"),
        Figure("memory of the drawing process at its highest", highest / 1e6, "MB", MEMORY),
        Figure("memory of the program, more than before", grown / 1e6, "MB", OURS),
        *figures,
    ]


def _drawn(artist: ThumbnailProcess, path: Path, kind: OutputKind, count: int) -> Figure:
    start = time.perf_counter()
    for _ in range(count):
        if not artist.draw(path, kind, path.with_name("small.webp")):
            raise RuntimeError(f"{path.name} was not drawn")
    return Figure(f"{path.name}, each of {count}", (time.perf_counter() - start) / count, "s")


def peak(pid: int) -> float:
    """The peak memory of a process in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(float(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
