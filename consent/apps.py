from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "consent"
    label = "consent"
    verbose_name = "Toestemming"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from consent import (
            client_card,  # noqa: F401  (the pages of a client and a dossier show it)
            handing_out_card,  # noqa: F401  (the page of a client shows it)
            information_card,  # noqa: F401  (the page of a dossier shows it)
            information_receivers,  # noqa: F401  (connects them)
            on_dossier,  # noqa: F401  (the page of a dossier shows it)
            optout_card,  # noqa: F401  (the page of a client shows it)
            receivers,  # noqa: F401  (connects them)
            starter_card,  # noqa: F401  (the page of a client shows it)
        )
