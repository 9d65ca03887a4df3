"""What a reglement says besides access: how long things are kept, what may be asked, and who gets the reglement."""

from __future__ import annotations

from bureaus.schema import DataClass, RetentionRule, Rules
from bureaus.terms import parse_term
from bureaus.words import word
from retention.said import after

Row = tuple[str, str, str]


def keeping_rows(rules: Rules) -> tuple[Row, ...]:
    """How long each kind is kept, and what happens then."""
    kept = (DataClass.DOSSIER, DataClass.LEGALLY_REQUIRED)
    return tuple((one.label.capitalize(), _kept(rule), rule.article)
                 for one in kept for rule in (rules.retention.rule(one),))  # fmt: skip


def asking_rows(rules: Rules) -> tuple[Row, ...]:
    """Within what time a request is answered; the AVG's month where the reglement names none (AVG 12.3)."""
    said = rules.requests
    inzage = f"binnen {parse_term(said.inzage.term)}" if said.inzage.term else "zo snel mogelijk, binnen een maand"
    changed = "binnen {}, met uitleg als het niet kan"
    return (
        ("Inzage en een kopie", inzage, said.inzage.article),
        ("Verbeteren, aanvullen of verwijderen", changed.format(parse_term(said.correction.term)),
         said.correction.article),
        ("Het hele dossier vernietigen", changed.format(parse_term(said.destruction.term)), said.destruction.article),
        ("Een klacht", f"een antwoord binnen {parse_term(said.complaint.done)}", said.complaint.article),
    )  # fmt: skip


def handing_rows(rules: Rules) -> tuple[Row, ...]:
    """Who gets the reglement, and when."""
    rule = rules.handout
    days = rule.to_client_within_working_days
    client, payer = (word(name, article=True, capital=True) for name in ("client", "opdrachtgever"))
    when = f"binnen {days} {'werkdag' if days == 1 else 'werkdagen'} na de aanmelding"
    when += ", met een bevestiging" if rule.confirmed_by_client else ""
    to_payer = "altijd" if rule.to_opdrachtgever == "always" else "op verzoek"
    with_it = "gaat mee" if rule.complaint_rules_too else "op verzoek"
    return (
        (f"{client} krijgt het reglement", when, rule.source("to_client_within_working_days")),
        (f"{payer} krijgt het", to_payer, rule.source("to_opdrachtgever")),
        ("De klachtenregeling", with_it, rule.source("complaint_rules_too")),
    )


def _kept(rule: RetentionRule) -> str:
    if rule.is_transfer:
        payer = word("opdrachtgever", article=True)
        held = f", die het {parse_term(rule.receiver_keeps)} bewaart" if rule.receiver_keeps else ""
        return f"gaat na afloop naar {payer}{held}"
    most = "ten hoogste " if rule.at_most else ""
    return f"{most}{parse_term(rule.term)} na {after(rule.trigger)}; daarna {rule.action.label}"
