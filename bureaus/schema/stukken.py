"""What a dossier may hold (javawest 4, pluspunt 2.1): kinds of dossierstuk, each with the purpose it is kept for."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from bureaus.schema.base import Article, Frozen, FrozenDict, Key, Labelled, OpdrachtgeverKind, Part, ShortText, TermText


class StukKind(Labelled):
    OPDRACHTFORMULIER = "opdrachtformulier", "opdrachtformulier"
    INTAKEFORMULIER = "intakeformulier", "intakeformulier"
    PERSOONSPROFIEL = "persoonsprofiel", "persoonsprofiel"
    GESPREKSVERSLAG = "gespreksverslag", "gespreksverslag"
    PLAN = "plan", "re-integratieplan"
    VOORTGANGSRAPPORTAGE = "voortgangsrapportage", "voortgangsrapportage"
    EINDRAPPORTAGE = "eindrapportage", "eindrapportage"
    CORRESPONDENTIE = "correspondentie", "correspondentie"
    VERKLARING = "verklaring", "getekende verklaring of machtiging"
    EIGEN_VERKLARING = "eigen_verklaring", "eigen verklaring"
    CV = "cv", "cv"
    DIPLOMA = "diploma", "diploma of certificaat"
    DOCUMENT = "document", "ander document"
    UREN = "uren", "urenverantwoording"
    ONDERNEMINGSPLAN = "ondernemingsplan", "ondernemingsplan"
    WORKSHOP = "workshop", "workshop of bijeenkomst"
    SCHOLING = "scholing", "scholing"
    BELASTBAARHEID = "belastbaarheid", "belastbaarheid"
    PERSOONLIJKE_OMSTANDIGHEDEN = "persoonlijke_omstandigheden", "persoonlijke omstandigheden"
    WERKAANTEKENING = "werkaantekening", "werkaantekening"


class Herkomst(Labelled):
    """Where a stuk comes from (javawest 5.1). Required on every stuk: that is no parameter."""

    MEDEWERKER = "medewerker", "medewerker van het bureau"
    OPDRACHTGEVER = "opdrachtgever", "opdrachtgever"
    CLIENT = "client", "cliënt zelf"
    DERDE = "derde", "derde"


# Not parameters: what these kinds are follows from the law and the domain, whatever a reglement says.
REPORTS = frozenset({StukKind.PLAN, StukKind.VOORTGANGSRAPPORTAGE, StukKind.EINDRAPPORTAGE, StukKind.UREN})
ALWAYS_HEALTH = frozenset({StukKind.BELASTBAARHEID})
ALWAYS_RESTRICTED = frozenset({StukKind.PERSOONLIJKE_OMSTANDIGHEDEN, StukKind.BELASTBAARHEID})
AUTHOR_ONLY = frozenset({StukKind.WERKAANTEKENING})
_NEVER = frozenset({StukKind.PERSOONLIJKE_OMSTANDIGHEDEN}) | AUTHOR_ONLY
_NEVER_TO_WERKGEVER = _NEVER | ALWAYS_HEALTH | {StukKind.GESPREKSVERSLAG}


def never_to(payer: OpdrachtgeverKind | str, stuk: StukKind | str, *, health: bool = False) -> bool:
    """Whether such a stuk goes to no opdrachtgever of this kind, whatever a reglement says (DOMAIN 5; AVG 9).

    `health`: this stuk is marked as about health.
    """
    if str(payer) == OpdrachtgeverKind.WERKGEVER:
        return health or str(stuk) in _NEVER_TO_WERKGEVER
    return str(stuk) in _NEVER


class KindRule(Part):
    """One kind of dossierstuk. `health` marks every stuk of it as about health; `restricted` hides it from all but
    the coaches of the dossier."""

    on: bool = True
    purpose: Annotated[str, Field(max_length=400)] = ""
    own_label: Annotated[str, Field(max_length=60)] = ""
    restricted: bool = False
    health: bool = False
    article: Article = ""

    @model_validator(mode="after")
    def _on_needs_a_purpose(self) -> Self:
        if self.on and len(self.purpose.strip()) < 10:
            raise ValueError("een soort dossierstuk zonder doel kan niet aan staan (javawest 4.1); schrijf het doel op")
        return self


class TrajectKind(Part):
    """A kind of traject and its terms: the payer's conditions, so data, and to be verified [V]."""

    on: bool = True
    name: ShortText
    for_opdrachtgevers: tuple[OpdrachtgeverKind, ...] = ()
    phases: tuple[ShortText, ...] = ()
    plan_within: TermText | None = None
    duration: TermText | None = None
    hours_max: Annotated[float, Field(gt=0, le=2000)] | None = None
    hours_include_administration: bool = False
    hours_reported_every: TermText | None = None
    account_every: TermText | None = None
    end_reported_within: TermText | None = None
    verified: bool = False


class Dossier(Part):
    kinds: Annotated[dict[str, KindRule], Frozen]
    checklist: tuple[StukKind, ...] = ()
    paper: bool = False
    contact_without_verslag_days: Annotated[int, Field(ge=1, le=60)] = 5
    unexpected_data_notice: TermText = "P1M"
    origin_binds: bool = True
    traject_kinds: Annotated[dict[Key, TrajectKind], Frozen] = FrozenDict()

    @model_validator(mode="after")
    def _kinds_are_known(self) -> Self:
        for name, rule in self.kinds.items():
            if name not in set(StukKind):
                raise ValueError(f"kinds.{name} is geen bekende soort dossierstuk; kies uit: {', '.join(StukKind)}")
            if rule.on and StukKind(name) in ALWAYS_RESTRICTED and not rule.restricted:
                raise ValueError(f"kinds.{name} is altijd afgeschermd (javawest 4.2b, AVG 9); zet restricted op true")
            if rule.on and StukKind(name) in ALWAYS_HEALTH and not rule.health:
                raise ValueError(f"kinds.{name} gaat altijd over gezondheid (AVG 9); zet health op true")
        return self

    @model_validator(mode="after")
    def _checklist_is_switched_on(self) -> Self:
        off = [kind.value for kind in self.checklist if not self.is_on(kind)]
        if off:
            raise ValueError(f"checklist noemt een soort die niet aan staat: {', '.join(off)}")
        return self

    def is_on(self, kind: StukKind | str) -> bool:
        rule = self.kinds.get(str(kind))
        return rule is not None and rule.on

    def kinds_on(self) -> dict[StukKind, KindRule]:
        """The kinds that may be made, in the order of StukKind."""
        return {kind: self.kinds[kind.value] for kind in StukKind if self.is_on(kind)}

    def label(self, kind: StukKind | str) -> str:
        rule = self.kinds.get(str(kind))
        return rule.own_label if rule and rule.own_label else StukKind(str(kind)).label

    def trajects_on(self) -> dict[str, TrajectKind]:
        return {key: kind for key, kind in self.traject_kinds.items() if kind.on}
