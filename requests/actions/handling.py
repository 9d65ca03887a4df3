"""Handling a request: who does it, what goes along of each stuk, the decision, and the second look at a refusal.

Each act locks the request first, so that of two at once the second finds what the first did; the same again changes
nothing. What a rule refuses is undone whole, and noted.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from access.actions.mails import with_role
from access.actions.refusals import refusals_noted
from access.models import Membership, Role
from access.reach import database_now
from access.rules import RuleBroken
from bureaus import reglement
from bureaus.words import word
from dossiers.models import Stuk
from journal.actions import record
from requests import access, bundle_contents, collecting, deciding
from requests.actions import letters, outcome
from requests.actions.identity import resume
from requests.actions.locking import locked, mail, tell_asker
from requests.actions.outcome import carry_out, close, tell_recipient
from requests.actions.rows import facts_of
from requests.actions.steps import note
from requests.models import RUNNING, Decision, Judgement, Kind, State, Step, Verdict, Verzoek
from retention.access import is_coach

HANDED, JUDGED, SUBMITTED = "verzoek.overgedragen", "verzoek.beoordeeld", "verzoek.voorgelegd"
DECIDED, RETURNED = "verzoek.besloten", "verzoek.teruggegeven"
MARKED_HERE = "In dit stuk is aangewezen wat weg moet. Haal dat eerst weg, of geef het mee zonder die delen."

__all__ = [
    "agree", "assign", "carry_out", "close", "decide", "judge", "judge_rest", "send_back", "tell_recipient",
]  # fmt: skip


# -- who ---------------------------------------------------------------------------------------------------------------
def may_be_handler(verzoek: Verzoek, member: Membership) -> bool:
    """Whether this member could handle it: who is complained about never does, and a complaint is directie's."""
    roles = (Role.DIRECTIE,) if verzoek.kind == Kind.KLACHT else access.ASSIGNABLE
    return member.has_role(*roles) and member.pk != verzoek.about_member_id


def handlers_for(verzoek: Verzoek) -> list[Membership]:
    """Everybody to whom it can be handed over, by name."""
    return [one for one in with_role(*access.ASSIGNABLE) if may_be_handler(verzoek, one)]


def assign(*, verzoek: Verzoek, to: Membership, by: Membership) -> Verzoek:
    """Hand it over to somebody, who gets a mail. To the same again changes nothing.

    Raises Http404, PermissionDenied, RuleBroken (field `to`).
    """
    with refusals_noted(HANDED, about=verzoek, dossier=verzoek.dossier):
        row = locked(verzoek, by=by)
        if row.handler_id == to.pk:
            return row
        if row.state not in RUNNING:
            raise RuleBroken("Dit verzoek is al klaar.")
        if to not in handlers_for(row):
            raise RuleBroken("Kies iemand die dit verzoek mag behandelen.", "to")
        row.handler = to
        row.save(update_fields=["handler"])
        note(row, Step.Kind.HANDED, by=by)
        record(act=HANDED, obj=row, dossier=row.dossier, facts=facts_of(row) | {"to": str(to.pk)})
        moment = database_now().isoformat()
        mail([to] if to.pk != by.pk else [], row, "toegewezen", moment)
    return row


# -- what goes along ---------------------------------------------------------------------------------------------------
def check_judge(member: Membership, verzoek: Verzoek) -> None:
    """Who handles it, and a coach of a dossier that it is about. Raises Http404, PermissionDenied, RuleBroken."""
    if not access.may_handle(member, verzoek) and not _coaches(member, verzoek):
        access.check_handle(member, verzoek)
    if verzoek.kind not in deciding.COPIES:
        raise RuleBroken("Bij dit verzoek gaat geen kopie mee.")
    deciding.check_open(verzoek.state)


