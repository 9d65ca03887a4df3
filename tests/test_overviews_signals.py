"""What stands out in the log: the rules on their own, and with real lines, real seals and two workers at once."""

from __future__ import annotations

import threading
import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from access import actions as access
from access.models import Ground, Mail, Role
from access.reach import VIEW
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from clients.models import Client
from journal.actions import record, seal
from journal.models import Line
from overviews import signals_actions as actions
from overviews import signals_rules as rules
from overviews import tasks
from overviews.models import Signal, SignalMark
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import make_case, queries_of
from tests.support.servers import DATABASE

pytestmark = pytest.mark.django_db(transaction=True)
HERE = ZoneInfo("Europe/Amsterdam")
COACH = frozenset({"coach"})
ME, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)


def look(at: str = "2026-05-04 10:00", dossier: int = 1, **more) -> rules.Look:
    moment = datetime.fromisoformat(at).replace(tzinfo=HERE)
    values = {
        "membership_id": ME, "actor": "Carla de Wit", "roles": COACH, "dossier_id": uuid.UUID(int=dossier),
        "number": f"D-{dossier}", "ground": Ground.HANDLER, "client": "Bakker",
    }  # fmt: skip
    return rules.Look(at=moment, **(values | more))


def kinds(*looks: rules.Look) -> list[str]:
    return [one.kind for one in rules.stands_out(looks)]


def walk(number: int, seconds: int, start: str = "2026-05-04 10:00") -> list[rules.Look]:
    """So many dossiers, one each so many seconds."""
    return [_later(look(start, place), place * seconds) for place in range(number)]


def _later(one: rules.Look, seconds: int) -> rules.Look:
    return rules.Look(**{**vars(one), "at": one.at + timedelta(seconds=seconds)})


# -- many in an hour -----------------------------------------------------------------------------------------------
def test_an_ordinary_day_stands_out_nowhere():
    assert kinds(look(), look(dossier=2), look("2026-05-04 22:59", 3), look("2026-05-04 06:00", 4)) == []


def test_twenty_nine_dossiers_in_an_hour_are_work_and_thirty_are_a_signal():
    assert kinds(*walk(29, 60)) == []
    (found,) = rules.stands_out(walk(30, 60))
    assert (found.kind, found.count, found.dossier_id) == ("veel", 30, None)


def test_the_same_dossiers_again_do_not_count():
    assert kinds(*walk(20, 60), *walk(20, 30)) == []


def test_an_hour_is_any_sixty_minutes_and_not_one_of_the_clock():
    assert kinds(*walk(30, 60, "2026-05-04 10:45")) == ["veel"]
    assert kinds(*walk(30, 130, "2026-05-04 10:00")) == []


def test_two_people_are_not_added_up():
    others = [rules.Look(**{**vars(one), "membership_id": OTHER, "dossier_id": uuid.uuid4()}) for one in walk(20, 60)]
    assert kinds(*walk(20, 60), *others) == []


def test_whose_work_is_the_whole_bureau_is_judged_by_number_alone():
    desk = {"roles": frozenset({"administratie"}), "ground": ""}
    assert kinds(*[rules.Look(**{**vars(one), **desk}) for one in walk(12, 60)]) == []
    assert kinds(*[rules.Look(**{**vars(one), **desk}) for one in walk(31, 60)]) == ["veel"]


# -- outside the caseload ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("ground", "roles", "out"),
    [
        (Ground.HANDLER, COACH, False),
        (Ground.SECOND_COACH, COACH, False),
        (Ground.REGISTRATION, COACH, False),
        ("", COACH, True),
        ("", {"beheerder"}, True),
        ("", {"directie"}, False),
        ("", {"fg"}, False),
        ("", {"coach", "directie"}, False),
        (Ground.CONSENT_OF_DIRECTIE, COACH, True),
        (Ground.EMERGENCY, {"directie"}, True),
        (Ground.SUPPORT, {"support"}, True),
    ],
)
def test_outside_the_caseload_is_who_has_no_task_in_it(ground, roles, out):
    assert kinds(look(ground=ground, roles=frozenset(roles))) == (["buiten"] if out else [])


def test_a_dossier_outside_the_caseload_is_one_signal_a_day():
    day = [look(ground=""), look("2026-05-04 15:00", ground=""), look("2026-05-05 09:00", ground="")]
    assert [one.count for one in rules.stands_out(day)] == [2, 1]


# -- at night ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("at", "night"),
    [("22:59", False), ("23:00", True), ("00:30", True), ("05:59", True), ("06:00", False)],
)
def test_the_night_is_from_eleven_to_six_in_amsterdam(at, night):
    assert kinds(look(f"2026-01-15 {at}")) == (["nacht"] if night else [])
    assert kinds(look(f"2026-07-15 {at}")) == (["nacht"] if night else [])


