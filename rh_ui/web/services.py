"""What the page's handlers use, passed once by shell.build_app; its modules have no state of their own."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from rh_ui.catalog.importer.active_catalog import ActiveCatalog
from rh_ui.catalog.schema import Catalog
from rh_ui.catalog.search import Finder
from rh_ui.domain import STUDIOS, Modality
from rh_ui.errors import ArgumentRefused
from rh_ui.i18n import LANGUAGES, Words
from rh_ui.people import Right, Role
from rh_ui.services.connection_checks import ConnectionChecks
from rh_ui.services.services import Services
from rh_ui.web.arguments import Upload
from rh_ui.web.serializers.form import modality_spec, packed
from rh_ui.web.serializers.messages import page_words
from rh_ui.web.tokens import PageTokens


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of each tab by language as JSON, made from one version of the table."""

    models: Mapping[tuple[Modality, str], bytes]
    version: str
    """Changes with any model, so that browsers may cache them for ever."""


class FormMaker:
    """The forms of the table in use, made once per table."""

    def __init__(self, table: ActiveCatalog) -> None:
        self._table = table
        self._lock = threading.Lock()
        self._edition = table.edition
        self._forms = drawn(table.catalog)

    def now(self) -> Forms:
        with self._lock:
            edition = self._table.edition
            if edition != self._edition:
                self._forms = drawn(self._table.catalog)
                self._edition = edition
            return self._forms


@dataclass(frozen=True, slots=True, kw_only=True)
class PageServices(Services):
    """What a handler or route of the page may use: the services, and the page's own parts."""

    words: Mapping[str, Words]
    forms: FormMaker
    finder: Finder
    version: str
    """Changes with any script, style or sentence, so that browsers may cache these for ever."""
    tokens: PageTokens

    @property
    def manages(self) -> bool:
        """Whether the caller may change what applies to everybody: an admin, or, without people, whoever is
        at this computer."""
        return self.caller.may(Right.MANAGE) if self.caller.person else self.address.local

    @property
    def sees_money(self) -> bool:
        """Whether the caller sees what the accounts have; guests spend nothing and see nothing of it."""
        return self.caller.role is not Role.GUEST

    def checks_of(self, account: str) -> ConnectionChecks:
        """The checks of the account of this name; of an empty one, the first. Raises NotFound."""
        return self.checks.at(self.accounts.get(account).client) if account else self.checks

    def uploaded(self, file: Upload) -> Path:
        """The path of an uploaded file. Raises ArgumentRefused for a path outside the upload folder."""
        path = self.uploads.find(file.path)
        if path is None:
            raise ArgumentRefused(
                "This file was not uploaded to the page, or is no longer there. Upload it again", "no_upload"
            )
        return path

    def language(self, language: str) -> Words:
        return self.words.get(language, self.words["en"])


def drawn(catalog: Catalog) -> Forms:
    """Make the specs of all forms."""
    models = {
        (modality, language): json.dumps(
            packed(modality_spec(catalog, modality, language)), ensure_ascii=False, separators=(",", ":")
        ).encode()
        for modality in STUDIOS
        for language in LANGUAGES
    }
    return Forms(models, hashlib.sha256(b"".join(models.values())).hexdigest()[:12])


def page_services(services: Services, assets: Path) -> PageServices:
    """Read words and assets once and make the specs of the forms."""
    words = {language: page_words(language) for language in LANGUAGES}
    digest = hashlib.sha256()
    for path in sorted(assets.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    digest.update(json.dumps({key: dict(found.entries) for key, found in words.items()}).encode())
    return PageServices(
        **{field.name: getattr(services, field.name) for field in fields(services)},
        words=words,
        forms=FormMaker(services.active_catalog),
        finder=Finder(services.catalog),
        version=digest.hexdigest()[:12],
        tokens=PageTokens(),
    )
