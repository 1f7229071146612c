"""All steps of one engine."""

from __future__ import annotations

from dataclasses import dataclass

from rh_ui.engine.steps.confirm import ConfirmStep
from rh_ui.engine.steps.download import DownloadStep
from rh_ui.engine.steps.poll import PollStep
from rh_ui.engine.steps.submit import SubmitStep
from rh_ui.engine.steps.thumbnails import ThumbnailStep
from rh_ui.engine.steps.upload import UploadStep


@dataclass(frozen=True, slots=True)
class Steps:
    """One field per step, in the order in which a task passes them."""

    upload: UploadStep
    submit: SubmitStep
    confirm: ConfirmStep
    poll: PollStep
    download: DownloadStep
    thumbnails: ThumbnailStep

    def forget_all(self) -> None:
        """The tasks belong to other processes now."""
        self.poll.forget_all()
        self.download.forget_all()