def test_one_night_is_one_signal_though_the_date_changes():
    (found,) = rules.stands_out([look("2026-05-04 23:30"), look("2026-05-05 01:00"), look("2026-05-05 05:00")])
    assert found.count == 3
    assert len(rules.stands_out([look("2026-05-04 23:30"), look("2026-05-05 23:30")])) == 2


# -- a relative ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("worker", "client", "same"),
    [
        ("Carla Bakker", "Bakker", True),
        ("Carla de Vries", "Vries", True),
        ("Carla van den Berg", "van den Berg", True),
        ("Carla Bakker-de Wit", "Wit", True),
        ("Carla Wit", "Bakker-de Wit", True),
        ("Zoë Çelik", "celik", True),
        ("Jan Jansen", "Janssen", False),
        ("Bakker", "Bakker", True),
        ("Jan van Dijk", "van Veen", False),
        ("Jan de Wit", "Jan", False),
        ("J. Wit", "J. Bakker", False),
        ("", "", False),
    ],
)
def test_the_same_achternaam_is_seen_folded_and_in_halves(worker, client, same):
    assert rules.same_name(worker, client) is same


def test_a_relative_is_one_signal_per_dossier():
    days = [look(client="De Wit"), look("2026-05-05 10:00", client="De Wit"), look(dossier=2, client="Wit")]
    assert [one.count for one in rules.stands_out(days)] == [2, 1]


def test_the_same_looks_give_the_same_keys():
    looks = [*walk(35, 30), look("2026-05-04 23:30", ground="", client="Wit")]
    assert [one.once_key for one in rules.stands_out(looks)] == [one.once_key for one in rules.stands_out(looks[::-1])]
    assert all(len(one.once_key) <= 120 for one in rules.stands_out(looks))


def test_what_is_needed_to_judge_a_look_lies_within_the_look_back():
    for at in ("2026-05-05 02:00", "2026-05-05 10:00", "2026-05-05 00:10", "2026-03-29 03:30"):
        one = look(at)
        since = rules.look_back(one.at)
        assert since <= one.at - rules.HOUR
        assert rules.night_of(since) <= rules.night_of(one.at)
        assert rules.day_of(since) <= rules.day_of(one.at)


# -- with real lines -----------------------------------------------------------------------------------------------
@pytest.fixture
def case():
    return make_case(make_bureau(), "Vera")


def looked(member, dossier, act="dossier.ingezien") -> None:
    with acting(member):
        record(act=act, obj=dossier, dossier=dossier)


def set_time(servers, at: str) -> None:
    """All looks at this moment: the table's time is its own, only a superuser sets it."""
    with servers.admin(DATABASE) as admin, admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        moment = datetime.fromisoformat(at).replace(tzinfo=HERE)
        admin.execute("UPDATE journal_line SET at = %s WHERE act LIKE '%%.ingezien'", (moment,))


def find(bureau) -> list[Signal]:
    with in_bureau(bureau):
        seal()
    tasks.find_signals()
    with in_bureau(bureau):
        return list(Signal.objects.order_by("kind", "first_at"))


def quiet_noon(servers) -> None:
    set_time(servers, f"{timezone.localdate() - timedelta(days=1)} 12:00")


def test_a_coach_who_looks_beyond_their_caseload_is_signalled_once_however_often_it_is_looked_for(servers, case):
    bob = make_member(case.bureau, "Bob", Role.COACH)
    with in_bureau(case.bureau):
        until = timezone.now() + timedelta(hours=4)
        access.grant(dossier=case.dossier, to=bob, permissions=(VIEW,), ground=Ground.CONSENT_OF_DIRECTIE,
                     expires_at=until)  # fmt: skip
    looked(bob, case.dossier)
    looked(case.coach, case.dossier)
    found = find(case.bureau)
    mine = [one for one in found if one.kind == "buiten"]
    assert [(one.actor, one.dossier_number, one.count) for one in mine] == [("Bob", case.dossier.number, 1)]
    assert len(find(case.bureau)) == len(found)
    looked(bob, case.dossier)
    assert [one.count for one in find(case.bureau) if one.kind == "buiten"] == [2]
    with in_bureau(case.bureau):
        assert Line.objects.filter(act="signaal.gevonden").count() == len(found)


