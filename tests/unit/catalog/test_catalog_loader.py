"""Reading the table: an invalid entry is set aside by name, the rest stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from rh_ui.catalog.loader import load_catalog
from rh_ui.catalog.rules import Allowed, When
from rh_ui.catalog.schema import Catalog
from rh_ui.catalog.tasks import tasks
from rh_ui.domain import Modality
from rh_ui.errors import NotFound, TableFault
from rh_ui.i18n.labels import label

GOOD = """
[[endpoint]]
path = "maker/good"
title = "Good"
modality = "image"
task = "text-to-image"
fields = [{ key = "prompt", kind = "text", required = true }]
"""


def table(folder: Path, text: str, corrections: str = "") -> Catalog:
    (folder / "corrections").mkdir()
    (folder / "maker.toml").write_text(f'family = "Maker"\n{GOOD}{text}', encoding="utf-8")
    if corrections:
        (folder / "corrections" / "mine.toml").write_text(corrections, encoding="utf-8")
    return load_catalog(folder)


def bad(fields: str, more: str = "") -> str:
    return f"""
[[endpoint]]
path = "maker/bad"
title = "Bad"
modality = "image"
task = "text-to-image"
{more}
fields = [{fields}]
"""


CLIP = '{ key = "clip", kind = "video" }'
SHOTS = '{ number = "i", text = "t", seconds = "s" }'
IN_TEXT = '{ type = "t", name = "n", file = "f", of = "text" }'
PROMPT = '{ key = "prompt", kind = "text" }'


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        (bad('{ key = "hue", kind = "color" }'), "field hue"),
        (bad('{ key = "size", kind = "choice", options = [] }'), "field size"),
        (bad('{ key = "size", kind = "choice", options = ["a", "a"] }'), "twice"),
        (bad('{ key = "size", kind = "choice", options = ["a"], default = "b" }'), "field size"),
        (bad('{ key = "size", kind = "choice", options = [5] }'), "field size"),
        (bad('{ key = "seed", kind = "integer", min = 5, max = 1 }'), "min is above max"),
        (bad('{ key = "a", kind = "text", sentinels = [{ value = -1, means = "random" }] }'), "sentinel"),
        (bad('{ key = "a", kind = "integer", sentinels = [{ value = -1, means = "odd" }] }'), "means"),
        (bad('{ key = "a", kind = "shots" }'), "parts of their own kind"),
        (bad(f'{{ key = "a", kind = "references", parts = {SHOTS} }}'), "parts of their own kind"),
        (bad(f'{{ key = "a", kind = "text", parts = {SHOTS} }}'), "parts of their own kind"),
        (bad(f'{{ key = "a", kind = "references", parts = {IN_TEXT} }}'), "an image, a video or a sound"),
        (bad(f'{{ key = "a", kind = "shots", max_mb = 3, parts = {SHOTS} }}'), "only media have"),
        (bad(f'{{ key = "a", kind = "shots", step = 1, parts = {SHOTS} }}'), "only a number has"),
        (bad(CLIP, 'rules = [{ rule = "sum_of", field = "clip", total = "clip" }]'), "about shots"),
        (bad(CLIP, 'rules = [{ rule = "media", field = "clip" }]'), "limits nothing"),
        (bad(CLIP, 'rules = [{ rule = "media", field = "clip", max_seconds = 0 }]'), "max_seconds"),
        (bad(CLIP, 'rules = [{ rule = "media", field = "film", max_seconds = 9 }]'), "film"),
        (bad(CLIP, 'rules = [{ rule = "media", field = "clip", covers = "length" }]'), "length"),
        (bad('{ key = "seed", kind = "integer", default = 1.5 }'), "field seed"),
        (bad('{ key = "seed", kind = "integer", max = 3, default = 4 }'), "field seed"),
        (bad('{ key = "flag", kind = "flag", default = "true" }'), "field flag"),
        (bad('{ key = "text", kind = "text", max_mb = 5 }'), "max_mb"),
        (bad('{ key = "imageUrl", kind = "image", max_items = 3 }'), "max_items"),
        (bad('{ key = "prompt", kind = "text", hint = "x" }'), "hint"),
        (bad(f"{PROMPT}, {PROMPT}"), "twice"),
        (bad('{ key = "a", kind = "text", role = "poem" }'), "field a"),
        (bad('{ key = "a", kind = "integer", role = "prompt" }'), "the role prompt is for other kinds"),
        (bad(", ".join(f'{{ key = "{key}", kind = "text", role = "title" }}' for key in "ab")), "role title"),
        (bad(PROMPT, 'colour = "red"'), "colour"),
        (bad(PROMPT, 'rules = [{ rule = "excludes", fields = ["prompt", "other"] }]'), "other"),
        (bad(PROMPT, 'rules = [{ rule = "perhaps", fields = ["prompt"] }]'), "rules"),
        (
            bad(PROMPT, 'price = { unit = "call", currency = "CNY", date = 2026-05-07, amount = "0" }'),
            "price",
        ),
        (bad(PROMPT, 'price = { unit = "call", currency = "CNY", date = 2026-05-07 }'), "amount"),
        (
            bad(
                PROMPT,
                'price = { unit = "image", currency = "CNY", date = 2026-05-07, amount = "1", unit_size = 5}',
            ),
            "only seconds",
        ),
        (bad(PROMPT).replace("text-to-image", "text-to-video"), "text-to-video"),
        (bad(PROMPT).replace('title = "Bad"', ""), "title"),
        (bad(PROMPT).replace("maker/bad", "maker/good"), "stands twice"),
    ],
)
def test_a_bad_entry_is_set_aside_by_name(tmp_path: Path, entry: str, named: str) -> None:
    catalog = table(tmp_path, entry)
    assert list(catalog.endpoints) == ["maker/good"]
    (notice,) = catalog.notices
    assert notice.startswith("maker.toml: maker/") and named in notice


def test_a_file_that_is_no_toml_does_not_take_the_others_along(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("family = ", encoding="utf-8")
    (tmp_path / "latin.toml").write_bytes(b'family = "\xff"')
    catalog = table(tmp_path, "")
    assert list(catalog.endpoints) == ["maker/good"]
    assert [notice.partition(":")[0] for notice in catalog.notices] == ["broken.toml", "latin.toml"]


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(TableFault):
        load_catalog(tmp_path)


def test_a_correction_changes_a_field_and_adds_rules(tmp_path: Path) -> None:
    fields = '{ key = "size", kind = "choice", options = ["1k", "2k"], default = "3k" }, ' + PROMPT
    catalog = table(
        tmp_path,
        bad(fields),
        """
