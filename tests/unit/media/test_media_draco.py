"""Models compressed by Draco are decompressed: compressed data are read back, everything else stays the
same."""

from __future__ import annotations

import copy
import io
import json
from pathlib import Path
from typing import Any

import DracoPy
import numpy as np
import pytest
import trimesh

from rh_ui.media import draco
from rh_ui.media.decode import UNREADABLE
from rh_ui.media.draco import plain, unpack
from rh_ui.media.gltf import DRACO, Turning, take_apart, turning
from rh_ui.media.meshes import Numbers, read_shape
from tests.corpus import shapes

KINDS = {"f": (5126, "<f4"), "B": (5121, "u1"), "H": (5123, "<u2"), "I": (5125, "<u4")}
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}
FACES = np.asarray(shapes.ball().faces)
POINTS = np.asarray(shapes.ball().vertices, np.float32)
ROUND: dict[str, Numbers] = {
    "POSITION": POINTS,
    "NORMAL": POINTS,
    "TEXCOORD_0": (POINTS[:, :2] + 1) / 2,
    "COLOR_0": ((POINTS + 1) * 127).astype(np.uint8),
    "JOINTS_0": np.arange(len(POINTS) * 4, dtype=np.uint16).reshape(-1, 4),
    "WEIGHTS_0": np.full((len(POINTS), 4), 0.25, np.float32),
}
MORE: dict[str, Any] = {
    "normals": ROUND["NORMAL"].astype(np.float64),
    "tex_coord": ROUND["TEXCOORD_0"].astype(np.float64),
    "colors": ROUND["COLOR_0"],
    "generic_attributes": {40: ROUND["JOINTS_0"], 41: ROUND["WEIGHTS_0"]},
}
BARE: dict[str, Any] = {"POSITION": POINTS}


def ids_of(data: bytes) -> dict[str, int]:
    names = {0: "POSITION", 1: "NORMAL", 2: "COLOR_0", 3: "TEXCOORD_0"}
    found = {each["attribute_type"]: each["unique_id"] for each in DracoPy.decode(data).attributes}
    return {names[kind]: number for kind, number in found.items() if kind in names}


def packed(*parts: tuple[dict[str, Any], bytes, dict[str, int]]) -> bytes:
    """A GLB with a mesh of these primitives: their attributes, the compressed bytes and the ids in them; also
    a texture, a moved node and an attribute that is not compressed."""
    index: dict[str, Any] = {
        "asset": {"version": "2.0", "extras": {"kept": "yes"}},
        "extensionsUsed": [DRACO, "KHR_materials_unlit"],
        "extensionsRequired": [DRACO],
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "translation": [5, 0, 0]}],
        "materials": [{"name": "red", "extensions": {"KHR_materials_unlit": {}}}],
        "images": [{"bufferView": 0, "mimeType": "image/png"}],
        "meshes": [{"primitives": []}],
        "accessors": [],
        "bufferViews": [{"buffer": 0, "byteLength": 5}],
        "buffers": [{}],
    }
    rest = b"image"
    for attributes, data, ids in parts:
        primitive: dict[str, Any] = {"attributes": {}, "material": 0}
        for name, values in attributes.items():
            primitive["attributes"][name] = len(index["accessors"])
            kind = {3: "VEC3", 2: "VEC2", 4: "VEC4"}[values.shape[1]]
            told = {"componentType": KINDS[values.dtype.char][0], "count": len(values), "type": kind}
            index["accessors"].append(told | ({"normalized": True} if name == "COLOR_0" else {}))
        primitive["indices"] = len(index["accessors"])
        index["accessors"].append({"componentType": 5125, "count": 960, "type": "SCALAR"})
        view = {"buffer": 0, "byteOffset": len(rest), "byteLength": len(data)}
        primitive["extensions"] = {DRACO: {"bufferView": len(index["bufferViews"]), "attributes": ids}}
        index["bufferViews"].append(view)
        index["meshes"][0]["primitives"].append(primitive)
        rest += data
    index["buffers"][0]["byteLength"] = len(rest)
    return shapes.glb_of(index, rest)


