"""The accounts of the demo, one set per bureau. They exist only where DEBUG and DEMO are on."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password

from access.actions import add_membership, make_platform_operator
from access.actions.declarations import sign
from access.declaration_gate import waiting_of
from access.declaration_rules import text_hash
from access.models import Membership, Role, User
from bureaus.models import Bureau
from bureaus.tenancy import in_bureau
from demo.people.chance import rng_for
from demo.people.names import draw_name
from demo.people.shapes import Name

PASSWORD = "demo-dossierwacht"
PLATFORM = "beheer@platform.test"
STAFF = {
    "directie": ((Role.DIRECTIE, Role.BEHEERDER), "directeur"),
    "directie2": ((Role.DIRECTIE,), "adjunct-directeur"),
    "coach": ((Role.COACH,), "coach"),
    "coach2": ((Role.COACH,), "coach"),
    "administratie": ((Role.ADMINISTRATIE,), "administratief medewerker"),
    "fg": ((Role.FG,), "functionaris gegevensbescherming"),
}


class DemoOnly(RuntimeError):
    """Accounts with a published password are not made on an installation that is meant for real."""


@dataclass(frozen=True)
class Staff:
    """The members of one bureau that the demo's dossiers name."""

    directie: Membership
    directie2: Membership
    coach: Membership
    coach2: Membership
    administratie: Membership
    fg: Membership

    @property
    def everyone(self) -> tuple[Membership, ...]:
        return self.directie, self.directie2, self.coach, self.coach2, self.administratie, self.fg

    @property
    def coaches(self) -> tuple[Membership, Membership]:
        return self.coach, self.coach2


def check_demo() -> None:
    """Raises DemoOnly outside the demo."""
    if not (settings.DEBUG and settings.DEMO):
        raise DemoOnly("The demo's accounts are made only where DEBUG and DEMO are on.")


def make_staff(seed: int, slug: str) -> Staff:
    """The people who work at the bureau of the current context."""
    members = {}
    for place, (account, (roles, function)) in enumerate(STAFF.items()):
        rng = rng_for(seed, slug, "staff", account)
        name = draw_name(rng, "mv"[place % 2])
        members[account] = make_account(slug, account, name.full, *roles, function=function)
    return Staff(**members)


def sign_declarations(bureau: Bureau, members: Iterable[Membership]) -> None:
    """Each signs, in their own name, what the reglement asks of them; what was signed earlier stays."""
    for member in members:
        with acting_as(bureau, member):
            for key, rule in waiting_of([member])[member.pk].items():
                sign(key=key, by=member, shown_by="wachtwoord", text_sha256=text_hash(rule))


@contextmanager
def acting_as(bureau: Bureau, member: Membership) -> Iterator[None]:
    """One transaction in which this member acts, as the journal names who did it."""
    who = {"user_id": member.user_id, "membership_id": member.pk, "actor_label": member.log_name}
    with in_bureau(bureau, origin="demo", roles=tuple(member.roles), **who):
        yield


def make_outsider(slug: str, account: str, name: Name, role: str, function: str = "") -> Membership:
    """The account of the client or of the opdrachtgever's contact."""
    return make_account(slug, account, name.full, role, function=function)


def make_account(slug: str, account: str, name: str, *roles: str, function: str = "") -> Membership:
    """An account of the current bureau; the one that is there already stays as it is."""
    email = f"{account}@{slug}.test"
    there: Membership | None = Membership.objects.filter(user__email=email).select_related("user").first()
    if there:
        return there
    user, _ = User.objects.get_or_create(email=email, defaults={"password": _hashed()})
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return add_membership(user=user, name=name, roles=roles, function=function)


def make_operator() -> User:
    """The platform's operator; again changes nothing but the password."""
    user = make_platform_operator(email=PLATFORM)
    User.objects.filter(pk=user.pk).update(password=_hashed())
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user


@cache
def _hashed() -> str:
    # Hashing is slow on purpose; all accounts have the same published password, so once is enough.
    return make_password(PASSWORD)
