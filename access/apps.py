from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "access"
    verbose_name = "toegang"

    def ready(self) -> None:
        from access import receivers  # noqa: F401  (connects them)