def judge(
    *, verzoek: Verzoek, stuk: Stuk, verdict: str, by: Membership, reason_code: str = "", reason: str = ""
) -> Judgement:
    """Say whether one stuk goes along; again replaces what was said. Keeping back has a code and words (werkid 10.2).

    Only who may read a stuk keeps it back. Raises Http404, PermissionDenied, RuleBroken.
    """
    with refusals_noted(JUDGED, about=verzoek, dossier=stuk.dossier):
        row = locked(verzoek, by=by, check=check_judge)
        if not collecting.stukken_of(row).filter(pk=stuk.pk).exists():
            raise Http404
        reason_code = _check_verdict(row, stuk, verdict, reason_code, reason)
        if verdict != Verdict.GIVE and not collecting.readable(by, [stuk]):
            raise PermissionDenied("U mag dit stuk niet lezen, en houdt het dus ook niet achter.")
        made = _judgement(row, stuk, by, verdict, reason_code, reason)
        facts = facts_of(row) | {"stuk": str(stuk.pk), "verdict": verdict}
        record(act=JUDGED, obj=row, dossier=stuk.dossier, facts=facts)
    return made


def judge_rest(*, verzoek: Verzoek, by: Membership) -> int:
    """Everything about which nothing was said yet goes along; how many that were.

    What `by` may not read is among them: the client reads that as well. Raises Http404, PermissionDenied, RuleBroken.
    """
    with refusals_noted(JUDGED, about=verzoek, dossier=verzoek.dossier):
        row = locked(verzoek, by=by, check=check_judge)
        ids = list(collecting.not_judged(row).order_by().values_list("pk", flat=True))
        rows = [
            Judgement(
                verzoek=row, stuk_id=pk, verdict=Verdict.GIVE, client_id=row.client_id, judged_by_name=by.name
            )
            for pk in ids
        ]  # fmt: skip
        Judgement.objects.bulk_create(rows, batch_size=1_000)
        if ids:
            facts = facts_of(row) | {"verdict": str(Verdict.GIVE), "count": len(ids)}
            record(act=JUDGED, obj=row, dossier=row.dossier, facts=facts)
    return len(ids)


def _check_verdict(verzoek: Verzoek, stuk: Stuk, verdict: str, code: str, reason: str) -> str:
    """The code of the reason. Raises RuleBroken (fields `verdict`, `reason_code`, `reason`)."""
    if verdict not in Verdict.values:
        raise RuleBroken("Kies of dit stuk meegaat.", "verdict")
    if verdict == Verdict.WITHHOLD:
        if code not in grounds_of_copy(verzoek):
            raise RuleBroken("Kies de reden waarom dit stuk niet meegaat.", "reason_code")
        if not reason.strip():
            raise RuleBroken("Leg uit waarom dit stuk niet meegaat.", "reason")
        return code
    first = verzoek.marks.filter(stuk_id=stuk.pk).first()
    if verdict == Verdict.REDACT:
        if first is None:
            raise RuleBroken("Wijs eerst aan wat er uit dit stuk weg moet.", "verdict")
        return str(first.reason_code)
    if first is not None:
        raise RuleBroken(MARKED_HERE, "verdict")
    return ""


def grounds_of_copy(verzoek: Verzoek) -> tuple[str, ...]:
    """Why one stuk may stay behind: the reglement's grounds; who asks is known by then."""
    named = deciding.grounds_for(verzoek.kind, reglement.in_force().requests.inzage.refusal_grounds)
    return tuple(one for one in named if one not in (deciding.NO_IDENTITY, *deciding.GENERAL))


def _judgement(row: Verzoek, stuk: Stuk, by: Membership, verdict: str, code: str, reason: str) -> Judgement:
    held = verdict == Verdict.WITHHOLD
    there: Judgement | None = row.judgements.filter(stuk_id=stuk.pk).first()
    made = there or Judgement(verzoek=row, stuk_id=stuk.pk, client_id=row.client_id)
    made.verdict, made.reason_code = verdict, code
    made.reason = reason.strip() if held else None
    made.judged_by_name, made.judged_at = by.name, database_now()
    made.save()
    return made


