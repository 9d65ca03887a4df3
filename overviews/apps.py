from django.apps import AppConfig


class OverviewsConfig(AppConfig):
    name = "overviews"

    def ready(self) -> None:
        from overviews import receivers  # noqa: F401  (connects them)