def values_of(index: dict[str, Any], rest: bytes, number: int) -> Numbers:
    accessor = index["accessors"][number]
    view = index["bufferViews"][accessor["bufferView"]]
    kind = np.dtype(dict(KINDS.values())[accessor["componentType"]])
    width = WIDTHS[accessor["type"]]
    assert view["byteOffset"] % 4 == 0 and view.get("byteStride", 4) % 4 == 0
    raw = rest[view["byteOffset"] : view["byteOffset"] + view["byteLength"]]
    stride = view.get("byteStride", kind.itemsize * width)
    rows = np.frombuffer(raw, np.uint8).reshape(accessor["count"], stride)[:, : kind.itemsize * width]
    return np.ascontiguousarray(rows).view(kind)


def in_order(rows: Numbers) -> list[list[float]]:
    """Draco returns points in its own order."""
    return sorted(np.round(rows.astype(float), 2).tolist())


def test_every_attribute_comes_back_in_its_type_and_all_else_stays() -> None:
    data = shapes.draco(POINTS, FACES, **MORE)
    whole = packed((ROUND, data, ids_of(data) | {"JOINTS_0": 40, "WEIGHTS_0": 41}))
    before, _ = take_apart(whole)
    after, rest = take_apart(plain(whole))
    (primitive,) = after["meshes"][0]["primitives"]
    assert "extensions" not in primitive and after["extensionsUsed"] == ["KHR_materials_unlit"]
    assert "extensionsRequired" not in after
    for part in ("asset", "scenes", "nodes", "materials", "images"):
        assert after[part] == before[part]
    assert rest.startswith(b"image") and after["buffers"][0]["byteLength"] <= len(rest)
    come = {name: values_of(after, rest, number) for name, number in primitive["attributes"].items()}
    assert come.keys() == ROUND.keys()
    for name, rows in ROUND.items():
        assert come[name].dtype == rows.dtype, name
        assert np.allclose(in_order(come[name]), in_order(rows), atol=0.02), name
    together = np.hstack([come["POSITION"], come["JOINTS_0"]])
    assert np.allclose(in_order(together), in_order(np.hstack([POINTS, ROUND["JOINTS_0"]])), atol=0.02)
    colour, place = (after["accessors"][primitive["attributes"][name]] for name in ("COLOR_0", "POSITION"))
    assert colour["normalized"] is True
    assert np.allclose([place["min"], place["max"]], [[-1] * 3, [1] * 3], atol=0.01)
    corners = values_of(after, rest, primitive["indices"]).ravel()
    assert corners.dtype == np.uint16 and len(corners) == 3 * shapes.FACES


def test_two_primitives_stand_where_their_node_puts_them(tmp_path: Path) -> None:
    first, second = shapes.draco(POINTS, FACES), shapes.draco(POINTS + 4, FACES[50:250])
    (tmp_path / "a").write_bytes(packed((BARE, first, ids_of(first)), (BARE, second, ids_of(second))))
    assert unpack(tmp_path / "a", tmp_path / "b.glb")
    scene: Any = trimesh.load_scene(io.BytesIO((tmp_path / "b.glb").read_bytes()), file_type="glb")
    assert sorted(len(mesh.faces) for mesh in scene.geometry.values()) == [200, shapes.FACES]
    assert scene.bounds[:, 1] == pytest.approx([-1, 5], abs=0.2)
    assert scene.bounds[:, 0] == pytest.approx([4, 10], abs=0.2), "moved by its node"
    shape = read_shape(tmp_path / "a", "glb")
    assert len(shape.faces) == 200 + shapes.FACES, "drawn from its shape, not as a card"


def test_parts_that_share_bytes_or_accessors_get_their_own() -> None:
    first, second = shapes.draco(POINTS, FACES), shapes.draco(POINTS * 2, FACES)
    whole = packed(*((BARE, data, ids_of(data)) for data in (first, second, first)))
    index, rest = take_apart(whole)
    primitives = index["meshes"][0]["primitives"]
    primitives[1]["attributes"] = dict(primitives[0]["attributes"])
    primitives[2]["extensions"] = copy.deepcopy(primitives[0]["extensions"])
    after, rest = take_apart(plain(shapes.glb_of(index, rest)))
    numbers = [each["attributes"]["POSITION"] for each in after["meshes"][0]["primitives"]]
    assert numbers[0] == numbers[2] != numbers[1]
    assert [round(float(values_of(after, rest, each).max())) for each in numbers] == [1, 2, 1]


