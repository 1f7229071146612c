"""From an endpoint's path and names to its family, title and task, by the tables in data/naming."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from rh_ui.catalog.tasks import tasks
from rh_ui.domain import Channel, FieldKind, Modality
from rh_ui.errors import TableFault
from rh_ui.i18n import Message

_CHANNEL: Final = re.compile(
    r"[-/ _]*(channel[- ]?)?(low[- ]price|economy|official[- ]stable|stable|低价渠道版|官方稳定版|稳定版)"
    r"(?![a-z])"
)
"""Words of a name for the channel of the model, which is stored separately."""
_JOB: Final = re.compile(
    r"((start|end|first|last|multimodal|multi|audio)-)*(text|image|video|audio|refe?rence)"
    r"-to-(image|video|3d|text|audio|world|speech)|(image|video)-edit(?![a-z])|(?<=/)edit(?![a-z])"
)
"""Words of a name for its inputs and results."""
_REMARK: Final = re.compile(r"\s*\(([^()]+)\)$")


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
    chinese: str = ""
    """Its Chinese name in the registry, for a model whose name is in none of our lists."""
    untold: tuple[str, ...] = ()
    """What neither the tables nor the registry says about it, so that it was guessed."""


@dataclass(frozen=True, slots=True)
class Called:
    """The names of a model in a registry."""

    path: str
    english: str
    chinese: str
    channel: Channel


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
        """Paths that a registry never listed, so that their absence means nothing."""

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

    def guess(self, called: Called, modality: Modality, kinds: frozenset[FieldKind], category: str) -> Name:
        """A name for a model that no table has: from the registry's names, else from its path, and from its
        inputs and results.

        `category`: the vendor's group, useful when it is one of our families.
        """
        texts = [_plain(text) for text in (called.path, called.english, called.chinese)]
        action = self._action(texts, modality)
        task = action.task if action else _task(modality, kinds)
        what = action.what if action else task.replace("-", " ").replace(" 3d", " 3D")
        if "-lora" in called.path and "LoRA" not in what:
            what += ", with LoRA"
        first, _, rest = called.path.partition("/")
        family = self._family(texts, category, first)
        named = _name(called.english, family)
        model = named or _words("/".join([first, *rest.split("/")[:-1]]) if action else called.path)
        group = category.rpartition("/")[2].strip()
        word = family.name if family else _words(group if group.isascii() and group else first)
        file = family.file if family else re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-") or "new"
        source = {Channel.OFFICIAL_STABLE: " · official", Channel.LOW_PRICE: " · low price"}
        return Name(
            family=word,
            file=file,
            title=f"{model} — {what}{source.get(called.channel, '')}",
            task=task,
            chinese=_CHANNEL.sub("", called.chinese).strip(" -/_") if not called.chinese.isascii() else "",
            untold=(
                *([] if named else [Message("catalog.untold_name")]),
                *([] if action else [Message("catalog.untold_task", task=Message(f"task.{task}"))]),
            ),
        )

    def _action(self, texts: Sequence[str], modality: Modality) -> _Action | None:
        """The job that the first of these texts names; not one with another kind of result. A text alone is
        not certain: the vendor lists sounds and videos as texts too."""
        for text in texts:
            for action in self._actions:
                makes = tasks().get(action.task, frozenset())
                fits = modality in makes or (modality is Modality.TEXT and len(makes) == 1)
                if fits and re.search(action.pattern, text):
                    return action
        return None

    def _family(self, texts: Iterable[str], category: str, first: str) -> _Family | None:
        """By its name, by the vendor's group, or by the first part of its path where that is one family's."""
        for family in sorted(self._families.values(), key=lambda each: -len(each.name)):
            word = re.escape(_plain(family.name).replace(" ", "-"))
            if any(re.search(rf"(^|[^a-z]){word}(?![a-z])", text) for text in texts):
                return family
        of_group = self._families.get(category.rpartition("/")[2].strip().casefold())
        of_maker = {
            family.name: family for model, family in self._models if model.prefix.startswith(f"{first}/")
        }
        return of_group or (next(iter(of_maker.values())) if len(of_maker) == 1 else None)


def _plain(text: str) -> str:
    return re.sub(r"[\s_]", "-", text.lower())


def _name(english: str, family: _Family | None) -> str:
    """A model's English name without its channel and job; empty where nothing is left."""
    bare = _CHANNEL.sub("", english)
    remark = _REMARK.search(bare)
    bare = bare[: remark.start()] if remark else bare
    for found in reversed(list(_JOB.finditer(_plain(bare)))):
        bare = f"{bare[: found.start()]} {bare[found.end() :]}"
    words = _words(bare)
    if not bare.isascii() or not re.search("[A-Za-z]{2}", words):
        return ""
    if family is not None:
        words = re.sub(rf"\b{re.escape(family.name)}\b", family.name, words, flags=re.IGNORECASE)
    return f"{words} {remark[0].strip()}" if remark else words


def _words(path: str) -> str:
    """`maker/new-model_v2` → “Maker New Model V2”."""
    return " ".join(word[:1].upper() + word[1:] for word in re.split(r"[\s/_-]+", path) if word)


def _task(modality: Modality, kinds: frozenset[FieldKind]) -> str:
    """The plainest task with this result and these inputs."""
    sources = [kind.value for kind in (FieldKind.VIDEO, FieldKind.IMAGE) if kind in kinds] + ["text"]
    wanted = [f"{source}-to-{modality.value}" for source in sources]
    usual = {Modality.AUDIO: "text-to-speech"}.get(modality, f"text-to-{modality.value}")
    return next((task for task in wanted if modality in tasks().get(task, ())), usual)