[[correction]]
paths = ["maker/bad"]
reason = "A made-up reason."
field = "size"
drop = ["default"]
rules = [
  { rule = "allowed", when = { field = "prompt" }, field = "size", values = ["1k"] },
]

[[correction]]
paths = ["maker/bad"]
reason = "A made-up reason."
set = { modality = "text", task = "lyrics" }
""",
    )
    assert catalog.notices == ()
    endpoint = catalog.get("maker/bad")
    assert endpoint.fields[0].default is None and endpoint.modality is Modality.TEXT
    assert endpoint.rules == (Allowed(When("prompt"), "size", ("1k",)),)


@pytest.mark.parametrize(
    ("correction", "named"),
    [
        ('paths = ["maker/good"]\nset = { title = "x" }', "reason"),
        ('paths = ["maker/gone"]\nreason = "A made-up reason."', "maker/gone"),
        ('paths = ["maker/good"]\nreason = "A made-up reason."\nverb = "x"', "verb"),
    ],
)
def test_a_bad_correction_is_named_and_harms_nothing(tmp_path: Path, correction: str, named: str) -> None:
    catalog = table(tmp_path, "", f"[[correction]]\n{correction}\n")
    assert list(catalog.endpoints) == ["maker/good"]
    (notice,) = catalog.notices
    assert named in notice


def test_a_correction_of_a_field_that_is_gone_sets_its_endpoint_aside(tmp_path: Path) -> None:
    correction = '[[correction]]\npaths = ["maker/bad"]\nreason = "A made-up reason."\nfield = "gone"\n'
    catalog = table(tmp_path, bad(PROMPT), correction)
    assert list(catalog.endpoints) == ["maker/good"]
    assert "field gone" in catalog.notices[0]


def test_big_integers_come_through_exactly(tmp_path: Path) -> None:
    catalog = table(tmp_path, bad('{ key = "seed", kind = "integer", max = 18446744073709551615 }'))
    field = catalog.get("maker/bad").field("seed")
    assert field is not None and field.max == 18446744073709551615


def test_an_unknown_path_is_not_found(catalog: Catalog) -> None:
    with pytest.raises(NotFound, match="no-such/model"):
        catalog.get("no-such/model")


def test_every_endpoint_is_on_one_tab_and_every_task_is_used(catalog: Catalog) -> None:
    assert sum(len(catalog.of(modality)) for modality in Modality) == len(catalog.endpoints)
    assert {endpoint.task for endpoint in catalog.endpoints.values()} == set(tasks())


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("firstImageUrl", "First image"),
        ("aspectRatio", "Aspect ratio"),
        ("cfgScale", "CFG scale"),
        ("imageUrls", "Images"),
        ("imageUrl2", "Image 2"),
        ("voice_id", "Voice ID"),
        ("negative_prompt", "Negative prompt"),
    ],
)
def test_labels_are_the_key_in_words(key: str, words: str) -> None:
    assert label(key) == words
