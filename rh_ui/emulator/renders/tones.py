"""Sounds as numbers: a melody that speaks a text syllable by syllable, and a short piece of music.

Arrays are float32 of shape (channels, samples) between -1 and 1; sound writes the files.
"""

from __future__ import annotations

import random
import re
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rh_ui.media.fonts import is_wide

Samples: TypeAlias = NDArray[np.float32]

MAX_SPEECH: Final = 60.0
"""Seconds; the rest of a longer text is not spoken."""
_PENTATONIC: Final = (0, 2, 4, 7, 9, 12)
_VOWELS: Final = {"a": (800, 1200), "e": (500, 1900), "i": (320, 2300), "o": (480, 900), "u": (350, 750)}
_TOKEN: Final = re.compile(r"[^\W\d_]+|\d|[.,;:!?…。，、；：！？\n—]")
_CHORDS: Final = (
    ((0, 4, 7, 11), (-3, 0, 4, 7), (-7, -3, 0, 4), (-5, -1, 2, 5)),
    ((-3, 0, 4, 7), (-7, -3, 0, 4), (0, 4, 7, 11), (-5, -1, 2, 7)),
    ((0, 4, 7, 9), (-5, -1, 2, 7), (-3, 0, 4, 9), (-7, -3, 0, 7)),
)


def syllables(text: str) -> list[str]:
    """The text as vowels to sing and signs to pause at (`,` short, `.` long)."""
    found: list[str] = []
    for token in _TOKEN.findall(text):
        if token in ".!?…。！？\n":
            found.append(".")
        elif token in ",;:，、；：—":
            found.append(",")
        elif is_wide(token):
            found += ["aeiou"[ord(letter) % 5] for letter in token]
        else:
            groups = re.findall(r"[aeiouy]+", token.lower())
            found += ["i" if group[0] == "y" else group[0] for group in groups] or ["u"]
            found.append(" ")
    return found or ["a", "o", "a"]


def speak(text: str, seed: int, *, rate: int, speed: float = 1.0, pitch: float = 0.0) -> Samples:
    """One voice, about 0.18 s per syllable at speed 1; `pitch` in semitones."""
    rng = random.Random(seed)
    base = rng.choice((165.0, 185.0, 208.0, 233.0)) * 2 ** (pitch / 12)
    speed = max(0.25, min(4.0, speed))
    pieces, seconds, height = [_rest(0.08, rate)], 0.08, 2
    units = syllables(text)
    for index, unit in enumerate(units):
        if unit in " ,.":
            length = {" ": 0.03, ",": 0.2, ".": 0.36}[unit] / speed
            pieces.append(_rest(length, rate))
        else:
            length = rng.uniform(0.15, 0.2) / speed
            height = max(0, min(5, height + rng.choice((-2, -1, 0, 1, 1, 2))))
            last = index + 2 >= len(units) or units[index + 1] == "."
            step = 0 if last else _PENTATONIC[height]
            pieces.append(_sung(base * 2 ** (step / 12), unit, length * (1.7 if last else 1.0), rate))
        seconds += length
        if seconds > MAX_SPEECH:
            break
    return np.concatenate([*pieces, _rest(0.15, rate)])[None, :]


def _rest(seconds: float, rate: int) -> Samples:
    return np.zeros(int(seconds * rate), dtype=np.float32)


def _sung(pitch: float, vowel: str, seconds: float, rate: int) -> Samples:
    moments = np.arange(int(seconds * rate)) / rate
    glide = 1 + 0.03 * np.exp(-moments * 30) + 0.004 * np.sin(2 * np.pi * 5.5 * moments)
    phase = 2 * np.pi * np.cumsum(pitch * glide) / rate
    sound = np.zeros_like(moments)
    for harmonic in range(1, 13):
        place = pitch * harmonic
        weight = sum(
            part * np.exp(-(((place - centre) / 220) ** 2))
            for part, centre in zip((1.0, 0.5), _VOWELS[vowel], strict=True)
        )
        sound += (weight + 0.5 / harmonic**2) * np.sin(harmonic * phase)
    sound *= np.minimum(1, moments / 0.02) * np.minimum(1, (seconds - moments) / 0.05)
    return np.asarray(sound / (np.abs(sound).max() + 1e-9) * 0.5, dtype=np.float32)


def music(seed: int, seconds: float, rate: int) -> Samples:
    """A stereo piece of exactly this length: soft chords, a bass and a plucked melody, fading at the end."""
    rng = random.Random(seed)
    total = round(seconds * rate)
    mixed = np.zeros((2, total + 4 * rate), dtype=np.float32)
    root = rng.choice((196.0, 220.0, 233.08, 261.63))
    chords, beat = rng.choice(_CHORDS), 60 / rng.choice((84, 92, 100))
    bar, at, index = beat * 4, 0.0, 0
    while at < seconds:
        chord = chords[index % len(chords)]
        for note in chord:
            _add(mixed, at, _pad(root * 2 ** (note / 12), bar * 1.12, rate) * 0.09, 0.5, rate)
        _add(mixed, at, _pluck(root / 2 * 2 ** (chord[0] / 12), beat * 3, rate) * 0.3, 0.5, rate)
        for step in range(8):
            if rng.random() < 0.8:
                note = rng.choice(chord) + 12 * rng.choice((1, 1, 2))
                sound = _pluck(root * 2 ** (note / 12), beat * 1.6, rate) * rng.uniform(0.1, 0.2)
                _add(mixed, at + step * beat / 2, sound, 0.3 if step % 2 else 0.7, rate)
        at += bar
        index += 1
    piece = mixed[:, :total]
    fade = min(total, int(rate * min(1.5, seconds / 4)))
    piece[:, total - fade :] *= np.linspace(1, 0, fade, dtype=np.float32) ** 1.5
    loudest = float(np.abs(piece).max()) or 1.0
    return (piece / loudest * 0.75).astype(np.float32)


def _add(mixed: Samples, at: float, sound: Samples, side: float, rate: int) -> None:
    start = int(at * rate)
    end = min(mixed.shape[1], start + sound.size)
    if end > start:
        mixed[0, start:end] += sound[: end - start] * (1.3 - side)
        mixed[1, start:end] += sound[: end - start] * (0.3 + side)


def _pad(pitch: float, seconds: float, rate: int) -> Samples:
    moments = np.arange(int(seconds * rate), dtype=np.float32) / rate
    sound = np.sin(2 * np.pi * pitch * moments) + 0.6 * np.sin(2 * np.pi * pitch * 1.004 * moments)
    sound += 0.22 * np.sin(4 * np.pi * pitch * moments)
    shape = np.minimum(1, moments / 0.35) * np.minimum(1, (seconds - moments) / 0.5)
    return np.asarray(sound * shape, dtype=np.float32)


def _pluck(pitch: float, seconds: float, rate: int) -> Samples:
    moments = np.arange(int(seconds * rate), dtype=np.float32) / rate
    sound = np.sin(2 * np.pi * pitch * moments) + 0.35 * np.sin(4 * np.pi * pitch * moments)
    shape = np.minimum(1, moments / 0.006) * np.exp(-moments * 3.6)
    shape *= np.minimum(1, (seconds - moments) / 0.05)
    return np.asarray(sound * shape, dtype=np.float32)
