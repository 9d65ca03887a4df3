"""A request comes in: its number, its clocks, what is refused, what is joined, what it keeps, and who sees it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from access.models import Mail, Membership, Role
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from clients.models import Gemachtigde, Traject
from dossiers.actions import sync_grants
from dossiers.models import Dossier
from journal.models import Line
from requests import access, clocks
from requests.actions.identity import extend
from requests.actions.receiving import acknowledge, ask, enter, withdraw
from requests.models import Change, Channel, Kind, State, Step, Verzoek
from requests.rules import one_month_deadline
from retention import terms
from retention.execution_tasks import run_bureau
from retention.models import Hold, HoldKind, ItemState
from tests.support.lists import approved, cool, night, overdue, people
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import add_traject, authorise, in_force_with, make_case, write
from tests.support.verzoeken import WORDS, asked, entered

pytestmark = pytest.mark.django_db


def day(bureau, ago: int = 0) -> date:
    with in_bureau(bureau):
        return clocks.today() - timedelta(days=ago)


def fresh(bureau, row) -> Verzoek:
    with in_bureau(bureau):
        return Verzoek.objects.get(pk=row.pk)


def kinds_of_steps(case, row) -> list[str]:
    with in_bureau(case.bureau):
        return list(Step.objects.filter(verzoek=row).values_list("kind", flat=True))


def acts_of(case, row) -> list[str]:
    with in_bureau(case.bureau):
        lines = Line.objects.filter(object_id=str(row.pk)).order_by("seq")
        return list(lines.values_list("act", flat=True))


# -- receipt -----------------------------------------------------------------------------------------------------------
def test_a_client_asks_in_the_portal_and_has_a_number_at_once(javawest, vera):
    row = asked(vera)
    assert row.number == f"V{day(javawest).year}-0001"
    assert row.received_on == day(javawest)
    assert row.state == State.OPEN
    assert row.handler == vera.coach
    with in_bureau(javawest):
        assert Verzoek.objects.get(pk=row.pk).words == WORDS
    assert kinds_of_steps(vera, row) == [Step.Kind.RECEIVED, Step.Kind.ACKNOWLEDGED]
    assert acts_of(vera, row) == ["verzoek.ontvangen", "verzoek.bevestigd"]


def test_the_client_and_the_handler_get_a_mail_without_content(javawest, vera):
    row = asked(vera, words="Geheim geheim")
    with in_bureau(javawest):
        mails = {one.to: one for one in Mail.objects.filter(kind__startswith="verzoek")}
    assert {vera.member.user.email, vera.coach.user.email} == set(mails)
    assert mails[vera.member.user.email].facts == {"path": f"/mijn/verzoeken/{row.pk}/"}
    assert fresh(javawest, row).acknowledged_at is not None
    assert "Geheim" not in str([one.facts for one in mails.values()])


def test_numbers_have_no_gaps_and_begin_anew_for_each_bureau(javawest, vera):
    other = make_case(make_bureau("werkid", "werkid"))
    with acting(vera.member), pytest.raises(RuleBroken):
        ask(client=vera.client, kind=Kind.KLACHT, words="", by=vera.member)
    numbers = [asked(vera, kind).number for kind in (Kind.INZAGE, Kind.OVERDRACHT, Kind.KLACHT)]
    year = day(javawest).year
    assert numbers == [f"V{year}-000{at}" for at in (1, 2, 3)]
    assert asked(other).number == f"V{year}-0001"


def test_a_number_is_not_given_again_when_its_request_went_with_the_client(javawest, vera):
    first = asked(vera)
    with in_bureau(javawest):
        Step.objects.filter(verzoek=first).delete()
        Verzoek.objects.filter(pk=first.pk).delete()
    assert asked(vera).number.endswith("-0002")


def test_a_letter_is_taken_in_with_the_day_it_came(javawest, vera):
    came = day(javawest, 3)
    row = entered(vera, received_on=came, channel=Channel.LETTER)
    assert (row.received_on, row.channel) == (came, Channel.LETTER)
    assert row.month_due_on == one_month_deadline(came)
    assert row.entered_by_name == vera.coach.name


def test_who_has_no_account_still_waits_for_a_confirmation_which_the_desk_gives(javawest, vera):
    desk = make_member(javawest, "Ada", Role.ADMINISTRATIE)
    with in_bureau(javawest):
        vera.client.membership = None
        vera.client.save()
    row = entered(vera)
    assert row.acknowledged_at is None
    for _ in range(2):
        with acting(desk):
            acknowledge(verzoek=row, by=desk)
    assert fresh(javawest, row).acknowledged_at is not None
    assert kinds_of_steps(vera, row).count(Step.Kind.ACKNOWLEDGED) == 1


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.JOINED, State.DECIDED, State.CLOSED])
def test_of_what_is_over_no_receipt_is_confirmed_any_more(javawest, vera, state):
    row = entered(vera)
    page = f"/verzoeken/{row.pk}/"
    with in_bureau(javawest):
        over = {"joined_to": entered(vera, Kind.BEPERKING)} if state == State.JOINED else {}
        Verzoek.objects.filter(pk=row.pk).update(state=state, acknowledged_at=None, handler=vera.coach, **over)
    before = kinds_of_steps(vera, row)
    answer = log_in(vera.coach).post(f"{page}bevestigd/", follow=True)
    assert answer.redirect_chain == [(page, 302)] and "ntvangst bevestigt u niet meer" in answer.content.decode()
    assert fresh(javawest, row).acknowledged_at is None
    assert kinds_of_steps(vera, row) == before


# -- clocks at receipt -------------------------------------------------------------------------------------------------
@pytest.mark.article("pluspunt", "4.3")
@pytest.mark.parametrize(
    ("received", "four_weeks", "month"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 2)),
        (date(2026, 3, 5), date(2026, 4, 2), date(2026, 4, 7)),
        (date(2026, 8, 31), date(2026, 9, 28), date(2026, 9, 30)),
    ],
)
@pytest.mark.article("jmwerkt", "6.1.2")
def test_both_clocks_of_a_correction_are_frozen_at_receipt(javawest, vera, received, four_weeks, month):
    row = entered(vera, Kind.CORRECTIE, received_on=received)
    assert (row.term_due_on, row.month_due_on, row.due_on) == (four_weeks, month, four_weeks)
    with in_bureau(javawest):
        assert [(one.due_on, one.binds) for one in clocks.both(row)] == [(four_weeks, True), (month, False)]


def test_a_later_reglement_moves_no_clock_that_runs(javawest, vera):
    row = entered(vera, Kind.CORRECTIE)
    in_force_with(javawest, requests={"correction": {"term": "P1W"}})
    kept = fresh(javawest, row)
    with in_bureau(javawest):
        assert clocks.recount(kept) == kept.due_on == row.due_on
    assert entered(vera, Kind.CORRECTIE, words="Nog iets").term == "P1W"


@pytest.mark.article("werkid", "14")
def test_destruction_is_done_within_three_months_and_answered_within_the_month():
    case = make_case(make_bureau("werkid", "werkid"))
    row = entered(case, Kind.VERNIETIGING, received_on=date(2026, 8, 31))
    assert (row.term_due_on, row.ends_done) == (date(2026, 11, 30), True)
    assert row.due_on == date(2026, 9, 30)


@pytest.mark.article("jmwerkt", "9")
def test_a_complaint_has_steps_of_its_own_and_lies_with_directie():
    bureau = make_bureau("jmwerkt", "jmwerkt")
    case, diana = make_case(bureau), make_member(bureau, "Diana", Role.DIRECTIE)
    row = entered(case, Kind.KLACHT, received_on=date(2026, 8, 31))
    assert row.handler == diana
    assert (row.acknowledge_by, row.due_on) == (date(2026, 9, 14), date(2026, 10, 12))
    assert row.month_due_on is None


# -- refusals ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"received_on": -1}, "received_on"),
        ({"received_on": 3 * 366}, "received_on"),
        ({"kind": "koffie"}, "kind"),
        ({"channel": "duif"}, "channel"),
        ({"channel": Channel.PORTAL}, "channel"),
        ({"kind": Kind.CORRECTIE, "change": Change.IMPROVE}, "stuk"),
        ({"kind": Kind.CORRECTIE, "change": "kwijtmaken"}, "change"),
        ({"kind": Kind.KLACHT, "words": " \u200b\n"}, "words"),
        ({"kind": Kind.BEZWAAR, "words": "\x00"}, "words"),
        ({"kind": Kind.KLACHT, "words": "x" * 20_001}, "words"),
    ],
)
def test_what_can_not_be_is_refused_beside_its_field(javawest, vera, more, field):
    given = {"kind": Kind.INZAGE, "channel": Channel.LETTER, "words": WORDS, "received_on": 0} | more
    given["received_on"] = day(javawest, given["received_on"])
    with acting(vera.coach), pytest.raises(RuleBroken) as refusal:
        enter(client=vera.client, by=vera.coach, **given)
    assert refusal.value.field == field
    with in_bureau(javawest):
        assert not Verzoek.objects.exists()
        assert not Hold.objects.exists()


def test_nothing_came_in_before_the_client_was_known(javawest, vera):
    with in_bureau(javawest):
        Traject.objects.filter(pk=vera.traject.pk).update(registered_on=day(javawest, 10))
    with pytest.raises(RuleBroken, match="nog niet aangemeld"):
        entered(vera, received_on=day(javawest, 11))
    assert entered(vera, received_on=day(javawest, 10)).pk


def test_a_correction_says_what_should_stand_there_and_is_about_ones_own_stuk(javawest, vera):
    other = make_case(javawest, "Wim")
    theirs = write(other, "Gesprek", "Ging goed")
    half = write(vera, "Half af", "Nog niet", final=False)
    with pytest.raises(RuleBroken) as refusal:
        entered(vera, Kind.CORRECTIE, proposed="  ")
    assert refusal.value.field == "proposed"
    for stuk, field in ((theirs, "dossier"), (half, "stuk")):
        with pytest.raises(RuleBroken) as refusal:
            entered(vera, Kind.CORRECTIE, stuk=stuk)
        assert refusal.value.field == field
    assert entered(vera, Kind.CORRECTIE, change=Change.DELETE, proposed="").proposed is None


def test_a_dossier_that_is_not_ones_own_is_refused(javawest, vera):
    other = make_case(javawest, "Wim")
    with acting(vera.member):
        with pytest.raises(RuleBroken, match="niet van deze persoon"):
            ask(client=vera.client, kind=Kind.INZAGE, words="", by=vera.member, dossier=other.dossier)
        with pytest.raises(Http404):
            ask(client=other.client, kind=Kind.INZAGE, words="", by=vera.member)


@pytest.mark.article("werkid", "11.1")
def test_correction_comes_after_inzage_where_the_reglement_says_so():
    case = make_case(make_bureau("werkid", "werkid"))
    stuk = write(case, "Gesprek", "Kwam te laat")
    with pytest.raises(RuleBroken, match="Eerst inzage"):
        entered(case, Kind.CORRECTIE, stuk=stuk)
    from dossiers import actions

    with acting(case.member):
        actions.mark_read(stuk=stuk, by=case.member)
    assert entered(case, Kind.CORRECTIE, stuk=stuk).pk


def test_an_answered_inzage_comes_before_a_correction_as_well():
    case = make_case(make_bureau("werkid", "werkid"))
    row = entered(case)
    with in_bureau(case.bureau):
        done = {"decision": "toegewezen", "identity": "gezien", "identity_at": row.entered_at}
        Verzoek.objects.filter(pk=row.pk).update(state=State.CLOSED, decided_at=row.entered_at, **done)
    assert entered(case, Kind.CORRECTIE).pk


def test_nobody_takes_in_a_complaint_about_themselves_or_handles_one(javawest, vera):
    diana, dora = (make_member(javawest, name, Role.DIRECTIE) for name in ("Diana", "Dora"))
    with pytest.raises(RuleBroken) as refusal:
        entered(vera, Kind.KLACHT, about_member=vera.coach)
    assert refusal.value.field == "about_member"
    with pytest.raises(RuleBroken, match="die hier werkt"):
        entered(vera, Kind.KLACHT, about_member=vera.payer)
    row = asked(vera, Kind.KLACHT, about_member=diana)
    assert row.handler == dora
    with acting(diana), pytest.raises(Http404):
        access.request_of(diana, row.pk)


def test_a_complaint_about_the_only_director_lies_with_the_desk_or_waits_with_nobody(javawest, vera):
    diana = make_member(javawest, "Diana", Role.DIRECTIE)
    assert asked(vera, Kind.KLACHT, about_member=diana).handler is None
    ada = make_member(javawest, "Ada", Role.ADMINISTRATIE)
    assert asked(vera, Kind.KLACHT, words="Nog een", about_member=diana, dossier=vera.dossier).handler == ada


# -- the same again ----------------------------------------------------------------------------------------------------
def test_the_same_again_is_joined_and_the_first_date_counts(javawest, vera):
    first = entered(vera, received_on=day(javawest, 5))
    again = asked(vera, words="Ik wacht nog steeds")
    assert again.pk == first.pk
    assert again.joined_now
    assert fresh(javawest, first).received_on == day(javawest, 5)
    with in_bureau(javawest):
        step = Step.objects.get(verzoek=first, kind=Step.Kind.JOINED)
        assert step.note == "Ik wacht nog steeds"
        assert Verzoek.objects.count() == 1


def test_an_earlier_letter_that_is_found_later_moves_the_clock_back(javawest, vera):
    first = asked(vera)
    again = entered(vera, received_on=day(javawest, 5))
    assert again.pk == first.pk
    assert again.due_on == one_month_deadline(day(javawest, 5))
    assert again.month_due_on == again.due_on


def test_a_double_click_is_one_request_and_says_nothing_twice(vera):
    first, second = asked(vera), asked(vera)
    assert first.pk == second.pk
    assert Step.Kind.JOINED not in kinds_of_steps(vera, first)


def test_another_stuk_another_kind_or_one_that_was_answered_is_a_request_of_its_own(javawest, vera):
    stuk, other = write(vera, "Een", "A"), write(vera, "Twee", "B")
    rows = [asked(vera), asked(vera, Kind.CORRECTIE, stuk=stuk), asked(vera, Kind.CORRECTIE, stuk=other)]
    rows.append(asked(vera, Kind.CORRECTIE, stuk=stuk, change=Change.DELETE))
    with acting(vera.member):
        withdraw(verzoek=rows[0], by=vera.member)
    rows.append(asked(vera))
    assert len({row.pk for row in rows}) == 5


# -- withdrawing -------------------------------------------------------------------------------------------------------
def test_a_request_is_taken_back_once_and_keeps_nothing_any_more(javawest, vera):
    row = asked(vera)
    for _ in range(2):
        with acting(vera.member):
            withdraw(verzoek=row, by=vera.member)
    assert fresh(javawest, row).state == State.WITHDRAWN
    assert kinds_of_steps(vera, row)[-1] == Step.Kind.WITHDRAWN
    assert acts_of(vera, row).count("verzoek.ingetrokken") == 1
    with in_bureau(javawest):
        assert not Hold.objects.all().living().exists()


def test_what_was_answered_is_not_taken_back(javawest, vera):
    row = asked(vera)
    with in_bureau(javawest):
        Verzoek.objects.filter(pk=row.pk).update(state=State.CLOSED)
    with acting(vera.member), pytest.raises(RuleBroken, match="afgesloten"):
        withdraw(verzoek=row, by=vera.member)


# -- holds -------------------------------------------------------------------------------------------------------------
def test_while_it_runs_every_dossier_of_the_client_stays(javawest, vera):
    second = add_traject(javawest, vera.client, vera.coach, vera.contact)
    row = asked(vera)
    with in_bureau(javawest):
        kept = terms.blocks([vera.dossier.pk, second.dossier.pk])
        for blocks in kept.values():
            assert (HoldKind.REQUEST, f"verzoek {row.number}") in [(one.kind, one.source) for one in blocks]


def test_about_one_dossier_only_that_one_stays_and_a_complaint_tells_nobody_that_it_is_one(javawest, vera):
    """Whoever it is about may read why the dossier is kept."""
    add_traject(javawest, vera.client, vera.coach, vera.contact)
    make_member(javawest, "Diana", Role.DIRECTIE)
    asked(vera, Kind.KLACHT, dossier=vera.dossier)
    with in_bureau(javawest):
        assert [(one.dossier_id, one.kind) for one in Hold.objects.all()] == [(vera.dossier.pk, HoldKind.REQUEST)]
        assert "lacht" not in Hold.objects.get().reason


def test_a_request_to_destroy_does_not_keep_what_it_asks_to_destroy(javawest, vera):
    asked(vera, Kind.VERNIETIGING)
    with in_bureau(javawest):
        assert not Hold.objects.exists()


# -- who ---------------------------------------------------------------------------------------------------------------
def test_who_sees_a_request(javawest, vera):
    wim = make_case(javawest, "Wim")
    roles = (Role.DIRECTIE, Role.ADMINISTRATIE, Role.FG, Role.BEHEERDER)
    people = {role: make_member(javawest, str(role).title(), role) for role in roles}
    row, whole = asked(vera, dossier=vera.dossier), asked(vera, Kind.OVERDRACHT)
    complaint = asked(vera, Kind.KLACHT, dossier=vera.dossier)

    def seen(member):
        with acting(member):
            return set(access.visible(member).values_list("pk", flat=True))

    everything = {row.pk, whole.pk, complaint.pk}
    for role in roles[:3]:
        assert seen(people[role]) == everything
    assert seen(vera.coach) == {row.pk, whole.pk}
    assert seen(wim.coach) == seen(people[Role.BEHEERDER]) == set()


def test_an_unsigned_coach_sees_no_request(javawest, vera):
    from access.models import Declaration

    row = asked(vera)
    with in_bureau(javawest):
        Declaration.objects.filter(membership=vera.coach).delete()
    with acting(vera.coach), pytest.raises(Http404):
        access.request_of(vera.coach, row.pk)


def test_a_client_has_their_own_and_a_gemachtigde_all_but_the_clients_complaints(javawest, vera):
    wim, greet = make_case(javawest, "Wim"), authorise(vera)
    make_member(javawest, "Diana", Role.DIRECTIE)
    row, complaint = asked(vera), asked(vera, Kind.KLACHT)
    with acting(greet):
        theirs = ask(client=vera.client, kind=Kind.KLACHT, words="Namens Vera", by=greet, dossier=vera.dossier)
        assert set(access.own(greet)) == {row, theirs}
    with acting(vera.member):
        assert set(access.own(vera.member)) == {row, complaint, theirs}
        assert access.own(vera.member).get(pk=row.pk).words == WORDS
    with acting(wim.member):
        assert not access.own(wim.member).exists()


def test_what_a_gemachtigde_asks_is_a_request_of_its_own_and_theirs_to_take_back_alone(javawest, vera):
    greet = authorise(vera)
    make_member(javawest, "Diana", Role.DIRECTIE)
    own = {kind: asked(vera, kind) for kind in (Kind.AFSCHRIFT, Kind.KLACHT)}
    with acting(greet):
        theirs = {kind: ask(client=vera.client, kind=kind, words="Namens Vera", by=greet) for kind in own}
        assert not {one.pk for one in theirs.values()} & {one.pk for one in own.values()}
        assert set(access.own_answers(greet)) == set(theirs.values())
        with pytest.raises(Http404):
            withdraw(verzoek=own[Kind.AFSCHRIFT], by=greet)
        assert withdraw(verzoek=theirs[Kind.AFSCHRIFT], by=greet).state == State.WITHDRAWN


def test_who_is_a_client_and_acts_for_another_is_not_that_other(javawest, vera):
    ali = make_case(javawest, "Ali")
    make_member(javawest, "Diana", Role.DIRECTIE)
    with in_bureau(javawest):
        Gemachtigde.objects.create(
            client=ali.client, name="Vera", scope="alles", membership=vera.member, valid_from=date(2026, 1, 1)
        )
        Membership.objects.filter(pk=vera.member.pk).update(roles=[Role.CLIENT, Role.GEMACHTIGDE])
        sync_grants(dossier=ali.dossier, by=None)
        vera.member.refresh_from_db()
    complaint = asked(ali, Kind.KLACHT)
    with acting(vera.member):
        row = ask(client=ali.client, kind=Kind.AFSCHRIFT, words="Namens Ali", by=vera.member)
        assert row.identity == ""
        assert not access.own(vera.member).filter(pk=complaint.pk).exists()


def test_the_fg_and_administratie_look_and_do_not_handle(javawest, vera):
    fg, ada, diana = (make_member(javawest, r.title(), r) for r in (Role.FG, Role.ADMINISTRATIE, Role.DIRECTIE))
    row = asked(vera)
    for member, handles, desk in (
        (fg, False, False),
        (ada, False, True),
        (diana, True, True),
        (vera.coach, True, True),
    ):
        with acting(member):
            assert access.may_handle(member, row) is handles
            assert access.may_desk(member, row) is desk
    with acting(fg), pytest.raises(PermissionDenied):
        extend(verzoek=row, reason="Er is heel veel uit te zoeken.", by=fg)


def test_a_coach_takes_in_for_clients_within_reach_and_the_desk_for_anybody(javawest, vera):
    wim = make_case(javawest, "Wim")
    ada, fg = make_member(javawest, "Ada", Role.ADMINISTRATIE), make_member(javawest, "Fleur", Role.FG)
    with pytest.raises(Http404):
        entered(vera, by=wim.coach)
    with pytest.raises(PermissionDenied):
        entered(vera, by=fg)
    assert entered(vera, by=ada).handler == vera.coach


def test_a_dossier_on_an_approved_list_is_kept_once_its_client_asks():
    """A hold that is there a second before the destruction reaches its dossier, wins."""
    house = people()
    (dossier,) = overdue(house)
    (row,) = night(house.bureau)
    approved(row, house.dirk)
    cool(row)
    with acting(house.anna):
        given = {"kind": Kind.AFSCHRIFT, "channel": Channel.LETTER, "received_on": clocks.today(), "words": ""}
        enter(client=dossier.client, by=house.anna, **given)
    run_bureau(house.bureau.pk)
    with in_bureau(house.bureau):
        assert Dossier.objects.filter(pk=dossier.pk).exists()
        assert row.items.get().state == ItemState.KEPT