def test_a_look_under_a_grant_that_ended_since_is_judged_by_the_grant_of_then(servers, case):
    bob = make_member(case.bureau, "Bob", Role.COACH)
    with in_bureau(case.bureau):
        access.grant(dossier=case.dossier, to=bob, ground=Ground.SECOND_COACH)
    looked(bob, case.dossier)
    with in_bureau(case.bureau):
        access.revoke(dossier=case.dossier, to=bob)
    assert [one for one in find(case.bureau) if one.kind == "buiten"] == []


def test_at_night_and_the_own_name_are_found_in_the_log(servers, case):
    with in_bureau(case.bureau):
        Client.objects.filter(pk=case.client.pk).update(last_name=case.coach.name)
    looked(case.coach, case.dossier)
    looked(case.coach, case.dossier, "stuk.ingezien")
    set_time(servers, f"{timezone.localdate() - timedelta(days=1)} 02:00")
    # Set back to before the coach's own grant began, it is outside the caseload as well.
    assert [(one.kind, one.count) for one in find(case.bureau)] == [("buiten", 2), ("naam", 2), ("nacht", 2)]


def test_the_client_the_payer_and_refusals_are_no_signal(servers, case):
    for member in (case.member, case.payer):
        looked(member, case.dossier)
    with acting(case.coach):
        record(act="dossier.ingezien", dossier=case.dossier, result="geweigerd")
    set_time(servers, f"{timezone.localdate() - timedelta(days=1)} 02:00")
    assert find(case.bureau) == []


def test_only_sealed_lines_are_looked_at_and_each_once(servers, case):
    looked(case.coach, case.dossier)
    tasks.find_signals()
    with in_bureau(case.bureau):
        assert SignalMark.objects.get().upto == 0
        last = seal().last_seq
    tasks.find_signals()
    with in_bureau(case.bureau):
        assert SignalMark.objects.get().upto == last
        assert actions.look() == 0


def test_a_long_log_is_looked_through_in_parts(servers, case, monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 3)
    bob = make_member(case.bureau, "Bob", Role.COACH)
    for _ in range(7):
        looked(bob, case.dossier)
    assert [(one.kind, one.count) for one in find(case.bureau) if one.kind == "buiten"] == [("buiten", 7)]


def test_two_beats_at_once_find_everything_once(servers, case):
    bob = make_member(case.bureau, "Bob", Role.COACH)
    for _ in range(5):
        looked(bob, case.dossier)
    with in_bureau(case.bureau):
        seal()
    errors = []

    def beat() -> None:
        try:
            tasks.find_signals()
        except Exception as error:  # noqa: BLE001
            errors.append(error)
        finally:
            connection.close()

    beats = [threading.Thread(target=beat) for _ in range(4)]
    for one in beats:
        one.start()
    for one in beats:
        one.join(30)
    tasks.find_signals()
    assert errors == []
    with in_bureau(case.bureau):
        assert Signal.objects.filter(kind="buiten").count() == 1


def test_each_bureau_has_its_own(servers, case):
    other = make_case(make_bureau("werkid", "werkid"), "Wim")
    looked(make_member(case.bureau, "Bob", Role.COACH), case.dossier)
    find(case.bureau)
    with in_bureau(other.bureau):
        assert not Signal.objects.exists()


# -- who looks at them ---------------------------------------------------------------------------------------------
def a_signal(bureau, member, **more) -> Signal:
    values = {"kind": "nacht", "membership_id": member.pk, "actor": member.name, "first_at": timezone.now(),
              "once_key": str(uuid.uuid4())}  # fmt: skip
    with in_bureau(bureau):
        return Signal.objects.create(**(values | more))


@pytest.fixture
def fenna(case):
    return make_member(case.bureau, "Fenna", Role.FG)


def test_the_fg_notes_what_was_found_and_it_leaves_the_list(case, fenna):
    row = a_signal(case.bureau, case.coach)
    guard = log_in(fenna)
    assert case.coach.name in guard.get("/signalen/").content.decode()
    answer = guard.post(f"/signalen/{row.pk}/", {"note": "Verving een zieke collega."})
    assert answer.status_code == 302
    assert "Geen open signalen" in guard.get("/signalen/").content.decode()
    assert "Verving een zieke collega." in guard.get("/signalen/?staat=bekeken").content.decode()
    with in_bureau(case.bureau):
        line = Line.objects.get(act="signaal.bekeken")
    assert (line.actor, line.object_id) == ("Fenna", str(row.pk))
    assert "zieke" not in str(line.facts)


