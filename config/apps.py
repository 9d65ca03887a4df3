from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    label = "config"
    default = True

    def ready(self) -> None:
        from config import checks  # noqa: F401  (registers the checks)
