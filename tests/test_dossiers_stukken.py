"""The life of a stuk: begun, saved, vastgesteld, aangevuld; never overwritten, never another's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, connection, transaction
from django.http import Http404
from django.utils import timezone

from access.models import Mail, Role
from bureaus.schema import StukKind
from bureaus.tenancy import in_bureau
from dossiers import actions, reading
from dossiers.models import Draft, State, Stuk, StukVersion
from dossiers.rules import Refused
from journal.models import Line
from tests.support.dossiers import open_dossier_of
from tests.support.people import acting, make_bureau, make_member

pytestmark = pytest.mark.django_db
SECRET = "Zij vertelde over de reis naar Groningen."
MONDAY = {"title": "Ik zie het anders", "text": "Het was maandag."}


def words(text=SECRET, title="Eerste gesprek"):
    return {"title": title, "sections": [{"label": "Besproken", "text": text}]}


def begin(alice, dossier, kind=StukKind.GESPREKSVERSLAG):
    with acting(alice):
        return actions.start_stuk(dossier=dossier, by=alice, kind=kind)


def write(alice, dossier, text=SECRET, kind=StukKind.GESPREKSVERSLAG, **facts):
    stuk = begin(alice, dossier, kind)
    with acting(alice):
        actions.save_draft(stuk=stuk, by=alice, version=1, content=words(text))
        return actions.vaststellen(stuk=stuk, by=alice, **({"herkomst": "medewerker"} | facts))


def acts(dossier):
    with in_bureau(dossier.bureau_id):
        return list(Line.objects.filter(dossier_id=dossier.pk).order_by("seq").values_list("act", flat=True))


def seen_by(member):
    with acting(member):
        return set(Stuk.objects.all().visible_to(member.user).values_list("pk", flat=True))


def by_raw_sql(member):
    with acting(member), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM dossiers_stuk")
        return {row[0] for row in cursor.fetchall()}


def test_a_stuk_is_begun_saved_and_vastgesteld_with_its_first_version(alice, dossier):
    stuk = write(alice, dossier)
    with acting(alice):
        opened = reading.read(stuk)
        assert (stuk.state, stuk.version, stuk.herkomst) == (State.VASTGESTELD, 1, "medewerker")
        assert opened.title == "Eerste gesprek"
        assert [(one.label, one.text) for one in opened.first.sections] == [("Besproken", SECRET)]
        assert not Draft.objects.filter(stuk=stuk).exists()
    assert acts(dossier)[-2:] == ["stuk.begonnen", "stuk.vastgesteld"]


def test_vaststellen_twice_is_one_act(alice, dossier):
    stuk = write(alice, dossier)
    with acting(alice):
        actions.vaststellen(stuk=stuk, by=alice, herkomst="client")
        assert StukVersion.objects.filter(stuk=stuk).count() == 1
        assert Stuk.objects.get(pk=stuk.pk).herkomst == "medewerker"
    assert acts(dossier).count("stuk.vastgesteld") == 1


def test_an_aanvulling_stands_below_what_was_written_and_changes_none_of_it(alice, dossier):
    stuk = write(alice, dossier)
    with acting(alice):
        draft = actions.start_aanvulling(stuk=stuk, by=alice)
        actions.save_draft(stuk=stuk, by=alice, version=draft.version, content=words("Later bleek het Assen."))
        actions.aanvullen(stuk=stuk, by=alice)
        actions.aanvullen(stuk=stuk, by=alice)
        opened = reading.read(Stuk.objects.get(pk=stuk.pk))
    assert [version.number for version in opened.versions] == [1, 2]
    assert opened.first.sections[0].text == SECRET
    assert opened.later[0].sections[0].text == "Later bleek het Assen."
    assert opened.stuk.state == State.AANGEVULD


def test_the_application_may_not_change_a_version_by_raw_sql(alice, dossier):
    stuk = write(alice, dossier)
    with acting(alice), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE dossiers_stukversion SET made_by_name = 'X' WHERE stuk_id = %s", [stuk.pk])


@pytest.mark.article("javawest", "5.1")
def test_a_stuk_without_herkomst_is_refused(alice, dossier):
    with pytest.raises(Refused) as refusal:
        write(alice, dossier, herkomst="")
    assert refusal.value.field == "herkomst"


@pytest.mark.parametrize("text", ["", "   \n\t", "\u200b\u200d\u2060", "\u202e"])
def test_an_empty_text_is_refused(alice, dossier, text):
    with pytest.raises(Refused):
        write(alice, dossier, text)


@pytest.mark.parametrize("days", [1, -365 * 120])
def test_a_date_in_the_future_or_of_another_age_is_refused(alice, dossier, days):
    with pytest.raises(Refused) as refusal:
        write(alice, dossier, day=timezone.localdate() + timedelta(days=days))
    assert refusal.value.field == "date"


@pytest.mark.article("javawest", "4.1")
def test_a_kind_that_is_off_is_refused_and_the_purpose_of_one_that_is_on_is_kept(javawest, alice, dossier):
    stuk = begin(alice, dossier)
    assert stuk.purpose
    werkid = make_bureau("werkid", "werkid")
    coach = make_member(werkid, "Coach", Role.COACH)
    elsewhere = open_dossier_of(werkid, coach)
    with pytest.raises(Refused):
        begin(coach, elsewhere, StukKind.WORKSHOP)


def test_two_windows_on_one_draft_never_overwrite_each_other(alice, dossier):
    stuk = begin(alice, dossier)
    with acting(alice):
        actions.save_draft(stuk=stuk, by=alice, version=1, content=words("van het eerste venster"))
        with pytest.raises(actions.Conflict) as conflict:
            actions.save_draft(stuk=stuk, by=alice, version=1, content=words("van het tweede"))
        assert conflict.value.draft.version == 2
        assert conflict.value.draft.content["sections"][0]["text"] == "van het eerste venster"


@pytest.mark.article("werkid", "10.4")
def test_a_concept_is_its_authors_alone(alice, bob, diana, charlie, javawest):
    dossier = open_dossier_of(javawest, alice, second_coach=bob, client=charlie)
    stuk = begin(alice, dossier)
    assert stuk.pk in seen_by(alice)
    for other in (bob, diana, charlie):
        assert stuk.pk not in seen_by(other)
        assert stuk.pk not in by_raw_sql(other)
    with acting(bob), pytest.raises(Http404):
        actions.save_draft(stuk=stuk, by=bob, version=1, content=words())


@pytest.mark.article("werkid", "10.4")
@pytest.mark.article("werkid", "12.5")
def test_a_werkaantekening_never_becomes_part_of_the_dossier(alice, bob, diana, charlie, javawest):
    dossier = open_dossier_of(javawest, alice, second_coach=bob, client=charlie)
    note = begin(alice, dossier, StukKind.WERKAANTEKENING)
    with acting(alice):
        actions.save_draft(stuk=note, by=alice, version=1, content=words())
        with pytest.raises(Refused):
            actions.vaststellen(stuk=note, by=alice, herkomst="medewerker")
        assert not Stuk.objects.all().vastgesteld().filter(pk=note.pk).exists()
    for other in (bob, diana, charlie):
        assert note.pk not in seen_by(other) | by_raw_sql(other)


def test_a_draft_is_thrown_away_once_and_with_it_the_concept(alice, dossier):
    stuk = begin(alice, dossier)
    with acting(alice):
        assert actions.discard_draft(stuk=stuk, by=alice)
        assert not actions.discard_draft(stuk=stuk, by=alice)
        assert not Stuk.objects.filter(pk=stuk.pk).exists()


def test_beginning_twice_is_one_concept_until_something_is_written(alice, dossier):
    first, again = begin(alice, dossier), begin(alice, dossier)
    assert first.pk == again.pk
    with acting(alice):
        actions.save_draft(stuk=first, by=alice, version=1, content=words())
    assert begin(alice, dossier).pk != first.pk


@pytest.mark.article("javawest", "4.2b")
@pytest.mark.parametrize("role", [Role.DIRECTIE, Role.ADMINISTRATIE])
def test_personal_circumstances_are_hidden_from_who_reads_by_a_role(javawest, alice, role, charlie, dossier):
    diana = make_member(javawest, "Dana", role)
    stuk = write(alice, dossier, kind=StukKind.PERSOONLIJKE_OMSTANDIGHEDEN)
    plain = write(alice, dossier)
    assert stuk.restricted
    assert seen_by(diana) == {plain.pk}
    assert seen_by(charlie) == {plain.pk, stuk.pk}
    with acting(diana), pytest.raises((PermissionDenied, Refused)):
        actions.start_stuk(dossier=dossier, by=diana, kind=StukKind.PERSOONLIJKE_OMSTANDIGHEDEN)


@pytest.mark.article("werkid", "13.1")
def test_an_archived_dossier_is_read_and_not_written(alice, dossier):
    stuk, concept = write(alice, dossier), begin(alice, dossier)
    with in_bureau(dossier.bureau_id):
        type(dossier).objects.filter(pk=dossier.pk).update(archived_at=timezone.now())
        dossier.refresh_from_db()
    with acting(alice):
        for refused in (
            lambda: actions.start_stuk(dossier=dossier, by=alice, kind=StukKind.GESPREKSVERSLAG),
            lambda: actions.save_draft(stuk=concept, by=alice, version=1, content=words()),
            lambda: actions.vaststellen(stuk=concept, by=alice, herkomst="client"),
            lambda: actions.start_aanvulling(stuk=stuk, by=alice),
        ):
            with pytest.raises(Refused):
                refused()
        assert reading.read(stuk).first.sections[0].text == SECRET


def test_a_coach_of_another_dossier_can_begin_nothing_in_this_one(bob, dossier):
    with acting(bob), pytest.raises(Http404):
        actions.start_stuk(dossier=dossier, by=bob, kind=StukKind.GESPREKSVERSLAG)


@pytest.mark.article("javawest", "6.2")
def test_the_client_is_told_the_same_day_without_a_word_of_it_and_once(alice, charlie, dossier):
    write(alice, dossier)
    write(alice, dossier)
    with in_bureau(dossier.bureau_id):
        mails = list(Mail.objects.filter(kind="nieuw_in_dossier"))
    assert [mail.to for mail in mails] == [charlie.user.email]
    assert SECRET not in str(mails[0].facts)


@pytest.mark.article("javawest", "6.2")
def test_the_client_adds_a_statement_that_the_coach_cannot_touch(alice, charlie, dossier):
    stuk = write(alice, dossier)
    with acting(charlie):
        said = actions.add_statement(dossier=dossier, by=charlie, about=stuk, **MONDAY)
        again = actions.add_statement(dossier=dossier, by=charlie, about=stuk, **MONDAY)
    assert (said.state, said.version, said.herkomst, said.about_id) == (State.VASTGESTELD, 1, "client", stuk.pk)
    assert said.pk == again.pk
    with acting(alice):
        assert [one.first.sections[0].text for one in reading.read(stuk).statements] == ["Het was maandag."]
        with pytest.raises(PermissionDenied):
            actions.start_aanvulling(stuk=said, by=alice)
        with pytest.raises(PermissionDenied):
            actions.add_statement(dossier=dossier, by=alice, title="X", text="namens")
        with pytest.raises(PermissionDenied):
            actions.start_stuk(dossier=dossier, by=alice, kind=StukKind.EIGEN_VERKLARING)


def test_a_statement_speaks_only_of_a_stuk_that_the_client_can_read_there(javawest, alice, charlie, dossier):
    other = open_dossier_of(javawest, alice)
    for about in (write(alice, other), begin(alice, dossier)):
        with acting(charlie), pytest.raises(Refused):
            actions.add_statement(dossier=dossier, by=charlie, title="X", text="iets", about=about)


def test_a_client_tells_nothing_in_somebody_elses_dossier(javawest, alice, charlie, dossier):
    other = open_dossier_of(javawest, alice)
    with acting(charlie), pytest.raises(Http404):
        actions.add_statement(dossier=other, by=charlie, title="X", text="iets")


def test_what_a_client_has_read_is_kept_up_to_the_version(alice, charlie, dossier):
    stuk = write(alice, dossier)
    with acting(charlie):
        actions.mark_read(stuk=stuk, by=charlie)
        actions.mark_read(stuk=stuk, by=charlie)
        assert list(stuk.read_marks.values_list("version", flat=True)) == [1]
    with acting(alice):
        actions.mark_read(stuk=stuk, by=alice)
        assert stuk.read_marks.count() == 1


def test_no_word_of_it_lies_readable_in_the_database(alice, dossier):
    write(alice, dossier)
    begun = begin(alice, dossier)
    with acting(alice):
        actions.save_draft(stuk=begun, by=alice, version=1, content=words())
    with in_bureau(dossier.bureau_id), connection.cursor() as cursor:
        for table in ("dossiers_stukversion", "dossiers_draft", "dossiers_stuk", "journal_line"):
            cursor.execute(f"SELECT coalesce(string_agg({table}::text, ' '), '') FROM {table}")
            assert "Groningen" not in cursor.fetchone()[0]
