"""Who has not signed what the reglement asks, opens no dossier; what is signed is kept as a paper with its hash."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pypdf import PdfReader

from access import declaration_gate, declaration_rules
from access.actions import declarations as actions
from access.declaration_rules import Signed, text_hash
from access.models import Declaration, Mail, Membership, Role
from access.reach import may_see, principals, visible_filter, who_can_see
from access.rules import RuleBroken
from access.tasks import remind_to_sign
from bureaus.actions import Adopter, adopt_reglement
from bureaus.models import Reglement
from bureaus.reglement import in_force, version_in_force
from bureaus.schema import DeclarationRule, dump
from bureaus.tenancy import in_bureau
from dossiers.models import Dossier
from journal.models import Line
from tests.support.people import acting, log_in, make_bureau, make_member, sign_all
from tests.support.portal import make_case, write

pytestmark = pytest.mark.django_db
KEYS = ("geheimhouding", "reglement")
NOW = timezone.now()


def rule(**more) -> DeclarationRule:
    return DeclarationRule(**({"title": "Geheim", "text": "Ik houd geheim wat ik hoor."} | more))


def sign(member: Membership, key: str, **more) -> Declaration:
    with acting(member):
        asked = in_force().declarations.asked_of(tuple(member.roles))
        known = {"text_sha256": text_hash(asked[key])} if key in asked else {"text_sha256": ""}
        return actions.sign(**({"key": key, "by": member, "shown_by": "wachtwoord"} | known | more))


def adopt(bureau, *, in_days: int = 0, **declarations) -> Reglement:
    """Another version with these declarations changed: `geheimhouding={"text": …}`."""
    with in_bureau(bureau):
        parameters = dump(in_force())
        for key, change in declarations.items():
            parameters["declarations"]["asked"][key] |= change
        today = timezone.localdate()
        return adopt_reglement(
            bureau=bureau, parameters=parameters, adopted_on=today, in_force_from=today + timedelta(days=in_days),
            by=Adopter(name="Directie"),
        )  # fmt: skip


@pytest.fixture
def case(javawest):
    return make_case(javawest, "Vera")


@pytest.fixture
def unsigned(case) -> Membership:
    """The dossier's own coach, of whom nothing is signed any more."""
    with in_bureau(case.bureau):
        Declaration.objects.filter(membership=case.coach).delete()
    return case.coach


# --- the rules ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("key", "asked", "signed", "held"),
    [
        ("geheim", rule(), {}, True),
        ("geheim", rule(), {"version": 1}, True),
        ("geheim", rule(text="Een andere tekst dan die getekend is."), {}, False),
        ("geheim", rule(title="Anders"), {}, False),
        ("geheim", rule(), {"valid_until": NOW}, False),
        ("geheim", rule(), {"valid_until": NOW + timedelta(seconds=1)}, True),
        ("geheim", rule(), {"key": "ander"}, False),
        ("reglement", rule(), {"version": 1}, False),
        ("reglement", rule(), {}, True),
    ],
)
def test_what_was_signed_holds_as_long_as_its_text_term_and_version(key, asked, signed, held):
    facts = {"key": key, "text_sha256": text_hash(rule()), "version": 2, "valid_until": None} | signed
    assert (declaration_rules.due({key: asked}, [Signed(**facts)], version=2, now=NOW) == {}) is held


def test_a_text_about_the_reglement_is_asked_anew_for_each_version():
    assert declaration_rules.follows_version("eigen", rule(text="Ik ken het Privacyreglement."))
    assert not declaration_rules.follows_version("eigen", rule())


def test_a_declaration_with_a_term_runs_out_on_its_day():
    signed = timezone.localtime().replace(year=2028, month=2, day=29, hour=15)
    until = declaration_rules.valid_until(rule(every="P1Y"), signed)
    assert (until.year, until.month, until.day, until.hour) == (2029, 2, 28, 0)
    assert declaration_rules.valid_until(rule(), signed) is None


# --- signing ----------------------------------------------------------------------------------------------------------
@pytest.mark.article("javawest", "2")
@pytest.mark.article("javawest", "10.3")
def test_what_is_signed_is_kept_as_a_sealed_paper_with_its_hash(unsigned):
    row = sign(unsigned, "geheimhouding", shown_by="wachtwoord, code uit een app")
    with acting(unsigned):
        asked, paper = in_force().declarations.asked["geheimhouding"], b"".join(actions.open_paper(row))
    assert hashlib.sha256(paper).hexdigest() == row.file_sha256
    assert len(paper) == row.file_size
    words = " ".join(PdfReader(io.BytesIO(paper)).pages[0].extract_text().split())
    for part in (asked.text[:40], unsigned.name, "versie 1", "code uit een app", row.text_sha256[:40]):
        assert part in words
    with in_bureau(unsigned.bureau_id):
        line = Line.objects.filter(act="verklaring.getekend").get()
    assert (line.object_id, line.actor) == (str(row.pk), unsigned.name)
    assert line.facts["pdf_sha256"] == row.file_sha256


