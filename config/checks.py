"""Start, or say what is missing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Error, register


@register()
def the_environment_is_complete(**_: Any) -> list[Error]:
    needed = {
        "DATABASE_URL": settings.DATABASES["default"]["NAME"] != "not-configured",
        "REDIS_URL": bool(settings.REDIS_URL),
        "SECRET_KEY": bool(settings.SECRET_KEY),
    }
    return [Error(f"{name} is not set", id="config.E001") for name, there in needed.items() if not there]


@register()
def the_demo_stays_out_of_production(**_: Any) -> list[Error]:
    if settings.DEMO and not settings.DEBUG:
        return [Error("DEMO needs DEBUG: its accounts have a known password", id="config.E002")]
    return []
