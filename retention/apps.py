from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "retention"
    label = "retention"
    verbose_name = "Bewaren"
    default_auto_field = "django.db.models.BigAutoField"