def test_signing_twice_is_one(unsigned):
    assert sign(unsigned, "reglement").pk == sign(unsigned, "reglement").pk
    with in_bureau(unsigned.bureau_id):
        assert Declaration.objects.filter(membership=unsigned).count() == 1
        assert Line.objects.filter(act="verklaring.getekend").count() == 1


def test_another_text_than_the_one_that_was_read_is_not_signed(unsigned):
    with pytest.raises(actions.TextChanged):
        sign(unsigned, "geheimhouding", text_sha256="0" * 64)
    with in_bureau(unsigned.bureau_id):
        assert not Declaration.objects.filter(membership=unsigned).exists()


@pytest.mark.parametrize("key", ["onbekend", "", "x" * 300, "geheim\x00houding"])
def test_what_is_not_asked_can_not_be_signed(unsigned, key):
    with pytest.raises(RuleBroken):
        sign(unsigned, key)


def test_what_was_not_asked_of_a_role_can_not_be_signed_by_it(case):
    with pytest.raises(RuleBroken):
        sign(case.member, "geheimhouding")


# --- the gate -----------------------------------------------------------------------------------------------------
@pytest.mark.article("javawest", "2")
@pytest.mark.article("werkid", "4")
def test_without_it_no_dossier_is_there_whatever_grant_one_holds(case, unsigned):
    with acting(unsigned):
        assert principals(unsigned.user) == []
        assert not may_see(unsigned.user, case.dossier)
        assert not Dossier.objects.filter(visible_filter(unsigned.user)).exists()
    with in_bureau(case.bureau):
        assert principals(unsigned.user) == []
    for key in KEYS:
        sign(unsigned, key)
    with acting(unsigned):
        assert may_see(unsigned.user, case.dossier)


@pytest.mark.article("javawest", "2")
@pytest.mark.article("werkid", "7.5")
@pytest.mark.parametrize("slug", ["javawest", "werkid"])
def test_who_is_hired_signs_too(slug):
    case = make_case(make_bureau(slug, slug), "Vera")
    with in_bureau(case.bureau):
        Membership.objects.filter(pk=case.coach.pk).update(hired=True)
        Declaration.objects.all().delete()
    with acting(case.coach):
        assert not may_see(case.coach.user, case.dossier)


@pytest.mark.article("jmwerkt", "3.1.2")
@pytest.mark.article("jmwerkt", "4.1.4")
@pytest.mark.article("pluspunt", "3.1")
@pytest.mark.article("werklokaal", "4e")
@pytest.mark.parametrize("slug", ["javawest", "werkid", "pluspunt", "jmwerkt", "werklokaal"])
def test_every_bureau_asks_secrecy_of_every_role_of_staff(slug):
    bureau = make_bureau(slug, slug)
    for role in (Role.COACH, Role.ADMINISTRATIE, Role.DIRECTIE, Role.FG, Role.BEHEERDER):
        member = make_member(bureau, f"Nieuw{role}", role, signed=False)
        with acting(member):
            (found,) = declaration_gate.with_declarations(Membership.objects.filter(pk=member.pk))
            assert "geheimhouding" in declaration_gate.waiting(found)
            assert declaration_gate.is_shut_out(found)


def test_a_client_and_an_opdrachtgever_are_not_asked(case):
    for member in (case.member, case.payer):
        with acting(member):
            assert may_see(member.user, case.dossier)
        assert log_in(member).get("/account/verklaringen/").status_code == 404


def test_by_raw_sql_too_who_has_not_signed_sees_no_word_of_a_dossier(case):
    write(case, "Gesprek", "Iets")
    unsigned = case.coach
    with in_bureau(case.bureau):
        Declaration.objects.filter(membership=unsigned).delete()
    tables = ("dossiers_dossier", "dossiers_stuk", "dossiers_stukversion", "clients_client", "clients_traject",
              "vault_wrappedkey")  # fmt: skip

    def counts() -> list[int]:
        one_query = " UNION ALL ".join(f"SELECT count(*) FROM {table}" for table in tables)
        with acting(unsigned), connection.cursor() as cursor:
            cursor.execute(one_query)
            return [row[0] for row in cursor.fetchall()]

    assert counts() == [0] * len(tables)
    with in_bureau(case.bureau):
        sign_all(unsigned)
    assert all(counts())


def test_a_declaration_that_does_not_block_only_asks(case, unsigned):
    adopt(case.bureau, geheimhouding={"blocks_dossiers": False}, reglement={"on": False})
    with acting(unsigned):
        assert may_see(unsigned.user, case.dossier)
    assert "Lezen en ondertekenen" in log_in(unsigned).get("/account/verklaringen/").content.decode()


