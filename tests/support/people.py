"""Small helpers to have a bureau with people in it, and to be one of them in a browser of Django's."""

from __future__ import annotations

from contextlib import contextmanager

from django.test import Client

from access import actions, declaration_gate
from access.declaration_rules import text_hash
from access.models import Declaration, Membership, User
from bureaus import reglement
from bureaus.actions import Adopter, create_bureau
from bureaus.models import Bureau
from bureaus.tenancy import in_bureau

PASSWORD = "een lange zin om in te loggen"


def make_bureau(slug: str = "javawest", preset: str = "javawest") -> Bureau:
    return create_bureau(slug=slug, preset=preset, by=Adopter(name="Test"), host=f"{slug}.localhost")


def make_member(
    bureau: Bureau, name: str, *roles: str, email: str = "", password: str = PASSWORD, signed: bool = True
) -> Membership:
    """Someone with these roles, who signed what the reglement asks; the address is NAME@SLUG.test unless given."""
    address = email or f"{name.lower()}@{bureau.slug}.test"
    with in_bureau(bureau):
        user, made = User.objects.get_or_create(email=address)
        if made:
            user.set_password(password)
            user.save()
        member = actions.add_membership(user=user, name=name, roles=roles)
        if signed:
            sign_all(member)
    return member


def sign_all(*members: Membership) -> None:
    """The rows of what these members have to sign now, without the papers; in the bureau's context."""
    version = reglement.version_in_force()
    rows = [
        Declaration(
            membership=member, key=key, title=rule.title, reglement_version=version.version,
            text_sha256=text_hash(rule), shown_by="wachtwoord", file="", file_size=0, file_sha256="0" * 64,
        )
        for member, waiting in zip(members, declaration_gate.waiting_of(members).values(), strict=True)
        for key, rule in waiting.items()
    ]  # fmt: skip
    Declaration.objects.bulk_create(rows)


def browser_of(bureau: Bureau | None) -> Client:
    """A Django test client on the host of this bureau (None: the bare host)."""
    return Client(headers={"host": bureau.host if bureau else "localhost"})


def log_in(member: Membership) -> Client:
    """Logged in by the form, through every layer that a person goes through."""
    client = browser_of(member.bureau)
    answer = client.post("/account/inloggen/", {"login": member.user.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return client


@contextmanager
def acting(member: Membership):
    """Inside: the context that a request of this member has."""
    from access.middleware import membership_with_groups, narrow_to

    with in_bureau(member.bureau_id):
        found = membership_with_groups(member.user_id)
        assert found is not None, f"{member} has no membership in force"
        narrow_to(found, origin="127.0.0.1")
        yield
