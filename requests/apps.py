from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "requests"
    label = "requests"
    verbose_name = "Verzoeken"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from requests import (
            client_card,  # noqa: F401  (the page of a client shows it)
            handling_inbox,  # noqa: F401  (directie finds it)
            off_lists,  # noqa: F401  (lists that leave ask it)
            receivers,  # noqa: F401  (connects them)
        )