# -- the decision ------------------------------------------------------------------------------------------------------
def decide(
    *, verzoek: Verzoek, decision: str, by: Membership, reason_code: str = "", reason: str = ""
) -> Verzoek:  # fmt: skip
    """Answer it. A letter follows at once, and what has to be carried out; where the reglement asks, directie first.

    The same again changes nothing. Raises Http404, PermissionDenied, RuleBroken (fields `decision`, `reason_code`,
    `reason`).
    """
    with refusals_noted(DECIDED, about=verzoek, dossier=verzoek.dossier):
        row = locked(verzoek, by=by)
        if row.state in (State.SECOND_LOOK, State.DECIDED) and _is_same(row, decision, reason_code, reason):
            return row
        deciding.check_open(row.state)
        _check_decision(row, decision, reason_code, reason)
        row.decision, row.reason_code, row.reason = decision, _code(decision, reason_code), reason.strip() or None
        if asks_second_look(row, by=by):
            _submit(row, by)
        else:
            _settle(row, by)
    return row


def asks_second_look(verzoek: Verzoek, *, by: Membership) -> bool:
    """A refusal, whole or in part, where the reglement asks it; and a correctie that is directie's to decide."""
    if by.has_role(Role.DIRECTIE):
        return False
    return is_directies(verzoek) or (
        reglement.in_force().requests.refusal_seen_by_directie and verzoek.decision in deciding.REFUSING
    )


def is_directies(verzoek: Verzoek) -> bool:
    """Whether the reglement leaves this one to directie, whatever the answer."""
    return verzoek.kind == Kind.CORRECTIE and reglement.in_force().requests.correction.decided_by == "directie"


def may_ask_look(verzoek: Verzoek, by: Membership) -> bool:
    """Whether some answer of theirs would go to directie first: the page says so before they decide."""
    if by.has_role(Role.DIRECTIE):
        return False
    return is_directies(verzoek) or reglement.in_force().requests.refusal_seen_by_directie


def submitted(verzoek: Verzoek) -> str:
    """What became of a decision just taken, in words."""
    boss = word("directie", article=True, capital=True)
    state = Verzoek.objects.values_list("state", flat=True).get(pk=verzoek.pk)
    waits = state == State.SECOND_LOOK
    return f"{boss} kijkt nog een keer naar dit besluit." if waits else "Besloten. De brief is gemaakt."


def check_look(member: Membership, verzoek: Verzoek) -> None:
    """Directie, never who proposed it nor who it is about. Raises Http404, PermissionDenied, RuleBroken."""
    access.check_handle(member, verzoek)
    boss = word("directie", article=True)
    if not member.has_role(Role.DIRECTIE):
        raise PermissionDenied(f"Over dit besluit gaat {boss}.")
    if verzoek.state != State.SECOND_LOOK:
        raise RuleBroken("Dit verzoek wacht niet op een tweede blik.")
    if verzoek.proposed_by_id == member.pk:
        raise PermissionDenied("U stelde dit besluit zelf voor. Een ander kijkt er nog een keer naar.")


def agree(*, verzoek: Verzoek, by: Membership) -> Verzoek:
    """Directie agrees: the decision is made as it was proposed. Again changes nothing. Raises as `check_look`."""
    with refusals_noted(DECIDED, about=verzoek, dossier=verzoek.dossier):
        row = locked(verzoek, by=by)
        if row.state == State.DECIDED and row.decided_by_name == by.name:
            return row
        check_look(by, row)
        _settle(row, by)
        mail([row.proposed_by], row, "akkoord", row.decided_at)
    return row


