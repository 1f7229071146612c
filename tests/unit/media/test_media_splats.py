"""Gaussian splats: three formats read as the same cloud, written for the viewer, drawn in their colours."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from rh_ui.file_types import Claims, sniff, tell
from rh_ui.media import mesh_render
from rh_ui.media.decode import UNREADABLE
from rh_ui.media.decompression import unpack
from rh_ui.media.draco import unpack as unpack_draco
from rh_ui.media.gltf import Turning, turning
from rh_ui.media.meshes import Numbers, read_shape
from rh_ui.media.probe import probe
from rh_ui.media.splats import is_splats
from tests.corpus import shapes, splats

MADE = {"2.spz": splats.spz(), "3.spz": splats.spz(3), "a.splat": splats.splat(), "a.ply": splats.ply()}
RECORD = np.dtype([("place", "<f4", 3), ("sides", "<f4", 3), ("colour", "u1", 4), ("turn", "u1", 4)])


@pytest.fixture(params=MADE)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / str(request.param)
    path.write_bytes(MADE[path.name])
    return path


def test_every_layout_is_read_as_the_same_cloud(file: Path) -> None:
    places, colours, _ = splats.ball()
    assert tell(file, Claims(name=file.name)).extension == file.suffix[1:]
    assert probe(file).vertices == splats.COUNT
    shape = read_shape(file, file.suffix[1:])
    assert shape.vertices == splats.COUNT
    assert shape.points == pytest.approx(places, abs=1e-3)
    assert shape.colours is not None
    assert np.abs(shape.colours.astype(int) - np.rint(colours * 255)).max() <= 3


def test_they_are_drawn_in_their_colours_without_the_haze(file: Path) -> None:
    shape = read_shape(file, file.suffix[1:])
    pixels = np.asarray(mesh_render.drawn(shape, (256, 160))).astype(int)
    red, blue = (pixels[:, :, 0] - pixels[:, :, 2] > 60), (pixels[:, :, 2] - pixels[:, :, 0] > 60)
    assert red.sum() > 1500 and blue.sum() > 1500, "the ball fills the picture, whatever lies far out"
    assert np.flatnonzero(red.any(axis=0)).mean() < np.flatnonzero(blue.any(axis=0)).mean()


@pytest.mark.parametrize("version", [2, 3])
def test_packed_ones_become_what_the_viewer_takes(tmp_path: Path, version: int) -> None:
    (tmp_path / "a.spz").write_bytes(splats.spz(version))
    with (tmp_path / "a.spz").open("rb") as packed:
        assert turning(packed, "a.spz") is Turning.UNPACKED
    assert unpack(tmp_path / "a.spz", tmp_path / "out")
    made, meant = (np.frombuffer(data, RECORD) for data in ((tmp_path / "out").read_bytes(), splats.splat()))
    assert made["place"] == pytest.approx(meant["place"], abs=1e-3)
    assert made["sides"] == pytest.approx(meant["sides"], rel=0.04)
    assert np.abs(made["colour"].astype(int) - meant["colour"]).max() <= 3
    assert closeness(made["turn"], meant["turn"]).min() > 0.98
    assert tell(tmp_path / "out", Claims(name="out.splat")).extension == "splat"


def closeness(one: Numbers, other: Numbers) -> Numbers:
    """Similarity of rotations: 1 for equal ones."""
    first, second = ((each.astype(float) - 128) for each in (one, other))
    dots = np.abs((first * second).sum(axis=1))
    found: Numbers = dots / np.linalg.norm(first, axis=1) / np.linalg.norm(second, axis=1)
    return found


@pytest.mark.parametrize(
    "head",
    [
        (2, 4_000_000_000, 0, 12),
        (2, 600, 0, 200),
        (9, 600, 0, 12),
        (2, 0, 0, 12),
    ],
)
def test_what_claims_too_much_or_is_cut_is_refused(tmp_path: Path, head: tuple[int, int, int, int]) -> None:
    path = tmp_path / "a.spz"
    path.write_bytes(gzip.compress(struct.pack("<4sIIBBH", b"NGSP", *head, 0) + bytes(100_000)))
    assert not unpack(path, tmp_path / "out")
    path.write_bytes(splats.spz()[:-2000])
    assert not unpack(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    with pytest.raises(UNREADABLE):
        read_shape(path, "spz")


def test_a_mesh_is_no_cloud_of_splats(tmp_path: Path) -> None:
    (tmp_path / "a.ply").write_bytes(shapes.exported("ply"))
    assert not is_splats(tmp_path / "a.ply", "ply")
    assert read_shape(tmp_path / "a.ply", "ply").colours is None


def test_packed_meshes_still_become_plain_ones(tmp_path: Path) -> None:
    (tmp_path / "a.glb").write_bytes(shapes.well_packed())
    assert unpack(tmp_path / "a.glb", tmp_path / "one") and unpack_draco(tmp_path / "a.glb", tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert sniff(tmp_path / "one").extension == "glb"
