"""A second step that is lost is given back by two persons and its owner, and by nobody alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import IntegrityError, transaction
from django.utils import timezone

from access import inbox, reset_rules
from access.actions.resets import ResetGone, ask_reset, confirm_reset, find_reset, refuse_reset, use_reset
from access.models import FactorReset, Mail, Membership, Role
from access.reset_rules import NOBODY
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from journal.models import Line, Result
from tests.support.people import PASSWORD, acting, browser_of, log_in, make_bureau, make_member
from tests.support.sessions import let_pass
from tests.support.words import without_tokens

pytestmark = pytest.mark.django_db
ASK, LINK = "/beheer/tweede-stap/", "/account/herstel/{}/"


@pytest.fixture
def bureau():
    return make_bureau()


@pytest.fixture
def alice(bureau):
    return make_member(bureau, "Alice", Role.DIRECTIE)


@pytest.fixture
def bas(bureau):
    return make_member(bureau, "Bas", Role.BEHEERDER)


@pytest.fixture
def fien(bureau):
    return make_member(bureau, "Fien", Role.FG)


@pytest.fixture
def cor(bureau):
    """A coach with an app and recovery codes, who lost them."""
    member = make_member(bureau, "Cor", Role.COACH)
    TOTP.activate(member.user, generate_totp_secret())
    RecoveryCodes.activate(member.user)
    return member


def asked(person, by) -> FactorReset:
    with acting(by):
        return ask_reset(person=person, reason="Telefoon gestolen", by=by)


def confirmed(person, by, second) -> FactorReset:
    reset = asked(person, by)
    with acting(second):
        return confirm_reset(reset=reset, by=second)


def decide_path(reset) -> str:
    return f"/goedkeuringen/tweede-stap/{reset.pk}/"


def state_of(reset) -> str:
    with in_bureau(reset.bureau_id):
        return str(FactorReset.objects.get(pk=reset.pk).state)


def acts(bureau) -> list[str]:
    with in_bureau(bureau):
        lines = Line.objects.filter(act__startswith="reset.").exclude(result=Result.REFUSED)
        return list(lines.order_by("seq").values_list("act", flat=True))


def refusals(bureau) -> list[str]:
    with in_bureau(bureau):
        return sorted(Line.objects.filter(result=Result.REFUSED).values_list("act", flat=True))


def test_from_asking_to_a_new_second_step_through_the_screens(bureau, alice, bas, cor, mailoutbox):
    boss, second, lost = log_in(alice), log_in(bas), browser_of(bureau)
    assert boss.post(ASK, {"email": " COR@javawest.test", "reason": "Telefoon gestolen"}).status_code == 302
    reset = in_it(bureau)
    page = second.get("/goedkeuringen/").content.decode()
    assert "Alice vraagt een nieuwe tweede stap voor Cor" in page
    assert "Telefoon gestolen" in second.get(decide_path(reset)).content.decode()
    assert second.post(decide_path(reset), {"besluit": "bevestigen"}).status_code == 302
    link = link_mailed(bureau)
    assert Authenticator.objects.filter(user=cor.user).count() == 2
    assert "cor@javawest.test" in lost.get(link).content.decode()
    assert "niet het wachtwoord" in lost.post(link, {"password": "een andere zin dan deze"}).content.decode()
    done = lost.post(link, {"password": PASSWORD})
    assert (done.status_code, done.headers["Location"]) == (302, "/account/tweede-stap-nodig/")
    assert lost.get("/account/tweede-stap-nodig/").status_code == 200
    assert not Authenticator.objects.filter(user=cor.user).exists()
    assert lost.get(link).status_code == 410
    assert acts(bureau) == ["reset.gevraagd", "reset.bevestigd", "reset.gebruikt"]


def in_it(bureau) -> FactorReset:
    with in_bureau(bureau):
        return FactorReset.objects.get()


def link_mailed(bureau) -> str:
    """The path in the mail to the person's own address; the database holds no more than its hash."""
    from access.actions.mails import message_of

    with in_bureau(bureau):
        mail = Mail.objects.get(kind="tweede_stap")
        assert mail.to == "cor@javawest.test"
        body = str(message_of(mail).body)
        reset = FactorReset.objects.get()
    link = next(line for line in body.splitlines() if "/account/herstel/" in line)
    token = link.rstrip("/").rpartition("/")[2]
    assert token not in str(mail.facts)
    assert reset.token_hash != token
    assert len(reset.token_hash) == 64
    return LINK.format(token)


