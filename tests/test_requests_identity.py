"""Who asks, and the clock that stands still meanwhile; and more time, told with its reasons."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied

from access.models import Mail, Role
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from journal.models import Line
from requests import clocks
from requests.actions.identity import ask_identity, extend, show_identity
from requests.actions.receiving import ask, withdraw
from requests.models import Identity, Kind, Pause, Step, Verzoek
from requests.rules import next_working_day, one_month_deadline
from tests.support.people import acting, make_bureau, make_member
from tests.support.portal import authorise, make_case
from tests.support.verzoeken import asked, entered, identified

pytestmark = pytest.mark.django_db
WHY = "Er zijn heel veel stukken om na te lopen."


def reread(case, row) -> Verzoek:
    with in_bureau(case.bureau):
        return Verzoek.objects.select_related("handler", "dossier").get(pk=row.pk)


def put_question(case, row, *, ago: int = 0) -> Verzoek:
    """It was asked who they are, so many days ago."""
    with acting(case.coach):
        ask_identity(verzoek=row, by=case.coach)
    with in_bureau(case.bureau):
        Pause.objects.filter(verzoek=row).update(began_on=clocks.today() - timedelta(days=ago))
    return reread(case, row)


def days_ago(case, days: int) -> date:
    with in_bureau(case.bureau):
        return clocks.today() - timedelta(days=days)


def second_step(member) -> None:
    Authenticator.objects.create(user=member.user, type=Authenticator.Type.TOTP, data={"secret": "x"})


# -- who asks ----------------------------------------------------------------------------------------------------------
@pytest.mark.article("jmwerkt", "5.1.3")
def test_how_it_was_seen_by_whom_and_when_is_kept_and_nothing_of_the_document(vera):
    row = identified(entered(vera))
    assert (row.identity, row.identity_by_name) == (Identity.SEEN, vera.coach.name)
    assert row.identity_at is not None
    names = {field.name for field in Verzoek._meta.get_fields()}
    assert not {name for name in names if "bsn" in name or "document" in name or "copy" in name}
    with in_bureau(vera.bureau):
        line = Line.objects.get(object_id=str(row.pk), act="verzoek.identiteit_getoond")
        assert line.facts["method"] == Identity.SEEN.label


def test_the_portal_with_a_second_step_counts_and_without_one_does_not(vera):
    assert asked(vera).identity == ""
    second_step(vera.member)
    row = asked(vera, Kind.OVERDRACHT)
    assert (row.identity, row.identity_by_name) == (Identity.PORTAL, vera.member.name)


def test_a_gemachtigde_shows_a_machtiging_whatever_they_came_in_with(vera):
    greet = authorise(vera)
    second_step(greet)
    with acting(greet):
        row = ask(client=vera.client, kind=Kind.INZAGE, words="", by=greet)
    assert row.identity == ""
    assert identified(row, Identity.MANDATE).identity == Identity.MANDATE


@pytest.mark.article("jmwerkt", "5.1.3")
def test_it_is_skipped_with_a_reason_and_never_where_the_reglement_demands_it(vera):
    row = entered(vera)
    with pytest.raises(RuleBroken) as refusal:
        identified(row, Identity.SKIPPED, reason="och")
    assert refusal.value.field == "reason"
    shown = identified(row, Identity.SKIPPED, reason="Zit al drie jaar wekelijks bij mij aan tafel.")
    assert reread(vera, shown).identity == Identity.SKIPPED
    strict = make_case(make_bureau("jmwerkt", "jmwerkt"))
    with pytest.raises(RuleBroken) as refusal:
        identified(entered(strict), Identity.SKIPPED, reason="Zit al drie jaar wekelijks bij mij aan tafel.")
    assert refusal.value.field == "how"


@pytest.mark.parametrize("how", ["", "paspoort 123", Identity.PORTAL, "\x00"])
def test_another_way_of_seeing_is_refused(vera, how):
    with pytest.raises(RuleBroken) as refusal:
        identified(entered(vera), how)
    assert refusal.value.field == "how"


def test_shown_twice_is_shown_once(vera):
    row = identified(identified(entered(vera)), Identity.KNOWN)
    assert row.identity == Identity.SEEN
    with in_bureau(vera.bureau):
        assert Step.objects.filter(verzoek=row, kind=Step.Kind.IDENTITY_SHOWN).count() == 1


def test_a_complaint_asks_nobody_who_they_are(vera):
    diana = make_member(vera.bureau, "Diana", Role.DIRECTIE)
    row = asked(vera, Kind.KLACHT)
    for act, more in ((ask_identity, {}), (show_identity, {"how": Identity.SEEN})):
        with acting(diana), pytest.raises(RuleBroken, match="klacht"):
            act(verzoek=row, by=diana, **more)


def test_who_only_looks_shows_nobody(vera):
    fg = make_member(vera.bureau, "Fleur", Role.FG)
    with pytest.raises(PermissionDenied):
        identified(entered(vera), by=fg)


# -- the clock stands still --------------------------------------------------------------------------------------------
def test_a_clock_resumes_with_the_days_that_it_had_left(vera):
    row = entered(vera, Kind.CORRECTIE, received_on=days_ago(vera, 12))
    left = (row.due_on - days_ago(vera, 9)).days
    row = put_question(vera, row, ago=9)
    with in_bureau(vera.bureau):
        still = clocks.standing(row, clocks.today(), days_ago_in(9))
        assert (still.left, still.tone) == (left, "locked")
        assert str(left) in still.words
    row = identified(row)
    assert row.paused_days == 9
    with in_bureau(vera.bureau):
        assert clocks.standing(row, clocks.today()).left == left
        assert clocks.both(row)[1].due_on == next_working_day(row.month_due_on + timedelta(days=9))
        line = Line.objects.get(object_id=str(row.pk), act="verzoek.identiteit_getoond")
        assert (line.facts["days"], line.facts["due_on"]) == (9, row.due_on.isoformat())
        assert Line.objects.filter(object_id=str(row.pk), act="verzoek.identiteit_gevraagd").count() == 1


def days_ago_in(days: int) -> date:
    return clocks.today() - timedelta(days=days)


def test_asked_twice_it_stands_still_once_and_the_client_hears_it_once(vera):
    row = entered(vera)
    for _ in range(2):
        put_question(vera, row)
    with in_bureau(vera.bureau):
        assert Pause.objects.filter(verzoek=row).count() == 1
        assert Mail.objects.filter(kind="verzoek_identiteit").count() == 1


def test_asked_and_shown_on_one_day_costs_nothing(vera):
    row = entered(vera)
    assert identified(put_question(vera, row)).due_on == row.due_on


def test_taken_back_while_it_stood_still_leaves_no_clock_open(vera):
    row = put_question(vera, entered(vera), ago=2)
    with acting(vera.coach):
        withdraw(verzoek=row, by=vera.coach)
    with in_bureau(vera.bureau):
        assert not Pause.objects.filter(ended_on=None).exists()
    with acting(vera.coach), pytest.raises(RuleBroken, match="ingetrokken"):
        ask_identity(verzoek=row, by=vera.coach)


# -- more time ---------------------------------------------------------------------------------------------------------
def extended(case, row, reason: str = WHY) -> Verzoek:
    with acting(case.coach):
        return extend(verzoek=row, reason=reason, by=case.coach)


def test_within_the_first_month_there_are_two_more_once_and_with_reasons(vera):
    row = entered(vera, received_on=days_ago(vera, 20))
    for _ in range(2):
        done = extended(vera, row)
    assert done.due_on > row.due_on + timedelta(days=55)
    assert done.month_due_on == row.month_due_on
    with in_bureau(vera.bureau):
        step = Step.objects.get(verzoek=row, kind=Step.Kind.EXTENDED)
        assert step.note == WHY
        assert Mail.objects.filter(kind="verzoek_verlengd", to=vera.member.user.email).count() == 1
        assert Line.objects.filter(object_id=str(row.pk), act="verzoek.verlengd").count() == 1


def test_after_the_first_month_there_is_no_more_time(vera):
    row = entered(vera, received_on=days_ago(vera, 37))
    with pytest.raises(RuleBroken, match="eerste maand"):
        extended(vera, row)
    assert reread(vera, row).extended_on is None


def test_the_last_day_of_the_first_month_is_in_time_and_the_next_is_not(vera):
    last = next(n for n in range(40, 25, -1) if one_month_deadline(days_ago(vera, n)) >= days_ago(vera, 0))
    with pytest.raises(RuleBroken, match="eerste maand"):
        extended(vera, entered(vera, Kind.OVERDRACHT, received_on=days_ago(vera, last + 1)))
    assert extended(vera, entered(vera, received_on=days_ago(vera, last))).extended_on


@pytest.mark.parametrize("reason", ["", "druk", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa"])
def test_more_time_has_its_reasons(vera, reason):
    with pytest.raises(RuleBroken) as refusal:
        extended(vera, entered(vera), reason)
    assert refusal.value.field == "reason"


@pytest.mark.article("pluspunt", "4.3")
def test_where_the_reglement_asks_an_answer_sooner_the_avg_gives_no_more_time(vera):
    row = entered(vera, Kind.CORRECTIE)
    with pytest.raises(RuleBroken, match="Het reglement vraagt"):
        extended(vera, row)
    assert reread(vera, row).due_on == row.due_on


def test_who_does_not_handle_it_takes_no_time(vera):
    ada = make_member(vera.bureau, "Ada", Role.ADMINISTRATIE)
    with acting(ada), pytest.raises(PermissionDenied):
        extend(verzoek=entered(vera), reason=WHY, by=ada)
