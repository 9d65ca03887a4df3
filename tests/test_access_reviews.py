"""The yearly access review: directie looks at who can reach what and why, and keeps or withdraws it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from access import actions, reviewed
from access.actions import emergency, reviews
from access.checks import allowed
from access.models import (
    AccessRequest,
    DossierGrant,
    EndedGrant,
    Ground,
    Membership,
    ReviewLine,
    Role,
    RoleGroup,
)
from access.reach import VIEW, permission_id
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from clients.models import Gemachtigde
from dossiers.actions import sync_grants
from dossiers.models import Dossier
from tests.support.dossiers import many_dossiers
from tests.support.people import acting, make_bureau, make_member
from tests.support.portal import authorise, make_case
from tests.support.reviews import Verdict, acts, begun, decided, line_of, lines

pytestmark = pytest.mark.django_db
REASON = "De cliënt belt in paniek en haar behandelaar ligt in het ziekenhuis."


@pytest.fixture
def pluspunt(db):
    return make_bureau("pluspunt", "pluspunt")


@pytest.fixture
def case(pluspunt):
    return make_case(pluspunt)


@pytest.fixture
def dirk(pluspunt):
    return make_member(pluspunt, "Dirk", Role.DIRECTIE)


@pytest.fixture
def ella(pluspunt):
    return make_member(pluspunt, "Ella", Role.DIRECTIE)


@pytest.fixture
def fiona(pluspunt):
    return make_member(pluspunt, "Fiona", Role.FG)


@pytest.fixture
def anna(pluspunt):
    return make_member(pluspunt, "Anna", Role.ADMINISTRATIE)


# -- what everyone can reach -----------------------------------------------------------------------------------------
@pytest.mark.article("pluspunt", "3.1")
def test_directie_gets_of_everyone_what_they_can_reach_and_why(case, dirk, ella, anna):
    for _ in range(2):
        make_case(case.bureau)
    review = begun(dirk)
    found = lines(review)
    assert found[case.coach.name].grounds == {"behandelaar": 1}
    assert (found["Anna"].grounds, found["Anna"].dossiers) == ({"rol:administratie": 3}, 3)
    assert (found["Ella"].grounds, found["Ella"].dossiers) == ({}, 0)
    assert found[case.payer.name].grounds == {"opdrachtgever": 1}
    (line,) = acts(case.bureau, "controle.begonnen")
    assert (line.membership_id, line.facts) == (dirk.pk, {"lines": len(found)})


def test_what_one_dossier_opens_twice_counts_once(case, dirk):
    """A coach who is administratie too reaches the own dossier on both grounds."""
    make_case(case.bureau)
    with in_bureau(case.bureau):
        actions.change_roles(membership=case.coach, roles=[Role.COACH, Role.ADMINISTRATIE])
    found = lines(begun(dirk))[case.coach.name]
    assert (found.grounds, found.dossiers) == ({"behandelaar": 1, "rol:administratie": 2}, 2)


def test_a_client_is_no_line_and_a_gemachtigde_is_one_without_a_name(case, dirk):
    other = authorise(case)
    found = lines(begun(dirk))
    assert case.member.name not in found and other.name not in found
    line = found[f"Gemachtigde bij {case.dossier.number}"]
    assert (line.membership_id, line.grounds) == (other.pk, {"gemachtigde": 1})


def test_who_reaches_nothing_outside_the_bureau_is_no_line_and_who_left_is_none(case, dirk, anna):
    make_member(case.bureau, "Leeg", Role.OPDRACHTGEVER)
    with in_bureau(case.bureau):
        actions.end_membership(membership=anna, by=dirk, reason="weg")
    assert not {"Leeg", "Anna"} & set(lines(begun(dirk)))


def test_what_has_expired_or_has_not_begun_is_not_counted(case, dirk, anna, fiona):
    now = timezone.now()
    with in_bureau(case.bureau):
        for ago, until in ((4, -1), (-1, 2)):
            DossierGrant.objects.filter(group_id=fiona.private_group_id).delete()
            row = actions.grant(
                dossier=case.dossier, to=fiona, ground=Ground.CONSENT_OF_DIRECTIE, expires_at=now + timedelta(hours=3)
            )[0]
            DossierGrant.objects.filter(pk=row.pk).update(
                starts_at=now - timedelta(hours=ago), expires_at=now + timedelta(hours=until)
            )
            assert next(one for one in reviewed.reached() if one.name == "Fiona").dossiers == 0


def test_many_dossiers_cost_one_query(pluspunt, dirk, anna, django_assert_num_queries):
    """Counted by the database, whatever their number: 3,000 here, each for a role and a person."""
    coach = make_member(pluspunt, "Cor", Role.COACH)
    dossiers = many_dossiers(pluspunt, coach, 3_000)
    with in_bureau(pluspunt):
        role = RoleGroup.objects.get(role=Role.ADMINISTRATIE).group_id
        DossierGrant.objects.bulk_create(
            [
                DossierGrant(content_object=one, group_id=group, permission_id=permission_id(VIEW), ground=ground,
                             granted_by_name="Test")
                for one in dossiers
                for group, ground in ((role, Ground.ROLE), (coach.private_group_id, Ground.HANDLER))
            ],
            batch_size=5_000,
        )  # fmt: skip
        with django_assert_num_queries(1, connection=connection):
            found = {one.name: one.dossiers for one in reviewed.reached()}
    assert (found["Cor"], found["Anna"]) == (3_000, 3_000)


# -- beginning -------------------------------------------------------------------------------------------------------
def test_there_is_one_at_a_time(case, dirk, ella):
    assert begun(dirk).pk == begun(ella).pk
    assert len(acts(case.bureau, "controle.begonnen")) == 1


@pytest.mark.parametrize("role", [Role.FG, Role.BEHEERDER, Role.COACH, Role.ADMINISTRATIE])
def test_only_directie_begins_and_closes(case, dirk, role):
    other = make_member(case.bureau, "Ander", role)
    review = begun(dirk)
    with acting(other):
        with pytest.raises(PermissionDenied):
            reviews.start(by=other)
        with pytest.raises(PermissionDenied):
            reviews.close(review=review, by=other)


# -- deciding --------------------------------------------------------------------------------------------------------
@pytest.mark.article("pluspunt", "3.1")
def test_keeping_changes_nothing_but_the_line(case, dirk):
    review = begun(dirk)
    line = decided(review, case.coach, dirk)
    assert (line.verdict, line.decided_by_name) == (Verdict.KEPT, "Dirk")
    assert sees(case.coach, case.dossier)
    (entry,) = acts(case.bureau, "controle.regel_besloten")
    assert entry.facts["verdict"] == "behouden"


def sees(member, dossier) -> bool:
    with acting(member):
        return Dossier.objects.all().visible_to(member.user).filter(pk=dossier.pk).exists()


@pytest.mark.article("pluspunt", "3.1")
def test_withdrawing_ends_the_account_and_what_it_opened(case, dirk):
    review = begun(dirk)
    line = decided(review, case.coach, dirk, Verdict.WITHDRAWN, "werkt hier niet meer")
    assert line.verdict == Verdict.WITHDRAWN
    with in_bureau(case.bureau):
        assert not Membership.objects.get(pk=case.coach.pk).is_active
        assert not DossierGrant.objects.filter(group_id=case.coach.private_group_id).exists()
    (entry,) = acts(case.bureau, "lidmaatschap.beeindigd")
    assert entry.reason == "controle van de toegang: werkt hier niet meer"


def test_withdrawing_asks_why(case, dirk):
    review = begun(dirk)
    with pytest.raises(RuleBroken) as refusal:
        decided(review, case.coach, dirk, Verdict.WITHDRAWN, "  ")
    assert refusal.value.field == "note"
    assert line_of(review, case.coach).verdict == ""


def test_taking_loose_access_away_leaves_what_belongs_to_the_work(case, dirk):
    other = make_case(case.bureau)
    with acting(case.coach):
        request = emergency.open_in_emergency(number=other.dossier.number, reason=REASON, by=case.coach)
    review = begun(dirk)
    assert line_of(review, case.coach).grounds == {"behandelaar": 1, "overmacht": 1}
    line = decided(review, case.coach, dirk, Verdict.PARTLY)
    assert line.verdict == Verdict.PARTLY
    assert (sees(case.coach, case.dossier), sees(case.coach, other.dossier)) == (True, False)
    with in_bureau(case.bureau):
        ended = EndedGrant.objects.get(grant_id=request.grant_id)
        assert (ended.end_reason, ended.ended_by_name) == ("controle van de toegang", "Dirk")
        assert AccessRequest.objects.get(pk=request.pk).opens_until <= timezone.now()
    assert [entry.dossier_id for entry in acts(case.bureau, "toegang.ingetrokken")] == [other.dossier.pk]


def test_without_loose_access_there_is_none_to_take(case, dirk):
    review = begun(dirk)
    with pytest.raises(RuleBroken):
        decided(review, case.coach, dirk, Verdict.PARTLY)
    assert line_of(review, case.coach).verdict == ""


@pytest.mark.article("pluspunt", "3.1")
def test_nobody_decides_about_themselves(case, dirk, ella):
    review = begun(dirk)
    for verdict in Verdict.values:
        with pytest.raises(PermissionDenied):
            decided(review, dirk, dirk, verdict, "ik")
    assert decided(review, dirk, ella).decided_by_name == "Ella"


def test_the_database_holds_that_too(case, dirk):
    line = line_of(begun(dirk), dirk)
    with in_bureau(case.bureau), pytest.raises(IntegrityError), transaction.atomic():
        ReviewLine.objects.filter(pk=line.pk).update(decided_by=dirk)


def test_the_fg_decides_about_directie_and_about_nobody_else(case, dirk, fiona):
    review = begun(dirk)
    assert decided(review, dirk, fiona).verdict == Verdict.KEPT
    for other in (case.coach, fiona):
        with pytest.raises(PermissionDenied):
            decided(review, other, fiona)
    assert decided(review, fiona, dirk).verdict == Verdict.KEPT


def test_the_fg_does_not_end_the_account_of_directie_nor_anybody_that_of_the_last(case, dirk, ella, fiona):
    review = begun(dirk)
    with pytest.raises(RuleBroken):
        decided(review, dirk, fiona, Verdict.WITHDRAWN, "weg ermee")
    decided(review, dirk, ella, Verdict.WITHDRAWN, "met pensioen")
    with pytest.raises(PermissionDenied):
        decided(review, ella, ella, Verdict.WITHDRAWN, "ook weg")


def test_the_button_to_withdraw_stands_where_the_page_behind_it_opens_and_asks_no_query(
    case, dirk, ella, fiona, anna, django_assert_num_queries
):
    review = begun(dirk)
    for by in (dirk, ella, fiona, anna):
        with acting(by):
            found = list(review.lines.select_related("membership"))
            ends = [allowed(reviewed.check_end, by, line) for line in found]
            with django_assert_num_queries(0):
                assert [reviewed.may_end(by, line) for line in found] == ends
            assert any(ends) == (by in (dirk, ella))


def test_who_has_no_part_in_it_decides_nothing(case, dirk, anna):
    review = begun(dirk)
    with pytest.raises(PermissionDenied):
        decided(review, case.coach, anna)


def test_a_second_click_is_one_act_and_another_verdict_is_refused(case, dirk, ella):
    review = begun(dirk)
    first = decided(review, case.coach, dirk)
    assert decided(review, case.coach, ella).decided_at == first.decided_at
    with pytest.raises(RuleBroken, match="Dirk besloot hier al over: behouden"):
        decided(review, case.coach, ella, Verdict.WITHDRAWN, "toch niet")
    assert len(acts(case.bureau, "controle.regel_besloten")) == 1


def test_a_click_in_error_is_taken_back_while_it_runs(case, dirk):
    review = begun(dirk)
    line = decided(review, case.coach, dirk)
    with acting(dirk):
        again = reviews.reopen(line=line, by=dirk)
        assert (again.verdict, again.decided_by) == ("", None)
        assert reviews.reopen(line=line, by=dirk).verdict == ""
    assert len(acts(case.bureau, "controle.regel_heropend")) == 1
    decided(review, case.coach, dirk, Verdict.WITHDRAWN, "toch weg")
    with acting(dirk), pytest.raises(RuleBroken, match="opnieuw uit"):
        reviews.reopen(line=line, by=dirk)


def test_the_line_of_who_leaves_meanwhile_settles_itself(case, dirk, anna):
    review = begun(dirk)
    with acting(dirk):
        actions.end_membership(membership=anna, by=dirk, reason="uit dienst")
    line = line_of(review, anna)
    assert (line.verdict, line.decided_by, line.decided_by_name) == (Verdict.WITHDRAWN, None, "vanzelf")


def test_who_is_gone_without_a_word_settles_at_the_next_click(case, dirk, anna):
    """A membership with an end in it, such as that of support, ends without an act."""
    review = begun(dirk)
    with in_bureau(case.bureau):
        Membership.objects.filter(pk=anna.pk).update(active_until=timezone.now())
        assert anna.name not in {line.name for line in reviewed.undecided(review.lines)}
    assert decided(review, anna, dirk).decided_by_name == "vanzelf"


def test_a_gemachtigde_who_is_a_client_too_keeps_the_own_account(case, dirk):
    other = make_case(case.bureau, "Wim")
    with in_bureau(case.bureau):
        actions.add_membership(user=other.member.user, name=other.member.name, roles=[Role.GEMACHTIGDE])
        other.member.refresh_from_db()
        Gemachtigde.objects.create(
            client=case.client, name="Wim", scope="alles", membership=other.member,
            valid_from=timezone.localdate() - timedelta(days=90),
        )  # fmt: skip
        sync_grants(dossier=case.dossier, by=None)
    review = begun(dirk)
    assert sees(other.member, case.dossier)
    decided(review, other.member, dirk, Verdict.WITHDRAWN, "de machtiging is voorbij")
    assert (sees(other.member, case.dossier), sees(other.member, other.dossier)) == (False, True)
    with in_bureau(case.bureau):
        assert Membership.objects.get(pk=other.member.pk).roles == [Role.CLIENT]
        assert not Gemachtigde.objects.filter(membership=other.member).exists()
