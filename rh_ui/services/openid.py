"""OpenID Connect: leads a browser to the company's own sign-in, and reads who came back.

By the code flow with PKCE. Nothing is kept here between the two: state, nonce and verifier are in a cookie of
that browser.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Mapping
from typing import Any, Final

from authlib.common.security import is_secure_transport
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from rh_ui.errors import SignInRefused
from rh_ui.services.company_sign_in import Begun, Identity

log: Final = logging.getLogger(__name__)
SCOPE: Final = "openid profile"
TIMEOUT: Final = 10.0
"""Seconds for one answer of the provider."""
LEEWAY: Final = 120
"""Seconds by which the clocks may differ."""
LONGEST_SUBJECT: Final = 255
"""Characters of a subject, by the standard."""
SIGNED_WITH: Final = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
)  # fmt: skip
"""Never by a secret that both sides know, and never not at all."""
NAMES: Final = ("name", "preferred_username", "nickname", "sub")
"""The claims that name a person, the best first. None of them, and no e-mail address, tells who they are."""


class OpenIdProvider:
    """One provider. Thread-safe. Methods raise SignInRefused."""

    def __init__(self, issuer: str, client_id: str, client_secret: str = "") -> None:
        """`client_secret`: empty for a public client."""
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret

    def begin(self, back: str) -> Begun:
        """`back`: the address of ours at which the browser comes back."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        try:
            with self._session(back) as session:
                place = self._described(session)["authorization_endpoint"]
                url, _ = session.create_authorization_url(
                    place, state=state, nonce=nonce, code_verifier=verifier
                )
        except _FAULTS as fault:
            raise _failed(fault) from None
        return Begun(url, f"{state}.{nonce}.{verifier}")

    def finish(self, query: Mapping[str, str], kept: str, back: str) -> Identity:
        """Who came back. `query`: of the address at which they did; `kept` and `back`: as in `begin`."""
        state, _, rest = kept.partition(".")
        nonce, _, verifier = rest.partition(".")
        if not verifier or not hmac.compare_digest(query.get("state", "").encode(), state.encode()):
            raise SignInRefused(
                "This sign-in was begun in another browser, or too long ago. Begin again.", "sign-in-stale"
            )
        if "code" not in query:
            log.warning("the company's sign-in refused somebody: %s", query.get("error", "")[:80])
            raise SignInRefused("Your company's sign-in did not let you in.", "sign-in-company-no")
        try:
            with self._session(back) as session:
                claims = self._claims(session, query["code"], nonce, verifier)
                if not any(isinstance(claims.get(key), str) for key in NAMES[:-1]):
                    claims = {**self._more(session, claims["sub"]), **claims}
        except _FAULTS as fault:
            raise _failed(fault) from None
        return Identity(f"{self._issuer} {claims['sub']}", _name(claims))

    def _session(self, back: str) -> OAuth2Session:
        return OAuth2Session(
            self._client_id, self._client_secret or None, scope=SCOPE, redirect_uri=back,
            code_challenge_method="S256", default_timeout=TIMEOUT,
            token_endpoint_auth_method="client_secret_basic" if self._client_secret else "none",
        )  # fmt: skip

    def _described(self, session: OAuth2Session) -> dict[str, Any]:
        """What the provider says of itself."""
        place = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        told = _json(session, place)
        if told["issuer"] != self._issuer:
            raise ValueError("it calls itself by another name than RH_UI_OIDC_ISSUER")
        return told

    def _claims(self, session: OAuth2Session, code: str, nonce: str, verifier: str) -> dict[str, Any]:
        """The checked claims of the ID token that the code is worth."""
        described = self._described(session)
        ways = described.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if self._client_secret and "client_secret_basic" not in ways:
            session.token_endpoint_auth_method = "client_secret_post"
        place = described["token_endpoint"]
        if not is_secure_transport(place):
            raise ValueError("its address for tokens is not https")
        token = session.fetch_token(
            place, grant_type="authorization_code", code=code, code_verifier=verifier, allow_redirects=False
        )
        keys = KeySet.import_key_set({"keys": _json(session, described["jwks_uri"])["keys"]})
        read = jwt.decode(token["id_token"], keys, algorithms=SIGNED_WITH)
        claims = CodeIDToken(
            read.claims, read.header,
            {
                "iss": {"essential": True, "value": self._issuer},
                "aud": {"essential": True, "value": self._client_id},
            },
            {"nonce": nonce, "client_id": self._client_id, "access_token": token.get("access_token")},
        )  # fmt: skip
        claims.validate(leeway=LEEWAY)
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= LONGEST_SUBJECT:
            raise ValueError("its subject is no short text")
        return dict(claims)

    def _more(self, session: OAuth2Session, subject: str) -> dict[str, Any]:
        """What the provider says of the person elsewhere, for their name; empty where it says nothing."""
        place = self._described(session).get("userinfo_endpoint")
        told = _json(session, place, withhold_token=False) if place else {}
        return told if told.get("sub") == subject else {}


def _json(session: OAuth2Session, place: str, *, withhold_token: bool = True) -> dict[str, Any]:
    """The JSON object at an address of the provider. Raises OSError, ValueError."""
    if not is_secure_transport(place):
        raise ValueError("an address of it is not https")
    answer = session.get(place, withhold_token=withhold_token, allow_redirects=False)
    answer.raise_for_status()
    told = answer.json()
    if not isinstance(told, dict):
        raise ValueError("it answered something else than an object")
    return told


def _name(claims: Mapping[str, Any]) -> str:
    given = (claims.get(key) for key in NAMES)
    return next(str(name) for name in given if isinstance(name, str) and name.strip())


_FAULTS: Final = (OSError, ValueError, KeyError, TypeError, JoseError, OAuthError)
"""What goes wrong at the provider or on the way; an OSError is requests' own kind too."""


def _failed(fault: Exception) -> SignInRefused:
    """The reason is for the log: neither code nor token stands in it."""
    why = str(fault) if isinstance(fault, ValueError) else getattr(fault, "error", "") or type(fault).__name__
    log.warning("the company's sign-in did not work: %s", str(why)[:200])
    return SignInRefused(
        "Your company's sign-in does not answer as it should. Try again in a minute, or ask an admin.",
        "sign-in-company-failed",
    )
