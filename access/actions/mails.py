"""The outbox: a mail is a row first, and holds no content of a dossier."""

from __future__ import annotations

import contextlib
import json
import smtplib
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models.functions import Now
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import timezone

from access import rules
from access.models import Mail, Membership
from access.reach import as_system
from access.urlbase import base_url
from bureaus.models import Bureau
from bureaus.tenancy import current_bureau_id
from vault.platform import seal_text, unseal_text

PURPOSE = "mail"


@transaction.atomic
def queue_mail(
    *,
    to: str,
    kind: str,
    once_key: str,
    facts: Mapping[str, Any] | None = None,
    sealed: Mapping[str, Any] | None = None,
) -> bool:
    """Put a mail in the outbox and ring the bell; False where `once_key` was used before in this bureau.

    `kind` names templates/mails/<kind>.txt (its first line is the subject) and perhaps <kind>.html. `facts` are
    JSON; `sealed` too, but not readable in the database: a link that lets in. Both never hold a name of a
    client or a word of a dossier. A fact `path` becomes `link`, at the bureau's own address.
    """
    held = dict(facts or {})
    if sealed:
        held["sealed"] = seal_text(json.dumps(dict(sealed)), purpose=PURPOSE)
    mail = Mail(to=to, kind=kind, facts=held, once_key=once_key[:120])
    with as_system():
        Mail.objects.bulk_create([mail], ignore_conflicts=True)
        made = bool(Mail.objects.filter(pk=mail.pk).exists())
    if made:
        transaction.on_commit(_ring, robust=True)
    return made


def tell(members: Iterable[Membership], *, kind: str, once: object, path: str, **facts: Any) -> int:
    """A mail to each of them, once for this happening: an address where to log in and look. How many were queued."""
    return sum(
        queue_mail(
            to=one.user.email, kind=kind, once_key=f"{kind}:{once}:{one.pk}", facts={"path": path, **facts}
        )
        for one in members
    )  # fmt: skip


def with_role(*roles: str, but: Any = None) -> list[Membership]:
    """Everybody here with one of these roles but the one with this id, with their accounts, by name."""
    found = Membership.objects.all().active().with_role(*roles).exclude(pk=but)
    return list(found.select_related("user").order_by("name", "id"))


def mail_account(*, to: str, kind: str, sealed: Mapping[str, Any]) -> None:
    """A mail about one's account, each time that something happens to it."""
    queue_mail(to=to, kind=kind, once_key=f"{kind}:{uuid.uuid4()}", sealed=sealed)


def send_next() -> bool:
    """Send one waiting mail of the current bureau; False where none is due.

    Its Message-ID is its row: one that is sent again after a crash between sending and commit is the same mail.
    """
    with transaction.atomic():
        due = Mail.objects.filter(status=Mail.Status.WAITING, not_before__lte=Now()).order_by("not_before")
        mail = due.select_for_update(of=("self",), skip_locked=True).first()
        if mail is None:
            return False
        try:
            message_of(mail).send()
        except (smtplib.SMTPException, OSError) as error:
            _failed(mail, error)
        else:
            _sent(mail)
    return True


def mail_operator(*, to: str, kind: str, facts: Mapping[str, Any]) -> None:
    """A mail about an account of the platform: there is no bureau, hence no outbox. Sent when this commits."""
    message = compose(to=to, kind=kind, facts=facts, bureau=None)
    transaction.on_commit(message.send, robust=True)


def message_of(mail: Mail) -> EmailMultiAlternatives:
    """The mail as it goes out. Raises TemplateDoesNotExist, vault.errors.VaultError."""
    bureau = Bureau.objects.get(pk=current_bureau_id())
    facts = dict(mail.facts)
    sealed = facts.pop("sealed", None)
    if sealed:
        facts |= json.loads(unseal_text(sealed, purpose=PURPOSE))
    message = compose(to=mail.to, kind=mail.kind, facts=facts, bureau=bureau)
    message.extra_headers["Message-ID"] = f"<{mail.pk}@{bureau.host}>"
    return message


def compose(*, to: str, kind: str, facts: Mapping[str, Any], bureau: Bureau | None) -> EmailMultiAlternatives:
    """From templates/mails. Raises TemplateDoesNotExist."""
    words = {**facts, "bureau": bureau, "sender": bureau.legal_name if bureau else "Dossierwacht"}
    if "path" in facts:
        words["link"] = base_url(bureau) + facts["path"]
    subject, _, body = render_to_string(f"mails/{kind}.txt", words).strip().partition("\n")
    message = EmailMultiAlternatives(
        subject=subject.strip(), body=body.strip() + "\n", to=[to], headers={"Auto-Submitted": "auto-generated"}
    )
    with contextlib.suppress(TemplateDoesNotExist):
        message.attach_alternative(render_to_string(f"mails/{kind}.html", words), "text/html")
    return message


def _sent(mail: Mail) -> None:
    mail.status, mail.sent_at, mail.error = Mail.Status.SENT, timezone.now(), ""
    mail.facts.pop("sealed", None)
    mail.save(update_fields=["status", "sent_at", "error", "facts"])


def _failed(mail: Mail, error: Exception) -> None:
    """The class of the error only: a mail server's own words may hold the address or more."""
    mail.attempts += 1
    mail.error = type(error).__name__[:200]
    mail.not_before = timezone.now() + rules.retry_after(mail.attempts)
    if mail.attempts >= rules.MAIL_RETRIES:
        mail.status = Mail.Status.FAILED
    mail.save(update_fields=["attempts", "error", "not_before", "status"])


def _ring() -> None:
    from access.tasks import send_due_mails

    send_due_mails.delay()
