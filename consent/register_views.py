"""The register of what left the bureau: of one client, and of all for who watches over it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access.checks import member_of
from access.decorators import staff_page
from bureaus.schema import Ground
from consent import call_access, disclosing
from consent.disclosure_views import TONES
from consent.models import SENT, DisclosureState
from journal.actions import record
from vault import keys

PER_PAGE = 25
REFUSED = "geweigerd"
YEARS = 8  # that one can choose from


@dataclass(frozen=True)
class Wanted:
    """What the filters ask; what is no such value asks nothing."""

    ground: str
    state: str
    year: str

    @classmethod
    def of(cls, given: dict[str, str]) -> Wanted:
        year = given.get("jaar", "")
        return cls(
            ground=given.get("grond", "") if given.get("grond") in set(Ground) else "",
            state=given.get("stand", "") if given.get("stand") in {*map(str, SENT), REFUSED} else "",
            year=year if year in {str(one) for one in _years()} else "",
        )

    def among(self, rows: Any) -> Any:
        rows = rows.filter(ground=self.ground) if self.ground else rows
        rows = rows.filter(state=self.state) if self.state else rows
        return rows.filter(sent_at__year=int(self.year)) if self.year else rows

    def among_calls(self, rows: Any) -> Any:
        """What was refused at the telephone has no ground, and no other state."""
        if self.ground or self.state not in ("", REFUSED):
            return rows.none()
        return rows.filter(called_at__year=int(self.year)) if self.year else rows


@require_safe
@staff_page(*disclosing.OVERSEERS)
def register(request: HttpRequest) -> HttpResponse:
    """Of the whole bureau; a client's name only where the reader sees the dossier."""
    wanted = Wanted.of(request.GET.dict())
    rows = wanted.among(disclosing.register(member_of(request)))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("pagina"))
    calls = _calls(request, wanted.among_calls(call_access.calls(member_of(request))))
    record(act="verstrekkingen.ingezien", facts={"rows": len(page.object_list) + len(calls.object_list)})
    _open(page, calls)
    context = {
        "page": page, "rows": _rows(page), "calls": calls, "wanted": wanted, "years": _years(),
        "grounds": [(str(one), one.label) for one in disclosing.offered()],
        "states": [*((str(one), one.label) for one in SENT), (REFUSED, "geweigerd aan de telefoon")],
    }  # fmt: skip
    return render(request, "consent/register.html", context)


@require_safe
@staff_page(*disclosing.READERS)
def of_client(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    """Of one client, over the dossiers that the reader sees."""
    member = member_of(request)
    client = disclosing.client_of(member, client_id)
    rows = disclosing.register(member).filter(dossier__client=client, seen=True)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("pagina"))
    calls = _calls(request, call_access.calls(member).filter(dossier__client=client, seen=True))
    shown = len(page.object_list) + len(calls.object_list)
    record(act="verstrekkingen.ingezien", obj=client, facts={"rows": shown})
    _open(page, calls)
    context = {"client": client, "page": page, "rows": _rows(page), "calls": calls}
    return render(request, "consent/client_register.html", context)


def _calls(request: HttpRequest, rows: Any) -> Any:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("geweigerd"))


def _open(*pages: Any) -> None:
    """The keys of all that is shown together: its words are sealed per dossier."""
    keys.prefetch({one.dossier_id for page in pages for one in page.object_list})


def _rows(page: Any) -> list[dict[str, Any]]:
    return [
        {"row": one, "ground": Ground(one.ground).label, "tone": TONES[DisclosureState(one.state)], "seen": one.seen}
        for one in page.object_list
    ]


def _years() -> list[int]:
    this = disclosing.today().year
    return list(range(this, this - YEARS, -1))