def send_back(*, verzoek: Verzoek, reason: str, by: Membership) -> Verzoek:
    """Directie does not agree yet: back to who handles it, with why. Raises as `check_look`, RuleBroken (`reason`)."""
    with refusals_noted(RETURNED, about=verzoek, dossier=verzoek.dossier):
        row = locked(verzoek, by=by)
        check_look(by, row)
        if not reason.strip():
            raise RuleBroken("Schrijf op wat er anders moet.", "reason")
        proposer, row.proposed_by, row.state = row.proposed_by, None, State.OPEN
        row.save(update_fields=["proposed_by", "state"])
        note(row, Step.Kind.RETURNED, by=by, words=reason.strip())
        record(act=RETURNED, obj=row, dossier=row.dossier, facts=facts_of(row))
        mail([proposer], row, "terug", database_now())
    return row


def _check_decision(row: Verzoek, decision: str, code: str, reason: str) -> None:
    asked = reglement.in_force().requests
    if decision not in deciding.answers_for(row.kind, row.change, objection_ends=asked.bezwaar_ends_at_once):
        raise RuleBroken("Kies een besluit dat bij dit verzoek past.", "decision")
    deciding.check_identified(row.kind, decision, code, identified=row.identity_at is not None)
    grounds = deciding.grounds_for(row.kind, asked.inzage.refusal_grounds)
    deciding.check_reasoned(decision, code, reason, grounds)
    if row.kind == Kind.KLACHT:
        today = timezone.localdate(database_now())
        deciding.check_admissible_in_time(decision, row.received_on, asked.complaint.not_admissible, today)
    if row.kind in deciding.COPIES and decision != Decision.REFUSED:
        _check_collected(row, decision)


def _check_collected(row: Verzoek, decision: str) -> None:
    left = collecting.not_judged(row).count()
    if left:
        many = "1 stuk" if left == 1 else f"{left} stukken"
        raise RuleBroken(f"Van {many} staat nog niet vast of het meegaat. Kijk die eerst na.", "decision")
    if bundle_contents.stale(row):
        raise RuleBroken(
            "In een stuk dat u deels meegeeft, kwam er later iets bij. Kijk dat stuk eerst opnieuw na.", "decision"
        )
    deciding.check_all_given(decision, collecting.withheld(row))


def _is_same(row: Verzoek, decision: str, code: str, reason: str) -> bool:
    said = (row.decision, row.reason_code, row.reason or "")
    return said == (decision, _code(decision, code), reason.strip())


def _code(decision: str, code: str) -> str:
    return code if decision in deciding.REFUSING else ""


def _submit(row: Verzoek, by: Membership) -> None:
    row.state, row.proposed_by = State.SECOND_LOOK, by
    row.save(update_fields=["decision", "reason_code", "reason", "state", "proposed_by"])
    note(row, Step.Kind.SUBMITTED, by=by)
    record(act=SUBMITTED, obj=row, dossier=row.dossier, facts=facts_of(row) | {"decision": row.decision})
    bosses = [one for one in with_role(Role.DIRECTIE, but=by.pk) if one.pk != row.about_member_id]
    mail(bosses, row, "tweede_blik", database_now())


def _settle(row: Verzoek, by: Membership) -> None:
    """The answer is given: what follows from it is on the list, and the client gets a letter."""
    row.state, row.decided_by_name, row.decided_at = State.DECIDED, by.name, database_now()
    # Of who never showed who they are the clock stands still no longer: the answer is out.
    resume(row)
    row.save()
    outcome.plan(row)
    note(row, Step.Kind.DECIDED, by=by, words=row.get_decision_display())
    facts = facts_of(row) | {"decision": row.decision, "due_on": row.due_on}
    record(act=DECIDED, obj=row, dossier=row.dossier, facts=facts)
    letters.make_letter(verzoek=row, kind=deciding.letter_of(row.kind, row.decision), by=by)
    tell_asker(row)


# -- shared ------------------------------------------------------------------------------------------------------------
def _coaches(member: Membership, verzoek: Verzoek) -> bool:
    return any(is_coach(member, one) for one in collecting.dossiers_of(verzoek))
