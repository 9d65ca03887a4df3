"""Holds: who keeps a dossier longer, until when somebody looks again, and that a hold wins from a destruction."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.utils import timezone

from access.models import Mail, Role
from bureaus.tenancy import in_bureau
from dossiers.models import Dossier
from journal.models import Line
from retention import actions, terms
from retention.models import Hold
from retention.rules import Refused
from tests.support.faults import clock_ahead
from tests.support.people import acting, make_bureau, make_member
from tests.support.retention import ended_dossier

LONG_AGO = date(2020, 1, 1)
WHY = "Het beroep loopt nog."


def soon(days: int = 60) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def over(javawest, alice):
    return ended_dossier(javawest, ended=LONG_AGO, handler=alice, stukken=False)


def place(dossier, by, **more) -> Hold:
    facts = {"kind": "rechtszaak", "reason": WHY, "review_on": soon()} | more
    with acting(by):
        return actions.place_hold(dossier=dossier, by=by, **facts)


def kinds(bureau, dossier) -> list[str]:
    with in_bureau(bureau):
        return [one.kind for one in terms.blocks([dossier.pk]).get(dossier.pk, [])]


@pytest.mark.django_db
class TestPlacing:
    def test_it_keeps_the_dossier_until_it_is_lifted(self, javawest, over, alice):
        hold = place(over, alice)
        assert kinds(javawest, over) == ["rechtszaak"]
        with acting(alice):
            actions.lift_hold(hold=hold, by=alice, reason="Het beroep is ingetrokken.")
            actions.lift_hold(hold=hold, by=alice, reason="nog eens")
            assert Hold.objects.get().lift_reason == "Het beroep is ingetrokken."
        assert kinds(javawest, over) == []

    def test_the_same_hold_sent_twice_is_one(self, javawest, over, alice):
        assert place(over, alice).pk == place(over, alice).pk
        place(over, alice, reason="Een andere zaak.")
        assert kinds(javawest, over) == ["rechtszaak"] * 2

    def test_what_the_system_places_for_something_elsewhere_is_one_hold(self, javawest, over):
        with in_bureau(javawest):
            facts = {"kind": "verzoek", "reason": "Er loopt een verzoek.", "source": "verzoek:1"}
            first = actions.place_hold(dossier=over, by=None, review_on=soon(), **facts)
            assert actions.place_hold(dossier=over, by=None, review_on=soon(9), **facts).pk == first.pk
            assert first.placed_by_name == "systeem"
            actions.lift_hold(hold=first, by=None, reason="Het verzoek is klaar.")
            assert actions.place_hold(dossier=over, by=None, review_on=soon(), **facts).pk != first.pk

    def test_the_day_to_look_again_is_judged_by_the_database_and_not_by_this_machine(self, over, alice, monkeypatch):
        tomorrow = soon(1)
        noon = timezone.make_aware(datetime.combine(tomorrow, time(12)))  # for a day has 23 to 25 hours
        with clock_ahead((noon - timezone.now()).total_seconds(), monkeypatch):
            assert timezone.localdate() == tomorrow
            assert place(over, alice, review_on=tomorrow).review_on == tomorrow

    def test_one_with_an_end_ends_by_itself(self, javawest, over, alice):
        hold = place(over, alice, until=timezone.now() + timedelta(days=90))
        assert kinds(javawest, over) == ["rechtszaak"]
        with in_bureau(javawest):
            Hold.objects.filter(pk=hold.pk).update(until=timezone.now() - timedelta(seconds=1))
        assert kinds(javawest, over) == []

    def test_its_words_are_sealed_and_stay_out_of_the_log(self, javawest, over, alice):
        place(over, alice)
        with in_bureau(javawest), connection.cursor() as cursor:
            cursor.execute("SELECT reason::text FROM retention_hold")
            assert WHY not in cursor.fetchone()[0]
        with in_bureau(javawest):
            line = Line.objects.get(act="blokkade.geplaatst")
            assert (line.reason, line.dossier_number, WHY in str(line.facts)) == ("", over.number, False)

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [({"kind": "zomaar"}, "kind"), ({"reason": "  "}, "reason"), ({"review_on": date.min}, "review_on"),
         ({"review_on": date.max}, "review_on"), ({"until": datetime(2020, 1, 1, tzinfo=UTC)}, "until"),
         ({"until": timezone.now() + timedelta(days=5)}, "review_on")],
    )  # fmt: skip
    def test_what_can_not_be_is_refused_beside_its_field(self, over, alice, wrong, field):
        with pytest.raises(Refused) as refusal:
            place(over, alice, **wrong)
        assert refusal.value.field == field

    def test_who_may(self, javawest, over, bob):
        with pytest.raises(Http404):
            place(over, bob)
        for at, role in enumerate((Role.DIRECTIE, Role.ADMINISTRATIE, Role.FG)):
            place(over, make_member(javawest, f"Keeper{at}", role))
        with pytest.raises((Http404, PermissionDenied)):
            place(over, make_member(javawest, "Beheer", Role.BEHEERDER))


@pytest.mark.django_db
class TestReviewing:
    def test_somebody_looks_again_and_it_stays(self, javawest, over, alice, diana):
        hold = place(over, alice)
        with acting(diana):
            seen = actions.review_hold(hold=hold, by=diana, review_on=soon(200))
        assert (seen.review_on, seen.reviewed_by_name) == (soon(200), "Diana")
        assert kinds(javawest, over) == ["rechtszaak"]

    def test_it_can_not_be_put_off_for_more_than_a_year(self, over, alice):
        hold = place(over, alice)
        with acting(alice), pytest.raises(Refused, match="binnen een jaar"):
            actions.review_hold(hold=hold, by=alice, review_on=soon(400))

    def test_who_placed_it_is_mailed_once_on_its_day(self, javawest, over, alice):
        hold = place(over, alice, review_on=soon(10))
        with in_bureau(javawest):
            assert actions.remind_holds(soon(9)) == 0
            assert actions.remind_holds(soon(10)) == 1
            assert actions.remind_holds(soon(11)) == 0
            mail = Mail.objects.get(kind="blokkade_bekijken")
            assert (mail.to, mail.facts) == (alice.user.email, {"path": f"/dossiers/{over.pk}/bewaren/"})
        with acting(alice):
            actions.review_hold(hold=hold, by=alice, review_on=soon(20))
        with in_bureau(javawest):
            assert actions.remind_holds(soon(20)) == 1


@pytest.mark.django_db
class TestTheDigest:
    def test_directie_gets_one_mail_a_week_while_a_term_is_over(self, javawest, over, diana):
        monday = date(2026, 11, 23)
        with in_bureau(javawest):
            assert [actions.send_digest(monday + timedelta(days=at)) for at in range(8)] == [1, 0, 0, 0, 0, 0, 0, 1]
            mail = Mail.objects.filter(kind="bewaartermijnen").first()
        assert mail.to == diana.user.email
        assert mail.facts["numbers"]["overdue"] == 1
        assert over.client.last_name not in str(mail.facts)
        assert over.number not in str(mail.facts)

    @pytest.mark.usefixtures("diana")
    def test_without_news_there_is_no_mail(self, javawest, over, alice):
        place(over, alice)
        monday = date(2026, 11, 23)
        with in_bureau(javawest):
            sent = [actions.send_digest(monday + timedelta(days=7 * at)) for at in range(3)]
        assert sent == [1, 0, 0]

    @pytest.mark.usefixtures("diana")
    def test_a_bureau_with_nothing_to_tell_tells_nothing(self, javawest):
        with in_bureau(javawest):
            assert actions.send_digest(date(2026, 11, 23)) == 0


@pytest.mark.django_db(transaction=True)
def test_a_hold_waits_for_who_erases_and_who_erases_for_a_hold():
    """Both lock the dossier first: whoever has it, the other sees what was done."""
    bureau = make_bureau()
    alice = make_member(bureau, "Alice", Role.COACH)
    dossier = ended_dossier(bureau, ended=LONG_AGO, handler=alice, stukken=False)
    seen: list[object] = []

    def place_meanwhile() -> None:
        try:
            with acting(alice):
                seen.append(actions.place_hold(dossier=dossier, by=alice, kind="klacht", reason="x", review_on=soon()))
        except Refused as refusal:
            seen.append(str(refusal))
        finally:
            connection.close()

    with in_bureau(bureau):
        Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
        other = threading.Thread(target=place_meanwhile)
        other.start()
        other.join(1)
        assert other.is_alive()
        assert terms.blocks([dossier.pk]) == {}
    other.join(20)
    assert [type(one) for one in seen] == [Hold]
