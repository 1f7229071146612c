"""The parts of a studio tab."""

from __future__ import annotations

from rh_ui.ui.components.drawn import Drawn


class ModelPicker(Drawn):
    """Task, model, and what there is to know of it."""

    draws = "picker"


class AppPicker(Drawn):
    """The same for apps, workflows and quick creations."""

    draws = "apps"


class ModelForm(Drawn):
    """The fields of the chosen model."""

    draws = "form"


class PriceLine(Drawn):
    """What a press costs, how many runs it starts, and what is still missing."""

    draws = "estimate"


class GenerateButton(Drawn):
    """The button itself has the handle `{modality}-generate`, so that it can be pressed by it."""

    draws = "generate"


class RunList(Drawn):
    """Runs that are under way."""

    draws = "tasks"


class ResultGrid(Drawn):
    """What this tab's runs have brought."""

    draws = "results"