def test_using_it_ends_every_session_and_says_so_by_mail(bureau, alice, bas, cor, django_capture_on_commit_callbacks):
    Authenticator.objects.all().delete()
    elsewhere = make_bureau("werkid", "werkid")
    other = make_member(elsewhere, "Cor", Role.COACH, email=cor.user.email)
    windows = [log_in(cor), log_in(cor), log_in(other)]
    reset = confirmed(cor, alice, bas)
    with django_capture_on_commit_callbacks(execute=True), in_bureau(bureau):
        assert use_reset(token=reset.token, password=PASSWORD)
    assert [window.get("/werkvoorraad/").status_code for window in windows] == [302, 302, 302]
    with in_bureau(bureau):
        assert Mail.objects.filter(kind="beveiliging", to=cor.user.email).count() == 1
    with in_bureau(elsewhere):
        assert not Line.objects.filter(act__startswith="reset.").exists()


def test_nobody_confirms_what_they_asked_or_what_is_theirs(alice, bas, fien, cor):
    reset = asked(cor, alice)
    for member in (alice, cor):
        with acting(member), pytest.raises(RuleBroken):
            confirm_reset(reset=reset, by=member)
    with acting(alice), pytest.raises(RuleBroken):
        ask_reset(person=alice, reason="zelf", by=alice)
    client = log_in(alice)
    page = client.post(decide_path(reset), {"besluit": "bevestigen"})
    assert "Een ander moet het bevestigen." in page.content.decode()
    assert state_of(reset) == "open"
    own = asked(bas, alice)
    assert "Over uw eigen tweede stap" in log_in(bas).post(decide_path(own), {}).content.decode()


@pytest.mark.parametrize("wrong", ["asked_by", "person"])
def test_the_database_holds_two_persons_too(alice, bas, cor, wrong):
    reset = asked(cor, alice)
    with in_bureau(cor.bureau_id), pytest.raises(IntegrityError), transaction.atomic():
        FactorReset.objects.filter(pk=reset.pk).update(decided_by=getattr(reset, wrong))


@pytest.mark.parametrize("role", [Role.COACH, Role.ADMINISTRATIE, Role.FG, Role.CLIENT, Role.OPDRACHTGEVER])
def test_only_directie_and_beheerder_ask(bureau, bas, alice, cor, role):
    other = make_member(bureau, "Zus", role)
    assert log_in(other).post(ASK, {"email": cor.user.email, "reason": "x"}).status_code in {403, 404}
    with acting(other), pytest.raises(RuleBroken):
        ask_reset(person=cor, reason="x", by=other)


@pytest.mark.parametrize("role", [Role.DIRECTIE, Role.BEHEERDER, Role.FG])
def test_directie_beheerder_and_fg_confirm(bureau, alice, cor, role):
    other = make_member(bureau, "Zus", role)
    assert confirmed(cor, alice, other).state == FactorReset.State.CONFIRMED


def test_an_account_of_another_bureau_or_of_nobody_gets_the_same_answer(alice, bas, bureau):
    make_member(make_bureau("werkid", "werkid"), "Wim", Role.COACH)
    client = log_in(alice)
    pages = [
        client.post(ASK, {"email": email, "reason": "x"}).content.decode().replace(email, "@")
        for email in ("wim@werkid.test", "niemand@nergens.test")
    ]
    strip = [page.split("<main")[1] for page in pages]
    assert "Hier is geen account met dit e-mailadres." in pages[0]
    assert without_token(strip[0]) == without_token(strip[1])


def without_token(page: str) -> str:
    import re

    return re.sub(r'value="[A-Za-z0-9]{64}"', "", page)


