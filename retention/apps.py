from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "retention"
    label = "retention"
    verbose_name = "Bewaren"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dossiers import rail
        from retention import (
            list_inbox,  # noqa: F401  (directie finds it)
            on_request,
            receivers,  # noqa: F401  (connects them)
            said,
        )

        rail.provide_keeping(said.keeping)
        rail.provide_acts(on_request.acts)
