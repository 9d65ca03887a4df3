"""Between midnight here and midnight in Greenwich it is a day later here: what is said of a moment is that day."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

from access.reach import as_system, database_now
from bureaus.tenancy import in_bureau
from consent.actions.exports import Made
from consent.export_views import file_of
from consent.models import ConsentExport, ExportFormat, ExportKind, RefusedCall
from dossiers import copying
from dossiers.models import Release, Tombstone
from requests.bundle_contents import contents
from requests.bundle_overview import overview
from tests.support.ages import silenced
from tests.support.portal import release, write
from tests.support.verzoeken import entered

MOMENT, DAY = datetime(2026, 1, 5, 23, 30, tzinfo=UTC), date(2026, 1, 6)


def test_a_call(javawest):
    with in_bureau(javawest):
        assert str(RefusedCall(called_at=MOMENT)) == "geweigerd op 06-01-2026"


def test_what_was_deleted_on_request(vera):
    with in_bureau(vera.bureau):
        Tombstone.objects.create(dossier=vera.dossier, stuk_id=uuid.uuid4(), removed_at=MOMENT)
        (said,) = copying.removed(vera.dossier, str)
    assert said.startswith(f"Op {DAY} ")


def test_who_got_what(vera):
    release(vera, write(vera, "Voortgang", "Het gaat goed.", kind="voortgangsrapportage"))
    verzoek = entered(vera, dossier=vera.dossier)
    with in_bureau(vera.bureau), as_system():
        verzoek.decided_at = database_now()
        with silenced():
            Release.objects.update(released_at=MOMENT, withdrawn_at=MOMENT, withdrawn_by_name="x")
        told = overview(verzoek, contents(verzoek))["recipients"]
    assert {"who": "Opdrachtgever uwv", "what": "stuk 1", "on": DAY, "until": DAY} in told


def test_the_name_of_a_list(javawest):
    with in_bureau(javawest):
        row = ConsentExport(kind=ExportKind.NAW, format=ExportFormat.CSV, made_at=MOMENT)
    assert f"{ExportKind.NAW}-{DAY}.csv" in file_of(Made(row, b"")).headers["Content-Disposition"]
