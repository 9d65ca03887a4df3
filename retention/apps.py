from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "retention"
    label = "retention"
    verbose_name = "Bewaren"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dossiers import rail
        from retention import (
            execution_tasks,  # noqa: F401  (Celery finds its task)
            list_inbox,  # noqa: F401  (directie finds it)
            on_request,
            receivers,  # noqa: F401  (connects them)
            said,
            transfer_tasks,  # noqa: F401
        )

        rail.provide_keeping(said.keeping)
        rail.provide_acts(on_request.acts)
