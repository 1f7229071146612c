"""What people type finds what they mean among the first three: every name that RunningHub has for a model,
the makers' names, and the everyday words for what is to be done.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from rh_ui.catalog.schema import Catalog, Endpoint
from rh_ui.catalog.search import Finder

FIRST: Final = 3
NAMES: Final = Path(__file__).parents[2] / "material" / "names.json"
"""RunningHub's names of May to September 2026, in English and Chinese, without remarks: name → paths."""

TASKS: Final[Mapping[str, str]] = {
    "text-to-image": "txt2img|text to image|draw|image generation|文生图|生图|画图",
    "image-to-image": "img2img|edit image|photo edit|remove background|inpaint|face swap|try on"
    "|图生图|抠图|去背景|换背景|换脸|改图",
    "upscale": "upscale|upscaler|super resolution|enhance video|4k upscale|restore old photo"
    "|超分|高清修复|放大|变清晰|老照片修复",
    "text-to-video": "t2v|text to video|文生视频",
    "image-to-video": "i2v|image to video|animate a photo|photo to video|图生视频|照片动起来",
    "video-edit": "edit video|video edit|视频编辑",
    "extend": "extend video|continue video|视频续写|续写",
    "motion-control": "motion control|motion transfer|mocap|动作迁移|动作模仿",
    "lip-sync": "lip sync|lipsync|talking head|talking avatar|avatar|digital human"
    "|数字人|数字人口播|对口型|口型同步",
    "frame-rate": "60fps|slow motion|frame interpolation|补帧",
    "denoise": "denoise|降噪",
    "subtitle-removal": "remove subtitles|去字幕",
    "dubbing": "dubbing|translate video|视频翻译",
    "depth": "depth map|深度图",
    "layers": "layers|图层",
    "text-to-speech": "tts|text to speech|speech|voiceover|voice over|narration|read aloud"
    "|语音合成|配音|文字转语音|旁白",
    "voice-clone": "voice clone|voice cloning|clone voice|音色克隆|声音克隆|声音复刻",
    "voice-design": "voice design|音色设计",
    "music": "music|song|song generator|音乐|写歌",
    "stems": "stems|vocal remover|人声分离",
    "image-to-3d": "image to 3d|图生3D",
    "text-to-3d": "text to 3d|文生3D",
    "text-to-text": "llm|chatbot|大语言模型",
    "image-to-text": "image caption|describe image|反推提示词",
    "lyrics": "lyrics|歌词",
    "prompt-writing": "prompt enhancer|提示词优化",
    "element": "subject|主体|elements",
}
BYTEDANCE: Final = "Seedance|Seedream|Jimeng|Doubao Speech|DreamActor|Cinematic|Volcengine"
ALIBABA: Final = "Wan|Qwen|Qwen Image|Qwen Speech|HappyHorse|Z-Image"
GOOGLE: Final = "Veo|Gemini|Gemini Omni|Nano Banana"
FAMILIES: Final[Mapping[str, str]] = {
    "openai": "Sora|GPT Image",
    "chatgpt": "Sora|GPT Image",
    "chatgpt image": "GPT Image",
    "dalle": "GPT Image",
    "xai": "Grok",
    "马斯克": "Grok",
    "google": GOOGLE,
    "谷歌": GOOGLE,
    "google video": "Veo|Gemini Omni",
    "gemini image": "Nano Banana",
    "香蕉": "Nano Banana",
    "bytedance": BYTEDANCE,
    "字节": BYTEDANCE,
    "字节跳动": BYTEDANCE,
    "豆包": BYTEDANCE,
    "即梦": "Jimeng|Seedance|Seedream",
    "kuaishou": "Kling",
    "快手": "Kling",
    "keling": "Kling",
    "可灵模型": "Kling",
    "可灵文生": "Kling",
    "kling model": "Kling",
    "alibaba": ALIBABA,
    "阿里": ALIBABA,
    "万相": "Wan",
    "通义万相": "Wan",
    "tencent": "Hunyuan3D",
    "腾讯": "Hunyuan3D",
    "mj": "Midjourney",
    "悠船": "Midjourney",
    "minimax": "Hailuo|MiniMax Speech|MiniMax Music",
    "海螺": "Hailuo|MiniMax Speech|MiniMax Music",
    "world labs": "Marble",
    "世界模型": "Marble",
    "全能图片": "Nano Banana|GPT Image|Grok",
    "全能图片PRO": "Nano Banana",
    "全能图片 G-2": "GPT Image",
    "全能视频": "Sora|Veo|Grok|Runway|Gemini Omni",
    "全能视频S": "Sora",
    "全能视频X": "Grok",
    "全能视频V3.1": "Veo",
    "全能视频R": "Runway",
    "超能视频": "Seedance",
}


