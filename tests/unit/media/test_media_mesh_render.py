"""3D shapes as thumbnails: what is drawn where, and what can't be drawn."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from rh_ui.media import mesh_render
from rh_ui.media.decode import UNREADABLE
from rh_ui.media.meshes import Numbers, Shape, read_shape, shape_in_archive
from rh_ui.media.placeholder_images import PAPER
from tests.corpus import archives, shapes

SIZE = (256, 160)


def ball(subdivisions: int = 2) -> Shape:
    mesh = trimesh.creation.icosphere(subdivisions=subdivisions)
    return Shape(np.asarray(mesh.vertices), np.asarray(mesh.faces), "glb")


def covered(picture: Image.Image) -> Numbers:
    """Where something is drawn."""
    where: Numbers = (np.asarray(picture).astype(int) - np.array(PAPER)).__abs__().max(axis=2) > 20
    return where


@pytest.mark.parametrize("most", [mesh_render.MOST_FACES, 0])
def test_a_ball_is_round_and_lit_from_the_left(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """As faces, and as dots where there are many."""
    monkeypatch.setattr(mesh_render, "MOST_FACES", most)
    picture = mesh_render.drawn(ball(2 if most else 6), SIZE)
    where = covered(picture)
    across, down = np.flatnonzero(where.any(axis=0)), np.flatnonzero(where.any(axis=1))
    assert len(across) == pytest.approx(len(down), abs=6)
    assert len(down) == pytest.approx(SIZE[1] * 0.88, abs=6)
    inside = where[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
    assert inside.mean() == pytest.approx(np.pi / 4, abs=0.03), "a disk without holes in its frame"
    grey = np.asarray(picture.convert("L")).astype(float)
    middle = (across[0] + across[-1]) // 2
    assert grey[:, across[0] : middle].mean() > grey[:, middle : across[-1]].mean()


def test_of_two_faces_the_near_one_hides_the_far_one() -> None:
    points = np.array([[-1, -1, 0], [1, -1, 0], [0, 1, 0], [-0.1, -0.1, -5], [0.1, -0.1, -5], [0, 0.1, -5.1]])
    both = Shape(points.astype(float), np.array([[3, 4, 5], [0, 1, 2]]), "glb")
    turned = Shape(both.points, both.faces[::-1], "glb")
    assert mesh_render.drawn(both, SIZE).tobytes() == mesh_render.drawn(turned, SIZE).tobytes()


@pytest.mark.parametrize(
    "points",
    [[[0.0, 0, 0]], [[np.nan, 0, 0], [1, 1, 1]], [[np.inf, 0, 0], [0, 1, 0]], [[1e30, 0, 0], [0, 0, 0]]],
)
def test_odd_points_are_no_fault(points: list[list[float]]) -> None:
    faces = np.zeros((1, 3), dtype=np.int64)
    for shape in (Shape(np.array(points), faces[:0], "ply"), Shape(np.array(points), faces, "stl")):
        assert mesh_render.drawn(shape, SIZE).size == SIZE


def test_a_model_in_an_archive_is_read_with_its_parts(tmp_path: Path) -> None:
    for name, data in (("gltf", shapes.gltf_in_zip()), ("obj", shapes.obj_in_zip())):
        (tmp_path / name).write_bytes(data)
        shape = shape_in_archive(tmp_path / name)
        assert shape is not None and (shape.extension, len(shape.faces)) == (name, shapes.FACES)
    (tmp_path / "none").write_bytes(archives.honest())
    assert shape_in_archive(tmp_path / "none") is None


def test_a_model_reads_no_file_of_this_machine(tmp_path: Path) -> None:
    """It names its parts itself: a path outside, an absolute one, another scheme."""
    secret = tmp_path / "secret.bin"
    secret.write_bytes(bytes(10_000))
    for uri in ("../secret.bin", str(secret), secret.as_uri(), "http://127.0.0.1:9/x"):
        index = json.loads(shapes.gltf_files()["model.gltf"])
        for buffer in index["buffers"]:
            buffer["uri"] = uri
        (tmp_path / "model.gltf").write_text(json.dumps(index))
        with pytest.raises(UNREADABLE):
            read_shape(tmp_path / "model.gltf", "gltf")
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as out:
            out.write(tmp_path / "model.gltf", "scene/model.gltf")
        (tmp_path / "scene.zip").write_bytes(target.getvalue())
        with pytest.raises(UNREADABLE):
            shape_in_archive(tmp_path / "scene.zip")
