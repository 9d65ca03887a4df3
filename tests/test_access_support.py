"""Support by the platform's operator (pluspunt 4.1): asked, let in by directie for a while, all of it to be seen."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from access import actions, inbox, rules
from access.actions import support
from access.middleware import membership_with_groups, narrow_to
from access.models import AccessRequest, DossierGrant, Ground, Mail, Membership, Role
from access.rules import RuleBroken
from bureaus.models import Bureau
from bureaus.tenancy import Reach, in_bureau
from dossiers.models import Dossier
from journal.models import Line
from tests.support.people import PASSWORD, acting, browser_of, log_in, make_bureau, make_member
from tests.support.portal import make_case, queries_of, write
from tests.test_permissions import PARTS, ask, rows_of, world  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.article("pluspunt", "4.1")]
WHY = "De lijst met trajecten laadt volgens het bureau niet goed."


@pytest.fixture
def bureau(db):
    return make_bureau("pluspunt", "pluspunt")


@pytest.fixture
def case(bureau):
    return make_case(bureau)


@pytest.fixture
def diana(bureau):
    return make_member(bureau, "Diana", Role.DIRECTIE)


@pytest.fixture
def operator(db):
    return actions.make_platform_operator(email="beheer@platform.test", password=PASSWORD)


def asked(bureau, operator, **more):
    return support.ask_support(**({"bureau": bureau, "operator": operator, "reason": WHY, "hours": 2} | more))


def let_in(request, by, hours=2):
    with acting(by):
        return support.let_in(request=request, hours=hours, by=by)


def browser(bureau, operator):
    """The operator's window on the bureau's host: the platform's account and password."""
    client = browser_of(bureau)
    answer = client.post("/account/inloggen/", {"login": operator.email, "password": PASSWORD})
    client.let_in = answer.status_code == 302
    return client


def visiting(bureau, diana, operator, **more):
    request = let_in(asked(bureau, operator, **more), diana)
    return request, browser(bureau, operator)


def mails(bureau, kind):
    with in_bureau(bureau):
        return sorted(Mail.objects.filter(kind=kind).values_list("to", flat=True))


# -- asking ------------------------------------------------------------------------------------------------------------
def test_asking_opens_nothing_and_tells_directie(bureau, operator, diana):
    request = asked(bureau, operator)
    assert not browser(bureau, operator).let_in
    assert mails(bureau, "ondersteuning_gevraagd") == [diana.user.email]
    with in_bureau(bureau):
        assert [item.key for item in inbox.items(diana)] == [str(request.pk)]
        assert not Membership.objects.filter(user=operator).exists()
        line = Line.objects.get(act="ondersteuning.gevraagd")
        assert (line.actor, line.origin) == (operator.email, "platform")


def test_the_same_question_twice_is_one(bureau, operator):
    assert asked(bureau, operator).pk == asked(bureau, operator).pk


@pytest.mark.parametrize(("field", "value"), [("hours", 0), ("hours", 5), ("hours", 10**9), ("reason", "help")])
def test_no_longer_than_the_reglement_and_not_without_a_sentence(bureau, operator, field, value):
    with pytest.raises(RuleBroken) as refusal:
        asked(bureau, operator, **{field: value})
    assert refusal.value.field == field


def test_only_an_operator_asks_and_never_one_who_works_there(bureau, operator, diana):
    with pytest.raises(PermissionDenied):
        asked(bureau, diana.user)
    make_member(bureau, "Beheer", Role.BEHEERDER, email=operator.email)
    with pytest.raises(RuleBroken):
        asked(bureau, operator)


def test_the_operator_learns_nothing_of_a_number(bureau, operator, case):
    """Whether it is there or not, the answer is the same."""
    client = browser_of(None)
    client.post("/account/inloggen/", {"login": operator.email, "password": PASSWORD})
    page = reverse("platform:ask_support", args=[bureau.slug])
    answers = set()
    for number in (case.dossier.number, "D-2222222"):
        answer = client.post(page, {"reason": WHY, "hours": 1, "number": number})
        answers.add((answer.status_code, answer.headers.get("Location")))
        with in_bureau(bureau):
            AccessRequest.objects.update(state=AccessRequest.State.WITHDRAWN)
    assert answers == {(302, page)}
    assert client.get(page).status_code == 200
    assert client.get(reverse("platform:ask_support", args=["bestaat-niet"])).status_code == 404


