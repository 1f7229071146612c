"""Files of a form: kept, looked at against their field, and made fit for it, before anything is sent."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

from rh_ui.catalog.problems import sentence
from rh_ui.errors import ArgumentRefused, InputRefused, NoRoom, NotFound, StudioError
from rh_ui.i18n import Words
from rh_ui.services.input_conversion import ConvertedInput
from rh_ui.services.own_links import unreachable
from rh_ui.ui.named_api import original_name, uploaded_path
from rh_ui.web.arguments import EndpointPath, Id, Language, LongText, Upload
from rh_ui.web.services import PageServices

log: Final = logging.getLogger(__name__)
TYPES: Final = {"jpg": "JPEG", "tiff": "TIFF", "webp": "WebP"}
"""How file types are written where capitals alone are not it."""


class InputsDesk:
    """The page's questions about the files of a form. A refusal is a sentence in the answer."""

    def __init__(self, services: PageServices) -> None:
        self._services = services
        self.questions: dict[str, Callable[..., dict[str, Any]]] = {
            "keep_input": self.keep_input,
            "fit_input": self.fit_input,
            "take_result": self.take_result,
            "take_link": self.take_link,
        }

    def keep_input(
        self, file: Upload, endpoint: EndpointPath, field: Id, language: Language
    ) -> dict[str, Any]:
        """Copy an upload into the library: what of it goes up, what is lost by that, what is wrong."""
        try:
            kept = self._services.inputs.keep(uploaded_path(file), original_name(file))
        except StudioError as fault:
            return self._refusal(fault, language)
        return self.fit_input(kept.ref, endpoint, field, language) | {"name": kept.name}

    def take_result(self, id: Id, endpoint: EndpointPath, field: Id, language: Language) -> dict[str, Any]:
        """The same for a result of an earlier run."""
        try:
            kept = self._services.inputs.keep_result(id)
        except StudioError as fault:
            return self._refusal(fault, language)
        return self.fit_input(kept.ref, endpoint, field, language) | {"name": kept.name}

    def take_link(
        self, link: LongText, endpoint: EndpointPath, field: Id, language: Language
    ) -> dict[str, Any]:
        """The same for a link: one of this page means its file, another one goes up as it is."""
        try:
            kept = self._services.inputs.keep_link(link)
            model = self._services.catalog.get(endpoint)
        except StudioError as fault:
            return self._refusal(fault, language)
        if kept is not None:
            return self.fit_input(kept.ref, endpoint, field, language) | {"name": kept.name}
        problems = [sentence(problem, model, language) for problem in unreachable(field, link)]
        return {"ref": "" if problems else link, "problems": problems}

    def fit_input(self, ref: Id, endpoint: EndpointPath, field: Id, language: Language) -> dict[str, Any]:
        """The same for a file that is kept already; `gone` where it is not here any more."""
        try:
            fitted = self._services.inputs.convert(endpoint, field, ref)
            model = self._services.catalog.get(endpoint)
        except StudioError as fault:
            return self._refusal(fault, language) | {"gone": isinstance(fault, NotFound)}
        return {
            "ref": fitted.sent.ref,
            "source": fitted.chosen.ref,
            "name": fitted.chosen.name,
            "size": fitted.sent.size,
            "notice": notice(fitted, self._services.language(language)),
            "problems": [sentence(problem, model, language) for problem in fitted.problems],
        }

    def _refusal(self, fault: StudioError, language: str) -> dict[str, Any]:
        log.warning("a file was not taken in: %s", fault)
        keys = {NotFound: "lost", ArgumentRefused: "lost", InputRefused: "unreadable", NoRoom: "disk_full"}
        key = keys.get(type(fault), "not_kept")
        return {"ref": "", "problems": [self._services.language(language)(f"media.{key}")]}


def notice(fitted: ConvertedInput, words: Words) -> str:
    """What goes up in place of the file, and what it lacks; empty where the file itself does."""
    if fitted.sent.ref == fitted.chosen.ref:
        return ""
    if fitted.only_rotated:
        said = words("media.turned")
    else:
        chosen, sent = (_type(kept.extension) for kept in (fitted.chosen, fitted.sent))
        said = words("media.copied", type=chosen, copy=sent)
    return (" " if words.language == "en" else "").join(
        [said, *(words(f"media.loss_{loss.value}") for loss in fitted.losses)]
    )


def _type(extension: str) -> str:
    return TYPES.get(extension, extension.upper())