@pytest.mark.article("javawest", "10.3")
def test_a_new_version_of_the_reglement_is_signed_anew_from_its_day_on(case):
    adopt(case.bureau, in_days=1)
    with acting(case.coach):
        assert may_see(case.coach.user, case.dossier)
    adopt(case.bureau)
    with acting(case.coach):
        assert not may_see(case.coach.user, case.dossier)
        assert version_in_force().version == 3
    sign(case.coach, "reglement")
    with acting(case.coach):
        assert may_see(case.coach.user, case.dossier)


def test_a_term_that_has_run_out_closes_the_dossier_at_that_second(case):
    with in_bureau(case.bureau):
        mine = Declaration.objects.filter(membership=case.coach, key="geheimhouding")
        mine.update(valid_until=timezone.now() + timedelta(hours=1))
    with acting(case.coach):
        assert may_see(case.coach.user, case.dossier)
    with in_bureau(case.bureau):
        mine.update(valid_until=timezone.now() - timedelta(seconds=1))
    with acting(case.coach):
        assert not may_see(case.coach.user, case.dossier)


# --- screens ----------------------------------------------------------------------------------------------------------
def test_who_has_to_sign_is_led_there_and_back(case, unsigned):
    browser, page = log_in(unsigned), f"/dossiers/{case.dossier.pk}/"
    for path in (page, "/werkvoorraad/", "/clienten/", "/trajecten/"):
        answer = browser.get(path)
        assert answer.headers["Location"].startswith("/account/verklaringen/?next=")
    answer = browser.get(page, follow=True)
    assert "Eerst ondertekenen" in answer.content.decode()
    for key, then in (("geheimhouding", "/account/verklaringen/"), ("reglement", page)):
        address = f"/account/verklaringen/{key}/?next={page}"
        form = browser.get(address).context["form"]
        assert form["read"].value() in (None, False)
        refused = browser.post(address, {"text_sha256": form["text_sha256"].value()})
        assert "Zet hier een vinkje" in refused.content.decode()
        done = browser.post(address, {"read": "on", "text_sha256": form["text_sha256"].value()})
        assert done.headers["Location"].split("?")[0] == then
    assert browser.get(page).status_code == 200


@pytest.mark.parametrize("to", ["https://x.test/", "//x.test/", "javascript:alert(1)", "/\\x.test", "\x00"])
def test_signing_leads_to_no_other_house(unsigned, to):
    browser = log_in(unsigned)
    sign(unsigned, "reglement")
    with acting(unsigned):
        text = text_hash(in_force().declarations.asked["geheimhouding"])
    address = "/account/verklaringen/geheimhouding/"
    answer = browser.post(f"{address}?next={to}", {"read": "on", "text_sha256": text})
    assert answer.headers["Location"] == "/"


def test_a_text_that_changed_meanwhile_is_shown_again(case, unsigned):
    browser, address = log_in(unsigned), "/account/verklaringen/geheimhouding/"
    read = browser.get(address).context["form"]["text_sha256"].value()
    adopt(case.bureau, geheimhouding={"text": "Een nieuwe tekst over wat geheim blijft."})
    answer = browser.post(address, {"read": "on", "text_sha256": read})
    assert answer.status_code == 200
    for words in ("intussen gewijzigd", "Een nieuwe tekst over wat geheim blijft."):
        assert words in answer.content.decode()
    form = answer.context["form"]
    assert form["read"].value() in (None, False)
    done = browser.post(address, {"read": "on", "text_sha256": form["text_sha256"].value()})
    assert done.status_code == 302


def test_signing_asks_first_who_you_are(unsigned):
    browser = log_in(unsigned)
    session = browser.session
    session["account_authentication_methods"] = [
        {**one, "at": one["at"] - 3600} for one in session["account_authentication_methods"]
    ]
    session.save()
    answer = browser.get("/account/verklaringen/geheimhouding/")
    assert answer.headers["Location"].startswith("/account/bevestigen/")


def test_a_script_is_told_and_nothing_that_was_typed_is_lost(case, unsigned):
    browser = log_in(unsigned)
    as_script = {"headers": {"X-Requested-With": "XMLHttpRequest"}}
    answer = browser.post(f"/stukken/{case.dossier.pk}/bewaren/", {"section_0": "x"}, **as_script)
    assert answer.status_code == 403
    assert "ondertekenen" in answer.json()["message"]
    assert answer.json()["sign"].startswith("/account/verklaringen/")
    plain = browser.post(f"/dossiers/{case.dossier.pk}/nieuw/", {"kind": "gespreksverslag"})
    assert plain.status_code == 403
    assert "Eerst ondertekenen" in plain.content.decode()


