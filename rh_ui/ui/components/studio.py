"""The parts of a studio tab."""

from __future__ import annotations

from rh_ui.ui.components.drawn import Drawn


class ModelPicker(Drawn):
    """Task, model, and the details of the model."""

    draws = "picker"


class AppPicker(Drawn):
    """The same for apps, workflows and quick creations."""

    draws = "apps"


class ModelForm(Drawn):
    """The fields of the chosen model."""

    draws = "form"


class PriceLine(Drawn):
    """The cost of a press, how many runs it starts, and what is still missing."""

    draws = "estimate"


class GenerateButton(Drawn):
    """The button inside has the handle `{modality}-generate`, by which it can be pressed."""

    draws = "generate"


class RunList(Drawn):
    """The active runs."""

    draws = "tasks"


class ResultGrid(Drawn):
    """The results of this tab's runs."""

    draws = "results"
