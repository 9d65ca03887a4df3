"""What is known of a client that no entry may say: names, addresses and numbers of theirs and of those around them."""

from __future__ import annotations

from clients.models import Client, ContactPerson, Gemachtigde, OpdrachtgeverKind, Traject
from clients.rules import display_name
from consent.starter_words import Known


def known_of(client: Client, business_name: str) -> Known:
    """Of the client, contact persons, gemachtigden, who pays, and who guides them. Three queries."""
    around = [*ContactPerson.objects.filter(client=client), *Gemachtigde.objects.filter(client=client)]
    rows = Traject.objects.filter(client=client).select_related("opdrachtgever", "contact", "handler", "second_coach")
    others = [one for row in rows for one in _of_traject(row)]
    names = [one.name for one in around] + others
    family = display_name("", client.tussenvoegsel, client.last_name)
    initials = client.initials or "".join(part[0] for part in client.first_name.split())
    return Known(
        people=(client.first_name, client.last_name, *names),
        whole=(f"{client.first_name} {family}", f"{initials} {family}", family, *names),
        business=business_name,
        said=_said(client, around),
    )


def _of_traject(row: Traject) -> list[str]:
    people = [row.contact, row.handler, row.second_coach]
    names = [one.name for one in people if one is not None]
    return [*names, row.opdrachtgever.name] if row.opdrachtgever.kind == OpdrachtgeverKind.PARTICULIER else names


def _said(client: Client, around: list[ContactPerson | Gemachtigde]) -> tuple[str, ...]:
    said = [client.email, client.phone, client.postcode, client.city, client.street, _without_number(client.street)]
    said += [value for one in around for value in (one.email, one.phone)]
    return tuple(dict.fromkeys(one for one in said if one))


def _without_number(street: str) -> str:
    return " ".join(part for part in street.split() if not part[0].isdigit())
