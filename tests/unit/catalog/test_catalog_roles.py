"""The role of a field is in the table: proposed once from its key, and read from there by everybody else."""

from __future__ import annotations

import re
from pathlib import Path

from rh_ui.catalog.dump import endpoint_json
from rh_ui.catalog.importer.role_proposals import with_roles
from rh_ui.catalog.loader import DATA_FOLDER, load_catalog, read_entries
from rh_ui.catalog.roles import KINDS, Role
from rh_ui.catalog.schema import Catalog
from rh_ui.catalog.tasks import default_models, default_ratios, tasks
from rh_ui.domain import FieldKind
from tests.registries import load_registry, model, newcomer, write_registry

HAND_MADE = """
family = "Maker"

[[endpoint]]
path = "maker/story"
title = "Story"
modality = "video"
task = "image-to-video"
fields = [
  { key = "storyPrompt", kind = "text", role = "prompt", usual = true, required = true },
  { key = "prompt", kind = "text" },
  { key = "startImageUrl", kind = "image", role = "first_frame" },
]
"""


def roles(
    *fields: tuple[str, str], path: str = "maker/new", task: str = "image-to-video"
) -> dict[str, object]:
    found = with_roles("maker/new", task, [{"key": key, "kind": kind} for key, kind in fields])
    return {str(field["key"]): field.get("role") for field in found}


def test_the_files_hold_what_is_proposed() -> None:
    notices: list[str] = []
    for entry in read_entries(DATA_FOLDER, notices):
        fields = entry.raw["fields"]
        assert isinstance(fields, list)
        assert with_roles(entry.path, str(entry.raw["task"]), fields) == fields, entry.path
    assert notices == []


def test_every_role_but_shots_is_in_use(catalog: Catalog) -> None:
    used = {field.role for endpoint in catalog.endpoints.values() for field in endpoint.fields}
    assert used - {None} >= set(Role) - {Role.SHOTS}


def test_the_first_key_that_is_there_and_holds_such_a_thing_gets_the_role() -> None:
    assert roles(("text", "text"), ("prompt", "text")) == {"prompt": "prompt", "text": None}
    assert roles(("prompt", "choice"), ("text", "text")) == {"prompt": None, "text": "prompt"}


def test_a_number_of_faces_is_no_seed_however_large_it_may_be(catalog: Catalog) -> None:
    faces = catalog.get("hunyuan3d-v3.1/text-to-3d").field("faceCount")
    assert faces is not None and faces.role is Role.FACES


def test_what_a_picture_is_hangs_on_what_stands_beside_it() -> None:
    assert roles(("imageUrl", "image"), task="image-to-image") == {"imageUrl": None}
    both = roles(("imageUrl", "image"), ("endImageUrl", "image"), task="image-to-image")
    assert both == {"imageUrl": "first_frame", "endImageUrl": "last_frame"}
    several = roles(("imageUrls", "image"), ("videoUrls", "video"))
    assert several == {"imageUrls": "reference", "videoUrls": "reference"}


def test_the_words_of_a_custom_song_are_its_lyrics(catalog: Catalog) -> None:
    song = catalog.get("rhart-audio/suno-v5/custom")
    assert [field.key for field in song.of(Role.LYRICS)] == ["prompt"]
    assert song.of(Role.PROMPT) == ()


def test_every_kind_but_the_flag_can_have_some_role() -> None:
    assert set().union(*KINDS.values()) == set(FieldKind) - {FieldKind.FLAG}


def test_a_dumped_field_tells_its_role_and_whether_it_is_usual(catalog: Catalog) -> None:
    fields = endpoint_json(catalog.get("kling-v3.0-pro/image-to-video"))["fields"]
    assert isinstance(fields, list)
    told = {field["key"]: (field["role"], field["usual"]) for field in fields if isinstance(field, dict)}
    assert told["prompt"] == ("prompt", True)
    assert told["firstImageUrl"] == ("first_frame", False)
    assert told["cfgScale"] == (None, False)
    assert told["sound"] == (None, True)


def test_a_newer_registry_leaves_the_roles_that_a_person_gave(tmp_path: Path) -> None:
    """Its keys propose nothing, or a role that the field beside it already has."""
    folder, extra = tmp_path / "data", tmp_path / "extra"
    folder.mkdir()
    (folder / "maker.toml").write_text(HAND_MADE, encoding="utf-8")
    entry = read_entries(folder, [])[0]
    listed = model(entry)
    listed["params"][0]["maxLength"] = 77
    after = load_registry(write_registry(tmp_path / "registry.json", [listed]), extra, folder=folder).catalog
    fields = {field.key: field for field in after.get("maker/story").fields}
    assert fields["storyPrompt"].max_length == 77 and fields["storyPrompt"].usual
    assert fields["startImageUrl"].role is Role.FIRST_FRAME
    assert [field.key for field in after.get("maker/story").of(Role.PROMPT)] == ["storyPrompt"]


def test_a_table_loaded_before_there_were_roles_gets_them_at_the_next_reading(tmp_path: Path) -> None:
    folder, extra = tmp_path / "data", tmp_path / "extra"
    folder.mkdir()
    (folder / "maker.toml").write_text(HAND_MADE, encoding="utf-8")
    entry = read_entries(folder, [])[0]
    listed = write_registry(tmp_path / "registry.json", [model(entry), newcomer("maker/fresh")])
    load_registry(listed, extra, folder=folder)
    for file in extra.glob("*.toml"):
        lines = re.sub(r', role = "\w+"|, usual = true', "", file.read_text(encoding="utf-8"))
        file.write_text(lines, encoding="utf-8")
    assert load_catalog(folder, extra).get("maker/fresh").of(Role.PROMPT) == ()
    again = load_registry(listed, extra, folder=folder).catalog
    assert [field.key for field in again.get("maker/fresh").of(Role.PROMPT)] == ["prompt"]
    assert [field.key for field in again.get("maker/story").of(Role.PROMPT)] == ["storyPrompt"]


def test_every_task_has_a_default_for_each_thing_that_it_makes(catalog: Catalog) -> None:
    """D14: it is offered, today's, and no LoRA variant."""
    for task, makes in tasks().items():
        offered = [one for one in catalog.endpoints.values() if one.task == task and one.offered]
        chosen = [one for one in offered if one.path in default_models()]
        assert sorted(one.modality for one in chosen) == sorted(makes), task
        assert not any(one.deprecated or "LoRA" in one.title for one in chosen), task
    assert all(catalog.find(path) for path in default_models())


def test_a_form_opens_with_the_ratio_of_its_task_and_not_with_the_vendors_sample(catalog: Catalog) -> None:
    seen = set()
    for endpoint in catalog.endpoints.values():
        for field in endpoint.of(Role.RATIO):
            wanted = default_ratios().get(endpoint.task)
            seen.add((field.default == field.opening, wanted is None))
            if field.opening != field.default:
                assert field.opening == wanted and wanted in field.values
            elif field.default in ("adaptive", "auto", "empty"):
                assert field.opens_with is None
    assert seen == {(True, True), (True, False), (False, False)}


def test_what_the_service_takes_by_itself_is_not_what_we_chose(catalog: Catalog) -> None:
    film = catalog.get("rhart-video-v3.1-pro/text-to-video")
    (ratio,) = film.of(Role.RATIO)
    assert (film.opening[ratio.key], film.defaults[ratio.key]) == ("16:9", ratio.default)
    assert ratio.default != "16:9"