def test_a_double_click_is_one_act_and_another_comes_too_late(case, fenna):
    row, dora = a_signal(case.bureau, case.coach), make_member(case.bureau, "Dora", Role.DIRECTIE)
    guard = log_in(fenna)
    for note in ("Eerst.", "Nog eens."):
        assert guard.post(f"/signalen/{row.pk}/", {"note": note}).status_code == 302
    late = log_in(dora).post(f"/signalen/{row.pk}/", {"note": "Ook ik."})
    assert late.status_code == 200
    assert "Fenna heeft dit signaal al bekeken" in late.content.decode()
    with in_bureau(case.bureau):
        assert Signal.objects.get().note == "Eerst."
        assert Line.objects.filter(act="signaal.bekeken").count() == 1


def test_nobody_judges_what_they_did_themselves(case, fenna):
    row = a_signal(case.bureau, fenna)
    guard = log_in(fenna)
    page = guard.get(f"/signalen/{row.pk}/").content.decode()
    assert "Dit signaal gaat over uzelf" in page
    assert 'name="note"' not in page
    assert "gaat over uzelf" in guard.post(f"/signalen/{row.pk}/", {"note": "Niets aan de hand."}).content.decode()
    with in_bureau(case.bureau):
        assert Signal.objects.get().seen_at is None
        with pytest.raises(RuleBroken):
            actions.mark_seen(signal=row, by=fenna, note="x")


@pytest.mark.parametrize("note", ["", "   ", "\u200b", "x" * 301, "\x00"])
def test_what_was_found_is_asked_in_words(case, fenna, note):
    row = a_signal(case.bureau, case.coach)
    assert log_in(fenna).post(f"/signalen/{row.pk}/", {"note": note}).status_code == 200
    with in_bureau(case.bureau):
        assert Signal.objects.get().seen_at is None


def test_the_lines_behind_a_signal_are_shown_and_no_others(servers, case, fenna):
    bob = make_member(case.bureau, "Bob", Role.COACH)
    other = make_case(case.bureau, "Wim")
    looked(bob, case.dossier)
    looked(bob, other.dossier)
    (row,) = [one for one in find(case.bureau) if one.dossier_number == case.dossier.number and one.kind == "buiten"]
    page = log_in(fenna).get(f"/signalen/{row.pk}/").content.decode()
    assert case.dossier.number in page
    assert other.dossier.number not in page


def test_how_many_are_open_stands_in_the_menu_of_who_oversees(case, fenna):
    guard = log_in(fenna)
    a_signal(case.bureau, case.coach)
    a_signal(case.bureau, fenna)
    row = a_signal(case.bureau, case.coach)
    assert 'aria-label="(2 open)"' in guard.get("/signalen/").content.decode()
    guard.post(f"/signalen/{row.pk}/", {"note": "Goed."})
    assert 'aria-label="(1 open)"' in guard.get("/signalen/").content.decode()
    assert "/signalen/" not in log_in(case.coach).get("/werkvoorraad/").content.decode()


def test_the_list_asks_the_same_however_many_there_are(case, fenna):
    guard = log_in(fenna)
    a_signal(case.bureau, case.coach)
    guard.get("/signalen/")
    few = queries_of(guard, "/signalen/")
    for _ in range(40):
        a_signal(case.bureau, case.coach)
    many = queries_of(guard, "/signalen/")
    assert len(many) <= 12, "\n".join(many)
    assert len(many) <= len(few) + 1


# -- the mail ------------------------------------------------------------------------------------------------------
def told(bureau) -> set[str]:
    tasks.tell_of_signals()
    with in_bureau(bureau):
        return set(Mail.objects.filter(kind="signalen").values_list("to", flat=True))


def test_the_fg_is_told_once_a_day_without_names(case, fenna, monkeypatch):
    monkeypatch.setattr(actions, "MAIL_FROM", 0)
    dora = make_member(case.bureau, "Dora", Role.DIRECTIE)
    assert told(case.bureau) == set()
    a_signal(case.bureau, case.coach)
    assert told(case.bureau) == {fenna.user.email}
    assert told(case.bureau) == {fenna.user.email}
    with in_bureau(case.bureau):
        mail = Mail.objects.get(kind="signalen")
    assert mail.facts == {"path": "/signalen/", "number": 1}
    assert dora.user.email not in told(case.bureau)


def test_without_an_fg_or_about_the_fg_directie_is_told(case, monkeypatch):
    monkeypatch.setattr(actions, "MAIL_FROM", 0)
    dora = make_member(case.bureau, "Dora", Role.DIRECTIE)
    a_signal(case.bureau, case.coach)
    assert told(case.bureau) == {dora.user.email}


def test_a_signal_about_the_fg_is_told_to_directie(case, fenna, monkeypatch):
    monkeypatch.setattr(actions, "MAIL_FROM", 0)
    dora = make_member(case.bureau, "Dora", Role.DIRECTIE)
    a_signal(case.bureau, fenna)
    assert told(case.bureau) == {dora.user.email}
