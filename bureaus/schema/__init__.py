"""The one schema of a reglement's parameters: typed, frozen, nothing unknown (DOMAIN 1, 3, 4, parts of 2 and 5).

`parse` reads a dict as stored or as written in a preset; `dump` gives what is stored. What the law or the domain
fixes (health never to a werkgever, herkomst on every stuk, view-only on request) is checked here, not asked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal, Self

from pydantic import ValidationError, model_validator

from bureaus.schema.access import Access, Asking, KindView, Level, OpdrachtgeverView, Standing, ViewField
from bureaus.schema.base import FrozenDict, OpdrachtgeverKind, Part, StaffRole
from bureaus.schema.consents import (
    ConsentRule,
    Consents,
    DeclarationRule,
    Declarations,
    Direction,
    Disclosure,
    Ground,
    Handout,
    RoleSession,
    Sessions,
)
from bureaus.schema.keeping import TRANSFER, Action, DataClass, Retention, RetentionRule, Trigger
from bureaus.schema.messages import Problem, ReglementInvalid, problems
from bureaus.schema.requests import Correction, Identity, Inzage, Requests, RequestTerm
from bureaus.schema.stukken import (
    ALWAYS_HEALTH,
    ALWAYS_RESTRICTED,
    AUTHOR_ONLY,
    REPORTS,
    Dossier,
    Herkomst,
    KindRule,
    StukKind,
    TrajectKind,
    never_to,
)
from bureaus.schema.words import DEFAULT_WORDS, Word, Words


class Rules(Part):
    """Every parameter of one version of a reglement."""

    schema_version: Literal[1] = 1
    words: Words
    access: Access
    opdrachtgever_view: OpdrachtgeverView
    dossier: Dossier
    retention: Retention
    requests: Requests
    consents: Consents = Consents()
    disclosure: Disclosure
    declarations: Declarations = Declarations()
    handout: Handout = Handout()
    sessions: Sessions = Sessions()

    @model_validator(mode="after")
    def _what_is_released_is_switched_on(self) -> Self:
        for kind in OpdrachtgeverKind:
            view = self.opdrachtgever_view.of(kind)
            off = [stuk.value for stuk in view.stukken if not self.dossier.is_on(stuk)]
            if off:
                raise ValueError(f"opdrachtgever_view.{kind.value}.stukken noemt wat niet aan staat: {', '.join(off)}")
            if kind == OpdrachtgeverKind.WERKGEVER:
                self._no_health(view)
        return self

    def _no_health(self, view: KindView) -> None:
        for stuk in view.stukken:
            if self.dossier.kinds[stuk.value].health:
                what = f"'{stuk.label}' gaat over gezondheid"
                raise ValueError(f"opdrachtgever_view.werkgever.stukken: {what} en mag nooit naar een werkgever")

    @model_validator(mode="after")
    def _traject_kinds_exist(self) -> Self:
        strange = set(self.retention.per_traject_kind) - set(self.dossier.traject_kinds)
        if strange:
            raise ValueError(
                f"retention.per_traject_kind noemt onbekende soorten traject: {', '.join(sorted(strange))}"
            )
        return self

    @model_validator(mode="after")
    def _paper_needs_a_certificate(self) -> Self:
        certificate = self.retention.rule(DataClass.DOSSIER).action == Action.DESTROY_PV_CERTIFICATE
        if certificate and not self.dossier.paper:
            raise ValueError(
                "retention.rules.dossier.action: een certificaat hoort bij papieren dossiers (dossier.paper)"
            )
        return self


def parse(parameters: Mapping[str, Any], *, stored: bool = False) -> Rules:
    """Read parameters. Raises ReglementInvalid: one plain Dutch sentence for each field, with its path.

    `stored`: they were adopted already, perhaps before a minimum of ours was there; that is asked of new ones alone.
    """
    try:
        text = json.dumps(parameters, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ReglementInvalid([Problem("", "is niet te lezen: alleen tekst, getallen en lijsten")]) from error
    if "\\u0000" in text:
        raise ReglementInvalid([Problem("", "bevat een teken dat niet bewaard kan worden (nul)")])
    try:
        return _read(text, stored)
    except ValidationError as error:
        raise ReglementInvalid(problems(error)) from error


@lru_cache(maxsize=64)
def _read(text: str, stored: bool) -> Rules:
    """Once for the same text: every request asks for the rules, and nobody can change them."""
    return Rules.model_validate_json(text, context={"stored": stored})


def dump(rules: Rules) -> dict[str, Any]:
    """The parameters as stored; `parse(dump(rules)) == rules`."""
    return rules.model_dump(mode="json")


__all__ = [
    "ALWAYS_HEALTH",
    "ALWAYS_RESTRICTED",
    "AUTHOR_ONLY",
    "DEFAULT_WORDS",
    "REPORTS",
    "TRANSFER",
    "Access",
    "Action",
    "Asking",
    "ConsentRule",
    "Consents",
    "Correction",
    "DataClass",
    "DeclarationRule",
    "Declarations",
    "Direction",
    "Disclosure",
    "Dossier",
    "FrozenDict",
    "Ground",
    "Handout",
    "Herkomst",
    "Identity",
    "Inzage",
    "KindRule",
    "KindView",
    "Level",
    "OpdrachtgeverKind",
    "OpdrachtgeverView",
    "Problem",
    "ReglementInvalid",
    "RequestTerm",
    "Requests",
    "Retention",
    "RetentionRule",
    "RoleSession",
    "Rules",
    "Sessions",
    "StaffRole",
    "Standing",
    "StukKind",
    "TrajectKind",
    "Trigger",
    "ViewField",
    "Word",
    "Words",
    "dump",
    "never_to",
    "parse",
]