# -- deciding ----------------------------------------------------------------------------------------------------------
def test_letting_in_is_a_membership_that_ends_by_itself(bureau, operator, diana, case):
    request, client = visiting(bureau, diana, operator, number=case.dossier.number)
    assert client.let_in
    with in_bureau(bureau):
        member = Membership.objects.get(user=operator)
        assert member.roles == [Role.SUPPORT]
        assert member.active_until - member.active_from == timedelta(hours=2)
        grant = DossierGrant.objects.get(ground=Ground.SUPPORT)
        assert (grant.permission.codename, grant.expires_at) == ("view_dossier", member.active_until)
        assert (request.grant_id, request.dossier_id) == (grant.pk, case.dossier.pk)
    assert mails(bureau, "ondersteuning_besluit") == [operator.email]


def test_directie_confirms_who_they_are_first(bureau, operator, diana):
    request = asked(bureau, operator)
    client = log_in(diana)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    page = reverse("access:support_decide", args=[request.pk])
    assert client.get(page).headers["Location"].startswith("/account/")
    answer = client.post(page, {"decision": "toelaten", "hours": 1})
    with in_bureau(bureau):
        assert AccessRequest.objects.get().state == "open", answer


def test_decided_in_the_browser(bureau, operator, diana):
    request = asked(bureau, operator)
    client, page = log_in(diana), reverse("access:support_decide", args=[request.pk])
    assert "lijst met trajecten" in client.get(page).content.decode()
    assert client.post(page, {"decision": "afwijzen", "answer": ""}).context["form"].errors["answer"]
    assert client.post(page, {"decision": "toelaten", "hours": 3}).context["form"].errors["hours"]
    assert client.post(page, {"decision": "toelaten", "hours": 1}).status_code == 302
    with in_bureau(bureau):
        assert AccessRequest.objects.get().hours == 1


@pytest.mark.parametrize("role", [Role.COACH, Role.ADMINISTRATIE, Role.FG, Role.BEHEERDER])
def test_only_directie_decides(bureau, operator, role):
    request = asked(bureau, operator)
    other = make_member(bureau, "Ander", role)
    for act in (
        lambda: support.let_in(request=request, hours=1, by=other),
        lambda: support.refuse_support(request=request, answer=WHY, by=other),
        lambda: support.end_support(request=request, by=other),
    ):
        with acting(other), pytest.raises(PermissionDenied):
            act()


def test_decided_is_decided(bureau, operator, diana):
    dora = make_member(bureau, "Dora", Role.DIRECTIE)
    request = asked(bureau, operator)
    with acting(diana):
        support.refuse_support(request=request, answer="Niemand vroeg om hulp.", by=diana)
        support.refuse_support(request=request, answer="Niemand vroeg om hulp.", by=diana)
    with pytest.raises(RuleBroken, match="Diana besloot"):
        let_in(request, dora)
    assert not browser(bureau, operator).let_in


def test_an_old_question_and_an_unknown_number_are_not_let_in(bureau, operator, diana):
    unknown = asked(bureau, operator, number="D-2222222")
    with pytest.raises(RuleBroken, match="is er niet"):
        let_in(unknown, diana)
    with in_bureau(bureau):
        AccessRequest.objects.update(asked_at=timezone.now() - timedelta(days=8), dossier_number="")
        assert inbox.items(diana) == []
    with pytest.raises(RuleBroken, match="vervallen"):
        let_in(unknown, diana)
    assert not browser(bureau, operator).let_in


def test_nobody_gives_this_role(bureau, operator, diana):
    with acting(diana):
        for act in (
            lambda: actions.invite(email="x@x.test", name="X", roles=[Role.SUPPORT], by=diana),
            lambda: actions.change_roles(
                membership=make_member(bureau, "C", Role.COACH), roles=[Role.SUPPORT], by=diana
            ),
        ):
            with pytest.raises(RuleBroken):
                act()
    assert not rules.may_give([Role.DIRECTIE, Role.BEHEERDER], [Role.SUPPORT])
    with pytest.raises(RuleBroken):
        rules.check_roles([Role.SUPPORT, Role.COACH])
    assert "support" not in log_in(diana).get(reverse("access:invite")).content.decode()
    member = let_in(asked(bureau, operator), diana).asker
    with acting(diana), pytest.raises(RuleBroken):
        actions.change_roles(membership=member, roles=[Role.DIRECTIE], by=diana)
    with in_bureau(bureau), pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=member.pk).update(roles=[Role.COACH, Role.SUPPORT])


# -- what it opens -----------------------------------------------------------------------------------------------------
def test_without_a_named_dossier_no_dossier_opens(bureau, operator, diana, case):
    _, client = visiting(bureau, diana, operator)
    assert client.get("/werkvoorraad/").status_code == 200
    assert client.get(f"/dossiers/{case.dossier.pk}/").status_code == 404


