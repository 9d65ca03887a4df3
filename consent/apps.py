from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "consent"
    label = "consent"
    verbose_name = "Toestemming"
    default_auto_field = "django.db.models.BigAutoField"
