"""Everything that waits for a decision, on one page: with forty of each kind it costs what it costs with one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from access.models import AccessRequest, FactorReset, Role
from bureaus.tenancy import in_bureau
from tests.support.people import log_in, make_bureau, make_member
from tests.support.portal import make_case, queries_of
from tests.support.reviews import begun, make_it_due
from vault.actions import create_key

AT_MOST = 12
INBOX = "/goedkeuringen/"
KINDS = (
    "Inzage gevraagd", "Noodtoegang te laat beoordeeld", "Ondersteuning gevraagd", "Tweede stap kwijt",
    "Controle van de toegang",
)  # fmt: skip
Kind, State = AccessRequest.Kind, AccessRequest.State


def wait_for_decision(bureau, count: int) -> None:
    """So many of each kind, by as many who asked: the yearly review is one for the whole bureau."""
    case = make_case(bureau)
    people = [make_member(bureau, f"Coach{at}", Role.COACH) for at in range(count)]
    admin = make_member(bureau, "Beheer", Role.BEHEERDER)
    with in_bureau(bureau):
        for at, one in enumerate(people):
            asked = {"asker": one, "asker_name": one.name, "hours": 4, "reason": "Ik val in voor een collega"}
            about = {"dossier_id": case.dossier.pk, "dossier_number": case.dossier.number}
            AccessRequest(kind=Kind.ASKED, sealed_under=case.dossier.pk, **about, **asked).save(force_insert=True)
            opened = AccessRequest(
                kind=Kind.EMERGENCY, state=State.GRANTED, sealed_under=case.dossier.pk, **about, **asked
            )
            opened.save(force_insert=True)
            AccessRequest.objects.filter(pk=opened.pk).update(asked_at=Now() - timedelta(days=5))
            support = AccessRequest(kind=Kind.SUPPORT, asker_name=f"steun{at}@platform.test", hours=2)
            create_key(subject_id=support.pk)
            support.sealed_under, support.reason = support.pk, "Het bureau meldde dat een lijst niet laadt"
            support.save(force_insert=True)
            FactorReset.objects.create(
                person=one, asked_by=admin, reason="Telefoon kwijt", expires_at=Now() + timedelta(days=1)
            )


@pytest.fixture(autouse=True)
def _no_mfa(settings):
    settings.MFA_REQUIRED = False


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 40])
@pytest.mark.parametrize("review", ["due", "running"])
def test_all_five_kinds_wait_on_a_page_of_at_most_twelve_queries(count, review):
    bureau = make_bureau()
    diana = make_member(bureau, "Diana", Role.DIRECTIE)
    make_it_due(bureau)
    wait_for_decision(bureau, count)
    if review == "running":
        begun(diana)
    browser = log_in(diana)
    pages = [browser.get(f"{INBOX}?pagina={at}").content.decode() for at in range(1, 10 if count > 1 else 2)]
    for kind in KINDS:
        assert any(kind in page for page in pages), kind
    for path in (INBOX, f"{INBOX}?pagina=2"):
        asked = queries_of(browser, path)
        assert len(asked) <= AT_MOST, (path, len(asked), "\n".join(one[:160] for one in asked))