def test_the_named_dossier_opens_to_read_and_no_other(bureau, operator, diana, case):
    other = make_case(bureau)
    stuk = write(case, "Gesprek", "Het ging goed")
    _, client = visiting(bureau, diana, operator, number=case.dossier.number)
    page = client.get(f"/dossiers/{case.dossier.pk}/")
    assert page.status_code == 200
    assert "Het ging goed" in client.get(f"/stukken/{stuk.pk}/").content.decode()
    assert client.get(f"/dossiers/{other.dossier.pk}/").status_code == 404
    assert client.get(f"/dossiers/{case.dossier.pk}/nieuw/").status_code == 403
    for path in (*CLOSED, f"/clienten/{case.client.pk}/"):
        assert client.get(path).status_code == 403, path


CLOSED = (
    "/clienten/", "/trajecten/", "/opdrachtgevers/", "/beheer/medewerkers/", "/beheer/sjablonen/",
    "/beheer/ondersteuning/", "/goedkeuringen/", "/noodtoegang/", "/noodtoegang/overzicht/",
)  # fmt: skip


def test_by_raw_sql_it_sees_no_more_than_the_named_dossier(bureau, operator, diana, case):
    other = make_case(bureau, kind="gemeente")
    for one in (case, other):
        write(one, "Gesprek", "Goed")
        with acting(one.coach):
            write(one, "Concept", "…", final=False)
    visiting(bureau, diana, operator, number=case.dossier.number)
    with in_bureau(bureau):
        found = narrow_to(membership_with_groups(operator.pk), origin="127.0.0.1")
        assert found.reach == Reach.SUPPORT
        counts = {table: _count(table) for table in SEEN}
        for statement in WRITES:
            assert _refused(statement), statement
    assert counts == SEEN


SEEN = {
    "dossiers_dossier": 1, "dossiers_stuk": 1, "dossiers_stukversion": 1, "dossiers_draft": 0, "dossiers_storedfile": 0,
    "clients_client": 1, "clients_traject": 1, "clients_opdrachtgever": 1, "clients_contract": 0,
    "clients_contactperson": 0, "clients_gemachtigde": 0, "access_accessrequest": 0, "access_invitation": 0,
    "access_mail": 0, "access_endedgrant": 0, "access_declaration": 0, "journal_line": 0, "journal_seal": 0,
    "access_dossiergrant": 1, "access_user": 1, "vault_wrappedkey": 1, "access_membership": 2,
    "dossiers_verslagtemplate": 0, "overviews_signal": 0, "dossiers_followrun": 0, "access_accessreview": 0,
    "mfa_authenticator": 0, "access_factorreset": 0, "access_calendarlink": 0,
}  # fmt: skip
WRITES = (
    "UPDATE dossiers_dossier SET number = 'X'", "UPDATE dossiers_stuk SET restricted = true",
    "DELETE FROM dossiers_stuk", "UPDATE clients_client SET first_name = 'X'",
    "UPDATE access_membership SET active_until = NULL", "UPDATE access_dossiergrant SET expires_at = NULL",
    "UPDATE access_user SET is_platform_operator = false WHERE NOT is_platform_operator",
)  # fmt: skip


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def _refused(statement: str) -> bool:
    """Refused, or it changes nothing."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.rowcount == 0
    except DatabaseError as error:
        return isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege)


# -- the end -----------------------------------------------------------------------------------------------------------
def test_it_ends_to_the_second_without_a_worker(bureau, operator, diana, case):
    _, client = visiting(bureau, diana, operator, number=case.dossier.number)
    assert client.get("/werkvoorraad/").status_code == 200
    with in_bureau(bureau), connection.cursor() as cursor:
        cursor.execute("UPDATE access_membership SET active_until = statement_timestamp() + interval '2 seconds'"
                       " WHERE roles = '{support}' RETURNING active_until")  # fmt: skip
        (ends,) = cursor.fetchone()
    before = _now()
    while (status := client.get("/werkvoorraad/").status_code) == 200:
        assert before < ends, "it opened after its end"
        before = _now()
    assert (status, _now() >= ends) == (302, True), "it closed before its end"
    assert client.get(f"/dossiers/{case.dossier.pk}/").status_code == 302
    assert not browser(bureau, operator).let_in


def _now():
    """The database's own time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        return cursor.fetchone()[0]


def test_directie_ends_it_at_once(bureau, operator, diana, case):
    request, client = visiting(bureau, diana, operator, number=case.dossier.number)
    page = log_in(diana)
    assert page.post(reverse("access:support_end", args=[request.pk])).status_code == 302
    assert client.get(f"/dossiers/{case.dossier.pk}/").status_code == 302
    assert not browser(bureau, operator).let_in
    with in_bureau(bureau):
        assert not DossierGrant.objects.filter(ground=Ground.SUPPORT).exists()
        assert not operator.groups.exists()
    with acting(diana):
        assert support.end_support(request=request, by=diana) is False
    assert mails(bureau, "ondersteuning_beeindigd") == [operator.email]


