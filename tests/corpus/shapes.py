"""3D models in every form: single, compressed, split over files of an archive, damaged."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from typing import Any

import DracoPy
import numpy as np
import trimesh

FACES = 320
"""Of the ball that all of them are."""


def ball() -> trimesh.Trimesh:
    made: trimesh.Trimesh = trimesh.creation.icosphere(subdivisions=2)
    return made


def exported(kind: str, **how: Any) -> bytes:
    data = ball().export(file_type=kind, **how)
    return data.encode() if isinstance(data, str) else bytes(data)


def glb_of(index: dict[str, Any], rest: bytes) -> bytes:
    raw = json.dumps(index).encode()
    raw += b" " * (-len(raw) % 4)
    rest += bytes(-len(rest) % 4)
    parts = struct.pack("<I", len(raw)) + b"JSON" + raw + struct.pack("<I", len(rest)) + b"BIN\x00" + rest
    return b"glTF" + struct.pack("<II", 2, 12 + len(parts)) + parts


def draco(points: Any, faces: Any, **more: Any) -> bytes:
    """A mesh compressed by Draco; the other parameters as DracoPy names them."""
    data: bytes = DracoPy.encode(
        np.asarray(points, np.float32), np.asarray(faces, np.uint32), quantization_bits=14, **more
    )
    return data


def well_packed() -> bytes:
    data = draco(ball().vertices, ball().faces)
    ids = {each["attribute_type"]: each["unique_id"] for each in DracoPy.decode(data).attributes}
    return packed_by_draco(data, ids[DracoPy.AttributeType.POSITION])


def packed_by_draco(data: bytes = b"DRACO\x02\x02\x01\x01" + bytes(7), unique_id: int = 0) -> bytes:
    """A GLB whose triangles are compressed by Draco, by default in meaningless bytes; its index counts them
    all the same."""
    extension = {"bufferView": 0, "attributes": {"POSITION": unique_id}}
    index = {
        "asset": {"version": "2.0"},
        "extensionsUsed": ["KHR_draco_mesh_compression"],
        "extensionsRequired": ["KHR_draco_mesh_compression"],
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [
            {
                "primitives": [
                    {
                        "attributes": {"POSITION": 0},
                        "indices": 1,
                        "extensions": {"KHR_draco_mesh_compression": extension},
                    }
                ]
            }
        ],
        "accessors": [
            {"componentType": 5126, "count": 162, "type": "VEC3", "min": [-1] * 3, "max": [1] * 3},
            {"componentType": 5123, "count": 3 * FACES, "type": "SCALAR"},
        ],
        "bufferViews": [{"buffer": 0, "byteOffset": 0, "byteLength": len(data)}],
        "buffers": [{"byteLength": len(data)}],
    }
    return glb_of(index, data)


def gltf_files() -> dict[str, bytes]:
    files = ball().export(file_type="gltf")
    assert isinstance(files, dict)
    return {str(name): bytes(data) for name, data in files.items()}


def gltf_alone() -> bytes:
    """Its bytes are in a file that is not here."""
    return gltf_files()["model.gltf"]


def zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            out.writestr(name, data)
    return target.getvalue()


def gltf_in_zip() -> bytes:
    return zipped({f"scene/{name}": data for name, data in gltf_files().items()})


def obj_in_zip() -> bytes:
    body = b"mtllib ball.mtl\nusemtl red\n" + exported("obj")
    return zipped({"ball/ball.obj": body, "ball/ball.mtl": b"newmtl red\nKd 0.8 0.1 0.1\n"})


def points() -> bytes:
    """A point cloud: points and no faces."""
    cloud: Any = trimesh.PointCloud
    return bytes(cloud(ball().vertices).export(file_type="ply"))


def fbx() -> bytes:
    return b"Kaydara FBX Binary  \x00\x1a\x00" + struct.pack("<I", 7400) + bytes(200)


def usdz() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as out:
        out.writestr("scene.usdc", b"PXR-USDC" + bytes(100))
    return target.getvalue()
