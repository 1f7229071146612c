"""The files behind the links are what was requested: kind, size, ratio, duration, sound, and what they
show."""

from __future__ import annotations

import wave
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
import trimesh
from PIL import Image

from rh_ui.emulator.renders import sound, tones
from tests.integration.emulator.caller import CLIP, EDIT, PICTURE, SPEECH, TEXT, Caller
from tests.packaged import packaged_catalog
from tests.samples import valid_params

MUSIC = "rhart-audio/text-to-audio/music-2.5"
MODEL = "hunyuan3d-v3.1/text-to-3d"
AVATAR = "kling-v2-ai-avatar-standard/image-audio-to-video"


def png(colour: tuple[int, int, int], size: tuple[int, int] = (320, 240)) -> bytes:
    target = BytesIO()
    Image.new("RGB", size, colour).save(target, "PNG")
    return target.getvalue()


def wav(folder: Path, seconds: float) -> bytes:
    sound.write(folder / "in.wav", tones.music(1, seconds, 16000), 16000)
    return (folder / "in.wav").read_bytes()


def middle(picture: Image.Image) -> tuple[float, ...]:
    """The mean colour around the picture's centre, where there is no text."""
    wide, tall = picture.size
    box = (wide * 2 // 5, tall * 3 // 10, wide * 3 // 5, tall * 2 // 5)
    return tuple(np.asarray(picture.convert("RGB").crop(box)).reshape(-1, 3).mean(axis=0))


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({"aspectRatio": "16:9", "resolution": "1k"}, (1024, 576)),
        ({"aspectRatio": "9:16", "resolution": "2k"}, (1152, 2048)),
        ({"aspectRatio": "1:1", "resolution": "4k"}, (4096, 4096)),
        ({"resolution": "1k"}, (576, 1024)),
    ],
)
def test_a_picture_has_the_asked_size(
    caller: Caller, tmp_path: Path, asked: dict[str, str], size: tuple[int, int]
) -> None:
    (path,) = caller.files(tmp_path, PICTURE, prompt="a fox 狐狸", **asked)
    with Image.open(path) as picture:
        picture.load()
        assert picture.size == size
        assert picture.format == {".png": "PNG", ".jpg": "JPEG"}[path.suffix]


def test_a_size_in_pixels_a_number_and_a_format(caller: Caller, tmp_path: Path) -> None:
    model = "alibaba/qwen-image-2.0/text-to-image"
    paths = caller.files(tmp_path, model, prompt="a fox", size="1280*720", imageNum="3")
    assert len(paths) == 3
    assert len({path.read_bytes() for path in paths}) == 3
    for path in paths:
        with Image.open(path) as picture:
            assert picture.size == (1280, 720)
    edit = "rhart-image/f-2-dev/edit"
    link = caller.link_of("in.png", png((10, 200, 30)))
    (path,) = caller.files(
        tmp_path, edit, prompt="x", imageUrl=link, aspectRatio="custom", customWidth=640, customHight=512,
        outputFormat="webp(lossy)",
    )  # fmt: skip
    with Image.open(path) as picture:
        assert (picture.format, picture.size) == ("WEBP", (640, 512))


def test_the_words_change_the_picture_and_the_same_words_do_not(caller: Caller, tmp_path: Path) -> None:
    def made(words: str) -> bytes:
        (path,) = caller.files(tmp_path, PICTURE, prompt=words, resolution="1k")
        return path.read_bytes()

    assert made("a red kite") == made("a red kite")
    assert made("a red kite") != made("a red kitten")


@pytest.mark.parametrize("colour", [(220, 30, 30), (20, 60, 220)])
def test_an_edited_picture_shows_the_one_that_was_uploaded(
    caller: Caller, tmp_path: Path, colour: tuple[int, int, int]
) -> None:
    link = caller.link_of("in.png", png(colour))
    (path,) = caller.files(tmp_path, EDIT, prompt="a snow day", imageUrls=[link], resolution="1k")
    with Image.open(path) as picture:
        seen = middle(picture)
    assert np.argmax(seen) == np.argmax(colour)
    assert max(seen) - min(seen) > 60


