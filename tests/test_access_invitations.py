"""Invitations and the mails that carry them: one link, one person, once; and no content in any mail."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.utils import timezone

from access import actions, rules, signals, tasks
from access.actions.mails import message_of, send_next
from access.models import Invitation, Mail, Membership, Role, User
from bureaus.tenancy import in_bureau
from journal.models import Line
from tests.support.people import PASSWORD, browser_of, log_in, make_bureau, make_member

pytestmark = pytest.mark.django_db
NEW = "vier woorden zijn genoeg"


@pytest.fixture(autouse=True)
def _no_mfa(settings):
    settings.MFA_REQUIRED = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def dora(javawest):
    return make_member(javawest, "Dora", Role.DIRECTIE)


def invite(by, email="eva@nieuw.test", roles=(Role.COACH,), **more) -> Invitation:
    with in_bureau(by.bureau):
        return actions.invite(email=email, name="Eva", roles=roles, by=by, **more)


def use(invitation, password=NEW, client=None):
    client = client or browser_of(invitation.bureau)
    return client.post(f"/uitnodiging/{invitation.token}/", {"password": password})


def test_who_is_invited_chooses_a_password_and_is_in(dora):
    invitation = invite(dora)
    client = browser_of(dora.bureau)
    page = client.get(f"/uitnodiging/{invitation.token}/")
    assert "Kies een wachtwoord" in page.content.decode()
    assert use(invitation, client=client).status_code == 302
    assert client.get("/account/").context["member"].name == "Eva"


def test_a_weak_password_is_refused_beside_the_field(dora):
    invitation = invite(dora)
    answer = use(invitation, "kort")
    assert answer.status_code == 200
    assert answer.context["form"].errors["password"]
    with in_bureau(dora.bureau):
        assert not Membership.objects.filter(user__email="eva@nieuw.test").exists()


def test_used_late_revoked_and_unknown_links_are_one_friendly_page(dora):
    used, late, revoked = (invite(dora, email=f"{name}@nieuw.test") for name in ("een", "twee", "drie"))
    use(used)
    with in_bureau(dora.bureau):
        Invitation.objects.filter(pk=late.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
        actions.revoke_invitation(invitation=revoked, by=dora)
    pages = set()
    for token in (used.token, late.token, revoked.token, "nooit-gemaakt"):
        for answer in (browser_of(dora.bureau).get(f"/uitnodiging/{token}/"), use_token(dora, token)):
            assert answer.status_code == 410
            pages.add(answer.content.split(b"<main")[1])
    assert len(pages) == 1
    assert b"om een nieuwe" in pages.pop()
    with in_bureau(dora.bureau):
        tried = Line.objects.filter(act="uitnodiging.geweigerd", result="geweigerd").order_by("seq")
        assert (
            list(tried.values_list("reason", flat=True)) == ["al gebruikt"] * 2 + ["te laat"] * 2 + ["ingetrokken"] * 2
        )


def use_token(member, token):
    return browser_of(member.bureau).post(f"/uitnodiging/{token}/", {"password": NEW})


def test_an_invitation_of_one_bureau_is_unknown_at_another(dora):
    invitation = invite(dora)
    werkid = make_bureau("werkid", "werkid")
    assert browser_of(werkid).get(f"/uitnodiging/{invitation.token}/").status_code == 410
    assert browser_of(None).get(f"/uitnodiging/{invitation.token}/").status_code == 404


def test_who_has_an_account_elsewhere_comes_in_with_that_password_and_the_inviter_learns_nothing(dora):
    make_member(make_bureau("werkid", "werkid"), "Eva", Role.COACH, email="eva@elders.test")
    known, unknown = invite(dora, email="eva@elders.test"), invite(dora, email="nieuw@nergens.test")
    same = ("roles", "hired", "subject_id", "accepted_at")
    assert [getattr(known, name) for name in same] == [getattr(unknown, name) for name in same]
    assert use(known, "een ander wachtwoord dan het hare").context["form"].errors["password"]
    assert use(known, PASSWORD).status_code == 302
    assert User.objects.get(email="eva@elders.test").check_password(PASSWORD)


def test_guessing_the_password_of_an_invited_account_is_limited(dora):
    make_member(make_bureau("werkid", "werkid"), "Eva", Role.COACH, email="eva@elders.test")
    invitation = invite(dora, email="eva@elders.test")
    answers = [use(invitation, f"gok nummer {turn} van velen").status_code for turn in range(6)]
    assert answers == [200] * 5 + [429]


def test_a_second_invitation_replaces_the_first(dora):
    first, second = invite(dora), invite(dora)
    assert use(first).status_code == 410
    assert use(second).status_code == 302


def test_who_has_the_role_here_already_is_not_invited_again(dora):
    with pytest.raises(rules.RuleBroken, match="heeft hier al een account"):
        invite(dora, email="dora@javawest.test", roles=[Role.DIRECTIE])


def test_a_role_over_access_is_given_by_directie_alone(dora):
    beheerder = make_member(dora.bureau, "Bea", Role.BEHEERDER)
    invite(beheerder, roles=[Role.COACH])
    for role in (Role.DIRECTIE, Role.FG, Role.BEHEERDER):
        with pytest.raises(rules.RuleBroken, match="alleen de directie"):
            invite(beheerder, roles=[role])


def test_only_the_hash_of_a_token_is_in_the_database(dora):
    invitation = invite(dora)
    with connection.cursor() as cursor, in_bureau(dora.bureau):
        for table in ("access_invitation", "access_mail", "journal_line"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            assert invitation.token not in (cursor.fetchone()[0] or "")


def test_accepting_tells_the_floor_that_binds_the_account_to_a_client(dora):
    import uuid

    subject, heard = uuid.uuid4(), []

    def listen(sender, invitation, membership, **_):
        heard.append((invitation.subject_id, membership.name))

    signals.invitation_accepted.connect(listen)
    try:
        use(invite(dora, roles=[Role.CLIENT], subject_id=subject))
    finally:
        signals.invitation_accepted.disconnect(listen)
    assert heard == [(subject, "Eva")]


# --- screens ---------------------------------------------------------------------------------------------------------
def test_directie_invites_ends_and_withdraws_from_the_screen(dora):
    client = log_in(dora)
    answer = client.post(
        "/beheer/medewerkers/uitnodigen/", {"email": "eva@nieuw.test", "name": "Eva", "roles": ["coach"]}
    )
    assert answer.status_code == 302
    with in_bureau(dora.bureau):
        invitation = Invitation.objects.get()
    assert "eva@nieuw.test" in client.get("/beheer/medewerkers/").content.decode()
    client.post(f"/beheer/uitnodigingen/{invitation.pk}/intrekken/")
    with in_bureau(dora.bureau):
        assert Invitation.objects.get().revoked_at
    bob = make_member(dora.bureau, "Bob", Role.COACH)
    assert client.post(f"/beheer/medewerkers/{bob.pk}/beeindigen/", {"reason": ""}).context["form"].errors
    assert client.post(f"/beheer/medewerkers/{bob.pk}/beeindigen/", {"reason": "weg"}).status_code == 302
    with in_bureau(dora.bureau):
        assert Membership.objects.get(pk=bob.pk).active_until


def test_the_list_of_colleagues_is_for_directie_and_beheerder(dora):
    coach, client = make_member(dora.bureau, "Bob", Role.COACH), make_member(dora.bureau, "Carla", Role.CLIENT)
    answers = [log_in(member).get("/beheer/medewerkers/").status_code for member in (dora, coach, client)]
    assert answers == [200, 403, 404]
    assert browser_of(dora.bureau).get("/beheer/medewerkers/")["Location"].startswith("/account/inloggen/")


def test_a_colleague_of_another_bureau_does_not_exist(dora):
    far = make_member(make_bureau("werkid", "werkid"), "Ver", Role.COACH)
    client = log_in(dora)
    assert client.get(f"/beheer/medewerkers/{far.pk}/").status_code == 404
    assert client.post(f"/beheer/medewerkers/{far.pk}/beeindigen/", {"reason": "x"}).status_code == 404


def test_a_script_of_someone_logged_out_is_told_so_without_losing_words(dora):
    answer = browser_of(dora.bureau).post("/account/", {"name": "x"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["X-Login"]) == (401, "/account/inloggen/?next=%2F")


def test_the_operator_makes_a_bureau_and_its_directie_gets_an_invitation():
    operator = actions.make_platform_operator(email="beheer@platform.test", password=PASSWORD)
    client = browser_of(None)
    client.post("/account/inloggen/", {"login": operator.email, "password": PASSWORD})
    form = {"legal_name": "Nieuw B.V.", "slug": "nieuw", "preset": "werkid", "name": "Dora", "email": "dora@nieuw.test"}
    assert client.post("/platform/nieuw/", form).status_code == 302
    assert "Nieuw B.V." in client.get("/platform/").content.decode()
    assert client.post("/platform/nieuw/", form).context["form"].errors["slug"]


def test_the_platform_does_not_exist_on_a_bureaus_host_nor_for_its_people(dora):
    assert log_in(dora).get("/platform/").status_code == 404
    assert browser_of(None).get("/platform/").status_code == 302


# --- mails -----------------------------------------------------------------------------------------------------------
def test_a_mail_goes_out_once_with_its_link_at_the_bureaus_own_address(dora):
    invitation = invite(dora)
    assert tasks.send_due_mails() == 1
    assert tasks.send_due_mails() == 0
    (sent,) = outbox.outbox
    assert sent.to == ["eva@nieuw.test"]
    assert f"http://javawest.localhost:8000/uitnodiging/{invitation.token}/" in sent.body
    with in_bureau(dora.bureau):
        mail = Mail.objects.get()
    assert (mail.status, "sealed" in mail.facts) == (Mail.Status.SENT, False)
    assert sent.extra_headers["Message-ID"] == f"<{mail.pk}@javawest.localhost>"


def test_the_same_happening_is_mailed_once(javawest):
    with in_bureau(javawest):
        said = [
            actions.queue_mail(to="c@x.test", kind="nieuw_in_dossier", once_key="stuk:1", facts={"path": "/portaal/"})
            for _ in range(2)
        ]
        assert said == [True, False]
        assert Mail.objects.count() == 1


class Broken(BaseEmailBackend):
    def send_messages(self, email_messages):  # noqa: ARG002
        raise ConnectionRefusedError("someone@example.test is not here")


def test_a_mail_that_can_not_go_waits_longer_each_time_and_is_given_up_at_last(javawest, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    with in_bureau(javawest):
        actions.queue_mail(to="c@x.test", kind="nieuw_in_dossier", once_key="stuk:1", facts={"path": "/portaal/"})
    waits = []
    for _ in range(rules.MAIL_RETRIES):
        with in_bureau(javawest):
            assert send_next()
            mail = Mail.objects.get()
            waits.append(mail.not_before - timezone.now())
            Mail.objects.update(not_before=timezone.now())
    assert waits == sorted(waits)
    assert (mail.status, mail.error) == (Mail.Status.FAILED, "ConnectionRefusedError")
    with in_bureau(javawest):
        assert not send_next()


def test_no_mail_holds_more_than_the_bureaus_name_and_a_link(javawest):
    with in_bureau(javawest):
        actions.queue_mail(to="c@x.test", kind="nieuw_in_dossier", once_key="stuk:1", facts={"path": "/portaal/"})
        message = message_of(Mail.objects.get())
    assert "http://javawest.localhost:8000/portaal/" in message.body
    assert javawest.legal_name in message.body


def test_a_forgotten_password_is_mailed_to_people_of_this_bureau_only(dora):
    make_member(make_bureau("werkid", "werkid"), "Ver", Role.COACH)
    answers = []
    for email in ("dora@javawest.test", "ver@werkid.test", "niemand@nergens.test"):
        answer = browser_of(dora.bureau).post("/account/wachtwoord/vergeten/", {"email": email})
        answers.append((answer.status_code, answer["Location"]))
    assert len(set(answers)) == 1
    with in_bureau(dora.bureau):
        mail = Mail.objects.get()
        body = message_of(mail).body
    assert (mail.to, mail.kind) == ("dora@javawest.test", "wachtwoord")
    link = next(word for word in body.split() if word.startswith("http"))
    client = browser_of(dora.bureau)
    page = client.get(link.removeprefix("http://javawest.localhost:8000"), follow=True)
    answer = client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert answer.status_code == 302
    assert User.objects.get(email="dora@javawest.test").check_password(NEW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_worker")
def test_two_workers_at_once_send_each_mail_once(javawest):
    with in_bureau(javawest):
        for turn in range(12):
            actions.queue_mail(
                to=f"c{turn}@x.test", kind="nieuw_in_dossier", once_key=f"stuk:{turn}", facts={"path": "/"}
            )
    with ThreadPoolExecutor(2) as pool:
        tried = list(pool.map(lambda _: run_and_close(tasks.send_due_mails), range(2)))
    assert sum(tried) == 12
    assert len({message.to[0] for message in outbox.outbox}) == len(outbox.outbox) == 12


@pytest.mark.django_db(transaction=True)
def test_a_link_used_twice_at_the_same_moment_works_once(dora):
    invitation = invite(dora)
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(lambda _: run_and_close(lambda: use(invitation).status_code), range(2)))
    assert sorted(codes) == [302, 410]


def run_and_close(work):
    """A thread has a connection of its own; the test's database can't go while it is open."""
    try:
        return work()
    finally:
        connection.close()


def test_the_operators_forgotten_password_is_mailed_without_a_bureau(django_capture_on_commit_callbacks):
    actions.make_platform_operator(email="beheer@platform.test", password=PASSWORD)
    with django_capture_on_commit_callbacks(execute=True):
        browser_of(None).post("/account/wachtwoord/vergeten/", {"email": "beheer@platform.test"})
    (sent,) = outbox.outbox
    assert "http://localhost:8000/account/wachtwoord/nieuw/" in sent.body


def test_a_real_worker_hears_the_bell_and_sends(celery_worker_process, servers):
    bureau = make_bureau()
    with in_bureau(bureau):
        actions.queue_mail(to="c@x.test", kind="nieuw_in_dossier", once_key="stuk:1", facts={"path": "/portaal/"})
    mail = sent_within(120, bureau, celery_worker_process)
    written = [path.read_text() for path in (servers.places.var / "mail").iterdir()]
    (text,) = (text for text in written if f"<{mail.pk}@javawest.localhost>" in text)
    assert "http://javawest.localhost:8000/portaal/" in text


def sent_within(seconds: float, bureau, worker) -> Mail:
    """The one mail of this bureau, once the worker sent it."""
    until = time.monotonic() + seconds
    while True:
        with in_bureau(bureau):
            mail = Mail.objects.get()
        if mail.status == Mail.Status.SENT:
            return mail
        worker.fail_unless_running(until, "did not send the mail")
        time.sleep(0.1)