def test_an_attribute_that_is_not_in_the_bytes_is_left_out() -> None:
    data = shapes.draco(POINTS, FACES)
    after, _ = take_apart(plain(packed((ROUND, data, ids_of(data) | {"NORMAL": 99}))))
    assert "NORMAL" not in after["meshes"][0]["primitives"][0]["attributes"]


def bomb() -> bytes:
    """It claims two thousand million points in a few bytes."""
    return b"DRACO\x02\x02\x01\x00\x00\x00" + b"\xff\xff\xff\xff\x07" * 2 + b"\x01" + bytes(40)


def broken(name: str) -> bytes:
    good = shapes.draco(POINTS, FACES)
    whole = packed((BARE, good, ids_of(good)))
    match name:
        case "no Draco":
            return shapes.packed_by_draco()
        case "cut":
            return whole[:-400]
        case "changed":
            return whole.replace(good[60:200], bytes(140))
        case "bomb":
            return packed((BARE, bomb(), ids_of(good)))
        case "a cloud":
            return packed((BARE, DracoPy.encode(POINTS), ids_of(good)))
        case "no points":
            return packed((BARE, good, {"POSITION": 99}))
        case "behind its end":
            return whole.replace(b'"bufferView": 1', b'"bufferView": 7')
        case "elsewhere":
            return whole.replace(b'"buffers": [{', b'"buffers": [{"uri": "http://a.example/b", ')
        case _:
            return whole.replace(b'Required": [', b'Required": ["KHR_texture_basisu", ')


NAMES = ("no Draco", "cut", "changed", "bomb", "a cloud", "no points", "behind its end", "elsewhere", "more")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_broken_is_no_model_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "a").write_bytes(broken(name))
    assert unpack(tmp_path / "a", tmp_path / "b") is False
    assert not (tmp_path / "b").exists()
    with pytest.raises(UNREADABLE):
        read_shape(tmp_path / "a", "glb")


def test_a_bomb_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = broken("bomb")
    decoded: list[bytes] = []
    monkeypatch.setattr(DracoPy, "decode", decoded.append)
    with pytest.raises(ValueError, match="too many"):
        plain(whole)
    assert decoded == []


BOUNDS = (("LARGEST_PACKED", 100), ("LARGEST_PLAIN", 4000), ("MOST_POINTS", 200))


@pytest.mark.parametrize(("bound", "most"), BOUNDS)
def test_size_is_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bound: str, most: int) -> None:
    (tmp_path / "a").write_bytes(shapes.well_packed())
    assert unpack(tmp_path / "a", tmp_path / "b")
    monkeypatch.setattr(draco, bound, most)
    assert unpack(tmp_path / "a", tmp_path / "b") is False


def test_a_plain_model_stays_byte_for_byte() -> None:
    data = shapes.exported("glb")
    assert plain(data) is data


def asking(required: str, *used: str) -> bytes:
    index = {"asset": {"version": "2.0"}, "extensionsUsed": [*used], "extensionsRequired": [required]}
    return shapes.glb_of(index, b"")


@pytest.mark.parametrize(
    ("name", "data", "how"),
    [
        ("a.glb", shapes.exported("glb"), Turning.AS_IT_IS),
        ("a.glb", shapes.well_packed(), Turning.UNPACKED),
        ("a.glb", asking("KHR_texture_basisu", DRACO), Turning.NOT),
        ("a.glb", asking("EXT_meshopt_compression"), Turning.NOT),
        ("a.glb", asking("KHR_texture_transform"), Turning.AS_IT_IS),
        ("a.glb", b"glTF and nothing else", Turning.AS_IT_IS),
        ("a.gltf", json.dumps({"extensionsUsed": [DRACO]}).encode(), Turning.NOT),
        ("a.gltf", b"{}", Turning.AS_IT_IS),
        ("a.OBJ", b"", Turning.AS_IT_IS),
        ("a.fbx", b"", Turning.NOT),
    ],
)
def test_how_a_model_gets_into_the_viewer(name: str, data: bytes, how: Turning) -> None:
    assert turning(io.BytesIO(data), name) is how
