"""Who objects, or asked to restrict, stands on no list that leaves: while it is looked at, and once it is granted.

AVG 18.1 and 21: of what is restricted nothing is given out. A request about one stuk says nothing of a list.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from consent import export_held
from requests.models import ANSWERED, GRANTING, LIVING, Kind, Verzoek

KEEPS_OFF = (Kind.BEZWAAR, Kind.BEPERKING)


def keeping_off() -> Any:
    """The requests by which somebody is on no list; a queryset."""
    stands = Q(state__in=LIVING) | Q(state__in=ANSWERED, decision__in=GRANTING)
    return Verzoek.objects.filter(stands, kind__in=KEEPS_OFF, stuk_id=None).order_by()


export_held.provide(keeping_off)
