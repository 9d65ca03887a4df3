"""The pages of a dossier: who opens them, what they show, what they cost."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.models import Role
from bureaus.schema import StukKind
from bureaus.tenancy import in_bureau
from clients.models import Appointment, Attendance
from dossiers import actions
from dossiers.models import Draft, State, Stuk, StukVersion, VerslagTemplate
from journal.models import Line
from tests.support.documents import pdf_form, upload
from tests.support.dossiers import open_dossier_of
from tests.support.people import acting, log_in, make_member

HOSTILE = "<script>alert('x')</script>\u202eomgekeerd\x00"


@pytest.fixture(autouse=True)
def _no_mfa(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def browser(alice):
    return log_in(alice)


def at(dossier, rest=""):
    return f"/dossiers/{dossier.pk}/{rest}"


def written(alice, dossier, text="Wij spraken over werk.", kind=StukKind.GESPREKSVERSLAG):
    with acting(alice):
        stuk = actions.start_stuk(dossier=dossier, by=alice, kind=kind)
        content = {"title": "Een gesprek", "sections": [{"label": "Besproken", "text": text}]}
        actions.save_draft(stuk=stuk, by=alice, version=1, content=content)
        return actions.vaststellen(stuk=stuk, by=alice, herkomst="medewerker")


def begun(alice, dossier, kind=StukKind.GESPREKSVERSLAG):
    with acting(alice):
        return actions.start_stuk(dossier=dossier, by=alice, kind=kind)


def many(alice, dossier, count):
    """So many stukken at once, each with its version."""
    with acting(alice):
        rows = [
            Stuk(
                dossier=dossier, kind="gespreksverslag", state=State.VASTGESTELD, purpose="Een doel.", version=1,
                herkomst="medewerker", date=timezone.localdate() - timedelta(days=number), author=alice,
                author_name="Alice", vastgesteld_at=timezone.now(),
            )
            for number in range(count)
        ]  # fmt: skip
        Stuk.objects.bulk_create(rows)
        content = {"title": "Gesprek", "sections": [{"label": "", "text": "tekst"}]}
        StukVersion.objects.bulk_create(
            StukVersion(stuk=row, dossier=dossier, number=1, content=content, made_by=alice, made_by_name="Alice")
            for row in rows
        )


def cost(browser, method, *request):
    """The queries of one request; savepoints are the transaction's own."""
    getattr(browser, method)(*request)
    with CaptureQueriesContext(connection) as seen:
        answer = getattr(browser, method)(*request)
    asked = [one["sql"] for one in seen.captured_queries]
    return answer, [sql for sql in asked if not sql.startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]


def fields(version=1, **more):
    return {"version": version, "title": "Titel", "section_0": "Een tekst.", "herkomst": "medewerker",
            "date": timezone.localdate().isoformat(), **more}  # fmt: skip


def acts(dossier):
    with in_bureau(dossier.bureau_id):
        return list(Line.objects.filter(dossier_id=dossier.pk).order_by("seq").values_list("act", flat=True))


# --- who -----------------------------------------------------------------------------------------------------------
def test_a_coach_sees_the_timeline_and_the_journal_names_the_grant(browser, alice, dossier):
    written(alice, dossier)
    page = browser.get(at(dossier))
    assert page.status_code == 200
    assert b"Een gesprek" in page.content
    assert b"Tot 5 jaar na het einde van het traject" in page.content
    with in_bureau(dossier.bureau_id):
        line = Line.objects.get(act="dossier.ingezien")
    assert (line.dossier_number, line.actor) == (dossier.number, "Alice")
    assert line.grant_id is not None


