"""What a rule refuses is undone whole; that it was tried stays in the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

from access.rules import RuleBroken
from journal.actions import record
from journal.models import Result

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def refusals_noted(act: str, *, about: Any = None, dossier: Any = None) -> Iterator[None]:
    """One transaction. Where a rule refuses it is undone, and the line is written outside it, under the act's name.

    The caller catches RuleBroken inside its own transaction.
    """
    try:
        with transaction.atomic():
            yield
    except RuleBroken as refusal:
        record(act=act, obj=about, dossier=dossier, result=Result.REFUSED, reason=refusal.logged)
        raise


def journals_refusals(act: str, about: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """The same around a whole action; `about` is the argument that it is about, if there is one."""

    def decorate(action: Callable[P, R]) -> Callable[P, R]:
        @wraps(action)
        def wrapped(*given: P.args, **named: P.kwargs) -> R:
            with refusals_noted(act, about=named[about] if about else None):
                return action(*given, **named)

        return wrapped

    return decorate