def test_a_beheerder_learns_nothing_about_who_is_a_client(bureau, alice, bas, fien):
    client = make_member(bureau, "Vera", Role.CLIENT)
    page = log_in(bas).post(ASK, {"email": client.user.email, "reason": "x"})
    assert "Hier is geen account met dit e-mailadres." in page.content.decode()
    reset = asked(client, alice)
    assert log_in(bas).get(decide_path(reset)).status_code == 404
    assert "Vera" not in without_tokens(log_in(bas).get(ASK))
    with acting(bas):
        assert inbox.count(bas) == 0
    with acting(fien):
        assert [item.kind for item in inbox.items(fien)] == ["Tweede stap kwijt"]
        assert confirm_reset(reset=reset, by=fien).state == FactorReset.State.CONFIRMED


def test_where_nobody_could_confirm_it_is_not_asked(bureau, alice, cor):
    with acting(alice), pytest.raises(RuleBroken) as refusal:
        ask_reset(person=cor, reason="x", by=alice)
    assert str(refusal.value) == NOBODY
    assert NOBODY[:40] in log_in(alice).post(ASK, {"email": cor.user.email, "reason": "x"}).content.decode()


def test_directie_is_warned_while_losing_a_telephone_could_shut_somebody_out(bureau, alice, bas, settings):
    settings.MFA_REQUIRED, settings.MFA_EXEMPT_DOMAINS = True, ["test"]
    assert "Wijs meer mensen aan" in log_in(alice).get("/beheer/medewerkers/").content.decode()
    make_member(bureau, "Fien", Role.FG)
    assert "Wijs meer mensen aan" not in log_in(alice).get("/beheer/medewerkers/").content.decode()


def test_asking_twice_is_once_and_deciding_twice_is_refused(bureau, alice, bas, fien, cor):
    first, second = asked(cor, alice), asked(cor, alice)
    assert first.pk == second.pk
    with acting(bas):
        confirm_reset(reset=first, by=bas)
        with pytest.raises(RuleBroken):
            confirm_reset(reset=first, by=bas)
    with acting(fien), pytest.raises(RuleBroken):
        refuse_reset(reset=first, reason="te laat", by=fien)
    with in_bureau(bureau):
        assert Mail.objects.filter(kind="tweede_stap").count() == 1
    assert acts(bureau) == ["reset.gevraagd", "reset.bevestigd"]
    assert refusals(bureau) == ["reset.afgewezen", "reset.bevestigd"]


def test_a_request_that_waited_a_week_is_asked_again_in_its_place(bureau, alice, bas, fien, cor):
    reset = asked(cor, alice)
    with in_bureau(bureau):
        FactorReset.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with acting(bas), pytest.raises(RuleBroken):
        confirm_reset(reset=reset, by=bas)
    again = asked(cor, bas)
    assert (again.pk, again.asked_by) == (reset.pk, bas)
    with acting(alice):
        assert confirm_reset(reset=again, by=alice).state == FactorReset.State.CONFIRMED


def test_a_refusal_says_why_in_the_journal_and_sends_no_link(bureau, alice, bas, cor):
    reset, client = asked(cor, alice), log_in(bas)
    empty = client.post(decide_path(reset), {"besluit": "afwijzen", "reason": ""})
    assert "Vul een reden in." in empty.content.decode()
    assert client.post(decide_path(reset), {"besluit": "afwijzen", "reason": "Cor belde niet"}).status_code == 302
    assert state_of(reset) == "geweigerd"
    with in_bureau(bureau):
        assert Line.objects.get(act="reset.afgewezen").reason == "Cor belde niet"
        assert not Mail.objects.filter(kind="tweede_stap").exists()


def test_confirming_asks_first_who_you_are(alice, bas, cor):
    reset, client = asked(cor, alice), log_in(bas)
    let_pass(client, 601)
    assert client.get(decide_path(reset)).headers["Location"].startswith("/account/bevestigen/")
    assert client.post(decide_path(reset), {"besluit": "bevestigen"}).status_code == 200
    assert state_of(reset) == "open"
    sent = {"besluit": "bevestigen", "bevestig-password": PASSWORD}
    assert client.post(decide_path(reset), sent).status_code == 302
    assert state_of(reset) == "bevestigd"


