"""Labels and refusals say what the bureau says: 'klant' is the payer at one and the client at another."""

from __future__ import annotations

import pytest

from access.models import Role, role_label
from bureaus.tenancy import in_bureau
from clients.actions.registration import needs_statement
from clients.models import end_reasons
from tests.support.people import log_in, make_bureau, make_member

pytestmark = pytest.mark.django_db
# slug: client, opdrachtgever, coach
WORDS = {
    "javawest": ("cliënt", "klant", "coach"),
    "werkid": ("cliënt", "opdrachtgever", "jobcoach"),
    "pluspunt": ("cliënt", "opdrachtgever", "casemanager"),
    "jmwerkt": ("betrokkene", "opdrachtgever", "medewerker"),
    "werklokaal": ("klant", "opdrachtgever", "adviseur"),
}


@pytest.mark.parametrize("slug", WORDS)
def test_roles_reasons_and_refusals_are_in_the_bureaus_words(slug):
    client, payer, coach = WORDS[slug]
    with in_bureau(make_bureau(slug, slug)):
        assert [role_label(role) for role in (Role.CLIENT, Role.OPDRACHTGEVER, Role.COACH)] == [client, payer, coach]
        assert role_label(Role.FG) == "functionaris gegevensbescherming"
        reasons = dict(end_reasons())
        assert reasons["client"] == f"op verzoek van de {client}"
        assert reasons["opdrachtgever"] == f"op verzoek van de {payer}"
        assert f"dat de {client} instemt" in needs_statement()
        assert needs_statement().endswith(f"Vraag de {payer} erom.")


def test_the_form_of_an_invitation_names_the_roles_in_the_bureaus_words(settings):
    settings.MFA_REQUIRED = False
    dora = make_member(make_bureau("werklokaal", "werklokaal"), "Dora", Role.DIRECTIE)
    page = log_in(dora).get("/beheer/medewerkers/uitnodigen/").content.decode()
    assert "adviseur" in page
    assert "coach\n" not in page


def test_who_keeps_the_list_of_opdrachtgevers_has_it_in_the_menu(settings):
    settings.MFA_REQUIRED = False
    bureau = make_bureau()
    menus = {role: log_in(make_member(bureau, role, role)).get("/werkvoorraad/").content.decode() for role in
             (Role.COACH, Role.BEHEERDER, Role.FG)}  # fmt: skip
    assert ['href="/opdrachtgevers/"' in menus[role] for role in menus] == [True, True, False]
    assert ['href="/clienten/"' in menus[role] for role in menus] == [True, False, False]
