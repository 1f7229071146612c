"""The files of the page as a whole: whether their place takes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rh_ui.domain import JsonValue
from rh_ui.tasks.homing import Stay
from rh_ui.ui.api import guarded
from rh_ui.ui.services import PageServices


class StorageDesk:
    """The page's questions about storage, bound to the services."""

    def __init__(self, services: PageServices) -> None:
        self._services = services
        self.questions: dict[str, Callable[..., dict[str, Any]]] = {"bring_home": self.bring_home}

    def spare(self) -> dict[str, JsonValue]:
        """Why results go to the spare folder, and how many lie there."""
        return _shown(self._services.homing.stay())

    def bring_home(self, anew: bool) -> dict[str, Any]:
        """Look again whether the place takes files. `anew`: also a folder that is not the one there was,
        which only the page's owner may say."""
        anew = bool(anew) and self._services.local
        return {"spare": _shown(guarded(lambda: self._services.homing.run(anew=anew)))}


def _shown(stay: Stay) -> dict[str, JsonValue]:
    return {"trouble": stay.trouble, "count": stay.count}
