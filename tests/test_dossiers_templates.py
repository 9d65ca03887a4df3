"""The bureau's own templates, and the texts that are typed into forms."""

from __future__ import annotations

import pytest

from access import texts
from access.models import Role
from bureaus.tenancy import in_bureau
from dossiers import rules
from dossiers.forms import lines_of, sections_of
from dossiers.models import VerslagTemplate
from tests.support.people import log_in, make_bureau, make_member

LIST = "/beheer/sjablonen/"
HEADINGS = "Het bedrijf | Wat doen ze?\nIndruk"
WHO = [(Role.DIRECTIE, 200), (Role.BEHEERDER, 200), (Role.COACH, 403), (Role.CLIENT, 404)]


@pytest.fixture(autouse=True)
def _no_mfa(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def directie(javawest):
    return log_in(make_member(javawest, "Diana", Role.DIRECTIE))


def filled(**more):
    return {
        "name": "Bedrijfsbezoek",
        "kind": "gespreksverslag",
        "sections": "Het bedrijf | Wat doen ze?\nIndruk",
        **more,
    }


def named(bureau, name):
    with in_bureau(bureau):
        return VerslagTemplate.objects.filter(name=name).first()


@pytest.mark.parametrize(
    ("role", "status"), [(Role.DIRECTIE, 200), (Role.BEHEERDER, 200), (Role.COACH, 403), (Role.CLIENT, 404)]
)
def test_templates_are_kept_by_directie_and_beheerder(javawest, role, status):
    assert log_in(make_member(javawest, "Iemand", role)).get(LIST).status_code == status


def test_a_template_is_made_changed_and_put_out_of_use(javawest, directie):
    assert directie.post(f"{LIST}nieuw/", filled()).url == LIST
    made = named(javawest, "Bedrijfsbezoek")
    assert made.sections == [{"label": "Het bedrijf", "help": "Wat doen ze?"}, {"label": "Indruk", "help": ""}]
    page = f"{LIST}{made.pk}/"
    assert "Het bedrijf | Wat doen ze?" in directie.get(page).content.decode()
    directie.post(page, filled(name="Bezoek"))
    directie.post(f"{page}gebruik/", {"actie": "uit"})
    directie.post(f"{page}gebruik/", {"actie": "uit"})
    assert not named(javawest, "Bezoek").active


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": ""}, "verplicht"),
        ({"name": "\u200b"}, "onzichtbaar teken"),
        ({"name": "Intake\u202eekatni"}, "leesrichting"),
        ({"name": "n" * 300}, "tekens"),
        ({"name": "Gespreksverslag"}, "al een sjabloon met deze naam"),
        ({"kind": "werkaantekening"}, "geldige keuze"),
        ({"sections": " \n | \n"}, "ten minste één kopje"),
        ({"sections": "Eén\neén"}, "heten hetzelfde"),
        ({"sections": "\n".join(f"Kopje {number}" for number in range(40))}, "ten hoogste 30"),
        ({"sections": "Eén\x00"}, "onzichtbare tekens"),
        ({"sections": "k" * 300}, "ten hoogste 200 tekens"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(javawest, directie, wrong, message):
    page = directie.post(f"{LIST}nieuw/", filled(**wrong))
    assert page.status_code == 200
    assert message in page.content.decode()


def test_hostile_words_in_a_template_are_shown_as_words(javawest, directie):
    directie.post(f"{LIST}nieuw/", filled(name="<script>x</script>", sections="<script>y</script>"))
    page = directie.get(LIST).content.decode()
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_a_template_of_another_bureau_is_not_there(javawest, directie):
    werkid = make_bureau("werkid", "werkid")
    other = named(werkid, "Gespreksverslag")
    assert directie.get(f"{LIST}{other.pk}/").status_code == 404


def test_lines_and_sections_are_each_others_reverse():
    assert lines_of(sections_of(HEADINGS)) == HEADINGS


def test_other_headings_lose_no_written_word():
    content = {
        "title": "T",
        "sections": [{"label": "A", "text": "van a"}, {"label": "B", "text": ""}, {"label": "C", "text": "van c"}],
    }
    changed = rules.with_headings(content, [{"label": "D", "help": "uitleg"}, {"label": "A"}])
    assert [(one["label"], one["text"]) for one in changed["sections"]] == [("D", ""), ("A", "van a"), ("C", "van c")]


@pytest.mark.parametrize("text", ["", " \n", "\u200b\u2060\ufeff", "\u202e\u2066", "\u2800", "\x00"])
def test_what_nobody_can_read_is_blank(text):
    assert texts.is_blank(text)


def test_texts_keep_their_letters_and_lose_what_deceives():
    assert texts.clean_text("regel 1\r\nregel 2\x00\u202e مرحبا") == "regel 1\nregel 2 مرحبا"
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert texts.clean_text(family) == family
    assert rules.clean_line("  naam\u202egnp.exe \n") == "naamgnp.exe"


@pytest.mark.parametrize("to", ["concept", "vastgesteld"])
def test_nothing_goes_back(to):
    with pytest.raises(rules.Refused):
        rules.check_step("aangevuld", to)
