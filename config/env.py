"""Typed reading of the environment: a value is there and well-formed, or we say which one is not."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

_UNSET = object()
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def envstr(name: str, default: str | object = _UNSET) -> str:
    """The value of `name`; without a default a missing one raises ImproperlyConfigured."""
    value = os.environ.get(name, default)
    if value is _UNSET:
        raise ImproperlyConfigured(f"{name} is not set")
    return str(value)


def envbool(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "1" if default else "0").strip().lower()
    if value not in _TRUE | _FALSE:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}")
    return value in _TRUE


def envint(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}") from None


def envlist(name: str, default: str = "") -> list[str]:
    """Comma separated values, blanks dropped."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def envpath(name: str, default: Path) -> Path:
    return Path(os.environ.get(name) or default).resolve()


def envsecret(name: str, default: str | object = _UNSET) -> str:
    """A secret: read from the file that `NAME_FILE` points at, or else from `NAME` itself."""
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return envstr(name, default)
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE: {error.strerror}: {path}") from None
