"""The parts of a studio tab."""

from __future__ import annotations

from rh_ui.ui.components.drawn import DrawnPart


class ModelPicker(DrawnPart):
    """Task, model, and the details of the model."""

    draws = "picker"


class AppPicker(DrawnPart):
    """The same for apps, workflows and quick creations."""

    draws = "apps"


class ModelForm(DrawnPart):
    """The fields of the chosen model."""

    draws = "form"


class PriceLine(DrawnPart):
    """The cost of a press, how many runs it starts, and what is still missing."""

    draws = "estimate"


class GenerateButton(DrawnPart):
    """The button inside has the handle `{modality}-generate`, by which it can be pressed."""

    draws = "generate"


class Stage(DrawnPart):
    """The runs and results of this tab in one grid. What is under way has the handle `{modality}-tasks`, the
    rest `{modality}-results`."""

    draws = "stage"