@pytest.fixture(scope="module")
def finder(catalog: Catalog) -> Finder:
    return Finder(catalog)


def first(finder: Finder, query: str) -> list[Endpoint]:
    return [endpoint for endpoint in finder.find(query) if endpoint.offered][:FIRST]


def test_every_name_that_runninghub_has_finds_its_model_among_the_first_three(
    catalog: Catalog, finder: Finder
) -> None:
    names: dict[str, list[str]] = json.loads(NAMES.read_text(encoding="utf-8"))
    assert len(names) > 700
    missed = {}
    for name, paths in names.items():
        found = [endpoint.path for endpoint in finder.find(name)[:FIRST]]
        if not set(paths) & set(found):
            missed[name] = found
    assert missed == {}
    assert {path for paths in names.values() for path in paths} <= catalog.endpoints.keys()


def test_every_title_and_path_finds_its_model_among_the_first_three(catalog: Catalog, finder: Finder) -> None:
    missed = {}
    for endpoint in catalog.endpoints.values():
        for asked in (endpoint.path, endpoint.title, *endpoint.formerly):
            if endpoint not in (found := finder.find(asked)[:FIRST]):
                missed[asked] = [each.path for each in found]
    assert missed == {}


@pytest.mark.parametrize(
    ("task", "query"), [(task, each) for task, all_ in TASKS.items() for each in all_.split("|")]
)
def test_an_everyday_word_finds_the_models_that_do_it(
    catalog: Catalog, finder: Finder, task: str, query: str
) -> None:
    able = sum(endpoint.task == task and endpoint.offered for endpoint in catalog.endpoints.values())
    found = first(finder, query)
    fitting = [endpoint for endpoint in found if endpoint.task == task]
    assert len(fitting) >= min(FIRST, able), [endpoint.title for endpoint in found]
    assert found[0].task == task


@pytest.mark.parametrize(("query", "families"), FAMILIES.items())
def test_a_maker_finds_its_models(finder: Finder, query: str, families: str) -> None:
    found = first(finder, query)
    assert len(found) > 1
    assert {endpoint.family for endpoint in found} <= set(families.split("|"))


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("sora 2", "Sora 2 —"),
        ("sora 2 pro", "Sora 2 Pro —"),
        ("nano banana 2", "Nano Banana 2 —"),
        ("nano banana pro", "Nano Banana Pro —"),
        ("gpt image 2", "GPT Image 2 —"),
        ("veo 3.1 fast", "Veo 3.1 Fast —"),
        ("seedance 2", "Seedance 2.0 —"),
        ("全能图片V2", "Nano Banana 2"),
    ],
)
def test_the_model_that_is_named_comes_before_its_kin(finder: Finder, query: str, title: str) -> None:
    assert all(endpoint.title.startswith(title) for endpoint in first(finder, query))


@pytest.mark.parametrize("query", ["the kling model", "tts ai", "可灵的模型", "flux tool"])
def test_words_that_say_nothing_do_not_hide_what_the_others_find(finder: Finder, query: str) -> None:
    assert finder.find(query)


def test_a_word_that_stands_nowhere_hides_all_with_fillers_too(finder: Finder) -> None:
    assert finder.find("the xylophone model") == []
    assert finder.find("番茄炒蛋模型") == []


def test_words_that_say_nothing_are_looked_for_where_there_are_no_others(finder: Finder) -> None:
    assert len(finder.find("video")) > 100
    assert finder.find("模型") != finder.find("")
