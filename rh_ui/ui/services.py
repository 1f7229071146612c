"""What the page works with, handed down once by shell.build_app; its modules keep no state of their own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rh_ui.catalog.schema import Catalog
from rh_ui.domain import Modality
from rh_ui.media.library import Library
from rh_ui.store.history import History
from rh_ui.tasks.studio import Studio
from rh_ui.ui.form import modality_spec, packed
from rh_ui.ui.words import LANGUAGES, Words, load_words


@dataclass(frozen=True, slots=True)
class PageServices:
    """Everything a handler or route may use."""

    catalog: Catalog
    studio: Studio
    history: History
    library: Library
    words: Mapping[str, Words]
    models: Mapping[tuple[Modality, str], bytes]
    """The forms of each tab by language as JSON, made once."""
    version: str
    """Changes with any script, style, sentence or model, so that browsers may keep these for ever."""
    demo: bool

    def language(self, language: str) -> Words:
        return self.words.get(language, self.words["en"])


def build_services(
    *, catalog: Catalog, studio: Studio, history: History, library: Library, demo: bool, assets: Path
) -> PageServices:
    """Read words and assets once and compile the forms."""
    words = {language: load_words(language) for language in LANGUAGES}
    models = {
        (modality, language): json.dumps(
            packed(modality_spec(catalog, modality, language)), ensure_ascii=False, separators=(",", ":")
        ).encode()
        for modality in Modality
        for language in LANGUAGES
    }
    digest = hashlib.sha256()
    for path in sorted(assets.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    for blob in models.values():
        digest.update(blob)
    digest.update(json.dumps({key: found.entries for key, found in words.items()}).encode())
    return PageServices(catalog, studio, history, library, words, models, digest.hexdigest()[:12], demo)
