"""Handling a request: judged per stuk, decided with reasons, looked at twice, carried out, told and closed."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404

from access import inbox
from access.models import Mail, Role
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from journal.models import Line, Result
from requests import collecting, deciding
from requests.actions import handling
from requests.actions.receiving import withdraw
from requests.models import (
    Bundle,
    Decision,
    FollowUp,
    Judgement,
    Kind,
    Letter,
    Pause,
    State,
    Step,
    Verdict,
    Verzoek,
)
from retention.models import Hold
from tests.support.people import acting, make_bureau, make_member
from tests.support.portal import in_force_with, make_case, write
from tests.support.verzoeken import asked, entered, identified

pytestmark = pytest.mark.django_db
OTHERS = "bescherming van de rechten en vrijheden van anderen"
WHY = "Er staan gegevens van een buurman in."


@pytest.fixture
def case():
    return make_case(make_bureau())


@pytest.fixture
def boss(case):
    return make_member(case.bureau, "Dora", Role.DIRECTIE)


def handled(case, kind=Kind.INZAGE, **more):
    """Taken in by the coach, who handles it, and with its identity shown."""
    row = entered(case, kind, **more)
    with acting(case.coach):
        Verzoek.objects.filter(pk=row.pk).update(handler=case.coach)
    return identified(fresh(row), by=case.coach) if kind != Kind.KLACHT else fresh(row)


def fresh(row):
    with in_bureau(row.bureau_id):
        return Verzoek.objects.select_related("handler", "dossier", "client").get(pk=row.pk)


def decide(row, decision, by, code="", reason=""):
    with acting(by):
        return handling.decide(verzoek=row, decision=decision, reason_code=code, reason=reason, by=by)


def acts(case, act):
    with in_bureau(case.bureau):
        return list(Line.objects.filter(act=act).order_by("seq"))


# -- what goes along ---------------------------------------------------------------------------------------------------
@pytest.mark.article("werkid", "10.2")
def test_a_stuk_is_kept_back_with_a_code_and_words(case):
    stuk = write(case, "Over de buren", "De buurman belde.")
    row = handled(case)
    with acting(case.coach):
        for code, reason, field in (("", WHY, "reason_code"), (OTHERS, "  ", "reason"), ("zomaar", WHY, "reason_code")):
            with pytest.raises(RuleBroken) as refused:
                handling.judge(
                    verzoek=row, stuk=stuk, verdict=Verdict.WITHHOLD, reason_code=code, reason=reason, by=case.coach
                )
            assert refused.value.field == field
        made = handling.judge(
            verzoek=row, stuk=stuk, verdict=Verdict.WITHHOLD, reason_code=OTHERS, reason=WHY, by=case.coach
        )
        assert (made.reason_code, made.reason, made.judged_by_name) == (OTHERS, WHY, case.coach.name)
        again = handling.judge(verzoek=row, stuk=stuk, verdict=Verdict.GIVE, by=case.coach)
        assert (again.pk, again.reason_code, again.reason) == (made.pk, "", None)


def test_marking_passages_is_not_offered(case):
    stuk = write(case, "Over de buren", "De buurman belde.")
    row = handled(case)
    with acting(case.coach), pytest.raises(RuleBroken):
        handling.judge(verzoek=row, stuk=stuk, verdict=Verdict.REDACT, reason_code=OTHERS, reason=WHY, by=case.coach)


@pytest.mark.article("werkid", "10.4")
def test_concepts_and_working_notes_are_left_out_and_counted(case):
    write(case, "Verslag", "Zo ging het.")
    write(case, "Later", "Nog niet af.", final=False)
    write(case, "Voor mij", "Denk aan bellen.", kind="werkaantekening", final=False)
    row = handled(case)
    with acting(case.coach):
        assert [one.title for one in collecting.pieces(row, case.coach, collecting.stukken_of(row))] == ["Verslag"]
        assert collecting.left_out(row) == {"concepten": 1, "werkaantekeningen": 1}


def test_what_one_may_not_read_is_not_kept_back_by_them(case, boss):
    stuk = write(case, "Thuis", "Het gaat thuis niet goed.", kind="persoonlijke_omstandigheden")
    row = handled(case)
    with acting(boss):
        with pytest.raises(PermissionDenied):
            handling.judge(verzoek=row, stuk=stuk, verdict=Verdict.WITHHOLD, reason_code=OTHERS, reason=WHY, by=boss)
        piece = collecting.pieces(row, boss, collecting.stukken_of(row))[0]
        assert (piece.readable, piece.title) == (False, "")


def test_a_stuk_of_another_client_is_not_there(case):
    other = make_case(case.bureau, "Bas")
    stuk = write(other, "Verslag", "Van een ander.")
    row = handled(case)
    with acting(case.coach), pytest.raises(Http404):
        handling.judge(verzoek=row, stuk=stuk, verdict=Verdict.GIVE, by=case.coach)


def test_the_rest_goes_along_by_one_act(case):
    write(case, "Een", "Tekst.")
    write(case, "Twee", "Tekst.")
    row = handled(case)
    with acting(case.coach):
        assert handling.judge_rest(verzoek=row, by=case.coach) == 2
        assert handling.judge_rest(verzoek=row, by=case.coach) == 0
        assert Judgement.objects.filter(verzoek=row, verdict=Verdict.GIVE).count() == 2


# -- the decision ------------------------------------------------------------------------------------------------------
@pytest.mark.article("jmwerkt", "5.1.3")
def test_nothing_is_decided_before_it_is_known_who_asks(case):
    row = entered(case, Kind.AFSCHRIFT)
    for decision, code in ((Decision.GRANTED, ""), (Decision.REFUSED, OTHERS)):
        with acting(row.handler), pytest.raises(RuleBroken, match="wie het vraagt") as refused:
            handling.decide(verzoek=row, decision=decision, reason_code=code, reason="Daarom.", by=row.handler)
        assert refused.value.field == "decision"
    with in_bureau(case.bureau):
        assert Line.objects.filter(act="verzoek.besloten", result=Result.REFUSED).count() == 2
        assert fresh(row).state == State.OPEN


def test_who_never_shows_who_they_are_is_refused_and_the_clock_stands_still_no_more(case):
    row = entered(case, Kind.AFSCHRIFT)
    with acting(row.handler):
        from requests.actions.identity import ask_identity

        ask_identity(verzoek=row, by=row.handler)
    decide(fresh(row), Decision.REFUSED, row.handler, deciding.NO_IDENTITY, "Wij vroegen het twee keer.")
    with in_bureau(case.bureau):
        assert not Pause.objects.filter(verzoek=row, ended_on=None).exists()
    assert fresh(row).state == State.DECIDED


@pytest.mark.article("jmwerkt", "5.1.4")
@pytest.mark.article("werkid", "11.2")
def test_a_refusal_without_code_or_words_is_refused(case):
    row = handled(case, Kind.AFSCHRIFT)
    for code, reason, field in (("", "Daarom.", "reason_code"), (OTHERS, " ", "reason")):
        with pytest.raises(RuleBroken) as refused:
            decide(row, Decision.REFUSED, case.coach, code, reason)
        assert refused.value.field == field
    decide(row, Decision.REFUSED, case.coach, OTHERS, "Dat zou een ander schaden.")
    with in_bureau(case.bureau):
        assert Letter.objects.filter(verzoek=row, kind="afwijzing").count() == 1
        assert not FollowUp.objects.filter(verzoek=row).exists()


def test_everything_is_looked_at_before_a_copy_is_granted_and_keeping_back_is_a_grant_in_part(case):
    first, second = write(case, "Een", "Tekst."), write(case, "Twee", "De buurman.")
    row = handled(case, Kind.AFSCHRIFT)
    with pytest.raises(RuleBroken, match="2 stukken"):
        decide(row, Decision.GRANTED, case.coach)
    with acting(case.coach):
        handling.judge(
            verzoek=row, stuk=second, verdict=Verdict.WITHHOLD, reason_code=OTHERS, reason=WHY, by=case.coach
        )
        handling.judge(verzoek=row, stuk=first, verdict=Verdict.GIVE, by=case.coach)
    with pytest.raises(RuleBroken, match="deels"):
        decide(row, Decision.GRANTED, case.coach)
    made = decide(row, Decision.PARTLY, case.coach, OTHERS, WHY)
    assert (made.state, made.decided_by_name) == (State.DECIDED, case.coach.name)
    with in_bureau(case.bureau):
        assert [one.kind for one in FollowUp.objects.filter(verzoek=row)] == [FollowUp.Kind.EXECUTE]


@pytest.mark.article("javawest", "6.2")
def test_a_destruction_that_is_granted_is_on_the_list_until_the_reglements_own_last_day(case):
    row = decide(handled(case, Kind.VERNIETIGING), Decision.GRANTED, case.coach)
    with in_bureau(case.bureau):
        task = FollowUp.objects.get(verzoek=row, kind=FollowUp.Kind.EXECUTE)
    assert task.due_on == row.term_due_on > row.due_on


def test_a_double_click_decides_once_and_a_second_answer_is_refused(case):
    row = handled(case, Kind.BEPERKING)
    decide(row, Decision.GRANTED, case.coach)
    decide(row, Decision.GRANTED, case.coach)
    with pytest.raises(RuleBroken, match="al besloten"):
        decide(row, Decision.REFUSED, case.coach, deciding.GROUNDS[Kind.BEPERKING][0], "Toch niet.")
    with in_bureau(case.bureau):
        assert Letter.objects.filter(verzoek=row, kind="besluit").count() == 1
        assert FollowUp.objects.filter(verzoek=row).count() == 1
        assert Mail.objects.filter(kind="verzoek_antwoord").count() == 1


def test_what_was_withdrawn_is_not_decided(case):
    row = handled(case, Kind.BEPERKING)
    with acting(case.coach):
        withdraw(verzoek=row, by=case.coach)
    with pytest.raises(RuleBroken, match="ingetrokken"):
        decide(row, Decision.GRANTED, case.coach)


def test_who_does_not_handle_it_decides_nothing(case):
    row = handled(case, Kind.BEPERKING)
    office, stranger = make_member(case.bureau, "Ada", Role.ADMINISTRATIE), make_member(case.bureau, "Cor", Role.COACH)
    with pytest.raises(PermissionDenied):
        decide(row, Decision.GRANTED, office)
    with pytest.raises(Http404):
        decide(row, Decision.GRANTED, stranger)


def test_an_objection_ends_at_once_where_the_reglement_says_so(case):
    row = handled(case, Kind.BEZWAAR)
    with pytest.raises(RuleBroken):
        decide(row, Decision.REFUSED, case.coach, deciding.GROUNDS[Kind.BEZWAAR][0], "Wij willen door.")
    decide(row, Decision.GRANTED, case.coach)
    with acting(case.coach):
        with pytest.raises(RuleBroken) as refused:
            handling.carry_out(verzoek=row, by=case.coach)
        assert refused.value.field == "words"
        handling.carry_out(verzoek=row, words="Wij sturen geen post meer.", by=case.coach)
        assert handling.close(verzoek=row, by=case.coach).state == State.CLOSED


# -- the second look ---------------------------------------------------------------------------------------------------
@pytest.fixture
def proposed(case, boss):
    in_force_with(case.bureau, requests={"refusal_seen_by_directie": True})
    row = handled(case, Kind.AFSCHRIFT)
    decide(row, Decision.REFUSED, case.coach, OTHERS, "Dat zou een ander schaden.")
    return fresh(row)


def test_a_refusal_waits_for_directie_where_the_reglement_asks_it(case, boss, proposed):
    assert (proposed.state, proposed.decided_at, proposed.proposed_by_id) == (State.SECOND_LOOK, None, case.coach.pk)
    with acting(boss):
        assert [one.title for one in inbox.items(boss)] == [f"Verzoek {proposed.number}: afgewezen?"]
        assert not Letter.objects.filter(verzoek=proposed, kind="afwijzing").exists()
        row = handling.agree(verzoek=proposed, by=boss)
        assert (row.state, row.decided_by_name) == (State.DECIDED, boss.name)
        assert handling.agree(verzoek=proposed, by=boss).state == State.DECIDED
        assert inbox.items(boss) == []
        assert Letter.objects.filter(verzoek=proposed, kind="afwijzing").count() == 1


def test_directie_sends_it_back_with_why(case, boss, proposed):
    with acting(boss):
        with pytest.raises(RuleBroken):
            handling.send_back(verzoek=proposed, reason=" ", by=boss)
        row = handling.send_back(verzoek=proposed, reason="Leg beter uit waarom.", by=boss)
        assert (row.state, row.proposed_by_id) == (State.OPEN, None)
        assert Step.objects.get(verzoek=row, kind=Step.Kind.RETURNED).note == "Leg beter uit waarom."
    decide(row, Decision.REFUSED, case.coach, OTHERS, "Omdat het een ander schaadt, namelijk dit.")
    assert fresh(row).state == State.SECOND_LOOK


def test_nobody_looks_twice_at_their_own_and_who_does_not_lead_does_not_look(case, boss, proposed):
    with acting(case.coach), pytest.raises(PermissionDenied):
        handling.agree(verzoek=proposed, by=case.coach)
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=proposed.pk).update(proposed_by=boss)
    with acting(boss):
        assert inbox.items(boss) == []
        with pytest.raises(PermissionDenied):
            handling.agree(verzoek=proposed, by=boss)


def test_a_refusal_by_directie_itself_needs_no_second_look(case, boss):
    in_force_with(case.bureau, requests={"refusal_seen_by_directie": True})
    row = handled(case, Kind.AFSCHRIFT)
    assert decide(row, Decision.REFUSED, boss, OTHERS, "Dat zou een ander schaden.").state == State.DECIDED


def test_a_correctie_is_directies_where_the_reglement_says_so(case, boss):
    in_force_with(case.bureau, requests={"correction": {"decided_by": "directie"}})
    row = handled(case, Kind.CORRECTIE)
    assert decide(row, Decision.GRANTED, case.coach).state == State.SECOND_LOOK


# -- handing over ------------------------------------------------------------------------------------------------------
def test_it_is_handed_over_to_somebody_who_may_handle_it(case, boss):
    row = handled(case, Kind.AFSCHRIFT)
    fleur = make_member(case.bureau, "Fleur", Role.FG)
    with acting(case.coach):
        for nobody in (fleur, case.member):
            with pytest.raises(RuleBroken):
                handling.assign(verzoek=row, to=nobody, by=case.coach)
        handling.assign(verzoek=row, to=boss, by=case.coach)
        assert fresh(row).handler_id == boss.pk
        assert Mail.objects.filter(kind="verzoek_voor_u").count() == 1


# -- a complaint -------------------------------------------------------------------------------------------------------
@pytest.mark.article("werkid", "15")
@pytest.mark.article("jmwerkt", "9")
def test_who_is_complained_about_never_handles_or_sees_it(case, boss):
    other = make_member(case.bureau, "Dirk", Role.DIRECTIE)
    row = asked(case, Kind.KLACHT, about_member=boss)
    with acting(boss):
        with pytest.raises(Http404):
            handling.decide(verzoek=row, decision=Decision.UNFOUNDED, reason="Nee.", by=boss)
        assert boss not in handling.handlers_for(row)
    with acting(other), pytest.raises(RuleBroken):
        handling.assign(verzoek=row, to=boss, by=other)
    with in_bureau(case.bureau), pytest.raises(IntegrityError), transaction.atomic():
        Verzoek.objects.filter(pk=row.pk).update(handler=boss)


def test_a_complaint_has_answers_of_its_own_and_always_words(case, boss):
    row = asked(case, Kind.KLACHT, about_member=case.coach)
    with pytest.raises(RuleBroken):
        decide(row, Decision.GRANTED, boss)
    with pytest.raises(RuleBroken) as refused:
        decide(row, Decision.FOUNDED, boss)
    assert refused.value.field == "reason"
    decide(row, Decision.FOUNDED, boss, reason="U had gelijk. Wij spreken dit met de coach door.")
    with acting(boss):
        assert Letter.objects.filter(verzoek=row, kind="klacht_besluit").count() == 1
        handling.carry_out(verzoek=row, words="Besproken.", by=boss)
        handling.close(verzoek=row, by=boss)


def test_not_taking_up_a_complaint_is_said_within_its_own_term(case, boss):
    from datetime import timedelta

    row = asked(case, Kind.KLACHT, about_member=case.coach)
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.pk).update(received_on=row.received_on - timedelta(days=29))
    with pytest.raises(RuleBroken, match="Niet in behandeling nemen kon tot en met"):
        decide(fresh(row), Decision.INADMISSIBLE, boss, reason="Te lang geleden.")


# -- closing -----------------------------------------------------------------------------------------------------------
def test_a_copy_is_given_once_it_was_fetched_and_then_the_request_is_closed(case):
    write(case, "Een", "Tekst.")
    row = handled(case, Kind.AFSCHRIFT)
    with acting(case.coach):
        handling.judge_rest(verzoek=row, by=case.coach)
    decide(row, Decision.GRANTED, case.coach)
    with acting(case.coach):
        with pytest.raises(RuleBroken, match="kopie"):
            handling.carry_out(verzoek=row, by=case.coach)
        with pytest.raises(RuleBroken, match="open"):
            handling.close(verzoek=row, by=case.coach)
        Bundle.objects.create(verzoek=row, state="klaar", fetched_at="2026-11-01T10:00:00Z", asked_by_name="x")
        handling.carry_out(verzoek=row, by=case.coach)
        handling.close(verzoek=row, by=case.coach)
        handling.close(verzoek=row, by=case.coach)
        assert not Hold.objects.filter(source=f"verzoek {row.number}", lifted_at=None).exists()
        assert Step.objects.filter(verzoek=row, kind=Step.Kind.CLOSED).count() == 1
    assert [one.result for one in acts(case, "verzoek.afgesloten")] == [Result.REFUSED, Result.OK]
