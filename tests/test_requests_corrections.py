"""A correctie, carried out: written below the stuk, deleted with a tombstone, shielded; or refused."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from access.models import Role
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from consent.models import DisclosedStuk
from dossiers import actions as dossier_actions
from dossiers.models import Draft, Stuk, StukVersion, Tombstone
from requests.actions import corrections, handling
from requests.models import Change, Decision, FollowUp, Kind, State, Step, Verzoek
from retention.models import ListKind
from tests.support.destroyed import cooled, erased_only
from tests.support.disclosure_rows import bare_disclosure
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import make_case, release, state, write
from tests.support.verzoeken import entered, identified

pytestmark = pytest.mark.django_db
TEXT = "Ik was wel op tijd."
CORRECT = "de tekst klopt en is van belang voor het traject"


@pytest.fixture
def case():
    return make_case(make_bureau(preset="pluspunt", slug="pluspunt"))


def granted(case, change, decision=Decision.GRANTED, **more):
    row = entered(case, Kind.CORRECTIE, change=change, **more)
    with acting(case.coach):
        Verzoek.objects.filter(pk=row.pk).update(handler=case.coach)
        row.refresh_from_db()
    identified(row, by=case.coach)
    with acting(case.coach):
        refusing = {"reason_code": CORRECT, "reason": "Zo is het gezegd."} if decision != Decision.GRANTED else {}
        return handling.decide(verzoek=row, decision=decision, by=case.coach, **refusing)


@pytest.mark.article("werkid", "11.1")
@pytest.mark.article("pluspunt", "4.3")
@pytest.mark.parametrize("change", [Change.IMPROVE, Change.ADD])
def test_what_was_proposed_stands_ready_in_the_coachs_editor_and_is_done_once_vastgesteld(case, change):
    row = granted(case, change, proposed=TEXT)
    with acting(case.coach):
        stuk = Stuk.objects.get(pk=row.stuk_id)
        draft = corrections.write(verzoek=row, by=case.coach)
        assert draft.content["sections"][0]["text"] == TEXT
        with pytest.raises(RuleBroken, match="nog niet vastgesteld"):
            handling.carry_out(verzoek=row, by=case.coach)
        again = corrections.write(verzoek=row, by=case.coach)
        assert (again.pk, again.version) == (draft.pk, draft.version)
        dossier_actions.aanvullen(stuk=stuk, by=case.coach)
        assert Step.objects.filter(verzoek=row, kind=Step.Kind.EXECUTED).count() == 1
        handling.carry_out(verzoek=row, by=case.coach)
        texts = [one.content["sections"][0]["text"] for one in StukVersion.objects.filter(stuk=stuk)]
        assert texts == ["Kwam te laat.", TEXT]
        assert Step.objects.filter(verzoek=row, kind=Step.Kind.EXECUTED).count() == 1


def test_words_that_the_coach_wrote_already_stay(case):
    stuk = write(case, "Gesprek", "Kwam te laat.")
    with acting(case.coach):
        draft = dossier_actions.start_aanvulling(stuk=stuk, by=case.coach)
        content = {"title": "Aanvulling", "sections": [{"label": "", "text": "Van mij."}]}
        dossier_actions.save_draft(stuk=stuk, by=case.coach, version=draft.version, content=content)
    row = granted(case, Change.IMPROVE, stuk=stuk, proposed=TEXT)
    with acting(case.coach):
        corrections.write(verzoek=row, by=case.coach)
        assert Draft.objects.get(stuk=stuk).content["sections"][0]["text"] == "Van mij."


def test_who_does_not_write_in_the_dossier_writes_nothing(case):
    boss = make_member(case.bureau, "Dora", Role.DIRECTIE)
    row = granted(case, Change.IMPROVE, proposed=TEXT)
    answer = log_in(boss).post(f"/verzoeken/{row.pk}/aanvulling/")
    assert answer.status_code == 404
    page = log_in(boss).get(f"/verzoeken/{row.pk}/").content.decode()
    assert case.coach.name in page
    assert f"/verzoeken/{row.pk}/aanvulling/" not in page


def test_what_was_not_granted_is_not_carried_out(case):
    row = granted(case, Change.DELETE, Decision.REFUSED)
    with acting(case.coach):
        for act in (corrections.propose_deletion, handling.carry_out):
            with pytest.raises(RuleBroken):
                act(verzoek=row, by=case.coach)
        with pytest.raises(PermissionDenied):
            corrections.shield(verzoek=row, by=case.coach)


@pytest.mark.article("jmwerkt", "6.1.4")
def test_a_stuk_is_deleted_and_a_tombstone_says_so(case):
    boss = make_member(case.bureau, "Dora", Role.DIRECTIE)
    stuk = write(case, "Over vroeger", "Dit hoort hier niet.")
    release(case, write(case, "Rapportage", "Ander stuk.", kind="voortgangsrapportage"))
    row = granted(case, Change.DELETE, stuk=stuk)
    with acting(case.coach):
        made = corrections.propose_deletion(verzoek=row, by=case.coach)
        assert (made.kind, made.source) == (ListKind.CORRECTION, f"verzoek {row.number}")
        assert corrections.propose_deletion(verzoek=row, by=case.coach).pk == made.pk
        with pytest.raises(RuleBroken, match="nog niet verwijderd"):
            handling.carry_out(verzoek=row, by=case.coach)
    erased_only(cooled(case.bureau, boss, made))
    with acting(case.coach):
        assert not Stuk.objects.filter(pk=stuk.pk).exists()
        assert Tombstone.objects.filter(stuk_id=stuk.pk).count() == 1
        done = Step.objects.get(verzoek=row, kind=Step.Kind.EXECUTED)
        assert "verwijderd" in done.note
        handling.carry_out(verzoek=row, by=case.coach)
        assert Step.objects.filter(verzoek=row, kind=Step.Kind.EXECUTED).count() == 1
        assert handling.close(verzoek=row, by=case.coach).state == State.CLOSED


@pytest.mark.article("pluspunt", "4.3")
def test_a_stuk_is_shielded_and_that_is_all_there_is_to_do(case):
    row = granted(case, Change.SHIELD)
    with acting(case.coach):
        corrections.shield(verzoek=row, by=case.coach)
        assert Stuk.objects.get(pk=row.stuk_id).shielded_at is not None
        corrections.shield(verzoek=row, by=case.coach)
        assert Step.objects.filter(verzoek=row, kind=Step.Kind.EXECUTED).count() == 1
    assert log_in(case.coach).get(f"/stukken/{row.stuk_id}/").status_code == 404
    assert log_in(case.member).get(f"/mijn/stukken/{row.stuk_id}/").status_code == 200


def test_everybody_who_received_it_is_told_by_name_before_it_is_closed(case):
    stuk = write(case, "Rapportage", "Kwam te laat.", kind="voortgangsrapportage")
    release(case, stuk)
    row = granted(case, Change.SHIELD, stuk=stuk)
    with acting(case.coach):
        task = FollowUp.objects.get(verzoek=row, kind=FollowUp.Kind.TELL)
        assert task.opdrachtgever_id == case.traject.opdrachtgever_id
        with pytest.raises(RuleBroken, match="Eerst"):
            handling.tell_recipient(follow_up=task, by=case.coach)
        corrections.shield(verzoek=row, by=case.coach)
        with pytest.raises(RuleBroken, match="open"):
            handling.close(verzoek=row, by=case.coach)
        done = handling.tell_recipient(follow_up=task, by=case.coach)
        assert done.done_by_name == case.coach.name
        handling.tell_recipient(follow_up=task, by=case.coach)
        assert Step.objects.filter(verzoek=row, kind=Step.Kind.RECIPIENT_TOLD).count() == 1
        assert handling.close(verzoek=row, by=case.coach).state == State.CLOSED


@pytest.mark.article("jmwerkt", "6.1.3")
def test_who_got_it_by_a_disclosure_is_told_as_well_once_for_each(case):
    """AVG 19: everybody outside who has it, not an opdrachtgever alone."""
    stuk, other = (write(case, name, "Kwam te laat.", kind="correspondentie") for name in ("Brief", "Andere brief"))
    gone_out(case, stuk, "VS2026-0001", "Huisarts Vermeer")
    gone_out(case, stuk, "VS2026-0002", "huisarts Vermeer")
    gone_out(case, stuk, "VS2026-0003", "Gemeente Veendam", fetched_at=None)
    gone_out(case, other, "VS2026-0004", "P. de Wit, UWV")
    row = granted(case, Change.SHIELD, stuk=stuk)
    with acting(case.coach):
        (task,) = FollowUp.objects.filter(verzoek=row, kind=FollowUp.Kind.TELL)
        assert task.to_whom == "huisarts Vermeer"
    gone_out(case, stuk, "VS2026-0005", "Gemeente Veendam")  # fetched after the decision, before it was done
    with acting(case.coach):
        corrections.shield(verzoek=row, by=case.coach)
        tasks = list(FollowUp.objects.filter(verzoek=row, kind=FollowUp.Kind.TELL).order_by("pk"))
        assert [one.to_whom for one in tasks] == ["huisarts Vermeer", "Gemeente Veendam"]
    browser = log_in(case.coach)
    assert "Gemeente Veendam" in browser.get(f"/verzoeken/{row.pk}/").content.decode()
    with acting(case.coach):
        with pytest.raises(RuleBroken, match="open"):
            handling.close(verzoek=row, by=case.coach)
        for one in tasks:
            handling.tell_recipient(follow_up=one, by=case.coach)
        told = Step.objects.filter(verzoek=row, kind=Step.Kind.RECIPIENT_TOLD)
        assert {one.note for one in told} == {"huisarts Vermeer", "Gemeente Veendam"}
        assert handling.close(verzoek=row, by=case.coach).state == State.CLOSED


def gone_out(case, stuk, number, receiver, **more):
    """A disclosure of this stuk that its receiver fetched."""
    with in_bureau(case.bureau):
        said = {"receiver": receiver, "fetched_at": timezone.now(), "sent_at": timezone.now()} | more
        row = bare_disclosure(case.dossier, case.coach, number, **said)
        DisclosedStuk.objects.create(
            disclosure=row, stuk_id=stuk.pk, number=1, kind=stuk.kind, date=stuk.date, version=stuk.version
        )


def test_who_never_received_it_is_not_told(case):
    release(case, write(case, "Rapportage", "Een ander stuk.", kind="voortgangsrapportage"))
    row = granted(case, Change.SHIELD)
    with acting(case.coach):
        assert not FollowUp.objects.filter(verzoek=row, kind=FollowUp.Kind.TELL).exists()


@pytest.mark.article("javawest", "6.2")
def test_after_a_refusal_the_clients_own_words_stand_at_the_stuk(case):
    row = granted(case, Change.IMPROVE, Decision.REFUSED, proposed=TEXT)
    with acting(case.member):
        assert corrections.may_state(row)
        stuk = Stuk.objects.select_related("dossier").get(pk=row.stuk_id)
    assert state(case, "Mijn kant", "Ik was op tijd.", about=stuk).about_id == row.stuk_id
    page = log_in(case.coach).get(f"/verzoeken/{row.pk}/").content.decode()
    assert "staat een eigen verklaring" in page


def test_where_it_was_granted_no_statement_is_offered(case):
    row = granted(case, Change.SHIELD)
    with acting(case.member):
        assert not corrections.may_state(row)


def test_a_destruction_leads_to_retentions_page_and_waits_for_it(case):
    boss = make_member(case.bureau, "Dora", Role.DIRECTIE)
    row = entered(case, Kind.VERNIETIGING, by=boss, dossier=case.dossier)
    with acting(boss):
        Verzoek.objects.filter(pk=row.pk).update(handler=boss)
        row.refresh_from_db()
    identified(row, by=boss)
    with acting(boss):
        handling.decide(verzoek=row, decision=Decision.GRANTED, by=boss)
        with pytest.raises(RuleBroken, match="er nog"):
            handling.carry_out(verzoek=row, by=boss)
    page = log_in(boss).get(f"/verzoeken/{row.pk}/").content.decode()
    link = f"{reverse('retention:request', args=[case.dossier.pk])}?received_on={row.received_on.isoformat()}"
    assert link in page
    assert log_in(boss).get(link).status_code == 200
