"""Text for the demo's pictures: a bold typeface, and lines wrapped to a width."""

from __future__ import annotations

from rh_ui.media.fonts import Font, font, is_wide


def face(size: float, text: str = "") -> Font:
    """The best typeface for this text at this many pixels."""
    return font(max(6, round(size)), text, bold=True)


def plain(text: str) -> str:
    """The text on one line, without characters that no common font has (emoji, controls)."""
    shown = "".join(letter if letter.isprintable() and ord(letter) < 0x10000 else " " for letter in text)
    return " ".join(shown.split())


def wrap(text: str, font: Font, width: float) -> list[str]:
    """The text in lines no wider than `width` pixels; breaks between words, and anywhere in wide scripts."""
    lines: list[str] = []
    line, used = "", 0.0
    for piece in _pieces(text):
        if used + font.getlength(piece.rstrip()) <= width:
            line += piece
            used += font.getlength(piece)
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = piece.lstrip()
        while (used := font.getlength(line)) > width and len(line) > 1:
            cut = max(1, int(len(line) * width / used))
            lines.append(line[:cut])
            line = line[cut:]
    if line.strip():
        lines.append(line.rstrip())
    return lines


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    word = ""
    for letter in text:
        if is_wide(letter):
            pieces += [word, letter] if word else [letter]
            word = ""
        else:
            word += letter
            if letter == " ":
                pieces.append(word)
                word = ""
    return [*pieces, word] if word else pieces


def shorten(text: str, font: Font, width: float) -> str:
    """The text, or its beginning and an ellipsis, in one line of `width` pixels."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"
