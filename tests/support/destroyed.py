"""Lists that are approved and have cooled off, and running them to their end."""

from __future__ import annotations

from datetime import timedelta

from access.models import Membership
from access.reach import database_now
from bureaus.models import Bureau
from bureaus.tenancy import in_bureau
from dossiers.models import Dossier
from retention import listed
from retention.actions import execution
from retention.actions.list_changes import approve
from retention.actions.lists import propose_due
from retention.execution_tasks import run_bureau, work
from retention.models import DestructionList, ListItem
from tests.support.ages import silenced
from tests.support.people import acting


def due_list(bureau: Bureau) -> DestructionList:
    """What the nightly round proposes now."""
    with in_bureau(bureau):
        return propose_due()[0]


def approved(row: DestructionList, by: Membership) -> DestructionList:
    """Approved by this directie, the cooling-off period just begun."""
    with acting(by):
        return approve(destruction_list=row, number=str(listed.to_destroy(row)), sha256=row.manifest_sha256, by=by)


def cooled(bureau: Bureau, by: Membership, row: DestructionList | None = None) -> DestructionList:
    """A list whose cooling-off period has passed: approved a month ago, by the database's clock."""
    row = approved(row or due_list(bureau), by)
    with in_bureau(bureau), silenced():
        before = database_now() - timedelta(days=30)
        rows = DestructionList.objects.filter(pk=row.pk)
        rows.update(approved_at=before, starts_after=before + timedelta(days=7))
        return rows.get()


def run(row: DestructionList) -> DestructionList:
    """To its end by one worker, which is this process."""
    run_bureau(row.bureau_id)
    with in_bureau(row.bureau_id):
        return DestructionList.objects.get(pk=row.pk)


def erased_only(row: DestructionList) -> None:
    """Every item to the end of its own steps; the list is not closed yet."""
    bureau_id = row.bureau_id
    with in_bureau(bureau_id):
        execution.begin_ready()
    while True:
        with in_bureau(bureau_id):
            item = execution.take_item()
        if item is None:
            return
        work(bureau_id, item)


def item_of(dossier: Dossier) -> ListItem:
    with in_bureau(dossier.bureau_id):
        return ListItem.objects.filter(dossier_id=dossier.pk).latest("id")