def test_a_paper_is_for_its_signer_and_for_who_keeps_them(case, unsigned):
    row = sign(unsigned, "geheimhouding")
    sign(unsigned, "reglement")
    address = f"/account/verklaringen/{row.pk}/pdf/"
    answer = log_in(unsigned).get(address)
    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == row.file_sha256
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert log_in(make_member(case.bureau, "Coba", Role.COACH)).get(address).status_code == 404
    for role in (Role.DIRECTIE, Role.BEHEERDER, Role.FG):
        keeper = log_in(make_member(case.bureau, f"Keeper{role}", role))
        assert b"".join(keeper.get(address).streaming_content).startswith(b"%PDF")
    with in_bureau(case.bureau):
        assert Line.objects.filter(act="verklaring.opgehaald").count() == 4


@pytest.mark.article("javawest", "10.3")
def test_the_list_says_who_has_not_signed_in_few_queries(javawest, django_assert_max_num_queries):
    directie = make_member(javawest, "Dora", Role.DIRECTIE)
    for number in range(30):
        make_member(javawest, f"Nieuw{number:02}", Role.COACH, signed=number % 2 == 0)
    browser = log_in(directie)
    browser.get("/beheer/verklaringen/")
    with django_assert_max_num_queries(16):
        page = browser.get("/beheer/verklaringen/?toon=open")
    assert page.context["missing"] == 15
    assert "Nieuw01" in page.content.decode()
    assert "Nieuw02" not in page.content.decode()


# --- reminding ------------------------------------------------------------------------------------------------------
def mails(bureau) -> list[tuple[str, str]]:
    with in_bureau(bureau):
        return sorted(Mail.objects.filter(kind__startswith="verklaring").values_list("to", "kind"))


def test_who_has_to_sign_is_mailed_once_a_week_however_often_the_round_is_made(javawest):
    make_member(javawest, "Alice", Role.COACH)
    bob = make_member(javawest, "Bob", Role.COACH, signed=False)
    assert remind_to_sign() == 1
    assert remind_to_sign() == 0
    assert mails(javawest) == [(bob.user.email, "verklaring")]
    with in_bureau(javawest):
        assert actions.remind_weekly(today=timezone.localdate() + timedelta(days=7)) == 1


@pytest.mark.article("javawest", "10.3")
def test_a_new_version_is_told_the_day_before_and_the_day_itself(javawest):
    alice = make_member(javawest, "Alice", Role.COACH)
    adopt(javawest, in_days=1)
    assert remind_to_sign() == 1
    assert mails(javawest) == [(alice.user.email, "verklaring_vooraf")]
    assert remind_to_sign() == 0


def test_the_button_mails_who_has_to_sign_once_a_day(javawest):
    directie = log_in(make_member(javawest, "Dora", Role.DIRECTIE))
    bob = make_member(javawest, "Bob", Role.COACH, signed=False)
    for _ in range(2):
        assert directie.post("/beheer/verklaringen/herinneren/", {"membership": bob.pk}).status_code == 302
    assert mails(javawest) == [(bob.user.email, "verklaring")]
    for wrong in ("x", "0198c1f0-0000-7000-8000-0000000000ff", "\x00"):
        assert directie.post("/beheer/verklaringen/herinneren/", {"membership": wrong}).status_code == 404


# --- evidence ---------------------------------------------------------------------------------------------------------
def test_all_that_was_signed_goes_out_with_a_list_of_hashes_and_a_line_in_the_journal(javawest):
    directie = make_member(javawest, "Dora", Role.DIRECTIE)
    hostile = make_member(javawest, "=HYPERLINK(1)", Role.COACH, email="x@javawest.test", signed=False)
    rows = [sign(hostile, key) for key in KEYS]
    answer = log_in(directie).post("/beheer/verklaringen/ophalen/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert archive.testzip() is None
    table = archive.read("verklaringen.csv")
    lines = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig")), delimiter=";"))
    mine = [line for line in lines if line["bestand"]]
    assert {line["naam"] for line in mine} == {"'=HYPERLINK(1)"}
    for line in mine:
        assert hashlib.sha256(archive.read(line["bestand"])).hexdigest() == line["SHA-256 van de PDF"]
    assert {line["SHA-256 van de PDF"] for line in mine} == {row.file_sha256 for row in rows}
    with in_bureau(javawest):
        line = Line.objects.filter(act="verklaringen.geexporteerd").get()
    assert line.facts["papers"] == 2
    assert line.facts["sha256"] == hashlib.sha256(table).hexdigest()


def test_who_can_see_a_dossier_is_asked_without_error_by_who_has_signed(case):
    with acting(case.coach):
        assert case.coach in who_can_see(case.dossier)
