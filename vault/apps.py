from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "vault"
    label = "vault"
    verbose_name = "Kluis"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from vault import receivers  # noqa: F401  (a new bureau gets its first key)
