"""The settings of the company's own sign-in: what they make, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from rh_ui.bootstrap import build
from rh_ui.config import read_settings
from rh_ui.errors import StartRefused
from rh_ui.people import Role
from rh_ui.people_parts import company_of
from rh_ui.services.company_sign_in import Company

ISSUER = "https://login.example.org/tenant/"


def company(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Company:
    for name, value in environment.items():
        monkeypatch.setenv(f"RH_UI_{name}", value)
    return company_of(read_settings())


def test_without_settings_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert company(monkeypatch) == Company()


def test_a_provider_is_called_by_its_host_or_by_a_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    told = company(
        monkeypatch, OIDC_ISSUER=ISSUER, OIDC_CLIENT_ID="studio", OIDC_CLIENT_SECRET_FILE=str(secret)
    )
    assert told.provider is not None and (told.button, told.admits) == ("login.example.org", None)
    assert read_settings().oidc_issuer == ISSUER, "its last slash belongs to its name"
    told = company(monkeypatch, OIDC_NAME="Example", OIDC_ADMIT="guest")
    assert (told.button, told.admits) == ("Example", Role.GUEST)


def test_the_secret_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RH_UI_OIDC_CLIENT_SECRET", "s3cret-of-ours")
    settings = read_settings()
    assert "s3cret-of-ours" in settings.secrets and "s3cret-of-ours" not in repr(settings)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"OIDC_ISSUER": ISSUER}, "^RH_UI_OIDC_ISSUER needs RH_UI_OIDC_CLIENT_ID"),
        ({"OIDC_ISSUER": "login.example.org"}, "^RH_UI_OIDC_ISSUER is no address"),
        ({"OIDC_ADMIT": "admin"}, "^RH_UI_OIDC_ADMIT is no role for newcomers"),
        ({"OIDC_NAME": "x" * 61}, "^RH_UI_OIDC_NAME is longer"),
        ({"PROXY_USER_HEADER": "X-User"}, "^RH_UI_PROXY_USER_HEADER needs RH_UI_PROXIES"),
        ({"PROXY_USER_HEADER": "X User"}, "^RH_UI_PROXY_USER_HEADER is no name of a header"),
        (
            {"OIDC_ISSUER": ISSUER, "OIDC_CLIENT_ID": "x", "OIDC_CLIENT_SECRET_FILE": "/nowhere"},
            "^RH_UI_OIDC_CLIENT_SECRET_FILE can't be read",
        ),
    ],
)
def test_what_can_not_work_is_refused(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], words: str
) -> None:
    with pytest.raises(StartRefused, match=words):
        company(monkeypatch, **environment)


def test_it_is_refused_before_anything_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Not after the first admin, who then could not be named anew."""
    named = {"ADMIN_NAME": "Ada", "ADMIN_PASSWORD": "correct horse battery", "OIDC_ISSUER": ISSUER}
    for name, value in {**named, "DATA_DIR": str(tmp_path / "data")}.items():
        monkeypatch.setenv(f"RH_UI_{name}", value)
    monkeypatch.setenv("RH_API_KEY", "rh_TESTKEY")
    with pytest.raises(StartRefused, match="RH_UI_OIDC_CLIENT_ID"):
        build(read_settings(port="0"))
    assert not (tmp_path / "data").exists()
