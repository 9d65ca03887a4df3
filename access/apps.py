from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "access"
    verbose_name = "toegang"

    def ready(self) -> None:
        from access import asking_inbox, emergency_inbox, receivers, resets, review_inbox  # noqa: F401  (connects them)
