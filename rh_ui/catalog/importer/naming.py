"""From an endpoint's path to its family, title and task, by the tables in data/naming; for refresh only."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from rh_ui.catalog.tasks import tasks
from rh_ui.domain import Channel, FieldKind, Modality
from rh_ui.errors import TableFault


class _ModelName(BaseModel):
    model_config = ConfigDict(extra="forbid")
    prefix: str
    name: str
    task: str = ""
    what: str = ""


class _Family(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    file: str
    models: list[_ModelName]


class _Action(BaseModel):
    model_config = ConfigDict(extra="forbid")
    pattern: str
    task: str
    what: str


class _Models(BaseModel):
    model_config = ConfigDict(extra="forbid")
    family: list[_Family]


class _Actions(BaseModel):
    model_config = ConfigDict(extra="forbid")
    actions: list[_Action]


class _Unlisted(BaseModel):
    model_config = ConfigDict(extra="forbid")
    paths: list[str]


def _toml(file: Path) -> dict[str, object]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Name:
    """What the naming tables say about one path."""

    family: str
    file: str
    title: str
    task: str


class Names:
    """The naming tables, read once."""

    def __init__(self, folder: Path) -> None:
        models = _Models.model_validate(_toml(folder / "models.toml"))
        actions = _Actions.model_validate(_toml(folder / "actions.toml"))
        pairs = [(model, family) for family in models.family for model in family.models]
        self._models = sorted(pairs, key=lambda pair: len(pair[0].prefix), reverse=True)
        self._actions = actions.actions
        self._families = {family.name.casefold(): family for family in models.family}
        unlisted = folder / "unlisted.toml"
        self.unlisted = frozenset(
            _Unlisted.model_validate(_toml(unlisted)).paths if unlisted.exists() else ()
        )
        """Paths whose absence from a registry says nothing: it never listed them."""

    def of(self, path: str, channel: Channel, deprecated: bool) -> Name:
        """Raises TableFault when no table knows the path: naming a new model takes a line in models.toml."""
        known = next((pair for pair in self._models if path.startswith(pair[0].prefix)), None)
        if known is None:
            raise TableFault(f"{path}: no model in naming/models.toml has a prefix of this path.")
        model, family = known
        action = next((action for action in self._actions if re.search(action.pattern, path)), None)
        task = model.task or (action.task if action else "")
        what = model.what or (action.what if action else "")
        if not task or not what:
            raise TableFault(f"{path}: naming/actions.toml does not say what it does.")
        if "-lora" in path and "LoRA" not in what:
            what += ", with LoRA"
        if deprecated:
            what += " (deprecated path)"
        source = {Channel.OFFICIAL_STABLE: " · official", Channel.LOW_PRICE: " · low price"}.get(channel, "")
        return Name(family.name, family.file, f"{model.name} — {what}{source}", task)

    def guess(
        self, path: str, channel: Channel, modality: Modality, kinds: frozenset[FieldKind], category: str
    ) -> Name:
        """A name for a path that no table knows, made from the path itself and what goes in and comes out.

        `category`: the vendor's group, of use when it is one of our families.
        """
        group = category.rpartition("/")[2].strip()
        first, _, rest = path.partition("/")
        family = self._families.get(group.casefold())
        word = family.name if family else _words(group if group.isascii() and group else first)
        file = family.file if family else re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-") or "new"
        action = next((action for action in self._actions if re.search(action.pattern, path)), None)
        task = action.task if action else _task(modality, kinds)
        what = action.what if action else task.replace("-", " ").replace(" 3d", " 3D")
        model = "/".join([first, *rest.split("/")[:-1]]) if action else path
        source = {Channel.OFFICIAL_STABLE: " · official", Channel.LOW_PRICE: " · low price"}.get(channel, "")
        return Name(word, file, f"{_words(model)} — {what}{source}", task)


def _words(path: str) -> str:
    """`maker/new-model_v2` → “Maker New Model V2”."""
    return " ".join(word[:1].upper() + word[1:] for word in re.split(r"[\s/_-]+", path) if word)


def _task(modality: Modality, kinds: frozenset[FieldKind]) -> str:
    """The plainest task that makes this from these inputs."""
    sources = [kind.value for kind in (FieldKind.VIDEO, FieldKind.IMAGE) if kind in kinds] + ["text"]
    wanted = [f"{source}-to-{modality.value}" for source in sources]
    usual = {Modality.AUDIO: "text-to-speech"}.get(modality, f"text-to-{modality.value}")
    return next((task for task in wanted if modality in tasks().get(task, ())), usual)
