"""Parts of the renders that decide something: words to colours, lines, syllables."""

from __future__ import annotations

import numpy as np
import pytest

from rh_ui.emulator.renders import poster, scenery, text_layout, tones


def test_a_colour_in_the_words_is_a_colour_in_the_picture() -> None:
    for seed in range(5):
        red = scenery.imagine("a red kite", seed, 1.5).palette.sky[1]
        blue = scenery.imagine("蓝色的风筝", seed, 1.5).palette.sky[1]
        assert red[0] > red[2]
        assert blue[2] > blue[0]


def test_other_seeds_make_other_landscapes() -> None:
    first, same, other = (scenery.imagine("a kite", seed, 1.5) for seed in (1, 1, 2))
    assert first == same
    assert first != other


@pytest.mark.parametrize("size", [(320, 180), (128, 1024), (1024, 128), (64, 64)])
def test_what_is_written_stays_inside_the_picture(size: tuple[int, int]) -> None:
    caption = poster.Caption("a long prompt " * 40, "A model with a rather long title", "facts")
    for piece, (x, y) in poster.overlays(caption, size):
        assert x >= 0
        assert x + piece.width <= size[0]
        assert y + piece.height <= size[1]


@pytest.mark.parametrize("text", ["several plain words in a row", "没有空格的一句很长的话", "a" * 200])
def test_lines_fit_and_lose_nothing(text: str) -> None:
    font = text_layout.face(20, text)
    lines = text_layout.wrap(text, font, 150)
    assert len(lines) > 1
    assert all(font.getlength(line) <= 151 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_what_no_face_can_draw_is_left_out() -> None:
    assert text_layout.plain("a\n\tb 😀 c") == "a b c"


def test_syllables_of_words_digits_and_signs() -> None:
    assert tones.syllables("Hello, sea 4.") == ["e", "o", " ", ",", "e", " ", "u", " ", "."]
    assert len([unit for unit in tones.syllables("你好世界") if unit in "aeiou"]) == 4
    assert tones.syllables("") != []


def test_speech_follows_the_speed_and_is_the_same_every_time() -> None:
    slow, fast = (tones.speak("a few words here", 1, rate=8000, speed=speed) for speed in (0.5, 2.0))
    assert slow.shape[1] > 2 * fast.shape[1]
    assert np.array_equal(fast, tones.speak("a few words here", 1, rate=8000, speed=2.0))
    assert 0.1 < np.abs(fast).max() <= 1


def test_music_has_exactly_the_asked_length() -> None:
    piece = tones.music(3, 2.5, 8000)
    assert piece.shape == (2, 20000)
    assert 0.5 < np.abs(piece).max() <= 1
