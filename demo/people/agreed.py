"""What clients agreed to, what left on it, who has the reglement, and with whom there are overeenkomsten; and where the
reglement has a register of starters, what stands in it. By the product's own acts, in the names of who works there."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random

import pikepdf
from django.core.files.base import ContentFile
from django.utils import timezone

from access.middleware import membership_with_groups, narrow_to
from access.models import Membership
from bureaus import reglement
from bureaus.schema import Ground
from bureaus.tenancy import in_bureau
from clients.models import Client, Opdrachtgever, Phase
from consent import disclosing, rules, starter_access
from consent.actions import agreements, consents, disclosures, handing_out, starters
from consent.models import (
    Business,
    Consent,
    Hours,
    Investment,
    Learned,
    Region,
    Sector,
    StarterPhase,
    Turnover,
)
from demo.people.chance import rng_for
from demo.people.house import House
from dossiers.models import Dossier

DOCTOR = "Huisartsenpraktijk De Brug"
LETTER = "De brief over de uren die kunnen"
PAPERS = 6  # clients who signed for the reglement on paper; the others have not
FACTS = {
    "words": "", "why": "Om de behandeling op de uren af te stemmen.", "receiver": DOCTOR, "receiver_kind": "zorg",
    "authority": "teruggebeld", "authority_words": "Nummer van de eigen website",
}  # fmt: skip
# With whom, what for, signed so many days ago, and so many days to go.
AGREEMENTS = (
    ("Noorderlicht Hosting B.V.", "De server waar dit programma op draait", 300, 430),
    ("Postduif Mail B.V.", "Berichten versturen zonder inhoud", 330, 40),
    ("Klaver Boekhouding", "De uren en rekeningen", 700, None),
    ("Papierhuis De Wilg", "Papier ophalen en vernietigen", 900, 200),
)
LESSONS = (
    "Begin klein en bewaar de bonnetjes vanaf de eerste dag.",
    "Vraag eerst tien mensen of zij het zouden kopen. Daarna pas een logo.",
    "Een halve baan ernaast gaf rust in het eerste jaar.",
    "De prijs was te laag. Na een half jaar ging die omhoog, en geen klant liep weg.",
    "Reken op drie maanden voordat er geld binnenkomt.",
    "Samen met een ander beginnen scheelt kosten, en het is minder alleen.",
    "",
)
# Three of one branche in one province: there the province is shown.
TOGETHER = (Sector.CARE, Region.GRONINGEN)


def agree(house: House) -> None:
    """On the first day, once."""
    rng = rng_for(house.seed, house.slug, "agreed")
    with in_bureau(house.bureau, origin="demo"):
        here = Client.objects.filter(trajecten__handler=house.staff.coach).exclude(trajecten__phase=Phase.ENDED)
        clients = list(here.exclude(membership=house.client).order_by("id").distinct()[:12])
        star = Client.objects.filter(membership=house.client).first()
    if star is not None:
        _of_star(house, star)
    _on_paper(house, clients)
    _reglement(house, clients)
    _overeenkomsten(house)
    if clients:
        _starters(house, clients, star, rng)


@contextmanager
def as_member(member: Membership) -> Iterator[None]:
    """One transaction in which this member acts within what they reach, as in a request."""
    with in_bureau(member.bureau_id):
        found = membership_with_groups(member.user_id)
        if found is None:
            raise LookupError(f"{member} has no membership in force")
        narrow_to(found, origin="demo")
        yield


# -- consents ----------------------------------------------------------------------------------------------------------
def _of_star(house: House, star: Client) -> None:
    """One that holds and something left on it, one withdrawn, one refused, the others wait for an answer."""
    coach, member = house.staff.coach, house.client
    share = _asked(coach, star, "third_party_share")
    photo = _asked(coach, star, "photo")
    with in_bureau(house.bureau):
        own = [key for key in reglement.in_force().consents.asked_now() if key not in ("third_party_share", "photo")]
    other = [_asked(coach, star, key) for key in own if key != starter_access.PURPOSE]
    with as_member(member):
        share = consents.give(consent=share, by=member, signed_name=member.name)
        consents.give(consent=photo, by=member, signed_name=member.name)
        consents.withdraw(consent=photo, by=member)
        for row in other[1:2]:
            consents.refuse(consent=row, by=member)
    with in_bureau(house.bureau):
        dossier = Dossier.objects.filter(client=star, traject__handler=coach).order_by("id").first()
    if dossier is not None:
        _sent(coach, dossier, share)


def _asked(coach: Membership, client: Client, purpose: str) -> Consent:
    """With a party and what it is about, in so far as the purpose asks it."""
    with as_member(coach):
        rule = reglement.in_force().consents.asked_now()[purpose]
        party = DOCTOR if rule.names_party else ""
        scope = LETTER if rules.needs_scope(rule) else ""
        return consents.ask_consent(client=client, purpose=purpose, by=coach, party=party, scope=scope)


def _on_paper(house: House, clients: Sequence[Client]) -> None:
    """A yes on paper, on which something is being prepared; a no on paper; and a question that waits."""
    coach, today = house.staff.coach, timezone.localdate()
    for at, client in enumerate(clients[:3]):
        row = _asked(coach, client, "third_party_share" if at == 0 else "photo")
        with as_member(coach):
            if at == 0:
                given = consents.give_on_paper(consent=row, signed_on=today, scan=_paper(), by=coach)
                _prepared(coach, client, given)
            elif at == 1:
                consents.refuse_on_paper(consent=row, signed_on=today, by=coach)


# -- disclosures -------------------------------------------------------------------------------------------------------
def _sent(coach: Membership, dossier: Dossier, consent: Consent) -> None:
    """A worker packs it once it runs."""
    with as_member(coach):
        if not disclosing.may_disclose(coach, dossier) or Ground.CONSENT not in disclosing.offered():
            return
        facts = FACTS | {"means": "link", "address": "praktijk@debrug.test"}
        row = disclosures.prepare(dossier=dossier, by=coach, ground=Ground.CONSENT, facts=facts, consent=consent)
        goes = [one.stuk for one in disclosing.choices(coach, row) if not one.why_not][:2]
        if goes:
            disclosures.choose(disclosure=row, stukken=[one.pk for one in goes], by=coach)
            disclosures.send(disclosure=row, seen=disclosing.fingerprint_of(row, goes), by=coach)


def _prepared(coach: Membership, client: Client, consent: Consent) -> None:
    dossier = Dossier.objects.filter(client=client, traject__handler=coach).order_by("id").first()
    if dossier is None or not disclosing.may_disclose(coach, dossier) or Ground.CONSENT not in disclosing.offered():
        return
    facts = FACTS | {"means": "papier"}
    disclosures.prepare(dossier=dossier, by=coach, ground=Ground.CONSENT, facts=facts, consent=consent)


# -- the reglement, and the overeenkomsten -----------------------------------------------------------------------------
def _reglement(house: House, clients: Sequence[Client]) -> None:
    """Some signed for it on paper; the client with an account has it in the portal and did not say so yet."""
    coach, today = house.staff.coach, timezone.localdate()
    with as_member(coach):
        for client in clients[:PAPERS]:
            handing_out.hand_on_paper(client=client, given_on=today, scan=_paper(), by=coach)
        star = Client.objects.filter(membership=house.client).first()
        if star is not None:
            handing_out.hand_out(client=star, by=coach)


def _overeenkomsten(house: House) -> None:
    """One ends soon, one has no end, one is over before its time; one is with an opdrachtgever."""
    by, today = house.staff.administratie, timezone.localdate()
    with as_member(by):
        for party, purpose, since, left in AGREEMENTS:
            ends = today + timedelta(days=left) if left else None
            row = _agreement(by, agreements.Agreed(purpose, today - timedelta(days=since), ends, party=party))
        agreements.end_agreement(agreement=row, reason="Overgestapt naar een ander", by=by)
        payer = Opdrachtgever.objects.filter(kind="gemeente").order_by("name", "id").first()
        if payer is not None:
            said = "Uitwisselen van aanmeldingen en rapportages"
            _agreement(by, agreements.Agreed(said, today - timedelta(days=120), date(today.year + 2, 12, 31), payer))


def _agreement(by: Membership, agreed: agreements.Agreed) -> agreements.ProcessorAgreement:
    return agreements.add_agreement(agreed=agreed, scan=_paper(), by=by)


# -- the register of starters ------------------------------------------------------------------------------------------
def _starters(house: House, clients: Sequence[Client], star: Client | None, rng: Random) -> None:
    """An entry for most; and a question about the first, for the demo's own client."""
    coach = house.staff.coach
    with as_member(coach):
        if not starter_access.is_on():
            return
        made = [
            starters.keep_entry(client=client, entered=_entry(rng, at), by=coach)
            for at, client in enumerate(clients[:10])
        ]
        if star is not None:
            starters.ask_who(entry=made[0], client=star, tells=["naam", "telefoon"], by=coach)


def _entry(rng: Random, at: int) -> starters.Entered:
    drawn = {
        "kind": Business, "sector": Sector, "phase": StarterPhase, "region": Region, "turnover": Turnover,
        "investment": Investment, "hours": Hours,
    }  # fmt: skip
    chosen: dict[str, object] = {name: rng.choice(choices.values) for name, choices in drawn.items()}
    if at < 3:
        chosen |= {"sector": TOGETHER[0].value, "region": TOGETHER[1].value}
    chosen["learned"] = rng.sample(Learned.values, 2)
    return starters.Entered(chosen, LESSONS[at % len(LESSONS)])


def _paper() -> ContentFile[bytes]:
    """A page that came in by post and was scanned."""
    whole = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(595, 842))
        made.save(whole, deterministic_id=True)
    return ContentFile(whole.getvalue(), name="papier.pdf")
