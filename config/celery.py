"""The Celery app. The record of work is PostgreSQL; a message is only the doorbell (ADR 0005)."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery, Task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class BureauTask(Task):
    """A task whose header `bureau` says in which bureau it runs; the context is open around its body.

    Send it with `task.apply_async(args, headers={"bureau": bureau_id})`.
    Without the header it runs outside any bureau, and every tenant query in it fails.
    """

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from bureaus.tenancy import in_bureau

        bureau_id = (self.request.headers or {}).get("bureau") or getattr(self.request, "bureau", None)
        if bureau_id is None:
            return super().__call__(*args, **kwargs)
        with in_bureau(int(bureau_id), origin="werker", actor_label="systeem"):
            return super().__call__(*args, **kwargs)


app = Celery("dossierwacht", task_cls=BureauTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
# The rooms of tasks in an app: a room that is not named here stands idle, and its doorbell is not heard.
for room in (
    "tasks", "execution_tasks", "transfer_tasks", "bundle_tasks", "disclosure_tasks", "handing_out_tasks",
    "information_tasks",
):  # fmt: skip
    app.autodiscover_tasks(related_name=room)
