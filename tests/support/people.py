"""Small helpers to have a bureau with people in it, and to be one of them in a browser of Django's."""

from __future__ import annotations

from contextlib import contextmanager

from django.test import Client

from access import actions
from access.models import Membership, User
from bureaus.actions import Adopter, create_bureau
from bureaus.models import Bureau
from bureaus.tenancy import in_bureau

PASSWORD = "een lange zin om in te loggen"


def make_bureau(slug: str = "javawest", preset: str = "javawest") -> Bureau:
    return create_bureau(slug=slug, preset=preset, by=Adopter(name="Test"), host=f"{slug}.localhost")


def make_member(bureau: Bureau, name: str, *roles: str, email: str = "", password: str = PASSWORD) -> Membership:
    """Someone with these roles; the address is NAME@SLUG.test unless given."""
    address = email or f"{name.lower()}@{bureau.slug}.test"
    with in_bureau(bureau):
        user, made = User.objects.get_or_create(email=address)
        if made:
            user.set_password(password)
            user.save()
        return actions.add_membership(user=user, name=name, roles=roles)


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
        narrow_to(membership_with_groups(member.user_id), origin="127.0.0.1")
        yield
