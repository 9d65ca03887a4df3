"""Accounts of clients, gemachtigden and contacts: the invitation, and what it is bound to once accepted."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from access.actions import invite, revoke_invitation
from access.models import Invitation, Membership, Role
from access.reach import as_system
from clients import access, signals
from clients.models import Client, Gemachtigde, Opdrachtgever, OpdrachtgeverContact, OpdrachtgeverKind
from clients.rules import Refused
from journal.actions import record

Subject = Client | Gemachtigde | OpdrachtgeverContact


def account_state(subject: Subject) -> str:
    """'actief', 'uitgenodigd' or 'geen'."""
    if subject.membership_id:
        return "actief"
    return "uitgenodigd" if Invitation.objects.all().open().filter(subject_id=subject.pk).exists() else "geen"


@transaction.atomic
def invite_client(*, client: Client, by: Membership) -> None:
    """Ask the client to the portal by mail; asked again, the earlier link works no more. Raises rules.RuleBroken."""
    access.check_change_client(by, client)
    _invite(client, str(client), Role.CLIENT, by)


@transaction.atomic
def invite_gemachtigde(*, gemachtigde: Gemachtigde, by: Membership) -> None:
    """Ask who acts for the client to the portal; who has an account as gemachtigde here gets this client besides.

    Raises rules.RuleBroken, also for a machtiging that has ended.
    """
    access.check_change_client(by, gemachtigde.client)
    if gemachtigde.valid_until and gemachtigde.valid_until < timezone.localdate():
        raise Refused("Deze machtiging is voorbij.")
    members = Membership.objects.all().active().with_role(Role.GEMACHTIGDE)
    known = members.filter(user__email=gemachtigde.email.lower()).first() if gemachtigde.email else None
    if known is not None and not gemachtigde.membership_id:
        bind(gemachtigde, known, by=by)
    else:
        _invite(gemachtigde, gemachtigde.name, Role.GEMACHTIGDE, by)


@transaction.atomic
def invite_contact(*, contact: OpdrachtgeverContact, by: Membership) -> None:
    """Ask a person at the opdrachtgever to follow the trajecten that name them. Raises rules.RuleBroken."""
    access.check_keep_payers(by)
    _invite(contact, contact.name, Role.OPDRACHTGEVER, by)


def bind_accepted(invitation: Invitation, membership: Membership) -> None:
    """Whoever accepted is the client, gemachtigde or contact that the invitation was for, if that is still there."""
    models: dict[Role, type[Subject]] = {
        Role.CLIENT: Client,
        Role.GEMACHTIGDE: Gemachtigde,
        Role.OPDRACHTGEVER: OpdrachtgeverContact,
    }
    for role, model in models.items():
        if role in invitation.roles and invitation.subject_id:
            row = model.objects.select_for_update(of=("self",)).filter(pk=invitation.subject_id).first()
            if row is not None and row.membership_id is None:
                _check_free(model, membership)
                bind(row, membership, by=invitation.invited_by)


def _check_free(model: type[Subject], membership: Membership) -> None:
    """Two clients with one address do not share an account; who is gemachtigde may be it for several."""
    if model is not Gemachtigde and model.objects.filter(membership=membership).exists():
        raise Refused("Bij uw account hoort al iemand anders. Vraag het bureau om een uitnodiging op een ander adres.")


def bind(subject: Subject, membership: Membership, *, by: Membership | None) -> None:
    """From here on this account is theirs; what it opens follows by the signal."""
    subject.membership = membership
    subject.save(update_fields=["membership"])
    if isinstance(subject, OpdrachtgeverContact):
        call_by_word(subject.opdrachtgever)
    record(act="account.gekoppeld", obj=subject, facts={"membership": str(membership.pk)})
    _tell(subject, by)


def call_by_word(payer: Opdrachtgever) -> None:
    """A particulier who pays is a person, as a rule the client: the log calls them by word, for it outlives
    them (Membership.log_name). Whose name once stayed out stays out."""
    if payer.kind == OpdrachtgeverKind.PARTICULIER:
        with as_system():
            Membership.objects.filter(opdrachtgever_contact__opdrachtgever=payer).update(nameless=True)


def unbind_all(membership: Membership, *, by: Membership | None) -> None:
    """The membership ended: nobody is reached by it any more."""
    for model in (Client, Gemachtigde, OpdrachtgeverContact):
        for subject in model.objects.select_for_update(of=("self",)).filter(membership=membership):
            _unbind(subject, by)


def unbind_gemachtigde(membership: Membership, *, by: Membership | None) -> None:
    """They act for nobody any more; their own client's account stays."""
    for subject in Gemachtigde.objects.select_for_update(of=("self",)).filter(membership=membership):
        _unbind(subject, by)


def follow_address(subject: Gemachtigde | OpdrachtgeverContact, old: str, *, by: Membership | None) -> None:
    """Another address is another person: open invitations and the account of who stood here before open no more."""
    if subject.email.lower() == old.lower():
        return
    revoke_open(subject.pk, by=by)
    if subject.membership and subject.email and subject.membership.user.email != subject.email.lower():
        _unbind(subject, by)


def _unbind(subject: Subject, by: Membership | None) -> None:
    membership_id, subject.membership = subject.membership_id, None
    subject.save(update_fields=["membership"])
    record(act="account.losgemaakt", obj=subject, facts={"membership": str(membership_id)})
    _tell(subject, by)


def revoke_open(subject_id: uuid.UUID, *, by: Membership | None) -> None:
    """Take back invitations that are still open: the address or the person changed."""
    for invitation in Invitation.objects.all().open().filter(subject_id=subject_id):
        revoke_invitation(invitation=invitation, by=by)


def _tell(subject: Any, by: Membership | None) -> None:
    if isinstance(subject, OpdrachtgeverContact):
        signals.contact_account_changed.send(sender=OpdrachtgeverContact, contact=subject, by=by)
        return
    client = subject if isinstance(subject, Client) else subject.client
    signals.client_account_changed.send(sender=Client, client=client, by=by)


def _invite(subject: Subject, name: str, role: Role, by: Membership) -> None:
    if subject.membership_id:
        raise Refused("Deze persoon heeft al een account.")
    if not subject.email:
        raise Refused("Vul eerst een e-mailadres in: daar gaat de uitnodiging heen.", "email")
    invite(email=subject.email, name=name[:120], roles=[role], subject_id=subject.pk, by=by)
