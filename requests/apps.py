from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "requests"
    label = "requests"
    verbose_name = "Verzoeken"
    default_auto_field = "django.db.models.BigAutoField"
