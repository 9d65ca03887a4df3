"""What every part of the schema shares: frozen, nothing unknown, and where each parameter comes from."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, NoReturn, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator

from bureaus.terms import parse_term

K = TypeVar("K")
V = TypeVar("V")


class FrozenDict(dict[K, V]):
    """A dict that can be read and written out as JSON, but not changed: rules are shared by all who ask."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("een reglement verandert niet; stel een nieuwe versie vast")

    __setitem__ = __delitem__ = update = pop = popitem = clear = setdefault = __ior__ = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenDict, (dict(self),)


Frozen = AfterValidator(FrozenDict)


def _term(text: str) -> str:
    parse_term(text)
    return text


TermText = Annotated[str, AfterValidator(_term)]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Article = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]


class Part(BaseModel):
    """One part of a reglement.

    `articles` names the source of its parameters ('6.1', with the reglement or law before it); a parameter that is
    not in it is the product's own default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    articles: Annotated[dict[str, Article], Frozen] = FrozenDict()

    @model_validator(mode="after")
    def _articles_name_parameters(self) -> Self:
        strange = sorted(set(self.articles) - set(type(self).model_fields))
        if strange:
            raise ValueError(f"articles noemt iets dat hier geen parameter is: {', '.join(strange)}")
        return self

    def source(self, parameter: str) -> str:
        """The article that a parameter comes from, '' for the product's own default. Raises KeyError if unknown."""
        if parameter not in type(self).model_fields:
            raise KeyError(parameter)
        return self.articles.get(parameter, "")


class Labelled(StrEnum):
    """Choices with a Dutch label."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(member.value, member.label) for member in cls]


class StaffRole(Labelled):
    COACH = "coach", "coach"
    ADMINISTRATIE = "administratie", "administratie"
    DIRECTIE = "directie", "directie"
    FG = "fg", "functionaris gegevensbescherming"
    BEHEERDER = "beheerder", "beheerder van het bureau"


class OpdrachtgeverKind(Labelled):
    UWV = "uwv", "UWV"
    GEMEENTE = "gemeente", "gemeente"
    VERZEKERAAR = "verzekeraar", "verzekeraar"
    WERKGEVER = "werkgever", "werkgever"
    PARTICULIER = "particulier", "particulier"
