"""How long each class of data is kept, from which date, and what happens then (DOMAIN 3 and 6)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ValidationInfo, model_validator

from bureaus.schema.base import Article, Frozen, FrozenDict, Key, Labelled, Part, TermText
from bureaus.terms import longer, parse_term

TRANSFER = "transfer"
# DOMAIN 8: a look at a dossier is answerable for at least so long. The database holds to it as well (journal 0005).
JOURNAL_AT_LEAST = "P5Y"
# Ours, where DOMAIN 6 says 'by its own rule': no shorter than the log that tells of the same. The database holds to it
# as well (retention 0009). Asked of what is adopted, for a reglement of before it holds as it stands.
PROCES_VERBAAL_AT_LEAST = "P5Y"


class DataClass(Labelled):
    DOSSIER = "dossier", "dossier"
    LEGALLY_REQUIRED = "legally_required", "wettelijk te bewaren gegevens"
    WERKAANTEKENING = "werkaantekening", "werkaantekeningen"
    CONCEPT = "concept", "concepten"
    JOURNAL = "journal", "logboek"
    PROCES_VERBAAL = "proces_verbaal", "processen-verbaal van vernietiging"
    SEALED_ANNEX = "sealed_annex", "verzegelde bijlagen"
    ACCOUNTS = "accounts", "accounts"


class Trigger(Labelled):
    """The date that a term counts from. The first four are stored on a traject."""

    TRAJECT_ENDED = "traject_ended", "einde traject"
    SERVICE_CLOSED = "service_closed", "afsluiting van de dienstverlening"
    CONTRACT_ENDED = "contract_ended", "einde contract met de opdrachtgever"
    TRANSFER_RECEIVED = "transfer_received", "ontvangst door de opdrachtgever"
    RECORDED = "recorded", "vastlegging"
    ACCOUNT_ENDED = "account_ended", "einde van het account"


TRAJECT_TRIGGERS = (
    Trigger.TRAJECT_ENDED,
    Trigger.SERVICE_CLOSED,
    Trigger.CONTRACT_ENDED,
    Trigger.TRANSFER_RECEIVED,
)
ON_A_TRAJECT = (DataClass.DOSSIER, DataClass.LEGALLY_REQUIRED)


class Action(Labelled):
    DESTROY_PV = "destroy_pv", "vernietigen met proces-verbaal"
    DESTROY_PV_CERTIFICATE = "destroy_pv_certificate", "vernietigen met proces-verbaal; papier met certificaat"
    TRANSFER = "transfer", "overdragen aan de opdrachtgever"
    ERASE = "erase", "wissen"


def _term_or_transfer(text: str) -> str:
    if text != TRANSFER:
        parse_term(text)
    return text


class RetentionRule(Part):
    """`term` is ISO 8601, or 'transfer': handed over once `transfer_after` has passed, own copy gone after receipt.

    `at_most`: agreements lower down may shorten the term, not lengthen it. `verified` is false for figures marked [V].
    """

    term: Annotated[str, AfterValidator(_term_or_transfer)]
    trigger: Trigger
    action: Action
    article: Article = ""
    at_most: bool = False
    verified: bool = True
    transfer_after: Literal[Trigger.TRAJECT_ENDED, Trigger.SERVICE_CLOSED, Trigger.CONTRACT_ENDED] | None = None
    receiver_keeps: TermText | None = None

    @property
    def is_transfer(self) -> bool:
        return self.term == TRANSFER

    @model_validator(mode="after")
    def _transfer_is_whole(self) -> Self:
        if self.is_transfer != (self.action == Action.TRANSFER):
            raise ValueError("term 'transfer' en action 'transfer' horen bij elkaar")
        if self.is_transfer and (self.trigger != Trigger.TRANSFER_RECEIVED or not self.transfer_after):
            raise ValueError("bij een overdracht hoort trigger 'transfer_received' en een transfer_after")
        if not self.is_transfer and (self.transfer_after or self.receiver_keeps):
            raise ValueError("transfer_after en receiver_keeps horen alleen bij een overdracht")
        return self


class Destruction(Part):
    """How a destruction list is worked off. None of the five reglementen asks four eyes: it is our default."""

    four_eyes: bool = True
    cooling_off: TermText = "P7D"
    names_in_annex: bool = False
    backups_expire_after: TermText = "P35D"
    warn_before: tuple[TermText, ...] = ("P12M", "P6M", "P3M")


class Retention(Part):
    rules: Annotated[dict[str, RetentionRule], Frozen]
    per_traject_kind: Annotated[dict[Key, dict[str, RetentionRule]], Frozen] = FrozenDict()
    destruction: Destruction = Destruction()

    def rule(self, data_class: DataClass | str, traject_kind: str = "") -> RetentionRule:
        """The rule for a class of data, the traject kind's own before the bureau's. Raises ValueError for no class."""
        name = DataClass(str(data_class)).value
        return self.per_traject_kind.get(traject_kind, {}).get(name, self.rules[name])

    @model_validator(mode="after")
    def _every_class_has_a_rule(self, info: ValidationInfo) -> Self:
        missing = [name for name in DataClass if name not in self.rules]
        if missing:
            raise ValueError(f"rules: geen bewaartermijn voor {', '.join(missing)}")
        for where, rules in (("rules", self.rules), *self.per_traject_kind.items()):
            for name, rule in rules.items():
                _check(f"{where}.{name}", name, rule)
                if not (info.context or {}).get("stored"):
                    _check_least(f"{where}.{name}", name, rule)
        return self

    @model_validator(mode="after")
    def _at_most_is_at_most(self) -> Self:
        for kind, rules in self.per_traject_kind.items():
            for name, rule in rules.items():
                general = self.rules[name]
                if general.at_most and (rule.is_transfer or longer(rule.term, general.term)):
                    longest = f"langer dan de hoogste termijn {general.term} ({general.article})"
                    raise ValueError(f"per_traject_kind.{kind}.{name}: {longest}")
        return self


def _check(where: str, name: str, rule: RetentionRule) -> None:
    if name not in set(DataClass):
        raise ValueError(f"{where} is geen soort gegevens; kies uit: {', '.join(DataClass)}")
    if name in ON_A_TRAJECT and rule.trigger not in TRAJECT_TRIGGERS:
        raise ValueError(f"{where}.trigger: kies uit {', '.join(TRAJECT_TRIGGERS)}")
    if name not in ON_A_TRAJECT and rule.action != Action.ERASE:
        raise ValueError(f"{where}.action: deze gegevens worden gewist (erase), zonder proces-verbaal")
    if name == DataClass.JOURNAL and longer(JOURNAL_AT_LEAST, rule.term):
        raise ValueError(f"{where}.term: het logboek blijft ten minste {parse_term(JOURNAL_AT_LEAST)} bewaard")
    if name == DataClass.DOSSIER and rule.action == Action.ERASE:
        raise ValueError(f"{where}.action: een dossier verdwijnt nooit zonder proces-verbaal of overdracht")


def _check_least(where: str, name: str, rule: RetentionRule) -> None:
    if name == DataClass.PROCES_VERBAAL and longer(PROCES_VERBAAL_AT_LEAST, rule.term):
        least = parse_term(PROCES_VERBAAL_AT_LEAST)
        raise ValueError(f"{where}.term: een proces-verbaal blijft ten minste {least} bewaard")