def test_a_link_ends_after_a_day_after_use_and_with_the_membership(bureau, alice, bas, cor):
    reset = confirmed(cor, alice, bas)
    with in_bureau(bureau):
        assert find_reset(reset.token)
        for change in ({"expires_at": timezone.now()}, {"state": "gebruikt"}):
            FactorReset.objects.filter(pk=reset.pk).update(**change)
            with pytest.raises(ResetGone):
                use_reset(token=reset.token, password=PASSWORD)
            FactorReset.objects.filter(pk=reset.pk).update(
                expires_at=timezone.now() + timedelta(hours=1), state="bevestigd"
            )
        Membership.objects.filter(pk=cor.pk).update(active_until=timezone.now())
        with pytest.raises(ResetGone):
            find_reset(reset.token)
    assert browser_of(bureau).get(LINK.format("nooit-gegeven")).status_code == 410
    make_bureau("werkid", "werkid")
    elsewhere = browser_of(bureau)
    assert elsewhere.get(LINK.format(reset.token), headers={"host": "werkid.localhost"}).status_code == 410


def test_guessing_the_password_behind_a_link_is_stopped(bureau, alice, bas, cor):
    reset, client = confirmed(cor, alice, bas), browser_of(bureau)
    answers = [client.post(LINK.format(reset.token), {"password": f"gok nummer {n}"}).status_code for n in range(12)]
    assert answers[0] == 200
    assert answers[-1] == 429
    assert state_of(reset) == "bevestigd"


def test_the_link_opened_by_who_is_logged_in_as_another_changes_who_is_in(bureau, alice, bas, cor):
    reset, client = confirmed(cor, alice, bas), log_in(make_member(bureau, "Zus", Role.CLIENT))
    assert client.post(LINK.format(reset.token), {"password": PASSWORD}).status_code == 302
    assert client.get("/account/").context["member"].pk == cor.pk


@pytest.mark.parametrize("text", ["", "x" * 301, "nul\x00", "\u202eomgekeerd", "   "])
def test_a_reason_that_is_none_is_refused_beside_the_field_and_kept(alice, bas, cor, text):
    page = log_in(alice).post(ASK, {"email": cor.user.email, "reason": text})
    assert page.status_code == 200
    assert page.context["form"].errors["reason"]
    assert cor.user.email in page.content.decode()


def test_the_rules_count_whom_a_bureau_needs(alice, bas, fien):
    assert not reset_rules.too_few([alice, bas, fien])
    assert reset_rules.too_few([alice, fien])
    assert reset_rules.too_few([alice, bas])


# --- logging somebody out everywhere -------------------------------------------------------------------------------
def test_directie_logs_a_colleague_out_here_and_not_elsewhere(bureau, alice, cor, django_capture_on_commit_callbacks):
    Authenticator.objects.all().delete()
    other = make_member(make_bureau("werkid", "werkid"), "Cor", Role.COACH, email=cor.user.email)
    here, there, boss = [log_in(cor), log_in(cor)], log_in(other), log_in(alice)
    with django_capture_on_commit_callbacks(execute=True):
        answer = boss.post(f"/beheer/medewerkers/{cor.pk}/uitloggen/", follow=True)
    assert "Cor is overal uitgelogd. 2 sessies beëindigd." in answer.content.decode()
    assert [window.get("/werkvoorraad/").status_code for window in here] == [302, 302]
    assert there.get("/werkvoorraad/").status_code == 200
    with in_bureau(bureau):
        assert Line.objects.get(act="sessies.beeindigd").facts["sessions"] == 2


def test_a_beheerder_does_not_log_directie_out(bureau, alice, bas):
    window = log_in(alice)
    answer = log_in(bas).post(f"/beheer/medewerkers/{alice.pk}/uitloggen/", follow=True)
    assert "Deze rol kan alleen de directie geven." in answer.content.decode()
    assert window.get("/werkvoorraad/").status_code == 200


def test_an_ended_membership_ends_its_sessions_for_good(bureau, alice, cor, django_capture_on_commit_callbacks):
    from access.actions import end_membership

    Authenticator.objects.all().delete()
    window = log_in(cor)
    with django_capture_on_commit_callbacks(execute=True), acting(alice):
        end_membership(membership=cor, by=alice, reason="weg")
    make_member(bureau, "Cor", Role.COACH)
    assert window.get("/werkvoorraad/").status_code == 302
