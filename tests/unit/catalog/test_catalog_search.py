"""Searching the table: typing mistakes, words written together, filters."""

from __future__ import annotations

import pytest

from rh_ui.catalog.schema import Catalog
from rh_ui.catalog.search import search
from rh_ui.domain import Channel, Modality


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
def test_the_first_finds_are_what_was_meant(catalog: Catalog, query: str, title: str) -> None:
    found = search(catalog, query)
    assert found and all(endpoint.title.startswith(title) for endpoint in found[:3])


def test_every_word_has_to_fit(catalog: Catalog) -> None:
    assert search(catalog, "kling xylophone") == []
    assert search(catalog, "!!") == []


def test_an_empty_query_gives_everything_with_deprecated_ones_last(catalog: Catalog) -> None:
    found = search(catalog, "  ")
    assert len(found) == len(catalog.endpoints)
    old = [endpoint.deprecated for endpoint in found]
    assert any(old) and old == sorted(old)


def test_filters_narrow(catalog: Catalog) -> None:
    found = search(catalog, "sora", Modality.VIDEO, "text-to-video", "Sora", Channel.OFFICIAL_STABLE)
    assert {endpoint.path for endpoint in found} == {
        "rhart-video-s-official/text-to-video",
        "rhart-video-s-official/text-to-video-pro",
    }
    assert search(catalog, "sora", Modality.AUDIO) == []


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
def test_chinese_is_understood(catalog: Catalog, query: str, title: str) -> None:
    found = search(catalog, query)
    assert found and all(endpoint.title.startswith(title) for endpoint in found[:3])


def test_what_a_field_is_called_finds_its_models_after_the_titles(catalog: Catalog) -> None:
    for query in ("emotion", "情绪"):
        found = search(catalog, query, Modality.AUDIO)
        assert found and all(endpoint.field("emotion") for endpoint in found[:3])
    found = search(catalog, "dubbing")
    assert {endpoint.title.partition(" — ")[0] for endpoint in found} == {"Kling Lip Sync"}


def test_chinese_that_stands_nowhere_finds_nothing(catalog: Catalog) -> None:
    assert search(catalog, "番茄炒蛋") == []
