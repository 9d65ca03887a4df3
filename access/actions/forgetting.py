"""Taking an account away for good, when the last thing that it was for has been destroyed."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from access.actions.sessions import take_sessions
from access.models import CalendarLink, Declaration, FactorReset, Invitation, Mail, Membership, User
from access.reach import as_system
from vault.actions import destroy_key
from vault.files import delete_sealed


@dataclass
class Forgotten:
    """What went, by the label of its model, and what is still to be taken from outside the database."""

    removed: Counter[str] = field(default_factory=Counter)
    files: list[str] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)
    keys: list[uuid.UUID] = field(default_factory=list)


@transaction.atomic
def forget_member(*, membership: Membership) -> Forgotten:
    """Take a membership away with all that hangs on it, and the login where no bureau has it any more.

    The login's addresses, factors and sessions go with it. Of the platform's operator the login stays. The rows go
    with this transaction; its files and sessions are for the caller, who can be killed and does it again.
    """
    found = Forgotten()
    with as_system():
        email = membership.user.email
        declarations = Declaration.objects.filter(membership=membership)
        found.files = [name for name in declarations.values_list("file", flat=True) if name]
        found.removed["access.Declaration"] = declarations.delete()[0]
        found.removed["access.FactorReset"] = FactorReset.objects.filter(person=membership).delete()[0]
        found.removed["access.CalendarLink"] = CalendarLink.objects.filter(membership=membership).delete()[0]
        found.sessions = take_sessions(user_id=membership.user_id)
        membership.user.groups.remove(membership.private_group_id)
        found.removed["access.Membership"] = Membership.objects.filter(pk=membership.pk).delete()[0]
        found.removed += forget_addresses(emails=[email])
        if destroy_key(subject_id=membership.pk):
            found.keys.append(membership.pk)
        found.removed["access.User"] = int(_forget_account(membership.user_id, membership.private_group_id))
    return found


@transaction.atomic
def forget_addresses(*, emails: Iterable[str], subject_ids: Iterable[uuid.UUID] = ()) -> Counter[str]:
    """Take away the mails to these addresses and the invitations to them, or of these clients and gemachtigden.

    Of an address that somebody else here logs in with, or is invited at, nothing: what is theirs stays.
    """
    addresses, removed = {one.lower() for one in emails if one}, Counter[str]()
    with as_system():
        invited = Invitation.objects.filter(subject_id__in=list(subject_ids))
        addresses |= {one.lower() for one in invited.values_list("email", flat=True)}
        removed["access.Invitation"] = invited.delete()[0]
        used = User.objects.filter(email__in=addresses, memberships__in=Membership.objects.all())
        others = Invitation.objects.all().open().exclude(subject_id__in=list(subject_ids))
        asked = {one.lower() for one in others.values_list("email", flat=True)}
        going = addresses - asked - set(used.values_list("email", flat=True))
        for one in going:
            removed["access.Mail"] += Mail.objects.filter(to__iexact=one).delete()[0]
            removed["access.Invitation"] += Invitation.objects.filter(email__iexact=one).delete()[0]
    return removed


@transaction.atomic
def forget_mails(*, about: str) -> int:
    """Take away the mails of which the once_key begins with this: their receiver is no account, and is done with. How
    many; one that waits is sent no more."""
    with as_system():
        return int(Mail.objects.filter(once_key__startswith=about).delete()[0])


@transaction.atomic
def blank_member(*, membership: Membership, ended_before: datetime) -> bool:
    """The login data of an account that ended long ago; whether anything went. Row and name stay: lines name it.

    Declarations and their papers go here; address, password, factors and sessions only where no bureau needs the login
    any more. Again changes nothing.
    """
    with as_system():
        email = membership.user.email
        declarations = Declaration.objects.filter(membership=membership)
        for name in declarations.exclude(file="").values_list("file", flat=True):
            delete_sealed(name)
        gone = declarations.delete()[0] + FactorReset.objects.filter(person=membership).delete()[0]
        gone += CalendarLink.objects.filter(membership=membership).delete()[0]
        gone += int(destroy_key(subject_id=membership.pk))
        with connection.cursor() as cursor:
            cursor.execute("SELECT access_blank_account(%s, %s)", [membership.user_id, ended_before])
            blanked = bool(cursor.fetchone()[0])
        if blanked:
            forget_addresses(emails=[email])
    return blanked or bool(gone)


def _forget_account(user_id: int, group_id: int) -> bool:
    """By a function of the owner (access migration 0010): whether another bureau has the login is not for us to see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_forget_account(%s, %s)", [user_id, group_id])
        return bool(cursor.fetchone()[0])
