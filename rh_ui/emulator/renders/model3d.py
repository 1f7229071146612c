"""3D: a rounded cube as binary glTF, with the request's picture on every side."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import trimesh
from numpy.typing import NDArray

from rh_ui.emulator.render_request import RenderOutput, RenderRequest
from rh_ui.emulator.renders import image, inputs

_ROUND: Final = 0.2
"""Radius of the edges, where half a side is 1."""
_SIDES: Final = (
    ((0, 0, 1), (1, 0, 0), (0, 1, 0)),
    ((0, 0, -1), (-1, 0, 0), (0, 1, 0)),
    ((1, 0, 0), (0, 0, -1), (0, 1, 0)),
    ((-1, 0, 0), (0, 0, 1), (0, 1, 0)),
    ((0, 1, 0), (1, 0, 0), (0, 0, -1)),
    ((0, -1, 0), (1, 0, 0), (0, 0, 1)),
)
"""Outward, right and up of each side, so that the picture reads from outside."""


def render_model(request: RenderRequest, folder: Path) -> list[RenderOutput]:
    """One textured GLB."""
    side = 256 if request.small else 768
    picture = image.compose(request, (side, side), inputs.pictures(request, (side, side)))
    material = trimesh.visual.material.PBRMaterial(  # type: ignore[no-untyped-call]
        name="demo", baseColorTexture=picture, metallicFactor=0.0, roughnessFactor=0.55
    )
    points, uv, faces = _cube()
    mesh = trimesh.Trimesh(points, faces, process=False)
    mesh.visual = trimesh.visual.TextureVisuals(uv=uv, material=material)  # type: ignore[no-untyped-call]
    scene = trimesh.Scene(mesh)
    scene.metadata["title"] = request.words[:200]
    content: bytes = scene.export(file_type="glb")  # type: ignore[no-untyped-call]
    (folder / "demo_00001.glb").write_bytes(content)
    return [RenderOutput("demo_00001.glb", "glb")]


def _cube() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    bend = np.linspace(-1, -1 + _ROUND, 6)
    line = np.concatenate([bend, -bend[::-1]])
    steps = line.size
    right, up = (grid.ravel() for grid in np.meshgrid(line, line))
    uv = np.stack([(right + 1) / 2, (up + 1) / 2], axis=1)
    corner = np.arange(steps * steps).reshape(steps, steps)
    first, second = corner[:-1, :-1].ravel(), corner[:-1, 1:].ravel()
    third, fourth = corner[1:, 1:].ravel(), corner[1:, :-1].ravel()
    quads = np.concatenate([np.stack([first, second, third], 1), np.stack([first, third, fourth], 1)])
    points, faces = [], []
    for index, (outward, rightward, upward) in enumerate(np.array(_SIDES, dtype=float)):
        flat = outward + right[:, None] * rightward + up[:, None] * upward
        inner = np.clip(flat, -1 + _ROUND, 1 - _ROUND)
        away = flat - inner
        points.append(inner + _ROUND * away / np.linalg.norm(away, axis=1, keepdims=True))
        faces.append(quads + index * steps * steps)
    return np.concatenate(points), np.tile(uv, (len(_SIDES), 1)), np.concatenate(faces)
