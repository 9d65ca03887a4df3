"""Emergency access (overmacht): reason first, open at once, told at once, judged afterwards by another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from access import inbox
from access.actions import emergency
from access.models import AccessRequest, DossierGrant, EndedGrant, Ground, Mail, Role
from access.rules import RuleBroken
from access.tasks import escalate_emergencies
from bureaus.tenancy import in_bureau
from dossiers.models import Dossier
from journal.models import Line, Result
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import in_force_with, make_case, write
from tests.support.words import without_tokens

pytestmark = pytest.mark.django_db
REASON = "De cliënt belt in paniek en haar behandelaar ligt in het ziekenhuis."
WHY = "De collega had geen andere weg en keek alleen naar de contactgegevens."


@pytest.fixture
def case(javawest):
    return make_case(javawest)


@pytest.fixture
def fiona(javawest):
    return make_member(javawest, "Fiona", Role.FG)


def opened(case, by, **more):
    with acting(by):
        return emergency.open_in_emergency(number=case.dossier.number, reason=REASON, by=by, **more)


def later(request, **ago):
    """As if it was opened so long ago: the grant has expired."""
    with in_bureau(request.bureau_id):
        moved = timezone.now() - timedelta(**ago)
        AccessRequest.objects.filter(pk=request.pk).update(asked_at=moved, opens_until=moved + timedelta(hours=4))
        DossierGrant.objects.filter(pk=request.grant_id).update(
            starts_at=moved, granted_at=moved, expires_at=moved + timedelta(hours=4)
        )
    return request


def sees(member, dossier) -> bool:
    with acting(member):
        return Dossier.objects.all().visible_to(member.user).filter(pk=dossier.pk).exists()


def mails(bureau, kind) -> list[str]:
    with in_bureau(bureau):
        return sorted(Mail.objects.filter(kind=kind).values_list("to", flat=True))


# -- opening -----------------------------------------------------------------------------------------------------------
@pytest.mark.article("werkid", "12.3")
def test_a_sentence_opens_the_dossier_at_once_to_read_and_for_the_hours_of_the_reglement(case, bob):
    request = opened(case, bob)
    assert sees(bob, case.dossier)
    with in_bureau(case.bureau):
        grant = DossierGrant.objects.get(pk=request.grant_id)
        assert (grant.ground, grant.permission.codename) == (Ground.EMERGENCY, "view_dossier")
        assert grant.expires_at - grant.starts_at == timedelta(hours=4)
        line = Line.objects.get(act="noodtoegang.geopend")
        assert (line.result, line.grant_id, line.membership_id) == (Result.EMERGENCY, grant.pk, bob.pk)


@pytest.mark.parametrize("reason", ["", "   ", "spoed", "a" * 60, "\u200b" * 40, "x x x x x x x x x x x x x x x x"])
def test_without_a_sentence_nothing_opens(case, bob, reason):
    with acting(bob), pytest.raises(RuleBroken) as refusal:
        emergency.open_in_emergency(number=case.dossier.number, reason=reason, by=bob)
    assert refusal.value.field == "reason"
    assert not sees(bob, case.dossier)


@pytest.mark.parametrize("role", [Role.FG, Role.BEHEERDER, Role.CLIENT, Role.OPDRACHTGEVER, Role.GEMACHTIGDE])
def test_only_who_works_with_dossiers_may(case, role):
    other = make_member(case.bureau, "Ander", role)
    with acting(other), pytest.raises(PermissionDenied):
        emergency.open_in_emergency(number=case.dossier.number, reason=REASON, by=other)


@pytest.mark.article("werkid", "12.3")
def test_directie_fg_and_handler_are_told_at_once_without_a_word_of_content(case, bob, diana, fiona):
    opened(case, bob)
    assert mails(case.bureau, "noodtoegang") == sorted([diana.user.email, fiona.user.email])
    assert mails(case.bureau, "noodtoegang_behandelaar") == [case.coach.user.email]
    with in_bureau(case.bureau):
        held = " ".join(str(mail.facts) for mail in Mail.objects.all())
    assert case.dossier.number not in held and "paniek" not in held and "Vera" not in held


def test_the_client_is_told_where_the_reglement_says_so(case, bob):
    opened(case, bob)
    assert mails(case.bureau, "inzage_in_uw_dossier") == []
    in_force_with(case.bureau, access={"asking": {"tell_client": True}})
    later(_only(case), hours=10)
    opened(case, bob)
    assert mails(case.bureau, "inzage_in_uw_dossier") == [case.member.user.email]


def test_the_client_who_is_told_finds_on_their_page_who_came_in_and_that_nobody_allowed_it(case, bob):
    in_force_with(case.bureau, access={"asking": {"tell_client": True}})
    request, browser = opened(case, bob), log_in(case.member)
    page = browser.get("/mijn/").content.decode()
    assert "Daarom opende Bob zelf uw dossier" in page and "Bob kan in uw dossier lezen tot" in page
    assert "mag tijdelijk" not in page and REASON not in page
    later(request, hours=10)
    page = browser.get("/mijn/").content.decode()
    assert "Bob opende uw dossier omdat er haast bij was, en kon erin lezen tot" in page


def test_the_client_finds_nothing_of_an_emergency_where_the_reglement_does_not_say_so(case, bob):
    opened(case, bob)
    assert "Bob" not in without_tokens(log_in(case.member).get("/mijn/"))


def _only(case):
    with in_bureau(case.bureau):
        return AccessRequest.objects.get()


def test_nothing_of_the_reason_lies_readable_outside_the_sealed_column(case, bob):
    opened(case, bob)
    with in_bureau(case.bureau), connection.cursor() as cursor:
        for table in ("access_accessrequest", "access_dossiergrant", "journal_line", "access_mail"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            assert "paniek" not in (cursor.fetchone()[0] or "")


def test_twice_is_once(case, bob):
    assert opened(case, bob).pk == opened(case, bob).pk
    with in_bureau(case.bureau):
        assert AccessRequest.objects.count() == 1
        assert DossierGrant.objects.filter(ground=Ground.EMERGENCY).count() == 1


def test_who_may_see_it_already_is_told_so(case):
    with acting(case.coach), pytest.raises(emergency.AlreadyVisible) as refusal:
        emergency.open_in_emergency(number=case.dossier.number, reason=REASON, by=case.coach)
    assert refusal.value.dossier.pk == case.dossier.pk
    page = log_in(case.coach).post(reverse("access:emergency"), {"number": case.dossier.number, "reason": REASON})
    assert f"/dossiers/{case.dossier.pk}/" in page.content.decode()


def test_a_fourth_in_a_day_is_refused_and_directie_is_told(javawest, bob, diana):
    cases = [make_case(javawest) for _ in range(4)]
    for one in cases[:3]:
        opened(one, bob)
    page = log_in(bob).post(reverse("access:emergency"), {"number": cases[3].dossier.number, "reason": REASON})
    assert page.status_code == 200 and "Bel de" in page.content.decode()
    assert not sees(bob, cases[3].dossier)
    assert mails(javawest, "noodtoegang_vaak") == [diana.user.email]
    with in_bureau(javawest):
        assert Line.objects.filter(act="noodtoegang.geopend", result=Result.REFUSED).count() == 1
        AccessRequest.objects.update(asked_at=timezone.now() - timedelta(hours=25))
    opened(cases[3], bob)


def test_a_wrong_number_says_so_is_journaled_and_stops_after_ten(case, bob):
    browser = log_in(bob)
    for _ in range(10):
        page = browser.post(reverse("access:emergency"), {"number": "D-2222222", "reason": REASON}).content.decode()
        assert "kennen wij niet" in page
    page = browser.post(reverse("access:emergency"), {"number": case.dossier.number, "reason": REASON})
    assert "over een uur" in page.content.decode()
    assert not sees(bob, case.dossier)
    with in_bureau(case.bureau):
        lines = Line.objects.filter(act="noodtoegang.geopend", result=Result.REFUSED)
        assert lines.count() == 11
        assert "D-2222222" not in str(list(lines.values()))


@pytest.mark.parametrize("number", ["\x00", "D-<script>", "9" * 20, "\u202eD-7K3QX9B", "D-" + "2" * 300, "Jansen"])
def test_what_is_no_number_is_refused_beside_the_field(bob, number):
    page = log_in(bob).post(reverse("access:emergency"), {"number": number, "reason": REASON})
    assert page.status_code == 200
    assert page.context["form"].errors["number"]


def test_the_number_of_another_bureau_is_not_known_here(bob):
    elsewhere = make_case(make_bureau("werkid", "werkid"))
    page = log_in(bob).post(reverse("access:emergency"), {"number": elsewhere.dossier.number, "reason": REASON})
    assert "kennen wij niet" in page.content.decode()


# -- what it opens -----------------------------------------------------------------------------------------------------
def test_it_is_view_only_and_each_view_is_under_the_grant(case, bob):
    stuk = write(case, "Gesprek", "Het ging goed")
    browser = log_in(bob)
    answer = browser.post(reverse("access:emergency"), {"number": case.dossier.number, "reason": REASON})
    assert answer.headers["Location"] == f"/dossiers/{case.dossier.pk}/"
    assert browser.get(f"/dossiers/{case.dossier.pk}/").status_code == 200
    assert "Het ging goed" in browser.get(f"/stukken/{stuk.pk}/").content.decode()
    assert browser.get(f"/dossiers/{case.dossier.pk}/nieuw/").status_code == 403
    request = _only(case)
    with in_bureau(case.bureau):
        assert [line.act for line in emergency.lines_of(request)] == ["dossier.ingezien", "stuk.ingezien"]


def test_it_ends_to_the_second_without_a_worker(case, bob):
    request = opened(case, bob)
    browser = log_in(bob)
    assert browser.get(f"/dossiers/{case.dossier.pk}/").status_code == 200
    with in_bureau(case.bureau), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE access_dossiergrant SET starts_at = starts_at - interval '5 hours',"
            " expires_at = statement_timestamp() + interval '1 second' WHERE id = %s",
            [request.grant_id],
        )
        cursor.execute("SELECT pg_sleep(1.05)")
    assert browser.get(f"/dossiers/{case.dossier.pk}/").status_code == 404


# -- judging -----------------------------------------------------------------------------------------------------------
def judged(request, by, verdict="terecht", text=WHY):
    """A refusal is caught within the request, as a view does, and told after it."""
    with acting(by):
        try:
            return emergency.review(request=request, verdict=verdict, text=text, by=by)
        except RuleBroken as refusal:
            refused = refusal
    raise refused


def test_who_opened_it_never_judges_it_whatever_code_runs(case):
    dora = make_member(case.bureau, "Dora", Role.DIRECTIE, Role.COACH)
    in_force_with(case.bureau, access={"standing": {"directie": "none"}})
    with in_bureau(case.bureau):
        from dossiers.actions import sync_grants

        sync_grants(dossier=case.dossier, by=None)
    request = later(opened(case, dora), hours=5)
    with pytest.raises(PermissionDenied):
        judged(request, dora)
    assert log_in(dora).post(f"/noodtoegang/{request.pk}/", {"verdict": "terecht", "text": WHY}).status_code == 403
    with in_bureau(case.bureau), pytest.raises(IntegrityError), transaction.atomic():
        row = AccessRequest.objects.get()
        row.verdict, row.review, row.reviewed_by, row.reviewed_at = "terecht", WHY, dora, timezone.now()
        row.save()


@pytest.mark.parametrize("role", [Role.COACH, Role.ADMINISTRATIE, Role.BEHEERDER])
def test_judging_is_for_directie_and_fg(case, bob, role):
    request = opened(case, bob)
    other = make_member(case.bureau, "Ander", role)
    with pytest.raises(PermissionDenied):
        judged(request, other, "onterecht")
    assert log_in(other).get(f"/noodtoegang/{request.pk}/").status_code == 403


def test_the_fg_judges_the_only_directie_and_the_other_way_round(case, diana, fiona):
    both = make_member(case.bureau, "Bea", Role.FG, Role.COACH)
    request = later(opened(case, both), hours=5)
    with in_bureau(case.bureau):
        assert [len(inbox.items(one)) for one in (diana, fiona, both)] == [1, 1, 0]
    assert judged(request, diana).verdict == "terecht"


def test_it_stays_in_the_inbox_and_on_the_work_list_until_it_is_judged(case, bob, diana, fiona):
    request = later(opened(case, bob), days=20)
    for one in (diana, fiona):
        browser = log_in(one)
        assert "opende dossier" in browser.get("/goedkeuringen/").content.decode()
        assert "Noodtoegang te beoordelen" in browser.get("/werkvoorraad/").content.decode()
        assert "te laat" in browser.get("/noodtoegang/overzicht/").content.decode()
    judged(request, fiona)
    assert "opende dossier" not in log_in(diana).get("/goedkeuringen/").content.decode()


def test_right_is_said_only_once_it_has_ended(case, bob, diana):
    request = opened(case, bob)
    with pytest.raises(RuleBroken) as refusal:
        judged(request, diana)
    assert refusal.value.field == "verdict"


def test_not_right_ends_what_is_open_and_tells_the_fg(case, bob, diana, fiona):
    request = opened(case, bob)
    browser = log_in(bob)
    judged(request, diana, "onterecht")
    assert not sees(bob, case.dossier)
    assert browser.get(f"/dossiers/{case.dossier.pk}/").status_code == 404
    assert mails(case.bureau, "noodtoegang_onterecht") == [fiona.user.email]
    assert mails(case.bureau, "noodtoegang_beoordeeld") == [bob.user.email]
    with in_bureau(case.bureau):
        assert EndedGrant.objects.get(grant_id=request.grant_id).ended_by_name == diana.name
        assert Line.objects.get(act="noodtoegang.beoordeeld").facts["verdict"] == "onterecht"


def test_a_verdict_is_for_good_and_has_words(case, bob, diana, fiona):
    request = later(opened(case, bob), hours=5)
    with pytest.raises(RuleBroken):
        judged(request, diana, text="ok")
    judged(request, diana)
    judged(request, diana)  # the second of two clicks
    with pytest.raises(RuleBroken, match="Diana heeft dit al beoordeeld"):
        judged(request, fiona, "onterecht")
    with in_bureau(case.bureau):
        lines = Line.objects.filter(act="noodtoegang.beoordeeld")
        # Without words, right, and another verdict afterwards; the second click is no act.
        assert list(lines.order_by("seq").values_list("result", flat=True)) == ["geweigerd", "ok", "geweigerd"]


def test_the_page_shows_reason_views_and_what_still_lies_of_the_same_person(case, javawest, bob, diana):
    later(opened(case, bob), days=15)
    second = make_case(javawest)
    request = opened(second, bob)
    log_in(bob).get(f"/dossiers/{second.dossier.pk}/")
    page = log_in(diana).get(f"/noodtoegang/{request.pk}/").content.decode()
    for text in ("in paniek", "Dossier bekeken", "loopt nog", "langer dan veertien dagen"):
        assert text in page
    with in_bureau(javawest):
        assert Line.objects.filter(act="noodtoegang.ingezien").count() == 1


def test_after_three_days_directie_and_fg_are_mailed_once_a_day(case, bob, diana, fiona):
    request = later(opened(case, bob), days=2, hours=23)
    assert escalate_emergencies() == 0
    later(request, days=3, hours=1)
    assert [escalate_emergencies(), escalate_emergencies()] == [2, 0]
    assert mails(case.bureau, "noodtoegang_wacht") == sorted([diana.user.email, fiona.user.email])
    judged(request, diana)
    with in_bureau(case.bureau):
        Mail.objects.filter(kind="noodtoegang_wacht").delete()
    assert escalate_emergencies() == 0


def test_a_half_review_is_no_review_to_the_database(case, bob, diana):
    request = later(opened(case, bob), hours=5)
    with in_bureau(case.bureau):
        for values in ({"verdict": "terecht"}, {"reviewed_by": diana}, {"reviewed_at": timezone.now()}):
            with pytest.raises(IntegrityError), transaction.atomic():
                AccessRequest.objects.filter(pk=request.pk).update(**values)


def test_whoever_is_still_unjudged_may_open_again(case, javawest, bob):
    later(opened(case, bob), days=20)
    assert opened(make_case(javawest), bob).state == "toegestaan"


def test_a_review_outlives_the_dossiers_key(case, bob, diana):
    from vault.actions import destroy_key

    request = later(opened(case, bob), hours=5)
    with in_bureau(case.bureau):
        destroy_key(subject_id=case.dossier.pk)
    browser = log_in(diana)
    assert "vernietigd" in browser.get(f"/noodtoegang/{request.pk}/").content.decode()
    assert browser.post(f"/noodtoegang/{request.pk}/", {"verdict": "terecht", "text": WHY}).status_code == 302
    assert _only(case).verdict == "terecht"
