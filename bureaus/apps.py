from django.apps import AppConfig


class BureausConfig(AppConfig):
    name = "bureaus"
    label = "bureaus"
    verbose_name = "Bureaus"
    default_auto_field = "django.db.models.BigAutoField"
