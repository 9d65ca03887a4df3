"""What a run could not carry out: tried again, or left as it stands."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from access.checks import member_of, one_of
from access.decorators import staff_page
from access.rules import RuleBroken
from retention import listed
from retention.actions import list_changes
from retention.models import DestructionList, ListItem


@require_POST
@staff_page(*listed.MAY_PROPOSE)
def retry(request: HttpRequest, list_id: uuid.UUID, item_id: uuid.UUID) -> HttpResponse:
    """Beside the line that says why it failed."""
    item = one_of(ListItem.objects.filter(pk=item_id, destruction_list_id=list_id))
    try:
        list_changes.retry_item(item=item, by=member_of(request))
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Dossier {item.dossier_number} wordt opnieuw geprobeerd.")
    return redirect("retention:list", list_id)


@require_POST
@staff_page(*listed.MAY_PROPOSE)
def retry_all(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """All that failed, such as after storage was away for a night."""
    row = one_of(DestructionList.objects.defer("manifest").filter(pk=list_id))
    many = list_changes.retry_all(destruction_list=row, by=member_of(request))
    what = "1 dossier wordt" if many == 1 else f"{many} dossiers worden"
    messages.success(request, f"{what} opnieuw geprobeerd." if many else "Er is niets om opnieuw te proberen.")
    return redirect("retention:list", list_id)


@require_POST
@staff_page(*listed.MAY_PROPOSE)
def let_stand(request: HttpRequest, list_id: uuid.UUID, item_id: uuid.UUID) -> HttpResponse:
    """It stays, whole, and the rest of the list is finished without it."""
    item = one_of(ListItem.objects.filter(pk=item_id, destruction_list_id=list_id))
    try:
        list_changes.let_stand(item=item, by=member_of(request))
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Dossier {item.dossier_number} blijft staan.")
    return redirect("retention:list", list_id)