def test_it_can_be_asked_again_afterwards(bureau, operator, diana, case):
    first, _ = visiting(bureau, diana, operator, number=case.dossier.number)
    with pytest.raises(RuleBroken, match="loopt al"):
        asked(bureau, operator)
    with acting(diana):
        support.end_support(request=first, by=diana)
    second, client = visiting(bureau, diana, operator)
    assert client.let_in and second.asker_id == first.asker_id
    assert client.get(f"/dossiers/{case.dossier.pk}/").status_code == 404


def test_let_in_at_one_bureau_is_nobody_at_another(bureau, operator, diana):
    other = make_bureau("werkid", "werkid")
    visiting(bureau, diana, operator)
    assert not browser(other, operator).let_in


# -- to be seen afterwards ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [Role.DIRECTIE, Role.FG, Role.BEHEERDER])
def test_each_visit_is_seen_with_every_line_of_it(bureau, operator, diana, case, role):
    request, client = visiting(bureau, diana, operator, number=case.dossier.number)
    client.get(f"/dossiers/{case.dossier.pk}/")
    client.get("/clienten/")
    reader = log_in(make_member(bureau, "Lezer", role))
    assert "lijst met trajecten" in reader.get(reverse("access:support")).content.decode()
    page = reader.get(reverse("access:support_visit", args=[request.pk])).content.decode()
    for text in ("Ingelogd", "Dossier bekeken", "geweigerd", "Diana", case.dossier.number, "loopt nu"):
        assert text in page, text


def test_the_lists_of_what_was_asked_cost_the_same_however_often_it_was(bureau, operator, diana):
    def refuse(times):
        for _ in range(times):
            request = asked(bureau, operator)
            with acting(diana):
                support.refuse_support(request=request, answer="Nu niet", by=diana)

    window = log_in(diana)
    window.get(reverse("access:support"))

    def costs():
        page = queries_of(window, reverse("access:support"))
        with in_bureau(bureau), CaptureQueriesContext(connection) as seen:
            assert {one.answer for one in support.asked_by(operator)} == {"Nu niet"}
        return len(page), len(seen)

    refuse(1)
    few = costs()
    refuse(5)
    assert costs() == few


def test_who_was_let_in_is_no_colleague_in_the_lists(bureau, operator, diana):
    visiting(bureau, diana, operator)
    assert operator.email not in log_in(diana).get(reverse("access:people")).content.decode()


# -- every address -----------------------------------------------------------------------------------------------------
# Its own account, the work list, and the dossier that was named, with until when it is kept; what else answers 200 is
# open to everyone.
OPEN = {
    "access:account", "access:session", "access:mfa_needed", "access:my_requests", "access:declarations",
    "access:declaration", "overviews:worklist", "dossiers:detail", "dossiers:stuk",
    "retention:dossier", "retention:transfer",
    # The bureau's reglement as everyone reads it, logged in or not.
    "reglement:public", "reglement:public_version", "reglement:public_paper",
}  # fmt: skip


@pytest.fixture
def guest(world):  # noqa: F811
    """The operator, let in to the world of the table of permissions with Vera's dossier named."""
    bureau = Bureau.objects.get(slug="javawest")
    with in_bureau(bureau):
        number = Dossier.objects.get(pk=world.ids["dossier_id"]).number
        requests = AccessRequest.objects.filter(kind=AccessRequest.Kind.SUPPORT)
        assert requests.update(dossier_number=number) == 1
        request, directie = requests.get(), Membership.objects.all().with_role(Role.DIRECTIE).get()
    let_in(request, directie)
    return browser(bureau, request.operator)


def test_it_reaches_its_own_account_the_work_list_and_the_named_dossier_and_no_other_page(world, guest):  # noqa: F811
    assert guest.let_in
    answers = {
        (name, method): ask(guest, method, world.path(name, {})).status_code
        for part in PARTS for name, method, _ in rows_of(part) if ":" in name
    }  # fmt: skip
    found = {name for (name, method), status in answers.items() if method == "GET" and status == 200}
    assert found <= OPEN, sorted(found - OPEN)
    assert {"overviews:worklist", "dossiers:detail", "dossiers:stuk"} <= found
    done = [(name, s) for (name, method), s in answers.items() if method == "POST" and s not in (403, 404, 405)]
    assert done == []