@pytest.mark.django_db
def test_out_of_reach_and_not_there_are_one_404(bob, alice, dossier):
    stuk, concept = written(alice, dossier), begun(alice, dossier)
    strange = log_in(bob)
    nowhere = uuid.uuid4()
    pages = [at(dossier), at(dossier, "nieuw/"), f"/dossiers/{nowhere}/"]
    pages += [
        f"/stukken/{pk}/{rest}" for pk in (stuk.pk, concept.pk, nowhere) for rest in ("", "schrijven/", "weggooien/")
    ]
    assert {strange.get(page).status_code for page in pages} == {404}
    assert {strange.post(f"/stukken/{pk}/bewaren/", fields()).status_code for pk in (stuk.pk, concept.pk, nowhere)} == {
        404
    }


def test_a_client_opens_no_page_of_the_staff(charlie, alice, dossier):
    stuk = written(alice, dossier)
    client = log_in(charlie)
    assert {client.get(page).status_code for page in (at(dossier), f"/stukken/{stuk.pk}/")} == {404}


@pytest.mark.article("javawest", "4.2b")
def test_the_timeline_of_directie_is_silent_about_restricted_stukken(javawest, alice, dossier):
    written(alice, dossier)
    hidden = written(alice, dossier, kind=StukKind.PERSOONLIJKE_OMSTANDIGHEDEN)
    directie = log_in(make_member(javawest, "Diana", Role.DIRECTIE))
    assert len(directie.get(at(dossier)).context["page"].object_list) == 1
    assert directie.get(f"/stukken/{hidden.pk}/").status_code == 404


@pytest.mark.article("werkid", "10.4")
def test_a_concept_opens_for_nobody_else_not_even_directie(javawest, alice, dossier):
    concept = begun(alice, dossier)
    directie = log_in(make_member(javawest, "Diana", Role.DIRECTIE))
    assert directie.get(f"/stukken/{concept.pk}/").status_code == 404
    assert directie.get(f"/stukken/{concept.pk}/schrijven/").status_code == 404


def test_who_only_reads_gets_no_button_and_no_way_round_it(javawest, alice, dossier):
    stuk = written(alice, dossier)
    directie = log_in(make_member(javawest, "Diana", Role.DIRECTIE))
    page = directie.get(at(dossier)).content.decode()
    assert "Nieuw gespreksverslag" not in page
    assert directie.post(at(dossier, "nieuw/"), {"kind": "gespreksverslag"}).status_code == 403
    assert "Aanvullen" not in directie.get(f"/stukken/{stuk.pk}/").content.decode()
    assert directie.post(f"/stukken/{stuk.pk}/aanvullen/").status_code == 403
    assert directie.get(at(dossier, "archiveren/")).status_code == 403


# --- writing -------------------------------------------------------------------------------------------------------
def test_one_press_begins_a_gespreksverslag_with_the_bureaus_headings(browser, dossier):
    answer = browser.post(at(dossier, "nieuw/"), {"kind": "gespreksverslag"})
    assert answer.status_code == 302
    page = browser.get(answer.url)
    assert "Wat is er besproken?" in page.content.decode()
    again = browser.post(at(dossier, "nieuw/"), {"kind": "gespreksverslag"})
    assert again.url == answer.url


@pytest.mark.article("javawest", "4.2a")
def test_an_appointment_without_verslag_stands_in_the_rail_until_it_has_one(browser, alice, dossier):
    with in_bureau(dossier.bureau_id):
        talk = Appointment.objects.create(
            traject=dossier.traject, kind="gesprek", coach=alice, starts_at=timezone.now() - timedelta(days=3),
            attendance=Attendance.PRESENT,
        )  # fmt: skip
    assert "nog geen verslag" in browser.get(at(dossier)).content.decode()
    browser.post(at(dossier, "nieuw/"), {"kind": "gespreksverslag", "appointment": str(talk.pk)})
    assert "nog geen verslag" not in browser.get(at(dossier)).content.decode()
    with in_bureau(dossier.bureau_id):
        assert Stuk.objects.get(appointment=talk).date == timezone.localdate(talk.starts_at)


