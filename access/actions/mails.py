"""The outbox: a mail is a row first, and holds no content of a dossier."""

from __future__ import annotations

import json
import smtplib
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models.functions import Now
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import timezone

from access import rules
from access.models import Mail
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


def mail_account(*, to: str, kind: str, facts: Mapping[str, Any], sealed: Mapping[str, Any] | None = None) -> None:
    """A mail about one's account, each time it is asked for."""
    queue_mail(to=to, kind=kind, once_key=f"{kind}:{uuid.uuid4()}", facts=facts, sealed=sealed)


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


def message_of(mail: Mail) -> EmailMultiAlternatives:
    """The mail as it goes out. Raises TemplateDoesNotExist, vault.errors.VaultError."""
    bureau = Bureau.objects.get(pk=current_bureau_id())
    facts = _facts_of(mail, bureau)
    subject, _, body = render_to_string(f"mails/{mail.kind}.txt", facts).strip().partition("\n")
    message = EmailMultiAlternatives(
        subject=subject.strip(),
        body=body.strip() + "\n",
        to=[mail.to],
        headers={"Message-ID": f"<{mail.pk}@{bureau.host}>", "Auto-Submitted": "auto-generated"},
    )
    try:
        message.attach_alternative(render_to_string(f"mails/{mail.kind}.html", facts), "text/html")
    except TemplateDoesNotExist:
        return message
    return message


def _facts_of(mail: Mail, bureau: Bureau) -> dict[str, Any]:
    facts = {**mail.facts, "bureau": bureau}
    sealed = facts.pop("sealed", None)
    if sealed:
        facts |= json.loads(unseal_text(sealed, purpose=PURPOSE))
    if "path" in facts:
        facts["link"] = base_url(bureau) + facts["path"]
    return facts


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
