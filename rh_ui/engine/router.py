"""Passes a task from step to step, and tells the queue of its account."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rh_ui.domain import Task
from rh_ui.engine.context import EngineContext, Stage
from rh_ui.engine.inputs import UploadCache
from rh_ui.engine.late_proofs import LateProofs
from rh_ui.engine.own_tasks import AccountKey, account_of
from rh_ui.engine.progress_stream import ProgressStreams
from rh_ui.engine.queue.admission import AdmissionControl
from rh_ui.engine.request_builder import RequestBuilder
from rh_ui.engine.scheduler import Job, Scheduler
from rh_ui.engine.step_runner import StepRunner
from rh_ui.engine.steps.confirm import ConfirmStep
from rh_ui.engine.steps.download import DownloadStep
from rh_ui.engine.steps.poll import PollStep
from rh_ui.engine.steps.steps import Steps
from rh_ui.engine.steps.submit import SubmitStep
from rh_ui.engine.steps.thumbnails import ThumbnailStep
from rh_ui.engine.steps.upload import UploadStep
from rh_ui.media.thumbnail_worker import ThumbnailWorker
from rh_ui.persistence.outbox import AnswerOutbox


class TaskRouter:
    """Makes all steps, and is their StepRouter. Thread-safe."""

    def __init__(
        self,
        context: EngineContext,
        scheduler: Scheduler,
        progress: ProgressStreams,
        outbox: AnswerOutbox,
        thumbnail_worker: ThumbnailWorker,
    ) -> None:
        self._clients = context.clients
        self._passwords = context.passwords
        self._tasks = context.repositories.tasks
        self._scheduler = scheduler
        uploads = UploadCache(context.repositories.uploads, context.library, context.transfers)
        requests, proofs = RequestBuilder(context, uploads), LateProofs(context)
        self.admission = AdmissionControl(context, self, scheduler)
        thumbnails = ThumbnailStep(context, scheduler, thumbnail_worker)
        self.steps = Steps(
            UploadStep(context, self, uploads, scheduler),
            SubmitStep(context, self, requests, outbox, proofs),
            ConfirmStep(context, self, proofs),
            PollStep(context, self, progress, requests),
            DownloadStep(context, self, scheduler, thumbnails),
            thumbnails,
        )
        self._runner = StepRunner(context, self, self.steps)
        self._run: Mapping[Stage, Callable[[str], float | None]] = {
            Stage.PREPARE: self.steps.upload.run,
            Stage.SUBMIT: self.steps.submit.run,
            Stage.POLL: self.steps.poll.run,
            Stage.DOWNLOAD: self.steps.download.run,
            Stage.CONFIRM: self.steps.confirm.run,
        }

    def schedule(self, stage: Stage, task_id: str, delay: float = 0.0) -> None:
        step = self._run[stage]
        key = f"{stage} {task_id}" if stage is Stage.CONFIRM else task_id
        self._scheduler.put(Job(key, stage.value, lambda: self._runner.run(stage, step, task_id)), delay)

    def start_polling(self, task: Task, delay: float = 0.0) -> None:
        self.admission.occupy_slot(task)
        if self._clients.get(account_of(task)) is None:
            self._tasks.note([task.id], "other-account")
            return
        cancel = self.steps.poll.follow(task)
        self.schedule(Stage.POLL, task.id, 0.0 if cancel else delay)

    def release_slot(self, account: AccountKey, task_id: str) -> None:
        self._passwords.forget(task_id)
        self.admission.release_slot(account, task_id)

    def mark_uncertain(self, task: Task) -> None:
        self.admission.mark_uncertain(task)

    def requeue_after_refusal(self, task: Task, note: str) -> None:
        self.admission.requeue_after_refusal(task, note)

    def requeue_unsent(self, task: Task) -> None:
        self.admission.requeue_unsent(task)

    def record_accepted(self, task: Task) -> None:
        self.admission.record_accepted(account_of(task), task.id)

    def may_send(self, account: AccountKey) -> bool:
        return self.admission.may_send(account)