def test_from_writing_to_vastgesteld_by_the_buttons(browser, alice, dossier):
    stuk = begun(alice, dossier)
    answer = browser.post(f"/stukken/{stuk.pk}/schrijven/", fields(actie="verder"))
    assert answer.url == f"/stukken/{stuk.pk}/vaststellen/"
    preview = browser.get(answer.url)
    assert b"Een tekst." in preview.content
    first = browser.post(answer.url, {"version": 2})
    again = browser.post(answer.url, {"version": 2})
    assert first.url == again.url == f"/stukken/{stuk.pk}/"
    assert b"Een tekst." in browser.get(first.url).content
    assert acts(dossier).count("stuk.vastgesteld") == 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"section_0": " \u200b "}, "Er staat nog geen tekst in"),
        ({"herkomst": ""}, "Kies van wie dit komt"),
        ({"date": "2999-01-01"}, "ligt in de toekomst"),
        ({"date": "0001-01-01"}, "ver terug"),
        ({"date": "gisteren"}, "geldige datum"),
        ({"title": "T" * 300}, "tekens"),
        ({"title": "Gesprek\u202ekerpseg"}, "leesrichting"),
        ({"title": "Ge\u200bsprek"}, "onzichtbaar teken"),
        ({"appointment": "geen"}, "geldige keuze"),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_the_text_stays(browser, alice, dossier, wrong, message):
    stuk = begun(alice, dossier)
    with in_bureau(dossier.bureau_id):
        Appointment.objects.create(
            traject=dossier.traject, kind="gesprek", coach=alice, starts_at=timezone.now() - timedelta(days=3)
        )
    page = browser.post(f"/stukken/{stuk.pk}/schrijven/", fields(actie="verder", **({"title": "Mijn titel"} | wrong)))
    assert page.status_code == 200
    assert message in page.content.decode()
    if "section_0" not in wrong:
        assert "Een tekst." in page.content.decode()


def test_hostile_text_is_kept_and_shown_as_text(browser, alice, dossier):
    stuk = begun(alice, dossier)
    browser.post(f"/stukken/{stuk.pk}/schrijven/", fields(actie="verder", title=HOSTILE, section_0=HOSTILE))
    browser.post(f"/stukken/{stuk.pk}/vaststellen/", {"version": 2})
    for page in (f"/stukken/{stuk.pk}/", at(dossier)):
        shown = browser.get(page).content.decode()
        assert "<script>alert(" not in shown
        assert "&lt;script&gt;" in shown
        assert "\u202e" not in shown


def test_autosave_answers_with_the_version_and_the_time(browser, alice, dossier):
    stuk = begun(alice, dossier)
    answer = browser.post(f"/stukken/{stuk.pk}/bewaren/", fields(section_0="bewaar dit"))
    assert answer.status_code == 200
    assert answer.json()["version"] == 2
    second = browser.post(f"/stukken/{stuk.pk}/bewaren/", fields(section_0="van een ander venster"))
    assert second.status_code == 409
    assert second.json()["fields"]["section_0"] == "bewaar dit"
    long = browser.post(f"/stukken/{stuk.pk}/bewaren/", fields(version=2, section_0="x" * 70_000))
    assert long.status_code == 422
    assert "section_0" in long.json()["errors"]


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "²"])
def test_a_version_that_is_no_number_is_another_window(browser, alice, dossier, version):
    stuk = begun(alice, dossier)
    assert browser.post(f"/stukken/{stuk.pk}/bewaren/", fields(version=version)).status_code == 409


def test_an_ended_session_is_told_where_to_log_in(alice, dossier):
    from tests.support.people import browser_of

    stuk = begun(alice, dossier)
    answer = browser_of(dossier.bureau).post(
        f"/stukken/{stuk.pk}/bewaren/", fields(), headers={"X-Requested-With": "XMLHttpRequest"}
    )
    assert answer.status_code == 401
    assert answer.json()["login"].startswith("/account/inloggen/")