@pytest.mark.parametrize(
    ("ratio", "seconds", "with_sound"),
    [("16:9", "5", "true"), ("9:16", "10", "false"), ("1:1", "5", "false")],
)
def test_a_clip_has_the_asked_length_ratio_and_sound(
    caller: Caller, tmp_path: Path, ratio: str, seconds: str, with_sound: str
) -> None:
    (path,) = caller.files(
        tmp_path, CLIP, prompt="a fox runs", aspectRatio=ratio, duration=seconds, sound=with_sound
    )
    head = path.read_bytes()
    assert head.index(b"moov") < head.index(b"mdat")
    wide, tall = (int(part) for part in ratio.split(":"))
    with av.open(str(path)) as clip:
        assert clip.duration is not None
        assert clip.duration / av.time_base == pytest.approx(float(seconds), abs=0.1)
        stream = clip.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert stream.width / stream.height == pytest.approx(wide / tall, rel=0.02)
        assert [audio.codec_context.name for audio in clip.streams.audio] == ["aac"] * (with_sound == "true")
        frames = [frame.to_ndarray(format="gray") for frame in clip.decode(video=0)]
    assert np.abs(frames[0].astype(int) - frames[len(frames) // 2]).max() > 60


def test_an_avatar_starts_with_the_picture_and_lasts_as_long_as_the_sound(
    caller: Caller, tmp_path: Path
) -> None:
    (path,) = caller.files(
        tmp_path, AVATAR, prompt="speak", imageUrl=caller.link_of("face.png", png((20, 60, 220), (400, 400))),
        audioUrl=caller.link_of("voice.wav", wav(tmp_path, 3.5)),
    )  # fmt: skip
    with av.open(str(path)) as clip:
        assert clip.duration is not None
        assert clip.duration / av.time_base == pytest.approx(3.5, abs=0.15)
        assert len(clip.streams.audio) == 1
        assert clip.streams.video[0].width == clip.streams.video[0].height
        first = Image.fromarray(next(clip.decode(video=0)).to_ndarray(format="rgb24"))
    assert np.argmax(middle(first)) == 2


def test_speech_is_longer_for_a_longer_text(caller: Caller, tmp_path: Path) -> None:
    def seconds(text: str) -> float:
        (path,) = caller.files(
            tmp_path, SPEECH, text=text, voice_id="Elegant_Man", enable_base64_output=False,
            english_normalization=False,
        )  # fmt: skip
        assert path.suffix == ".mp3"
        with av.open(str(path)) as heard:
            assert heard.streams.audio[0].codec_context.name.startswith("mp3")
            assert heard.duration is not None
            return float(heard.duration / av.time_base)

    short, long = seconds("Hello."), seconds("Hello, this is a much longer sentence about the sea.")
    assert 0.3 < short < 2
    assert long > 2 * short


def test_music_is_heard_and_has_the_asked_rate(caller: Caller, tmp_path: Path) -> None:
    (path,) = caller.files(tmp_path, MUSIC, prompt="calm", lyrics="la la la la la la", sampleRate="32000")
    with av.open(str(path)) as heard:
        assert heard.duration is not None
        assert heard.streams.audio[0].rate == 32000
        assert heard.duration / av.time_base == pytest.approx(20, abs=0.3)
        frames = [frame.to_ndarray() for frame in heard.decode(audio=0)]
    assert np.abs(np.concatenate(frames, axis=1)).max() > 0.3


def test_a_designed_voice_comes_as_wav(caller: Caller, tmp_path: Path) -> None:
    (path,) = caller.files(tmp_path, "minimax/voice-design", prompt="a warm voice", previewText="你好世界")
    with wave.open(str(path)) as heard:
        assert heard.getnframes() / heard.getframerate() > 0.4


def test_a_model_is_textured_and_reads_from_outside(caller: Caller, tmp_path: Path) -> None:
    (path,) = caller.files(tmp_path, MODEL, prompt="a robot", enablePbr=False, generateType="Normal")
    assert path.read_bytes()[:4] == b"glTF"
    loaded = trimesh.load_scene(path)
    (mesh,) = loaded.geometry.values()
    assert mesh.visual.material.baseColorTexture.size == (768, 768)
    assert len(mesh.visual.uv) == len(mesh.vertices)
    assert (np.einsum("ij,ij->i", mesh.face_normals, mesh.triangles_center) > 0).all()
    corners, spots = mesh.triangles, mesh.visual.uv[mesh.faces]
    first, second = spots[:, 1] - spots[:, 0], spots[:, 2] - spots[:, 0]
    assert (first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0] > 0).all(), "the picture is mirrored"
    assert corners.shape[0] > 100


def test_a_text_answers_in_words_and_says_that_it_is_a_demo(caller: Caller) -> None:
    (result,) = caller.results(TEXT, prompt="Why is the sky blue?")
    assert (result["url"], result["outputType"]) == (None, "txt")
    assert "Why is the sky blue?" in result["text"]
    assert "demo" in result["text"].lower()


@pytest.mark.parametrize(
    ("model", "other", "kind"),
    [
        ("kling-lip-sync/identify-face", {}, "txt"),
        ("kling-lip-sync/identify-face", {"videoId": None, "videoUrl": "video"}, "txt"),
        ("kling-lip-sync/lip-sync-video", {}, "mp4"),
        ("kling-lip-sync/lip-sync-video", {"audioId": None, "audioUrl": "audio"}, "mp4"),
        ("marble/upload-media-asset", {}, "txt"),
        ("marble/upload-media-asset", {"kind": "video", "imageUrl": None, "videoUrl": "video"}, "txt"),
    ],
)
def test_models_whose_rules_choose_between_fields_run(
    caller: Caller, tmp_path: Path, model: str, other: dict[str, str | None], kind: str
) -> None:
    caller.script(accounts={"demo-shared": {"balance": "100000"}})
    (clip,) = caller.files(tmp_path, CLIP, prompt="a fox", aspectRatio="1:1", duration="5", sound="false")
    links = {
        "image": caller.link_of("a.png", png((9, 90, 200))),
        "video": caller.link_of("a.mp4", clip.read_bytes()),
        "audio": caller.link_of("a.wav", wav(tmp_path, 2.0)),
    }
    params = valid_params(packaged_catalog().get(model), lambda field: links[field.kind])
    for key, value in other.items():
        params[key] = links[value] if value and key.endswith("Url") else value
    (result,) = caller.results(model, **{key: value for key, value in params.items() if value is not None})
    assert result["outputType"] == kind
    assert ("DEMO" in result["text"]) if kind == "txt" else result["url"]
