"""Backups and putting them back (ADR 0022): `manage.py backup DIR` and `manage.py restore DIR`."""

from __future__ import annotations


class Refused(Exception):
    """It can't be done as asked, and nothing was begun or all of it undone; the text says why, in Dutch."""
