"""Searching the table: typing mistakes, compound words, names of fields."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from rh_ui.catalog.schema import Catalog, Endpoint
from rh_ui.catalog.search import Finder
from rh_ui.domain import Modality
from tests.packaged import packaged_catalog


@cache
def finder() -> Finder:
    return Finder(packaged_catalog())


def find(query: str, modality: Modality | None = None) -> list[Endpoint]:
    """The results, on one tab or on all."""
    return [found for found in finder().find(query) if modality in (None, found.modality)]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("nano bananna", "Nano Banana"),
        ("nanobanana pro", "Nano Banana Pro"),
        ("klng 2.6", "Kling 2.6"),
        ("kling 3", "Kling 3.0"),
        ("midjorney", "Midjourney"),
        ("sedance 2", "Seedance 2.0"),
        ("hailou 02", "Hailuo 02"),
        ("zimage", "Z-Image"),
        ("wan2.7", "Wan 2.7"),
        ("hunyan", "Hunyuan3D"),
        ("GPT Image 2", "GPT Image 2"),
        ("sora", "Sora"),
        ("flux lora", "FLUX"),
    ],
)
def test_the_first_finds_are_what_was_meant(query: str, title: str) -> None:
    found = find(query)
    assert found and all(endpoint.title.startswith(title) for endpoint in found[:3])


def test_every_word_has_to_fit() -> None:
    assert find("kling xylophone") == []
    assert find("!!") == []


def test_an_empty_query_gives_everything_with_deprecated_ones_last(catalog: Catalog) -> None:
    found = find("  ")
    assert len(found) == len(catalog.endpoints)
    old = [endpoint.deprecated for endpoint in found]
    assert any(old) and old == sorted(old)


def test_a_name_is_found_where_its_models_are_and_nowhere_else() -> None:
    found = find("sora")
    assert found[0].modality is Modality.VIDEO
    assert Modality.AUDIO not in {endpoint.modality for endpoint in found}


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("可灵", "Kling"),
        ("可灵 文生视频", "Kling"),
        ("海螺图生视频", "Hailuo"),
        ("首尾帧视频", ""),
        ("千问 图片编辑", "Qwen Image"),
        ("混元", "Hunyuan3D"),
        ("低价 sora", "Sora"),
    ],
)
def test_chinese_is_understood(query: str, title: str) -> None:
    found = find(query)
    assert found and all(endpoint.title.startswith(title) for endpoint in found[:3])


def test_what_a_field_is_called_finds_its_models_after_the_titles() -> None:
    for query in ("emotion", "情绪"):
        found = find(query, Modality.AUDIO)
        assert found and all(endpoint.field("emotion") for endpoint in found[:3])
    found = find("dubbing")
    assert {endpoint.title.partition(" — ")[0] for endpoint in found} == {
        "Kling Lip Sync", "Volcengine Drama", "Volcengine Drama Series",
    }  # fmt: skip


def test_chinese_that_stands_nowhere_finds_nothing() -> None:
    assert find("番茄炒蛋") == []


@pytest.mark.parametrize(
    "query", ["negative prompt", "negatve prompt", "反向提示词", "负面提示词", "Negative Prompt"]
)
def test_a_field_is_found_by_the_names_people_use_for_it(catalog: Catalog, query: str) -> None:
    found = find(query)
    have = {
        e.path for e in catalog.endpoints.values() if e.field("negativePrompt") or e.field("negative_prompt")
    }
    assert {endpoint.path for endpoint in found} == have


def test_a_choice_is_found_as_it_is_written() -> None:
    for endpoint in find("4k"):
        values = {value.lower() for field in endpoint.fields for value in field.values}
        assert "4k" in values or "4K" in endpoint.title or "2160p" in values, endpoint.path
    assert find("japanese") == find("日语") != []


def test_first_and_last_frames_are_found_in_both_languages() -> None:
    for query in ("首帧", "first frame"):
        assert len(find(query)) > 20, query


def test_a_newer_entry_in_the_same_table_is_found_by_its_own_words(catalog: Catalog) -> None:
    endpoints = dict(list(catalog.endpoints.items())[:3])
    path, old = next(iter(endpoints.items()))
    finder = Finder(Catalog(endpoints))
    assert finder.find("zeppelin") == []
    endpoints[path] = replace(old, title="Zeppelin — text to video")
    assert finder.find("zepelin") == [endpoints[path]]