def test_a_second_window_without_script_loses_no_word(browser, alice, dossier):
    stuk = begun(alice, dossier)
    browser.post(f"/stukken/{stuk.pk}/schrijven/", fields(actie="later", section_0="eerste venster"))
    page = browser.post(f"/stukken/{stuk.pk}/schrijven/", fields(actie="later", section_0="tweede venster"))
    assert page.status_code == 409
    assert "eerste venster" in page.content.decode()
    assert "tweede venster" in page.content.decode()
    with acting(alice):
        assert Draft.objects.get(stuk=stuk).content["sections"][0]["text"] == "eerste venster"


def test_other_headings_keep_what_was_written(browser, alice, dossier):
    stuk = begun(alice, dossier)
    with in_bureau(dossier.bureau_id):
        template = VerslagTemplate.objects.get(name="Gespreksverslag")
    browser.post(
        f"/stukken/{stuk.pk}/schrijven/", fields(actie="kopjes", section_0="blijft staan", template=str(template.pk))
    )
    with acting(alice):
        sections = Draft.objects.get(stuk=stuk).content["sections"]
    assert sections[0]["label"] == "Wat is er besproken?"
    assert sections[-1]["text"] == "blijft staan"


def test_an_aanvulling_is_written_below_the_stuk(browser, alice, dossier):
    stuk = written(alice, dossier)
    answer = browser.post(f"/stukken/{stuk.pk}/aanvullen/")
    assert answer.url == f"/stukken/{stuk.pk}/schrijven/"
    browser.post(answer.url, {"version": 1, "title": "Later", "section_0": "Het bleek Assen.", "actie": "verder"})
    browser.post(f"/stukken/{stuk.pk}/vaststellen/", {"version": 2})
    page = browser.get(f"/stukken/{stuk.pk}/").content.decode()
    assert "Wij spraken over werk." in page
    assert "Het bleek Assen." in page
    assert "Aangevuld door Alice" in page


def test_a_statement_of_the_client_is_shown_and_cannot_be_written_in(browser, alice, charlie, dossier):
    stuk = written(alice, dossier)
    with acting(charlie):
        said = actions.add_statement(
            dossier=dossier, by=charlie, title="Mijn kant", text="Het ging anders.", about=stuk
        )
    assert "Het ging anders." in browser.get(f"/stukken/{stuk.pk}/").content.decode()
    page = browser.get(f"/stukken/{said.pk}/").content.decode()
    assert "eigen verklaring" in page
    assert "Aanvullen" not in page
    assert browser.post(f"/stukken/{said.pk}/aanvullen/").status_code == 403


def test_a_stuk_with_a_file_links_to_it(browser, alice, dossier):
    with acting(alice):
        stuk = actions.add_document(
            dossier=dossier, by=alice, kind=StukKind.CV, herkomst="client", date=timezone.localdate(), title="Cv",
            upload=upload(pdf_form(), "cv van iemand.pdf"),
        )  # fmt: skip
        file = stuk.files.get()
    page = browser.get(f"/stukken/{stuk.pk}/").content.decode()
    assert "cv van iemand.pdf" in page
    assert f"/bestanden/{file.pk}/" in page
    assert "bestand" in browser.get(at(dossier)).content.decode()


@pytest.mark.article("werkid", "13.1")
def test_an_archived_dossier_shows_no_way_to_write(browser, alice, dossier):
    stuk, concept = written(alice, dossier), begun(alice, dossier)
    with in_bureau(dossier.bureau_id):
        type(dossier).objects.filter(pk=dossier.pk).update(archived_at=timezone.now())
    page = browser.get(at(dossier)).content.decode()
    assert "gearchiveerd" in page
    assert "Nieuw gespreksverslag" not in page
    assert browser.get(f"/stukken/{stuk.pk}/").status_code == 200
    assert browser.get(f"/stukken/{concept.pk}/").status_code == 200
    assert browser.post(f"/stukken/{concept.pk}/bewaren/", fields()).status_code == 422
    assert browser.get(at(dossier, "nieuw/")).status_code == 403


