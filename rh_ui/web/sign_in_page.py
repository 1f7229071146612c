"""The pages for strangers, as HTML: to sign in, and to accept an invitation. They work without scripts."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Final
from urllib.parse import urlencode

from rh_ui.i18n import Words

LANGUAGE_NAMES: Final = {"en": "English", "zh": "中文"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a form was not taken, at the field that it is about."""

    field: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrangersPage:
    """What is on the page. `root`: the page's own address, relative to this one."""

    words: Words
    root: str
    version: str
    action: str
    """Where the form is sent, below `root`; empty: there is no form."""
    heading: str
    lead: str
    button: str = ""
    is_new: bool = False
    """Whether the password is chosen here."""
    name: str = ""
    wanted: str = ""
    trouble: Trouble = field(default_factory=Trouble)
    elsewhere: str = ""
    """The company's own sign-in, by its name; empty: there is none."""
    window: str = ""
    """Where the page is alone in a window, if it may be in the frame of another site; else empty."""

    def html(self) -> str:
        words, root = self.words, escape(self.root)
        assets = f"{root}rh/assets/{self.version}"
        title = escape(f"{self.heading} · {words('brand.name')}")
        return (
            f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
            f'<title>{title}</title><link rel="icon" href="{assets}/icon.svg">'
            f'<link rel="stylesheet" href="{assets}/sign_in.css"><script src="{assets}/sign_in.js"></script>'
            f'</head><body><main><p class="brand"><img src="{assets}/icon.svg" alt="" width="28" height="28">'
            f"{escape(words('brand.name'))}</p><h1>{escape(self.heading)}</h1>"
            f'<p class="lead">{escape(self.lead)}</p>{self._form()}{self._elsewhere()}{self._window()}'
            f'<p class="small">{escape(words("sign_in.admins"))}</p></main>{self._languages()}</body></html>'
        )

    def _form(self) -> str:
        if not self.action:
            return ""
        words = self.words
        secret = "new-password" if self.is_new else "current-password"
        rule = words("sign_in.password_rule") if self.is_new else ""
        wanted = f'<input type="hidden" name="next" value="{escape(self.wanted)}">' if self.wanted else ""
        return (
            f'<form method="post" action="{escape(self.root)}{escape(self.action)}" '
            f'accept-charset="utf-8">{self._trouble("")}'
            f'<input type="hidden" name="language" value="{words.language}">{wanted}'
            + self._field("name", words("sign_in.name"), "text", "username", self.name)
            + self._field("password", words("sign_in.password"), "password", secret, "", rule)
            + f'<button type="submit">{escape(self.button)}</button></form>'
        )

    def _field(self, name: str, label: str, kind: str, known_as: str, value: str, rule: str = "") -> str:
        """One field with its label; the cursor is where something is to be typed."""
        bad = self.trouble.field == name
        starts = bad or (not self.trouble.field and name == ("password" if self.name else "name"))
        told = f'<span class="small" id="{name}-rule">{escape(rule)}</span>' if rule else ""
        about = " ".join([*([f"{name}-trouble"] if bad else []), *([f"{name}-rule"] if rule else [])])
        return (
            f'<label for="{name}">{escape(label)}</label>'
            f'<input id="{name}" name="{name}" type="{kind}" autocomplete="{known_as}" required '
            f'autocapitalize="none" spellcheck="false" maxlength="1000" value="{escape(value)}"'
            + (f' aria-describedby="{about}"' if about else "")
            + (' aria-invalid="true"' if bad else "")
            + (" autofocus" if starts else "")
            + f">{self._trouble(name)}{told}"
        )

    def _trouble(self, name: str) -> str:
        if not self.trouble.sentence or self.trouble.field != name:
            return ""
        return f'<p class="trouble" id="{name}-trouble" role="alert">{escape(self.trouble.sentence)}</p>'

    def _elsewhere(self) -> str:
        if not self.elsewhere:
            return ""
        address = f"{self.root}rh/company-sign-in?{urlencode({'next': self.wanted or '/'})}"
        label = self.words("sign_in.elsewhere", name=self.elsewhere)
        return f'<p class="or"><a class="other" href="{escape(address)}">{escape(label)}</a></p>'

    def _window(self) -> str:
        if not self.window:
            return ""
        label = self.words("sign_in.window")
        return f'<p class="or"><a href="{escape(self.window)}" target="_blank">{escape(label)}</a></p>'

    def _languages(self) -> str:
        """The same page in the other language."""
        links = []
        for language, called in LANGUAGE_NAMES.items():
            if language != self.words.language:
                given = {"language": language, **({"next": self.wanted} if self.wanted else {})}
                links.append(
                    f'<a href="{escape(self.root)}{escape(self.action or "rh/sign-in")}?'
                    f'{escape(urlencode(given))}" lang="{language}" hreflang="{language}">{called}</a>'
                )
        return f"<nav>{''.join(links)}</nav>"