def test_a_dossier_is_archived_after_the_end_and_reopened_for_a_reason(browser, alice, dossier):
    assert browser.post(at(dossier, "archiveren/")).status_code == 403
    with in_bureau(dossier.bureau_id):
        type(dossier.traject).objects.filter(pk=dossier.traject_id).update(
            phase="beeindigd", end_reason="doel", traject_ended_on="2026-05-01"
        )
    assert "1 mei 2031" in browser.get(at(dossier)).content.decode()
    assert browser.get(at(dossier, "archiveren/")).status_code == 200
    assert [browser.post(at(dossier, "archiveren/")).status_code for _ in range(2)] == [302, 302]
    assert browser.post(at(dossier, "heropenen/"), {"reason": ""}).status_code == 200
    assert [browser.post(at(dossier, "heropenen/"), {"reason": "nazorg"}).status_code for _ in range(2)] == [302, 302]
    assert [acts(dossier).count(f"dossier.{what}") for what in ("gearchiveerd", "heropend")] == [1, 1]


def test_a_concept_is_thrown_away_on_a_page_of_its_own(browser, alice, dossier):
    stuk = begun(alice, dossier)
    assert browser.get(f"/stukken/{stuk.pk}/weggooien/").status_code == 200
    assert browser.post(f"/stukken/{stuk.pk}/weggooien/").url == at(dossier)
    assert browser.post(f"/stukken/{stuk.pk}/weggooien/").status_code == 404


# --- filters and cost ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3), ("soort=plan", 1), ("herkomst=medewerker", 2), ("herkomst=client", 0), ("concept=on", 1),
        ("mijn=on", 3), ("gezondheid=on", 0), ("van=2999-01-01", 0), ("tot=2000-01-01", 0),
        ("van=onzin&soort=%00&pagina=x", 3), ("pagina=99", 3),
    ],
)  # fmt: skip
def test_filters_show_what_was_asked_and_nonsense_asks_nothing(browser, alice, dossier, query, count):
    written(alice, dossier)
    written(alice, dossier, kind=StukKind.PLAN)
    begun(alice, dossier)
    page = browser.get(at(dossier, f"?{query}"))
    assert page.status_code == 200
    assert len(page.context["page"].object_list) == count


@pytest.mark.parametrize("rows", [10, 1_000])
def test_a_page_costs_at_most_twelve_queries_however_full_the_dossier(browser, alice, dossier, rows):
    many(alice, dossier, rows)
    stuk, concept = written(alice, dossier), begun(alice, dossier)
    pages = (
        at(dossier),
        at(dossier, "?pagina=2"),
        at(dossier, "nieuw/"),
        f"/stukken/{stuk.pk}/",
        f"/stukken/{concept.pk}/schrijven/",
    )
    for page in pages:
        answer, asked = cost(browser, "get", page)
        assert answer.status_code == 200
        assert len(asked) <= 12, (page, len(asked), asked)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rows", [10, 1_000])
def test_autosave_costs_at_most_six_queries_however_full_the_dossier(javawest, rows):
    alice = make_member(javawest, "Alice", Role.COACH)
    dossier = open_dossier_of(javawest, alice)
    many(alice, dossier, rows)
    stuk, browser = begun(alice, dossier), log_in(alice)
    url = f"/stukken/{stuk.pk}/bewaren/"
    assert browser.post(url, fields()).status_code == 200
    with CaptureQueriesContext(connection) as seen:
        assert browser.post(url, fields(version=2, section_0="opnieuw")).json()["version"] == 3
    asked = [one["sql"] for one in seen.captured_queries]
    asked = [sql for sql in asked if not sql.startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    assert len(asked) <= 6, asked
